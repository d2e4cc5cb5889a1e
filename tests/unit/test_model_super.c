// SPDX-License-Identifier: MIT
/* Superblocks in bytes as the model's facts. */
#include <criterion/criterion.h>

#include "model/super.h"

enum { SECTORS = 81920, PLACE = 4096 };

static void put(unsigned char *bytes, size_t at, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[at + i] = (unsigned char)(value >> 8 * i);
}

// The least that every kernel takes: two mirrors, this one in slot 1.
static void fill(unsigned char *bytes)
{
	memset(bytes, 0, 4096);
	put(bytes, 0, 0xa92b4efc, 4);
	put(bytes, 4, 1, 4);
	memset(bytes + 16, 7, 16); // set_uuid
	put(bytes, 72, 1, 4);	   // level
	put(bytes, 80, 79872, 8);  // size
	put(bytes, 92, 2, 4);	   // raid_disks
	put(bytes, 128, 2048, 8);  // data_offset
	put(bytes, 136, 79872, 8); // data_size
	put(bytes, 144, 8, 8);	   // super_offset
	put(bytes, 160, 1, 4);	   // dev_number
	put(bytes, 200, 5, 8);	   // events
	put(bytes, 208, UINT64_MAX, 8);
	put(bytes, 220, 2, 4); // max_dev
	put(bytes, 256, 0, 2);
	put(bytes, 258, 1, 2);
}

static struct mdt_model_super facts(unsigned char *bytes, size_t len, int64_t sectors)
{
	struct mdt_slice slice = mdt_slice_from((const char *)bytes, len);
	struct mdt_model_super ret;
	struct mdt_super super;

	if (len == 4096)
		mdt_super_fill_csum(bytes, len);
	super = mdt_super_from(slice, PLACE);
	mdt_model_super_from(&super, sectors, &ret);
	return ret;
}

Test(model_super, whole)
{
	unsigned char bytes[4096];
	struct mdt_model_super super;

	fill(bytes);
	super = facts(bytes, sizeof(bytes), SECTORS);
	cr_assert_eq(super.kind, MDT_MODEL_SUPER_1);
	cr_assert_eq(super.minor, 2);
	cr_assert_eq(super.level, 1);
	cr_assert_eq(super.raid_disks, 2);
	cr_assert_eq(super.dev_number, 1);
	cr_assert_eq(super.roles[0], 0);
	cr_assert_eq(super.roles[1], 1);
	cr_assert_eq(super.roles[2], MDT_MODEL_SPARE);
	cr_assert_eq(super.events, 5);
	cr_assert(super.clean && super.events_exact && !super.bitmap);
}

// What super_1_load() refuses, each by one field.
Test(model_super, refused)
{
	static const struct {
		size_t at, size;
		uint64_t value;
	} faults[] = {
		{ 8, 4, 1 << 13 },   // a feature that nobody knows
		{ 12, 4, 1 },	     // pad0
		{ 136, 8, 9 },	     // data_size
		{ 144, 8, 16 },	     // super_offset
		{ 128, 8, 8 },	     // data_offset in the superblock
		{ 230, 1, 1 },	     // pad3
		{ 136, 8, SECTORS }, // larger than the device
	};

	array_for_each (it, faults) {
		unsigned char bytes[4096];

		fill(bytes);
		put(bytes, it->at, it->value, it->size);
		cr_assert_eq(facts(bytes, sizeof(bytes), SECTORS).kind,
			     MDT_MODEL_SUPER_NONE, "offset %zu", it->at);
	}
}

Test(model_super, checksum)
{
	unsigned char bytes[4096];
	struct mdt_slice slice = mdt_slice_from((const char *)bytes, sizeof(bytes));
	struct mdt_model_super ret;
	struct mdt_super super;

	fill(bytes);
	super = mdt_super_from(slice, PLACE);
	mdt_model_super_from(&super, SECTORS, &ret);
	cr_assert_eq(ret.kind, MDT_MODEL_SUPER_NONE);
}

Test(model_super, cut_is_unknown)
{
	unsigned char bytes[4096];

	fill(bytes);
	cr_assert_eq(facts(bytes, 200, SECTORS).kind, MDT_MODEL_SUPER_UNKNOWN);
	cr_assert_eq(facts(bytes, 258, SECTORS).kind, MDT_MODEL_SUPER_UNKNOWN);
}

Test(model_super, logical_block_size)
{
	unsigned char bytes[4096];
	struct mdt_model_super super;

	fill(bytes);
	put(bytes, 224, 512, 4);
	super = facts(bytes, sizeof(bytes), MDT_MODEL_UNKNOWN);
	cr_assert_eq(super.kind, MDT_MODEL_SUPER_1);
	cr_assert_eq(super.block_size, 512);
}
