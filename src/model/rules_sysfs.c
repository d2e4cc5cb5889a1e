// SPDX-License-Identifier: MIT
/*
 * Writes to array_state and sync_action. Words of array_state that start an array go on
 * to the rules of RUN_ARRAY.
 */
#include <errno.h>

#include "model/parts.h"

static const struct mdt_model_guard if_clear = { mdt_ask_word, NULL, MDT_WORD_CLEAR },
				    if_inactive = { mdt_ask_word, NULL,
						    MDT_WORD_INACTIVE },
				    if_readonly = { mdt_ask_word, NULL,
						    MDT_WORD_READONLY },
				    if_read_auto = { mdt_ask_word, NULL,
						     MDT_WORD_READ_AUTO },
				    if_clean = { mdt_ask_word, NULL, MDT_WORD_CLEAN },
				    if_active = { mdt_ask_word, NULL, MDT_WORD_ACTIVE },
				    if_idle = { mdt_ask_word, NULL, MDT_WORD_IDLE },
				    if_frozen = { mdt_ask_word, NULL, MDT_WORD_FROZEN },
				    if_reshape = { mdt_ask_word, NULL, MDT_WORD_RESHAPE },
				    if_other = { mdt_ask_word, NULL, MDT_WORD_OTHER };

// array_state_show() prints them, array_state_store() does not take them.
static enum mdt_tri ask_never(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_word_in(way, MDT_WORD_BIT(SUSPENDED) |
					      MDT_WORD_BIT(WRITE_PENDING) |
					      MDT_WORD_BIT(ACTIVE_IDLE) |
					      MDT_WORD_BIT(BROKEN) | MDT_WORD_BIT(OTHER));
}
static const struct mdt_model_guard if_never = { ask_never, NULL, 0 };

static enum mdt_tri ask_stops(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_word_in(way, MDT_WORD_BIT(CLEAR) | MDT_WORD_BIT(INACTIVE) |
					      MDT_WORD_BIT(READONLY));
}
static const struct mdt_model_guard if_stops = { ask_stops, NULL, 0 };

static enum mdt_tri ask_restarts(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_word_in(way, MDT_WORD_BIT(CLEAN) | MDT_WORD_BIT(ACTIVE) |
					      MDT_WORD_BIT(READ_AUTO));
}
static const struct mdt_model_guard if_restarts = { ask_restarts, NULL, 0 };

static enum mdt_tri ask_closes(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_word_in(way, MDT_WORD_BIT(CLEAR) | MDT_WORD_BIT(INACTIVE) |
					      MDT_WORD_BIT(READONLY) |
					      MDT_WORD_BIT(READ_AUTO));
}
static const struct mdt_model_guard if_closes = { ask_closes, NULL, 0 };

// Nobody who has it open may have written to it in the moments before.
static enum mdt_tri ask_writes(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.in_sync == MDT_YES ? MDT_NO : MDT_UNSURE;
}
static const struct mdt_model_guard if_writes = { ask_writes, NULL, 0 };

static enum mdt_tri ask_action(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_word_in(
		way, MDT_WORD_BIT(IDLE) | MDT_WORD_BIT(FROZEN) | MDT_WORD_BIT(RESYNC) |
			     MDT_WORD_BIT(RECOVER) | MDT_WORD_BIT(CHECK) |
			     MDT_WORD_BIT(REPAIR) | MDT_WORD_BIT(RESHAPE));
}
static const struct mdt_model_guard if_action = { ask_action, NULL, 0 };

static enum mdt_tri ask_quiet(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_model_word_in(way, MDT_WORD_BIT(IDLE) | MDT_WORD_BIT(FROZEN));
}
static const struct mdt_model_guard if_quiet = { ask_quiet, NULL, 0 };

// md_check_recovery() sets MD_RECOVERY_RUNNING for the moment in which it looks whether
// there is something to do; up to 6.1 this is looked at without the lock.
static enum mdt_tri ask_sync_seen(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.unsettled == MDT_NO || way->options->kernel >= MDT_KERNEL_6_12
		       ? way->state.syncing
		       : mdt_tri_or(way->state.syncing, MDT_UNSURE);
}
static const struct mdt_model_guard if_sync_seen = { ask_sync_seen, NULL, 0 };

#define STORE "md.c:array_state_store"

