/* SPDX-License-Identifier: MIT */
/** @file What the readers and the joining share. Internal to src/merge/. */
#ifndef MDT_MERGE_PARTS_H
#define MDT_MERGE_PARTS_H

#include "base/buf.h"
#include "merge/merge.h"

/** As many as --shard takes. */
enum { MDT_MERGE_SHARDS_MAX = 100000 };

/** One file while it is read. */
struct mdt_merge_reading {
	struct mdt_arena *arena;
	const char *path;
	struct mdt_slice bytes;
	struct mdt_merge_file *file;
	struct mdt_merge_suites suites;
};

/** Read JUnit or KTAP. @return As mdt_merge_add(). */
struct mdt_error *mdt_merge_read_junit(struct mdt_merge_reading *reading) MUST_CHECK;
struct mdt_error *mdt_merge_read_ktap(struct mdt_merge_reading *reading) MUST_CHECK;

/** Append a suite. @return NULL when out of memory. */
struct mdt_merge_suite *mdt_merge_suite_new(struct mdt_arena *arena,
					    struct mdt_merge_suites *suites) MUST_CHECK;

/** Append a case that passed. @return NULL when out of memory. */
struct mdt_merge_case *mdt_merge_case_new(struct mdt_arena *arena,
					  struct mdt_merge_suite *suite) MUST_CHECK;

/** Append a case that is there already. */
void mdt_merge_append(struct mdt_merge_suite *suite, struct mdt_merge_case *it);

/** What a file is called where it has no name of its own: without folders and suffix. */
struct mdt_slice mdt_merge_file_name(const struct mdt_merge_reading *reading);

/** Take `JOB, shard K/N`. @return false when it is something else. */
bool mdt_merge_read_shard(struct mdt_slice text, struct mdt_merge_file *ret);

/** @return MDT_ERR_SYNTAX at a place of the file. @param at In its bytes. */
struct mdt_error *mdt_merge_bad(const struct mdt_merge_reading *reading, const char *at,
				const char *fmt, ...) PRINTF_LIKE(3, 4) MUST_CHECK;

#endif
