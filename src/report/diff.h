/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A comparison of two logs in words: text for people, JSON, one web page, JUnit XML.
 * Nothing here decides what differs: diff/diff.h does.
 */
#ifndef MDT_REPORT_DIFF_H
#define MDT_REPORT_DIFF_H

#include "diff/diff.h"
#include "report/diff_states.h"

struct mdt_diff_report {
	struct mdt_diff *diff; /* not const: two calls are compared in its scratch */
	struct mdt_buf *out;   /* borrowed: what is written is appended */
	const struct mdt_diff_states *states; /* borrowed; NULL: are not told */
	const char *names[2]; /* what the logs are called, by enum mdt_diff_side */
	bool color, side_by_side;
	unsigned int width;   /* columns, for side_by_side */
	unsigned int context; /* steps that are the same, around those that are not */
};

/** A summary of more remarks says how many more. */
enum { MDT_REMARKS_SHOWN = 200 };

/** Calls that differ from one edit to the next, with what stands around them. */
struct mdt_diff_hunk {
	const struct mdt_diff_pair *pair;
	size_t first, len; /* of the edits */
	uint32_t before;   /* of a first edit that is SAME: only so many of its end */
	uint32_t after;	   /* of a last edit that is SAME: only so many of its start */
};

/** Text; nothing when the logs do not differ. @return NULL or &mdt_enomem. */
MDT_API struct mdt_error *mdt_diff_report_text(struct mdt_diff_report *report) MUST_CHECK;

/** One JSON object and a newline; docs/diff.md has the members. */
MDT_API struct mdt_error *mdt_diff_report_json(struct mdt_diff_report *report) MUST_CHECK;

/** One web page. */
MDT_API struct mdt_error *mdt_diff_report_html(struct mdt_diff_report *report) MUST_CHECK;

/** What a page has of one comparison, for a page that has several. */
struct mdt_error *mdt_diff_html_body(struct mdt_diff_report *report) MUST_CHECK;

/** The rules of style that such a page needs. */
extern const char mdt_diff_html_style[];

/** The calls of one pair as text, without its heading. */
struct mdt_error *mdt_diff_text_pair(const struct mdt_diff_report *report,
				     const struct mdt_diff_pair *pair) MUST_CHECK;

/** JUnit XML: a test case for each process, failed when it differs. Its name is the same
 * in each run: the program, and which of several it is. */
MDT_API struct mdt_error *
mdt_diff_report_junit(struct mdt_diff_report *report) MUST_CHECK;

/** The same as KTAP (Documentation/dev-tools/ktap.rst). */
MDT_API struct mdt_error *mdt_diff_report_ktap(struct mdt_diff_report *report) MUST_CHECK;

/* What the forms share; internal to src/report/. */

/**
 * The next hunk of a pair.
 * @param[in,out] ret Zeroed but for its pair before the first.
 */
bool mdt_diff_next_hunk(const struct mdt_diff_report *report, struct mdt_diff_hunk *ret);

/** How many steps of an edit a hunk shows, and the first of them, counted from 0. */
uint32_t mdt_diff_hunk_shows(const struct mdt_diff_report *report,
			     const struct mdt_diff_hunk *hunk, size_t edit,
			     uint32_t *from);

/** Append a step: its text, or of a run its op, and how often. */
void mdt_diff_put_step(const struct mdt_diff *diff, const struct mdt_diff_step *step,
		       struct mdt_buf *ret);

/** Append `name: old → new (note)`. */
void mdt_diff_put_field(const struct mdt_diff_field *field, struct mdt_buf *ret);

/** Append what a task is called: `mdadm, pid 131`. */
void mdt_diff_put_task(const struct mdt_diff *diff, enum mdt_diff_side side,
		       uint32_t task, struct mdt_buf *ret);

/** Append the heading of a pair: `mdadm, pid 131 → 343`. */
void mdt_diff_put_pair(const struct mdt_diff *diff, const struct mdt_diff_pair *pair,
		       struct mdt_buf *ret);

/** Append a move: `STOP_ARRAY on md0 (mdadm, pid 7): line 12 → 40`. */
void mdt_diff_put_move(const struct mdt_diff *diff, const struct mdt_diff_move *move,
		       struct mdt_buf *ret);

/** Append a call that moved: `RUN_ARRAY on md0 (line 3 → 5): Create < main → start <
 * main`.
 */
void mdt_diff_put_relocation(const struct mdt_diff *diff,
			     const struct mdt_diff_relocation *relocation,
			     struct mdt_buf *ret);

/** The names of the levels, as --level has them. */
MDT_API extern const char *const mdt_diff_level_names[];

#endif
