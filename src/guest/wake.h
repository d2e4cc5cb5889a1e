/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Going on from a snapshot. A guest that was put aside knows neither that time has passed
 * nor that others go on from the same point: it is told the time, and is given random
 * bytes of its own.
 */
#ifndef MDT_GUEST_WAKE_H
#define MDT_GUEST_WAKE_H

#include <time.h>

#include "base/slice.h"

struct guest_wake {
	struct timespec time; /* CLOCK_REALTIME */
	unsigned char seed[64];
	size_t seed_len; /* bytes of it; not 0 */
};

/** Read the payload of MDT_FRAME_WAKE. @return false when it is none. */
bool guest_wake_read(struct mdt_slice text, struct guest_wake *ret) MUST_CHECK;

/** Set the clock, and have the kernel's random numbers begin anew. */
void guest_wake_up(const struct guest_wake *wake);

#endif
