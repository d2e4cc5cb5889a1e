/* SPDX-License-Identifier: MIT */
/** @file Paths, as arguments and as strace -y shows them. Internal to src/trace/. */
#ifndef MDT_TRACE_PATH_H
#define MDT_TRACE_PATH_H

#include "trace/trace.h"

/**
 * Append @p path as it is seen from @p folder, without doubled slashes, `.` and `..`.
 * That is done by the text alone: a folder that is a link is taken for a folder.
 */
void mdt_path_join(struct mdt_slice folder, struct mdt_slice path, struct mdt_buf *ret);

/** What stands behind a descriptor: `/dev/md0<block 9:0>`, `/etc/passwd`, `pipe:[7]`. */
struct mdt_shown {
	struct mdt_slice path;
	bool is_block, is_char; /* strace -yy says so */
	bool is_deleted;	/* the path is none any more */
	uint32_t major, minor;	/* of a block device */
};

/**
 * @param ref A PATH attachment.
 * @param scratch For a path with escapes (strace -xx); the path may point into it.
 */
struct mdt_shown mdt_shown_read(struct mdt_ref ref, struct mdt_buf *scratch);

/** The device that it is, made if need be; or NULL. */
struct mdt_device *mdt_shown_device(struct mdt_trace *trace,
				    const struct mdt_shown *shown);

/**
 * mdt_trace_path() into a buffer of the caller's.
 * @param[out] ret Points into @p scratch, the event or the trace.
 */
bool mdt_path_of(struct mdt_trace *trace, const struct mdt_event *event,
		 struct mdt_ref dirfd, struct mdt_ref path, struct mdt_buf *scratch,
		 struct mdt_slice *ret);

#endif