static const struct mdt_model_row rows[] = {
	{ .rule = { .name = "state-never",
		    .ops = OP(ARRAY_STATE),
		    .says = "a word that cannot be set",
		    .result = EINVAL,
		    .source = STORE,
		    .lines = "4484/4454/4415/4656" },
	  .when = { &if_never },
	  .exit = MDT_EXIT_REFUSED },
	{ .rule = { .name = "state-readonly-hangs",
		    .ops = OP(ARRAY_STATE),
		    .says = "it is read-only, and a member failed when it was broken already: the write never returns, as nobody clears MD_SB_CHANGE_PENDING",
		    .result = MDT_RESULT_UNKNOWN,
		    .kernels = MDT_SINCE(5_18),
		    .source = "md.c:md_set_readonly, md_check_recovery",
		    .lines = "-/6395/6506/7105",
		    .fatal = true },
	  .when = { &mdt_if_running, &if_readonly, &mdt_if_pending },
	  .unless = { &mdt_if_writable },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-opened",
		    .ops = OP(ARRAY_STATE),
		    .says = "the array is open",
		    .result = EBUSY,
		    .then = "a sync is interrupted, and begins again",
		    .kernels = MDT_BEFORE(6_9),
		    .source = "md.c:do_md_stop, md_set_readonly",
		    .lines = "6467/6489/-/-",
		    .seen = { .message = "md: %s still in use." } },
	  .when = { &mdt_if_running, &mdt_if_opened, &if_stops },
	  .then = mdt_then_disturb,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-opened-auto",
		    .ops = OP(ARRAY_STATE),
		    .says = "the array is open",
		    .result = EBUSY,
		    .then = "a sync is interrupted, and begins again",
		    .kernels = MDT_BEFORE(6_9),
		    .source = "md.c:md_set_readonly",
		    .lines = "6375/6395/-/-",
		    .seen = { .message = "md: %s still in use." } },
	  .when = { &mdt_if_running, &mdt_if_opened, &if_read_auto, &mdt_if_writable },
	  .then = mdt_then_disturb,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-opened-6.12",
		    .ops = OP(ARRAY_STATE),
		    .says = "the array is open",
		    .result = EBUSY,
		    .kernels = MDT_SINCE(6_9),
		    .source = "md.c:mddev_set_closing_and_sync_blockdev",
		    .lines = "-/-/4435/4676" },
	  .when = { &mdt_if_running, &mdt_if_opened, &if_closes, &mdt_if_writable },
	  .exit = MDT_EXIT_REFUSED },
	{ .rule = { .name = "state-closing-6.12",
		    .ops = OP(ARRAY_STATE),
		    .says = "it was stopped before and set up again through an old descriptor (MD_CLOSING is set)",
		    .result = EBUSY,
		    .kernels = MDT_SINCE(6_9),
		    .source = "md.c:mddev_set_closing_and_sync_blockdev",
		    .lines = "-/-/4435/4676" },
	  .when = { &mdt_if_running, &mdt_if_closing, &if_closes, &mdt_if_writable },
	  .exit = MDT_EXIT_REFUSED },
	{ .rule = { .name = "state-in-use",
		    .ops = OP(ARRAY_STATE),
		    .says = "a sync thread or a sysfs user still works on it",
		    .result = EBUSY,
		    .source = "md.c:do_md_stop",
		    .lines = "6467/6489/6569/7168",
		    .seen = { .message = "md: %s still in use." } },
	  .when = { &mdt_if_in_use, &if_stops },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-clear",
		    .ops = OP(ARRAY_STATE),
		    .says = "clear",
		    .result = 0,
		    .then = "as STOP_ARRAY: stopped, members let go, all as in the beginning",
		    .source = "md.c:array_state_store, do_md_stop",
		    .lines = "4484/4454/4415/4656",
		    .seen = { .message = "md: %s stopped.",
			      .capacity = "0",
			      .thread = "mdN_raid1 goes",
			      .sysfs = "array_state clear, or the array goes" } },
	  .when = { &if_clear },
	  .then = mdt_then_clear,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-inactive-stopped",
		    .ops = OP(ARRAY_STATE),
		    .says = "inactive, and it does not run",
		    .result = 0,
		    .source = STORE,
		    .lines = "4484/4454/4415/4656" },
	  .when = { &if_inactive },
	  .unless = { &mdt_if_running },
	  .then = mdt_then_release,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-inactive",
		    .ops = OP(ARRAY_STATE),
		    .says = "inactive",
		    .result = 0,
		    .then = "it does not run any more, and keeps its members",
		    .source = "md.c:array_state_store, do_md_stop",
		    .lines = "4484/4454/4415/4656",
		    .seen = { .capacity = "0",
			      .thread = "mdN_raid1 goes",
			      .sysfs = "array_state inactive" } },
	  .when = { &if_inactive },
	  .then = mdt_then_deactivate,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-readonly-again",
		    .ops = OP(ARRAY_STATE),
		    .says = "it is read-only already",
		    .result = ENXIO,
		    .kernels = MDT_SINCE(5_18),
		    .source = "md.c:md_set_readonly",
		    .lines = "-/6435/6533/7132" },
	  .when = { &mdt_if_running, &if_readonly, &mdt_if_read_only },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-readonly-again-5.10",
		    .ops = OP(ARRAY_STATE),
		    .says = "it is read-only already",
		    .result = ENXIO,
		    .then = "sync stays frozen until idle is written or the array is stopped",
		    .kernels = MDT_BEFORE(5_18),
		    .source = "md.c:md_set_readonly",
		    .lines = "6417/-/-/-" },
	  .when = { &mdt_if_running, &if_readonly, &mdt_if_read_only },
	  .then = mdt_then_froze,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-readonly",
		    .ops = OP(ARRAY_STATE),
		    .says = "readonly, and it runs",
		    .result = 0,
		    .then = "as STOP_ARRAY_RO",
		    .source = "md.c:md_set_readonly",
		    .lines = "6375/6395/6506/7105",
		    .seen = { .uevent = "change@ with DISK_RO=1",
			      .sysfs = "array_state readonly" } },
	  .when = { &mdt_if_running, &if_readonly },
	  .then = mdt_then_read_only,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-no-members",
		    .ops = OP(ARRAY_STATE),
		    .says = "it is read-only and has no members any more (clean, active, read-auto)",
		    .result = ENXIO,
		    .source = "md.c:restart_array",
		    .lines = "6200/6214/6333/6926" },
	  .when = { &mdt_if_running, &mdt_if_read_only, &if_restarts },
	  .unless = { &mdt_if_members },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-member-read-only",
		    .ops = OP(ARRAY_STATE),
		    .says = "it is read-only and a member is a read-only device (clean, active, read-auto)",
		    .result = EROFS,
		    .source = "md.c:restart_array",
		    .lines = "6219/6233/6352/6945" },
	  .when = { &mdt_if_running, &mdt_if_read_only, &if_restarts,
		    &mdt_if_member_protected },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-read-auto-again",
		    .ops = OP(ARRAY_STATE),
		    .says = "read-auto, and it is auto-read-only already",
		    .result = EINVAL,
		    .kernels = MDT_BEFORE(6_9),
		    .source = STORE,
		    .lines = "4484/4454/-/-" },
	  .when = { &mdt_if_running, &if_read_auto, &mdt_if_auto },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-read-auto",
		    .ops = OP(ARRAY_STATE),
		    .says = "read-auto, and it runs",
		    .result = 0,
		    .then = "it is auto-read-only: writable with the first write",
		    .source = STORE,
		    .lines = "4484/4454/4415/4656",
		    .seen = { .sysfs = "array_state read-auto" } },
	  .when = { &mdt_if_running, &if_read_auto },
	  .then = mdt_then_auto,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-clean-stopped",
		    .ops = OP(ARRAY_STATE),
		    .says = "clean while it does not run",
		    .result = EINVAL,
		    .source = STORE,
		    .lines = "4484/4454/4415/4656" },
	  .when = { &if_clean },
	  .unless = { &mdt_if_running },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-clean-busy",
		    .ops = OP(ARRAY_STATE),
		    .says = "writes are pending (clean)",
		    .result = EBUSY,
		    .source = "md.c:set_in_sync",
		    .lines = "4484/4454/4415/4656" },
	  .when = { &if_clean, &if_writes },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-clean",
		    .ops = OP(ARRAY_STATE),
		    .says = "clean, and it runs",
		    .result = 0,
		    .then = "it is writable, and clean",
		    .source = STORE,
		    .lines = "4484/4454/4415/4656",
		    .seen = { .sysfs = "array_state clean" } },
	  .when = { &if_clean },
	  .then = mdt_then_now_clean,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-active",
		    .ops = OP(ARRAY_STATE),
		    .says = "active, and it runs",
		    .result = 0,
		    .then = "it is writable, and no write waits for the superblock",
		    .source = STORE,
		    .lines = "4484/4454/4415/4656" },
	  .when = { &mdt_if_running, &if_active },
	  .then = mdt_then_now_active,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "state-run-readonly",
		    .ops = OP(ARRAY_STATE),
		    .says = "readonly, and it does not run",
		    .result = MDT_RESULT_CONTINUE,
		    .then = "it will be read-only; then as RUN_ARRAY",
		    .source = STORE,
		    .lines = "4484/4454/4415/4656",
		    .seen = { .sysfs =
				      "/sys/block/mdN/ro is 1, even if it cannot run" } },
	  .when = { &if_readonly },
	  .then = mdt_then_want_ro },
	{ .rule = { .name = "state-run-read-auto",
		    .ops = OP(ARRAY_STATE),
		    .says = "read-auto, and it does not run",
		    .result = MDT_RESULT_CONTINUE,
		    .then = "it will be auto-read-only; then as RUN_ARRAY",
		    .source = STORE,
		    .lines = "4484/4454/4415/4656" },
	  .when = { &if_read_auto },
	  .then = mdt_then_want_auto },
	{ .rule = { .name = "state-run-active",
		    .ops = OP(ARRAY_STATE),
		    .says = "active, and it does not run",
		    .result = MDT_RESULT_CONTINUE,
		    .then = "it will be writable; then as RUN_ARRAY",
		    .source = STORE,
		    .lines = "4484/4454/4415/4656" },
	  .when = { &if_active },
	  .then = mdt_then_want_rw },
	/* sync_action */
	{ .rule = { .name = "action-stopped",
		    .ops = OP(SYNC_ACTION),
		    .says = "the array does not run",
		    .result = EINVAL,
		    .source = "md.c:action_store",
		    .lines = "4894/4865/4980/5270" },
	  .unless = { &mdt_if_running },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "action-word-6.12",
		    .ops = OP(SYNC_ACTION),
		    .says = "an unknown word",
		    .result = EINVAL,
		    .kernels = MDT_SINCE(6_11),
		    .source = "md.c:action_store, md_sync_action_by_name",
		    .lines = "-/-/4980/5270" },
	  .unless = { &if_action },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "action-other-level",
		    .ops = OP(SYNC_ACTION),
		    .says = "the array runs with a level other than raid1",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md.c:action_store" },
	  .unless = { &mdt_if_raid1 },
	  .then = mdt_then_forget,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "action-frozen",
		    .ops = OP(SYNC_ACTION),
		    .says = "frozen",
		    .result = 0,
		    .then = "a sync is interrupted, and none begins; failed members stay in their slots",
		    .source = "md.c:action_store",
		    .lines = "4894/4865/4980/5270",
		    .seen = { .thread = "mdN_resync goes",
			      .sysfs = "sync_action frozen" } },
	  .when = { &if_frozen },
	  .then = mdt_then_freeze,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "action-idle",
		    .ops = OP(SYNC_ACTION),
		    .says = "idle",
		    .result = 0,
		    .then = "a sync is interrupted; one that is due begins again",
		    .source = "md.c:action_store",
		    .lines = "4894/4865/4980/5270",
		    .seen = { .thread =
				      "mdN_resync goes, and comes again when a sync is due" } },
	  .when = { &if_idle },
	  .then = mdt_then_thaw,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "action-syncing",
		    .ops = OP(SYNC_ACTION),
		    .says = "a sync is running: only idle and frozen are taken",
		    .result = EBUSY,
		    .source = "md.c:action_store",
		    .lines = "4894/4865/4980/5270" },
	  .when = { &if_sync_seen },
	  .unless = { &if_quiet },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "action-word",
		    .ops = OP(SYNC_ACTION),
		    .says = "an unknown word",
		    .result = EINVAL,
		    .kernels = MDT_BEFORE(6_11),
		    .source = "md.c:action_store",
		    .lines = "4894/4865/-/-" },
	  .when = { &if_other },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "action-reshape",
		    .ops = OP(SYNC_ACTION),
		    .says = "reshape: raid1 has none that runs",
		    .result = EINVAL,
		    .source = "md.c:action_store",
		    .lines = "4894/4865/4980/5270" },
	  .when = { &if_reshape },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "action",
		    .ops = OP(SYNC_ACTION),
		    .says = "resync, recover, check or repair",
		    .result = 0,
		    .then = "it begins, if there is something to do; an auto-read-only array becomes writable",
		    .source = "md.c:action_store",
		    .lines = "4894/4865/4980/5270",
		    .seen = { .message =
				      "md: data-check of RAID array %s (6.12 and later: check)",
			      .thread = "mdN_resync" } },
	  .then = mdt_then_sync,
	  .exit = MDT_EXIT_AT_ONCE },
};

const struct mdt_model_section mdt_rules_sysfs = { rows, array_size(rows) };
