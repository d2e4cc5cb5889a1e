// SPDX-License-Identifier: MIT
/* What calls do to one member. */
#include "model/personality.h"
#include "model/thread.h"

static struct mdt_model_disk *device(struct mdt_model_way *way)
{
	return way->device < 0 ? NULL : &way->state.disks[way->device];
}

static int32_t free_number(const struct mdt_model_state *state)
{
	int32_t number = state->running == MDT_YES ? state->raid_disks : 0;
	bool taken = true;

	if (state->unlisted != 0 || number == MDT_MODEL_SOME)
		return MDT_MODEL_UNKNOWN;
	while (taken) {
		taken = false;
		for (uint32_t i = 0; i < state->disk_count; i++)
			taken |= state->disks[i].is_member &&
				 state->disks[i].number == number;
		number += taken;
	}
	return number;
}

// bind_rdev_to_array() sizes an array that does not run, and then looks at the number.
void mdt_then_not_bound(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	int64_t sectors = mdt_model_sectors(way);

	if (state->running == MDT_NO && sectors != 0 &&
	    (state->dev_sectors == 0 || sectors < state->dev_sectors))
		state->dev_sectors = sectors;
}

static struct mdt_model_disk *bind(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	struct mdt_model_disk *disk = device(way);
	int64_t sectors = mdt_model_sectors(way);
	int32_t number = mdt_model_number(way);

	mdt_then_not_bound(way);
	if (!disk) {
		if (state->unlisted != MDT_MODEL_UNKNOWN)
			state->unlisted++;
		if (state->running == MDT_NO && state->dev_sectors == 0)
			state->dev_sectors = MDT_MODEL_UNKNOWN;
		return NULL;
	}
	state->no_recovery = MDT_NO; // "May as well allow recovery to be retried once"
	disk->number = number == -1 ? free_number(state) : number;
	disk->missing = MDT_NO;
	disk->claimed = MDT_NO;
	disk->is_member = true;
	disk->bound = ++state->binds;
	disk->sectors = sectors;
	disk->faulty = disk->in_sync = MDT_NO;
	disk->slot = disk->saved_slot = -1;
	return disk;
}

void mdt_then_bind_super(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = bind(way);

	if (!disk)
		return;
	disk->has_super = true;
	if (disk->super.kind == MDT_MODEL_SUPER_UNKNOWN)
		disk->slot = disk->saved_slot = MDT_MODEL_UNKNOWN;
}

// raid1_add_disk(), raid1_spare_active(): which of the members the spare replaces, and
// how far it is, is not followed.
void mdt_model_replace(struct mdt_model_state *state)
{
	bool has_spare = state->unlisted != 0;

	for (uint32_t i = 0; i < state->disk_count; i++)
		has_spare |= state->disks[i].is_member && state->disks[i].slot < 0;
	if (state->replacing == MDT_NO || !has_spare)
		return;
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member)
			continue;
		disk->slot = disk->saved_slot = MDT_MODEL_UNKNOWN;
		disk->in_sync = disk->faulty = MDT_UNSURE;
	}
	state->degraded = MDT_MODEL_UNKNOWN;
}

// A member is new to an array that runs.
static void added(struct mdt_model_state *state)
{
	mdt_model_replace(state);
	mdt_model_to_record(state);
	mdt_model_wake(state);
}

void mdt_then_bind_running(struct mdt_model_way *way)
{
	enum mdt_tri faulty = mdt_model_readd_faulty(way);
	int32_t slot = mdt_model_readd_slot(way);
	struct mdt_model_disk *disk = bind(way);

	if (disk) {
		disk->saved_slot = slot;
		disk->faulty = faulty;
		disk->has_super = way->state.persistent != MDT_NO;
	}
	added(&way->state);
}

void mdt_then_bind_bare(struct mdt_model_way *way)
{
	const struct mdt_model_call *call = way->call;
	struct mdt_model_disk *disk = bind(way);

	if (!disk)
		return;
	disk->has_super = false;
	disk->slot = disk->saved_slot = MDT_MODEL_UNKNOWN;
	disk->in_sync = MDT_UNSURE;
	if (!call->has_disk_info || way->state.raid_disks == MDT_MODEL_SOME)
		return;
	disk->slot = call->raid_disk < way->state.raid_disks ? call->raid_disk : -1;
	disk->saved_slot = -1;
	disk->in_sync = mdt_tri_of(call->disk_state & 1 << 2); // MD_DISK_SYNC
}

// By its number alone (new_dev_store()): neither slot nor role are told.
void mdt_then_bind_unknown(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = bind(way);

	if (!disk) {
		way->state.unlisted = MDT_MODEL_UNKNOWN;
		return;
	}
	disk->has_super = way->state.persistent == MDT_YES;
	disk->number = disk->slot = disk->saved_slot = MDT_MODEL_UNKNOWN;
	disk->in_sync = MDT_UNSURE;
}

// Without a thread, what is to be recorded is recorded at once.
static void record_now(struct mdt_model_state *state)
{
	if (mdt_model_has_thread(state))
		return;
	state->sb_dirty = mdt_tri_of(state->mode != MDT_MODE_RW);
	mdt_model_update_supers(state);
}

