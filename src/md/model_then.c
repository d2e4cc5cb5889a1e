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

// super_1_sync() leaves a superblock its own uuid and ctime: a spare of another array
// keeps them.
static void take_family(const struct mdt_model_state *state, struct mdt_model_super *ret)
{
	const uint64_t mix = 0x9e3779b97f4a7c15;
	bool is_alike = ret->level == state->level && ret->layout == state->layout;

	if (!state->major_version) {
		ret->family = state->family;
		ret->ctime = state->ctime;
	} else if (ret->family != state->family && !is_alike) {
		ret->family = ret->family * mix ^ state->family;
	}
}

static void fill_super(const struct mdt_model_state *state, struct mdt_model_super *ret)
{
	take_family(state, ret);
	ret->kind = state->major_version ? MDT_MODEL_SUPER_1 : MDT_MODEL_SUPER_0;
	ret->minor = state->minor_version;
	ret->level = state->level;
	ret->layout = state->layout;
	ret->raid_disks = state->raid_disks;
	ret->size = state->dev_sectors;
	ret->events = state->events;
	ret->events_exact = state->events_exact;
	ret->line = state->line;
	if (mdt_model_has_bitmap(state) != MDT_UNSURE)
		ret->bitmap = mdt_model_has_bitmap(state) == MDT_YES;
	ret->clean = state->unsynced == MDT_NO;
	for (uint32_t i = 0; i < MDT_MODEL_ROLES; i++)
		ret->roles[i] = MDT_MODEL_SPARE;
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].is_member)
			write_role(ret, &state->disks[i]);
}

// A superblock is at another place than one of another version.
static bool is_elsewhere(const struct mdt_model_super *super,
			 const struct mdt_model_state *state)
{
	if (super->kind == MDT_MODEL_SUPER_0)
		return state->major_version != 0;
	return super->kind == MDT_MODEL_SUPER_1 &&
	       (!state->major_version || super->minor != state->minor_version);
}

static void write_super(const struct mdt_model_state *state, struct mdt_model_disk *disk)
{
	struct mdt_model_super *super = &disk->super;

	disk->has_older |= is_elsewhere(super, state);
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

// The raid thread may write them once more.
static void may_update_supers(struct mdt_model_state *state)
{
	if (state->persistent == MDT_NO)
		return;
	state->events_exact = false;
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member || disk->faulty == MDT_YES)
			continue;
		disk->super.events_exact = false;
		disk->super.line = state->line;
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

void mdt_model_wake(struct mdt_model_state *state)
{
	if (state->running == MDT_NO)
		return;
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

// raid1_add_disk(): the slot it had, else the first that is free.
static void take_slot(const struct mdt_model_state *state, struct mdt_model_disk *disk)
{
	bool is_any = disk->saved_slot == MDT_MODEL_UNKNOWN;

	if (disk->saved_slot >= 0 && disk->saved_slot < state->raid_disks &&
	    is_free(state, disk->saved_slot)) {
		disk->slot = disk->saved_slot;
		return;
	}
	for (int32_t slot = 0; slot < state->raid_disks && slot < MDT_MODEL_ROLES;
	     slot++) {
		if (!is_free(state, slot))
			continue;
		if (disk->slot >= 0) { // one of several
			disk->slot = MDT_MODEL_UNKNOWN;
			return;
		}
		disk->slot = slot;
		if (!is_any)
			return;
	}
}

// Failed members; and when no recovery is possible, those that wait for one.
static enum mdt_tri leaves_slot(const struct mdt_model_state *state,
				const struct mdt_model_disk *disk)
{
	return mdt_tri_or(disk->faulty,
			  mdt_tri_and(state->no_recovery, mdt_tri_not(disk->in_sync)));
}

static void leave_slots(struct mdt_model_state *state)
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
		update_supers(state);
	}
}

static bool is_spare(const struct mdt_model_disk *disk)
{
	return disk->is_member && disk->faulty == MDT_NO && disk->slot == -1;
}

