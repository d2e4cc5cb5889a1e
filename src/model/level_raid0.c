// SPDX-License-Identifier: MIT
/* raid0 and linear: raid0.c, md-linear.c. All members must be there, and none can go. */
#include <errno.h>

#include "model/personality.h"

enum {
	LAYOUT_ORIGINAL = 1,
	LAYOUT_ALTERNATE = 2,
};

const struct mdt_personality mdt_level_raid0 = { .level = 0, .module = "raid0" };
const struct mdt_personality mdt_level_linear = { .level = -1,
						  .module = "linear",
						  .adds = true };

static enum mdt_tri ask_either(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_tri_of(way->state.level == 0 || way->state.level == -1);
}
static const struct mdt_model_guard if_either = { ask_either, NULL, 0 };

// It is rare: of an array of which nothing is known it is not presumed.
static enum mdt_tri ask_linear(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_tri_of(way->state.level == -1);
}

static const struct mdt_model_guard if_raid0 = { mdt_ask_level, NULL, 0 },
				    if_linear = { ask_linear, NULL, 0 };

static enum mdt_tri ask_no_chunks(const struct mdt_model_way *way, int arg _unused_)
{
	int32_t chunk = way->state.chunk_size;

	return chunk == MDT_MODEL_UNKNOWN ? MDT_UNSURE : mdt_tri_of(chunk / 512 == 0);
}
static const struct mdt_model_guard if_no_chunks = { ask_no_chunks, NULL, 0 };

static enum mdt_tri ask_bitmap(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_tri_or(way->state.bitmap, way->state.bitmap_file);
}
static const struct mdt_model_guard if_bitmap = { ask_bitmap, NULL, 0 };

// create_strip_zones() and linear_conf() want every member in a slot of its own, and
// every slot with a member; whether it is in sync they do not ask.
static enum mdt_tri ask_not_all(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;
	int32_t members = 0, sure = 0, wanted = state->raid_disks;

	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];

		members += disk->is_member;
		if (!disk->is_member || disk->slot == MDT_MODEL_UNKNOWN)
			continue;
		if (disk->slot < 0 || (wanted != MDT_MODEL_SOME && disk->slot >= wanted))
			return MDT_YES;
		sure++;
	}
	if (wanted != MDT_MODEL_SOME && members > wanted)
		return MDT_YES;
	if (state->unlisted != 0 || wanted == MDT_MODEL_SOME || sure < members)
		return state->unlisted == 0 && wanted != MDT_MODEL_SOME &&
				       members != wanted
			       ? MDT_YES
			       : MDT_UNSURE;
	return mdt_tri_or(mdt_tri_of(members != wanted), mdt_model_same_slot(state));
}
static const struct mdt_model_guard if_not_all = { ask_not_all, NULL, 0 };

/* ---- zones ---- */

static int64_t strip(const struct mdt_model_state *state,
		     const struct mdt_model_disk *disk)
{
	int64_t chunk = state->chunk_size / 512;

	return chunk > 0 ? disk->sectors / chunk * chunk : disk->sectors;
}

// Members of more than one size, and more than one of them is larger than the smallest:
// where its stripes lie differs between kernels before and after 3.14.
static enum mdt_tri has_zones(const struct mdt_model_state *state)
{
	int64_t smallest = INT64_MAX;
	int32_t larger = 0;

	if (state->unlisted != 0 || state->chunk_size == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member)
			continue;
		if (disk->sectors == MDT_MODEL_UNKNOWN)
			return MDT_UNSURE;
		smallest = strip(state, disk) < smallest ? strip(state, disk) : smallest;
	}
	for (uint32_t i = 0; i < state->disk_count; i++)
		larger += state->disks[i].is_member &&
			  strip(state, &state->disks[i]) > smallest;
	return mdt_tri_of(larger > 1);
}

static enum mdt_tri ask_no_layout(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;

	if (state->layout == LAYOUT_ORIGINAL || state->layout == LAYOUT_ALTERNATE)
		return MDT_NO;
	return state->level == 0 ? has_zones(state) : MDT_UNSURE;
}
static const struct mdt_model_guard if_no_layout = { ask_no_layout, NULL, 0 };

static enum mdt_tri ask_default_layout(const struct mdt_model_way *way, int arg _unused_)
{
	return way->options->raid0_layout;
}
static const struct mdt_model_guard if_default_layout = { ask_default_layout, NULL, 0 };

#define RUN (OP(RUN_ARRAY) | OP(ARRAY_STATE))
#define FAILED                                                                           \
	{                                                                                \
		.message = "md: pers->run() failed ..."                                  \
	}

static const struct mdt_model_row rows[] = {
	{ .rule = { .name = "run-no-chunk-size",
		    .ops = RUN,
		    .says = "raid0, and the chunk size is 0",
		    .result = EINVAL,
		    .source = "raid0.c:raid0_run",
		    .seen = { .message = "md/raid0:%s: chunk size must be set." } },
	  .when = { &if_raid0, &if_no_chunks } },
	{ .rule = { .name = "run-no-bitmaps",
		    .ops = RUN,
		    .says = "raid0 or linear, and a bitmap is recorded or given, which they cannot have: the message about it follows a pointer that is not there yet, and the kernel dies",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md.c:md_check_no_bitmap",
		    .fatal = true },
	  .when = { &if_either, &if_bitmap } },
	{ .rule = { .name = "run-not-all",
		    .ops = RUN,
		    .says = "raid0, and not every slot has just one member, or a member has none",
		    .result = EINVAL,
		    .source = "raid0.c:create_strip_zones",
		    .seen = { .message =
				      "md/raid0:%s: too few disks (N of M) - aborting!" } },
	  .when = { &if_raid0, &if_not_all } },
	{ .rule = { .name = "run-not-all-linear-old",
		    .ops = RUN,
		    .says = "linear, and not every slot has just one member, or a member has none: linear_run() returns 1, which is not an errno, and so does the call",
		    .result = 0,
		    .then = "it does not run",
		    .kernels = MDT_BEFORE(6_14),
		    .source = "md-linear.c:linear_run",
		    .seen = { .message =
				      "md/linear:%s: not enough drives present. Aborting!" } },
	  .when = { &if_linear, &if_not_all } },
	{ .rule = { .name = "run-not-all-linear",
		    .ops = RUN,
		    .says = "linear, and not every slot has just one member, or a member has none",
		    .result = EINVAL,
		    .source = "md-linear.c:linear_conf",
		    .seen = { .message =
				      "md/linear:%s: not enough drives present. Aborting!" } },
	  .when = { &if_linear, &if_not_all } },
	{ .rule = { .name = "run-no-layout-old",
		    .ops = RUN,
		    .says = "raid0 with members of different sizes, no layout in the superblocks, and raid0.default_layout is not 1 or 2; stable releases answer EOPNOTSUPP later on",
		    .result = MDT_ENOTSUPP,
		    .kernels = MDT_BEFORE(6_12),
		    .source = "raid0.c:create_strip_zones",
		    .seen = FAILED },
	  .when = { &if_raid0, &if_no_layout, &mdt_if_unsure },
	  .unless = { &if_default_layout } },
	{ .rule = { .name = "run-no-layout",
		    .ops = RUN,
		    .says = "raid0 with members of different sizes, no layout in the superblocks, and raid0.default_layout is not 1 or 2",
		    .result = EOPNOTSUPP,
		    .source = "raid0.c:create_strip_zones",
		    .seen = FAILED },
	  .when = { &if_raid0, &if_no_layout },
	  .unless = { &if_default_layout } },
};

const struct mdt_model_section mdt_rules_raid0 = { rows, array_size(rows) };
