// SPDX-License-Identifier: MIT
/* What a read-only array can do, too: RESTART_ARRAY_RW, STOP_ARRAY, STOP_ARRAY_RO,
 * HOT_REMOVE_DISK. */
#include <errno.h>

#include "model/parts.h"
#include "model/personality.h"

static enum mdt_tri ask_member_protected(const struct mdt_model_way *way,
					 int arg _unused_)
{
	enum mdt_tri ret = way->state.unlisted == 0 ? MDT_NO : MDT_UNSURE;

	for (uint32_t i = 0; i < way->state.disk_count; i++)
		if (way->state.disks[i].is_member)
			ret = mdt_tri_or(ret, way->state.disks[i].read_only);
	return ret;
}
const struct mdt_model_guard mdt_if_member_protected = { ask_member_protected, NULL, 0 };

// Only what was not known to be otherwise: nothing in the log tells of it.
static enum mdt_tri ask_never_sure(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.syncing == MDT_NO && way->state.in_use == MDT_NO ? MDT_NO
									   : MDT_UNSURE;
}
static const struct mdt_model_guard if_sync_lasts = { ask_never_sure, NULL, 0 };

static const struct mdt_model_row rows[] = {
	{ .rule = { .name = "restart-no-members",
		    .ops = OP(RESTART_ARRAY_RW),
		    .says = "it has no members",
		    .result = ENXIO,
		    .source = "md.c:restart_array",
		    .lines = "6200/6214/6333/6926" },
	  .unless = { &mdt_if_members } },
	{ .rule = { .name = "restart-stopped",
		    .ops = OP(RESTART_ARRAY_RW),
		    .says = "it does not run",
		    .result = EINVAL,
		    .source = "md.c:restart_array",
		    .lines = "6200/6214/6333/6926" },
	  .unless = { &mdt_if_running } },
	{ .rule = { .name = "restart-writable",
		    .ops = OP(RESTART_ARRAY_RW),
		    .says = "it is writable already",
		    .result = EBUSY,
		    .source = "md.c:restart_array",
		    .lines = "6204/6218/6337/6930" },
	  .when = { &mdt_if_writable } },
	{ .rule = { .name = "restart-member-read-only",
		    .ops = OP(RESTART_ARRAY_RW),
		    .says = "a member is a read-only device",
		    .result = EROFS,
		    .source = "md.c:restart_array",
		    .lines = "6219/6233/6352/6945" },
	  .when = { &mdt_if_member_protected } },
	{ .rule = { .name = "restart",
		    .ops = OP(RESTART_ARRAY_RW),
		    .says = "otherwise",
		    .result = 0,
		    .then = "it is writable; a resync or recovery that is due begins",
		    .source = "md.c:restart_array",
		    .lines = "6191/6205/6324/6917",
		    .seen = { .uevent =
				      "change@ with DISK_RO=0, if the disk was read-only",
			      .thread = "mdN_resync, when a sync is due",
			      .sysfs = "array_state clean" } },
	  .then = mdt_then_writable },
	{ .rule = { .name = "stop-in-use",
		    .ops = OP(STOP_ARRAY),
		    .says = "a sync thread or a sysfs user still works on it",
		    .result = EBUSY,
		    .then = "MD_CLOSING is clear",
		    .source = "md.c:do_md_stop",
		    .lines = "6467/6489/6569/7168",
		    .seen = { .message = "md: %s still in use." } },
	  .when = { &mdt_if_in_use } },
	{ .rule = { .name = "stop-nothing",
		    .ops = OP(STOP_ARRAY),
		    .says = "it does not run",
		    .result = 0,
		    .then = "members are let go, all is as in the beginning; MD_CLOSING stays set until the last close, unless something holds the array",
		    .source = "md.c:do_md_stop, md_clean",
		    .lines = "6503/6524/6600/7203",
		    .seen = { .message = "md: %s stopped.",
			      .sysfs = "array_state clear; dev-NAME go" } },
	  .unless = { &mdt_if_running },
	  .then = mdt_then_stop },
	{ .rule = { .name = "stop-deletes",
		    .ops = OP(STOP_ARRAY),
		    .says = "otherwise, with legacy_async_del_gendisk=0",
		    .result = 0,
		    .then = "it is stopped, members are let go, and the disk is gone before the call returns",
		    .kernels = MDT_SINCE(6_17),
		    .source = "md.c:do_md_stop, mddev_unlock",
		    .lines = "-/-/-/984",
		    .seen = { .message = "md: %s stopped.",
			      .uevent = "remove@/devices/virtual/block/mdN",
			      .capacity = "0",
			      .thread = "mdN_raid1 goes",
			      .sysfs = "/sys/block/mdN goes" } },
	  .when = { &mdt_if_sync_delete },
	  .then = mdt_then_stop },
	{ .rule = { .name = "stop",
		    .ops = OP(STOP_ARRAY),
		    .says = "otherwise",
		    .result = 0,
		    .then = "it is stopped and members are let go; MD_CLOSING stays set until the last close, unless something holds the array",
		    .source = "md.c:do_md_stop, md_clean",
		    .lines = "6437/6459/6554/7153",
		    .seen = { .message =
				      "%s: detected capacity change from A to 0; md: %s stopped.",
			      .uevent = "none; remove@ after the last close",
			      .capacity = "0",
			      .thread = "mdN_raid1 and mdN_resync go",
			      .sysfs =
				      "array_state clear; dev-NAME go; sync_action, degraded and the like go (6.19 and later: with the disk)" } },
	  .then = mdt_then_stop },
	{ .rule = { .name = "stop-ro-stopped",
		    .ops = OP(STOP_ARRAY_RO),
		    .says = "it does not run",
		    .result = 0,
		    .source = "md.c:md_set_readonly",
		    .lines = "7730/7749/7795/8432" },
	  .unless = { &mdt_if_running } },
	{ .rule = { .name = "stop-ro-syncing",
		    .ops = OP(STOP_ARRAY_RO),
		    .says = "a sync is still running",
		    .result = EBUSY,
		    .source = "md.c:md_set_readonly",
		    .lines = "6375/6395/6506/7105",
		    .seen = { .message = "md: %s still in use." } },
	  .when = { &if_sync_lasts, &mdt_if_in_use } },
	{ .rule = { .name = "stop-ro-hangs",
		    .ops = OP(STOP_ARRAY_RO),
		    .says = "it is read-only, and a member failed when it was broken already: the call never returns, as nobody clears MD_SB_CHANGE_PENDING",
		    .result = MDT_RESULT_UNKNOWN,
		    .kernels = MDT_SINCE(5_18),
		    .source = "md.c:md_set_readonly, md_check_recovery",
		    .lines = "-/6395/6506/7105",
		    .fatal = true },
	  .when = { &mdt_if_pending },
	  .unless = { &mdt_if_writable } },
	{ .rule = { .name = "stop-ro-again-5.10",
		    .ops = OP(STOP_ARRAY_RO),
		    .says = "it is read-only already",
		    .result = ENXIO,
		    .then = "sync stays frozen until idle is written or the array is stopped",
		    .kernels = MDT_BEFORE(5_18),
		    .source = "md.c:md_set_readonly",
		    .lines = "6417/-/-/-" },
	  .when = { &mdt_if_read_only },
	  .then = mdt_then_froze },
	{ .rule = { .name = "stop-ro-again",
		    .ops = OP(STOP_ARRAY_RO),
		    .says = "it is read-only already",
		    .result = ENXIO,
		    .kernels = MDT_SINCE(5_18),
		    .source = "md.c:md_set_readonly",
		    .lines = "-/6435/6533/7132" },
	  .when = { &mdt_if_read_only } },
	{ .rule = { .name = "stop-ro",
		    .ops = OP(STOP_ARRAY_RO),
		    .says = "otherwise",
		    .result = 0,
		    .then = "it is read-only; a sync is interrupted",
		    .source = "md.c:md_set_readonly",
		    .lines = "6375/6395/6506/7105",
		    .seen = { .message = "md: %s: resync interrupted., when one ran",
			      .uevent = "change@ with DISK_RO=1",
			      .thread = "mdN_resync goes",
			      .sysfs = "array_state readonly" } },
	  .then = mdt_then_read_only },
	{ .rule = { .name = "remove-stopped",
		    .ops = OP(HOT_REMOVE_DISK),
		    .says = "the array does not run",
		    .result = ENODEV,
		    .source = "md.c:hot_remove_disk",
		    .lines = "6991/7008/7083/7685" },
	  .unless = { &mdt_if_running } },
	{ .rule = { .name = "remove-stranger",
		    .ops = OP(HOT_REMOVE_DISK),
		    .says = "the device is not a member",
		    .result = ENXIO,
		    .source = "md.c:hot_remove_disk",
		    .lines = "7001/7017/7092/7694" },
	  .unless = { &mdt_if_member } },
	{ .rule = { .name = "remove-spare",
		    .ops = OP(HOT_REMOVE_DISK),
		    .says = "the member has no slot: a spare, or a failed one that has left it",
		    .result = 0,
		    .then = "the device is no member any more",
		    .source = "md.c:hot_remove_disk, md_kick_rdev_from_array",
		    .lines = "6991/7008/7083/7685",
		    .seen = { .sysfs = "dev-NAME goes" } },
	  .unless = { &mdt_if_in_slot },
	  .then = mdt_then_remove },
	{ .rule = { .name = "remove-syncing",
		    .ops = OP(HOT_REMOVE_DISK),
		    .says = "it is faulty, but a sync still runs or the raid thread has not let go of it yet (mdadm tries again)",
		    .result = EBUSY,
		    .source = "md.c:remove_and_add_spares",
		    .lines = "9124/9250/9421/10114" },
	  .when = { &mdt_if_faulty, &if_sync_lasts } },
	{ .rule = { .name = "remove-failed",
		    .ops = OP(HOT_REMOVE_DISK),
		    .says = "the member is faulty",
		    .result = 0,
		    .then = "it leaves its slot, and is no member any more",
		    .source = "md.c:hot_remove_disk, remove_and_add_spares",
		    .lines = "6991/7008/7083/7685",
		    .seen = { .sysfs = "dev-NAME and rdN go" } },
	  .when = { &mdt_if_faulty },
	  .then = mdt_then_remove },
	{ .rule = { .name = "remove-unsynced",
		    .ops = OP(HOT_REMOVE_DISK),
		    .says = "the member waits to be rebuilt, which no member can be since the last one in sync was to fail",
		    .result = 0,
		    .then = "it leaves its slot, and is no member any more",
		    .kernels = MDT_BEFORE(7_0),
		    .source = "raid1.c:raid1_remove_disk, raid1_error",
		    .lines = "1813/1856/1912/-",
		    .seen = { .sysfs = "dev-NAME and rdN go" } },
	  .when = { &mdt_if_no_recovery },
	  .unless = { &mdt_if_marked_in_sync, &mdt_if_syncing },
	  .then = mdt_then_remove },
	{ .rule = { .name = "remove-active",
		    .ops = OP(HOT_REMOVE_DISK),
		    .says = "the member is in use (mark it faulty first)",
		    .result = EBUSY,
		    .source = "md.c:hot_remove_disk",
		    .lines = "7030/7046/7119/7720" } },
};

