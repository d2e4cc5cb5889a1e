// SPDX-License-Identifier: MIT
/**
 * @file
 * Make a long log on standard output.
 *
 *   make_log repeat BYTES FILE...   the logs over and over; the pids that begin their
 * lines are others in each round make_log futex BYTES THREADS    nothing but futex calls,
 * every one of them unfinished and resumed
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PID_MAX = 4000000, PID_STEP = 101 };

static uint64_t written;

#define print(...) (written += (uint64_t)printf(__VA_ARGS__))

static void copy_line(const char *line, size_t len, unsigned long round)
{
	char *end;
	unsigned long pid = strtoul(line, &end, 10);

	if (end != line && *end == ' ')
		print("%lu", 1 + (pid + round * PID_STEP) % PID_MAX);
	else
		end = (char *)line;
	len -= (size_t)(end - line);
	written += fwrite(end, 1, len, stdout);
}

static void copy_log(const char *path, unsigned long round)
{
	FILE *log = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	if (!log)
		err(2, "%s", path);
	while ((len = getline(&line, &cap, log)) > 0)
		copy_line(line, (size_t)len, round);
	free(line);
	fclose(log);
}

static void repeat(uint64_t bytes, char **paths)
{
	for (unsigned long round = 0; written < bytes; round++)
		for (char **path = paths; *path; path++)
			copy_log(*path, round);
}

// At any time all threads but one are inside of a call.
static void futex(uint64_t bytes, unsigned int threads)
{
	for (uint64_t call = 0; written < bytes; call++) {
		unsigned int pid = 1000 + (unsigned int)(call % threads);

		if (call >= threads)
			print("%u  <... futex resumed>)        = %d\n", pid,
			      (int)(call & 1));
		print("%u  futex(0x7f%010" PRIx64
		      ", FUTEX_WAIT_PRIVATE, %u, NULL <unfinished ...>\n",
		      pid, (call * 64) & 0xffffffffff, pid);
	}
}

int main(int argc, char **argv)
{
	uint64_t bytes = argc > 3 ? strtoull(argv[2], NULL, 10) : 0;

	if (!bytes)
		errx(2, "usage: make_log repeat BYTES FILE... | futex BYTES THREADS");
	if (strcmp(argv[1], "futex") == 0)
		futex(bytes, (unsigned int)strtoul(argv[3], NULL, 10));
	else
		repeat(bytes, argv + 3);
	if (fflush(stdout) || ferror(stdout))
		err(2, "standard output");
	return 0;
}
