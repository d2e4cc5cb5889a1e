/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a call is about: which path or descriptor, which block device, which array, which
 * ioctl, where in the file. Every command asks here, so that none of them can say
 * something else of the same line; what a command makes of the answer is its own.
 *
 * Use: before the event has its effect (mdt_trace_follow()), as for mdt_trace_file().
 */
#ifndef MDT_TRACE_ABOUT_H
#define MDT_TRACE_ABOUT_H

#include "base/buf.h"
#include "ioctl/table.h"
#include "md/sysfs.h"
#include "strace/calls.h"
#include "trace/trace.h"

enum mdt_about_kind {
	MDT_ABOUT_OTHER,     /* anything else, or nothing is known */
	MDT_ABOUT_ARRAY,     /* an array's node, or that of a partition of it */
	MDT_ABOUT_DISK,	     /* another block device, or what is claimed like one */
	MDT_ABOUT_ATTRIBUTE, /* of an array, its disk or a member; a parameter of md's */
	MDT_ABOUT_FOLDER,    /* of attributes, in sysfs */
	MDT_ABOUT_MDSTAT,
	MDT_ABOUT_MDADM, /* mdadm's own files */
};

/** What is done. */
enum mdt_about_verb {
	MDT_ABOUT_CALL,
	MDT_ABOUT_OPEN, /* also creat */
	MDT_ABOUT_READ,
	MDT_ABOUT_WRITE,
	MDT_ABOUT_IOCTL,
	MDT_ABOUT_MKNOD,
	MDT_ABOUT_UNLINK,
	MDT_ABOUT_LOOK, /* stat, access, readlink: nothing is opened */
};

/**
 * Slices and pointers live until the trace is asked for something else, or the event
 * goes.
 */
struct mdt_about {
	enum mdt_about_kind kind;
	enum mdt_about_verb verb;
	const struct mdt_call_row *row; /* NULL: the table of calls does not have it */
	bool by_path;			/* it names a path; else it has a descriptor */
	int path_arg;			/* which argument; -1: none */
	bool has_folder;		/* the one before it is that of a folder */
	struct mdt_slice path; /* absolute as far as the log tells; empty: not known */
	const struct mdt_file *file;	 /* of a descriptor, when it is known */
	const struct mdt_device *device; /* a node's or descriptor's, or NULL; may be one
					  * of which only the name is known */
	const struct mdt_device *array;	 /* md's: the device, that of which it is a
					  * partition, or whose attribute it is; or NULL */
	bool is_partition;		 /* device is one of array */
	bool is_exclusive;		 /* OPEN: claims what it opens */
	bool is_place_only;    /* OPEN: by O_PATH, so that no driver is asked, or
				* of a folder (O_DIRECTORY) */
	bool is_md_path;       /* md is set */
	struct mdt_md_path md; /* what path means to md */

	bool has_request;	       /* IOCTL: the number is known */
	uint32_t request;	       /* IOCTL */
	const struct mdt_ioctl *ioctl; /* IOCTL: the best row for it, or NULL */
	size_t ioctl_count;	       /* how many rows have the number */
	size_t ioctl_tied; /* of these, from ioctl on, that it may be as well: 1 */

	uint64_t offset; /* READ, WRITE: where in the file; UINT64_MAX: not known */
};

/**
 * Find out what an ended call is about.
 * @param table Where requests are looked up.
 * @param event A call, perhaps resumed.
 */
MDT_API void mdt_about_find(struct mdt_trace *trace, const struct mdt_ioctl_table *table,
			    const struct mdt_event *event, struct mdt_about *ret);

/**
 * The same for a call that is looked at by itself, and whose folder's descriptor has been
 * left out, as diff has calls (diff/normal.h).
 * @param trace Empty, or one that has been asked the same of other calls.
 */
MDT_API void mdt_about_find_alone(struct mdt_trace *trace,
				  const struct mdt_ioctl_table *table,
				  const struct mdt_event *event, struct mdt_about *ret);

/**
 * What has one name tells which of several another command has that is made on the same
 * descriptor. mdt_about_find() does it; who has its answer from before does it here.
 * @param file May be NULL.
 * @param row The best of @p count rows with the number; NULL when there are none.
 */
MDT_API void mdt_about_note(struct mdt_trace *trace, const struct mdt_file *file,
			    const struct mdt_ioctl *row, size_t count);

/**
 * What a path is that no call has as its argument: a link's target.
 * @param path Absolute; outlives @p ret.
 */
MDT_API void mdt_about_path(struct mdt_trace *trace, struct mdt_slice path,
			    struct mdt_about *ret);

/**
 * The array that a device is, or is a partition of: md's ioctls act on that
 * (drivers/md/md.c md_ioctl(): bdev->bd_disk).
 * @param device May be NULL.
 * @return NULL when it is neither.
 */
MDT_API const struct mdt_device *mdt_trace_array(struct mdt_trace *trace,
						 const struct mdt_device *device);

/**
 * Append what is done, as annotate/remark.h names operations: `GET_ARRAY_INFO`,
 * `open O_EXCL`, `open member`, `read array_state`, `look folder md`; the call's name
 * where none of these fits.
 */
MDT_API void mdt_about_op(const struct mdt_about *about, const struct mdt_event *event,
			  struct mdt_buf *ret);

#endif
