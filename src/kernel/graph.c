// SPDX-License-Identifier: MIT
#include "kernel/graph.h"

#include <stdlib.h>

enum {
	NODES_MAX = 1 << 22,
	TRACED_MAX = 1 << 16,
	DEPTH_MAX = 256, // FTRACE_RETFUNC_DEPTH is 50
};

// A task over all steps.
struct graph_task {
	uint64_t pid;
	struct mdt_slice name;
	size_t since;
	struct mdt_graph_node *open; // the innermost function that has not ended
	unsigned int depth;
	bool is_outside;		 // it is the caller, and between two calls
	size_t skipped;			 // functions that it is in meanwhile
	struct mdt_graph_branch *branch; // of branch_step
	size_t branch_step;
};

void mdt_graph_deinit(struct mdt_graph *graph)
{
	mdt_map_for_each(entry, &graph->tasks) free(entry->value);
	mdt_map_deinit(&graph->tasks);
	mdt_map_deinit(&graph->traced);
	mdt_arena_deinit(&graph->arena);
	free(graph->steps);
	*graph = (struct mdt_graph){ 0 };
}

struct mdt_error *mdt_graph_step(struct mdt_graph *graph)
{
	if (graph->count == graph->cap && !mdt_grow((void **)&graph->steps, &graph->cap,
						    graph->count, sizeof(*graph->steps)))
		return &mdt_enomem;
	graph->steps[graph->count++] = (struct mdt_graph_step){ 0 };
	return NULL;
}

static struct mdt_graph_step *last_step(struct mdt_graph *graph)
{
	return &graph->steps[graph->count - 1];
}

/* ---- the parts of a line ---- */

// ` 12.345678 | mdtrace-1 | 0.512 us | mddev_get [md_mod](); /* = 0x0 */`
struct line {
	uint64_t time, pid, ns;
	bool has_ns;
	struct mdt_slice rest; // behind the last column
};

// Up to the next bar, without blanks around it.
static bool take_column(struct mdt_slice *rest, struct mdt_slice *ret)
{
	const char *bar = rest->len ? memchr(rest->str, '|', rest->len) : NULL;

	if (!bar)
		return false;
	*ret = mdt_slice_trim(mdt_slice_head(*rest, (size_t)(bar - rest->str)));
	*rest = mdt_slice_skip(*rest, (size_t)(bar - rest->str) + 1);
	return true;
}

// A decimal number with a fraction, times 10 to the power of @p digits.
static bool read_decimal(struct mdt_slice text, unsigned int digits, uint64_t *ret)
{
	const char *dot = text.len ? memchr(text.str, '.', text.len) : NULL;
	struct mdt_slice whole =
		mdt_slice_head(text, dot ? (size_t)(dot - text.str) : text.len);
	struct mdt_slice part = mdt_slice_skip(text, whole.len + 1);
	uint64_t value;

	if (!mdt_slice_to_dec(whole, &value) || value > UINT64_MAX / 10000000000ull)
		return false;
	for (; digits; digits--) {
		value *= 10;
		if (!part.len)
			continue;
		if (part.str[0] < '0' || part.str[0] > '9')
			return false;
		value += (uint64_t)(part.str[0] - '0');
		part = mdt_slice_skip(part, 1);
	}
	*ret = value;
	return true;
}

// `mdtrace-1`, `<idle>-0`: the number behind the last dash.
static bool read_pid(struct mdt_slice column, uint64_t *ret)
{
	const char *dash = column.len ? memrchr(column.str, '-', column.len) : NULL;

	return dash &&
	       mdt_slice_to_dec(mdt_slice_skip(column, (size_t)(dash + 1 - column.str)),
				ret);
}

// `0.512 us`, maybe with a mark of how long it took in front; or nothing.
static bool read_duration(struct mdt_slice column, struct line *ret)
{
	// trace_output.c mark(): how long it took, as a character
	while (column.len && strchr("$@*#!+ ", column.str[0]))
		column = mdt_slice_skip(column, 1);
	if (!column.len)
		return true;
	if (!mdt_slice_ends(column, SLICE(" us")))
		return false;
	column.len -= 3;
	ret->has_ns = true;
	return read_decimal(mdt_slice_trim(column), 3, &ret->ns);
}

