// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <linux/raid/md_p.h>
#include <stdlib.h>

#include "md/super_make.h"

static const uint8_t loop0[] = {
#include "data/super-1.2-loop0.inc"
};
static const uint8_t loop1[] = {
#include "data/super-1.2-loop1.inc"
};

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static struct mdt_slice slice_of(const void *bytes, size_t len)
{
	return mdt_slice_from(bytes, len);
}

/* What mdadm 4.4 was asked for in traces/payload/create.strace; uuids and times are those
 * that it drew. */
static struct mdt_super_spec recorded_spec(const uint8_t *bytes, uint32_t number)
{
	static const uint16_t roles[] = { 0, 1 };
	const struct mdp_superblock_1 *sb = (const void *)bytes;
	struct mdt_super_spec spec = MDT_SUPER_SPEC_INIT;

	spec.raid_disks = 2;
	spec.name = SLICE("(none):0");
	spec.ctime = spec.utime = 1795230330;
	spec.resync_offset = 0;
	spec.device_size = 40 * MIB;
	spec.dev_number = number;
	spec.role = (uint16_t)number;
	spec.roles = roles;
	spec.role_count = array_size(roles);
	memcpy(spec.set_uuid.bytes, sb->set_uuid, 16);
	memcpy(spec.device_uuid.bytes, sb->device_uuid, 16);
	return spec;
}

static void check_recorded(const uint8_t *bytes, size_t len, uint32_t number)
{
	struct mdt_super_spec spec = recorded_spec(bytes, number);
	struct mdt_super_made made;

	cr_assert_null(mdt_super_make(&spec, SLICE(""), &made));
	cr_assert_eq(made.offset, 4096);
	cr_assert_eq(made.size, 79872);
	cr_assert_eq(made.data_offset, 2048);
	for (size_t i = 0; i < sizeof(made.bytes); i++)
		cr_assert_eq(made.bytes[i], i < len ? bytes[i] : 0, "byte %zu: %#x, %#x",
			     i, made.bytes[i], i < len ? bytes[i] : 0);
}

Test(md_super_make, recorded)
{
	check_recorded(loop0, sizeof(loop0), 0);
	check_recorded(loop1, sizeof(loop1), 1);
}

/* Whatever prefix a log has, the result agrees with it and loads. */
Test(md_super_make, prefixes)
{
	for (size_t len = 0; len <= sizeof(loop1); len++) {
		char *known = malloc(len ? len : 1);
		struct mdt_super_spec spec = recorded_spec(loop1, 1);
		struct mdt_super_made made;
		struct mdt_super super;
		struct mdt_error *err;

		memcpy(known, loop1, len);
		cr_assert_eq(mdt_super_learn(slice_of(known, len), &spec), len >= 8);
		err = mdt_super_make(&spec, slice_of(known, len), &made);
		cr_assert_null(err, "%zu: %s", len, err ? err->message : "");
		cr_assert_eq(memcmp(made.bytes, loop1, sizeof(loop1)), 0, "%zu", len);
		super = mdt_super_from(slice_of(made.bytes, sizeof(made.bytes)), 4096);
		cr_assert_eq(mdt_super_csum(&super).kind, MDT_CSUM_CORRECT);
		free(known);
	}
}

/* 32 bytes are what strace shows by default: only the uuid comes from them. */
Test(md_super_make, learn_32_bytes)
{
	struct mdt_super_spec spec = MDT_SUPER_SPEC_INIT;
	struct mdt_super_made made;

	spec.raid_disks = 2;
	spec.device_size = 40 * MIB;
	cr_assert(mdt_super_learn(slice_of(loop0, 32), &spec));
	cr_assert_eq(memcmp(spec.set_uuid.bytes, loop0 + 16, 16), 0);
	cr_assert_eq(spec.minor, 2);
	cr_assert_null(mdt_super_make(&spec, slice_of(loop0, 32), &made));
	cr_assert_eq(memcmp(made.bytes, loop0, 32), 0);
}

Test(md_super_make, learn_all)
{
	struct mdt_super_spec spec = { .size = 5 };

	cr_assert(mdt_super_learn(slice_of(loop1, sizeof(loop1)), &spec));
	cr_assert_eq(spec.major, 1);
	cr_assert_eq(spec.minor, 2);
	cr_assert_eq(spec.level, 1);
	cr_assert_eq(spec.size, 79872);
	cr_assert_eq(spec.data_size, 79872);
	cr_assert_eq(spec.dev_number, 1);
	cr_assert_eq(spec.role, 1);
	cr_assert_eq(spec.max_dev, 128);
	cr_assert_eq(spec.resync_offset, 0);
	cr_assert(mdt_slice_eq_cstr(spec.name, "(none):0"));
}

