// SPDX-License-Identifier: MIT
/* SET_ARRAY_INFO: setting up a stopped array, changing a running one. */
#include <errno.h>

#include "model/personality.h"

static enum mdt_tri ask_version_only(const struct mdt_model_way *way, int arg _unused_)
{
	if (!way->call->has_info)
		return MDT_UNSURE;
	return mdt_model_equal(way->call->info.raid_disks, 0);
}
static const struct mdt_model_guard if_version_only = { ask_version_only, NULL, 0 };

static enum mdt_tri ask_known_version(const struct mdt_model_way *way, int arg _unused_)
{
	int32_t major = way->call->info.major_version;

	if (!way->call->has_info || major == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	return mdt_tri_of(major == 0 || major == 1);
}
static const struct mdt_model_guard if_known_version = { ask_known_version, NULL, 0 };

/* ---- what differs from the running array ---- */

static enum mdt_tri differs(int64_t a, int64_t b)
{
	return mdt_tri_not(mdt_model_equal(a, b));
}

// KiB in the call, sectors in the array; below 0 it is left alone.
static enum mdt_tri size_differs(const struct mdt_model_way *way)
{
	int32_t size = way->call->info.size;
	int64_t sectors = way->state.dev_sectors;

	if (size == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	if (size < 0)
		return MDT_NO;
	if (sectors == MDT_MODEL_UNKNOWN || sectors == MDT_MODEL_SOME)
		return MDT_UNSURE;
	return mdt_tri_of(sectors / 2 != size);
}

static enum mdt_tri bitmap_differs(const struct mdt_model_way *way)
{
	int32_t state = way->call->info.state;
	bool wanted = state & 1 << 8; // MD_SB_BITMAP_PRESENT

	if (state == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	return wanted ? mdt_tri_not(mdt_model_has_bitmap(&way->state))
		      : mdt_model_has_bitmap(&way->state);
}

enum change {
	CHANGE_SIZE,
	CHANGE_RAID_DISKS,
	CHANGE_LAYOUT,
	CHANGE_BITMAP,
	CHANGES,
};

static enum mdt_tri ask_changes(const struct mdt_model_way *way, int what)
{
	const struct mdt_model_info *info = &way->call->info;

	if (!way->call->has_info)
		return MDT_UNSURE;
	switch ((enum change)what) {
	case CHANGE_SIZE:
		return size_differs(way);
	case CHANGE_RAID_DISKS:
		return differs(info->raid_disks, way->state.raid_disks);
	case CHANGE_LAYOUT:
		return differs(info->layout, way->state.layout);
	case CHANGE_BITMAP:
		return bitmap_differs(way);
	case CHANGES:
		break;
	}
	unreachable();
}
static const struct mdt_model_guard if_size = { ask_changes, NULL, CHANGE_SIZE },
				    if_raid_disks = { ask_changes, NULL,
						      CHANGE_RAID_DISKS },
				    if_layout = { ask_changes, NULL, CHANGE_LAYOUT },
				    if_bitmap = { ask_changes, NULL, CHANGE_BITMAP };

// One that is wanted cannot be there.
static enum mdt_tri ask_no_bitmaps(const struct mdt_model_way *way, int arg _unused_)
{
	if (!way->call->has_info || way->call->info.state == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	if (!(way->call->info.state & 1 << 8)) // MD_SB_BITMAP_PRESENT
		return MDT_NO;
	return way->state.no_bitmaps ? MDT_YES : MDT_UNSURE;
}
static const struct mdt_model_guard if_no_bitmaps = { ask_no_bitmaps, NULL, 0 };

// More than arg of them differ.
static enum mdt_tri ask_count(const struct mdt_model_way *way, int arg)
{
	int sure = 0, unsure = 0;

