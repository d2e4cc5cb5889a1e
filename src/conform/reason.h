/* SPDX-License-Identifier: MIT */
/** @file Why a rule of the model does not fire in the sequences that are made here. */
#ifndef MDT_CONFORM_REASON_H
#define MDT_CONFORM_REASON_H

#include "model/model.h"

/** @return A few words; NULL: nothing stands in its way, so that it is a gap. */
MDT_API const char *mdt_conform_reason(const struct mdt_model_rule *rule);

#endif
