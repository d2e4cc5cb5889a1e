/* SPDX-License-Identifier: MIT */
/** @file Small files of the kernel: one value, or a few lines. */
#ifndef MDT_GUEST_SYSFS_H
#define MDT_GUEST_SYSFS_H

#include "base/buf.h"

enum {
	GUEST_PATH_MAX = 512,
	GUEST_FILE_MAX = 1 << 20, /* bytes of a file of the kernel's */
};

/** A path in your storage. @return false when it does not fit. */
bool guest_path(char path[GUEST_PATH_MAX], const char *fmt, ...) PRINTF_LIKE(2, 3);

/**
 * Read a whole file.
 * @param most Bytes; of a file that has more, a little more than these may come.
 * @param ret Cleared first.
 * @return 0, or an errno; @p ret is then empty.
 */
int guest_read_file(const char *path, size_t most, struct mdt_buf *ret);

/**
 * Read one value: the first line, without its end.
 * @return The value in @p ret; empty when the file is not there or cannot be read, then
 * @p err (may be NULL) has the errno, else 0.
 */
struct mdt_slice guest_read_value(const char *path, struct mdt_buf *ret, int *err);

/** Read a file that has nothing but a number. @return false when it has not. */
bool guest_read_number(const char *path, uint64_t *ret);

/** Write a value. @return 0, or an errno. */
int guest_write_file(const char *path, struct mdt_slice text);

/**
 * Call for each entry of a folder, but not for those that begin with a dot.
 * @param entry Returns false to end.
 */
void guest_each_entry(const char *path, bool (*entry)(void *data, const char *name),
		      void *data);

#endif
