/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A replay as a flame graph: one SVG that needs nothing else. Each call of the log, and
 * each task that worked for it, with the kernel functions that it ran; what has the same
 * way to it is one box, as wide as it took time.
 */
#ifndef MDT_REPORT_REPLAY_FLAME_H
#define MDT_REPORT_REPLAY_FLAME_H

#include "base/buf.h"
#include "verdict/verdict.h"

/**
 * Append the document.
 * @return NULL; MDT_ERR_INVALID: nothing was traced; &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_replay_flame(const struct mdt_verdicts *verdicts,
					   struct mdt_buf *ret) MUST_CHECK;

#endif
