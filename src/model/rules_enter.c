// SPDX-License-Identifier: MIT
/* md_ioctl() up to the array's lock, and the commands that need no lock. */
#include <errno.h>

#include "model/parts.h"

enum {
	GETS = OP(GET_ARRAY_INFO) | OP(GET_DISK_INFO),
	STOPS = OP(STOP_ARRAY) | OP(STOP_ARRAY_RO),
	LOCKED = STOPS | OP(SET_ARRAY_INFO) | OP(ADD_NEW_DISK) | OP(RUN_ARRAY) |
		 OP(RESTART_ARRAY_RW) | OP(HOT_REMOVE_DISK) | OP(HOT_ADD_DISK) |
		 OP(SET_BITMAP_FILE) | OP(CLUSTERED_DISK_NACK),
	PRIVILEGED = LOCKED | OP(SET_DISK_FAULTY) | OP(GET_BITMAP_FILE),
	ATTRIBUTES = OP(ARRAY_STATE) | OP(SYNC_ACTION) | OP(MEMBER_STATE),
	WRITES = ATTRIBUTES | OP(ATTRIBUTE),
};

static const struct mdt_model_row enter_rows[] = {
	{ .rule = { .name = "not-mds",
		    .ops = OP(OTHER_IOCTL),
		    .says = "md has no such command; the number is checked before anything else",
		    .result = ENOTTY,
		    .source = "md.c:md_ioctl_valid",
		    .lines = "7544/7568/7625/8258" },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "unprivileged",
		    .ops = PRIVILEGED,
		    .says = "the caller lacks CAP_SYS_ADMIN, which all md ioctls but RAID_VERSION, GET_ARRAY_INFO and GET_DISK_INFO need",
		    .result = EACCES,
		    .source = "md.c:md_ioctl",
		    .lines = "7584/7608/7644/8277" },
	  .when = { &mdt_if_unprivileged },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "write-unprivileged",
		    .ops = WRITES,
		    .says = "the caller lacks CAP_SYS_ADMIN",
		    .result = EACCES,
		    .source = "md.c:md_attr_store",
		    .lines = "5636/5627/5735/6136" },
	  .when = { &mdt_if_unprivileged },
	  .exit = MDT_EXIT_REFUSED },
	{ .rule = { .name = "external",
		    .ops = GETS | PRIVILEGED | ATTRIBUTES,
		    .says = "the metadata is external (mdmon keeps it)",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md.c:md_ioctl" },
	  .when = { &mdt_if_external },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "version-pointer",
		    .ops = OP(RAID_VERSION),
		    .says = "the argument points to memory that cannot be written",
		    .result = EFAULT,
		    .source = "md.c:get_version",
		    .lines = "6638/6656/6732/7334" },
	  .when = { &mdt_if_bad_pointer },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "version",
		    .ops = OP(RAID_VERSION),
		    .says = "always",
		    .result = 0,
		    .then = "the answer is 0.90.3, whatever the array is",
		    .source = "md.c:get_version",
		    .lines = "7594/7618/7716/8351" },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "get-nothing",
		    .ops = GETS,
		    .says = "nothing set up on this minor yet (raid_disks is 0)",
		    .result = ENODEV,
		    .source = "md.c:md_ioctl",
		    .lines = "7613/7632/7727/8362" },
	  .unless = { &mdt_if_set_up },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "get-pointer",
		    .ops = GETS | OP(GET_BITMAP_FILE),
		    .says = "the argument points to memory that cannot be read or written",
		    .result = EFAULT,
		    .source = "md.c:get_array_info, get_disk_info, get_bitmap_file",
		    .lines = "6652/6670/6746/7348" },
	  .when = { &mdt_if_bad_pointer },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "get-array",
		    .ops = OP(GET_ARRAY_INFO),
		    .says = "raid_disks is not 0",
		    .result = 0,
		    .then = "a snapshot of the array, taken without its lock",
		    .source = "md.c:get_array_info",
		    .lines = "6652/6670/6746/7348" },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "get-disk",
		    .ops = OP(GET_DISK_INFO),
		    .says = "raid_disks is not 0; a number without a member is not an error",
		    .result = 0,
		    .then = "the member of this number; without one: 0:0, raid_disk -1, MD_DISK_REMOVED",
		    .source = "md.c:get_disk_info",
		    .lines = "6744/6762/6838/7440" },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "get-bitmap",
		    .ops = OP(GET_BITMAP_FILE),
		    .says = "always",
		    .result = 0,
		    .then = "the path of the bitmap's file; empty when it has none",
		    .source = "md.c:get_bitmap_file",
		    .lines = "6712/6730/6806/7408" },
	  .exit = MDT_EXIT_AT_ONCE },
};

