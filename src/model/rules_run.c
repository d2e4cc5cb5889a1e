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
	uint32_t levels = way->options->levels;
	int32_t level = way->state.level;

	if (level == MDT_MODEL_UNKNOWN || level == MDT_MODEL_SOME)
		return MDT_UNSURE;
	if (levels)
		return mdt_tri_of(level < -1 || level > 10 ||
				  !(levels & MDT_LEVEL_BIT(level)));
	if (level == 1)
		return way->options->raid1_missing;
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
	{ .rule = { .name = "run-other-level",
		    .ops = RUN,
		    .says = "a level that is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "the array may run",
		    .source = "md.c:md_run" },
	  .unless = { &mdt_if_followed },
	  .then = mdt_then_run },
	{ .rule = { .name = "run-reshaping",
		    .ops = RUN,
		    .says = "a reshape is recorded, and the level has none: raid0, raid1, linear",
		    .result = EINVAL,
		    .source = "md.c:md_run",
		    .lines = "5870/5865/6016/6641" },
	  .when = { &if_reshaping, &mdt_if_no_reshapes } },
	{ .rule = { .name = "run-reshape",
		    .ops = RUN,
		    .says = "a reshape is recorded, or was noted while it ran before: how it goes on is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "the array may run",
		    .source = "raid5.c:raid5_run, raid10.c:raid10_run" },
	  .when = { &if_reshaping },
	  .unless = { &mdt_if_no_reshapes },
	  .then = mdt_then_run },
	{ .rule = { .name = "run-start-ro",
		    .ops = RUN,
		    .says = "md_mod's parameter start_ro is 1",
		    .result = MDT_RESULT_CONTINUE,
		    .then = "the array will be auto-read-only: writable with the first write",
		    .source = "md.c:md_run",
		    .lines = "6019/6025/6174/6767" },
	  .when = { &if_start_ro, &mdt_if_writable },
	  .then = mdt_then_start_ro },
};

const struct mdt_model_section mdt_rules_run = { rows, array_size(rows) };

/* ---- behind the level's run() ---- */

static const struct mdt_model_row started_rows[] = {
	{ .rule = { .name = "run-bitmap-unreadable",
		    .ops = RUN,
		    .says = "a bitmap is recorded, and the array has no superblocks: its place is after the devices' end",
		    .result = EIO,
		    .source = "md-bitmap.c:read_sb_page",
		    .lines = "6041/6047/6193/6786" },
	  .when = { &if_bad_bitmap, &mdt_if_bitmap_unreadable },
	  .unless = { &if_bitmap_file, &mdt_if_no_syncs },
	  .then = mdt_then_ran_briefly },
	{ .rule = { .name = "run-bitmap",
		    .ops = RUN,
		    .says = "the superblocks say that there is a bitmap, and there is none that is valid",
		    .result = EINVAL,
		    .then = "what the superblocks told stays: GET_ARRAY_INFO answers now",
		    .source = "md-bitmap.c:md_bitmap_create",
		    .lines = "6041/6047/6193/6786",
		    .seen = { .message = "%s: failed to create bitmap (-22)" } },
	  .when = { &if_bad_bitmap },
	  .unless = { &mdt_if_no_syncs },
	  .then = mdt_then_ran_briefly },
	{ .rule = { .name = "run",
		    .ops = RUN,
		    .says = "otherwise",
		    .result = 0,
		    .then = "it runs, clean even while it resyncs; a resync begins if the superblocks are not clean and two members are in sync, a recovery if a slot is free and a spare is there",
		    .source = "md.c:do_md_run, raid1.c:raid1_run and its like",
		    .lines = "6140/6155/6275/6866",
		    .seen = { .message =
				      "md/raid1:%s: active with N out of M mirrors; before it, if a resync is due: md/raid1:%s: not clean -- starting background reconstruction",
			      .uevent = "change@/devices/virtual/block/mdN",
			      .capacity =
				      "%s: detected capacity change from 0 to SIZE (5.10: bytes; 6.1 and later: sectors)",
			      .thread =
				      "mdN_raid1 (mdN_LEVEL; none of raid0 and linear); mdN_resync while a resync or recovery runs",
			      .sysfs =
				      "array_state clean (readonly, read-auto); sync_action, degraded, sync_completed, mismatch_cnt and rdN appear" } },
	  .then = mdt_then_run },
};

const struct mdt_model_section mdt_rules_started = { started_rows,
						     array_size(started_rows) };

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

// Of levels that are not known other rows speak, but none of SET_BITMAP_FILE.
static enum mdt_tri ask_resyncs(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_resyncs(&way->state);
}
static const struct mdt_model_guard if_resyncs = { ask_resyncs, NULL, 0 };

static const struct mdt_model_row bitmap_rows[] = {
	{ .rule = { .name = "bitmap-no-code",
		    .ops = OP(SET_BITMAP_FILE),
		    .says = "no bitmap is loaded, and only a loaded one has the code for this",
		    .result = EINVAL,
		    .kernels = MDT_SINCE(6_18),
		    .source = "md.c:set_bitmap_file",
		    .lines = "-/-/-/7797" },
	  .unless = { &if_loaded } },
	{ .rule = { .name = "bitmap-no-thread",
		    .ops = OP(SET_BITMAP_FILE),
		    .says = "the array runs, and its level has no bitmaps: raid0, linear",
		    .result = EBUSY,
		    .source = "md.c:set_bitmap_file",
		    .lines = "7111/7135/7198/7803" },
	  .when = { &mdt_if_running },
	  .unless = { &if_resyncs } },
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
