// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/replay_kernels.h"
#include "derive/derive.h"
#include "report/blame.h"

enum blame_format {
	FORMAT_TEXT,
	FORMAT_JSON,
};

static const char *const format_names[] = { "text", "json", NULL };

struct blame_options {
	struct machine_options machine; /* but the kernel */
	const char *good_kernel, *bad_kernel, *fails;
	struct strings before;
	unsigned int format;
};

// clang-format off
static const struct option_row option_rows[] = {
	{ .name = "good-kernel",
	  .arg = "IMAGE|DIR",
	  STORE_STRING(struct blame_options, good_kernel),
	  .help = "with one log or two: run them on this kernel, where it works (default "
		  "of two logs: one kernel, the newest installed one)" },
	{ .name = "bad-kernel",
	  .arg = "IMAGE|DIR",
	  STORE_STRING(struct blame_options, bad_kernel),
	  .help = "and on this one, where it does not" },
	{ .name = "before",
	  .arg = "LOG",
	  STORE_LIST(struct blame_options, before),
	  .help = "with one log or two: run this log first, each time; may come again" },
	{ .name = "fails",
	  .arg = "PATTERN",
	  STORE_STRING(struct blame_options, fails),
	  .help = "a run with a call that matches has failed (PCRE2; calls as diff "
		  "prints them)" },
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct blame_options, format),
	  .help = "print text or JSON" },
	MACHINE_ROWS_BUT_KERNEL(struct blame_options, machine),
	{ 0 },
};
// clang-format on

struct blame {
	const struct blame_options *options;
	struct replay_columns kernels;		/* the good one and the bad one */
	struct mdt_buf replays[MDT_BLAME_RUNS]; /* executed logs */
	struct mdt_blame_input runs[MDT_BLAME_RUNS];
	struct mdt_pattern *fails;
	struct mdt_blame found;
};

static void blame_deinit(struct blame *blame)
{
	replay_columns_deinit(&blame->kernels);
	for (size_t i = 0; i < MDT_BLAME_RUNS; i++)
		mdt_buf_deinit(&blame->replays[i]);
	mdt_pattern_destroy(blame->fails);
	mdt_blame_deinit(&blame->found);
}

/* ---- runs in a VM ---- */

static struct mdt_error *keep_replay(const struct replay_column *column, const char *log,
				     struct mdt_buf *ret)
{
	const struct mdt_verdicts *verdicts = &column->verdicts;

	if (verdicts->run.end != MDT_RUN_FINISHED || verdicts->fault.len)
		return mdt_error_create(
			MDT_ERR_INVALID, "%s on %s: %s %.*s", log, column->kernel,
			mdt_run_end_name(verdicts->run.end),
			SLICE_FMT(verdicts->fault.len ? verdicts->fault
						      : verdicts->run.why));
	mdt_plan_write(&column->executed, ret);
	return mdt_buf_error(ret);
}

static struct mdt_error *make_plan(const struct blame *blame, const char *log,
				   struct mdt_plan *ret)
{
	const struct strings *before = &blame->options->before;
	const char **logs = calloc(before->len + 1, sizeof(*logs));
	struct mdt_error *err;

	if (!logs)
		return &mdt_enomem;
	for (size_t i = 0; i < before->len; i++)
		logs[i] = before->items[i];
	logs[before->len] = log;
	err = mdt_plan_make(logs, before->len + 1, NULL, ret);
	free(logs);
	return err;
}

static struct mdt_error *replay_once(struct blame *blame, const char *log,
				     const struct mdt_plan *plan,
				     struct replay_column *column, size_t run)
{
	struct mdt_error *err = machine_freshen(&column->machine);

	if (!err)
		err = replay_column_run(column, plan);
	if (!err)
		err = keep_replay(column, log, &blame->replays[run]);
	blame->runs[run] =
		(struct mdt_blame_input){ .path = log,
					  .text = mdt_buf_slice(&blame->replays[run]) };
	return err;
}

// A log on both kernels; of the good mdadm the first two runs, of the bad one the others.
// Of one kernel a run is as good as two.
static struct mdt_error *replay_log(struct blame *blame, const char *log, size_t first)
{
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	struct mdt_error *err = make_plan(blame, log, &plan);

