/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The inverse of the parser: events and values to strace's text. Nothing but the values,
 * the prefix and the result is looked at, so a value that was changed comes out changed.
 */
#ifndef MDT_STRACE_WRITE_H
#define MDT_STRACE_WRITE_H

#include "strace/event.h"

/** What to write in place of a value; see mdt_write_event(). */
struct mdt_replace {
	/**
	 * @param ref A value that is about to be written, name not counted.
	 * @return true when it has written something else to @p ret.
	 */
	bool (*value)(void *data, struct mdt_ref ref, struct mdt_buf *ret);
	void *data;
};

/**
 * Append one value with its name and what hangs on it, as strace writes it.
 * @param replace NULL: everything as it is.
 */
MDT_API void mdt_write_value(struct mdt_ref ref, const struct mdt_replace *replace,
			     struct mdt_buf *ret);

/**
 * Append the event's line without its end.
 *
 * The lines of a call, UNFINISHED, RESUMED, a signal and an exit are made from the
 * values. The `=` stays in its column, which is strace's -a; behind a call that has
 * become too long for that it has one blank.
 */
MDT_API void mdt_write_event(const struct mdt_event *event,
			     const struct mdt_replace *replace, struct mdt_buf *ret);

#endif
