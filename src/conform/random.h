/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Numbers that look random and are the same on every machine: splitmix64, as published by
 * Steele, Lea and Flood ("Fast splittable pseudorandom number generators", 2014).
 */
#ifndef MDT_CONFORM_RANDOM_H
#define MDT_CONFORM_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct mdt_random {
	uint64_t state; /* any value is a seed */
};

static inline uint64_t mdt_random_next(struct mdt_random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/** @return A number below @p count, which is not 0. */
static inline uint32_t mdt_random_below(struct mdt_random *random, uint32_t count)
{
	return (uint32_t)((mdt_random_next(random) >> 32) * count >> 32);
}

/** @return true once in @p count times. */
static inline bool mdt_random_once_in(struct mdt_random *random, uint32_t count)
{
	return mdt_random_below(random, count) == 0;
}

#endif
