/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The table behind superblock.h, shared by what decodes (superblock.c), what prints
 * (super_text.c) and what makes (super_make.c). Not for others.
 */
#ifndef MDT_MD_SUPER_ROWS_H
#define MDT_MD_SUPER_ROWS_H

#include "base/error.h"
#include "md/superblock.h"

struct mdt_super_spec;

/** Offsets and sizes of what is more than a number, from <linux/raid/md_p.h>. */
enum {
	SUPER_MAGIC = 0xa92b4efc,
	SUPER_0_SIZE = 4096,
	SUPER_0_UUID0 = 20,
	SUPER_0_UUID1 = 52, /* and 56, 60 */
	SUPER_0_CSUM = 152,
	SUPER_0_DISKS = 512, /* of mdp_disk_t */
	SUPER_0_DISK_SIZE = 128,
	SUPER_0_THIS_DISK = 3968,
	SUPER_1_UUID = 16,
	SUPER_1_NAME = 32,
	SUPER_1_NAME_SIZE = 32,
	SUPER_1_DEVICE_UUID = 168,
	SUPER_1_CSUM = 216,
	SUPER_1_ROLES = 256, /* the fixed part ends here */
	BITMAP_MAGIC = 0x6d746962,
	BITMAP_SIZE = 256,
	BITMAP_UUID = 8,
};

/** How the value of a row is printed. */
enum mdt_super_format {
	FORMAT_DEC,
	FORMAT_HEX,
	FORMAT_LEVEL,
	FORMAT_LAYOUT,
	FORMAT_TIME,
	FORMAT_RESYNC,
	FORMAT_SUPER_OFFSET,
	FORMAT_CSUM,
	FORMAT_FEATURE_BITS,
	FORMAT_STATE_BITS,
	FORMAT_DISK_BITS,
	FORMAT_DEVICE_BITS,
	FORMAT_BITMAP_BITS,
	FORMAT_VERSION, /* from here on: more than the one number in the row */
	FORMAT_BYTE_ORDER,
	FORMAT_UUID,
	FORMAT_RAW_UUID, /* 16 bytes at the row's offset */
	FORMAT_NAME,
	FORMAT_CLUSTER,
	FORMAT_ROLE,
};

/** When a walk has the row, given that its bytes are there. */
enum mdt_super_show {
	SHOW_ALWAYS,
	SHOW_NONZERO,	    /* 0 is what kernels write that do not know the field */
	SHOW_IN_RESHAPE,    /* 1.x: MD_FEATURE_RESHAPE_ACTIVE; 0.90: minor 91 */
	SHOW_WITH_BITMAP,   /* else it is unused, or the place of a PPL */
	SHOW_WITH_RECOVERY, /* MD_FEATURE_RECOVERY_OFFSET or MD_FEATURE_JOURNAL */
	SHOW_WITH_NEW_OFFSET,
	SHOW_NEVER, /* another row shows it */
};

/** Whether the one-line form has it. */
enum mdt_super_brief {
	BRIEF_NO,
	BRIEF_YES,
	BRIEF_IF_SET, /* when it is not 0 */
};

struct mdt_super_field_row {
	int field; /* enum mdt_super_field; -1 for more than one number */
	const char *key;
	uint16_t offset;
	uint8_t size;	/* bytes of the number; 0 for more than one number */
	bool is_signed; /* then size is 4 */
	enum mdt_super_brief brief;
	enum mdt_super_show show;
	enum mdt_super_format format;
};

struct mdt_super_form {
	const struct mdt_super_field_row *rows;
	size_t count;
};

/** By enum mdt_super_kind. */
extern const struct mdt_super_form mdt_super_forms[];

/** @return Whether [offset, offset + size) lies in @p bytes. */
bool mdt_super_holds(struct mdt_slice bytes, size_t offset, size_t size);

/** The number of a row. @return false when it is absent; @p ret is then untouched. */
bool mdt_super_load_row(const struct mdt_super *super,
			const struct mdt_super_field_row *row, uint64_t *ret);

/** What mdadm leaves for a bitmap with this many sectors of data (super_room.c). */
uint64_t mdt_super_bitmap_room(uint64_t sectors);

/** Where mdadm puts the bitmap of an array with such components (super_bitmap.c). */
int32_t mdt_super_bitmap_offset(const struct mdt_super_spec *spec);

/** @return MDT_ERR_INVALID where @p made is not what is known (super_make.c). */
struct mdt_error *mdt_super_check_known(enum mdt_super_kind kind, struct mdt_slice known,
					const uint8_t *made) MUST_CHECK;

/** Write a number of @p size bytes. */
void mdt_super_store(uint8_t *at, uint64_t value, size_t size, bool big_endian);

/**
 * Write a field in little-endian order.
 * @param bytes All that a superblock of this kind has.
 * @param value A signed one sign-extended.
 * @return false, and nothing is written, when it does not fit, or the kind has no such
 * field.
 */
bool mdt_super_put(enum mdt_super_kind kind, uint8_t *bytes, enum mdt_super_field field,
		   uint64_t value);

/**
 * Text in a field of its own, up to its first NUL.
 * @return false when it is cut short; @p ret is then untouched.
 */
bool mdt_super_text_at(const struct mdt_super *super, size_t offset, size_t size,
		       struct mdt_slice *ret);

#endif
