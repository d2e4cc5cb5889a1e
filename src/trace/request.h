/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Which command an ioctl's second argument is, however the log spells it. This is the
 * only reader of a request; the guest has it too.
 *
 *   SET_ARRAY_INFO                         by name
 *   BLKGETSIZE or NO_SUCH                  several names of one number
 *   0x40480923, 1078462755, -2142762735    a number; old strace prints an int's sign
 *   _IOC(_IOC_WRITE, 0x9, 0x23, 0x48)      a number that strace has no name for, as its
 *                                          ioctl_print_code() (src/ioctl.c of 6.1) takes
 *                                          it apart; flags in either order, or a number
 */
#ifndef MDT_TRACE_REQUEST_H
#define MDT_TRACE_REQUEST_H

#include "ioctl/table.h"
#include "strace/node.h"

/**
 * The number of a request.
 * @param table Where names are looked up.
 * @param[out] ret Untouched on failure.
 * @return false for a name that is not in the table, for no value, and for parts that no
 * number has.
 */
MDT_API bool mdt_request_number(const struct mdt_ioctl_table *table,
				struct mdt_ref request, uint32_t *ret);

/**
 * The row of a request. Where a number has several rows a name chooses its own, unless
 * the descriptor is an array and md has one.
 * @param is_md The descriptor is an md array.
 * @return NULL when the table does not have it.
 */
MDT_API const struct mdt_ioctl *mdt_request_row(const struct mdt_ioctl_table *table,
						struct mdt_ref request, bool is_md);

#endif
