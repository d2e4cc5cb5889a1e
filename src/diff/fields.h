/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Two calls that do the same thing, compared value by value: decoded structs field by
 * field, sets flag by flag.
 */
#ifndef MDT_DIFF_FIELDS_H
#define MDT_DIFF_FIELDS_H

#include "base/arena.h"
#include "base/buf.h"
#include "ioctl/table.h"
#include "strace/node.h"

struct mdt_diff_field {
	struct mdt_slice name; /* "state", "flags", "result", "disks[1].major" */
	struct mdt_slice old_value, new_value; /* as printed; empty: is not there */
	struct mdt_slice note;		       /* "MD_DISK_SYNC gone"; may be empty */
};

struct mdt_diff_fields {
	struct mdt_diff_field *items; /* owned */
	size_t len, cap;
	size_t absent; /* values that one of the logs has not got, so nothing is said */
	struct mdt_arena *arena; /* borrowed: where the slices live */
	const struct mdt_ioctl_table *table;
	struct mdt_nodes old_nodes, new_nodes;
	struct mdt_buf path, value;
};

MDT_API void mdt_diff_fields_deinit(struct mdt_diff_fields *fields);

/**
 * Compare two normalised calls.
 * @param lenient What is cut off or not decoded in one of them does not differ (rule
 * absent).
 * @param[in,out] fields arena and table are the caller's; items is filled anew.
 */
MDT_API struct mdt_error *mdt_diff_fields_compare(struct mdt_diff_fields *fields,
						  struct mdt_slice old_text,
						  struct mdt_slice new_text,
						  bool lenient) MUST_CHECK;

#endif