	for (int i = 0; i < CHANGES; i++) {
		enum mdt_tri it = ask_changes(way, i);

		sure += it == MDT_YES;
		unsure += it == MDT_UNSURE;
	}
	if (sure > arg)
		return MDT_YES;
	return sure + unsure > arg ? MDT_UNSURE : MDT_NO;
}
static const struct mdt_model_guard if_any_change = { ask_count, NULL, 0 },
				    if_two_changes = { ask_count, NULL, 1 };

// What update_array_info() does not let change at all.
static enum mdt_tri ask_fixed(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_info *info = &way->call->info;
	const struct mdt_model_state *state = &way->state;
	enum mdt_tri ret;

	if (!way->call->has_info)
		return MDT_UNSURE;
	ret = differs(info->major_version, state->major_version);
	ret = mdt_tri_or(ret, differs(info->minor_version, state->minor_version));
	ret = mdt_tri_or(ret, differs(info->level, state->level));
	ret = mdt_tri_or(ret, mdt_tri_not(info->same_ctime));
	if (info->not_persistent == MDT_MODEL_UNKNOWN || state->persistent == MDT_UNSURE)
		ret = mdt_tri_or(ret, MDT_UNSURE);
	else
		ret = mdt_tri_or(ret, mdt_tri_of(!info->not_persistent !=
						 (state->persistent == MDT_YES)));
	if (info->state == MDT_MODEL_UNKNOWN)
		return mdt_tri_or(ret, MDT_UNSURE);
	ret = mdt_tri_or(ret, mdt_tri_of(((uint32_t)info->state & 0xfffffe00) != 0));
	// raid1 has none unless another level was taken over; GET_ARRAY_INFO tells.
	if (state->chunk_size == MDT_MODEL_UNKNOWN)
		return ret;
	return mdt_tri_or(ret,
			  mdt_tri_of(info->chunk_size >> 9 != state->chunk_size >> 9));
}
static const struct mdt_model_guard if_fixed = { ask_fixed, NULL, 0 };

static enum mdt_tri ask_does_not_fit(const struct mdt_model_way *way, int arg _unused_)
{
	int64_t sectors = 2 * (int64_t)way->call->info.size;
	enum mdt_tri ret = way->state.unlisted == 0 ? MDT_NO : MDT_UNSURE;

	if (!way->call->has_info || way->call->info.size == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	if (sectors == 0)
		return MDT_NO;
	for (uint32_t i = 0; i < way->state.disk_count; i++) {
		const struct mdt_model_disk *disk = &way->state.disks[i];

		if (!disk->is_member)
			continue;
		ret = mdt_tri_or(ret, disk->sectors == MDT_MODEL_UNKNOWN
					      ? MDT_UNSURE
					      : mdt_tri_of(disk->sectors < sectors));
	}
	return ret;
}
static const struct mdt_model_guard if_does_not_fit = { ask_does_not_fit, NULL, 0 };

static enum mdt_tri ask_bad_count(const struct mdt_model_way *way, int arg _unused_)
{
	int32_t wanted = way->call->info.raid_disks, max = way->state.max_disks;

