// SPDX-License-Identifier: MIT
// Results of other machines: read two halves of the input, join them, and write both
// forms: the JUnit is read again, and has as many cases that ended in the same way.
// Seeds: tests/golden/*+junit.out tests/golden/*+ktap.out tests/golden/merge-*
// Max length: 4096
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "report/merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count_cases(const struct mdt_merge *merge)
{
	size_t ret = 0, counted = 0;

	for (const struct mdt_merge_suite *it = merge->suites.first; it; it = it->next) {
		ret += it->len;
		for (size_t i = 0; i <= MDT_MERGE_ERROR; i++)
			counted += it->ends[i];
	}
	if (counted != ret)
		abort();
	return ret;
}

static void check_again(const struct mdt_merge *merge, const struct mdt_buf *text)
{
	struct mdt_merge again = { 0 };
	struct mdt_error *err = mdt_merge_add(&again, "again", mdt_buf_slice(text));

	if (err || count_cases(&again) != count_cases(merge) ||
	    mdt_merge_status(&again) != mdt_merge_status(merge))
		abort();
	mdt_merge_deinit(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mdt_slice all = mdt_slice_from((const char *)data, size);
	struct mdt_merge merge = { 0 };
	struct mdt_buf junit = { 0 }, ktap = { 0 };

	if (!mdt_is_utf8(all))
		return 0;
	mdt_error_destroy(mdt_merge_add(&merge, "all", all));
	mdt_error_destroy(mdt_merge_add(&merge, "half", mdt_slice_head(all, size / 2)));
	mdt_error_destroy(mdt_merge_add(&merge, "rest", mdt_slice_skip(all, size / 2)));
	mdt_error_destroy(mdt_merge_finish(&merge));
	mdt_merge_junit(&merge, &junit);
	mdt_merge_ktap(&merge, &ktap);
	check_again(&merge, &junit);
	mdt_buf_deinit(&junit);
	mdt_buf_deinit(&ktap);
	mdt_merge_deinit(&merge);
	return 0;
}
