// SPDX-License-Identifier: MIT
/* raid1: raid1.c. It goes on with one member. */
#include <errno.h>

#include "model/personality.h"

static bool any_slot_unknown(const struct mdt_model_state *state)
{
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].is_member &&
		    state->disks[i].slot == MDT_MODEL_UNKNOWN)
			return true;
	return false;
}

// raid_disks - degraded == 1. A recovery that ends makes it more.
static enum mdt_tri one_is_left(const struct mdt_model_state *state)
{
	struct mdt_model_range range = mdt_model_in_sync(state);
	int32_t left;

	if (state->degraded == MDT_MODEL_UNKNOWN || state->raid_disks == MDT_MODEL_SOME) {
		if (range.min > 1)
			return range.min == range.max && !any_slot_unknown(state)
				       ? MDT_NO
				       : MDT_UNSURE;
		return range.max == 1 ? MDT_YES : MDT_UNSURE;
	}
	left = state->raid_disks - state->degraded;
	if (left != 1)
		return left < 1 ? MDT_UNSURE : MDT_NO;
	return state->unsettled != MDT_NO && mdt_model_sync_due(state) != MDT_NO
		       ? MDT_UNSURE
		       : MDT_YES;
}

static enum mdt_tri keeps(const struct mdt_model_state *state,
			  const struct mdt_model_disk *disk _unused_)
{
	return one_is_left(state);
}

// Nobody can be rebuilt: raid1_error() has given up, or there is nobody left to rebuild
// from. From 7.0 on only the latter.
static enum mdt_tri gives_up(enum mdt_kernel kernel, const struct mdt_model_state *state)
{
	enum mdt_tri none = MDT_UNSURE;

	if (state->degraded != MDT_MODEL_UNKNOWN && state->raid_disks != MDT_MODEL_SOME)
		none = mdt_tri_of(state->degraded >= state->raid_disks);
	return kernel < MDT_KERNEL_7_0 ? mdt_tri_or(state->no_recovery, none) : none;
}

static enum mdt_tri enough(const struct mdt_model_state *state)
{
	return mdt_tri_of(state->broken == MDT_NO ||
			  (state->degraded < state->raid_disks &&
			   state->degraded != MDT_MODEL_UNKNOWN));
}

// raid1_run(): one member alone is in sync with itself.
static void started(struct mdt_model_state *state)
{
	struct mdt_model_range range = mdt_model_in_sync(state);

	if (range.max == 1)
		state->unsynced = MDT_NO;
	else if (range.min < 2 && state->unsynced == MDT_YES)
		state->unsynced = MDT_UNSURE;
}

const struct mdt_personality mdt_level_raid1 = {
	.level = 1,
	.module = "raid1",
	.syncs = true,
	.adds = true,
	.resizes = true,
	.keeps = keeps,
	.keeping_stops_recovery = true,
	.enough = enough,
	.gives_up = gives_up,
	.started = started,
};

/* ---- raid1_run() ---- */

static const struct mdt_model_guard if_raid1 = { mdt_ask_level, NULL, 1 };

static enum mdt_tri ask_same_slot(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_same_slot(&way->state);
}
static const struct mdt_model_guard if_same_slot = { ask_same_slot, NULL, 0 };

static enum mdt_tri ask_none_in_sync(const struct mdt_model_way *way, int arg _unused_)
{
	struct mdt_model_range range = mdt_model_present(&way->state);

	if (range.min)
		return MDT_NO;
	return range.max ? MDT_UNSURE : MDT_YES;
}
static const struct mdt_model_guard if_none_in_sync = { ask_none_in_sync, NULL, 0 };

#define RUN (OP(RUN_ARRAY) | OP(ARRAY_STATE))

static const struct mdt_model_row rows[] = {
	{ .rule = { .name = "run-same-slot",
		    .ops = RUN,
		    .says = "raid1, and two members have one slot",
		    .result = EINVAL,
		    .source = "raid1.c:setup_conf",
		    .lines = "2993/3038/3165/3121",
		    .seen = { .message = "md: pers->run() failed ..." } },
	  .when = { &if_raid1, &if_same_slot } },
	{ .rule = { .name = "run-none-in-sync",
		    .ops = RUN,
		    .says = "raid1, and no member is in sync",
		    .result = EINVAL,
		    .source = "raid1.c:raid1_run",
		    .lines = "3120/3159/3272/3232",
		    .seen = { .message = "md: pers->run() failed ..." } },
	  .when = { &if_raid1, &if_none_in_sync } },
};

const struct mdt_model_section mdt_rules_raid1 = { rows, array_size(rows) };
