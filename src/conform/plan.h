/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Sequences as a plan that the guest runs, and that `replay` reads: a section each, whose
 * calls have the results that the model predicts. What a section finds (superblocks,
 * claims, parameters) is made by its first calls; at its end everything is torn down.
 */
#ifndef MDT_CONFORM_PLAN_H
#define MDT_CONFORM_PLAN_H

#include "conform/fold.h"
#include "plan/plan.h"

/** The disks and modules, for a plan without sections. @param levels Those that there
 * are: bits MDT_LEVEL_BIT(). */
MDT_API struct mdt_error *mdt_conform_plan_begin(uint32_t levels,
						 struct mdt_plan *plan) MUST_CHECK;

/**
 * Add a sequence. A call of it has its place in the sequence, from 1, as its line.
 * @param fold Scratch; its end state is that of the sequence.
 */
MDT_API struct mdt_error *
mdt_conform_plan_add(struct mdt_plan *plan, const struct mdt_model_options *options,
		     const struct mdt_conform_sequence *sequence,
		     struct mdt_conform_fold *fold) MUST_CHECK;

/** Append the call in words: `SET_DISK_FAULTY 7:1`, `write array_state readonly`. */
MDT_API void mdt_conform_call_text(const struct mdt_conform_call *call,
				   struct mdt_buf *ret);

#endif
