// SPDX-License-Identifier: MIT
#include "kernel/btf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

enum {
	BTF_MAGIC = 0xeb9f,
	HEAD_SIZE = 24,
	TYPE_SIZE = 12,
	CHAIN_MAX = 32,	  // of typedefs and qualifiers
	TEXT_MAX = 4096,  // of parameters that are written out
	NESTING_MAX = 16, // of a type that is written out
	IDS_MAX = 1 << 24,
};

static uint32_t load(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

/* ---- what is behind the common part of a type ---- */

// `refers`: the word in the place of the size is a type. `item` is the size of each of
// vlen items, `to` the place of a type in each of them (-1: none); names are first words.
static const struct kind_row {
	unsigned char fixed, item;
	signed char to;
	bool refers, item_named;
} kinds[MDT_BTF_KINDS] = {
	[MDT_BTF_INT] = { .fixed = 4, .to = -1 },
	[MDT_BTF_PTR] = { .to = -1, .refers = true },
	[MDT_BTF_ARRAY] = { .fixed = 12, .to = -1 },
	[MDT_BTF_STRUCT] = { .item = 12, .to = 4, .item_named = true },
	[MDT_BTF_UNION] = { .item = 12, .to = 4, .item_named = true },
	[MDT_BTF_ENUM] = { .item = 8, .to = -1, .item_named = true },
	[MDT_BTF_FWD] = { .to = -1 },
	[MDT_BTF_TYPEDEF] = { .to = -1, .refers = true },
	[MDT_BTF_VOLATILE] = { .to = -1, .refers = true },
	[MDT_BTF_CONST] = { .to = -1, .refers = true },
	[MDT_BTF_RESTRICT] = { .to = -1, .refers = true },
	[MDT_BTF_FUNC] = { .to = -1, .refers = true },
	[MDT_BTF_FUNC_PROTO] = { .item = 8, .to = 4, .refers = true, .item_named = true },
	[MDT_BTF_VAR] = { .fixed = 4, .to = -1, .refers = true },
	[MDT_BTF_DATASEC] = { .item = 12, .to = 0 },
	[MDT_BTF_FLOAT] = { .to = -1 },
	[MDT_BTF_DECL_TAG] = { .fixed = 4, .to = -1, .refers = true },
	[MDT_BTF_TYPE_TAG] = { .to = -1, .refers = true },
	[MDT_BTF_ENUM64] = { .item = 12, .to = -1, .item_named = true },
};

// Whether the vlen of a kind counts items; FUNC keeps its linkage there.
static uint32_t vlen_of(enum mdt_btf_kind kind, uint32_t info)
{
	return kinds[kind].item ? info & 0xffff : 0;
}

/* ---- reading ---- */

static PRINTF_LIKE(2, 3) struct mdt_error *damaged(const char *name, const char *fmt, ...)
{
	char line[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	return mdt_error_create(MDT_ERR_FORMAT, "%s: damaged BTF: %s", name, line);
}

static struct mdt_error *read_head(const char *name, struct mdt_slice bytes,
				   struct mdt_btf *ret)
{
	const unsigned char *head = (const unsigned char *)bytes.str;
	uint64_t hdr, type_off, type_len, str_off, str_len;

	if (bytes.len < HEAD_SIZE)
		return damaged(name, "%zu bytes are not a header", bytes.len);
	if (head[0] == (BTF_MAGIC >> 8) && head[1] == (BTF_MAGIC & 0xff))
		return mdt_error_create(MDT_ERR_FORMAT, "%s: BTF of a big-endian kernel",
					name);
	if ((head[0] | head[1] << 8) != BTF_MAGIC || head[2] != 1)
		return damaged(name, "no BTF of version 1");
	hdr = load(head + 4);
	type_off = hdr + load(head + 8);
	type_len = load(head + 12);
	str_off = hdr + load(head + 16);
	str_len = load(head + 20);
	if (hdr < HEAD_SIZE || type_off + type_len > bytes.len ||
	    str_off + str_len > bytes.len)
		return damaged(name, "its parts do not fit in %zu bytes", bytes.len);
	ret->types = mdt_slice_from(bytes.str + type_off, type_len);
	ret->strings = mdt_slice_from(bytes.str + str_off, str_len);
	if (!ret->base && (!str_len || ret->strings.str[0]))
		return damaged(name, "the first string is not empty");
	if (str_len && ret->strings.str[str_len - 1])
		return damaged(name, "the last string has no end");
	return NULL;
}

// @return The size of the type at @p at, or 0.
static uint64_t size_at(struct mdt_slice types, size_t at)
{
	uint32_t info, kind;
	uint64_t size;

	if (types.len - at < TYPE_SIZE)
		return 0;
	info = load((const unsigned char *)types.str + at + 4);
	kind = info >> 24 & 0x1f;
	if (kind == MDT_BTF_VOID || kind >= MDT_BTF_KINDS)
		return 0;
	size = TYPE_SIZE + kinds[kind].fixed +
	       (uint64_t)kinds[kind].item * vlen_of(kind, info);
	return size <= types.len - at ? size : 0;
}

static struct mdt_error *find_types(const char *name, struct mdt_btf *btf)
{
	size_t cap = 0, count = 0;
	uint64_t size;

	for (size_t at = 0; at < btf->types.len; at += size) {
		size = size_at(btf->types, at);
		if (!size || count + btf->first >= IDS_MAX)
			return damaged(name, "type %zu at byte %zu has no sense",
				       count + btf->first, at);
		if (count == cap &&
		    !mdt_grow((void **)&btf->offsets, &cap, count, sizeof(uint32_t)))
			return &mdt_enomem;
		btf->offsets[count++] = (uint32_t)at;
	}
	btf->end = btf->first + (uint32_t)count;
	return NULL;
}

static bool has_string(const struct mdt_btf *btf, uint32_t at)
{
	while (btf->base && at < btf->str_first)
		btf = btf->base;
	return at >= btf->str_first && at - btf->str_first < btf->strings.len;
}

// The numbers in one type.
static bool is_sound(const struct mdt_btf *btf, uint32_t id)
{
	const unsigned char *at =
		(const unsigned char *)btf->types.str + btf->offsets[id - btf->first];
	uint32_t info = load(at + 4);
	const struct kind_row *row = &kinds[info >> 24 & 0x1f];

	if (!has_string(btf, load(at)) || (row->refers && load(at + 8) >= btf->end))
		return false;
	at += TYPE_SIZE;
	if (row == &kinds[MDT_BTF_ARRAY])
		return load(at) < btf->end && load(at + 4) < btf->end;
	for (uint32_t i = vlen_of(info >> 24 & 0x1f, info); i; i--, at += row->item)
		if ((row->item_named && !has_string(btf, load(at))) ||
		    (row->to >= 0 && load(at + row->to) >= btf->end))
			return false;
	return true;
}

struct mdt_error *mdt_btf_read(const char *name, struct mdt_slice bytes,
			       const struct mdt_btf *base, struct mdt_btf *ret)
{
	struct mdt_error *err;

	*ret = (struct mdt_btf){
		.base = base,
		.first = base ? base->end : 1,
		.str_first = base ? base->str_first + (uint32_t)base->strings.len : 0,
	};
	err = read_head(name, bytes, ret);
	if (!err)
		err = find_types(name, ret);
	for (uint32_t id = ret->first; !err && id < ret->end; id++)
		if (!is_sound(ret, id))
			err = damaged(name, "type %u names what is not there%s", id,
				      base ? " (or the base is of another kernel)" : "");
	return err;
}

void mdt_btf_deinit(struct mdt_btf *btf)
{
	free(btf->offsets);
	*btf = (struct mdt_btf){ 0 };
}

/* ---- walking ---- */

static struct mdt_slice string_at(const struct mdt_btf *btf, uint32_t at)
{
	while (btf->base && at < btf->str_first)
		btf = btf->base;
	return mdt_slice_cstr(btf->strings.str + (at - btf->str_first));
}

struct mdt_btf_type mdt_btf_type(const struct mdt_btf *btf, uint32_t id)
{
	struct mdt_btf_type ret = { .name = SLICE("") };
	const unsigned char *at;
	uint32_t info;

	while (btf->base && id < btf->first)
		btf = btf->base;
	if (id < btf->first || id >= btf->end)
		return ret;
	at = (const unsigned char *)btf->types.str + btf->offsets[id - btf->first];
	info = load(at + 4);
	ret.kind = info >> 24 & 0x1f;
	ret.flag = info >> 31;
	ret.count = vlen_of(ret.kind, info);
	ret.size = ret.to = load(at + 8);
	if (kinds[ret.kind].refers)
		ret.size = 0;
	else
		ret.to = 0;
	ret.name = string_at(btf, load(at));
	ret.rest = at + TYPE_SIZE;
	return ret;
}

struct mdt_btf_member mdt_btf_member(const struct mdt_btf *btf,
				     const struct mdt_btf_type *type, uint32_t index)
{
	const unsigned char *at = type->rest + (size_t)index * 12;
	uint32_t offset = load(at + 8);

	return (struct mdt_btf_member){
		.name = string_at(btf, load(at)),
		.type = load(at + 4),
		.bit_offset = type->flag ? offset & 0xffffff : offset,
		.bit_size = type->flag ? offset >> 24 : 0,
	};
}

void mdt_btf_param(const struct mdt_btf *btf, const struct mdt_btf_type *type,
		   uint32_t index, struct mdt_slice *name, uint32_t *ret)
{
	const unsigned char *at = type->rest + (size_t)index * 8;

	*name = string_at(btf, load(at));
	*ret = load(at + 4);
}

void mdt_btf_enumerator(const struct mdt_btf *btf, const struct mdt_btf_type *type,
			uint32_t index, struct mdt_slice *name, int64_t *ret)
{
	const unsigned char *at = type->rest + (size_t)index * kinds[type->kind].item;
	uint32_t low = load(at + 4);

	*name = string_at(btf, load(at));
	if (type->kind == MDT_BTF_ENUM64)
		*ret = (int64_t)((uint64_t)load(at + 8) << 32 | low);
	else
		*ret = type->flag ? (int32_t)low : (int64_t)low;
}

void mdt_btf_array(const struct mdt_btf_type *type, uint32_t *item, uint32_t *count)
{
	*item = load(type->rest);
	*count = load(type->rest + 8);
}

uint32_t mdt_btf_strip(const struct mdt_btf *btf, uint32_t id)
{
	for (int i = 0; i < CHAIN_MAX; i++) {
		struct mdt_btf_type type = mdt_btf_type(btf, id);

		switch (type.kind) {
		case MDT_BTF_TYPEDEF:
		case MDT_BTF_VOLATILE:
		case MDT_BTF_CONST:
		case MDT_BTF_RESTRICT:
		case MDT_BTF_TYPE_TAG:
			id = type.to;
			break;
		default:
			return id;
		}
	}
	return 0;
}

uint32_t mdt_btf_function(const struct mdt_btf *btf, struct mdt_slice name)
{
	for (; btf; btf = btf->base)
		for (uint32_t id = btf->first; id < btf->end; id++) {
			struct mdt_btf_type type = mdt_btf_type(btf, id);

			if (type.kind == MDT_BTF_FUNC && mdt_slice_eq(type.name, name))
				return mdt_btf_type(btf, type.to).kind ==
						       MDT_BTF_FUNC_PROTO
					       ? type.to
					       : 0;
		}
	return 0;
}

/* ---- as C writes it ---- */

// A declarator around a name, from the inside out, as `*(*name)(int)`.
static void add_declaration(const struct mdt_btf *btf, uint32_t id,
			    struct mdt_slice inner, unsigned int depth,
			    struct mdt_buf *ret);

static void add_params(const struct mdt_btf *btf, const struct mdt_btf_type *proto,
		       bool named, unsigned int depth, struct mdt_buf *ret)
{
	mdt_buf_addc(ret, '(');
	if (!proto->count)
		mdt_buf_adds(ret, "void");
	for (uint32_t i = 0; i < proto->count; i++) {
		struct mdt_slice name;
		uint32_t type;

		mdt_btf_param(btf, proto, i, &name, &type);
		if (i)
			mdt_buf_adds(ret, ", ");
		if (ret->len > TEXT_MAX || (!type && i + 1 == proto->count)) {
			mdt_buf_adds(ret, "...");
			break;
		}
		add_declaration(btf, type, named ? name : SLICE(""), depth + 1, ret);
	}
	mdt_buf_addc(ret, ')');
}

static void add_simple(const char *tag, const struct mdt_btf_type *type,
		       struct mdt_slice inner, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, tag);
	mdt_buf_add(ret, type->name.len ? type->name : SLICE("{...}"));
	if (inner.len && inner.str[0] != '[')
		mdt_buf_addc(ret, ' ');
	mdt_buf_add(ret, inner);
}

static void add_pointer(const struct mdt_btf *btf, uint32_t to, struct mdt_slice inner,
			unsigned int depth, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	enum mdt_btf_kind kind = mdt_btf_type(btf, to).kind;
	bool wraps = kind == MDT_BTF_FUNC_PROTO || kind == MDT_BTF_ARRAY;

	mdt_buf_printf(&text, wraps ? "(*%.*s)" : "*%.*s", SLICE_FMT(inner));
	add_declaration(btf, to, mdt_buf_slice(&text), depth + 1, ret);
}

static void add_declaration(const struct mdt_btf *btf, uint32_t id,
			    struct mdt_slice inner, unsigned int depth,
			    struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_btf_type type = mdt_btf_type(btf, id);
	uint32_t item, count;

	if (depth > NESTING_MAX) {
		mdt_buf_adds(ret, "...");
		return;
	}
	switch (type.kind) {
	case MDT_BTF_STRUCT:
		add_simple("struct ", &type, inner, ret);
		return;
	case MDT_BTF_UNION:
		add_simple("union ", &type, inner, ret);
		return;
	case MDT_BTF_ENUM:
	case MDT_BTF_ENUM64:
		add_simple("enum ", &type, inner, ret);
		return;
	case MDT_BTF_FWD:
		add_simple(type.flag ? "union " : "struct ", &type, inner, ret);
		return;
	case MDT_BTF_CONST:
		// `char *const`, but `const char *`.
		if (mdt_btf_type(btf, type.to).kind == MDT_BTF_PTR) {
			mdt_buf_printf(&text, inner.len ? "const %.*s" : "const%.*s",
				       SLICE_FMT(inner));
			inner = mdt_buf_slice(&text);
		} else {
			mdt_buf_adds(ret, "const ");
		}
		add_declaration(btf, type.to, inner, depth + 1, ret);
		return;
	case MDT_BTF_VOLATILE:
		mdt_buf_adds(ret, "volatile ");
		add_declaration(btf, type.to, inner, depth + 1, ret);
		return;
	case MDT_BTF_RESTRICT:
	case MDT_BTF_TYPE_TAG:
		add_declaration(btf, type.to, inner, depth + 1, ret);
		return;
	case MDT_BTF_PTR:
		add_pointer(btf, type.to, inner, depth, ret);
		return;
	case MDT_BTF_ARRAY:
		mdt_btf_array(&type, &item, &count);
		mdt_buf_printf(&text, "%.*s[%u]", SLICE_FMT(inner), count);
		add_declaration(btf, item, mdt_buf_slice(&text), depth + 1, ret);
		return;
	case MDT_BTF_FUNC_PROTO:
		mdt_buf_add(&text, inner);
		add_params(btf, &type, false, depth, &text);
		add_declaration(btf, type.to, mdt_buf_slice(&text), depth + 1, ret);
		return;
	case MDT_BTF_VOID:
		type.name = SLICE("void");
		break;
	default:
		break;
	}
	add_simple("", &type, inner, ret);
}

void mdt_btf_add_type(const struct mdt_btf *btf, uint32_t id, struct mdt_buf *ret)
{
	add_declaration(btf, id, SLICE(""), 0, ret);
}

void mdt_btf_add_function(const struct mdt_btf *btf, struct mdt_slice name,
			  uint32_t proto, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_btf_type type = mdt_btf_type(btf, proto);

	mdt_buf_add(&text, name);
	add_params(btf, &type, true, 0, &text);
	add_declaration(btf, type.to, mdt_buf_slice(&text), 0, ret);
}
