/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Which descriptor of ours stands for which of the log's: a table for each process of a
 * section. Descriptors are ours to close; a table's copy has duplicates, so that a file
 * stays open as long as it did for the processes of the log.
 */
#ifndef MDT_GUEST_FILES_H
#define MDT_GUEST_FILES_H

#include "base/buf.h"

struct guest_file {
	int log;  /* the log's number */
	int real; /* ours */
	bool is_cloexec;
	bool is_text; /* sysfs or proc: what is read names disks as the kernel does */
};

struct guest_table {
	struct guest_file *items; /* owned */
	size_t len, cap;
	unsigned int users; /* processes that share it (CLONE_FILES) */
};

struct guest_process {
	uint32_t pid; /* 0 for a log without pids */
	struct guest_table *table;
};

struct guest_files {
	struct guest_process *items; /* owned */
	size_t len, cap;
};

/** Closes everything; the tables are then empty and can be used again. */
void guest_files_deinit(struct guest_files *files);

/** The process's table, a new one if it was not heard of. @return NULL: out of memory. */
struct guest_table *guest_files_get(struct guest_files *files, uint32_t pid);

/**
 * A process has a child.
 * @param is_shared The child has the parent's table, not a copy.
 * @return false when out of memory or descriptors; what could be copied is.
 */
bool guest_files_fork(struct guest_files *files, uint32_t parent, uint32_t child,
		      bool is_shared) MUST_CHECK;

/** A process has ended: what it alone had is closed. */
void guest_files_exit(struct guest_files *files, uint32_t pid);

/** execve(): O_CLOEXEC descriptors are closed, a shared table becomes its own. */
bool guest_files_exec(struct guest_files *files, uint32_t pid) MUST_CHECK;

/** @return The file at the log's number, or NULL. Valid until the table changes. */
struct guest_file *guest_table_find(const struct guest_table *table, int log);

/** The lowest number, from @p from on, that is free; 0, 1 and 2 never are. */
int guest_table_free(const struct guest_table *table, int from);

/**
 * Put a file at its number; what was there is closed.
 * @return false when out of memory; the descriptor is then closed.
 */
bool guest_table_set(struct guest_table *table, struct guest_file file) MUST_CHECK;

/** @return 0, or the errno of close(); EBADF when the log's number is not open. */
int guest_table_close(struct guest_table *table, int log);

/** Walk all files of all processes; a shared table is walked once for each of them. */
#define guest_files_for_each(it, files)                                                  \
	for (struct guest_process *it##_p = (files)->items;                              \
	     it##_p && it##_p < (files)->items + (files)->len; it##_p++)                 \
		for (struct guest_file *it = it##_p->table->items;                       \
		     it && it < it##_p->table->items + it##_p->table->len; it++)

#endif
