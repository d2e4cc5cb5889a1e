/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Names of RAID levels and of the layouts within them, as mdadm and
 * /sys/block/mdN/md/level print them.
 */
#ifndef MDT_MD_LEVEL_H
#define MDT_MD_LEVEL_H

#include "base/buf.h"
#include "base/slice.h"

/**
 * @param level The number in mdu_array_info_t or in a superblock: LEVEL_LINEAR (-1) and
 * the like of <linux/raid/md_u.h>, -100 for mdadm's containers, -1000000 for LEVEL_NONE.
 * @return "raid1", "linear", ...; NULL when no such level exists. Static.
 */
MDT_API const char *mdt_level_name(int64_t level);

/** The inverse, also for the short spellings that mdadm takes (`1`, `mirror`, `stripe`).
 * @return false when @p name is none; @p ret is then untouched. */
MDT_API bool mdt_level_find(struct mdt_slice name, int *ret);

/**
 * Append what @p layout means at @p level: `left-symmetric`, `near=2`, `original`.
 * @return false, and appends nothing, when the level has no layouts or this is none of
 * them.
 */
MDT_API bool mdt_layout_print(struct mdt_buf *buf, int64_t level, uint32_t layout);

/**
 * What mdadm's --layout makes of @p name at @p level: the names above, their short forms
 * (`ls`, `n2`), `default`.
 * @return false when the level has no such layout; @p ret is then untouched.
 */
MDT_API bool mdt_layout_find(int64_t level, struct mdt_slice name, uint32_t *ret);

#endif
