/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Why a command failed, from its logs: what was asked, what the program said, the failure
 * that decided and which check gave its errno, what never returned, which other failures
 * are harmless, what became of the arrays, and what one can do. Facts come from the
 * annotator and from the model that follows the arrays (life/life.h); what is worth doing
 * and what is harmless are rows (rows.h), each with its source. What is not sure is said
 * as "one of".
 */
#ifndef MDT_WHY_WHY_H
#define MDT_WHY_WHY_H

#include "life/life.h"

/** What an item is about; they are told in this order. */
enum mdt_why_part {
	MDT_WHY_ASKED,	  /* a command line */
	MDT_WHY_SAID,	  /* what the program printed */
	MDT_WHY_FAILED,	  /* the failure that decided: at most one */
	MDT_WHY_CAUSE,	  /* which check gave its errno */
	MDT_WHY_FACT,	  /* what is known of what decided it */
	MDT_WHY_FLIGHT,	  /* what never returned */
	MDT_WHY_KERNEL,	  /* what the kernel said */
	MDT_WHY_DO,	  /* what one can do */
	MDT_WHY_ALSO,	  /* other failures that matter */
	MDT_WHY_HARMLESS, /* failures that do not */
	MDT_WHY_DONE,	  /* what was done to arrays */
	MDT_WHY_FILES,	  /* attributes that were opened */
	MDT_WHY_ARRAY,	  /* an array, before and after */
	MDT_WHY_NOTE,	  /* about the log itself */
	MDT_WHY_PARTS,
};

/** @return "asked", "said", "failed", "cause", ...: for both output forms. */
MDT_API const char *mdt_why_part_name(enum mdt_why_part part);

/** One statement. */
struct mdt_why_item {
	enum mdt_why_part part;
	struct mdt_slice file; /* empty: of no line */
	unsigned long line;    /* the first; 0: of no line */
	unsigned long times;   /* how often; at least 1 */
	struct mdt_slice text;
	struct mdt_slice why;	 /* what is behind it; may be empty */
	struct mdt_slice source; /* who says so: kernel file and function; may be empty */
	bool unsure;		 /* one of several causes */
};

struct mdt_why; /* what is known so far */

/**
 * @param kernel A version, as uname -r prints it; empty: what the logs say, else 6.1.
 * @param[out] ret To be destroyed, also after an error of the functions below.
 */
MDT_API struct mdt_error *mdt_why_create(const struct mdt_ioctl_table *table,
					 struct mdt_slice kernel,
					 struct mdt_why **ret) MUST_CHECK;
MDT_API void mdt_why_destroy(struct mdt_why *why);

/** A log begins. @param file Borrowed until the end. @param same_run As in life.h. */
MDT_API void mdt_why_begin_log(struct mdt_why *why, const char *file, bool same_run);
/** @return NULL or &mdt_enomem. */
MDT_API struct mdt_error *mdt_why_event(struct mdt_why *why,
					const struct mdt_event *event) MUST_CHECK;

/** A line of the kernel's log, from a file of its own. */
MDT_API void mdt_why_kernel_line(struct mdt_why *why, const char *file,
				 unsigned long line, struct mdt_slice text);
/** A line of /proc/mdstat, from a file of its own. */
MDT_API void mdt_why_mdstat_line(struct mdt_why *why, const char *file,
				 unsigned long line, struct mdt_slice text);

/** All has been read: make the items. @return NULL or &mdt_enomem. */
MDT_API struct mdt_error *mdt_why_end(struct mdt_why *why) MUST_CHECK;

/** @return The items in the order of their parts; valid until mdt_why_destroy(). */
MDT_API const struct mdt_why_item *mdt_why_items(const struct mdt_why *why,
						 size_t *count);
/** Whether something failed that is not harmless, or never returned. */
MDT_API bool mdt_why_failed(const struct mdt_why *why);
/** Whether the logs have anything of md. */
MDT_API bool mdt_why_has_md(const struct mdt_why *why);
/** Whether the logs or the caller say which kernel it was. */
MDT_API bool mdt_why_kernel_known(const struct mdt_why *why);
/** Append whose rules were used, and why (mdt_life_kernel_text()). */
MDT_API void mdt_why_kernel_text(const struct mdt_why *why, struct mdt_buf *ret);

static inline void mdt_why_destroyp(struct mdt_why **why)
{
	mdt_why_destroy(*why);
}

#endif
