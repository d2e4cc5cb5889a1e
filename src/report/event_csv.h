/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The lines of a log as a table of comma-separated values (RFC 4180): `mdtrace parse
 * --format=csv`. Every row has all columns, a line of the log is a row.
 */
#ifndef MDT_REPORT_EVENT_CSV_H
#define MDT_REPORT_EVENT_CSV_H

#include "annotate/annotate.h"

/** Append the row of names. */
void mdt_event_csv_head(struct mdt_buf *buf);

/**
 * Append the row of an event, and let the annotator follow it.
 * @param scratch Any buffer.
 * @return NULL or &mdt_enomem.
 */
struct mdt_error *mdt_event_csv(struct mdt_annotator *annotator, const char *file,
				const struct mdt_event *event, struct mdt_buf *scratch,
				struct mdt_buf *buf) MUST_CHECK;

#endif
