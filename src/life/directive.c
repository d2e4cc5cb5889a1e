// SPDX-License-Identifier: MIT
/* What an executed log says between its calls (docs/plan.md): the kernel that ran it, and
 * what was read of arrays. */
#include "plan/plan.h"
#include "life/parts.h"

// The kernel's release is a word in quotes.
static void read_kernel(struct mdt_life *states, struct mdt_slice word)
{
	mdt_buf_clear(&states->bytes);
	if (mdt_plan_text(word, &states->bytes))
		mdt_life_take_kernel(states, mdt_buf_slice(&states->bytes),
				     MDT_KERNEL_BY_HEAD, NULL);
}

// array_state="clean"
static void read_pair(struct mdt_life *states, struct mdt_life_array *array,
		      struct mdt_slice pair, unsigned long line)
{
	const char *equals = mdt_slice_find(pair, SLICE("="));
	struct mdt_slice attr;
	size_t key;

	if (!equals)
		return;
	key = (size_t)(equals - pair.str);
	attr = mdt_slice_head(pair, key);
	mdt_buf_clear(&states->bytes);
	if (!mdt_model_sees(attr) ||
	    !mdt_plan_text(mdt_slice_skip(pair, key + 1), &states->bytes))
		return;
	mdt_life_see_attribute(states, array, attr, mdt_buf_slice(&states->bytes), line);
}

static void read_state(struct mdt_life *states, struct mdt_slice rest, unsigned long line)
{
	struct mdt_life_array *array;
	struct mdt_slice word;

	if (!mdt_plan_word(&rest, &word))
		return;
	array = mdt_life_array(states, word);
	while (array && mdt_plan_word(&rest, &word))
		read_pair(states, array, word, line);
}

// The personalities that there were, and no others (`mdtrace record --vm`).
static void read_modules(struct mdt_life *states, struct mdt_slice rest)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };
	struct mdt_slice word;

	while (mdt_plan_word(&rest, &word)) {
		mdt_buf_clear(&name);
		if (!mdt_plan_text(word, &name))
			continue;
		for (int32_t level = -1; level <= 10; level++)
			if (mdt_model_module(level) &&
			    mdt_slice_eq_cstr(mdt_buf_slice(&name),
					      mdt_model_module(level)))
				states->options.levels |= MDT_LEVEL_BIT(level);
	}
}

void mdt_life_directive(struct mdt_life *states, const struct mdt_event *event)
{
	struct mdt_slice rest = mdt_slice_trim(event->raw), word;

	if (!mdt_slice_starts(rest, SLICE("# mdtrace: ")))
		return;
	rest = mdt_slice_skip(rest, SLICE("# mdtrace: ").len);
	if (!mdt_plan_word(&rest, &word))
		return;
	if (mdt_slice_eq(word, SLICE("state"))) {
		read_state(states, rest, event->line);
	} else if (mdt_slice_eq(word, SLICE("recorded"))) {
		// An executed log is of the kernel that ran it, which comes first.
		if (states->kernel.witness != MDT_KERNEL_BY_HEAD &&
		    mdt_plan_word(&rest, &word))
			read_kernel(states, word);
	} else if (mdt_slice_eq(word, SLICE("modules"))) {
		read_modules(states, rest);
	} else if (mdt_slice_eq(word, SLICE("guest"))) {
		if (mdt_plan_word(&rest, &word) && mdt_slice_eq(word, SLICE("kernel")) &&
		    mdt_plan_word(&rest, &word))
			read_kernel(states, word);
	}
}
