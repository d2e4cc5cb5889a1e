/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The table of ioctls in the languages of others, and what it covers.
 */
#ifndef MDT_REPORT_IOCTLS_H
#define MDT_REPORT_IOCTLS_H

#include "base/buf.h"
#include "base/error.h"
#include "ioctl/table.h"

/**
 * Append a row as a line of strace's src/linux/.../ioctls_inc*.h. History, and what
 * varies with a parameter, has no line there.
 */
MDT_API void mdt_ioctl_strace(const struct mdt_ioctl *row, struct mdt_buf *ret);

/**
 * Append rows as descriptions for syzkaller, with the types that they need. Numbers are
 * there and not names, as it has headers of its own kernel. Names are prefixed: it has
 * descriptions of many commands by itself.
 */
MDT_API struct mdt_error *mdt_ioctl_syzlang(const struct mdt_ioctl *const *rows,
					    size_t count, struct mdt_buf *ret) MUST_CHECK;

/**
 * Append docs/coverage.md: for each pack, how many commands and layouts it has, beside
 * what strace and syzkaller have.
 */
MDT_API struct mdt_error *mdt_ioctl_coverage(const struct mdt_ioctl_table *table,
					     struct mdt_buf *ret) MUST_CHECK;

#endif
