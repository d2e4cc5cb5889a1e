/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Make md superblocks: 0.90, 1.0, 1.1 and 1.2, in the bytes in which the kernel reads
 * them, their checksum right. What is not said is chosen as mdadm chooses when it creates
 * an array (4.2 to 4.6: validate_geometry1(), init_super1() and write_init_super1() in
 * super1.c, their like in super0.c, and Create() in Create.c).
 *
 * Units are those of struct mdp_superblock_1: sectors of 512 bytes, for 0.90 too.
 */
#ifndef MDT_MD_SUPER_MAKE_H
#define MDT_MD_SUPER_MAKE_H

#include "base/error.h"
#include "md/superblock.h"

enum {
	MDT_SUPER_BYTES = 4096,	  /* of every version, as the kernel reads it */
	MDT_SUPER_0_DISKS = 27,	  /* MD_SB_DISKS: how many disks 0.90 has room for */
	MDT_SUPER_1_ROLES = 1920, /* how many roles 4096 bytes of 1.x have room for */
};

/** What a role in dev_roles[] can be besides a slot; <linux/raid/md_p.h>. */
enum {
	MDT_ROLE_RAW_SPARE = 0xffff,
	MDT_ROLE_RAW_FAULTY = 0xfffe,
	MDT_ROLE_RAW_JOURNAL = 0xfffd,
};

/** resync_offset of an array with nothing to resync: it is clean. */
#define MDT_RESYNC_DONE UINT64_MAX

/* ---- what fits where ---- */

/** How much of a device an array can have. */
struct mdt_super_room {
	uint64_t data_offset; /* sectors */
	uint64_t size; /* sectors: the largest component, before the rounding by level */
};

/**
 * What mdadm --create finds room for. The first member decides on data_offset for all of
 * the array, so ask for it once and hand its answer on.
 *
 * As mdadm does it: 1.1 and 1.2 leave 12 KiB, room for a bitmap (4, 64 or 128 KiB: for
 * more than 8 GiB, from 200 GiB on) and about 0.1% to reshape (at most 128 MiB), rounded
 * up to 1 MiB; 1.0 has its data at 0 and leaves the same for a bitmap, and 4 KiB for bad
 * blocks, in front of the superblock; 0.90 has all that is in front of it. mdadm 3.2 and
 * older, which had no room to reshape, are not followed; nor is a PPL.
 *
 * @param device_size Bytes.
 * @param chunk Sectors; 0 for levels without. It bounds how small the room to reshape is.
 * @param data_offset Sectors; 0: as mdadm chooses.
 * @return NULL, or MDT_ERR_INVALID: no such version, or the device is too small.
 */
MDT_API struct mdt_error *mdt_super_room(int major, int minor, uint64_t device_size,
					 uint32_t chunk, uint64_t data_offset,
					 struct mdt_super_room *ret) MUST_CHECK;

/**
 * What mdadm makes of the smallest member's room: raid1 is rounded down to 64 KiB, levels
 * with chunks to the chunk; levels without redundancy have no size: 0.
 */
MDT_API uint64_t mdt_super_component(int level, uint32_t chunk, uint64_t room);

/* ---- the superblock ---- */

/** A row of 0.90's disks[]. */
struct mdt_super_disk {
	uint32_t number, major, minor;
	int32_t raid_disk;
	uint32_t state; /* MD_DISK_* */
};

/**
 * Begin with MDT_SUPER_SPEC_INIT: an array that is clean and does not reshape. All that
 * is 0 there and documented with "0:" is chosen.
 */
