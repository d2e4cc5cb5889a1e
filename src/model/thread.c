// SPDX-License-Identifier: MIT
/* What the raid thread does behind the calls: members leave their slots and get others,
 * resync and recovery begin and end. */
#include "model/personality.h"
#include "model/thread.h"

// Not in sync, or so without a slot.
static enum mdt_tri may_recover(const struct mdt_model_disk *disk)
{
	enum mdt_tri outside = mdt_tri_not(mdt_model_has_slot(disk));

	return mdt_tri_and(mdt_tri_not(disk->faulty),
			   mdt_tri_or(mdt_tri_not(disk->in_sync), outside));
}

enum mdt_tri mdt_model_sync_due(const struct mdt_model_state *state)
{
	struct mdt_model_range range = mdt_model_in_sync(state);
	enum mdt_tri spare = state->unlisted == 0 ? MDT_NO : MDT_UNSURE;

	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];

		if (disk->is_member)
			spare = mdt_tri_or(spare, may_recover(disk));
	}
	if (!mdt_model_has_thread(state))
		return MDT_NO;
	if (range.min >= state->raid_disks && state->raid_disks != MDT_MODEL_SOME)
		spare = MDT_NO;
	return mdt_tri_or(state->unsynced, spare);
}

void mdt_model_wake(struct mdt_model_state *state)
{
	if (state->running == MDT_NO)
		return;
	if (!mdt_model_has_thread(state)) {
		state->residue = MDT_YES; // MD_RECOVERY_NEEDED, for ever
		return;
	}
	state->unsettled = state->needed = MDT_YES;
	state->residue = MDT_UNSURE;
	if (state->mode != MDT_MODE_RW && state->mode != MDT_MODE_UNKNOWN)
		return;
	if (state->frozen != MDT_YES && mdt_model_sync_due(state) != MDT_NO)
		state->syncing = MDT_UNSURE;
}

static bool is_free(const struct mdt_model_state *state, int32_t slot)
{
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].is_member && state->disks[i].slot == slot)
			return false;
	return true;
}

struct places {
	int32_t free, first; /* slots: how many, and the lowest; -1 */
	int32_t others;	     /* members of which it is not known which slot they have */
};

static struct places places_for(const struct mdt_model_state *state,
				const struct mdt_model_disk *but)
{
	struct places ret = { .free = state->raid_disks, .first = -1 };

	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];

		if (disk == but || !disk->is_member)
			continue;
		ret.others += disk->slot == MDT_MODEL_UNKNOWN;
		ret.free -= disk->slot >= 0;
	}
	for (int32_t slot = 0;
	     slot < state->raid_disks && slot < MDT_MODEL_ROLES && ret.first < 0; slot++)
		if (is_free(state, slot))
			ret.first = slot;
	return ret;
}

// raid1_add_disk(): the slot it had, else the first that is free.
enum mdt_tri mdt_model_take_slot(const struct mdt_model_state *state,
				 struct mdt_model_disk *disk)
{
	const struct mdt_personality *it = mdt_personality_of(state);
	const struct places places = places_for(state, disk);
	enum mdt_tri taken;

	if (places.free <= 0)
		return MDT_NO;
	if (places.others || (disk->saved_slot == MDT_MODEL_UNKNOWN && places.free > 1))
		disk->slot = MDT_MODEL_UNKNOWN;
	else if (disk->saved_slot >= 0 && disk->saved_slot < state->raid_disks &&
		 is_free(state, disk->saved_slot))
		disk->slot = disk->saved_slot;
	else
		disk->slot = places.first;
	taken = mdt_tri_of(places.free > places.others);
	if (taken == MDT_NO)
		taken = MDT_UNSURE;
	if (it && it->counts_slots)
		disk->in_sync = mdt_tri_and(disk->in_sync, mdt_tri_not(taken));
	return taken;
}

// raid1 forgets that it gave up in later kernels, where no_recovery is never set.
static enum mdt_tri gives_up(const struct mdt_model_state *state)
{
	const struct mdt_personality *it = mdt_personality_of(state);

	if (!it || it->keeping_stops_recovery || !it->gives_up)
		return state->no_recovery;
	return it->gives_up(MDT_KERNEL_5_10, state);
}

// Failed members; and when no recovery is possible, those that wait for one.
static enum mdt_tri leaves_slot(const struct mdt_model_state *state,
				const struct mdt_model_disk *disk)
{
	return mdt_tri_or(disk->faulty,
			  mdt_tri_and(gives_up(state), mdt_tri_not(disk->in_sync)));
}

void mdt_model_leave_slots(struct mdt_model_state *state)
{
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];
		enum mdt_tri leaves = leaves_slot(state, disk);

		if (!disk->is_member || leaves == MDT_NO || disk->slot == -1)
			continue;
		if (leaves == MDT_UNSURE) {
			disk->slot = MDT_MODEL_UNKNOWN;
			continue;
		}
		disk->saved_slot = disk->slot;
		disk->slot = -1;
		mdt_model_update_supers(state);
	}
}

