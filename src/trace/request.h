/* SPDX-License-Identifier: MIT */
/** @file Which command an ioctl's second argument is. */
#ifndef MDT_TRACE_REQUEST_H
#define MDT_TRACE_REQUEST_H

#include "ioctl/table.h"
#include "strace/node.h"

/**
 * Find the row of a request as strace prints it: a name, several (`A or B`), a number,
 * `_IOC(...)`.
 * @param is_md The descriptor is an md array: of several names of one number md's own is
 * taken.
 * @return NULL when the table does not have it.
 */
const struct mdt_ioctl *mdt_request_row(const struct mdt_ioctl_table *table,
					struct mdt_ref request, bool is_md);

#endif
