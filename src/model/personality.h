/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What differs between levels. A level is an object, and a piece of the table with what
 * its run() checks: a file of its own, level_*.c. Internal to src/model/.
 *
 * Members of NULL mean what is usual: see each.
 */
#ifndef MDT_MODEL_PERSONALITY_H
#define MDT_MODEL_PERSONALITY_H

#include "model/parts.h"

struct mdt_personality {
	int32_t level;
	const char *module;
	bool syncs;    /* it resyncs and rebuilds (sync_request), and has a thread that
			* does so, and writes the superblocks */
	bool adds;     /* takes devices while it runs (hot_add_disk) */
	bool resizes;  /* members can be given another size (resize) */
	bool reshapes; /* another layout or number of members can be noted, for which
			* `reshape` begins (check_reshape, start_reshape) */
	bool counts_slots; /* who is missing is counted anew each time, by slots; and who
			    * gets a slot is not in sync, whatever it was */
	/** Who could fail, and would be one too many, does not (NULL: nobody is kept). */
	enum mdt_tri (*keeps)(const struct mdt_model_state *state,
			      const struct mdt_model_disk *disk);
	bool keeping_stops_recovery; /* and nobody is rebuilt then (recovery_disabled) */
	/** So many have failed, this one included, that it cannot go on, though they do
	 * fail (NULL: never). */
	enum mdt_tri (*fails)(const struct mdt_model_state *state,
			      const struct mdt_model_disk *disk);
	/** Members suffice to rebuild others (NULL: always). */
	enum mdt_tri (*enough)(const struct mdt_model_state *state);
	/** Members that wait to be rebuilt leave their slots, as none can be (NULL:
	 * never). */
	enum mdt_tri (*gives_up)(enum mdt_kernel kernel,
				 const struct mdt_model_state *state);
	/** A spare can have a slot now (NULL: always). */
	enum mdt_tri (*takes_spares)(const struct mdt_model_state *state,
				     const struct mdt_model_disk *disk);
	/** What a change of layout or raid_disks is checked for (NULL: nothing). */
	enum mdt_tri (*can_reshape)(const struct mdt_model_state *state, int32_t layout,
				    int32_t raid_disks);
	/** Sectors of a member that are used when it is told to use so many (NULL: all).
	 */
	int64_t (*uses)(const struct mdt_model_state *state, int64_t sectors);
	/** What it changes when it has started (NULL: nothing). */
	void (*started)(struct mdt_model_state *state);
};

extern const struct mdt_personality mdt_level_linear, mdt_level_raid0, mdt_level_raid1,
	mdt_level_raid4, mdt_level_raid5, mdt_level_raid6, mdt_level_raid10;

/** What run() of each checks: in the order of the table. */
extern const struct mdt_model_section mdt_rules_raid0, mdt_rules_raid1, mdt_rules_raid10,
	mdt_rules_raid5;

/** @return NULL for a level that has none, or that is not known. Static. */
const struct mdt_personality *mdt_personality_find(int32_t level);

/** The same of the array's level. */
static inline const struct mdt_personality *
mdt_personality_of(const struct mdt_model_state *state)
{
	return mdt_personality_find(state->level);
}

/** It has a thread; true also when the level is not known. */
bool mdt_model_has_thread(const struct mdt_model_state *state);

/** Members suffice to rebuild others. */
enum mdt_tri mdt_model_is_enough(const struct mdt_model_state *state);

/** The level is the one of arg. For guards of level_*.c. */
enum mdt_tri mdt_ask_level(const struct mdt_model_way *way, int level);

/** The same, where it is known; else that of raid1, of which most arrays are. */
static inline const struct mdt_personality *
mdt_personality_presumed(const struct mdt_model_state *state)
{
	const struct mdt_personality *it = mdt_personality_of(state);

	return it ? it : &mdt_level_raid1;
}

/** How many slots have a member that is in sync: at least, at most. Of an array that is
 * about to run. */
struct mdt_model_range mdt_model_present(const struct mdt_model_state *state);

/** Two members have one slot, of those there are. */
enum mdt_tri mdt_model_same_slot(const struct mdt_model_state *state);

/** What is in the slot: a member in sync, also one that a recovery may have made so. */
enum mdt_tri mdt_model_slot_in_sync(const struct mdt_model_state *state, int32_t slot,
				    const struct mdt_model_disk *but);

/** `uses` of the array's level. */
int64_t mdt_model_used_sectors(const struct mdt_model_state *state, int64_t sectors);

/** Pages of every architecture that is followed have at most so many bytes. */
enum { MDT_MODEL_PAGE = 4096 };

#endif
