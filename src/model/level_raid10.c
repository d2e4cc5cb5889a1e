// SPDX-License-Identifier: MIT
/* raid10: raid10.c. Of each set of copies one member must be there. */
#include <errno.h>

#include "model/personality.h"

/* ---- layouts: setup_geo() ---- */

struct geometry {
	int32_t near, far;
	bool offset;
};

// Near copies are in byte 0, far ones in byte 1; bit 16 makes those offset ones.
static bool read_layout(int32_t layout, struct geometry *ret)
{
	ret->near = layout & 0xff;
	ret->far = layout >> 8 & 0xff;
	ret->offset = layout & 1 << 16;
	return !((uint32_t)layout >> 19) && (uint32_t)layout >> 17 != 3 && ret->near &&
	       ret->far;
}

static bool is_far(const struct geometry *geometry)
{
	return geometry->far > 1 && !geometry->offset;
}

static bool is_chunk(int32_t bytes)
{
	return bytes >= MDT_MODEL_PAGE && !(bytes & (bytes - 1));
}

// calc_sectors(): whole chunks, as many as the array's chunks need.
static int64_t uses(const struct mdt_model_state *state, int64_t sectors)
{
	struct geometry geometry;
	int64_t chunk = state->chunk_size / 512, size;

	if (state->chunk_size == MDT_MODEL_UNKNOWN || !is_chunk(state->chunk_size) ||
	    state->layout == MDT_MODEL_UNKNOWN || state->raid_disks <= 0 ||
	    state->raid_disks == MDT_MODEL_SOME || !read_layout(state->layout, &geometry))
		return MDT_MODEL_UNKNOWN;
	size = sectors / chunk / geometry.far * state->raid_disks / geometry.near;
	size *= geometry.near * geometry.far;
	return (size + state->raid_disks - 1) / state->raid_disks * chunk;
}

/* ---- members ---- */

// enough(): the sets of copies, each of them a member further than the one before.
static enum mdt_tri enough_without(const struct mdt_model_state *state,
				   const struct mdt_model_disk *but)
{
	struct geometry geometry;
	int32_t disks = state->raid_disks, first = 0;
	enum mdt_tri ret = MDT_YES;

	if (state->layout == MDT_MODEL_UNKNOWN || disks <= 0 || disks > MDT_MODEL_ROLES ||
	    !read_layout(state->layout, &geometry))
		return MDT_UNSURE;
	do {
		enum mdt_tri any = MDT_NO;

		for (int32_t i = 0; i < geometry.near * geometry.far; i++)
			any = mdt_tri_or(any, mdt_model_slot_in_sync(
						      state, (first + i) % disks, but));
		ret = mdt_tri_and(ret, any);
		first = (first + geometry.near) % disks;
	} while (first);
	return ret;
}

static enum mdt_tri enough(const struct mdt_model_state *state)
{
	return enough_without(state, NULL);
}

static enum mdt_tri keeps(const struct mdt_model_state *state,
			  const struct mdt_model_disk *disk)
{
	return mdt_tri_not(enough_without(state, disk));
}

static enum mdt_tri gives_up(enum mdt_kernel kernel _unused_,
			     const struct mdt_model_state *state)
{
	return mdt_tri_not(enough(state));
}

// raid10_add_disk(): while a resync is due, none.
static enum mdt_tri takes_spares(const struct mdt_model_state *state,
				 const struct mdt_model_disk *disk)
{
	enum mdt_tri useful = disk->saved_slot == MDT_MODEL_UNKNOWN
				      ? mdt_tri_or(enough(state), MDT_UNSURE)
			      : disk->saved_slot >= 0 ? MDT_YES
						      : enough(state);

	return mdt_tri_and(mdt_tri_not(state->unsynced), useful);
}

// raid10_check_reshape()
static enum mdt_tri can_reshape(const struct mdt_model_state *state, int32_t layout,
				int32_t raid_disks _unused_)
{
	struct geometry old, new;

	if (layout == MDT_MODEL_UNKNOWN || state->layout == MDT_MODEL_UNKNOWN ||
	    !read_layout(state->layout, &old))
		return MDT_UNSURE;
	if (is_far(&old) || !read_layout(layout, &new) || is_far(&new) ||
	    new.near *new.far != old.near * old.far)
		return MDT_NO;
	return enough(state);
}

static void started(struct mdt_model_state *state)
{
	state->dev_sectors = uses(state, state->dev_sectors);
}

