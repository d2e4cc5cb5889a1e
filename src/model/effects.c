// SPDX-License-Identifier: MIT
/* What calls do to the array. */
#include "model/personality.h"
#include "model/thread.h"

/* ---- the node ---- */

// The end of an array with nothing in it: mddev_put(). Devices stay known.
static void destroy(struct mdt_model_state *state)
{
	struct mdt_model_state fresh;

	mdt_model_state_init(&fresh);
	memcpy(fresh.disks, state->disks, sizeof(fresh.disks));
	fresh.disk_count = state->disk_count;
	fresh.others = state->others;
	fresh.runs = state->runs;
	fresh.in_use = state->in_use;
	fresh.no_bitmaps = state->no_bitmaps;
	*state = fresh;
}

// mddev_alloc(): a number keeps it until an ioctl, a name until it is stopped.
void mdt_then_create(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	bool is_new = state->exists == MDT_NO || way->call->op == MDT_OP_NEW_ARRAY;

	if (state->exists == MDT_YES)
		return;
	if (is_new)
		destroy(state);
	state->exists = MDT_YES;
	if (is_new)
		state->hold = way->call->word == MDT_WORD_MD_NAME ? MDT_HOLD_STOP
								  : MDT_HOLD_IOCTL;
}

void mdt_then_open(struct mdt_model_way *way)
{
	mdt_then_create(way);
	way->state.openers++;
	if (way->call->exclusive)
		way->state.claimed = MDT_YES;
}

static enum mdt_tri is_empty(const struct mdt_model_state *state)
{
	enum mdt_tri ret = mdt_tri_and(mdt_model_equal(state->raid_disks, 0),
				       mdt_tri_not(mdt_model_has_members(state)));

	ret = mdt_tri_and(ret, mdt_model_equal(state->ctime, 0));
	if (state->hold == MDT_HOLD_UNKNOWN)
		return mdt_tri_and(ret, MDT_UNSURE);
	return mdt_tri_and(ret, mdt_tri_of(state->hold == MDT_HOLD_NONE));
}

void mdt_then_close(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	enum mdt_tri empty;

	if (way->call->exclusive)
		state->claimed = state->others;
	if (state->openers > 0)
		state->openers--;
	if (state->openers > 0)
		return;
	empty = is_empty(state);
	if (empty == MDT_NO)
		return;
	if (empty == MDT_YES && state->others == MDT_NO) {
		destroy(state);
		return;
	}
	// Somebody else may keep it, with MD_CLOSING and all; or not.
	state->exists = MDT_UNSURE;
	state->hold = MDT_HOLD_UNKNOWN;
	if (state->closing == MDT_YES)
		state->closing = MDT_UNSURE;
	if (state->deleted == MDT_YES)
		state->deleted = MDT_UNSURE;
}

void mdt_then_closing(struct mdt_model_way *way)
{
	way->state.closing = MDT_YES;
}

void mdt_then_not_closing(struct mdt_model_way *way)
{
	way->state.closing = MDT_NO;
}

/* ---- setting up ---- */

void mdt_then_set_version(struct mdt_model_way *way)
{
	const struct mdt_model_info *info = &way->call->info;
	struct mdt_model_state *state = &way->state;
	bool known = way->call->has_info;

	state->major_version = known ? info->major_version : MDT_MODEL_UNKNOWN;
	state->minor_version = known ? info->minor_version : MDT_MODEL_UNKNOWN;
	state->persistent = MDT_UNSURE;
	if (known && info->not_persistent != MDT_MODEL_UNKNOWN)
		state->persistent = mdt_tri_of(!info->not_persistent);
	state->ctime = MDT_MODEL_SOME; // now
}

// Twice a count of KiB; what it is not.
static int64_t sectors_of(int32_t size)
{
	return size == MDT_MODEL_UNKNOWN ? size : 2 * (int64_t)size;
}

// mddev->flags: fail_last_dev is one of them from 7.0 on (MD_FAILLAST_DEV), and in later
// stable releases of 6.12, but not in the first ones.
static void clear_flags(const struct mdt_model_way *way, struct mdt_model_state *state)
{
	if (way->options->kernel >= MDT_KERNEL_7_0)
		state->fail_last = MDT_NO;
	else if (way->options->kernel >= MDT_KERNEL_6_12)
		state->fail_last = mdt_tri_and(state->fail_last, MDT_UNSURE);
}

