/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The md calls of a recorded log, for the world that sequences are made for: its array is
 * md100 there, its disks are the first of mdt_conform_disks. Sequences are mutations of
 * them (conform/mutate.h).
 */
#ifndef MDT_CONFORM_SOURCE_H
#define MDT_CONFORM_SOURCE_H

#include "conform/sequence.h"
#include "plan/plan.h"

/** What SET_ARRAY_INFO changes of a running array: bits. */
enum {
	MDT_CONFORM_CHANGES_SIZE = 1 << 0,
	MDT_CONFORM_CHANGES_RAID_DISKS = 1 << 1,
	MDT_CONFORM_CHANGES_LAYOUT = 1 << 2,
	MDT_CONFORM_CHANGES_BITMAP = 1 << 3,
};

/** A call of the log. */
struct mdt_conform_template {
	struct mdt_conform_call call;
	unsigned long line; /* in the log; 0: the log begins in the middle of things, and
			     * this brings it there */
	bool updates; /* SET_ARRAY_INFO: made of what the array says, with changes */
	unsigned int changes;
};

struct mdt_conform_source {
	struct mdt_conform_template *items; /* owned */
	size_t count, cap;
	size_t left_out; /* calls on md that no sequence has: other attributes, other
			  * arrays than the first, more disks than there are */
	/* what the array is */
	bool full; /* set up by SET_ARRAY_INFO alone */
	bool persistent;
	int major, minor; /* of the superblocks' version */
	uint32_t raid_disks;
};

MDT_API void mdt_conform_source_deinit(struct mdt_conform_source *source);

/**
 * Take a plan's calls.
 * @param path The log's, for errors.
 * @param plan Of mdt_plan_make(); its prologue is taken, too.
 * @param[out] ret Zeroed; to be deinitialised also after an error.
 * @return NULL, MDT_ERR_INVALID when there are none, or &mdt_enomem.
 */
MDT_API struct mdt_error *
mdt_conform_source_read(const char *path, const struct mdt_plan *plan,
			struct mdt_conform_source *ret) MUST_CHECK;

#endif
