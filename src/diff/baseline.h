/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A log in its normalised form, as a log: small, the same in every run, fit to be kept in
 * a repository and compared with logs to come. Any log can be compared with any other, so
 * reading one takes nothing of its own.
 */
#ifndef MDT_DIFF_BASELINE_H
#define MDT_DIFF_BASELINE_H

#include "diff/log.h"

/**
 * Append the baseline of a log: a head of comments, then process by process its calls,
 * with small numbers in place of pids.
 * @param texts What the log was read with; known (mdt_diff_know_texts()).
 * @param level What is deeper is left out, but for what makes processes.
 */
MDT_API struct mdt_error *mdt_diff_baseline(const struct mdt_diff_log *log,
					    const struct mdt_diff_texts *texts,
					    enum mdt_diff_level level,
					    struct mdt_buf *ret) MUST_CHECK;

#endif
