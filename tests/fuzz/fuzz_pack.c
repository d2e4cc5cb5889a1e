// SPDX-License-Identifier: MIT
// An object that is given with --pack; libdw reads it before we do.
// Seeds: build/fuzz/src/ioctl/CMakeFiles/mdt_packs.dir/pack_nvme.c.o
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ioctl/json.h"
#include "ioctl/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode_with(const struct mdt_type *type)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	static const struct mdt_text_limits no_limits = { 0 };
	static const char payload[512];
	struct mdt_value value;
	unsigned char *encoded;
	struct mdt_json json;

	if (mdt_value_decode(type, NULL, mdt_slice_from(payload, sizeof(payload)), &arena,
			     &value))
		return;
	mdt_value_text(&value, &no_limits, &buf);
	mdt_json_init(&json, &buf);
	mdt_json_array(&json, NULL);
	mdt_type_json(&json, NULL, type);
	mdt_value_json(&json, NULL, &value);
	mdt_json_end(&json);
	if (!mdt_is_utf8(mdt_buf_slice(&buf)))
		abort();
	encoded = malloc(value.bytes.len + 1);
	mdt_value_encode(&value, encoded);
	if (value.bytes.len && memcmp(encoded, value.bytes.str, value.bytes.len) != 0)
		abort();
	free(encoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct mdt_ioctl_table none;
	const struct mdt_ioctl_table *table;
	struct mdt_pack *pack = NULL;
	int fd = memfd_create("pack", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	mdt_error_destroy(
		mdt_pack_create_fd(&none, fd, "fuzz.o", MDT_PACK_OVERRIDES, &pack));
	close(fd);
	if (!pack)
		return 0;
	table = mdt_pack_table(pack);
	for (size_t i = 0; i < table->type_count; i++)
		decode_with(mdt_ioctl_type_at(table, i));
	mdt_pack_destroy(pack);
	return 0;
}
