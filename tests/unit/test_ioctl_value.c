// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "ioctl/json.h"
#include "ioctl/value.h"

static const struct mdt_text_limits all = { 0 };

static const struct mdt_type *find_type(const char *name)
{
	const struct mdt_type *type =
		mdt_ioctl_find_type(mdt_ioctl_builtin(), mdt_slice_cstr(name));

	cr_assert_not_null(type, "%s", name);
	return type;
}

static void decode(const struct mdt_type *type, struct mdt_slice bytes,
		   struct mdt_arena *arena, struct mdt_value *ret)
{
	cr_assert_null(mdt_value_decode(type, NULL, bytes, arena, ret));
}

static void check_text_limited(const struct mdt_type *type, struct mdt_slice bytes,
			       const struct mdt_text_limits *limits, const char *expected)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_value value;

	decode(type, bytes, &arena, &value);
	mdt_value_text(&value, limits, &buf);
	mdt_buf_addc(&buf, 0);
	cr_assert_str_eq(buf.str, expected);
}

static void check_text(const char *type, struct mdt_slice bytes, const char *expected)
{
	check_text_limited(find_type(type), bytes, &all, expected);
}

// As strace 6.13 -v printed it for mdadm 4.2 --create.
static const unsigned char added[20] = {
	1, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 6
};

Test(text, of_a_disk)
{
	check_text(
		"mdu_disk_info_t", mdt_slice_from((const char *)added, sizeof(added)),
		"{number=1, major=7, minor=1, raid_disk=1, state=MD_DISK_ACTIVE|MD_DISK_SYNC}");
}

static struct mdt_slice disk_with_state(unsigned char *bytes, uint32_t state)
{
	memcpy(bytes, added, sizeof(added));
	memcpy(bytes + 16, &state, sizeof(state));
	return mdt_slice_from((const char *)bytes, sizeof(added));
}

Test(text, unknown_bits_are_shown)
{
	unsigned char bytes[20];

	check_text("mdu_disk_info_t", disk_with_state(bytes, 0x44),
		   "{number=1, major=7, minor=1, raid_disk=1, state=MD_DISK_SYNC|0x40}");
	check_text(
		"mdu_disk_info_t", disk_with_state(bytes, 0x40),
		"{number=1, major=7, minor=1, raid_disk=1, state=0x40 /* MD_DISK_??? */}");
	check_text(
		"mdu_disk_info_t", disk_with_state(bytes, 0x80000000),
		"{number=1, major=7, minor=1, raid_disk=1, state=0x80000000 /* MD_DISK_??? */}");
	check_text("mdu_disk_info_t", disk_with_state(bytes, 0),
		   "{number=1, major=7, minor=1, raid_disk=1, state=0}");
	check_text("mdu_disk_info_t", disk_with_state(bytes, 1 << 18),
		   "{number=1, major=7, minor=1, raid_disk=1, state=MD_DISK_JOURNAL}");
}

static void check_level(int32_t level, const char *expected)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	unsigned char bytes[72] = { 0 };
	struct mdt_value value;

	memcpy(bytes + 16, &level, sizeof(level));
	decode(find_type("mdu_array_info_t"), mdt_slice_from((const char *)bytes, 72),
	       &arena, &value);
	mdt_value_text(mdt_value_find(&value, SLICE("level")), &all, &buf);
	mdt_buf_addc(&buf, 0);
	cr_assert_str_eq(buf.str, expected);
}

Test(text, levels_have_names)
{
	check_level(0, "raid0");
	check_level(1, "raid1");
	check_level(10, "raid10");
	check_level(-1, "LEVEL_LINEAR");
	check_level(-1000000, "LEVEL_NONE");
	check_level(7, "7 /* LEVEL_??? */");
	check_level(-77, "-77 /* LEVEL_??? */");
}

Test(text, level_of_an_unsigned_field_too)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	const struct mdt_constant *name;
	char bytes[4096] = { 0 };
	struct mdt_value value, *level;
	uint64_t rest;

	memset(bytes + 28, 0xff, 4);
	decode(find_type("mdp_super_t"), mdt_slice_from(bytes, sizeof(bytes)), &arena,
	       &value);
	level = mdt_value_find(&value, SLICE("level"));
	cr_assert_eq(level->number, 0xffffffff);
	cr_assert_eq(mdt_value_names(level, &name, 1, &rest), 1);
	cr_assert_str_eq(name->name, "LEVEL_LINEAR");
	cr_assert_eq(rest, 0);
}

