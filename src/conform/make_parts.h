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
	int32_t level, layout;
	int32_t chunk_size; /* bytes */
	uint32_t short_of;  /* disks whose superblocks tell of less room: bits */
};

struct conform_maker {
	struct mdt_random random;
	struct conform_profile profile;
	struct mdt_conform_fold *fold;
	struct mdt_conform_sequence *sequence;
};

/** Choose what array the sequence is about; its level is there. */
void conform_choose_profile(struct conform_maker *maker);

/** Choose what is on the disks, by the profile. @return NULL or &mdt_enomem. */
struct mdt_error *conform_make_disks(struct conform_maker *maker) MUST_CHECK;

/** The same with nothing that is wrong or unusual. */
struct mdt_error *conform_make_plain_disks(struct conform_maker *maker) MUST_CHECK;

/** The generator's beginning for one sequence of many: neighbours have nothing in common.
 */
struct mdt_random conform_random(uint64_t seed, unsigned int number);

/** Choose the next call, whose memory is zeroed. */
void conform_choose(struct conform_maker *maker, struct mdt_conform_call *ret);

/**
 * Make a SET_ARRAY_INFO of a running array: what the array says of itself, but for what
 * is to change.
 * @param changes Bits MDT_CONFORM_CHANGES_*; the values are those of @p call, but for the
 * size, which is any of those that a disk of the world can have.
 * @param[in,out] call As it was in the log.
 */
void conform_make_update(struct conform_maker *maker, unsigned int changes,
			 struct mdt_conform_call *call);

/** Change something of a call: a disk, a word, a descriptor, a field, the pointer. */
void conform_tweak(struct conform_maker *maker, struct mdt_conform_call *call);

/**
 * Predict the sequence's last call.
 * @return false when it cannot be made, or had better not be.
 */
bool conform_can_follow(struct conform_maker *maker,
			struct mdt_conform_prediction *prediction);

/** It is made, and what is predicted comes. */
void conform_follow(struct conform_maker *maker,
		    const struct mdt_conform_prediction *prediction);

/** Add a call of any kind. @return NULL or &mdt_enomem. */
struct mdt_error *conform_add_any(struct conform_maker *maker) MUST_CHECK;

static inline uint32_t conform_below(struct conform_maker *maker, uint32_t count)
{
	return mdt_random_below(&maker->random, count);
}

static inline bool conform_once_in(struct conform_maker *maker, uint32_t count)
{
	return mdt_random_once_in(&maker->random, count);
}

#endif
