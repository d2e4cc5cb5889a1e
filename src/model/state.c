// SPDX-License-Identifier: MIT
#include "model/parts.h"

#include "md/level.h"

void mdt_model_state_init(struct mdt_model_state *state)
{
	*state = (struct mdt_model_state){
		.mode = MDT_MODE_RW,
		.level = -1000000, // LEVEL_NONE, mddev_init() of md.c
		.fail_last = MDT_NO,
		.events_exact = true,
	};
}

void mdt_model_state_unknown(struct mdt_model_state *state)
{
	*state = (struct mdt_model_state){
		.exists = MDT_UNSURE,
		.hold = MDT_HOLD_UNKNOWN,
		.others = MDT_UNSURE,
		.claimed = MDT_UNSURE,
		.closing = MDT_UNSURE,
		.raid_disks = MDT_MODEL_UNKNOWN,
		.level = MDT_MODEL_UNKNOWN,
		.layout = MDT_MODEL_UNKNOWN,
		.chunk_size = MDT_MODEL_UNKNOWN,
		.major_version = MDT_MODEL_UNKNOWN,
		.minor_version = MDT_MODEL_UNKNOWN,
		.max_disks = MDT_MODEL_UNKNOWN,
		.dev_sectors = MDT_MODEL_UNKNOWN,
		.ctime = MDT_MODEL_UNKNOWN,
		.persistent = MDT_UNSURE,
		.running = MDT_UNSURE,
		.mode = MDT_MODE_UNKNOWN,
		.degraded = MDT_MODEL_UNKNOWN,
		.broken = MDT_UNSURE,
		.fail_last = MDT_UNSURE,
		.in_sync = MDT_UNSURE,
		.write_pending = MDT_UNSURE,
		.sb_dirty = MDT_UNSURE,
		.no_recovery = MDT_UNSURE,
		.unsynced = MDT_UNSURE,
		.syncing = MDT_UNSURE,
		.unsettled = MDT_UNSURE,
		.needed = MDT_UNSURE,
		.residue = MDT_UNSURE,
		.frozen = MDT_UNSURE,
		.bitmap = MDT_UNSURE,
		.bitmap_file = MDT_UNSURE,
		.reshaping = MDT_UNSURE,
		.unlisted = MDT_MODEL_UNKNOWN,
	};
}

/* ---- devices ---- */

struct mdt_model_disk *mdt_model_disk_find(struct mdt_model_state *state, uint32_t major,
					   uint32_t minor)
{
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].major == major && state->disks[i].minor == minor)
			return &state->disks[i];
	return NULL;
}

struct mdt_model_disk *mdt_model_disk_get(struct mdt_model_state *state, uint32_t major,
					  uint32_t minor)
{
	struct mdt_model_disk *disk = mdt_model_disk_find(state, major, minor);

	if (disk || state->disk_count == MDT_MODEL_DISKS)
		return disk;
	disk = &state->disks[state->disk_count++];
	*disk = (struct mdt_model_disk){
		.major = major,
		.minor = minor,
		.missing = MDT_UNSURE,
		.claimed = MDT_UNSURE,
		.read_only = MDT_UNSURE,
		.size = MDT_MODEL_UNKNOWN,
		.number = MDT_MODEL_UNKNOWN,
		.slot = MDT_MODEL_UNKNOWN,
		.saved_slot = MDT_MODEL_UNKNOWN,
		.sectors = MDT_MODEL_UNKNOWN,
	};
	return disk;
}

void mdt_model_disks_share(struct mdt_model_state *state,
			   const struct mdt_model_state *other)
{
	for (uint32_t i = 0; i < other->disk_count; i++) {
		const struct mdt_model_disk *from = &other->disks[i];
		struct mdt_model_disk *to =
			mdt_model_disk_get(state, from->major, from->minor);

		if (!to || to->is_member)
			continue;
		to->missing = from->missing;
		to->claimed = from->is_member ? MDT_YES : from->claimed;
		to->read_only = from->read_only;
		to->size = from->size;
		to->super = from->super;
	}
}

/* ---- members ---- */

int32_t mdt_model_member_count(const struct mdt_model_state *state)
{
	int32_t count = state->unlisted;

	if (count == MDT_MODEL_UNKNOWN)
		return count;
	for (uint32_t i = 0; i < state->disk_count; i++)
		count += state->disks[i].is_member;
	return count;
}

enum mdt_tri mdt_model_has_members(const struct mdt_model_state *state)
{
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].is_member)
			return MDT_YES;
	if (state->unlisted == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	return mdt_tri_of(state->unlisted > 0);
}

uint32_t mdt_model_members(const struct mdt_model_state *state,
			   uint32_t ret[MDT_MODEL_DISKS])
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < state->disk_count; i++) {
		uint32_t at = count;

		if (!state->disks[i].is_member)
			continue;
		for (; at && state->disks[ret[at - 1]].bound < state->disks[i].bound;
		     at--)
			ret[at] = ret[at - 1];
		ret[at] = i;
		count++;
	}
	return count;
}

/* ---- array_state ---- */

