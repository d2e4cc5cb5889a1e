// SPDX-License-Identifier: MIT
/* What the raid thread does behind the calls, and what comes of it for later ones. Each
 * of these was first seen by `conform` on a kernel. */
#include <criterion/criterion.h>

#include "model_world.h"

static int member_word(struct world *world, uint32_t minor, const char *word)
{
	struct mdt_model_call call = {
		.op = MDT_OP_MEMBER_STATE, .has_device = true, .major = 1, .minor = minor
	};

	call.word = mdt_model_word_find(call.op, mdt_slice_cstr(word));
	return world_do(world, &call);
}

static int settle(struct world *world)
{
	return world_op(world, MDT_OP_SETTLE);
}

// The rule that the only outcome of a call has, of which nothing else is known.
static const struct mdt_model_rule *only_rule(struct world *world,
					      const struct mdt_model_call *call)
{
	mdt_model_step(&world->options, &world->state, call, &world->step);
	cr_assert_eq(world->step.count, 1);
	return mdt_model_rule(world->step.outcomes[0].rule);
}

static bool can_give(struct world *world, const struct mdt_model_call *call, int result)
{
	mdt_model_step(&world->options, &world->state, call, &world->step);
	return mdt_model_outcome_of(&world->step, result) != NULL;
}

/* ---- slots ---- */

Test(model_thread, failed_member_may_return)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 0), 0);
	cr_assert_eq(settle(&world), 0);
	cr_assert_eq(member_word(&world, 0, "re-add"), 0);
	cr_assert_str_eq(world_rule(&world), "member-readd");
}

// md_reap_sync_thread() forgets saved_raid_disk once an array has all its members.
Test(model_thread, nor_when_a_spare_has_its_place)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	world_super(&world, 2, 1, MDT_MODEL_SPARE);
	cr_assert_eq(world_add(&world, 2, -1, 0), 0);
	cr_assert_eq(settle(&world), 0);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 0), 0);
	cr_assert_eq(settle(&world), 0);
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 2)->slot, 0);
	cr_assert_eq(member_word(&world, 0, "re-add"), EBUSY);
}

// One member, and a spare that counts as in sync, without superblocks.
static void run_with_synced_spare(struct world *world)
{
	static const struct mdt_model_info info = {
		.level = 1, .size = 100, .raid_disks = 2, .not_persistent = 1, .state = 1
	};

	cr_assert_eq(world_op(world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_set(world, info), 0);
	cr_assert_eq(world_add(world, 0, 0, WORLD_SYNC), 0);
	cr_assert_eq(world_add(world, 1, 7, WORLD_SYNC), 0); // no such slot
	cr_assert_eq(world_op(world, MDT_OP_RUN_ARRAY), 0);
	cr_assert_eq(settle(world), 0);
}

// raid1_spare_active() does not count a spare that was in sync when it took its slot.
Test(model_thread, spare_in_sync_leaves_the_array_degraded)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	run_with_synced_spare(&world);
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 1)->slot, 1);
	cr_assert_eq(world.state.degraded, 1);
	// For md there is one left.
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 1), EBUSY);
	cr_assert_str_eq(world_rule(&world), "fail-last");
}

// Of the spares that the thread takes in on the way to writable, one in sync is rebuilt,
// too.
Test(model_thread, call_that_makes_writable_begins_a_recovery)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world.options.start_ro = MDT_YES;
	run_with_synced_spare(&world);
	cr_assert_str_eq(world_state(&world), "read-auto");
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), EBUSY);
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 1)->slot, 1);
	cr_assert_eq(world.state.syncing, MDT_UNSURE);
}

Test(model_thread, frozen_members_stay)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_word(&world, MDT_OP_SYNC_ACTION, "frozen"), 0);
	cr_assert_eq(settle(&world), 0);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 0), 0);
	cr_assert_eq(settle(&world), 0);
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 0)->slot, 0);
	cr_assert_eq(world_device(&world, MDT_OP_HOT_REMOVE_DISK, 0), 0);
	cr_assert_str_eq(world_rule(&world), "remove-failed");
}

