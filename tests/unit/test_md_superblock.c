// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <linux/raid/md_p.h>
#include <stdlib.h>

#include "md/superblock.h"

static const uint8_t loop0[] = {
#include "data/super-1.2-loop0.inc"
};
static const uint8_t loop1[] = {
#include "data/super-1.2-loop1.inc"
};

static struct mdt_slice bytes_of(const void *bytes, size_t len)
{
	return mdt_slice_from(bytes, len);
}

/* Bytes in a heap block of just their size, so that a read behind the end is caught. */
struct exact {
	char *bytes;
	size_t len;
};

static struct exact exact_copy(const void *bytes, size_t len)
{
	struct exact copy = { malloc(len ? len : 1), len };

	memcpy(copy.bytes, bytes, len);
	return copy;
}

static void put(uint8_t *at, uint64_t value, size_t size, bool big_endian)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> 8 * (big_endian ? size - 1 - i : i));
}

static void cr_text(struct mdt_buf *buf, const char *expected)
{
	struct mdt_slice text = mdt_buf_slice(buf);

	cr_assert(mdt_slice_eq_cstr(text, expected), "got      %.*s\nexpected %s",
		  SLICE_FMT(text), expected);
	mdt_buf_deinit(buf);
}

static void check_print(const struct mdt_super *super, const char *expected)
{
	struct mdt_buf buf = { 0 };

	mdt_super_print(&buf, super);
	cr_text(&buf, expected);
}

/* ---- the header is a second witness of every offset ---- */

struct witness {
	enum mdt_super_kind kind;
	enum mdt_super_field field;
	size_t offset, size;
	bool is_signed;
};

#define W0(field, member)                                                                \
	{                                                                                \
		MDT_SUPER_0, MDT_SB_##field, offsetof(mdp_super_t, member),              \
			sizeof(((mdp_super_t *)0)->member), false                        \
	}
#define W0S(field, member)                                                               \
	{                                                                                \
		MDT_SUPER_0, MDT_SB_##field, offsetof(mdp_super_t, member),              \
			sizeof(((mdp_super_t *)0)->member), true                         \
	}
#define W1(field, member)                                                                \
	{                                                                                \
		MDT_SUPER_1, MDT_SB_##field, offsetof(struct mdp_superblock_1, member),  \
			sizeof(((struct mdp_superblock_1 *)0)->member), false            \
	}
#define W1S(field, member)                                                               \
	{                                                                                \
		MDT_SUPER_1, MDT_SB_##field, offsetof(struct mdp_superblock_1, member),  \
			sizeof(((struct mdp_superblock_1 *)0)->member), true             \
	}
#define WB(field, offset, size)                                                          \
	{                                                                                \
		MDT_SUPER_BITMAP, MDT_SB_##field, offset, size, false                    \
	}

