// SPDX-License-Identifier: MIT
// Kernels in bzImages, and bytes that only look like one.
#include <archive.h>
#include <archive_entry.h>

#include "scratch.h"
#include "vm/vmlinux.h"

enum {
	SETUP = 0x400, // bytes in front of the protected-mode code: one sector behind the
		       // first
	PAYLOAD = 0x40, // of that code
};

static const uint32_t entry_note[] = { 4, 8, 18, 0x006e6558 /* Xen */, 0x1000000, 0 };

// A kernel of which there is only an entry.
static void make_elf(struct mdt_slice notes, struct mdt_buf *ret)
{
	Elf64_Ehdr head = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
					 ELFDATA2LSB, EV_CURRENT },
			    .e_type = ET_EXEC,
			    .e_machine = EM_X86_64,
			    .e_phoff = sizeof(head),
			    .e_phentsize = sizeof(Elf64_Phdr),
			    .e_phnum = 2 };
	Elf64_Phdr segments[2] = {
		{ .p_type = PT_LOAD },
		{ .p_type = PT_NOTE,
		  .p_offset = sizeof(head) + sizeof(segments),
		  .p_filesz = notes.len },
	};

	mdt_buf_add(ret, mdt_slice_from((char *)&head, sizeof(head)));
	mdt_buf_add(ret, mdt_slice_from((char *)segments, sizeof(segments)));
	mdt_buf_add(ret, notes);
}

static void make_kernel(struct mdt_buf *ret)
{
	make_elf(mdt_slice_from((char *)entry_note, sizeof(entry_note)), ret);
}

static void put32(struct mdt_buf *buf, size_t at, uint32_t value)
{
	memcpy(buf->str + at, &value, sizeof(value));
}

// @param filter Of libarchive.
static void add_payload(int filter, struct mdt_slice bytes, struct mdt_buf *ret)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	char packed[4096];
	uint32_t size = (uint32_t)bytes.len;
	size_t used;

	cr_assert_eq(archive_write_add_filter(archive, filter), ARCHIVE_OK);
	cr_assert_eq(archive_write_set_format_raw(archive), ARCHIVE_OK);
	cr_assert_eq(archive_write_set_bytes_in_last_block(archive, 1), ARCHIVE_OK);
	cr_assert_eq(archive_write_open_memory(archive, packed, sizeof(packed), &used),
		     ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_write_header(archive, entry);
	cr_assert_eq(archive_write_data(archive, bytes.str, bytes.len),
		     (la_ssize_t)bytes.len);
	archive_entry_free(entry);
	cr_assert_eq(archive_write_free(archive), ARCHIVE_OK);
	mdt_buf_add(ret, mdt_slice_from(packed, used));
	if (filter != ARCHIVE_FILTER_GZIP)
		mdt_buf_add(ret, mdt_slice_from((char *)&size, sizeof(size)));
}

static void make_image(int filter, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf kernel = { 0 };
	size_t start = ret->len + SETUP + PAYLOAD;
	char setup[SETUP + PAYLOAD] = { 0 };

	memcpy(setup + 0x202, "HdrS\x0f\x02", 6);
	setup[0x1f1] = 1;
	mdt_buf_add(ret, mdt_slice_from(setup, sizeof(setup)));
	make_kernel(&kernel);
	add_payload(filter, mdt_buf_slice(&kernel), ret);
	put32(ret, 0x248, PAYLOAD);
	put32(ret, 0x24c, (uint32_t)(ret->len - start));
}

static bool extract(struct mdt_slice image)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf vmlinux = { 0 };

	return mdt_vmlinux_extract(image, &vmlinux) &&
	       mdt_vmlinux_is_pvh(mdt_buf_slice(&vmlinux));
}

Test(vmlinux, comes_out_of_each_kind_of_payload)
{
	static const int filters[] = { ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ,
				       ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_LZMA,
				       ARCHIVE_FILTER_BZIP2 };

	array_for_each (filter, filters) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf image = { 0 }, got = { 0 },
							 kernel = { 0 };

		make_image(*filter, &image);
		make_kernel(&kernel);
		cr_assert(mdt_vmlinux_extract(mdt_buf_slice(&image), &got), "%d",
			  *filter);
		cr_assert(mdt_slice_eq(mdt_buf_slice(&got), mdt_buf_slice(&kernel)));
		cr_assert(mdt_vmlinux_is_pvh(mdt_buf_slice(&got)));
	}
}

