// SPDX-License-Identifier: MIT
#include "life/facts.h"

#include "life/parts.h"

static const char *const role_names[] = {
	[MDT_MEMBER_UNKNOWN] = "not known", [MDT_MEMBER_IN_SYNC] = "in sync",
	[MDT_MEMBER_SPARE] = "spare",	    [MDT_MEMBER_REBUILDING] = "rebuilding",
	[MDT_MEMBER_FAULTY] = "faulty",	    [MDT_MEMBER_JOURNAL] = "journal",
};

const char *mdt_member_role_name(enum mdt_member_role role)
{
	return role_names[role];
}

static const char *const sync_names[] = {
	[MDT_SYNC_UNKNOWN] = "not known", [MDT_SYNC_IDLE] = "idle",
	[MDT_SYNC_RESYNC] = "resync",	  [MDT_SYNC_RECOVER] = "recover",
	[MDT_SYNC_RESHAPE] = "reshape",	  [MDT_SYNC_FROZEN] = "frozen",
	[MDT_SYNC_DUE] = "due",
};

const char *mdt_life_sync_name(enum mdt_life_sync sync)
{
	return sync_names[sync];
}

/* ---- one state ---- */

static enum mdt_member_role role_of(const struct mdt_model_disk *disk)
{
	if (disk->faulty == MDT_YES)
		return MDT_MEMBER_FAULTY;
	if (disk->faulty == MDT_UNSURE)
		return MDT_MEMBER_UNKNOWN;
	if (disk->slot == MDT_MODEL_JOURNAL)
		return MDT_MEMBER_JOURNAL;
	if (disk->in_sync == MDT_YES)
		return MDT_MEMBER_IN_SYNC;
	if (disk->in_sync == MDT_UNSURE || disk->slot == MDT_MODEL_UNKNOWN)
		return MDT_MEMBER_UNKNOWN;
	return disk->slot < 0 ? MDT_MEMBER_SPARE : MDT_MEMBER_REBUILDING;
}

static enum mdt_life_sync sync_of(const struct mdt_model_state *state)
{
	if (state->running == MDT_NO)
		return MDT_SYNC_IDLE;
	if (state->frozen == MDT_YES)
		return MDT_SYNC_FROZEN;
	if (state->running == MDT_UNSURE || state->syncing == MDT_UNSURE)
		return MDT_SYNC_UNKNOWN;
	if (state->syncing == MDT_NO)
		return state->unsynced == MDT_YES ? MDT_SYNC_DUE : MDT_SYNC_IDLE;
	if (state->reshaping != MDT_NO || state->unsynced == MDT_UNSURE)
		return state->reshaping == MDT_YES ? MDT_SYNC_RESHAPE : MDT_SYNC_UNKNOWN;
	return state->unsynced == MDT_YES ? MDT_SYNC_RESYNC : MDT_SYNC_RECOVER;
}

static void facts_of(const struct mdt_model_state *state, struct mdt_life_facts *ret)
{
	*ret = (struct mdt_life_facts){
		.running = state->exists == MDT_NO ? MDT_NO : state->running,
		.degraded =
			state->running == MDT_YES ? state->degraded : MDT_MODEL_UNKNOWN,
		.sync = state->exists == MDT_NO ? MDT_SYNC_IDLE : sync_of(state),
		.all_members = state->exists == MDT_NO || state->unlisted == 0,
	};
	for (uint32_t i = 0; state->exists != MDT_NO && i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];

		if (disk->is_member)
			ret->members[ret->member_count++] =
				(struct mdt_life_member){ disk->major, disk->minor,
							  role_of(disk), disk->slot };
	}
}

/* ---- several ---- */

static struct mdt_life_member *member_find(struct mdt_life_facts *facts,
					   const struct mdt_life_member *member)
{
	for (uint32_t i = 0; i < facts->member_count; i++)
		if (facts->members[i].major == member->major &&
		    facts->members[i].minor == member->minor)
			return &facts->members[i];
	return NULL;
}

// Of a member that only one of two states has it is not known what it is.
static void merge_member(struct mdt_life_facts *into,
			 const struct mdt_life_member *member)
{
	struct mdt_life_member *known = member_find(into, member);

	if (!known && into->member_count == MDT_MODEL_DISKS)
		return;
	if (!known) {
		known = &into->members[into->member_count++];
		*known = *member;
		known->role = MDT_MEMBER_UNKNOWN;
	}
	if (known->role != member->role)
		known->role = MDT_MEMBER_UNKNOWN;
	if (known->slot != member->slot)
		known->slot = MDT_MODEL_UNKNOWN;
}

static int32_t merge_degraded(int32_t a, int32_t b)
{
	if (a == b)
		return a;
	return a != MDT_MODEL_UNKNOWN && b != MDT_MODEL_UNKNOWN && a > 0 && b > 0
		       ? MDT_MODEL_SOME
		       : MDT_MODEL_UNKNOWN;
}

static void merge(struct mdt_life_facts *into, struct mdt_life_facts *other)
{
	if (into->running != other->running)
		into->running = MDT_UNSURE;
	into->degraded = merge_degraded(into->degraded, other->degraded);
	if (into->sync != other->sync)
		into->sync = MDT_SYNC_UNKNOWN;
	into->all_members &= other->all_members;
	for (uint32_t i = 0; i < into->member_count; i++)
		if (!member_find(other, &into->members[i]))
			into->members[i].role = MDT_MEMBER_UNKNOWN;
	for (uint32_t i = 0; i < other->member_count; i++)
		merge_member(into, &other->members[i]);
}

void mdt_life_facts(const struct mdt_life_array *array, struct mdt_life_facts *ret)
{
	const struct mdt_life_set *set = mdt_life_now(array);
	struct mdt_life_facts other;

	*ret = (struct mdt_life_facts){ .running = MDT_UNSURE,
					.degraded = MDT_MODEL_UNKNOWN };
	for (unsigned int i = 0; i < set->count; i++) {
		facts_of(&set->states[i], i ? &other : ret);
		if (i)
			merge(ret, &other);
	}
	if (!set->lost)
		return;
	// There were more states than can be carried along.
	for (uint32_t i = 0; i < ret->member_count; i++)
		ret->members[i].role = MDT_MEMBER_UNKNOWN;
	ret->degraded = MDT_MODEL_UNKNOWN;
	ret->sync = MDT_SYNC_UNKNOWN;
	ret->all_members = false;
}
