/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Buffered output. Write errors are remembered, not returned: add as much as you like,
 * stop early when out_failed() says so, and main() reports the rest.
 *
 * All output of mdtrace goes through here, and what a terminal would obey is made visible
 * (base/visible.h): in mdtrace's own text always, in bytes (out_bytes()) when the output
 * is a terminal and `--raw` was not given.
 */
#ifndef MDT_CLI_OUT_H
#define MDT_CLI_OUT_H

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

enum { OUT_FULL = 128 << 10 };

struct out {
	int fd;
	int os_errno;	  /* of the first write that failed, 0 while all is well */
	bool is_terminal; /* and `--raw` was not given */
	bool is_bytes;	  /* set by out_bytes() */
	bool is_styled;	  /* mdtrace's own styles pass; only for text without others */
	/**
	 * What is not written yet. Library code that fills a struct mdt_buf may append
	 * here directly; call out_settle() after each piece.
	 */
	struct mdt_buf buf;
	struct mdt_buf shown; /* buf as a terminal may see it */
};

/** @param fd Borrowed. Asked here whether it is a terminal: a pager may come later. */
void out_init(struct out *out, int fd);

/** Frees the buffer; what was not flushed is lost. */
void out_deinit(struct out *out);

/**
 * Write out all that is buffered, and after a failure drop it. A closed pipe (EPIPE) ends
 * the program as SIGPIPE does, without a word.
 */
void out_flush(struct out *out);

/** The same at the end of the output. */
void out_finish(struct out *out);

/** Write @p s behind all that is buffered, without a copy where it goes as it is. */
void out_write(struct out *out, struct mdt_slice s);

/**
 * What follows is not text of mdtrace but a log's bytes, or a format that has its own way
 * to write any byte (JSON, HTML, XML, plans). To a pipe or a file they go as they are.
 */
void out_bytes(struct out *out);

/** Add a log's bytes, already visible where they must be: a style cannot come from them.
 */
void out_add_log(struct out *out, struct mdt_slice s);

static inline bool out_failed(const struct out *out)
{
	return out->os_errno != 0;
}

/** Flush if enough has gathered to be worth a system call. */
static inline void out_settle(struct out *out)
{
	if (unlikely(out->buf.len >= OUT_FULL))
		out_flush(out);
}

static inline void out_add(struct out *out, struct mdt_slice s)
{
	if (unlikely(s.len >= OUT_FULL)) {
		out_write(out, s);
		return;
	}
	mdt_buf_add(&out->buf, s);
	out_settle(out);
}

static inline void out_addc(struct out *out, char c)
{
	mdt_buf_addc(&out->buf, c);
	out_settle(out);
}

static inline void out_adds(struct out *out, const char *str)
{
	out_add(out, mdt_slice_cstr(str));
}

void out_printf(struct out *out, const char *fmt, ...) PRINTF_LIKE(2, 3);

/** @return What went wrong with standard output, or NULL. */
struct mdt_error *out_error(const struct out *out) MUST_CHECK;

#endif
