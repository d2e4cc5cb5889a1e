// SPDX-License-Identifier: MIT
/* raid4, raid5 and raid6: raid5.c. One member can be missing, of raid6 two. */
#include <errno.h>

#include "model/personality.h"

enum {
	PARITY_0 = 4, // ALGORITHM_PARITY_0 of raid5.h, and so on
	PARITY_N = 5,
	LAYOUTS_5 = 6,
	ZERO_RESTART = 8,
	N_CONTINUE = 10,
	LEFT_ASYMMETRIC_6 = 16,
	RIGHT_SYMMETRIC_6 = 19,
	PARITY_0_6 = 20,
};

// max_degraded
static int32_t spare(const struct mdt_model_state *state)
{
	return state->level == 6 ? 2 : 1;
}

static bool is_level(int32_t level)
{
	return level == 4 || level == 5 || level == 6;
}

// algorithm_valid_raid5(), algorithm_valid_raid6()
static bool is_layout(int32_t level, int32_t layout)
{
	if (layout >= 0 && layout < LAYOUTS_5)
		return true;
	return level == 6 && ((layout >= ZERO_RESTART && layout <= N_CONTINUE) ||
			      (layout >= LEFT_ASYMMETRIC_6 && layout <= PARITY_0_6));
}

static bool is_chunk(int32_t bytes)
{
	return bytes > 0 && !(bytes % MDT_MODEL_PAGE) && !(bytes & (bytes - 1));
}

static int64_t uses(const struct mdt_model_state *state, int64_t sectors)
{
	if (state->chunk_size == MDT_MODEL_UNKNOWN)
		return MDT_MODEL_UNKNOWN;
	return sectors & ~(int64_t)(state->chunk_size / 512 - 1);
}

/* ---- members ---- */

static struct mdt_model_range missing_without(const struct mdt_model_state *state,
					      const struct mdt_model_disk *but)
{
	struct mdt_model_range ret = { 0, 0 };

	for (int32_t slot = 0; slot < state->raid_disks && slot < MDT_MODEL_ROLES;
	     slot++) {
		enum mdt_tri is = mdt_model_slot_in_sync(state, slot, but);

		ret.min += is == MDT_NO;
		ret.max += is != MDT_YES;
	}
	return ret;
}

