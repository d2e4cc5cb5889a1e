// SPDX-License-Identifier: MIT
#include "model/personality.h"

enum mdt_tri mdt_model_equal(int64_t a, int64_t b)
{
	if (a == MDT_MODEL_UNKNOWN || b == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	if (a == MDT_MODEL_SOME || b == MDT_MODEL_SOME)
		return a <= 0 || b <= 0 ? MDT_NO : MDT_UNSURE;
	return mdt_tri_of(a == b);
}

/* ---- the call ---- */

static enum mdt_tri ask_unprivileged(const struct mdt_model_way *way, int arg _unused_)
{
	return way->call->unprivileged;
}
const struct mdt_model_guard mdt_if_unprivileged = { ask_unprivileged, NULL, 0 };

static enum mdt_tri ask_bad_pointer(const struct mdt_model_way *way, int arg _unused_)
{
	return way->call->bad_pointer;
}
const struct mdt_model_guard mdt_if_bad_pointer = { ask_bad_pointer, NULL, 0 };

enum mdt_tri mdt_ask_word(const struct mdt_model_way *way, int arg)
{
	if (way->call->word == MDT_WORD_UNKNOWN)
		return MDT_UNSURE;
	return mdt_tri_of(way->call->word == (enum mdt_model_word)arg);
}

enum mdt_tri mdt_model_word_in(const struct mdt_model_way *way, uint64_t words)
{
	if (way->call->word == MDT_WORD_UNKNOWN)
		return MDT_UNSURE;
	return mdt_tri_of(words >> way->call->word & 1);
}

static enum mdt_tri ask_interrupted(const struct mdt_model_way *way, int arg _unused_)
{
	return way->call->interrupted;
}
const struct mdt_model_guard mdt_if_interrupted = { ask_interrupted, NULL, 0 };

static enum mdt_tri ask_unsure(const struct mdt_model_way *way _unused_, int arg _unused_)
{
	return MDT_UNSURE;
}
const struct mdt_model_guard mdt_if_unsure = { ask_unsure, NULL, 0 };

static enum mdt_tri ask_sync_delete(const struct mdt_model_way *way, int arg _unused_)
{
	return way->options->sync_delete;
}
const struct mdt_model_guard mdt_if_sync_delete = { ask_sync_delete, NULL, 0 };

/* ---- the array ---- */

// A fact of the state that is a guard as it stands.
#define FACT(fact, member)                                                               \
	static enum mdt_tri ask_##fact(const struct mdt_model_way *way,                  \
				       int arg _unused_)                                 \
	{                                                                                \
		return way->state.member;                                                \
	}                                                                                \
	static void presume_##fact(struct mdt_model_way *way, int arg _unused_,          \
				   bool holds)                                           \
	{                                                                                \
		way->state.member = mdt_tri_of(holds);                                   \
	}                                                                                \
	const struct mdt_model_guard mdt_if_##fact = { ask_##fact, presume_##fact, 0 }

FACT(exists, exists);
FACT(running, running);
FACT(closing, closing);
FACT(deleted, deleted);
FACT(external, external);
FACT(persistent, persistent);
FACT(broken, broken);
FACT(pending, write_pending);

// Who waits to be rebuilt is let go, as nobody can be.
static enum mdt_tri ask_given_up(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_personality *it = mdt_personality_presumed(&way->state);

	return it->gives_up ? it->gives_up(way->options->kernel, &way->state) : MDT_NO;
}
const struct mdt_model_guard mdt_if_given_up = { ask_given_up, NULL, 0 };

// What may be otherwise in the next moment is asked, but not remembered.
static enum mdt_tri ask_residue(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.residue;
}
const struct mdt_model_guard mdt_if_residue = { ask_residue, NULL, 0 };

static enum mdt_tri ask_syncing(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.syncing;
}
const struct mdt_model_guard mdt_if_syncing = { ask_syncing, NULL, 0 };

static enum mdt_tri ask_in_use(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.in_use;
}
const struct mdt_model_guard mdt_if_in_use = { ask_in_use, NULL, 0 };

