// SPDX-License-Identifier: MIT
/* RUN_ARRAY, also as a word for array_state: do_md_run(), md_run(), raid1_run(). And
 * SET_BITMAP_FILE. */
#include <errno.h>

#include "md/level.h"
#include "model/parts.h"
#include "model/personality.h"

enum { RUN = OP(RUN_ARRAY) | OP(ARRAY_STATE) };

static enum mdt_tri ask_no_fresh(const struct mdt_model_way *way, int arg _unused_)
{
	if (!mdt_model_can_analyze(&way->state))
		return MDT_UNSURE;
	return mdt_tri_of(mdt_model_freshest(&way->state) < 0);
}
static const struct mdt_model_guard if_no_fresh = { ask_no_fresh, NULL, 0 };

static enum mdt_tri ask_stale(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_any_stale(&way->state);
}

static void presume_stale(struct mdt_model_way *way, int arg _unused_, bool holds)
{
	if (!holds)
		mdt_model_presume_fresh(&way->state);
}
static const struct mdt_model_guard if_stale = { ask_stale, presume_stale, 0 };

// Data up to dev_sectors reaches into the superblock at the end: 1.0 only, as 0.90 was
// compared when it was loaded.
static enum mdt_tri ask_overlap(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;

	if (state->major_version != 1 || state->minor_version != 0)
		return state->unlisted && state->major_version == MDT_MODEL_UNKNOWN
			       ? MDT_UNSURE
			       : MDT_NO;
	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];
		int64_t end = disk->super.data_offset + state->dev_sectors;

		if (!disk->is_member || disk->faulty == MDT_YES)
			continue;
		if (disk->super.kind == MDT_MODEL_SUPER_UNKNOWN ||
		    disk->size == MDT_MODEL_UNKNOWN ||
		    state->dev_sectors == MDT_MODEL_UNKNOWN)
			return MDT_UNSURE;
		if (end > ((disk->size - 16) & ~(int64_t)7))
			return MDT_YES;
	}
	return state->unlisted ? MDT_UNSURE : MDT_NO;
}
static const struct mdt_model_guard if_overlap = { ask_overlap, NULL, 0 };

static enum mdt_tri ask_member_protected(const struct mdt_model_way *way,
					 int arg _unused_)
{
	enum mdt_tri ret = MDT_NO;

	for (uint32_t i = 0; i < way->state.disk_count; i++) {
		const struct mdt_model_disk *disk = &way->state.disks[i];

		// Of a device of which nothing is known it is not presumed.
		if (disk->is_member && disk->faulty != MDT_YES &&
		    disk->read_only == MDT_YES)
			ret = MDT_YES;
	}
	return ret;
}
static const struct mdt_model_guard if_member_protected = { ask_member_protected, NULL,
							    0 };

// The module that has the level: as the options say.
static enum mdt_tri ask_no_personality(const struct mdt_model_way *way, int arg _unused_)
{
	int32_t level = way->state.level;

	if (level == 1)
		return way->options->raid1_missing;
	if (level == MDT_MODEL_UNKNOWN || level == MDT_MODEL_SOME)
		return MDT_UNSURE;
	if (way->options->raid1_only)
		return MDT_YES;
	// LEVEL_NONE has no name here, so nothing is found; containers never run.
	if (level == -1000000 || level == -100 || !mdt_level_name(level))
		return MDT_YES;
	return MDT_UNSURE;
}
static const struct mdt_model_guard if_no_personality = { ask_no_personality, NULL, 0 };

static enum mdt_tri ask_reshaping(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.reshaping;
}
static const struct mdt_model_guard if_reshaping = { ask_reshaping, NULL, 0 };

static enum mdt_tri ask_start_ro(const struct mdt_model_way *way, int arg _unused_)
{
	return way->options->start_ro;
}
static const struct mdt_model_guard if_start_ro = { ask_start_ro, NULL, 0 };

static bool has_unknown_slot(const struct mdt_model_state *state)
{
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].is_member &&
		    state->disks[i].slot == MDT_MODEL_UNKNOWN)
			return true;
	return state->unlisted != 0;
}

// setup_conf(): two members with one slot.
static enum mdt_tri ask_same_slot(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;
	uint32_t taken = 0;

	for (uint32_t i = 0; i < state->disk_count; i++) {
		int32_t slot = state->disks[i].slot;

		if (!state->disks[i].is_member || slot < 0 || slot >= MDT_MODEL_ROLES ||
		    slot >= state->raid_disks)
			continue;
		if (taken & 1u << slot)
			return MDT_YES;
		taken |= 1u << slot;
	}
	return has_unknown_slot(state) ? MDT_UNSURE : MDT_NO;
}
static const struct mdt_model_guard if_same_slot = { ask_same_slot, NULL, 0 };

