/* SPDX-License-Identifier: MIT */
/** @file Source lines of an address, with what the compiler has inlined there. */
#ifndef MDT_DEBUG_SOURCE_H
#define MDT_DEBUG_SOURCE_H

#include "base/slice.h"

struct mdt_source_line {
	struct mdt_slice function; /* inlined here, or the function itself */
	struct mdt_slice file;
	int line; /* of the code; of a caller: where it calls */
};

struct mdt_source_lines {
	const struct mdt_source_line *all; /* the innermost function first */
	size_t count;			   /* 0: the debug info does not have them */
};

#endif