static const struct witness witnesses[] = {
	W0(MINOR, minor_version),
	W0(CTIME, ctime),
	W0S(LEVEL, level),
	W0(SIZE, size),
	W0(NR_DISKS, nr_disks),
	W0(RAID_DISKS, raid_disks),
	W0(MD_MINOR, md_minor),
	W0(NOT_PERSISTENT, not_persistent),
	W0(UTIME, utime),
	W0(STATE, state),
	W0(ACTIVE_DISKS, active_disks),
	W0(WORKING_DISKS, working_disks),
	W0(FAILED_DISKS, failed_disks),
	W0(SPARE_DISKS, spare_disks),
	W0(CSUM, sb_csum),
	{ MDT_SUPER_0, MDT_SB_EVENTS, offsetof(mdp_super_t, events_lo), 8, false },
	{ MDT_SUPER_0, MDT_SB_CP_EVENTS, offsetof(mdp_super_t, cp_events_lo), 8, false },
	W0(RESYNC_OFFSET, recovery_cp),
	W0(RESHAPE_POSITION, reshape_position),
	W0S(NEW_LEVEL, new_level),
	W0S(DELTA_DISKS, delta_disks),
	W0(NEW_LAYOUT, new_layout),
	W0(NEW_CHUNK, new_chunk),
	W0(LAYOUT, layout),
	W0(CHUNK_SIZE, chunk_size),
	W0(DEV_NUMBER, this_disk.number),
	W0(THIS_MAJOR, this_disk.major),
	W0(THIS_MINOR, this_disk.minor),
	W0S(THIS_RAID_DISK, this_disk.raid_disk),
	W0(THIS_STATE, this_disk.state),
	W1(FEATURE_MAP, feature_map),
	W1S(LEVEL, level),
	W1(LAYOUT, layout),
	W1(SIZE, size),
	W1(CHUNK_SIZE, chunksize),
	W1(RAID_DISKS, raid_disks),
	W1S(BITMAP_OFFSET, bitmap_offset),
	W1S(NEW_LEVEL, new_level),
	W1(RESHAPE_POSITION, reshape_position),
	W1S(DELTA_DISKS, delta_disks),
	W1(NEW_LAYOUT, new_layout),
	W1(NEW_CHUNK, new_chunk),
	W1S(NEW_OFFSET, new_offset),
	W1(DATA_OFFSET, data_offset),
	W1(DATA_SIZE, data_size),
	W1(SUPER_OFFSET, super_offset),
	W1(RECOVERY_OFFSET, recovery_offset),
	W1(DEV_NUMBER, dev_number),
	W1(CORRECTED_READ, cnt_corrected_read),
	W1(DEVFLAGS, devflags),
	W1(BBLOG_SHIFT, bblog_shift),
	W1(BBLOG_SIZE, bblog_size),
	W1S(BBLOG_OFFSET, bblog_offset),
	W1(EVENTS, events),
	W1(RESYNC_OFFSET, resync_offset),
	W1(CSUM, sb_csum),
	W1(MAX_DEV, max_dev),
	// In the place of the first word of pad3; headers before 7.2 do not name it.
	{ MDT_SUPER_1, MDT_SB_LOGICAL_BLOCK_SIZE, offsetof(struct mdp_superblock_1, pad3),
	  4, false },
	// The low 40 bits; the rest are microseconds.
	{ MDT_SUPER_1, MDT_SB_CTIME, offsetof(struct mdp_superblock_1, ctime), 5, false },
	{ MDT_SUPER_1, MDT_SB_UTIME, offsetof(struct mdp_superblock_1, utime), 5, false },
	// bitmap_super_t is in no header for user space.
	WB(VERSION, 4, 4),
	WB(EVENTS, 24, 8),
	WB(EVENTS_CLEARED, 32, 8),
	WB(SYNC_SIZE, 40, 8),
	WB(STATE, 48, 4),
	WB(CHUNK_SIZE, 52, 4),
	WB(DAEMON_SLEEP, 56, 4),
	WB(WRITE_BEHIND, 60, 4),
	WB(SECTORS_RESERVED, 64, 4),
	WB(NODES, 68, 4),
};

static void put_magic(uint8_t *bytes, enum mdt_super_kind kind, bool big_endian)
{
	put(bytes, kind == MDT_SUPER_BITMAP ? 0x6d746962 : MD_SB_MAGIC, 4, big_endian);
	if (kind != MDT_SUPER_BITMAP)
		put(bytes + 4, kind == MDT_SUPER_1, 4, big_endian);
}

/* A field set to a value that no other byte has is found there, and only when all of its
 * bytes are. */
static void check_witness(const struct witness *w, bool big_endian)
{
	uint64_t value = UINT64_C(0xf1e2d3c4b5a69788) >> 8 * (8 - w->size), got = 7;
	uint8_t bytes[4096] = { 0 };
	struct mdt_super super;

	put_magic(bytes, w->kind, big_endian);
	put(bytes + w->offset, value, w->size, big_endian);
	if (w->is_signed)
		value |= UINT64_C(0xffffffff00000000);

	super = mdt_super_from(bytes_of(bytes, w->offset + w->size), MDT_OFFSET_UNKNOWN);
	cr_assert_eq(super.kind, w->kind);
	cr_assert(mdt_super_find(&super, w->field, &got));
	cr_assert_eq(got, value, "field %d: %#lx, not %#lx", w->field, got, value);

	got = 7;
	super = mdt_super_from(bytes_of(bytes, w->offset + w->size - 1),
			       MDT_OFFSET_UNKNOWN);
	cr_assert_not(mdt_super_find(&super, w->field, &got));
	cr_assert_eq(got, 7);
}

