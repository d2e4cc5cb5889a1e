/* SPDX-License-Identifier: MIT */
/** @file A struct as strace decodes it, {a=1, b="x", c={d=2}}, back into bytes. */
#ifndef MDT_GUEST_ENCODE_H
#define MDT_GUEST_ENCODE_H

#include "ioctl/type.h"
#include "strace/event.h"

/**
 * Encode a value of a type.
 * @param bytes type->size bytes, zeroed before; what the text does not name stays.
 * @return false for a field that the type does not have, a value that does not fit it, or
 * a pointer other than NULL.
 */
bool guest_encode(struct mdt_ref ref, const struct mdt_type *type,
		  unsigned char *bytes) MUST_CHECK;

#endif
