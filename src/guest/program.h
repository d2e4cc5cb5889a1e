/* SPDX-License-Identifier: MIT */
/** @file Running one program to its end, or for a while. */
#ifndef MDT_GUEST_PROGRAM_H
#define MDT_GUEST_PROGRAM_H

#include <stdbool.h>

#include "base/macro.h"

enum guest_end {
	GUEST_EXITED,
	GUEST_KILLED,
	GUEST_TIMED_OUT, /* and so every process was killed */
};

struct guest_ending {
	enum guest_end end;
	int number; /* exit status, or signal */
};

/**
 * Run a program with standard input from /dev/null.
 * @param words Its path and arguments, NULL-terminated.
 * @param output Gets what it writes to standard output and error; replaced.
 * @return 0, or an errno: no process could be made. A program that cannot be run exits
 * with 127 and says why.
 */
int guest_program_run(const char *const *words, const char *const *env,
		      const char *output, unsigned int seconds, struct guest_ending *ret);

/** Kill every process but this one, the first, and wait until they are gone. */
void guest_program_kill_all(void);

#endif
