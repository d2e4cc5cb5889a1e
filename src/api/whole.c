// SPDX-License-Identifier: MIT
// Whole logs: compared, planned, judged.
#include "api/parts.h"
#include "derive/derive.h"
#include "diff/diff.h"
#include "report/diff.h"
#include "report/replay_json.h"
#include "verdict/verdict.h"

/* ---- compared ---- */

static enum mdt_diff_level level_of(enum mdtrace_level level)
{
	switch (level) {
	case MDTRACE_LEVEL_STATES:
		return MDT_LEVEL_STATES;
	case MDTRACE_LEVEL_MD:
		return MDT_LEVEL_MD;
	case MDTRACE_LEVEL_IOCTL:
		return MDT_LEVEL_IOCTL;
	case MDTRACE_LEVEL_SYSCALL:
		break;
	}
	return MDT_LEVEL_SYSCALL;
}

static struct mdt_error *compare(struct mdt_diff *diff, const char *const paths[2])
{
	struct mdt_error *err = NULL;

	for (size_t side = 0; !err && side < 2; side++)
		err = mdt_diff_log_read(paths[side], diff->rules, diff->table,
					&diff->texts, NULL, &diff->logs[side]);
	return err ? err : mdt_diff_run(diff);
}

static struct mdtrace_error *report_diff(struct mdt_diff *diff,
					 const char *const paths[2], char **json)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_diff_report report = { .diff = diff,
					  .out = &text,
					  .names = { paths[0], paths[1] } };
	struct mdt_error *err = mdt_diff_report_json(&report);

	return err ? api_error(err) : api_take(&text, json);
}

struct mdtrace_error *mdtrace_diff(const char *old_path, const char *new_path,
				   enum mdtrace_level level, bool *differs, char **json)
{
	const char *const paths[2] = { old_path, new_path };
	struct mdt_diff_options options = { .level = level_of(level) };
	struct mdt_diff_rules rules = { 0 };
	struct mdtrace_error *err;
	struct mdt_diff diff;

	mdt_diff_init(&diff, &rules, mdt_ioctl_builtin(), &options);
	err = api_error(compare(&diff, paths));
	*differs = diff.differences != 0;
	if (!err && json)
		err = report_diff(&diff, paths, json);
	mdt_diff_deinit(&diff);
	mdt_diff_rules_deinit(&rules);
	return err;
}

/* ---- planned ---- */

struct mdtrace_error *mdtrace_plan(const char *const *paths, size_t count, char **ret)
{
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_error *err = mdt_plan_make(paths, count, NULL, &plan);

	if (err)
		return api_error(err);
	mdt_plan_write(&plan, &text);
	return api_take(&text, ret);
}

/* ---- judged ---- */

static struct mdtrace_error *judge(const struct mdt_verdict_input *input, bool *differs,
				   char **json)
{
	_cleanup_(mdt_verdicts_deinit) struct mdt_verdicts verdicts = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_error *err = mdt_verdicts_make(input, &verdicts);

	if (err)
		return api_error(err);
	*differs = mdt_verdicts_status(&verdicts) != 0;
	if (!json)
		return NULL;
	mdt_replay_json(&verdicts, NULL, &text);
	return api_take(&text, json);
}

struct mdtrace_error *mdtrace_judge(const char *path, const char *executed_path,
				    bool *differs, char **json)
{
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	_cleanup_(mdt_plan_deinit) struct mdt_plan executed = { 0 };
	struct mdt_verdict_input input = { .plan = &plan, .executed = &executed };
	struct mdt_error *err = mdt_plan_make(&path, 1, NULL, &plan);

	if (!err)
		err = mdt_executed_read(executed_path, &executed);
	return err ? api_error(err) : judge(&input, differs, json);
}
