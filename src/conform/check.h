/* SPDX-License-Identifier: MIT */
/** @file What a kernel gave, held against what the model predicts. */
#ifndef MDT_CONFORM_CHECK_H
#define MDT_CONFORM_CHECK_H

#include "conform/fold.h"
#include "plan/plan.h"

/** What has been checked so far. */
struct mdt_conform_tally {
	uint64_t sequences;
	uint64_t steps;	  /* calls of the sequences */
	uint64_t unknown; /* of them: not predicted, or not in one way */
	/* The same by the first of the rules that may end it; 0: all that comes behind
	 * something unknown. */
	uint64_t unknowns[MDT_RULES_MAX];
	uint64_t results, states;	    /* disagreements */
	uint64_t fired[MDT_RULES_MAX / 64]; /* rules that agreed: bits, as in the model */
	uint64_t counts[MDT_RULES_MAX];	    /* disagreements by rule; 0: of no rule */
};

/** A disagreement. */
struct mdt_conform_fault {
	bool is_there;
	bool is_state;	   /* of array_state; else of the result */
	size_t call;	   /* which of the sequence's */
	unsigned int rule; /* that the model holds against it; 0: none */
	int result;	   /* the kernel's: 0, an errno of the model's, or UNKNOWN */
	char model[96], kernel[64]; /* in words: `EBUSY`, `clean or broken` */
};

/**
 * Check a sequence, up to its first disagreement.
 * @param ran Its section of the executed log; may end early.
 * @param fold Scratch.
 * @param[in,out] tally Counts are added.
 * @param[out] ret Zeroed when there is none.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_conform_check(const struct mdt_model_options *options,
					    const struct mdt_conform_sequence *sequence,
					    const struct mdt_plan_section *ran,
					    struct mdt_conform_fold *fold,
					    struct mdt_conform_tally *tally,
					    struct mdt_conform_fault *ret) MUST_CHECK;

/** @return An array that could not be stopped, or that stuck: what came behind it is not
 * to be trusted. */
MDT_API bool mdt_conform_is_stuck(const struct mdt_plan_section *ran);

#endif
