// SPDX-License-Identifier: MIT
#include "strace/node.h"

#include <stdlib.h>

void mdt_nodes_deinit(struct mdt_nodes *nodes)
{
	free(nodes->items);
	*nodes = (struct mdt_nodes){ 0 };
}

struct mdt_slice mdt_ref_name(struct mdt_ref ref)
{
	const struct mdt_node *v;

	if (!mdt_ref_ok(ref))
		return (struct mdt_slice){ 0 };
	v = mdt_ref_node(ref);
	if (!v->name_len)
		return (struct mdt_slice){ 0 };
	return mdt_slice_from(ref.text + v->off - 1 - v->name_len, v->name_len);
}

static struct mdt_ref ref_at(struct mdt_ref ref, uint32_t at, uint32_t end)
{
	if (at >= end || mdt_node_hangs(&ref.items[at]))
		return mdt_ref_none();
	ref.at = at;
	return ref;
}

struct mdt_ref mdt_ref_first(struct mdt_ref parent)
{
	if (!mdt_ref_ok(parent))
		return parent;
	return ref_at(parent, parent.at + 1, parent.at + mdt_ref_node(parent)->size);
}

struct mdt_ref mdt_ref_next(struct mdt_ref parent, struct mdt_ref child)
{
	if (!mdt_ref_ok(parent) || !mdt_ref_ok(child))
		return mdt_ref_none();
	return ref_at(parent, child.at + mdt_ref_node(child)->size,
		      parent.at + mdt_ref_node(parent)->size);
}

size_t mdt_ref_count(struct mdt_ref parent)
{
	size_t count = 0;

	for (struct mdt_ref it = mdt_ref_first(parent); mdt_ref_ok(it);
	     it = mdt_ref_next(parent, it))
		count++;
	return count;
}

struct mdt_ref mdt_ref_member(struct mdt_ref parent, struct mdt_slice name)
{
	struct mdt_ref it = mdt_ref_first(parent);

	while (mdt_ref_ok(it) && !mdt_slice_eq(mdt_ref_name(it), name))
		it = mdt_ref_next(parent, it);
	return it;
}

struct mdt_ref mdt_ref_attachment(struct mdt_ref ref, enum mdt_node_kind kind)
{
	uint32_t at, end;

	if (!mdt_ref_ok(ref))
		return ref;
	end = ref.at + mdt_ref_node(ref)->size;
	for (at = ref.at + 1; at < end; at += ref.items[at].size) {
		if (ref.items[at].kind == kind) {
			ref.at = at;
			return ref;
		}
	}
	return mdt_ref_none();
}

struct mdt_slice mdt_ref_head(struct mdt_ref ref)
{
	const struct mdt_node *v;

	if (!mdt_ref_ok(ref))
		return (struct mdt_slice){ 0 };
	v = mdt_ref_node(ref);
	switch ((enum mdt_node_kind)v->kind) {
	case MDT_NODE_CALL:
	case MDT_NODE_FLAGS:
	case MDT_NODE_EITHER:
	case MDT_NODE_CHANGE:
	case MDT_NODE_EXPR:
		return mdt_slice_from(ref.text + (v->num >> 32), (uint32_t)v->num);
	case MDT_NODE_INT:
	case MDT_NODE_REAL:
	case MDT_NODE_STRING:
	case MDT_NODE_CHAR:
	case MDT_NODE_WORD:
	case MDT_NODE_ELLIPSIS:
	case MDT_NODE_MISSING:
	case MDT_NODE_STRUCT:
	case MDT_NODE_ARRAY:
	case MDT_NODE_GROUP:
	case MDT_NODE_PATH:
	case MDT_NODE_COMMENT:
	case MDT_NODE_CONTEXT:
		return (struct mdt_slice){ 0 };
	}
	unreachable();
}

bool mdt_ref_u64(struct mdt_ref ref, uint64_t *ret)
{
	const struct mdt_node *v;

	if (!mdt_ref_ok(ref))
		return false;
	v = mdt_ref_node(ref);
	if (v->kind != MDT_NODE_INT || v->flags & MDT_NODE_HUGE)
		return false;
	*ret = v->num;
	return true;
}

bool mdt_ref_i64(struct mdt_ref ref, int64_t *ret)
{
	uint64_t num;

	if (!mdt_ref_u64(ref, &num))
		return false;
	*ret = (int64_t)num;
	return true;
}