Test(md_superblock, offsets_are_those_of_the_header)
{
	_Static_assert(sizeof(mdp_super_t) == 4096, "0.90 has 4096 bytes");
	_Static_assert(offsetof(struct mdp_superblock_1, dev_roles) == 256,
		       "the roles of 1.x begin at 256");
	array_for_each (it, witnesses) {
		check_witness(it, false);
		if (it->kind == MDT_SUPER_0)
			check_witness(it, true);
	}
}

Test(md_superblock, a_field_of_another_kind_is_absent)
{
	struct mdt_super super =
		mdt_super_from(bytes_of(loop0, sizeof(loop0)), MDT_OFFSET_UNKNOWN);
	uint64_t value;

	cr_assert_not(mdt_super_find(&super, MDT_SB_MD_MINOR, &value));
	cr_assert_not(mdt_super_find(&super, MDT_SB_SYNC_SIZE, &value));
}

/* ---- real ones ---- */

Test(md_superblock, real_1_2)
{
	struct mdt_super super = mdt_super_from(bytes_of(loop0, sizeof(loop0)), 4096);

	cr_assert_eq(super.kind, MDT_SUPER_1);
	cr_assert_eq(super.missing, 0);
	cr_assert_eq(super.super_size, 512);
	check_print(&super,
		    "md 1.2 superblock: uuid=0e19f43a:bb392348:32af392d:f73ccc36, "
		    "name=\"(none):0\", level=raid1, raid_disks=2, dev_number=0, "
		    "role=0 (active), events=0, resync_offset=0, csum=0xe4e6aa05 "
		    "(correct)");
	super = mdt_super_from(bytes_of(loop1, sizeof(loop1)), MDT_OFFSET_UNKNOWN);
	check_print(&super,
		    "md 1.2 superblock: uuid=0e19f43a:bb392348:32af392d:f73ccc36, "
		    "name=\"(none):0\", level=raid1, raid_disks=2, dev_number=1, "
		    "role=1 (active), events=0, resync_offset=0, csum=0x3efba002 "
		    "(correct)");
}

Test(md_superblock, strace_cuts_at_32_bytes)
{
	struct mdt_super super = mdt_super_from(bytes_of(loop0, 32), 4096);

	cr_assert_eq(super.missing, 224);
	check_print(&super,
		    "md 1.2 superblock: uuid=0e19f43a:bb392348:32af392d:f73ccc36, "
		    "missing=224 (of 256 bytes)");
}

static bool find_row(const struct mdt_super *super, const char *key, struct mdt_buf *buf,
		     struct mdt_super_row *ret)
{
	size_t pos = 0;

	while (mdt_super_next(super, &pos, buf, ret))
		if (strcmp(ret->key, key) == 0)
			return true;
	return false;
}

static void check_row(const struct mdt_super *super, const char *key, const char *value,
		      const char *note, enum mdt_value_kind kind)
{
	struct mdt_buf buf = { 0 };
	struct mdt_super_row row;

	cr_assert(find_row(super, key, &buf, &row), "no row %s", key);
	cr_assert(mdt_slice_eq_cstr(row.value, value), "%s=%.*s", key,
		  SLICE_FMT(row.value));
	cr_assert(mdt_slice_eq_cstr(row.note, note), "%s: %.*s", key,
		  SLICE_FMT(row.note));
	cr_assert_eq(row.kind, kind, "%s has kind %d", key, row.kind);
	mdt_buf_deinit(&buf);
}

static void check_no_row(const struct mdt_super *super, const char *key)
{
	struct mdt_buf buf = { 0 };
	struct mdt_super_row row;

	cr_assert_not(find_row(super, key, &buf, &row), "there is a row %s", key);
	mdt_buf_deinit(&buf);
}

Test(md_superblock, rows_of_a_real_one)
{
	struct mdt_super super = mdt_super_from(bytes_of(loop0, sizeof(loop0)), 4096);

	check_row(&super, "version", "1.2", "", MDT_VALUE_WORD);
	check_row(&super, "name", "(none):0", "", MDT_VALUE_TEXT);
	check_row(&super, "level", "raid1", "", MDT_VALUE_WORD);
	check_row(&super, "ctime", "1795230330", "2026-11-21T03:05:30Z",
		  MDT_VALUE_NUMBER);
	check_row(&super, "data_offset", "2048", "", MDT_VALUE_NUMBER);
	check_row(&super, "super_offset", "8", "", MDT_VALUE_NUMBER);
	check_row(&super, "device_uuid", "2e9d3831:a6feafb9:2721a576:fb39597e", "",
		  MDT_VALUE_WORD);
	check_row(&super, "bblog_size", "8", "", MDT_VALUE_NUMBER);
	check_row(&super, "role", "0", "active", MDT_VALUE_NUMBER);
	check_row(&super, "csum", "0xe4e6aa05", "correct", MDT_VALUE_WORD);
	check_no_row(&super, "missing");
	check_no_row(&super, "logical_block_size");
	check_no_row(&super, "bitmap_offset");
	check_no_row(&super, "recovery_offset");
	check_no_row(&super, "reshape_position");
}

