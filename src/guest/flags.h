/* SPDX-License-Identifier: MIT */
/** @file The constants that strace prints by name in the calls which the guest makes. */
#ifndef MDT_GUEST_FLAGS_H
#define MDT_GUEST_FLAGS_H

#include "base/slice.h"

/** @return false when the name is not known. */
bool guest_flag_find(struct mdt_slice name, uint64_t *ret) MUST_CHECK;

/** The errno that has this name, or 0. */
int guest_errno_find(struct mdt_slice name);

/** `EBUSY`; NULL for a number that has no name. */
const char *guest_errno_name(int number);

#endif