bool mdt_model_is_spare(const struct mdt_model_disk *disk)
{
	return disk->is_member && disk->faulty == MDT_NO && disk->slot == -1;
}

static enum mdt_tri takes_spares(const struct mdt_model_state *state,
				 const struct mdt_model_disk *disk)
{
	const struct mdt_personality *it = mdt_personality_of(state);

	return it && it->takes_spares ? it->takes_spares(state, disk) : MDT_YES;
}

// Read-only, an array takes in only who knows its slot.
uint32_t mdt_model_take_slots(struct mdt_model_state *state)
{
	uint32_t order[MDT_MODEL_DISKS], count = mdt_model_members(state, order);
	uint32_t ret = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct mdt_model_disk *disk = &state->disks[order[i]];
		enum mdt_tri taken;

		if (!mdt_model_is_spare(disk) || state->no_recovery == MDT_YES ||
		    takes_spares(state, disk) == MDT_NO ||
		    (state->mode != MDT_MODE_RW && disk->saved_slot == -1))
			continue;
		taken = mdt_model_take_slot(state, disk);
		if ((state->no_recovery == MDT_UNSURE ||
		     takes_spares(state, disk) == MDT_UNSURE) &&
		    disk->slot >= 0)
			disk->slot = MDT_MODEL_UNKNOWN;
		if (taken == MDT_YES)
			ret |= 1u << order[i];
	}
	return ret;
}

// md_reap_sync_thread(): of an array that has all its members, none has a place to go
// back to.
static void forget_slots(struct mdt_model_state *state, enum mdt_tri reaped)
{
	enum mdt_tri forgets = mdt_tri_and(reaped, mdt_model_equal(state->degraded, 0));

	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (disk->is_member && disk->saved_slot != -1 && forgets != MDT_NO)
			disk->saved_slot = forgets == MDT_YES ? -1 : MDT_MODEL_UNKNOWN;
	}
}

// A bare device that is added to a running array has no sectors of its own.
static bool is_short(const struct mdt_model_disk *disk, int64_t sectors)
{
	int64_t has = disk->sectors ? disk->sectors : disk->size;

	return has != MDT_MODEL_UNKNOWN && has < sectors;
}

// remove_and_add_spares(), and the recovery that follows.
static void recover(struct mdt_model_state *state)
{
	uint32_t order[MDT_MODEL_DISKS], count = mdt_model_members(state, order);
	enum mdt_tri reaped = mdt_tri_or(state->unsynced, state->syncing);
	enum mdt_tri unsynced = state->unsynced;
	uint32_t taken;

	state->unsynced = MDT_NO; // by the time that spares are taken, if it was
	taken = mdt_model_take_slots(state);

	for (uint32_t i = 0; i < count; i++) {
		struct mdt_model_disk *disk = &state->disks[order[i]];

		if (disk->faulty != MDT_NO || disk->slot == -1 ||
		    (disk->in_sync == MDT_YES && !(taken >> order[i] & 1)))
			continue;
		// One of several slots is one; none or some is not.
		if (disk->slot == MDT_MODEL_UNKNOWN &&
		    (state->no_recovery != MDT_NO || !(taken >> order[i] & 1))) {
			reaped = mdt_tri_or(reaped, MDT_UNSURE);
			disk->in_sync = mdt_tri_or(disk->in_sync, MDT_UNSURE);
			state->degraded = MDT_MODEL_UNKNOWN;
			continue;
		}
		reaped = MDT_YES;
		// A recovery that writes behind the device's end fails there.
		if (is_short(disk, state->dev_sectors)) {
			disk->slot = state->degraded = MDT_MODEL_UNKNOWN;
			disk->in_sync = disk->faulty = MDT_UNSURE;
			continue;
		}
		// raid1_spare_active() counts who was not in sync before.
		if (disk->in_sync == MDT_UNSURE)
			state->degraded = MDT_MODEL_UNKNOWN;
		else if (disk->in_sync == MDT_NO && state->degraded > 0)
			state->degraded--;
		disk->in_sync = MDT_YES;
		mdt_model_update_supers(state);
	}
	if (unsynced != MDT_NO)
		mdt_model_update_supers(state);
	forget_slots(state, reaped);
	if (reaped != MDT_NO)
		mdt_model_copy_supers(state);
}

// The same, when nobody knows how many slots there are.
static void maybe_recover(struct mdt_model_state *state)
{
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (!mdt_model_is_spare(disk))
			continue;
		disk->slot = MDT_MODEL_UNKNOWN;
		disk->in_sync = MDT_UNSURE;
		state->degraded = MDT_MODEL_UNKNOWN;
	}
}

