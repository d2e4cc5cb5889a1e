// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "params.h"
#include "vm/frame.h"

Test(frame, has_the_bytes_that_the_header_says)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	// The checksum is that of Python's zlib.crc32(b"p" + b"\1\0\0\0" + b"\5\0\0\0" +
	// b"hello").
	mdt_frame_write(MDT_FRAME_PART, 1, SLICE("hello"), &buf);
	cr_assert_null(mdt_buf_error(&buf));
	cr_assert(mdt_slice_eq(mdt_buf_slice(&buf),
			       SLICE("mdtp\1\0\0\0\5\0\0\0\323\007\347\134hello")));
}

static void check_next(struct mdt_frame_reader *reader, enum mdt_frame_type type,
		       struct mdt_slice payload)
{
	enum mdt_frame_type got_type;
	struct mdt_slice got_payload;
	bool got;

	cr_assert_null(mdt_frame_next(reader, &got_type, &got_payload, &got));
	cr_assert(got);
	cr_assert_eq(got_type, type);
	cr_assert(mdt_slice_eq(got_payload, payload));
}

static void check_nothing(struct mdt_frame_reader *reader)
{
	enum mdt_frame_type type;
	struct mdt_slice payload;
	bool got;

	cr_assert_null(mdt_frame_next(reader, &type, &payload, &got));
	cr_assert_not(got);
}

Test(frame, several_at_once_come_in_order)
{
	_cleanup_(mdt_frame_reader_deinit) struct mdt_frame_reader reader = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_frame_write(MDT_FRAME_PART, 0, SLICE("abc\0def"), &buf);
	mdt_frame_write(MDT_FRAME_RUN, 1, (struct mdt_slice){ 0 }, &buf);
	mdt_frame_write(MDT_FRAME_QUIT, 2, SLICE("x"), &buf);
	cr_assert_null(mdt_frame_feed(&reader, mdt_buf_slice(&buf)));
	check_next(&reader, MDT_FRAME_PART, SLICE("abc\0def"));
	check_next(&reader, MDT_FRAME_RUN, SLICE(""));
	check_next(&reader, MDT_FRAME_QUIT, SLICE("x"));
	check_nothing(&reader);
}

Test(frame, one_byte_at_a_time)
{
	_cleanup_(mdt_frame_reader_deinit) struct mdt_frame_reader reader = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_frame_write(MDT_FRAME_LINES, 0, SLICE("some lines of a log"), &buf);
	for (size_t i = 0; i < buf.len; i++) {
		check_nothing(&reader);
		cr_assert_null(mdt_frame_feed(&reader, mdt_slice_from(buf.str + i, 1)));
	}
	check_next(&reader, MDT_FRAME_LINES, SLICE("some lines of a log"));
}

Test(frame, the_largest_goes_through_and_is_let_go)
{
	_cleanup_(mdt_frame_reader_deinit) struct mdt_frame_reader reader = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf payload = { 0 };

	mdt_buf_fill(&payload, 'x', MDT_FRAME_MAX);
	for (uint32_t i = 0; i < 5; i++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

		mdt_frame_write(MDT_FRAME_LINES, i, mdt_buf_slice(&payload), &buf);
		cr_assert_null(mdt_frame_feed(&reader, mdt_buf_slice(&buf)));
		check_next(&reader, MDT_FRAME_LINES, mdt_buf_slice(&payload));
		cr_assert_leq(reader.buf.len, MDT_FRAME_HEADER + MDT_FRAME_MAX);
	}
}

// Each replaces some bytes of frame 1, a DONE with "stuck".
static const struct {
	size_t at;
	struct mdt_slice bytes;
	size_t needed; // bytes of the frame that must be there to find the fault
	const char *message;
} faults[] = {
	{ 0, SLICE_INIT("x"), 1, "frame 1: does not begin with \"mdt\"" },
	{ 2, SLICE_INIT("D"), 3, "frame 1: does not begin with \"mdt\"" },
	{ 3, SLICE_INIT("\xff"), 4, "frame 1: unknown type 0xff" },
	{ 4, SLICE_INIT("\0"), 8, "frame 1: has sequence 0" },
	{ 7, SLICE_INIT("\x80"), 8, "frame 1: has sequence 2147483649" },
	{ 8, SLICE_INIT("\1\0\x10"), 12,
	  "frame 1: 1048577 bytes of payload, at most 1048576" },
	{ 11, SLICE_INIT("\xff"), 12,
	  "frame 1: 4278190085 bytes of payload, at most 1048576" },
	{ 3, SLICE_INIT("E"), 21,
	  "frame 1: checksum is 0x820a1a3c, should be 0x1f05fb4a" },
	{ 12, SLICE_INIT("\0\0\0\0"), 21,
	  "frame 1: checksum is 0x00000000, should be 0x820a1a3c" },
	{ 18, SLICE_INIT("U"), 21,
	  "frame 1: checksum is 0x820a1a3c, should be 0xba475cdc" },
};

ParameterizedTestParameters(frame, says_what_is_wrong)
{
	return index_params(faults);
}

ParameterizedTest(size_t *i, frame, says_what_is_wrong)
{
	_cleanup_(mdt_frame_reader_deinit) struct mdt_frame_reader reader = { 0 };
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL, *again = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	enum mdt_frame_type type;
	struct mdt_slice payload;
	size_t first;
	bool got;

	mdt_frame_write(MDT_FRAME_HELLO, 0, SLICE("protocol=1\n"), &buf);
	first = buf.len;
	mdt_frame_write(MDT_FRAME_DONE, 1, SLICE("stuck"), &buf);
	memcpy(buf.str + first + faults[*i].at, faults[*i].bytes.str,
	       faults[*i].bytes.len);
	cr_assert_null(
		mdt_frame_feed(&reader, mdt_slice_head(mdt_buf_slice(&buf),
						       first + faults[*i].needed - 1)));
	check_next(&reader, MDT_FRAME_HELLO, SLICE("protocol=1\n"));
	check_nothing(&reader);
	cr_assert_null(
		mdt_frame_feed(&reader, mdt_slice_skip(mdt_buf_slice(&buf),
						       first + faults[*i].needed - 1)));
	err = mdt_frame_next(&reader, &type, &payload, &got);
	cr_assert_not_null(err);
	cr_assert_eq(err->kind, MDT_ERR_INVALID);
	cr_assert_str_eq(err->message, faults[*i].message);
	again = mdt_frame_next(&reader, &type, &payload, &got);
	cr_assert_not_null(again);
	cr_assert_str_eq(again->message, "an earlier frame was broken");
}

Test(frame, deinit_leaves_a_fresh_reader)
{
	_cleanup_(mdt_frame_reader_deinit) struct mdt_frame_reader reader = { 0 };
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	enum mdt_frame_type type;
	struct mdt_slice payload;
	bool got;

	cr_assert_null(mdt_frame_feed(&reader, SLICE("nonsense")));
	err = mdt_frame_next(&reader, &type, &payload, &got);
	cr_assert_not_null(err);
	mdt_frame_reader_deinit(&reader);
	mdt_frame_write(MDT_FRAME_QUIT, 0, SLICE(""), &buf);
	cr_assert_null(mdt_frame_feed(&reader, mdt_buf_slice(&buf)));
	check_next(&reader, MDT_FRAME_QUIT, SLICE(""));
}
