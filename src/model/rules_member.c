// SPDX-License-Identifier: MIT
/* Writes to dev-NAME/state; `faulty` is with SET_DISK_FAULTY. */
#include <errno.h>

#include "model/personality.h"

static const struct mdt_model_guard if_remove = { mdt_ask_word, NULL, MDT_WORD_REMOVE },
				    if_insync = { mdt_ask_word, NULL, MDT_WORD_INSYNC },
				    if_not_insync = { mdt_ask_word, NULL,
						      MDT_WORD_NOT_INSYNC },
				    if_readd = { mdt_ask_word, NULL, MDT_WORD_RE_ADD };

static enum mdt_tri ask_mark(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_word_in(
		way, MDT_WORD_BIT(WRITEMOSTLY) | MDT_WORD_BIT(NOT_WRITEMOSTLY) |
			     MDT_WORD_BIT(BLOCKED) | MDT_WORD_BIT(NOT_BLOCKED) |
			     MDT_WORD_BIT(FAILFAST) | MDT_WORD_BIT(NOT_FAILFAST) |
			     MDT_WORD_BIT(WRITE_ERROR) | MDT_WORD_BIT(NOT_WRITE_ERROR) |
			     MDT_WORD_BIT(WANT_REPLACEMENT) |
			     MDT_WORD_BIT(NOT_WANT_REPLACEMENT));
}
static const struct mdt_model_guard if_mark = { ask_mark, NULL, 0 };

// The marks that are kept in the superblocks.
static enum mdt_tri ask_recorded(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_word_in(
		way, MDT_WORD_BIT(WRITEMOSTLY) | MDT_WORD_BIT(NOT_WRITEMOSTLY) |
			     MDT_WORD_BIT(FAILFAST) | MDT_WORD_BIT(NOT_FAILFAST));
}
static const struct mdt_model_guard if_recorded = { ask_recorded, NULL, 0 };

static enum mdt_tri ask_replacement(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_word_in(way, MDT_WORD_BIT(REPLACEMENT) |
					      MDT_WORD_BIT(NOT_REPLACEMENT));
}
static const struct mdt_model_guard if_replacement = { ask_replacement, NULL, 0 };

// re-add: a failed member that has left a slot.
static enum mdt_tri ask_can_return(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);
	enum mdt_tri left;

	if (!disk || disk->saved_slot == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	left = mdt_tri_not(mdt_if_in_slot.ask(way, 0));
	if (disk->slot < 0)
		left = mdt_tri_and(left, mdt_tri_of(disk->saved_slot >= 0));
	return mdt_tri_and(disk->faulty, left);
}
static const struct mdt_model_guard if_can_return = { ask_can_return, NULL, 0 };

// A slot is free, for all that is known.
static enum mdt_tri has_free_slot(const struct mdt_model_state *state)
{
	int32_t taken = 0, some = 0;

	if (state->raid_disks == MDT_MODEL_SOME || state->unlisted != 0)
		return MDT_UNSURE;
	for (uint32_t i = 0; i < state->disk_count; i++) {
		const struct mdt_model_disk *disk = &state->disks[i];

		taken += disk->is_member && disk->slot >= 0;
		some += disk->is_member && disk->slot == MDT_MODEL_UNKNOWN;
	}
	if (taken >= state->raid_disks)
		return MDT_NO;
	return taken + some < state->raid_disks ? MDT_YES : MDT_UNSURE;
}

