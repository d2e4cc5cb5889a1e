// SPDX-License-Identifier: MIT
// The arrays of a log, as it speaks of them for the first time.
#include "life/parts.h"

struct mdt_life_array *mdt_life_array(struct mdt_life *states, struct mdt_slice name)
{
	struct mdt_life_array *array = mdt_map_find_text(&states->arrays, name);

	if (array)
		return array;
	array = mdt_arena_new(&states->arena, struct mdt_life_array);
	if (!array || !mdt_arena_copy(&states->arena, name, &array->name) ||
	    !mdt_map_set_text(&states->arrays, array->name, array)) {
		states->failed_memory = true;
		return NULL;
	}
	array->index = states->arrays.live - 1;
	array->sure.count = 1;
	if (states->is_blank)
		mdt_model_state_init(&array->sure.states[0]);
	else
		mdt_model_state_unknown(&array->sure.states[0]);
	// A plan makes what its logs begin with; else it is taken that there was no
	// array, and nobody else.
	array->presumed.count = 1;
	mdt_model_state_init(&array->presumed.states[0]);
	array->presumes = states->plan != NULL;
	mdt_life_mdstat_new(states, array);
	mdt_life_hear(states, array);
	return array;
}
