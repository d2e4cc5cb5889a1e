// SPDX-License-Identifier: MIT
// What is read from disks: superblocks field by field, everything else byte by byte.
#include <stdio.h>

#include "md/superblock.h"
#include "verdict/parts.h"

struct piece {
	struct mdt_slice log, ran;
	bool cut; // the log does not have it to its end
};

static struct piece piece_at(const struct piece *whole, size_t from, size_t len)
{
	return (struct piece){
		.log = mdt_slice_head(mdt_slice_skip(whole->log, from), len),
		.ran = mdt_slice_head(mdt_slice_skip(whole->ran, from), len),
		.cut = whole->cut && from + len >= whole->log.len,
	};
}

static void compare_raw(struct mdt_compare *compare, const struct piece *piece, size_t at,
			enum mdt_aside_of of, struct mdt_slice name)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf expected = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf actual = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf field = { 0 };
	struct mdt_slice log = piece->log, ran = piece->ran;
	struct mdt_compared it = { .of = of, .name = name };
	size_t same = 0;

	// The log may have less of it.
	if (piece->cut)
		ran = mdt_slice_head(ran, log.len);
	mdt_buf_add(&field, name);
	if (!mdt_slice_eq(log, ran)) {
		while (same < log.len && same < ran.len && log.str[same] == ran.str[same])
			same++;
		mdt_buf_printf(&field, " from byte %zu on", at + same);
	}
	mdt_bytes_brief(mdt_slice_skip(log, same), &expected);
	mdt_bytes_brief(mdt_slice_skip(ran, same), &actual);
	// What is beyond the excerpt makes them differ all the same.
	if (!mdt_slice_eq(log, ran) &&
	    mdt_slice_eq(mdt_buf_slice(&expected), mdt_buf_slice(&actual)))
		mdt_buf_adds(&actual, " (differs further on)");
	it.field = mdt_buf_slice(&field);
	it.expected = mdt_buf_slice(&expected);
	it.actual = mdt_buf_slice(&actual);
	if (expected.failed || actual.failed || field.failed)
		compare->failed_memory = true;
	else
		mdt_check_texts(compare, &it);
}

/* ---- 0.90 and 1.x ---- */

static const struct mdt_type *super_type(const struct mdt_compare *compare,
					 enum mdt_super_kind kind)
{
	return mdt_ioctl_find_type(
		compare->table, kind == MDT_SUPER_0 ? SLICE("mdp_super_t")
						    : SLICE("struct mdp_superblock_1"));
}

// The checksum may differ when something that it covers does, and only if it is right.
static void compare_checksum(struct mdt_compare *compare, const struct mdt_super *log,
			     const struct mdt_super *ran, bool covered_differs)
{
	struct mdt_csum csum = mdt_super_csum(ran);
	char expected[16], actual[16];
	uint64_t log_sum, ran_sum;
	struct mdt_check check = { .field = SLICE("sb_csum") };

	if (!mdt_super_find(ran, MDT_SB_CSUM, &ran_sum))
		return;
	check.actual =
		mdt_slice_from(actual, (size_t)snprintf(actual, sizeof(actual), "0x%08x",
							(unsigned)ran_sum));
	if (!mdt_super_find(log, MDT_SB_CSUM, &log_sum)) {
		mdt_check_absent(compare, check.field, check.actual,
				 "the log has the data only in part");
		return;
	}
	check.expected =
		mdt_slice_from(expected, (size_t)snprintf(expected, sizeof(expected),
							  "0x%08x", (unsigned)log_sum));
	if (csum.kind == MDT_CSUM_WRONG && mdt_super_csum(log).kind != MDT_CSUM_WRONG) {
		check.kind = MDT_CHECK_DIFFERS;
		check.reason = SLICE("the checksum is wrong");
	} else if (log_sum == ran_sum) {
		check.kind = MDT_CHECK_EQUAL;
	} else if (covered_differs || (log->missing && csum.kind == MDT_CSUM_CORRECT)) {
		check.kind = MDT_CHECK_SET_ASIDE;
		check.reason = covered_differs
				       ? SLICE("covers fields that differ")
				       : SLICE("covers fields that are not in the log");
		check.source = "drivers/md/md.c calc_sb_1_csum()";
	} else {
		check.kind = MDT_CHECK_DIFFERS;
	}
	mdt_check_add(compare, check);
}

static struct mdt_error *compare_super(struct mdt_compare *compare,
				       const struct piece *piece,
				       const struct mdt_super *log,
				       const struct mdt_super *ran)
{
	const struct mdt_type *type = super_type(compare, log->kind);
	size_t before = compare->different;
	struct mdt_error *err;

	if (!type)
		return mdt_error_create(MDT_ERR_NOT_FOUND,
					"the table of ioctls has no type of superblocks");
	err = mdt_compare_struct(compare, MDT_OF_SUPER, type, NULL, piece->log,
				 piece->ran, SLICE("sb_csum"));
	if (!err)
		compare_checksum(compare, log, ran, compare->different != before);
	return err;
}

