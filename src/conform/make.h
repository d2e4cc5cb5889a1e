/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Random sequences: valid ones, nearly valid ones, and nonsense. What is asked next is
 * chosen with an eye on the state that the model predicts, as else hardly any sequence
 * would get an array to run.
 */
#ifndef MDT_CONFORM_MAKE_H
#define MDT_CONFORM_MAKE_H

#include "conform/fold.h"
#include "conform/random.h"

/**
 * Make a sequence. The same arguments give the same sequence on every machine; sequences
 * of one seed do not depend on each other.
 * @param levels What levels the arrays have, bits MDT_LEVEL_BIT(): each in its turn. The
 * model's options say which of them there are.
 * @param fold Scratch.
 * @param[out] ret Zeroed; to be deinitialised also after an error.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_conform_make(const struct mdt_model_options *options,
					   uint32_t levels, uint64_t seed,
					   unsigned int number, unsigned int length,
					   struct mdt_conform_fold *fold,
					   struct mdt_conform_sequence *ret) MUST_CHECK;

#endif