// Read-only, an array takes in only who knows its slot.
// @return Who got a slot: bits by index.
static uint32_t take_slots(struct mdt_model_state *state)
{
	uint32_t order[MDT_MODEL_DISKS], count = mdt_model_members(state, order);
	uint32_t ret = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct mdt_model_disk *disk = &state->disks[order[i]];

		if (!is_spare(disk) || state->no_recovery == MDT_YES ||
		    (state->mode != MDT_MODE_RW && disk->saved_slot == -1))
			continue;
		take_slot(state, disk);
		if (state->no_recovery == MDT_UNSURE && disk->slot >= 0)
			disk->slot = MDT_MODEL_UNKNOWN;
		if (disk->slot != -1)
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

static bool is_at_start(const struct mdt_model_super *super)
{
	return super->kind == MDT_MODEL_SUPER_1 && super->minor != 0;
}

// Where data begin with the device's first sector, a sync copies what is in front of the
// data of other arrays: superblocks 1.1 and 1.2.
static void copy_supers(struct mdt_model_state *state)
{
	bool from_start = state->persistent != MDT_YES || state->major_version != 1 ||
			  state->minor_version == 0;
	bool any = false;

	for (uint32_t i = 0; from_start && i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];

		any |= disk->is_member && (disk->has_older || is_at_start(&disk->super));
	}
	for (uint32_t i = 0; any && i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member)
			continue;
		if (is_at_start(&disk->super) || disk->super.kind == MDT_MODEL_SUPER_NONE)
			disk->super.kind = MDT_MODEL_SUPER_UNKNOWN;
		disk->has_older = true;
	}
}

// remove_and_add_spares(), and the recovery that follows.
static void recover(struct mdt_model_state *state)
{
	uint32_t order[MDT_MODEL_DISKS], count = mdt_model_members(state, order);
	enum mdt_tri reaped = mdt_tri_or(state->unsynced, state->syncing);

	uint32_t taken = take_slots(state);

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
		update_supers(state);
	}
	if (state->unsynced != MDT_NO) {
		state->unsynced = MDT_NO;
		update_supers(state);
	}
	forget_slots(state, reaped);
	if (reaped != MDT_NO)
		copy_supers(state);
}

// The same, when nobody knows how many slots there are.
static void maybe_recover(struct mdt_model_state *state)
{
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (!is_spare(disk))
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
	leave_slots(state);
	take_slots(state);
	forget_slots(state, MDT_YES);
	state->sb_dirty = MDT_YES;
	state->write_pending = MDT_NO;
	state->unsettled = state->needed = MDT_NO;
	state->residue = MDT_UNSURE;
}

// What was to be recorded while the array was read-only.
static void record(struct mdt_model_state *state)
{
	if (state->sb_dirty == MDT_NO || state->mode != MDT_MODE_RW)
		return;
	if (state->sb_dirty == MDT_YES)
		update_supers(state);
	else
		state->events_exact = false;
	state->sb_dirty = MDT_NO;
}

// Nobody is rebuilt from nobody.
static bool can_rebuild(const struct mdt_model_state *state)
{
	return state->broken == MDT_NO || (state->degraded < state->raid_disks &&
					   state->degraded != MDT_MODEL_UNKNOWN);
}

bool mdt_model_settles(const struct mdt_model_state *state)
{
	// Once broken, md_error() does not wake the thread, and nothing is recorded.
	bool works = can_rebuild(state) &&
		     (state->broken == MDT_NO || state->needed == MDT_YES);

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
	leave_slots(state);
	if (state->mode == MDT_MODE_RW && state->raid_disks != MDT_MODEL_SOME)
		recover(state);
	else
		maybe_recover(state);
	state->syncing = MDT_NO;
	state->residue = state->mode == MDT_MODE_RW ? MDT_NO : MDT_UNSURE;
	state->write_pending = MDT_NO;
}

void mdt_then_settle(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;

	if (state->running == MDT_NO)
		state->unsettled = state->needed = MDT_NO;
	if (state->running != MDT_YES || state->unsettled == MDT_NO)
		return;
	if (state->mode == MDT_MODE_RO || state->mode == MDT_MODE_AUTO) {
		look_read_only(state);
		return;
	}
	record(state);
	if (!mdt_model_settles(state)) {
		state->syncing = state->broken == MDT_NO ? MDT_NO : state->syncing;
		return;
	}
	if (state->frozen == MDT_YES)
		settle_frozen(state);
	else
		settle_members(state);
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
	mdt_model_wake(state);
}

// update_array_info() ends in md_update_sb(), whatever came of the change.
void mdt_then_updated(struct mdt_model_way *way)
{
	update_supers(&way->state);
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
	if (before == MDT_MODEL_UNKNOWN || after == MDT_MODEL_UNKNOWN || after > before)
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
	mdt_model_wake(&way->state);
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

// A member is new to an array that runs.
static void added(struct mdt_model_state *state)
{
	update_supers(state);
	mdt_model_wake(state);
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
		// A spare may have been about to take one.
		if (disk->slot == -1 && way->state.unsettled != MDT_NO)
			disk->slot = MDT_MODEL_UNKNOWN;
		disk->faulty = MDT_YES;
		disk->in_sync = MDT_NO;
	}
	update_supers(&way->state);
	if (way->state.broken != MDT_YES) {
		mdt_model_wake(&way->state);
		return;
	}
	// md_error() does not ask the thread for anything. It takes note of it with the
	// next call that has had the lock (mddev_unlock()); read-only, not even then.
	if (way->state.mode == MDT_MODE_RO || way->state.mode == MDT_MODE_AUTO) {
		way->state.write_pending = MDT_YES;
		way->state.sb_dirty = MDT_YES;
		return;
	}
	way->state.write_pending = way->state.residue = MDT_UNSURE;
	way->state.unsettled = MDT_YES;
}

