// SPDX-License-Identifier: MIT
#include <inttypes.h>

#include "ioctl/packc/packc.h"

struct witness {
	struct mdt_map seen; // a type's address -> anything
	struct mdt_buf *ret;
};

static struct mdt_error *attest_type(struct witness *w, const struct mdt_type *type);

// Where the members that are looked at are: `struct foo` and `` or `bar.`.
struct place {
	const char *type;
	struct mdt_slice path;
	uint32_t base;
	bool is_nested; // in an unnamed member, or one of an unnamed type
};

// An array without a length has no sizeof. Between it and what is next, or the end of the
// type, is padding at most. (Both need a name to ask by.)
static void attest_no_length(struct witness *w, const struct place *place,
			     const struct mdt_member *member,
			     const struct mdt_member *next)
{
	struct mdt_slice path = place->path;

	if (place->is_nested || (next && (!*next->name || next->bit_size)))
		return;
	mdt_buf_adds(w->ret, "_Static_assert(");
	if (next)
		mdt_buf_printf(w->ret, "offsetof(%s, %.*s%s)", place->type,
			       SLICE_FMT(path), next->name);
	else
		mdt_buf_printf(w->ret, "sizeof(%s)", place->type);
	mdt_buf_printf(w->ret, " - offsetof(%s, %.*s%s) < 8, \"%s.%.*s%s\");\n",
		       place->type, SLICE_FMT(path), member->name, place->type,
		       SLICE_FMT(path), member->name);
}

// @p next is the member behind it, or NULL.
static void attest_member(struct witness *w, const struct place *place,
			  const struct mdt_member *member, const struct mdt_member *next)
{
	struct mdt_slice path = place->path;

	mdt_buf_printf(
		w->ret,
		"_Static_assert(offsetof(%s, %.*s%s) == %" PRIu32 ", \"%s.%.*s%s\");\n",
		place->type, SLICE_FMT(path), member->name, place->base + member->offset,
		place->type, SLICE_FMT(path), member->name);
	if (member->type->is_flexible)
		attest_no_length(w, place, member, next);
	else
		mdt_buf_printf(w->ret,
			       "_Static_assert(sizeof(((%s *)0)->%.*s%s) == %" PRIu32
			       ", \"%s.%.*s%s\");\n",
			       place->type, SLICE_FMT(path), member->name,
			       member->type->size, place->type, SLICE_FMT(path),
			       member->name);
}

// The fields of an unnamed member are the outer type's own; those of an unnamed type are
// reached through its member. (A bit-field has no offset to ask for.)
static struct mdt_error *attest_members(struct witness *w, const struct mdt_type *type,
					const struct place *outer)
{
	struct mdt_error *err = NULL;

	for (uint32_t i = 0; !err && i < type->count; i++) {
		const struct mdt_member *member = &type->members[i];
		_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
		struct place place = { .type = outer->type,
				       .base = outer->base + member->offset,
				       .is_nested = true };

		if (*member->name && !member->bit_size)
			attest_member(w, outer, member,
				      i + 1 < type->count ? member + 1 : NULL);
		mdt_buf_add(&path, outer->path);
		if (*member->name)
			mdt_buf_printf(&path, "%s.", member->name);
		place.path = mdt_buf_slice(&path);
		if (!*member->type->name && member->type->members)
			err = attest_members(w, member->type, &place);
		else
			err = attest_type(w, member->type);
	}
	return err;
}

static void attest_enum(struct witness *w, const struct mdt_type *type)
{
	for (uint32_t i = 0; i < type->meaning->count; i++)
		mdt_buf_printf(w->ret,
			       "_Static_assert((unsigned long long)(%s) == %#" PRIx64
			       "ull, \"%s\");\n",
			       type->meaning->constants[i].name,
			       type->meaning->constants[i].value,
			       type->meaning->constants[i].name);
}

static struct mdt_error *attest_type(struct witness *w, const struct mdt_type *type)
{
	if (mdt_map_find(&w->seen, (uintptr_t)type))
		return NULL;
	if (!mdt_map_set(&w->seen, (uintptr_t)type, w))
		return &mdt_enomem;
	if (type->kind == MDT_TYPE_ARRAY)
		return attest_type(w, type->item);
	if (type->kind == MDT_TYPE_ENUM)
		attest_enum(w, type);
	if ((type->kind != MDT_TYPE_STRUCT && type->kind != MDT_TYPE_UNION) ||
	    !*type->name)
		return NULL;
	mdt_buf_printf(w->ret, "_Static_assert(sizeof(%s) == %" PRIu32 ", \"%s\");\n",
		       type->name, type->size, type->name);
	return attest_members(w, type, &(struct place){ .type = type->name });
}

static struct mdt_error *attest_row(struct witness *w, const struct mdt_ioctl *row)
{
	if (row->is_history)
		return NULL;
	if (!row->varies) // a template's are among the facts
		mdt_buf_printf(w->ret,
			       "_Static_assert((unsigned int)(%s) == %#" PRIx32
			       "u, \"%s\");\n",
			       row->name, row->number, row->name);
	return row->type ? attest_type(w, row->type) : NULL;
}

struct mdt_error *mdt_packc_witness(const struct mdt_packc *pack, struct mdt_buf *ret)
{
	struct mdt_error *err = mdt_packc_source(pack, ret);
	struct witness w = { .ret = ret };

	mdt_buf_add(ret, mdt_buf_slice(&pack->facts));
	for (size_t i = 0; !err && i < pack->rows.len; i++)
		err = attest_row(&w, &pack->rows.items[i].ioctl);
	for (size_t i = 0; !err && i < pack->types.len; i++)
		err = attest_type(&w, pack->types.items[i]);
	mdt_map_deinit(&w.seen);
	return err ? err : mdt_buf_error(ret);
}
