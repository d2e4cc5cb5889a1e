/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a log can turn and a stopped array does not turn back: md_mod's parameters and the
 * speed limits of resyncs.
 */
#ifndef MDT_GUEST_KNOBS_H
#define MDT_GUEST_KNOBS_H

#include "guest/state.h"

/** Remember how they are. @param ret Cleared first; keys are paths. */
void guest_knobs_save(struct guest_state *ret);

/** Put back those that are not as they were. */
void guest_knobs_restore(const struct guest_state *saved);

#endif
