/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What is seen between the calls: kernel messages, uevents, threads, and what the arrays
 * say of themselves. What a call sets off happens some time behind it; it is waited for,
 * with a bound, so that it stands behind the call that it belongs to.
 */
#ifndef MDT_GUEST_OBSERVE_H
#define MDT_GUEST_OBSERVE_H

#include "guest/array.h"
#include "guest/call.h"
#include "guest/job.h"
#include "guest/kmsg.h"
#include "guest/threads.h"

struct guest_array {
	char node[GUEST_NODE_MAX];
	int64_t minor;
	struct guest_state state;
	bool is_there;	/* in the last look */
	bool is_ending; /* was stopped: goes when the last descriptor does */
};

struct guest_observer {
	struct guest_kmsg kmsg;
	int uevents;
	struct guest_threads threads;
	struct guest_array *arrays; /* owned */
	size_t len, cap;
	enum guest_observe mode;
	const struct guest_map *map;	 /* of the job */
	const struct guest_files *files; /* of the job: descriptors of arrays to ask */
};

/** Open what is read. @return NULL, or what could not be opened. */
struct mdt_error *guest_observe_open(struct guest_observer *observer) MUST_CHECK;

/**
 * A job begins: what came before is forgotten.
 * @param map Borrowed, as @p files, until guest_observe_end().
 * @param ret The state of arrays that an earlier job has left.
 */
void guest_observe_begin(struct guest_observer *observer, enum guest_observe mode,
			 const struct guest_map *map, const struct guest_files *files,
			 struct mdt_buf *ret);

/** And ends. */
void guest_observe_end(struct guest_observer *observer);

/** Behind a call: wait for what it sets off, and append what has changed. */
void guest_observe_call(struct guest_observer *observer, const struct guest_call *call,
			struct mdt_buf *ret);

/** Behind the end of a section, where all descriptors were closed. */
void guest_observe_close(struct guest_observer *observer, struct mdt_buf *ret);

/** All arrays were stopped: see that they are gone, without waiting. */
void guest_observe_forget(struct guest_observer *observer, struct mdt_buf *ret);

/** Behind programs that ran: what they may have set off has begun, or is over. */
void guest_observe_programs(struct guest_observer *observer, struct mdt_buf *ret);

/** Wait until all arrays are quiet, append what has changed, and `settled`. */
void guest_observe_settle(struct guest_observer *observer, unsigned int bound_ms,
			  struct mdt_buf *ret);

#endif
