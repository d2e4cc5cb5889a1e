// SPDX-License-Identifier: MIT
#include "conform/make.h"

#include "conform/make_parts.h"

// The seed of one sequence of many: neighbours have nothing in common.
static uint64_t seed_of(uint64_t seed, unsigned int number)
{
	struct mdt_random random = { seed };
	uint64_t mixed = mdt_random_next(&random);

	random.state = mixed ^ number;
	return mdt_random_next(&random);
}

// The array of 6.12 and later that is set up through a descriptor on which it was stopped
// can never be stopped (md_clean() of md.c leaves MD_CLOSING set).
static bool gets_stuck(const struct mdt_conform_fold *fold)
{
	if (fold->options.kernel < MDT_KERNEL_6_12)
		return false;
	for (unsigned int i = 0; i < fold->next_count; i++) {
		const struct mdt_model_state *state = &fold->next[i].state;

		if (state->closing != MDT_NO &&
		    (state->raid_disks || mdt_model_has_members(state) != MDT_NO))
			return true;
	}
	return false;
}

static void choose_call(struct conform_maker *maker, struct mdt_conform_call *ret,
			struct mdt_conform_prediction *prediction)
{
	enum { TRIES = 20 };

	for (unsigned int i = 0; i < TRIES; i++) {
		*ret = (struct mdt_conform_call){ 0 };
		conform_choose(maker, ret);
		mdt_conform_predict(maker->fold, ret, prediction);
		if (prediction->is_made && !gets_stuck(maker->fold))
			return;
	}
	*ret = (struct mdt_conform_call){ .kind = MDT_CONFORM_CLOSE };
	mdt_conform_predict(maker->fold, ret, prediction);
}

struct mdt_error *mdt_conform_make(const struct mdt_model_options *options, uint64_t seed,
				   unsigned int number, unsigned int length,
				   struct mdt_conform_fold *fold,
				   struct mdt_conform_sequence *ret)
{
	struct conform_maker maker = { .random = { seed_of(seed, number) },
				       .fold = fold,
				       .sequence = ret };
	uint64_t fired[MDT_RULES_MAX / 64];
	struct mdt_conform_prediction prediction;
	struct mdt_error *err;

	ret->seed = seed;
	ret->number = number;
	err = conform_make_disks(&maker);
	if (err)
		return err;
	mdt_conform_fold_begin(fold, options, ret);
	while (ret->count < length) {
		struct mdt_conform_call *call = mdt_conform_add(ret);

		if (!call)
			return &mdt_enomem;
		choose_call(&maker, call, &prediction);
		call->hasty = ret->slow || conform_once_in(&maker, 200);
		if (!fold->count)
			continue;
		mdt_conform_take(fold, call, prediction.count ? prediction.results[0] : 0,
				 fired);
		if (!call->hasty && mdt_conform_is_unsettled(fold))
			mdt_conform_settle(fold, fired);
	}
	return NULL;
}
