/* SPDX-License-Identifier: MIT */
/** @file Whose fault it is, as text and as JSON: `mdtrace blame`. docs/json.md. */
#ifndef MDT_REPORT_BLAME_H
#define MDT_REPORT_BLAME_H

#include "base/buf.h"
#include "blame/blame.h"

/** Append it as text. @return NULL or &mdt_enomem. */
MDT_API struct mdt_error *mdt_blame_text(const struct mdt_blame *blame,
					 struct mdt_buf *ret) MUST_CHECK;

/** Append it as one JSON object and a newline. */
MDT_API struct mdt_error *mdt_blame_json(const struct mdt_blame *blame,
					 struct mdt_buf *ret) MUST_CHECK;

#endif
