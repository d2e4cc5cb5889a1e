/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Where the lines come from: a file, a pipe that stays open, standard input, or memory;
 * plain or compressed (gzip, xz, zstd, bzip2, lz4, compress: what libarchive's filters
 * read), told by the first bytes and not by the name. Memory does not grow with the log,
 * only with its longest line.
 */
#ifndef MDT_STRACE_SOURCE_H
#define MDT_STRACE_SOURCE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

struct mdt_source;

struct mdt_line {
	struct mdt_slice
		text; /* without its end; valid until the next line is asked for */
	struct mdt_slice eol; /* "\n", "\r\n", or nothing at the end of the file */
	bool is_piece;	      /* of a line longer than MDT_LINE_MAX; the rest follows */
};

/**
 * Open a log.
 * @param path "-" is standard input. Borrowed: must outlive @p ret, and names the log in
 * errors.
 * @return NULL, or MDT_ERR_OS when it cannot be opened or read, MDT_ERR_FORMAT for a
 * compressed file that is damaged at its start.
 */
MDT_API struct mdt_error *mdt_source_create(const char *path,
					    struct mdt_source **ret) MUST_CHECK;

/** The same for text in memory, which must outlive @p ret; never decompressed. */
MDT_API struct mdt_error *mdt_source_create_memory(const char *path,
						   struct mdt_slice text,
						   struct mdt_source **ret) MUST_CHECK;

/** Closes and frees; NULL is fine. */
MDT_API void mdt_source_destroy(struct mdt_source *source);

/**
 * The next line.
 * @param[out] got false at the end.
 * @return NULL; MDT_ERR_OS when reading fails; MDT_ERR_FORMAT when a compressed file is
 * damaged or cut short, which comes after every line before the damage.
 */
MDT_API struct mdt_error *mdt_source_next(struct mdt_source *source, struct mdt_line *ret,
					  bool *got) MUST_CHECK;

/** Append all of a file, as mdt_source_create() and mdt_source_next() read it. */
MDT_API struct mdt_error *mdt_source_read(const char *path,
					  struct mdt_buf *ret) MUST_CHECK;

/**
 * Look at what comes next without taking it.
 * @param want Bytes; less than MDT_PEEK_MAX. A pipe that has nothing more for a moment
 * gives less, but a whole line if there is one.
 * @param[out] ret Whole lines, except at the end of the log; valid until the next call of
 * any function here. May be empty. What goes wrong is told by mdt_source_next().
 */
MDT_API void mdt_source_peek(struct mdt_source *source, size_t want,
			     struct mdt_slice *ret);
enum { MDT_PEEK_MAX = 128 << 10 };

/**
 * True when the next line is not here yet, so that asking for it may wait for the program
 * that writes the log: what has been said so far should be flushed now.
 */
MDT_API bool mdt_source_may_wait(const struct mdt_source *source);

static inline void mdt_source_destroyp(struct mdt_source **source)
{
	mdt_source_destroy(*source);
}

#endif
