/* SPDX-License-Identifier: MIT */
/**
 * @file
 * One plan on several kernels: calls down, kernels across. What changes from one column
 * to the next is marked; calls that are alike everywhere are counted. And verdicts in the
 * forms that CI systems read, of one kernel or several.
 */
#ifndef MDT_REPORT_REPLAY_KERNELS_H
#define MDT_REPORT_REPLAY_KERNELS_H

#include "base/buf.h"
#include "verdict/verdict.h"

/** What one kernel made of the plan. */
struct mdt_replay_column {
	const struct mdt_verdicts *verdicts; /* borrowed; all columns of the same plan */
	struct mdt_slice name; /* `6.1.0-57-cloud-amd64`; two columns never share one */
};

struct mdt_replay_table {
	const struct mdt_replay_column *columns; /* borrowed */
	size_t count;				 /* at least 1 */
	struct mdt_slice name;			 /* of the logs, as they are */
	bool verbose; /* text: calls that are alike everywhere, too */
	bool color;   /* text: with ANSI's escapes */
	/* JUnit, KTAP: one of several tables in one document, of which the caller writes
	 * the head and the end (mdt_replay_tables_begin()); and how many columns came
	 * before. */
	bool is_part;
	size_t before;
};

/** Append the table as text. @return NULL or &mdt_enomem. */
MDT_API struct mdt_error *mdt_replay_table_text(const struct mdt_replay_table *table,
						struct mdt_buf *ret) MUST_CHECK;

/** Append it as one JSON object and a newline (docs/replay-json.md). */
MDT_API struct mdt_error *mdt_replay_table_json(const struct mdt_replay_table *table,
						struct mdt_buf *ret) MUST_CHECK;

/**
 * Append a `testsuite` for each column, with a `testcase` for each md call. Names have no
 * pid, time or address in them: `classname` is the kernel, `name` the log, the line and
 * the call.
 */
MDT_API struct mdt_error *mdt_replay_table_junit(const struct mdt_replay_table *table,
						 struct mdt_buf *ret) MUST_CHECK;

/** Append KTAP (Documentation/dev-tools/ktap.rst): a subtest for each column. Drift is
 * `ok`, with what it is after a #. */
MDT_API struct mdt_error *mdt_replay_table_ktap(const struct mdt_replay_table *table,
						struct mdt_buf *ret) MUST_CHECK;

/** The forms in which several tables are one document. */
enum mdt_replay_ci {
	MDT_REPLAY_JUNIT,
	MDT_REPLAY_KTAP,
};

/**
 * Append the head of a document of tables that are parts.
 * @param suites Columns, in all.
 * @param shard `K/N`, when it is one machine's share, which merge/merge.h looks for;
 * NULL: it is all.
 */
MDT_API void mdt_replay_tables_begin(enum mdt_replay_ci form, size_t suites,
				     const char *shard, struct mdt_buf *ret);
/**
 * Append what takes the place of the table of a log that could not be run, so that the
 * document does not hide it: an error for each column.
 * @param before, columns Of the document: as struct mdt_replay_table has them.
 * @param why A sentence.
 */
MDT_API void mdt_replay_tables_trouble(enum mdt_replay_ci form, struct mdt_slice log,
				       size_t before, size_t columns, const char *why,
				       struct mdt_buf *ret);
/** Append its end. */
MDT_API void mdt_replay_tables_end(enum mdt_replay_ci form, struct mdt_buf *ret);

/**
 * The first call at which a column did otherwise than the one before it.
 * @param column From 1.
 * @param[out] row Of the verdicts; untouched when there is none.
 * @param[out] count How many calls there are in all.
 */
MDT_API bool mdt_replay_table_change(const struct mdt_replay_table *table, size_t column,
				     size_t *row, size_t *count);

/** Whether a column did otherwise at this call than the one before it. */
MDT_API bool mdt_replay_table_differs(const struct mdt_replay_table *table, size_t column,
				      size_t row);

/** Append what a kernel did at a call: `-1 ENODEV`, `0 clear -> gone`, `not run`. */
MDT_API void mdt_replay_table_cell(const struct mdt_replay_table *table, size_t column,
				   size_t row, struct mdt_buf *ret);

/** Append where a call is and what it asks: `stop.strace:20 STOP_ARRAY md100`. */
MDT_API void mdt_replay_table_name(const struct mdt_replay_table *table, size_t row,
				   struct mdt_buf *ret);

/** The row of the table of drifts that knows what a column did at a call; the first
 * column's that has one. NULL: none. */
MDT_API const struct mdt_drift *
mdt_replay_table_drift(const struct mdt_replay_table *table, size_t row);

/** How a process that shows it should end: the worst of mdt_verdicts_status(). */
MDT_API int mdt_replay_table_status(const struct mdt_replay_table *table);

#endif
