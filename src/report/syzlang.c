// SPDX-License-Identifier: MIT
#include <inttypes.h>

#include "base/map.h"
#include "report/ioctls.h"

// What is left to be written: types behind the calls, in the order that they are met.
struct writer {
	struct mdt_map seen;  // a type's address -> its number + 1
	struct mdt_map flags; // a meaning's address -> its number + 1
	struct mdt_buf *calls, *types;
	struct mdt_buf sets;
	bool failed;
};

// syzkaller's names are C's, and those of its own types are taken.
static void put_name(struct mdt_buf *ret, const char *name)
{
	for (; *name; name++) {
		bool plain = (*name >= 'a' && *name <= 'z') ||
			     (*name >= 'A' && *name <= 'Z') ||
			     (*name >= '0' && *name <= '9');

		mdt_buf_addc(ret, plain ? *name : '_');
	}
}

static uintptr_t number_of(struct writer *w, struct mdt_map *map, const void *key,
			   bool *is_new)
{
	uintptr_t number = (uintptr_t)mdt_map_find(map, (uintptr_t)key);

	*is_new = !number;
	if (number)
		return number;
	number = map->live + 1;
	w->failed |= !mdt_map_set(map, (uintptr_t)key, (void *)number);
	return number;
}

// `mdt_struct_foo`; unnamed ones have a number.
static void put_type_name(struct mdt_buf *ret, const struct mdt_type *type,
			  uintptr_t number)
{
	mdt_buf_adds(ret, "mdt_");
	if (*type->name)
		put_name(ret, type->name);
	else
		mdt_buf_printf(ret, "unnamed_%" PRIuPTR, number);
}

static bool is_compound(const struct mdt_type *type)
{
	return type->kind == MDT_TYPE_STRUCT || type->kind == MDT_TYPE_UNION;
}

static bool has_names(const struct mdt_meaning *meaning)
{
	return meaning && meaning->count &&
	       (meaning->kind == MDT_MEANING_ENUM || meaning->kind == MDT_MEANING_FLAGS);
}

// `flags[mdt_flags_3, int32]`, and the set once.
static void put_flags(struct writer *w, const struct mdt_meaning *meaning, uint32_t size,
		      struct mdt_buf *ret)
{
	bool is_new;
	uintptr_t number = number_of(w, &w->flags, meaning, &is_new);

	mdt_buf_printf(ret, "flags[mdt_flags_%" PRIuPTR ", int%" PRIu32 "]", number,
		       size * 8);
	if (!is_new)
		return;
	mdt_buf_printf(&w->sets, "mdt_flags_%" PRIuPTR " = ", number);
	for (uint32_t i = 0; i < meaning->count; i++)
		mdt_buf_printf(&w->sets, "%s%#" PRIx64, i ? ", " : "",
			       meaning->constants[i].value);
	mdt_buf_addc(&w->sets, '\n');
}

static void put_type(struct writer *w, const struct mdt_type *type,
		     const struct mdt_meaning *meaning, const char *dir,
		     struct mdt_buf *ret);

static bool is_natural(const struct mdt_type *type);

// How C aligns a type, if its layout is the natural one.
static uint32_t alignment(const struct mdt_type *type)
{
	uint32_t most = 1;

	while (type->kind == MDT_TYPE_ARRAY)
		type = type->item;
	if (!is_compound(type))
		return type->kind == MDT_TYPE_OPAQUE || !type->size ? 1 : type->size;
	if (!is_natural(type))
		return 1;
	for (uint32_t i = 0; i < type->count; i++) {
		uint32_t one = alignment(type->members[i].type);

		most = one > most ? one : most;
	}
	return most;
}

// Whether members are where C puts them by itself; syzkaller's `packed` is for the rest.
static bool is_natural(const struct mdt_type *type)
{
	uint32_t end = 0, most = 1;

	for (uint32_t i = 0; i < type->count; i++) {
		const struct mdt_member *member = &type->members[i];
		uint32_t align = alignment(member->type);

		most = align > most ? align : most;
		if (type->kind == MDT_TYPE_UNION || member->bit_size)
			continue;
		if (member->offset % align || member->offset < end ||
		    member->offset - end >= align)
			return false;
		end = member->offset + member->type->size;
	}
	return type->size % most == 0;
}

static void put_padding(struct mdt_buf *ret, const char *name, uint32_t number,
			uint32_t bytes)
{
	if (bytes)
		mdt_buf_printf(ret,
			       "\t%s%" PRIu32 "\tarray[const[0, int8], %" PRIu32 "]\n",
			       name, number, bytes);
}

static void put_members(struct writer *w, const struct mdt_type *type, bool packed,
			struct mdt_buf *ret)
{
	uint32_t end = 0;

