// SPDX-License-Identifier: MIT
#include "vm/initramfs.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/archive.h"
#include "base/arena.h"
#include "base/map.h"
#include "vm/file.h"

struct mdt_initramfs {
	struct archive *archive;
	int fd;
	struct mdt_arena arena; // paths of folders
	struct mdt_map dirs;	// that are there
};

static struct mdt_error *fault(struct mdt_initramfs *initramfs)
{
	const char *why = archive_error_string(initramfs->archive);

	return mdt_error_create(MDT_ERR_OS, "initramfs: %s",
				why ? why : "libarchive does not say what is wrong");
}

struct mdt_error *mdt_initramfs_create(struct mdt_initramfs **ret)
{
	_cleanup_(mdt_initramfs_destroyp) struct mdt_initramfs *initramfs =
		calloc(1, sizeof(*initramfs));
	struct mdt_error *err;

	if (!initramfs)
		return &mdt_enomem;
	initramfs->fd = -1;
	err = mdt_archive_load();
	if (err)
		return err;
	initramfs->fd = memfd_create("mdtrace-initramfs", MFD_CLOEXEC);
	if (initramfs->fd < 0)
		return mdt_error_os(errno, "memfd_create");
	initramfs->archive = archive_write_new();
	if (!initramfs->archive)
		return &mdt_enomem;
	if (archive_write_set_format_cpio_newc(initramfs->archive) != ARCHIVE_OK ||
	    archive_write_open_fd(initramfs->archive, initramfs->fd) != ARCHIVE_OK)
		return fault(initramfs);
	*ret = no_cleanup_ptr(initramfs);
	return NULL;
}

void mdt_initramfs_destroy(struct mdt_initramfs *initramfs)
{
	if (!initramfs)
		return;
	if (initramfs->archive)
		archive_write_free(initramfs->archive);
	mdt_closep(&initramfs->fd);
	mdt_map_deinit(&initramfs->dirs);
	mdt_arena_deinit(&initramfs->arena);
	free(initramfs);
}

static void free_entry(struct archive_entry **entry)
{
	archive_entry_free(*entry);
}

// One entry. The kernel takes what has more than one link for a hard link
// (init/initramfs.c: maybe_link()).
static struct mdt_error *add_entry(struct mdt_initramfs *initramfs, const char *path,
				   unsigned int type, unsigned int mode,
				   struct mdt_slice bytes)
{
	_cleanup_(free_entry) struct archive_entry *entry = archive_entry_new();

	if (!entry)
		return &mdt_enomem;
	archive_entry_set_pathname(entry, path);
	archive_entry_set_filetype(entry, type);
	archive_entry_set_perm(entry, mode);
	archive_entry_set_nlink(entry, 1);
	archive_entry_set_mtime(entry, 0, 0);
	archive_entry_set_size(entry, 0);
	if (type == AE_IFREG)
		archive_entry_set_size(entry, (la_int64_t)bytes.len);
	if (type == AE_IFLNK)
		archive_entry_set_symlink(entry, bytes.str);
	if (archive_write_header(initramfs->archive, entry) != ARCHIVE_OK)
		return fault(initramfs);
	if (type == AE_IFREG && bytes.len &&
	    archive_write_data(initramfs->archive, bytes.str, bytes.len) !=
		    (la_ssize_t)bytes.len)
		return fault(initramfs);
	return NULL;
}

static struct mdt_error *add_one_dir(struct mdt_initramfs *initramfs,
				     struct mdt_slice path)
{
	struct mdt_slice copy;

	if (!path.len || mdt_map_find_text(&initramfs->dirs, path))
		return NULL;
	if (!mdt_arena_copy(&initramfs->arena, path, &copy) ||
	    !mdt_map_set_text(&initramfs->dirs, copy, initramfs))
		return &mdt_enomem;
	return add_entry(initramfs, copy.str, AE_IFDIR, 0755, (struct mdt_slice){ 0 });
}

// Every folder that ends in a slash.
static struct mdt_error *add_parents(struct mdt_initramfs *initramfs, const char *path)
{
	struct mdt_error *err = NULL;

	for (const char *p = path; !err && (p = strchr(p, '/')); p++)
		err = add_one_dir(initramfs, mdt_slice_from(path, (size_t)(p - path)));
	return err;
}

struct mdt_error *mdt_initramfs_add_dir(struct mdt_initramfs *initramfs, const char *path)
{
	struct mdt_error *err = add_parents(initramfs, path);

	return err ? err : add_one_dir(initramfs, mdt_slice_cstr(path));
}

struct mdt_error *mdt_initramfs_add_bytes(struct mdt_initramfs *initramfs,
					  const char *path, unsigned int mode,
					  struct mdt_slice bytes)
{
	struct mdt_error *err = add_parents(initramfs, path);

	return err ? err : add_entry(initramfs, path, AE_IFREG, mode, bytes);
}

struct mdt_error *mdt_initramfs_add_file(struct mdt_initramfs *initramfs,
					 const char *path, unsigned int mode,
					 const char *host_path)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_error *err = mdt_file_read(host_path, &bytes);

	return err ? err
		   : mdt_initramfs_add_bytes(initramfs, path, mode,
					     mdt_buf_slice(&bytes));
}

struct mdt_error *mdt_initramfs_add_link(struct mdt_initramfs *initramfs,
					 const char *path, const char *target)
{
	struct mdt_error *err = add_parents(initramfs, path);

	return err ? err
		   : add_entry(initramfs, path, AE_IFLNK, 0777, mdt_slice_cstr(target));
}

struct mdt_error *mdt_initramfs_finish(struct mdt_initramfs *initramfs, int *fd)
{
	if (archive_write_close(initramfs->archive) != ARCHIVE_OK)
		return fault(initramfs);
	if (lseek(initramfs->fd, 0, SEEK_SET) < 0)
		return mdt_error_os(errno, "initramfs");
	*fd = initramfs->fd;
	initramfs->fd = -1;
	return NULL;
}
