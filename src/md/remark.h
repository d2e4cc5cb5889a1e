/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the result of a call means when md is behind it. Tables of const rows, each with
 * the kernel function that it states; no state is known here, so where one errno has
 * several causes the sentence lists them ("one of: ...").
 *
 * Operations have these names:
 * - an ioctl's name, `GET_ARRAY_INFO`, `BLKRRPART`. `BLKPG` counts for all its
 * operations, `BLKPG_DEL_PARTITION` is more precise.
 * - `open`: of the node of an array. `open member`: of any other block device, as mdadm
 *   does with members. `open O_EXCL` and `open member O_EXCL`: the same, exclusively;
 *   they fall back on the rows without O_EXCL.
 * - `write NAME` and `read NAME`: of a sysfs attribute or module parameter, `write
 *   array_state`, `write new_array`. They fall back on `write` and `read`.
 * - `mknod`.
 */
#ifndef MDT_MD_REMARK_H
#define MDT_MD_REMARK_H

#include "base/slice.h"

struct mdt_md_remark {
	const char *op;	     /* as above; "md ioctl" for what holds for every one */
	const char *error;   /* "ENODEV" */
	const char *says;    /* lower case, no full stop, no line break */
	const char *kernels; /* NULL: all from 5.10 to 7.2; else e.g. "6.1 and later" */
	const char *source;  /* "drivers/md/md.c md_ioctl()" */
};

/**
 * @param op As above; not terminated.
 * @param error The errno's name as strace prints it, `ENODEV`.
 * @return The first row for it, from the most precise operation that has one, or NULL.
 */
MDT_API const struct mdt_md_remark *mdt_md_remark_find(struct mdt_slice op,
						       struct mdt_slice error);

/** @return The next row for the same operation and errno (another kernel), or NULL. */
MDT_API const struct mdt_md_remark *
mdt_md_remark_next(const struct mdt_md_remark *remark);

/** All rows, for tests and for listings. @param[out] len How many. */
MDT_API const struct mdt_md_remark *mdt_md_remarks(size_t *len);

/** A call as far as the log tells it. */
struct mdt_md_call {
	struct mdt_slice op;	  /* as above */
	struct mdt_slice payload; /* bytes of the argument's struct; empty when absent */
	bool has_value; /* value is known: the ioctl's third argument as a number */
	uint64_t value; /* e.g. a dev_t, an fd, a pointer; 0 is NULL */
};

/** What a md call asks for, and what has happened when it succeeded. */
struct mdt_md_summary {
	const char *op;
	const char *variant; /* NULL, or which form of the call: "version-only" */
	const char *asks;    /* "start the array" */
	const char *effect;  /* "the array is running"; holds when the call returned 0 */
	const char *source;
};

/**
 * @return The row for this call: the variant that its argument shows, or the row without
 * a variant when the argument is not in the log. NULL when the operation is not md's.
 */
MDT_API const struct mdt_md_summary *mdt_md_summary_find(const struct mdt_md_call *call);

/** All rows, for tests and for listings. @param[out] len How many. */
MDT_API const struct mdt_md_summary *mdt_md_summaries(size_t *len);

#endif
