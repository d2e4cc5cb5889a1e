/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The arguments of a log's ioctls of which it has only the address: what the plan of a
 * replay would put there, and what the kernel answered, as far as the log tells.
 */
#ifndef MDT_DERIVE_ARGUMENTS_H
#define MDT_DERIVE_ARGUMENTS_H

#include "ioctl/derived.h"

/** How much of a log is looked at: more is not held in memory, and nothing is derived. */
enum { MDT_DERIVE_MAX = 16 << 20 };

/**
 * @param path A file that can be read again: as mdt_source_create() takes it, but not
 * "-".
 * @param[out] ret Empty at first; filled as far as it went. To be deinitialised.
 * @return NULL, also when the log is larger than MDT_DERIVE_MAX, has so many calls of
 * md's that it cannot be one of mdadm, or is a plan; what mdt_source_create() and
 * mdt_source_next() give; or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_derive_arguments(const char *path,
					       struct mdt_derived_log *ret) MUST_CHECK;

/** The same for one log in memory; @p path is its name. */
MDT_API struct mdt_error *
mdt_derive_arguments_memory(const char *path, struct mdt_slice text,
			    struct mdt_derived_log *ret) MUST_CHECK;

#endif
