// SPDX-License-Identifier: MIT
/* The table itself, unknown facts, and the rule that is turned into its opposite. */
#include <criterion/criterion.h>

#include "model_world.h"

Test(model_table, rows_are_whole)
{
	unsigned int count = mdt_model_rule_count();

	cr_assert_gt(count, 150);
	for (unsigned int i = 1; i <= count; i++) {
		const struct mdt_model_rule *rule = mdt_model_rule(i);

		cr_assert(rule->name && *rule->name);
		cr_assert_eq(mdt_model_rule_find(mdt_slice_cstr(rule->name)), i, "%s",
			     rule->name);
		cr_assert(rule->source && strstr(rule->source, ":"), "%s", rule->name);
		cr_assert(rule->says && *rule->says, "%s", rule->name);
		cr_assert(rule->ops && !(rule->ops >> MDT_OPS), "%s", rule->name);
		cr_assert(mdt_kernels_have(rule->kernels, rule->kernels.since), "%s",
			  rule->name);
		if (rule->result != MDT_RESULT_CONTINUE)
			cr_assert(mdt_model_result_name(rule->result), "%s", rule->name);
	}
	cr_assert_eq(mdt_model_rule_find(SLICE("none")), 0);
}

// Whatever the state and the call: there is an outcome.
Test(model_table, every_call_ends)
{
	struct mdt_model_options options;
	struct mdt_model_state states[2];
	struct mdt_model_step step;

	mdt_model_state_init(&states[0]);
	mdt_model_state_unknown(&states[1]);
	for (unsigned int kernel = 0; kernel < MDT_KERNELS; kernel++) {
		mdt_model_options_init(&options, (enum mdt_kernel)kernel);
		for (unsigned int op = 0; op < MDT_OPS; op++) {
			struct mdt_model_call call = { .op = (enum mdt_md_op)op };

			for (int i = 0; i < 2; i++) {
				mdt_model_step(&options, &states[i], &call, &step);
				cr_assert(step.count >= 1, "%s", mdt_md_op_name(call.op));
			}
		}
	}
}

Test(model_table, a_result_tells_the_state)
{
	struct mdt_model_call call = { .op = MDT_OP_GET_ARRAY_INFO };
	const struct mdt_model_outcome *outcome;
	struct mdt_model_options options;
	struct mdt_model_state state;
	struct mdt_model_step step;

	mdt_model_options_init(&options, MDT_KERNEL_6_1);
	mdt_model_state_unknown(&state);
	mdt_model_step(&options, &state, &call, &step);
	cr_assert_eq(mdt_model_result(&step), MDT_RESULT_UNKNOWN);
	outcome = mdt_model_outcome_of(&step, ENODEV);
	cr_assert(outcome);
	cr_assert_eq(outcome->next.raid_disks, 0);
	outcome = mdt_model_outcome_of(&step, 0);
	cr_assert(outcome);
	cr_assert_eq(outcome->next.raid_disks, MDT_MODEL_SOME);
	cr_assert_eq(mdt_model_outcome_of(&step, EROFS), NULL);
}

Test(model_table, array_state_tells_the_state)
{
	struct mdt_model_state state;

	mdt_model_state_unknown(&state);
	cr_assert(mdt_model_see_array_state(&state, SLICE("readonly\n")));
	cr_assert_eq(state.running, MDT_YES);
	cr_assert_eq(state.mode, MDT_MODE_RO);
	cr_assert_not(mdt_model_see_array_state(&state, SLICE("clean")));
	cr_assert_eq(state.mode, MDT_MODE_RW);
	cr_assert(mdt_model_see_array_state(&state, SLICE("write-pending")));
	cr_assert(mdt_model_see_array_state(&state, SLICE("clean")));
}

Test(model_table, disks_of_two_arrays)
{
	struct world first, second;

	world_init(&first, MDT_KERNEL_6_1);
	world_run(&first);
	world_init(&second, MDT_KERNEL_6_1);
	mdt_model_disks_share(&second.state, &first.state);
	cr_assert_eq(world_op(&second, MDT_OP_OPEN), 0);
	cr_assert_eq(world_version(&second, 1, 2), 0);
	cr_assert_eq(world_add(&second, 0, 0, 0), EBUSY);
	cr_assert_eq(world_op(&first, MDT_OP_STOP_ARRAY), 0);
	mdt_model_disks_share(&second.state, &first.state);
	cr_assert_eq(world_add(&second, 0, 0, 0), 0);
}

static int run_with(unsigned int flip)
{
	struct world world;

	world_init(&world, MDT_KERNEL_6_1);
	world.options.flip = flip;
	cr_assert_eq(world_op(&world, MDT_OP_OPEN), 0);
	return world_op(&world, MDT_OP_RUN_ARRAY);
}

Test(model_table, flip)
{
	cr_assert_eq(run_with(0), EINVAL);
	cr_assert_eq(run_with(mdt_model_rule_find(SLICE("run-no-members"))), 0);
	cr_assert_eq(run_with(mdt_model_rule_find(SLICE("run-running"))), EINVAL);
}
