/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What happens to an array behind the calls, as the effects of calls use it. Internal to
 * src/model/.
 */
#ifndef MDT_MODEL_THREAD_H
#define MDT_MODEL_THREAD_H

#include "model/parts.h"

/* ---- superblocks: model_write.c ---- */

/**
 * md_update_sb(): a new event in the superblocks of all members that are not faulty. How
 * often the raid thread does so depends on how its work falls together. Nothing is
 * written while the array is read-only, or has no superblocks.
 */
void mdt_model_update_supers(struct mdt_model_state *state);

/** The raid thread may do so. */
void mdt_model_may_update_supers(struct mdt_model_state *state);

/** Something is to be recorded, which the raid thread does sooner or later, or when the
 * array is writable again. */
void mdt_model_to_record(struct mdt_model_state *state);

/** The array is writable again: what was to be recorded in the meantime is. */
void mdt_model_record(struct mdt_model_state *state);

/** A sync has copied what may be superblocks of other arrays. */
void mdt_model_copy_supers(struct mdt_model_state *state);

/* ---- the raid thread: model_thread.c ---- */

/** The member has a slot. */
static inline enum mdt_tri mdt_model_has_slot(const struct mdt_model_disk *disk)
{
	return disk->slot == MDT_MODEL_UNKNOWN ? MDT_UNSURE : mdt_tri_of(disk->slot >= 0);
}

/** A member without a slot that could get one. */
bool mdt_model_is_spare(const struct mdt_model_disk *disk);

/** Those that have failed leave their slots; and when no recovery is possible, those that
 * wait for one. */
void mdt_model_leave_slots(struct mdt_model_state *state);

/**
 * A spare gets a slot, if one is free: unknown when it may be one of several.
 * @return Whether it has one.
 */
enum mdt_tri mdt_model_take_slot(const struct mdt_model_state *state,
				 struct mdt_model_disk *disk);

/** Spares get slots that are free. @return Who surely got one: bits by index. */
uint32_t mdt_model_take_slots(struct mdt_model_state *state);

/** Whether a member could be rebuilt: nobody is from nobody. */
bool mdt_model_can_rebuild(const struct mdt_model_state *state);

#endif