const struct mdt_model_section mdt_rules_stop = { rows, array_size(rows) };

/* ---- marking a member as failed ---- */

static enum mdt_tri ask_fail(const struct mdt_model_way *way, int arg _unused_)
{
	if (way->call->op == MDT_OP_MEMBER_STATE)
		return mdt_ask_word(way, MDT_WORD_FAULTY);
	return MDT_YES;
}
static const struct mdt_model_guard if_fail = { ask_fail, NULL, 0 };

static enum mdt_tri ask_fail_last(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.fail_last;
}
static const struct mdt_model_guard if_fail_last = { ask_fail_last, NULL, 0 };

// The raid thread may still have to see that it was broken.
enum { FAIL = OP(SET_DISK_FAULTY) | OP(MEMBER_STATE) };

#define FAIL_MESSAGE                                                                     \
	"md/raid1:%s: Disk failure on NAME, disabling device. md/raid1:%s: Operation continuing on N devices."

static enum mdt_tri ask_not_redundant(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_personality *personality =
		mdt_personality_find(way->state.level);

	return mdt_tri_of(personality && !personality->redundant);
}
static const struct mdt_model_guard if_not_redundant = { ask_not_redundant, NULL, 0 };

// Not one too many, whichever it is. raid1 has rows of its own.
static enum mdt_tri ask_tolerated(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_state *state = &way->state;
	const struct mdt_personality *personality = mdt_personality_find(state->level);

	return mdt_tri_of(personality && personality->level != 1 &&
			  state->degraded != MDT_MODEL_UNKNOWN &&
			  state->broken == MDT_NO &&
			  state->degraded < personality->spare);
}
static const struct mdt_model_guard if_tolerated = { ask_tolerated, NULL, 0 };

