// SPDX-License-Identifier: MIT
// A program that a stack of strace -k leads to: whatever its ELF and DWARF say, addresses
// of it are looked up. The first line is one of a stack; the program follows.
// Seeds: tests/fuzz/stack/tiny-*
// Max length: 16384
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stack/stack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct mdt_error *look_up(struct mdt_program *program, struct mdt_slice symbol,
				 uint64_t off, uint64_t address, struct mdt_arena *arena)
{
	const struct mdt_program_place place = { symbol, off, address };
	enum mdt_address_kind kind = MDT_ADDRESS_UNKNOWN;
	struct mdt_program_found found;

	return mdt_program_find(program, &place, &kind, arena, &found);
}

static struct mdt_error *look_up_all(struct mdt_program *program,
				     const struct mdt_frame *frame)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_error *err =
		look_up(program, frame->symbol, frame->off, frame->address, &arena);

	for (uint64_t at = 1; !err && at < 0x2000; at += 0x11)
		err = look_up(program, SLICE(""), 0, at, &arena);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *end = size ? memchr(data, '\n', size) : NULL;
	struct mdt_slice line = mdt_slice_from(
		(const char *)data, end ? (size_t)(end - (const char *)data) : size);
	size_t head = line.len + (end != NULL);
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct mdt_program *program;
	struct mdt_frame frame;
	struct mdt_error *err;
	char path[64];

	mdt_frame_parse(line, &frame);
	if (fd < 0 || write(fd, data + head, size - head) != (ssize_t)(size - head))
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = mdt_program_create(path, NULL, 0, &program);
	if (!err)
		err = look_up_all(program, &frame);
	mdt_error_destroy(err);
	mdt_program_destroy(program);
	close(fd);
	return 0;
}
