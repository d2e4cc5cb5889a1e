/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The kernel functions that calls run: the function_graph tracer
 * (Documentation/trace/ftrace.rst), on the functions of some modules. Off, nothing of it
 * is touched.
 */
#ifndef MDT_GUEST_GRAPH_H
#define MDT_GUEST_GRAPH_H

#include "base/buf.h"

struct guest_graph {
	bool is_on;
	int pipe, marker;    /* of tracefs */
	struct mdt_buf rest; /* the beginning of a line whose end is not read yet */
	bool has_listed;     /* the functions that are traced were said */
	int *pids;	     /* owned: tasks that are named already */
	size_t len, cap;
};

/**
 * Begin to trace.
 * @param what Modules, or patterns of functions where there is a `*`; commas between.
 * @param modules And these modules.
 * @param ret `guest failed`, if it could not be done: it is then off.
 */
void guest_graph_begin(struct guest_graph *graph, struct mdt_slice what,
		       const struct mdt_slice *modules, size_t count,
		       struct mdt_buf *ret);
void guest_graph_end(struct guest_graph *graph);

/** Around a call: what this process does elsewhere is not the log's. */
void guest_graph_enter(struct guest_graph *graph);
void guest_graph_leave(struct guest_graph *graph);

/** Append what was traced, `graph "LINE"` each. */
void guest_graph_drain(struct guest_graph *graph, struct mdt_buf *ret);

/** Append a line of the tracer as it is reported: with single blanks.
 * @return false for a line that says nothing. */
bool guest_graph_squeeze(struct mdt_slice line, struct mdt_buf *ret);

#endif
