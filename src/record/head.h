/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a recorded log begins with: comments in the words of docs/plan.md that say what
 * the log was made of and with. strace's own lines follow.
 *
 *	# mdtrace: recorded "6.1.0-56-cloud-amd64"
 *	# mdtrace: system "Linux 6.1.0-56-cloud-amd64 #1 SMP ... x86_64"
 *	# mdtrace: recorder "mdtrace 0.1"
 *	# mdtrace: strace "6.1" "-f" "-v" "-s" "65536" "-yy"
 *	# mdtrace: lacks "no bytes of ioctl arguments ..."
 *	# mdtrace: command "mdadm" "--stop" "/dev/md0"
 *
 * and of a scenario's step, in front of `command`:
 *
 *	# mdtrace: step "create" "raid1-basic.scenario"
 */
#ifndef MDT_RECORD_HEAD_H
#define MDT_RECORD_HEAD_H

#include "base/buf.h"
#include "record/tracer.h"

/** Of slices that are empty, and pointers that are NULL, there is no line. */
struct mdt_record_head {
	struct mdt_slice release;  /* the kernel's */
	struct mdt_slice system;   /* all that uname says, the host's name left out */
	struct mdt_slice recorder; /* program and version */
	struct mdt_tracer tracer;
	const char *const *options;	 /* strace's, NULL-terminated */
	const struct mdt_slice *modules; /* personalities that there were, and no others
					  * could be loaded; NULL: not known */
	size_t module_count;
	struct mdt_slice scenario; /* its file's name, without folders */
	struct mdt_slice step;
	struct mdt_slice note;	    /* what else is to be known */
	const char *const *command; /* NULL-terminated */
};

/** Append the lines. */
MDT_API void mdt_record_head_write(const struct mdt_record_head *head,
				   struct mdt_buf *ret);

#endif
