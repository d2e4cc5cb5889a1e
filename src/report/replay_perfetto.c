// SPDX-License-Identifier: MIT
#include "report/replay_perfetto.h"

#include "base/json.h"
#include "report/replay_parts.h"

// "Processes" of the viewer: it groups by them.
enum { OF_LOG = 1, OF_KERNEL, OF_ARRAYS };

enum { DEPTH_MAX = 300 };

struct timeline {
	const struct mdt_verdicts *verdicts;
	const struct mdt_graph *graph;
	struct mdt_json json;
	uint64_t first, last;  // ns
	struct mdt_map arrays; // name to struct lane
	struct mdt_map tasks;  // pid to something: it is named
	uint64_t lanes;
};

// An array: its state, and since when.
struct lane {
	uint64_t number, since;
	struct mdt_slice name, state;
};

/* ---- events ---- */

// Microseconds with a fraction, from the first event on.
static void add_time(struct timeline *t, const char *key, uint64_t ns)
{
	mdt_json_u64(&t->json, key, ns / 1000);
	mdt_buf_printf(t->json.buf, ".%03u", (unsigned int)(ns % 1000));
}

static void begin_event(struct timeline *t, const char *phase, struct mdt_slice name,
			uint64_t pid, uint64_t tid, uint64_t at)
{
	mdt_json_object(&t->json, NULL);
	mdt_json_cstr(&t->json, "ph", phase);
	mdt_json_text(&t->json, "name", name);
	mdt_json_u64(&t->json, "pid", pid);
	mdt_json_u64(&t->json, "tid", tid);
	add_time(t, "ts", at > t->first ? at - t->first : 0);
}

static void add_slice(struct timeline *t, struct mdt_slice name, uint64_t pid,
		      uint64_t tid, uint64_t at, uint64_t ns)
{
	begin_event(t, "X", name, pid, tid, at);
	add_time(t, "dur", ns);
}

static void name_track(struct timeline *t, const char *what, uint64_t pid, uint64_t tid,
		       struct mdt_slice name)
{
	mdt_json_object(&t->json, NULL);
	mdt_json_cstr(&t->json, "ph", "M");
	mdt_json_cstr(&t->json, "name", what);
	mdt_json_u64(&t->json, "pid", pid);
	mdt_json_u64(&t->json, "tid", tid);
	mdt_json_object(&t->json, "args");
	mdt_json_text(&t->json, "name", name);
	mdt_json_end(&t->json);
	mdt_json_end(&t->json);
}

static void add_instant(struct timeline *t, struct mdt_slice name, const char *category,
			uint64_t at)
{
	begin_event(t, "i", name, OF_ARRAYS, 0, at);
	mdt_json_cstr(&t->json, "s", "p");
	mdt_json_cstr(&t->json, "cat", category);
	mdt_json_end(&t->json);
}

/* ---- functions ---- */

static void see_time(struct timeline *t, uint64_t from, uint64_t to)
{
	if (from && (!t->first || from < t->first))
		t->first = from;
	if (to > t->last)
		t->last = to;
}

static void see_times(struct timeline *t, const struct mdt_graph_node *node,
		      unsigned int depth)
{
	for (; node && depth < DEPTH_MAX; node = node->next) {
		see_time(t, node->start, node->start + node->ns);
		see_times(t, node->first, depth + 1);
	}
}

// What goes on at the end goes on to the end. Of a function that called none there is
// only how long it took, which the tracer's own work is a part of: a viewer wants it to
// end before the next begins.
static uint64_t end_of(const struct timeline *t, const struct mdt_graph_node *node,
		       uint64_t limit)
{
	uint64_t end = node->end ? node->end : node->start + node->ns;

	if (!node->has_ended)
		end = t->last;
	if (node->next && node->next->start < limit)
		limit = node->next->start;
	if (end > limit)
		end = limit;
	return end > node->start ? end : node->start;
}

static void add_functions(struct timeline *t, const struct mdt_graph_node *node,
			  uint64_t tid, uint64_t limit, unsigned int depth)
{
	for (; node && depth < DEPTH_MAX; node = node->next) {
		uint64_t end = end_of(t, node, limit);

		add_slice(t, node->name, OF_KERNEL, tid, node->start, end - node->start);
		if (node->module.len)
			mdt_json_text(&t->json, "cat", node->module);
		mdt_json_object(&t->json, "args");
		if (node->has_ended)
			mdt_json_u64(&t->json, "ns", node->ns);
		if (node->value.len)
			mdt_json_text(&t->json, "returned", node->value);
		mdt_json_end(&t->json);
		mdt_json_end(&t->json);
		add_functions(t, node->first, tid, end, depth + 1);
	}
}

static struct mdt_error *add_branches(struct timeline *t,
				      const struct mdt_graph_step *step)
{
	for (const struct mdt_graph_branch *it = step->first; it; it = it->next) {
		if (it->task.len && !mdt_map_find(&t->tasks, it->pid + 1)) {
			name_track(t, "thread_name", OF_KERNEL, it->pid, it->task);
			if (!mdt_map_set(&t->tasks, it->pid + 1, t))
				return &mdt_enomem;
		}
		add_functions(t, it->first, it->pid, t->last, 0);
	}
	return NULL;
}

/* ---- arrays ---- */

static struct lane *lane_of(struct timeline *t, struct mdt_arena *arena,
			    struct mdt_slice node)
{
	struct lane *lane = mdt_map_find_text(&t->arrays, node);

	if (lane)
		return lane;
	lane = mdt_arena_new(arena, struct lane);
	if (!lane || !mdt_map_set_text(&t->arrays, node, lane))
		return NULL;
	lane->number = ++t->lanes;
	lane->name = node;
	name_track(t, "thread_name", OF_ARRAYS, lane->number, node);
	return lane;
}