void mdt_then_set_all(struct mdt_model_way *way)
{
	const struct mdt_model_info *info = &way->call->info;
	struct mdt_model_state *state = &way->state;

	state->major_version = 0;
	state->minor_version = 90;
	state->ctime = MDT_MODEL_SOME; // now
	state->events = 0;
	state->family = 0; // a random uuid, new to every disk
	state->raid_disks = MDT_MODEL_SOME;
	state->level = state->layout = state->chunk_size = MDT_MODEL_UNKNOWN;
	state->dev_sectors = MDT_MODEL_UNKNOWN;
	state->persistent = state->unsynced = MDT_UNSURE;
	if (!way->call->has_info) {
		state->max_disks = MDT_MODEL_UNKNOWN;
		return;
	}
	state->raid_disks = info->raid_disks;
	state->level = info->level;
	state->layout = info->level == 0 ? -1 : info->layout;
	state->chunk_size = info->chunk_size;
	state->dev_sectors = sectors_of(info->size);
	if (info->state != MDT_MODEL_UNKNOWN)
		state->unsynced = mdt_tri_of(!(info->state & 1)); // MD_SB_CLEAN
	if (info->not_persistent != MDT_MODEL_UNKNOWN)
		state->persistent = mdt_tri_of(!info->not_persistent);
	if (state->persistent == MDT_NO)
		return;
	state->max_disks = 27; // MD_SB_DISKS
	// mddev->flags = 0, which drops MD_CLOSING and MD_BROKEN
	if (state->persistent == MDT_YES) {
		state->closing = state->broken = MDT_NO;
		clear_flags(way, state);
	}
}

void mdt_then_forget(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;

	state->raid_disks = MDT_MODEL_SOME;
	state->degraded = MDT_MODEL_UNKNOWN;
	state->layout = state->chunk_size = MDT_MODEL_UNKNOWN;
	state->dev_sectors = MDT_MODEL_UNKNOWN;
	state->bitmap = MDT_UNSURE;
	mdt_model_wake(state);
}

// update_array_info() ends in md_update_sb(), whatever came of the change. Read-only, it
// leaves a note.
void mdt_then_updated(struct mdt_model_way *way)
{
	mdt_model_update_supers(&way->state);
	if (way->state.mode != MDT_MODE_RW && !mdt_model_has_thread(&way->state))
		way->state.sb_dirty = MDT_YES;
}

// update_size(): a bare device that was added to a running array has 0 sectors, for which
// the next one's count is taken.
static int64_t largest_size(const struct mdt_model_state *state)
{
	uint32_t order[MDT_MODEL_DISKS], count = mdt_model_members(state, order);
	int64_t ret = 0;

	if (state->unlisted != 0)
		return MDT_MODEL_UNKNOWN;
	for (uint32_t i = 0; i < count; i++) {
		int64_t sectors = state->disks[order[i]].sectors;

		if (sectors == MDT_MODEL_UNKNOWN)
			return MDT_MODEL_UNKNOWN;
		if (!ret || ret > sectors)
			ret = sectors;
	}
	return ret;
}

// md_sb_equal() compares these, too: superblocks of before are another array's.
static void other_super_0(struct mdt_model_state *state, int32_t raid_disks,
			  int64_t sectors)
{
	const uint64_t mix = 0x9e3779b97f4a7c15;

	if (state->major_version == 0)
		state->family ^= (uint64_t)state->raid_disks * mix ^
				 (uint64_t)state->dev_sectors * mix << 20 ^
				 (uint64_t)raid_disks * mix ^
				 (uint64_t)sectors * mix << 20;
}

// A field of the argument, of which a log may know nothing.
static int32_t told(const struct mdt_model_way *way, int32_t field)
{
	return way->call->has_info ? field : MDT_MODEL_UNKNOWN;
}