// remove_and_add_spares() that is to take a member out puts it in, if it can: the raid
// thread would have done so, were it not frozen.
static enum mdt_tri ask_gets_slot(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;
	const struct mdt_personality *it = mdt_personality_of(state);
	const struct mdt_model_disk *disk = mdt_model_device(way);
	enum mdt_tri ret;

	if (!mdt_model_has_thread(state) && !it->adds)
		return MDT_NO;
	if (!disk || disk->slot == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	if (disk->slot >= 0)
		return MDT_NO;
	ret = mdt_tri_and(mdt_tri_not(disk->faulty), has_free_slot(state));
	ret = mdt_tri_and(ret, mdt_tri_not(state->no_recovery));
	if (it && it->takes_spares)
		ret = mdt_tri_and(ret, it->takes_spares(state, disk));
	if (state->mode == MDT_MODE_RW || disk->saved_slot >= 0)
		return ret;
	return state->mode == MDT_MODE_UNKNOWN || disk->saved_slot == MDT_MODEL_UNKNOWN
		       ? mdt_tri_and(ret, MDT_UNSURE)
		       : MDT_NO;
}
static const struct mdt_model_guard if_gets_slot = { ask_gets_slot, NULL, 0 };

static const struct mdt_model_row rows[] = {
	{ .rule = { .name = "member-remove-oops",
		    .ops = OP(MEMBER_STATE),
		    .says = "remove, of raid0 or linear, of a member that was not in sync when it started: a pointer to a function that there is none of, and the kernel dies",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md.c:remove_and_add_spares",
		    .fatal = true },
	  .when = { &mdt_if_running, &if_remove, &mdt_if_no_syncs, &mdt_if_in_slot },
	  .unless = { &mdt_if_marked_in_sync },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-remove-taken",
		    .ops = OP(MEMBER_STATE),
		    .says = "the member has no slot and one is free, into which it is put (remove)",
		    .result = EBUSY,
		    .then = "the member has a slot, and is rebuilt when the raid thread is not frozen",
		    .source = "md.c:state_store, remove_and_add_spares",
		    .lines = "9124/9250/9421/10114",
		    .seen = { .sysfs = "rdN comes" } },
	  .when = { &mdt_if_running, &if_remove, &if_gets_slot },
	  .unless = { &mdt_if_syncing },
	  .then = mdt_then_take_slot,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-remove-spare",
		    .ops = OP(MEMBER_STATE),
		    .says = "remove, and the member has no slot",
		    .result = 0,
		    .then = "the device is no longer a member",
		    .source = "md.c:state_store, md_kick_rdev_from_array",
		    .lines = "3025/3000/2924/3082",
		    .seen = { .sysfs = "dev-NAME goes" } },
	  .when = { &if_remove },
	  .unless = { &mdt_if_in_slot },
	  .then = mdt_then_remove,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-remove-unsynced",
		    .ops = OP(MEMBER_STATE),
		    .says = "remove, and the member waits to be rebuilt, which no member can be as too many are missing, or (before 7.0) since the last one in sync of raid1 was to fail",
		    .result = 0,
		    .then = "it leaves its slot, and is no longer a member",
		    .source = "raid1.c:raid1_remove_disk and its like",
		    .lines = "1813/1856/1912/-",
		    .seen = { .sysfs = "dev-NAME and rdN go" } },
	  .when = { &mdt_if_running, &if_remove, &mdt_if_given_up },
	  .unless = { &mdt_if_faulty, &mdt_if_marked_in_sync, &mdt_if_syncing },
	  .then = mdt_then_remove,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-remove-busy",
		    .ops = OP(MEMBER_STATE),
		    .says = "the member is in a slot still (remove)",
		    .result = EBUSY,
		    .source = "md.c:state_store",
		    .lines = "3025/3000/2924/3082" },
	  .when = { &if_remove },
	  .unless = { &mdt_if_faulty },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-remove-syncing",
		    .ops = OP(MEMBER_STATE),
		    .says = "the member is in a slot still, as a sync runs or the array does not (remove)",
		    .result = EBUSY,
		    .source = "md.c:remove_and_add_spares",
		    .lines = "9124/9250/9421/10114" },
	  .when = { &if_remove, &mdt_if_syncing },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-remove-failed",
		    .ops = OP(MEMBER_STATE),
		    .says = "remove, and the member is faulty",
		    .result = 0,
		    .then = "it leaves its slot, and is no longer a member",
		    .source = "md.c:state_store, remove_and_add_spares",
		    .lines = "3025/3000/2924/3082",
		    .seen = { .sysfs = "dev-NAME and rdN go" } },
	  .when = { &if_remove },
	  .then = mdt_then_remove,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-mark-stopped",
		    .ops = OP(MEMBER_STATE),
		    .says = "writemostly or failfast, with or without a minus, and the array does not run: md_update_sb() follows pointers that are not there, and the kernel dies",
		    .result = MDT_RESULT_UNKNOWN,
		    .kernels = MDT_BEFORE(7_2),
		    .source = "md.c:state_store, md_super_write",
		    .lines = "3025/3000/2924/-",
		    .fatal = true },
	  .when = { &if_recorded, &mdt_if_persistent },
	  .unless = { &mdt_if_running },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-mark-recorded",
		    .ops = OP(MEMBER_STATE),
		    .says = "writemostly or failfast, with or without a minus",
		    .result = 0,
		    .then = "the member has the mark, or not any more; the superblocks are written",
		    .source = "md.c:state_store",
		    .lines = "3025/3000/2924/3082" },
	  .when = { &if_recorded },
	  .then = mdt_then_mark,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-mark",
		    .ops = OP(MEMBER_STATE),
		    .says = "blocked, write_error or want_replacement, or one of them with a minus",
		    .result = 0,
		    .then = "the member has the mark, or not any more",
		    .source = "md.c:state_store",
		    .lines = "3025/3000/2924/3082" },
	  .when = { &if_mark },
	  .then = mdt_then_mark_only,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-insync",
		    .ops = OP(MEMBER_STATE),
		    .says = "insync, and the member has no slot",
		    .result = 0,
		    .then = "it counts as in sync",
		    .source = "md.c:state_store",
		    .lines = "3025/3000/2924/3082" },
	  .when = { &if_insync },
	  .unless = { &mdt_if_in_slot },
	  .then = mdt_then_insync,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-not-insync",
		    .ops = OP(MEMBER_STATE),
		    .says = "-insync, the member has a slot and the array does not run",
		    .result = 0,
		    .then = "it gives up its slot, and is rebuilt",
		    .source = "md.c:state_store",
		    .lines = "3025/3000/2924/3082" },
	  .when = { &if_not_insync, &mdt_if_in_slot },
	  .unless = { &mdt_if_running },
	  .then = mdt_then_not_insync,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-replacement-running",
		    .ops = OP(MEMBER_STATE),
		    .says = "the array runs (replacement)",
		    .result = EBUSY,
		    .source = "md.c:state_store",
		    .lines = "3025/3000/2924/3082" },
	  .when = { &if_replacement, &mdt_if_running },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-replacement",
		    .ops = OP(MEMBER_STATE),
		    .says = "replacement, and the array does not run",
		    .result = 0,
		    .then = "the member will stand in for the one in its slot, or not any more",
		    .source = "md.c:state_store",
		    .lines = "3025/3000/2924/3082" },
	  .when = { &if_replacement },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-readd-stopped",
		    .ops = OP(MEMBER_STATE),
		    .says = "the array does not run (re-add)",
		    .result = EINVAL,
		    .source = "md.c:state_store",
		    .lines = "3025/3000/2924/3082" },
	  .when = { &if_readd },
	  .unless = { &mdt_if_running },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-readd",
		    .ops = OP(MEMBER_STATE),
		    .says = "re-add of a failed member that has left its slot",
		    .result = 0,
		    .then = "it is a spare again, and a recovery begins",
		    .source = "md.c:state_store, add_bound_rdev",
		    .lines = "3025/3000/2924/3082",
		    .seen = { .thread = "mdN_resync" } },
	  .when = { &if_readd, &if_can_return },
	  .then = mdt_then_readd,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-readd-busy",
		    .ops = OP(MEMBER_STATE),
		    .says = "not a failed member with a place to go back to (re-add)",
		    .result = EBUSY,
		    .source = "md.c:state_store",
		    .lines = "3025/3000/2924/3082" },
	  .when = { &if_readd },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "member-word",
		    .ops = OP(MEMBER_STATE),
		    .says = "an unknown word, or one that does not fit the member's state",
		    .result = EINVAL,
		    .source = "md.c:state_store",
		    .lines = "3025/3000/2924/3082" },
	  .exit = MDT_EXIT_AT_ONCE },
};

const struct mdt_model_section mdt_rules_member = { rows, array_size(rows) };
