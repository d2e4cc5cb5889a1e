// SPDX-License-Identifier: MIT
/* ADD_NEW_DISK in its three modes, and HOT_ADD_DISK. */
#include <errno.h>

#include "model/personality.h"

// dev_t has 12 bits of major and 20 of minor.
static enum mdt_tri ask_no_dev_t(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_tri_of(way->call->has_device &&
			  (way->call->major >> 12 || way->call->minor >> 20));
}
static const struct mdt_model_guard if_no_dev_t = { ask_no_dev_t, NULL, 0 };

static enum mdt_tri ask_disk_bit(const struct mdt_model_way *way, int arg)
{
	if (!way->call->has_disk_info)
		return MDT_UNSURE;
	return mdt_tri_of(way->call->disk_state >> arg & 1);
}
// MD_DISK_FAULTY, MD_DISK_SYNC, MD_DISK_JOURNAL of <linux/raid/md_p.h>
static const struct mdt_model_guard if_marked_faulty = { ask_disk_bit, NULL, 0 },
				    if_marked_sync = { ask_disk_bit, NULL, 2 },
				    if_marked_journal = { ask_disk_bit, NULL, 18 };

// The superblocks are compared with the first in the list; all in it are alike.
static enum mdt_tri ask_other_family(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);
	const struct mdt_model_state *state = &way->state;

	if (mdt_model_has_members(state) == MDT_NO)
		return MDT_NO;
	if (!disk || disk->super.kind == MDT_MODEL_SUPER_UNKNOWN)
		return MDT_UNSURE;
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].is_member &&
		    state->disks[i].super.kind != MDT_MODEL_SUPER_UNKNOWN)
			return mdt_tri_of(state->disks[i].super.family !=
					  disk->super.family);
	return MDT_UNSURE;
}
static const struct mdt_model_guard if_other_family = { ask_other_family, NULL, 0 };

static enum mdt_tri ask_wrong_slot(const struct mdt_model_way *way, int arg _unused_)
{
	int32_t slot = mdt_model_readd_slot(way);

	if (!way->call->has_disk_info || slot == MDT_MODEL_UNKNOWN)
		return MDT_UNSURE;
	return mdt_tri_of(slot != way->call->raid_disk);
}
static const struct mdt_model_guard if_wrong_slot = { ask_wrong_slot, NULL, 0 };

// It is rare: of an array of which nothing is known it is not presumed.
static enum mdt_tri ask_linear(const struct mdt_model_way *way, int arg _unused_)
{
	return mdt_tri_of(way->state.level == -1);
}
static const struct mdt_model_guard if_linear = { ask_linear, NULL, 0 };

// super_90_validate() looks at no slot that the array does not have, and without
// superblocks the argument's counts only if it is one.
static enum mdt_tri ask_next_slot(const struct mdt_model_way *way, int arg _unused_)
{
	if (way->state.major_version == 0 || way->state.persistent == MDT_NO)
		return MDT_NO;
	return mdt_model_equal(mdt_model_readd_slot(way), way->state.raid_disks);
}
static const struct mdt_model_guard if_next_slot = { ask_next_slot, NULL, 0 };

// It was a member a moment ago, and its folder goes when a work queue runs.
static enum mdt_tri ask_lingers(const struct mdt_model_way *way, int arg _unused_)
{
	const struct mdt_model_disk *disk = mdt_model_device(way);

	if (way->state.unsettled == MDT_NO || (disk && !disk->bound))
		return MDT_NO;
	return MDT_UNSURE;
}
static const struct mdt_model_guard if_lingers = { ask_lingers, NULL, 0 };

#define IMPORT_SEEN                                                                      \
	{                                                                                \
		.message = "md: md_import_device returned -N"                            \
	}

