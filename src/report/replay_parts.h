/* SPDX-License-Identifier: MIT */
/** @file What the forms of a replay's report share. Internal to src/report/. */
#ifndef MDT_REPORT_REPLAY_PARTS_H
#define MDT_REPORT_REPLAY_PARTS_H

#include "verdict/model.h"
#include "report/replay_text.h"

enum mdt_paint {
	MDT_PAINT_NONE,
	MDT_PAINT_GOOD,
	MDT_PAINT_BAD,
	MDT_PAINT_ODD,	 /* drift, what is set aside */
	MDT_PAINT_QUIET, /* what was seen */
	MDT_PAINT_TITLE,
};

/** Append text in a color, if colors are wanted, as mdt_visible_words() does. */
void mdt_paint(struct mdt_buf *ret, bool color, enum mdt_paint paint,
	       struct mdt_slice text);

/** Lines that are filled up to the width of the page: `HEAD item; item; item`. */
struct mdt_fill {
	struct mdt_buf *buf;
	bool color;
	enum mdt_paint paint;
	const char *indent; /* of every line */
	const char *head;   /* of the first */
	size_t column;
	size_t items;
};

/** Add an item; begins a new line when it does not fit. */
void mdt_fill_add(struct mdt_fill *fill, struct mdt_slice item);
/** End the last line, if there is one. */
void mdt_fill_end(struct mdt_fill *fill);

/** replay_below.c: what stands below a call's row.
 * @param model What the model of md says of it, as words; may be empty. */
void mdt_replay_below(const struct mdt_verdict *verdict, struct mdt_slice model,
		      const struct mdt_replay_text_options *options, struct mdt_buf *ret);

/**
 * Make the graph of an executed log: a step for each verdict. Nothing was traced: it has
 * no branches.
 * @param[out] ret To be deinitialised, also on error.
 */
struct mdt_error *mdt_replay_graph_make(const struct mdt_verdicts *verdicts,
					struct mdt_graph *ret) MUST_CHECK;

/**
 * Append the check that gave a call's result, and whether the functions that ran say the
 * same: `run-active (md.c:md_run): seen, md_ioctl > do_md_run > md_run`. Nothing when the
 * model does not say which check it was, or the call was not traced.
 * @param step The verdict's index.
 * @param prediction What the model says of the call; may be NULL.
 * @param error The errno of the call; 0: none.
 * @return true for a finding: what ran contradicts the rule's source.
 */
bool mdt_replay_check(const struct mdt_graph *graph, size_t step,
		      const struct mdt_replay_prediction *prediction, int error,
		      struct mdt_buf *ret);

/** Whether the kernel was seen to do something behind a call. */
bool mdt_replay_saw(const struct mdt_verdict *verdict);

/** What color a verdict has. */
enum mdt_paint mdt_verdict_paint(enum mdt_verdict_kind kind);

#endif
