/* SPDX-License-Identifier: MIT */
/** @file What a call ran in the kernel, and what came of it: `explain --executed`. */
#ifndef MDT_REPORT_EXPLAIN_RAN_H
#define MDT_REPORT_EXPLAIN_RAN_H

#include "base/buf.h"
#include "verdict/verdict.h"

/**
 * Append the call as it ran, its argument, its result, the check that gave it, the
 * functions, the kernel's messages, the state after, and the threads that it left.
 * @param verdict One of the verdicts.
 * @param result The log's, as `0` or `EBUSY`; empty: the log does not have it.
 * @param[out] is_finding What ran contradicts the source of the model's rule.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_explain_ran(const struct mdt_verdicts *verdicts,
					  const struct mdt_verdict *verdict,
					  struct mdt_slice result, bool *is_finding,
					  struct mdt_buf *ret) MUST_CHECK;

#endif