// openers > arg
static enum mdt_tri ask_openers(const struct mdt_model_way *way, int arg)
{
	return way->state.openers > arg ? MDT_YES : way->state.others;
}
const struct mdt_model_guard mdt_if_opened = { ask_openers, NULL, 0 };
const struct mdt_model_guard mdt_if_opened_twice = { ask_openers, NULL, 1 };

static enum mdt_tri ask_set_up(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_tri_not(mdt_model_equal(way->state.raid_disks, 0));
}

static void presume_set_up(struct mdt_model_way *way, int arg _unused_, bool holds)
{
	way->state.raid_disks = holds ? MDT_MODEL_SOME : 0;
}
const struct mdt_model_guard mdt_if_set_up = { ask_set_up, presume_set_up, 0 };

static enum mdt_tri ask_members(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_has_members(&way->state);
}

static void presume_members(struct mdt_model_way *way, int arg _unused_, bool holds)
{
	if (!holds)
		way->state.unlisted = 0;
}
const struct mdt_model_guard mdt_if_members = { ask_members, presume_members, 0 };

static enum mdt_tri ask_mode(const struct mdt_model_way *way, int arg)
{
	if (way->state.mode == MDT_MODE_UNKNOWN)
		return MDT_UNSURE;
	return mdt_tri_of(way->state.mode == (enum mdt_model_mode)arg);
}

static void presume_mode(struct mdt_model_way *way, int arg, bool holds)
{
	if (holds)
		way->state.mode = (enum mdt_model_mode)arg;
}
const struct mdt_model_guard mdt_if_read_only = { ask_mode, presume_mode, MDT_MODE_RO };
const struct mdt_model_guard mdt_if_auto = { ask_mode, presume_mode, MDT_MODE_AUTO };
const struct mdt_model_guard mdt_if_writable = { ask_mode, presume_mode, MDT_MODE_RW };

static enum mdt_tri ask_version_0(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_equal(way->state.major_version, 0);
}

static void presume_version_0(struct mdt_model_way *way, int arg _unused_, bool holds)
{
	way->state.major_version = holds ? 0 : 1;
}
const struct mdt_model_guard mdt_if_version_0 = { ask_version_0, presume_version_0, 0 };

/* ---- the device that the call names ---- */

static enum mdt_tri ask_missing(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	return disk ? disk->missing : MDT_UNSURE;
}
const struct mdt_model_guard mdt_if_missing = { ask_missing, NULL, 0 };

// The holder of a claim is the member itself, so a second claim fails even for its own
// array: md_import_device() opens with a holder of its own.
static enum mdt_tri ask_taken(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	if (!disk)
		return MDT_UNSURE;
	return disk->is_member ? MDT_YES : disk->claimed;
}
const struct mdt_model_guard mdt_if_taken = { ask_taken, NULL, 0 };

static enum mdt_tri ask_empty(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	// Whoever adds a device of no size is looked for only when it is known to be one.
	return mdt_tri_of(disk && disk->size == 0);
}
const struct mdt_model_guard mdt_if_empty = { ask_empty, NULL, 0 };

// Where md looks for a superblock of a version that the disk's is not of.
static enum mdt_tri is_not_there(const struct mdt_model_disk *disk)
{
	return disk->has_older ? MDT_UNSURE : MDT_YES;
}

// The superblock does not load in the array's version: super_90_load(), super_1_load().
static enum mdt_tri ask_unfit(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);
	const struct mdt_model_state *state = &way->state;
	int32_t minor = state->minor_version;

	if (!disk || state->major_version == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	if (state->major_version == 1 && minor != MDT_MODEL_UNKNOWN &&
	    (minor < 0 || minor > 2))
		return MDT_YES;
	switch (disk->super.kind) {
	case MDT_MODEL_SUPER_UNKNOWN:
		return MDT_UNSURE;
	case MDT_MODEL_SUPER_NONE:
		return MDT_YES;
	case MDT_MODEL_SUPER_0:
		return state->major_version == 0 ? MDT_NO : is_not_there(disk);
	case MDT_MODEL_SUPER_1:
		break;
	}
	if (state->major_version != 1)
		return is_not_there(disk);
	return minor == disk->super.minor   ? MDT_NO
	       : minor == MDT_MODEL_UNKNOWN ? MDT_UNSURE
					    : is_not_there(disk);
}

