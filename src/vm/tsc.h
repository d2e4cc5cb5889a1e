/* SPDX-License-Identifier: MIT */
/**
 * @file
 * How fast the time stamp counter runs. A guest without KVM sees the host's, and measures
 * it against an emulated timer; on a busy host that fails, and its clock then has the
 * resolution of its ticks, 4 ms. So it is told.
 */
#ifndef MDT_VM_TSC_H
#define MDT_VM_TSC_H

#include <stdint.h>

struct mdt_tsc {
	uint64_t ticks;
	uint64_t ns;
};

/** Begin to measure. */
struct mdt_tsc mdt_tsc_now(void);

/** @return The rate in kHz since then, measured over some milliseconds at least; 0: the
 * host has no such counter. */
unsigned int mdt_tsc_khz(struct mdt_tsc since);

#endif