/* ---- made by hand ---- */

static void make_0(uint8_t *bytes, bool big_endian)
{
	memset(bytes, 0, 4096);
	put_magic(bytes, MDT_SUPER_0, big_endian);
	put(bytes + offsetof(mdp_super_t, minor_version), 90, 4, big_endian);
	put(bytes + offsetof(mdp_super_t, set_uuid0), 0x01020304, 4, big_endian);
	put(bytes + offsetof(mdp_super_t, set_uuid1), 0x11121314, 4, big_endian);
	put(bytes + offsetof(mdp_super_t, set_uuid2), 0x21222324, 4, big_endian);
	put(bytes + offsetof(mdp_super_t, set_uuid3), 0xa1a2a3a4, 4, big_endian);
	put(bytes + offsetof(mdp_super_t, level), 1, 4, big_endian);
	put(bytes + offsetof(mdp_super_t, raid_disks), 2, 4, big_endian);
	put(bytes + offsetof(mdp_super_t, state), 1, 4, big_endian);
	put(bytes + offsetof(mdp_super_t, this_disk.number), 1, 4, big_endian);
	put(bytes + offsetof(mdp_super_t, this_disk.raid_disk), 1, 4, big_endian);
	put(bytes + offsetof(mdp_super_t, this_disk.state), 6, 4, big_endian);
	put(bytes + offsetof(mdp_super_t, events_lo), 0x100000002, 8, big_endian);
	cr_assert(mdt_super_fill_csum(bytes, 4096));
}

static void make_1(uint8_t *bytes, size_t len, uint32_t max_dev)
{
	memset(bytes, 0, len);
	memcpy(bytes, loop0, 256);
	put(bytes + offsetof(struct mdp_superblock_1, max_dev), max_dev, 4, false);
	memset(bytes + 256, 0xff, 2 * max_dev);
	put(bytes + 256, 0, 2, false);
	cr_assert(mdt_super_fill_csum(bytes, len));
}

// The checksum is what mdadm 4.2 --examine expects for these bytes, in either order.
Test(md_superblock, version_0_90_in_both_byte_orders)
{
	uint8_t bytes[4096];
	struct mdt_super super;

	make_0(bytes, false);
	super = mdt_super_from(bytes_of(bytes, sizeof(bytes)), 41877504);
	check_print(&super,
		    "md 0.90 superblock: uuid=01020304:11121314:21222324:a1a2a3a4, "
		    "level=raid1, raid_disks=2, state=MD_SB_CLEAN, dev_number=1, "
		    "role=1 (active), events=4294967298, csum=0x7e042c46 (correct)");
	make_0(bytes, true);
	super = mdt_super_from(bytes_of(bytes, sizeof(bytes)), 41877504);
	check_print(&super,
		    "md 0.90 superblock: byte_order=big-endian, "
		    "uuid=01020304:11121314:21222324:a1a2a3a4, level=raid1, "
		    "raid_disks=2, state=MD_SB_CLEAN, dev_number=1, role=1 (active), "
		    "events=4294967298, csum=0x7e042c46 (correct)");
}

