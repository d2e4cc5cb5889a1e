/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the model of md (model/model.h) says of the calls of a replay: for each, the
 * results that it has, given all that the kernel really did before it. The model is that
 * of the kernel that ran the calls, and its fold (life/life.h) is over the executed log,
 * from a machine without arrays on: after a surprise it goes on from what is.
 *
 * It tells a log of another kernel from a kernel that does something unheard of. It
 * changes no verdict.
 */
#ifndef MDT_VERDICT_MODEL_H
#define MDT_VERDICT_MODEL_H

#include "verdict/verdict.h"
#include "life/life.h"

/** What the model says of one call. Text is the arena's. */
struct mdt_replay_prediction {
	bool is_about; /* false: the model is not about this call, or it did not run */
	struct mdt_slice text;	       /* `0`, `-1 EBUSY`, `0 or -1 EBUSY`, `?` */
	int results[MDT_LIFE_RESULTS]; /* as in struct mdt_life_call */
	unsigned int result_count;
	enum mdt_life_verdict verdict;	   /* of what the kernel did */
	const struct mdt_model_rule *rule; /* that gives what the kernel did; when it
					    * contradicts: that the model has instead; or
					    * NULL */
	/* The guest then read something of the array that the model does not have there:
	 * `array_state clean`; and what it has: `no array`. Empty: it did not. */
	struct mdt_slice seen, had;
};

struct mdt_replay_model {
	struct mdt_arena arena;
	enum mdt_kernel kernel;
	struct mdt_replay_prediction *all; /* for verdicts->all, by index; NULL: there is
					    * no model, as the kernel is not known */
};

/**
 * @param[out] ret To be deinitialised, also on error.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_replay_model_make(const struct mdt_verdicts *verdicts,
						struct mdt_replay_model *ret) MUST_CHECK;

/** Zeroed memory does as well. */
MDT_API void mdt_replay_model_deinit(struct mdt_replay_model *model);

/** @return What it says of one of the verdicts' calls; NULL: nothing. */
MDT_API const struct mdt_replay_prediction *
mdt_replay_model_of(const struct mdt_replay_model *model,
		    const struct mdt_verdicts *verdicts,
		    const struct mdt_verdict *verdict);

/**
 * Append what is worth a line below a call: the kernel does what the model says and not
 * what the log says, or not what the model says. Nothing otherwise.
 * @param prediction NULL: nothing.
 */
MDT_API void mdt_replay_model_words(const struct mdt_replay_model *model,
				    const struct mdt_verdict *verdict,
				    const struct mdt_replay_prediction *prediction,
				    struct mdt_buf *ret);

#endif
