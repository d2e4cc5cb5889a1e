/* SPDX-License-Identifier: MIT */
/** @file What conform has found, as text, as JSON (docs/conform.md), and for CI. */
#ifndef MDT_REPORT_CONFORM_H
#define MDT_REPORT_CONFORM_H

#include "conform/check.h"

/** A disagreement, minimised. */
struct mdt_conform_finding {
	uint64_t seed;	       /* of the sequence */
	unsigned int number;   /* of the sequence */
	size_t call, calls;    /* which one of how many; from 0 */
	struct mdt_slice text; /* the call in words */
	struct mdt_conform_fault fault;
	struct mdt_slice log;  /* that `replay` runs; empty: not minimised */
	struct mdt_slice died; /* how the VM ended; empty: it is no such finding */
};

struct mdt_conform_report {
	struct mdt_slice release; /* of the kernel */
	enum mdt_kernel kernel;	  /* the model's line for it */
	uint64_t seed, last_seed;
	unsigned int sequences, length; /* for each seed */
	const char *shard;		/* `2/5`: only this share of them; NULL: all */
	const char *from; /* the log that they are mutations of; NULL: they are random */
	size_t from_calls, from_left_out; /* its calls on md that are taken, and not */
	const struct mdt_conform_tally *tally;
	double seconds;
	unsigned int flip;     /* the rule that is flipped; 0: none */
	const uint64_t *flips; /* by rule: found when flipped; NULL: not asked */
};

MDT_API void mdt_conform_finding_text(const struct mdt_conform_finding *finding,
				      struct mdt_buf *ret);
MDT_API void mdt_conform_report_text(const struct mdt_conform_report *report,
				     bool verbose, struct mdt_buf *ret);
/** All of it as one document, with a newline behind it. */
MDT_API void mdt_conform_report_json(const struct mdt_conform_report *report,
				     const struct mdt_conform_finding *findings,
				     size_t count, struct mdt_buf *ret);

/** A sequence that was run. */
struct mdt_conform_ran {
	uint64_t seed;
	unsigned int number;
	bool disagrees, died;
};

/**
 * All of it for a CI system: a case is a sequence, whose name is the same in every run.
 * @param is_ktap KTAP; else JUnit.
 * @param findings In the order of @p ran, perhaps not for all that disagree.
 */
MDT_API struct mdt_error *
mdt_conform_report_ci(const struct mdt_conform_report *report, bool is_ktap,
		      const struct mdt_conform_ran *ran, size_t ran_count,
		      const struct mdt_conform_finding *findings, size_t count,
		      struct mdt_buf *ret) MUST_CHECK;

#endif
