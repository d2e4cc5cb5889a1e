/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Payload bytes to typed values and back.
 *
 * decode := bytes + type -> a tree of values in an arena. A tree can be walked (JSON),
 * written as text in strace's syntax, changed, and encoded into bytes again;
 * encode(decode(bytes)) == bytes, padding included. "Not in the bytes" is a state of its
 * own, never 0.
 */
#ifndef MDT_IOCTL_VALUE_H
#define MDT_IOCTL_VALUE_H

#include "base/arena.h"
#include "base/buf.h"
#include "ioctl/table.h"

enum mdt_value_state {
	MDT_VALUE_WHOLE,
	MDT_VALUE_CUT,	  /* the bytes end inside it; a number then has no value */
	MDT_VALUE_ABSENT, /* the bytes end before it */
};

struct mdt_value {
	enum mdt_value_state state;
	const struct mdt_type *type;
	const struct mdt_member *member; /* NULL for the root and for items of an array */
	const struct mdt_meaning *meaning; /* member's, type's or the array's; or NULL */
	uint32_t offset;		   /* bytes from the start of the payload */
	uint32_t size;			   /* bytes it wants; of a flexible array: has */
	uint64_t number;	 /* INT, ENUM, POINTER when WHOLE; sign-extended */
	struct mdt_slice bytes;	 /* as many of its bytes as there are, in the payload */
	struct mdt_value *items; /* of a struct or an array; NULL for numbers and text */
	uint32_t count; /* of items. A struct that is not ABSENT has all its members; an
			 * array has what the bytes reach into, the last one maybe CUT */
};

/** Whether @p value holds bytes rather than a number or items (char arrays, __u8[]). */
MDT_API bool mdt_value_is_bytes(const struct mdt_value *value);

/** Whether those bytes are text up to the first NUL: char arrays, or a pack says so. */
MDT_API bool mdt_value_is_text(const struct mdt_value *value);

/**
 * Decode a payload as far as it goes.
 * @param bytes Borrowed: must outlive @p ret. Fewer than the type wants leaves values CUT
 *	or ABSENT; what is beyond the type's size is not looked at.
 * @param meaning Of a scalar @p type (an mdt_ioctl's), or NULL.
 * @param arena Owns everything under @p ret.
 * @param[out] ret The root. Untouched on error.
 * @return NULL, or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_value_decode(const struct mdt_type *type,
					   const struct mdt_meaning *meaning,
					   struct mdt_slice bytes,
					   struct mdt_arena *arena,
					   struct mdt_value *ret) MUST_CHECK;

/** Bytes that the type wants and the payload did not have. */
MDT_API uint32_t mdt_value_missing(const struct mdt_value *root);

/**
 * Encode a tree: the bytes that were decoded (padding stays), then every number that is
 * WHOLE over them, so that a changed `number` gets through.
 * @param ret Room for root->bytes.len bytes, all of which are written.
 */
MDT_API void mdt_value_encode(const struct mdt_value *root, unsigned char *ret);

/**
 * Find a field: `state`, `info.lo_flags`, `disks[3].number`. Unnamed structs and unions
 * are looked into.
 * @return NULL when there is none, or when an array does not reach that far.
 */
MDT_API struct mdt_value *mdt_value_find(struct mdt_value *root, struct mdt_slice path);

/**
 * The number of a field, if the payload had it.
 * @return false when there is no such field, or it is CUT or ABSENT; @p ret is untouched.
 */
MDT_API bool mdt_value_get(const struct mdt_value *root, struct mdt_slice path,
			   uint64_t *ret) MUST_CHECK;

/** @return The value's field name; "" for the root, array items, and unnamed members. */
static inline const char *mdt_value_name(const struct mdt_value *value)
{
	return value->member ? value->member->name : "";
}

/**
 * The names of a number: the one of an ENUM, each that is set in BITS or FLAGS.
 * @param[out] ret Room for @p max; may be NULL when @p max is 0.
 * @param[out] rest What no name covers: of a set the unknown bits, of an ENUM without a
 *	name the number itself; else 0. May be NULL.
 * @return How many there are, which can be more than @p max.
 */
MDT_API size_t mdt_value_names(const struct mdt_value *value,
			       const struct mdt_constant **ret, size_t max,
			       uint64_t *rest);

/** How much of a value to write. 0 is no limit. */
struct mdt_text_limits {
	uint32_t string_max; /* bytes of one string; then `"..."...`, as strace -s */
	uint32_t array_max;  /* items of one array; then `...` */
};

/**
 * Append a value as strace would write it, in one line:
 *
 *	{number=0, major=8, minor=16, raid_disk=0, state=MD_DISK_ACTIVE|MD_DISK_SYNC}
 *
 * Unknown bits are `MD_DISK_SYNC|0x40`; when no bit is known a comment names the pattern
 * (MD_DISK_???). Values that are CUT or ABSENT are left out: `...` stands for them, with
 *a comment at the root that says how many bytes are missing. Zeros that end a long array
 * are left out as `...` too.
 */
MDT_API void mdt_value_text(const struct mdt_value *value,
			    const struct mdt_text_limits *limits, struct mdt_buf *ret);

/**
 * Append the argument of an ioctl that takes it by value: `makedev(0x8, 0x10)`, `5`,
 * `-1`. For every other row: the pointer (`0x7ffe...`, or `NULL`) .
 */
MDT_API void mdt_ioctl_arg_text(const struct mdt_ioctl *row, uint64_t arg,
				struct mdt_buf *ret);

/**
 * Append a C string literal of bytes, quotes included: printable ASCII as it is, the rest
 * escaped; if @p hex, every byte as `\x..`.
 */
MDT_API void mdt_bytes_text(struct mdt_slice bytes, bool hex, struct mdt_buf *ret);

/** `in`, `out`, `inout`, `value`, `ignored`, or `-` when nothing is said. */
MDT_API const char *mdt_ioctl_arg_name(enum mdt_ioctl_arg arg);

#endif
