/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Annotated logs as one web page that needs no network: `mdtrace annotate --format=html`.
 *
 * The page is written as the logs are read, in memory that does not grow with them; so
 * the totals stand at its end. What it begins with (`#why`, `#timeline`, `#arrays`) is
 * known from reading them before. Line 123 of the first log is `#L123`, of the second
 * `#2-L123`, and so on; the logs are `#log-1`, `#log-2`, their totals `#totals-1`, ...
 */
#ifndef MDT_REPORT_ANNOTATE_HTML_H
#define MDT_REPORT_ANNOTATE_HTML_H

#include "annotate/annotate.h"
#include "annotate/flight.h"
#include "model/kernels.h"

struct mdt_why;
struct mdt_picture;

enum {
	MDT_TALLY_ROWS = 64,
	MDT_TALLY_NAME = 40,
};

struct mdt_tally_row {
	char name[MDT_TALLY_NAME]; /* cut if it is longer; not terminated */
	size_t len;
	unsigned long count, failed;
	unsigned long first; /* the first line with this name */
};

/** How often each name was met, in the order of the first time. */
struct mdt_tally {
	struct mdt_tally_row rows[MDT_TALLY_ROWS];
	size_t len;
	unsigned long others; /* lines with names that found no row */
};

struct mdt_annotate_html {
	struct mdt_buf *buf; /* borrowed: what is written is appended */
	bool abridged;	     /* lines are left out of the page */
	size_t log_count;    /* of the page */
	size_t log;	     /* which one is being written, from 1; 0: none yet */
	unsigned long lines, remarks, failed, unknown; /* of this log */
	struct mdt_tally names;			       /* of the remarks in this log */

	/* Lines in a row without a remark, which are not written yet. */
	struct mdt_buf noise; /* as HTML; owned */
	size_t noise_bytes;   /* as in the log */
	unsigned long noise_lines, noise_failed, noise_first, noise_last;
	struct mdt_tally noise_names;
	bool repeats;		 /* these say the same as the remark before them */
	bool is_lean;		 /* lines without a remark have no link */
	unsigned int part_items; /* of the list that is being written */
	struct mdt_buf last;	 /* what the last remark said; owned */
	const struct mdt_picture *picture; /* borrowed, or NULL: no timeline */
	const char *file;		   /* of this log; borrowed */
};

/** What the head of the page says. All borrowed until mdt_annotate_html_begin() returns.
 */
struct mdt_annotate_html_page {
	const char *const
		*files; /* the logs' names, in their order; "-" is standard input */
	size_t file_count;
	const char *version; /* of mdtrace */
	bool abridged;	     /* the caller leaves out lines, by --brief or --filter */
	/* What the page begins with; NULL: nothing of it is known. */
	const struct mdt_why *why;
	const struct mdt_picture *picture; /* and NULL if why is */
	enum mdt_kernel kernel;		   /* whose rules the picture is of */
	unsigned long lines; /* that there will be; 0: not known. Many: each takes less */
};

/** Write the head of the page. */
MDT_API void mdt_annotate_html_begin(struct mdt_annotate_html *html, struct mdt_buf *buf,
				     const struct mdt_annotate_html_page *page);

/** The next log begins: once for each of the page's files, whether it can be read or not.
 */
MDT_API void mdt_annotate_html_begin_log(struct mdt_annotate_html *html,
					 const char *file);

/**
 * Write one line, or keep it until the next one with a remark: then it is known how many
 * can be folded.
 * @param annotation NULL when there is nothing to say.
 */
MDT_API void mdt_annotate_html_event(struct mdt_annotate_html *html,
				     const struct mdt_event *event,
				     const struct mdt_annotation *annotation);

/**
 * @param flights What the log has the beginning of only; told after its lines.
 * @param err Why the log ends here, or NULL. Borrowed.
 */
MDT_API void mdt_annotate_html_end_log(struct mdt_annotate_html *html,
				       struct mdt_flights *flights,
				       const struct mdt_error *err);

/** The end of the page; frees what the writer held. Running out of memory shows in the
 * buf. */
MDT_API void mdt_annotate_html_end(struct mdt_annotate_html *html);

#endif