Test(md_superblock, features_and_what_comes_with_them)
{
	uint8_t bytes[512];
	struct mdt_super super;

	make_1(bytes, sizeof(bytes), 128);
	put(bytes + 8, 0x8000 | 1 | 2 | 4, 4, false);
	put(bytes + 72, 10, 4, false);
	put(bytes + 76, 0x102, 4, false);
	put(bytes + 96, (uint32_t)-16, 4, false);
	put(bytes + 104, 640, 8, false);
	put(bytes + 112, (uint32_t)-1, 4, false);
	put(bytes + 152, 77, 8, false);
	put(bytes + 208, UINT64_MAX, 8, false);
	put(bytes + 224, 512, 4, false);
	super = mdt_super_from(bytes_of(bytes, sizeof(bytes)), 0);
	check_row(&super, "version", "1.1", "", MDT_VALUE_WORD);
	check_row(&super, "feature_map",
		  "MD_FEATURE_BITMAP_OFFSET|MD_FEATURE_RECOVERY_OFFSET|"
		  "MD_FEATURE_RESHAPE_ACTIVE|0x8000",
		  "", MDT_VALUE_WORD);
	check_row(&super, "level", "raid10", "", MDT_VALUE_WORD);
	check_row(&super, "layout", "258", "near=2", MDT_VALUE_NUMBER);
	check_row(&super, "bitmap_offset", "-16", "", MDT_VALUE_NUMBER);
	check_row(&super, "reshape_position", "640", "", MDT_VALUE_NUMBER);
	check_row(&super, "delta_disks", "-1", "", MDT_VALUE_NUMBER);
	check_row(&super, "recovery_offset", "77", "", MDT_VALUE_NUMBER);
	check_row(&super, "resync_offset", "18446744073709551615", "in sync",
		  MDT_VALUE_NUMBER);
	check_row(&super, "logical_block_size", "512", "", MDT_VALUE_NUMBER);
	check_row(&super, "super_offset", "8",
		  "but it is at sector 0: the kernel refuses it", MDT_VALUE_NUMBER);
}

Test(md_superblock, bitmap)
{
	uint8_t bytes[256] = "bitm";
	struct mdt_super super;

	put(bytes + 4, 4, 4, false);
	memset(bytes + 8, 0xab, 16);
	put(bytes + 24, 9, 8, false);
	put(bytes + 32, 8, 8, false);
	put(bytes + 40, 79872, 8, false);
	put(bytes + 48, 1 << 1 | 1 << 7, 4, false);
	put(bytes + 52, 67108864, 4, false);
	put(bytes + 56, 5, 4, false);
	super = mdt_super_from(bytes_of(bytes, sizeof(bytes)), 8192);
	cr_assert_eq(super.kind, MDT_SUPER_BITMAP);
	check_print(&super, "md bitmap superblock: version=4, "
			    "uuid=abababab:abababab:abababab:abababab, events=9, "
			    "events_cleared=8, sync_size=79872, state=BITMAP_STALE|0x80, "
			    "chunksize=67108864, daemon_sleep=5");
	cr_assert_eq(mdt_super_csum(&super).kind, MDT_CSUM_NONE);
	put(bytes + 68, 4, 4, false);
	memcpy(bytes + 72, "a\"b", 4);
	check_row(&super, "nodes", "4", "", MDT_VALUE_NUMBER);
	check_row(&super, "cluster_name", "a\"b", "", MDT_VALUE_TEXT);
}

static const struct {
	const char *bytes;
	size_t len;
	enum mdt_super_kind kind;
	uint64_t missing;
	const char *text;
} odd_ones[] = {
	{ "", 0, MDT_SUPER_NONE, 0, "" },
	{ "\xfc\x4e\x2b", 3, MDT_SUPER_NONE, 0, "" },
	{ "hello", 5, MDT_SUPER_NONE, 0, "" },
	{ "\0\0\0\0x", 5, MDT_SUPER_NONE, 0, "" },
	{ "\0\0\0", 3, MDT_SUPER_NONE, 0, "" },
	{ "\0\0\0\0", 4, MDT_SUPER_ZEROED, 0, "no md superblock: zeros" },
	{ "\xfc\x4e\x2b\xa9", 4, MDT_SUPER_UNKNOWN, 4,
	  "md superblock of unknown version: missing=4 (of 8 bytes)" },
	{ "\xfc\x4e\x2b\xa9\x07\0\0\0", 8, MDT_SUPER_UNKNOWN, 0,
	  "md superblock of unknown version: major_version=7" },
	{ "\xa9\x2b\x4e\xfc\0\0\0\x01", 8, MDT_SUPER_UNKNOWN, 0,
	  "md superblock of unknown version: major_version=1" },
	{ "\xfc\x4e\x2b\xa9\x01\0\0\0", 8, MDT_SUPER_1, 248,
	  "md 1.x superblock: missing=248 (of 256 bytes)" },
	{ "\xfc\x4e\x2b\xa9\0\0\0\0", 8, MDT_SUPER_0, 4088,
	  "md 0.x superblock: missing=4088 (of 4096 bytes)" },
	{ "bitm", 4, MDT_SUPER_BITMAP, 252,
	  "md bitmap superblock: missing=252 (of 256 bytes)" },
};

