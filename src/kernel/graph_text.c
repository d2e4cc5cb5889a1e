// SPDX-License-Identifier: MIT
#include <inttypes.h>

#include "base/visible.h"
#include "kernel/graph.h"

enum {
	PERIOD_MAX = 8, // functions of a sequence that is folded
	DEPTH_MAX = 300,
	INDENT = 2,
	TIME_COLUMN = 44,
};

struct printing {
	const struct mdt_graph_view *view;
	struct mdt_buf *buf;
	struct mdt_arena arena; // of one place's sums
	struct mdt_error *err;
};

/* ---- the filter ---- */

static bool matches(struct printing *p, const struct mdt_graph_node *node)
{
	bool ret = false;

	if (!p->err)
		p->err = mdt_pattern_matches(p->view->filter, node->name, &ret);
	return ret;
}

static bool leads_to_match(struct printing *p, const struct mdt_graph_node *node,
			   unsigned int depth)
{
	if (!p->view->filter || matches(p, node))
		return true;
	for (const struct mdt_graph_node *it = node->first; it && depth < DEPTH_MAX;
	     it = it->next)
		if (leads_to_match(p, it, depth + 1))
			return true;
	return false;
}

/* ---- what repeats ---- */

static const struct mdt_graph_node *skip(const struct mdt_graph_node *node, size_t count)
{
	while (node && count--)
		node = node->next;
	return node;
}

static bool is_same_run(const struct mdt_graph_node *a, const struct mdt_graph_node *b,
			size_t count)
{
	for (; count; count--, a = a->next, b = b->next)
		if (!a || !b || !mdt_slice_eq(a->name, b->name))
			return false;
	return true;
}

// How often the next @p period functions come, one run after the other.
static size_t count_runs(const struct mdt_graph_node *node, size_t period)
{
	const struct mdt_graph_node *next = skip(node, period);
	size_t runs = 1;

	for (; next && is_same_run(node, next, period); next = skip(next, period))
		runs++;
	return runs;
}

// The shortest sequence that repeats, if one does.
static size_t find_period(const struct mdt_graph_node *node, size_t *runs)
{
	for (size_t period = 1; period <= PERIOD_MAX; period++) {
		*runs = count_runs(node, period);
		if (*runs > 1)
			return period;
	}
	*runs = 1;
	return 1;
}

/* ---- runs as one ---- */

// Functions of one name in one place: what they ran is merged by name, in the order of
// the first.
struct sum {
	struct mdt_slice name, value;
	bool same_value, has_ended;
	size_t count;
	uint64_t ns;
	struct sum *first, *last, *next;
};

static struct sum *sum_child(struct printing *p, struct sum *parent,
			     struct mdt_slice name)
{
	struct sum *it = parent->first;

	while (it && !mdt_slice_eq(it->name, name))
		it = it->next;
	if (it)
		return it;
	it = mdt_arena_new(&p->arena, struct sum);
	if (!it)
		return NULL;
	it->name = name;
	if (parent->last)
		parent->last->next = it;
	else
		parent->first = it;
	parent->last = it;
	return it;
}

static void add_to_sum(struct printing *p, struct sum *sum,
		       const struct mdt_graph_node *node, unsigned int depth)
{
	bool is_first = !sum->count++;

	sum->same_value =
		is_first || (sum->same_value && mdt_slice_eq(sum->value, node->value));
	sum->value = node->value;
	sum->has_ended = node->has_ended && (is_first || sum->has_ended);
	sum->ns += node->ns;
	for (const struct mdt_graph_node *it = node->first; it && depth < DEPTH_MAX;
	     it = it->next) {
		struct sum *child = sum_child(p, sum, it->name);

		if (!child) {
			p->err = &mdt_enomem;
			return;
		}
		add_to_sum(p, child, it, depth + 1);
	}
}

/* ---- lines ---- */

static void begin_line(struct printing *p, unsigned int depth)
{
	mdt_buf_adds(p->buf, p->view->indent);
	mdt_buf_fill(p->buf, ' ', (size_t)depth * INDENT);
}

static void add_time(struct printing *p, size_t start, uint64_t ns)
{
	size_t used = mdt_slice_columns(mdt_slice_skip(mdt_buf_slice(p->buf), start));

	if (used < TIME_COLUMN)
		mdt_buf_fill(p->buf, ' ', TIME_COLUMN - used);
	mdt_buf_printf(p->buf, " %8" PRIu64 ".%" PRIu64 " us", ns / 1000,
		       ns % 1000 / 100);
}

static void print_head(struct printing *p, struct mdt_slice name, struct mdt_slice value,
		       size_t count, bool has_ended, uint64_t ns, unsigned int depth)
{
	size_t start;

	begin_line(p, depth);
	start = p->buf->len;
	mdt_visible_words(p->buf, name);
	if (value.len) {
		mdt_buf_adds(p->buf, " = ");
		mdt_visible_words(p->buf, value);
	}
	if (count > 1)
		mdt_buf_printf(p->buf, " × %zu", count);
	if (has_ended)
		add_time(p, start, ns);
	else
		mdt_buf_adds(p->buf, "  (goes on)");
	mdt_buf_addc(p->buf, '\n');
}

