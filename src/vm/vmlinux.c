// SPDX-License-Identifier: MIT
#include "vm/vmlinux.h"

#include <elf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm/decompress.h"
#include "vm/file.h"
#include "vm/kernel.h"

// Fields of the setup header.
enum {
	SETUP_SECTS = 0x1f1,
	SETUP_MAGIC = 0x202,
	SETUP_PROTOCOL = 0x206, // 2.08 has the payload
	SETUP_PAYLOAD_OFFSET = 0x248,
	SETUP_PAYLOAD_LENGTH = 0x24c,
	SETUP_END = 0x250,
	SECTOR = 512,
	VMLINUX_MAX = 1 << 30,
};

// From <xen/interface/elfnote.h>.
enum { XEN_ELFNOTE_PHYS32_ENTRY = 18 };

static uint32_t load(struct mdt_slice bytes, size_t at, size_t size)
{
	uint32_t value = 0;

	for (size_t i = 0; i < size; i++)
		value |= (uint32_t)(unsigned char)bytes.str[at + i] << 8 * i;
	return value;
}

static struct mdt_slice part(struct mdt_slice bytes, uint64_t at, uint64_t len)
{
	if (at > bytes.len || len > bytes.len - at)
		return (struct mdt_slice){ 0 };
	return mdt_slice_from(bytes.str + at, len);
}

/* ---- the entry ---- */

static bool has_entry_note(struct mdt_slice notes)
{
	Elf64_Nhdr note;

	while (notes.len >= sizeof(note)) {
		uint64_t name_len, len;

		memcpy(&note, notes.str, sizeof(note));
		name_len = ((uint64_t)note.n_namesz + 3) & ~3ull;
		len = sizeof(note) + name_len + (((uint64_t)note.n_descsz + 3) & ~3ull);
		if (len > notes.len)
			return false;
		if (note.n_type == XEN_ELFNOTE_PHYS32_ENTRY && note.n_namesz == 4 &&
		    memcmp(notes.str + sizeof(note), "Xen", 4) == 0)
			return true;
		notes = mdt_slice_skip(notes, len);
	}
	return false;
}

bool mdt_vmlinux_is_pvh(struct mdt_slice bytes)
{
	Elf64_Ehdr head;
	Elf64_Phdr segment;

	if (bytes.len < sizeof(head))
		return false;
	memcpy(&head, bytes.str, sizeof(head));
	if (memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
	    head.e_ident[EI_CLASS] != ELFCLASS64 ||
	    head.e_ident[EI_DATA] != ELFDATA2LSB || head.e_machine != EM_X86_64 ||
	    head.e_phentsize != sizeof(segment))
		return false;
	for (size_t i = 0; i < head.e_phnum; i++) {
		struct mdt_slice at =
			part(bytes, head.e_phoff, (i + 1) * sizeof(segment));

		if (!at.len)
			return false;
		memcpy(&segment, at.str + i * sizeof(segment), sizeof(segment));
		if (segment.p_type == PT_NOTE &&
		    has_entry_note(part(bytes, segment.p_offset, segment.p_filesz)))
			return true;
	}
	return false;
}

/* ---- the payload ---- */

static struct mdt_slice payload_of(struct mdt_slice image)
{
	uint64_t sectors;

	if (image.len < SETUP_END || memcmp(image.str + SETUP_MAGIC, "HdrS", 4) != 0 ||
	    load(image, SETUP_PROTOCOL, 2) < 0x208)
		return (struct mdt_slice){ 0 };
	sectors = load(image, SETUP_SECTS, 1);
	return part(image,
		    ((sectors ? sectors : 4) + 1) * SECTOR +
			    load(image, SETUP_PAYLOAD_OFFSET, 4),
		    load(image, SETUP_PAYLOAD_LENGTH, 4));
}

bool mdt_vmlinux_extract(struct mdt_slice image, struct mdt_buf *ret)
{
	struct mdt_slice payload = payload_of(image);
	struct mdt_error *err;
	size_t size, start = ret->len;

	if (payload.len < 8)
		return false;
	// The size stands behind the payload; gzip has its own there
	// (scripts/Makefile.lib: size_append).
	size = load(payload, payload.len - 4, 4);
	if (!mdt_slice_starts(payload, SLICE("\x1f\x8b")))
		payload.len -= 4;
	if (size > VMLINUX_MAX || !mdt_buf_reserve(ret, size))
		return false;
	err = mdt_decompress("the kernel", payload, size, ret);
	mdt_error_destroy(err);
	return !err && ret->len - start == size;
}

int mdt_vmlinux_open(const char *image, const char *release)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf file = { 0 }, vmlinux = { 0 };
	_cleanup_(mdt_closep) int fd = -1;
	struct mdt_error *err;
	int ret;

	if (mdt_release_cmp(mdt_slice_cstr(release), SLICE("5.0")) < 0)
		return -1;
	err = mdt_file_read(image, &file);
	mdt_error_destroy(err);
	// Whatever is wrong with the image, QEMU says it.
	if (err || !mdt_vmlinux_extract(mdt_buf_slice(&file), &vmlinux) ||
	    !mdt_vmlinux_is_pvh(mdt_buf_slice(&vmlinux)))
		return -1;
	fd = memfd_create("mdtrace-vmlinux", MFD_CLOEXEC);
	if (fd < 0 || !mdt_file_write(fd, mdt_buf_slice(&vmlinux)))
		return -1;
	ret = fd;
	fd = -1;
	return ret;
}
