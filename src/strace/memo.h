/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Calls that were parsed before. strace logs repeat themselves: half of the lines of what
 * mdadm
 * --create does, nine of ten of mdadm --detail, differ from an earlier one in nothing but
 * pid, time and duration. What such a line's text means is remembered, not worked out
 * again. Internal to src/strace/.
 */
#ifndef MDT_STRACE_MEMO_H
#define MDT_STRACE_MEMO_H

#include "strace/event.h"

struct mdt_memo_table;

struct mdt_memo {
	struct mdt_memo_table *table; /* of a fixed size; NULL until it is needed */
	bool missed;		      /* a line was looked up and not found */
	struct mdt_slice key;	      /* of that line */
	struct mdt_slice duration;    /* that ends it */
	uint64_t hash;		      /* of key */
	unsigned int asked, found;    /* of late */
	unsigned int resting; /* lines not to look up: the log does not repeat itself */
};

void mdt_memo_deinit(struct mdt_memo *memo);

/**
 * Look up a line.
 * @param body From the call's name to the line's end.
 * @param[in,out] ret If it is known: as mdt_parse_line() would have made it, its values
 * living in the memo until the next call of mdt_memo_keep().
 * @return Whether it is known.
 */
bool mdt_memo_find(struct mdt_memo *memo, struct mdt_slice body, struct mdt_event *ret);

/**
 * Remember the line that was not found, if it is a call that is understood and not too
 * long. Out of memory it is not remembered.
 * @param event Parsed; @p nodes are its values.
 */
void mdt_memo_keep(struct mdt_memo *memo, const struct mdt_event *event,
		   const struct mdt_nodes *nodes);

#endif
