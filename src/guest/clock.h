/* SPDX-License-Identifier: MIT */
/** @file Time for waits that have a bound. */
#ifndef MDT_GUEST_CLOCK_H
#define MDT_GUEST_CLOCK_H

#include <stdint.h>

/** Microseconds of CLOCK_MONOTONIC. */
uint64_t guest_clock_us(void);

/** A millisecond, which is what lies between two looks at something awaited. */
void guest_clock_sleep(void);

#endif