Test(md_superblock, odd_ones)
{
	array_for_each (it, odd_ones) {
		struct mdt_super super =
			mdt_super_from(bytes_of(it->bytes, it->len), MDT_OFFSET_UNKNOWN);

		cr_assert_eq(super.kind, it->kind, "%s", it->text);
		cr_assert_eq(super.missing, it->missing, "%s", it->text);
		check_print(&super, it->text);
	}
}

Test(md_superblock, minor_follows_the_offset)
{
	struct mdt_slice all = bytes_of(loop0, sizeof(loop0));
	uint8_t far[512];

	cr_assert_eq(mdt_super_from(all, 0).minor, 1);
	cr_assert_eq(mdt_super_from(all, 4096).minor, 2);
	cr_assert_eq(mdt_super_from(all, 41934848).minor, 0);
	cr_assert_eq(mdt_super_from(all, MDT_OFFSET_UNKNOWN).minor, 2);
	cr_assert_eq(mdt_super_from(bytes_of(loop0, 151), MDT_OFFSET_UNKNOWN).minor, -1);
	memcpy(far, loop0, sizeof(far));
	put(far + 144, UINT64_MAX, 8, false);
	cr_assert_eq(mdt_super_from(bytes_of(far, 512), MDT_OFFSET_UNKNOWN).minor, -1);
}

Test(md_superblock, names)
{
	uint8_t bytes[512];
	struct mdt_super super;
	struct mdt_slice name;

	memcpy(bytes, loop0, sizeof(bytes));
	memset(bytes + 32, 'x', 32);
	super = mdt_super_from(bytes_of(bytes, sizeof(bytes)), 4096);
	cr_assert(mdt_super_name(&super, &name));
	cr_assert_eq(name.len, 32);
	super = mdt_super_from(bytes_of(bytes, 63), 4096);
	cr_assert_not(mdt_super_name(&super, &name));
	bytes[40] = '\0';
	cr_assert(mdt_super_name(&super, &name));
	cr_assert_eq(name.len, 8);
	bytes[32] = '\0';
	check_row(&super, "name", "", "", MDT_VALUE_TEXT);
}

static const struct {
	uint32_t number, raw;
	enum mdt_role_kind kind;
	const char *value, *note;
} roles[] = {
	{ 0, 0, MDT_ROLE_ACTIVE, "0", "active" },
	{ 2, 5, MDT_ROLE_ACTIVE, "5", "active" },
	{ 127, 0xfeff, MDT_ROLE_ACTIVE, "65279", "active" },
	{ 0, 0xff00, MDT_ROLE_INVALID, "invalid", "0xff00" },
	{ 0, 0xfffd, MDT_ROLE_JOURNAL, "journal", "0xfffd" },
	{ 0, 0xfffe, MDT_ROLE_FAULTY, "faulty", "0xfffe" },
	{ 0, 0xffff, MDT_ROLE_SPARE, "spare", "0xffff" },
	{ 128, 0, MDT_ROLE_SPARE, "spare", "0xffff" },
	{ UINT32_MAX, 0, MDT_ROLE_SPARE, "spare", "0xffff" },
};

Test(md_superblock, roles_of_1_x)
{
	array_for_each (it, roles) {
		uint8_t bytes[512];
		struct mdt_super super;
		struct mdt_role role;

		make_1(bytes, sizeof(bytes), 128);
		put(bytes + 160, it->number, 4, false);
		if (it->number < 128)
			put(bytes + 256 + 2 * it->number, it->raw, 2, false);
		super = mdt_super_from(bytes_of(bytes, sizeof(bytes)), 4096);
		cr_assert(mdt_super_role(&super, &role));
		cr_assert_eq(role.kind, it->kind, "%#x", it->raw);
		check_row(&super, "role", it->value, it->note,
			  it->kind == MDT_ROLE_ACTIVE ? MDT_VALUE_NUMBER
						      : MDT_VALUE_WORD);
	}
}

