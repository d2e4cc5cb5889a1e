/* SPDX-License-Identifier: MIT */
/** @file What reports for CI systems share: JUnit XML and KTAP. Internal to src/report/.
 */
#ifndef MDT_REPORT_CI_H
#define MDT_REPORT_CI_H

#include "base/buf.h"

/**
 * Append the head of a document, but KTAP's plan.
 * @param shard `K/N`: it is this share of the job; NULL: it is all.
 */
void mdt_ci_begin(bool is_ktap, const char *job, const char *shard, struct mdt_buf *ret);

/** Append lines as the text of an XML element, each with its end. */
void mdt_ci_xml_lines(struct mdt_buf *ret, struct mdt_slice text);

/** Append a description of KTAP: a # in it would begin a directive. */
void mdt_ci_ktap_words(struct mdt_buf *ret, struct mdt_slice text);

/** Append lines as comments of KTAP, each indented so far. */
void mdt_ci_ktap_lines(struct mdt_buf *ret, const char *indent, struct mdt_slice text);

#endif
