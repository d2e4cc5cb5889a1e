/* SPDX-License-Identifier: MIT */
/**
 * @file
 * md's kernel threads (md100_raid1, md100_resync): which came, which went. Scanning all
 * of /proc for each call would take longer than the call, so only numbers that were given
 * out since the last look are looked at (the last field of /proc/loadavg), and those that
 * are known.
 */
#ifndef MDT_GUEST_THREADS_H
#define MDT_GUEST_THREADS_H

#include "base/buf.h"

enum { GUEST_COMM_MAX = 64 }; /* fs/proc/array.c proc_task_name() cuts there */

struct guest_thread {
	int pid;
	char name[GUEST_COMM_MAX];
};

struct guest_threads {
	struct guest_thread *items; /* owned */
	size_t len, cap;
	int last; /* the last pid that was given out */
};

void guest_threads_deinit(struct guest_threads *threads);

/** Whether a thread's name is of an array: mdN_WORD, md_NAME_WORD. */
bool guest_thread_is_array(struct mdt_slice name);

/** The last pid of /proc/loadavg's text, or -1. */
int guest_threads_last_pid(struct mdt_slice loadavg);

/** Look at all of /proc; nothing is said of what is found. */
void guest_threads_scan(struct guest_threads *threads);

/** Append a `thread` line for each that came or went. @param ret May be NULL. */
void guest_threads_look(struct guest_threads *threads, struct mdt_buf *ret);

/** The state in the text of /proc/PID/stat: 'R', 'S', 'D', ...; 0 when it has none. */
char guest_thread_state(struct mdt_slice stat);

/**
 * Whether those of an array that are known sleep until they are woken: they have done all
 * that was asked of them (md_thread() of md.c waits so, interruptibly; what they wait for
 * while they work, they wait for otherwise).
 */
bool guest_threads_sleep(const struct guest_threads *threads, struct mdt_slice node);

#endif
