/* SPDX-License-Identifier: MIT */
/**
 * @file
 * `mdtrace record -- COMMAND`: strace of a command on this machine.
 */
#ifndef MDT_CLI_RECORD_HOST_H
#define MDT_CLI_RECORD_HOST_H

#include "base/error.h"
#include "base/slice.h"
#include "cli/cli.h"

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
 * @param[out] ret As a shell: STATUS_NO_COMMAND or STATUS_CANNOT_RUN when the command can
 * not be run, which has then been said, and nothing has been written.
 * @return Only if that fails: why.
 */
struct mdt_error *record_host(const struct record_host *record,
			      enum status *ret) MUST_CHECK;

#endif
