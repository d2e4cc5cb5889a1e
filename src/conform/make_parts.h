/* SPDX-License-Identifier: MIT */
/** @file What the pieces of the generator share. Internal to src/conform/. */
#ifndef MDT_CONFORM_MAKE_PARTS_H
#define MDT_CONFORM_MAKE_PARTS_H

#include "conform/make.h"

/** What array a sequence is about. */
struct conform_profile {
	bool full; /* set up by SET_ARRAY_INFO; no superblocks are there before */
	bool persistent;
	int major, minor;
	uint32_t raid_disks;
	uint32_t members; /* that it gets before it runs */
};

struct conform_maker {
	struct mdt_random random;
	struct conform_profile profile;
	struct mdt_conform_fold *fold;
	struct mdt_conform_sequence *sequence;
};

/** Choose what is on the disks. @return NULL or &mdt_enomem. */
struct mdt_error *conform_make_disks(struct conform_maker *maker) MUST_CHECK;

/** Choose the next call, whose memory is zeroed. */
void conform_choose(struct conform_maker *maker, struct mdt_conform_call *ret);

static inline uint32_t conform_below(struct conform_maker *maker, uint32_t count)
{
	return mdt_random_below(&maker->random, count);
}

static inline bool conform_once_in(struct conform_maker *maker, uint32_t count)
{
	return mdt_random_once_in(&maker->random, count);
}

#endif
