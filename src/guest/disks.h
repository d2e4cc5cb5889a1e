/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The plan's scratch disks: loop devices on files of a tmpfs, all holes at first. A disk
 * that is a loop device in the log gets its own number; any other is mapped to a loop
 * device with a number that no disk of the log has, under the log's node.
 */
#ifndef MDT_GUEST_DISKS_H
#define MDT_GUEST_DISKS_H

#include "guest/map.h"
#include "plan/plan.h"

struct guest_disk {
	uint32_t loop; /* its minor */
	uint64_t size;
	int file; /* what it is on, open; -1: none yet */
};

struct guest_disks {
	struct guest_disk *items; /* owned */
	size_t len, cap;
	struct mdt_slice *nodes; /* owned: nodes that were made, to be unlinked */
	size_t node_len, node_cap;
	struct mdt_arena arena; /* owns text of nodes and map */
	struct guest_map map;
};

/** Where the files are: a tmpfs. */
#define GUEST_DISKS_FOLDER "/run/guest/disks"

/**
 * Make the disks of a plan. When they are larger than what memory holds, resyncs, which
 * write all of a disk, are slowed to 1 KiB/s.
 * @param disks What an earlier job has left of them is taken as it is.
 * @param ret `guest map`, `guest slow` and `guest failed` lines.
 * @return NULL, or &mdt_enomem.
 */
struct mdt_error *guest_disks_make(struct guest_disks *disks, const struct mdt_plan *plan,
				   struct mdt_buf *ret) MUST_CHECK;

/** Make all of them zeros again. Nobody has one open. @param ret As above. */
void guest_disks_wipe(const struct guest_disks *disks, struct mdt_buf *ret);

/** Detach them and unlink the nodes. @param ret A line for each that is stuck. */
void guest_disks_remove(struct guest_disks *disks, struct mdt_buf *ret);

/** Which loop device each disk gets: into the map and the list, nothing is made. */
struct mdt_error *guest_disks_assign(struct guest_disks *disks,
				     const struct mdt_plan *plan) MUST_CHECK;

#endif