	if (!way->call->has_info || wanted == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	if (wanted <= 0)
		return MDT_YES;
	if (max == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	return mdt_tri_of(max && wanted >= max);
}
static const struct mdt_model_guard if_bad_count = { ask_bad_count, NULL, 0 };

// raid1_reshape() counts the slots that have somebody in them.
static enum mdt_tri ask_occupied(const struct mdt_model_way *way, int arg _unused_)
{
	int32_t wanted = way->call->info.raid_disks, sure = 0, unsure = 0;

	if (!way->call->has_info || wanted == MDT_MODEL_UNKNOWN ||
	    way->state.unlisted != 0)
		return MDT_UNSURE;
	for (uint32_t i = 0; i < way->state.disk_count; i++) {
		const struct mdt_model_disk *disk = &way->state.disks[i];
		bool moves = way->state.unsettled != MDT_NO && disk->in_sync != MDT_YES;

		if (!disk->is_member)
			continue;
		if (disk->slot == MDT_MODEL_UNKNOWN || moves)
			unsure++;
		else
			sure += disk->slot >= 0;
	}
	if (sure > wanted)
		return MDT_YES;
	return sure + unsure > wanted ? MDT_UNSURE : MDT_NO;
}
static const struct mdt_model_guard if_occupied = { ask_occupied, NULL, 0 };

// Levels that note it, and those that have no check.
static enum mdt_tri ask_can_reshape(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_info *info = &way->call->info;
	const struct mdt_personality *it = mdt_personality_of(&way->state);

	if (!it || !it->can_reshape)
		return MDT_YES;
	if (!way->call->has_info)
		return MDT_UNSURE;
	return it->can_reshape(&way->state, info->layout, info->raid_disks);
}
static const struct mdt_model_guard if_can_reshape = { ask_can_reshape, NULL, 0 };

#define UPDATE_SEEN                                                                      \
	{                                                                                \
		.message = "md: couldn't update array info. -N"                          \
	}

static const struct mdt_model_row rows[] = {
	{ .rule = { .name = "set-pointer",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the argument points to memory that cannot be read; NULL is fine, and a struct of zeros",
		    .result = EFAULT,
		    .source = "md.c:__md_set_array_info",
		    .lines = "7674/7693/7673/8306" },
	  .when = { &mdt_if_bad_pointer } },
	/* a running array: update_array_info() */
	{ .rule = { .name = "update-other-level",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs with a level that is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "size, raid_disks, layout or bitmap may have changed",
		    .source = "md.c:update_array_info" },
	  .when = { &mdt_if_running },
	  .unless = { &mdt_if_followed },
	  .then = mdt_then_forget },
	{ .rule = { .name = "update-fixed",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs, and its version, ctime, level, persistence, chunk size or a state bit above 8 would change",
		    .result = EINVAL,
		    .source = "md.c:update_array_info",
		    .lines = "7390/7414/7476/8105",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_fixed } },
	{ .rule = { .name = "update-nothing",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs, and nothing would change",
		    .result = 0,
		    .source = "md.c:update_array_info",
		    .lines = "7411/7435/7497/8126" },
	  .when = { &mdt_if_running },
	  .unless = { &if_any_change } },
	{ .rule = { .name = "update-two",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs, and more than one of size, raid_disks, layout and bitmap would change",
		    .result = EINVAL,
		    .source = "md.c:update_array_info",
		    .lines = "7413/7437/7499/8128",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_two_changes } },
	{ .rule = { .name = "update-layout",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs, and its level cannot change layouts: raid0, raid1, linear",
		    .result = EINVAL,
		    .source = "md.c:update_array_info, raid1.c:raid1_reshape",
		    .lines = "3244/3274/3384/3341",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_layout, &mdt_if_no_reshapes } },
	{ .rule = { .name = "update-layout-refused",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs, and cannot have this layout: none of its level's; raid10: far copies, or another number of copies; or too many members are missing",
		    .result = EINVAL,
		    .source =
			    "raid5.c:raid5_check_reshape, raid10.c:raid10_check_reshape",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_layout },
	  .unless = { &if_can_reshape } },
	{ .rule = { .name = "update-layout-noted",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs, and only the layout differs: raid4, raid5, raid6, raid10",
		    .result = 0,
		    .then = "the layout is noted, for when reshape is written to sync_action; of raid4 and raid5 with two members it changes at once",
		    .source =
			    "raid5.c:raid5_check_reshape, raid10.c:raid10_check_reshape" },
	  .when = { &mdt_if_running, &if_layout },
	  .then = mdt_then_new_layout },
	{ .rule = { .name = "size-fixed",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs, and its level uses all of its members: raid0, linear",
		    .result = EINVAL,
		    .then = "the superblocks are written all the same",
		    .source = "md.c:update_size",
		    .lines = "7287/7311/7376/7983",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_size, &mdt_if_no_resizes },
	  .then = mdt_then_updated },
	{ .rule = { .name = "size-syncing",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the size cannot change while a sync runs",
		    .result = EBUSY,
		    .then = "the superblocks are written all the same",
		    .source = "md.c:update_size",
		    .lines = "7287/7311/7376/7983",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_size, &mdt_if_syncing },
	  .then = mdt_then_updated },
	{ .rule = { .name = "size-read-only",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs read-only: its size cannot change",
		    .result = EROFS,
		    .source = "md.c:update_size",
		    .lines = "7287/7311/7376/7983",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_size },
	  .unless = { &mdt_if_writable } },
	{ .rule = { .name = "size-member",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "a member is too small for the size",
		    .result = ENOSPC,
		    .then = "the superblocks are written all the same",
		    .source = "md.c:update_size",
		    .lines = "7287/7311/7376/7983",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_size, &if_does_not_fit },
	  .then = mdt_then_updated },
	{ .rule = { .name = "size-far",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "raid10 with far copies cannot have another size",
		    .result = EINVAL,
		    .then = "the superblocks are written all the same",
		    .source = "raid10.c:raid10_resize",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_size, &mdt_if_far },
	  .then = mdt_then_updated },
	{ .rule = { .name = "size",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs, and only the size differs; 0 is the largest that fits",
		    .result = 0,
		    .then = "the array has the new size; what is new is resynced",
		    .source =
			    "raid1.c:raid1_resize, raid5.c:raid5_resize, raid10.c:raid10_resize",
		    .lines = "3183/3213/3321/3280",
		    .seen = { .message = "%s: detected capacity change from A to B",
			      .uevent = "change@ with RESIZE=1, on 6.1 and later",
			      .capacity = "the new size",
			      .thread = "mdN_resync, when it grew" } },
	  .when = { &mdt_if_running, &if_size },
	  .then = mdt_then_resize },
	{ .rule = { .name = "reshape-fixed",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs, and its level has as many members as it has: raid0, linear",
		    .result = EINVAL,
		    .then = "the superblocks are written all the same",
		    .source = "md.c:update_raid_disks",
		    .lines = "7331/7355/7418/8025",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_raid_disks, &mdt_if_no_resizes },
	  .then = mdt_then_updated },
	{ .rule = { .name = "reshape-read-only",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs read-only: its number of members cannot change",
		    .result = EROFS,
		    .source = "md.c:update_raid_disks",
		    .lines = "7331/7355/7418/8025",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_raid_disks },
	  .unless = { &mdt_if_writable } },
	{ .rule = { .name = "reshape-count",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "raid_disks is not above 0, or as many as superblocks have room for",
		    .result = EINVAL,
		    .then = "the superblocks are written all the same",
		    .source = "md.c:update_raid_disks",
		    .lines = "7331/7355/7418/8025",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_raid_disks, &if_bad_count },
	  .then = mdt_then_updated },
	{ .rule = { .name = "reshape-syncing",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "raid_disks cannot change while a sync runs",
		    .result = EBUSY,
		    .then = "the superblocks are written all the same",
		    .source = "md.c:update_raid_disks",
		    .lines = "7331/7355/7418/8025",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_raid_disks, &mdt_if_syncing },
	  .then = mdt_then_updated },
	{ .rule = { .name = "reshape-occupied",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "raid1, and more members than that are in use",
		    .result = EBUSY,
		    .then = "the superblocks are written all the same",
		    .source = "raid1.c:raid1_reshape",
		    .lines = "3258/3288/3398/3355",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_raid_disks, &if_occupied, &mdt_if_no_reshapes },
	  .then = mdt_then_allow_write },
	{ .rule = { .name = "reshape-refused",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "too many members are missing, or so few slots are none: raid4 and raid5 have 2 at least, raid6 has 4",
		    .result = EINVAL,
		    .then = "the superblocks are written all the same",
		    .source = "raid5.c:check_reshape, raid10.c:raid10_check_reshape",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_raid_disks },
	  .unless = { &if_can_reshape },
	  .then = mdt_then_updated },
	{ .rule = { .name = "reshape-noted",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs, and only raid_disks differs: raid4, raid5, raid6, raid10",
		    .result = 0,
		    .then = "the number is noted, for when reshape is written to sync_action; raid_disks is as before",
		    .source = "raid5.c:check_reshape, raid10.c:raid10_check_reshape" },
	  .when = { &mdt_if_running, &if_raid_disks },
	  .unless = { &mdt_if_no_reshapes },
	  .then = mdt_then_planned },
	{ .rule = { .name = "reshape",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs, and only raid_disks differs: raid1",
		    .result = 0,
		    .then = "the array has so many slots; spares are taken into new ones",
		    .source = "raid1.c:raid1_reshape",
		    .lines = "3244/3274/3384/3341",
		    .seen = { .thread = "mdN_resync, when a spare is there",
			      .sysfs = "raid_disks, degraded" } },
	  .when = { &mdt_if_running, &if_raid_disks },
	  .then = mdt_then_reshape },
	{ .rule = { .name = "update-bitmap-none",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array runs, and its level has no bitmaps: raid0, linear",
		    .result = EINVAL,
		    .source = "md.c:update_array_info",
		    .lines = "7437/7461/7523/8152",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_bitmap, &mdt_if_no_syncs } },
	{ .rule = { .name = "update-bitmap-busy",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the bitmap cannot change while mddev->recovery has any bit set: a sync runs, or one has just been asked for",
		    .result = EBUSY,
		    .source = "md.c:update_array_info",
		    .lines = "7443/7467/7529/8158",
		    .seen = UPDATE_SEEN },
	  .when = { &mdt_if_running, &if_bitmap, &mdt_if_residue } },
	{ .rule = { .name = "update-bitmap-unreadable",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "a bitmap is to come, and no member is in sync to read it from; or the array has no superblocks: its place is after the devices' end",
		    .result = EIO,
		    .then = "where the bitmap is to be stays set, so that the array is not run again before it is stopped",
		    .source = "md.c:update_array_info, md-bitmap.c:read_sb_page",
		    .lines = "7437/7461/7523/8152" },
	  .when = { &mdt_if_running, &if_bitmap, &if_no_bitmaps,
		    &mdt_if_bitmap_unreadable },
	  .then = mdt_then_bad_bitmap },
	{ .rule = { .name = "update-bitmap-bad",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "a bitmap is to come, and the members have no superblock of one",
		    .result = EINVAL,
		    .then = "the array's superblocks are written all the same; where the bitmap is to be stays set, so that the array is not run again before it is stopped",
		    .kernels = MDT_BEFORE(6_18),
		    .source = "md.c:update_array_info, md-bitmap.c:md_bitmap_read_sb",
		    .lines = "7437/7461/7523/8152",
		    .seen = { .message =
				      "%s: invalid bitmap file superblock: bad magic" } },
	  .when = { &mdt_if_running, &if_bitmap, &if_no_bitmaps },
	  .then = mdt_then_bad_bitmap },
	{ .rule = { .name = "update-bitmap-bad-6.18",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "a bitmap is to come, and the members have no superblock of one",
		    .result = EINVAL,
		    .then = "the array's superblocks are written all the same; that there was to be one is forgotten, and the array can be run again",
		    .kernels = MDT_SINCE(6_18),
		    .source = "md.c:update_array_info, md-bitmap.c:md_bitmap_read_sb",
		    .lines = "-/-/-/8152",
		    .seen = { .message =
				      "%s: invalid bitmap file superblock: bad magic" } },
	  .when = { &mdt_if_running, &if_bitmap, &if_no_bitmaps },
	  .then = mdt_then_bad_bitmap },
	{ .rule = { .name = "update-bitmap",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "an internal bitmap comes or goes, which depends on what is on the members",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "there may be a bitmap, or none",
		    .source = "md.c:update_array_info",
		    .lines = "7437/7461/7523/8152" },
	  .when = { &mdt_if_running },
	  .then = mdt_then_maybe_bitmap },
	/* a stopped one: md_set_array_info() */
	{ .rule = { .name = "set-has-disks",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "the array has members already",
		    .result = EBUSY,
		    .source = "md.c:__md_set_array_info",
		    .lines = "7687/7706/7684/8317",
		    .seen = { .message = "md: array %s already has disks!" } },
	  .when = { &mdt_if_members } },
	{ .rule = { .name = "set-initialised",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "it is set up already (raid_disks is not 0)",
		    .result = EBUSY,
		    .source = "md.c:__md_set_array_info",
		    .lines = "7692/7711/7689/8322",
		    .seen = { .message = "md: array %s already initialised!" } },
	  .when = { &mdt_if_set_up } },
	{ .rule = { .name = "set-version-unknown",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "a superblock version that does not exist",
		    .result = EINVAL,
		    .source = "md.c:md_set_array_info",
		    .lines = "7210/7234/7299/7906",
		    .seen = { .message = "md: superblock version N not known" } },
	  .when = { &if_version_only },
	  .unless = { &if_known_version } },
	{ .rule = { .name = "set-version",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "raid_disks is 0: only the version of the superblocks to come is told",
		    .result = 0,
		    .then = "version, persistence and ctime are set, so it survives a close; array_state is still clear",
		    .source = "md.c:md_set_array_info",
		    .lines = "7204/7228/7293/7900",
		    .seen = { .sysfs = "metadata_version" } },
	  .when = { &if_version_only },
	  .then = mdt_then_set_version },
	{ .rule = { .name = "set-all",
		    .ops = OP(SET_ARRAY_INFO),
		    .says = "raid_disks is not 0: the whole array is described; nothing of it is checked",
		    .result = 0,
		    .then = "version 0.90.3 whatever was asked for; level, size, raid_disks, layout and chunk size are set; persistent: MD_CLOSING and MD_BROKEN are clear",
		    .source = "md.c:md_set_array_info",
		    .lines = "7224/7248/7313/7920",
		    .seen = { .sysfs = "array_state changes from clear to inactive" } },
	  .then = mdt_then_set_all },
};

const struct mdt_model_section mdt_rules_set = { rows, array_size(rows) };
