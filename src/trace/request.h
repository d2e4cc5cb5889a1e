/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Which command an ioctl's second argument is, however the log spells it. This is the
 * only reader of a request; the guest has it too.
 *
 *   SET_ARRAY_INFO                         by name
 *   BLKGETSIZE or NO_SUCH                  several names of one number
 *   0x40480923, 1078462755, -2142762735    a number; old strace prints an int's sign
 *   EVIOCGNAME(256)                        a macro with what its parameters are
 *   _IOC(_IOC_WRITE, 0x9, 0x23, 0x48)      a number that strace has no name for, as its
 *                                          ioctl_print_code() (src/ioctl.c of 6.1) takes
 *                                          it apart; flags in either order, or a number
 *
 * A number that is not in the table and would be in the numbering of alpha, mips, powerpc
 * and sparc is taken for that command: STOP_ARRAY is 0x20000932 there.
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

/** Whether the number of a request is known in that other numbering only. */
MDT_API bool mdt_request_is_of_13_bits(const struct mdt_ioctl_table *table,
				       struct mdt_ref request);

/**
 * The row of a request. Where a number has several rows a name chooses its own, unless
 * the descriptor is an array and md has one.
 * @param is_md The descriptor is an md array.
 * @return NULL when the table does not have it.
 */
MDT_API const struct mdt_ioctl *mdt_request_row(const struct mdt_ioctl_table *table,
						struct mdt_ref request, bool is_md);

/** What is known of the descriptor that a request is made on. */
struct mdt_about_file {
	struct mdt_slice path; /* as the log has it: also `socket:[123]`; may be empty */
	const char
		*header; /* of a command that was met on it and has one name; or NULL */
	bool is_md;	 /* it is an array */
};

/**
 * Of several names of one number, choose what is told by the descriptor: that it is an
 * array, its path, what else was asked of it.
 * @param rows What mdt_ioctl_find() returned, @p count of them.
 * @param[out] first Which row to take first.
 * @return How many are as good, from @p first on; 0 when @p count is. Of more than one
 *	nothing tells which it is: `A or B`.
 */
MDT_API size_t mdt_request_choose(const struct mdt_ioctl *rows, size_t count,
				  const struct mdt_about_file *file, size_t *first);

#endif
