/* SPDX-License-Identifier: MIT */
/** @file What changes from version to version as one table: Markdown, JSON, a web page.
 */
#ifndef MDT_REPORT_DIFF_MATRIX_H
#define MDT_REPORT_DIFF_MATRIX_H

#include "diff/matrix.h"

/** A table in Markdown: versions across, scenarios down, in each cell the summary. */
MDT_API void mdt_diff_matrix_text(const struct mdt_diff_matrix *matrix,
				  struct mdt_buf *ret);

/** One JSON object and a newline; docs/diff.md has the members. */
MDT_API void mdt_diff_matrix_json(const struct mdt_diff_matrix *matrix,
				  struct mdt_buf *ret);

/** JUnit XML: a suite for each version that is compared with another, a case for each
 * scenario; what could not be compared is an error. */
MDT_API void mdt_diff_matrix_junit(const struct mdt_diff_matrix *matrix,
				   struct mdt_buf *ret);

/** The same as KTAP. */
MDT_API void mdt_diff_matrix_ktap(const struct mdt_diff_matrix *matrix,
				  struct mdt_buf *ret);

/** A page: the table, each cell a link to the whole comparison below (the cells' body).
 */
MDT_API void mdt_diff_matrix_html(const struct mdt_diff_matrix *matrix,
				  struct mdt_buf *ret);

#endif
