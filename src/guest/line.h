/* SPDX-License-Identifier: MIT */
/** @file The line of a call in the executed log. */
#ifndef MDT_GUEST_LINE_H
#define MDT_GUEST_LINE_H

#include "guest/call.h"

/**
 * Append the call's line, without its end: the log's, with the kernel's result and what
 * the kernel wrote. What is as the log has it keeps the log's spelling; durations are
 * left out. A call that was not made has the line as it stands in the plan.
 */
void guest_line_write(const struct guest_call *call, struct mdt_buf *ret);

/** `-1 EBUSY (Device or resource busy)`, `0`. */
void guest_line_result(int64_t number, int err, struct mdt_buf *ret);

#endif
