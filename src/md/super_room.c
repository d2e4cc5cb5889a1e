// SPDX-License-Identifier: MIT
#include "md/super_make.h"
#include "md/super_rows.h"

enum {
	SECTOR = 512,
	KIB = 2, // sectors
	MIB = 1024 * KIB,
	SUPER_RESERVED_1_0 = 8 * KIB, // at most, from the superblock to the device's end
	BAD_BLOCK_LOG = 4 * KIB,
};

#define GIB (UINT64_C(1024) * MIB)

// choose_bm_space() in mdadm's super1.c.
uint64_t mdt_super_bitmap_room(uint64_t sectors)
{
	if (sectors < 64 * KIB)
		return 0;
	if (sectors - 64 * KIB >= 200 * GIB)
		return 128 * KIB;
	return sectors - 4 * KIB > 8 * GIB ? 64 * KIB : 4 * KIB;
}

// validate_geometry1() in mdadm's super1.c: about 0.1%, at most 128 MiB, and no less than
// two chunks.
static uint64_t reshape_room(uint64_t sectors, uint32_t chunk)
{
	uint64_t room = 128 * MIB;

	while (room > 1 && room << 10 > sectors &&
	       (chunk == 0 || room / 2 >= (uint64_t)chunk * 2))
		room >>= 1;
	return room;
}

static uint64_t choose_data_offset(uint64_t sectors, uint32_t chunk)
{
	uint64_t offset =
		12 * KIB + mdt_super_bitmap_room(sectors) + reshape_room(sectors, chunk);

	return (offset + MIB - 1) / MIB * MIB;
}

static struct mdt_error *too_small(uint64_t device_size, int major, int minor)
{
	return mdt_error_create(MDT_ERR_INVALID,
				"a device of %llu bytes is too small for a member with "
				"a superblock %d.%d",
				(unsigned long long)device_size, major, minor);
}

/* What 1.0 can have in front of its superblock. */
static bool room_at_end(uint64_t sectors, uint64_t data_offset, uint64_t *ret)
{
	uint64_t kept = SUPER_RESERVED_1_0 + BAD_BLOCK_LOG +
			mdt_super_bitmap_room(sectors) + data_offset;

	sectors &= ~UINT64_C(7);
	if (data_offset > sectors || sectors <= kept)
		return false;
	*ret = sectors - kept;
	return true;
}

static bool find_room(int major, int minor, uint64_t sectors, uint32_t chunk,
		      struct mdt_super_room *room)
{
	if (major == 1 && minor == 0)
		return room_at_end(sectors, room->data_offset, &room->size);
	if (major == 1) {
		if (!room->data_offset)
			room->data_offset = choose_data_offset(sectors, chunk);
		if (sectors <= room->data_offset)
			return false;
		room->size = sectors - room->data_offset;
		return true;
	}
	room->data_offset = 0;
	return true;
}

struct mdt_error *mdt_super_room(int major, int minor, uint64_t device_size,
				 uint32_t chunk, uint64_t data_offset,
				 struct mdt_super_room *ret)
{
	struct mdt_super_room room = { .data_offset = data_offset };
	uint64_t offset;

	if (!mdt_super_offset(major, minor, 0x100000, &offset))
		return mdt_error_create(MDT_ERR_INVALID, "no superblock %d.%d exists",
					major, minor);
	if (device_size == MDT_OFFSET_UNKNOWN)
		return mdt_error_create(MDT_ERR_INVALID,
					"the size of the device is not known");
	if (!mdt_super_offset(major, minor, device_size, &offset) ||
	    !find_room(major, minor, device_size / SECTOR, chunk, &room))
		return too_small(device_size, major, minor);
	if (major == 0)
		room.size = offset / SECTOR;
	*ret = room;
	return NULL;
}

// Create() in mdadm's Create.c: raid1 is rounded so that it can become raid5 later.
uint64_t mdt_super_component(int level, uint32_t chunk, uint64_t room)
{
	if (level <= 0 && level != -4 && level != -5) // multipath and faulty have one
		return 0;
	if (level == 1)
		return room / (64 * KIB) * (64 * KIB);
	if (chunk)
		return room / chunk * chunk;
	return room / KIB * KIB;
}
