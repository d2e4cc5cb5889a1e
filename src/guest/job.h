/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the guest is asked beside the plan: the options of a RUN frame, `key=value` a
 *line.
 *
 *	observe=full|state|none	what is read after each call that can change an array:
 *				everything, only array_state, or nothing (default full)
 *	settle=MS		bound of `settle` and of what follows a call (default
 *5000) await=MS		bound of `await` (default 2000) keep=0|1
 *leave arrays and disks as they are at the end (default 0)
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
	bool keep;
};

/** Read the options. @return false for a key or a value that is not known. */
bool guest_job_read(struct mdt_slice options, struct guest_job *ret);

#endif
