// SPDX-License-Identifier: MIT
/* What the log reads of /proc/mdstat tells of the arrays that are not in it. */
#include <stdlib.h>

#include "base/error.h"
#include "life/parts.h"

// md.c md_seq_show() has each array that runs, is set up or has members; the last line is
// the one of status_unused(). strace may have cut what is after its first word.
static bool has_all(struct mdt_slice text)
{
	return mdt_slice_starts(text, SLICE("Personalities :")) &&
	       mdt_slice_find(text, SLICE("\nunused "));
}

// `md127 : ` at the beginning of a line.
static bool lists(struct mdt_slice text, struct mdt_slice name)
{
	while (text.len) {
		const char *end = memchr(text.str, '\n', text.len);
		size_t len = end ? (size_t)(end - text.str) + 1 : text.len;

		if (mdt_slice_starts(text, name) &&
		    mdt_slice_starts(mdt_slice_skip(text, name.len), SLICE(" : ")))
			return true;
		text = mdt_slice_skip(text, len);
	}
	return false;
}

static void nothing_set_up(struct mdt_model_state *state)
{
	state->running = MDT_NO;
	state->raid_disks = 0;
	state->dev_sectors = 0; // md_clean() has cleared both
	state->unlisted = 0;
}

static bool see_unlisted(struct mdt_model_state *state, const void *seen)
{
	bool agrees =
		state->running != MDT_YES &&
		(state->raid_disks == 0 || state->raid_disks == MDT_MODEL_UNKNOWN) &&
		mdt_model_has_members(state) != MDT_YES;

	(void)seen;
	if (!agrees)
		mdt_model_state_unknown(state);
	nothing_set_up(state);
	return agrees;
}

static bool is_node(struct mdt_slice name)
{
	return mdt_slice_starts(name, SLICE("md"));
}

// The names at the beginnings of lines.
static bool all_listed(struct mdt_slice text, struct mdt_map *ret)
{
	bool ok = true;

	while (ok && text.len) {
		const char *end = memchr(text.str, '\n', text.len);
		struct mdt_slice line =
			mdt_slice_head(text, end ? (size_t)(end - text.str) : text.len);
		const char *colon = mdt_slice_find(line, SLICE(" : "));

		if (colon)
			ok = mdt_map_set_text(
				ret, mdt_slice_head(line, (size_t)(colon - line.str)),
				ret);
		text = mdt_slice_skip(text, line.len + 1);
	}
	return ok;
}

static int by_index(const void *left, const void *right)
{
	const struct mdt_life_array *a = *(struct mdt_life_array *const *)left;
	const struct mdt_life_array *b = *(struct mdt_life_array *const *)right;

	return (a->index > b->index) - (a->index < b->index);
}

/*
 * Take those off their list of which something was heard since they were last seen to be
 * none, in the order of the log. NULL: out of memory.
 */
static struct mdt_life_array **take_heard(struct mdt_life *states, size_t *ret)
{
	struct mdt_life_array **all;
	size_t count = 0;

	for (struct mdt_life_array *it = states->heard; it; it = it->heard)
		count++;
	all = malloc((count + 1) * sizeof(struct mdt_life_array *));
	if (!all) {
		mdt_nomem_note();
		states->failed_memory = true;
		return NULL;
	}
	*ret = count;
	for (size_t i = 0; i < count; i++) {
		all[i] = states->heard;
		states->heard = all[i]->heard;
		all[i]->is_heard = false;
	}
	qsort(all, count, sizeof(struct mdt_life_array *), by_index);
	return all;
}

static void see_none(struct mdt_life *states, const struct mdt_event *event,
		     struct mdt_life_array *array)
{
	mdt_buf_clear(&states->text);
	mdt_buf_adds(&states->text, "/proc/mdstat");
	mdt_buf_clear(&states->result);
	mdt_buf_adds(&states->result, "not listed");
	mdt_life_see(states, array, see_unlisted, NULL, event->line);
	// Until something happens to it; a prologue is not the log.
	if (states->is_prologue || states->heard != array)
		return;
	states->heard = array->heard;
	array->is_heard = false;
}

void mdt_life_mdstat(struct mdt_life *states, const struct mdt_event *event,
		     struct mdt_slice bytes)
{
	struct mdt_map listed = { 0 };
	struct mdt_life_array **heard;
	size_t count = 0;

	if (!mdt_event_succeeded(event) || !has_all(bytes))
		return;
	mdt_buf_clear(&states->mdstat);
	mdt_buf_add(&states->mdstat, bytes);
	heard = take_heard(states, &count);
	if (!all_listed(bytes, &listed))
		states->failed_memory = true;
	for (size_t i = 0; i < count; i++) {
		if (is_node(heard[i]->name) &&
		    !mdt_map_find_text(&listed, heard[i]->name))
			see_none(states, event, heard[i]);
		else
			mdt_life_hear(states, heard[i]);
	}
	mdt_map_deinit(&listed);
	free(heard);
}

void mdt_life_mdstat_new(const struct mdt_life *states, struct mdt_life_array *array)
{
	struct mdt_slice text = mdt_buf_slice(&states->mdstat);

	if (states->is_blank || states->is_prologue || !text.len ||
	    !is_node(array->name) || lists(text, array->name))
		return;
	nothing_set_up(&array->sure.states[0]);
}
