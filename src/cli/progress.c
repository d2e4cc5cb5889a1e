// SPDX-License-Identifier: MIT
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

enum { BAR_WIDTH = 30 };

void progress_begin(struct progress *progress, size_t total)
{
	*progress = (struct progress){ .total = total,
				       .bar = isatty(STDERR_FILENO),
				       .silent = total < 2 };
}

void progress_next(struct progress *progress, size_t index, const char *name)
{
	char bar[BAR_WIDTH + 1];

	if (progress->silent || !progress->bar)
		return;
	for (size_t i = 0; i < BAR_WIDTH; i++)
		bar[i] = i * progress->total < index * BAR_WIDTH ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	fprintf(stderr, "\r\033[K[%s] %zu/%zu %.60s", bar, index, progress->total, name);
}

void progress_done(struct progress *progress, size_t index, const char *name,
		   const char *outcome)
{
	if (progress->silent || progress->bar)
		return;
	fprintf(stderr, "mdtrace: %zu/%zu %s: %s\n", index, progress->total, name,
		outcome);
}

void progress_end(struct progress *progress)
{
	if (!progress->silent && progress->bar)
		fputs("\r\033[K", stderr);
}
