/* SPDX-License-Identifier: MIT */
/** @file Processes and their descriptor tables. Internal to src/trace/. */
#ifndef MDT_TRACE_PROCESS_H
#define MDT_TRACE_PROCESS_H

#include "base/tree.h"
#include "trace/trace.h"

/** Threads share one (CLONE_FILES). */
struct mdt_fd_table {
	unsigned int refs;
	struct mdt_tree fds; /* to struct mdt_file; flagged: closes on execve */
};

struct mdt_process {
	uint32_t pid; /* 0: the log does not say yet */
	struct mdt_fd_table *table;
	struct mdt_buf folder; /* the working directory; empty when not known */
	bool is_forking;       /* has begun a clone() or fork() that is not over */
	bool shares_files;     /* that clone() has CLONE_FILES */
	/* Who is in the middle of the clone() that made it; only compared. NULL when that
	 * is over. */
	const struct mdt_process *born_of;
	struct mdt_process *next, **link;		  /* in trace->all */
	struct mdt_process *next_forking, **link_forking; /* in trace->forking */
};

/** A file that nobody holds yet. @return NULL when out of memory. */
struct mdt_file *mdt_file_create(struct mdt_slice path);
void mdt_file_unref(struct mdt_file *file);

/** @return NULL when the descriptor is not known. */
struct mdt_file *mdt_fd_find(const struct mdt_process *process, uint64_t fd);

/**
 * Let @p fd be @p file, closing what it was. NULL closes. @return false: out of memory.
 */
bool mdt_fd_set(struct mdt_process *process, uint64_t fd, struct mdt_file *file,
		bool cloexec);

/** Set or clear close-on-exec of a descriptor, if it is known. @return false: out of
 * memory. */
bool mdt_fd_set_cloexec(struct mdt_process *process, uint64_t fd, bool cloexec);

/** Close the descriptors from @p first to @p last, or make them close on execve.
 * @return false: out of memory. */
bool mdt_fd_close_range(struct mdt_process *process, uint64_t first, uint64_t last,
			bool on_exec);

/** Close what closes on execve; the table is the process's own from then on. */
bool mdt_fd_exec(struct mdt_process *process);

/** The process of this pid (0: of lines that have none), or NULL. */
struct mdt_process *mdt_process_find(struct mdt_trace *trace, uint32_t pid);

/** The same, made if need be. @return NULL: out of memory. */
struct mdt_process *mdt_process_make(struct mdt_trace *trace, uint32_t pid);

/** The same, fast for who was asked for last. */
static inline struct mdt_process *mdt_process_get(struct mdt_trace *trace, uint32_t pid)
{
	struct mdt_process *process = pid ? trace->last : trace->solo;

	if (likely(process && (!pid || process->pid == pid)))
		return process;
	return mdt_process_make(trace, pid);
}

/** It has begun a clone() or fork() that is not over: newcomers are its children. */
void mdt_process_begin_fork(struct mdt_trace *trace, struct mdt_process *process,
			    bool shares_files);
void mdt_process_end_fork(struct mdt_process *process);

/**
 * A child that is there while its parent is still in clone(): the newest of those that
 * are, or @p parent when there is none. @return false: out of memory.
 */
bool mdt_process_newborn(struct mdt_trace *trace, struct mdt_process *parent,
			 uint32_t pid);

/**
 * clone() has returned: @p pid is a child of @p parent with its descriptors.
 * @param may_have_run Its lines may stand before this one, if it is known already.
 * @return false: out of memory.
 */
bool mdt_process_fork(struct mdt_trace *trace, struct mdt_process *parent, uint32_t pid,
		      bool shares_files, bool may_have_run);

/** It is gone. */
void mdt_process_end(struct mdt_trace *trace, uint32_t pid);

/** All are gone. */
void mdt_processes_deinit(struct mdt_trace *trace);

#endif
