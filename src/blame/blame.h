/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Whose fault: four runs of one scenario, of a good and a bad mdadm on a good and a bad
 * kernel, and which of the two made the bad one of both go wrong.
 *
 * A run is a log: what mdadm did when it was recorded there, or what a replay of its log
 * has executed (docs/plan.md). Runs are compared pair by pair (diff/diff.h). What differs
 * is a sign: something is asked otherwise, or the same question is answered otherwise, or
 * the run ends otherwise. The symptom is the sign that weighs most between the good run
 * of both and the bad run of both; which of the two mixed runs has it, too, decides:
 *
 *	the bad kernel's only   the kernel    the same calls, answered otherwise
 *	the bad mdadm's only    mdadm         it asks something else
 *	neither                 both          the bad kernel refuses what only the bad
 *	                                      mdadm asks
 *	both                    each alone    either is enough
 *
 * unless what came first is neither's doing: a module that is missing, a sysfs that is
 * read-only, or the same question to the same kernel with another answer. That is the
 * environment.
 */
#ifndef MDT_BLAME_BLAME_H
#define MDT_BLAME_BLAME_H

#include "base/arena.h"
#include "base/error.h"
#include "base/pattern.h"
#include "verdict/drift.h"

enum mdt_blame_run {
	MDT_BLAME_GOOD,	      /* good mdadm, good kernel */
	MDT_BLAME_BAD_KERNEL, /* good mdadm, bad kernel */
	MDT_BLAME_BAD_MDADM,  /* bad mdadm, good kernel */
	MDT_BLAME_BAD,	      /* bad mdadm, bad kernel */
	MDT_BLAME_RUNS,
};

/** @return "good mdadm on the good kernel", ...; static. */
MDT_API const char *mdt_blame_run_name(enum mdt_blame_run run);

enum mdt_blame_whose {
	MDT_BLAME_NOBODY, /* the runs are alike */
	MDT_BLAME_MDADM,
	MDT_BLAME_KERNEL,
	MDT_BLAME_BOTH,
	MDT_BLAME_EACH,
	MDT_BLAME_ENVIRONMENT,
	MDT_BLAME_WHOSE,
};

/** @return "nobody", "mdadm", "kernel", "both", "each", "environment"; static. */
MDT_API const char *mdt_blame_whose_name(enum mdt_blame_whose whose);

/** A log. */
struct mdt_blame_input {
	const char *path;      /* as mdt_source_create() takes it, but not "-" */
	struct mdt_slice text; /* instead of the file; without str: read the file */
};

struct mdt_blame_options {
	/* A run with a call that matches has failed, whatever else differs; matched
	 * against normalised calls (diff/normal.h). NULL: what differs decides. */
	struct mdt_pattern *fails;
};

enum mdt_blame_kind {
	MDT_BLAME_NONE,
	MDT_BLAME_ASKED,    /* only one of the two asks it, or with other arguments */
	MDT_BLAME_ANSWERED, /* the same question */
	MDT_BLAME_ENDED,    /* the program's end, an array's state at the end */
};

/** What differs between two runs. Slices are the arena's. */
struct mdt_blame_sign {
	enum mdt_blame_kind kind;
	unsigned int weight; /* more is worse; 0: not told of */
	/* Where it is to be seen: the log that was recorded, also when a replay of it is
	 * what was compared. */
	struct mdt_slice path;
	unsigned long line;    /* 0: of no line */
	struct mdt_slice what; /* "STOP_ARRAY on md0" */
	struct mdt_slice how;  /* "0 → ENODEV", "only here", "not asked" */
	/* Of a result that is another: the operation as rows of drift (verdict/drift.h)
	 * have it, and both results: `ok`, `ENODEV`. Empty else. */
	struct mdt_slice op, before, after;
	bool is_md_ioctl;
	struct mdt_slice model, model_source; /* as in struct mdt_blame */
	const char *because; /* environment: what is wrong with it; else NULL */
	const char *source;  /* who says so; or NULL */
};

struct mdt_blame_outcome {
	const char *path;	 /* borrowed */
	struct mdt_slice kernel; /* that the log names; may be empty */
	bool fails;		 /* has the symptom */
	size_t calls;
	uint64_t faults;	 /* lines that were not understood */
	struct mdt_slice exit;	 /* of mdadm: "exited with 1"; empty: not in the log */
	struct mdt_slice arrays; /* at the end: "md0: clean, raid1"; may be empty */
};

struct mdt_blame {
	struct mdt_arena arena;
	enum mdt_blame_whose whose;
	struct mdt_blame_outcome runs[MDT_BLAME_RUNS];
	struct mdt_blame_sign symptom;
	/* The first call that shows it, of what is to blame. Of another kind than asked
	 * or answered: there is none. */
	struct mdt_blame_sign asked, answered, environment;
	struct mdt_slice
		model; /* what the model of md says of `answered`; may be empty */
	struct mdt_slice model_source;
	const struct mdt_drift
		*drift; /* the change between kernels that it is; or NULL */
};

/**
 * @param input The runs by enum mdt_blame_run; borrowed, and must outlive @p ret.
 * @param options NULL: none.
 * @param[out] ret To be deinitialised, also on error.
 * @return NULL; MDT_ERR_INVALID when a log has no call, so that nothing can be compared;
 * what reading a log gives; or &mdt_enomem.
 */
MDT_API struct mdt_error *
mdt_blame_find(const struct mdt_blame_input input[MDT_BLAME_RUNS],
	       const struct mdt_blame_options *options, struct mdt_blame *ret) MUST_CHECK;

/** Zeroed memory does as well. */
MDT_API void mdt_blame_deinit(struct mdt_blame *blame);

/** What a failure of the environment looks like, for tests. */
struct mdt_blame_cause {
	const char *call, *path, *error; /* fnmatch() */
	const char *because, *source;
};
MDT_API const struct mdt_blame_cause *mdt_blame_causes(size_t *len);

#endif
