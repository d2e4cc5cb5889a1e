// SPDX-License-Identifier: MIT
#include "ioctl/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "ioctl/rows.h"

struct mdt_pack {
	struct mdt_arena arena;
	const char *name; // that all its rows have: `acme`
	struct mdt_ioctl_table table;
};

// `/tmp/foo.o` -> `foo`
static struct mdt_slice pack_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct mdt_slice name = mdt_slice_cstr(slash ? slash + 1 : path);
	const char *dot = name.len ? memchr(name.str + 1, '.', name.len - 1) : NULL;

	return dot ? mdt_slice_head(name, (size_t)(dot - name.str)) : name;
}

static struct mdt_error *list_types(const struct mdt_ioctl_table *base,
				    struct mdt_arena *arena, const struct mdt_type ***ret)
{
	const struct mdt_type **types = mdt_arena_alloc(
		arena, base->type_count * sizeof(*types), _Alignof(struct mdt_type *));

	if (!types)
		return &mdt_enomem;
	for (size_t i = 0; i < base->type_count; i++)
		types[i] = mdt_ioctl_type_at(base, i);
	*ret = types;
	return NULL;
}

/* ---- what both have ---- */

enum { PLACE_OVER, PLACE_BASE, PLACE_ADDED };

// A hostile pack can nest so that all of it is never seen.
enum { STEPS_MAX = 10000 };

static bool is_same_layout(const struct mdt_type *a, const struct mdt_type *b,
			   unsigned int *steps);

static bool is_same_member(const struct mdt_member *a, const struct mdt_member *b,
			   unsigned int *steps)
{
	return !strcmp(a->name, b->name) && a->offset == b->offset &&
	       a->bit_offset == b->bit_offset && a->bit_size == b->bit_size &&
	       is_same_layout(a->type, b->type, steps);
}

static bool is_same_layout(const struct mdt_type *a, const struct mdt_type *b,
			   unsigned int *steps)
{
	if (a == b)
		return true;
	if (!a || !b || !*steps || a->kind != b->kind || a->size != b->size ||
	    a->count != b->count || a->is_signed != b->is_signed ||
	    a->is_char != b->is_char || a->is_big_endian != b->is_big_endian)
		return false;
	--*steps;
	if (a->kind == MDT_TYPE_ARRAY)
		return is_same_layout(a->item, b->item, steps);
	if (a->kind != MDT_TYPE_STRUCT && a->kind != MDT_TYPE_UNION)
		return true;
	for (uint32_t i = 0; i < a->count; i++)
		if (!is_same_member(&a->members[i], &b->members[i], steps))
			return false;
	return true;
}

// What a header cannot tell is in base only: what a driver does, what a field means.
static bool says_more(const struct mdt_ioctl *base, const struct mdt_ioctl *row)
{
	unsigned int steps = STEPS_MAX;

	return !row->type || *base->note || base->size_lies ||
	       is_same_layout(base->type, row->type, &steps);
}

static const struct mdt_ioctl *find_same(const struct mdt_ioctl_table *base,
					 const struct mdt_ioctl *row)
{
	size_t count;
	const struct mdt_ioctl *same = mdt_ioctl_find(base, row->number, &count);

	for (size_t i = 0; i < count; i++)
		if (same[i].number == row->number && !strcmp(same[i].name, row->name))
			return same + i;
	return NULL;
}

static void place_rows(const struct mdt_ioctl_table *base, enum mdt_pack_role role,
		       struct mdt_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct mdt_ioctl *same = find_same(base, &rows[i].ioctl);

		rows[i].place = role == MDT_PACK_OVERRIDES ? PLACE_OVER : PLACE_ADDED;
		rows[i].is_dropped = same && (role == MDT_PACK_ADDS ||
					      says_more(same, &rows[i].ioctl));
	}
}

/* ---- reading ---- */

static struct mdt_error *read_pack(struct mdt_pack *pack,
				   const struct mdt_ioctl_table *base, int fd,
				   const char *path, enum mdt_pack_role role)
{
	_cleanup_(mdt_object_destroyp) struct mdt_object *object = NULL;
	_cleanup_(mdt_rows_deinit) struct mdt_rows rows = { 0 };
	struct mdt_error *err = NULL;
	const struct mdt_type **types = NULL;
	struct mdt_slice name;
	size_t before;

	if (!mdt_arena_copy(&pack->arena, pack_name(path), &name))
		return &mdt_enomem;
	pack->name = name.str;
	for (size_t i = 0; !err && i < base->count; i++)
		err = mdt_rows_add(&rows,
				   &(struct mdt_row){ .ioctl = *mdt_ioctl_at(base, i),
						      .is_ordered = true,
						      .place = PLACE_BASE });
	before = rows.len;
	if (!err)
		err = mdt_object_create(fd, path, &pack->arena, &object);
	if (!err)
		err = mdt_rows_collect(object, path, name.str, &pack->arena, &rows, NULL);
	// gcc's plain -g3 has macros where libdw does not find them.
	if (!err && rows.len == before)
		err = mdt_error_at(MDT_ERR_DWARF, path, 0, 0,
				   "no ioctl among its macros (a pack is compiled with "
				   "-gdwarf-4 -gstrict-dwarf -g3)");
	if (!err)
		place_rows(base, role, rows.items + before, rows.len - before);
	if (!err)
		err = list_types(base, &pack->arena, &types);
	if (!err)
		err = mdt_rows_index(&rows, types, base->type_count, &pack->arena,
				     &pack->table);
	return err;
}

struct mdt_error *mdt_pack_create_fd(const struct mdt_ioctl_table *base, int fd,
				     const char *path, enum mdt_pack_role role,
				     struct mdt_pack **ret)
{
	struct mdt_pack *pack = calloc(1, sizeof(*pack));
	struct mdt_error *err =
		pack ? read_pack(pack, base, fd, path, role) : &mdt_enomem;

	if (err)
		mdt_pack_destroy(pack);
	else
		*ret = pack;
	return err;
}

struct mdt_error *mdt_pack_create(const struct mdt_ioctl_table *base, const char *path,
				  enum mdt_pack_role role, struct mdt_pack **ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct mdt_error *err;

	if (fd < 0)
		return mdt_error_os(errno, "%s", path);
	err = mdt_pack_create_fd(base, fd, path, role, ret);
	close(fd);
	return err;
}

void mdt_pack_destroy(struct mdt_pack *pack)
{
	if (!pack)
		return;
	mdt_arena_deinit(&pack->arena);
	free(pack);
}

const struct mdt_ioctl_table *mdt_pack_table(const struct mdt_pack *pack)
{
	return &pack->table;
}

bool mdt_pack_has(const struct mdt_pack *pack, const struct mdt_ioctl *row)
{
	return row->pack == pack->name;
}