// Fields of the setup header, and of the size behind the payload.
Test(vmlinux, a_header_that_lies_has_no_kernel)
{
	static const struct {
		int at; // from the end, if negative
		uint32_t value;
	} cases[] = {
		{ 0x1f1, 0xff }, // setup_sects
		{ 0x202, 0 },	       { 0x206, 0x0207 },  { 0x248, 0xffffffff },
		{ 0x248, 0x7fffffff }, { 0x24c, 0 },	   { 0x24c, 7 },
		{ 0x24c, 0xffffffff }, { -4, 0 },	   { -4, 1 },
		{ -4, 0x1000 },	       { -4, 0x40000001 }, { -4, 0xffffffff },
	};

	array_for_each (row, cases) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf image = { 0 };

		make_image(ARCHIVE_FILTER_XZ, &image);
		cr_assert(extract(mdt_buf_slice(&image)));
		put32(&image, row->at < 0 ? image.len - 4 : (size_t)row->at, row->value);
		cr_assert_not(extract(mdt_buf_slice(&image)), "%d: %x", row->at,
			      row->value);
	}
}

Test(vmlinux, a_cut_image_has_no_kernel)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf image = { 0 };

	make_image(ARCHIVE_FILTER_GZIP, &image);
	for (size_t len = 0; len < image.len; len++) {
		// A copy, so that a byte too much is seen.
		char *copy = malloc(len);

		cr_assert(copy || !len);
		memcpy(copy, image.str, len);
		cr_assert_not(extract(mdt_slice_from(copy, len)));
		free(copy);
	}
}

Test(vmlinux, without_a_note_of_the_entry_it_is_not_pvh)
{
	static const uint32_t notes[][6] = {
		{ 4, 8, 17, 0x006e6558, 0, 0 },		 // another type
		{ 4, 8, 18, 0x00554e47, 0, 0 },		 // GNU's
		{ 3, 8, 18, 0x006e6558, 0, 0 },		 // a name that is cut
		{ 4, 0xffffffff, 18, 0x006e6558, 0, 0 }, // more than there is
		{ 0xffffffff, 8, 18, 0x006e6558, 0, 0 }, { 4, 9, 18, 0x006e6558, 0, 0 },
	};

	array_for_each (note, notes) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf elf = { 0 };

		make_elf(mdt_slice_from((char *)*note, sizeof(*note)), &elf);
		cr_assert_not(mdt_vmlinux_is_pvh(mdt_buf_slice(&elf)));
	}
}

Test(vmlinux, the_note_may_be_behind_others)
{
	static const uint32_t other[] = { 4, 2, 3, 0x00554e47, 0xffff };
	_cleanup_(mdt_buf_deinit) struct mdt_buf notes = { 0 }, elf = { 0 };

	mdt_buf_add(&notes, mdt_slice_from((char *)other, sizeof(other)));
	mdt_buf_add(&notes, mdt_slice_from((char *)entry_note, sizeof(entry_note)));
	make_elf(mdt_buf_slice(&notes), &elf);
	cr_assert(mdt_vmlinux_is_pvh(mdt_buf_slice(&elf)));
}

// Each byte of a kernel has its turn, and each length.
Test(vmlinux, changed_bytes_do_no_harm)
{
	static const unsigned char values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	_cleanup_(mdt_buf_deinit) struct mdt_buf elf = { 0 };

	make_kernel(&elf);
	for (size_t at = 0; at < elf.len; at++) {
		char *copy = malloc(elf.len);

		array_for_each (value, values) {
			memcpy(copy, elf.str, elf.len);
			copy[at] = (char)*value;
			mdt_vmlinux_is_pvh(mdt_slice_from(copy, elf.len));
		}
		free(copy);
		copy = malloc(at + 1);
		memcpy(copy, elf.str, at);
		cr_assert_not(mdt_vmlinux_is_pvh(mdt_slice_from(copy, at)));
		free(copy);
	}
}

static int open_image(struct scratch *scratch, struct mdt_slice image,
		      const char *release)
{
	scratch_write(scratch, "vmlinuz", image);
	return mdt_vmlinux_open(scratch_path(scratch, "vmlinuz"), release);
}

Test(vmlinux, is_opened_if_it_can_be_started_so)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	_cleanup_(mdt_buf_deinit) struct mdt_buf image = { 0 };
	char magic[4] = "";
	int fd;

	make_image(ARCHIVE_FILTER_XZ, &image);
	fd = open_image(&scratch, mdt_buf_slice(&image), "6.1.0-56-cloud-amd64");
	cr_assert_geq(fd, 0);
	cr_assert_eq(pread(fd, magic, sizeof(magic), 0), 4);
	cr_assert_eq(memcmp(magic, ELFMAG, SELFMAG), 0);
	close(fd);
	cr_assert_eq(open_image(&scratch, mdt_buf_slice(&image), "4.19.0-27-amd64"), -1);
	cr_assert_eq(open_image(&scratch, SLICE("no kernel"), "6.1"), -1);
	cr_assert_eq(mdt_vmlinux_open(scratch_path(&scratch, "nothing"), "6.1"), -1);
}