static enum mdt_tri ask_none_in_sync(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;
	struct mdt_model_range range = { 0, 0 };

	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];
		enum mdt_tri is = mdt_tri_and(disk->in_sync, mdt_tri_not(disk->faulty));

		if (!disk->is_member || disk->slot == -1 ||
		    (state->raid_disks != MDT_MODEL_SOME &&
		     disk->slot >= state->raid_disks))
			continue;
		if (disk->slot == MDT_MODEL_UNKNOWN && is != MDT_NO)
			is = MDT_UNSURE;
		range.min += is == MDT_YES;
		range.max += is != MDT_NO;
	}
	if (range.min)
		return MDT_NO;
	return range.max || state->unlisted ? MDT_UNSURE : MDT_YES;
}
static const struct mdt_model_guard if_none_in_sync = { ask_none_in_sync, NULL, 0 };

static enum mdt_tri ask_bad_bitmap(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_tri_and(mdt_tri_or(way->state.bitmap, way->state.bitmap_file),
			   way->state.no_bitmaps ? MDT_YES : MDT_UNSURE);
}
static const struct mdt_model_guard if_bad_bitmap = { ask_bad_bitmap, NULL, 0 };

static enum mdt_tri ask_bitmap_file(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.bitmap_file;
}
static const struct mdt_model_guard if_bitmap_file = { ask_bitmap_file, NULL, 0 };

// Members that are in sync in a slot, or that may be.
static int32_t present_at_most(const struct mdt_model_state *state)
{
	int32_t ret = state->unlisted == 0 ? 0 : MDT_MODEL_UNKNOWN;

	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];

		if (ret != MDT_MODEL_UNKNOWN && disk->is_member && disk->slot != -1 &&
		    disk->in_sync != MDT_NO && disk->faulty != MDT_YES)
			ret++;
	}
	return ret;
}

// raid1 has rows of its own. arg is what it then gives.
static enum mdt_tri ask_too_few(const struct mdt_model_way *way, int arg)
{
	const struct mdt_model_state *state = &way->state;
	const struct mdt_personality *personality = mdt_personality_find(state->level);
	int32_t present = present_at_most(state);

	if (!personality || personality->level == 1 || personality->refusal != arg)
		return MDT_NO;
	// Of more that may be missing the row for what is not covered speaks.
	if (present == MDT_MODEL_UNKNOWN || state->raid_disks == MDT_MODEL_UNKNOWN ||
	    state->raid_disks == MDT_MODEL_SOME || state->reshaping != MDT_NO)
		return MDT_NO;
	return mdt_tri_of(state->raid_disks - present >= personality->too_many(state));
}
static const struct mdt_model_guard if_too_few = { ask_too_few, NULL, EINVAL },
				    if_too_few_io = { ask_too_few, NULL, EIO };

static enum mdt_tri ask_no_chunks(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_personality *personality =
		mdt_personality_find(way->state.level);

	return mdt_tri_of(personality && personality->has_chunks &&
			  way->state.chunk_size == 0);
}
static const struct mdt_model_guard if_no_chunks = { ask_no_chunks, NULL, 0 };

// raid0 has two layouts, 1 and 2, and one of them must be said if the members differ in
// size, which is not followed.
static enum mdt_tri ask_no_layout(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;

	if (mdt_model_equal(state->level, 0) == MDT_NO || state->layout == 1 ||
	    state->layout == 2)
		return MDT_NO;
	return MDT_UNSURE;
}
static const struct mdt_model_guard if_no_layout = { ask_no_layout, NULL, 0 };

