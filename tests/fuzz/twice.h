/* SPDX-License-Identifier: MIT */
/** @file Targets that make a text of a text: made of what they made, it is the same. */
#ifndef MDT_FUZZ_TWICE_H
#define MDT_FUZZ_TWICE_H

#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** @return false when the text is none that can be used. */
typedef bool make_fn(struct mdt_slice text, struct mdt_buf *ret);

/** The text is copied, so that a read behind its end is seen. @return 0 */
static inline int make_twice(make_fn *make, const uint8_t *data, size_t size)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf once = { 0 }, twice = { 0 };
	char *text = malloc(size ? size : 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	if (make(mdt_slice_from(text, size), &once) &&
	    (!make(mdt_buf_slice(&once), &twice) ||
	     !mdt_slice_eq(mdt_buf_slice(&once), mdt_buf_slice(&twice))))
		abort();
	free(text);
	return 0;
}

#endif
