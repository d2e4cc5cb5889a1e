/* SPDX-License-Identifier: MIT */
/** @file A plan run on several kernels, and what each made of it. */
#ifndef MDT_CLI_REPLAY_KERNELS_H
#define MDT_CLI_REPLAY_KERNELS_H

#include "cli/machine.h"
#include "report/replay_kernels.h"

/** One kernel, and what it last made of a plan. */
struct replay_column {
	const char *kernel;	  /* as it was given; NULL: the default */
	const char *executed_log; /* that is judged in place of a run; or NULL */
	struct machine machine;
	struct mdt_plan executed;
	struct mdt_verdicts verdicts;
	struct machine_end end;
	struct mdt_run run;
	struct mdt_buf name;
	struct mdt_slice options; /* of a job; lines of src/guest/job.h; borrowed */
};

struct replay_columns {
	struct replay_column *items; /* owned */
	size_t count;
};

/**
 * A machine for each of @p kernels; none is started. Of no kernels, one: the default. Or
 * a column for each executed log, which is judged in place of a run.
 * @param options Its kernel is not looked at.
 * @return NULL, or MDT_ERR_INVALID; deinitialise also then.
 */
struct mdt_error *replay_columns_init(struct replay_columns *columns,
				      const struct strings *kernels,
				      const struct strings *executed,
				      const struct machine_options *options) MUST_CHECK;

/** Ends the machines. */
void replay_columns_deinit(struct replay_columns *columns);

/** Free what the last run has left; the machine stays. */
void replay_column_forget(struct replay_column *column);

/** Run a plan on one kernel, in place of what it ran before, and judge it. */
struct mdt_error *replay_column_run(struct replay_column *column,
				    const struct mdt_plan *plan) MUST_CHECK;

/** Run a plan on every kernel, one after the other, and judge it. */
struct mdt_error *replay_columns_run(struct replay_columns *columns,
				     const struct mdt_plan *plan) MUST_CHECK;

/** Load md's modules anew in all that run. */
struct mdt_error *replay_columns_freshen(struct replay_columns *columns) MUST_CHECK;

/**
 * The columns as a table.
 * @param[out] ret An array of count, valid as long as the columns; free() it.
 */
struct mdt_error *replay_columns_table(struct replay_columns *columns,
				       struct mdt_replay_column **ret) MUST_CHECK;

#endif
