/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Calls that a log has the beginning of and not the end: `<unfinished ...>` with nothing
 * after it, a last line that is cut, a call that was copied without its result, `= ?`. Of
 * a kernel that hangs or oopses it is the call that matters.
 */
#ifndef MDT_ANNOTATE_FLIGHT_H
#define MDT_ANNOTATE_FLIGHT_H

#include "annotate/annotate.h"
#include "base/arena.h"
#include "base/map.h"
#include "strace/event.h"

/** A call in flight. Slices are valid until the next event is followed. */
struct mdt_flight {
	const char *file;   /* borrowed from the caller */
	unsigned long line; /* where it began */
	uint32_t pid;	    /* 0: the log does not say */
	/* The call, as an event of kind MDT_EVENT_CALL that has no result; its values are
	 * copies. */
	struct mdt_event event;
	struct mdt_slice
		text; /* `ioctl(3, 0x40140921, 0x95fd128`, without blanks after */
	struct mdt_slice remark; /* what was said of it; may be empty */
	struct mdt_slice ended;	 /* `killed by SIGSEGV`: of its process; may be empty */
	bool is_md;		 /* the remark is about md */
	bool is_over;		 /* its process has ended, see ended */
	bool was_said;		 /* the line says `= ?`: that there is no result */
};

/** All of a log. Zeroed is empty. */
struct mdt_flights {
	struct mdt_flight_slot **slots; /* owned, in the order in which they began; NULL:
					   it has ended */
	size_t count, cap;
	size_t ended;	       /* of the slots */
	size_t live;	       /* whose process has not ended */
	struct mdt_map by_pid; /* of those */
};

MDT_API void mdt_flights_deinit(struct mdt_flights *flights);

/** Another log begins. */
MDT_API void mdt_flights_clear(struct mdt_flights *flights);

/**
 * Follow an event: a call begins, or ends, or its process does.
 * @param file Borrowed until mdt_flights_clear().
 * @param annotation What is said of the event, or NULL.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *
mdt_flights_follow(struct mdt_flights *flights, const char *file,
		   const struct mdt_event *event,
		   const struct mdt_annotation *annotation) MUST_CHECK;

/** @return Flight @p index, or NULL after the last. */
MDT_API const struct mdt_flight *mdt_flights_at(struct mdt_flights *flights,
						size_t index);

/** @return The flight of a process, or NULL. */
MDT_API const struct mdt_flight *mdt_flights_of(const struct mdt_flights *flights,
						uint32_t pid);

/**
 * Append in words: `in flight since line 1, process 8: open on md0 (9:0): never returned,
 * killed by SIGSEGV`.
 */
MDT_API void mdt_flight_text(const struct mdt_flight *flight, struct mdt_buf *ret);

#endif
