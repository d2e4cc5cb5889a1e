// SPDX-License-Identifier: MIT
// How an array is when a run ends, in words.
#include <inttypes.h>

#include "blame/parts.h"

struct mdt_slice blame_plain_word(struct mdt_slice word)
{
	static const struct {
		const char *word, *plain;
	} rows[] = {
		{ "clean", "runs" },	   { "active", "runs" },
		{ "active-idle", "runs" }, { "write-pending", "runs" },
		{ "read-auto", "runs" },   { "clear", "no array" },
	};

	array_for_each (it, rows)
		if (mdt_slice_eq_cstr(word, it->word))
			return mdt_slice_cstr(it->plain);
	return word;
}

static void write_state(const struct blame_state *state, struct mdt_buf *ret)
{
	struct mdt_slice word = blame_plain_word(state->word);

	mdt_buf_add(ret, word);
	if (!word.len || mdt_slice_eq(word, SLICE("no array")))
		return;
	if (state->level.len) {
		mdt_buf_adds(ret, ", ");
		mdt_buf_add(ret, state->level);
	}
	if (state->slots >= 0)
		mdt_buf_printf(ret, ", %" PRId64 " slots", state->slots);
	if (state->degraded)
		mdt_buf_adds(ret, ", degraded");
}

void blame_run_end(struct blame_run *run, struct mdt_slice array,
		   const struct blame_state *state)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct blame_end end;

	write_state(state, &text);
	if (text.failed || !mdt_arena_copy(run->arena, array, &end.array) ||
	    !mdt_arena_copy(run->arena, mdt_buf_slice(&text), &end.state) ||
	    !mdt_grow((void **)&run->ends, &run->end_cap, run->end_count, sizeof(end))) {
		run->failed_memory = true;
		return;
	}
	run->ends[run->end_count++] = end;
}
