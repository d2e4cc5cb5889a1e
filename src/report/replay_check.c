// SPDX-License-Identifier: MIT
// The check that gave a call's result, by the model, held against the functions that ran.
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/visible.h"
#include "report/replay_parts.h"

enum { PATH_MAX_ = 32 };

/* A rule's source is `md.c:md_run, find_pers (7.2: get_pers)`: the functions that have
 * the check, or one of them in each kernel. */

// Up to the first of some characters, which goes, too.
static struct mdt_slice take_until(struct mdt_slice *rest, const char *ends)
{
	size_t len = 0;
	struct mdt_slice ret;

	while (len < rest->len && !strchr(ends, rest->str[len]))
		len++;
	ret = mdt_slice_head(*rest, len);
	*rest = mdt_slice_skip(*rest, len + (len < rest->len));
	return ret;
}

// The first word of a part, without its file or kernel: `raid1.c:raid1_run and its like`,
// `7.2: get_pers`.
static struct mdt_slice function_of(struct mdt_slice part)
{
	struct mdt_slice word = { 0 };
	const char *colon;

	while (part.len && (!word.len || mdt_slice_ends(word, SLICE(":"))))
		word = take_until(&part, " ");
	colon = word.len ? memrchr(word.str, ':', word.len) : NULL;
	return colon ? mdt_slice_skip(word, (size_t)(colon + 1 - word.str)) : word;
}

// The next function that a source names.
static bool next_function(struct mdt_slice *rest, struct mdt_slice *ret)
{
	*ret = (struct mdt_slice){ 0 };
	while (rest->len && !ret->len)
		*ret = function_of(take_until(rest, ",()"));
	return ret->len != 0;
}

// Many were renamed: add_new_disk() is md_add_new_disk() since 6.7.
static struct mdt_slice other_name(struct mdt_slice name, struct mdt_buf *scratch)
{
	if (mdt_slice_starts(name, SLICE("md_")))
		return mdt_slice_skip(name, 3);
	mdt_buf_clear(scratch);
	mdt_buf_adds(scratch, "md_");
	mdt_buf_add(scratch, name);
	return mdt_buf_slice(scratch);
}

struct seen {
	const struct mdt_graph_node *node; // NULL: none of them ran
	struct mdt_slice can;		   // one that would be in the graph, or empty
	bool is_hidden; // one of them would not: it is inlined, or another kernel's
};

static void look(const struct mdt_graph *graph, size_t step, struct mdt_slice name,
		 struct seen *ret)
{
	if (!ret->node)
		ret->node = mdt_graph_find(graph, step, name);
	if (!ret->can.len && graph->traced.len && mdt_graph_can_have(graph, name))
		ret->can = name;
}

static struct mdt_error *look_for(const struct mdt_graph *graph, size_t step,
				  struct mdt_slice source, struct seen *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf scratch = { 0 };
	struct mdt_slice name, before;

	*ret = (struct seen){ 0 };
	while (next_function(&source, &name)) {
		before = ret->can;
		ret->can = (struct mdt_slice){ 0 };
		look(graph, step, name, ret);
		look(graph, step, other_name(name, &scratch), ret);
		ret->is_hidden |= !ret->can.len;
		// The scratch is not kept: the source's own name says as much.
		ret->can = ret->can.len && !before.len ? name : before;
	}
	return mdt_buf_error(&scratch);
}

static void add_path(const struct mdt_graph_node *node, struct mdt_buf *ret)
{
	const struct mdt_graph_node *path[PATH_MAX_];
	size_t count = 0;

	for (; node && count < PATH_MAX_; node = node->parent)
		path[count++] = node;
	while (count--) {
		mdt_visible_words(ret, path[count]->name);
		mdt_buf_adds(ret, count ? " > " : "");
	}
}

// A value as an int: `-22`, `0xffffffea`, `0xffffffffffffffea`.
static bool read_value(struct mdt_slice text, int *ret)
{
	bool is_negative = text.len && text.str[0] == '-';
	uint64_t number;

	if (!mdt_slice_to_u64(is_negative ? mdt_slice_skip(text, 1) : text, &number))
		return false;
	*ret = is_negative ? -(int)number : (int)(uint32_t)number;
	return text.len != 0;
}

bool mdt_replay_check(const struct mdt_graph *graph, size_t index,
		      const struct mdt_replay_prediction *prediction, int error,
		      struct mdt_buf *ret)
{
	const struct mdt_graph_step *step = &graph->steps[index];
	const struct mdt_model_rule *rule = prediction ? prediction->rule : NULL;
	struct seen seen;
	bool is_finding;
	int value;

	if (!rule || !rule->source || !step->end ||
	    (prediction->verdict != MDT_LIFE_AGREES &&
	     prediction->verdict != MDT_LIFE_POSSIBLE))
		return false;
	if (look_for(graph, index, mdt_slice_cstr(rule->source), &seen)) {
		ret->failed = true;
		return false;
	}
	mdt_buf_printf(ret, "%s (%s): ", rule->name, rule->source);
	if (!seen.node && step->lost) {
		mdt_buf_adds(ret, "not seen, events were lost");
	} else if (!seen.node && seen.can.len && !seen.is_hidden) {
		// Where several checks can have given the result, it was another one.
		is_finding = prediction->verdict == MDT_LIFE_AGREES;
		mdt_buf_printf(ret, "%s: %.*s did not run",
			       is_finding ? "finding" : "not this one of several",
			       SLICE_FMT(seen.can));
		return is_finding;
	} else if (!seen.node) {
		mdt_buf_adds(ret, graph->traced.len
					  ? "not to be seen, this kernel has it inlined"
					  : "not seen");
	} else if (error && read_value(seen.node->value, &value) && value != -error) {
		mdt_buf_adds(ret, "finding: ");
		add_path(seen.node, ret);
		mdt_buf_printf(ret, " returned %d, not %d", value, -error);
		return true;
	} else {
		mdt_buf_adds(ret, "seen, ");
		add_path(seen.node, ret);
		if (seen.node->value.len) {
			mdt_buf_adds(ret, " returned ");
			mdt_visible_words(ret, seen.node->value);
		}
	}
	return false;
}