static const struct mdt_model_row rows[] = {
	{ .rule = { .name = "add-dev-t",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "major or minor is too large for a device number",
		    .result = EOVERFLOW,
		    .source = "md.c:md_add_new_disk",
		    .lines = "6798/6815/6891/7493" },
	  .when = { &if_no_dev_t } },
	/* set up, not running: no superblock is looked at */
	{ .rule = { .name = "add-version-1",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "the array has version-1 superblocks, is set up and does not run",
		    .result = EINVAL,
		    .source = "md.c:md_add_new_disk",
		    .lines = "6946/6963/7038/7640",
		    .seen = { .message = "%s: ADD_NEW_DISK not supported" } },
	  .when = { &mdt_if_set_up },
	  .unless = { &mdt_if_running, &mdt_if_version_0 } },
	{ .rule = { .name = "add-faulty",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "MD_DISK_FAULTY is set, for an array that is set up and does not run",
		    .result = 0,
		    .source = "md.c:md_add_new_disk",
		    .lines = "6951/6968/7043/7645" },
	  .when = { &mdt_if_set_up, &if_marked_faulty },
	  .unless = { &mdt_if_running } },
	{ .rule = { .name = "add-no-diskops",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "raid0 runs, which takes no device",
		    .result = EINVAL,
		    .source = "md.c:md_add_new_disk",
		    .lines = "6834/6851/6927/7529",
		    .seen = { .message = "%s: personality does not support diskops!" } },
	  .when = { &mdt_if_running, &mdt_if_no_adds } },
	{ .rule = { .name = "add-other-level",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "the array runs with a level that is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "there may be one more member",
		    .source = "md.c:md_add_new_disk",
		    .lines = "6834/6851/6927/7529" },
	  .when = { &mdt_if_running },
	  .unless = { &mdt_if_followed },
	  .then = mdt_then_bind_running },
	/* md_import_device() */
	{ .rule = { .name = "add-missing",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "there is no such device",
		    .result = ENXIO,
		    .source = "md.c:md_import_device",
		    .lines = "2586/2565/3693/3851",
		    .seen = { .message =
				      "md: could not open device unknown-block(MAJOR,MINOR)." } },
	  .when = { &mdt_if_missing } },
	{ .rule = { .name = "add-claimed",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "the device is claimed: mounted, opened O_EXCL, in this array or another one",
		    .result = EBUSY,
		    .source = "md.c:md_import_device",
		    .lines = "2586/2565/3693/3851",
		    .seen = { .message =
				      "md: could not open device unknown-block(MAJOR,MINOR)." } },
	  .when = { &mdt_if_taken } },
	{ .rule = { .name = "add-empty",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "the device has no size",
		    .result = EINVAL,
		    .source = "md.c:md_import_device",
		    .lines = "3788/3760/3704/3862",
		    .seen = IMPORT_SEEN },
	  .when = { &mdt_if_empty } },
	{ .rule = { .name = "add-block-size",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "the superblock has a logical block size (byte 224), which kernels before 6.19 take for a part of a pad that must be 0",
		    .result = EINVAL,
		    .kernels = MDT_BEFORE(6_19),
		    .source = "md.c:super_1_load",
		    .seen = { .message =
				      "md: NAME does not have a valid v1.N superblock, not importing!" } },
	  .when = { &mdt_if_block_size },
	  .unless = { &mdt_if_set_up } },
	{ .rule = { .name = "add-no-superblock",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "no valid superblock of the array's version",
		    .result = EINVAL,
		    .source = "md.c:md_import_device, super_1_load, super_90_load",
		    .lines = "3798/3770/3714/3872",
		    .seen = { .message =
				      "md: NAME does not have a valid vM.N superblock, not importing!" } },
	  .when = { &mdt_if_unfit },
	  .unless = { &mdt_if_set_up } },
	{ .rule = { .name = "add-block-size-running",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "the superblock has a logical block size (byte 224), which kernels before 6.19 take for a part of a pad that must be 0",
		    .result = EINVAL,
		    .kernels = MDT_BEFORE(6_19),
		    .source = "md.c:super_1_load",
		    .seen = { .message =
				      "md: NAME does not have a valid v1.N superblock, not importing!" } },
	  .when = { &mdt_if_running, &mdt_if_persistent, &mdt_if_block_size } },
	{ .rule = { .name = "add-no-superblock-running",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "no valid superblock of the array's version",
		    .result = EINVAL,
		    .source = "md.c:md_import_device, super_1_load, super_90_load",
		    .lines = "3798/3770/3714/3872",
		    .seen = { .message =
				      "md: NAME does not have a valid vM.N superblock, not importing!" } },
	  .when = { &mdt_if_running, &mdt_if_persistent, &mdt_if_unfit } },
	/* nothing is set up: the superblocks tell all */
	{ .rule = { .name = "add-other-array",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "a superblock of another array than those of the members",
		    .result = EINVAL,
		    .source = "md.c:md_add_new_disk",
		    .lines = "6816/6833/6909/7511",
		    .seen = { .message = "md: NAME has different UUID to NAME" } },
	  .when = { &if_other_family },
	  .unless = { &mdt_if_set_up } },
	/* running */
	{ .rule = { .name = "add-wrong-slot",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "MD_DISK_SYNC is set and the slot does not match, or the superblock is older than the array (mdadm tries a re-add so)",
		    .result = EINVAL,
		    .source = "md.c:md_add_new_disk",
		    .lines = "6864/6881/6956/7558" },
	  .when = { &mdt_if_running, &if_marked_sync, &if_wrong_slot } },
	{ .rule = { .name = "add-journal",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "MD_DISK_JOURNAL is set",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "there may be one more member",
		    .source = "md.c:md_add_new_disk" },
	  .when = { &mdt_if_running, &if_marked_journal },
	  .then = mdt_then_bind_running },
	/* bind_rdev_to_array() */
	{ .rule = { .name = "add-read-only-device",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "the array runs and the device is read-only",
		    .result = EROFS,
		    .source = "md.c:bind_rdev_to_array",
		    .lines = "2449/2433/2402/2560" },
	  .when = { &mdt_if_running, &mdt_if_protected } },
	{ .rule = { .name = "add-too-small",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "the device is smaller than the array's members",
		    .result = ENOSPC,
		    .source = "md.c:bind_rdev_to_array",
		    .lines = "2473/2455/2424/2582" },
	  .when = { &mdt_if_running, &mdt_if_too_small } },
	{ .rule = { .name = "add-number-taken",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "its number (dev_number, or number of the argument) is another member's",
		    .result = EBUSY,
		    .source = "md.c:bind_rdev_to_array",
		    .lines = "2493/2475/2444/2602" },
	  .when = { &mdt_if_number_taken },
	  .then = mdt_then_not_bound },
	{ .rule = { .name = "add-number-high",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "its number is more than the superblocks have room for",
		    .result = EBUSY,
		    .source = "md.c:bind_rdev_to_array",
		    .lines = "2449/2433/2402/2560",
		    .seen = { .message = "md: %s: array is limited to N devices" } },
	  .when = { &mdt_if_number_high },
	  .then = mdt_then_not_bound },
	{ .rule = { .name = "add-lingers",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "its old folder in sysfs is not gone yet",
		    .result = EEXIST,
		    .kernels = MDT_BEFORE(6_5),
		    .source = "md.c:bind_rdev_to_array",
		    .lines = "2512/2494/-/-",
		    .seen = { .message = "md: failed to register dev-NAME for %s" } },
	  .when = { &if_lingers },
	  .then = mdt_then_not_bound },
	{ .rule = { .name = "add-assembling",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "nothing is set up (raid_disks is 0): the superblock has loaded",
		    .result = 0,
		    .then = "the device is a member; its role is looked at by RUN_ARRAY",
		    .source = "md.c:md_add_new_disk",
		    .lines = "6800/6817/6893/7495",
		    .seen = { .sysfs =
				      "dev-NAME with state spare, slot none; array_state changes from clear to inactive" } },
	  .unless = { &mdt_if_set_up },
	  .then = mdt_then_bind_super },
	{ .rule = { .name = "add-linear",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "linear runs, and the superblock has the slot after the last one",
		    .result = 0,
		    .then = "the array has a slot more, and the device is in it",
		    .source = "md-linear.c:linear_add",
		    .seen = { .capacity = "%s: detected capacity change from A to B" } },
	  .when = { &mdt_if_running, &if_linear, &if_next_slot },
	  .then = mdt_then_grow },
	{ .rule = { .name = "add-linear-slot",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "linear runs, and the superblock has another slot than the one after the last, or is none of version 1",
		    .result = EINVAL,
		    .then = "the device was a member for a moment",
		    .source = "md-linear.c:linear_add" },
	  .when = { &mdt_if_running, &if_linear },
	  .then = mdt_then_kicked },
	{ .rule = { .name = "add-running",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "the array runs; uuid, level and raid_disks of the superblock are not compared",
		    .result = 0,
		    .then = "the device is a spare; if a slot is free, it gets it and a recovery begins",
		    .source = "md.c:md_add_new_disk, add_bound_rdev",
		    .lines = "6834/6851/6927/7529",
		    .seen = { .message =
				      "md: recovery of RAID array %s, when a slot is free",
			      .thread = "mdN_resync, when a slot is free",
			      .sysfs = "dev-NAME" } },
	  .when = { &mdt_if_running },
	  .then = mdt_then_bind_running },
	{ .rule = { .name = "add-configured",
		    .ops = OP(ADD_NEW_DISK),
		    .says = "the array is set up and does not run",
		    .result = 0,
		    .then = "the device is a member with the number and slot of the argument; in sync if MD_DISK_SYNC is set",
		    .source = "md.c:md_add_new_disk",
		    .lines = "6946/6963/7038/7640",
		    .seen = { .sysfs = "dev-NAME" } },
	  .then = mdt_then_bind_bare },
	/* HOT_ADD_DISK */
	{ .rule = { .name = "hot-add-stopped",
		    .ops = OP(HOT_ADD_DISK),
		    .says = "the array does not run",
		    .result = ENODEV,
		    .source = "md.c:hot_add_disk",
		    .lines = "7033/7049/7122/7723" },
	  .unless = { &mdt_if_running } },
	{ .rule = { .name = "hot-add-version-1",
		    .ops = OP(HOT_ADD_DISK),
		    .says = "the array has version-1 superblocks, which need ADD_NEW_DISK",
		    .result = EINVAL,
		    .source = "md.c:hot_add_disk",
		    .lines = "7033/7049/7122/7723",
		    .seen = { .message =
				      "%s: HOT_ADD may only be used with version-0 superblocks." } },
	  .unless = { &mdt_if_version_0 } },
	{ .rule = { .name = "hot-add-no-diskops",
		    .ops = OP(HOT_ADD_DISK),
		    .says = "raid0 runs, which takes no device",
		    .result = EINVAL,
		    .source = "md.c:hot_add_disk",
		    .lines = "7033/7049/7122/7723",
		    .seen = { .message = "%s: personality does not support diskops!" } },
	  .when = { &mdt_if_no_adds } },
	{ .rule = { .name = "hot-add-other-level",
		    .ops = OP(HOT_ADD_DISK),
		    .says = "the array runs with a level that is not followed",
		    .result = MDT_RESULT_UNKNOWN,
		    .then = "there may be one more member",
		    .source = "md.c:hot_add_disk" },
	  .unless = { &mdt_if_followed },
	  .then = mdt_then_hot_add },
	{ .rule = { .name = "hot-add-missing",
		    .ops = OP(HOT_ADD_DISK),
		    .says = "the device cannot be opened",
		    .result = EINVAL,
		    .source = "md.c:hot_add_disk",
		    .lines = "7057/7072/7145/7746",
		    .seen = { .message = "md: error, md_import_device() returned -N" } },
	  .when = { &mdt_if_missing } },
	{ .rule = { .name = "hot-add-claimed",
		    .ops = OP(HOT_ADD_DISK),
		    .says = "the device is claimed",
		    .result = EINVAL,
		    .source = "md.c:hot_add_disk",
		    .lines = "7057/7072/7145/7746",
		    .seen = { .message = "md: error, md_import_device() returned -N" } },
	  .when = { &mdt_if_taken } },
	{ .rule = { .name = "hot-add-empty",
		    .ops = OP(HOT_ADD_DISK),
		    .says = "the device has no size",
		    .result = EINVAL,
		    .source = "md.c:hot_add_disk",
		    .lines = "7057/7072/7145/7746" },
	  .when = { &mdt_if_empty } },
	{ .rule = { .name = "hot-add-read-only-device",
		    .ops = OP(HOT_ADD_DISK),
		    .says = "the device is read-only",
		    .result = EROFS,
		    .source = "md.c:bind_rdev_to_array",
		    .lines = "2449/2433/2402/2560" },
	  .when = { &mdt_if_protected } },
	{ .rule = { .name = "hot-add-too-small",
		    .ops = OP(HOT_ADD_DISK),
		    .says = "the device is smaller than the array's members",
		    .result = ENOSPC,
		    .source = "md.c:bind_rdev_to_array",
		    .lines = "2473/2455/2424/2582" },
	  .when = { &mdt_if_too_small } },
	{ .rule = { .name = "hot-add-lingers",
		    .ops = OP(HOT_ADD_DISK),
		    .says = "its old folder in sysfs is not gone yet",
		    .result = EEXIST,
		    .kernels = MDT_BEFORE(6_5),
		    .source = "md.c:bind_rdev_to_array",
		    .lines = "2512/2494/-/-",
		    .seen = { .message = "md: failed to register dev-NAME for %s" } },
	  .when = { &if_lingers },
	  .then = mdt_then_not_bound },
	{ .rule = { .name = "hot-add",
		    .ops = OP(HOT_ADD_DISK),
		    .says = "otherwise",
		    .result = 0,
		    .then = "the device is a spare; if a slot is free, it gets it and a recovery begins",
		    .source = "md.c:hot_add_disk",
		    .lines = "7033/7049/7122/7723",
		    .seen = { .message =
				      "md: recovery of RAID array %s, when a slot is free",
			      .thread = "mdN_resync, when a slot is free",
			      .sysfs = "dev-NAME" } },
	  .then = mdt_then_hot_add },
};

const struct mdt_model_section mdt_rules_add = { rows, array_size(rows) };
