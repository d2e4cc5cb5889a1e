// SPDX-License-Identifier: MIT
// How a log begins, as a plan has it.
#include "life/parts.h"
#include "plan/plan.h"

static struct mdt_error *follow_step(struct mdt_life *states,
				     const struct mdt_plan_step *step)
{
	struct mdt_event event;
	struct mdt_error *err = mdt_life_read_step(states, step, &event);

	return err ? err : mdt_life_event(states, &event);
}

// What is presumed stays; what the log itself tells begins with nothing.
static void forget_sure(struct mdt_life *states)
{
	mdt_map_for_each(it, &states->arrays)
	{
		struct mdt_life_array *array = it->value;

		array->sure = (struct mdt_life_set){ .count = 1 };
		mdt_model_state_unknown(&array->sure.states[0]);
	}
}

struct mdt_error *mdt_life_presume(struct mdt_life *states, const struct mdt_plan *plan)
{
	const struct mdt_plan_section *first =
		plan->section_count ? plan->sections : NULL;
	void (*call)(void *data, const struct mdt_life_call *call) = states->call;
	struct mdt_error *err = NULL;

	states->plan = plan;
	if (!first || !first->is_prologue)
		return NULL;
	states->call = NULL;
	states->is_prologue = true;
	for (size_t i = 0; !err && i < first->step_count; i++) {
		if (first->steps[i].kind == MDT_STEP_SETTLE)
			mdt_life_wait(states);
		else
			err = follow_step(states, &first->steps[i]);
	}
	mdt_life_begin_log(states, "", false);
	forget_sure(states);
	states->is_prologue = false;
	states->call = call;
	return err;
}
