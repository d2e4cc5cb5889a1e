// SPDX-License-Identifier: MIT
/* What calls do to the state. */
#include "md/model_parts.h"

static struct mdt_model_disk *device(struct mdt_model_way *way)
{
	return way->device < 0 ? NULL : &way->state.disks[way->device];
}

/* ---- what the raid thread writes ---- */

static void write_role(struct mdt_model_super *super, const struct mdt_model_disk *disk)
{
	if (disk->number < 0 || disk->number >= MDT_MODEL_ROLES)
		return;
	if (disk->faulty == MDT_YES)
		super->roles[disk->number] = MDT_MODEL_FAULTY;
	else if (disk->slot >= 0 && disk->slot < MDT_MODEL_ROLES)
		super->roles[disk->number] = (int16_t)disk->slot;
}

// super_90_sync() numbers all but the active ones anew.
static void number_0(struct mdt_model_state *state)
{
	uint32_t order[MDT_MODEL_DISKS], count = mdt_model_members(state, order);
	int32_t next = state->raid_disks;

	for (uint32_t i = 0; i < count; i++) {
		struct mdt_model_disk *disk = &state->disks[order[i]];
		bool active = disk->in_sync == MDT_YES && disk->slot >= 0;

		disk->number = active ? disk->slot : next++;
	}
}

static void fill_super(const struct mdt_model_state *state, struct mdt_model_super *ret)
{
	ret->kind = state->major_version ? MDT_MODEL_SUPER_1 : MDT_MODEL_SUPER_0;
	ret->minor = state->minor_version;
	ret->family = state->family;
	ret->level = state->level;
	ret->layout = state->layout;
	ret->raid_disks = state->raid_disks;
	ret->size = state->dev_sectors;
	ret->ctime = state->ctime;
	ret->events = state->events;
	ret->events_exact = state->events_exact;
	ret->clean = state->unsynced == MDT_NO;
	for (uint32_t i = 0; i < MDT_MODEL_ROLES; i++)
		ret->roles[i] = MDT_MODEL_SPARE;
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].is_member)
			write_role(ret, &state->disks[i]);
}

static void write_super(const struct mdt_model_state *state, struct mdt_model_disk *disk)
{
	struct mdt_model_super *super = &disk->super;

	fill_super(state, super);
	if (!state->major_version) {
		super->max_dev = 27; // MD_SB_DISKS
		super->data_offset = 0;
		super->data_size = mdt_model_end_0(disk->size);
	} else if (disk->number >= super->max_dev) {
		super->max_dev = disk->number + 1; // super_1_sync()
	}
	super->dev_number = disk->number;
	super->recovering = disk->in_sync == MDT_NO && disk->slot >= 0;
	disk->has_super = true;
}

/*
 * md_update_sb(): a new event in the superblocks of all members that are not faulty. How
 * often the raid thread does so depends on how its work falls together.
 */
static void update_supers(struct mdt_model_state *state)
{
	if (state->persistent != MDT_YES || state->mode != MDT_MODE_RW ||
	    state->running == MDT_NO)
		return;
	state->events++;
	state->events_exact = false;
	if (state->major_version == 0 && state->unlisted == 0 &&
	    state->raid_disks != MDT_MODEL_SOME)
		number_0(state);
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member || disk->faulty == MDT_YES)
			continue;
		if (disk->super.kind == MDT_MODEL_SUPER_UNKNOWN ||
		    disk->number == MDT_MODEL_UNKNOWN || disk->faulty == MDT_UNSURE)
			disk->super.kind = MDT_MODEL_SUPER_UNKNOWN;
		else
			write_super(state, disk);
	}
}

/* ---- resync and recovery ---- */

// Not in sync, or so without a slot.
static enum mdt_tri may_recover(const struct mdt_model_disk *disk)
{
	enum mdt_tri outside =
		disk->slot == MDT_MODEL_UNKNOWN ? MDT_UNSURE : mdt_tri_of(disk->slot < 0);

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
	if (range.min >= state->raid_disks && state->raid_disks != MDT_MODEL_SOME)
		spare = MDT_NO;
	return mdt_tri_or(state->unsynced, spare);
}

