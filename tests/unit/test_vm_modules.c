// SPDX-License-Identifier: MIT
#include <archive.h>
#include <archive_entry.h>

#include "scratch.h"
#include "vm/modules.h"

// A small kernel, as if depmod had never run: names with - and _, a softdep on an alias,
// a circle, a builtin, something that nobody wants.
static void add_kernel(struct scratch *scratch)
{
	scratch_module(scratch, "kernel/drivers/virtio/virtio_ring.ko",
		       SLICE("depends=\0"));
	scratch_module(scratch, "kernel/drivers/virtio/virtio.ko",
		       SLICE("license=GPL\0depends=virtio_ring\0"));
	scratch_module(scratch, "kernel/drivers/virtio/virtio_pci.ko",
		       SLICE("depends=virtio,virtio_ring\0"));
	scratch_module(scratch, "kernel/drivers/md/md-mod.ko", SLICE("depends=\0"));
	scratch_module(scratch, "kernel/drivers/md/raid1.ko", SLICE("depends=md-mod\0"));
	scratch_module(scratch, "kernel/drivers/md/raid456.ko",
		       SLICE("depends=md-mod,raid6_pq,libcrc32c\0"));
	scratch_module(scratch, "kernel/lib/raid6/raid6_pq.ko", SLICE("name=raid6_pq\0"));
	scratch_module(scratch, "kernel/lib/libcrc32c.ko",
		       SLICE("depends=\0softdep=pre: crc32c post: nobody\0"));
	scratch_module(scratch, "kernel/crypto/crc32c_generic.ko",
		       SLICE("depends=raid456\0"));
	scratch_module(scratch, "kernel/net/wireguard.ko", SLICE("depends=\0"));
	scratch_write(scratch, "modules.builtin",
		      SLICE("kernel/drivers/block/loop.ko\nkernel/fs/ext4/ext4.ko\n"));
}

static void check_order(struct scratch *scratch, const char *order)
{
	_cleanup_(mdt_modules_deinit) struct mdt_modules modules = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_error *err = mdt_modules_find(scratch->dir, &modules);

	cr_assert_null(err, "%s", err ? err->message : "");
	mdt_modules_order(&modules, &text);
	cr_assert_null(mdt_buf_error(&text));
	mdt_buf_addc(&text, '\0');
	cr_assert_str_eq(text.str, order);
}

Test(modules, order_is_of_what_they_say)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	add_kernel(&scratch);
	check_order(&scratch, "virtio_ring virtio_ring.ko boot -\n"
			      "virtio virtio.ko boot virtio_ring\n"
			      "virtio_pci virtio_pci.ko boot virtio,virtio_ring\n"
			      "loop - builtin -\n"
			      "md_mod md_mod.ko boot -\n"
			      "raid1 raid1.ko demand md_mod\n"
			      "raid6_pq raid6_pq.ko demand -\n"
			      "crc32c_generic crc32c_generic.ko demand -\n"
			      "libcrc32c libcrc32c.ko demand crc32c_generic\n"
			      "raid456 raid456.ko demand md_mod,raid6_pq,libcrc32c\n");
}

Test(modules, what_is_not_below_kernel_wins)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	_cleanup_(mdt_modules_deinit) struct mdt_modules modules = { 0 };

	scratch_module(&scratch, "extra/md-mod.ko", SLICE("depends=\0"));
	scratch_module(&scratch, "kernel/drivers/md/md-mod.ko", SLICE("depends=\0"));
	scratch_module(&scratch, "kernel/drivers/md/raid1.ko", SLICE("depends=\0"));
	scratch_module(&scratch, "updates/dkms/raid1.ko", SLICE("depends=md_mod\0"));
	cr_assert_null(mdt_modules_find(scratch.dir, &modules));
	cr_assert_eq(modules.count, 2);
	cr_assert_str_eq(mdt_modules_get(&modules, "md_mod")->path.str,
			 scratch_path(&scratch, "extra/md-mod.ko"));
	cr_assert_str_eq(mdt_modules_get(&modules, "raid1")->path.str,
			 scratch_path(&scratch, "updates/dkms/raid1.ko"));
	cr_assert_null(mdt_modules_get(&modules, "md-mod"));
}

// @param filter Of libarchive.
static void add_compressed(struct scratch *scratch, const char *name, int filter,
			   struct mdt_slice modinfo)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf ko = { 0 };
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	scratch_ko(modinfo, &ko);
	scratch_mkdir(scratch, name);
	cr_assert_eq(archive_write_add_filter(archive, filter), ARCHIVE_OK);
	cr_assert_eq(archive_write_set_format_raw(archive), ARCHIVE_OK);
	cr_assert_eq(archive_write_open_filename(archive, scratch_path(scratch, name)),
		     ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_write_header(archive, entry);
	cr_assert_eq(archive_write_data(archive, ko.str, ko.len), (la_ssize_t)ko.len);
	archive_entry_free(entry);
	cr_assert_eq(archive_write_free(archive), ARCHIVE_OK);
}

Test(modules, compressed_ones_are_read_and_unpacked)
{
	static const char *const names[] = { "md_mod", "raid0", "raid1" };
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	_cleanup_(mdt_modules_deinit) struct mdt_modules modules = { 0 };

	add_compressed(&scratch, "kernel/md-mod.ko.xz", ARCHIVE_FILTER_XZ,
		       SLICE("depends=\0"));
	add_compressed(&scratch, "kernel/raid0.ko.gz", ARCHIVE_FILTER_GZIP,
		       SLICE("depends=md-mod\0"));
	add_compressed(&scratch, "kernel/raid1.ko.zst", ARCHIVE_FILTER_ZSTD,
		       SLICE("depends=md-mod\0"));
	check_order(&scratch, "md_mod md_mod.ko boot -\n"
			      "raid0 raid0.ko demand md_mod\n"
			      "raid1 raid1.ko demand md_mod\n");
	cr_assert_null(mdt_modules_find(scratch.dir, &modules));
	array_for_each (name, names) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf ko = { 0 };

		scratch_ko(strcmp(*name, "md_mod") == 0 ? SLICE("depends=\0")
							: SLICE("depends=md-mod\0"),
			   &ko);
		cr_assert(mdt_slice_eq(
			mdt_buf_slice(&mdt_modules_get(&modules, *name)->bytes),
			mdt_buf_slice(&ko)));
	}
}

Test(modules, a_broken_one_is_named)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	_cleanup_(mdt_modules_deinit) struct mdt_modules modules = { 0 };
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL;
	char expected[256];

	scratch_write(&scratch, "kernel/md-mod.ko",
		      SLICE("\x7f"
			    "ELF, or not"));
	err = mdt_modules_find(scratch.dir, &modules);
	cr_assert_not_null(err);
	cr_assert_eq(err->kind, MDT_ERR_FORMAT);
	snprintf(expected, sizeof(expected), "%s/kernel/md-mod.ko: not a kernel module",
		 scratch.dir);
	cr_assert_str_eq(err->message, expected);
}

Test(modules, a_kernel_without_any_has_an_empty_list)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	check_order(&scratch, "");
}
