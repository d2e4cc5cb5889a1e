// SPDX-License-Identifier: MIT
// A log's calls on md, as `conform --from` takes them: read, mutate, and put into a plan.
// Seeds: tests/fuzz/plan/* traces/notes/*.strace traces/payload/fail.strace
// Max length: 20000
#include "conform/mutate.h"
#include "conform/plan.h"
#include "derive/derive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct mdt_error *make(const struct mdt_conform_source *source,
			      struct mdt_conform_fold *fold, unsigned int number)
{
	_cleanup_(mdt_conform_sequence_deinit) struct mdt_conform_sequence it = { 0 };
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	struct mdt_model_options options;
	struct mdt_error *err;

	mdt_model_options_init(&options, MDT_KERNEL_6_1);
	err = mdt_conform_mutate(&options, source, 1, number, fold, &it);
	if (!err)
		err = mdt_conform_plan_begin(MDT_LEVEL_BIT(1), &plan);
	return err ? err : mdt_conform_plan_add(&plan, &options, &it, fold);
}

static struct mdt_error *read_and_make(struct mdt_slice text,
				       struct mdt_conform_fold *fold)
{
	_cleanup_(mdt_conform_source_deinit) struct mdt_conform_source source = { 0 };
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	struct mdt_error *err = mdt_plan_make_memory("fuzz", text, NULL, &plan);

	if (!err)
		err = mdt_conform_source_read("fuzz", &plan, &source);
	for (unsigned int i = 1; !err && i <= 3; i++)
		err = make(&source, fold, i);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mdt_conform_fold fold;
	struct mdt_error *err = mdt_conform_fold_init(&fold);

	if (!err)
		err = read_and_make(mdt_slice_from((const char *)data, size), &fold);
	mdt_conform_fold_deinit(&fold);
	mdt_error_destroy(err);
	return 0;
}
