/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Rows while a table is being made: found in objects, then put in order.
 */
#ifndef MDT_IOCTL_ROWS_H
#define MDT_IOCTL_ROWS_H

#include "ioctl/object.h"
#include "ioctl/table.h"

struct mdt_row {
	struct mdt_ioctl ioctl;
	bool is_said; /* a pack's line is about it */
	bool is_dropped;
	bool is_ordered;     /* is where it belongs among those of its place */
	unsigned char place; /* before all of a greater one that share number or name */
};

struct mdt_rows {
	struct mdt_row *items;
	size_t len, cap;
};

void mdt_rows_deinit(struct mdt_rows *rows);
struct mdt_error *mdt_rows_add(struct mdt_rows *rows,
			       const struct mdt_row *row) MUST_CHECK;

struct mdt_buf;

/**
 * Find the ioctls of an object: macros without parameters that come down to one _IOC()
 * call and nothing else.
 * @param arena Owns the rows' names and types.
 * @param path The object's, for messages.
 * @param pack Borrowed by the rows.
 * @param notes Where to say what was left out, and why, a line each; may be NULL.
 * @return NULL; MDT_ERR_DWARF when the macros ask for too much work; &mdt_enomem. A macro
 *	that cannot be understood (its type is in a header that the pack has not) is left
 *	out and noted.
 */
struct mdt_error *mdt_rows_collect(struct mdt_object *object, const char *path,
				   const char *pack, struct mdt_arena *arena,
				   struct mdt_rows *ret,
				   struct mdt_buf *notes) MUST_CHECK;

/**
 * Turn a macro's body into a number, whatever it is made of.
 * @return NULL, or what mdt_eval() says.
 */
struct mdt_error *mdt_macro_number(struct mdt_object *object, struct mdt_macro *macro,
				   struct mdt_number *ret) MUST_CHECK;

/**
 * Put rows in order and index them. Of rows with the same name and number the first one
 * stays. Where names share a number, they go by place; of those of one place, plain ones
 * come before aliases, `__`, `_OLD`, `32`.
 * @param rows Sorted and thinned in place; their strings and types are borrowed.
 * @param more Further types to have by name; may be NULL when @p more_count is 0.
 * @param arena Owns the table's arrays.
 */
struct mdt_error *mdt_rows_index(struct mdt_rows *rows,
				 const struct mdt_type *const *more, size_t more_count,
				 struct mdt_arena *arena,
				 struct mdt_ioctl_table *ret) MUST_CHECK;

/**
 * Check the type of a row's memory against the size in its number, if it has one.
 * @return NULL, or MDT_ERR_DWARF that names both sizes.
 */
struct mdt_error *mdt_row_check_size(const struct mdt_ioctl *row) MUST_CHECK;

#endif
