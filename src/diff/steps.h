/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What one task did, as it is aligned: its calls down to a level, repeats folded.
 * Internal to src/diff/.
 */
#ifndef MDT_DIFF_STEPS_H
#define MDT_DIFF_STEPS_H

#include "diff/log.h"

/** A call, or several in a row that do the same thing to the same thing. */
struct mdt_diff_step {
	uint32_t text;	  /* of the first */
	uint32_t op;	  /* of all */
	uint32_t key;	  /* what is aligned: the text, or of a run its op */
	uint32_t first;	  /* index into the log's calls, of the first */
	uint32_t line;	  /* of the first */
	uint32_t count;	  /* of calls */
	uint64_t content; /* of a run: a hash of its texts; of a repeat 0 */
};

struct mdt_diff_steps {
	struct mdt_diff_step *items; /* owned; task by task */
	uint32_t *starts; /* owned; where each task's steps begin, and the end */
	size_t len;
};

enum {
	/* So many ioctls in a row that differ in their arguments only are one step. */
	MDT_RUN_MIN = 4,
};

/** Whether calls with this text are compared: the level and the filters have them. */
bool mdt_diff_is_wanted(const struct mdt_diff_texts *texts, uint32_t text,
			enum mdt_diff_level level);

void mdt_diff_steps_deinit(struct mdt_diff_steps *steps);

/**
 * @param texts All that the log uses are known (struct mdt_diff_text is_known).
 * @param level What is deeper is left out.
 */
struct mdt_error *mdt_diff_steps_make(const struct mdt_diff_log *log,
				      const struct mdt_diff_texts *texts,
				      struct mdt_diff_rules *rules,
				      enum mdt_diff_level level,
				      struct mdt_diff_steps *ret) MUST_CHECK;

/**
 * The text of the next call of the same task at this level.
 * @param[in,out] index Into the log's calls.
 * @return false when there is none.
 */
bool mdt_diff_steps_next(const struct mdt_diff_log *log,
			 const struct mdt_diff_texts *texts, enum mdt_diff_level level,
			 uint32_t *index, uint32_t *text);

#endif
