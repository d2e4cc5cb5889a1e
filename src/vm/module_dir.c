// SPDX-License-Identifier: MIT
#include "vm/module_dir.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "vm/file.h"

void mdt_module_dir_deinit(struct mdt_module_dir *dir)
{
	mdt_map_deinit(&dir->files);
	mdt_map_deinit(&dir->builtin);
	mdt_arena_deinit(&dir->arena);
	*dir = (struct mdt_module_dir){ 0 };
}

// A module's name from its file's: md-mod.ko.xz is md_mod. @return false for other files.
static bool name_of(struct mdt_arena *arena, struct mdt_slice file, struct mdt_slice *ret,
		    struct mdt_error **err)
{
	const char *end = mdt_slice_find(file, SLICE(".ko"));
	struct mdt_slice behind;
	char *name;

	if (!end || end == file.str)
		return false;
	behind = mdt_slice_skip(file, (size_t)(end - file.str) + 3);
	if (behind.len && !mdt_slice_eq(behind, SLICE(".xz")) &&
	    !mdt_slice_eq(behind, SLICE(".zst")) && !mdt_slice_eq(behind, SLICE(".gz")))
		return false;
	if (!mdt_arena_copy(arena, mdt_slice_head(file, (size_t)(end - file.str)), ret)) {
		*err = &mdt_enomem;
		return false;
	}
	name = (char *)ret->str;
	for (size_t i = 0; i < ret->len; i++)
		if (name[i] == '-')
			name[i] = '_';
	return true;
}

/* ---- files ---- */

static struct mdt_error *add_file(struct mdt_module_dir *dir, struct mdt_slice root,
				  struct mdt_slice path, struct mdt_slice file)
{
	struct mdt_slice below = mdt_slice_skip(path, root.len + 1), name, copy;
	struct mdt_error *err = NULL;

	if (!name_of(&dir->arena, file, &name, &err))
		return err;
	if (mdt_map_find_text(&dir->files, name) &&
	    mdt_slice_starts(below, SLICE("kernel/")))
		return NULL;
	if (!mdt_arena_copy(&dir->arena, path, &copy) ||
	    !mdt_map_set_text(&dir->files, name, (void *)copy.str))
		return &mdt_enomem;
	return NULL;
}

// So that what wins does not hang on the file system's order.
static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void fts_closep(FTS **fts)
{
	if (*fts)
		fts_close(*fts);
}

static struct mdt_error *read_files(struct mdt_module_dir *dir, const char *path)
{
	char *roots[] = { (char *)path, NULL };
	_cleanup_(fts_closep) FTS *fts =
		fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, by_name);
	struct mdt_error *err = NULL;
	FTSENT *entry;

	if (!fts)
		return mdt_error_os(errno, "%s", path);
	while (!err && (entry = fts_read(fts))) {
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			return mdt_error_os(entry->fts_errno, "%s", entry->fts_path);
		if (entry->fts_info == FTS_D || entry->fts_info == FTS_DP)
			continue;
		err = add_file(dir, mdt_slice_cstr(path),
			       mdt_slice_from(entry->fts_path, entry->fts_pathlen),
			       mdt_slice_from(entry->fts_name, entry->fts_namelen));
	}
	return err;
}

/* ---- what is built in ---- */

static struct mdt_error *add_builtin(struct mdt_module_dir *dir, struct mdt_slice line)
{
	struct mdt_slice name;
	struct mdt_error *err = NULL;

	if (!name_of(&dir->arena, mdt_slice_base_name(line), &name, &err))
		return err;
	return mdt_map_set_text(&dir->builtin, name, dir) ? NULL : &mdt_enomem;
}

static struct mdt_error *read_builtin(struct mdt_module_dir *dir, const char *path)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 }, text = { 0 };
	struct mdt_slice rest;
	struct mdt_error *err;

	mdt_buf_printf(&name, "%s/modules.builtin", path);
	mdt_buf_addc(&name, '\0');
	err = mdt_buf_error(&name);
	if (!err)
		err = mdt_file_read(name.str, &text);
	if (err)
		return err->os_errno == ENOENT && mdt_error_catch(&err, MDT_ERR_OS) ? NULL
										    : err;
	dir->knows_builtin = true;
	for (rest = mdt_buf_slice(&text); rest.len && !err;) {
		const char *end = memchr(rest.str, '\n', rest.len);
		size_t len = end ? (size_t)(end - rest.str) : rest.len;

		err = add_builtin(dir, mdt_slice_head(rest, len));
		rest = mdt_slice_skip(rest, len + 1);
	}
	return err;
}

struct mdt_error *mdt_module_dir_read(const char *path, struct mdt_module_dir *ret)
{
	struct mdt_error *err;

	*ret = (struct mdt_module_dir){ 0 };
	err = read_files(ret, path);
	return err ? err : read_builtin(ret, path);
}

bool mdt_module_dir_has(const struct mdt_module_dir *dir, const char *name)
{
	return mdt_map_find_text(&dir->files, mdt_slice_cstr(name)) ||
	       mdt_map_find_text(&dir->builtin, mdt_slice_cstr(name));
}

const char *mdt_module_dir_lacks(const struct mdt_module_dir *dir)
{
	static const char *const needed[] = { "md_mod", "raid1" };

	array_for_each (name, needed)
		if (dir->knows_builtin && !mdt_module_dir_has(dir, *name))
			return *name;
	return NULL;
}
