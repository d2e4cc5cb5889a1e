/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The kernel functions that calls ran, out of what the function_graph tracer printed
 * (kernel/trace/trace_functions_graph.c; with the options that the guest sets,
 * src/guest/graph.c): a tree for each task, step by step of a replay. Nothing in the text
 * is trusted.
 */
#ifndef MDT_KERNEL_GRAPH_H
#define MDT_KERNEL_GRAPH_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "base/pattern.h"

/** A function that ran. */
struct mdt_graph_node {
	struct mdt_slice name, module; /* module: empty for the kernel proper */
	struct mdt_slice value;	       /* what it returned, if the kernel records it */
	uint64_t start;		       /* ns, of the trace's clock */
	uint64_t ns;		       /* how long; only if it has ended */
	uint64_t end;		       /* the clock when it had returned; 0: not known */
	bool has_ended;
	size_t step; /* in which it began */
	struct mdt_graph_node *parent, *first, *last, *next;
};

/** What a task ran in a step. */
struct mdt_graph_branch {
	uint64_t pid;
	struct mdt_slice task;	 /* its name; empty: not known */
	bool is_caller;		 /* the task that made the call */
	size_t since;		 /* the step in which the task was first seen */
	struct mdt_slice within; /* the function that went on from an earlier step */
	struct mdt_graph_node *first, *last;
	struct mdt_graph_branch *next;
};

struct mdt_graph_step {
	struct mdt_graph_branch *first, *last; /* the caller's first */
	uint64_t begin, end;		       /* of the call, ns; 0: not known */
	uint64_t lost; /* events that the ring buffer had no room for */
	size_t unread; /* lines that are no line of the tracer */
};

/** Zeroed memory is an empty one. */
struct mdt_graph {
	struct mdt_arena arena;
	struct mdt_map tasks;	      /* pid to struct graph_task */
	struct mdt_graph_step *steps; /* owned */
	size_t count, cap;
	size_t nodes;
	uint64_t lost;	       /* of all steps */
	struct mdt_map traced; /* by name: the functions that can be in it; empty: it is
				* not known which */
};

void mdt_graph_deinit(struct mdt_graph *graph);

/** The next step begins. */
struct mdt_error *mdt_graph_step(struct mdt_graph *graph) MUST_CHECK;

/**
 * Take a line of the tracer, of the step that has begun last. A line that is not
 * understood is counted.
 */
struct mdt_error *mdt_graph_line(struct mdt_graph *graph,
				 struct mdt_slice line) MUST_CHECK;

/** The name of a function in the source: without what the compiler appends to its copies
 * (.isra.0, .part.0, .constprop.0). */
struct mdt_slice mdt_graph_source_name(struct mdt_slice name);

/** Whether a function of this name in the source can be in the graph: it is not inlined
 * everywhere. True also when it is not known. */
bool mdt_graph_can_have(const struct mdt_graph *graph, struct mdt_slice name);

/**
 * @param name As in the source.
 * @return The first function of this name that the caller ran in a step, or NULL.
 */
const struct mdt_graph_node *mdt_graph_find(const struct mdt_graph *graph, size_t step,
					    struct mdt_slice name);

struct mdt_graph_view {
	unsigned int depth;	    /* levels that are shown; 0: all */
	struct mdt_pattern *filter; /* functions that are shown, with what leads to them;
				     * NULL: all. Borrowed */
	const char *indent;	    /* of each line */
};

/**
 * Append a step's tree, a function a line, sequences that repeat folded.
 * @return NULL; the filter's error; &mdt_enomem.
 */
struct mdt_error *mdt_graph_text(const struct mdt_graph *graph, size_t step,
				 const struct mdt_graph_view *view,
				 struct mdt_buf *ret) MUST_CHECK;

#endif
