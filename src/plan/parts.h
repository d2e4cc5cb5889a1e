/* SPDX-License-Identifier: MIT */
/** @file Lines of a plan. Internal to src/plan/. */
#ifndef MDT_PLAN_PARTS_H
#define MDT_PLAN_PARTS_H

#include "plan/plan.h"

/** What a directive begins with. */
#define MDT_PLAN_MARK "# mdtrace: "

/** The version of the language. */
enum { MDT_PLAN_VERSION = 1 };

/** Take the next line, without its end. @return false at the end of the text. */
bool mdt_plan_next_line(struct mdt_slice *rest, struct mdt_slice *line);

/** @param[out] rest What is behind the mark. @return false when the line has none. */
bool mdt_plan_directive(struct mdt_slice line, struct mdt_slice *rest);

#endif
