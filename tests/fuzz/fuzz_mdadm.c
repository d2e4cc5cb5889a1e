// SPDX-License-Identifier: MIT
// What mdadm was asked for (arguments with a NUL between them), what it said, and a
// superblock of which these are the first bytes: learned, made, and read again.
// Seeds: traces/mdadm-4.4/*.strace
// Seed lines: tests/unit/test_replay_cmdline.c tests/unit/test_replay_message.c
// Max length: 4096
#include <stdint.h>
#include <stdlib.h>

#include "md/super_make.h"
#include "derive/cmdline.h"
#include "derive/message.h"

enum { ARGS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_slice(struct mdt_slice all, struct mdt_slice part)
{
	if (part.len && (part.str < all.str || part.str + part.len > all.str + all.len))
		abort();
}

static void check_cmdline(struct mdt_slice all)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { NULL };
	struct mdt_slice argv[ARGS_MAX], rest = all;
	struct mdt_cmdline out;
	size_t argc = 0;

	while (rest.len && argc < ARGS_MAX) {
		const char *end = memchr(rest.str, '\0', rest.len);
		size_t len = end ? (size_t)(end - rest.str) : rest.len;

		argv[argc++] = mdt_slice_head(rest, len);
		rest = mdt_slice_skip(rest, len + 1);
	}
	mdt_error_destroy(mdt_cmdline_parse(argv, argc, &arena, &out));
	if (out.device_count > argc || out.unknown_count > argc)
		abort();
	for (size_t i = 0; i < out.device_count; i++)
		check_slice(all, out.devices[i].name);
	check_slice(all, out.layout_text);
}

static void check_messages(struct mdt_slice all, uint64_t missing)
{
	struct mdt_slice rest = all;
	struct mdt_message message;

	while (mdt_message_next(&rest, missing, &message)) {
		check_slice(message.line, message.array);
		check_slice(message.line, message.device);
		check_slice(message.line, message.text);
	}
}

static void check_super(struct mdt_slice all)
{
	struct mdt_super_spec spec = MDT_SUPER_SPEC_INIT;
	struct mdt_super_made made;
	struct mdt_bitmap_made bitmap;
	struct mdt_super super;
	struct mdt_error *err;

	spec.device_size = UINT64_C(40) << 20;
	mdt_super_learn(all, &spec);
	err = mdt_super_make(&spec, all, &made);
	if (!err) {
		super = mdt_super_from(
			mdt_slice_from((const char *)made.bytes, sizeof(made.bytes)),
			made.offset);
		if (mdt_super_csum(&super).kind != MDT_CSUM_CORRECT)
			abort();
		err = mdt_super_make_bitmap(&spec, &made, 0, 0, SLICE(""), &bitmap);
	}
	mdt_error_destroy(err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	// A copy of its own, so that one byte past the end is out of bounds.
	char *text = malloc(size ? size : 1);
	struct mdt_slice all = mdt_slice_from(text, size);

	if (!text)
		return 0;
	memcpy(text, data, size);
	check_cmdline(all);
	check_messages(all, size % 5);
	check_super(all);
	free(text);
	return 0;
}
