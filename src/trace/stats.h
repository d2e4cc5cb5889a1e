/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a log holds, counted: lines of each kind, calls of each name, ioctls of each name
 * and device; and what the log tells of time: how long calls took (strace -T), and how
 * long it was between them (-r, -t, -tt, -ttt). Memory grows with the number of different
 * names, devices and processes, not with the log.
 */
#ifndef MDT_TRACE_STATS_H
#define MDT_TRACE_STATS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "strace/event.h"
#include "trace/trace.h"

/** Nanoseconds that add up; sums stop at UINT64_MAX. */
struct mdt_times {
	uint64_t count;
	uint64_t total;
	uint64_t longest;
};

/** One system call's counts, or those of one ioctl on one device. */
struct mdt_call_stats {
	struct mdt_slice name;	 /* of an ioctl as the table has it, or its number */
	struct mdt_slice device; /* of an ioctl; empty: not known */
	uint64_t calls;		 /* that ended, in one line or resumed */
	uint64_t errors;	 /* of these, with an errno */
	uint64_t unfinished;	 /* lines that a call was left unfinished in */
	struct mdt_times times;	 /* of the calls whose duration the log has */
};

enum { MDT_STATS_TOP = 10 };

/** A call that took long, or that was long in coming. */
struct mdt_top_call {
	uint64_t ns;
	const char *file;    /* borrowed from the caller */
	unsigned long line;  /* where the call ended; of a pause: where it began */
	unsigned long after; /* of a pause: the line of the same process before it */
	struct mdt_buf text; /* the call and its result, cut when it is long */
};

/** The longest, the first of them first. */
struct mdt_top {
	size_t count;
	struct mdt_top_call calls[MDT_STATS_TOP];
};

/** What time it is in a log. */
struct mdt_log_clock {
	bool is_set;
	uint64_t now;		    /* nanoseconds from any beginning */
	uint64_t days;		    /* midnights that have passed, in nanoseconds */
	struct mdt_map pids;	    /* to struct mdt_pid_clock */
	struct mdt_pid_clock *last; /* who was asked for last, or NULL */
	struct mdt_pid_clock *free; /* of processes that have ended */
};

/** An ioctl that was met: its name and device are told by what is here. */
struct mdt_recent_ioctl {
	struct mdt_call_stats *ioctl; /* NULL: the slot is free */
	const struct mdt_device *device;
	const char *path; /* of the device, while it was that */
	unsigned int source;
	const char *header; /* to be noted of the file; or NULL */
	size_t len;
	char request[40]; /* as the log has it */
};

struct mdt_stats {
	uint64_t lines;
	uint64_t bytes; /* line ends counted */
	uint64_t kinds[MDT_EVENT_KINDS];
	uint64_t values;	/* nodes of all arguments and results */
	uint64_t notes;		/* lines with somebody's note behind them */
	struct mdt_map names;	/* text to struct mdt_call_stats */
	struct mdt_map ioctls;	/* name, a zero, and device to struct mdt_call_stats */
	struct mdt_arena arena; /* owns names and counts */
	struct mdt_call_stats
		*recent[64]; /* by a hash of the name: logs repeat themselves */
	struct mdt_recent_ioctl recent_ioctls[64];
	struct mdt_times durations; /* of all calls: -T */
	struct mdt_top slowest;
	uint64_t stamps; /* lines that say when they were: -r, -t */
	/* From the end of a call to the start of the same process's next one. Where the
	 * log does not have the call's duration, from its start. */
	struct mdt_times pauses;
	uint64_t pauses_from_start; /* of these */
	struct mdt_top longest_pauses;
	const char *file; /* that is being counted; borrowed */
	struct mdt_trace trace;
	uint32_t last_pid; /* whose event was followed last; UINT32_MAX: nobody's */
	/* An ioctl that was met before, of that process, tells nothing that counts here.
	 */
	bool is_followed;
	struct mdt_log_clock clock;
	struct mdt_buf key; /* scratch */
};

/** What the calls are sorted by, the greatest first; what is equal, by calls and name. */
enum mdt_stats_order {
	MDT_STATS_BY_TIME, /* in all; where the log has none, by calls */
	MDT_STATS_BY_CALLS,
	MDT_STATS_BY_ERRORS,
	MDT_STATS_BY_NAME,
};

MDT_API void mdt_stats_deinit(struct mdt_stats *stats);

/**
 * Another log begins: its processes, descriptors and clock are others.
 * @param file Its name; outlives @p stats.
 */
MDT_API void mdt_stats_begin(struct mdt_stats *stats, const char *file);

/** Count one event. @return NULL or &mdt_enomem. */
MDT_API struct mdt_error *mdt_stats_add(struct mdt_stats *stats,
					const struct mdt_event *event) MUST_CHECK;

/**
 * The calls of a map, sorted.
 * @param calls names or ioctls of a struct mdt_stats.
 * @param[out] ret An array of calls->live pointers to what the map has; the caller frees
 * it. NULL when there are none.
 */
MDT_API struct mdt_error *mdt_stats_sorted(const struct mdt_map *calls,
					   enum mdt_stats_order order,
					   const struct mdt_call_stats ***ret) MUST_CHECK;

/** @return The average in nanoseconds, rounded down; 0 of none. */
MDT_API uint64_t mdt_times_average(const struct mdt_times *times);

#endif
