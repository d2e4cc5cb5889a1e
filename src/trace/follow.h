/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What single system calls do to the state. Each function has an event whose call has
 * ended well (unless its row says otherwise) and returns false when out of memory.
 * Internal to src/trace/.
 */
#ifndef MDT_TRACE_FOLLOW_H
#define MDT_TRACE_FOLLOW_H

#include "trace/process.h"

struct mdt_follow {
	struct mdt_trace *trace;
	const struct mdt_event *event;
	struct mdt_process *process;
	uint64_t result;
};

/** @param arg The call's argument that matters first: which, each function says. */
typedef bool mdt_follow_fn(struct mdt_follow *follow, unsigned int arg);

/* follow_fd.c: descriptors */
mdt_follow_fn mdt_follow_open;	      /* the path; before it a dirfd, if it is not 0 */
mdt_follow_fn mdt_follow_new_fd;      /* socket() and its like; not used */
mdt_follow_fn mdt_follow_pair;	      /* the array of two */
mdt_follow_fn mdt_follow_dup;	      /* the flags */
mdt_follow_fn mdt_follow_fcntl;	      /* the command */
mdt_follow_fn mdt_follow_close;	      /* the descriptor */
mdt_follow_fn mdt_follow_close_range; /* the first descriptor */
mdt_follow_fn mdt_follow_seek;	      /* the descriptor */
mdt_follow_fn mdt_follow_seek32;      /* the same, of _llseek() */
mdt_follow_fn mdt_follow_transfer;    /* the descriptor */
mdt_follow_fn mdt_follow_copy;	      /* the descriptor; another one is argument 0 or 2 */
mdt_follow_fn mdt_follow_ioctl;	      /* the request */
mdt_follow_fn mdt_follow_fstat;	      /* the descriptor */

/* follow_node.c: paths */
mdt_follow_fn mdt_follow_mknod;	   /* the path, as in mdt_follow_open */
mdt_follow_fn mdt_follow_unlink;   /* the path, likewise */
mdt_follow_fn mdt_follow_rename;   /* the old path, likewise */
mdt_follow_fn mdt_follow_stat;	   /* the path, likewise */
mdt_follow_fn mdt_follow_symlink;  /* the link; before it a dirfd, if it is not 1 */
mdt_follow_fn mdt_follow_readlink; /* the path, as in mdt_follow_open */
mdt_follow_fn mdt_follow_chdir;	   /* the path */
mdt_follow_fn mdt_follow_fchdir;   /* the descriptor */
mdt_follow_fn mdt_follow_getcwd;   /* the path */

/* follow_path.c */

/**
 * A path argument, absolute if the log tells how.
 * @param has_dirfd The argument before it is the folder's descriptor.
 * @param scratch What @p ret may point into.
 * @return false when it is not in the log whole.
 */
bool mdt_follow_path(struct mdt_follow *follow, unsigned int index, bool has_dirfd,
		     struct mdt_buf *scratch, struct mdt_slice *ret);

/** The descriptor is (or is not: NULL) this device: fstat() has said so. */
bool mdt_follow_learn_fd(struct mdt_follow *follow, struct mdt_ref fd,
			 struct mdt_device *device);

/**
 * The block device that a struct stat or statx tells of.
 * @param[out] is_other It tells of something that is no block device.
 * @return NULL when it tells of none, or out of memory.
 */
struct mdt_device *mdt_follow_stat_device(struct mdt_follow *follow, struct mdt_ref st,
					  bool *is_other);

#endif
