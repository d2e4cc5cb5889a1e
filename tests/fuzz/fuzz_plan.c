// SPDX-License-Identifier: MIT
// A plan: read it, write it; what was written reads as the same.
// Seeds: tests/fuzz/plan/*
#include "plan/plan.h"
#include "twice.h"

static bool rewrite(struct mdt_slice text, struct mdt_buf *ret)
{
	struct mdt_plan plan;
	struct mdt_error *err;

	mdt_plan_init(&plan);
	err = mdt_plan_read("fuzz", text, &plan);
	if (!err)
		mdt_plan_write(&plan, ret);
	mdt_plan_deinit(&plan);
	mdt_error_destroy(err);
	return !err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return make_twice(rewrite, data, size);
}