static const struct mdt_model_row faulty_rows[] = {
	{ .rule = { .name = "fail-stopped",
		    .ops = OP(SET_DISK_FAULTY),
		    .says = "the array does not run",
		    .result = ENODEV,
		    .source = "md.c:set_disk_faulty",
		    .lines = "7507/7531/7588/8221" },
	  .unless = { &mdt_if_running },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "fail-stopped-write",
		    .ops = OP(MEMBER_STATE),
		    .says = "the array does not run: none of its members can fail",
		    .result = EINVAL,
		    .source = "md.c:state_store",
		    .lines = "3048/3024/2948/3106" },
	  .when = { &if_fail },
	  .unless = { &mdt_if_running },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "fail-stranger",
		    .ops = OP(SET_DISK_FAULTY),
		    .says = "the device is not a member",
		    .result = ENODEV,
		    .source = "md.c:set_disk_faulty",
		    .lines = "7518/7542/7599/8232" },
	  .unless = { &mdt_if_member },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "fail-not-redundant",
		    .ops = FAIL,
		    .says = "raid0 or linear: no member can be given up",
		    .result = EBUSY,
		    .source = "md.c:set_disk_faulty, raid0.c:raid0_error" },
	  .when = { &mdt_if_running, &if_fail, &if_not_redundant },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "fail-tolerated",
		    .ops = FAIL,
		    .says = "the level can do without one member more (raid4, raid5 and raid10 without one, raid6 without two)",
		    .result = 0,
		    .then = "it is faulty, and leaves its slot; a spare takes its place",
		    .source =
			    "md.c:set_disk_faulty, raid5.c:raid5_error, raid10.c:raid10_error" },
	  .when = { &mdt_if_running, &if_fail, &if_tolerated },
	  .then = mdt_then_fail,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "fail-other-level",
		    .ops = FAIL,
		    .says = "the array runs with a level other than raid1",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md.c:md_error" },
	  .when = { &if_fail },
	  .unless = { &mdt_if_raid1 },
	  .then = mdt_then_fail,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "fail-last-5.10",
		    .ops = FAIL,
		    .says = "the last member in sync is not given up (fail_last_dev is 0)",
		    .result = EBUSY,
		    .kernels = MDT_BEFORE(5_18),
		    .source = "md.c:set_disk_faulty",
		    .lines = "7521/-/-/-" },
	  .when = { &if_fail, &mdt_if_last_in_sync },
	  .unless = { &if_fail_last, &mdt_if_faulty },
	  .then = mdt_then_refuse,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "fail-last",
		    .ops = FAIL,
		    .says = "this is the last member in sync: the array is marked broken",
		    .result = EBUSY,
		    .then = "it does not fail (fail_last_dev is 0); MD_BROKEN is set until the array is stopped; writes to it give EIO",
		    .kernels = MDT_SINCE(5_18),
		    .source = "raid1.c:raid1_error",
		    .lines = "-/1657/1755/1743",
		    .seen = { .sysfs = "array_state broken" } },
	  .when = { &if_fail, &mdt_if_last_in_sync },
	  .unless = { &mdt_if_faulty, &if_fail_last },
	  .then = mdt_then_break,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "fail-last-dev",
		    .ops = FAIL,
		    .says = "this is the last member in sync: the array is marked broken",
		    .result = EBUSY,
		    .then = "it fails all the same (fail_last_dev is 1), and MD_BROKEN is set until the array is stopped",
		    .kernels = MDT_SINCE(5_18),
		    .source = "raid1.c:raid1_error",
		    .lines = "-/1657/1755/1743",
		    .seen = { .message = FAIL_MESSAGE, .sysfs = "array_state broken" } },
	  .when = { &if_fail, &mdt_if_last_in_sync, &if_fail_last },
	  .unless = { &mdt_if_faulty },
	  .then = mdt_then_break_and_fail,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "fail-broken",
		    .ops = FAIL,
		    .says = "the array was marked broken when its last member in sync was to fail; other members fail all the same",
		    .result = EBUSY,
		    .then = "the member is faulty, if it was not before; the raid thread does not take note of it",
		    .kernels = MDT_SINCE(5_18),
		    .source = "md.c:set_disk_faulty, md_error",
		    .lines = "-/7545/7602/8235",
		    .seen = { .message = FAIL_MESSAGE,
			      .sysfs =
				      "array_state write-pending; the member's state stays faulty,blocked" } },
	  .when = { &if_fail, &mdt_if_broken },
	  .then = mdt_then_fail,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "fail",
		    .ops = FAIL,
		    .says = "the device is a member, spares included; one that is faulty already stays so",
		    .result = 0,
		    .then = "it is faulty, and leaves its slot within milliseconds; a spare takes its place",
		    .source = "md.c:md_error, raid1.c:raid1_error",
		    .lines = "8058/8073/8130/8771",
		    .seen = { .message = FAIL_MESSAGE,
			      .thread = "mdN_resync, when a spare is there",
			      .sysfs =
				      "degraded one more; the member's state faulty, slot none" } },
	  .when = { &if_fail },
	  .then = mdt_then_fail,
	  .exit = MDT_EXIT_AT_ONCE },
};

const struct mdt_model_section mdt_rules_faulty = { faulty_rows,
						    array_size(faulty_rows) };