Test(text, of_a_payload_cut_short)
{
	check_text("mdu_disk_info_t", mdt_slice_from((const char *)added, 8),
		   "{number=1, major=7, ...} /* 12 of 20 bytes missing */");
	check_text("mdu_disk_info_t", mdt_slice_from((const char *)added, 9),
		   "{number=1, major=7, minor=..., ...} /* 11 of 20 bytes missing */");
	check_text("mdu_disk_info_t", SLICE(""), "... /* 20 of 20 bytes missing */");
}

Test(text, strings_end_at_their_nul)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
	static const struct mdt_text_limits short_strings = { .string_max = 5 };
	const struct mdt_type *type = find_type("mdu_bitmap_file_t");

	mdt_buf_adds(&path, "/var/\"bitmap\"\n\x01");
	mdt_buf_fill(&path, 0, 4096 - path.len);
	check_text_limited(type, mdt_buf_slice(&path), &all,
			   "{pathname=\"/var/\\\"bitmap\\\"\\n\\x01\"}");
	check_text_limited(type, mdt_buf_slice(&path), &short_strings,
			   "{pathname=\"/var/\"...}");
	check_text_limited(type, mdt_slice_head(mdt_buf_slice(&path), 4), &all,
			   "{pathname=\"/var\"...} /* 4092 of 4096 bytes missing */");
	memset(path.str, 'x', 4096);
	check_text_limited(type, mdt_buf_slice(&path), &short_strings,
			   "{pathname=\"xxxxx\"...}");
}

Test(text, flexible_arrays_go_to_the_end)
{
	char bytes[8 + 3 * 8] = { 2 };

	bytes[8] = 0x10;
	bytes[9] = 8;
	bytes[16] = 1;
	check_text_limited(
		find_type("struct dm_target_deps"), mdt_slice_from(bytes, 24), &all,
		"{count=2, padding=0, dev=[makedev(0x8, 0x10), makedev(0, 0x1)]}");
	check_text_limited(find_type("struct dm_target_deps"), mdt_slice_from(bytes, 8),
			   &all, "{count=2, padding=0, dev=[]}");
	check_text_limited(find_type("struct dm_target_deps"), mdt_slice_from(bytes, 12),
			   &all, "{count=2, padding=0, dev=[...]}");
}

Test(text, an_array_of_no_length_in_the_middle_holds_nothing)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	char bytes[4096] = { 0 };
	struct mdt_value value, *reserved;

	memset(bytes + 3968, 7, 128);
	decode(find_type("mdp_super_t"), mdt_slice_from(bytes, sizeof(bytes)), &arena,
	       &value);
	reserved = mdt_value_find(&value, SLICE("reserved"));
	cr_assert_eq(reserved->size, 0);
	cr_assert_eq(reserved->count, 0);
	cr_assert_eq(reserved->state, MDT_VALUE_WHOLE);
}

Test(text, long_runs_of_zeros_are_left_out)
{
	static const struct mdt_text_limits two = { .array_max = 2 };
	static const struct mdt_type u32 = { .kind = MDT_TYPE_INT,
					     .name = "u32",
					     .size = 4 };
	static const struct mdt_type u32s = { .kind = MDT_TYPE_ARRAY,
					      .name = "u32 [20]",
					      .size = 80,
					      .count = 20,
					      .item = &u32 };
	char bytes[80] = { 5 };

	check_text_limited(&u32s, mdt_slice_from(bytes, 80), &all, "[5, 0, ...]");
	bytes[8] = 6;
	check_text_limited(&u32s, mdt_slice_from(bytes, 80), &two, "[5, 0, ...]");
	bytes[76] = 7;
	check_text_limited(
		&u32s, mdt_slice_from(bytes, 80), &all,
		"[5, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]");
}

Test(text, unnamed_members_stand_among_the_others)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	char bytes[256] = { 0 };
	struct mdt_value value;

	bytes[96] = 8;
	decode(find_type("struct mdp_superblock_1"), mdt_slice_from(bytes, 256), &arena,
	       &value);
	mdt_value_text(&value, &all, &buf);
	mdt_buf_addc(&buf, 0);
	cr_assert_not_null(
		strstr(buf.str,
		       ", bitmap_offset=8, ppl={offset=8, size=0}, new_level=raid0"),
		"%s", buf.str);
}

