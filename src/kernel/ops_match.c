// SPDX-License-Identifier: MIT
#include "kernel/ops_parts.h"

enum {
	NESTING_MAX = 16, // of structs in structs
	SAME_MAX = 8,	  // of pointers in prototypes
	NAMES_MAX = 3,	  // that are told, of several
	POINTER = 8,
};

/* ---- two types ---- */

static bool same_type(const struct mdt_btf *btf, uint32_t a, uint32_t b,
		      unsigned int depth);

static bool same_proto(const struct mdt_btf *btf, const struct mdt_btf_type *a,
		       const struct mdt_btf_type *b, unsigned int depth)
{
	if (a->count != b->count || !same_type(btf, a->to, b->to, depth + 1))
		return false;
	for (uint32_t i = 0; i < a->count; i++) {
		struct mdt_slice name;
		uint32_t x, y;

		mdt_btf_param(btf, a, i, &name, &x);
		mdt_btf_param(btf, b, i, &name, &y);
		if (!same_type(btf, x, y, depth + 1))
			return false;
	}
	return true;
}

// A struct that one file only declares is the one that another defines.
static bool same_tag(const struct mdt_btf_type *a, const struct mdt_btf_type *b)
{
	bool agree =
		a->kind == b->kind || a->kind == MDT_BTF_FWD || b->kind == MDT_BTF_FWD;

	return agree && a->name.len && mdt_slice_eq(a->name, b->name);
}

// Structs are the same by their names: a split BTF may have its own copy of one.
static bool same_type(const struct mdt_btf *btf, uint32_t a, uint32_t b,
		      unsigned int depth)
{
	struct mdt_btf_type x, y;

	a = mdt_btf_strip(btf, a);
	b = mdt_btf_strip(btf, b);
	if (a == b)
		return true;
	if (depth > SAME_MAX)
		return false;
	x = mdt_btf_type(btf, a);
	y = mdt_btf_type(btf, b);
	if (x.kind == MDT_BTF_PTR && y.kind == MDT_BTF_PTR)
		return same_type(btf, x.to, y.to, depth + 1);
	if (x.kind == MDT_BTF_FUNC_PROTO && y.kind == MDT_BTF_FUNC_PROTO)
		return same_proto(btf, &x, &y, depth);
	return same_tag(&x, &y) && x.size == y.size;
}

/* ---- a place in a struct ---- */

enum fit {
	FIT_NOT,
	FIT_UNKNOWN, // a pointer to a function, and nothing is known about this one
	FIT_FULL,    // and of its prototype; or a pointer to no function, for no function
};

// What is asked of a place: a slot, or NULL for a byte that is not zero.
struct question {
	const struct mdt_btf *btf;
	const struct mdt_ops_slot *slot;
};

static enum fit fit_at(const struct question *q, uint32_t id, uint64_t at,
		       unsigned int depth);

static enum fit fit_pointer(const struct question *q, const struct mdt_btf_type *type)
{
	uint32_t to = mdt_btf_strip(q->btf, type->to);
	bool to_function = mdt_btf_type(q->btf, to).kind == MDT_BTF_FUNC_PROTO;

	if (!q->slot || q->slot->is_function != to_function)
		return FIT_NOT;
	if (!to_function)
		return FIT_FULL;
	if (!q->slot->proto)
		return FIT_UNKNOWN;
	return same_type(q->btf, to, q->slot->proto, 0) ? FIT_FULL : FIT_NOT;
}

static uint64_t size_of(const struct mdt_btf *btf, uint32_t id, unsigned int depth)
{
	struct mdt_btf_type type;
	uint32_t item, count;

	id = mdt_btf_strip(btf, id);
	type = mdt_btf_type(btf, id);
	if (type.kind == MDT_BTF_PTR)
		return POINTER;
	if (type.kind != MDT_BTF_ARRAY || depth > NESTING_MAX)
		return type.size;
	mdt_btf_array(&type, &item, &count);
	return size_of(btf, item, depth + 1) * count;
}

static enum fit fit_struct(const struct question *q, const struct mdt_btf_type *type,
			   uint64_t at, unsigned int depth)
{
	enum fit best = FIT_NOT;

	for (uint32_t i = 0; i < type->count && best < FIT_FULL; i++) {
		struct mdt_btf_member member = mdt_btf_member(q->btf, type, i);
		uint64_t start = member.bit_offset / 8;
		enum fit fit;

		// Bit-fields are no pointers, and share their bytes.
		if (member.bit_size) {
			if (!q->slot && at >= start &&
			    at <= (member.bit_offset + member.bit_size - 1) / 8)
				return FIT_FULL;
			continue;
		}
		if (at < start || at - start >= size_of(q->btf, member.type, 0))
			continue;
		fit = fit_at(q, member.type, at - start, depth + 1);
		if (fit > best)
			best = fit;
		if (type->kind == MDT_BTF_STRUCT)
			break;
	}
	return best;
}