static const struct mdt_model_row rows[] = {
	{ .rule = { .name = "run-no-members",
		    .ops = RUN,
		    .says = "no members",
		    .result = EINVAL,
		    .source = "md.c:md_run",
		    .lines = "5876/5872/6023/6647" },
	  .unless = { &mdt_if_members } },
	{ .rule = { .name = "run-running",
		    .ops = OP(RUN_ARRAY),
		    .says = "it runs already",
		    .result = EBUSY,
		    .source = "md.c:md_run",
		    .lines = "5881/5877/6028/6652" },
	  .when = { &mdt_if_running } },
	{ .rule = { .name = "run-in-use",
		    .ops = RUN,
		    .says = "the attributes of an array that was stopped before are still in use",
		    .result = EBUSY,
		    .source = "md.c:md_run",
		    .lines = "5881/5877/6028/6652" },
	  .when = { &mdt_if_in_use } },
	{ .rule = { .name = "run-not-persistent",
		    .ops = RUN,
		    .says = "neither raid_disks nor superblocks tell what it is",
		    .result = EINVAL,
		    .source = "md.c:md_run",
		    .lines = "5890/5886/6037/6661" },
	  .unless = { &mdt_if_set_up, &mdt_if_persistent } },
	{ .rule = { .name = "run-no-fresh",
		    .ops = RUN,
		    .says = "no member with a valid superblock and a slot",
		    .result = EINVAL,
		    .source = "md.c:analyze_sbs",
		    .lines = "3824/3796/3741/3899",
		    .seen = { .message = "md: cannot find a valid disk" } },
	  .when = { &if_no_fresh },
	  .unless = { &mdt_if_set_up } },
	{ .rule = { .name = "run-kicks",
		    .ops = RUN,
		    .says = "raid_disks is 0, and a member is 2 or more events behind the freshest one",
		    .result = MDT_RESULT_CONTINUE,
		    .then = "it is let go",
		    .source = "md.c:analyze_sbs, super_1_validate",
		    .lines = "3868/3839/3781/3939",
		    .seen = { .message = "md: kicking non-fresh NAME from array!" } },
	  .when = { &if_stale },
	  .unless = { &mdt_if_set_up },
	  .then = mdt_then_kick_stale },
	{ .rule = { .name = "run-analyzes",
		    .ops = RUN,
		    .says = "raid_disks is 0: the superblock with the most events tells all",
		    .result = MDT_RESULT_CONTINUE,
		    .then = "level, raid_disks, size and the members' slots are set",
		    .source = "md.c:analyze_sbs, super_1_validate",
		    .lines = "3824/3796/3741/3899" },
	  .unless = { &mdt_if_set_up },
	  .then = mdt_then_analyze },
	{ .rule = { .name = "run-member-read-only",
		    .ops = RUN,
		    .says = "a member is a read-only device",
		    .result = MDT_RESULT_CONTINUE,
		    .then = "the array will be read-only",
		    .source = "md.c:md_run",
		    .lines = "5914/5909/6060/6684",
		    .seen = { .sysfs = "/sys/block/mdN/ro is 1" } },
	  .when = { &if_member_protected },
	  .then = mdt_then_member_read_only },
	{ .rule = { .name = "run-overlap",
		    .ops = RUN,
		    .says = "data and metadata overlap",
		    .result = EINVAL,
		    .source = "md.c:md_run",
		    .lines = "5934/5928/6079/6703",
		    .seen = { .message = "md: %s: data overlaps metadata" } },
	  .when = { &if_overlap } },
	{ .rule = { .name = "run-no-personality",
		    .ops = RUN,
		    .says = "the level's module is not loaded",
		    .result = EINVAL,
		    .then = "what the superblocks told stays: GET_ARRAY_INFO answers now",
		    .source = "md.c:md_run, find_pers (7.2: get_pers)",
		    .lines = "5965/5972/6118/1046",
		    .seen = { .message = "md: personality for level N is not loaded!" } },
	  .when = { &if_no_personality } },
	{ .rule = { .name = "run-no-chunk-size",
		    .ops = RUN,
		    .says = "the level has chunks, and the chunk size is 0",
		    .result = EINVAL,
		    .source =
			    "raid0.c:raid0_run, raid5.c:setup_conf, raid10.c:setup_conf" },
	  .when = { &if_no_chunks } },
	{ .rule = { .name = "run-too-few",
		    .ops = RUN,
		    .says = "raid0 or linear, and a member is missing: all must be there",
		    .result = EINVAL,
		    .source = "raid0.c:create_strip_zones, md-linear.c:linear_conf",
		    .seen = { .message = "md: pers->run() failed ..." } },
	  .when = { &if_too_few } },
	{ .rule = { .name = "run-too-few-redundant",
		    .ops = RUN,
		    .says = "raid4 or raid5 without two members, raid6 without three, or raid10 with fewer than its copies need",
		    .result = EIO,
		    .source =
			    "raid5.c:raid5_run, has_failed, raid10.c:raid10_run, enough",
		    .seen = { .message = "md: pers->run() failed ..." } },
	  .when = { &if_too_few_io } },
	{ .rule = { .name = "run-no-layout",
		    .ops = RUN,
		    .says = "raid0 without a layout in its superblocks, members that differ in size, and raid0.default_layout is not set to 1 or 2",
		    .result = MDT_ENOTSUPP,
		    .source = "raid0.c:create_strip_zones" },
	  .when = { &if_no_layout } },
	{ .rule = { .name = "run-other-level",
		    .ops = RUN,
		    .says = "a level other than raid1",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "the array may run",
		    .source = "md.c:md_run" },
	  .unless = { &mdt_if_raid1 },
	  .then = mdt_then_run },
	{ .rule = { .name = "run-reshaping",
		    .ops = RUN,
		    .says = "a reshape is recorded that raid1 cannot do",
		    .result = EINVAL,
		    .source = "md.c:md_run",
		    .lines = "5870/5865/6016/6641" },
	  .when = { &if_reshaping } },
	{ .rule = { .name = "run-start-ro",
		    .ops = RUN,
		    .says = "md_mod's parameter start_ro is 1",
		    .result = MDT_RESULT_CONTINUE,
		    .then = "the array will be auto-read-only: writable with the first write",
		    .source = "md.c:md_run",
		    .lines = "6019/6025/6174/6767" },
	  .when = { &if_start_ro, &mdt_if_writable },
	  .then = mdt_then_start_ro },
	{ .rule = { .name = "run-same-slot",
		    .ops = RUN,
		    .says = "two members with one slot",
		    .result = EINVAL,
		    .source = "raid1.c:setup_conf",
		    .lines = "2993/3038/3165/3121",
		    .seen = { .message = "md: pers->run() failed ..." } },
	  .when = { &if_same_slot } },
	{ .rule = { .name = "run-none-in-sync",
		    .ops = RUN,
		    .says = "no member in sync",
		    .result = EINVAL,
		    .source = "raid1.c:raid1_run",
		    .lines = "3120/3159/3272/3232",
		    .seen = { .message = "md: pers->run() failed ..." } },
	  .when = { &if_none_in_sync } },
	{ .rule = { .name = "run-bitmap-unreadable",
		    .ops = RUN,
		    .says = "a bitmap is recorded, and the array has no superblocks: its place is behind the devices' end",
		    .result = EIO,
		    .source = "md-bitmap.c:read_sb_page",
		    .lines = "6041/6047/6193/6786" },
	  .when = { &if_bad_bitmap, &mdt_if_bitmap_unreadable },
	  .unless = { &if_bitmap_file },
	  .then = mdt_then_no_bitmap },
	{ .rule = { .name = "run-bitmap",
		    .ops = RUN,
		    .says = "the superblocks say that there is a bitmap, and there is none that is valid",
		    .result = EINVAL,
		    .then = "what the superblocks told stays: GET_ARRAY_INFO answers now",
		    .source = "md-bitmap.c:md_bitmap_create",
		    .lines = "6041/6047/6193/6786",
		    .seen = { .message = "%s: failed to create bitmap (-22)" } },
	  .when = { &if_bad_bitmap },
	  .then = mdt_then_no_bitmap },
	{ .rule = { .name = "run",
		    .ops = RUN,
		    .says = "otherwise",
		    .result = 0,
		    .then = "it runs, clean even while it resyncs; a resync begins if the superblocks are not clean and two members are in sync, a recovery if a slot is free and a spare is there",
		    .source = "raid1.c:raid1_run, md.c:do_md_run",
		    .lines = "6140/6155/6275/6866",
		    .seen = { .message =
				      "md/raid1:%s: active with N out of M mirrors; before it, if a resync is due: md/raid1:%s: not clean -- starting background reconstruction",
			      .uevent = "change@/devices/virtual/block/mdN",
			      .capacity =
				      "%s: detected capacity change from 0 to SIZE (5.10: bytes; 6.1 and later: sectors)",
			      .thread =
				      "mdN_raid1; mdN_resync while a resync or recovery runs",
			      .sysfs =
				      "array_state clean (readonly, read-auto); sync_action, degraded, sync_completed, mismatch_cnt and rdN appear" } },
	  .then = mdt_then_run },
};

