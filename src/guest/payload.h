/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The third argument of an ioctl: out of the plan's text into a register or memory, and,
 * behind the call, from memory into text.
 */
#ifndef MDT_GUEST_PAYLOAD_H
#define MDT_GUEST_PAYLOAD_H

#include "guest/call.h"
#include "ioctl/table.h"

struct guest_payload {
	bool is_memory;
	uint64_t value;	      /* not memory: what goes into the register */
	unsigned char *bytes; /* memory, owned; whatever the log says, it is as large as
			       * the number and the type want */
	size_t size;	      /* of what is told of it */
	unsigned char *inner; /* what a pointer in it points to, owned; or NULL */
};

void guest_payload_deinit(struct guest_payload *payload);

/**
 * Make the argument.
 * @param row What is known of @p number, or NULL.
 * @return false when the call is refused: an argument that the kernel reads and that the
 * plan does not have is never made up.
 */
bool guest_payload_make(struct guest_call *call, uint32_t number,
			const struct mdt_ioctl *row,
			struct guest_payload *ret) MUST_CHECK;

/** Say what a call that succeeded has written there. */
void guest_payload_say(struct guest_call *call, uint32_t number,
		       const struct mdt_ioctl *row, struct guest_payload *payload);

#endif
