// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "view/parts.h"

enum { SPOOL_FULL = 1 << 20 };

static int open_unnamed(const char *folder)
{
	char path[4096];
	int fd = open(folder, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

	// Not every file system can do that.
	if (fd >= 0 || snprintf(path, sizeof(path), "%s/mdtrace.XXXXXX", folder) >=
			       (int)sizeof(path))
		return fd;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

struct mdt_error *view_spool_open(struct view_spool *spool)
{
	const char *folder = getenv("TMPDIR");

	if (!folder || !*folder)
		folder = "/tmp";
	*spool = (struct view_spool){ .fd = open_unnamed(folder) };
	if (spool->fd < 0)
		return mdt_error_os(errno, "%s: a temporary file", folder);
	return NULL;
}

void view_spool_close(struct view_spool *spool)
{
	if (spool->fd >= 0)
		close(spool->fd);
	spool->fd = -1;
	mdt_buf_deinit(&spool->pending);
}

void view_spool_add(struct view_spool *spool, struct mdt_slice bytes)
{
	mdt_buf_add(&spool->pending, bytes);
	spool->size += bytes.len;
}

struct mdt_error *view_spool_flush(struct view_spool *spool)
{
	struct mdt_slice rest = mdt_buf_slice(&spool->pending);
	struct mdt_error *err = mdt_buf_error(&spool->pending);

	while (!err && rest.len) {
		ssize_t n = write(spool->fd, rest.str, rest.len);

		if (n > 0)
			rest = mdt_slice_skip(rest, (size_t)n);
		else if (n == 0 || errno != EINTR)
			err = mdt_error_os(n ? errno : EIO, "a temporary file");
	}
	mdt_buf_clear(&spool->pending);
	if (spool->pending.cap > SPOOL_FULL)
		mdt_buf_deinit(&spool->pending);
	return err;
}

static struct mdt_error *read_at(int fd, uint64_t at, char *to, size_t room, size_t *ret)
{
	size_t len = 0;

	while (len < room) {
		ssize_t n = pread(fd, to + len, room - len, (off_t)(at + len));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return mdt_error_os(errno, "reading the log again");
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*ret = len;
	return NULL;
}

// Move the window to a place; what is read is whole if the file has it.
static struct mdt_error *move_window(struct view_window *window, int fd, uint64_t at)
{
	if (!window->bytes)
		window->bytes = malloc(VIEW_WINDOW);
	if (!window->bytes)
		return &mdt_enomem;
	window->fd = fd;
	// Some of what is before it, too: one scrolls back as well.
	window->at = at > VIEW_WINDOW / 4 ? at - VIEW_WINDOW / 4 : 0;
	window->len = 0;
	return read_at(fd, window->at, window->bytes, VIEW_WINDOW, &window->len);
}

struct mdt_error *view_window_read(struct view_window *window, int fd, uint64_t at,
				   size_t len, struct mdt_buf *ret)
{
	struct mdt_error *err;
	size_t got = 0;

	if (len > VIEW_WINDOW / 2) {
		if (!mdt_buf_reserve(ret, len))
			return &mdt_enomem;
		err = read_at(fd, at, ret->str + ret->len, len, &got);
		ret->len += err ? 0 : got;
		return err;
	}
	if (!window->bytes || window->fd != fd || at < window->at ||
	    at + len > window->at + window->len) {
		err = move_window(window, fd, at);
		if (err)
			return err;
	}
	if (at < window->at + window->len)
		got = window->len - (size_t)(at - window->at);
	mdt_buf_add(ret, mdt_slice_from(window->bytes + (at - window->at),
					got < len ? got : len));
	return mdt_buf_error(ret);
}