// A superblock that would load, and has a logical block size.
static enum mdt_tri ask_block_size(const struct mdt_model_way *way, int arg)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	if (!disk || disk->super.kind != MDT_MODEL_SUPER_1 || !disk->super.block_size)
		return MDT_NO;
	return mdt_tri_not(ask_unfit(way, arg));
}
const struct mdt_model_guard mdt_if_block_size = { ask_block_size, NULL, 0 };

// The one that is known does not fit: it was an older one that has loaded.
static void presume_unfit(struct mdt_model_way *way, int arg _unused_, bool holds)
{
	if (!holds && way->device >= 0 && way->state.disks[way->device].has_older)
		way->state.disks[way->device].super.kind = MDT_MODEL_SUPER_UNKNOWN;
}
const struct mdt_model_guard mdt_if_unfit = { ask_unfit, presume_unfit, 0 };

int32_t mdt_model_role(const struct mdt_model_super *super)
{
	if (super->kind == MDT_MODEL_SUPER_UNKNOWN || super->kind == MDT_MODEL_SUPER_NONE)
		return MDT_MODEL_UNKNOWN;
	if (super->dev_number < 0 || super->dev_number >= super->max_dev)
		return MDT_MODEL_SPARE;
	if (super->dev_number >= MDT_MODEL_ROLES)
		return MDT_MODEL_UNKNOWN;
	return super->roles[super->dev_number];
}

static bool is_stopped(const struct mdt_model_state *state)
{
	return state->running == MDT_NO &&
	       mdt_model_equal(state->raid_disks, 0) == MDT_NO;
}

int32_t mdt_model_number(const struct mdt_model_way *way)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	if (way->call->op == MDT_OP_HOT_ADD_DISK)
		return -1;
	if (is_stopped(&way->state))
		return way->call->has_disk_info ? way->call->number : MDT_MODEL_UNKNOWN;
	if (way->state.persistent == MDT_NO && way->state.running == MDT_YES)
		return -1;
	if (!disk || disk->super.kind == MDT_MODEL_SUPER_UNKNOWN)
		return MDT_MODEL_UNKNOWN;
	return disk->super.dev_number >= disk->super.max_dev && way->state.running
		       ? -1
		       : disk->super.dev_number;
}

// Writing superblocks 0.90 gives all but the active members a number anew
// (super_90_sync()), and who is active changes while the array's thread works. Once the
// last member was to fail, whether they are still written is a race with the thread:
// md_error() no longer asks for it.
static bool is_number_in_doubt(const struct mdt_model_state *state,
			       const struct mdt_model_disk *disk)
{
	return state->major_version == 0 && state->running != MDT_NO &&
	       (state->broken != MDT_NO || state->unsettled != MDT_NO) &&
	       (disk->faulty != MDT_NO || disk->in_sync != MDT_YES || disk->slot < 0);
}

static enum mdt_tri ask_number_taken(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;
	int32_t number = mdt_model_number(way);
	enum mdt_tri ret = mdt_model_has_members(state);

	if (number == -1 || ret == MDT_NO)
		return MDT_NO;
	ret = mdt_tri_of(state->unlisted != 0);
	if (ret == MDT_YES)
		ret = MDT_UNSURE;
	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];

		if (!disk->is_member)
			continue;
		ret = mdt_tri_or(ret, is_number_in_doubt(state, disk)
					      ? MDT_UNSURE
					      : mdt_model_equal(disk->number, number));
	}
	return ret;
}
const struct mdt_model_guard mdt_if_number_taken = { ask_number_taken, NULL, 0 };

static enum mdt_tri ask_number_high(const struct mdt_model_way *way, int arg _unused_)
{
	int32_t number = mdt_model_number(way), max = way->state.max_disks;

