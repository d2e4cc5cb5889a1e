/* SPDX-License-Identifier: MIT */
/** @file Uevents, from the kernel's netlink socket. */
#ifndef MDT_GUEST_UEVENT_H
#define MDT_GUEST_UEVENT_H

#include "guest/map.h"

/** Append the `uevent` line of a message: its head and variables, each ending in a NUL.
 */
void guest_uevent_write(struct mdt_slice message, const struct guest_map *map,
			struct mdt_buf *ret);

/** @param[out] fd A socket that gets them from now on. @return 0, or an errno. */
int guest_uevent_open(int *fd);

/** Take what has come. @param ret NULL: forget it. */
void guest_uevent_drain(int fd, const struct guest_map *map, struct mdt_buf *ret);

#endif
