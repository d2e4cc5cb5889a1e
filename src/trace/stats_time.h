/* SPDX-License-Identifier: MIT */
/** @file What a log tells of time. Internal to src/trace/. */
#ifndef MDT_TRACE_STATS_TIME_H
#define MDT_TRACE_STATS_TIME_H

#include "trace/stats.h"

/** Count the call's duration and what was between it and the one before it.
 * @param call Its counts, which get its duration; NULL: the event is no call.
 * @param ioctl The same of its ioctl; or NULL.
 * @return false when out of memory.
 */
bool mdt_stats_add_times(struct mdt_stats *stats, const struct mdt_event *event,
			 struct mdt_call_stats *call, struct mdt_call_stats *ioctl);

/** Forget the time of the log so far. */
void mdt_log_clock_reset(struct mdt_log_clock *clock);

/** Free what the lists and the clock hold. */
void mdt_stats_deinit_times(struct mdt_stats *stats);

#endif
