/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What goes to the guest and comes back when programs run in a VM: src/guest/exec.h has
 * the language of both.
 */
#ifndef MDT_RECORD_JOB_H
#define MDT_RECORD_JOB_H

#include "base/buf.h"
#include "record/scenario.h"

/** What a guest's job begins with. Then mdt_record_job_env(), then what is to be run. */
MDT_API void mdt_record_job_begin(struct mdt_buf *ret);

/** Append a scenario's disks and modules. */
MDT_API void mdt_record_job_disks(const struct mdt_scenario *scenario,
				  struct mdt_buf *ret);

/** Append the environment of programs: a small one, then @p env. @param env NULL, or
 * NULL-terminated. */
MDT_API void mdt_record_job_env(const char *const *env, struct mdt_buf *ret);

/** Append a program to run, without strace. @param path Where the guest has it. */
MDT_API void mdt_record_job_run(const char *name, unsigned int seconds, const char *path,
				const char *const *arguments, struct mdt_buf *ret);

/** How a scenario is run. */
struct mdt_record_job {
	const struct mdt_scenario *scenario;
	const char *strace;	    /* where the guest has it */
	const char *const *options; /* strace's, NULL-terminated */
	const char *const *paths;   /* by step: where the guest has its program; of SETTLE
				     * NULL */
};

/** The name under which a step is run: its own, or `run 5` with its line. */
MDT_API void mdt_record_step_name(const struct mdt_scenario_step *step,
				  struct mdt_buf *ret);

/** Append all of a scenario's job. */
MDT_API void mdt_record_job_write(const struct mdt_record_job *job, struct mdt_buf *ret);

#endif
