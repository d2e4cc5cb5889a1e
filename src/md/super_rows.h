/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The table behind superblock.h, shared by what decodes (superblock.c) and what prints
 * (super_text.c). Not for others.
 */
#ifndef MDT_MD_SUPER_ROWS_H
#define MDT_MD_SUPER_ROWS_H

#include "md/superblock.h"

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

/**
 * Text in a field of its own, up to its first NUL.
 * @return false when it is cut short; @p ret is then untouched.
 */
bool mdt_super_text_at(const struct mdt_super *super, size_t offset, size_t size,
		       struct mdt_slice *ret);

#endif
