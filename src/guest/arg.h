/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Arguments of calls from strace's text. What is not understood is refused, never
 * guessed: a call with such an argument is not made.
 */
#ifndef MDT_GUEST_ARG_H
#define MDT_GUEST_ARG_H

#include "strace/event.h"

/**
 * A number, in any of the forms that strace has: 42, -1, 0644, 0x80 with a comment,
 * O_RDWR|O_EXCL|0x10, S_IFBLK|0600, NULL, AT_FDCWD. A descriptor's path is passed over.
 */
bool guest_arg_number(struct mdt_ref ref, uint64_t *ret) MUST_CHECK;

/** The same, for what fits an int. */
bool guest_arg_int(struct mdt_ref ref, int *ret) MUST_CHECK;

/** A device number: makedev(0x9, 0x64), or as the kernel takes it: 0x964. */
bool guest_arg_dev(struct mdt_ref ref, uint32_t *major, uint32_t *minor) MUST_CHECK;

/** The whole of a string's bytes, appended. @return false when it is cut, or no string.
 */
bool guest_arg_bytes(struct mdt_ref ref, struct mdt_buf *ret) MUST_CHECK;

/** A path, with a NUL behind it. @return false also for one with a NUL in it. */
bool guest_arg_path(struct mdt_ref ref, struct mdt_buf *ret) MUST_CHECK;

#endif
