// SPDX-License-Identifier: MIT
#include "guest/clock.h"

#include <sched.h>
#include <time.h>

uint64_t guest_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void guest_clock_sleep(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

bool guest_wait_on(struct guest_wait *wait, unsigned int bound_ms)
{
	enum { YIELDS = 3, ROUND_MS = 8 };

	if (guest_wait_us(wait) >= bound_ms * 1000ull &&
	    wait->rounds >= bound_ms / ROUND_MS)
		return false;
	if (wait->rounds++ < YIELDS)
		sched_yield();
	else
		guest_clock_sleep();
	return true;
}
