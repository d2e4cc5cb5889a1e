/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A job that runs programs in place of a plan's calls. Its text, a directive a line:
 *
 *	# mdtrace: exec 1
 *	# mdtrace: module raid1
 *	# mdtrace: disk 7:0 "/dev/loop0" 41943040
 *	# mdtrace: env "MDADM_NO_UDEV=1"
 *	# mdtrace: run "create" 60 "/run/log" "/usr/bin/strace" "-o" "/run/log" ...
 *	# mdtrace: settle 60
 *
 * `module` and `disk` are a plan's. `run` has a name, a bound in seconds, a file that the
 * program leaves or "" for none, the program's path and its arguments. `settle` has a
 * bound in seconds.
 *
 * What goes to the host as lines is an executed log with, for each `run`,
 *
 *	# mdtrace: runs "create"
 *	# mdtrace: ran "create" exited 0
 *	# mdtrace: data "output" 38
 *	...
 *	# mdtrace: data "file" 41772 cut
 *	...
 *
 * where `ran` says `exited STATUS`, `killed SIGNAL` or `timed-out 0`, and `data` has so
 * many bytes in the lines behind it, then an end of line: what the program wrote to
 * standard output and error, and its file. `cut`: there was more. Then come the lines of
 * what was seen (docs/plan.md).
 */
#ifndef MDT_GUEST_EXEC_H
#define MDT_GUEST_EXEC_H

#include "guest/machine.h"

/** Whether a job's text is one of these. */
bool guest_exec_is(struct mdt_slice text);

/** Run it; as guest_run(). Every process that is left at the end is killed. */
struct mdt_error *guest_exec_run(struct guest_machine *machine, struct mdt_slice text,
				 const struct guest_job *job,
				 struct mdt_buf *stuck) MUST_CHECK;

#endif
