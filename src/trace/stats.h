/* SPDX-License-Identifier: MIT */
/** @file What a log holds, counted: lines of each kind, calls of each name. */
#ifndef MDT_TRACE_STATS_H
#define MDT_TRACE_STATS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "strace/event.h"

/** One system call's counts. */
struct mdt_call_stats {
	struct mdt_slice name;
	uint64_t calls;	     /* that ended, in one line or resumed */
	uint64_t errors;     /* of these, with an errno */
	uint64_t unfinished; /* lines that a call was left unfinished in */
};

struct mdt_stats {
	uint64_t lines;
	uint64_t bytes; /* line ends counted */
	uint64_t kinds[MDT_EVENT_KINDS];
	uint64_t values;	/* nodes of all arguments and results */
	uint64_t notes;		/* lines with somebody's note behind them */
	struct mdt_map names;	/* text to struct mdt_call_stats */
	struct mdt_arena arena; /* owns names and counts */
	struct mdt_call_stats
		*recent[64]; /* by a hash of the name: logs repeat themselves */
};

MDT_API void mdt_stats_deinit(struct mdt_stats *stats);

/** Count one event. @return NULL or &mdt_enomem. */
MDT_API struct mdt_error *mdt_stats_add(struct mdt_stats *stats,
					const struct mdt_event *event) MUST_CHECK;

/**
 * The calls, most frequent first, then by name.
 * @param[out] ret An array of names.live pointers into @p stats; the caller frees it.
 * NULL when there are none.
 */
MDT_API struct mdt_error *mdt_stats_sorted(const struct mdt_stats *stats,
					   const struct mdt_call_stats ***ret) MUST_CHECK;

#endif
