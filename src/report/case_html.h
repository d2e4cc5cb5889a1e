/* SPDX-License-Identifier: MIT */
/** @file What annotate's page says before the logs: why it failed, the timeline, the
 * arrays at the end. Internal to src/report/. */
#ifndef MDT_REPORT_CASE_HTML_H
#define MDT_REPORT_CASE_HTML_H

#include "report/annotate_html.h"

/** Append these sections. @param page Its why and picture are not NULL. */
void mdt_case_html(const struct mdt_annotate_html_page *page, struct mdt_buf *buf);

/** Rules of style for them, and for the bar above the logs. */
extern const char mdt_case_html_style[];

#endif