/* ---- bitmaps ---- */

static bool find_row(const struct mdt_super *super, const char *key,
		     struct mdt_buf *scratch, struct mdt_super_row *ret)
{
	size_t pos = 0;

	while (mdt_super_next(super, &pos, scratch, ret))
		if (strcmp(ret->key, key) == 0)
			return true;
	return false;
}

static void compare_bitmap(struct mdt_compare *compare, const struct piece *piece,
			   const struct mdt_super *log, const struct mdt_super *ran)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf scratch = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf other = { 0 };
	struct mdt_super_row row, ran_row;
	struct piece bits;
	size_t pos = 0;

	while (mdt_super_next(log, &pos, &scratch, &row)) {
		struct mdt_compared it = { .of = MDT_OF_BITMAP,
					   .field = mdt_slice_cstr(row.key),
					   .expected = row.value };

		if (strcmp(row.key, "missing") == 0)
			continue;
		if (find_row(ran, row.key, &other, &ran_row))
			it.actual = ran_row.value;
		mdt_check_texts(compare, &it);
	}
	bits = piece_at(piece, (size_t)log->super_size, SIZE_MAX / 2);
	if (bits.log.len)
		compare_raw(compare, &bits, (size_t)log->super_size, MDT_OF_BITMAP,
			    SLICE("bits"));
}

/* ---- a read ---- */

enum { SUPER_SPAN = 4096 };

static bool may_be_super(struct mdt_slice bytes)
{
	return bytes.len >= 4 &&
	       mdt_super_from(bytes, MDT_OFFSET_UNKNOWN).kind != MDT_SUPER_NONE &&
	       mdt_super_from(bytes, MDT_OFFSET_UNKNOWN).kind != MDT_SUPER_ZEROED;
}

static struct mdt_error *compare_piece(struct mdt_compare *compare,
				       const struct piece *piece, size_t at)
{
	uint64_t offset = compare->about.offset == UINT64_MAX
				  ? MDT_OFFSET_UNKNOWN
				  : compare->about.offset + at;
	struct mdt_super log = mdt_super_from(piece->log, offset);
	struct mdt_super ran = mdt_super_from(piece->ran, offset);

	if (log.kind != ran.kind || !may_be_super(piece->log) ||
	    log.kind == MDT_SUPER_UNKNOWN) {
		compare_raw(compare, piece, at, MDT_OF_IOCTL, SLICE("data"));
		return NULL;
	}
	if (log.kind != MDT_SUPER_BITMAP)
		return compare_super(compare, piece, &log, &ran);
	compare_bitmap(compare, piece, &log, &ran);
	return NULL;
}

// How much of the data the log does not have.
static void check_rest(struct mdt_compare *compare, size_t has, size_t all)
{
	char reason[80];

	snprintf(reason, sizeof(reason), "the log has %zu of %zu bytes", has, all);
	mdt_check_absent(compare, SLICE("the rest of the data"), (struct mdt_slice){ 0 },
			 reason);
}

struct mdt_error *mdt_compare_disk(struct mdt_compare *compare, struct mdt_slice log,
				   bool cut, struct mdt_slice ran)
{
	struct piece whole = { log, ran, cut };
	struct mdt_error *err = NULL;
	size_t at = 0;

	if (!log.len) {
		if (cut)
			mdt_check_absent(compare, SLICE("data"), (struct mdt_slice){ 0 },
					 "the log has nothing of the data");
		return NULL;
	}
	if (cut && log.len < ran.len)
		check_rest(compare, log.len, ran.len);
	// Superblocks are at multiples of 4096 from where a read of one begins: 1.2's is
	// 4096 bytes into the disk, a bitmap's 4096 behind 1.x's.
	while (!err && at < log.len) {
		size_t len = SUPER_SPAN;
		struct piece piece;

		if (may_be_super(mdt_slice_skip(log, at)) &&
		    mdt_super_from(mdt_slice_skip(log, at), MDT_OFFSET_UNKNOWN).kind ==
			    MDT_SUPER_BITMAP)
			len = log.len - at;
		else if (!may_be_super(mdt_slice_skip(log, at)))
			while (at + len < log.len &&
			       !may_be_super(mdt_slice_skip(log, at + len)))
				len += SUPER_SPAN;
		piece = piece_at(&whole, at, len);
		err = compare_piece(compare, &piece, at);
		at += len;
	}
	return err;
}