void mdt_then_resize(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	int64_t before = state->dev_sectors, grown;
	int32_t size = told(way, way->call->info.size);
	int64_t wanted = size ? sectors_of(size) : largest_size(state);
	int64_t after = mdt_model_used_sectors(state, wanted);

	other_super_0(state, state->raid_disks, after);
	state->dev_sectors = after;
	// raid1_resize() and its like: what is new is not in sync. raid10's asks before
	// it rounds.
	grown = state->level == 10 ? wanted : after;
	if (before == MDT_MODEL_UNKNOWN || grown == MDT_MODEL_UNKNOWN)
		state->unsynced = mdt_tri_or(state->unsynced, MDT_UNSURE);
	else if (grown > before)
		state->unsynced = MDT_YES;
	mdt_model_update_supers(state);
	if (before == MDT_MODEL_UNKNOWN || grown == MDT_MODEL_UNKNOWN || grown > before)
		mdt_model_wake(state);
}

// md_allow_write(), which raid1_reshape() begins with: active, until the raid thread
// finds that nobody writes.
static void allow_write(struct mdt_model_state *state)
{
	state->in_sync = MDT_UNSURE;
	state->unsettled = MDT_YES;
	state->residue = MDT_UNSURE;
}

void mdt_then_allow_write(struct mdt_model_way *way)
{
	allow_write(&way->state);
	mdt_model_update_supers(&way->state);
}

// raid1_reshape() moves the members together, in the order of their slots.
static void close_ranks(struct mdt_model_state *state)
{
	int32_t next = 0;

	for (int32_t slot = 0; slot < MDT_MODEL_ROLES; slot++) {
		for (uint32_t i = 0; i < state->disk_count; i++) {
			struct mdt_model_disk *disk = &state->disks[i];

			if (disk->is_member && disk->slot == slot)
				disk->slot = next++;
		}
	}
}

// A change of layout of raid4 and raid5 with two members is made at once.
void mdt_then_new_layout(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;

	if (state->raid_disks == 2 && state->level != 6 && state->level != 10) {
		if (way->call->info.layout >= 0)
			state->layout = way->call->info.layout;
		mdt_model_to_record(state);
		mdt_model_wake(state);
		return;
	}
	state->planned = MDT_YES;
}

// raid5_check_reshape() makes room, raid10_check_reshape() checks: nothing changes before
// `reshape` is written to sync_action.
void mdt_then_planned(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;

	if (state->level != 10 && way->call->info.raid_disks > state->raid_disks)
		allow_write(state);
	state->planned = MDT_YES;
	mdt_model_update_supers(state);
}

void mdt_then_reshape(struct mdt_model_way *way)
{
	int32_t slots = told(way, way->call->info.raid_disks);

	if (slots == MDT_MODEL_UNKNOWN || way->state.raid_disks == MDT_MODEL_SOME)
		way->state.degraded = MDT_MODEL_UNKNOWN;
	else if (way->state.degraded != MDT_MODEL_UNKNOWN)
		way->state.degraded += slots - way->state.raid_disks;
	other_super_0(&way->state, slots, way->state.dev_sectors);
	way->state.raid_disks = slots == MDT_MODEL_UNKNOWN ? MDT_MODEL_SOME : slots;
	close_ranks(&way->state);
	allow_write(&way->state);
	mdt_model_update_supers(&way->state);
	mdt_model_wake(&way->state);
}

/* ---- starting ---- */

void mdt_then_member_read_only(struct mdt_model_way *way)
{
	way->state.mode = MDT_MODE_RO;
}

void mdt_then_start_ro(struct mdt_model_way *way)
{
	way->state.mode = MDT_MODE_AUTO;
}

// What run() of the level does to it.
static void start_level(struct mdt_model_state *state)
{
	const struct mdt_personality *it = mdt_personality_of(state);
	int64_t before = state->dev_sectors, after;

	if (!it || !it->started)
		return;
	it->started(state);
	after = state->dev_sectors;
	if (after == before)
		return;
	state->dev_sectors = before;
	other_super_0(state, state->raid_disks, after);
	state->dev_sectors = after;
}

// It ran for a moment.
void mdt_then_ran_briefly(struct mdt_model_way *way)
{
	start_level(&way->state);
}

void mdt_then_maybe_bitmap(struct mdt_model_way *way)
{
	way->state.bitmap = MDT_UNSURE;
	mdt_model_update_supers(&way->state);
	mdt_model_wake(&way->state); // mddev_resume()
}

// "file overrides offset", also one that is found to be no good
void mdt_then_bitmap_file(struct mdt_model_way *way)
{
	way->state.bitmap = MDT_NO;
	way->state.bitmap_file = mdt_tri_not(way->state.running);
	mdt_model_wake(&way->state); // mddev_resume()
}

