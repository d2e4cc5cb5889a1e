// SPDX-License-Identifier: MIT
/*
 * Loaded before a program (LD_PRELOAD): read() and write() do a few bytes at a time, and
 * every third is interrupted (EINTR). A program that is right does not care.
 */
#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned int count;

static int interrupted(void)
{
	if (++count % 3)
		return 0;
	errno = EINTR;
	return 1;
}

// Between 1 and 4099 bytes, another number each time.
static size_t some(size_t size)
{
	size_t most = 1 + count * 977 % 4099;

	return size < most ? size : most;
}

ssize_t read(int fd, void *to, size_t size)
{
	return interrupted() ? -1 : syscall(SYS_read, fd, to, some(size));
}

ssize_t write(int fd, const void *from, size_t size)
{
	return interrupted() ? -1 : syscall(SYS_write, fd, from, some(size));
}