Test(md_superblock, roles_of_0_90)
{
	static const struct {
		uint32_t state;
		enum mdt_role_kind kind;
	} cases[] = {
		{ 6, MDT_ROLE_ACTIVE }, { 4, MDT_ROLE_ACTIVE }, { 0, MDT_ROLE_SPARE },
		{ 2, MDT_ROLE_SPARE },	{ 1, MDT_ROLE_FAULTY }, { 7, MDT_ROLE_FAULTY },
	};
	uint8_t bytes[4096];
	struct mdt_role role;

	array_for_each (it, cases) {
		struct mdt_super super;

		make_0(bytes, false);
		put(bytes + offsetof(mdp_super_t, this_disk.state), it->state, 4, false);
		super = mdt_super_from(bytes_of(bytes, sizeof(bytes)),
				       MDT_OFFSET_UNKNOWN);
		cr_assert(mdt_super_role(&super, &role));
		cr_assert_eq(role.kind, it->kind, "state %u", it->state);
	}
}

/* ---- checksums ---- */

Test(md_superblock, csum_of_any_size)
{
	static const uint32_t max_devs[] = { 1, 2, 3, 127, 128, 1919, 1920 };
	uint8_t bytes[4096];

	array_for_each (it, max_devs) {
		size_t size = 256 + 2 * *it;

		make_1(bytes, sizeof(bytes), *it);
		for (size_t at = 256; at < size; at += 7) {
			struct mdt_super super =
				mdt_super_from(bytes_of(bytes, size), 4096);

			cr_assert_eq(mdt_super_csum(&super).kind, MDT_CSUM_CORRECT);
			bytes[at] ^= 0x10;
			cr_assert_eq(mdt_super_csum(&super).kind, MDT_CSUM_WRONG);
			bytes[at] ^= 0x10;
		}
	}
}

Test(md_superblock, csum_with_too_many_devices)
{
	uint8_t bytes[8192];
	struct mdt_super super;

	make_1(bytes, sizeof(bytes), 1920);
	put(bytes + 220, 1921, 4, false);
	super = mdt_super_from(bytes_of(bytes, sizeof(bytes)), 4096);
	cr_assert_eq(mdt_super_csum(&super).kind, MDT_CSUM_BAD_SIZE);
	cr_assert_not(mdt_super_fill_csum(bytes, sizeof(bytes)));
	put(bytes + 220, UINT32_MAX, 4, false);
	super = mdt_super_from(bytes_of(bytes, sizeof(bytes)), 4096);
	cr_assert_eq(mdt_super_csum(&super).kind, MDT_CSUM_BAD_SIZE);
	cr_assert_eq(super.super_size, 4096);
}

Test(md_superblock, csum_that_is_wrong)
{
	uint8_t bytes[4096];
	struct mdt_super super;

	memcpy(bytes, loop0, sizeof(loop0));
	bytes[216] ^= 1;
	super = mdt_super_from(bytes_of(bytes, sizeof(loop0)), 4096);
	check_row(&super, "csum", "0xe4e6aa04", "wrong, computed 0xe4e6aa05",
		  MDT_VALUE_WORD);
	super = mdt_super_from(bytes_of(loop0, 511), 4096);
	check_row(&super, "csum", "0xe4e6aa05", "not enough bytes to check it",
		  MDT_VALUE_WORD);
	make_0(bytes, false);
	bytes[4095] = 1;
	super = mdt_super_from(bytes_of(bytes, sizeof(bytes)), 41877504);
	cr_assert_eq(mdt_super_csum(&super).kind, MDT_CSUM_WRONG);
}

// super_90_load() folds both sides to 16 bits before it compares.
Test(md_superblock, csum_of_0_90_is_compared_folded)
{
	uint8_t bytes[4096];
	struct mdt_super super;
	uint32_t csum;

	make_0(bytes, false);
	cr_assert(mdt_super0_csum(bytes_of(bytes, sizeof(bytes)), false, &csum));
	put(bytes + 152, csum >> 16 | csum << 16, 4, false);
	super = mdt_super_from(bytes_of(bytes, sizeof(bytes)), 41877504);
	cr_assert_eq(mdt_super_csum(&super).kind, MDT_CSUM_CORRECT);
}

