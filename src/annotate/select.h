/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Which lines of a log somebody wants to see: a filter in words, the same for
 * `annotate --filter`, `view` and the search of the web page.
 *
 *   failed                  the call failed
 *   remark                  there is something to say about the line
 *   call:ioctl              the system call
 *   name:ADD_NEW_DISK       what the remark is about: the ioctl, or the call
 *   device:md0              the block device, also by number (9:0) or path (/dev/md0)
 *   errno:EBUSY             why it failed
 *   pid:12                  whose line it is; of logs that say so
 *   line:10-20              its place; also 10, 10-, -20
 *
 * A value may be several, with commas: `errno:EBUSY,ENODEV`. `!` before a word turns it
 * round: `!call:read`. All else is a PCRE2 of line and remark, as a whole if there are no
 * such words, else each part between them; everything must hold.
 */
#ifndef MDT_ANNOTATE_SELECT_H
#define MDT_ANNOTATE_SELECT_H

#include "annotate/annotate.h"
#include "base/error.h"

struct mdt_select;

/** What is known of a line. What is not is empty or 0, and no word is true of it. */
struct mdt_select_line {
	unsigned long line;
	uint32_t pid;
	struct mdt_slice call, error;
	bool failed, has_remark;
	struct mdt_slice name;
	struct mdt_slice device, number, path; /* md0, 9:0, /dev/md0 */
	struct mdt_slice text;		       /* line and remark: what patterns see */
};

/**
 * @param[out] ret Owned by the caller. Untouched on error.
 * @return NULL, or MDT_ERR_SYNTAX for a pattern or a value that is wrong.
 */
struct mdt_error *mdt_select_create(struct mdt_slice filter,
				    struct mdt_select **ret) MUST_CHECK;
/** NULL is fine. */
void mdt_select_destroy(struct mdt_select *select);

/**
 * Whether a line is one of those. Not for two threads at once.
 * @return NULL, or MDT_ERR_INVALID when a pattern took too many steps.
 */
struct mdt_error *mdt_select_matches(struct mdt_select *select,
				     const struct mdt_select_line *line,
				     bool *ret) MUST_CHECK;

/**
 * The facts of an event. @p ret borrows from all of these.
 * @param annotation NULL when there is nothing to say.
 * @param scratch Holds the device's name and number, and the text.
 */
void mdt_select_facts(const struct mdt_event *event,
		      const struct mdt_annotation *annotation, struct mdt_buf *scratch,
		      struct mdt_select_line *ret);

static inline void mdt_select_destroyp(struct mdt_select **select)
{
	mdt_select_destroy(*select);
}

#endif
