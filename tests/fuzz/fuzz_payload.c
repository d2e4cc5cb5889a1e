// SPDX-License-Identifier: MIT
// A payload of any type of the table: decode, print in every form, encode again.
// Seeds: tests/unit/data/*.inc
#include <stdint.h>
#include <stdlib.h>

#include "ioctl/json.h"
#include "ioctl/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print(const struct mdt_value *value, uint8_t limit)
{
	struct mdt_text_limits limits = { limit & 0x0f, limit >> 4 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_json json;

	mdt_value_text(value, &limits, &buf);
	mdt_json_init(&json, &buf);
	mdt_value_json(&json, NULL, value);
	if (!mdt_is_utf8(mdt_buf_slice(&buf)))
		abort();
}

// The first two bytes choose the type, the third the limits.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();
	const struct mdt_type *type;
	struct mdt_value value;
	unsigned char *encoded;

	if (size < 3)
		return 0;
	type = mdt_ioctl_type_at(table, (data[0] | data[1] << 8) % table->type_count);
	if (mdt_value_decode(type, NULL, mdt_slice_from((const char *)data + 3, size - 3),
			     &arena, &value))
		return 0;
	print(&value, data[2]);
	encoded = malloc(value.bytes.len + 1);
	mdt_value_encode(&value, encoded);
	if (value.bytes.len && memcmp(encoded, value.bytes.str, value.bytes.len) != 0)
		abort();
	free(encoded);
	return 0;
}