static void now_broken(struct mdt_model_state *state)
{
	state->broken = MDT_YES;
	// MD_RECOVERY_INTR, which only a thread clears that has something to do.
	state->residue = state->unsettled == MDT_NO ? MDT_YES : MDT_UNSURE;
}

void mdt_then_refuse(struct mdt_model_way *way)
{
	way->state.no_recovery = MDT_YES;
	mdt_model_wake(&way->state);
}

void mdt_then_break(struct mdt_model_way *way)
{
	now_broken(&way->state);
	if (way->options->kernel < MDT_KERNEL_7_2)
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

/* ---- starting ---- */

void mdt_then_member_read_only(struct mdt_model_way *way)
{
	way->state.mode = MDT_MODE_RO;
}

void mdt_then_start_ro(struct mdt_model_way *way)
{
	way->state.mode = MDT_MODE_AUTO;
}

// raid1_run(): one member alone is in sync with itself.
static void check_resync(struct mdt_model_state *state)
{
	struct mdt_model_range range = mdt_model_in_sync(state);

	if (range.max == 1)
		state->unsynced = MDT_NO;
	else if (range.min < 2 && state->unsynced == MDT_YES)
		state->unsynced = MDT_UNSURE;
}

// It ran for a moment.
void mdt_then_no_bitmap(struct mdt_model_way *way)
{
	check_resync(&way->state);
}

void mdt_then_maybe_bitmap(struct mdt_model_way *way)
{
	way->state.bitmap = MDT_UNSURE;
	update_supers(&way->state);
}

// "file overrides offset", also one that is found to be no good
void mdt_then_bitmap_file(struct mdt_model_way *way)
{
	way->state.bitmap = MDT_NO;
	way->state.bitmap_file = mdt_tri_not(way->state.running);
}

// mddev->bitmap_info.offset stays.
void mdt_then_bad_bitmap(struct mdt_model_way *way)
{
	way->state.bitmap = MDT_YES;
	update_supers(&way->state);
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
	state->running = MDT_YES;
	state->line.run = ++state->runs;
	state->in_sync = MDT_YES;
	state->frozen = state->syncing = MDT_NO; // mddev->recovery = 0
	state->write_pending = MDT_NO;
	check_resync(state);
	// Set up without superblocks: md_set_array_info() asks for them to be written.
	if (state->persistent == MDT_YES && state->events == 0 && !state->family &&
	    state->major_version == 0)
		update_supers(state);
	mdt_model_wake(state);
}

/* ---- stopping ---- */

// __md_stop_writes() writes the superblocks once more if something is left to record.
static void stop_writes(struct mdt_model_state *state)
{
	if (state->running == MDT_YES &&
	    (state->in_sync != MDT_YES || state->unsettled == MDT_YES))
		may_update_supers(state);
	state->in_sync = MDT_YES;
	state->syncing = MDT_NO;
}

// A recovery of which nobody knows how far it came.
static void leave_recovery(struct mdt_model_state *state)
{
	if (state->unsettled == MDT_NO || state->mode != MDT_MODE_RW)
		return;
	copy_supers(state);
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
	state->write_pending = state->sb_dirty = state->no_recovery = MDT_NO;
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
	clean.runs = before.runs;
	clean.claimed = before.claimed;
	clean.in_use = before.in_use;
	clean.no_bitmaps = before.no_bitmaps;
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
	record(state);
	if (works && state->frozen != MDT_YES && can_rebuild(state)) {
		leave_slots(state);
		if (take_slots(state))
			update_supers(state);
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
		update_supers(&way->state);
	else if (way->state.running == MDT_YES)
		way->state.sb_dirty = MDT_YES;
}

// Some marks are a reason for the thread to look at what is to be done.
void mdt_then_mark_only(struct mdt_model_way *way)
{
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
	way->state.frozen = MDT_YES;
	// From 6.12 on it is no reason to make the array writable.
	if (way->options->kernel < MDT_KERNEL_6_12)
		acted(&way->state);
	else if (way->state.syncing != MDT_NO)
		mdt_model_wake(&way->state);
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
	if (way->call->word != MDT_WORD_CHECK && way->call->word != MDT_WORD_REPAIR)
		return;
	way->state.syncing = MDT_UNSURE;
	may_update_supers(&way->state); // md_do_sync() has it done at its end
}