Test(value, big_endian_and_bit_fields)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	static const struct mdt_type be32 = {
		.kind = MDT_TYPE_INT, .name = "__be32", .size = 4, .is_big_endian = true
	};
	static const struct mdt_type s32 = {
		.kind = MDT_TYPE_INT, .name = "int", .size = 4, .is_signed = true
	};
	static const struct mdt_member members[] = {
		{ "be", &be32, NULL, 0, 0, 0 },
		{ "low", &s32, NULL, 4, 0, 3 },
		{ "mid", &s32, NULL, 4, 3, 10 },
	};
	static const struct mdt_type type = { .kind = MDT_TYPE_STRUCT,
					      .name = "struct x",
					      .size = 8,
					      .count = 3,
					      .members = members };
	static const unsigned char bytes[8] = { 1, 2, 3, 4, 0xfd, 0x0f, 0xaa, 0x55 };
	unsigned char encoded[8];
	struct mdt_value value;

	decode(&type, mdt_slice_from((const char *)bytes, 8), &arena, &value);
	cr_assert_eq(mdt_value_find(&value, SLICE("be"))->number, 0x01020304);
	cr_assert_eq((int64_t)mdt_value_find(&value, SLICE("low"))->number, -3);
	cr_assert_eq((int64_t)mdt_value_find(&value, SLICE("mid"))->number, 0x1ff);
	mdt_value_find(&value, SLICE("mid"))->number = (uint64_t)-2;
	mdt_value_find(&value, SLICE("be"))->number = 0x0a0b0c0d;
	mdt_value_encode(&value, encoded);
	cr_assert_eq(encoded[0], 0x0a);
	cr_assert_eq(encoded[4], 0xf5);
	cr_assert_eq(encoded[5], 0x1f);
	cr_assert_eq(encoded[6], 0xaa);
	cr_assert_eq(encoded[7], 0x55);
}

Test(value, a_change_gets_through_a_union)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	unsigned char bytes[256] = { 0 }, encoded[256];
	struct mdt_value value;

	decode(find_type("struct mdp_superblock_1"),
	       mdt_slice_from((const char *)bytes, 256), &arena, &value);
	mdt_value_find(&value, SLICE("bitmap_offset"))->number = 0x12345678;
	mdt_value_encode(&value, encoded);
	cr_assert_eq(encoded[96], 0x78);
	cr_assert_eq(encoded[99], 0x12);
	mdt_value_find(&value, SLICE("bitmap_offset"))->number = 0;
	mdt_value_find(&value, SLICE("ppl.size"))->number = 0x99;
	mdt_value_encode(&value, encoded);
	cr_assert_eq(encoded[96], 0);
	cr_assert_eq(encoded[98], 0x99);
}

Test(value, absent_is_not_zero)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_value value;
	uint64_t number = 77;

	decode(find_type("mdu_disk_info_t"), mdt_slice_from((const char *)added, 10),
	       &arena, &value);
	cr_assert_eq(value.state, MDT_VALUE_CUT);
	cr_assert_eq(mdt_value_missing(&value), 10);
	cr_assert(mdt_value_get(&value, SLICE("major"), &number));
	cr_assert_eq(number, 7);
	cr_assert_not(mdt_value_get(&value, SLICE("minor"), &number));
	cr_assert_not(mdt_value_get(&value, SLICE("state"), &number));
	cr_assert_not(mdt_value_get(&value, SLICE("nothing"), &number));
	cr_assert_eq(number, 7);
	cr_assert_eq(mdt_value_find(&value, SLICE("minor"))->state, MDT_VALUE_CUT);
	cr_assert_eq(mdt_value_find(&value, SLICE("state"))->state, MDT_VALUE_ABSENT);
}

Test(value, is_found_by_path)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	char bytes[4096] = { 0 };
	struct mdt_value value;
	uint64_t number;

	bytes[512 + 3 * 128 + 4] = 9;
	decode(find_type("mdp_super_t"), mdt_slice_from(bytes, sizeof(bytes)), &arena,
	       &value);
	cr_assert(mdt_value_get(&value, SLICE("disks[3].major"), &number));
	cr_assert_eq(number, 9);
	cr_assert_null(mdt_value_find(&value, SLICE("disks[27].major")));
	cr_assert_null(mdt_value_find(&value, SLICE("disks[")));
	cr_assert_null(mdt_value_find(&value, SLICE("disks[]")));
	cr_assert_null(mdt_value_find(&value, SLICE("level[0]")));
	cr_assert_null(mdt_value_find(&value, SLICE("..")));
	cr_assert_eq(mdt_value_find(&value, SLICE("")), &value);
}

