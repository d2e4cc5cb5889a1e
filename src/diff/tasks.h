/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The processes and threads of one log: who made whom, and which programs they ran. A pid
 * that comes again after its process has ended is another task. Internal to src/diff/.
 */
#ifndef MDT_DIFF_TASKS_H
#define MDT_DIFF_TASKS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"

#define MDT_NO_TASK UINT32_MAX

struct mdt_diff_task {
	uint32_t pid;	 /* 0: the log's lines have none */
	uint32_t parent; /* index, or MDT_NO_TASK */
	bool ended;
	bool searching; /* the loader has not found a library in the folder it looked in
			 */
	/* The line of a call that has begun and is not over; empty: there is none. */
	struct mdt_buf begun;
	unsigned long begun_line;
	/* What a descriptor was when a close() began that is not over: it is gone before
	 * the call returns. */
	struct mdt_buf closing;
	/* Of the last execve() that succeeded; of the parent's until then; in the log's
	 * arena. */
	struct mdt_slice program; /* its name without the folder; empty: not known */
	struct mdt_slice command; /* its normalised argv; empty: not known */
};

struct mdt_diff_tasks {
	struct mdt_diff_task *items; /* owned; in the order of their first lines */
	size_t len, cap;
	size_t live;	       /* that have not ended */
	struct mdt_map by_pid; /* pid + 1 to index + 1, the last with that pid */
	uint32_t last;	       /* index of who was asked for last */
};

void mdt_diff_tasks_deinit(struct mdt_diff_tasks *tasks);

/** The task of a line with this pid, made if need be. @return NULL or &mdt_enomem. */
struct mdt_error *mdt_diff_tasks_get(struct mdt_diff_tasks *tasks, uint32_t pid,
				     uint32_t *ret) MUST_CHECK;

/**
 * clone() or fork() of @p parent has returned @p pid. Lines of the child may stand before
 * that.
 */
struct mdt_error *mdt_diff_tasks_fork(struct mdt_diff_tasks *tasks, uint32_t parent,
				      uint32_t pid) MUST_CHECK;

/** The only task that lives. @return false when there are more, or none. */
bool mdt_diff_tasks_only(const struct mdt_diff_tasks *tasks, uint32_t *ret);

/** The task that had no pid so far has this one. @return NULL or &mdt_enomem. */
struct mdt_error *mdt_diff_tasks_name(struct mdt_diff_tasks *tasks,
				      uint32_t pid) MUST_CHECK;

/** It has ended: the next line with its pid is another task's. */
void mdt_diff_tasks_end(struct mdt_diff_tasks *tasks, uint32_t index);

/** How @p pid is related to task @p self: "self", "parent", "child" or "other". */
const char *mdt_diff_tasks_relation(const struct mdt_diff_tasks *tasks, uint32_t self,
				    uint64_t pid);

/** Tasks by their parent, in the order in which they were made. */
struct mdt_diff_children {
	uint32_t *items, *starts; /* owned */
};

struct mdt_diff_family {
	const uint32_t *items; /* indices of tasks */
	size_t len;
};

/** @return false when out of memory; @p ret is to be let go of all the same. */
bool mdt_diff_children_init(struct mdt_diff_children *ret,
			    const struct mdt_diff_tasks *tasks) MUST_CHECK;
void mdt_diff_children_deinit(struct mdt_diff_children *children);

/** The children of a task; those without a parent for MDT_NO_TASK. */
struct mdt_diff_family mdt_diff_children_of(const struct mdt_diff_children *children,
					    uint32_t parent);

#endif
