/* SPDX-License-Identifier: MIT */
/** @file An executed log by itself: what ran, without the log that it was made of. */
#ifndef MDT_CLI_EXECUTED_H
#define MDT_CLI_EXECUTED_H

#include "verdict/verdict.h"

/** Does not move once it is open: the verdicts point to the plan. */
struct executed {
	struct mdt_plan plan;
	struct mdt_verdicts verdicts; /* of the plan held against itself: what was seen */
};

/**
 * Read what `mdtrace replay --format=strace` printed.
 * @param[out] ret Zeroed; to be deinitialised also on error.
 * @return NULL; what mdt_executed_read() gives; MDT_ERR_INVALID when it is damaged.
 */
struct mdt_error *executed_open(const char *path, struct executed *ret) MUST_CHECK;

void executed_deinit(struct executed *executed);

/**
 * The call that a line of a log became. An executed log may be of several logs: theirs is
 * the one whose path has most components at its end in common, but at least the name.
 * @return NULL: the line was not run.
 */
const struct mdt_verdict *executed_find(const struct mdt_verdicts *verdicts,
					const char *log, unsigned long line);

#endif