static void check_error(const struct mdt_super_spec *spec, struct mdt_slice known,
			const char *expected)
{
	struct mdt_super_made made;
	struct mdt_error *err = mdt_super_make(spec, known, &made);

	cr_assert_not_null(err, "no error; expected %s", expected);
	cr_assert_str_eq(err->message, expected);
	cr_assert_eq(err->kind, MDT_ERR_INVALID);
	mdt_error_destroy(err);
}

Test(md_super_make, known_disagrees)
{
	struct mdt_super_spec spec = recorded_spec(loop0, 0);
	uint8_t known[sizeof(loop0)];

	memcpy(known, loop0, sizeof(known));
	known[92] = 3;
	check_error(&spec, slice_of(known, 93),
		    "byte 92 of the superblock is known to be 0x03, but would be 0x02 "
		    "(raid_disks)");
	memcpy(known, loop0, sizeof(known));
	known[20]++;
	check_error(&spec, slice_of(known, 32),
		    "byte 20 of the superblock is known to be 0xbc, but would be 0xbb");
	check_error(&spec, SLICE("nothing"),
		    "byte 0 of the superblock is known to be 0x6e, but would be 0xfc "
		    "(magic)");
	known[20]--;
	known[216] ^= 1;
	cr_assert(mdt_super_learn(slice_of(known, sizeof(known)), &spec));
	check_error(&spec, slice_of(known, sizeof(known)),
		    "byte 216 of the superblock is known to be 0x04, but would be 0x05 "
		    "(csum)");
}

/* Padding and a reshape, of which the spec knows nothing, are what is known. */
Test(md_super_make, known_fills)
{
	struct mdt_super_spec spec = recorded_spec(loop0, 0);
	uint8_t known[128];
	struct mdt_super_made made;

	memcpy(known, loop0, sizeof(known));
	known[104] = 77;
	cr_assert_null(mdt_super_make(&spec, slice_of(known, sizeof(known)), &made));
	cr_assert_eq(made.bytes[104], 77);
}

Test(md_super_make, refused)
{
	static const struct mdt_super_disk twice[] = { { .number = 0 }, { .number = 0 } };
	static const struct mdt_super_disk far[] = { { .number = 27 } };
	struct mdt_super_spec spec = recorded_spec(loop0, 0), bad = spec;

	bad.minor = 3;
	check_error(&bad, SLICE(""), "no superblock 1.3 exists");
	bad = spec;
	bad.device_size = 4096;
	check_error(
		&bad, SLICE(""),
		"a device of 4096 bytes is too small for a member with a superblock 1.2");
	bad.device_size = MDT_OFFSET_UNKNOWN;
	check_error(&bad, SLICE(""), "the size of the device is not known");
	bad = spec;
	bad.dev_number = 1920;
	check_error(&bad, SLICE(""), "dev_number 1920 has no place in the 1920 roles");
	bad.max_dev = 1921;
	check_error(&bad, SLICE(""), "max_dev is 1921, at most 1920 are possible");
	bad = spec;
	bad.name = SLICE("123456789012345678901234567890123");
	check_error(&bad, SLICE(""), "the name has 33 bytes, 32 are possible");
	bad = spec;
	bad.ctime = UINT64_MAX;
	check_error(&bad, SLICE(""), "ctime -1 does not fit into a superblock 1.2");
	bad = spec;
	bad.major = 0;
	bad.minor = 90;
	bad.disks = twice;
	bad.disk_count = 2;
	check_error(&bad, SLICE(""), "disk 0 is given twice");
	bad.disk_count = 1;
	bad.dev_number = 1;
	check_error(&bad, SLICE(""), "disk 1, this device, is not among the disks");
	bad.disks = far;
	check_error(&bad, SLICE(""),
		    "disk 27 has no place in a superblock 0.90, which has 27");
	bad.raid_disks = 28;
	check_error(&bad, SLICE(""),
		    "28 raid disks are more than the 27 of a superblock 0.90");
}

