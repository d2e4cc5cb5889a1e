// SPDX-License-Identifier: MIT
/*
 * What the superblocks of the members say: analyze_sbs(), super_90_validate() and
 * super_1_validate() of md.c, for superblocks that have loaded.
 */
#include "model/parts.h"

static bool has_slot(const struct mdt_model_super *super)
{
	return mdt_model_role(super) >= 0;
}

int mdt_model_freshest(const struct mdt_model_state *state)
{
	uint32_t order[MDT_MODEL_DISKS], count = mdt_model_members(state, order);
	int freshest = -1;

	for (uint32_t i = 0; i < count; i++) {
		const struct mdt_model_super *super = &state->disks[order[i]].super;

		if (has_slot(super) &&
		    (freshest < 0 || super->events > state->disks[freshest].super.events))
			freshest = (int)order[i];
	}
	return freshest;
}

// The count of a superblock is one that a run went on from, or came by.
static bool is_counted_before(const struct mdt_model_super *super,
			      const struct mdt_model_line *line)
{
	return super->events_exact || super->line.run == line->run ||
	       (super->line.run == line->base && super->events <= line->base_events);
}

static bool is_same_count(const struct mdt_model_super *super, uint64_t events,
			  bool events_exact, const struct mdt_model_line *line)
{
	return super->events == events && super->events_exact == events_exact &&
	       (events_exact || super->line.run == line->run);
}

// Nobody else's count can have been raised above that of the freshest.
static bool is_freshest_sure(const struct mdt_model_state *state)
{
	int freshest = mdt_model_freshest(state);

	for (uint32_t i = 0; freshest >= 0 && i < state->disk_count; i++)
		if (state->disks[i].is_member && has_slot(&state->disks[i].super) &&
		    !is_counted_before(&state->disks[i].super,
				       &state->disks[freshest].super.line))
			return false;
	return true;
}

bool mdt_model_can_analyze(const struct mdt_model_state *state)
{
	if (state->unlisted != 0)
		return false;
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].is_member &&
		    mdt_model_role(&state->disks[i].super) == MDT_MODEL_UNKNOWN)
			return false;
	return is_freshest_sure(state);
}

// By how much the events of a superblock are behind. Where the raid thread may have added
// some, a difference of 1 may be more.
static enum mdt_tri is_behind(const struct mdt_model_super *super,
			      const struct mdt_model_super *fresh, uint64_t by)
{
	bool exact = super->events_exact && fresh->events_exact;

	if (super->events + by <= fresh->events)
		return is_counted_before(super, &fresh->line) ? MDT_YES : MDT_UNSURE;
	return exact || is_same_count(super, fresh->events, fresh->events_exact,
				      &fresh->line)
		       ? MDT_NO
		       : MDT_UNSURE;
}

// Not less, though the array may have counted on.
static bool is_at_least(const struct mdt_model_super *super,
			const struct mdt_model_state *state)
{
	return (super->events_exact && state->events_exact) ||
	       is_same_count(super, state->events, state->events_exact, &state->line);
}

// validate_super() looks at the roles of a device only when it is up to date.
static enum mdt_tri is_up_to_date(const struct mdt_model_state *state,
				  const struct mdt_model_super *super)
{
	if (mdt_model_has_bitmap(state) != MDT_NO)
		return MDT_UNSURE; // events_cleared decides
	if (super->events < state->events)
		return is_counted_before(super, &state->line) ? MDT_NO : MDT_UNSURE;
	// A recovery that begins or ends writes newer superblocks than this one, and so
	// does md when it finds the array writable again.
	if (!is_at_least(super, state) ||
	    (state->mode != MDT_MODE_RO && state->sb_dirty != MDT_NO) ||
	    (state->unsettled != MDT_NO && mdt_model_sync_due(state) != MDT_NO))
		return MDT_UNSURE;
	return MDT_YES;
}

enum mdt_tri mdt_model_readd_faulty(const struct mdt_model_way *way)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);
	int32_t role;

	if (way->state.persistent == MDT_NO)
		return MDT_NO;
	role = disk ? mdt_model_role(&disk->super) : MDT_MODEL_UNKNOWN;
	if (role == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	return role == MDT_MODEL_FAULTY ? is_up_to_date(&way->state, &disk->super)
					: MDT_NO;
}

int32_t mdt_model_readd_slot(const struct mdt_model_way *way)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);
	const struct mdt_model_state *state = &way->state;
	int32_t role;

	if (state->persistent == MDT_NO && way->call->has_disk_info)
		return way->call->raid_disk < state->raid_disks ? way->call->raid_disk
								: -1;
	if (!disk || disk->super.kind == MDT_MODEL_SUPER_UNKNOWN ||
	    state->persistent != MDT_YES)
		return MDT_MODEL_UNKNOWN;
	role = mdt_model_role(&disk->super);
	if (role < 0)
		return role == MDT_MODEL_UNKNOWN ? role : -1;
	switch (is_up_to_date(state, &disk->super)) {
	case MDT_YES:
		return role;
	case MDT_NO:
		return -1;
	default:
		return MDT_MODEL_UNKNOWN;
	}
}

/* ---- the members take what the superblocks say ---- */