const struct mdt_model_section mdt_rules_run = { rows, array_size(rows) };

/* ---- SET_BITMAP_FILE ---- */

static enum mdt_tri ask_fd(const struct mdt_model_way *way, int arg)
{
	if (way->call->fd == MDT_BITMAP_FD_UNKNOWN)
		return MDT_UNSURE;
	return mdt_tri_of(way->call->fd == (enum mdt_model_bitmap_fd)arg);
}

static enum mdt_tri ask_loaded(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_has_bitmap(&way->state);
}
static const struct mdt_model_guard if_loaded = { ask_loaded, NULL, 0 };

// One in a file counts at once.
static enum mdt_tri ask_given(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_tri_or(mdt_model_has_bitmap(&way->state), way->state.bitmap_file);
}
static const struct mdt_model_guard if_given = { ask_given, NULL, 0 };

static enum mdt_tri ask_no_bitmaps(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.no_bitmaps ? MDT_YES : MDT_UNSURE;
}
static const struct mdt_model_guard if_no_bitmaps = { ask_no_bitmaps, NULL, 0 };

static const struct mdt_model_guard if_no_fd = { ask_fd, NULL, MDT_BITMAP_FD_NONE },
				    if_bad_fd = { ask_fd, NULL, MDT_BITMAP_FD_BAD };

