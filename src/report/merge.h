/* SPDX-License-Identifier: MIT */
/** @file Results of many machines as one report. */
#ifndef MDT_REPORT_MERGE_H
#define MDT_REPORT_MERGE_H

#include "base/buf.h"
#include "merge/merge.h"

/** Append JUnit: a suite for each suite. */
MDT_API void mdt_merge_junit(const struct mdt_merge *merge, struct mdt_buf *ret);

/** Append KTAP: a subtest for each suite. */
MDT_API void mdt_merge_ktap(const struct mdt_merge *merge, struct mdt_buf *ret);

#endif
