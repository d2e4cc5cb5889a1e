// SPDX-License-Identifier: MIT
#include "vm/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void mdt_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void mdt_freep(char **str)
{
	free(*str);
}

bool mdt_file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static struct mdt_error *read_fd(int fd, const char *path, size_t most,
				 struct mdt_buf *ret)
{
	enum { STEP = 1 << 16 };

	while (most) {
		size_t step = most < STEP ? most : STEP;
		ssize_t n;

		if (!mdt_buf_reserve(ret, step))
			return &mdt_enomem;
		n = read(fd, ret->str + ret->len, step);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return mdt_error_os(errno, "%s", path);
		if (n == 0)
			return NULL;
		ret->len += (size_t)n;
		most -= (size_t)n;
	}
	return NULL;
}

struct mdt_error *mdt_file_read_head(const char *path, size_t most, struct mdt_buf *ret)
{
	// Not to be held up by a FIFO.
	_cleanup_(mdt_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return mdt_error_os(errno, "%s", path);
	if (S_ISDIR(st.st_mode))
		return mdt_error_os(EISDIR, "%s", path);
	if (!S_ISREG(st.st_mode))
		return mdt_error_os(EINVAL, "%s: not a regular file", path);
	return read_fd(fd, path, most, ret);
}

struct mdt_error *mdt_file_read(const char *path, struct mdt_buf *ret)
{
	return mdt_file_read_head(path, SIZE_MAX, ret);
}

bool mdt_file_write(int fd, struct mdt_slice bytes)
{
	while (bytes.len) {
		ssize_t n = write(fd, bytes.str, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes = mdt_slice_skip(bytes, (size_t)n);
	}
	return true;
}

// What is no regular file (a terminal, a pipe, /dev/null) cannot be replaced.
static struct mdt_error *write_in_place(const char *path, struct mdt_slice bytes)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	struct mdt_error *err = NULL;

	if (fd < 0)
		return mdt_error_os(errno, "%s", path);
	if (!mdt_file_write(fd, bytes))
		err = mdt_error_os(errno, "%s", path);
	if (close(fd) < 0 && !err)
		err = mdt_error_os(errno, "%s", path);
	return err;
}

static mode_t mode_of_new(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

// @param part A file beside @p path, that is open as @p fd. Closes it.
static bool fill_and_rename(int fd, const char *part, const char *path, mode_t mode,
			    struct mdt_slice bytes)
{
	bool ok = mdt_file_write(fd, bytes) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
	int saved = errno;

	if (close(fd) < 0 && ok) {
		ok = false;
		saved = errno;
	}
	if (ok && rename(part, path) < 0) {
		ok = false;
		saved = errno;
	}
	if (!ok)
		unlink(part);
	errno = saved;
	return ok;
}

// @param name The file's, for messages.
static struct mdt_error *write_aside(const char *name, const char *path, mode_t mode,
				     struct mdt_slice bytes)
{
	_cleanup_(mdt_freep) char *part = NULL;
	int fd;

	if (asprintf(&part, "%s.XXXXXX", path) < 0) {
		part = NULL;
		return &mdt_enomem;
	}
	fd = mkostemp(part, O_CLOEXEC);
	if (fd < 0 || !fill_and_rename(fd, part, path, mode, bytes))
		return mdt_error_os(errno, "%s", name);
	return NULL;
}

struct mdt_error *mdt_file_replace(const char *path, struct mdt_slice bytes)
{
	_cleanup_(mdt_freep) char *target = NULL;
	struct stat st;

	if (stat(path, &st) < 0)
		return write_aside(path, path, mode_of_new(), bytes);
	if (!S_ISREG(st.st_mode))
		return write_in_place(path, bytes);
	// What may not be written to is not replaced either.
	if (access(path, W_OK) < 0)
		return mdt_error_os(errno, "%s", path);
	target = realpath(path, NULL);
	return target ? write_aside(path, target, st.st_mode & 07777, bytes)
		      : mdt_error_os(errno, "%s", path);
}
