/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A replay as a timeline: the JSON of trace events that ui.perfetto.dev and
 * chrome://tracing open ("Trace Event Format"). Times are those of the kernel's tracer,
 * so it needs a replay with `--graph`.
 */
#ifndef MDT_REPORT_REPLAY_PERFETTO_H
#define MDT_REPORT_REPLAY_PERFETTO_H

#include "base/buf.h"
#include "verdict/verdict.h"

/**
 * Append the document: calls, kernel functions of each task, the arrays' states with
 * numbers of them as counters, kernel messages and uevents.
 * @return NULL; MDT_ERR_INVALID: nothing was traced; &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_replay_perfetto(const struct mdt_verdicts *verdicts,
					      struct mdt_buf *ret) MUST_CHECK;

#endif
