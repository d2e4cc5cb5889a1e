/* SPDX-License-Identifier: MIT */
/**
 * @file
 * `mdtrace record -- COMMAND`: strace of a command on this machine.
 */
#ifndef MDT_CLI_RECORD_HOST_H
#define MDT_CLI_RECORD_HOST_H

#include "base/error.h"
#include "base/slice.h"

struct record_host {
	const char *strace; /* a path, or looked up in $PATH */
	const char
		*log; /* "-": standard output; NULL: standard error, as strace has it */
	bool times;
	struct mdt_slice recorder;  /* program and version, for the log's head */
	const char *const *command; /* NULL-terminated, not empty */
};

/**
 * Write the log's head, say on standard error what this strace cannot record, and become
 * strace: the command's output, its exit status and the signal that it dies of are what
 * the caller of mdtrace sees.
 * @return Only if that fails: why.
 */
struct mdt_error *record_host(const struct record_host *record) MUST_CHECK;

#endif
