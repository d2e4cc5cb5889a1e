// SPDX-License-Identifier: MIT
/* What a plan says that the log does not: arguments, and how the log begins. */
#include "plan/plan.h"
#include "life/parts.h"
#include "strace/reader.h"

// The event of a step's line.
static struct mdt_error *read_step(const struct mdt_plan_step *step,
				   struct mdt_reader **reader, struct mdt_event *ret,
				   bool *got)
{
	struct mdt_error *err = mdt_reader_create_memory("plan", step->text, reader);

	*got = false;
	return err ? err : mdt_reader_next(*reader, ret, got);
}

/* ---- arguments ---- */

static const struct mdt_plan_step *step_at(const struct mdt_plan_section *section,
					   unsigned long line)
{
	for (size_t i = 0; section && i < section->step_count; i++)
		if (section->steps[i].line == line &&
		    section->steps[i].kind == MDT_STEP_CALL)
			return &section->steps[i];
	return NULL;
}

bool mdt_life_plan_bytes(struct mdt_life *states, const struct mdt_event *event,
			 size_t index)
{
	const struct mdt_plan_step *step =
		step_at(states->section, event->began ? event->began : event->line);
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_event planned;
	struct mdt_error *err;
	bool got;

	if (!step)
		return false;
	err = read_step(step, &reader, &planned, &got);
	mdt_buf_clear(&states->bytes);
	got = !err && got && mdt_ref_ok(planned.call) &&
	      mdt_ref_bytes(mdt_event_arg(&planned, index), &states->bytes);
	mdt_error_destroy(err);
	return got;
}

/* ---- how the log begins ---- */

static struct mdt_error *follow_step(struct mdt_life *states,
				     const struct mdt_plan_step *step)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_event event;
	bool got;
	struct mdt_error *err = read_step(step, &reader, &event, &got);

	return err || !got ? err : mdt_life_event(states, &event);
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

static void blank(struct mdt_model_state *state, const struct mdt_plan_disk *disk)
{
	struct mdt_model_disk *it = mdt_model_disk_get(state, disk->major, disk->minor);

	if (!it)
		return;
	it->missing = it->claimed = it->read_only = MDT_NO;
	it->size = (int64_t)(disk->size / 512);
	it->super.kind = MDT_MODEL_SUPER_NONE;
	it->written++;
}

void mdt_life_begin_blank(struct mdt_life *states, const struct mdt_plan *plan)
{
	states->is_blank = true;
	for (size_t i = 0; i < plan->module_count; i++)
		if (mdt_slice_eq(plan->modules[i], SLICE("raid1")))
			states->options.raid1_missing = MDT_NO;
	for (size_t i = 0; i < plan->disk_count; i++)
		blank(&states->disks, &plan->disks[i]);
}
