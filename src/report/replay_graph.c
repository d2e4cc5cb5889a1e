// SPDX-License-Identifier: MIT
// The kernel functions that a replay's calls ran.
#include "report/replay_parts.h"

static struct mdt_error *take_line(struct mdt_graph *graph, struct mdt_slice rest)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice word;

	// A damaged one is counted as what it is: no line of the tracer.
	if (!mdt_plan_word(&rest, &word) || !mdt_plan_text(word, &text))
		mdt_buf_clear(&text);
	return mdt_graph_line(graph, mdt_buf_slice(&text));
}

static struct mdt_error *take_step(struct mdt_graph *graph,
				   const struct mdt_plan_step *step)
{
	struct mdt_error *err = mdt_graph_step(graph);

	for (size_t i = 0; step && !err && i < step->seen_count; i++)
		if (mdt_slice_eq(step->seen[i].word, SLICE("graph")))
			err = take_line(graph, step->seen[i].rest);
	return err;
}

struct mdt_error *mdt_replay_graph_make(const struct mdt_verdicts *verdicts,
					struct mdt_graph *ret)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < verdicts->count; i++)
		err = take_step(ret, verdicts->all[i].ran);
	return err;
}
