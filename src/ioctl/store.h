/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The table of the packs in decoders/ as it is in the program: arrays without a pointer,
 * so nothing of it is relocated or even read when a program starts. What somebody looks
 * at is made whole then, once, in memory that is set aside for it.
 *
 * mdt-packc writes the arrays (ioctl_table.c); strings are offsets into one array that
 * has each text once. The order is that of struct mdt_ioctl_table.
 */
#ifndef MDT_IOCTL_STORE_H
#define MDT_IOCTL_STORE_H

#include "ioctl/table.h"

enum { MDT_STORE_NONE = 0xffff };

struct mdt_store_row {
	uint32_t name, type_text, note;
	uint16_t header, pack, since, until; /* these texts come first */
	uint16_t type, meaning;		     /* MDT_STORE_NONE: none */
	uint8_t arg, flags;
};

enum { MDT_STORE_IS_HISTORY = 1, MDT_STORE_SIZE_LIES = 2, MDT_STORE_IS_ALIAS = 4 };

struct mdt_store_type {
	uint32_t name, size, count;
	uint32_t first; /* of an array its item, else the first of its members */
	uint16_t meaning;
	uint8_t kind, flags;
};

enum {
	MDT_STORE_IS_SIGNED = 1,
	MDT_STORE_IS_CHAR = 2,
	MDT_STORE_IS_BIG_ENDIAN = 4,
	MDT_STORE_IS_FLEXIBLE = 8,
};

struct mdt_store_member {
	uint32_t name, offset;
	uint16_t type, meaning;
	uint8_t bit_offset, bit_size;
};

struct mdt_store_meaning {
	uint32_t pattern, first; /* of the constants */
	uint16_t count;
	uint8_t kind;
};

/* Written by mdt-packc. */
extern const char mdt_store_strings[];
extern const uint32_t mdt_store_numbers[];
extern const uint32_t mdt_store_by_name[];
extern const uint32_t mdt_store_by_nr[];
extern const uint32_t mdt_store_templates[];
extern const uint32_t mdt_store_varies[]; /* of the templates */
extern const struct mdt_store_row mdt_store_rows[];
extern const struct mdt_store_type mdt_store_types[];
extern const struct mdt_store_member mdt_store_members[];
extern const struct mdt_store_meaning mdt_store_meanings[];
extern const uint32_t mdt_store_constant_names[];
extern const uint64_t mdt_store_constant_values[];
extern const uint16_t mdt_store_named[]; /* the types that have a name, by name */
extern const uint32_t mdt_store_count, mdt_store_named_count, mdt_store_template_count;

/* And these for what was looked at: zeros until then. */
extern struct mdt_ioctl mdt_whole_rows[];
extern struct mdt_type mdt_whole_types[];
extern struct mdt_member mdt_whole_members[];
extern struct mdt_meaning mdt_whole_meanings[];
extern struct mdt_constant mdt_whole_constants[];
extern _Atomic unsigned char mdt_whole_row_is[];
extern unsigned char mdt_whole_type_is[], mdt_whole_meaning_is[];

/** Make row @p i of the table that the program was built with whole; threads may race. */
const struct mdt_ioctl *mdt_store_row(size_t i);

/** The same for type @p i of those that have a name. */
const struct mdt_type *mdt_store_type(size_t i);

static inline const char *mdt_store_row_name(size_t i)
{
	return mdt_store_strings + mdt_store_rows[i].name;
}

static inline const char *mdt_store_type_name(size_t i)
{
	return mdt_store_strings + mdt_store_types[mdt_store_named[i]].name;
}

#endif