	// Unknown numbers are taken for such as mdadm chooses.
	if (number == MDT_MODEL_UNKNOWN || max == MDT_MODEL_UNKNOWN || max == 0)
		return MDT_NO;
	return mdt_tri_of(number >= max);
}
const struct mdt_model_guard mdt_if_number_high = { ask_number_high, NULL, 0 };

int64_t mdt_model_sectors(const struct mdt_model_way *way)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);
	const struct mdt_model_state *state = &way->state;
	bool bare = way->call->op == MDT_OP_HOT_ADD_DISK || is_stopped(state);

	if (!disk || disk->size == MDT_MODEL_UNKNOWN)
		return MDT_MODEL_UNKNOWN;
	if (bare && state->persistent != MDT_UNSURE)
		return state->persistent ? mdt_model_end_0(disk->size) : disk->size;
	if (bare)
		return MDT_MODEL_UNKNOWN;
	if (state->running == MDT_YES && state->persistent == MDT_NO)
		return 0;
	switch (disk->super.kind) {
	case MDT_MODEL_SUPER_0:
		return mdt_model_end_0(disk->size);
	case MDT_MODEL_SUPER_1:
		return disk->super.data_size;
	case MDT_MODEL_SUPER_UNKNOWN:
	case MDT_MODEL_SUPER_NONE:
		break;
	}
	return MDT_MODEL_UNKNOWN;
}

static enum mdt_tri ask_too_small(const struct mdt_model_way *way, int arg _unused_)
{
	int64_t sectors = mdt_model_sectors(way), need = way->state.dev_sectors;

	if (way->state.running == MDT_NO || sectors == 0 ||
	    (way->state.level <= 0 && way->state.level != MDT_MODEL_UNKNOWN))
		return MDT_NO;
	if (sectors == MDT_MODEL_UNKNOWN || need == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	return mdt_tri_of(sectors < need);
}
const struct mdt_model_guard mdt_if_too_small = { ask_too_small, NULL, 0 };

static enum mdt_tri ask_protected(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	if (way->state.running == MDT_NO)
		return MDT_NO;
	return disk ? disk->read_only : MDT_UNSURE;
}
const struct mdt_model_guard mdt_if_protected = { ask_protected, NULL, 0 };

/* ---- the same, as a member ---- */

static enum mdt_tri ask_member(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	if (disk && disk->is_member)
		return MDT_YES;
	if (way->state.unlisted == 0)
		return way->call->has_device || !way->state.disk_count ||
				       mdt_model_has_members(&way->state) == MDT_NO
			       ? MDT_NO
			       : MDT_UNSURE;
	return MDT_UNSURE;
}

// A member that was not listed: what it is otherwise is not known.
static void presume_member(struct mdt_model_way *way, int arg _unused_, bool holds)
{
	struct mdt_model_disk *disk;

	if (!holds || way->device < 0)
		return;
	disk = &way->state.disks[way->device];
	disk->is_member = true;
	disk->missing = MDT_NO;
	disk->claimed = MDT_NO;
	disk->number = disk->slot = disk->saved_slot = MDT_MODEL_UNKNOWN;
	disk->sectors = MDT_MODEL_UNKNOWN;
	disk->in_sync = disk->faulty = MDT_UNSURE;
	disk->super.kind = MDT_MODEL_SUPER_UNKNOWN;
	disk->has_super = true;
	if (way->state.unlisted > 0)
		way->state.unlisted--;
}
const struct mdt_model_guard mdt_if_member = { ask_member, presume_member, 0 };

static enum mdt_tri ask_in_slot(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	if (!disk || disk->slot == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	if (disk->slot < 0)
		// A spare may be taken for a recovery at any time.
		return way->state.unsettled != MDT_NO && disk->faulty != MDT_YES
			       ? MDT_UNSURE
			       : MDT_NO;
	return disk->faulty != MDT_NO && way->state.unsettled != MDT_NO ? MDT_UNSURE
									: MDT_YES;
}
const struct mdt_model_guard mdt_if_in_slot = { ask_in_slot, NULL, 0 };

static enum mdt_tri ask_faulty(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	return disk ? disk->faulty : MDT_UNSURE;
}

static void presume_faulty(struct mdt_model_way *way, int arg _unused_, bool holds)
{
	if (way->device >= 0)
		way->state.disks[way->device].faulty = mdt_tri_of(holds);
}
const struct mdt_model_guard mdt_if_faulty = { ask_faulty, presume_faulty, 0 };

// In_sync, and not Faulty. A recovery that may have ended sets it.
static enum mdt_tri has_in_sync(const struct mdt_model_state *state,
				const struct mdt_model_disk *disk)
{
	enum mdt_tri ret = mdt_tri_and(disk->in_sync, mdt_tri_not(disk->faulty));

	if (ret == MDT_NO && disk->faulty == MDT_NO && state->running != MDT_NO &&
	    state->unsettled != MDT_NO)
		return MDT_UNSURE;
	return ret;
}

// read_sb_page() reads from members in sync. In an array without superblocks the place is
// behind the devices' end; but not for a device that was added to it while it ran.
static enum mdt_tri ask_bitmap_unreadable(const struct mdt_model_way *way,
					  int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;
	enum mdt_tri readable = state->unlisted == 0 ? MDT_NO : MDT_UNSURE;

	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];
		enum mdt_tri has_room =
			mdt_tri_or(state->persistent, mdt_tri_of(!disk->sectors));

		if (disk->is_member)
			readable =
				mdt_tri_or(readable, mdt_tri_and(has_in_sync(state, disk),
								 has_room));
	}
	return mdt_tri_not(readable);
}
const struct mdt_model_guard mdt_if_bitmap_unreadable = { ask_bitmap_unreadable, NULL,
							  0 };