static void check_json(const char *type, struct mdt_slice bytes, const char *expected)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_value value;
	struct mdt_json json;

	decode(find_type(type), bytes, &arena, &value);
	mdt_json_init(&json, &buf);
	mdt_value_json(&json, NULL, &value);
	mdt_buf_addc(&buf, 0);
	cr_assert_str_eq(buf.str, expected);
}

Test(json, of_values)
{
	check_json(
		"mdu_disk_info_t", mdt_slice_from((const char *)added, 20),
		"{\"number\":1,\"major\":7,\"minor\":1,\"raid_disk\":1,\"state\":"
		"{\"value\":6,\"names\":[\"MD_DISK_ACTIVE\",\"MD_DISK_SYNC\"],\"rest\":0}}");
	check_json(
		"mdu_disk_info_t", mdt_slice_from((const char *)added, 5),
		"{\"number\":1,\"major\":null,\"minor\":null,\"raid_disk\":null,\"state\":null}");
	check_json("mdu_bitmap_file_t", SLICE("ab"),
		   "{\"pathname\":{\"text\":\"ab\",\"hex\":\"6162\"}}");
	check_json("mdu_disk_info_t", SLICE(""), "null");
}

// A small generator of our own: the bytes are the same in every run.
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void fill_random(unsigned char *bytes, size_t len, uint64_t *state)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)next_random(state);
}

static void check_round_trip(const struct mdt_type *type, const unsigned char *bytes,
			     size_t len)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	unsigned char *encoded = malloc(len + 1);
	struct mdt_value value;

	decode(type, mdt_slice_from((const char *)bytes, len), &arena, &value);
	mdt_value_encode(&value, encoded);
	cr_assert_eq(memcmp(encoded, bytes, value.bytes.len), 0, "%s of %zu bytes",
		     type->name, len);
	mdt_value_text(&value, &all, &text);
	cr_assert_gt(text.len, 0);
	free(encoded);
}

Test(value, encode_undoes_decode_for_every_type)
{
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();
	uint64_t state = 0x9e3779b97f4a7c15;
	static unsigned char bytes[1 << 16];

	cr_assert_gt(table->type_count, 50);
	for (size_t i = 0; i < table->type_count; i++) {
		const struct mdt_type *type = mdt_ioctl_type_at(table, i);
		size_t size = type->size;

		cr_assert_leq(size + 40, sizeof(bytes));
		for (int round = 0; round < 5; round++) {
			fill_random(bytes, size + 40, &state);
			check_round_trip(type, bytes, size);
			check_round_trip(type, bytes, size + 40);
			check_round_trip(type, bytes, next_random(&state) % (size + 40));
		}
	}
}

// Bytes that belong to a number: what decoding must have looked at.
static void mark_numbers(const struct mdt_value *value, unsigned char *covered)
{
	if (value->type->kind == MDT_TYPE_INT || value->type->kind == MDT_TYPE_ENUM ||
	    value->type->kind == MDT_TYPE_POINTER || mdt_value_is_bytes(value))
		memset(covered + value->offset, 1, value->bytes.len);
	for (uint32_t i = 0; i < value->count; i++)
		mark_numbers(&value->items[i], covered);
}

// Set every number to the other bits of its own and encode: each byte of a number
// changes, so none of them was only copied.
static void flip_numbers(struct mdt_value *value)
{
	if (!value->items && !mdt_value_is_bytes(value))
		value->number = ~value->number;
	for (uint32_t i = 0; i < value->count; i++)
		flip_numbers(&value->items[i]);
}

Test(value, encode_writes_numbers_and_not_only_what_was_read)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	const struct mdt_type *type = find_type("mdu_array_info_t");
	unsigned char bytes[72], encoded[72], covered[72] = { 0 };
	uint64_t state = 88172645463325252;
	struct mdt_value value;

	fill_random(bytes, sizeof(bytes), &state);
	decode(type, mdt_slice_from((const char *)bytes, sizeof(bytes)), &arena, &value);
	mark_numbers(&value, covered);
	flip_numbers(&value);
	mdt_value_encode(&value, encoded);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		cr_assert(covered[i], "byte %zu", i);
		cr_assert_eq(encoded[i], (unsigned char)~bytes[i], "byte %zu", i);
	}
}