// remove_and_add_spares() is asked to take it out, and puts it in.
Test(model_thread, spare_that_is_removed_gets_a_slot)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_word(&world, MDT_OP_SYNC_ACTION, "frozen"), 0);
	cr_assert_eq(settle(&world), 0);
	world_super(&world, 2, 1, MDT_MODEL_SPARE);
	cr_assert_eq(world_add(&world, 2, -1, 0), 0);
	cr_assert_eq(settle(&world), 0);
	// No slot is free.
	cr_assert_eq(member_word(&world, 2, "remove"), 0);
	cr_assert_str_eq(world_rule(&world), "member-remove-spare");
	world_super(&world, 3, 1, MDT_MODEL_SPARE);
	cr_assert_eq(world_add(&world, 3, -1, 0), 0);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 0), 0);
	cr_assert_eq(settle(&world), 0);
	cr_assert_eq(world_device(&world, MDT_OP_HOT_REMOVE_DISK, 0), 0);
	cr_assert_eq(settle(&world), 0);
	cr_assert_eq(member_word(&world, 3, "remove"), EBUSY);
	cr_assert_str_eq(world_rule(&world), "member-remove-taken");
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 3)->slot, 0);
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 3)->in_sync, MDT_NO);
	cr_assert_eq(member_word(&world, 3, "remove"), EBUSY);
	cr_assert_str_eq(world_rule(&world), "member-remove-busy");
}

/* ---- read-only ---- */

static int readd(enum mdt_kernel kernel, bool read_only)
{
	struct world world;

	world_init(&world, kernel);
	world_super(&world, 0, 1, 0);
	world_super(&world, 1, 1, 1);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_version(&world, 1, 2), 0);
	cr_assert_eq(world_add(&world, 0, 0, 0), 0);
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), 0);
	cr_assert_eq(settle(&world), 0);
	if (read_only) {
		cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY_RO), 0);
		cr_assert_eq(settle(&world), 0);
		cr_assert_eq(world.state.sb_dirty, MDT_YES);
		cr_assert_eq(world_op(&world, MDT_OP_RESTART_ARRAY_RW), 0);
		cr_assert_eq(settle(&world), 0);
		cr_assert_eq(world.state.sb_dirty, MDT_NO);
	}
	return world_add(&world, 1, 1, WORLD_SYNC);
}

// md_check_recovery() of a read-only array has the superblocks written as soon as it is
// writable: another event, and a member of before is no longer up to date.
Test(model_thread, read_only_costs_an_event)
{
	cr_assert_eq(readd(MDT_KERNEL_6_1, false), 0);
	cr_assert_eq(readd(MDT_KERNEL_6_1, true), EINVAL);
}

// raid1_error() leaves sb_flags, and md_run() ends with a look at them.
Test(model_thread, failure_read_only_is_recorded_by_the_next_run)
{
	struct world world;
	uint64_t events;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY_RO), 0);
	cr_assert_eq(settle(&world), 0);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 0), 0);
	cr_assert_eq(settle(&world), 0);
	events = world.state.events;
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "inactive"), 0);
	cr_assert_eq(world.state.events, events);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), 0);
	cr_assert_gt(world.state.events, events);
}

static void fail_read_only(struct world *world)
{
	world_init(world, MDT_KERNEL_6_1);
	world->state.fail_last = MDT_YES;
	world_run(world);
	world->state.fail_last = MDT_YES;
	cr_assert_eq(world_op(world, MDT_OP_STOP_ARRAY_RO), 0);
	cr_assert_eq(settle(world), 0);
	cr_assert_eq(world_device(world, MDT_OP_SET_DISK_FAULTY, 0), 0);
	cr_assert_eq(settle(world), 0);
	cr_assert_eq(world_device(world, MDT_OP_SET_DISK_FAULTY, 1), EBUSY);
	cr_assert_str_eq(world_rule(world), "fail-last-dev");
}

