// SPDX-License-Identifier: MIT
/* What a plan says that the log does not: arguments, and how the log begins. */
#include "plan/plan.h"
#include "life/parts.h"
#include "strace/parse.h"

// The event of a step's line. Its values live in states->nodes.
struct mdt_error *mdt_life_read_step(struct mdt_life *states,
				     const struct mdt_plan_step *step,
				     struct mdt_event *ret)
{
	*ret = (struct mdt_event){ .line = 1 };
	return mdt_parse_line(mdt_slice_chomp(step->text), &states->nodes, ret);
}

/* ---- arguments ---- */

static bool index_steps(struct mdt_life *states, const struct mdt_plan_section *section)
{
	bool ok = true;

	for (size_t i = 0; ok && i < section->step_count; i++) {
		struct mdt_plan_step *step = &section->steps[i];

		if (step->kind == MDT_STEP_CALL && step->line &&
		    !mdt_map_find(&states->steps, step->line))
			ok = mdt_map_set(&states->steps, step->line, step);
	}
	return ok;
}

void mdt_life_begin_section(struct mdt_life *states)
{
	mdt_map_deinit(&states->steps);
	for (size_t i = 0; states->plan && i < states->plan->section_count; i++) {
		const struct mdt_plan_section *section = &states->plan->sections[i];

		if (section->is_prologue ||
		    !mdt_slice_eq_cstr(section->name, states->file))
			continue;
		mdt_map_deinit(&states->steps);
		if (!index_steps(states, section))
			states->failed_memory = true;
	}
}

bool mdt_life_plan_bytes(struct mdt_life *states, const struct mdt_event *event,
			 size_t index)
{
	const struct mdt_plan_step *step =
		mdt_map_find(&states->steps, event->began ? event->began : event->line);
	struct mdt_event planned;

	if (!step)
		return false;
	if (mdt_life_read_step(states, step, &planned)) {
		states->failed_memory = true;
		return false;
	}
	mdt_buf_clear(&states->bytes);
	return mdt_ref_ok(planned.call) &&
	       mdt_ref_bytes(mdt_event_arg(&planned, index), &states->bytes);
}

/* ---- how the log begins ---- */

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
