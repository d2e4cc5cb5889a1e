// SPDX-License-Identifier: MIT
/* What md writes to the superblocks of the members. */
#include "model/thread.h"

static void write_role(struct mdt_model_super *super, const struct mdt_model_disk *disk)
{
	if (disk->number < 0 || disk->number >= MDT_MODEL_ROLES)
		return;
	if (disk->faulty == MDT_YES)
		super->roles[disk->number] = MDT_MODEL_FAULTY;
	else if (disk->slot >= 0 && disk->slot < MDT_MODEL_ROLES)
		super->roles[disk->number] = (int16_t)disk->slot;
}

static enum mdt_tri is_active(const struct mdt_model_disk *disk)
{
	return mdt_tri_and(disk->in_sync, mdt_model_has_slot(disk));
}

// super_90_sync() numbers all but the active ones anew.
static void number_0(const struct mdt_model_state *state,
		     int32_t numbers[static MDT_MODEL_DISKS])
{
	uint32_t order[MDT_MODEL_DISKS], count = mdt_model_members(state, order);
	bool known = state->unlisted == 0 && state->raid_disks != MDT_MODEL_SOME;
	int32_t next = state->raid_disks;

	for (uint32_t i = 0; i < count; i++) {
		const struct mdt_model_disk *disk = &state->disks[order[i]];
		enum mdt_tri active = is_active(disk);

		known &= active != MDT_UNSURE;
		if (active == MDT_YES)
			numbers[order[i]] = disk->slot;
		else
			numbers[order[i]] = known ? next++ : MDT_MODEL_UNKNOWN;
	}
}

static void renumber_0(struct mdt_model_state *state)
{
	int32_t numbers[MDT_MODEL_DISKS];

	number_0(state, numbers);
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].is_member)
			state->disks[i].number = numbers[i];
}

static void may_renumber_0(struct mdt_model_state *state)
{
	int32_t numbers[MDT_MODEL_DISKS];

	number_0(state, numbers);
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member || disk->number == numbers[i])
			continue;
		disk->number = MDT_MODEL_UNKNOWN;
		if (disk->faulty != MDT_YES)
			disk->super.dev_number = MDT_MODEL_UNKNOWN;
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
	} else if (!is_alike) {
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
	ret->chunk_size = state->chunk_size;
	ret->size = state->dev_sectors;
	ret->events = state->events;
	ret->events_exact = state->events_exact;
	ret->line = state->line;
	if (mdt_model_has_bitmap(state) != MDT_UNSURE)
		ret->bitmap = mdt_model_has_bitmap(state) == MDT_YES;
	ret->layout_said = false; // super_1_sync() does not set it again
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

void mdt_model_update_supers(struct mdt_model_state *state)
{
	if (state->persistent != MDT_YES || state->mode != MDT_MODE_RW ||
	    state->running == MDT_NO)
		return;
	state->events++;
	state->events_exact = false;
	if (state->major_version == 0)
		renumber_0(state);
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

void mdt_model_may_update_supers(struct mdt_model_state *state)
{
	if (state->persistent == MDT_NO)
		return;
	state->events_exact = false;
	if (state->major_version == 0)
		may_renumber_0(state);
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member || disk->faulty == MDT_YES)
			continue;
		disk->super.events_exact = false;
		disk->super.line = state->line;
	}
}

void mdt_model_to_record(struct mdt_model_state *state)
{
	if (state->running == MDT_NO)
		return;
	if (state->mode == MDT_MODE_RW)
		mdt_model_may_update_supers(state);
	state->sb_dirty = MDT_YES;
}

void mdt_model_record(struct mdt_model_state *state)
{
	if (state->sb_dirty == MDT_NO || state->mode != MDT_MODE_RW)
		return;
	if (state->sb_dirty == MDT_YES)
		mdt_model_update_supers(state);
	else
		state->events_exact = false;
	state->sb_dirty = MDT_NO;
}

static bool is_at_start(const struct mdt_model_super *super)
{
	return super->kind == MDT_MODEL_SUPER_1 && super->minor != 0;
}

// Where data begin with the device's first sector, a sync copies what is in front of the
// data of other arrays: superblocks 1.1 and 1.2.
void mdt_model_copy_supers(struct mdt_model_state *state)
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
