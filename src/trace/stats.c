// SPDX-License-Identifier: MIT
#include "trace/stats.h"

#include <stdlib.h>

void mdt_stats_deinit(struct mdt_stats *stats)
{
	mdt_map_deinit(&stats->names);
	mdt_arena_deinit(&stats->arena);
	*stats = (struct mdt_stats){ 0 };
}

// A cheap hash: names of system calls differ in length and at either end.
static struct mdt_call_stats **recent_slot(struct mdt_stats *stats, struct mdt_slice name)
{
	size_t hash = name.len;

	if (name.len)
		hash += (unsigned char)name.str[0] * 5u +
			(unsigned char)name.str[name.len - 1] * 3u +
			(unsigned char)name.str[name.len / 2];
	return &stats->recent[hash % array_size(stats->recent)];
}

static struct mdt_call_stats *find_call(struct mdt_stats *stats, struct mdt_slice name)
{
	struct mdt_call_stats **slot = recent_slot(stats, name), *call = *slot;

	if (call && mdt_slice_eq(call->name, name))
		return call;
	call = mdt_map_find_text(&stats->names, name);
	if (!call) {
		call = mdt_arena_new(&stats->arena, struct mdt_call_stats);
		if (!call || !mdt_arena_copy(&stats->arena, name, &call->name) ||
		    !mdt_map_set_text(&stats->names, call->name, call))
			return NULL;
	}
	*slot = call;
	return call;
}

struct mdt_error *mdt_stats_add(struct mdt_stats *stats, const struct mdt_event *event)
{
	struct mdt_call_stats *call;

	stats->lines++;
	stats->bytes += event->raw.len + event->eol.len;
	stats->kinds[event->kind]++;
	stats->notes += event->note.len != 0;
	if (event->kind > MDT_EVENT_RESUMED)
		return NULL;
	call = find_call(stats, event->name);
	if (!call)
		return &mdt_enomem;
	if (mdt_ref_ok(event->call))
		stats->values += mdt_ref_node(event->call)->size - 1;
	if (event->kind == MDT_EVENT_UNFINISHED) {
		call->unfinished++;
	} else {
		call->calls++;
		call->errors += mdt_event_failed(event);
	}
	return NULL;
}

static int by_calls(const void *a, const void *b)
{
	const struct mdt_call_stats *x = *(const struct mdt_call_stats *const *)a;
	const struct mdt_call_stats *y = *(const struct mdt_call_stats *const *)b;

	if (x->calls != y->calls)
		return x->calls < y->calls ? 1 : -1;
	return mdt_slice_cmp(x->name, y->name);
}

struct mdt_error *mdt_stats_sorted(const struct mdt_stats *stats,
				   const struct mdt_call_stats ***ret)
{
	const struct mdt_call_stats **calls = NULL;
	size_t n = 0;

	if (stats->names.live) {
		calls = calloc(stats->names.live, sizeof(const struct mdt_call_stats *));
		if (!calls)
			return &mdt_enomem;
		mdt_map_for_each(it, &stats->names) calls[n++] = it->value;
		qsort(calls, n, sizeof(const struct mdt_call_stats *), by_calls);
	}
	*ret = calls;
	return NULL;
}