static bool read_line(struct mdt_slice text, struct line *ret)
{
	struct mdt_slice column;

	if (!take_column(&text, &column) || !read_decimal(column, 9, &ret->time) ||
	    !take_column(&text, &column) || !read_pid(column, &ret->pid) ||
	    !take_column(&text, &column) || !read_duration(column, ret))
		return false;
	ret->rest = mdt_slice_trim(text);
	return true;
}

/* ---- tasks ---- */

static struct graph_task *task_of(struct mdt_graph *graph, uint64_t pid)
{
	struct graph_task *task = mdt_map_find(&graph->tasks, pid + 1);

	if (task)
		return task;
	task = calloc(1, sizeof(*task));
	if (!task || !mdt_map_set(&graph->tasks, pid + 1, task)) {
		free(task);
		return NULL;
	}
	*task = (struct graph_task){ .pid = pid, .since = graph->count - 1 };
	return task;
}

static void link_branch(struct mdt_graph_step *step, struct mdt_graph_branch *branch)
{
	if (!step->first) {
		step->first = step->last = branch;
	} else if (branch->is_caller) {
		branch->next = step->first;
		step->first = branch;
	} else {
		step->last->next = branch;
		step->last = branch;
	}
}

static struct mdt_graph_branch *branch_of(struct mdt_graph *graph,
					  struct graph_task *task, bool is_caller)
{
	struct mdt_graph_branch *branch;

	if (task->branch && task->branch_step == graph->count - 1)
		return task->branch;
	branch = mdt_arena_new(&graph->arena, struct mdt_graph_branch);
	if (!branch)
		return NULL;
	branch->pid = task->pid;
	branch->task = task->name;
	branch->is_caller = is_caller;
	branch->since = task->since;
	if (task->open)
		branch->within = task->open->name;
	task->branch = branch;
	task->branch_step = graph->count - 1;
	link_branch(last_step(graph), branch);
	return branch;
}

// `task 71 md100_raid1`
static struct mdt_error *name_task(struct mdt_graph *graph, struct mdt_slice rest)
{
	const char *blank = rest.len ? memchr(rest.str, ' ', rest.len) : NULL;
	struct graph_task *task;
	uint64_t pid;

	if (!blank ||
	    !mdt_slice_to_dec(mdt_slice_head(rest, (size_t)(blank - rest.str)), &pid)) {
		last_step(graph)->unread++;
		return NULL;
	}
	task = task_of(graph, pid);
	if (!task || !mdt_arena_copy(&graph->arena,
				     mdt_slice_skip(rest, (size_t)(blank + 1 - rest.str)),
				     &task->name))
		return &mdt_enomem;
	if (task->branch)
		task->branch->task = task->name;
	return NULL;
}

/* ---- functions ---- */

static void link_node(struct mdt_graph_branch *branch, struct mdt_graph_node *parent,
		      struct mdt_graph_node *node)
{
	struct mdt_graph_node **first = parent ? &parent->first : &branch->first;
	struct mdt_graph_node **last = parent ? &parent->last : &branch->last;

	if (*last)
		(*last)->next = node;
	else
		*first = node;
	*last = node;
}

// `name [module]`, up to the parenthesis of its arguments.
static struct mdt_error *name_node(struct mdt_graph *graph, struct mdt_slice text,
				   struct mdt_graph_node *ret)
{
	const char *open = mdt_slice_find(text, SLICE(" ["));
	struct mdt_slice name = text, module = SLICE("");

	if (open) {
		name = mdt_slice_head(text, (size_t)(open - text.str));
		module = mdt_slice_skip(text, name.len + 2);
		if (module.len && module.str[module.len - 1] == ']')
			module.len--;
	}
	return mdt_arena_copy(&graph->arena, mdt_slice_trim(name), &ret->name) &&
			       mdt_arena_copy(&graph->arena, module, &ret->module)
		       ? NULL
		       : &mdt_enomem;
}