// mddev->bitmap_info.offset stays; from 6.18 on it counts for nothing without a type of
// bitmap, which is none again (md_bitmap_destroy()).
void mdt_then_bad_bitmap(struct mdt_model_way *way)
{
	if (way->options->kernel < MDT_KERNEL_6_18)
		way->state.bitmap = MDT_YES;
	mdt_model_update_supers(&way->state);
	mdt_model_wake(&way->state); // mddev_resume()
}

// Levels without a thread are not auto-read-only; nor does run() count who is missing.
static void start_threadless(struct mdt_model_state *state)
{
	if (mdt_model_has_thread(state))
		return;
	if (state->mode == MDT_MODE_AUTO)
		state->mode = MDT_MODE_RW;
	state->degraded = 0;
}

void mdt_then_run(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	struct mdt_model_range range = mdt_model_in_sync(state);

	state->no_recovery = MDT_NO;
	state->degraded = MDT_MODEL_UNKNOWN;
	if (range.min == range.max && state->raid_disks != MDT_MODEL_SOME &&
	    state->raid_disks != MDT_MODEL_UNKNOWN)
		state->degraded = state->raid_disks - range.max;
	start_threadless(state);
	state->running = MDT_YES;
	state->line.run = ++state->runs;
	state->in_sync = MDT_YES;
	state->frozen = state->syncing = MDT_NO; // mddev->recovery = 0
	state->write_pending = MDT_NO;
	mdt_model_record(state); // left by a failure while it was read-only
	start_level(state);
	// Set up without superblocks: md_set_array_info() asks for them to be written.
	if (state->persistent == MDT_YES && state->events == 0 && !state->family &&
	    state->major_version == 0)
		mdt_then_updated(way);
	mdt_model_wake(state);
}

/* ---- stopping ---- */

// __md_stop_writes() writes the superblocks once more if something is left to record.
static void stop_writes(struct mdt_model_state *state)
{
	if (state->running == MDT_YES)
		mdt_model_record(state);
	if (state->running == MDT_YES &&
	    (state->in_sync != MDT_YES || state->unsettled == MDT_YES))
		mdt_model_may_update_supers(state);
	state->in_sync = MDT_YES;
	state->syncing = MDT_NO;
}

// A recovery of which nobody knows how far it came.
static void leave_recovery(struct mdt_model_state *state)
{
	if (state->running == MDT_NO || state->unsettled == MDT_NO ||
	    state->mode != MDT_MODE_RW)
		return;
	mdt_model_copy_supers(state);
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		// Who was in sync has been so all along.
		if (disk->is_member && disk->faulty != MDT_YES &&
		    (disk->in_sync != MDT_YES || disk->slot < 0))
			disk->super.kind = MDT_MODEL_SUPER_UNKNOWN;
	}
}

// Whether the thread has come to let go of those that failed, and to take in spares.
static void blur_members(struct mdt_model_state *state)
{
	if (state->running == MDT_NO || state->unsettled == MDT_NO)
		return;
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member || (disk->faulty == MDT_NO &&
					 disk->in_sync == MDT_YES && disk->slot >= 0))
			continue;
		disk->slot = disk->saved_slot = MDT_MODEL_UNKNOWN;
		if (disk->faulty != MDT_YES)
			disk->in_sync = mdt_tri_or(disk->in_sync, MDT_UNSURE);
	}
}

static void stop_running(struct mdt_model_state *state)
{
	stop_writes(state);
	leave_recovery(state);
	blur_members(state);
	state->running = MDT_NO;
	state->mode = MDT_MODE_RW;
	state->unsettled = state->syncing = state->residue = state->needed = MDT_NO;
	state->write_pending = state->no_recovery = MDT_NO;
}

// Read-only, nothing was recorded (__md_stop_writes()): it is when the array runs again.
void mdt_then_deactivate(struct mdt_model_way *way)
{
	stop_running(&way->state);
}

