// SPDX-License-Identifier: MIT
#include "ioctl/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "ioctl/rows.h"

struct mdt_pack {
	struct mdt_arena arena;
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

// Base's rows come first, so they stay where the pack has them too.
static struct mdt_error *read_pack(struct mdt_pack *pack,
				   const struct mdt_ioctl_table *base, int fd,
				   const char *path)
{
	_cleanup_(mdt_object_destroyp) struct mdt_object *object = NULL;
	_cleanup_(mdt_rows_deinit) struct mdt_rows rows = { 0 };
	struct mdt_error *err = NULL;
	const struct mdt_type **types = NULL;
	struct mdt_slice name;
	size_t before;

	if (!mdt_arena_copy(&pack->arena, pack_name(path), &name))
		return &mdt_enomem;
	for (size_t i = 0; !err && i < base->count; i++)
		err = mdt_rows_add(&rows,
				   &(struct mdt_row){ .ioctl = *mdt_ioctl_at(base, i) });
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
		err = list_types(base, &pack->arena, &types);
	if (!err)
		err = mdt_rows_index(&rows, types, base->type_count, &pack->arena,
				     &pack->table);
	return err;
}

struct mdt_error *mdt_pack_create_fd(const struct mdt_ioctl_table *base, int fd,
				     const char *path, struct mdt_pack **ret)
{
	struct mdt_pack *pack = calloc(1, sizeof(*pack));
	struct mdt_error *err = pack ? read_pack(pack, base, fd, path) : &mdt_enomem;

	if (err)
		mdt_pack_destroy(pack);
	else
		*ret = pack;
	return err;
}

struct mdt_error *mdt_pack_create(const struct mdt_ioctl_table *base, const char *path,
				  struct mdt_pack **ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct mdt_error *err;

	if (fd < 0)
		return mdt_error_os(errno, "%s", path);
	err = mdt_pack_create_fd(base, fd, path, ret);
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
