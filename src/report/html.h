/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What every web page of ours has in common: the head with its style, and log text made
 * safe. A page is one file that asks for nothing else: its content security policy
 * forbids all but its own style, and it has no script. Internal to src/report/.
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

/** The same without elements, for titles and attributes. */
void mdt_html_plain(struct mdt_buf *buf, struct mdt_slice text);

/**
 * Append all up to and with `<body>`.
 * @param title Any bytes.
 */
void mdt_html_head(struct mdt_buf *buf, struct mdt_slice title);

/** The same with rules of style behind those that every page has. */
void mdt_html_head_styled(struct mdt_buf *buf, struct mdt_slice title, const char *more);

#endif
