// SPDX-License-Identifier: MIT
// A program of a sysroot: what it says that it needs is text, and is terminated.
// Seeds: tests/fuzz/needs/*
// Max length: 16384
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm/needs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct mdt_slice text)
{
	if (text.str && (strlen(text.str) != text.len))
		abort();
}

static void check_needs(const struct mdt_needs *needs)
{
	check(needs->interpreter);
	check(needs->rpath);
	check(needs->runpath);
	for (size_t i = 0; i < needs->library_count; i++)
		check(needs->libraries[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct mdt_needs needs;
	struct mdt_error *err;
	char path[64];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = mdt_needs_read(path, &arena, &needs);
	if (!err)
		check_needs(&needs);
	mdt_error_destroy(err);
	close(fd);
	return 0;
}