/* <linux/raid/md_p.h> is the second witness. */
Test(md_super_make, version_0)
{
	static const struct mdt_super_disk disks[] = {
		{ 0, 7, 0, 0, 6 },
		{ 1, 7, 1, 1, 9 }, /* faulty and removed */
		{ 2, 7, 2, 2, 0 },
	};
	struct mdt_super_spec spec = MDT_SUPER_SPEC_INIT;
	struct mdt_super_made made;
	mdp_super_t sb;

	spec.major = 0;
	spec.minor = 90;
	spec.raid_disks = 2;
	spec.md_minor = 9;
	spec.events = (UINT64_C(1) << 32) + 5;
	spec.device_size = 40 * MIB;
	spec.dev_number = 2;
	spec.disks = disks;
	spec.disk_count = array_size(disks);
	for (size_t i = 0; i < 16; i++)
		spec.set_uuid.bytes[i] = (uint8_t)(i + 1);
	cr_assert_null(mdt_super_make(&spec, SLICE(""), &made));
	cr_assert_eq(made.offset, 40 * MIB - 65536);
	memcpy(&sb, made.bytes, sizeof(sb));
	cr_assert_eq(sb.md_magic, MD_SB_MAGIC);
	cr_assert_eq(sb.minor_version, 90);
	cr_assert_eq(sb.set_uuid0, 0x01020304);
	cr_assert_eq(sb.set_uuid1, 0x05060708);
	cr_assert_eq(sb.set_uuid3, 0x0d0e0f10);
	cr_assert_eq(sb.size, 40896);
	cr_assert_eq(sb.md_minor, 9);
	cr_assert_eq(sb.events_hi, 1);
	cr_assert_eq(sb.events_lo, 5);
	cr_assert_eq(sb.cp_events_lo, 5);
	cr_assert_eq(sb.recovery_cp, UINT32_MAX);
	cr_assert_eq(sb.state, 1);
	cr_assert_eq(sb.nr_disks, 2);
	cr_assert_eq(sb.active_disks, 1);
	cr_assert_eq(sb.working_disks, 2);
	cr_assert_eq(sb.failed_disks, 1);
	cr_assert_eq(sb.spare_disks, 1);
	cr_assert_eq(sb.disks[1].state, 9);
	cr_assert_eq(sb.disks[2].minor, 2);
	cr_assert_eq(memcmp(&sb.this_disk, &sb.disks[2], sizeof(sb.this_disk)), 0);
	cr_assert(mdt_super_learn(slice_of(made.bytes, 4096), &spec));
	cr_assert_eq(spec.size, 81792);
	cr_assert_eq(spec.resync_offset, MDT_RESYNC_DONE);
	cr_assert_eq(spec.role, MDT_ROLE_RAW_SPARE);
}

Test(md_super_make, room)
{
	static const struct {
		int major, minor;
		uint64_t device_size;
		uint32_t chunk;
		uint64_t data_offset, size;
	} cases[] = {
		{ 1, 2, 40 * MIB, 0, 2048, 79872 },
		{ 1, 1, 40 * MIB, 0, 2048, 79872 },
		{ 1, 0, 40 * MIB, 0, 0, 81888 },
		{ 0, 90, 40 * MIB, 0, 0, 81792 },
		{ 1, 2, 2 * MIB, 0, 2048, 2048 },
		{ 1, 2, 100 * MIB, 1024, 4096, 200704 },
		{ 1, 2, 10 * GIB, 0, 18432, 20953088 },
		{ 1, 2, 500 * GIB, 0, 264192, 1048311808 },
		{ 1, 0, 300 * GIB, 0, 0, 629145320 },
	};

	array_for_each (it, cases) {
		struct mdt_super_room room;

		cr_assert_null(mdt_super_room(it->major, it->minor, it->device_size,
					      it->chunk, 0, &room));
		cr_expect_eq(room.data_offset, it->data_offset, "%zu: %llu", it - cases,
			     (unsigned long long)room.data_offset);
		cr_expect_eq(room.size, it->size, "%zu: %llu", it - cases,
			     (unsigned long long)room.size);
	}
}

Test(md_super_make, component)
{
	cr_assert_eq(mdt_super_component(1, 0, 79999), 79872);
	cr_assert_eq(mdt_super_component(5, 1024, 79999), 79872);
	cr_assert_eq(mdt_super_component(0, 1024, 79999), 0);
	cr_assert_eq(mdt_super_component(-1, 0, 79999), 0);
}