// Nobody clears MD_SB_CHANGE_PENDING, for which md_set_readonly() waits.
Test(model_thread, stop_ro_that_never_returns)
{
	static const struct mdt_model_call stop = { .op = MDT_OP_STOP_ARRAY_RO },
					   word = { .op = MDT_OP_ARRAY_STATE,
						    .word = MDT_WORD_READONLY };
	struct world world;

	fail_read_only(&world);
	cr_assert_str_eq(only_rule(&world, &stop)->name, "stop-ro-hangs");
	cr_assert(only_rule(&world, &stop)->fatal);
	cr_assert_str_eq(only_rule(&world, &word)->name, "state-readonly-hangs");
	// A thread that has a reason to look clears it.
	cr_assert_eq(world_op(&world, MDT_OP_RESTART_ARRAY_RW), 0);
	cr_assert(can_give(&world, &stop, 0));
}

/* ---- an array that was marked broken ---- */

static void break_it(struct world *world, enum mdt_kernel kernel)
{
	world_init(world, kernel);
	world_super(world, 0, 1, 0);
	world_super(world, 1, 1, 1)->recovering = true;
	cr_assert_eq(world_op(world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_version(world, 1, 2), 0);
	cr_assert_eq(world_add(world, 0, 0, 0), 0);
	cr_assert_eq(world_add(world, 1, 1, 0), 0);
	cr_assert_eq(world_word(world, MDT_OP_ARRAY_STATE, "read-auto"), 0);
	cr_assert_eq(settle(world), 0);
	cr_assert_eq(world_device(world, MDT_OP_SET_DISK_FAULTY, 0), EBUSY);
}

// conf->recovery_disabled: raid1_remove_disk() lets go of who waits to be rebuilt.
Test(model_thread, unsynced_member_can_be_removed)
{
	struct world world;

	break_it(&world, MDT_KERNEL_6_1);
	cr_assert_eq(world.state.no_recovery, MDT_YES);
	cr_assert_eq(world_device(&world, MDT_OP_HOT_REMOVE_DISK, 1), 0);
	cr_assert_str_eq(world_rule(&world), "remove-unsynced");
	break_it(&world, MDT_KERNEL_6_1);
	cr_assert_eq(member_word(&world, 1, "remove"), 0);
	cr_assert_str_eq(world_rule(&world), "member-remove-unsynced");
	break_it(&world, MDT_KERNEL_7_2);
	cr_assert_eq(world_device(&world, MDT_OP_HOT_REMOVE_DISK, 1), EBUSY);
}

// do_md_stop() with mode 2 leaves the flags.
Test(model_thread, broken_outlives_inactive)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 0), 0);
	cr_assert_eq(settle(&world), 0);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 1), EBUSY);
	cr_assert_str_eq(world_state(&world), "broken");
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "inactive"), 0);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), 0);
	cr_assert_eq(world.state.broken, MDT_YES);
}

static enum mdt_tri fail_last_after_stop(enum mdt_kernel kernel, enum mdt_tri before)
{
	struct world world;

	world_init(&world, kernel);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	world.state.fail_last = before;
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY), 0);
	return world.state.fail_last;
}

// It has become one of mddev->flags, which md_clean() clears.
Test(model_thread, fail_last_dev_after_stop)
{
	cr_assert_eq(fail_last_after_stop(MDT_KERNEL_6_1, MDT_YES), MDT_YES);
	cr_assert_eq(fail_last_after_stop(MDT_KERNEL_6_12, MDT_YES), MDT_UNSURE);
	cr_assert_eq(fail_last_after_stop(MDT_KERNEL_6_12, MDT_NO), MDT_NO);
	cr_assert_eq(fail_last_after_stop(MDT_KERNEL_7_2, MDT_YES), MDT_NO);
}

/* ---- superblocks ---- */

