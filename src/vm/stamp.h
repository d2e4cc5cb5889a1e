/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What is remembered of a VM holds only as long as all that it was made of is the same:
 * here is what to compare, as text. A file is known by its path, its inode, its size, and
 * the times at which its bytes and its inode were changed.
 */
#ifndef MDT_VM_STAMP_H
#define MDT_VM_STAMP_H

#include "base/buf.h"
#include "base/error.h"

/** Append a line for a file; one that is not there has a line, too. */
void mdt_stamp_file(const char *path, struct mdt_buf *ret);

/** Append a line for all modules of a lib/modules/RELEASE. */
struct mdt_error *mdt_stamp_modules(const char *dir, struct mdt_buf *ret) MUST_CHECK;

/** Append lines for the host: its kernel, and which CPU it has. */
void mdt_stamp_host(struct mdt_buf *ret);

#endif
