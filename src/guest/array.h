/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What an array says of itself in /sys/block/NODE, and whether something of it is still
 * under way. Looking changes nothing: no node is opened.
 */
#ifndef MDT_GUEST_ARRAY_H
#define MDT_GUEST_ARRAY_H

#include "guest/map.h"
#include "guest/state.h"

/** Room for a name in /sys/block. */
enum { GUEST_NODE_MAX = 64 };

bool guest_array_exists(const char *node);

/** The minor number of a node; -1 when it is gone. */
int64_t guest_array_minor(const char *node);

/** A file below /sys/block/NODE. @return As guest_read_value(). */
struct mdt_slice guest_array_read(const char *node, const char *file,
				  struct mdt_buf *ret);

/**
 * Read all keys of docs/plan.md but `info`.
 * @param mdstat /proc/mdstat's text.
 * @param ret Empty before.
 */
void guest_array_keys(const char *node, struct mdt_slice mdstat,
		      const struct guest_map *map, struct guest_state *ret);

/**
 * Whether a resync or recovery that is due has begun, or none is due: md's thread starts
 * it some time behind the call that asked for it (md_check_recovery()).
 */
bool guest_array_has_begun(const char *node);

/** Whether no member that failed is still in a slot; or the array is broken, where it
 * stays. */
bool guest_array_has_dropped(const char *node);

/** Whether nothing runs or waits. @param why Appended when it does. */
bool guest_array_is_quiet(const char *node, struct mdt_buf *why);

#endif
