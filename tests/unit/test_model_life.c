// SPDX-License-Identifier: MIT
/* Sequences of calls: stopping twice, failing members, stale superblocks, what only some
 * kernels do. */
#include <criterion/criterion.h>

#include "model_world.h"

#define STOP(world) world_op(world, MDT_OP_STOP_ARRAY)

/* ---- repeated STOP_ARRAY on one descriptor ---- */

static void check_stops(enum mdt_kernel kernel, bool first, const int results[4])
{
	struct world world;

	world_init(&world, kernel);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	if (!first) // any other ioctl before it
		cr_assert_eq(world_op(&world, MDT_OP_CLUSTERED_DISK_NACK), ENODEV);
	for (int i = 0; i < 4; i++) {
		int result = STOP(&world);

		cr_assert_eq(result, results[i], "stop %d on %s: %s", i + 1,
			     mdt_kernel_name(kernel), mdt_model_result_name(result));
	}
}

Test(model_life, stop_again)
{
	static const int old[] = { 0, EBUSY, 0, EBUSY },
			 new[] = { 0, EBUSY, EBUSY, EBUSY };

	check_stops(MDT_KERNEL_5_10, false, old);
	check_stops(MDT_KERNEL_6_1, false, old);
	check_stops(MDT_KERNEL_6_12, false, new);
	check_stops(MDT_KERNEL_7_2, false, new);
}

Test(model_life, stop_first_of_all)
{
	static const int old[] = { 0, 0, EBUSY, 0 }, new[] = { 0, 0, EBUSY, EBUSY };

	check_stops(MDT_KERNEL_5_10, true, old);
	check_stops(MDT_KERNEL_6_1, true, old);
	check_stops(MDT_KERNEL_6_12, true, new);
	check_stops(MDT_KERNEL_7_2, true, new);
}

Test(model_life, stop_deletes)
{
	struct world world;

	world_init(&world, MDT_KERNEL_7_2);
	world.options.sync_delete = MDT_YES;
	world_run(&world);
	cr_assert_eq(STOP(&world), 0);
	cr_assert_str_eq(world_rule(&world), "stop-deletes");
	cr_assert_eq(STOP(&world), EBUSY);
	cr_assert_eq(STOP(&world), EBUSY);
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), ENODEV);
	cr_assert_eq(world_version(&world, 1, 2), ENODEV);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), ENXIO);
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(STOP(&world), 0);
}

// The descriptor of a stopped array is used to set it up again.
static void reuse(struct world *world, enum mdt_kernel kernel)
{
	world_init(world, kernel);
	world_run(world);
	cr_assert_eq(STOP(world), 0);
	cr_assert_eq(world_op(world, MDT_OP_SETTLE), 0);
	cr_assert_eq(world_op(world, MDT_OP_OPEN), ENODEV);
	cr_assert_eq(world_version(world, 1, 2), 0);
	cr_assert_eq(world_add(world, 0, 0, 0), 0);
	cr_assert_eq(world_op(world, MDT_OP_RUN_ARRAY), 0);
	cr_assert_eq(world_op(world, MDT_OP_SETTLE), 0);
}

Test(model_life, reuse_of_fd)
{
	struct world world;

	reuse(&world, MDT_KERNEL_6_1);
	cr_assert_eq(STOP(&world), EBUSY);
	cr_assert_eq(STOP(&world), 0);

	reuse(&world, MDT_KERNEL_6_12);
	for (int i = 0; i < 3; i++)
		cr_assert_eq(STOP(&world), EBUSY);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY_RO), EBUSY);
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "clear"), EBUSY);
	cr_assert_str_eq(world_rule(&world), "state-closing-6.12");
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "inactive"), EBUSY);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), ENODEV);
	cr_assert_str_eq(world_state(&world), "clean");
}

Test(model_life, two_descriptors)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(STOP(&world), EBUSY);
	cr_assert_str_eq(world_rule(&world), "stop-open");
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY_RO), EBUSY);
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(STOP(&world), 0);
	cr_assert_str_eq(world_state(&world), "clear");
}

Test(model_life, last_close_ends_it)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(world.state.exists, MDT_YES); // until an ioctl
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), EINVAL);
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(world.state.exists, MDT_YES); // EINVAL does not count
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(STOP(&world), 0);
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(world.state.exists, MDT_NO);
	// A version makes it stay, and array_state reads clear.
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_version(&world, 1, 2), 0);
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(world.state.exists, MDT_YES);
	cr_assert_str_eq(world_state(&world), "clear");
	cr_assert_eq(world_word(&world, MDT_OP_NEW_ARRAY, "md0"), EEXIST);
}

