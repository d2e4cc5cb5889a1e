// SPDX-License-Identifier: MIT
// A kernel object: its tables are read and printed, whatever its ELF, BTF and DWARF say.
// Seeds: tests/fuzz/ops/gadget-*
// Max length: 16384
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "report/ops.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print(const struct mdt_kernel_object *object, const struct mdt_ops *ops)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	const char *const names[] = { "a", "b" };
	struct mdt_json json;

	mdt_json_init(&json, &text);
	for (size_t i = 0; i < ops->count; i++) {
		mdt_ops_text(object, &ops->tables[i], &text);
		if (mdt_ops_compare(names, &ops->tables[i], &ops->tables[i], &text))
			abort();
		mdt_ops_json(object, &ops->tables[i], &json);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mdt_kernel_object object;
	struct mdt_ops ops = { 0 };
	struct mdt_error *err;
	char path[64];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = mdt_kernel_object_open(path, "tests/fuzz/btf/whole", &object);
	// Without its BTF there is still something to read.
	if (!err || object.elf.symbols) {
		mdt_error_destroy(err);
		err = mdt_ops_read(&object, NULL, &ops);
		print(&object, &ops);
	}
	mdt_error_destroy(err);
	mdt_ops_deinit(&ops);
	mdt_kernel_object_deinit(&object);
	close(fd);
	return 0;
}
