// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/json.h"
#include "report/stats.h"

static void put_times(struct mdt_json *json, const struct mdt_times *times)
{
	mdt_json_u64(json, "total_ns", times->total);
	mdt_json_u64(json, "average_ns", mdt_times_average(times));
	mdt_json_u64(json, "longest_ns", times->longest);
}

static void put_call(struct mdt_json *json, const struct mdt_call_stats *call)
{
	mdt_json_object(json, NULL);
	mdt_json_text(json, "name", call->name);
	if (call->device.len)
		mdt_json_text(json, "device", call->device);
	mdt_json_u64(json, "calls", call->calls);
	mdt_json_u64(json, "errors", call->errors);
	mdt_json_u64(json, "unfinished", call->unfinished);
	if (call->times.count) {
		mdt_json_u64(json, "timed", call->times.count);
		put_times(json, &call->times);
	}
	mdt_json_end(json);
}

static struct mdt_error *put_table(struct mdt_json *json, const char *key,
				   const struct mdt_map *map, enum mdt_stats_order order)
{
	const struct mdt_call_stats **calls;
	struct mdt_error *err = mdt_stats_sorted(map, order, &calls);

	if (err)
		return err;
	mdt_json_array(json, key);
	for (size_t i = 0; i < map->live; i++)
		put_call(json, calls[i]);
	mdt_json_end(json);
	free(calls);
	return NULL;
}

static void put_top(struct mdt_json *json, const char *key, const struct mdt_top *top)
{
	mdt_json_array(json, key);
	for (size_t i = 0; i < top->count; i++) {
		const struct mdt_top_call *it = &top->calls[i];

		mdt_json_object(json, NULL);
		mdt_json_u64(json, "ns", it->ns);
		mdt_json_cstr(json, "file", it->file);
		mdt_json_u64(json, "line", it->line);
		if (it->after)
			mdt_json_u64(json, "after", it->after);
		mdt_json_text(json, "text", mdt_buf_slice(&it->text));
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void put_pauses(struct mdt_json *json, const struct mdt_stats *stats)
{
	if (!stats->pauses.count)
		return;
	mdt_json_object(json, "pauses");
	mdt_json_u64(json, "count", stats->pauses.count);
	mdt_json_u64(json, "from_start", stats->pauses_from_start);
	put_times(json, &stats->pauses);
	put_top(json, "longest", &stats->longest_pauses);
	mdt_json_end(json);
}

static void put_kinds(struct mdt_json *json, const struct mdt_stats *stats)
{
	mdt_json_u64(json, "lines", stats->lines);
	mdt_json_u64(json, "bytes", stats->bytes);
	mdt_json_object(json, "kinds");
	for (unsigned int i = 0; i < MDT_EVENT_KINDS; i++)
		if (stats->kinds[i])
			mdt_json_u64(json, mdt_event_kind_name((enum mdt_event_kind)i),
				     stats->kinds[i]);
	mdt_json_end(json);
	mdt_json_u64(json, "values", stats->values);
	mdt_json_u64(json, "notes", stats->notes);
}

struct mdt_error *mdt_stats_json(const struct mdt_stats *stats,
				 enum mdt_stats_order order, struct mdt_buf *ret)
{
	struct mdt_error *err;
	struct mdt_json json;

	mdt_json_init(&json, ret);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-stats", 1);
	put_kinds(&json, stats);
	err = put_table(&json, "calls", &stats->names, order);
	if (!err)
		err = put_table(&json, "ioctls", &stats->ioctls, order);
	if (err)
		return err;
	if (stats->durations.count)
		put_top(&json, "slowest", &stats->slowest);
	put_pauses(&json, stats);
	mdt_json_end(&json);
	mdt_buf_addc(ret, '\n');
	return mdt_buf_error(ret);
}