static enum fit fit_at(const struct question *q, uint32_t id, uint64_t at,
		       unsigned int depth)
{
	struct mdt_btf_type type;
	uint32_t item, count;
	uint64_t size;

	id = mdt_btf_strip(q->btf, id);
	type = mdt_btf_type(q->btf, id);
	if (depth > NESTING_MAX)
		return FIT_NOT;
	switch (type.kind) {
	case MDT_BTF_PTR:
		return at == 0 || !q->slot ? fit_pointer(q, &type) : FIT_NOT;
	case MDT_BTF_STRUCT:
	case MDT_BTF_UNION:
		return fit_struct(q, &type, at, depth);
	case MDT_BTF_ARRAY:
		mdt_btf_array(&type, &item, &count);
		size = size_of(q->btf, item, 0);
		return size ? fit_at(q, item, at % size, depth + 1) : FIT_NOT;
	default:
		return q->slot ? FIT_NOT : FIT_FULL;
	}
}

/* ---- a struct as a whole ---- */

// @return Functions whose prototype agrees, or -1 when something disagrees.
static int score(const struct mdt_btf *btf, const struct mdt_ops_raw *raw, uint32_t id,
		 uint64_t size)
{
	struct question q = { .btf = btf };
	int checked = 0;
	size_t slot = 0;

	for (size_t i = 0; i < raw->slot_count; i++) {
		enum fit fit;

		q.slot = &raw->slots[i];
		fit = fit_at(&q, id, q.slot->at % size, 0);
		if (fit == FIT_NOT)
			return -1;
		checked += fit == FIT_FULL && q.slot->is_function;
	}
	q.slot = NULL;
	for (uint64_t at = 0; at < raw->bytes.len; at++) {
		while (slot < raw->slot_count && raw->slots[slot].at + POINTER <= at)
			slot++;
		if (slot < raw->slot_count && raw->slots[slot].at <= at)
			continue;
		if (raw->bytes.str[at] && fit_at(&q, id, at % size, 0) == FIT_NOT)
			return -1;
	}
	return checked;
}

struct best {
	uint32_t id;
	uint64_t items;
	int score;
	size_t rivals;
	struct mdt_slice names[NAMES_MAX];
};

static void consider(const struct mdt_btf *btf, struct best *best, uint32_t id,
		     uint64_t items, int value)
{
	struct mdt_slice name = mdt_btf_type(btf, id).name;
	bool better = !best->id || value > best->score ||
		      (value == best->score && items < best->items);

	if (!better && (value < best->score || items > best->items))
		return;
	if (better)
		*best = (struct best){ .id = id, .items = items, .score = value };
	for (size_t i = 0; i < best->rivals && i < NAMES_MAX; i++)
		if (mdt_slice_eq(best->names[i], name))
			return;
	if (best->rivals < NAMES_MAX)
		best->names[best->rivals] = name;
	best->rivals++;
}

static void tell_rivals(const struct best *best, struct mdt_buf *why)
{
	mdt_buf_adds(why, "several structs agree with it: ");
	for (size_t i = 0; i < best->rivals && i < NAMES_MAX; i++)
		mdt_buf_printf(why, "%s%.*s", i ? ", " : "", SLICE_FMT(best->names[i]));
	if (best->rivals > NAMES_MAX)
		mdt_buf_printf(why, " and %zu more", best->rivals - NAMES_MAX);
}

// modpost writes it into every module (scripts/mod/modpost.c: add_header()), so its name
// says what it is.
static bool is_module(const struct mdt_ops_raw *raw, const struct mdt_btf_type *type)
{
	return mdt_slice_eq(raw->symbol->name, SLICE("__this_module")) &&
	       mdt_slice_eq(type->name, SLICE("module"));
}

void mdt_ops_match(const struct mdt_btf *btf, const struct mdt_ops_raw *raw,
		   uint32_t *ret, uint32_t *checked, struct mdt_buf *why)
{
	struct best best = { 0 };

	*ret = *checked = 0;
	for (const struct mdt_btf *b = btf; b; b = b->base)
		for (uint32_t id = b->first; id < b->end; id++) {
			struct mdt_btf_type type = mdt_btf_type(b, id);
			int value;

			if (type.kind != MDT_BTF_STRUCT || !type.size || !type.name.len ||
			    raw->bytes.len % type.size != 0)
				continue;
			value = score(btf, raw, id, type.size);
			if (value > 0 || (value == 0 && is_module(raw, &type)))
				consider(btf, &best, id, raw->bytes.len / type.size,
					 value);
		}
	if (!best.id)
		mdt_buf_adds(why, "no struct agrees with its size and its functions");
	else if (best.rivals > 1)
		tell_rivals(&best, why);
	else
		*ret = best.id, *checked = (uint32_t)best.score;
}
