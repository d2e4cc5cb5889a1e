/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A log as a stream of events, one for each line, nothing dropped. The reader joins what
 * strace tore apart: a call that was unfinished is whole again in its RESUMED event.
 * Memory grows with the number of calls that are open at once, not with the log.
 */
#ifndef MDT_STRACE_READER_H
#define MDT_STRACE_READER_H

#include "base/error.h"
#include "strace/event.h"

struct mdt_reader;

/**
 * Open a log; see mdt_source_create().
 *
 * A name that ends in a dot and digits (`strace -ff -o log` makes `log.1234`) gives the
 * pid of lines that have none.
 * @param path Borrowed: must outlive @p ret.
 */
MDT_API struct mdt_error *mdt_reader_create(const char *path,
					    struct mdt_reader **ret) MUST_CHECK;

/** The same for text in memory, which must outlive @p ret. */
MDT_API struct mdt_error *mdt_reader_create_memory(const char *path,
						   struct mdt_slice text,
						   struct mdt_reader **ret) MUST_CHECK;

/** Closes and frees; NULL is fine. */
MDT_API void mdt_reader_destroy(struct mdt_reader *reader);

/**
 * The next line's event.
 * @param[out] ret Borrows from the reader until its next call.
 * @param[out] got false at the end of the log.
 * @return NULL, or what mdt_source_next() gives; lines before the damage have then been
 * read.
 */
MDT_API struct mdt_error *mdt_reader_next(struct mdt_reader *reader,
					  struct mdt_event *ret, bool *got) MUST_CHECK;

/** See mdt_source_may_wait(). */
MDT_API bool mdt_reader_may_wait(const struct mdt_reader *reader);

/** Calls that began and have not been resumed so far. */
MDT_API size_t mdt_reader_unfinished(const struct mdt_reader *reader);

/** The pid that the log's name gives, or 0. */
MDT_API uint32_t mdt_reader_pid(const struct mdt_reader *reader);

static inline void mdt_reader_destroyp(struct mdt_reader **reader)
{
	mdt_reader_destroy(*reader);
}

#endif
