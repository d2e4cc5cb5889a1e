/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Arguments of which a log has only the address, as far as the rest of the log tells what
 * they must have been. Each field has its own trust and its own reason; what nothing
 * tells is not there. Who finds it out is derive/; here is what it found.
 */
#ifndef MDT_IOCTL_DERIVED_H
#define MDT_IOCTL_DERIVED_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "ioctl/value.h"

/** How well a field is known. */
enum mdt_trust {
	MDT_TRUST_NONE,	    /* nothing tells: `?` */
	MDT_TRUST_PRESUMED, /* what is usual, or the likeliest reading: `2?` */
	MDT_TRUST_KNOWN,    /* the log determines it */
};

/** @return "unknown", "presumed", "determined". */
MDT_API const char *mdt_trust_name(enum mdt_trust trust);

struct mdt_derived_field {
	uint32_t offset, size; /* bytes */
	enum mdt_trust trust;
	struct mdt_slice why; /* where it is from; empty for NONE */
};

/** The argument of one call. */
struct mdt_derived {
	const struct mdt_ioctl *row; /* has a type */
	struct mdt_slice bytes;	     /* row->type->size; zeros where nothing is known */
	const struct mdt_derived_field *fields; /* what is known, by offset */
	size_t count;
};

/** Those of a log, by line. All zero is empty. */
struct mdt_derived_log {
	struct mdt_arena arena; /* owns everything here */
	struct mdt_map by_line; /* to struct mdt_derived */
};

MDT_API void mdt_derived_log_deinit(struct mdt_derived_log *log);

/**
 * Add an argument; nothing is added when no field is known. A later one for the same line
 * takes the place of the first.
 * @param bytes, fields Copied, the reasons too. Fields are in the order of their offsets.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_derived_add(struct mdt_derived_log *log, unsigned long line,
					  const struct mdt_ioctl *row,
					  struct mdt_slice bytes,
					  const struct mdt_derived_field *fields,
					  size_t count) MUST_CHECK;

/** @param line Where the call began. @return NULL when nothing is known. */
MDT_API const struct mdt_derived *mdt_derived_find(const struct mdt_derived_log *log,
						   unsigned long line);

/** What is known of the bytes of a field. @return NULL: nothing. */
MDT_API const struct mdt_derived_field *
mdt_derived_field_at(const struct mdt_derived *derived, uint32_t offset, uint32_t size);

/**
 * Append it as mdt_value_text() does, `?` for what is not known and a `?` after what is
 * presumed: `{number=0, major=?, minor=?, raid_disk=0?, state=MD_DISK_SYNC}`.
 * @param value The decoded bytes.
 */
MDT_API void mdt_derived_text(const struct mdt_derived *derived,
			      const struct mdt_value *value,
			      const struct mdt_text_limits *limits, struct mdt_buf *ret);

#endif