static void set_up_over(struct world *world, bool clean)
{
	struct mdt_model_info info = {
		.level = 1, .size = 100, .raid_disks = 2, .state = clean
	};

	world_init(world, MDT_KERNEL_6_1);
	world_super(world, 0, 1, 0);
	cr_assert_eq(world_op(world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_set(world, info), 0);
	cr_assert_eq(world_add(world, 0, 0, WORLD_SYNC), 0);
	cr_assert_eq(world_add(world, 1, 1, WORLD_SYNC), 0);
	cr_assert_eq(world_op(world, MDT_OP_RUN_ARRAY), 0);
	cr_assert_eq(settle(world), 0);
	cr_assert_eq(world_op(world, MDT_OP_STOP_ARRAY), 0);
	cr_assert_eq(world_op(world, MDT_OP_STOP_ARRAY), EBUSY);
	cr_assert_eq(world_version(world, 1, 2), 0);
}

static const struct mdt_model_call *add_call(uint32_t minor)
{
	static struct mdt_model_call call;

	call = (struct mdt_model_call){ .op = MDT_OP_ADD_NEW_DISK,
					.has_device = true,
					.major = 1,
					.minor = minor,
					.has_disk_info = true };
	return &call;
}

// 0.90 lies at a disk's end: what is at its beginning stays, and may load once more.
Test(model_thread, older_superblock_is_still_there)
{
	struct world world;

	set_up_over(&world, true);
	cr_assert(can_give(&world, add_call(0), 0));
	cr_assert(can_give(&world, add_call(0), EINVAL));
	cr_assert_not(can_give(&world, add_call(1), 0));
}

// And a resync copies it, as data of 0.90 begin with the first sector.
Test(model_thread, resync_copies_an_older_superblock)
{
	struct world world;

	set_up_over(&world, false);
	cr_assert(can_give(&world, add_call(1), 0));
}

// super_1_sync() does not write set_uuid.
Test(model_thread, spare_of_another_array_keeps_its_uuid)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	world_super(&world, 2, 1, MDT_MODEL_SPARE)->family = 43;
	cr_assert_eq(world_add(&world, 2, -1, 0), 0);
	cr_assert_eq(settle(&world), 0);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY), 0);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY), EBUSY);
	cr_assert_eq(settle(&world), 0); // the members' folders have gone
	cr_assert_eq(world_version(&world, 1, 2), 0);
	cr_assert_eq(world_add(&world, 0, 0, 0), 0);
	cr_assert_eq(world_add(&world, 2, 0, 0), EINVAL);
	cr_assert_str_eq(world_rule(&world), "add-other-array");
}

// md_error() leaves the writing to the thread.
Test(model_thread, failure_is_recorded_later)
{
	struct world world;
	uint64_t events;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	events = world.state.events;
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 0), 0);
	cr_assert_eq(world.state.events, events);
	cr_assert_not(world.state.events_exact);
	cr_assert_eq(settle(&world), 0);
	cr_assert_gt(world.state.events, events);
}

// super_90_sync(): a check may end with superblocks in which spares have other numbers.
Test(model_thread, check_may_number_spares_anew)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	for (uint32_t i = 0; i < 2; i++)
		world_super(&world, i, 0, (int16_t)i)->minor = 90;
	world_super(&world, 3, 0, MDT_MODEL_SPARE)->minor = 90;
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_version(&world, 0, 90), 0);
	cr_assert_eq(world_add(&world, 0, 0, 0), 0);
	cr_assert_eq(world_add(&world, 1, 1, 0), 0);
	cr_assert_eq(world_add(&world, 3, -1, 0), 0);
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), 0);
	cr_assert_eq(settle(&world), 0);
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 3)->number, 3);
	cr_assert_eq(world_word(&world, MDT_OP_SYNC_ACTION, "check"), 0);
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 3)->number, MDT_MODEL_UNKNOWN);
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 1)->number, 1);
}

// bind_rdev_to_array() has sized the array when it finds that the old folder is there.
Test(model_thread, device_that_lingers_leaves_its_size)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY), 0);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY), EBUSY);
	cr_assert_eq(world_version(&world, 1, 2), 0);
	cr_assert_str_eq(world_state(&world), "clear");
	cr_assert(can_give(&world, add_call(0), EEXIST));
	world.state = mdt_model_outcome_of(&world.step, EEXIST)->next;
	cr_assert_eq(mdt_model_member_count(&world.state), 0);
	cr_assert_str_eq(world_state(&world), "inactive");
}

Test(model_thread, device_lingers_beyond_a_second_stop)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY), 0);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY), EBUSY); // MD_CLOSING
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY), 0);
	cr_assert_eq(world_op(&world, MDT_OP_STOP_ARRAY), EBUSY);
	cr_assert_eq(world_version(&world, 1, 2), 0);
	cr_assert(can_give(&world, add_call(0), EEXIST));
}

