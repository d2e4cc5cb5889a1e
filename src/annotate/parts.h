/* SPDX-License-Identifier: MIT */
/** @file The kinds of calls that annotate.c tells apart. Internal to src/annotate/. */
#ifndef MDT_ANNOTATE_PARTS_H
#define MDT_ANNOTATE_PARTS_H

#include "annotate/annotate.h"

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

/**
 * Say what there is to say about a call.
 * @param arg The call's argument that matters first.
 * @param[out] ret Untouched when there is nothing; else what mdt_annotation_begin() gave.
 */
typedef struct mdt_error *mdt_annotate_fn(struct mdt_annotator *annotator,
					  const struct mdt_event *event, unsigned int arg,
					  struct mdt_annotation **ret);

/* annotate_node.c; the argument is the path, with a dirfd before it if it is not 0 */
mdt_annotate_fn mdt_annotate_open;
mdt_annotate_fn mdt_annotate_mknod;
mdt_annotate_fn mdt_annotate_unlink;
mdt_annotate_fn mdt_annotate_look; /* stat, access, readlink */

/* annotate_data.c */
mdt_annotate_fn mdt_annotate_read;
mdt_annotate_fn mdt_annotate_write;

/** False when mdt_about_find() need not be asked: other files are most of a log. */
static inline bool mdt_path_may_be_md(struct mdt_slice path)
{
	return mdt_slice_starts(path, SLICE("/sys/")) ||
	       mdt_slice_starts(path, SLICE("/proc/mdstat"));
}

/** mdt_about_find(), and remember it as the answer. */
const struct mdt_about *mdt_annotate_about(struct mdt_annotator *annotator,
					   const struct mdt_event *event);

/** The one annotation there is, empty. */
struct mdt_annotation *mdt_annotation_begin(struct mdt_annotator *annotator);

/** Make the line of text out of the annotation's parts. */
struct mdt_error *mdt_annotation_compose(struct mdt_annotator *annotator,
					 const struct mdt_event *event,
					 struct mdt_annotation *ret);

/**
 * Set means and source from the table of remarks, when the call failed.
 * @param op As annotate/remark.h names operations.
 * @return false when it did not fail, or nothing is known of this errno.
 */
bool mdt_annotate_failure(struct mdt_annotator *annotator, const struct mdt_event *event,
			  struct mdt_slice op, struct mdt_annotation *ret);

/** annotate_dm.c: which device, and what is asked of it; nothing if the log has no
 * struct. */
void mdt_annotate_dm(struct mdt_slice command, struct mdt_ref argument,
		     struct mdt_buf *scratch, struct mdt_buf *text);

/** annotate_scsi.c: SG_IO's command and its sense; nothing if the log has no struct. */
void mdt_annotate_scsi(struct mdt_ref argument, struct mdt_buf *scratch,
		       struct mdt_buf *text);

/** annotate_nvme.c: what an NVMe command is that is passed through; nothing for others.
 */
void mdt_annotate_nvme(const struct mdt_ioctl *row, const struct mdt_value *value,
		       struct mdt_buf *text);

/** If the line does not have the call's result, say so. */
void mdt_annotate_begun(const struct mdt_event *event, struct mdt_annotation *ret);

/** If strace made the result up (-e inject), that is what it means. @return If so. */
bool mdt_annotate_injected(const struct mdt_event *event, struct mdt_annotation *ret);

#endif
