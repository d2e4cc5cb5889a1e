/* SPDX-License-Identifier: MIT */
/** @file The kernel's messages, from /dev/kmsg. */
#ifndef MDT_GUEST_KMSG_H
#define MDT_GUEST_KMSG_H

#include "guest/map.h"

/** A record, as Documentation/ABI/testing/dev-kmsg has it. */
struct guest_kmsg_record {
	unsigned int level;    /* 0 to 7 */
	unsigned int facility; /* 0: the kernel itself */
	struct mdt_slice text; /* still escaped: \x0a */
};

/** @return false for what is no record. */
bool guest_kmsg_parse(struct mdt_slice record, struct guest_kmsg_record *ret) MUST_CHECK;

/** Append the bytes of a record's text. */
void guest_kmsg_text(struct mdt_slice escaped, struct mdt_buf *ret);

struct guest_kmsg {
	int fd;
	unsigned int syncs; /* messages so far that say a resync or recovery begins */
};

/** Open it, at its end. @return 0, or an errno. */
int guest_kmsg_open(struct guest_kmsg *kmsg);

/**
 * Take what has come.
 * @param ret A `kernel` line for each message of the kernel; NULL: forget them.
 */
void guest_kmsg_drain(struct guest_kmsg *kmsg, const struct guest_map *map,
		      struct mdt_buf *ret);

#endif
