/* SPDX-License-Identifier: MIT */
/** @file What is known of an array, as keys with values; and what has changed in it. */
#ifndef MDT_GUEST_STATE_H
#define MDT_GUEST_STATE_H

#include "base/arena.h"
#include "base/buf.h"

struct guest_key {
	struct mdt_slice key, value;
};

struct guest_state {
	struct mdt_arena arena; /* owns the text */
	struct guest_key *keys; /* owned */
	size_t len, cap;
};

void guest_state_deinit(struct guest_state *state);

/** Forget the keys, keep the memory. */
void guest_state_clear(struct guest_state *state);

/** Add a key that is not there yet. @return false when out of memory. */
bool guest_state_add(struct guest_state *state, struct mdt_slice key,
		     struct mdt_slice value);

/** @return The key, or NULL. */
const struct guest_key *guest_state_find(const struct guest_state *state,
					 struct mdt_slice key);

/** Append `state NODE` with what differs; nothing when nothing does. */
void guest_state_diff(struct mdt_slice node, const struct guest_state *before,
		      const struct guest_state *after, struct mdt_buf *ret);

/** The array's lines in /proc/mdstat, without their last line's end; empty: none. */
struct mdt_slice guest_mdstat_find(struct mdt_slice mdstat, struct mdt_slice node);

#endif
