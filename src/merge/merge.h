/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Results that many machines made, joined: suites of one name become one, a case that
 * came twice is said, and a share of the work (`--shard=K/N`) that is missing is found.
 *
 * Results are JUnit as Jenkins takes it, and KTAP (Documentation/dev-tools/ktap.rst), as
 * far as mdtrace writes them: what is neither is refused, and nothing is guessed. Files
 * come from other machines and are not trusted.
 */
#ifndef MDT_MERGE_MERGE_H
#define MDT_MERGE_MERGE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"

enum mdt_merge_form {
	MDT_MERGE_JUNIT,
	MDT_MERGE_KTAP,
};

/** The worse, the later. */
enum mdt_merge_end {
	MDT_MERGE_PASSED,
	MDT_MERGE_SKIPPED,
	MDT_MERGE_FAILED, /* it was tried, and is otherwise */
	MDT_MERGE_ERROR,  /* it could not be tried */
};

struct mdt_merge_case {
	struct mdt_merge_case *next;
	struct mdt_slice class, name; /* class: empty in KTAP */
	enum mdt_merge_end end;
	struct mdt_slice message; /* why it did not pass: a line; may be empty */
	struct mdt_slice text;	  /* the same at length: lines */
	struct mdt_slice output;  /* system-out, or what follows the # of KTAP */
	size_t file;		  /* which one it is from, from 0 */
};

struct mdt_merge_suite {
	struct mdt_merge_suite *next;
	struct mdt_slice name, output;
	struct mdt_merge_case *first, *last;
	struct mdt_map names; /* class and name to the case */
	size_t len;
	size_t ends[MDT_MERGE_ERROR + 1]; /* cases, by how they ended */
};

struct mdt_merge_suites {
	struct mdt_merge_suite *first, *last;
	size_t len;
};

/** A file that was read. */
struct mdt_merge_file {
	struct mdt_merge_file *next;
	struct mdt_slice path;
	struct mdt_slice job;	     /* `mdtrace replay`; empty: it is no share */
	uint64_t shard, shard_count; /* from 1; 0: it is no share */
	enum mdt_merge_form form;
};

/** Zeroed, it is empty. */
struct mdt_merge {
	struct mdt_arena arena; /* owns all that is below */
	struct mdt_merge_suites suites;
	struct mdt_merge_file *first, *last;
	size_t len;
	/** What is wrong with the files, not with what they tell: each message is a
	 * whole sentence. NULL: nothing. mdt_merge_finish() makes it the last suite. */
	struct mdt_merge_suite *troubles;
};

MDT_API void mdt_merge_deinit(struct mdt_merge *merge);

/**
 * Read a result, and join it with those before.
 * @param path Names the file; copied.
 * @param bytes All of it; copied where needed.
 * @return NULL; MDT_ERR_SYNTAX, with the place, when it is no result, of which nothing is
 * then taken; &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_merge_add(struct mdt_merge *merge, const char *path,
					struct mdt_slice bytes) MUST_CHECK;

/** Note what is wrong with a file. @param name Of the case that stands for it. */
MDT_API struct mdt_error *mdt_merge_note(struct mdt_merge *merge, struct mdt_slice name,
					 struct mdt_slice message) MUST_CHECK;

/** After the last file: note shares that are missing or came twice, and that there is no
 * case at all. */
MDT_API struct mdt_error *mdt_merge_finish(struct mdt_merge *merge) MUST_CHECK;

/** How a process that shows it should end: 0; 1 when a case failed; 2 when one could not
 * be tried, or mdt_merge_note() was called. What was not run after a failure is a part of
 * the failure. */
MDT_API int mdt_merge_status(const struct mdt_merge *merge);

/** What JUnit's message of a case begins with that others before it kept from running. */
#define MDT_MERGE_NOT_RUN "not run: "

#endif
