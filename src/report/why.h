/* SPDX-License-Identifier: MIT */
/** @file Why a command failed, as text and as JSON: `mdtrace why`. docs/json.md. */
#ifndef MDT_REPORT_WHY_H
#define MDT_REPORT_WHY_H

#include "base/buf.h"
#include "why/why.h"

/** Append one screen. @param with_file Several logs: name the file of each line. */
MDT_API void mdt_why_text(const struct mdt_why *why, bool with_file, struct mdt_buf *ret);

/** Append one JSON object, and a newline: all items, none left out. */
MDT_API void mdt_why_json(const struct mdt_why *why, struct mdt_buf *ret);

#endif
