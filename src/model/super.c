// SPDX-License-Identifier: MIT
#include "model/super.h"

#include "base/map.h"

// Offsets in mdp_super_t and struct mdp_superblock_1 of <linux/raid/md_p.h>.
enum {
	V0_DISKS = 512,	    // mdp_disk_t disks[27]
	V0_DISK_SIZE = 128, // state at 16, raid_disk at 12
	V0_DISK_COUNT = 27,
	V0_COMPARED = 128, // md_sb_equal(), but nr_disks
	V0_NR_DISKS = 36,
	V0_STATE = 132,
	V1_PAD0 = 12,
	V1_UUID = 16,
	V1_PAD3 = 228, // behind logical_block_size, which was a part of it
	V1_ROLES = 256,
	V1_MAX_DEV = 1920,
};

// MD_FEATURE_*
enum {
	FEATURE_BITMAP = 1 << 0,
	FEATURE_RECOVERY = 1 << 1,
	FEATURE_RESHAPE = 1 << 2,
	FEATURE_RAID0_LAYOUT = 1 << 12,
	FEATURES_KNOWN = 0x1fff,
};

static uint32_t load16(struct mdt_slice bytes, size_t at)
{
	const unsigned char *p = (const unsigned char *)bytes.str + at;

	return (uint32_t)(p[0] | p[1] << 8);
}

static uint32_t load32(const struct mdt_super *super, size_t at)
{
	const unsigned char *p = (const unsigned char *)super->bytes.str + at;

	if (super->big_endian)
		return (uint32_t)p[0] << 24 | (uint32_t)(p[1] << 16 | p[2] << 8 | p[3]);
	return (uint32_t)p[3] << 24 | (uint32_t)(p[2] << 16 | p[1] << 8 | p[0]);
}

static int64_t field(const struct mdt_super *super, enum mdt_super_field which)
{
	uint64_t value = 0;

	mdt_super_find(super, which, &value);
	return (int64_t)value;
}

static int16_t role_1(uint32_t raw)
{
	switch (raw) {
	case 0xffff:
		return MDT_MODEL_SPARE;
	case 0xfffe:
		return MDT_MODEL_FAULTY;
	case 0xfffd:
		return MDT_MODEL_JOURNAL;
	default:
		return (int16_t)(raw > INT16_MAX ? INT16_MAX : raw);
	}
}

static void fill_common(const struct mdt_super *super, struct mdt_model_super *ret)
{
	ret->minor = super->minor;
	ret->level = (int32_t)field(super, MDT_SB_LEVEL);
	ret->layout = (int32_t)field(super, MDT_SB_LAYOUT);
	ret->raid_disks = (int32_t)field(super, MDT_SB_RAID_DISKS);
	ret->ctime = field(super, MDT_SB_CTIME) & 0xffffffffff;
	ret->dev_number = (int32_t)field(super, MDT_SB_DEV_NUMBER);
	ret->events = (uint64_t)field(super, MDT_SB_EVENTS);
	ret->events_exact = true;
	for (unsigned int i = 0; i < MDT_MODEL_ROLES; i++)
		ret->roles[i] = MDT_MODEL_SPARE;
}

/* ---- 1.x ---- */

static bool is_zero(struct mdt_slice bytes, size_t from, size_t to)
{
	for (; from < to; from++)
		if (bytes.str[from])
			return false;
	return true;
}

// super_1_load(), as far as bytes and size tell.
static bool loads_1(const struct mdt_super *super, int64_t sectors,
		    const struct mdt_model_super *ret)
{
	int64_t features = field(super, MDT_SB_FEATURE_MAP), room;
	uint64_t place = super->offset / 512;
	int64_t max_dev = field(super, MDT_SB_MAX_DEV);
	int64_t bytes = (256 + 2 * max_dev + 511) / 512;

	if (max_dev > V1_MAX_DEV || (features & ~(int64_t)FEATURES_KNOWN) ||
	    mdt_super_csum(super).kind != MDT_CSUM_CORRECT || ret->data_size < 10 ||
	    load32(super, V1_PAD0) || !is_zero(super->bytes, V1_PAD3, V1_ROLES))
		return false;
	if (features & FEATURE_RAID0_LAYOUT && ret->level)
		return false;
	if (super->offset != MDT_OFFSET_UNKNOWN &&
	    place != (uint64_t)field(super, MDT_SB_SUPER_OFFSET))
		return false;
	if (super->minor > 0 &&
	    ret->data_offset < field(super, MDT_SB_SUPER_OFFSET) + bytes)
		return false;
	if (sectors == MDT_MODEL_UNKNOWN)
		return true;
	room = super->minor ? sectors - ret->data_offset
			    : field(super, MDT_SB_SUPER_OFFSET);
	return room >= ret->data_size;
}

