// SPDX-License-Identifier: MIT
#include "conform/make.h"

#include "conform/make_parts.h"

struct mdt_random conform_random(uint64_t seed, unsigned int number)
{
	struct mdt_random random = { seed };
	uint64_t mixed = mdt_random_next(&random);

	random.state = mixed ^ number;
	return (struct mdt_random){ mdt_random_next(&random) };
}

// The array of 6.9 and later that is set up through a descriptor on which it was stopped
// can never be stopped (md_clean() of md.c leaves MD_CLOSING set).
static bool gets_stuck(const struct mdt_conform_fold *fold)
{
	if (fold->options.kernel < MDT_KERNEL_6_9)
		return false;
	for (unsigned int i = 0; i < fold->next_count; i++) {
		const struct mdt_model_state *state = &fold->next[i].state;

		if (state->closing != MDT_NO &&
		    (state->raid_disks || mdt_model_has_members(state) != MDT_NO))
			return true;
	}
	return false;
}

static struct mdt_conform_call *last_call(const struct conform_maker *maker)
{
	return &maker->sequence->calls[maker->sequence->count - 1];
}

bool conform_can_follow(struct conform_maker *maker,
			struct mdt_conform_prediction *prediction)
{
	mdt_conform_predict(maker->fold, last_call(maker), prediction);
	return prediction->is_made && !prediction->fatal && !gets_stuck(maker->fold);
}

void conform_follow(struct conform_maker *maker,
		    const struct mdt_conform_prediction *prediction)
{
	struct mdt_conform_fold *fold = maker->fold;
	uint64_t fired[MDT_RULES_MAX / 64];

	last_call(maker)->hasty = maker->sequence->slow || conform_once_in(maker, 200);
	if (!fold->count)
		return;
	mdt_conform_take(fold, last_call(maker), mdt_conform_expected(prediction), fired);
	if (!last_call(maker)->hasty && mdt_conform_is_unsettled(fold))
		mdt_conform_settle(fold, fired);
}

struct mdt_error *conform_add_any(struct conform_maker *maker)
{
	enum { TRIES = 20 };
	struct mdt_conform_prediction prediction;
	struct mdt_conform_call *call = mdt_conform_add(maker->sequence);
	bool follows = false;

	if (!call)
		return &mdt_enomem;
	for (unsigned int i = 0; !follows && i < TRIES; i++) {
		*call = (struct mdt_conform_call){ 0 };
		conform_choose(maker, call);
		follows = conform_can_follow(maker, &prediction);
	}
	if (!follows) {
		*call = (struct mdt_conform_call){ .kind = MDT_CONFORM_CLOSE };
		mdt_conform_predict(maker->fold, call, &prediction);
	}
	conform_follow(maker, &prediction);
	return NULL;
}

// One after the other.
static int32_t choose_level(uint32_t levels, unsigned int number)
{
	int32_t ret = 1;

	number %= (unsigned int)__builtin_popcount(levels);
	for (int32_t level = -1; level <= 10; level++)
		if (levels & MDT_LEVEL_BIT(level) && !number--)
			ret = level;
	return ret;
}

struct mdt_error *mdt_conform_make(const struct mdt_model_options *options,
				   uint32_t levels, uint64_t seed, unsigned int number,
				   unsigned int length, struct mdt_conform_fold *fold,
				   struct mdt_conform_sequence *ret)
{
	struct conform_maker maker = { .random = conform_random(seed, number),
				       .fold = fold,
				       .sequence = ret };
	struct mdt_error *err;

	ret->seed = seed;
	ret->number = number;
	maker.profile.level = choose_level(levels, number - 1);
	conform_choose_profile(&maker);
	err = conform_make_disks(&maker);
	mdt_conform_fold_begin(fold, options, ret);
	while (!err && ret->count < length)
		err = conform_add_any(&maker);
	return err;
}
