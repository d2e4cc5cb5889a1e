/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the arguments of system calls are: the one table of them. A call that has no row
 * is one by what its values look like.
 */
#ifndef MDT_STRACE_CALLS_H
#define MDT_STRACE_CALLS_H

#include "base/slice.h"

/** What becomes of a call as a whole. */
enum mdt_call_kind {
	MDT_CALL_PLAIN,
	MDT_CALL_IOCTL,
	MDT_CALL_READ,	/* descriptor, bytes, size */
	MDT_CALL_WRITE, /* the same */
	MDT_CALL_FSTAT,
	MDT_CALL_STAT,	/* of a path, or of a descriptor when the path is "" */
	MDT_CALL_FCNTL, /* the result may be a descriptor */
	MDT_CALL_CLOSE,
	MDT_CALL_EXEC,	 /* path, argv, environment */
	MDT_CALL_FORK,	 /* makes a process */
	MDT_CALL_MEMORY, /* dropped by rule memory */
	MDT_CALL_START,	 /* what only the start of a program does: rule loader */
	MDT_CALL_LOCK,	 /* dropped by rule locks */
	MDT_CALL_WAIT,	 /* dropped by rule waits */
	MDT_CALL_RESTART,
};

/**
 * `args` has a letter for each argument:
 *
 *   .  as its value looks      f  descriptor              d  descriptor of a folder, for
 *   p  path                    F  array of descriptors       the path behind it
 *   a  address                 n  pid                     t  time that the kernel fills
 * in b  bytes of a read/write   z  their size              r  random bytes e  environment
 * s  flags, left out when 0  x  left out                o  filled in by the kernel, as
 *                                                         its value looks
 *
 * `result` is one of these letters, too.
 */
struct mdt_call_row {
	struct mdt_slice name;
	const char *as; /* the one name of several; NULL: its own */
	const char *args;
	char result;
	enum mdt_call_kind kind;
};

/** Which argument the kernel fills in; of an ioctl its row says that. @return -1: none.
 */
int mdt_call_output(const struct mdt_call_row *row);

/** @return The row, or NULL. */
const struct mdt_call_row *mdt_call_row_find(struct mdt_slice name);

#endif
