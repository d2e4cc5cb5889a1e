// SPDX-License-Identifier: MIT
#include <archive.h>
#include <archive_entry.h>

#include "scratch.h"
#include "vm/initramfs.h"

// Every entry: its type, permissions, path, and what is in it.
static void describe(int fd, struct mdt_buf *ret)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;

	archive_read_support_format_cpio(archive);
	cr_assert_eq(archive_read_open_fd(archive, fd, 4096), ARCHIVE_OK, "%s",
		     archive_error_string(archive));
	while (archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
		char bytes[64];
		la_ssize_t n;

		mdt_buf_printf(ret, "%o %o %s", archive_entry_filetype(entry),
			       archive_entry_perm(entry), archive_entry_pathname(entry));
		if (archive_entry_symlink(entry))
			mdt_buf_printf(ret, " -> %s", archive_entry_symlink(entry));
		cr_assert_eq(archive_entry_nlink(entry), 1);
		n = archive_read_data(archive, bytes, sizeof(bytes));
		if (n > 0)
			mdt_buf_printf(ret, " [%.*s]", (int)n, bytes);
		mdt_buf_addc(ret, '\n');
	}
	cr_assert_eq(archive_format(archive), ARCHIVE_FORMAT_CPIO_SVR4_NOCRC);
	mdt_buf_addc(ret, '\0');
	archive_read_free(archive);
}

Test(initramfs, has_what_was_added_and_the_folders_above)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	_cleanup_(mdt_initramfs_destroyp) struct mdt_initramfs *initramfs = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf is = { 0 };
	int fd;

	scratch_write(&scratch, "program", SLICE("#!"));
	cr_assert_null(mdt_initramfs_create(&initramfs));
	cr_assert_null(mdt_initramfs_add_dir(initramfs, "dev"));
	cr_assert_null(mdt_initramfs_add_dir(initramfs, "dev"));
	cr_assert_null(
		mdt_initramfs_add_bytes(initramfs, "usr/lib/x", 0644, SLICE("text")));
	cr_assert_null(
		mdt_initramfs_add_bytes(initramfs, "usr/lib/empty", 0600, SLICE("")));
	cr_assert_null(mdt_initramfs_add_file(initramfs, "usr/bin/p", 0755,
					      scratch_path(&scratch, "program")));
	cr_assert_null(mdt_initramfs_add_link(initramfs, "bin", "usr/bin"));
	cr_assert_null(mdt_initramfs_finish(initramfs, &fd));
	describe(fd, &is);
	cr_assert_str_eq(is.str, "40000 755 dev\n"
				 "40000 755 usr\n"
				 "40000 755 usr/lib\n"
				 "100000 644 usr/lib/x [text]\n"
				 "100000 600 usr/lib/empty\n"
				 "40000 755 usr/bin\n"
				 "100000 755 usr/bin/p [#!]\n"
				 "120000 777 bin -> usr/bin\n");
	close(fd);
}

Test(initramfs, a_file_that_is_not_there_is_named)
{
	_cleanup_(mdt_initramfs_destroyp) struct mdt_initramfs *initramfs = NULL;
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL, *dir = NULL;

	cr_assert_null(mdt_initramfs_create(&initramfs));
	err = mdt_initramfs_add_file(initramfs, "x", 0755, "/nowhere/x");
	cr_assert_not_null(err);
	cr_assert_str_eq(err->message, "/nowhere/x: No such file or directory");
	dir = mdt_initramfs_add_file(initramfs, "x", 0755, "/proc");
	cr_assert_not_null(dir);
	cr_assert_str_eq(dir->message, "/proc: Is a directory");
}