static void check_bitmap(int minor, uint64_t device_size, int32_t offset, uint64_t chunk)
{
	struct mdt_super_spec spec = recorded_spec(loop0, 0);
	struct mdt_super_made made;
	struct mdt_bitmap_made bitmap;
	struct mdt_super super;
	uint64_t value;

	spec.minor = minor;
	spec.device_size = device_size;
	spec.feature_map = MD_FEATURE_BITMAP_OFFSET;
	cr_assert_null(mdt_super_make(&spec, SLICE(""), &made));
	cr_assert_eq(made.bitmap_offset, offset);
	cr_assert_null(mdt_super_make_bitmap(&spec, &made, 0, 7, SLICE("bitm"), &bitmap));
	cr_assert_eq(bitmap.offset, made.offset + (uint64_t)((int64_t)offset * 512));
	super = mdt_super_from(slice_of(bitmap.bytes, sizeof(bitmap.bytes)),
			       bitmap.offset);
	cr_assert_eq(super.kind, MDT_SUPER_BITMAP);
	cr_assert(mdt_super_find(&super, MDT_SB_CHUNK_SIZE, &value));
	cr_expect_eq(value, chunk, "%llu", (unsigned long long)value);
	cr_assert(mdt_super_find(&super, MDT_SB_SYNC_SIZE, &value));
	cr_assert_eq(value, made.size);
	cr_assert_eq(memcmp(bitmap.bytes + 8, spec.set_uuid.bytes, 16), 0);
}

Test(md_super_make, bitmap)
{
	check_bitmap(2, 40 * MIB, 8, 64 * MIB);
	check_bitmap(1, 40 * MIB, 8, 64 * MIB);
	check_bitmap(0, 40 * MIB, -16, 64 * MIB);
	check_bitmap(2, 16384 * GIB, 8, 64 * MIB);
	check_bitmap(2, 262144 * GIB, 8, 512 * MIB);
}

Test(md_super_make, no_bitmap)
{
	struct mdt_super_spec spec = recorded_spec(loop0, 0);
	struct mdt_super_made made;
	struct mdt_bitmap_made bitmap;
	struct mdt_error *err;

	cr_assert_null(mdt_super_make(&spec, SLICE(""), &made));
	err = mdt_super_make_bitmap(&spec, &made, 0, 0, SLICE(""), &bitmap);
	cr_assert_not_null(err);
	cr_assert_str_eq(err->message, "the array has no bitmap");
	mdt_error_destroy(err);
	spec.feature_map = MD_FEATURE_BITMAP_OFFSET;
	cr_assert_null(mdt_super_make(&spec, SLICE(""), &made));
	err = mdt_super_make_bitmap(&spec, &made, 0, 0, SLICE("bits"), &bitmap);
	cr_assert_not_null(err);
	cr_assert_str_eq(err->message,
			 "byte 3 of the superblock is known to be 0x73, but "
			 "would be 0x6d (magic)");
	mdt_error_destroy(err);
}

/* No bytes and no numbers crash, and what is made has a right checksum. */
Test(md_super_make, hostile)
{
	unsigned int seed = 1;

	for (int round = 0; round < 3000; round++) {
		struct mdt_super_spec spec = recorded_spec(loop0, 0);
		struct mdt_super_made made;
		struct mdt_error *err;
		uint8_t known[600];
		size_t len = (size_t)rand_r(&seed) % sizeof(known);

		memset(known, 0, sizeof(known));
		memcpy(known, loop0, sizeof(loop0));
		if (round % 2)
			known[4] = 0;
		for (int i = 0; i < round % 8; i++)
			known[8 + (size_t)rand_r(&seed) % (sizeof(known) - 8)] =
				(uint8_t)rand_r(&seed);
		mdt_super_learn(slice_of(known, len), &spec);
		if (round % 3 == 0)
			spec.device_size = (uint64_t)rand_r(&seed) << (round % 34);
		err = mdt_super_make(&spec, slice_of(known, len), &made);
		if (!err) {
			struct mdt_super super = mdt_super_from(
				slice_of(made.bytes, sizeof(made.bytes)), made.offset);

			cr_assert_eq(mdt_super_csum(&super).kind, MDT_CSUM_CORRECT);
		}
		mdt_error_destroy(err);
	}
}
