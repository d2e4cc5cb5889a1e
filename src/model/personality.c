// SPDX-License-Identifier: MIT
#include "model/personality.h"

static const struct mdt_personality *const rows[] = {
	&mdt_level_linear, &mdt_level_raid0, &mdt_level_raid1,	&mdt_level_raid4,
	&mdt_level_raid5,  &mdt_level_raid6, &mdt_level_raid10,
};

const struct mdt_personality *mdt_personality_find(int32_t level)
{
	array_for_each (it, rows)
		if ((*it)->level == level)
			return *it;
	return NULL;
}

bool mdt_model_has_thread(const struct mdt_model_state *state)
{
	const struct mdt_personality *personality = mdt_personality_of(state);

	return !personality || personality->syncs;
}

enum mdt_tri mdt_model_resyncs(const struct mdt_model_state *state)
{
	const struct mdt_personality *personality = mdt_personality_of(state);

	return personality ? mdt_tri_of(personality->syncs) : MDT_UNSURE;
}

const char *mdt_model_module(int32_t level)
{
	const struct mdt_personality *personality = mdt_personality_find(level);

	return personality ? personality->module : NULL;
}

enum mdt_tri mdt_model_is_enough(const struct mdt_model_state *state)
{
	const struct mdt_personality *personality = mdt_personality_of(state);

	return personality && personality->enough ? personality->enough(state) : MDT_YES;
}

int64_t mdt_model_used_sectors(const struct mdt_model_state *state, int64_t sectors)
{
	const struct mdt_personality *personality = mdt_personality_of(state);

	if (!personality || !personality->uses || sectors == MDT_MODEL_UNKNOWN)
		return sectors;
	return personality->uses(state, sectors);
}

/* ---- guards ---- */

enum mdt_tri mdt_ask_level(const struct mdt_model_way *way, int level)
{
	if (way->state.level == MDT_MODEL_UNKNOWN || way->state.level == MDT_MODEL_SOME)
		return MDT_UNSURE;
	return mdt_tri_of(way->state.level == level);
}

static enum mdt_tri ask_followed(const struct mdt_model_way *way, int arg _unused_)
{
	if (way->state.level == MDT_MODEL_UNKNOWN || way->state.level == MDT_MODEL_SOME)
		return MDT_UNSURE;
	return mdt_tri_of(mdt_personality_of(&way->state));
}

// That a call went well does not tell the level.
const struct mdt_model_guard mdt_if_followed = { ask_followed, NULL, 0 };

enum ability {
	SYNCS,
	ADDS,
	RESIZES,
	RESHAPES,
};

// Of a level that is not known another row speaks.
static enum mdt_tri ask_cannot(const struct mdt_model_way *way, int arg)
{
	const struct mdt_personality *it = mdt_personality_of(&way->state);

	if (!it && (enum ability)arg != RESHAPES)
		return MDT_NO;
	it = mdt_personality_presumed(&way->state);
	switch ((enum ability)arg) {
	case SYNCS:
		return mdt_tri_of(!it->syncs);
	case ADDS:
		return mdt_tri_of(!it->adds);
	case RESIZES:
		return mdt_tri_of(!it->resizes);
	case RESHAPES:
		return mdt_tri_of(!it->reshapes);
	}
	unreachable();
}
const struct mdt_model_guard mdt_if_no_syncs = { ask_cannot, NULL, SYNCS },
			     mdt_if_no_adds = { ask_cannot, NULL, ADDS },
			     mdt_if_no_resizes = { ask_cannot, NULL, RESIZES },
			     mdt_if_no_reshapes = { ask_cannot, NULL, RESHAPES };

/* ---- members ---- */

struct mdt_model_range mdt_model_present(const struct mdt_model_state *state)
{
	struct mdt_model_range ret = { 0, 0 };

	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];
		enum mdt_tri is = mdt_tri_and(disk->in_sync, mdt_tri_not(disk->faulty));

		if (!disk->is_member || disk->slot == -1 ||
		    (state->raid_disks != MDT_MODEL_SOME &&
		     disk->slot >= state->raid_disks))
			continue;
		if (disk->slot == MDT_MODEL_UNKNOWN && is != MDT_NO)
			is = MDT_UNSURE;
		ret.min += is == MDT_YES;
		ret.max += is != MDT_NO;
	}
	if (state->unlisted == MDT_MODEL_UNKNOWN)
		ret.max = MDT_MODEL_SOME;
	else
		ret.max += state->unlisted;
	return ret;
}

static bool has_unknown_slot(const struct mdt_model_state *state)
{
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].is_member &&
		    state->disks[i].slot == MDT_MODEL_UNKNOWN)
			return true;
	return state->unlisted != 0;
}

enum mdt_tri mdt_model_same_slot(const struct mdt_model_state *state)
{
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

enum mdt_tri mdt_model_slot_in_sync(const struct mdt_model_state *state, int32_t slot,
				    const struct mdt_model_disk *but)
{
	bool moves = state->running != MDT_NO && state->unsettled != MDT_NO;
	enum mdt_tri ret = MDT_NO;

	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];
		enum mdt_tri is = mdt_tri_and(disk->in_sync, mdt_tri_not(disk->faulty));

		if (!disk->is_member || disk == but)
			continue;
		// A recovery may have ended, or a spare have taken the slot.
		if (moves && is != MDT_YES && disk->faulty != MDT_YES)
			is = MDT_UNSURE;
		if (disk->slot == slot)
			ret = mdt_tri_or(ret, is);
		else if (disk->slot == MDT_MODEL_UNKNOWN || (disk->slot == -1 && moves))
			ret = mdt_tri_or(ret, mdt_tri_and(is, MDT_UNSURE));
	}
	return state->unlisted == 0 ? ret : mdt_tri_or(ret, MDT_UNSURE);
}
