/* SPDX-License-Identifier: MIT */
/**
 * @file
 * md superblocks in bytes: 0.90 (mdp_super_t), 1.0/1.1/1.2 (struct mdp_superblock_1),
 * both of <linux/raid/md_p.h>, and the superblock of a write-intent bitmap
 * (bitmap_super_t of drivers/md/md-bitmap.h).
 *
 * The bytes come out of a log and may be cut short anywhere. A field that is not in them
 * is absent, never 0: asking for it gives false, and a walk leaves it out.
 */
#ifndef MDT_MD_SUPERBLOCK_H
#define MDT_MD_SUPERBLOCK_H

#include "base/buf.h"
#include "base/slice.h"

/** The offset in the device is not known, or its size is not. */
#define MDT_OFFSET_UNKNOWN UINT64_MAX

enum mdt_super_kind {
	MDT_SUPER_NONE,	   /* nothing that we know */
	MDT_SUPER_UNKNOWN, /* md's magic, with no version behind it or one that does not
			      exist */
	MDT_SUPER_0,	   /* 0.90 */
	MDT_SUPER_1,	   /* 1.0, 1.1 or 1.2 */
	MDT_SUPER_BITMAP,  /* "bitm" */
	MDT_SUPER_ZEROED,  /* zeros only: at the place of a superblock, they erase it */
};

/** Borrows the bytes; they must outlive it. Nothing to let go of. */
struct mdt_super {
	enum mdt_super_kind kind;
	struct mdt_slice bytes;
	uint64_t offset;     /* in the device, in bytes, or MDT_OFFSET_UNKNOWN */
	uint64_t super_size; /* how many bytes this superblock has: 4096 (0.90), 256 + 2 *
				max_dev (1.x; 256 while max_dev is absent), 256 (bitmap);
				UNKNOWN: 8, which would tell the version, or all bytes
				given */
	uint64_t missing;    /* how many of super_size are not in bytes */
	bool big_endian; /* 0.90 only, which is in the order of the host that wrote it */
	int major;	 /* 0, 1; -1 when there is none */
	int minor;	 /* 90, 91 (0.90 in reshape); 0, 1, 2; -1: cannot be told */
};

/**
 * Recognise a superblock by its magic.
 * @param bytes What the log has of the superblock, from its first byte on.
 * @param offset Where in the device they were read or written, in bytes: tells 1.1 (0)
 * and 1.2 (4096) from 1.0 (anywhere else). With MDT_OFFSET_UNKNOWN the field super_offset
 * tells it, when it is there.
 * @return kind is MDT_SUPER_NONE when the bytes are something else, or fewer than 4.
 */
MDT_API struct mdt_super mdt_super_from(struct mdt_slice bytes, uint64_t offset);

/**
 * The fields. Units are those of the structs: 1.x counts sectors of 512 bytes, 0.90 has
 * KiB in SIZE and bytes in CHUNK_SIZE; the bitmap has bytes in CHUNK_SIZE.
 */
