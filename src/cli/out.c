// SPDX-License-Identifier: MIT
#include "cli/out.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/visible.h"

enum { EXIT_SIGPIPE = 128 + SIGPIPE };

void out_init(struct out *out, int fd)
{
	*out = (struct out){ .fd = fd, .is_terminal = isatty(fd) };
	// A failure shows in buf.failed at the first flush.
	mdt_buf_reserve(&out->buf, OUT_FULL + OUT_FULL);
}

void out_deinit(struct out *out)
{
	mdt_buf_deinit(&out->buf);
	mdt_buf_deinit(&out->shown);
}

static bool goes_as_it_is(const struct out *out)
{
	return out->is_bytes && !out->is_terminal;
}

// Also when our parent ignored SIGPIPE: who reads us left, and nobody wants to hear more.
static _Noreturn void die_of_sigpipe(void)
{
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
	_exit(EXIT_SIGPIPE);
}

// Whoever shares our output may have made it non-blocking.
static void wait_for_room(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };

	poll(&poll_fd, 1, -1);
}

static void write_all(struct out *out, struct mdt_slice s)
{
	while (s.len && !out_failed(out)) {
		ssize_t n = write(out->fd, s.str, s.len);

		if (n >= 0)
			s = mdt_slice_skip(s, (size_t)n);
		else if (errno == EPIPE)
			die_of_sigpipe();
		else if (errno == EAGAIN)
			wait_for_room(out->fd);
		else if (errno != EINTR)
			out->os_errno = errno;
	}
}

static void note_failure(struct out *out, const struct mdt_buf *buf)
{
	if (buf->failed && !out_failed(out))
		out->os_errno = ENOMEM;
}

// @param len How much of what is buffered can go.
static void write_visible(struct out *out, size_t len)
{
	mdt_buf_clear(&out->shown);
	mdt_visible_text(&out->shown, mdt_slice_head(mdt_buf_slice(&out->buf), len),
			 out->is_styled);
	note_failure(out, &out->shown);
	write_all(out, mdt_buf_slice(&out->shown));
}

// A character of which the rest is still to come waits for it.
static void flush_visible(struct out *out)
{
	struct mdt_slice text = mdt_buf_slice(&out->buf);
	char cut[4];
	size_t cut_len = mdt_utf8_cut(text);

	text.len -= cut_len;
	memcpy(cut, text.str + text.len, cut_len);
	write_visible(out, text.len);
	note_failure(out, &out->buf);
	mdt_buf_clear(&out->buf);
	mdt_buf_add(&out->buf, mdt_slice_from(cut, cut_len));
}

void out_flush(struct out *out)
{
	if (!goes_as_it_is(out)) {
		flush_visible(out);
		return;
	}
	write_all(out, mdt_buf_slice(&out->buf));
	note_failure(out, &out->buf);
	mdt_buf_clear(&out->buf);
}

void out_finish(struct out *out)
{
	out_flush(out);
	if (out->buf.len)
		write_visible(out, out->buf.len);
	mdt_buf_clear(&out->buf);
}

void out_write(struct out *out, struct mdt_slice s)
{
	if (goes_as_it_is(out)) {
		out_flush(out);
		write_all(out, s);
		return;
	}
	mdt_buf_add(&out->buf, s);
	out_flush(out);
}

void out_bytes(struct out *out)
{
	if (!out->is_bytes)
		out_flush(out);
	out->is_bytes = true;
}

void out_add_log(struct out *out, struct mdt_slice s)
{
	if (goes_as_it_is(out) || !out->is_styled) {
		out_add(out, s);
		return;
	}
	mdt_visible_text(&out->buf, s, false);
	out_settle(out);
}

void out_printf(struct out *out, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		out->buf.failed = true;
		return;
	}
	out_add(out, mdt_slice_from(text, (size_t)n));
	free(text);
}

struct mdt_error *out_error(const struct out *out)
{
	if (!out_failed(out))
		return NULL;
	return mdt_error_os(out->os_errno, "standard output");
}
