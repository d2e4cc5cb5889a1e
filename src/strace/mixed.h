/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A log that shares its terminal with the programs it traces. strace prints the beginning
 * of a call, `write(2, "mdadm: Defaulting"..., 42`, then waits; what the program writes,
 * and what strace itself has to say, comes out there; then strace goes on with `) = 42`.
 * Internal to src/strace/.
 */
#ifndef MDT_STRACE_MIXED_H
#define MDT_STRACE_MIXED_H

#include "base/error.h"
#include "strace/event.h"

/** An event of a kind that is not known yet; `line` and `eol` are left to the caller. */
void mdt_event_init(struct mdt_event *ret, struct mdt_slice line);

/**
 * The rest of mdt_parse_line() behind a prefix that ends at @p from.
 * @param[in,out] ret As mdt_event_init() made it; the prefix may be set.
 */
struct mdt_error *mdt_parse_body(struct mdt_slice line, size_t from,
				 struct mdt_nodes *nodes,
				 struct mdt_event *ret) MUST_CHECK;

/** What a write() or writev() is about to put on its descriptor. */
struct mdt_written {
	struct mdt_slice inside; /* of its first string, escaped; never empty */
	uint64_t count;		 /* bytes in all; a line's end counts as one */
	char start[8];		 /* the string's first bytes, up to a line's end */
	unsigned int start_len;
};

/** @return Whether the call, which may be open, says what it writes. */
bool mdt_written(const struct mdt_event *event, struct mdt_written *ret);

/** Whether @p text begins with what is written, as far as text and string go. */
bool mdt_written_begins(const struct mdt_written *written, struct mdt_slice text);

/** Whether @p line, which had an end, holds nothing but the beginning of what is written.
 */
bool mdt_written_is_line(const struct mdt_written *written, struct mdt_slice line);

/** A place where a call breaks off. */
struct mdt_break {
	size_t at;     /* in the call's text: other words begin here */
	uint64_t left; /* bytes of these from there on; a line's end counts as one */
	bool found;
	bool own; /* they are what the call itself writes */
};

/**
 * Whether a write()'s own output follows its count: `write(1, "hello\n", 6hello`.
 * @param body The line from the call's name on.
 * @param event The call as parsed so far, understood or not.
 */
struct mdt_break mdt_find_own_output(struct mdt_slice body,
				     const struct mdt_event *event);

/**
 * Whether a message of strace's stands in the call: `flags=SIGCHLDstrace: Process 5
 * attached`, and in old versions `clone(Process 5 attached`. What stands before it must
 * be an open call.
 * @param nodes To parse with; its contents are lost.
 */
struct mdt_error *mdt_find_message(struct mdt_slice body, struct mdt_nodes *nodes,
				   struct mdt_break *ret) MUST_CHECK;

/** Whether @p text is the beginning of a call that breaks off at its end. */
struct mdt_error *mdt_is_open_call(struct mdt_slice text, struct mdt_nodes *nodes,
				   bool *ret) MUST_CHECK;

/** True for strace's own messages: `strace: `, also with a path or a version in its name.
 */
bool mdt_is_own_message(struct mdt_slice body);
/** Length of `strace: `, `strace-6.1: ` at the start, or 0. */
size_t mdt_message_name(struct mdt_slice s);
/** "Process 5 attached", which strace before 4.9 prints without its name. */
bool mdt_is_old_message(struct mdt_slice s);

#endif
