/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the bytes behind an ioctl mean: layouts as the compiler made them, and the names
 * that headers give to values. Everything here is const: it is part of the program, or
 * lives as long as the table it was read into (pack.h).
 */
#ifndef MDT_IOCTL_TYPE_H
#define MDT_IOCTL_TYPE_H

#include "base/devnum.h"
#include "base/slice.h"

/** A name that a header (or a pack's `N=name`) gives to a value. */
struct mdt_constant {
	const char *name;
	uint64_t value; /* negative ones in two's complement; of BITS: the bit's number */
};

enum mdt_meaning_kind {
	MDT_MEANING_ENUM,   /* one of the constants */
	MDT_MEANING_BITS,   /* a set; each constant is a bit's number */
	MDT_MEANING_FLAGS,  /* a set; each constant is a mask */
	MDT_MEANING_DEV,    /* the kernel's new_encode_dev(): see mdt_dev_major() */
	MDT_MEANING_FD,	    /* a descriptor, or -1 */
	MDT_MEANING_STRING, /* bytes that hold text up to the first NUL */
	MDT_MEANING_HEX,    /* a number that people read in hex */
};

struct mdt_meaning {
	enum mdt_meaning_kind kind;
	const char *pattern; /* `MD_DISK_*`, for what is not among them; "" if none */
	const struct mdt_constant
		*constants; /* ordered by value; several may share one */
	uint32_t count;
};

enum mdt_type_kind {
	MDT_TYPE_INT, /* 1 to 8 bytes; bool and char too */
	MDT_TYPE_ENUM,
	MDT_TYPE_POINTER,
	MDT_TYPE_STRUCT,
	MDT_TYPE_UNION,
	MDT_TYPE_ARRAY,
	MDT_TYPE_OPAQUE, /* bytes with no number in them: floats, 128-bit integers, and
			  * what is nested too deep to be anything that is sent */
};

struct mdt_type {
	enum mdt_type_kind kind;
	bool is_signed;	    /* INT and ENUM */
	bool is_char;	    /* INT: plain `char`, so an array of it is text */
	bool is_big_endian; /* INT: __be16, __be32, __be64 */
	bool is_flexible;   /* ARRAY without a length: goes to the end of the bytes */
	const char *name;   /* as C writes it: `mdu_array_info_t`, `struct hd_geometry`,
			     * `char [4096]`; "" when it has none */
	uint32_t size;	    /* bytes; 0 for a flexible array */
	uint32_t count;	    /* items of an ARRAY, members of a STRUCT or UNION */
	const struct mdt_type *item;	   /* of an ARRAY */
	const struct mdt_member *members;  /* of a STRUCT or UNION, in declared order */
	const struct mdt_meaning *meaning; /* an ENUM's names, or NULL */
};

struct mdt_member {
	const char *name; /* "" for an unnamed struct or union */
	const struct mdt_type *type;
	const struct mdt_meaning *meaning; /* from a pack's `field` line, or NULL */
	uint32_t offset;     /* bytes from the start of the struct around it */
	uint16_t bit_offset; /* of a bit-field: 0 to 7, in the byte at offset */
	uint16_t bit_size;   /* 0 when it is not a bit-field */
};

/**
 * Find a member by name, looking into unnamed structs and unions as C does.
 * @param[out] offset Of the member, in bytes from the start of @p type; may be NULL.
 * @return NULL when there is none.
 */
MDT_API const struct mdt_member *mdt_type_find_member(const struct mdt_type *type,
						      struct mdt_slice name,
						      uint32_t *offset);

#endif