struct mdt_super_spec {
	int major, minor; /* 0 and 90, or 1 and 0, 1 or 2 */
	/* the array */
	int level;
	uint32_t layout;
	uint32_t chunk; /* sectors */
	uint32_t raid_disks;
	struct mdt_uuid set_uuid; /* in the order in which mdadm prints it */
	struct mdt_slice name;	  /* 1.x; at most 32 bytes. Borrowed */
	uint32_t md_minor;	  /* 0.90 */
	uint64_t ctime, utime;	  /* seconds since 1970 */
	uint64_t events;
	uint64_t size; /* component, sectors; 0: the largest that fits this device, as
			  mdadm chooses; MDT_SIZE_NONE: 0 in the superblock */
	uint64_t resync_offset;
	uint32_t feature_map;  /* 1.x: MD_FEATURE_* */
	int32_t bitmap_offset; /* 1.x: sectors from the superblock; 0: as mdadm, when
				  feature_map has MD_FEATURE_BITMAP_OFFSET (bit 0) */
	/* this device */
	uint64_t device_size; /* bytes */
	uint32_t dev_number;
	uint16_t role; /* slot, or MDT_ROLE_RAW_* */
	struct mdt_uuid device_uuid;
	uint64_t data_offset; /* 1.x; 0: as mdadm chooses for this device */
	uint64_t data_size;   /* 1.x; 0: what write_init_super1() has */
	uint64_t recovery_offset;
	uint8_t devflags;   /* 1.x: WriteMostly1, FailFast1 */
	bool no_bad_blocks; /* 1.x: leave the log of bad blocks out, which mdadm reserves
			     */
	/* the others */
	uint32_t max_dev;      /* 1.x; 0: as mdadm, all that fits whole sectors */
	const uint16_t *roles; /* 1.x: dev_roles[], by dev_number; NULL when there are
				  none. Borrowed. Those behind them are spares, as mdadm
				  and the kernel leave them; this device's own is role */
	size_t role_count;
	const struct mdt_super_disk *disks; /* 0.90: disks[], in any order. Borrowed. This
					       device's is the one with its dev_number; it
					       also is this_disk */
	size_t disk_count;
};

#define MDT_SIZE_NONE UINT64_MAX

#define MDT_SUPER_SPEC_INIT                                                              \
	(struct mdt_super_spec)                                                          \
	{                                                                                \
		.major = 1, .minor = 2, .level = 1, .resync_offset = MDT_RESYNC_DONE     \
	}

struct mdt_super_made {
	uint8_t bytes[MDT_SUPER_BYTES];
	uint64_t offset; /* where they belong on the device, in bytes */
	uint64_t size;	 /* what is in the superblock, sectors */
	uint64_t data_offset, data_size;
	int32_t bitmap_offset; /* sectors from the superblock; 0: there is none */
};

/**
 * Take over whatever fields a log holds of a superblock.
 * @param known From the first byte on, perhaps cut short: only fields that are whole are
 * taken, and they overwrite what @p spec has. name points into it afterwards; disks[] and
 * dev_roles[] are left alone but for the role.
 * @return false, and @p spec is untouched, when it is no md superblock of a version that
 * can be made.
 */
MDT_API bool mdt_super_learn(struct mdt_slice known, struct mdt_super_spec *spec);

/**
 * Make a superblock.
 * @param known What is known of the bytes, from the first on; may be empty. Where the
 * spec has no say (padding, a reshape), they are what is made; where it has one, it must
 * agree with them. Call mdt_super_learn() first to take their word for it.
 * @param[out] ret Untouched on error.
 * @return NULL, or MDT_ERR_INVALID: the device is too small, a number does not fit its
 * field, a disk or a role has no place, or the result would differ from @p known (the
 * message says at which byte, and in which field).
 */
MDT_API struct mdt_error *mdt_super_make(const struct mdt_super_spec *spec,
					 struct mdt_slice known,
					 struct mdt_super_made *ret) MUST_CHECK;

/* ---- a bitmap's superblock ---- */

enum { MDT_BITMAP_BYTES = 256 };

struct mdt_bitmap_made {
	uint8_t bytes[MDT_BITMAP_BYTES];
	uint64_t offset; /* where they belong on the device, in bytes */
};

/**
 * Make the superblock of the internal write-intent bitmap that goes with a superblock, as
 * add_internal_bitmap1() and add_internal_bitmap0() in mdadm make it: chunks of 64 MiB or
 * as large as the room demands, written back every 5 seconds. The bits behind it are not
 * made: zeros there mean that nothing is to be resynced.
 * @param spec What @p made was made from. 1.x: feature_map has bit 0.
 * @param chunk Bytes; 0: as mdadm chooses.
 * @param events Those of the bitmap: at least the superblock's, or the kernel takes all
 * bits as set.
 * @param known As with mdt_super_make().
 * @param[out] ret Untouched on error.
 * @return NULL, or MDT_ERR_INVALID: there is no bitmap, or @p known differs.
 */
MDT_API struct mdt_error *mdt_super_make_bitmap(const struct mdt_super_spec *spec,
						const struct mdt_super_made *made,
						uint32_t chunk, uint64_t events,
						struct mdt_slice known,
						struct mdt_bitmap_made *ret) MUST_CHECK;

#endif
