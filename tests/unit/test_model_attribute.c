// SPDX-License-Identifier: MIT
/* Attributes other than array_state, sync_action and a member's state. */
#include <criterion/criterion.h>
#include <errno.h>

#include "model_world.h"

// world_do() of a call whose result need not be sure.
static int may_do(struct world *world, const struct mdt_model_call *call)
{
	mdt_model_step(&world->options, &world->state, call, &world->step);
	world->state = world->step.outcomes[0].next;
	return mdt_model_result(&world->step);
}

static int write_attr(struct world *world, bool is_member, const char *name,
		      const char *text)
{
	struct mdt_model_call call = { .op = MDT_OP_ATTRIBUTE };

	mdt_model_attribute_read(is_member, mdt_slice_cstr(name), mdt_slice_cstr(text),
				 &call);
	if (is_member) {
		call.has_device = true;
		call.major = 1;
	}
	return may_do(world, &call);
}

// As mdadm sets arrays up whose metadata it keeps itself.
Test(model_attribute, sets_up_a_stopped_array)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_super(&world, 0, 1, 0);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(write_attr(&world, false, "metadata_version", "1.2\n"), 0);
	cr_assert_eq(world.state.major_version, 1);
	cr_assert_eq(world.state.minor_version, 2);
	cr_assert_eq(world.state.persistent, MDT_YES);
	cr_assert_eq(write_attr(&world, false, "level", "raid1"), 0);
	cr_assert_eq(world.state.level, 1);
	cr_assert_eq(write_attr(&world, false, "raid_disks", "2"), 0);
	cr_assert_eq(world.state.raid_disks, 2);
	cr_assert_eq(write_attr(&world, false, "chunk_size", "65536"), 0);
	cr_assert_eq(world.state.chunk_size, 65536);
	cr_assert_eq(write_attr(&world, false, "layout", "2"), 0);
	cr_assert_eq(write_attr(&world, false, "component_size", "1000\n"), 0);
	cr_assert_eq(world.state.dev_sectors, 2000);
	cr_assert_eq(write_attr(&world, false, "component_size", "1001"), ENOSPC);
	cr_assert_str_eq(world_rule(&world), "attr-size-larger");
	cr_assert_eq(write_attr(&world, false, "new_dev", "1:0"), MDT_RESULT_UNKNOWN);
	cr_assert_str_eq(world_rule(&world), "attr-new-dev");
	cr_assert_eq(mdt_model_has_members(&world.state), MDT_YES);
	cr_assert_eq(write_attr(&world, false, "metadata_version", "1.1"), EBUSY);
	cr_assert_eq(write_attr(&world, true, "slot", "1"), MDT_RESULT_UNKNOWN);
	cr_assert_eq(world_disk(&world, 0)->slot, 1);
}

Test(model_attribute, external_metadata)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(write_attr(&world, false, "metadata_version", "external:imsm"), 0);
	cr_assert_eq(world.state.external, MDT_YES);
	cr_assert_eq(world.state.persistent, MDT_NO);
	write_attr(&world, false, "new_dev", "1:0");
	cr_assert_eq(write_attr(&world, false, "metadata_version", "external:-md127/0"),
		     0);
	cr_assert_eq(write_attr(&world, false, "metadata_version", "none"), EBUSY);
	cr_assert_eq(may_do(&world, &(struct mdt_model_call){ .op = MDT_OP_RUN_ARRAY }),
		     MDT_RESULT_UNKNOWN);
	cr_assert_str_eq(world_rule(&world), "external");
}

Test(model_attribute, what_is_not_followed_is_unknown)
{
	static const struct {
		bool is_member;
		const char *name, *text, *rule;
	} cases[] = {
		{ false, "sync_min", "0", "attr-harmless" },
		{ false, "suspend_lo", "0", "attr-harmless" },
		{ false, "level", "raid5", "attr-running" },
		{ false, "raid_disks", "3", "attr-running" },
		{ false, "component_size", "0", "attr-resize" },
		{ false, "bitmap/location", "none", "attr-bitmap" },
		{ false, "resync_start", "none", "attr-resync-start" },
		{ false, "reshape_position", "none", "attr-reshape" },
		{ false, "nobody_knows_it", "1", "attr-running" },
		{ true, "size", "0", "attr-place" },
		{ true, "recovery_start", "0", "attr-recovery" },
		{ true, "errors", "0", "attr-harmless" },
	};

	array_for_each (it, cases) {
		struct world world;

		world_init(&world, MDT_KERNEL_6_1);
		world_run(&world);
		cr_expect_eq(write_attr(&world, it->is_member, it->name, it->text),
			     MDT_RESULT_UNKNOWN, "%s", it->name);
		cr_expect_str_eq(world_rule(&world), it->rule, "%s", it->name);
	}
}

// A member that is to be replaced may be gone as soon as there is a spare.
Test(model_attribute, replacement)
{
	struct mdt_model_call want = {
		.op = MDT_OP_MEMBER_STATE,
		.word = MDT_WORD_WANT_REPLACEMENT,
		.has_device = true,
		.major = 1,
	};
	struct mdt_model_call remove = {
		.op = MDT_OP_HOT_REMOVE_DISK,
		.has_device = true,
		.major = 1,
	};
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_do(&world, &want), 0);
	cr_assert_eq(world_do(&world, &remove), EBUSY);
	world_super(&world, 2, 1, MDT_MODEL_SPARE);
	cr_assert_eq(world_add(&world, 2, -1, 0), 0);
	cr_assert_eq(may_do(&world, &remove), MDT_RESULT_UNKNOWN);
}

static int run_after_refused_bitmap(enum mdt_kernel kernel)
{
	struct mdt_model_info info = {
		.major_version = 1,
		.minor_version = 2,
		.level = 1,
		.size = -1,
		.raid_disks = 2,
		.state = 1 << 8,
		.same_ctime = MDT_YES,
	};
	struct world world;

	world_init(&world, kernel);
	world.state.no_bitmaps = true;
	world_run(&world);
	info.major_version = world.state.major_version;
	info.minor_version = world.state.minor_version;
	world_op(&world, MDT_OP_SETTLE);
	cr_assert_eq(world_set(&world, info), EINVAL);
	world_op(&world, MDT_OP_SETTLE);
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "inactive"), 0);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	return world_op(&world, MDT_OP_RUN_ARRAY);
}

Test(model_attribute, refused_bitmap_is_forgotten_since_6_18)
{
	cr_assert_eq(run_after_refused_bitmap(MDT_KERNEL_6_12), EINVAL);
	cr_assert_eq(run_after_refused_bitmap(MDT_KERNEL_6_17), EINVAL);
	cr_assert_eq(run_after_refused_bitmap(MDT_KERNEL_6_18), 0);
	cr_assert_eq(run_after_refused_bitmap(MDT_KERNEL_7_3), 0);
}
