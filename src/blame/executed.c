// SPDX-License-Identifier: MIT
// What a guest has seen and written into its executed log: which calls were not made, how
// arrays end, what the kernel lacks.
#include "blame/parts.h"
#include "plan/plan.h"
#include "verdict/observed.h"

/* ---- a step ---- */

// drivers/md/md.c md_run()
static bool lacks_personality(const struct mdt_observed *seen)
{
	for (size_t i = 0; i < seen->message_count; i++) {
		struct mdt_slice text = seen->messages[i].text;

		if (mdt_slice_find(text, SLICE("personality for level")) &&
		    mdt_slice_find(text, SLICE("is not loaded")))
			return true;
	}
	return false;
}

static bool note_place(struct blame_run *run, const struct mdt_plan_section *section,
		       const struct mdt_plan_step *step)
{
	struct blame_place *place = mdt_arena_new(run->arena, struct blame_place);

	if (!place || !mdt_arena_copy(run->arena, section->name, &place->path))
		return false;
	place->line = step->line;
	return mdt_map_set(&run->places, step->plan_line, place);
}

// The states of all arrays behind a step: "md0 runs". Mostly they are as they were.
static bool note_after(struct blame_run *run, const struct mdt_plan_step *step,
		       const struct mdt_states *states, struct mdt_slice **last)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice word;

	mdt_map_for_each(it, &states->nodes)
	{
		if (!mdt_states_find(states, it->text, SLICE("array_state"), &word))
			word = SLICE("clear");
		mdt_buf_adds(&text, text.len ? ", " : "");
		mdt_buf_add(&text, it->text);
		mdt_buf_addc(&text, ' ');
		mdt_buf_add(&text, blame_plain_word(word));
	}
	if (text.failed)
		return false;
	if (!*last || !mdt_slice_eq(**last, mdt_buf_slice(&text))) {
		*last = mdt_arena_new(run->arena, struct mdt_slice);
		if (!*last || !mdt_arena_copy(run->arena, mdt_buf_slice(&text), *last))
			return false;
	}
	return mdt_map_set(&run->after, step->plan_line, *last);
}

static void note_step(struct blame_run *run, const struct mdt_plan_section *section,
		      const struct mdt_plan_step *step, const struct mdt_observed *seen)
{
	bool ok = note_place(run, section, step);

	if (ok && (section->is_prologue || step->made.len))
		ok = mdt_map_set(&run->planned, step->plan_line, run);
	if (ok && seen->not_run)
		ok = mdt_map_set(&run->not_run, step->plan_line, run);
	if (ok && lacks_personality(seen))
		ok = mdt_map_set(&run->unsupported, step->plan_line, run);
	run->failed_memory |= !ok;
}

/* ---- arrays at the end ---- */

static void keep_end(struct blame_run *run, const struct mdt_states *states,
		     struct mdt_slice node)
{
	struct blame_state end = { .word = SLICE("clear"), .slots = -1 };
	struct mdt_slice value;
	uint64_t slots;

	mdt_states_find(states, node, SLICE("array_state"), &end.word);
	mdt_states_find(states, node, SLICE("level"), &end.level);
	if (mdt_states_find(states, node, SLICE("raid_disks"), &value) &&
	    mdt_slice_to_dec(value, &slots) && slots < INT32_MAX)
		end.slots = (int64_t)slots;
	if (mdt_states_find(states, node, SLICE("degraded"), &value))
		end.degraded = !mdt_slice_eq(value, SLICE("0"));
	blame_run_end(run, node, &end);
}

/* ---- all of it ---- */

static struct mdt_error *note_section(struct blame_run *run,
				      const struct mdt_plan_section *section,
				      struct mdt_states *states)
{
	struct mdt_error *err = NULL;
	struct mdt_slice *last = NULL;

	for (size_t i = 0; !err && i < section->step_count; i++) {
		const struct mdt_plan_step *step = &section->steps[i];
		struct mdt_observed seen = { 0 };

		err = mdt_observed_read(step, states, run->arena, &seen);
		if (err)
			break;
		note_step(run, section, step, &seen);
		if (!note_after(run, step, states, &last))
			err = &mdt_enomem;
	}
	return err;
}

struct mdt_error *blame_run_executed(struct blame_run *run, struct mdt_slice text)
{
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	_cleanup_(mdt_states_deinit) struct mdt_states states = { 0 };
	struct mdt_error *err = mdt_plan_read(run->input->path, text, &plan);

	if (!err && !plan.is_executed)
		err = mdt_error_create(MDT_ERR_INVALID,
				       "%s is a plan that nobody has executed",
				       run->input->path);
	run->is_executed = true;
	for (size_t i = 0; !err && i < plan.section_count; i++)
		err = note_section(run, &plan.sections[i], &states);
	if (!err)
		mdt_map_for_each(it, &states.nodes) keep_end(run, &states, it->text);
	return err;
}
