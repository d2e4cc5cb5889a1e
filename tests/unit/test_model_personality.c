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
	cr_assert_eq(world_op(world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_set(world, info), 0);
	world->state.layout = layout; // as a superblock tells it
	for (int32_t i = 0; i < present; i++)
		cr_assert_eq(world_add(world, (uint32_t)i, i, WORLD_SYNC), 0);
	mdt_model_step(&world->options, &world->state, &call, &world->step);
}

// What is apart from that the level's module may not be there.
static const struct mdt_model_outcome *outcome(const struct world *world)
{
	unsigned int missing = mdt_model_rule_find(SLICE("run-no-personality"));
	unsigned int i = world->step.outcomes[0].rule == missing;

	cr_assert_lt(i, world->step.count);
	return &world->step.outcomes[i];
}

static const struct {
	int32_t level, disks, present, chunk_size, layout;
	int result;
	const char *rule;
} starts[] = {
	{ 0, 3, 2, 65536, 1, EINVAL, "run-too-few" },
	{ -1, 2, 1, 0, 0, EINVAL, "run-too-few" },
	{ 0, 2, 2, 0, 1, EINVAL, "run-no-chunk-size" },
	{ 5, 3, 3, 0, 2, EINVAL, "run-no-chunk-size" },
	{ 5, 4, 2, 65536, 2, EIO, "run-too-few-redundant" },
	{ 4, 4, 2, 65536, 0, EIO, "run-too-few-redundant" },
	{ 6, 4, 1, 65536, 2, EIO, "run-too-few-redundant" },
	{ 10, 4, 1, 65536, 0x102, EIO, "run-too-few-redundant" },
	/* what is not covered, and never raid1's */
	{ 5, 4, 3, 65536, 2, MDT_RESULT_UNKNOWN, "run-other-level" },
	{ 6, 4, 2, 65536, 2, MDT_RESULT_UNKNOWN, "run-other-level" },
	{ 10, 4, 2, 65536, 0x102, MDT_RESULT_UNKNOWN, "run-other-level" },
	{ 0, 2, 2, 65536, 1, MDT_RESULT_UNKNOWN, "run-other-level" },
	{ 0, 2, 2, 65536, 0, MDT_ENOTSUPP, "run-no-layout" },
};

Test(model_personality, starts)
{
	array_for_each (it, starts) {
		struct world world;

		start(&world, it->level, it->disks, it->present, it->chunk_size,
		      it->layout);
		cr_expect_eq(outcome(&world)->result, it->result,
			     "level %d, %d of %d: %d", it->level, it->present, it->disks,
			     outcome(&world)->result);
		cr_expect_str_eq(mdt_model_rule(outcome(&world)->rule)->name, it->rule,
				 "level %d, %d of %d", it->level, it->present, it->disks);
	}
}

// Fail one after the other.
static const struct {
	int32_t level, disks;
	int results[3];
} failures[] = {
	{ 0, 3, { EBUSY, EBUSY, EBUSY } },
	{ -1, 3, { EBUSY, EBUSY, EBUSY } },
	{ 4, 3, { 0, MDT_RESULT_UNKNOWN, MDT_RESULT_UNKNOWN } },
	{ 5, 3, { 0, MDT_RESULT_UNKNOWN, MDT_RESULT_UNKNOWN } },
	{ 6, 4, { 0, 0, MDT_RESULT_UNKNOWN } },
	{ 10, 4, { 0, MDT_RESULT_UNKNOWN, MDT_RESULT_UNKNOWN } },
};

Test(model_personality, failures)
{
	array_for_each (it, failures) {
		struct world world;

		start(&world, it->level, it->disks, it->disks, 65536, 0x102);
		world.state = world.step.outcomes[world.step.count - 1].next;
		for (uint32_t i = 0; i < array_size(it->results); i++) {
			struct mdt_model_call call = { .op = MDT_OP_SET_DISK_FAULTY,
						       .has_device = true,
						       .major = 1,
						       .minor = i };
			int result;

			mdt_model_step(&world.options, &world.state, &call, &world.step);
			result = mdt_model_result(&world.step);
			cr_expect_eq(result, it->results[i], "level %d, failure %u: %d",
				     it->level, i + 1, result);
			world.state = world.step.outcomes[0].next;
		}
	}
}
