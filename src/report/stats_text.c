// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdlib.h>

#include "report/stats.h"

static void put_kinds(const struct mdt_stats *stats, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "%12" PRIu64 "  lines\n", stats->lines);
	for (unsigned int i = 0; i < MDT_EVENT_KINDS; i++)
		if (stats->kinds[i])
			mdt_buf_printf(ret, "%12" PRIu64 "    %s\n", stats->kinds[i],
				       mdt_event_kind_name((enum mdt_event_kind)i));
	mdt_buf_printf(ret, "%12" PRIu64 "  values\n", stats->values);
	if (stats->notes)
		mdt_buf_printf(ret, "%12" PRIu64 "  notes\n", stats->notes);
}

// Seconds, in twelve columns.
static void put_time(uint64_t ns, struct mdt_buf *ret)
{
	uint64_t us = ns / 1000 + (ns % 1000 >= 500);

	mdt_buf_printf(ret, "%5" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

static void put_times(const struct mdt_times *times, struct mdt_buf *ret)
{
	if (!times->count) {
		mdt_buf_printf(ret, "%12s%12s%12s", "-", "-", "-");
		return;
	}
	put_time(times->total, ret);
	put_time(mdt_times_average(times), ret);
	put_time(times->longest, ret);
}

static void put_call(const struct mdt_call_stats *call, bool is_timed,
		     struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "%12" PRIu64 "%12" PRIu64 "%12" PRIu64, call->calls,
		       call->errors, call->unfinished);
	if (is_timed)
		put_times(&call->times, ret);
	mdt_buf_adds(ret, "  ");
	mdt_buf_add(ret, call->name);
	if (call->device.len) {
		mdt_buf_adds(ret, " on ");
		mdt_buf_add(ret, call->device);
	}
	mdt_buf_addc(ret, '\n');
}

static struct mdt_error *put_table(const struct mdt_map *map, enum mdt_stats_order order,
				   bool is_timed, const char *what, struct mdt_buf *ret)
{
	const struct mdt_call_stats **calls;
	struct mdt_error *err = mdt_stats_sorted(map, order, &calls);

	if (err || !calls)
		return err;
	mdt_buf_adds(ret, "\n       calls      errors  unfinished");
	if (is_timed)
		mdt_buf_adds(ret, "       total     average     longest");
	mdt_buf_printf(ret, "  %s\n", what);
	for (size_t i = 0; i < map->live; i++)
		put_call(calls[i], is_timed, ret);
	free(calls);
	return NULL;
}

static void put_top(const struct mdt_top *top, const char *title, struct mdt_buf *ret)
{
	if (!top->count)
		return;
	mdt_buf_printf(ret, "\n%12s  %s\n", "seconds", title);
	for (size_t i = 0; i < top->count; i++) {
		const struct mdt_top_call *it = &top->calls[i];

		put_time(it->ns, ret);
		mdt_buf_printf(ret, "  %s:%lu: ", it->file, it->line);
		mdt_buf_add(ret, mdt_buf_slice(&it->text));
		mdt_buf_addc(ret, '\n');
	}
}

static void put_pauses(const struct mdt_stats *stats, struct mdt_buf *ret)
{
	if (!stats->pauses.count)
		return;
	mdt_buf_printf(ret, "\n%12s%12s%12s%12s\n%12" PRIu64, "pauses", "total",
		       "average", "longest", stats->pauses.count);
	put_times(&stats->pauses, ret);
	mdt_buf_adds(
		ret,
		stats->pauses_from_start
			? "  from the start of a call to the process's next (no durations)\n"
			: "  from the end of a call to the process's next\n");
	put_top(&stats->longest_pauses, "longest pauses, and the call after", ret);
}

static void put_missing(const struct mdt_stats *stats, struct mdt_buf *ret)
{
	if (!stats->names.live)
		return;
	if (!stats->durations.count && !stats->stamps)
		mdt_buf_adds(ret, "\nno times in the log (strace -T, -tt)\n");
	else if (!stats->durations.count)
		mdt_buf_adds(ret, "\nno durations in the log (strace -T)\n");
	else if (!stats->stamps)
		mdt_buf_adds(ret, "\nno times of lines in the log (strace -tt): "
				  "pauses are not known\n");
}

struct mdt_error *mdt_stats_text(const struct mdt_stats *stats,
				 enum mdt_stats_order order, uint64_t kept,
				 struct mdt_buf *ret)
{
	bool is_timed = stats->durations.count != 0;
	struct mdt_error *err;

	put_kinds(stats, ret);
	if (kept)
		mdt_buf_printf(ret, "%12" PRIu64 "  kept as text\n", kept);
	err = put_table(&stats->names, order, is_timed, "name", ret);
	if (!err)
		err = put_table(&stats->ioctls, order, is_timed, "ioctl", ret);
	if (err)
		return err;
	put_top(&stats->slowest, "slowest calls", ret);
	put_pauses(stats, ret);
	put_missing(stats, ret);
	return mdt_buf_error(ret);
}