const struct mdt_model_section mdt_rules_enter = { enter_rows, array_size(enter_rows) };

static const struct mdt_model_row lock_rows[] = {
	/* Up to 6.1 this errno goes by `out:`, which clears MD_CLOSING. */
	{ .rule = { .name = "stop-open",
		    .ops = STOPS,
		    .says = "somebody else has it open",
		    .result = EBUSY,
		    .then = "MD_CLOSING is clear, even if it was set before",
		    .kernels = MDT_BEFORE(6_9),
		    .source = "md.c:md_ioctl",
		    .lines = "7655/7674/-/-" },
	  .when = { &mdt_if_running, &mdt_if_opened_twice },
	  .exit = MDT_EXIT_OUT },
	{ .rule = { .name = "stop-open-6.12",
		    .ops = STOPS,
		    .says = "somebody else has it open",
		    .result = EBUSY,
		    .kernels = MDT_SINCE(6_9),
		    .source = "md.c:mddev_set_closing_and_sync_blockdev",
		    .lines = "-/-/550/561" },
	  .when = { &mdt_if_running, &mdt_if_opened_twice },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "stop-closing",
		    .ops = STOPS,
		    .says = "it is stopped already and this is the old descriptor (MD_CLOSING is set)",
		    .result = EBUSY,
		    .then = "MD_CLOSING is clear, so that the next attempt succeeds",
		    .kernels = MDT_BEFORE(6_9),
		    .source = "md.c:md_ioctl",
		    .lines = "7655/7674/-/-" },
	  .when = { &mdt_if_closing },
	  .exit = MDT_EXIT_OUT },
	{ .rule = { .name = "stop-closing-6.12",
		    .ops = STOPS,
		    .says = "it is stopped already and this is the old descriptor (MD_CLOSING is set)",
		    .result = EBUSY,
		    .then = "nothing clears it while the descriptor is open: an array that was set up again through it can never be stopped",
		    .kernels = MDT_SINCE(6_9),
		    .source = "md.c:mddev_set_closing_and_sync_blockdev",
		    .lines = "-/-/550/561" },
	  .when = { &mdt_if_closing },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "stop-begins",
		    .ops = STOPS,
		    .says = "nobody else has it open",
		    .result = MDT_RESULT_CONTINUE,
		    .then = "MD_CLOSING is set, so that it cannot be opened; the page cache is flushed",
		    .source = "md.c:md_ioctl",
		    .lines = "7655/7674/550/561" },
	  .then = mdt_then_closing },
	{ .rule = { .name = "lock-interrupted",
		    .ops = LOCKED,
		    .says = "a signal came while it waited for the array's lock",
		    .result = EINTR,
		    .source = "md.c:mddev_lock",
		    .lines = "7663/7682/7756/8391" },
	  .when = { &mdt_if_interrupted },
	  .exit = MDT_EXIT_OUT },
	{ .rule = { .name = "lock-deleted",
		    .ops = LOCKED,
		    .says = "the array was stopped and deleted: open its node again",
		    .result = ENODEV,
		    .kernels = MDT_SINCE(6_17),
		    .source = "md.h:mddev_lock",
		    .lines = "-/-/-/718" },
	  .when = { &mdt_if_deleted },
	  .exit = MDT_EXIT_OUT },
	{ .rule = { .name = "write-deleted",
		    .ops = WRITES,
		    .says = "the array is being deleted",
		    .result = EBUSY,
		    .kernels = MDT_SINCE(6_0),
		    .source = "md.c:md_attr_store",
		    .lines = "-/5627/5735/6136" },
	  .when = { &mdt_if_deleted },
	  .exit = MDT_EXIT_REFUSED },
};

