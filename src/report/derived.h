/* SPDX-License-Identifier: MIT */
/** @file An argument that the log does not have, field by field, each with its source. */
#ifndef MDT_REPORT_DERIVED_H
#define MDT_REPORT_DERIVED_H

#include "annotate/annotate.h"
#include "base/json.h"

/**
 * Append a line for each source: `#   major=7, minor=0: mdadm's command line`. Lines are
 * comments, so that what is printed is a log still.
 * @param it With derived, or nothing is appended.
 */
MDT_API void mdt_derived_lines(const struct mdt_annotation *it, struct mdt_buf *ret);

/** Write `"derived": {"type", "bytes", "fields": [{"name", "known", "value",
 * "source"}]}`, if @p it has one. */
void mdt_derived_json(struct mdt_json *json, const struct mdt_annotation *it);

/** Append a `<dl>` of its fields. */
void mdt_derived_html(const struct mdt_annotation *it, struct mdt_buf *ret);

#endif
