// SPDX-License-Identifier: MIT
// A log to a plan; the plan, planned again, is the same.
// Seeds: tests/fuzz/plan/* traces/notes/*.strace traces/syntax/X-*.strace
// Max length: 20000
#include <stdint.h>
#include <stdlib.h>

#include "replay/derive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool plan_of(struct mdt_slice text, struct mdt_buf *ret)
{
	struct mdt_plan plan;
	struct mdt_error *err;

	mdt_plan_init(&plan);
	err = mdt_plan_make_memory("fuzz", text, NULL, &plan);
	if (!err)
		mdt_plan_write(&plan, ret);
	mdt_plan_deinit(&plan);
	mdt_error_destroy(err);
	return !err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf once = { 0 }, twice = { 0 };
	char *text = malloc(size ? size : 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	if (plan_of(mdt_slice_from(text, size), &once) &&
	    (!plan_of(mdt_buf_slice(&once), &twice) ||
	     !mdt_slice_eq(mdt_buf_slice(&once), mdt_buf_slice(&twice))))
		abort();
	free(text);
	return 0;
}
