// SPDX-License-Identifier: MIT
// One run: what became of its arrays and of its program, and what the model says of its
// failures.
#include <stdlib.h>

#include "blame/parts.h"
#include "md/level.h"
#include "plan/plan.h"
#include "strace/reader.h"
#include "strace/source.h"

/* ---- what the model says ---- */

static void keep_cause(struct blame_run *run, const struct mdt_life_call *call)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct blame_cause *cause;
	const char *source = NULL;

	if (call->verdict == MDT_LIFE_CONTRADICTS) {
		mdt_buf_adds(&text, "it has ");
		mdt_buf_add(&text, call->predicted);
		mdt_buf_adds(&text, " here");
	} else if (!mdt_life_cause(&run->life, call, &text, &source)) {
		return;
	}
	cause = mdt_arena_new(run->arena, struct blame_cause);
	if (text.failed || !cause ||
	    !mdt_arena_copy(run->arena, mdt_buf_slice(&text), &cause->text)) {
		run->failed_memory = true;
		return;
	}
	cause->source = mdt_slice_cstr(source ? source : "");
	run->failed_memory |= !mdt_map_set(&run->causes, call->line, cause);
}

static void on_call(void *data, const struct mdt_life_call *call)
{
	struct blame_run *run = data;

	if (call->failed && !mdt_map_find(&run->causes, call->line))
		keep_cause(run, call);
}

/* ---- arrays at the end ---- */

// The one word that array_state can be; empty: there are several.
static struct mdt_slice word_of(const struct mdt_model_state *state)
{
	unsigned int words = mdt_model_array_state(state);
	struct mdt_slice ret = { 0 };

	for (unsigned int i = 0; i < MDT_STATES; i++) {
		struct mdt_slice word =
			mdt_slice_cstr(mdt_array_state_name((enum mdt_array_state)i));

		if (!(words & 1u << i))
			continue;
		if (ret.len &&
		    !mdt_slice_eq(blame_plain_word(ret), blame_plain_word(word)))
			return (struct mdt_slice){ 0 };
		ret = word;
	}
	return ret;
}

static void keep_end(struct blame_run *run, const struct mdt_life_array *array)
{
	const struct mdt_life_set *set =
		array->presumes ? &array->presumed : &array->sure;
	const struct mdt_model_state *state = &set->states[0];
	struct blame_state end = { .slots = -1 };

	if (set->count == 1 && !set->lost && state->exists == MDT_NO)
		end.word = SLICE("clear");
	else if (set->count == 1 && !set->lost && state->exists == MDT_YES)
		end.word = word_of(state);
	if (state->level != MDT_MODEL_UNKNOWN)
		end.level = mdt_slice_cstr(mdt_level_name(state->level));
	if (state->raid_disks >= 0 && state->raid_disks != MDT_MODEL_SOME)
		end.slots = state->raid_disks;
	end.degraded = state->running == MDT_YES && state->degraded > 0;
	blame_run_end(run, array->name, &end);
}

static int cmp_ends(const void *a, const void *b)
{
	return mdt_slice_cmp(((const struct blame_end *)a)->array,
			     ((const struct blame_end *)b)->array);
}

static void keep_ends(struct blame_run *run)
{
	if (!run->is_executed)
		mdt_map_for_each(it, &run->life.arrays) keep_end(run, it->value);
	if (run->end_count)
		qsort(run->ends, run->end_count, sizeof(*run->ends), cmp_ends);
}

/* ---- reading ---- */

// The end of the first program of the log.
static void note_exit(struct blame_run *run, const struct mdt_event *event)
{
	struct mdt_slice raw = mdt_slice_trim(event->raw);
	const char *at = mdt_slice_find(raw, SLICE("+++ "));

	if (!at || (run->has_pid && event->prefix.pid != run->pid))
		return;
	raw = mdt_slice_skip(raw, (size_t)(at - raw.str) + 4);
	if (mdt_slice_ends(raw, SLICE(" +++")))
		raw.len -= 4;
	run->failed_memory |= !mdt_arena_copy(run->arena, raw, &run->exit);
}

static void note_call(struct blame_run *run, const struct mdt_event *event)
{
	run->calls++;
	if (run->has_pid)
		return;
	run->has_pid = true;
	run->pid = event->prefix.pid;
}

static struct mdt_error *note_event(struct blame_run *run, const struct mdt_event *event)
{
	run->faults += event->fault.expected != NULL;
	switch (event->kind) {
	case MDT_EVENT_CALL:
	case MDT_EVENT_UNFINISHED:
		note_call(run, event);
		break;
	case MDT_EVENT_EXIT:
		note_exit(run, event);
		break;
	default:
		break;
	}
	return mdt_life_event(&run->life, event);
}

static struct mdt_error *read_events(struct blame_run *run, struct mdt_reader *reader)
{
	struct mdt_error *err = NULL;
	struct mdt_event event;
	bool got = true;

	while (!err) {
		err = mdt_reader_next(reader, &event, &got);
		if (err || !got)
			break;
		err = note_event(run, &event);
	}
	if (!err)
		err = mdt_life_end(&run->life);
	keep_ends(run);
	if (!err && run->failed_memory)
		err = &mdt_enomem;
	if (!err && !run->calls)
		err = mdt_error_create(
			MDT_ERR_INVALID,
			"%s: no call in it, so there is nothing to compare",
			run->input->path);
	return err;
}

static struct mdt_error *read_run(struct blame_run *run, struct mdt_slice text)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = NULL;

	if (mdt_plan_is(text))
		err = blame_run_executed(run, text);
	if (!err)
		err = mdt_life_init(&run->life, mdt_ioctl_builtin(), NULL, on_call, run);
	if (!err)
		err = mdt_reader_create_text(run->input->path, text, &reader);
	if (err)
		return err;
	mdt_life_begin_log(&run->life, run->input->path, false);
	return read_events(run, reader);
}

struct mdt_error *blame_run_read(const struct mdt_blame_input *input,
				 struct mdt_arena *arena, struct blame_run *ret)
{
	struct mdt_error *err;

	*ret = (struct blame_run){ .input = input, .arena = arena };
	if (input->text.str)
		ret->text = input->text;
	else if ((err = mdt_source_read(input->path, &ret->own_text)))
		return err;
	else
		ret->text = mdt_buf_slice(&ret->own_text);
	return read_run(ret, ret->text);
}

void blame_run_deinit(struct blame_run *run)
{
	mdt_life_deinit(&run->life);
	mdt_map_deinit(&run->planned);
	mdt_map_deinit(&run->not_run);
	mdt_map_deinit(&run->places);
	mdt_map_deinit(&run->after);
	mdt_buf_deinit(&run->own_text);
	mdt_map_deinit(&run->causes);
	mdt_map_deinit(&run->unsupported);
	free(run->ends);
	*run = (struct blame_run){ 0 };
}
