/* SPDX-License-Identifier: MIT */
/** @file A plan and what ran, from text to verdicts. For tests. */
#ifndef MDT_TESTS_REPLAYED_H
#define MDT_TESTS_REPLAYED_H

#include <criterion/criterion.h>

#include "verdict/verdict.h"

struct replayed {
	struct mdt_plan plan, executed;
	struct mdt_verdicts verdicts;
};

static inline void replay_read(const char *what, struct mdt_slice text,
			       struct mdt_plan *plan)
{
	struct mdt_error *err = mdt_plan_read(what, text, plan);

	cr_assert(!err, "%s", err ? err->message : "");
}

/** Verdicts of these texts; the caller frees them by replayed_deinit(). */
static inline void replayed_init(struct replayed *ret, struct mdt_slice plan,
				 struct mdt_slice executed, const struct mdt_run *run)
{
	struct mdt_verdict_input input = { .plan = &ret->plan,
					   .executed = &ret->executed,
					   .run = run };
	struct mdt_error *err;

	*ret = (struct replayed){ 0 };
	replay_read("plan", plan, &ret->plan);
	replay_read("executed", executed, &ret->executed);
	mdt_verdicts_init(&ret->verdicts);
	err = mdt_verdicts_make(&input, &ret->verdicts);
	cr_assert(!err, "%s", err ? err->message : "");
}

static inline void replayed_deinit(struct replayed *it)
{
	mdt_verdicts_deinit(&it->verdicts);
	mdt_plan_deinit(&it->plan);
	mdt_plan_deinit(&it->executed);
}

#endif