// md_check_recovery() of an array that is read-only, which does nothing without need.
static void look_read_only(struct mdt_model_state *state)
{
	if (state->needed == MDT_NO) {
		state->unsettled = MDT_NO;
		return;
	}
	if (state->needed == MDT_UNSURE) {
		state->write_pending = mdt_tri_and(state->write_pending, MDT_UNSURE);
		return;
	}
	mdt_model_leave_slots(state);
	mdt_model_take_slots(state);
	forget_slots(state, MDT_YES);
	state->sb_dirty = MDT_YES;
	state->write_pending = MDT_NO;
	state->unsettled = state->needed = MDT_NO;
	state->residue = MDT_UNSURE;
}

static bool misses_all(const struct mdt_model_state *state)
{
	return state->degraded != MDT_MODEL_UNKNOWN && state->degraded > 0 &&
	       state->degraded >= state->raid_disks;
}

// A spare that is marked as in sync. raid1 and raid10 do not count it as rebuilt.
static bool has_marked_spare(const struct mdt_model_state *state)
{
	const struct mdt_personality *it = mdt_personality_of(state);

	for (uint32_t i = 0; i < state->disk_count; i++)
		if (mdt_model_is_spare(&state->disks[i]) &&
		    state->disks[i].in_sync == MDT_YES)
			return it && !it->counts_slots;
	return false;
}

bool mdt_model_can_rebuild(const struct mdt_model_state *state)
{

	// With what is noted a recovery may not come to an end (md_do_sync()).
	// Nor does one of nothing; nor one of an array that counts all its members as
	// missing (md_reap_sync_thread()): they begin over and over.
	if ((state->planned != MDT_NO || state->dev_sectors == 0 || misses_all(state)) &&
	    mdt_model_sync_due(state) != MDT_NO)
		return false;
	return mdt_model_is_enough(state) == MDT_YES;
}

bool mdt_model_settles(const struct mdt_model_state *state)
{
	// Once broken, md_error() does not wake the thread, and nothing is recorded.
	bool works = mdt_model_can_rebuild(state) &&
		     (state->broken == MDT_NO || state->needed == MDT_YES);

	if (!mdt_model_has_thread(state))
		return true;
	return state->mode != MDT_MODE_RW || (works && state->frozen != MDT_UNSURE);
}

// While it is frozen, who failed stays in its slot, and nobody gets one.
static void settle_frozen(struct mdt_model_state *state)
{
	state->unsettled = state->needed = state->syncing = MDT_NO;
	state->residue = MDT_YES;
	state->write_pending = MDT_NO;
}

static void settle_members(struct mdt_model_state *state)
{
	state->unsettled = state->needed = MDT_NO;
	mdt_model_leave_slots(state);
	if (state->mode == MDT_MODE_RW && state->raid_disks != MDT_MODEL_SOME)
		recover(state);
	else
		maybe_recover(state);
	state->syncing = MDT_NO;
	state->residue = state->mode == MDT_MODE_RW ? MDT_NO : MDT_UNSURE;
	state->write_pending = MDT_NO;
}

bool mdt_model_begin_work(struct mdt_model_state *state)
{
	if (state->running != MDT_YES || !mdt_model_has_thread(state) ||
	    state->unsettled == MDT_NO || state->needed == MDT_NO ||
	    state->mode != MDT_MODE_RW || state->frozen != MDT_NO ||
	    state->raid_disks == MDT_MODEL_SOME || !mdt_model_settles(state))
		return false;
	mdt_model_record(state);
	mdt_model_leave_slots(state);
	mdt_model_take_slots(state);
	return true;
}

// Whether it ends, and what counts then, is not known of kernels after 6.1: 7.3 was seen
// to begin it over and over.
static void blur_recovery(struct mdt_model_state *state)
{
	state->degraded = MDT_MODEL_UNKNOWN;
	state->syncing = state->residue = MDT_UNSURE;
	state->unsettled = MDT_YES;
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].is_member && state->disks[i].faulty != MDT_YES)
			state->disks[i].in_sync = MDT_UNSURE;
}

void mdt_then_settle(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	bool is_marked;

	if (state->running == MDT_NO || !mdt_model_has_thread(state))
		state->unsettled = state->needed = MDT_NO;
	if (state->running != MDT_YES || state->unsettled == MDT_NO)
		return;
	if (state->mode == MDT_MODE_RO || state->mode == MDT_MODE_AUTO) {
		look_read_only(state);
		return;
	}
	is_marked = has_marked_spare(state);
	mdt_model_record(state);
	if (!mdt_model_settles(state)) {
		state->syncing = state->broken == MDT_NO ? MDT_NO : state->syncing;
		return;
	}
	if (state->frozen == MDT_YES)
		settle_frozen(state);
	else
		settle_members(state);
	if (is_marked && way->options->kernel > MDT_KERNEL_6_1)
		blur_recovery(state);
	// Somebody else may write; who only made it writable does not.
	state->in_sync = state->in_sync == MDT_UNSURE && state->others != MDT_NO
				 ? MDT_UNSURE
				 : MDT_YES;
}
