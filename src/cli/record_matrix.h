/* SPDX-License-Identifier: MIT */
/**
 * @file
 * `mdtrace record --vm --matrix`: each sysroot with each kernel, a job that does not
 * depend on the others.
 */
#ifndef MDT_CLI_RECORD_MATRIX_H
#define MDT_CLI_RECORD_MATRIX_H

#include "cli/record_vm.h"
#include "cli/units.h"

struct record_matrix {
	struct record_vm record; /* of each job; sysroot and kernel are filled in */
	const struct strings *sysroots, *kernels; /* empty: the default one */
	const char *const *scenarios;
	size_t scenario_count;
	struct shard shard; /* the jobs that are run and printed */
};

/** Run the jobs, one after the other; one that fails is reported, and does not keep the
 * next from running. What record_vm() says of @p out and @p ret holds. */
void record_matrix_run(const struct record_matrix *matrix, struct out *out,
		       enum status *ret);

/** Print each job as a command line for a shell; run on any machine, in any order. */
void record_matrix_print(const struct record_matrix *matrix, struct out *out);

/** The same as one JSON object, as a matrix of GitHub Actions is: `include`, a list of
 * objects of strings. */
void record_matrix_print_json(const struct record_matrix *matrix, struct out *out);

#endif
