/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The logs of several versions of a program, each of the same scenarios, laid out as
 * VERSION/SCENARIO.strace: which there are, and what changes from one version to the
 * next.
 */
#ifndef MDT_DIFF_MATRIX_H
#define MDT_DIFF_MATRIX_H

#include "diff/diff.h"

/** What has changed in one scenario since the version before that has it. */
struct mdt_diff_cell {
	char *path;    /* owned; the log; NULL: this version has none */
	size_t before; /* index of the version that it is compared with */
	bool is_first; /* no version before has a log of this scenario */
	size_t differences;
	const char *nothing;	/* mdt_diff_nothing() of the comparison */
	struct mdt_buf remarks; /* the summary, a line each */
	struct mdt_buf body;	/* what a report wants to keep of the comparison */
};

struct mdt_diff_matrix {
	char **versions;  /* owned; names of the folders */
	char **scenarios; /* owned; names of the logs without .strace, sorted */
	struct mdt_diff_cell *cells; /* owned; scenario by scenario */
	size_t version_len, version_cap, scenario_len, scenario_cap;
};

MDT_API void mdt_diff_matrix_deinit(struct mdt_diff_matrix *matrix);

/**
 * Look which logs there are, also compressed ones (.gz, .xz, .zst).
 * @param folders One: the versions are its folders, in the order of strverscmp(); those
 * without logs are left out. Several: they are the versions, in this order.
 */
MDT_API struct mdt_error *mdt_diff_matrix_find(const char *const *folders, size_t len,
					       struct mdt_diff_matrix *ret) MUST_CHECK;

static inline struct mdt_diff_cell *
mdt_diff_matrix_cell(const struct mdt_diff_matrix *matrix, size_t scenario,
		     size_t version)
{
	return &matrix->cells[scenario * matrix->version_len + version];
}

/** Why a cell that should be compared could not be: there is no log, or nothing in it to
 * compare. NULL: it was, or is the first of its scenario. */
MDT_API const char *mdt_diff_cell_trouble(const struct mdt_diff_cell *cell);

/** Keep the summary of a comparison. */
MDT_API struct mdt_error *mdt_diff_cell_fill(struct mdt_diff_cell *cell,
					     const struct mdt_diff *diff) MUST_CHECK;

#endif
