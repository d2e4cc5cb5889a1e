/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Text that was a log before a mailer, a web page, a logger or a terminal had it. How it
 * was changed is found out from the text itself: a form is taken to be there when the
 * text makes more sense without it. What it did is undone line by line, each byte keeping
 * its place in the file.
 *
 * This room knows no log: what makes sense is for the caller's judge to say.
 */
#ifndef MDT_PASTE_PASTE_H
#define MDT_PASTE_PASTE_H

#include "base/buf.h"
#include "base/error.h"

/** What a line by itself is. */
enum mdt_paste_kind {
	MDT_PASTE_OTHER, /* makes no sense */
	MDT_PASTE_BLANK,
	MDT_PASTE_SAID, /* makes sense and is no call */
	MDT_PASTE_OPEN, /* a call that does not end here */
	MDT_PASTE_HALF, /* a call that may end here: its errno or its text is missing */
	MDT_PASTE_WHOLE,
};

struct mdt_paste_verdict {
	enum mdt_paste_kind kind;
	size_t reached; /* OTHER: bytes of a call that made sense; 0: no call at all */
	bool noted;	/* something that is not the log's follows the call */
	bool inner;	/* what looks like a call's name stands inside calls: makedev( */
	bool talk;	/* a program's output runs into the call */
	bool bare;	/* HALF: `= -1` and nothing */
};

/** Who says what makes sense. */
struct mdt_paste_judge {
	void *data;
	void (*line)(void *data, struct mdt_slice line, struct mdt_paste_verdict *ret);
	/** How much in front of a call the log's own words are: pid, time. */
	size_t (*prefix)(struct mdt_slice line);
};

/** Where a byte came from; both count from 1. */
struct mdt_paste_at {
	uint32_t line, column;
};

struct mdt_paste;

/**
 * Look at the beginning of a text.
 * @param judge Borrowed; must outlive @p ret.
 * @param sample Whole lines, some hundreds of them.
 * @param[out] ret NULL when nothing needs to be undone.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_paste_detect(const struct mdt_paste_judge *judge,
					   struct mdt_slice sample,
					   struct mdt_paste **ret) MUST_CHECK;

/** NULL is fine. */
MDT_API void mdt_paste_destroy(struct mdt_paste *paste);

/** What is undone, in words: "quoted mail, wrapped at 72". Lives with @p paste. */
MDT_API struct mdt_slice mdt_paste_words(const struct mdt_paste *paste);

/** Hand in the next line of the text, without its end. */
MDT_API struct mdt_error *mdt_paste_feed(struct mdt_paste *paste,
					 struct mdt_slice line) MUST_CHECK;

/** No more lines follow. */
MDT_API struct mdt_error *mdt_paste_end(struct mdt_paste *paste) MUST_CHECK;

/**
 * The next line as it was before.
 * @param[out] line, at The line, and a place for each of its bytes; valid until the next
 * call of any function here. An empty line has one place, too.
 * @return false when more must be fed first.
 */
MDT_API bool mdt_paste_take(struct mdt_paste *paste, struct mdt_slice *line,
			    const struct mdt_paste_at **at);

static inline void mdt_paste_destroyp(struct mdt_paste **paste)
{
	mdt_paste_destroy(*paste);
}

#endif
