/* SPDX-License-Identifier: MIT */
/** @file Lines that were not understood: told on standard error, and counted. */
#ifndef MDT_CLI_FAULTS_H
#define MDT_CLI_FAULTS_H

#include "base/error.h"
#include "strace/event.h"

/** Only so many are told of each log; the rest is counted. */
enum { FAULTS_TOLD = 20, FAULTS_LOOKS = 20 };

struct faults {
	unsigned long long count; /* of all logs */
	unsigned long long in_file;
	bool understood; /* a line of this log was strace's */
	/* Until then the faults wait: if there is nothing else, one line says it all. */
	struct mdt_error *waiting[FAULTS_TOLD];
	size_t waiting_count;
	unsigned int looks[FAULTS_LOOKS]; /* lines that look like something else */
};

/** If the event's line was not understood, say `file:line:column: expected ...`. */
void faults_note(struct faults *faults, const char *file, const struct mdt_event *event);

/**
 * At the end of a log: say how many were not told; of a log in which nothing was
 * understood, what it looks like.
 */
void faults_end_file(struct faults *faults, const char *file);

#endif