static const struct mdt_model_row bitmap_rows[] = {
	{ .rule = { .name = "bitmap-no-code",
		    .ops = OP(SET_BITMAP_FILE),
		    .says = "no bitmap is loaded, and only a loaded one has the code for this",
		    .result = EINVAL,
		    .kernels = MDT_SINCE(6_18),
		    .source = "md.c:set_bitmap_file",
		    .lines = "-/-/-/7797" },
	  .unless = { &if_loaded } },
	{ .rule = { .name = "bitmap-busy",
		    .ops = OP(SET_BITMAP_FILE),
		    .says = "a sync is under way, or has just been asked for (mddev->recovery is not 0)",
		    .result = EBUSY,
		    .source = "md.c:set_bitmap_file",
		    .lines = "7111/7135/7198/7803" },
	  .when = { &mdt_if_running, &mdt_if_residue } },
	{ .rule = { .name = "bitmap-none",
		    .ops = OP(SET_BITMAP_FILE),
		    .says = "there is no bitmap to remove",
		    .result = ENOENT,
		    .source = "md.c:set_bitmap_file",
		    .lines = "7152/7176/7248/7853" },
	  .when = { &if_no_fd },
	  .unless = { &if_loaded } },
	{ .rule = { .name = "bitmap-exists",
		    .ops = OP(SET_BITMAP_FILE),
		    .says = "the array has a bitmap already",
		    .result = EEXIST,
		    .source = "md.c:set_bitmap_file",
		    .lines = "7105/7129/7192/7793" },
	  .when = { &if_given },
	  .unless = { &if_no_fd } },
	{ .rule = { .name = "bitmap-bad-fd",
		    .ops = OP(SET_BITMAP_FILE),
		    .says = "the argument is not the descriptor of a regular file that is open for writing",
		    .result = EBADF,
		    .source = "md.c:set_bitmap_file",
		    .lines = "7105/7129/7192/7793",
		    .seen = { .message = "%s: error: failed to get bitmap file" } },
	  .when = { &if_bad_fd } },
	{ .rule = { .name = "bitmap-file-stopped",
		    .ops = OP(SET_BITMAP_FILE),
		    .says = "a regular file, and the array does not run",
		    .result = 0,
		    .then = "RUN_ARRAY looks for the bitmap in it",
		    .kernels = MDT_BEFORE(6_6),
		    .source = "md.c:set_bitmap_file",
		    .lines = "7105/7129/-/-" },
	  .unless = { &mdt_if_running },
	  .then = mdt_then_bitmap_file },
	{ .rule = { .name = "bitmap-file-bad",
		    .ops = OP(SET_BITMAP_FILE),
		    .says = "a regular file without a bitmap, and the array runs",
		    .result = EINVAL,
		    .kernels = MDT_BEFORE(6_6),
		    .source = "md-bitmap.c:md_bitmap_create",
		    .lines = "7105/7129/-/-",
		    .seen = { .message = "%s: failed to create bitmap (-22)" } },
	  .when = { &if_no_bitmaps },
	  .then = mdt_then_bitmap_file },
	{ .rule = { .name = "bitmap-file",
		    .ops = OP(SET_BITMAP_FILE),
		    .says = "what is in the file decides",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "there may be a bitmap, or none",
		    .source = "md-bitmap.c:md_bitmap_create" },
	  .then = mdt_then_maybe_bitmap },
};

const struct mdt_model_section mdt_rules_bitmap = { bitmap_rows,
						    array_size(bitmap_rows) };
