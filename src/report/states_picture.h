/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Pictures of the life of arrays: a timeline (SVG), and the transitions that a log took
 * as a graph (Graphviz, Mermaid).
 */
#ifndef MDT_REPORT_STATES_PICTURE_H
#define MDT_REPORT_STATES_PICTURE_H

#include "life/life.h"

/** A call, or several of the same in a row. */
struct mdt_picture_mark {
	struct mdt_slice file, text, result;
	struct mdt_slice after; /* the state in words */
	unsigned long line, times;
	size_t lane; /* index of its array */
	unsigned int from, to;
	bool failed, contradicts;
};

/** In a set of states: they are presumed, the log does not tell them. */
enum { MDT_PICTURE_PRESUMED = MDT_LIFE_NONE << 1 };

struct mdt_picture {
	struct mdt_arena arena; /* owns the text */
	struct mdt_picture_mark *marks;
	size_t count, cap;
	struct mdt_slice *lanes; /* names of arrays */
	size_t lane_count, lane_cap;
	bool failed_memory;
};

MDT_API void mdt_picture_deinit(struct mdt_picture *picture);
MDT_API void mdt_picture_add(struct mdt_picture *picture,
			     const struct mdt_life_call *call);

/** Arrays as lanes, states as coloured spans, calls as ticks, failures marked. */
MDT_API void mdt_picture_svg(const struct mdt_picture *picture, enum mdt_kernel kernel,
			     struct mdt_buf *ret);
MDT_API void mdt_picture_dot(const struct mdt_picture *picture, struct mdt_buf *ret);
MDT_API void mdt_picture_mermaid(const struct mdt_picture *picture, struct mdt_buf *ret);

/** Append what a set of states is called: `clean`, `clean or broken`, `not known`. */
void mdt_picture_words(unsigned int words, struct mdt_buf *ret);

#endif
