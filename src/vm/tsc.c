// SPDX-License-Identifier: MIT
#include "vm/tsc.h"

#include <time.h>

#ifdef __x86_64__
#include <x86intrin.h>
#endif

enum { LEAST_NS = 10 * 1000 * 1000 };

struct mdt_tsc mdt_tsc_now(void)
{
	struct timespec now;
	struct mdt_tsc ret = { 0 };

#ifdef __x86_64__
	ret.ticks = __rdtsc();
#endif
	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	ret.ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	return ret;
}

unsigned int mdt_tsc_khz(struct mdt_tsc since)
{
	struct mdt_tsc now = mdt_tsc_now();

	while (now.ns - since.ns < LEAST_NS) {
		struct timespec rest = { 0, (long)(LEAST_NS - (now.ns - since.ns)) };

		nanosleep(&rest, NULL);
		now = mdt_tsc_now();
	}
	return (unsigned int)((double)(now.ticks - since.ticks) * 1e6 /
			      (double)(now.ns - since.ns));
}
