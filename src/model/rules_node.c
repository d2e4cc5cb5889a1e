// SPDX-License-Identifier: MIT
/* Opening and closing the node, and new_array. */
#include <errno.h>

#include "model/parts.h"

static enum mdt_tri ask_claimed(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_tri_and(mdt_tri_of(way->call->exclusive), way->state.claimed);
}
static const struct mdt_model_guard if_claimed = { ask_claimed, NULL, 0 };

// The last one that had it has just closed it; its end may not be over.
static enum mdt_tri ask_ending(const struct mdt_model_way *way, int arg _unused_)
{
	return way->state.exists == MDT_UNSURE ? MDT_UNSURE : MDT_NO;
}
static const struct mdt_model_guard if_ending = { ask_ending, NULL, 0 };

static const struct mdt_model_guard if_too_long = { mdt_ask_word, NULL,
						    MDT_WORD_TOO_LONG },
				    if_no_name = { mdt_ask_word, NULL, MDT_WORD_OTHER };

static enum mdt_tri ask_no_autoload(const struct mdt_model_way *way, int arg _unused_)
{
	return way->call->no_autoload;
}
static const struct mdt_model_guard if_no_autoload = { ask_no_autoload, NULL, 0 };

static const struct mdt_model_row rows[] = {
	{ .rule = { .name = "open-deleted",
		    .ops = OP(OPEN),
		    .says = "the array was stopped with legacy_async_del_gendisk=0, and its disk is gone",
		    .result = ENXIO,
		    .kernels = MDT_SINCE(6_17),
		    .source = "block/bdev.c:blkdev_get_no_open" },
	  .when = { &mdt_if_deleted },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "open-being-deleted",
		    .ops = OP(OPEN),
		    .says = "the array is being deleted",
		    .result = ENODEV,
		    .kernels = MDT_BETWEEN(6_0, 6_17),
		    .source = "md.c:mddev_get, md_open",
		    .lines = "-/7895/7944/-" },
	  .when = { &mdt_if_deleted },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "open-claimed",
		    .ops = OP(OPEN),
		    .says = "the array is claimed: mounted, member of something, or opened O_EXCL by another",
		    .result = EBUSY,
		    .source = "block/bdev.c:bd_prepare_to_claim" },
	  .when = { &if_claimed },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "open-ending",
		    .ops = OP(OPEN),
		    .says = "the array of this number is just going away",
		    .result = EBUSY,
		    .kernels = MDT_BEFORE(6_0),
		    .source = "md.c:md_open",
		    .lines = "7897/-/-/-" },
	  .when = { &if_ending },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "open-no-autoload",
		    .ops = OP(OPEN),
		    .says = "there is no such array, and a kernel without CONFIG_BLOCK_LEGACY_AUTOLOAD makes none when its node is opened (write its name to new_array first)",
		    .result = ENXIO,
		    .kernels = MDT_SINCE(5_18),
		    .source = "block/bdev.c:blkdev_get_no_open" },
	  .when = { &if_no_autoload },
	  .unless = { &mdt_if_exists },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "open-interrupted",
		    .ops = OP(OPEN),
		    .says = "a signal came while it waited for the array's lock",
		    .result = EINTR,
		    .source = "md.c:md_open",
		    .lines = "7877/7895/7944/8585" },
	  .when = { &mdt_if_interrupted },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "open-closing",
		    .ops = OP(OPEN),
		    .says = "the array is being stopped: it can be opened again when the last descriptor is closed",
		    .result = ENODEV,
		    .source = "md.c:md_open",
		    .lines = "7904/7911/7960/8601" },
	  .when = { &mdt_if_exists, &mdt_if_closing },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "open",
		    .ops = OP(OPEN),
		    .says = "otherwise",
		    .result = 0,
		    .then = "one opener more; an array that did not exist does now, with nothing set up, until an ioctl has reached it",
		    .source = "md.c:md_open, md_probe",
		    .lines = "7877/7895/7944/8585",
		    .seen = { .uevent =
				      "add@/devices/virtual/block/mdN when the array is new",
			      .sysfs =
				      "/sys/block/mdN, array_state clear, when it is new" } },
	  .then = mdt_then_open,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "close",
		    .ops = OP(CLOSE),
		    .says = "always",
		    .result = 0,
		    .then = "one opener less; with the last one goes an array that has no members, raid_disks 0, no ctime and nothing that holds it",
		    .source = "md.c:md_release, mddev_put",
		    .lines = "681/657/629/640",
		    .seen = { .uevent =
				      "remove@/devices/virtual/block/mdN when the array goes",
			      .sysfs = "/sys/block/mdN goes with the array" } },
	  .then = mdt_then_close,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "new-array-long",
		    .ops = OP(NEW_ARRAY),
		    .says = "the name is too long",
		    .result = E2BIG,
		    .source = "md.c:add_named_array",
		    .lines = "5828/5817/5974/6433" },
	  .when = { &if_too_long },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "new-array-name",
		    .ops = OP(NEW_ARRAY),
		    .says = "neither mdN nor md_NAME",
		    .result = EINVAL,
		    .source = "md.c:add_named_array",
		    .lines = "5828/5817/5974/6433" },
	  .when = { &if_no_name },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "new-array-exists",
		    .ops = OP(NEW_ARRAY),
		    .says = "the array exists already",
		    .result = EEXIST,
		    .source = "md.c:md_alloc" },
	  .when = { &mdt_if_exists },
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "new-array",
		    .ops = OP(NEW_ARRAY),
		    .says = "otherwise",
		    .result = 0,
		    .then = "the array exists, with nothing set up; as mdN until an ioctl has reached it, as md_NAME until it is stopped",
		    .source = "md.c:add_named_array, mddev_alloc",
		    .lines = "5828/5817/5974/6433",
		    .seen = { .uevent = "add@/devices/virtual/block/mdN",
			      .sysfs = "/sys/block/mdN, array_state clear" } },
	  .then = mdt_then_create,
	  .exit = MDT_EXIT_AT_ONCE },
	{ .rule = { .name = "settle",
		    .ops = OP(SETTLE),
		    .says = "always",
		    .result = 0,
		    .then = "failed members have left their slots, spares have taken free ones, resync and recovery are done",
		    .source = "md.c:md_check_recovery",
		    .lines = "9116/9242/9414/10107",
		    .seen = { .message = "md: %s: recovery done.",
			      .thread = "mdN_resync came and went" } },
	  .then = mdt_then_settle,
	  .exit = MDT_EXIT_AT_ONCE },
};

const struct mdt_model_section mdt_rules_node = { rows, array_size(rows) };
