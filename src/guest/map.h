/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Disks that the kernel cannot have under the log's number and name, and what stands in
 * for them: /dev/sda1 (8:1) of the log is loop64 (7:64) here. What goes to the kernel is
 * rewritten from the log's names to ours, what comes from it the other way.
 *
 * The disk's node needs none of that: it has the log's path and our number.
 */
#ifndef MDT_GUEST_MAP_H
#define MDT_GUEST_MAP_H

#include "base/buf.h"

struct guest_device {
	uint32_t major, minor;
	struct mdt_slice name; /* in sysfs and in messages: `sda1` */
};

struct guest_map_row {
	struct guest_device log;
	struct guest_device real;
	struct mdt_slice parent; /* `sda`, of a partition; else empty */
};

struct guest_map {
	struct guest_map_row *rows; /* owned; their text is borrowed */
	size_t len, cap;
};

enum guest_map_way { GUEST_TO_KERNEL, GUEST_TO_LOG };

/** The map is then empty and can be used again. */
void guest_map_deinit(struct guest_map *map);

/** @param row Its text is borrowed. @return false when out of memory. */
bool guest_map_add(struct guest_map *map, const struct guest_map_row *row) MUST_CHECK;

/** Rewrite a device number; one that is not in the map stays. */
void guest_map_dev(const struct guest_map *map, enum guest_map_way way, uint32_t *major,
		   uint32_t *minor);

/**
 * Append text in which names of disks are rewritten, where they stand as a word of their
 * own: `dev-sda1`, `Disk failure on sda1,`, `/sys/block/sda1/size`, but not `sda12`.
 */
void guest_map_text(const struct guest_map *map, enum guest_map_way way,
		    struct mdt_slice text, struct mdt_buf *ret);

/**
 * The same for a message of the kernel, which also names a device that has no name:
 * `unknown-block(8,1)`.
 */
void guest_map_message(const struct guest_map *map, struct mdt_slice text,
		       struct mdt_buf *ret);

/**
 * The same for a text that may be nothing but a device number (`8:1`, with or without a
 * line's end), which is what a sysfs file `dev` has and `new_dev` takes.
 */
void guest_map_attribute(const struct guest_map *map, enum guest_map_way way,
			 struct mdt_slice text, struct mdt_buf *ret);

/**
 * Append a path in the form that the kernel has: below /sys names are rewritten, and a
 * partition is a disk of its own: /sys/block/sda/sda1/size is /sys/block/loop64/size.
 */
void guest_map_path(const struct guest_map *map, struct mdt_slice path,
		    struct mdt_buf *ret);

/**
 * What sysfs and the kernel's messages call a disk: of /dev/NAME it is NAME, of a node in
 * a folder below (/dev/mapper/x) what the number says, if that is known.
 * @param ret Appended.
 */
void guest_map_name(struct mdt_slice path, uint32_t major, uint32_t minor,
		    struct mdt_buf *ret);

#endif