Test(md_superblock, fill_csum_needs_a_superblock)
{
	uint8_t bytes[256] = "bitm";

	cr_assert_not(mdt_super_fill_csum(bytes, sizeof(bytes)));
	cr_assert_not(mdt_super_fill_csum(bytes, 0));
}

/* ---- cut short at every length ---- */

static void check_prefix(const uint8_t *all, size_t len, size_t needed)
{
	struct exact copy = exact_copy(all, len);
	struct mdt_super super =
		mdt_super_from(bytes_of(copy.bytes, len), MDT_OFFSET_UNKNOWN);
	enum mdt_csum_kind csum = mdt_super_csum(&super).kind;
	struct mdt_buf buf = { 0 };

	mdt_super_print(&buf, &super);
	cr_assert_eq(mdt_buf_error(&buf), NULL);
	mdt_buf_deinit(&buf);
	if (len >= 224 || super.kind == MDT_SUPER_0)
		cr_assert_eq(super.missing, len < needed ? needed - len : 0,
			     "%zu bytes: %lu are missing", len, super.missing);
	if (len >= 8)
		cr_assert_eq(csum, len < needed ? MDT_CSUM_ABSENT : MDT_CSUM_CORRECT,
			     "%zu bytes: csum %d", len, csum);
	free(copy.bytes);
}

Test(md_superblock, every_length)
{
	uint8_t super0[4096], super1[4096];

	make_0(super0, false);
	make_1(super1, sizeof(super1), 1920);
	for (size_t len = 0; len <= 4096; len++) {
		check_prefix(super0, len, 4096);
		check_prefix(super1, len, 4096);
		if (len <= sizeof(loop0))
			check_prefix(loop0, len, 512);
	}
}

/* ---- places ---- */

#define SECTORS(n) (UINT64_C(512) * (n))

Test(md_superblock, places)
{
	static const struct {
		int major, minor;
		uint64_t device, offset; /* offset UINT64_MAX: none */
	} cases[] = {
		// What mdadm looks at on a device of 40 MiB, in traces/payload/.
		{ 0, 90, 41943040, 41877504 },
		{ 1, 0, 41943040, 41934848 },
		{ 1, 1, 41943040, 0 },
		{ 1, 2, 41943040, 4096 },
		{ 0, 90, SECTORS(1000), SECTORS(768) },
		{ 0, 90, SECTORS(128), 0 },
		{ 0, 90, SECTORS(127), UINT64_MAX },
		{ 1, 0, SECTORS(1007), SECTORS(984) },
		{ 1, 0, SECTORS(1008), SECTORS(992) },
		{ 1, 0, SECTORS(15), UINT64_MAX },
		{ 1, 1, SECTORS(7), UINT64_MAX },
		{ 1, 2, SECTORS(15), UINT64_MAX },
		{ 1, 2, SECTORS(16), 4096 },
		{ 1, 1, MDT_OFFSET_UNKNOWN, 0 },
		{ 1, 2, MDT_OFFSET_UNKNOWN, 4096 },
		{ 1, 0, MDT_OFFSET_UNKNOWN, UINT64_MAX },
		{ 0, 90, MDT_OFFSET_UNKNOWN, UINT64_MAX },
		{ 1, 3, 41943040, UINT64_MAX },
		{ 2, 0, 41943040, UINT64_MAX },
	};

	array_for_each (it, cases) {
		uint64_t offset = UINT64_MAX;
		bool found = mdt_super_offset(it->major, it->minor, it->device, &offset);

		cr_assert_eq(found, it->offset != UINT64_MAX);
		cr_assert_eq(offset, it->offset, "%d.%d: %lu", it->major, it->minor,
			     offset);
	}
}

Test(md_superblock, version_at)
{
	cr_assert_str_eq(mdt_super_version_at(0, MDT_OFFSET_UNKNOWN), "1.1");
	cr_assert_str_eq(mdt_super_version_at(4096, MDT_OFFSET_UNKNOWN), "1.2");
	cr_assert_str_eq(mdt_super_version_at(41934848, 41943040), "1.0");
	cr_assert_str_eq(mdt_super_version_at(41877504, 41943040), "0.90");
	cr_assert_eq(mdt_super_version_at(41877504, MDT_OFFSET_UNKNOWN), NULL);
	cr_assert_eq(mdt_super_version_at(8192, 41943040), NULL);
	cr_assert_eq(mdt_super_version_at(4096, 512), NULL);
}
