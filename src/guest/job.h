/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the guest is asked beside the plan: the options of a RUN frame, `key=value` a
 * line. Those that are not there have their default.
 *
 * - `observe=full|state|none`: what is read after each call that can change an array:
 *   everything (the default), only array_state, or nothing.
 * - `settle=MS`: the bound of `settle` (5000).
 * - `await=MS`: the bound of `await` (2000).
 * - `flush=call|section`: before which the report is sent: each call (the default), so
 *   that one of which the guest dies is known, or each section, which is faster.
 * - `graph=WHAT`: trace the kernel functions that calls run, of the plan's modules and of
 *   WHAT: modules, or patterns of functions, with commas (off).
 * - `keep=0|1`: leave arrays and disks as they are at the end (0).
 */
#ifndef MDT_GUEST_JOB_H
#define MDT_GUEST_JOB_H

#include <stdbool.h>

#include "base/slice.h"

enum guest_observe {
	GUEST_OBSERVE_FULL,
	GUEST_OBSERVE_STATE,
	GUEST_OBSERVE_NONE,
};

struct guest_job {
	enum guest_observe observe;
	unsigned int settle; /* ms */
	unsigned int await;  /* ms */
	bool lazy;	     /* flush=section */
	bool keep;
	bool has_graph;
	struct mdt_slice graph; /* borrowed from the options */
};

/** Read the options. @return false for a key or a value that is not known. */
bool guest_job_read(struct mdt_slice options, struct guest_job *ret) MUST_CHECK;

#endif