	for (uint32_t i = 0; i < type->count; i++) {
		const struct mdt_member *member = &type->members[i];

		if (packed && member->offset > end)
			put_padding(ret, "mdt_pad", i, member->offset - end);
		mdt_buf_printf(ret, "\tf%" PRIu32 "_", i);
		put_name(ret, member->name);
		mdt_buf_addc(ret, '\t');
		if (member->bit_size)
			mdt_buf_printf(ret, "int%" PRIu32 ":%u", member->type->size * 8,
				       member->bit_size);
		else
			put_type(w, member->type,
				 member->meaning ? member->meaning
						 : member->type->meaning,
				 "inout", ret);
		mdt_buf_addc(ret, '\n');
		end = member->offset + member->type->size;
	}
	if (packed && type->size > end)
		put_padding(ret, "mdt_pad", type->count, type->size - end);
}

// An empty struct is none for syzkaller.
static void put_compound(struct writer *w, const struct mdt_type *type,
			 struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf body = { 0 };
	bool is_union = type->kind == MDT_TYPE_UNION, is_new;
	bool packed = !is_union && !is_natural(type);
	uintptr_t number;

	if (!type->count) {
		mdt_buf_printf(ret, "array[int8, %" PRIu32 "]", type->size);
		return;
	}
	number = number_of(w, &w->seen, type, &is_new);
	put_type_name(ret, type, number);
	if (!is_new)
		return;
	put_members(w, type, packed, &body);
	put_type_name(w->types, type, number);
	mdt_buf_adds(w->types, is_union ? " [\n" : " {\n");
	mdt_buf_add(w->types, mdt_buf_slice(&body));
	mdt_buf_adds(w->types, is_union ? "]" : "}");
	mdt_buf_adds(w->types, packed ? " [packed]\n\n" : "\n\n");
}

static void put_type(struct writer *w, const struct mdt_type *type,
		     const struct mdt_meaning *meaning, const char *dir,
		     struct mdt_buf *ret)
{
	switch (type->kind) {
	case MDT_TYPE_INT:
	case MDT_TYPE_ENUM:
		if (meaning && meaning->kind == MDT_MEANING_FD && type->size == 4)
			mdt_buf_adds(ret, "fd");
		else if (has_names(meaning))
			put_flags(w, meaning, type->size, ret);
		else
			mdt_buf_printf(ret, "int%" PRIu32 "%s", type->size * 8,
				       type->is_big_endian ? "be" : "");
		return;
	case MDT_TYPE_POINTER:
		mdt_buf_printf(ret, "ptr64[%s, array[int8], opt]", dir);
		return;
	case MDT_TYPE_STRUCT:
	case MDT_TYPE_UNION:
		put_compound(w, type, ret);
		return;
	case MDT_TYPE_ARRAY:
		mdt_buf_adds(ret, "array[");
		put_type(w, type->item, meaning, dir, ret);
		if (!type->is_flexible)
			mdt_buf_printf(ret, ", %" PRIu32, type->count);
		mdt_buf_addc(ret, ']');
		return;
	case MDT_TYPE_OPAQUE:
		mdt_buf_printf(ret, "array[int8, %" PRIu32 "]", type->size);
		return;
	}
	unreachable();
}

static void put_argument(struct writer *w, const struct mdt_ioctl *row)
{
	static const char *const dirs[] = {
		[MDT_ARG_IN] = "in", [MDT_ARG_OUT] = "out", [MDT_ARG_INOUT] = "inout"
	};

	if (row->arg >= MDT_ARG_IN && row->type) {
		mdt_buf_printf(w->calls, "ptr[%s, ", dirs[row->arg]);
		put_type(w, row->type, row->meaning, dirs[row->arg], w->calls);
		mdt_buf_addc(w->calls, ']');
	} else if (row->arg == MDT_ARG_VALUE && row->meaning &&
		   row->meaning->kind == MDT_MEANING_FD) {
		mdt_buf_adds(w->calls, "fd");
	} else {
		mdt_buf_adds(w->calls,
			     row->arg == MDT_ARG_IGNORED ? "const[0]" : "intptr");
	}
}

static void put_call(struct writer *w, const struct mdt_ioctl *row)
{
	if (row->is_history || row->varies)
		return;
	mdt_buf_adds(w->calls, "ioctl$mdt_");
	put_name(w->calls, row->name);
	mdt_buf_printf(w->calls, "(fd fd, cmd const[%#" PRIx32 "], arg ", row->number);
	put_argument(w, row);
	mdt_buf_adds(w->calls, ")\n");
}

struct mdt_error *mdt_ioctl_syzlang(const struct mdt_ioctl *const *rows, size_t count,
				    struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf calls = { 0 }, types = { 0 };
	struct writer w = { .calls = &calls, .types = &types };

	for (size_t i = 0; i < count; i++)
		put_call(&w, rows[i]);
	mdt_buf_adds(ret, "# Made by mdtrace list --format=syzlang\n\n");
	mdt_buf_add(ret, mdt_buf_slice(&calls));
	mdt_buf_addc(ret, '\n');
	mdt_buf_add(ret, mdt_buf_slice(&types));
	mdt_buf_add(ret, mdt_buf_slice(&w.sets));
	w.failed |= calls.failed || types.failed || w.sets.failed;
	mdt_buf_deinit(&w.sets);
	mdt_map_deinit(&w.seen);
	mdt_map_deinit(&w.flags);
	return w.failed ? &mdt_enomem : mdt_buf_error(ret);
}
