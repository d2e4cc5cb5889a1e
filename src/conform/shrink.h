/* SPDX-License-Identifier: MIT */
/** @file The shortest sequence that still shows a disagreement: ddmin over its calls. */
#ifndef MDT_CONFORM_SHRINK_H
#define MDT_CONFORM_SHRINK_H

#include "conform/check.h"

/** Runs a candidate. @param[out] ret What came of it. */
struct mdt_conform_try {
	struct mdt_error *(*run)(void *data, const struct mdt_conform_sequence *candidate,
				 struct mdt_conform_fault *ret);
	void *data;
};

/**
 * Leave out whatever calls can be left out.
 * @param[in,out] fault The disagreement; afterwards that of the shorter sequence.
 * @param[in,out] sequence Replaced by the shorter one.
 * @return NULL, or what the runs give; @p sequence is then as short as it was by then.
 */
MDT_API struct mdt_error *
mdt_conform_shrink(const struct mdt_conform_try *attempt, struct mdt_conform_fault *fault,
		   struct mdt_conform_sequence *sequence) MUST_CHECK;

#endif
