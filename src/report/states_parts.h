/* SPDX-License-Identifier: MIT */
/** @file What states.c and states_event.c share. Internal to src/report/. */
#ifndef MDT_REPORT_STATES_PARTS_H
#define MDT_REPORT_STATES_PARTS_H

#include "report/states.h"

/** The array of this name, made if need be, with nothing known. @return NULL: no memory.
 */
struct mdt_life_array *mdt_life_array(struct mdt_life *states, struct mdt_slice name);

/** What is believed of it now. */
static inline const struct mdt_life_set *mdt_life_now(const struct mdt_life_array *array)
{
	return array->presumes ? &array->presumed : &array->sure;
}

/**
 * A call of the log, whose words are in states->text.
 * @param derived The same with what a plan says of its argument; NULL: it says nothing.
 * @param has_result false: it has not ended.
 * @param result 0 or an errno that the model knows; MDT_RESULT_UNKNOWN for another one.
 */
void mdt_life_apply(struct mdt_life *states, struct mdt_life_array *array,
		    const struct mdt_model_call *call,
		    const struct mdt_model_call *derived, unsigned long line,
		    bool has_result, int result);

/** Between two logs: the raid thread may have done its work, and is presumed to. */
void mdt_life_wait(struct mdt_life *states);

/** A comment of the log: states_directive.c. */
void mdt_life_directive(struct mdt_life *states, const struct mdt_event *event);

/** Something that is read off the array. @return Whether the state can be so. */
typedef bool mdt_life_see_fn(struct mdt_model_state *state, const void *seen);

/** States that cannot be so are thrown out; told only when none can. */
void mdt_life_see(struct mdt_life *states, struct mdt_life_array *array,
		  mdt_life_see_fn *see, const void *seen, unsigned long line);

#endif