void mdt_then_hot_add(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = bind(way);

	if (disk)
		disk->has_super = false;
	added(&way->state);
	record_now(&way->state);
}

// md_kick_rdev_from_array(): its folder goes later.
void mdt_then_kicked(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = device(way);

	if (disk)
		disk->bound = ++way->state.binds;
	way->state.unsettled = MDT_YES;
}

// linear_add(): the array has a slot more.
void mdt_then_grow(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	int32_t slots = state->raid_disks;

	mdt_then_bind_running(way);
	state->raid_disks = slots == MDT_MODEL_SOME ? slots : slots + 1;
	if (!device(way))
		return;
	device(way)->slot = slots == MDT_MODEL_SOME ? MDT_MODEL_UNKNOWN : slots;
	device(way)->saved_slot = -1;
	device(way)->in_sync = MDT_YES;
}

void mdt_then_remove(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = device(way);

	if (disk) {
		disk->is_member = false;
		disk->claimed = MDT_NO;
	} else if (way->state.unlisted > 0) {
		way->state.unlisted--;
	}
	mdt_model_to_record(&way->state);
	if (way->call->op == MDT_OP_HOT_REMOVE_DISK)
		record_now(&way->state);
	way->state.unsettled = MDT_YES; // its dev-NAME goes later, too
	way->state.residue = mdt_tri_or(way->state.residue, MDT_UNSURE);
}

// state_store() has remove_and_add_spares() take the member out, which puts it in.
void mdt_then_take_slot(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = device(way);

	if (disk)
		mdt_model_take_slot(&way->state, disk);
	mdt_model_to_record(&way->state);
	way->state.unsettled = MDT_YES;
	way->state.residue = MDT_UNSURE;
}

// A member fails that the thread may have given a slot to, or rebuilt, and have recorded
// so, just before.
static void overtaken(const struct mdt_model_state *state, struct mdt_model_disk *disk)
{
	if (state->unsettled == MDT_NO)
		return;
	if (state->mode == MDT_MODE_RW && state->persistent != MDT_NO &&
	    (disk->slot == -1 || disk->in_sync != MDT_YES))
		disk->super.kind = MDT_MODEL_SUPER_UNKNOWN;
	if (disk->slot == -1)
		disk->slot = MDT_MODEL_UNKNOWN;
}

// One that is marked as in sync, and has no slot, counts for some levels.
static bool counts(const struct mdt_model_state *state, const struct mdt_model_disk *disk)
{
	const struct mdt_personality *it = mdt_personality_of(state);

	return !it || !it->counts_slots || disk->slot != -1 || state->unsettled != MDT_NO;
}

void mdt_then_fail(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = device(way);

	if (disk && disk->faulty == MDT_YES)
		return;
	if (!disk || disk->in_sync == MDT_UNSURE)
		way->state.degraded = MDT_MODEL_UNKNOWN;
	else if (disk->in_sync == MDT_YES && counts(&way->state, disk) &&
		 way->state.degraded != MDT_MODEL_UNKNOWN)
		way->state.degraded++;
	if (disk) {
		overtaken(&way->state, disk);
		disk->faulty = MDT_YES;
		disk->in_sync = MDT_NO;
	}
	mdt_model_to_record(&way->state);
	if (way->state.broken != MDT_YES) {
		mdt_model_wake(&way->state);
		return;
	}
	// md_error() does not ask the thread for anything. It takes note of it with the
	// next call that has had the lock (mddev_unlock()); read-only, not even then.
	if (way->state.mode == MDT_MODE_RO || way->state.mode == MDT_MODE_AUTO) {
		way->state.write_pending = MDT_YES;
		return;
	}
	way->state.write_pending = way->state.residue = MDT_UNSURE;
	way->state.unsettled = MDT_YES;
}

static bool stops_recovery(const struct mdt_model_state *state)
{
	const struct mdt_personality *it = mdt_personality_of(state);

	return !it || it->keeping_stops_recovery;
}

static void now_broken(struct mdt_model_state *state)
{
	state->broken = MDT_YES;
	// MD_RECOVERY_INTR, which only a thread clears that has something to do.
	state->residue = state->unsettled == MDT_NO ? MDT_YES : MDT_UNSURE;
}

void mdt_then_refuse(struct mdt_model_way *way)
{
	if (stops_recovery(&way->state))
		way->state.no_recovery = MDT_YES;
	mdt_model_wake(&way->state);
}

void mdt_then_break(struct mdt_model_way *way)
{
	if (!mdt_model_has_thread(&way->state)) {
		way->state.broken = MDT_YES;
		return;
	}
	now_broken(&way->state);
	if (way->options->kernel < MDT_KERNEL_7_0 && stops_recovery(&way->state))
		way->state.no_recovery = MDT_YES;
}

void mdt_then_break_and_fail(struct mdt_model_way *way)
{
	now_broken(&way->state);
	mdt_then_fail(way);
}

void mdt_then_insync(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = device(way);

	if (disk)
		disk->in_sync = MDT_YES;
}

void mdt_then_not_insync(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = device(way);

	if (!disk)
		return;
	disk->in_sync = MDT_NO;
	disk->saved_slot = disk->slot;
	disk->slot = -1;
}

void mdt_then_readd(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = device(way);

	if (disk)
		disk->faulty = MDT_NO;
	added(&way->state);
}