static const char *const state_names[] = {
	[MDT_STATE_CLEAR] = "clear",
	[MDT_STATE_INACTIVE] = "inactive",
	[MDT_STATE_READONLY] = "readonly",
	[MDT_STATE_READ_AUTO] = "read-auto",
	[MDT_STATE_CLEAN] = "clean",
	[MDT_STATE_ACTIVE] = "active",
	[MDT_STATE_WRITE_PENDING] = "write-pending",
	[MDT_STATE_ACTIVE_IDLE] = "active-idle",
	[MDT_STATE_BROKEN] = "broken",
};

const char *mdt_array_state_name(enum mdt_array_state state)
{
	return state_names[state];
}

static enum mdt_tri is_clear(const struct mdt_model_state *state)
{
	enum mdt_tri empty = mdt_tri_and(mdt_tri_not(mdt_model_has_members(state)),
					 mdt_model_equal(state->raid_disks, 0));

	return mdt_tri_and(empty, mdt_model_equal(state->dev_sectors, 0));
}

// A writable array that runs.
static unsigned int writable_states(const struct mdt_model_state *state)
{
	unsigned int clean = 0, ret = 0;

	if (state->broken != MDT_YES)
		clean |= 1 << MDT_STATE_CLEAN;
	if (state->broken != MDT_NO)
		clean |= 1 << MDT_STATE_BROKEN;
	if (state->write_pending != MDT_NO)
		ret |= 1 << MDT_STATE_WRITE_PENDING;
	if (state->write_pending == MDT_YES)
		return ret;
	if (state->in_sync != MDT_NO)
		ret |= clean;
	if (state->in_sync != MDT_YES)
		ret |= 1 << MDT_STATE_ACTIVE | 1 << MDT_STATE_ACTIVE_IDLE;
	return ret;
}

static unsigned int running_states(const struct mdt_model_state *state)
{
	switch (state->mode) {
	case MDT_MODE_RW:
		return writable_states(state);
	case MDT_MODE_RO:
		return 1 << MDT_STATE_READONLY;
	case MDT_MODE_AUTO:
		return 1 << MDT_STATE_READ_AUTO;
	case MDT_MODE_UNKNOWN:
		break;
	}
	return writable_states(state) | 1 << MDT_STATE_READONLY |
	       1 << MDT_STATE_READ_AUTO;
}

unsigned int mdt_model_array_state(const struct mdt_model_state *state)
{
	enum mdt_tri clear = is_clear(state);
	unsigned int ret = 0;

	if (state->running != MDT_NO)
		ret |= running_states(state);
	if (state->running != MDT_YES && clear != MDT_NO)
		ret |= 1 << MDT_STATE_CLEAR;
	if (state->running != MDT_YES && clear != MDT_YES)
		ret |= 1 << MDT_STATE_INACTIVE;
	return ret;
}

static bool state_find(struct mdt_slice word, enum mdt_array_state *ret)
{
	for (unsigned int i = 0; i < MDT_STATES; i++) {
		if (!mdt_slice_eq_cstr(word, state_names[i]))
			continue;
		*ret = (enum mdt_array_state)i;
		return true;
	}
	return false;
}

// Nothing is set up: what array_state_show() looks at, and what goes with it.
static void now_clear(struct mdt_model_state *state)
{
	state->running = MDT_NO;
	state->raid_disks = 0;
	state->dev_sectors = 0;
	state->unlisted = 0;
	for (uint32_t i = 0; i < state->disk_count; i++)
		state->disks[i].is_member = false;
}

static void now_running(struct mdt_model_state *state, enum mdt_model_mode mode)
{
	if (state->running != MDT_YES) {
		state->running = MDT_YES;
		state->degraded = MDT_MODEL_UNKNOWN;
		if (mdt_model_has_members(state) != MDT_YES)
			state->unlisted = MDT_MODEL_UNKNOWN;
	}
	if (mdt_model_equal(state->raid_disks, 0) != MDT_NO)
		state->raid_disks = MDT_MODEL_SOME;
	state->mode = mode;
}

static void set_state(struct mdt_model_state *state, enum mdt_array_state word)
{
	switch (word) {
	case MDT_STATE_CLEAR:
		now_clear(state);
		return;
	case MDT_STATE_INACTIVE:
		state->running = MDT_NO;
		return;
	case MDT_STATE_READONLY:
		now_running(state, MDT_MODE_RO);
		return;
	case MDT_STATE_READ_AUTO:
		now_running(state, MDT_MODE_AUTO);
		return;
	case MDT_STATE_CLEAN:
	case MDT_STATE_BROKEN:
		now_running(state, MDT_MODE_RW);
		state->broken = mdt_tri_of(word == MDT_STATE_BROKEN);
		state->write_pending = MDT_NO;
		return;
	case MDT_STATE_ACTIVE:
	case MDT_STATE_ACTIVE_IDLE:
	case MDT_STATE_WRITE_PENDING:
	case MDT_STATES:
		now_running(state, MDT_MODE_RW);
		return;
	}
}

