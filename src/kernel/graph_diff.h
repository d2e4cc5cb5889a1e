/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The functions that two runs went through, compared: which are gone, new, have another
 * name, or are called from elsewhere. Names are those of the source (without .isra.0 and
 * its like). A caller that the other kernel cannot show, as it is inlined there, is
 * passed over: what it calls has not moved.
 */
#ifndef MDT_KERNEL_GRAPH_DIFF_H
#define MDT_KERNEL_GRAPH_DIFF_H

#include "kernel/graph.h"

/** What is compared: steps of a graph, and of them the tasks that made the calls, or the
 * others. */
struct mdt_graph_part {
	const struct mdt_graph *graph; /* borrowed; must outlive the changes */
	size_t first, count;	       /* steps */
	bool callers;
};

enum mdt_graph_change_kind {
	MDT_GRAPH_GONE,
	MDT_GRAPH_NEW,
	MDT_GRAPH_RENAMED, /* it got the prefix md_ or __, or lost it, and each kernel has
			    * one of the names: md_add_new_disk is add_new_disk of 6.6 */
	MDT_GRAPH_MOVED,   /* no function calls it in both */
};

struct mdt_graph_change {
	enum mdt_graph_change_kind kind;
	const struct mdt_graph_node *old, *new; /* the first of this name; NULL: none */
	bool can_be_seen; /* GONE, NEW: the other kernel has the function, and it is
			   * known that it did not run. Else it is inlined there, or not
			   * there, or that is not known */
};

struct mdt_graph_diff {
	struct mdt_arena arena;
	struct mdt_graph_change *changes; /* the old functions' order, then the new ones'
					   */
	size_t count, cap;
	size_t functions[2]; /* of old and new, by name */
};

/**
 * @param old, new Either may have no functions.
 * @param[out] ret Zeroed; to be deinitialised also on error.
 * @return NULL or &mdt_enomem.
 */
struct mdt_error *mdt_graph_diff_make(const struct mdt_graph_part *old,
				      const struct mdt_graph_part *new,
				      struct mdt_graph_diff *ret) MUST_CHECK;

void mdt_graph_diff_deinit(struct mdt_graph_diff *diff);

/** @return "gone", "new", "renamed" or "moved". */
const char *mdt_graph_change_name(enum mdt_graph_change_kind kind);

#endif