// md_clean(), export_array()
void mdt_then_stop(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	struct mdt_model_state before = *state, clean;

	stop_running(&before);
	mdt_model_state_init(&clean);
	clean.exists = MDT_YES;
	clean.deleted = way->options->kernel >= MDT_KERNEL_6_17
				? way->options->sync_delete
				: MDT_NO;
	clean.hold = before.hold == MDT_HOLD_STOP ? MDT_HOLD_NONE : before.hold;
	clean.openers = before.openers;
	clean.others = before.others;
	clean.runs = before.runs;
	clean.claimed = before.claimed;
	clean.in_use = before.in_use;
	clean.no_bitmaps = before.no_bitmaps;
	clean.fail_last = before.fail_last;
	clear_flags(way, &clean);
	// "Don't clear MD_CLOSING, or mddev can be opened again."
	clean.closing = before.closing;
	if (before.hold == MDT_HOLD_UNKNOWN && clean.closing != MDT_NO)
		clean.closing = MDT_UNSURE;
	else if (before.hold != MDT_HOLD_NONE)
		clean.closing = MDT_NO;
	memcpy(clean.disks, before.disks, sizeof(clean.disks));
	clean.disk_count = before.disk_count;
	// The folders of those that were members; of an earlier stop, too.
	clean.unsettled =
		mdt_tri_or(mdt_model_has_members(&before),
			   mdt_tri_and(mdt_tri_not(state->running), state->unsettled));
	for (uint32_t i = 0; i < clean.disk_count; i++) {
		if (clean.disks[i].is_member)
			clean.disks[i].claimed = MDT_NO;
		clean.disks[i].is_member = false;
	}
	*state = clean;
}

// The object goes with the writer of the attribute if nobody else has it. With MD_CLOSING
// set its disk was seen to stay on 6.1, and open to give ENODEV from then on.
static void put(struct mdt_model_state *state)
{
	if (state->openers > 0 || is_empty(state) == MDT_NO)
		return;
	if (state->closing == MDT_NO && state->others == MDT_NO &&
	    is_empty(state) == MDT_YES) {
		destroy(state);
		return;
	}
	state->exists = state->closing = state->deleted = MDT_UNSURE;
	state->hold = MDT_HOLD_UNKNOWN;
}

// md_attr_show() ends in mddev_put(), too.
void mdt_model_let_go(struct mdt_model_state *state)
{
	if (state->exists == MDT_YES && state->others == MDT_NO)
		put(state);
}

void mdt_then_clear(struct mdt_model_way *way)
{
	mdt_then_stop(way);
	if (way->state.hold == MDT_HOLD_IOCTL)
		way->state.hold = MDT_HOLD_NONE;
	put(&way->state);
}

void mdt_then_release(struct mdt_model_way *way)
{
	if (way->state.hold == MDT_HOLD_IOCTL)
		way->state.hold = MDT_HOLD_NONE;
	put(&way->state);
}

void mdt_then_read_only(struct mdt_model_way *way)
{
	stop_writes(&way->state);
	way->state.mode = MDT_MODE_RO;
	way->state.frozen = MDT_NO;
	mdt_model_wake(&way->state); // md_set_readonly() ends so
}

// do_md_stop() and md_set_readonly() stop a sync before they find that somebody has the
// array open, and then let it begin again.
void mdt_then_disturb(struct mdt_model_way *way)
{
	if (way->state.frozen != MDT_YES)
		mdt_model_wake(&way->state);
}

void mdt_then_froze(struct mdt_model_way *way)
{
	way->state.frozen = MDT_YES;
	way->state.syncing = MDT_NO;
}

static void now_writable(struct mdt_model_state *state)
{
	// The thread may not have looked at it since it was made read-only.
	if (state->mode != MDT_MODE_RW && state->unsettled != MDT_NO &&
	    state->sb_dirty == MDT_NO)
		state->sb_dirty = MDT_UNSURE;
	state->mode = MDT_MODE_RW;
	if (state->write_pending == MDT_YES)
		state->write_pending = MDT_UNSURE; // until the thread has run
}

void mdt_then_writable(struct mdt_model_way *way)
{
	now_writable(&way->state);
	mdt_model_wake(&way->state);
}

// md_ioctl() makes an auto-read-only array writable. When something is to be recorded it
// waits until the thread has done so; and that takes in spares on its way.
void mdt_then_allow(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	bool works = state->sb_dirty != MDT_NO;

	now_writable(state);
	if (!mdt_model_has_thread(state))
		return;
	mdt_model_record(state);
	if (works && state->frozen != MDT_YES && mdt_model_can_rebuild(state)) {
		mdt_model_leave_slots(state);
		if (mdt_model_take_slots(state)) {
			mdt_model_to_record(state); // by its next round
			state->syncing = MDT_UNSURE;
		}
	}
	mdt_model_wake(state);
}

