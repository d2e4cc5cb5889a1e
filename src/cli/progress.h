/* SPDX-License-Identifier: MIT */
/**
 * @file
 * How far a long command has come, on standard error: a bar on a terminal, which goes
 * away at the end; else a line for each piece.
 */
#ifndef MDT_CLI_PROGRESS_H
#define MDT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
	size_t total;
	bool bar;    /* standard error is a terminal */
	bool silent; /* there is one piece only: nothing is said */
};

void progress_begin(struct progress *progress, size_t total);

/** @p index pieces are done, and @p name is next. */
void progress_next(struct progress *progress, size_t index, const char *name);

/** A piece's outcome, in a few words: what a file gets as a line. */
void progress_done(struct progress *progress, size_t index, const char *name,
		   const char *outcome);

void progress_end(struct progress *progress);

#endif