static void take_array(struct mdt_model_state *state, const struct mdt_model_super *super)
{
	state->raid_disks = super->raid_disks;
	state->level = super->level;
	// super_1_validate(): raid0's layout counts only where it is said to be one.
	state->layout = super->level == 0 && !super->layout_said ? -1 : super->layout;
	state->dev_sectors = super->size;
	state->ctime = super->ctime;
	state->family = super->family;
	state->events = super->events;
	state->events_exact = super->events_exact;
	state->line = (struct mdt_model_line){ .run = super->line.run,
					       .base = super->line.run,
					       .base_events = super->events };
	state->unsynced = mdt_tri_of(!super->clean);
	state->reshaping = mdt_tri_of(super->reshaping);
	// One in a file that was given before stays (super_1_validate()).
	state->bitmap = mdt_tri_or(state->bitmap, mdt_tri_of(super->bitmap));
	// MD_SB_DISKS, and what fits 4096 bytes: (4096 - 256) / 2
	state->max_disks = super->kind == MDT_MODEL_SUPER_0 ? 27 : 1920;
	if (super->kind == MDT_MODEL_SUPER_0)
		state->minor_version = 90;
	state->chunk_size = super->chunk_size;
}

static void take_role(struct mdt_model_state *state, struct mdt_model_disk *disk,
		      int32_t role)
{
	disk->faulty = mdt_tri_of(role == MDT_MODEL_FAULTY);
	disk->slot = disk->saved_slot = role < 0 ? -1 : role;
	disk->in_sync = mdt_tri_of(role >= 0 && !disk->super.recovering);
	if (disk->super.recovering)
		disk->saved_slot = -1;
	if (state->raid_disks != MDT_MODEL_SOME && disk->slot >= state->raid_disks) {
		disk->slot = -1;
		disk->in_sync = MDT_NO;
	}
}

static void kick(struct mdt_model_disk *disk)
{
	disk->is_member = false;
	disk->claimed = MDT_NO;
}

// The role of a member that is behind is what the freshest one has for it; 0.90 does not
// look there (super_1_validate()).
static int32_t role_in(const struct mdt_model_super *fresh,
		       const struct mdt_model_super *super)
{
	int32_t number = super->dev_number;

	if (super->kind == MDT_MODEL_SUPER_0 || super->events >= fresh->events)
		return mdt_model_role(super);
	if (number < 0 || number >= fresh->max_dev || number >= MDT_MODEL_ROLES)
		return MDT_MODEL_UNKNOWN;
	return fresh->roles[number];
}

static void validate(struct mdt_model_state *state, const struct mdt_model_super *fresh,
		     struct mdt_model_disk *disk)
{
	int32_t role = role_in(fresh, &disk->super);

	if (role == MDT_MODEL_UNKNOWN) {
		disk->slot = disk->saved_slot = MDT_MODEL_UNKNOWN;
		disk->in_sync = disk->faulty = MDT_UNSURE;
		return;
	}
	take_role(state, disk, role);
}

/* ---- members that are too old ---- */

static enum mdt_tri is_stale(const struct mdt_model_disk *disk,
			     const struct mdt_model_super *fresh)
{
	if (!disk->is_member || !has_slot(&disk->super))
		return MDT_NO;
	return is_behind(&disk->super, fresh, 2);
}

enum mdt_tri mdt_model_any_stale(const struct mdt_model_state *state)
{
	int freshest = mdt_model_freshest(state);
	enum mdt_tri ret = MDT_NO;

	if (!mdt_model_can_analyze(state))
		return mdt_model_member_count(state) == 1 ? MDT_NO : MDT_UNSURE;
	if (freshest < 0)
		return MDT_NO;
	for (uint32_t i = 0; i < state->disk_count; i++)
		ret = mdt_tri_or(
			ret, is_stale(&state->disks[i], &state->disks[freshest].super));
	return ret;
}

// Some of those of which not all is known; nobody knows which.
static void kick_some(struct mdt_model_state *state)
{
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member)
			continue;
		disk->is_member = false;
		disk->claimed = MDT_UNSURE;
	}
	state->unlisted = MDT_MODEL_UNKNOWN;
}

void mdt_then_kick_stale(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	int freshest = mdt_model_freshest(state);

	if (!mdt_model_can_analyze(state)) {
		kick_some(state);
		return;
	}
	for (uint32_t i = 0; freshest >= 0 && i < state->disk_count; i++)
		if (is_stale(&state->disks[i], &state->disks[freshest].super) != MDT_NO)
			kick(&state->disks[i]);
}

void mdt_model_presume_fresh(struct mdt_model_state *state)
{
	int freshest = mdt_model_freshest(state);
	struct mdt_model_super *fresh;

	if (freshest < 0 || !mdt_model_can_analyze(state))
		return;
	fresh = &state->disks[freshest].super;
	fresh->events_exact = true;
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member || disk->super.events >= fresh->events)
			continue;
		disk->super.events = fresh->events - 1;
		disk->super.events_exact = true;
	}
}

static void analyze_unknown(struct mdt_model_state *state)
{
	state->raid_disks = MDT_MODEL_SOME;
	state->level = state->layout = state->chunk_size = MDT_MODEL_UNKNOWN;
	state->dev_sectors = state->ctime = MDT_MODEL_UNKNOWN;
	state->max_disks = MDT_MODEL_UNKNOWN;
	state->unsynced = state->reshaping = MDT_UNSURE;
	state->events_exact = false;
	state->bitmap = MDT_UNSURE;
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_disk *disk = &state->disks[i];

		disk->slot = disk->saved_slot = MDT_MODEL_UNKNOWN;
		disk->in_sync = disk->faulty = MDT_UNSURE;
	}
	// Some that are behind may have been kicked.
	if (state->unlisted > 0)
		state->unlisted = MDT_MODEL_UNKNOWN;
}

void mdt_then_analyze(struct mdt_model_way *way)
{
	struct mdt_model_state *state = &way->state;
	int freshest = mdt_model_freshest(state);
	struct mdt_model_super fresh;

	if (!mdt_model_can_analyze(state) || freshest < 0) {
		analyze_unknown(state);
		return;
	}
	fresh = state->disks[freshest].super;
	take_array(state, &fresh);
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].is_member)
			validate(state, &fresh, &state->disks[i]);
}