static bool is_deeper(const struct printing *p, unsigned int depth)
{
	return depth < DEPTH_MAX && (!p->view->depth || depth <= p->view->depth);
}

static bool sum_leads_to_match(struct printing *p, const struct sum *sum)
{
	struct mdt_graph_node node = { .name = sum->name };

	if (!p->view->filter || matches(p, &node))
		return true;
	for (const struct sum *it = sum->first; it; it = it->next)
		if (sum_leads_to_match(p, it))
			return true;
	return false;
}

static void print_sum(struct printing *p, const struct sum *sum, unsigned int depth)
{
	if (!is_deeper(p, depth) || !sum_leads_to_match(p, sum))
		return;
	print_head(p, sum->name, sum->same_value ? sum->value : SLICE(""), sum->count,
		   sum->has_ended, sum->ns, depth);
	for (const struct sum *it = sum->first; it; it = it->next)
		print_sum(p, it, depth + 1);
}

static void print_nodes(struct printing *p, const struct mdt_graph_node *node,
			unsigned int depth);

// @p node, and each @p period-th one behind it.
static void print_place(struct printing *p, const struct mdt_graph_node *node,
			size_t period, size_t runs, unsigned int depth)
{
	struct sum sum = { .name = node->name };

	if (runs == 1) {
		if (!is_deeper(p, depth) || !leads_to_match(p, node, 0))
			return;
		print_head(p, node->name, node->value, 1, node->has_ended, node->ns,
			   depth);
		print_nodes(p, node->first, depth + 1);
		return;
	}
	for (; node && runs && !p->err; runs--, node = skip(node, period))
		add_to_sum(p, &sum, node, 0);
	print_sum(p, &sum, depth);
	mdt_arena_clear(&p->arena);
}

static void print_nodes(struct printing *p, const struct mdt_graph_node *node,
			unsigned int depth)
{
	size_t period, runs;

	while (node && !p->err && is_deeper(p, depth)) {
		unsigned int below = depth;
		const struct mdt_graph_node *it = node;

		period = find_period(node, &runs);
		if (period > 1) {
			begin_line(p, depth);
			mdt_buf_printf(p->buf, "these %zu × %zu:\n", period, runs);
			below++;
		}
		for (size_t i = 0; i < period; i++, it = it->next)
			print_place(p, it, period, runs, below);
		node = skip(node, period * runs);
	}
}

/* ---- a step ---- */

static bool has_shown(struct printing *p, const struct mdt_graph_branch *branch)
{
	for (const struct mdt_graph_node *it = branch->first; it; it = it->next)
		if (leads_to_match(p, it, 0))
			return true;
	return false;
}

// A thread does the same over and over: what it ran, not in which order.
static void print_merged(struct printing *p, const struct mdt_graph_node *node)
{
	struct sum all = { 0 };

	for (; node && !p->err; node = node->next) {
		struct sum *sum = sum_child(p, &all, node->name);

		if (sum)
			add_to_sum(p, sum, node, 0);
		else
			p->err = &mdt_enomem;
	}
	for (const struct sum *it = all.first; it && !p->err; it = it->next)
		print_sum(p, it, 1);
	mdt_arena_clear(&p->arena);
}

static void print_branch(struct printing *p, const struct mdt_graph_branch *branch)
{
	if (!has_shown(p, branch))
		return;
	begin_line(p, 0);
	if (branch->is_caller) {
		mdt_buf_adds(p->buf, "ran:\n");
	} else {
		mdt_buf_adds(p->buf, "meanwhile ");
		mdt_visible_words(p->buf,
				  branch->task.len ? branch->task : SLICE("task"));
		mdt_buf_printf(p->buf, " (%" PRIu64 ")", branch->pid);
		if (branch->within.len) {
			mdt_buf_adds(p->buf, ", in ");
			mdt_visible_words(p->buf, branch->within);
		}
		mdt_buf_adds(p->buf, ":\n");
	}
	if (branch->is_caller)
		print_nodes(p, branch->first, 1);
	else
		print_merged(p, branch->first);
}

struct mdt_error *mdt_graph_text(const struct mdt_graph *graph, size_t index,
				 const struct mdt_graph_view *view, struct mdt_buf *ret)
{
	struct printing p = { .view = view, .buf = ret };
	const struct mdt_graph_step *step = &graph->steps[index];

	for (const struct mdt_graph_branch *it = step->first; it && !p.err; it = it->next)
		print_branch(&p, it);
	if (step->lost) {
		begin_line(&p, 0);
		mdt_buf_printf(ret, "lost: %" PRIu64 " events of the kernel's trace\n",
			       step->lost);
	}
	if (step->unread) {
		begin_line(&p, 0);
		mdt_buf_printf(ret, "%zu lines of the trace are not understood\n",
			       step->unread);
	}
	mdt_arena_deinit(&p.arena);
	return p.err ? p.err : mdt_buf_error(ret);
}
