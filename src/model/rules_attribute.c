// SPDX-License-Identifier: MIT
/*
 * Writes to attributes other than array_state, sync_action and a member's state. Of an
 * array that does not run they set what SET_ARRAY_INFO sets. Where the kernel's checks
 * are not known here the result is not covered, and what may have changed is not known
 * any more.
 */
#include <errno.h>

#include "model/parts.h"

static enum mdt_tri ask_attr(const struct mdt_model_way *way, int arg)
{
	return mdt_tri_of(way->call->attr == (enum mdt_model_attr)arg);
}
static const struct mdt_model_guard if_version = { ask_attr, NULL, MDT_ATTR_VERSION },
				    if_level = { ask_attr, NULL, MDT_ATTR_LEVEL },
				    if_disks = { ask_attr, NULL, MDT_ATTR_RAID_DISKS },
				    if_chunk = { ask_attr, NULL, MDT_ATTR_CHUNK_SIZE },
				    if_layout = { ask_attr, NULL, MDT_ATTR_LAYOUT },
				    if_size = { ask_attr, NULL, MDT_ATTR_COMPONENT_SIZE },
				    if_new_dev = { ask_attr, NULL, MDT_ATTR_NEW_DEV },
				    if_bitmap = { ask_attr, NULL, MDT_ATTR_BITMAP },
				    if_resync = { ask_attr, NULL, MDT_ATTR_RESYNC },
				    if_reshape = { ask_attr, NULL, MDT_ATTR_RESHAPE },
				    if_harmless = { ask_attr, NULL, MDT_ATTR_HARMLESS },
				    if_slot = { ask_attr, NULL, MDT_ATTR_SLOT },
				    if_place = { ask_attr, NULL, MDT_ATTR_PLACE },
				    if_recovery = { ask_attr, NULL, MDT_ATTR_RECOVERY };

static enum mdt_tri ask_value(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_tri_of(way->call->has_value);
}
static const struct mdt_model_guard if_value = { ask_value, NULL, 0 };

// The format's name of an array with external metadata may change at any time.
static enum mdt_tri ask_renames(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_tri_and(way->state.external, mdt_tri_of(way->call->external));
}
static const struct mdt_model_guard if_renames = { ask_renames, NULL, 0 };

static enum mdt_tri ask_larger(const struct mdt_model_way *way, int arg _unused_)
{
	int64_t has = way->state.dev_sectors;

	if (has == 0)
		return MDT_NO;
	if (has == MDT_MODEL_UNKNOWN || has == MDT_MODEL_SOME)
		return MDT_UNSURE;
	return mdt_tri_of(2 * way->call->value > has);
}
static const struct mdt_model_guard if_larger = { ask_larger, NULL, 0 };

/* ---- effects ---- */

static struct mdt_model_disk *member_of(struct mdt_model_way *way)
{
	return way->device < 0 ? NULL : &way->state.disks[way->device];
}

static void then_version(struct mdt_model_way *way)
{
	const struct mdt_model_info *info = &way->call->info;

	way->state.major_version = info->major_version;
	way->state.minor_version = info->minor_version;
	way->state.persistent = mdt_tri_of(!info->not_persistent);
	way->state.external = mdt_tri_of(way->call->external);
}

static void then_level(struct mdt_model_way *way)
{
	way->state.level = (int32_t)way->call->value;
}

static void then_disks(struct mdt_model_way *way)
{
	way->state.raid_disks = (int32_t)way->call->value;
}

static void then_chunk(struct mdt_model_way *way)
{
	way->state.chunk_size = (int32_t)way->call->value;
}

static void then_layout(struct mdt_model_way *way)
{
	way->state.layout = (int32_t)way->call->value;
}

static void then_size(struct mdt_model_way *way)
{
	way->state.dev_sectors = 2 * way->call->value;
}

// 0 is as large as the members allow.
static void then_resize(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;

	state->dev_sectors = way->call->has_value && way->call->value
				     ? 2 * way->call->value
				     : MDT_MODEL_UNKNOWN;
	state->unsynced = mdt_tri_or(state->unsynced, MDT_UNSURE);
	mdt_model_wake(state);
}

// Members, slots and levels of an array that runs may be others.
static void then_reshaped(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;

	state->raid_disks = MDT_MODEL_SOME;
	state->degraded = state->layout = state->chunk_size = MDT_MODEL_UNKNOWN;
	if (way->call->attr == MDT_ATTR_LEVEL)
		state->level = MDT_MODEL_UNKNOWN;
	state->reshaping = MDT_UNSURE;
	for (uint32_t i = 0; i < state->disk_count; i++) {
		if (!state->disks[i].is_member)
			continue;
		state->disks[i].slot = state->disks[i].saved_slot = MDT_MODEL_UNKNOWN;
		state->disks[i].in_sync = MDT_UNSURE;
	}
	mdt_model_wake(state);
}

static void then_bitmap(struct mdt_model_way *way)
{
	way->state.bitmap = way->state.bitmap_file = MDT_UNSURE;
	way->state.no_bitmaps = false;
}

static void then_resync(struct mdt_model_way *way)
{
	way->state.unsynced = MDT_UNSURE;
}

static void then_reshape(struct mdt_model_way *way)
{
	way->state.reshaping = MDT_UNSURE;
}

static void then_slot(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = member_of(way);

	if (!disk)
		return;
	disk->is_member = true;
	disk->in_sync = MDT_UNSURE;
	disk->slot = way->call->has_value && way->state.running == MDT_NO
			     ? (int32_t)way->call->value
			     : MDT_MODEL_UNKNOWN;
}

