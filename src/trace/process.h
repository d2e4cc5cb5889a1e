/* SPDX-License-Identifier: MIT */
/** @file Processes and their descriptor tables. Internal to src/trace/. */
#ifndef MDT_TRACE_PROCESS_H
#define MDT_TRACE_PROCESS_H

#include "trace/trace.h"

/** Threads share one (CLONE_FILES). */
struct mdt_fd_table {
	unsigned int refs;
	struct mdt_map files;	/* descriptor to struct mdt_file */
	struct mdt_map cloexec; /* descriptor to itself, when it closes on execve */
};

struct mdt_process {
	uint32_t pid; /* 0: the log does not say yet */
	struct mdt_fd_table *table;
	bool is_forking;   /* has begun a clone() or fork() that is not over */
	bool shares_files; /* that clone() has CLONE_FILES */
};

/** A file that nobody holds yet. @return NULL when out of memory. */
struct mdt_file *mdt_file_create(struct mdt_slice path);
void mdt_file_unref(struct mdt_file *file);

/** @return NULL when the descriptor is not known. */
struct mdt_file *mdt_fd_find(const struct mdt_process *process, uint64_t fd);

/** Let @p fd be @p file, closing what it was. NULL closes. @return false: out of memory.
 */
bool mdt_fd_set(struct mdt_process *process, uint64_t fd, struct mdt_file *file,
		bool cloexec);

/** Close what closes on execve; the table is the process's own from then on. */
bool mdt_fd_exec(struct mdt_process *process);

/** The process of this event, made if need be. @return NULL: out of memory. */
struct mdt_process *mdt_process_get(struct mdt_trace *trace, uint32_t pid);

/** A child of @p parent with its descriptors. @return false: out of memory. */
bool mdt_process_fork(struct mdt_trace *trace, struct mdt_process *parent, uint32_t pid,
		      bool shares_files);

/** It is gone. */
void mdt_process_end(struct mdt_trace *trace, uint32_t pid);

void mdt_process_destroy(struct mdt_process *process);

#endif
