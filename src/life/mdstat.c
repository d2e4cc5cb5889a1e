// SPDX-License-Identifier: MIT
/* What the log reads of /proc/mdstat tells of the arrays that are not in it. */
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

void mdt_life_mdstat(struct mdt_life *states, const struct mdt_event *event,
		     struct mdt_slice bytes)
{
	if (!mdt_event_succeeded(event) || !has_all(bytes))
		return;
	mdt_buf_clear(&states->mdstat);
	mdt_buf_add(&states->mdstat, bytes);
	mdt_map_for_each(it, &states->arrays)
	{
		struct mdt_life_array *array = it->value;

		if (!is_node(array->name) || lists(bytes, array->name))
			continue;
		mdt_buf_clear(&states->text);
		mdt_buf_adds(&states->text, "/proc/mdstat");
		mdt_buf_clear(&states->result);
		mdt_buf_adds(&states->result, "not listed");
		mdt_life_see(states, array, see_unlisted, NULL, event->line);
	}
}

void mdt_life_mdstat_new(const struct mdt_life *states, struct mdt_life_array *array)
{
	struct mdt_slice text = mdt_buf_slice(&states->mdstat);

	if (states->is_blank || states->is_prologue || !text.len ||
	    !is_node(array->name) || lists(text, array->name))
		return;
	nothing_set_up(&array->sure.states[0]);
}
