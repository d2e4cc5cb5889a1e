/* SPDX-License-Identifier: MIT */
/** @file What the files that follow a log share. Internal to src/life/. */
#ifndef MDT_LIFE_PARTS_H
#define MDT_LIFE_PARTS_H

#include "md/sysfs.h"
#include "life/life.h"

/* ---- life.c, array.c: what is believed of arrays ---- */

/** The array of this name, made if need be, with nothing known. @return NULL: no memory.
 */
struct mdt_life_array *mdt_life_array(struct mdt_life *states, struct mdt_slice name);

/** Something happens to it: what /proc/mdstat says of it counts again. */
static inline void mdt_life_hear(struct mdt_life *states, struct mdt_life_array *array)
{
	if (array->is_heard)
		return;
	array->is_heard = true;
	array->heard = states->heard;
	states->heard = array;
}

/** What is believed of it now. */
static inline const struct mdt_life_set *mdt_life_now(const struct mdt_life_array *array)
{
	return array->presumes ? &array->presumed : &array->sure;
}

/**
 * A call of the log, whose words are in states->text.
 * @param derived The same with what a plan says of its argument; NULL: it says nothing.
 * @param has_result false: it has not ended.
 * @param result 0 or an errno that the model knows; MDT_RESULT_UNKNOWN for another one,
 * MDT_LIFE_SOME_ERRNO for one that the log does not have.
 */
void mdt_life_apply(struct mdt_life *states, struct mdt_life_array *array,
		    const struct mdt_model_call *call,
		    const struct mdt_model_call *derived, unsigned long line,
		    bool has_result, int result);

/** Between two logs: the raid thread may have done its work, and is presumed to. */
void mdt_life_wait(struct mdt_life *states);

/** Something that is read off the array. @return Whether the state can be so. */
typedef bool mdt_life_see_fn(struct mdt_model_state *state, const void *seen);

/** States that cannot be so are thrown out; told only when none can. */
void mdt_life_see(struct mdt_life *states, struct mdt_life_array *array,
		  mdt_life_see_fn *see, const void *seen, unsigned long line);

/* ---- call.c: calls with their results ---- */

/**
 * mdt_life_apply() with the result that the event has.
 * @param array NULL, for want of memory: nothing is done.
 * @param call Told what else follows from the result.
 * @param unit What a result that is not 0 is, before its number: `descriptor `; NULL:
 * `0` says it all.
 */
void mdt_life_apply_event(struct mdt_life *states, struct mdt_life_array *array,
			  struct mdt_model_call *call,
			  const struct mdt_model_call *derived,
			  const struct mdt_event *event, const char *unit);

/** The result as mdt_life_apply() takes it. */
int mdt_life_result_of(const struct mdt_event *event);

/** mdt_life_array() of a device. */
struct mdt_life_array *mdt_life_array_of(struct mdt_life *states,
					 const struct mdt_device *device);

/** Take over what the log has told of the size of a disk. */
void mdt_life_learn_size(struct mdt_life *states, uint32_t major, uint32_t minor);

/* ---- a file for each kind of event ---- */

/** ioctl.c; nothing happens if it is not md's. */
void mdt_life_ioctl(struct mdt_life *states, const struct mdt_event *event,
		    const struct mdt_annotation *annotation);

/** attr.c; of attributes that the model does not know, nothing is said. */
void mdt_life_attribute_write(struct mdt_life *states, const struct mdt_event *event,
			      const struct mdt_about *about, struct mdt_slice bytes);
void mdt_life_attribute_read(struct mdt_life *states, const struct mdt_event *event,
			     const struct mdt_about *about, struct mdt_slice bytes);

/** mdstat.c: /proc/mdstat was read; what it does not list has nothing set up. */
void mdt_life_mdstat(struct mdt_life *states, const struct mdt_event *event,
		     struct mdt_slice bytes);

/** The same for an array that the log has not spoken of before. */
void mdt_life_mdstat_new(const struct mdt_life *states, struct mdt_life_array *array);

/** Something was read of an attribute, at this line; only if mdt_model_sees() it. */
void mdt_life_see_attribute(struct mdt_life *states, struct mdt_life_array *array,
			    struct mdt_slice attr, struct mdt_slice text,
			    unsigned long line);

/** directive.c: a comment of the log. */
void mdt_life_directive(struct mdt_life *states, const struct mdt_event *event);

/** Of the plan, find the steps of the log that begins. */
void mdt_life_begin_section(struct mdt_life *states);

struct mdt_plan_step;

/** The event of a step's line. Its values live in states->nodes. */
struct mdt_error *mdt_life_read_step(struct mdt_life *states,
				     const struct mdt_plan_step *step,
				     struct mdt_event *ret) MUST_CHECK;

/**
 * plan.c: the bytes of an argument that the plan has for this event, into
 * states->bytes.
 * @return false: the plan does not have them.
 */
bool mdt_life_plan_bytes(struct mdt_life *states, const struct mdt_event *event,
			 size_t index);

/* ---- kernel.c: whose rules ---- */

/**
 * The log is of this kernel, unless somebody is believed more.
 * @param because Static, or NULL.
 */
void mdt_life_take_kernel(struct mdt_life *life, struct mdt_slice version,
			  enum mdt_kernel_witness witness, const char *because);
/** An attribute or parameter was opened. */
void mdt_life_kernel_by_open(struct mdt_life *life, const struct mdt_md_path *path);
/** An ioctl that the model has no operation for has succeeded. */
void mdt_life_kernel_by_answer(struct mdt_life *life, struct mdt_slice name);

#endif
