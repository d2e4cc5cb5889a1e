/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What every web page of ours has in common: the head with its style, and log text made
 * safe. A page is one file that asks for nothing else: its content security policy
 * forbids all but its own style, and the one script that annotate's page has. Internal to
 * src/report/.
 */
#ifndef MDT_REPORT_HTML_H
#define MDT_REPORT_HTML_H

#include "base/buf.h"

/**
 * Append any bytes as HTML text: markup is escaped, and what comes out is valid UTF-8
 * that HTML allows. What base/visible.h makes visible, but for the tab, is `\x1b` byte by
 * byte, in an element of its own, so that it differs from a log's own `\x1b`.
 */
void mdt_html_text(struct mdt_buf *buf, struct mdt_slice text);

/** Append a size as people say it: `512 bytes`, `40 MiB`, `1.8 TiB`. */
void mdt_html_size(struct mdt_buf *buf, uint64_t bytes);

/** mdt_html_text() without elements, for titles and attributes. */
void mdt_html_plain(struct mdt_buf *buf, struct mdt_slice text);

/**
 * Append all up to and with `<body>`.
 * @param title Any bytes.
 */
void mdt_html_head(struct mdt_buf *buf, struct mdt_slice title);

/** The same with rules of style behind those that every page has. */
void mdt_html_head_styled(struct mdt_buf *buf, struct mdt_slice title, const char *more);

/** The same for a page that has mdt_html_script_add() at its end: the policy allows this
 * script and no other, whatever a log may hold. */
void mdt_html_head_scripted(struct mdt_buf *buf, struct mdt_slice title,
			    const char *more);

/** Append the script: search, keys, folds. It asks for nothing, and changes nothing but
 * what is shown. */
void mdt_html_script_add(struct mdt_buf *buf);
/** SHA-256 of the script's text, in base64: tests/page.sh checks it. */
extern const char mdt_html_script_hash[];

#endif