// The value in a comment: `/* = 0x0 */`, `/* md_run [md_mod] = -22 */`, `/* ... ret=0
// */`.
static struct mdt_error *read_value(struct mdt_graph *graph, struct mdt_slice rest,
				    struct mdt_graph_node *node)
{
	static const char *const marks[] = { "ret=", "= " };
	const char *comment = mdt_slice_find(rest, SLICE("/*"));
	struct mdt_slice text;

	if (!comment)
		return NULL;
	text = mdt_slice_skip(rest, (size_t)(comment + 2 - rest.str));
	array_for_each (mark, marks) {
		const char *at = mdt_slice_find(text, mdt_slice_cstr(*mark));
		size_t len = 0;

		if (!at)
			continue;
		text = mdt_slice_skip(text, (size_t)(at - text.str) + strlen(*mark));
		while (len < text.len && text.str[len] != ' ' && text.str[len] != '*')
			len++;
		return mdt_arena_copy(&graph->arena, mdt_slice_head(text, len),
				      &node->value)
			       ? NULL
			       : &mdt_enomem;
	}
	return NULL;
}

static struct mdt_error *enter(struct mdt_graph *graph, struct graph_task *task,
			       const struct line *line, struct mdt_slice name,
			       struct mdt_graph_node **ret)
{
	struct mdt_graph_branch *branch = branch_of(graph, task, false);
	struct mdt_graph_node *node;

	*ret = NULL;
	if (++graph->nodes > NODES_MAX)
		return mdt_error_create(MDT_ERR_FORMAT,
					"the graph has more than %d functions",
					NODES_MAX);
	node = branch ? mdt_arena_new(&graph->arena, struct mdt_graph_node) : NULL;
	if (!node)
		return &mdt_enomem;
	node->start = line->time;
	node->step = graph->count - 1;
	node->parent = task->open;
	// What went on from an earlier step is a tree of its own there.
	link_node(branch,
		  task->open && task->open->step == node->step ? task->open : NULL, node);
	*ret = node;
	return name_node(graph, name, node);
}

static void end_node(struct mdt_graph_node *node, const struct line *line)
{
	node->has_ended = line->has_ns;
	node->ns = line->ns;
}

static struct mdt_error *leave(struct mdt_graph *graph, struct graph_task *task,
			       const struct line *line)
{
	struct mdt_graph_node *node = task->open;

	// It began before it was traced.
	if (!node)
		return NULL;
	task->open = node->parent;
	task->depth--;
	node->end = line->time;
	end_node(node, line);
	return read_value(graph, line->rest, node);
}

static struct mdt_error *take_function(struct mdt_graph *graph, struct graph_task *task,
				       const struct line *line)
{
	struct mdt_slice rest = line->rest;
	const char *open = memchr(rest.str, '(', rest.len);
	bool nests = mdt_slice_ends(rest, SLICE("{"));
	struct mdt_graph_node *node = NULL;
	struct mdt_error *err;

	if (task->is_outside) {
		task->skipped += nests;
		return NULL;
	}
	if (!open || open == rest.str || task->depth >= DEPTH_MAX) {
		last_step(graph)->unread++;
		return NULL;
	}
	err = enter(graph, task, line, mdt_slice_head(rest, (size_t)(open - rest.str)),
		    &node);
	if (err)
		return err;
	if (nests) {
		task->open = node;
		task->depth++;
		return NULL;
	}
	end_node(node, line);
	return read_value(graph, rest, node);
}

// Where the call begins and ends, in the task that made it.
static struct mdt_error *take_comment(struct mdt_graph *graph, struct graph_task *task,
				      const struct line *line)
{
	struct mdt_slice rest = line->rest;

	if (mdt_slice_find(rest, SLICE("mdtrace+"))) {
		task->is_outside = false;
		last_step(graph)->begin = line->time;
		task->skipped = 0;
		task->open = NULL;
		task->depth = 0;
		task->branch = NULL; // what came before is no part of the call
		return branch_of(graph, task, true) ? NULL : &mdt_enomem;
	}
	if (mdt_slice_find(rest, SLICE("mdtrace-"))) {
		task->is_outside = true;
		last_step(graph)->end = line->time;
		task->open = NULL;
		task->depth = 0;
	}
	return NULL;
}