static void then_place(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = member_of(way);

	if (disk)
		disk->sectors = MDT_MODEL_UNKNOWN;
}

static void then_recovery(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = member_of(way);

	if (disk)
		disk->in_sync = MDT_UNSURE;
}

/* ---- rules ---- */

static const struct mdt_model_row rows[] = {
	{ .rule = { .name = "attr-version-members",
		    .ops = OP(ATTRIBUTE),
		    .says = "the array has members (metadata_version)",
		    .result = EBUSY,
		    .source = "md.c:metadata_store" },
	  .when = { &if_version, &mdt_if_members },
	  .unless = { &if_renames },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-version",
		    .ops = OP(ATTRIBUTE),
		    .says = "metadata_version, and the array has no members",
		    .result = 0,
		    .then = "it has superblocks of this version, none, or external metadata",
		    .source = "md.c:metadata_store" },
	  .when = { &if_version, &if_value },
	  .then = then_version,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-level",
		    .ops = OP(ATTRIBUTE),
		    .says = "level, and the array does not run",
		    .result = 0,
		    .then = "the level is looked for when it is started",
		    .source = "md.c:level_store" },
	  .when = { &if_level, &if_value },
	  .unless = { &mdt_if_running },
	  .then = then_level,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-raid-disks",
		    .ops = OP(ATTRIBUTE),
		    .says = "raid_disks, and the array does not run",
		    .result = 0,
		    .then = "the array has so many slots",
		    .source = "md.c:raid_disks_store" },
	  .when = { &if_disks, &if_value },
	  .unless = { &mdt_if_running },
	  .then = then_disks,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-chunk-size",
		    .ops = OP(ATTRIBUTE),
		    .says = "chunk_size, and the array does not run",
		    .result = 0,
		    .source = "md.c:chunk_size_store" },
	  .when = { &if_chunk, &if_value },
	  .unless = { &mdt_if_running },
	  .then = then_chunk,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-layout",
		    .ops = OP(ATTRIBUTE),
		    .says = "layout, and the array does not run",
		    .result = 0,
		    .source = "md.c:layout_store" },
	  .when = { &if_layout, &if_value },
	  .unless = { &mdt_if_running },
	  .then = then_layout,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-size-larger",
		    .ops = OP(ATTRIBUTE),
		    .says = "component_size is larger than it is, and the array does not run",
		    .result = ENOSPC,
		    .source = "md.c:size_store" },
	  .when = { &if_size, &if_value, &if_larger },
	  .unless = { &mdt_if_running },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-size",
		    .ops = OP(ATTRIBUTE),
		    .says = "component_size, and the array does not run",
		    .result = 0,
		    .then = "each member counts with so much",
		    .source = "md.c:size_store" },
	  .when = { &if_size, &if_value },
	  .unless = { &mdt_if_running },
	  .then = then_size,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-resize",
		    .ops = OP(ATTRIBUTE),
		    .says = "component_size of an array that runs: what update_size() checks is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "if it succeeds, each member counts with so much",
		    .source = "md.c:size_store, update_size" },
	  .when = { &if_size },
	  .then = then_resize,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-new-dev",
		    .ops = OP(ATTRIBUTE),
		    .says = "new_dev: whether the device can be added is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "if it succeeds, the device is a member without a slot",
		    .source = "md.c:new_dev_store" },
	  .when = { &if_new_dev },
	  .then = mdt_then_bind_unknown,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-slot",
		    .ops = OP(ATTRIBUTE),
		    .says = "slot: whether the member can have it is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "if it succeeds, the member has this slot, or none",
		    .source = "md.c:slot_store" },
	  .when = { &if_slot },
	  .then = then_slot,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-place",
		    .ops = OP(ATTRIBUTE),
		    .says = "where a member's data lie and how much they are: what it may be is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md.c:offset_store, rdev_size_store" },
	  .when = { &if_place },
	  .then = then_place,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-recovery",
		    .ops = OP(ATTRIBUTE),
		    .says = "recovery_start: how much of a member is in sync is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md.c:recovery_start_store" },
	  .when = { &if_recovery },
	  .then = then_recovery,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-bitmap",
		    .ops = OP(ATTRIBUTE),
		    .says = "bitmaps that are made or removed by attributes are not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md-bitmap.c:location_store" },
	  .when = { &if_bitmap },
	  .then = then_bitmap,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-resync-start",
		    .ops = OP(ATTRIBUTE),
		    .says = "resync_start: how much is in sync is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md.c:resync_start_store" },
	  .when = { &if_resync },
	  .then = then_resync,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-reshape",
		    .ops = OP(ATTRIBUTE),
		    .says = "a reshape that is set up by attributes is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md.c:reshape_position_store" },
	  .when = { &if_reshape },
	  .then = then_reshape,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-harmless",
		    .ops = OP(ATTRIBUTE),
		    .says = "nothing that is followed depends on this attribute; whether it takes the value is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md.c:md_attr_store" },
	  .when = { &if_harmless },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-running",
		    .ops = OP(ATTRIBUTE),
		    .says = "an array that runs takes another level, layout, chunk size or number of slots: not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "if it succeeds, slots and members are not known any more",
		    .source =
			    "md.c:level_store, update_raid_disks, layout_store, chunk_size_store" },
	  .when = { &mdt_if_running },
	  .then = then_reshaped,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "attr-other",
		    .ops = OP(ATTRIBUTE),
		    .says = "this attribute, or this value of it, is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md.c:md_attr_store" },
	  .exit = MDT_EXIT_AT_ONCE },
};

const struct mdt_model_section mdt_rules_attribute = { rows, array_size(rows) };
