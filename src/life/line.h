/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What there is to say of single lines of a log: the call of the model, or else the
 * remark. Use: follow a log with mdt_life_lines_event() in place of mdt_life_event().
 */
#ifndef MDT_LIFE_LINE_H
#define MDT_LIFE_LINE_H

#include "life/life.h"

/** A line that somebody asks about. All texts are owned. */
struct mdt_life_line {
	unsigned long line;
	bool has_call; /* of the model; the first one that this line has */
	enum mdt_md_op op;
	enum mdt_life_verdict verdict;
	unsigned int rule;
	bool presumed, before_presumed, after_presumed;
	struct mdt_buf array, text, result, predicted, before, after;
	bool has_remark; /* as annotate has it */
	struct mdt_buf raw, remark;
	const char *source; /* of the remark, or NULL */
};

struct mdt_life_lines {
	struct mdt_life_line *items; /* borrowed; zeroed but for their lines, which are in
				      * order, none twice */
	size_t count;
};

MDT_API void mdt_life_line_deinit(struct mdt_life_line *line);

/** What mdt_life_init() is to be given as `call`, with the lines as its data. */
MDT_API void mdt_life_lines_call(void *lines, const struct mdt_life_call *call);

/**
 * mdt_life_event(), and keep what there is to say of the event.
 * @param life Which topics it has decides what there is a remark for.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_life_lines_event(const struct mdt_life_lines *lines,
					       struct mdt_life *life,
					       const struct mdt_event *event) MUST_CHECK;

/** Whether all of them have a call: the rest of the log tells nothing more. */
MDT_API bool mdt_life_lines_are_told(const struct mdt_life_lines *lines);

#endif
