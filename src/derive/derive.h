/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Logs to a plan: which calls reach the md driver, what their arguments are where the log
 * has only a pointer, what was on the disks, and which array the log begins with.
 *
 * Everything is taken from the logs and from what mdadm is known to do; what had to be
 * guessed is marked in the plan with its reason (docs/plan.md).
 */
#ifndef MDT_DERIVE_DERIVE_H
#define MDT_DERIVE_DERIVE_H

#include "plan/plan.h"

/** What the user knows and the logs may not tell; a log's own word counts more. */
struct mdt_plan_options {
	uint64_t disk_size; /* bytes; 0: not said. The default is 16 MiB */
	unsigned int disks; /* raid_disks of an array that is there before the log; 0: not
			       said. The default is 2 */
	int level;	    /* with has_level; the default is raid1 */
	bool has_level;
};

/** Why a plan has skipped a line that may have been a call: mdt_plan_skipped's reason. */
#define MDT_SKIPPED_FAULT "a line that was not understood"

/**
 * Make the plan of logs that are run one after the other on the same disks.
 * @param logs Paths as mdt_source_create() takes them ("-" is standard input). One that
 * is itself a plan or an executed log must be the only one; it is then the plan, its
 * results what is expected.
 * @param options NULL: nothing is said.
 * @param[out] ret An empty plan. On error: to be deinitialised all the same.
 * @return NULL; what mdt_source_create(), mdt_source_next() and mdt_plan_read() give;
 * MDT_ERR_INVALID when a plan is among several logs, or a disk is too small for the
 * superblock that it must have had; or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_plan_make(const char *const *logs, size_t count,
					const struct mdt_plan_options *options,
					struct mdt_plan *ret) MUST_CHECK;

/** The same for one log in memory; @p path is its name. */
MDT_API struct mdt_error *mdt_plan_make_memory(const char *path, struct mdt_slice text,
					       const struct mdt_plan_options *options,
					       struct mdt_plan *ret) MUST_CHECK;

/**
 * Read what a guest has executed: what `mdtrace replay --format=strace` prints.
 * @param path As mdt_source_create() takes it.
 * @param[out] ret An empty plan. On error: to be deinitialised all the same.
 * @return NULL; what mdt_source_create(), mdt_source_next() and mdt_plan_read() give; or
 * MDT_ERR_INVALID when it is a plan that nobody has executed.
 */
MDT_API struct mdt_error *mdt_executed_read(const char *path,
					    struct mdt_plan *ret) MUST_CHECK;

#endif
