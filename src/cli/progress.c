// SPDX-License-Identifier: MIT
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/visible.h"
#include "cli/cli.h"

enum { BAR_WIDTH = 30, NAME_WIDTH = 60 };

void progress_begin(struct progress *progress, size_t total)
{
	*progress = (struct progress){ .total = total,
				       .bar = isatty(STDERR_FILENO),
				       .silent = total < 2 };
}

void progress_next(struct progress *progress, size_t index, const char *name)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf shown = { 0 };
	char bar[BAR_WIDTH + 1];

	if (progress->silent || !progress->bar)
		return;
	for (size_t i = 0; i < BAR_WIDTH; i++)
		bar[i] = i * progress->total < index * BAR_WIDTH ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	mdt_visible_words(&shown, mdt_slice_cstr(name));
	fprintf(stderr, "\r\033[K[%s] %zu/%zu %.*s", bar, index, progress->total,
		SLICE_FMT(mdt_slice_head(mdt_buf_slice(&shown), NAME_WIDTH)));
}

void progress_done(struct progress *progress, size_t index, const char *name,
		   const char *outcome)
{
	if (progress->silent || progress->bar)
		return;
	cli_say("%zu/%zu %s: %s", index, progress->total, name, outcome);
}

void progress_end(struct progress *progress)
{
	if (!progress->silent && progress->bar)
		fputs("\r\033[K", stderr);
}