static void fill_1(const struct mdt_super *super, int64_t sectors,
		   struct mdt_model_super *ret)
{
	int64_t features = field(super, MDT_SB_FEATURE_MAP);
	struct mdt_slice uuid = mdt_slice_from(super->bytes.str + V1_UUID, 16);

	fill_common(super, ret);
	ret->max_dev = (int32_t)field(super, MDT_SB_MAX_DEV);
	ret->chunk_size = (int32_t)(field(super, MDT_SB_CHUNK_SIZE) * 512);
	ret->size = field(super, MDT_SB_SIZE);
	ret->data_offset = field(super, MDT_SB_DATA_OFFSET);
	ret->data_size = field(super, MDT_SB_DATA_SIZE);
	ret->family = mdt_hash(uuid) ^ (uint64_t)(uint32_t)ret->level << 32 ^
		      (uint64_t)(uint32_t)ret->layout << 8 ^
		      (uint64_t)field(super, MDT_SB_CHUNK_SIZE);
	ret->clean = field(super, MDT_SB_RESYNC_OFFSET) == -1;
	ret->bitmap = features & FEATURE_BITMAP;
	ret->recovering = features & FEATURE_RECOVERY;
	ret->reshaping = features & FEATURE_RESHAPE;
	ret->layout_said = features & FEATURE_RAID0_LAYOUT;
	ret->block_size = (int32_t)field(super, MDT_SB_LOGICAL_BLOCK_SIZE);
	ret->kind = MDT_MODEL_SUPER_NONE;
	if (!loads_1(super, sectors, ret))
		return;
	ret->kind = MDT_MODEL_SUPER_1;
	for (int32_t i = 0; i < MDT_MODEL_ROLES && i < ret->max_dev; i++)
		ret->roles[i] = role_1(load16(super->bytes, V1_ROLES + 2 * (size_t)i));
}

/* ---- 0.90 ---- */

static int16_t role_0(uint32_t state, uint32_t slot)
{
	if (state & 1 << 0) // MD_DISK_FAULTY
		return MDT_MODEL_FAULTY;
	return state & 1 << 2 ? (int16_t)slot : MDT_MODEL_SPARE; // MD_DISK_SYNC
}

static uint64_t family_0(const struct mdt_super *super)
{
	char compared[V0_COMPARED];

	memcpy(compared, super->bytes.str, sizeof(compared));
	memset(compared + V0_NR_DISKS, 0, 4);
	return mdt_hash(mdt_slice_from(compared, sizeof(compared)));
}

static void fill_0(const struct mdt_super *super, int64_t sectors,
		   struct mdt_model_super *ret)
{
	uint32_t state = load32(super, V0_STATE);
	int64_t end = sectors == MDT_MODEL_UNKNOWN ? MDT_MODEL_UNKNOWN
						   : (sectors & ~(int64_t)127) - 128;

	fill_common(super, ret);
	ret->max_dev = V0_DISK_COUNT;
	ret->chunk_size = (int32_t)field(super, MDT_SB_CHUNK_SIZE);
	ret->size = 2 * field(super, MDT_SB_SIZE);
	ret->data_size = end;
	ret->family = family_0(super);
	ret->clean = state & 1 << 0;  // MD_SB_CLEAN
	ret->bitmap = state & 1 << 8; // MD_SB_BITMAP_PRESENT
	ret->reshaping = super->minor == 91;
	ret->kind = MDT_MODEL_SUPER_NONE;
	if (mdt_super_csum(super).kind != MDT_CSUM_CORRECT || ret->raid_disks <= 0 ||
	    (end != MDT_MODEL_UNKNOWN && ret->level >= 1 && end < ret->size))
		return;
	ret->kind = MDT_MODEL_SUPER_0;
	for (size_t i = 0; i < V0_DISK_COUNT; i++) {
		size_t at = V0_DISKS + i * V0_DISK_SIZE;

		ret->roles[i] = role_0(load32(super, at + 16), load32(super, at + 12));
	}
}

void mdt_model_super_from(const struct mdt_super *super, int64_t sectors,
			  struct mdt_model_super *ret)
{
	*ret = (struct mdt_model_super){ .kind = MDT_MODEL_SUPER_UNKNOWN };
	if (super->missing || super->big_endian)
		return;
	if (super->kind == MDT_SUPER_1 && super->bytes.len >= V1_ROLES &&
	    mdt_super_csum(super).kind != MDT_CSUM_ABSENT)
		fill_1(super, sectors, ret);
	else if (super->kind == MDT_SUPER_0)
		fill_0(super, sectors, ret);
}
