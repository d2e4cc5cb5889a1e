/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a normalised call is about, read from its text alone (normal.h): how much it
 * matters, and what it does to what. Calls that do the same thing to the same thing have
 * the same op; they are aligned with each other, and counted together.
 */
#ifndef MDT_DIFF_MEANING_H
#define MDT_DIFF_MEANING_H

#include "base/arena.h"
#include "base/error.h"
#include "ioctl/table.h"
#include "strace/event.h"
#include "trace/trace.h"

/** How deep a comparison looks; each has what the ones before it have. */
enum mdt_diff_level {
	MDT_LEVEL_STATES, /* what changes an array: ioctls, writes to sysfs, the programs
			   */
	MDT_LEVEL_MD, /* all that reaches the md driver and its world: its ioctls, nodes,
		       * attributes, parameters, superblocks; mdadm's own files */
	MDT_LEVEL_IOCTL,   /* all ioctls, and what is done to block devices */
	MDT_LEVEL_SYSCALL, /* everything */
};

enum { MDT_DIFF_LEVELS = MDT_LEVEL_SYSCALL + 1 };

/** What a call does, as far as the summary words it. */
enum mdt_diff_verb {
	MDT_VERB_CALL, /* any other: its name */
	MDT_VERB_IOCTL,
	MDT_VERB_OPEN,
	MDT_VERB_READ,
	MDT_VERB_WRITE,
	MDT_VERB_RUN,  /* execve() that succeeded */
	MDT_VERB_EXIT, /* +++ exited with 0 +++, +++ killed by ... +++ */
	MDT_VERB_SIGNAL,
};

struct mdt_diff_meaning {
	enum mdt_diff_level level;
	enum mdt_diff_verb verb;
	bool changes;	     /* asks md to change an array */
	struct mdt_slice op; /* "ADD_NEW_DISK on md0", "open /dev/md0" */
	struct mdt_slice
		label; /* the same of this very call: "ADD_NEW_DISK disk 1 on md0" */
	struct mdt_slice name;	  /* the ioctl's or call's: first word of op */
	struct mdt_slice subject; /* what it is about: "array_state of md0", "md0" */
	struct mdt_slice array;	  /* of which array that is; empty: none, or not told */
};

/**
 * @param text A normalised call.
 * @param trace, nodes The caller's; used. What the trace has of other texts does not
 * matter.
 * @param arena Where the slices of @p ret are put.
 */
struct mdt_error *mdt_diff_meaning_of(struct mdt_slice text,
				      const struct mdt_ioctl_table *table,
				      struct mdt_trace *trace, struct mdt_nodes *nodes,
				      struct mdt_arena *arena,
				      struct mdt_diff_meaning *ret) MUST_CHECK;

#endif
