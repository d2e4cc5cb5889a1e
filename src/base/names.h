/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A table of const rows looked up by name, for each line of a log: rows begin with their
 * name (struct mdt_slice), and a hash of a few of its letters finds them.
 */
#ifndef MDT_BASE_NAMES_H
#define MDT_BASE_NAMES_H

#include "base/slice.h"

enum {
	MDT_NAMES_SLOTS = 256,
	MDT_NAMES_MAX = MDT_NAMES_SLOTS / 2, /* rows that one table can have */
};

struct mdt_names {
	const char *rows; /* borrowed; NULL: mdt_names_init() has not run */
	size_t row_size;
	uint8_t slots[MDT_NAMES_SLOTS]; /* index + 1 into rows, 0 free */
};

/** @param rows @p count of them, at most MDT_NAMES_MAX, no name empty or twice. */
MDT_API void mdt_names_init(struct mdt_names *names, const void *rows, size_t row_size,
			    size_t count);

static inline size_t mdt_names_slot(struct mdt_slice name)
{
	return ((unsigned char)name.str[0] * 5 +
		(unsigned char)name.str[name.len / 2] * 17 +
		(unsigned char)name.str[name.len - 1] * 3 + name.len * 41) %
	       MDT_NAMES_SLOTS;
}

/** @return The row, or NULL. */
static inline const void *mdt_names_find(const struct mdt_names *names,
					 struct mdt_slice name)
{
	if (!name.len)
		return NULL;
	for (size_t i = mdt_names_slot(name); names->slots[i];
	     i = (i + 1) % MDT_NAMES_SLOTS) {
		const char *row = names->rows + (names->slots[i] - 1) * names->row_size;

		if (mdt_slice_eq_short(*(const struct mdt_slice *)row, name))
			return row;
	}
	return NULL;
}

#endif