enum mdt_super_field {
	MDT_SB_MAGIC,
	MDT_SB_MAJOR,
	MDT_SB_MINOR,	    /* 0.90 only: 1.x has none, see struct mdt_super */
	MDT_SB_FEATURE_MAP, /* MD_FEATURE_* */
	MDT_SB_LEVEL,	    /* signed: store it in an int64_t */
	MDT_SB_LAYOUT,
	MDT_SB_SIZE,
	MDT_SB_CHUNK_SIZE,
	MDT_SB_RAID_DISKS,
	MDT_SB_NR_DISKS,
	MDT_SB_MD_MINOR,
	MDT_SB_NOT_PERSISTENT,
	MDT_SB_STATE, /* 0.90: MD_SB_*; bitmap: BITMAP_* */
	MDT_SB_ACTIVE_DISKS,
	MDT_SB_WORKING_DISKS,
	MDT_SB_FAILED_DISKS,
	MDT_SB_SPARE_DISKS,
	MDT_SB_CP_EVENTS,
	MDT_SB_DATA_OFFSET,
	MDT_SB_DATA_SIZE,
	MDT_SB_SUPER_OFFSET,
	MDT_SB_DEV_NUMBER, /* 0.90: this_disk.number */
	MDT_SB_THIS_MAJOR,
	MDT_SB_THIS_MINOR,
	MDT_SB_THIS_RAID_DISK,
	MDT_SB_THIS_STATE, /* MD_DISK_* */
	MDT_SB_EVENTS,
	MDT_SB_RESYNC_OFFSET,	/* all ones: nothing left to resync; 0.90: recovery_cp */
	MDT_SB_RECOVERY_OFFSET, /* with MD_FEATURE_RECOVERY_OFFSET; a journal's tail */
	MDT_SB_BITMAP_OFFSET,	/* signed, sectors from the superblock */
	MDT_SB_RESHAPE_POSITION,
	MDT_SB_NEW_LEVEL,
	MDT_SB_DELTA_DISKS,
	MDT_SB_NEW_LAYOUT,
	MDT_SB_NEW_CHUNK,
	MDT_SB_NEW_OFFSET,
	MDT_SB_CTIME, /* seconds since 1970 (low 40 bits in 1.x) */
	MDT_SB_UTIME,
	MDT_SB_CSUM,
	MDT_SB_MAX_DEV,
	MDT_SB_DEVFLAGS, /* WriteMostly1, FailFast1 */
	MDT_SB_CORRECTED_READ,
	MDT_SB_BBLOG_SHIFT,
	MDT_SB_BBLOG_SIZE,
	MDT_SB_BBLOG_OFFSET,
	MDT_SB_LOGICAL_BLOCK_SIZE, /* in 7.2; 6.12 and older refuse any but 0 */
	MDT_SB_VERSION,		   /* bitmap only, with the rest */
	MDT_SB_EVENTS_CLEARED,
	MDT_SB_SYNC_SIZE,
	MDT_SB_DAEMON_SLEEP,
	MDT_SB_WRITE_BEHIND,
	MDT_SB_SECTORS_RESERVED,
	MDT_SB_NODES,
};

/**
 * @param[out] ret The number in the field; a signed one is sign-extended, and means
 * itself as int64_t.
 * @return false when this kind of superblock has no such field, or the bytes end before
 * it does; @p ret is then untouched.
 */
MDT_API bool mdt_super_find(const struct mdt_super *super, enum mdt_super_field field,
			    uint64_t *ret);

/** The array's identity, in the order in which mdadm prints it. */
struct mdt_uuid {
	uint8_t bytes[16];
};

/** @return false when it is absent; @p ret is then untouched. */
MDT_API bool mdt_super_uuid(const struct mdt_super *super, struct mdt_uuid *ret);

/** Append `xxxxxxxx:xxxxxxxx:xxxxxxxx:xxxxxxxx`. */
MDT_API void mdt_uuid_print(struct mdt_buf *buf, const struct mdt_uuid *uuid);

/**
 * The array's name (1.x only), up to its first NUL. Points into the bytes.
 * @return false when it is absent or cut short.
 */
MDT_API bool mdt_super_name(const struct mdt_super *super, struct mdt_slice *ret);

enum mdt_role_kind {
	MDT_ROLE_ACTIVE, /* has a slot, less than MD_DISK_ROLE_MAX */
	MDT_ROLE_SPARE,
	MDT_ROLE_FAULTY,
	MDT_ROLE_JOURNAL,
	MDT_ROLE_INVALID, /* MD_DISK_ROLE_MAX and above, but none of these */
};

struct mdt_role {
	enum mdt_role_kind kind;
	uint32_t raw;  /* 1.x: dev_roles[dev_number]; 0.90: this_disk.raid_disk */
	uint32_t slot; /* only when active */
};

/**
 * The role of the device that carries this superblock: dev_roles[dev_number] in 1.x, the
 * state and raid_disk of this_disk in 0.90.
 * @return false when it is absent; @p ret is then untouched.
 */
MDT_API bool mdt_super_role(const struct mdt_super *super, struct mdt_role *ret);
/** @return "active", "spare", "faulty", "journal" or "invalid". */
MDT_API const char *mdt_role_name(enum mdt_role_kind kind);

