/* SPDX-License-Identifier: MIT */
/**
 * @file
 * An annotated log as one web page that needs no network: `mdtrace annotate --format=html`.
 */
#ifndef MDT_REPORT_ANNOTATE_HTML_H
#define MDT_REPORT_ANNOTATE_HTML_H

#include "report/annotate.h"

struct mdt_html {
	struct mdt_buf *buf; /* borrowed: what is written is appended */
	size_t log_count; /* of the page */
	size_t log; /* which one is being written, from 0 */
	size_t noise; /* lines in a row without a remark, not written yet */
	unsigned long noise_first; /* the first of them */
	struct mdt_buf hidden; /* these lines */
};

/** The head of the page; @p files are the logs' names. */
MDT_API void mdt_html_begin(struct mdt_html *html, struct mdt_buf *buf,
			    const char *const *files, size_t count);

MDT_API void mdt_html_begin_log(struct mdt_html *html, const char *file);

/** One line; lines without a remark are gathered and can be unfolded. */
MDT_API void mdt_html_event(struct mdt_html *html, const struct mdt_event *event,
			    const struct mdt_annotation *annotation);

MDT_API void mdt_html_end_log(struct mdt_html *html);

/** The end of the page; frees what the writer held. */
MDT_API void mdt_html_end(struct mdt_html *html);

#endif