// What is true only for a moment must not be taken for lasting.
static bool passes(enum mdt_array_state word)
{
	return word == MDT_STATE_ACTIVE || word == MDT_STATE_ACTIVE_IDLE ||
	       word == MDT_STATE_WRITE_PENDING;
}

bool mdt_model_see_array_state(struct mdt_model_state *state, struct mdt_slice word)
{
	unsigned int possible = mdt_model_array_state(state);
	enum mdt_array_state seen;
	bool agrees;

	if (word.len && word.str[word.len - 1] == '\n')
		word.len--;
	if (!state_find(word, &seen))
		return true;
	// Whoever has it open may write to it, and a failure is being recorded.
	agrees = possible & 1u << seen ||
		 (passes(seen) &&
		  possible & (1 << MDT_STATE_CLEAN | 1 << MDT_STATE_BROKEN));
	if (state->exists != MDT_YES)
		state->exists = MDT_YES;
	if (possible != 1u << seen)
		set_state(state, seen);
	return agrees;
}

/* ---- text ---- */

static void mode_text(const struct mdt_model_state *state, struct mdt_buf *ret)
{
	unsigned int states = mdt_model_array_state(state), first = 1;

	if (__builtin_popcount(states) > 3) {
		mdt_buf_adds(ret, state->running == MDT_YES ? "running" : "not known");
		return;
	}
	for (unsigned int i = 0; i < MDT_STATES; i++) {
		if (!(states & 1u << i))
			continue;
		mdt_buf_adds(ret, first ? "" : " or ");
		mdt_buf_adds(ret, state_names[i]);
		first = 0;
	}
}

static void count_text(int32_t count, struct mdt_buf *ret)
{
	if (count == MDT_MODEL_UNKNOWN || count == MDT_MODEL_SOME)
		mdt_buf_addc(ret, '?');
	else
		mdt_buf_printf(ret, "%d", count);
}

static void members_text(const struct mdt_model_state *state, struct mdt_buf *ret)
{
	int32_t count = mdt_model_member_count(state);
	uint32_t failed = 0;

	for (uint32_t i = 0; i < state->disk_count; i++)
		failed += state->disks[i].is_member && state->disks[i].faulty == MDT_YES;
	if (count == 0 && mdt_model_equal(state->raid_disks, 0) == MDT_YES)
		return;
	mdt_buf_adds(ret, ", ");
	count_text(count, ret);
	mdt_buf_adds(ret, count == 1 ? " member" : " members");
	if (failed)
		mdt_buf_printf(ret, " (%u failed)", failed);
	if (mdt_model_equal(state->raid_disks, 0) == MDT_YES)
		return;
	mdt_buf_adds(ret, " for ");
	count_text(state->raid_disks, ret);
	mdt_buf_adds(ret, state->raid_disks == 1 ? " slot" : " slots");
}

static void set_up_text(const struct mdt_model_state *state, struct mdt_buf *ret)
{
	const char *level = mdt_level_name(state->level);

	if (state->running == MDT_NO && state->major_version != MDT_MODEL_UNKNOWN &&
	    mdt_model_equal(state->raid_disks, 0) == MDT_YES && state->ctime)
		mdt_buf_printf(ret, ", for version-%d superblocks", state->major_version);
	if (level && state->level != -1000000)
		mdt_buf_printf(ret, ", %s", level);
}

static void sync_text(const struct mdt_model_state *state, struct mdt_buf *ret)
{
	if (state->running != MDT_YES)
		return;
	if (state->unsynced == MDT_YES)
		mdt_buf_adds(ret,
			     state->syncing == MDT_YES ? ", resyncing" : ", resync due");
	else if (state->syncing == MDT_YES && state->unsynced == MDT_NO &&
		 state->reshaping == MDT_NO)
		mdt_buf_adds(ret, ", recovering");
}

// A system with writes of its own cannot be told to be clean, and array_state is then
// "clean or active"; when nothing at all is known the list of all words says less.
static bool is_open(const struct mdt_model_state *state)
{
	return state->running == MDT_UNSURE && state->mode == MDT_MODE_UNKNOWN;
}

void mdt_model_state_text(const struct mdt_model_state *state, struct mdt_buf *ret)
{
	if (state->exists == MDT_NO) {
		mdt_buf_adds(ret, "no array");
		return;
	}
	if (is_open(state) && mdt_model_equal(state->raid_disks, 0) == MDT_UNSURE) {
		mdt_buf_adds(ret, "not known");
		return;
	}
	mode_text(state, ret);
	set_up_text(state, ret);
	members_text(state, ret);
	if (state->running == MDT_YES && state->degraded != MDT_MODEL_UNKNOWN &&
	    state->degraded > 0)
		mdt_buf_adds(ret, ", degraded");
	sync_text(state, ret);
	if (state->frozen == MDT_YES && state->running != MDT_NO)
		mdt_buf_adds(ret, ", sync frozen");
	if (state->closing == MDT_YES)
		mdt_buf_adds(ret, ", closing");
	if (state->deleted == MDT_YES)
		mdt_buf_adds(ret, ", deleted");
}
