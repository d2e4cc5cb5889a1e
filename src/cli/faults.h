/* SPDX-License-Identifier: MIT */
/** @file Lines that were not understood: told on standard error, and counted. */
#ifndef MDT_CLI_FAULTS_H
#define MDT_CLI_FAULTS_H

#include "strace/event.h"

/** Only so many are told of each log; the rest is counted. */
enum { FAULTS_TOLD = 20 };

struct faults {
	unsigned long long count; /* of all logs */
	unsigned long long in_file;
};

/** If the event's line was not understood, say `file:line:column: expected ...`. */
void faults_note(struct faults *faults, const char *file, const struct mdt_event *event);

/** At the end of a log: say how many were not told. */
void faults_end_file(struct faults *faults, const char *file);

#endif