void mdt_then_auto(struct mdt_model_way *way)
{
	if (way->state.mode == MDT_MODE_RW || way->state.mode == MDT_MODE_UNKNOWN)
		mdt_then_read_only(way);
	else if (way->state.mode == MDT_MODE_RO)
		mdt_model_wake(&way->state); // restart_array()
	way->state.mode = MDT_MODE_AUTO;
}

/* ---- attributes ---- */

void mdt_then_want_ro(struct mdt_model_way *way)
{
	way->state.mode = MDT_MODE_RO;
}

void mdt_then_want_auto(struct mdt_model_way *way)
{
	way->state.mode = MDT_MODE_AUTO;
}

void mdt_then_want_rw(struct mdt_model_way *way)
{
	way->state.mode = MDT_MODE_RW;
}

// restart_array() refuses when a member is write-protected; of an auto-read-only array
// array_state_store() does not look at what it says.
static void restart(struct mdt_model_way *way)
{
	if (mdt_model_has_members(&way->state) == MDT_NO)
		return;
	for (uint32_t i = 0; i < way->state.disk_count; i++)
		if (way->state.disks[i].is_member &&
		    way->state.disks[i].read_only == MDT_YES)
			return;
	if (way->state.mode != MDT_MODE_RW)
		mdt_then_writable(way);
}

void mdt_then_now_clean(struct mdt_model_way *way)
{
	restart(way);
	way->state.in_sync = MDT_YES;
}

void mdt_then_now_active(struct mdt_model_way *way)
{
	restart(way);
	way->state.write_pending = MDT_NO;
}

// A mark that is kept in the superblocks has them written at once; read-only, later.
void mdt_then_mark(struct mdt_model_way *way)
{
	if (way->state.mode == MDT_MODE_RW)
		mdt_model_update_supers(&way->state);
	else if (way->state.running == MDT_YES)
		way->state.sb_dirty = MDT_YES;
}

// Some marks are a reason for the thread to look at what is to be done.
void mdt_then_mark_only(struct mdt_model_way *way)
{
	if (way->call->word == MDT_WORD_WANT_REPLACEMENT)
		way->state.replacing = MDT_YES;
	mdt_model_replace(&way->state);
	if (way->call->word != MDT_WORD_BLOCKED &&
	    way->call->word != MDT_WORD_WRITE_ERROR &&
	    way->call->word != MDT_WORD_NOT_WRITE_ERROR &&
	    way->call->word != MDT_WORD_NOT_WANT_REPLACEMENT)
		mdt_model_wake(&way->state);
}

// Any write that action_store() takes makes an auto-read-only array writable.
static void acted(struct mdt_model_state *state)
{
	if (state->mode == MDT_MODE_AUTO)
		now_writable(state);
	mdt_model_wake(state);
}

void mdt_then_freeze(struct mdt_model_way *way)
{
	enum mdt_tri syncing = way->state.syncing;

	way->state.frozen = MDT_YES;
	// From 6.11 on it is no reason to make the array writable.
	if (way->options->kernel < MDT_KERNEL_6_11)
		acted(&way->state);
	else if (way->state.syncing != MDT_NO)
		mdt_model_wake(&way->state);
	// Before, a thread that is about to be made is not waited for.
	way->state.syncing = way->options->kernel < MDT_KERNEL_6_11
				     ? mdt_tri_and(syncing, MDT_UNSURE)
				     : MDT_NO;
	way->state.residue = MDT_YES;
}

void mdt_then_thaw(struct mdt_model_way *way)
{
	way->state.frozen = MDT_NO;
	acted(&way->state);
}

void mdt_then_sync(struct mdt_model_way *way)
{
	way->state.frozen = MDT_NO;
	acted(&way->state);
	if (way->state.mode != MDT_MODE_RW)
		return;
	if (way->call->word != MDT_WORD_CHECK && way->call->word != MDT_WORD_REPAIR)
		return;
	way->state.syncing = MDT_UNSURE;
	mdt_model_may_update_supers(&way->state); // md_do_sync() has it done at its end
}
