/* SPDX-License-Identifier: MIT */
/** @file The bytes of a superblock as the model's facts. */
#ifndef MDT_MODEL_SUPER_H
#define MDT_MODEL_SUPER_H

#include "model/state.h"
#include "md/superblock.h"

/**
 * @param super At the place that its version says (struct mdt_super, offset).
 * @param sectors The device's size in 512-byte sectors, or MDT_MODEL_UNKNOWN.
 * @param[out] ret kind is MDT_MODEL_SUPER_NONE when super_1_load() or super_90_load() of
 * md.c refuses it; MDT_MODEL_SUPER_UNKNOWN when bytes that matter are not there.
 */
MDT_API void mdt_model_super_from(const struct mdt_super *super, int64_t sectors,
				  struct mdt_model_super *ret);

#endif
