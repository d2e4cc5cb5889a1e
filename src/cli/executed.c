// SPDX-License-Identifier: MIT
#include "cli/executed.h"

#include "derive/derive.h"

struct mdt_error *executed_open(const char *path, struct executed *ret)
{
	struct mdt_verdict_input input = { .plan = &ret->plan, .executed = &ret->plan };
	struct mdt_error *err = mdt_executed_read(path, &ret->plan);

	if (!err)
		err = mdt_verdicts_make(&input, &ret->verdicts);
	if (!err && ret->verdicts.fault.len)
		err = mdt_error_create(MDT_ERR_INVALID, "%s: %.*s", path,
				       SLICE_FMT(ret->verdicts.fault));
	return err;
}

void executed_deinit(struct executed *executed)
{
	mdt_verdicts_deinit(&executed->verdicts);
	mdt_plan_deinit(&executed->plan);
}

// The last component of a path, which loses it.
static struct mdt_slice take_last(struct mdt_slice *path)
{
	const char *slash = path->len ? memrchr(path->str, '/', path->len) : NULL;
	size_t at = slash ? (size_t)(slash - path->str) : 0;
	struct mdt_slice last = mdt_slice_skip(*path, slash ? at + 1 : 0);

	*path = mdt_slice_head(*path, at);
	return last;
}

// How many components two paths have in common at their end.
static size_t count_common(struct mdt_slice a, struct mdt_slice b)
{
	size_t ret = 0;

	while (a.len && b.len && mdt_slice_eq(take_last(&a), take_last(&b)))
		ret++;
	return ret;
}

const struct mdt_verdict *executed_find(const struct mdt_verdicts *verdicts,
					const char *log, unsigned long line)
{
	const struct mdt_verdict *ret = NULL;
	size_t best = 0;

	for (size_t i = 0; i < verdicts->count; i++) {
		const struct mdt_verdict *it = &verdicts->all[i];
		size_t common;

		if (!it->is_counted || it->is_wait || it->step->line != line)
			continue;
		common = count_common(it->section->name, mdt_slice_cstr(log));
		if (common > best)
			ret = it;
		best = common > best ? common : best;
	}
	return ret;
}
