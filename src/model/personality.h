/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What differs between levels: a row each. Internal to src/model/.
 */
#ifndef MDT_MODEL_PERSONALITY_H
#define MDT_MODEL_PERSONALITY_H

#include "model/state.h"

struct mdt_personality {
	int level;
	bool redundant;	 /* it survives a failure, and can rebuild */
	bool has_chunks; /* RUN_ARRAY refuses a chunk size of 0 */
	int32_t spare;	 /* so many members may always be missing */
	/* So many missing are too many, wherever they are: the array does not run. */
	int32_t (*too_many)(const struct mdt_model_state *state);
	int refusal; /* what RUN_ARRAY then gives */
};

/** @return NULL for a level that has none, or that is not known. Static. */
const struct mdt_personality *mdt_personality_find(int32_t level);

#endif
