// SPDX-License-Identifier: MIT
#include "md/super_make.h"
#include "md/super_rows.h"

enum {
	SECTOR = 512,
	BAD_BLOCK_LOG = 8, // sectors
	BLOCK = 4096,
	BITMAP_VERSION = 4, // BITMAP_MAJOR_HI
	DAEMON_SLEEP = 5,   // seconds
	ROOM_0_90 = 60 * 1024,
	ROOM_MAX = 128 * 1024,
	FEATURE_BITMAP = 1 << 0,
};

#define MIB (UINT64_C(1) << 20)

/* Sectors that the bitmap speaks of: in raid10 the array's, else a component's (Create()
 * in mdadm's Create.c). */
static uint64_t sync_size(const struct mdt_super_spec *spec, uint64_t size)
{
	uint64_t copies = (uint64_t)(spec->layout & 0xff) * (spec->layout >> 8 & 0xff);

	if (spec->level != 10 || !copies ||
	    size > UINT64_MAX / 2 / (spec->raid_disks + 1u))
		return size;
	return size / 2 * spec->raid_disks / copies * 2;
}

/* As small as has its bits in the room, but no less than 64 MiB. */
static uint64_t choose_chunk(const struct mdt_super_spec *spec, uint64_t size)
{
	uint64_t room = spec->major ? mdt_super_bitmap_room(size) * SECTOR : ROOM_0_90;
	uint64_t chunk = BLOCK, bits = sync_size(spec, size) / (BLOCK / SECTOR) + 1;
	uint64_t max_bits;

	if (room > ROOM_MAX)
		room = ROOM_MAX;
	if (room < BLOCK)
		room = BLOCK;
	max_bits = (room - BITMAP_SIZE) * 8;
	for (; bits > max_bits; bits = (bits + 1) / 2)
		chunk *= 2;
	return chunk < 64 * MIB ? 64 * MIB : chunk;
}

// add_internal_bitmap1(): behind the superblock, and in 1.0 in front of it and of the bad
// blocks.
int32_t mdt_super_bitmap_offset(const struct mdt_super_spec *spec)
{
	uint64_t bits, blocks;

	if (spec->minor != 0)
		return 8;
	bits = sync_size(spec, spec->size) / (choose_chunk(spec, spec->size) / SECTOR) +
	       1;
	blocks = ((bits + 7) / 8 + BITMAP_SIZE + BLOCK - 1) / BLOCK;
	return -(int32_t)(blocks * (BLOCK / SECTOR)) - BAD_BLOCK_LOG;
}

static struct mdt_error *find_place(const struct mdt_super_spec *spec,
				    const struct mdt_super_made *made, uint64_t *ret)
{
	int64_t offset = spec->major ? (int64_t)made->bitmap_offset * SECTOR
				     : (int64_t)SUPER_0_SIZE;

	if (spec->major && (!(spec->feature_map & FEATURE_BITMAP) || !offset))
		return mdt_error_create(MDT_ERR_INVALID, "the array has no bitmap");
	if (offset < 0 && (uint64_t)-offset > made->offset)
		return mdt_error_create(MDT_ERR_INVALID,
					"the bitmap would begin in front of the device");
	*ret = made->offset + (uint64_t)offset;
	return NULL;
}

/* The array's uuid, in the order in which the superblock has it. */
static void put_uuid(const struct mdt_super_spec *spec, const struct mdt_super_made *made,
		     uint8_t *bytes)
{
	if (spec->major) {
		memcpy(bytes, made->bytes + SUPER_1_UUID, 16);
		return;
	}
	memcpy(bytes, made->bytes + SUPER_0_UUID0, 4);
	memcpy(bytes + 4, made->bytes + SUPER_0_UUID1, 12);
}

struct mdt_error *mdt_super_make_bitmap(const struct mdt_super_spec *spec,
					const struct mdt_super_made *made, uint32_t chunk,
					uint64_t events, struct mdt_slice known,
					struct mdt_bitmap_made *ret)
{
	struct mdt_bitmap_made bitmap = { .offset = 0 };
	uint64_t bytes = chunk ? chunk : choose_chunk(spec, made->size);
	struct mdt_error *err = find_place(spec, made, &bitmap.offset);
	const struct {
		enum mdt_super_field field;
		uint64_t value;
	} fields[] = {
		{ MDT_SB_MAGIC, BITMAP_MAGIC },
		{ MDT_SB_VERSION, BITMAP_VERSION },
		{ MDT_SB_EVENTS, events },
		{ MDT_SB_EVENTS_CLEARED, events },
		{ MDT_SB_SYNC_SIZE, sync_size(spec, made->size) },
		{ MDT_SB_CHUNK_SIZE, bytes },
		{ MDT_SB_DAEMON_SLEEP, DAEMON_SLEEP },
	};

	if (err)
		return err;
	known = mdt_slice_head(known, MDT_BITMAP_BYTES);
	array_for_each (it, fields)
		if (!mdt_super_put(MDT_SUPER_BITMAP, bitmap.bytes, it->field, it->value))
			return mdt_error_create(MDT_ERR_INVALID,
						"%llu does not fit into a bitmap's "
						"superblock",
						(unsigned long long)it->value);
	put_uuid(spec, made, bitmap.bytes + BITMAP_UUID);
	err = mdt_super_check_known(MDT_SUPER_BITMAP, known, bitmap.bytes);
	if (!err)
		*ret = bitmap;
	return err;
}
