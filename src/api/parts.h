/* SPDX-License-Identifier: MIT */
/** @file What the files of the library's face share. Internal to src/api/. */
#ifndef MDT_API_PARTS_H
#define MDT_API_PARTS_H

#include "base/buf.h"
#include "base/error.h"
#include "api/mdtrace.h"

/** The outside has no other name for an error, an event, a row, a remark, a call. */
#define API_SAME(outside, inside, to_outside, to_inside)                                 \
	static inline outside *to_outside(inside *it)                                    \
	{                                                                                \
		return (outside *)it;                                                    \
	}                                                                                \
	static inline inside *to_inside(outside *it)                                     \
	{                                                                                \
		return (inside *)it;                                                     \
	}

API_SAME(struct mdtrace_error, struct mdt_error, api_error, api_error_of)

/** A slice as the outside gets it. */
static inline const char *api_text(struct mdt_slice text, size_t *len)
{
	*len = text.len;
	return text.len ? text.str : "";
}

/** Hand a buffer's text over, terminated; the buffer is then empty. @param[out] ret
 * Untouched on error. */
struct mdtrace_error *api_take(struct mdt_buf *buf, char **ret) MUST_CHECK;

#endif
