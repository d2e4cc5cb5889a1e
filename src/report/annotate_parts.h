/* SPDX-License-Identifier: MIT */
/** @file The kinds of calls that annotate.c tells apart. Internal to src/report/. */
#ifndef MDT_REPORT_ANNOTATE_PARTS_H
#define MDT_REPORT_ANNOTATE_PARTS_H

#include "report/annotate.h"

/**
 * ioctl(fd, request, argument): annotate_ioctl.c. Unlike the others it composes the text
 * and leaves out what is not of interest, since most of a log are the same ioctls again.
 */
struct mdt_error *mdt_annotate_ioctl(struct mdt_annotator *annotator,
				     const struct mdt_event *event, unsigned int topics,
				     const struct mdt_annotation **ret);

/** Let go of what mdt_annotate_ioctl() remembers; with @p free_memory also of the memory.
 */
void mdt_ioctl_memo_forget(struct mdt_annotator *annotator, bool free_memory);

/** Make the line of text out of the annotation's parts. */
struct mdt_error *mdt_annotation_compose(struct mdt_annotator *annotator,
					 const struct mdt_event *event,
					 struct mdt_annotation *ret);

/** open() and its kin, mknod(), unlink(): annotate_node.c */
struct mdt_error *mdt_annotate_node(struct mdt_annotator *annotator,
				    const struct mdt_event *event,
				    struct mdt_annotation *ret);

/** read() and write() of attributes and superblocks: annotate_data.c */
struct mdt_error *mdt_annotate_data(struct mdt_annotator *annotator,
				    const struct mdt_event *event,
				    struct mdt_annotation *ret);

/**
 * Set means and source from the table of remarks, when the call failed.
 * @param op As md/remark.h names operations.
 * @return false when it did not fail, or nothing is known of this errno.
 */
bool mdt_annotate_failure(struct mdt_annotator *annotator, const struct mdt_event *event,
			  struct mdt_slice op, struct mdt_annotation *ret);

#endif
