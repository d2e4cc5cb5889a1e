/* SPDX-License-Identifier: MIT */
/** @file Sequences of conform in the VM: many in one job. */
#ifndef MDT_CLI_CONFORM_RUN_H
#define MDT_CLI_CONFORM_RUN_H

#include "cli/machine.h"
#include "conform/check.h"
#include "conform/plan.h"

struct conform_run {
	struct machine *machine;
	struct mdt_model_options options;
	struct mdt_conform_fold fold;
	struct mdt_conform_tally tally;
	uint64_t *flips; /* borrowed, may be NULL: how many disagreements there are with
			  * each rule flipped; by rule */
};

/** What came of one sequence of a batch. */
struct conform_outcome {
	struct mdt_conform_fault fault;
	bool died;	      /* the VM did not survive it */
	struct mdt_buf words; /* how it ended, if it died; owned */
};

void conform_outcome_deinit(struct conform_outcome *outcome);

/**
 * Run sequences, and check each. A sequence behind one that left something stuck is run
 * again in a new VM.
 * @param[out] ret As many, zeroed; to be deinitialised also after an error.
 */
struct mdt_error *conform_run(struct conform_run *run,
			      const struct mdt_conform_sequence *sequences, size_t count,
			      struct conform_outcome *ret) MUST_CHECK;

#endif
