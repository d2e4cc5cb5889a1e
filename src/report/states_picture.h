/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Pictures of the life of arrays: a timeline (SVG), and the transitions that a log took
 * as a graph (Graphviz, Mermaid).
 */
#ifndef MDT_REPORT_STATES_PICTURE_H
#define MDT_REPORT_STATES_PICTURE_H

#include "life/facts.h"

/** What a member is after a call. */
struct mdt_picture_member {
	uint32_t lane; /* index in mdt_picture.members */
	enum mdt_member_role role;
};

/** A member that an array has had. */
struct mdt_picture_lane {
	size_t array; /* index of its array */
	uint32_t major, minor;
	struct mdt_slice name;
};

/** A call, or several of the same in a row. */
struct mdt_picture_mark {
	struct mdt_slice file, text, result;
	struct mdt_slice after; /* the state in words */
	unsigned long line, times;
	size_t lane; /* index of its array */
	unsigned int from, to;
	bool failed, contradicts;
	bool changed;	  /* the state in words is another one than before */
	bool in_flight;	  /* it never returned */
	int32_t degraded; /* as in struct mdt_life_facts: of what comes after it */
	enum mdt_life_sync sync;
	struct mdt_picture_member *members; /* in the arena */
	uint32_t member_count;
};

/** In a set of states: they are presumed, the log does not tell them. */
enum { MDT_PICTURE_PRESUMED = MDT_LIFE_NONE << 1 };

struct mdt_picture {
	struct mdt_arena arena; /* owns the text */
	struct mdt_picture_mark *marks;
	size_t count, cap;
	struct mdt_slice *lanes; /* names of arrays */
	size_t lane_count, lane_cap;
	struct mdt_picture_lane *members;
	size_t member_count, member_cap;
	bool failed_memory;
};

MDT_API void mdt_picture_deinit(struct mdt_picture *picture);
/** @param life Whose call it is: it knows what devices are called. */
MDT_API void mdt_picture_add(struct mdt_picture *picture,
			     const struct mdt_life_call *call,
			     const struct mdt_life *life);

/** @return The mark of a line, or NULL. @param file As the calls had it. */
MDT_API const struct mdt_picture_mark *mdt_picture_find(const struct mdt_picture *picture,
							struct mdt_slice file,
							unsigned long line);

struct mdt_picture_options {
	enum mdt_kernel kernel;
	/* Of the page whose lines the marks link to (docs/html.md): "" for this one;
	 * NULL: there is none. */
	const char *page;
	const char *const *files; /* of that page, in its order */
	size_t file_count;
	bool is_part; /* of a web page: no head of its own */
};

/**
 * Arrays and their members as lanes, states as coloured spans, degraded arrays, calls as
 * ticks, failures marked. Wraps into rows.
 */
MDT_API void mdt_picture_svg(const struct mdt_picture *picture,
			     const struct mdt_picture_options *options,
			     struct mdt_buf *ret);
MDT_API void mdt_picture_dot(const struct mdt_picture *picture, struct mdt_buf *ret);
MDT_API void mdt_picture_mermaid(const struct mdt_picture *picture, struct mdt_buf *ret);

/** Append what a set of states is called: `clean`, `clean or broken`, `not known`. */
void mdt_picture_words(unsigned int words, struct mdt_buf *ret);

#endif
