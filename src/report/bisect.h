/* SPDX-License-Identifier: MIT */
/** @file What a bisection over kernels has found, as text and as JSON. */
#ifndef MDT_REPORT_BISECT_H
#define MDT_REPORT_BISECT_H

#include "report/replay_kernels.h"

struct mdt_bisect_found {
	struct mdt_replay_table pair;	 /* two columns: the last kernel that did as the
					  * oldest, the first that did as the newest */
	struct mdt_slice oldest, newest; /* releases, of all that could be looked at */
	size_t kernels, ran;		 /* how many there are, and were run */
	size_t row;		  /* of the pair: the call that changes; with changes */
	size_t changes;		  /* calls that the oldest and the newest differ in */
	struct mdt_slice flaky;	  /* what was not the same each time; empty: nothing */
	struct mdt_slice commits; /* lines, between the two; may be empty */
};

/** Append it as text. @return NULL or &mdt_enomem. */
MDT_API struct mdt_error *mdt_bisect_text(const struct mdt_bisect_found *found,
					  struct mdt_buf *ret) MUST_CHECK;

/** Append it as one JSON object and a newline (docs/man/mdtrace-bisect.1.scd). */
MDT_API struct mdt_error *mdt_bisect_json(const struct mdt_bisect_found *found,
					  struct mdt_buf *ret) MUST_CHECK;

#endif