Test(model_life, claims)
{
	struct world world;
	struct mdt_model_call exclusive = { .op = MDT_OP_OPEN, .exclusive = true };

	world_init(&world, MDT_KERNEL_6_1);
	cr_assert_eq(world_do(&world, &exclusive), 0);
	cr_assert_eq(world_do(&world, &exclusive), EBUSY);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world.state.openers, 2);
	exclusive.op = MDT_OP_CLOSE;
	cr_assert_eq(world_do(&world, &exclusive), 0);
	exclusive.op = MDT_OP_OPEN;
	cr_assert_eq(world_do(&world, &exclusive), 0);
}

/* ---- failing members ---- */

Test(model_life, fail_last)
{
	struct world world;

	world_init(&world, MDT_KERNEL_5_10);
	world_run(&world);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 1), 0);
	cr_assert_eq(world_op(&world, MDT_OP_SETTLE), 0);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 0), EBUSY);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 1), 0);
	cr_assert_str_eq(world_state(&world), "clean");

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 1), 0);
	cr_assert_eq(world_op(&world, MDT_OP_SETTLE), 0);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 0), EBUSY);
	cr_assert_str_eq(world_rule(&world), "fail-last");
	cr_assert_str_eq(world_state(&world), "broken");
	// From then on every one is EBUSY, also for who failed before.
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 1), EBUSY);
	cr_assert_eq(STOP(&world), 0);
	cr_assert_eq(world.state.broken, MDT_NO);
}

Test(model_life, fail_last_dev)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_12);
	world_run(&world);
	world.state.fail_last = MDT_YES;
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 1), 0);
	cr_assert_eq(world_op(&world, MDT_OP_SETTLE), 0);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 0), EBUSY);
	cr_assert_str_eq(world_rule(&world), "fail-last-dev");
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 0)->faulty, MDT_YES);
}

Test(model_life, fail_remove_add)
{
	struct world world;
	struct mdt_model_disk *disk;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 1), 0);
	// It may still be in its slot, which makes no difference to who removes it.
	cr_assert_eq(world_device(&world, MDT_OP_HOT_REMOVE_DISK, 1), 0);
	cr_assert_eq(world_device(&world, MDT_OP_HOT_REMOVE_DISK, 1), ENXIO);
	cr_assert_eq(world_op(&world, MDT_OP_SETTLE), 0);
	// mdadm tries a re-add first: the superblock is older than the array.
	cr_assert_eq(world_add(&world, 1, 1, WORLD_SYNC), EINVAL);
	cr_assert_str_eq(world_rule(&world), "add-wrong-slot");
	cr_assert_eq(world_add(&world, 1, -1, 0), 0);
	cr_assert_eq(world_op(&world, MDT_OP_SETTLE), 0);
	disk = mdt_model_disk_find(&world.state, 1, 1);
	cr_assert_eq(disk->in_sync, MDT_YES);
	cr_assert_eq(disk->slot, 1);
}

Test(model_life, removal_of_an_active_member)
{
	struct world world;

	world_init(&world, MDT_KERNEL_7_2);
	world_run(&world);
	cr_assert_eq(world_device(&world, MDT_OP_HOT_REMOVE_DISK, 1), EBUSY);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY_RO), 0);
	cr_assert_eq(world_device(&world, MDT_OP_HOT_REMOVE_DISK, 1), EBUSY);
	cr_assert_eq(world_device(&world, MDT_OP_HOT_REMOVE_DISK, 3), ENXIO);
}

/* ---- read-only ---- */

static enum mdt_tri frozen_after_two(enum mdt_kernel kernel)
{
	struct world world;

	world_init(&world, kernel);
	world_run(&world);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY_RO), 0);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY_RO), ENXIO);
	cr_assert_eq(world_op(&world, MDT_OP_RESTART_ARRAY_RW), 0);
	return world.state.frozen;
}

Test(model_life, read_only_twice)
{
	cr_assert_eq(frozen_after_two(MDT_KERNEL_5_10), MDT_YES);
	cr_assert_eq(frozen_after_two(MDT_KERNEL_6_1), MDT_NO);
	cr_assert_eq(frozen_after_two(MDT_KERNEL_6_12), MDT_NO);
	cr_assert_eq(frozen_after_two(MDT_KERNEL_7_2), MDT_NO);
}

