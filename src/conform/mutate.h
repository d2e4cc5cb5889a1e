/* SPDX-License-Identifier: MIT */
/** @file Sequences that are mutations of a recorded log. */
#ifndef MDT_CONFORM_MUTATE_H
#define MDT_CONFORM_MUTATE_H

#include "conform/fold.h"
#include "conform/random.h"
#include "conform/source.h"

/**
 * Make a sequence of a log's calls. The first is the log itself, on disks with nothing
 * wrong with them. Every other one has up to four of its calls left out, doubled, moved,
 * changed, or a call of any kind put between; its disks have what those of random
 * sequences have (conform/make.h).
 * @param number From 1; as with mdt_conform_make(), the same arguments give the same.
 * @param fold Scratch.
 * @param[out] ret Zeroed; to be deinitialised also after an error.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_conform_mutate(const struct mdt_model_options *options,
					     const struct mdt_conform_source *source,
					     uint64_t seed, unsigned int number,
					     struct mdt_conform_fold *fold,
					     struct mdt_conform_sequence *ret) MUST_CHECK;

#endif
