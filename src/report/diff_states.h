/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The states that the arrays of two logs go through, by the model of md (states.h), side
 * by side. Only what the logs tell is used, nothing that is presumed.
 */
#ifndef MDT_REPORT_DIFF_STATES_H
#define MDT_REPORT_DIFF_STATES_H

#include "diff/diff.h"

struct mdt_diff_states;

MDT_API struct mdt_error *mdt_diff_states_create(const struct mdt_ioctl_table *table,
						 struct mdt_diff_states **ret) MUST_CHECK;

/** NULL is fine. */
MDT_API void mdt_diff_states_destroy(struct mdt_diff_states *states);

/** A log begins. @param path Borrowed until the other one begins. */
MDT_API void mdt_diff_states_begin(struct mdt_diff_states *states,
				   enum mdt_diff_side side, const char *path);

/** Follow an event of that log. Running out of memory shows in the next function. */
MDT_API void mdt_diff_states_event(struct mdt_diff_states *states,
				   enum mdt_diff_side side,
				   const struct mdt_event *event);

/**
 * Append the states of each array that are not the same in both logs, in two columns.
 * Appends nothing when all are.
 * @param width Columns of a line.
 */
MDT_API struct mdt_error *mdt_diff_states_text(const struct mdt_diff_states *states,
					       unsigned int width,
					       struct mdt_buf *ret) MUST_CHECK;

static inline void mdt_diff_states_destroyp(struct mdt_diff_states **states)
{
	mdt_diff_states_destroy(*states);
}

#endif
