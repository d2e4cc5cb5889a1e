/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The rules by which `mdtrace replay` judges, as a page: which fields it sets aside, and
 * in what kernels are known to differ. docs/replay-rules.md is made of it.
 */
#ifndef MDT_REPORT_REPLAY_RULES_H
#define MDT_REPORT_REPLAY_RULES_H

#include "base/buf.h"

/** Append both tables in Markdown, with their headings. */
MDT_API void mdt_replay_rules(struct mdt_buf *ret);

#endif
