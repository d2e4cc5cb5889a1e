/* SPDX-License-Identifier: MIT */
/** @file Which logs go on from one to the next, and which begin anew. */
#ifndef MDT_CLI_STATES_GROUPS_H
#define MDT_CLI_STATES_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/**
 * Find out which logs do not begin where the one before ends: the first that one of them
 * says of an array that it has not changed yet contradicts what the logs before left
 * behind. Each is told on standard error. They are read for that; logs that cannot be
 * read twice go on.
 * @param kernel As the user gave it, or NULL.
 * @param each All of them begin anew, and nothing is read.
 * @param[in,out] unread Why a log could not be read for it, for unread_end().
 * @param[out] begins For each log whether it begins anew; the first does.
 */
struct mdt_error *states_groups(const char *const *files, size_t count,
				const char *kernel, bool each, bool *begins,
				struct mdt_error **unread) MUST_CHECK;

#endif