// has_failed()
static enum mdt_tri failed_without(const struct mdt_model_state *state,
				   const struct mdt_model_disk *but)
{
	struct mdt_model_range missing;

	if (state->broken == MDT_YES)
		return MDT_YES;
	if (state->raid_disks == MDT_MODEL_SOME || state->raid_disks == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	missing = missing_without(state, but);
	if (missing.min > spare(state))
		return MDT_YES;
	return missing.max > spare(state) ? MDT_UNSURE : state->broken;
}

static enum mdt_tri fails(const struct mdt_model_state *state,
			  const struct mdt_model_disk *disk)
{
	return failed_without(state, disk);
}

static enum mdt_tri enough(const struct mdt_model_state *state)
{
	return mdt_tri_not(failed_without(state, NULL));
}

static enum mdt_tri gives_up(enum mdt_kernel kernel, const struct mdt_model_state *state)
{
	enum mdt_tri failed = failed_without(state, NULL);

	return kernel < MDT_KERNEL_7_0 ? mdt_tri_or(state->no_recovery, failed) : failed;
}

// raid5_add_disk()
static enum mdt_tri takes_spares(const struct mdt_model_state *state,
				 const struct mdt_model_disk *disk)
{
	if (disk->saved_slot >= 0)
		return MDT_YES;
	return disk->saved_slot == MDT_MODEL_UNKNOWN
		       ? mdt_tri_or(enough(state), MDT_UNSURE)
		       : enough(state);
}

// raid5_check_reshape(), raid6_check_reshape(), check_reshape()
static enum mdt_tri can_reshape(const struct mdt_model_state *state, int32_t layout,
				int32_t raid_disks)
{
	int32_t least = state->level == 6 ? 4 : 2;

	if (layout == MDT_MODEL_UNKNOWN || raid_disks == MDT_MODEL_UNKNOWN ||
	    state->raid_disks == MDT_MODEL_SOME || state->chunk_size == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	if (layout >= 0 && !is_layout(state->level == 6 ? 6 : 5, layout))
		return MDT_NO;
	if (raid_disks == state->raid_disks &&
	    (layout == state->layout || (state->raid_disks == 2 && state->level != 6)))
		return MDT_YES;
	if (raid_disks < state->raid_disks && raid_disks < least)
		return MDT_NO;
	return enough(state);
}

static void started(struct mdt_model_state *state)
{
	state->dev_sectors = mdt_model_used_sectors(state, state->dev_sectors);
}

#define RAID456(NAME, NUMBER)                                                            \
	const struct mdt_personality NAME = {                                            \
		.level = NUMBER,                                                         \
		.module = "raid456",                                                     \
		.syncs = true,                                                           \
		.adds = true,                                                            \
		.resizes = true,                                                         \
		.reshapes = true,                                                        \
		.counts_slots = true,                                                    \
		.fails = fails,                                                          \
		.enough = enough,                                                        \
		.gives_up = gives_up,                                                    \
		.takes_spares = takes_spares,                                            \
		.can_reshape = can_reshape,                                              \
		.uses = uses,                                                            \
		.started = started,                                                      \
	}

RAID456(mdt_level_raid4, 4);
RAID456(mdt_level_raid5, 5);
RAID456(mdt_level_raid6, 6);

/* ---- raid5_run() ---- */

static enum mdt_tri ask_levels(const struct mdt_model_way *way, int arg _unused_)
{
	if (way->state.level == MDT_MODEL_UNKNOWN || way->state.level == MDT_MODEL_SOME)
		return MDT_UNSURE;
	return mdt_tri_of(is_level(way->state.level));
}
static const struct mdt_model_guard if_raid456 = { ask_levels, NULL, 0 },
				    if_raid6 = { mdt_ask_level, NULL, 6 },
				    if_raid4 = { mdt_ask_level, NULL, 4 };

static enum mdt_tri ask_planned(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.planned;
}
static const struct mdt_model_guard if_planned = { ask_planned, NULL, 0 };

static enum mdt_tri ask_bad_layout(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;

	return state->layout == MDT_MODEL_UNKNOWN
		       ? MDT_UNSURE
		       : mdt_tri_of(!is_layout(state->level, state->layout));
}
static const struct mdt_model_guard if_bad_layout = { ask_bad_layout, NULL, 0 };

static enum mdt_tri ask_less_than_4(const struct mdt_model_way *way, int arg _unused_)
{
	int32_t disks = way->state.raid_disks;

	return disks == MDT_MODEL_SOME || disks == MDT_MODEL_UNKNOWN
		       ? MDT_UNSURE
		       : mdt_tri_of(disks < 4);
}
static const struct mdt_model_guard if_less_than_4 = { ask_less_than_4, NULL, 0 };

static enum mdt_tri ask_bad_chunks(const struct mdt_model_way *way, int arg _unused_)
{
	int32_t chunk = way->state.chunk_size;

	return chunk == MDT_MODEL_UNKNOWN ? MDT_UNSURE
					  : mdt_tri_of(!is_chunk(chunk & ~511));
}
static const struct mdt_model_guard if_bad_chunks = { ask_bad_chunks, NULL, 0 };

static enum mdt_tri ask_same_slot(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_same_slot(&way->state);
}
static const struct mdt_model_guard if_same_slot = { ask_same_slot, NULL, 0 };

static enum mdt_tri ask_failed(const struct mdt_model_way *way, int arg _unused_)
{
	return failed_without(&way->state, NULL);
}
static const struct mdt_model_guard if_failed = { ask_failed, NULL, 0 };

// Who is not in sync does not count when it has nothing but parity: only_parity().
static bool has_parity_only(const struct mdt_model_state *state, int32_t slot)
{
	int32_t disks = state->raid_disks;

	if (state->layout == PARITY_0)
		return slot < spare(state);
	if (state->layout == PARITY_N)
		return slot >= disks - spare(state);
	if (state->layout == PARITY_0_6 && slot == 0)
		return true;
	return state->layout >= LEFT_ASYMMETRIC_6 && slot == disks - 1;
}

static struct mdt_model_range dirty_missing(const struct mdt_model_state *state)
{
	struct mdt_model_range ret = missing_without(state, NULL);

	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];

		if (disk->is_member && disk->slot >= 0 &&
		    disk->slot < state->raid_disks && disk->in_sync != MDT_YES &&
		    has_parity_only(state, disk->slot)) {
			ret.min--;
			ret.max -= disk->in_sync == MDT_NO;
		}
	}
	return ret;
}

