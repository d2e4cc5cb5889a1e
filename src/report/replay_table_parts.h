/* SPDX-License-Identifier: MIT */
/** @file What the forms of a table of kernels share. Internal to src/report/. */
#ifndef MDT_REPORT_REPLAY_TABLE_PARTS_H
#define MDT_REPORT_REPLAY_TABLE_PARTS_H

#include "report/replay_kernels.h"

/** How many calls of the plan the table is about: as many as every column has. */
size_t mdt_table_rows(const struct mdt_replay_table *table);

/** The verdict of a column on a call. */
const struct mdt_verdict *mdt_table_at(const struct mdt_replay_table *table,
				       size_t column, size_t row);

/** Whether a call belongs in the table: an md call of the log, or one that some column
 * did not confirm. */
bool mdt_table_shows(const struct mdt_replay_table *table, size_t row);

/** Whether column @p column did otherwise at a call than the column before it. */
bool mdt_table_changes(const struct mdt_replay_table *table, size_t column, size_t row);

/** Append what a kernel did: `-1 ENODEV`, `0 clear -> gone`, `not run`. */
void mdt_table_cell(const struct mdt_verdict *verdict, struct mdt_buf *ret);

/** Append the call: `STOP_ARRAY md0`, `read md0/md/level`. */
void mdt_table_call(const struct mdt_verdict *verdict, struct mdt_buf *ret);

/** Append where it is and what: `create.strace:12 RUN_ARRAY md0`, the same in every run
 * of the same log. */
void mdt_table_name(const struct mdt_verdict *verdict, struct mdt_buf *ret);

/** Append why a call was not confirmed, in a line; nothing if it was. */
void mdt_table_why(const struct mdt_verdict *verdict, struct mdt_buf *ret);

/* ---- replay_news.c: what is seen on one kernel and never on the one before ---- */

/** A kernel message or a uevent. */
struct mdt_new {
	struct mdt_slice text;
	const struct mdt_verdict *first; /* the call after which it was seen first */
	size_t count;
	bool came; /* else it is the earlier kernel that has it */
};

struct mdt_news {
	struct mdt_new *items; /* owned; in the order of the calls, what came first */
	size_t len, cap;
};

/**
 * What column @p column shows and the one before it does not, or the other way round;
 * of calls that ran on both. What is asynchronous may come at another call: only what one
 * kernel never shows counts.
 */
struct mdt_error *mdt_news_find(const struct mdt_replay_table *table, size_t column,
				struct mdt_news *ret) MUST_CHECK;

void mdt_news_deinit(struct mdt_news *news);

#endif