static struct mdt_error *take_line(struct mdt_graph *graph, const struct line *line)
{
	struct graph_task *task = task_of(graph, line->pid);

	if (!task)
		return &mdt_enomem;
	if (mdt_slice_starts(line->rest, SLICE("/*")))
		return take_comment(graph, task, line);
	if (!line->rest.len || line->rest.str[0] == '=' || line->rest.str[0] == '<')
		return NULL; // an interrupt begins or ends
	if (line->rest.str[0] != '}')
		return take_function(graph, task, line);
	if (!task->is_outside)
		return leave(graph, task, line);
	task->skipped -= task->skipped > 0;
	return NULL;
}

// `CPU:0 [LOST 123 EVENTS]`
static bool take_lost(struct mdt_graph *graph, struct mdt_slice line)
{
	const char *lost = mdt_slice_find(line, SLICE("[LOST "));
	struct mdt_slice rest;
	uint64_t count;
	size_t len = 0;

	if (!lost)
		return false;
	rest = mdt_slice_skip(line, (size_t)(lost + 6 - line.str));
	while (len < rest.len && rest.str[len] >= '0' && rest.str[len] <= '9')
		len++;
	if (!mdt_slice_to_dec(mdt_slice_head(rest, len), &count))
		return false;
	last_step(graph)->lost += count;
	graph->lost += count;
	// Ends may be among them: what is open is not known.
	mdt_map_for_each(entry, &graph->tasks)
	{
		struct graph_task *task = entry->value;

		task->open = NULL;
		task->depth = 0;
	}
	return true;
}

/* ---- which functions there are ---- */

struct mdt_slice mdt_graph_source_name(struct mdt_slice name)
{
	const char *dot = name.len ? memchr(name.str, '.', name.len) : NULL;

	return dot ? mdt_slice_head(name, (size_t)(dot - name.str)) : name;
}

// `traced md_run md_stop.part.0`
static struct mdt_error *take_traced(struct mdt_graph *graph, struct mdt_slice rest)
{
	while (rest.len && graph->traced.len < TRACED_MAX) {
		const char *blank = memchr(rest.str, ' ', rest.len);
		struct mdt_slice word = mdt_slice_head(
			rest, blank ? (size_t)(blank - rest.str) : rest.len);
		struct mdt_slice name;

		rest = mdt_slice_skip(rest, word.len + 1);
		if (!mdt_arena_copy(&graph->arena, mdt_graph_source_name(word), &name) ||
		    !mdt_map_set_text(&graph->traced, name, graph))
			return &mdt_enomem;
	}
	return NULL;
}

bool mdt_graph_can_have(const struct mdt_graph *graph, struct mdt_slice name)
{
	return !graph->traced.len || mdt_map_find_text(&graph->traced, name);
}

static const struct mdt_graph_node *find_below(const struct mdt_graph_node *node,
					       struct mdt_slice name, unsigned int depth)
{
	for (; node && depth < DEPTH_MAX; node = node->next) {
		const struct mdt_graph_node *below;

		if (mdt_slice_eq(mdt_graph_source_name(node->name), name))
			return node;
		below = find_below(node->first, name, depth + 1);
		if (below)
			return below;
	}
	return NULL;
}

const struct mdt_graph_node *mdt_graph_find(const struct mdt_graph *graph, size_t step,
					    struct mdt_slice name)
{
	const struct mdt_graph_branch *branch = graph->steps[step].first;

	return branch && branch->is_caller ? find_below(branch->first, name, 0) : NULL;
}

struct mdt_error *mdt_graph_line(struct mdt_graph *graph, struct mdt_slice text)
{
	struct line line = { 0 };

	if (!graph->count)
		return NULL;
	if (mdt_slice_starts(text, SLICE("traced ")))
		return take_traced(graph, mdt_slice_skip(text, 7));
	if (mdt_slice_starts(text, SLICE("task ")))
		return name_task(graph, mdt_slice_skip(text, 5));
	if (read_line(text, &line))
		return take_line(graph, &line);
	if (!take_lost(graph, text))
		last_step(graph)->unread++;
	return NULL;
}