// MD_RECOVERY_NEEDED: the raid thread looks at what there is to do.
static void wake(struct mdt_model_state *state)
{
	if (state->running == MDT_NO)
		return;
	state->unsettled = MDT_YES;
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

// raid1_add_disk(): the slot it had, else the first that is free.
static void take_slot(const struct mdt_model_state *state, struct mdt_model_disk *disk)
{
	if (disk->saved_slot >= 0 && disk->saved_slot < state->raid_disks &&
	    is_free(state, disk->saved_slot)) {
		disk->slot = disk->saved_slot;
		return;
	}
	for (int32_t slot = 0; slot < state->raid_disks && slot < MDT_MODEL_ROLES;
	     slot++) {
		if (!is_free(state, slot))
			continue;
		disk->slot = slot;
		return;
	}
}

static void leave_slots(struct mdt_model_state *state)
{
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member || disk->faulty == MDT_NO || disk->slot == -1)
			continue;
		if (disk->faulty == MDT_UNSURE) {
			disk->slot = MDT_MODEL_UNKNOWN;
			continue;
		}
		disk->saved_slot = disk->slot;
		disk->slot = -1;
		update_supers(state);
	}
}

// remove_and_add_spares(), and the recovery that follows.
static void recover(struct mdt_model_state *state)
{
	uint32_t order[MDT_MODEL_DISKS], count = mdt_model_members(state, order);

	for (uint32_t i = 0; i < count; i++) {
		struct mdt_model_disk *disk = &state->disks[order[i]];

		if (disk->faulty != MDT_NO ||
		    (disk->in_sync == MDT_YES && disk->slot >= 0))
			continue;
		if (disk->slot == -1)
			take_slot(state, disk);
		if (disk->slot < 0)
			continue;
		// A recovery that writes behind the device's end fails there.
		if (disk->sectors != MDT_MODEL_UNKNOWN &&
		    disk->sectors < state->dev_sectors) {
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
		update_supers(state);
	}
	if (state->unsynced != MDT_NO) {
		state->unsynced = MDT_NO;
		update_supers(state);
	}
}

void mdt_then_settle(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	bool writable = state->mode == MDT_MODE_RW;

	if (state->running == MDT_NO)
		state->unsettled = MDT_NO;
	if (state->running != MDT_YES || state->unsettled == MDT_NO)
		return;
	// Once broken, md_error() does not wake the thread, and nothing is recorded.
	if (state->broken != MDT_NO || state->frozen != MDT_NO) {
		state->syncing = state->broken == MDT_NO ? MDT_NO : state->syncing;
		return;
	}
	state->unsettled = MDT_NO;
	leave_slots(state);
	if (writable && state->raid_disks != MDT_MODEL_SOME)
		recover(state);
	state->syncing = MDT_NO;
	state->residue = writable ? MDT_NO : MDT_UNSURE;
	state->write_pending = MDT_NO;
	// Somebody else may write; who only made it writable does not.
	state->in_sync = state->in_sync == MDT_UNSURE && state->others != MDT_NO
				 ? MDT_UNSURE
				 : MDT_YES;
}

/* ---- the node ---- */

// The end of an array with nothing in it: mddev_put(). Devices stay known.
static void destroy(struct mdt_model_state *state)
{
	struct mdt_model_state fresh;

	mdt_model_state_init(&fresh);
	memcpy(fresh.disks, state->disks, sizeof(fresh.disks));
	fresh.disk_count = state->disk_count;
	fresh.others = state->others;
	fresh.in_use = state->in_use;
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
	if (state->persistent == MDT_YES)
		state->closing = state->broken = MDT_NO;
}

void mdt_then_forget(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;

	state->raid_disks = MDT_MODEL_SOME;
	state->degraded = MDT_MODEL_UNKNOWN;
	state->layout = state->chunk_size = MDT_MODEL_UNKNOWN;
	state->dev_sectors = MDT_MODEL_UNKNOWN;
	state->bitmap = MDT_UNSURE;
	wake(state);
}

// update_array_info() ends in md_update_sb(), whatever came of the change.
void mdt_then_updated(struct mdt_model_way *way)
{
	update_supers(&way->state);
}

static int64_t largest_size(const struct mdt_model_state *state)
{
	int64_t ret = MDT_MODEL_UNKNOWN;

	if (state->unlisted != 0)
		return ret;
	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member)
			continue;
		if (disk->sectors == MDT_MODEL_UNKNOWN)
			return MDT_MODEL_UNKNOWN;
		if (ret == MDT_MODEL_UNKNOWN || disk->sectors < ret)
			ret = disk->sectors;
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

void mdt_then_resize(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	int64_t before = state->dev_sectors, size = way->call->info.size;
	int64_t after = size ? sectors_of((int32_t)size) : largest_size(state);

	other_super_0(state, state->raid_disks, after);
	state->dev_sectors = after;
	// raid1_resize(): what is new is not in sync.
	if (before == MDT_MODEL_UNKNOWN || state->dev_sectors == MDT_MODEL_UNKNOWN)
		state->unsynced = mdt_tri_or(state->unsynced, MDT_UNSURE);
	else if (state->dev_sectors > before)
		state->unsynced = MDT_YES;
	update_supers(state);
	wake(state);
}

// md_allow_write(), which raid1_reshape() begins with: active, until the raid thread
// finds that nobody writes.
static void allow_write(struct mdt_model_state *state)
{
	state->in_sync = MDT_UNSURE;
	state->unsettled = MDT_YES;
}

void mdt_then_allow_write(struct mdt_model_way *way)
{
	allow_write(&way->state);
	update_supers(&way->state);
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

void mdt_then_reshape(struct mdt_model_way *way)
{
	if (way->state.degraded != MDT_MODEL_UNKNOWN)
		way->state.degraded += way->call->info.raid_disks - way->state.raid_disks;
	other_super_0(&way->state, way->call->info.raid_disks, way->state.dev_sectors);
	way->state.raid_disks = way->call->info.raid_disks;
	close_ranks(&way->state);
	allow_write(&way->state);
	update_supers(&way->state);
	wake(&way->state);
}

/* ---- members ---- */

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

// bind_rdev_to_array()
static struct mdt_model_disk *bind(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	struct mdt_model_disk *disk = device(way);
	int64_t sectors = mdt_model_sectors(way);
	int32_t number = mdt_model_number(way);

	if (state->running == MDT_NO && sectors != 0 &&
	    (state->dev_sectors == 0 || sectors < state->dev_sectors))
		state->dev_sectors = sectors;
	if (!disk) {
		if (state->unlisted != MDT_MODEL_UNKNOWN)
			state->unlisted++;
		if (state->running == MDT_NO && state->dev_sectors == 0)
			state->dev_sectors = MDT_MODEL_UNKNOWN;
		return NULL;
	}
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

// A member is new to an array that runs.
static void added(struct mdt_model_state *state)
{
	update_supers(state);
	wake(state);
}

void mdt_then_bind_running(struct mdt_model_way *way)
{
	int32_t slot = mdt_model_readd_slot(way);
	struct mdt_model_disk *disk = bind(way);

	if (disk) {
		disk->saved_slot = slot;
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

void mdt_then_hot_add(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = bind(way);

	if (disk)
		disk->has_super = false;
	added(&way->state);
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
	update_supers(&way->state);
	way->state.unsettled = MDT_YES; // its dev-NAME goes later, too
	way->state.residue = MDT_UNSURE;
}

void mdt_then_fail(struct mdt_model_way *way)
{
	struct mdt_model_disk *disk = device(way);

	if (disk && disk->faulty == MDT_YES)
		return;
	if (!disk || disk->in_sync == MDT_UNSURE)
		way->state.degraded = MDT_MODEL_UNKNOWN;
	else if (disk->in_sync == MDT_YES && way->state.degraded != MDT_MODEL_UNKNOWN)
		way->state.degraded++;
	if (disk) {
		disk->faulty = MDT_YES;
		disk->in_sync = MDT_NO;
	}
	if (way->state.broken == MDT_YES)
		way->state.write_pending = MDT_UNSURE;
	update_supers(&way->state);
	wake(&way->state);
}

void mdt_then_break(struct mdt_model_way *way)
{
	way->state.broken = MDT_YES;
	way->state.residue = MDT_YES; // MD_RECOVERY_INTR, which nobody clears
}

void mdt_then_break_and_fail(struct mdt_model_way *way)
{
	mdt_then_break(way);
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

/* ---- starting ---- */

void mdt_then_member_read_only(struct mdt_model_way *way)
{
	way->state.mode = MDT_MODE_RO;
}

void mdt_then_start_ro(struct mdt_model_way *way)
{
	way->state.mode = MDT_MODE_AUTO;
}

void mdt_then_has_bitmap(struct mdt_model_way *way)
{
	way->state.bitmap = MDT_YES;
}

void mdt_then_maybe_bitmap(struct mdt_model_way *way)
{
	way->state.bitmap = MDT_UNSURE;
}

void mdt_then_run(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	struct mdt_model_range range = mdt_model_in_sync(state);

	state->degraded = MDT_MODEL_UNKNOWN;
	if (range.min == range.max && state->raid_disks != MDT_MODEL_SOME &&
	    state->raid_disks != MDT_MODEL_UNKNOWN)
		state->degraded = state->raid_disks - range.max;
	state->running = MDT_YES;
	state->in_sync = MDT_YES;
	state->frozen = state->syncing = MDT_NO; // mddev->recovery = 0
	state->write_pending = MDT_NO;
	// raid1_run(): one member alone is in sync with itself.
	if (range.max == 1)
		state->unsynced = MDT_NO;
	else if (range.min < 2 && state->unsynced == MDT_YES)
		state->unsynced = MDT_UNSURE;
	// Set up without superblocks: md_set_array_info() asks for them to be written.
	if (state->persistent == MDT_YES && state->events == 0 && !state->family &&
	    state->major_version == 0)
		update_supers(state);
	wake(state);
}

/* ---- stopping ---- */

// __md_stop_writes() writes the superblocks once more if something is left to record.
static void stop_writes(struct mdt_model_state *state)
{
	if (state->running == MDT_YES &&
	    (state->in_sync != MDT_YES || state->unsettled == MDT_YES)) {
		for (uint32_t i = 0; i < state->disk_count; i++)
			if (state->disks[i].is_member)
				state->disks[i].super.events_exact = false;
		state->events_exact = false;
	}
	state->in_sync = MDT_YES;
	state->syncing = MDT_NO;
}

// A recovery of which nobody knows how far it came.
static void leave_recovery(struct mdt_model_state *state)
{
	if (state->unsettled == MDT_NO || state->mode != MDT_MODE_RW)
		return;
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		// Who was in sync has been so all along.
		if (disk->is_member && disk->faulty != MDT_YES &&
		    (disk->in_sync != MDT_YES || disk->slot < 0))
			disk->super.kind = MDT_MODEL_SUPER_UNKNOWN;
	}
}

static void stop_running(struct mdt_model_state *state)
{
	stop_writes(state);
	leave_recovery(state);
	state->running = MDT_NO;
	state->mode = MDT_MODE_RW;
	state->bitmap = MDT_NO;
	state->unsettled = state->syncing = state->residue = MDT_NO;
	state->write_pending = MDT_NO;
}

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
	clean.deleted = way->options->kernel == MDT_KERNEL_7_2 ? way->options->sync_delete
							       : MDT_NO;
	clean.hold = before.hold == MDT_HOLD_STOP ? MDT_HOLD_NONE : before.hold;
	clean.openers = before.openers;
	clean.others = before.others;
	clean.claimed = before.claimed;
	clean.in_use = before.in_use;
	clean.fail_last = before.fail_last;
	// "Don't clear MD_CLOSING, or mddev can be opened again."
	clean.closing = before.closing;
	if (before.hold == MDT_HOLD_UNKNOWN && clean.closing != MDT_NO)
		clean.closing = MDT_UNSURE;
	else if (before.hold != MDT_HOLD_NONE)
		clean.closing = MDT_NO;
	memcpy(clean.disks, before.disks, sizeof(clean.disks));
	clean.disk_count = before.disk_count;
	clean.unsettled = mdt_model_has_members(&before);
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
	way->state.residue = MDT_UNSURE;
}

void mdt_then_froze(struct mdt_model_way *way)
{
	way->state.frozen = MDT_YES;
	way->state.syncing = MDT_NO;
}

void mdt_then_writable(struct mdt_model_way *way)
{
	way->state.mode = MDT_MODE_RW;
	wake(&way->state);
}

void mdt_then_auto(struct mdt_model_way *way)
{
	if (way->state.mode == MDT_MODE_RW || way->state.mode == MDT_MODE_UNKNOWN)
		mdt_then_read_only(way);
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

// Any write that action_store() takes makes an auto-read-only array writable.
static void acted(struct mdt_model_state *state)
{
	if (state->mode == MDT_MODE_AUTO)
		state->mode = MDT_MODE_RW;
	wake(state);
}

void mdt_then_freeze(struct mdt_model_way *way)
{
	way->state.frozen = MDT_YES;
	acted(&way->state);
	way->state.syncing = MDT_NO;
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
	way->state.syncing = MDT_UNSURE;
	// md_do_sync() has the superblocks written at its end.
	if (way->call->word != MDT_WORD_RECOVER)
		update_supers(&way->state);
}
