// SPDX-License-Identifier: MIT
// The line between host and guest: whatever bytes come, in whatever pieces. A fuzzer does
// not find checksums, so what it makes is also packed into frames and must come out of
// them.
// Seeds: tests/fuzz/plan/*
#include <stdint.h>
#include <stdlib.h>

#include "vm/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Takes all that is whole; appends the payloads. @return Whether nothing was wrong.
static bool take(struct mdt_frame_reader *reader, struct mdt_buf *ret)
{
	enum mdt_frame_type type;
	struct mdt_slice payload;
	bool got = true;

	while (got) {
		_cleanup_(mdt_error_destroyp) struct mdt_error *err =
			mdt_frame_next(reader, &type, &payload, &got);

		if (err)
			return false;
		if (got)
			mdt_buf_add(ret, payload);
	}
	return true;
}

static bool feed(struct mdt_slice stream, size_t step, struct mdt_buf *ret)
{
	_cleanup_(mdt_frame_reader_deinit) struct mdt_frame_reader reader = { 0 };

	for (; stream.len; stream = mdt_slice_skip(stream, step)) {
		if (mdt_frame_feed(&reader, mdt_slice_head(stream, step)))
			abort();
		if (!take(&reader, ret))
			return false;
		if (reader.buf.len - reader.taken > MDT_FRAME_HEADER + MDT_FRAME_MAX)
			abort();
	}
	return true;
}

static void there_and_back(struct mdt_slice bytes, size_t step)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf stream = { 0 }, back = { 0 };
	uint32_t sequence = 0;

	for (struct mdt_slice rest = bytes; rest.len; rest = mdt_slice_skip(rest, step))
		mdt_frame_write(MDT_FRAME_LINES, sequence++, mdt_slice_head(rest, step),
				&stream);
	if (!feed(mdt_buf_slice(&stream), step + 3, &back) ||
	    !mdt_slice_eq(mdt_buf_slice(&back), bytes))
		abort();
}

// The first byte says in which pieces the rest comes.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf payloads = { 0 };
	struct mdt_slice bytes;

	if (!size)
		return 0;
	bytes = mdt_slice_from((const char *)data + 1, size - 1);
	feed(bytes, data[0] + 1u, &payloads);
	there_and_back(bytes, data[0] + 1u);
	return 0;
}
