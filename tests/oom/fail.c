// SPDX-License-Identifier: MIT
/*
 * Loaded before a program (LD_PRELOAD): the allocation number $FAIL_AT fails, and all
 * after it when $FAIL_ALL is set. At exit, the count of allocations goes to descriptor
 * $FAIL_COUNT_FD, if that is set.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// glibc's own, below the names that are replaced here.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static unsigned long count, fail_at;
static int fail_all, count_fd = -1;

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("FAIL_AT"), *fd = getenv("FAIL_COUNT_FD");

	count = 0;
	fail_all = getenv("FAIL_ALL") != NULL;
	fail_at = at ? strtoul(at, NULL, 10) : 0;
	count_fd = fd ? atoi(fd) : -1;
}

__attribute__((destructor)) static void end(void)
{
	if (count_fd >= 0)
		dprintf(count_fd, "%lu\n", count);
}

static int fails(void)
{
	unsigned long number = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);

	if (!fail_at || number < fail_at || (number > fail_at && !fail_all))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}
