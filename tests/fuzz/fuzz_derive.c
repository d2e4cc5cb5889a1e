// SPDX-License-Identifier: MIT
// A log to a plan; the plan, planned again, is the same. And a log's arguments.
// Seeds: tests/fuzz/plan/* traces/notes/*.strace traces/syntax/X-*.strace
// Max length: 20000
#include "derive/arguments.h"
#include "derive/derive.h"
#include "twice.h"

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

static void find_arguments(struct mdt_slice text)
{
	struct mdt_derived_log log = { 0 };

	mdt_error_destroy(mdt_derive_arguments_memory("fuzz", text, &log));
	mdt_derived_log_deinit(&log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	find_arguments(mdt_slice_from((const char *)data, size));
	return make_twice(plan_of, data, size);
}