Test(model_life, opened_read_only_array_is_cleared)
{
	for (unsigned int kernel = 0; kernel < MDT_KERNELS; kernel++) {
		struct world world;

		world_init(&world, (enum mdt_kernel)kernel);
		world_run(&world);
		cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "clear\n"), EBUSY);
		cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY_RO), 0);
		cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "clear"),
			     kernel < MDT_KERNEL_6_9 ? EBUSY : 0);
	}
}

Test(model_life, array_state_words)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "suspended"), EINVAL);
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "cleen"), EINVAL);
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "readonly"), 0);
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "readonly"), ENXIO);
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "clean"), 0);
	cr_assert_str_eq(world_state(&world), "clean");
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "inactive"), 0);
	cr_assert_str_eq(world_state(&world), "inactive");
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "clean"), EINVAL);
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "read-auto"), 0);
	cr_assert_str_eq(world_state(&world), "read-auto");
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "clear"), 0);
	cr_assert_eq(world.state.exists, MDT_NO);
}

Test(model_life, sync_action_words)
{
	for (unsigned int kernel = 0; kernel < MDT_KERNELS; kernel++) {
		struct world world;

		world_init(&world, (enum mdt_kernel)kernel);
		world_run(&world);
		cr_assert_eq(world_word(&world, MDT_OP_SYNC_ACTION, "reshape"), EINVAL);
		cr_assert_eq(world_word(&world, MDT_OP_SYNC_ACTION, "chek"), EINVAL);
		cr_assert_eq(world_word(&world, MDT_OP_SYNC_ACTION, "frozen\n"), 0);
		cr_assert_eq(world.state.frozen, MDT_YES);
		cr_assert_eq(world_word(&world, MDT_OP_SYNC_ACTION, "idle"), 0);
		cr_assert_eq(world.state.frozen, MDT_NO);
		cr_assert_eq(world_op(&world, MDT_OP_SETTLE), 0);
		cr_assert_eq(world_word(&world, MDT_OP_SYNC_ACTION, "check"), 0);
		cr_assert_eq(world.state.syncing, MDT_UNSURE);
	}
}

/* ---- superblocks ---- */

static int assemble(struct world *world, uint64_t first, uint64_t second)
{
	world_init(world, MDT_KERNEL_6_1);
	world_super(world, 0, 1, 0)->events = first;
	world_super(world, 1, 1, 1)->events = second;
	cr_assert_eq(world_op(world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_version(world, 1, 2), 0);
	cr_assert_eq(world_add(world, 0, 0, 0), 0);
	cr_assert_eq(world_add(world, 1, 0, 0), 0);
	return world_op(world, MDT_OP_RUN_ARRAY);
}

Test(model_life, events)
{
	struct world world;

	cr_assert_eq(assemble(&world, 5, 6), 0);
	cr_assert_eq(mdt_model_member_count(&world.state), 2);
	cr_assert_eq(assemble(&world, 5, 7), 0);
	cr_assert_eq(mdt_model_member_count(&world.state), 1);
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 0)->is_member, false);
	// What was let go can be taken by another array.
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 0)->claimed, MDT_NO);
}

Test(model_life, spares_alone_do_not_run)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_super(&world, 0, 1, MDT_MODEL_SPARE);
	world_super(&world, 1, 1, MDT_MODEL_FAULTY);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_version(&world, 1, 2), 0);
	cr_assert_eq(world_add(&world, 0, 0, 0), 0);
	cr_assert_eq(world_add(&world, 1, 0, 0), 0);
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), EINVAL);
	cr_assert_str_eq(world_rule(&world), "run-no-fresh");
	cr_assert_eq(world_op(&world, MDT_OP_GET_ARRAY_INFO), ENODEV);
}

Test(model_life, failed_run_leaves_what_it_read)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_super(&world, 0, 1, 0)->level = 77;
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_version(&world, 1, 2), 0);
	cr_assert_eq(world_add(&world, 0, 0, 0), 0);
	cr_assert_eq(world_op(&world, MDT_OP_GET_ARRAY_INFO), ENODEV);
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), EINVAL);
	cr_assert_str_eq(world_rule(&world), "run-no-personality");
	cr_assert_eq(world_op(&world, MDT_OP_GET_ARRAY_INFO), 0);
	cr_assert_eq(world_add(&world, 1, 0, 0), EINVAL);
	cr_assert_eq(world_op(&world, MDT_OP_RESTART_ARRAY_RW), EINVAL);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY_RO), 0);
}

