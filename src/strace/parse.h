/* SPDX-License-Identifier: MIT */
/**
 * @file
 * One line of an strace log to one event, without memory of the lines before it. The
 * reader (reader.h) adds what takes several lines: calls that are resumed, tables, the
 * traced program's output.
 */
#ifndef MDT_STRACE_PARSE_H
#define MDT_STRACE_PARSE_H

#include "base/error.h"
#include "strace/event.h"

/** The longest line that is taken apart; a longer one is MDT_EVENT_UNKNOWN, and kept. */
enum { MDT_LINE_MAX = 256 << 20 };

/**
 * Parse one line.
 * @param line Without its end; borrowed, must outlive @p ret.
 * @param nodes Cleared, then filled with the event's values; must outlive @p ret.
 * @param[out] ret Whole, also for a line that is not understood: kind is then
 * MDT_EVENT_UNKNOWN and fault says what was expected where. `line` and `eol` are left to
 * the caller.
 * @return NULL, or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_parse_line(struct mdt_slice line, struct mdt_nodes *nodes,
					 struct mdt_event *ret) MUST_CHECK;

/**
 * Parse the text of a call, `name(args) = result`, as it is joined from two lines.
 * @param text Borrowed; must outlive @p ret.
 * @param[in,out] ret name, call, result, note and fault are set, kind is not.
 * @return NULL, or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_parse_call(struct mdt_slice text, struct mdt_nodes *nodes,
					 struct mdt_event *ret) MUST_CHECK;

/**
 * Parse the beginning of a call, from @p from on: the end of the text stands in for what
 * is missing.
 */
MDT_API struct mdt_error *mdt_parse_open_call(struct mdt_slice text, size_t from,
					      struct mdt_nodes *nodes,
					      struct mdt_event *ret) MUST_CHECK;

/**
 * Parse what stands before a call: pid, time, number, address.
 * @param[in,out] ret Empty before; slices point into @p line.
 * @return Where the rest of the line begins.
 */
MDT_API size_t mdt_parse_prefix(struct mdt_slice line, struct mdt_prefix *ret);

/**
 * What strace puts behind a call that it cannot finish: `<unfinished ...>`, `<detached
 * ...>`,
 * `<pid changed to 5 ...>`, `<ptrace(SYSCALL):No such process>`.
 * @return The part of @p line from its '<' on; empty when the line ends otherwise.
 */
MDT_API struct mdt_slice mdt_parse_interruption(struct mdt_slice line);

#endif
