/* SPDX-License-Identifier: MIT */
/** @file Time, and waits that have a bound. */
#ifndef MDT_GUEST_CLOCK_H
#define MDT_GUEST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/** Microseconds of CLOCK_MONOTONIC. */
uint64_t guest_clock_us(void);

/** Sleep for a millisecond. */
void guest_clock_sleep(void);

/** A wait for something that is looked at again and again. */
struct guest_wait {
	uint64_t start; /* guest_clock_us() */
	unsigned int rounds;
};

static inline struct guest_wait guest_wait_begin(void)
{
	return (struct guest_wait){ .start = guest_clock_us() };
}

/** How long it has lasted, in microseconds. */
static inline uint64_t guest_wait_us(const struct guest_wait *wait)
{
	return guest_clock_us() - wait->start;
}

/**
 * Let others run, then look again: what is ready to run needs no more than that. From the
 * fourth time on sleep for a millisecond.
 * @return false when it has lasted for @p bound_ms, and others were let run as often as
 * they are in that time where the host is busy: time passes for a VM that is not run.
 */
bool guest_wait_on(struct guest_wait *wait, unsigned int bound_ms);

#endif