Test(model_life, adding)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_super(&world, 0, 1, 0);
	world_super(&world, 1, 1, 1)->dev_number = 0;
	world_super(&world, 2, 1, 1)->family = 43;
	world_super(&world, 3, 1, 1)->block_size = 512;
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_version(&world, 1, 7), 0);
	cr_assert_eq(world_add(&world, 0, 0, 0), EINVAL);
	cr_assert_eq(world_version(&world, 1, 2), 0);
	cr_assert_eq(world_add(&world, 0, 0, 0), 0);
	cr_assert_eq(world_add(&world, 0, 0, 0), EBUSY);
	cr_assert_str_eq(world_rule(&world), "add-claimed");
	cr_assert_eq(world_add(&world, 1, 0, 0), EBUSY);
	cr_assert_str_eq(world_rule(&world), "add-number-taken");
	cr_assert_eq(world_add(&world, 2, 0, 0), EINVAL);
	cr_assert_str_eq(world_rule(&world), "add-other-array");
	cr_assert_eq(world_add(&world, 3, 0, 0), EINVAL);
	cr_assert_str_eq(world_rule(&world), "add-block-size");
	world.options.kernel = MDT_KERNEL_6_18;
	cr_assert_eq(world_add(&world, 3, 0, 0), EINVAL);
	cr_assert_str_eq(world_rule(&world), "add-block-size");
	cr_assert_eq(world_add(&world, 99, 0, 0), ENXIO);
	world.options.kernel = MDT_KERNEL_6_19;
	cr_assert_eq(world_add(&world, 3, 0, 0), 0);
}

Test(model_life, odd_device_number)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_do(&world, &(struct mdt_model_call){ .op = MDT_OP_ADD_NEW_DISK,
								.has_device = true,
								.major = 4096,
								.has_disk_info = true }),
		     EOVERFLOW);
}

/* ---- without superblocks ---- */

Test(model_life, bare)
{
	static const struct mdt_model_info info = {
		.level = 1, .raid_disks = 2, .size = 999999, .not_persistent = 1
	};
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_set(&world, info), 0);
	cr_assert_str_eq(world_state(&world), "inactive");
	cr_assert_eq(world_add(&world, 0, 0, 6), 0);
	cr_assert_eq(world.state.dev_sectors, WORLD_SECTORS);
	cr_assert_eq(world_add(&world, 1, 0, 6), 0); // the same slot
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), EINVAL);
	cr_assert_str_eq(world_rule(&world), "run-same-slot");
	cr_assert_eq(STOP(&world), 0);
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(world_op(&world, MDT_OP_SETTLE), 0);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_set(&world, info), 0);
	cr_assert_eq(world_add(&world, 0, 0, 0), 0); // not in sync
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), EINVAL);
	cr_assert_str_eq(world_rule(&world), "run-none-in-sync");
}

// A spare that was added as in sync keeps the flag when it takes a slot, and the array
// stays degraded: the last but one is then the last (seen on 6.1).
Test(model_life, spare_marked_in_sync)
{
	static const struct mdt_model_info info = { .level = 1,
						    .raid_disks = 2,
						    .size = 20000,
						    .not_persistent = 1,
						    .state = 1 };
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_set(&world, info), 0);
	cr_assert_eq(world_add(&world, 0, 0, 6), 0);
	cr_assert_eq(world_add(&world, 1, 1, 6), 0);
	cr_assert_eq(world_add(&world, 2, -1, 6), 0);
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), 0);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 0), 0);
	cr_assert_eq(world_op(&world, MDT_OP_SETTLE), 0);
	cr_assert_eq(world.state.degraded, 1);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 2), EBUSY);
	cr_assert_str_eq(world_rule(&world), "fail-last");
}

// Whether a member that failed is 1 event behind or more is not known when the array was
// stopped at once: it is let go, or taken.
Test(model_life, stale_or_not)
{
	struct mdt_model_call run = { .op = MDT_OP_RUN_ARRAY };
	struct mdt_model_super *super;
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	super = world_super(&world, 0, 1, 0);
	super->events = 6;
	super->events_exact = false;
	world_super(&world, 1, 1, 1)->events = 5;
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_version(&world, 1, 2), 0);
	cr_assert_eq(world_add(&world, 0, 0, 0), 0);
	cr_assert_eq(world_add(&world, 1, 1, 0), 0);
	mdt_model_step(&world.options, &world.state, &run, &world.step);
	cr_assert_eq(world.step.count, 2);
	cr_assert_eq(mdt_model_result(&world.step), 0);
	cr_assert_eq(mdt_model_member_count(&world.step.outcomes[0].next), 1);
	cr_assert_eq(mdt_model_member_count(&world.step.outcomes[1].next), 2);
}