	for (size_t i = 0; !err && i < blame->kernels.count; i++)
		err = replay_once(blame, log, &plan, &blame->kernels.items[i], first + i);
	if (!err && blame->kernels.count == 1)
		blame->runs[first + 1] = blame->runs[first];
	return err;
}

static struct mdt_error *find_kernels(struct blame *blame)
{
	const struct blame_options *options = blame->options;
	_cleanup_(strings_deinit) struct strings images = { 0 };
	struct strings none = { 0 };
	struct mdt_error *err = NULL;

	if (options->good_kernel)
		err = strings_add(&images, options->good_kernel);
	if (!err && options->bad_kernel)
		err = strings_add(&images, options->bad_kernel);
	return err ? err
		   : replay_columns_init(&blame->kernels, &images, &none,
					 &options->machine);
}

static struct mdt_error *replay_logs(struct blame *blame, const struct cli *cli)
{
	const struct blame_options *options = blame->options;
	struct mdt_error *err;

	if (!options->good_kernel != !options->bad_kernel)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"blame: --good-kernel and --bad-kernel go together");
	if (cli->operand_count == 1 && !options->good_kernel)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"blame: one log is compared on two kernels: --good-kernel and --bad-kernel");
	err = find_kernels(blame);
	if (!err)
		err = replay_log(blame, cli->operands[0], MDT_BLAME_GOOD);
	if (!err)
		err = replay_log(blame, cli->operands[cli->operand_count - 1],
				 MDT_BLAME_BAD_MDADM);
	return err;
}

/* ---- runs that are there ---- */

static struct mdt_error *take_logs(struct blame *blame, const struct cli *cli)
{
	const struct blame_options *options = blame->options;

	if (options->good_kernel || options->bad_kernel || options->before.len)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"blame: four logs are runs: no kernel and no --before goes with them");
	for (size_t i = 0; i < MDT_BLAME_RUNS; i++) {
		if (strcmp(cli->operands[i], "-") == 0)
			return mdt_error_create(
				MDT_ERR_INVALID,
				"blame: a run is read more than once: name a file");
		blame->runs[i].path = cli->operands[i];
	}
	return NULL;
}

/* ---- the command ---- */

static struct mdt_error *find(struct blame *blame, const struct cli *cli)
{
	const struct blame_options *options = blame->options;
	struct mdt_blame_options find = { 0 };
	struct mdt_error *err = NULL;

	if (cli->operand_count == 3)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"blame: three logs: a run is missing; usage: mdtrace blame GOOD BAD-KERNEL BAD-MDADM BAD");
	if (options->fails)
		err = mdt_pattern_create(mdt_slice_cstr(options->fails), &blame->fails);
	find.fails = blame->fails;
	if (!err)
		err = cli->operand_count == MDT_BLAME_RUNS ? take_logs(blame, cli)
							   : replay_logs(blame, cli);
	return err ? err : mdt_blame_find(blame->runs, &find, &blame->found);
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct blame_options *options = cli->options;
	_cleanup_(blame_deinit) struct blame blame = { .options = options };
	struct mdt_error *err = find(&blame, cli);

	if (err)
		return err;
	*ret = blame.found.whose == MDT_BLAME_NOBODY ? STATUS_OK : STATUS_DIFFERS;
	return options->format == FORMAT_JSON
		       ? mdt_blame_json(&blame.found, &cli->out->buf)
		       : mdt_blame_text(&blame.found, &cli->out->buf);
}

const struct command cmd_blame = {
	.name = "blame",
	.args = "LOG...",
	.summary = "say whose fault it is: mdadm's, the kernel's, both, or neither's",
	.details =
		"Four logs: of a good mdadm on a good and on a bad kernel, then of a bad mdadm\n"
		"on both; recorded there, or executed by replay (--format=strace). Or two, of the\n"
		"good and the bad mdadm, or one, which are run on both kernels in a VM.\n"
		"\n"
		"  mdtrace blame good-6.1 good-7.3 bad-6.1 bad-7.3\n"
		"  mdtrace blame --good-kernel=6.1 --bad-kernel=7.3 4.6.strace 4.4.strace\n"
		"\n"
		"Exits with 0 if the runs are alike, 1 if there is a fault, 2 on trouble.",
	.options = option_rows,
	.options_size = sizeof(struct blame_options),
	.min_operands = 1,
	.max_operands = MDT_BLAME_RUNS,
	.completes = COMPLETES_FILES,
	.run = run,
};
