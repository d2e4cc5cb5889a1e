/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Two logs, compared by what the programs did: normalise (normal.h), align (align.h),
 * explain (summary.h). Everything below lives as long as its struct mdt_diff.
 */
#ifndef MDT_DIFF_DIFF_H
#define MDT_DIFF_DIFF_H

#include "base/pattern.h"
#include "diff/align.h"
#include "diff/fields.h"
#include "diff/log.h"
#include "diff/steps.h"

enum mdt_diff_side { MDT_OLD, MDT_NEW };

struct mdt_diff_options {
	enum mdt_diff_level level;
	/* What is compared; borrowed, may be empty. Matched against normalised calls. */
	struct mdt_pattern *const *only, *const *ignore;
	size_t only_len, ignore_len;
};

enum mdt_diff_edit_kind {
	MDT_EDIT_SAME,
	MDT_EDIT_CHANGED, /* the same thing, in another way */
	MDT_EDIT_GONE,	  /* only the old log has it */
	MDT_EDIT_NEW,	  /* only the new log has it */
};

/** Steps that follow each other, aligned. */
struct mdt_diff_edit {
	enum mdt_diff_edit_kind kind;
	uint32_t old_step, new_step; /* index into the log's steps, of the first */
	uint32_t len;		     /* SAME: so many on each side; else 1 */
};

/** A task of the old log and the one of the new log that it is. */
struct mdt_diff_pair {
	uint32_t old_task, new_task; /* one of them may be MDT_NO_TASK */
	size_t first, len;	     /* of its edits */
	size_t differences;	     /* edits that are not SAME */
};

/** A step that comes earlier or later than steps of other processes. */
struct mdt_diff_move {
	uint32_t old_step, new_step;
};

/** A call that is made from other functions of the program than before. */
struct mdt_diff_relocation {
	uint32_t old_step, new_step; /* the first */
	size_t count;		     /* of steps that moved in the same way */
};

/** One line of the summary. */
struct mdt_diff_remark {
	enum mdt_diff_level level;
	struct mdt_slice text;
	uint32_t op;
	uint64_t old_count, new_count; /* of calls with this op */
};

struct mdt_diff {
	struct mdt_diff_rules *rules;	     /* borrowed */
	const struct mdt_ioctl_table *table; /* borrowed */
	struct mdt_diff_options options;
	struct mdt_diff_texts texts;
	struct mdt_diff_log logs[2];		 /* by enum mdt_diff_side */
	struct mdt_diff_steps steps[2];		 /* the same */
	struct mdt_diff_pair *pairs;		 /* owned; parents before children */
	struct mdt_diff_edit *edits;		 /* owned; pair by pair */
	struct mdt_diff_move *moves;		 /* owned */
	struct mdt_diff_relocation *relocations; /* owned; where both logs have stacks */
	struct mdt_diff_remark *remarks; /* owned; the summary, what matters most first */
	size_t pair_len, pair_cap, edit_len, edit_cap, move_len, move_cap, relocation_len,
		relocation_cap, remark_len, remark_cap;
	size_t differences; /* edits that are not SAME, of all pairs; and one more when
			     * faults_differ */
	bool faults_differ; /* lines that were not understood are others */
	struct mdt_align align;
	struct mdt_diff_fields fields;	     /* scratch of whoever compares two calls */
	struct mdt_arena arena, field_arena; /* the latter: of what fields holds */
	struct mdt_map ops;		     /* the text of an op to its number + 1 */
	uint64_t *counts[2];		     /* owned; by side and op: how many calls */
	uint32_t op_len;
	struct mdt_nodes nodes;
	struct mdt_trace trace; /* scratch of what single texts mean */
};

/** @param rules, table Borrowed; must outlive it. */
MDT_API void mdt_diff_init(struct mdt_diff *diff, struct mdt_diff_rules *rules,
			   const struct mdt_ioctl_table *table,
			   const struct mdt_diff_options *options);
MDT_API void mdt_diff_deinit(struct mdt_diff *diff);

/** Compare diff->logs, which the caller has read with &diff->texts. */
MDT_API struct mdt_error *mdt_diff_run(struct mdt_diff *diff) MUST_CHECK;

/** Work out what the texts of the logs mean; mdt_diff_run() does it itself. */
MDT_API struct mdt_error *mdt_diff_know_texts(struct mdt_diff *diff) MUST_CHECK;

/** Why there was nothing to compare, so that "no difference" would say nothing; NULL:
 * there was something. Static. */
MDT_API const char *mdt_diff_nothing(const struct mdt_diff *diff);

/** A step of one side, its normalised text, what it means. */
static inline const struct mdt_diff_step *
mdt_diff_step(const struct mdt_diff *diff, enum mdt_diff_side side, uint32_t index)
{
	return &diff->steps[side].items[index];
}

static inline struct mdt_slice mdt_diff_text_of(const struct mdt_diff *diff,
						const struct mdt_diff_step *step)
{
	return diff->texts.items[step->text].text;
}

static inline const struct mdt_diff_meaning *
mdt_diff_step_meaning(const struct mdt_diff *diff, const struct mdt_diff_step *step)
{
	return &diff->texts.items[step->text].meaning;
}

/** Whether a step is a run: several calls that differ in their arguments. */
static inline bool mdt_diff_is_run(const struct mdt_diff_step *step)
{
	return step->content != 0;
}

/** Which functions made a step's first call; empty: not known. */
static inline struct mdt_slice mdt_diff_step_origin(const struct mdt_diff *diff,
						    enum mdt_diff_side side,
						    const struct mdt_diff_step *step)
{
	return mdt_diff_origin_of(&diff->logs[side], step->first);
}

/** How often an op comes in one of the logs, repeats counted. */
static inline uint64_t mdt_diff_count(const struct mdt_diff *diff,
				      enum mdt_diff_side side, uint32_t op)
{
	return diff->counts[side][op];
}

/**
 * The fields in which two steps differ: of runs, those of the first calls that do. In
 * diff->fields until the next call.
 */
MDT_API struct mdt_error *
mdt_diff_compare_steps(struct mdt_diff *diff, const struct mdt_diff_step *old_step,
		       const struct mdt_diff_step *new_step) MUST_CHECK;

/* pair.c */
struct mdt_error *mdt_diff_pair_tasks(struct mdt_diff *diff) MUST_CHECK;
/* edits.c */
struct mdt_error *mdt_diff_align_pair(struct mdt_diff *diff,
				      struct mdt_diff_pair *pair) MUST_CHECK;
/* moves.c */
struct mdt_error *mdt_diff_find_moves(struct mdt_diff *diff) MUST_CHECK;
/* relocate.c */
struct mdt_error *mdt_diff_find_relocations(struct mdt_diff *diff) MUST_CHECK;
/* summary.c */
struct mdt_error *mdt_diff_summarize(struct mdt_diff *diff) MUST_CHECK;

#endif