static enum mdt_tri ask_marked_in_sync(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	return disk ? has_in_sync(&way->state, disk) : MDT_UNSURE;
}
const struct mdt_model_guard mdt_if_marked_in_sync = { ask_marked_in_sync, NULL, 0 };

// The same, in a slot.
static enum mdt_tri member_in_sync(const struct mdt_model_state *state,
				   const struct mdt_model_disk *disk)
{
	bool moves = state->running != MDT_NO && state->unsettled != MDT_NO;

	if (disk->slot == -1)
		return moves ? mdt_tri_and(has_in_sync(state, disk), MDT_UNSURE) : MDT_NO;
	// Of an array that runs, it is in one of several.
	if (disk->slot == MDT_MODEL_UNKNOWN && state->running != MDT_YES)
		return mdt_tri_and(has_in_sync(state, disk), MDT_UNSURE);
	return has_in_sync(state, disk);
}

static enum mdt_tri ask_member_in_sync(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	return disk ? member_in_sync(&way->state, disk) : MDT_UNSURE;
}
const struct mdt_model_guard mdt_if_member_in_sync = { ask_member_in_sync, NULL, 0 };

struct mdt_model_range mdt_model_in_sync(const struct mdt_model_state *state)
{
	struct mdt_model_range ret = { 0, 0 };

	for (uint32_t i = 0; i < state->disk_count; i++) {
		enum mdt_tri is;

		if (!state->disks[i].is_member)
			continue;
		is = member_in_sync(state, &state->disks[i]);
		ret.min += is == MDT_YES;
		ret.max += is != MDT_NO;
	}
	if (state->unlisted == MDT_MODEL_UNKNOWN)
		ret.max = MDT_MODEL_SOME;
	else
		ret.max += state->unlisted;
	return ret;
}

// The level does not let it fail.
static enum mdt_tri ask_last_in_sync(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	const struct mdt_personality *it = mdt_personality_presumed(&way->state);

	if (!disk)
		return MDT_UNSURE;
	if (!it->keeps)
		return MDT_NO;
	return mdt_tri_and(has_in_sync(&way->state, disk), it->keeps(&way->state, disk));
}
const struct mdt_model_guard mdt_if_last_in_sync = { ask_last_in_sync, NULL, 0 };
