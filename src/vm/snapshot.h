/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Guests that have booted, put aside in the user's cache folder: one file for each, which
 * many VMs can go on from at once, as each of them writes to pages of its own.
 *
 *	RAM, with holes where it is 0 | QEMU's state | key | struct mdt_snapshot_mark
 *
 * The file comes into its folder whole, or not at all. The folder is the user's alone,
 * and nothing in it is believed that does not fit its checksums.
 */
#ifndef MDT_VM_SNAPSHOT_H
#define MDT_VM_SNAPSHOT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum {
	MDT_SNAPSHOT_MIB = 1024,       /* of disk that all of them may take together */
	MDT_SNAPSHOT_STATE = 64 << 20, /* bytes that a state may have */
};

/** Where the conversation with the guest was. */
struct mdt_snapshot_talk {
	uint32_t sent, received; /* frames */
	uint32_t is_uart;
};

/** The end of the file. */
struct mdt_snapshot_mark {
	char magic[8];
	uint64_t ram_len, state_len, key_len; /* bytes */
	uint64_t ram_sum, state_sum, key_sum;
	struct mdt_snapshot_talk talk;
	uint32_t zero;
	uint64_t sum; /* of all that is before it here */
};

struct mdt_snapshot {
	int fd; /* at the start of the state */
	struct mdt_snapshot_mark mark;
};

/**
 * Where the snapshot of a key is; the folder is made.
 * @return To be freed; NULL, with a sentence in @p why: there is no folder that nobody
 * else can write to.
 */
char *mdt_snapshot_path(struct mdt_slice key, struct mdt_buf *why) MUST_CHECK;

/**
 * Open a snapshot and look at all but its RAM.
 * @param ram_len Bytes that the guest is to have.
 * @param[out] ret fd is -1 if there is none; to be closed.
 * @param why Gets a sentence if there is one that is of no use; it is removed then.
 */
void mdt_snapshot_open(const char *path, struct mdt_slice key, uint64_t ram_len,
		       struct mdt_snapshot *ret, struct mdt_buf *why);

/** Whether the RAM, of which all is read, is what was saved. */
bool mdt_snapshot_is_whole(const struct mdt_snapshot *snapshot) MUST_CHECK;

/** That it was used now: those that were not go first. */
void mdt_snapshot_touch(const struct mdt_snapshot *snapshot);

/**
 * Save one, and remove others if they are too many; one that is there already stays.
 * @param ram,state Descriptors, read from their start to their end.
 * @return NULL, or MDT_ERR_OS.
 */
struct mdt_error *mdt_snapshot_save(const char *path, struct mdt_slice key, int ram,
				    int state,
				    const struct mdt_snapshot_talk *talk) MUST_CHECK;

/** Remove the oldest until the others have at most so many bytes of disk. */
void mdt_snapshot_prune(const char *dir, uint64_t most);

#endif
