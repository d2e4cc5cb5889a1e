/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Which functions of the program made each call of a log, out of its stacks (strace -k).
 * Internal to src/diff/.
 */
#ifndef MDT_DIFF_ORIGIN_H
#define MDT_DIFF_ORIGIN_H

#include "stack/stack.h"
#include "strace/event.h"

/** What the origins of a log's calls are; zeroed memory has none. */
struct mdt_diff_origins {
	struct mdt_slice *items; /* owned; `Create < main`; the text is the arena's */
	size_t len, cap;
	struct mdt_map numbers; /* a text to its number */
	struct mdt_arena arena;
};

void mdt_diff_origins_deinit(struct mdt_diff_origins *origins);

/** While a log is read. */
struct mdt_diff_origin {
	struct mdt_programs *programs; /* borrowed */
	struct mdt_stack stack;	       /* of the call that was read last */
	struct mdt_buf text;
};

/** @param event A line of a stack; others are left alone. */
struct mdt_error *mdt_diff_origin_frame(struct mdt_diff_origin *origin,
					const struct mdt_event *event) MUST_CHECK;

/**
 * What the stack so far says, from which the next begins anew.
 * @param[out] ret The number of the origin, from 1; 0: not known.
 */
struct mdt_error *mdt_diff_origin_end(struct mdt_diff_origin *origin,
				      struct mdt_diff_origins *origins,
				      uint32_t *ret) MUST_CHECK;

void mdt_diff_origin_deinit(struct mdt_diff_origin *origin);

#endif