static void end_state(struct timeline *t, struct lane *lane, uint64_t at)
{
	if (!lane->state.len)
		return;
	add_slice(t, lane->state, OF_ARRAYS, lane->number, lane->since,
		  at > lane->since ? at - lane->since : 0);
	mdt_json_end(&t->json);
	lane->state = SLICE("");
}

static void add_counter(struct timeline *t, const struct mdt_seen_change *change,
			uint64_t value, uint64_t at)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };

	mdt_buf_printf(&name, "%.*s %.*s", SLICE_FMT(change->node),
		       SLICE_FMT(change->key));
	begin_event(t, "C", mdt_buf_slice(&name), OF_ARRAYS, 0, at);
	mdt_json_object(&t->json, "args");
	mdt_json_u64(&t->json, "value", value);
	mdt_json_end(&t->json);
	mdt_json_end(&t->json);
}

static struct mdt_error *add_change(struct timeline *t, struct mdt_arena *arena,
				    const struct mdt_seen_change *change, uint64_t at)
{
	struct lane *lane = lane_of(t, arena, change->node);
	uint64_t number;

	if (!lane)
		return &mdt_enomem;
	if (!change->key.len || mdt_slice_eq(change->key, SLICE("array_state"))) {
		end_state(t, lane, at);
		lane->since = at;
		lane->state = change->has && change->key.len ? change->after : SLICE("");
	} else if ((mdt_slice_eq(change->key, SLICE("degraded")) ||
		    mdt_slice_eq(change->key, SLICE("raid_disks"))) &&
		   change->has && mdt_slice_to_dec(change->after, &number)) {
		add_counter(t, change, number, at);
	}
	return NULL;
}

static struct mdt_error *add_observed(struct timeline *t, struct mdt_arena *arena,
				      const struct mdt_observed *observed, uint64_t at)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; i < observed->message_count; i++)
		add_instant(t, observed->messages[i].text, "kernel message", at);
	for (size_t i = 0; i < observed->uevent_count; i++)
		add_instant(t, observed->uevents[i].name, "uevent", at);
	for (size_t i = 0; !err && i < observed->change_count; i++)
		err = add_change(t, arena, &observed->changes[i], at);
	return err;
}

/* ---- calls ---- */

static void add_call(struct timeline *t, const struct mdt_verdict *verdict,
		     const struct mdt_graph_step *step)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };

	mdt_buf_add(&name, verdict->call);
	if (verdict->subject.len)
		mdt_buf_printf(&name, " %.*s", SLICE_FMT(verdict->subject));
	add_slice(t, mdt_buf_slice(&name), OF_LOG, 1, step->begin,
		  step->end > step->begin ? step->end - step->begin : 0);
	mdt_json_object(&t->json, "args");
	mdt_json_text(&t->json, "log", verdict->expected);
	mdt_json_text(&t->json, "kernel", verdict->actual);
	mdt_json_u64(&t->json, "line", verdict->step->line);
	mdt_json_cstr(&t->json, "verdict", mdt_verdict_name(verdict->kind));
	mdt_json_end(&t->json);
	mdt_json_end(&t->json);
}

static struct mdt_error *add_steps(struct timeline *t, struct mdt_arena *arena)
{
	struct mdt_error *err = NULL;
	uint64_t at = t->first;

	for (size_t i = 0; !err && i < t->verdicts->count; i++) {
		const struct mdt_graph_step *step = &t->graph->steps[i];

		if (step->end) {
			add_call(t, &t->verdicts->all[i], step);
			at = step->end;
		}
		err = add_branches(t, step);
		if (!err)
			err = add_observed(t, arena, &t->verdicts->all[i].observed, at);
	}
	mdt_map_for_each(entry, &t->arrays) end_state(t, entry->value, t->last);
	return err;
}

static void see_all_times(struct timeline *t)
{
	for (size_t i = 0; i < t->graph->count; i++) {
		const struct mdt_graph_step *step = &t->graph->steps[i];

		see_time(t, step->begin, step->end);
		for (const struct mdt_graph_branch *it = step->first; it; it = it->next)
			see_times(t, it->first, 0);
	}
}

static struct mdt_error *add_document(struct timeline *t)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_error *err;

	see_all_times(t);
	if (!t->last)
		return mdt_error_create(MDT_ERR_INVALID,
					"the replay was not traced, so it has no times: "
					"its log is not of a run with --graph");
	mdt_json_object(&t->json, NULL);
	mdt_json_cstr(&t->json, "displayTimeUnit", "ns");
	mdt_json_array(&t->json, "traceEvents");
	name_track(t, "process_name", OF_LOG, 0, SLICE("log"));
	name_track(t, "process_name", OF_KERNEL, 0, SLICE("kernel functions"));
	name_track(t, "process_name", OF_ARRAYS, 0, SLICE("arrays"));
	err = add_steps(t, &arena);
	mdt_json_end(&t->json);
	mdt_json_end(&t->json);
	mdt_buf_addc(t->json.buf, '\n');
	return err;
}

struct mdt_error *mdt_replay_perfetto(const struct mdt_verdicts *verdicts,
				      struct mdt_buf *ret)
{
	_cleanup_(mdt_graph_deinit) struct mdt_graph graph = { 0 };
	struct timeline t = { .verdicts = verdicts, .graph = &graph };
	struct mdt_error *err = mdt_replay_graph_make(verdicts, &graph);

	mdt_json_init(&t.json, ret);
	if (!err)
		err = add_document(&t);
	mdt_map_deinit(&t.arrays);
	mdt_map_deinit(&t.tasks);
	return err ? err : mdt_buf_error(ret);
}