const struct mdt_model_section mdt_rules_lock = { lock_rows, array_size(lock_rows) };

static const struct mdt_model_row gate_rows[] = {
	{ .rule = { .name = "nothing-set-up",
		    .ops = LOCKED &
			   ~(OP(SET_ARRAY_INFO) | OP(ADD_NEW_DISK) | OP(STOP_ARRAY) |
			     OP(RUN_ARRAY) | OP(SET_BITMAP_FILE)),
		    .says = "nothing set up on this minor yet (raid_disks is 0)",
		    .result = ENODEV,
		    .source = "md.c:md_ioctl",
		    .lines = "7710/7729/7774/8411" },
	  .unless = { &mdt_if_set_up } },
	{ .rule = { .name = "add-pointer",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "the argument points to memory that cannot be read",
		    .result = EFAULT,
		    .source = "md.c:md_ioctl",
		    .lines = "7744/7763/7809/8446" },
	  .when = { &mdt_if_bad_pointer } },
};

const struct mdt_model_section mdt_rules_gate = { gate_rows, array_size(gate_rows) };

// A re-add may be done while the array is read-only: MD_DISK_SYNC is set.
static enum mdt_tri ask_readd(const struct mdt_model_way *way, int arg _unused_)
{
	if (way->call->op != MDT_OP_ADD_NEW_DISK)
		return MDT_NO;
	if (!way->call->has_disk_info)
		return MDT_UNSURE;
	return mdt_tri_of(way->call->disk_state & 1 << 2);
}
static const struct mdt_model_guard if_readd = { ask_readd, NULL, 0 };

static enum mdt_tri ask_to_record(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.sb_dirty;
}
static const struct mdt_model_guard if_to_record = { ask_to_record, NULL, 0 };

enum {
	CHANGES = OP(ADD_NEW_DISK) | OP(CLUSTERED_DISK_NACK) | OP(HOT_ADD_DISK) |
		  OP(RUN_ARRAY) | OP(SET_BITMAP_FILE),
};

static const struct mdt_model_row read_only_rows[] = {
	{ .rule = { .name = "read-only",
		    .ops = CHANGES,
		    .says = "the array is read-only",
		    .result = EROFS,
		    .source = "md.c:md_ioctl",
		    .lines = "7777/7781/7827/8464" },
	  .when = { &mdt_if_running, &mdt_if_read_only },
	  .unless = { &if_readd } },
	{ .rule = { .name = "auto-read-only-hangs",
		    .ops = CHANGES,
		    .says = "the array is auto-read-only, superblocks are to be written, and its level has no thread to do so (raid0, linear): the call never returns",
		    .result = MDT_RESULT_UNKNOWN,
		    .source = "md.c:md_ioctl",
		    .fatal = true },
	  .when = { &mdt_if_running, &mdt_if_auto, &mdt_if_no_syncs, &if_to_record },
	  .unless = { &if_readd } },
	{ .rule = { .name = "auto-read-only",
		    .ops = CHANGES,
		    .says = "the array is auto-read-only",
		    .result = MDT_RESULT_CONTINUE,
		    .then = "it becomes writable, whatever comes of the call",
		    .source = "md.c:md_ioctl",
		    .lines = "7777/7781/7827/8464",
		    .seen = { .sysfs =
				      "array_state changes from read-auto to clean; a resync that is due begins" } },
	  .when = { &mdt_if_running, &mdt_if_auto },
	  .unless = { &if_readd },
	  .then = mdt_then_allow },
	{ .rule = { .name = "nack",
		    .ops = OP(CLUSTERED_DISK_NACK),
		    .says = "the array is not clustered",
		    .result = EINVAL,
		    .source = "md.c:md_ioctl",
		    .lines = "7795/7813/7859/8496" } },
};

const struct mdt_model_section mdt_rules_read_only = { read_only_rows,
						       array_size(read_only_rows) };