static enum mdt_tri ask_dirty(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;
	struct mdt_model_range missing;

	if (state->raid_disks == MDT_MODEL_SOME || state->raid_disks == MDT_MODEL_UNKNOWN)
		return mdt_tri_and(state->unsynced, MDT_UNSURE);
	missing = dirty_missing(state);
	return mdt_tri_and(state->unsynced, missing.min > 0   ? MDT_YES
					    : missing.max > 0 ? MDT_UNSURE
							      : MDT_NO);
}
static const struct mdt_model_guard if_dirty = { ask_dirty, NULL, 0 };

static enum mdt_tri ask_start_dirty(const struct mdt_model_way *way, int arg _unused_)
{
	return way->options->start_dirty;
}
static const struct mdt_model_guard if_start_dirty = { ask_start_dirty, NULL, 0 };

#define RUN (OP(RUN_ARRAY) | OP(ARRAY_STATE))

static const struct mdt_model_row rows[] = {
	{ .rule = { .name = "run-raid5-planned",
		    .ops = RUN,
		    .says = "raid4, raid5 or raid6 for which another layout or number of members was noted while it ran before: BUG_ON(), and the kernel dies",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "raid5.c:raid5_run",
		    .fatal = true },
	  .when = { &if_raid456, &if_planned } },
	{ .rule = { .name = "run-raid5-layout",
		    .ops = RUN,
		    .says = "raid5 or raid6, and the layout is none of theirs",
		    .result = EIO,
		    .source = "raid5.c:setup_conf",
		    .seen = { .message = "md/raid:%s: layout N not supported" } },
	  .when = { &if_raid456, &if_bad_layout },
	  .unless = { &if_raid4 } },
	{ .rule = { .name = "run-raid6-slots",
		    .ops = RUN,
		    .says = "raid6 with less than 4 slots",
		    .result = EINVAL,
		    .source = "raid5.c:setup_conf",
		    .seen = { .message =
				      "md/raid:%s: not enough configured devices (N, minimum 4)" } },
	  .when = { &if_raid6, &if_less_than_4 } },
	{ .rule = { .name = "run-raid5-chunk-size",
		    .ops = RUN,
		    .says = "raid4, raid5 or raid6, and the chunk size is 0, less than a page or no power of 2",
		    .result = EINVAL,
		    .source = "raid5.c:setup_conf",
		    .seen = { .message = "md/raid:%s: invalid chunk size N" } },
	  .when = { &if_raid456, &if_bad_chunks } },
	{ .rule = { .name = "run-raid5-same-slot",
		    .ops = RUN,
		    .says = "raid4, raid5 or raid6, and two members have one slot",
		    .result = EIO,
		    .source = "raid5.c:setup_conf",
		    .seen = { .message = "md: pers->run() failed ..." } },
	  .when = { &if_raid456, &if_same_slot } },
	{ .rule = { .name = "run-raid5-failed",
		    .ops = RUN,
		    .says = "raid4 or raid5 without two members in sync, raid6 without three; or it was marked broken before",
		    .result = EIO,
		    .source = "raid5.c:has_failed",
		    .seen = { .message =
				      "md/raid:%s: not enough operational devices (N/M failed)" } },
	  .when = { &if_raid456, &if_failed } },
	{ .rule = { .name = "run-raid5-dirty",
		    .ops = RUN,
		    .says = "raid4, raid5 or raid6 that is not clean and has not all its members, and md_mod's parameter start_dirty_degraded is 0",
		    .result = EIO,
		    .source = "raid5.c:raid5_run",
		    .seen = { .message =
				      "md/raid:%s: cannot start dirty degraded array." } },
	  .when = { &if_raid456, &if_dirty },
	  .unless = { &if_start_dirty },
	  .then = mdt_then_ran_briefly },
};

const struct mdt_model_section mdt_rules_raid5 = { rows, array_size(rows) };
