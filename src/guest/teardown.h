/* SPDX-License-Identifier: MIT */
/** @file Stopping every array, so that the next job finds none. */
#ifndef MDT_GUEST_TEARDOWN_H
#define MDT_GUEST_TEARDOWN_H

#include "base/buf.h"

/**
 * Stop all arrays and wait until their nodes are gone; arrays on arrays as well.
 * @param ret A line for each that stays: `stuck md100: EBUSY`. Such an array survives
 * everything but a new boot: of 6.12 and later, one that was set up again through a
 * descriptor on which it had been stopped (md_clean() leaves MD_CLOSING set).
 */
void guest_stop_arrays(struct mdt_buf *ret);

#endif
