/* SPDX-License-Identifier: MIT */
/** @file What logs leave open, taken from their plan. */
#ifndef MDT_CLI_PRESUME_H
#define MDT_CLI_PRESUME_H

#include "cli/cli.h"
#include "derive/derive.h"
#include "life/life.h"

/**
 * Presume what the logs' plan does, if there is one to be had: it needs all of them
 * before the first is followed, so nothing is presumed of standard input.
 * @param[out] plan To be deinitialized after @p life.
 * @param[out] unread Why a log could not be read for it, or NULL; for unread_end().
 * @return NULL or &mdt_enomem.
 */
struct mdt_error *presume_from(struct mdt_life *life, const char *const *logs,
			       size_t count, struct mdt_plan *plan,
			       struct mdt_error **unread) MUST_CHECK;

#endif
