/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the result of a call means when md is behind it. The errnos of md's own calls come
 * from the rules of the model (model/model.h); those of other calls, and those that no
 * rule gives, from a table of const rows, each with the kernel function that it states.
 * No state is known here, so where one errno has several causes the sentence lists them
 * ("one of: ...").
 *
 * Operations have these names:
 *
 *   GET_ARRAY_INFO          an ioctl, md's or of every block device
 *   BLKPG_DEL_PARTITION     one operation of BLKPG; falls back on BLKPG
 *   open                    of the node of an array
 *   open O_EXCL             the same, exclusively; falls back on open
 *   open member             of any other block device, as mdadm does with members
 *   open member O_EXCL      falls back on open member
 *   open attribute NAME     of a sysfs attribute or module parameter; falls back on
 *                           open attribute
 *   write NAME, read NAME   of the same; fall back on write and read
 *   look folder             at an array's folder in sysfs, by stat, access, readlink
 *   look folder md          at the folder of its attributes; falls back on look folder
 *   look folder member      at that of a member; likewise
 *   mknod                   of the node of an array
 *   any                     what all calls fall back on: errnos that the kernel means for
 *                           itself
 */
#ifndef MDT_ANNOTATE_REMARK_H
#define MDT_ANNOTATE_REMARK_H

#include "base/buf.h"
#include "model/kernels.h"

struct mdt_md_remark {
	const char *op;	   /* as above; "md ioctl" for what holds for every one */
	const char *error; /* "ENODEV" */
	const char *says;  /* lower case, no full stop, no line break */
	struct mdt_kernels kernels; /* zeroed: all */
	const char *source;	    /* "drivers/md/md.c md_ioctl()" */
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

/**
 * What a failure means, from the rules or the rows.
 * @param op, error As above.
 * @param[in,out] ret The sentence is appended.
 * @param[out] source Of the first cause; static.
 * @return false, and nothing is appended, when nothing is known of it.
 */
MDT_API bool mdt_md_failure_text(struct mdt_slice op, struct mdt_slice error,
				 struct mdt_buf *ret, const char **source);

/** All rows, for tests and for listings. @param[out] len How many. */
MDT_API const struct mdt_md_remark *mdt_md_remarks(size_t *len);

/** A call as far as the log tells it. */
struct mdt_md_call {
	struct mdt_slice op; /* as above */
	struct mdt_slice
		payload; /* the argument's struct, little-endian; empty: absent */
	bool has_value;	 /* value is known: the ioctl's third argument as a number */
	uint64_t value;	 /* e.g. a dev_t, an fd, a pointer; 0 is NULL */
};

/** Which form of the call a summary is for. */
enum mdt_md_form {
	MDT_FORM_ANY,		  /* any, or the argument is not in the log */
	MDT_FORM_RAID_DISKS_ZERO, /* SET_ARRAY_INFO, version-only; also with NULL */
	MDT_FORM_RAID_DISKS_SET,  /* SET_ARRAY_INFO, the whole */
	MDT_FORM_DISK_IN_SYNC,	  /* ADD_NEW_DISK with MD_DISK_SYNC in state */
	MDT_FORM_DISK_FAULTY,	  /* ADD_NEW_DISK with MD_DISK_FAULTY in state */
	MDT_FORM_NO_FD,		  /* SET_BITMAP_FILE with -1 */
};

/** What a call asks for, and what has happened when it succeeded. */
struct mdt_md_summary {
	const char *op;
	bool is_md_ioctl; /* one of the driver's own commands */
	enum mdt_md_form form;
	const char *asks;   /* "start the array" */
	const char *effect; /* "the array runs"; holds when the call returned 0 */
	const char *source;
};

/**
 * @return The row for this call: of the form that its argument shows, or MDT_FORM_ANY
 * when the argument is not in the log. NULL when md has nothing to do with the operation.
 */
MDT_API const struct mdt_md_summary *mdt_md_summary_find(const struct mdt_md_call *call);

/** All rows, for tests and for listings. @param[out] len How many. */
MDT_API const struct mdt_md_summary *mdt_md_summaries(size_t *len);

#endif
