/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What kernels do differently from each other, as rows: a difference between a log and
 * the kernel that replays it is drift only when a row here says so. Each row is a change
 * of the md driver, with the last kernel that is known to do it the old way, the first
 * that is known to do it the new way, and the function where it is.
 */
#ifndef MDT_VERDICT_DRIFT_H
#define MDT_VERDICT_DRIFT_H

#include "base/slice.h"

/** A kernel's version, as it compares: `6.1.0-56-cloud-amd64` is 6.1.0. */
struct mdt_uname {
	bool known;
	unsigned int major, minor, patch;
};

/** @param release What uname -r prints. @return One that is not known for text that does
 * not begin with two numbers. */
MDT_API struct mdt_uname mdt_uname_read(struct mdt_slice release);

/** Negative, 0 or positive, by major and minor: md does not change within a series. */
MDT_API int mdt_uname_cmp(struct mdt_uname a, struct mdt_uname b);

/** What must have been before, for rows that hold only then. Bits of a set. */
enum mdt_drift_when {
	MDT_WHEN_ALWAYS = 0,
	MDT_WHEN_STOPPED = 1 << 0, /* STOP_ARRAY has returned 0 on this descriptor, or the
				    * array was stopped and its node is still there */
	MDT_WHEN_REFUSED = 1 << 1, /* failing a member was refused: MD_BROKEN since 6.1 */
	MDT_WHEN_READ_ONLY = 1 << 2, /* the array is read-only, or auto-read-only */
	MDT_WHEN_LBS = 1 << 3,	     /* a superblock with a logical_block_size is there */
	MDT_WHEN_OLD_LEVEL = 1 << 4, /* the array is multipath or faulty */
	MDT_WHEN_REMOVED = 1 << 5,   /* a member has been removed from the array */
};

struct mdt_drift {
	const char
		*op; /* as annotate/remark.h names operations; "md ioctl" for every one;
		      * "write NAME WORD" for that word only;
		      * "superblock" for one that is read from a disk */
	const char *field;  /* "result", "data", or a field of the output */
	const char *older;  /* what kernels up to `last` give; words between `|`, of which
			     * one that ends in `*` stands for all that begin so. A result
			     * is "0", "ok" (any success) or an errno */
	const char *newer;  /* what kernels from `first` on give */
	const char *last;   /* "6.1"; "" when no older kernel was looked at */
	const char *first;  /* "6.12" */
	unsigned int when;  /* enum mdt_drift_when */
	const char *what;   /* one line, lower case, no full stop */
	const char *source; /* "drivers/md/md.c set_bitmap_file()" */
};

/** A difference that was found. */
struct mdt_drift_question {
	struct mdt_slice op;
	struct mdt_slice word; /* of a write: what is written, if it is one word */
	bool is_md_ioctl;
	struct mdt_slice field;
	struct mdt_slice expected, actual; /* the log's and the kernel's */
	unsigned int when;		   /* all that has been */
	struct mdt_uname recorded;	   /* need not be known */
	struct mdt_uname replaying;
};

/**
 * The row that knows this difference, in either direction: a log of an old kernel on a
 * new one, or the other way round. Kernels between `last` and `first` may do either.
 * @return NULL when there is none, when the replaying kernel is not known, or when both
 * kernels are of one series.
 */
MDT_API const struct mdt_drift *mdt_drift_find(const struct mdt_drift_question *question);

/** All rows, for tests and for listings. @param[out] len How many. */
MDT_API const struct mdt_drift *mdt_drifts(size_t *len);

#endif
