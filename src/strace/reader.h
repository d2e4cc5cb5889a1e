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

/** What becomes of a log that a mailer, a web page or a logger has changed. */
enum mdt_input {
	MDT_INPUT_AUTO, /* what they did is found out and undone: paste/paste.h */
	MDT_INPUT_AS_IS,
};

/** For all readers that are made from now on; one setting for the program. */
MDT_API void mdt_reader_set_input(enum mdt_input input);

/**
 * Who is to be told, of each reader that is made from now on, what it undoes.
 * @param undone NULL: nobody. @p words as mdt_reader_undone() has them.
 */
MDT_API void mdt_reader_on_undone(void (*undone)(const char *path,
						 struct mdt_slice words));

/**
 * Open a log; see mdt_source_create(). Its beginning is read, to see whether something
 * needs to be undone: then an event's text is that of the line as it was, and may come of
 * several lines of the file; its line is the first of them, and a fault's place is in the
 * file.
 *
 * A name that ends in a dot and digits (`strace -ff -o log` makes `log.1234`) gives the
 * pid of lines that have none.
 * @param path Borrowed: must outlive @p ret.
 */
MDT_API struct mdt_error *mdt_reader_create(const char *path,
					    struct mdt_reader **ret) MUST_CHECK;

/** The same for text in memory, which must outlive @p ret. */
MDT_API struct mdt_error *mdt_reader_create_text(const char *path, struct mdt_slice text,
						 struct mdt_reader **ret) MUST_CHECK;

/** The same, and the text is read as it is. */
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

/** What is undone, in words: "quoted mail, wrapped at 72"; empty when nothing is. */
MDT_API struct mdt_slice mdt_reader_undone(const struct mdt_reader *reader);

static inline void mdt_reader_destroyp(struct mdt_reader **reader)
{
	mdt_reader_destroy(*reader);
}

/**
 * A line without its colors (ESC [ ... m), as event->colored says it has some.
 * @param[out] ret What was in it goes.
 */
MDT_API void mdt_strip_colors(struct mdt_slice line, struct mdt_buf *ret);

#endif
