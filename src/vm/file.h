/* SPDX-License-Identifier: MIT */
/** @file Files of the host that are read or written whole, and descriptors. */
#ifndef MDT_VM_FILE_H
#define MDT_VM_FILE_H

#include "base/buf.h"

/** Append a regular file's bytes. @return NULL; MDT_ERR_OS that names it, also for one
 * that is no regular file; &mdt_enomem. */
struct mdt_error *mdt_file_read(const char *path, struct mdt_buf *ret) MUST_CHECK;

/** The same for its first bytes, at most @p most. */
struct mdt_error *mdt_file_read_head(const char *path, size_t most,
				     struct mdt_buf *ret) MUST_CHECK;

/** Write all. @return false, with errno, when that cannot be. */
bool mdt_file_write(int fd, struct mdt_slice bytes) MUST_CHECK;

/**
 * Make a file of these bytes, in place of what it has: it is written beside it, and
 * renamed when it is whole and on the disk. What is no regular file is written to.
 * @return NULL, or MDT_ERR_OS that names it; the file is then as it was.
 */
struct mdt_error *mdt_file_replace(const char *path, struct mdt_slice bytes) MUST_CHECK;

bool mdt_file_is_dir(const char *path);

/** close() and free() as guards. */
void mdt_closep(int *fd);
void mdt_freep(char **str);

#endif
