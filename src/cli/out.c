// SPDX-License-Identifier: MIT
#include "cli/out.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { EXIT_SIGPIPE = 128 + SIGPIPE };

void out_init(struct out *out, int fd)
{
	*out = (struct out){ .fd = fd };
	// A failure shows in buf.failed at the first flush.
	mdt_buf_reserve(&out->buf, OUT_FULL + OUT_FULL);
}

void out_deinit(struct out *out)
{
	mdt_buf_deinit(&out->buf);
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

void out_flush(struct out *out)
{
	write_all(out, mdt_buf_slice(&out->buf));
	if (out->buf.failed && !out_failed(out))
		out->os_errno = ENOMEM;
	mdt_buf_clear(&out->buf);
}

void out_write(struct out *out, struct mdt_slice s)
{
	out_flush(out);
	write_all(out, s);
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