struct mdt_slice mdt_ref_inside(struct mdt_ref ref)
{
	struct mdt_slice s = mdt_ref_text(ref);
	const struct mdt_node *v;

	if (!mdt_ref_ok(ref))
		return (struct mdt_slice){ 0 };
	v = mdt_ref_node(ref);
	if (v->kind != MDT_NODE_STRING && v->kind != MDT_NODE_CHAR)
		return (struct mdt_slice){ 0 };
	if (v->flags & MDT_NODE_CUT)
		s.len -= 3;
	if (s.str[0] == '@')
		s = mdt_slice_skip(s, 1);
	return mdt_slice_from(s.str + 1, s.len - 2);
}

bool mdt_ref_cut(struct mdt_ref ref)
{
	return mdt_ref_ok(ref) && mdt_ref_node(ref)->kind == MDT_NODE_STRING &&
	       mdt_ref_node(ref)->flags & MDT_NODE_CUT;
}

// Up to max digits of a numeric escape; returns how many characters were eaten.
static size_t numeric_escape(struct mdt_slice s, unsigned int base, size_t max,
			     unsigned int *ret)
{
	size_t n = 0;

	*ret = 0;
	while (n < max && n < s.len) {
		int digit = mdt_hex_digit(s.str[n]);

		if (digit < 0 || (unsigned int)digit >= base)
			break;
		*ret = *ret * base + (unsigned int)digit;
		n++;
	}
	return n;
}

static char named_escape(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	case 'v':
		return '\v';
	case 'f':
		return '\f';
	case 'a':
		return '\a';
	case 'b':
		return '\b';
	case 'e':
		return '\033';
	}
	return c;
}

size_t mdt_unescape_one(struct mdt_slice s, char *ret)
{
	unsigned int code;
	size_t eaten;

	if (s.str[0] != '\\' || s.len < 2) {
		*ret = s.str[0];
		return 1;
	}
	s = mdt_slice_skip(s, 1);
	if (s.str[0] == 'x') {
		eaten = numeric_escape(mdt_slice_skip(s, 1), 16, 2, &code);
		eaten += eaten != 0;
	} else {
		eaten = numeric_escape(s, 8, 3, &code);
	}
	*ret = eaten ? (char)code : named_escape(s.str[0]);
	return 1 + (eaten ? eaten : 1);
}

static inline unsigned int hex_value(char c)
{
	return mdt_hex_values[(unsigned char)c];
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

// Up to three digits; returns where they end.
static const char *octal_escape(const char *p, const char *end, char *ret)
{
	const char *stop = end - p > 3 ? p + 3 : end;
	unsigned int code = 0;

	while (p < stop && is_octal(*p))
		code = code * 8 + (unsigned int)(*p++ - '0');
	*ret = (char)code;
	return p;
}

void mdt_unescape(struct mdt_slice s, struct mdt_buf *ret)
{
	const char *p = s.str, *end;
	char *to;

	// What is escaped is never shorter than what it stands for.
	if (!s.len || !mdt_buf_reserve(ret, s.len))
		return;
	end = p + s.len;
	to = ret->str + ret->len;
	while (p < end) {
		unsigned int high, low;

		if (*p != '\\') {
			*to++ = *p++;
		} else if (end - p >= 4 && p[1] == 'x' && (high = hex_value(p[2])) &&
			   (low = hex_value(p[3]))) { // payloads are nothing else
			*to++ = (char)((high - 1) << 4 | (low - 1));
			p += 4;
		} else if (end - p >= 2 && is_octal(p[1])) {
			p = octal_escape(p + 1, end, to++);
		} else {
			p += mdt_unescape_one(mdt_slice_from(p, (size_t)(end - p)), to++);
		}
	}
	ret->len = (size_t)(to - ret->str);
}

bool mdt_ref_bytes(struct mdt_ref ref, struct mdt_buf *ret)
{
	if (!mdt_ref_ok(ref) || (mdt_ref_node(ref)->kind != MDT_NODE_STRING &&
				 mdt_ref_node(ref)->kind != MDT_NODE_CHAR))
		return false;
	mdt_unescape(mdt_ref_inside(ref), ret);
	return true;
}