enum mdt_csum_kind {
	MDT_CSUM_NONE, /* this kind of superblock has no checksum */
	MDT_CSUM_CORRECT,
	MDT_CSUM_WRONG,
	MDT_CSUM_ABSENT,   /* not enough bytes to tell */
	MDT_CSUM_BAD_SIZE, /* max_dev is larger than 4096 bytes hold */
};

struct mdt_csum {
	enum mdt_csum_kind kind;
	uint32_t stored;   /* only when CORRECT or WRONG */
	uint32_t computed; /* likewise */
};

/**
 * Compare the checksum as the kernel does: all 32 bits in 1.x (super_1_load() in
 * drivers/md/md.c), folded to 16 bits in 0.90 (super_90_load()).
 */
MDT_API struct mdt_csum mdt_super_csum(const struct mdt_super *super);

/**
 * What belongs into sb_csum of a 1.x superblock (calc_sb_1_csum() in drivers/md/md.c).
 * @return false when the bytes do not reach to dev_roles[max_dev], or max_dev is more
 * than 1920; @p ret is then untouched.
 */
MDT_API bool mdt_super1_csum(struct mdt_slice bytes, uint32_t *ret);

/**
 * The same for 0.90 (calc_sb_csum() in drivers/md/md.c).
 * @return false when there are fewer than 4096 bytes.
 */
MDT_API bool mdt_super0_csum(struct mdt_slice bytes, bool big_endian, uint32_t *ret);

/**
 * Compute the checksum of the superblock at @p bytes and store it there.
 * @return false, and nothing is written, when it cannot be computed or there is no
 * superblock with a checksum.
 */
MDT_API bool mdt_super_fill_csum(uint8_t *bytes, size_t len);

/* ---- where superblocks live ---- */

/**
 * Where a device of @p device_size bytes keeps the superblock of this version
 * (super_90_sync's calc_dev_sboffset(), super_1_load() in drivers/md/md.c).
 * @param device_size MDT_OFFSET_UNKNOWN is fine for 1.1 and 1.2.
 * @param[out] ret The offset in bytes.
 * @return false when there is no such version, the size is needed and unknown, or the
 * device is too small to hold it.
 */
MDT_API bool mdt_super_offset(int major, int minor, uint64_t device_size, uint64_t *ret);

/**
 * The inverse.
 * @return "0.90", "1.0", "1.1" or "1.2": the version whose superblock lives at this
 * offset of a device of this size (MDT_OFFSET_UNKNOWN: then only 1.1 and 1.2 are found);
 * NULL when none does.
 */
MDT_API const char *mdt_super_version_at(uint64_t offset, uint64_t device_size);

/* ---- as text ---- */

enum mdt_value_kind {
	MDT_VALUE_NUMBER, /* decimal digits, perhaps with a minus */
	MDT_VALUE_WORD,	  /* a name, flags, hex, a uuid: bare in text, a string in JSON */
	MDT_VALUE_TEXT,	  /* free bytes out of the superblock, not escaped: quote them */
};

struct mdt_super_row {
	const char *key; /* the struct's name for it, or our own (`role`, `version`).
			    Static */
	struct mdt_slice value;
	enum mdt_value_kind kind;
	struct mdt_slice
		note; /* what the value means: "correct", "active"; may be empty */
	bool brief;   /* belongs into the one-line form */
};

/**
 * Walk over what is in the bytes, in an order that reads well. What is absent has no row;
 * a last row `missing` then has the number of bytes.
 * @param[in,out] pos Begin with 0.
 * @param scratch The caller's; cleared first. value and note point into it (or into the
 * bytes), until the next call.
 * @return false at the end. Running out of memory shows in mdt_buf_error(scratch).
 */
MDT_API bool mdt_super_next(const struct mdt_super *super, size_t *pos,
			    struct mdt_buf *scratch, struct mdt_super_row *ret);

/**
 * Append one line without its newline, in the style of strace:
 * `md 1.2 superblock: uuid=..., name="(none):0", level=raid1, raid_disks=2, dev_number=0,
 * role=0 (active), events=0, csum=0xabcd1234 (correct)`. Appends nothing for
 * MDT_SUPER_NONE.
 */
MDT_API void mdt_super_print(struct mdt_buf *buf, const struct mdt_super *super);

#endif
