/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Values on mdadm's command line that have a form of their own (util.c of mdadm 4.x).
 */
#ifndef MDT_DERIVE_UNITS_H
#define MDT_DERIVE_UNITS_H

#include "md/superblock.h"

/**
 * A size as parse_size() takes it: a number of KiB, or with a suffix `K`, `M`, `G`, `T`,
 * or `s` for sectors; `max` is UINT64_MAX.
 * @param[out] ret Sectors.
 * @return false, and @p ret is untouched, when it is none, or too large.
 */
bool mdt_sectors_read(struct mdt_slice text, uint64_t *ret);

/**
 * A uuid as parse_uuid() takes it: 32 hex digits, with `:`, `.`, `-` and blanks anywhere.
 * @return false, and @p ret is untouched, when it is none.
 */
bool mdt_uuid_read(struct mdt_slice text, struct mdt_uuid *ret);

#endif
