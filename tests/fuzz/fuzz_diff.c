// SPDX-License-Identifier: MIT
// Two logs in one input, with a NUL between them: they are compared, and every form of
// the report is written, and the baseline of the first.
//
// Seeds: tests/golden/changed-*.strace traces/mdadm-*/fail.strace tests/fuzz/found/*
// Max length: 16384
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "diff/baseline.h"
#include "report/diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct mdt_error *report_all(struct mdt_diff *diff)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf out = { 0 };
	struct mdt_diff_report report = {
		.diff = diff,
		.out = &out,
		.names = { "old", "new" },
		.width = 80,
		.context = 3,
	};
	struct mdt_error *err = mdt_diff_report_text(&report);

	report.side_by_side = true;
	if (!err)
		err = mdt_diff_report_text(&report);
	mdt_buf_clear(&out);
	if (!err)
		err = mdt_diff_report_json(&report);
	if (!err && !mdt_is_utf8(mdt_buf_slice(&out)))
		abort();
	if (!err)
		err = mdt_diff_report_html(&report);
	return err ? err : mdt_diff_report_junit(&report);
}

static struct mdt_error *compare(struct mdt_diff_rules *rules, struct mdt_slice old_log,
				 struct mdt_slice new_log, struct mdt_buf *baseline)
{
	static const struct mdt_diff_options options = { .level = MDT_LEVEL_SYSCALL };
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();
	struct mdt_error *err;
	struct mdt_diff diff;

	mdt_diff_init(&diff, rules, table, &options);
	err = mdt_diff_log_parse("old", old_log, rules, table, &diff.texts, NULL,
				 &diff.logs[MDT_OLD]);
	if (!err)
		err = mdt_diff_log_parse("new", new_log, rules, table, &diff.texts, NULL,
					 &diff.logs[MDT_NEW]);
	if (!err)
		err = mdt_diff_run(&diff);
	if (!err)
		err = report_all(&diff);
	if (!err)
		err = mdt_diff_baseline(&diff.logs[MDT_OLD], &diff.texts,
					MDT_LEVEL_SYSCALL, baseline);
	mdt_diff_deinit(&diff);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(mdt_diff_rules_deinit) struct mdt_diff_rules rules = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf baseline = { 0 };
	struct mdt_slice all = mdt_slice_from((const char *)data, size), first = all;
	const char *middle = size ? memchr(data, '\0', size) : NULL;

	if (middle)
		first.len = (size_t)(middle - all.str);
	mdt_error_destroy(
		compare(&rules, first, mdt_slice_skip(all, first.len + 1), &baseline));
	return 0;
}
