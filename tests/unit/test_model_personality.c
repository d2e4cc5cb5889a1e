// SPDX-License-Identifier: MIT
/* Levels other than raid1: when they start, and when a failure is one too many. */
#include <criterion/criterion.h>
#include <errno.h>

#include "model_world.h"

// An array of so many slots, of which the first `present` have a member, that is started.
static void start(struct world *world, int32_t level, int32_t disks, int32_t present,
		  int32_t chunk_size, int32_t layout)
{
	struct mdt_model_info info = {
		.level = level,
		.size = 100,
		.raid_disks = disks,
		.not_persistent = 1,
		.state = 1,
		.chunk_size = chunk_size,
		.layout = layout,
	};
	struct mdt_model_call call = { .op = MDT_OP_RUN_ARRAY };

	world_init(world, MDT_KERNEL_6_1);
	world->options.levels = ~0u;
	cr_assert_eq(world_op(world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_set(world, info), 0);
	world->state.layout = layout; // as a superblock tells it
	for (int32_t i = 0; i < present; i++)
		cr_assert_eq(world_add(world, (uint32_t)i, i, WORLD_SYNC), 0);
	mdt_model_step(&world->options, &world->state, &call, &world->step);
}

static const struct {
	int32_t level, disks, present, chunk_size, layout;
	int result;
	const char *rule;
} starts[] = {
	{ 0, 3, 2, 65536, 1, EINVAL, "run-not-all" },
	{ 0, 2, 2, 0, 1, EINVAL, "run-no-chunk-size" },
	{ 0, 2, 2, 65536, 1, 0, "run" },
	{ 0, 2, 2, 65536, 0, 0, "run" }, // members of one size need no layout
	{ -1, 2, 1, 0, 0, 0, "run-not-all-linear-old" },
	{ -1, 2, 2, 0, 0, 0, "run" },
	{ 4, 4, 2, 65536, 0, EIO, "run-raid5-failed" },
	{ 5, 3, 3, 0, 2, EINVAL, "run-raid5-chunk-size" },
	{ 5, 3, 3, 12288, 2, EINVAL, "run-raid5-chunk-size" },
	{ 5, 3, 3, 65536, 7, EIO, "run-raid5-layout" },
	{ 5, 4, 2, 65536, 2, EIO, "run-raid5-failed" },
	{ 5, 4, 3, 65536, 2, 0, "run" },
	{ 6, 3, 3, 65536, 2, EINVAL, "run-raid6-slots" },
	{ 6, 4, 1, 65536, 2, EIO, "run-raid5-failed" },
	{ 6, 4, 2, 65536, 2, 0, "run" },
	{ 6, 4, 4, 65536, 16, 0, "run" },
	{ 10, 4, 1, 65536, 0x102, EIO, "run-raid10-not-enough" },
	{ 10, 4, 2, 65536, 0x102, EIO, "run-raid10-not-enough" }, // both of one pair
	{ 10, 4, 3, 65536, 0x102, 0, "run" },
	{ 10, 2, 2, 65536, 0x101, EINVAL, "run-raid10-layout" },
	{ 10, 2, 2, 65536, 0x103, EINVAL, "run-raid10-layout" },
	{ 10, 2, 2, 2048, 0x102, EINVAL, "run-raid10-chunk-size" },
	{ -4, 2, 2, 0, 0, EINVAL, "run-no-personality" },
};

Test(model_personality, starts)
{
	array_for_each (it, starts) {
		struct world world;

		start(&world, it->level, it->disks, it->present, it->chunk_size,
		      it->layout);
		cr_expect_eq(world.step.count, 1, "level %d, %d of %d", it->level,
			     it->present, it->disks);
		cr_expect_eq(world.step.outcomes[0].result, it->result,
			     "level %d, %d of %d: %d", it->level, it->present, it->disks,
			     world.step.outcomes[0].result);
		cr_expect_str_eq(mdt_model_rule(world.step.outcomes[0].rule)->name,
				 it->rule, "level %d, %d of %d", it->level, it->present,
				 it->disks);
	}
}

// Fail one after the other, with time for the raid thread in between.
static const struct {
	int32_t level, disks, layout;
	int results[3];
} failures[] = {
	{ 0, 3, 0, { EBUSY, EBUSY, EBUSY } },  { -1, 3, 0, { EBUSY, EBUSY, EBUSY } },
	{ 1, 3, 0, { 0, 0, EBUSY } },	       { 4, 3, 5, { 0, EBUSY, EBUSY } },
	{ 5, 3, 2, { 0, EBUSY, EBUSY } },      { 6, 4, 2, { 0, 0, EBUSY } },
	{ 10, 4, 0x102, { 0, EBUSY, EBUSY } }, { 10, 4, 0x104, { 0, 0, 0 } },
};

static int fail(struct world *world, uint32_t disk)
{
	struct mdt_model_call call = { .op = MDT_OP_SET_DISK_FAULTY,
				       .has_device = true,
				       .major = 1,
				       .minor = disk };

	mdt_model_step(&world->options, &world->state, &call, &world->step);
	world->state = world->step.outcomes[0].next;
	return mdt_model_result(&world->step);
}

static void begin(struct world *world, int32_t level, int32_t disks, int32_t layout)
{
	start(world, level, disks, disks, 65536, layout);
	world->state = world->step.outcomes[0].next;
}

Test(model_personality, failures)
{
	array_for_each (it, failures) {
		struct world world;

		begin(&world, it->level, it->disks, it->layout);
		for (uint32_t i = 0; i < array_size(it->results); i++) {
			int result = fail(&world, i);

			cr_expect_eq(result, it->results[i], "level %d, failure %u: %d",
				     it->level, i + 1, result);
			world_op(&world, MDT_OP_SETTLE);
		}
	}
}

// What a level cannot do is refused, and what it can is done.
static const struct {
	int32_t level, disks, layout;
	enum mdt_md_op op;
	struct mdt_model_info change; // 0: as it is
	int result;
	const char *rule;
} changes[] = {
	{ 0, 2, 0, MDT_OP_ADD_NEW_DISK, { 0 }, EINVAL, "add-no-diskops" },
	{ 0, 2, 0, MDT_OP_HOT_ADD_DISK, { 0 }, EINVAL, "hot-add-no-diskops" },
	{ 0, 2, 0, MDT_OP_SET_BITMAP_FILE, { 0 }, EBUSY, "bitmap-no-thread" },
	{ 0, 2, 0, MDT_OP_SET_ARRAY_INFO, { .size = 50 }, EINVAL, "size-fixed" },
	{ 0, 2, 0, MDT_OP_SET_ARRAY_INFO, { .raid_disks = 3 }, EINVAL, "reshape-fixed" },
	{ 1, 2, 0, MDT_OP_SET_ARRAY_INFO, { .layout = 1 }, EINVAL, "update-layout" },
	{ 5, 3, 2, MDT_OP_SET_ARRAY_INFO, { .layout = 3 }, 0, "update-layout-noted" },
	{ 5,
	  3,
	  2,
	  MDT_OP_SET_ARRAY_INFO,
	  { .layout = 9 },
	  EINVAL,
	  "update-layout-refused" },
	{ 6, 4, 2, MDT_OP_SET_ARRAY_INFO, { .layout = 9 }, 0, "update-layout-noted" },
	{ 5, 3, 2, MDT_OP_SET_ARRAY_INFO, { .raid_disks = 4 }, 0, "reshape-noted" },
	{ 5,
	  3,
	  2,
	  MDT_OP_SET_ARRAY_INFO,
	  { .raid_disks = 1 },
	  EINVAL,
	  "reshape-refused" },
	{ 6,
	  4,
	  2,
	  MDT_OP_SET_ARRAY_INFO,
	  { .raid_disks = 3 },
	  EINVAL,
	  "reshape-refused" },
	{ 10,
	  4,
	  0x102,
	  MDT_OP_SET_ARRAY_INFO,
	  { .layout = 0x201 },
	  EINVAL,
	  "update-layout-refused" },
	{ 10,
	  4,
	  0x102,
	  MDT_OP_SET_ARRAY_INFO,
	  { .layout = 0x10201 },
	  0,
	  "update-layout-noted" },
	{ 10, 4, 0x201, MDT_OP_SET_ARRAY_INFO, { .size = 50 }, EINVAL, "size-far" },
	{ 10, 4, 0x102, MDT_OP_SET_ARRAY_INFO, { .size = 32 }, 0, "size" },
};

Test(model_personality, changes)
{
	array_for_each (it, changes) {
		struct mdt_model_call call = { .op = it->op,
					       .has_device = true,
					       .major = 1,
					       .minor = 9,
					       .fd = MDT_BITMAP_FD_NONE,
					       .has_info = true };
		struct world world;

		begin(&world, it->level, it->disks, it->layout);
		world_op(&world, MDT_OP_SETTLE);
		call.info = (struct mdt_model_info){
			.major_version = world.state.major_version,
			.minor_version = world.state.minor_version,
			.level = it->level,
			.size = it->change.size ? it->change.size : -1,
			.raid_disks =
				it->change.raid_disks ? it->change.raid_disks : it->disks,
			.layout = it->change.layout ? it->change.layout
						    : world.state.layout,
			.not_persistent = 1,
			.chunk_size = 65536,
			.same_ctime = MDT_YES,
		};
		mdt_model_step(&world.options, &world.state, &call, &world.step);
		cr_expect_eq(mdt_model_result(&world.step), it->result, "%s: %d",
			     it->rule, mdt_model_result(&world.step));
		cr_expect_str_eq(mdt_model_rule(world.step.outcomes[0].rule)->name,
				 it->rule);
	}
}

// What raid5 was told to become, the kernel asserts when it is run again, and dies.
Test(model_personality, planned_is_fatal)
{
	struct mdt_model_call stop = { .op = MDT_OP_ARRAY_STATE,
				       .word = MDT_WORD_INACTIVE };
	struct mdt_model_call run = { .op = MDT_OP_RUN_ARRAY };
	struct world world;

	begin(&world, 5, 3, 2);
	world.state.planned = MDT_YES;
	world.state.openers = 0;
	mdt_model_step(&world.options, &world.state, &stop, &world.step);
	world.state = world.step.outcomes[0].next;
	world.state.openers = 1;
	mdt_model_step(&world.options, &world.state, &run, &world.step);
	cr_assert(mdt_model_rule(world.step.outcomes[0].rule)->fatal);
}

// A spare that is marked as in sync: raid5 forgets so when it gets a slot, and counts it
// as rebuilt; raid1 does not, and counts it as missing for good.
Test(model_personality, spare_marked_in_sync)
{
	static const struct {
		int32_t level, degraded;
	} cases[] = { { 5, 0 }, { 1, 1 } };

	array_for_each (it, cases) {
		struct mdt_model_info info = { .level = it->level,
					       .size = 100,
					       .raid_disks = 3,
					       .not_persistent = 1,
					       .state = 1,
					       .chunk_size = 65536,
					       .layout = 2 };
		struct world world;

		world_init(&world, MDT_KERNEL_6_1);
		world.options.levels = ~0u;
		cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
		cr_assert_eq(world_set(&world, info), 0);
		for (uint32_t i = 0; i < 3; i++)
			cr_assert_eq(
				world_add(&world, i, i < 2 ? (int32_t)i : 7, WORLD_SYNC),
				0);
		cr_assert_eq(world_op(&world, MDT_OP_RUN_ARRAY), 0);
		cr_assert_eq(world.state.degraded, 1);
		world_op(&world, MDT_OP_SETTLE);
		cr_expect_eq(world.state.degraded, it->degraded, "level %d: %d",
			     it->level, world.state.degraded);
	}
}
