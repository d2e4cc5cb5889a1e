/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a log holds, counted and timed, as text and as JSON: `mdtrace parse --stats`.
 */
#ifndef MDT_REPORT_STATS_H
#define MDT_REPORT_STATS_H

#include "trace/stats.h"

/**
 * Append the counts as tables. Columns of time are there when the log has durations.
 * @param kept How many lines could not be made from their values; 0 is not told.
 * @return NULL or &mdt_enomem.
 */
struct mdt_error *mdt_stats_text(const struct mdt_stats *stats,
				 enum mdt_stats_order order, uint64_t kept,
				 struct mdt_buf *ret) MUST_CHECK;

/** Append them as one JSON object and a newline. @return NULL or &mdt_enomem. */
struct mdt_error *mdt_stats_json(const struct mdt_stats *stats,
				 enum mdt_stats_order order,
				 struct mdt_buf *ret) MUST_CHECK;

#endif