const struct mdt_personality mdt_level_raid10 = {
	.level = 10,
	.module = "raid10",
	.syncs = true,
	.adds = true,
	.resizes = true,
	.reshapes = true,
	.keeps = keeps,
	.enough = enough,
	.gives_up = gives_up,
	.takes_spares = takes_spares,
	.can_reshape = can_reshape,
	.uses = uses,
	.started = started,
};

/* ---- raid10_run() ---- */

static const struct mdt_model_guard if_raid10 = { mdt_ask_level, NULL, 10 };

static enum mdt_tri ask_planned(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.planned;
}
static const struct mdt_model_guard if_planned = { ask_planned, NULL, 0 };

static enum mdt_tri ask_bad_chunks(const struct mdt_model_way *way, int arg _unused_)
{
	int32_t chunk = way->state.chunk_size;

	return chunk == MDT_MODEL_UNKNOWN ? MDT_UNSURE
					  : mdt_tri_of(!is_chunk(chunk & ~511));
}
static const struct mdt_model_guard if_bad_chunks = { ask_bad_chunks, NULL, 0 };

static enum mdt_tri ask_bad_layout(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;
	struct geometry geometry;

	if (state->layout == MDT_MODEL_UNKNOWN || state->raid_disks == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	return mdt_tri_of(!read_layout(state->layout, &geometry) ||
			  geometry.near * geometry.far < 2 ||
			  geometry.near * geometry.far > state->raid_disks);
}
static const struct mdt_model_guard if_bad_layout = { ask_bad_layout, NULL, 0 };

static enum mdt_tri ask_same_slot(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_same_slot(&way->state);
}
static const struct mdt_model_guard if_same_slot = { ask_same_slot, NULL, 0 };

static enum mdt_tri ask_enough(const struct mdt_model_way *way, int arg _unused_)
{
	return enough(&way->state);
}
static const struct mdt_model_guard if_enough = { ask_enough, NULL, 0 };

static enum mdt_tri ask_far(const struct mdt_model_way *way, int arg _unused_)
{
	struct geometry geometry;

	if (way->state.level != 10)
		return MDT_NO;
	if (way->state.layout == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	return mdt_tri_of(read_layout(way->state.layout, &geometry) && is_far(&geometry));
}
const struct mdt_model_guard mdt_if_far = { ask_far, NULL, 0 };

#define RUN (OP(RUN_ARRAY) | OP(ARRAY_STATE))

static const struct mdt_model_row rows[] = {
	{ .rule = { .name = "run-raid10-planned",
		    .ops = RUN,
		    .says = "raid10 for which another layout or number of members was noted while it ran before: it starts with the new one",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "raid10.c:setup_geo",
		    .then = "the array may run" },
	  .when = { &if_raid10, &if_planned },
	  .then = mdt_then_run },
	{ .rule = { .name = "run-raid10-chunk-size",
		    .ops = RUN,
		    .says = "raid10, and the chunk size is less than a page or no power of 2",
		    .result = EINVAL,
		    .source = "raid10.c:setup_geo",
		    .seen = { .message =
				      "md/raid10:%s: chunk size must be at least PAGE_SIZE(4096) and be a power of 2." } },
	  .when = { &if_raid10, &if_bad_chunks } },
	{ .rule = { .name = "run-raid10-layout",
		    .ops = RUN,
		    .says = "raid10, and the layout is none, has one copy, or more copies than there are slots",
		    .result = EINVAL,
		    .source = "raid10.c:setup_conf",
		    .seen = { .message =
				      "md/raid10:%s: unsupported raid10 layout: 0xN" } },
	  .when = { &if_raid10, &if_bad_layout } },
	{ .rule = { .name = "run-raid10-same-slot",
		    .ops = RUN,
		    .says = "raid10, and two members have one slot",
		    .result = EIO,
		    .source = "raid10.c:raid10_run",
		    .seen = { .message = "md: pers->run() failed ..." } },
	  .when = { &if_raid10, &if_same_slot } },
	{ .rule = { .name = "run-raid10-not-enough",
		    .ops = RUN,
		    .says = "raid10, and of a set of copies no member is in sync",
		    .result = EIO,
		    .source = "raid10.c:enough",
		    .seen = { .message =
				      "md/raid10:%s: not enough operational mirrors." } },
	  .when = { &if_raid10 },
	  .unless = { &if_enough } },
};

const struct mdt_model_section mdt_rules_raid10 = { rows, array_size(rows) };