Test(model_thread, marks_are_recorded)
{
	struct world world;
	uint64_t events;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	events = world.state.events;
	cr_assert_eq(member_word(&world, 0, "failfast"), 0);
	cr_assert_gt(world.state.events, events);
	events = world.state.events;
	cr_assert_eq(member_word(&world, 0, "write_error"), 0);
	cr_assert_eq(world.state.events, events);
}

// A member may have been given a slot, and have that recorded, before it failed.
Test(model_thread, superblock_of_one_that_failed_early)
{
	static const struct mdt_model_call fail = {
		.op = MDT_OP_SET_DISK_FAULTY, .has_device = true, .major = 1, .minor = 2
	};
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	cr_assert_eq(world_device(&world, MDT_OP_SET_DISK_FAULTY, 0), 0);
	cr_assert_eq(settle(&world), 0);
	world_super(&world, 2, 1, MDT_MODEL_SPARE);
	cr_assert_eq(world_add(&world, 2, -1, 0), 0);
	cr_assert(can_give(&world, &fail, 0));
	world.state = mdt_model_outcome_of(&world.step, 0)->next;
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 2)->super.kind,
		     MDT_MODEL_SUPER_UNKNOWN);
}

// super_1_validate(): what is up to date and says that it is faulty is so.
Test(model_thread, faulty_from_the_beginning)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_run(&world);
	world_super(&world, 2, 1, MDT_MODEL_FAULTY)->events = 1000;
	cr_assert_eq(world_add(&world, 2, -1, 0), 0);
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 2)->faulty, MDT_YES);
	world_super(&world, 3, 1, MDT_MODEL_FAULTY)->events = 1;
	cr_assert_eq(world_add(&world, 3, -1, 0), 0);
	cr_assert_eq(mdt_model_disk_find(&world.state, 1, 3)->faulty, MDT_NO);
}

// md_attr_show() puts what it got; nobody else has it.
Test(model_thread, reading_lets_an_empty_array_go)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world_super(&world, 0, 1, 0);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	world.state.major_version = 1;
	world.state.minor_version = 2;
	cr_assert_eq(world_add(&world, 0, 0, 0), 0);
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(member_word(&world, 0, "remove"), 0);
	cr_assert_eq(world.state.exists, MDT_YES);
	// Its members' sizes stay with it.
	cr_assert(mdt_model_see(&world.state, SLICE("array_state"), SLICE("inactive")));
	cr_assert_eq(world.state.exists, MDT_NO);
}

/* ---- bitmaps that are not there ---- */

static int ask_for_bitmap(struct world *world)
{
	struct mdt_model_info info = {
		.major_version = world->state.major_version,
		.minor_version = world->state.minor_version,
		.level = 1,
		.size = -1,
		.raid_disks = 2,
		.not_persistent = world->state.persistent == MDT_NO,
		.state = 1 << 8,
		.same_ctime = MDT_YES,
	};

	return world_set(world, info);
}

Test(model_thread, no_bitmap_to_be_found)
{
	static const struct mdt_model_info bare = {
		.level = 1, .size = 100, .raid_disks = 2, .not_persistent = 1, .state = 1
	};
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world.state.no_bitmaps = true;
	world_run(&world);
	cr_assert_eq(ask_for_bitmap(&world), EINVAL);
	cr_assert_str_eq(world_rule(&world), "update-bitmap-bad");
	world_init(&world, MDT_KERNEL_6_1);
	world.state.no_bitmaps = true;
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_set(&world, bare), 0);
	cr_assert_eq(world_add(&world, 0, 0, WORLD_SYNC), 0);
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), 0);
	cr_assert_eq(settle(&world), 0);
	cr_assert_eq(ask_for_bitmap(&world), EIO);
	// Its place stays recorded, so it does not run a second time.
	cr_assert_eq(world_op(&world, MDT_OP_CLOSE), 0);
	cr_assert_eq(world_word(&world, MDT_OP_ARRAY_STATE, "inactive"), 0);
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), EIO);
	cr_assert_str_eq(world_rule(&world), "run-bitmap-unreadable");
}
