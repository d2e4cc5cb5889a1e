// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/replay_kernels.h"
#include "cli/units.h"
#include "md/level.h"
#include "derive/derive.h"
#include "verdict/verdict.h"
#include "report/replay_json.h"
#include "report/replay_flame.h"
#include "report/replay_perfetto.h"
#include "report/replay_rules.h"
#include "report/replay_text.h"

enum replay_format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_STRACE,
	FORMAT_JUNIT,
	FORMAT_KTAP,
	FORMAT_PERFETTO,
	FORMAT_FLAME,
};

static const char *const format_names[] = { "text", "json",	"strace", "junit",
					    "ktap", "perfetto", "flame",  NULL };

struct replay_options {
	struct machine_options machine; /* but the kernel */
	struct strings kernels;
	struct strings executed;
	const char *level, *disks, *disk_size;
	const char *graph, *depth, *graph_filter, *shard;
	unsigned int format, color;
	bool dry_run, each, fresh, keep_going, verbose, list_rules, strict;
};

// clang-format off
static const struct option_row option_rows[] = {
	{ .name = "kernel",
	  .arg = "IMAGE|DIR",
	  STORE_LIST(struct replay_options, kernels),
	  .help = "a vmlinuz, or the root of an unpacked kernel package (default: the "
		  "newest installed kernel that has md); of several, a table" },
	MACHINE_ROWS_BUT_KERNEL(struct replay_options, machine),
	{ .name = "dry-run",
	  .letter = 'n',
	  STORE_FLAG(struct replay_options, dry_run),
	  .help = "print the plan, and start no VM" },
	{ .name = "level",
	  .arg = "LEVEL",
	  STORE_STRING(struct replay_options, level),
	  .help = "of the array, where the log does not tell (default: raid1)" },
	{ .name = "disks",
	  .arg = "N",
	  STORE_STRING(struct replay_options, disks),
	  .help = "of the array, where the log does not tell (default: 2)" },
	{ .name = "disk-size",
	  .arg = "SIZE",
	  STORE_STRING(struct replay_options, disk_size),
	  .help = "of a disk, where the log does not tell (default: 16M)" },
	{ .name = "executed",
	  .arg = "FILE",
	  STORE_LIST(struct replay_options, executed),
	  .help = "judge this executed log (--format=strace), and start no VM; of "
		  "several, a table" },
	{ .name = "each",
	  STORE_FLAG(struct replay_options, each),
	  .help = "the logs are independent: tear everything down in between" },
	{ .name = "shard",
	  .arg = "K/N",
	  STORE_STRING(struct replay_options, shard),
	  .help = "with --each: only the logs of the Kth of N machines" },
	{ .name = "fresh",
	  STORE_FLAG(struct replay_options, fresh),
	  .help = "with --each: load md's modules again before each log" },
	{ .name = "keep-going",
	  .letter = 'k',
	  STORE_FLAG(struct replay_options, keep_going),
	  .help = "with --each: continue after a log that differs" },
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct replay_options, format),
	  .help = "print a report, JSON, the executed log, JUnit, KTAP, a timeline, or a flame graph" },
	{ .name = "graph",
	  .arg = "MODULE,...",
	  .is_optional = true,
	  STORE_STRING(struct replay_options, graph),
	  .help = "show the kernel functions that each call ran: md's and these modules'" },
	{ .name = "depth",
	  .arg = "N",
	  STORE_STRING(struct replay_options, depth),
	  .help = "with --graph: functions in one another that are shown (default: all)" },
	{ .name = "graph-filter",
	  .arg = "PATTERN",
	  STORE_STRING(struct replay_options, graph_filter),
	  .help = "with --graph: show functions that match, and what leads to them (PCRE2)" },
	{ .name = "verbose",
	  .letter = 'v',
	  STORE_FLAG(struct replay_options, verbose),
	  .help = "say more: all calls, reasons, what was set aside" },
	{ .name = "strict",
	  STORE_FLAG(struct replay_options, strict),
	  .help = "exit with 1 also when a line of a log was not understood" },
	{ .name = "list-rules",
	  STORE_FLAG(struct replay_options, list_rules),
	  .help = "list what is set aside, and what kernels are known to differ in" },
	COLOR_ROW(struct replay_options, color),
	{ 0 },
};
// clang-format on

struct replay {
	const struct replay_options *options;
	struct out *out;
	struct replay_columns columns;
	struct mdt_plan_options plan_options;
	struct progress progress;
	bool color;
	struct mdt_graph_view graph;
	size_t done; /* logs, of --each */
	enum status status;
};

/* ---- plans ---- */

// Made of the times that the kernel's tracer has.
static bool is_picture(const struct replay_options *options)
{
	return options->format == FORMAT_PERFETTO || options->format == FORMAT_FLAME;
}

static struct mdt_error *read_plan_options(const struct replay_options *options,
					   struct mdt_plan_options *ret)
{
	struct mdt_error *err = NULL;

	if (options->level) {
		if (!mdt_level_find(mdt_slice_cstr(options->level), &ret->level))
			return mdt_error_create(MDT_ERR_INVALID,
						"--level: there is no level '%s'",
						options->level);
		ret->has_level = true;
	}
	if (options->disks)
		err = units_count("--disks", options->disks, 1, 64, &ret->disks);
	if (!err && options->disk_size)
		err = units_size("--disk-size", options->disk_size, &ret->disk_size);
	return err;
}

static struct mdt_error *read_graph_options(const struct replay_options *options,
					    struct mdt_graph_view *ret)
{
	struct mdt_error *err = NULL;

	*ret = (struct mdt_graph_view){ .indent = "             " };
	if (!options->graph && (options->depth || options->graph_filter))
		return mdt_error_create(
			MDT_ERR_INVALID,
			"--depth and --graph-filter go with --graph only");
	if (is_picture(options) &&
	    (options->each || options->kernels.len + options->executed.len > 1))
		return mdt_error_create(
			MDT_ERR_INVALID,
			"--format=%s goes with one sequence on one kernel",
			format_names[options->format]);
	if (options->graph && options->kernels.len + options->executed.len > 1)
		return mdt_error_create(MDT_ERR_INVALID,
					"--graph goes with one kernel only");
	if (options->graph && strchr(options->graph, '\n'))
		return mdt_error_create(MDT_ERR_INVALID,
					"--graph: a name with a newline");
	if (options->depth)
		err = units_count("--depth", options->depth, 1, 1000, &ret->depth);
	if (!err && options->graph_filter)
		err = mdt_pattern_create(mdt_slice_cstr(options->graph_filter),
					 &ret->filter);
	return err;
}

/* ---- one replay ---- */

// What is known of the VM; of one that did not survive, nothing but what came before.
static struct mdt_replay_machine describe_machine(const struct machine *machine)
{
	struct mdt_replay_machine ret = { 0 };

	if (machine->vm) {
		struct mdt_vm_info info = mdt_vm_info(machine->vm);

		ret.modules = info.modules;
		ret.accel = accel_names[info.accel];
	}
	return ret;
}

static bool is_table(const struct replay *replay)
{
	return replay->columns.count > 1 || replay->options->format == FORMAT_JUNIT ||
	       replay->options->format == FORMAT_KTAP;
}

static struct mdt_error *put_table(struct replay *replay, const char *name,
				   const struct mdt_replay_column *columns)
{
	struct mdt_replay_table table = { .columns = columns,
					  .count = replay->columns.count,
					  .name = mdt_slice_cstr(name),
					  .verbose = replay->options->verbose,
					  .color = replay->color,
					  .is_part = replay->options->each,
					  .before =
						  replay->done * replay->columns.count };
	struct mdt_buf *buf = &replay->out->buf;

	switch ((enum replay_format)replay->options->format) {
	case FORMAT_JSON:
		return mdt_replay_table_json(&table, buf);
	case FORMAT_JUNIT:
		return mdt_replay_table_junit(&table, buf);
	case FORMAT_KTAP:
		return mdt_replay_table_ktap(&table, buf);
	case FORMAT_TEXT:
	case FORMAT_STRACE:
	case FORMAT_PERFETTO:
	case FORMAT_FLAME:
		break;
	}
	return mdt_replay_table_text(&table, buf);
}

static struct mdt_error *print_table(struct replay *replay, const char *name)
{
	struct mdt_replay_column *columns;
	struct mdt_error *err = replay_columns_table(&replay->columns, &columns);

	if (!err)
		err = put_table(replay, name, columns);
	free(columns);
	return err;
}

static struct mdt_error *print_report(struct replay *replay, const char *name,
				      const struct replay_column *column)
{
	const struct replay_options *options = replay->options;
	const struct mdt_verdicts *verdicts = &column->verdicts;
	struct mdt_replay_machine machine = describe_machine(&column->machine);
	struct mdt_replay_text_options text = { .verbose = options->verbose,
						.color = replay->color };
	struct mdt_buf *buf = &replay->out->buf;

	if (options->graph)
		text.graph = &replay->graph;
	if (options->format == FORMAT_STRACE) {
		mdt_plan_write(verdicts->executed, buf);
	} else if (options->format == FORMAT_PERFETTO) {
		return mdt_replay_perfetto(verdicts, buf);
	} else if (options->format == FORMAT_FLAME) {
		return mdt_replay_flame(verdicts, buf);
	} else if (options->format == FORMAT_JSON) {
		mdt_replay_json(verdicts, &machine, buf);
		mdt_buf_addc(buf, '\n');
	} else if (options->each && !options->verbose && !mdt_verdicts_status(verdicts)) {
		mdt_replay_summary(verdicts, mdt_slice_cstr(name), replay->color, buf);
	} else {
		return mdt_replay_text(verdicts, &machine, &text, buf);
	}
	return mdt_buf_error(buf);
}

static void worsen(enum status *status, int other)
{
	if ((int)*status < other)
		*status = (enum status)other;
}

// The one outcome that a progress line has room for: the worst.
static const char *worst_outcome(const struct replay_columns *columns)
{
	const struct mdt_verdicts *worst = &columns->items[0].verdicts;

	for (size_t i = 1; i < columns->count; i++)
		if (mdt_verdicts_status(&columns->items[i].verdicts) >
		    mdt_verdicts_status(worst))
			worst = &columns->items[i].verdicts;
	return mdt_replay_outcome(worst);
}

// Lines that were not understood may have been calls.
static void check_strict(struct replay *replay, const struct mdt_plan *plan)
{
	for (size_t i = 0; i < plan->section_count; i++) {
		const struct mdt_plan_section *section = &plan->sections[i];

		for (size_t k = 0; k < section->skipped_count; k++)
			if (mdt_slice_eq(section->skipped[k].reason,
					 SLICE(MDT_SKIPPED_FAULT)))
				worsen(&replay->status, STATUS_DIFFERS);
	}
}

// Run a plan and say what came of it; of several, @p name is the log's.
static struct mdt_error *replay_plan(struct replay *replay, const struct mdt_plan *plan,
				     const char *name, size_t index)
{
	struct replay_columns *columns = &replay->columns;
	_cleanup_(mdt_buf_deinit) struct mdt_buf job = { 0 };
	const char *graph = replay->options->graph;
	struct mdt_error *err;

	// A timeline needs the tracer's times.
	if (!graph && is_picture(replay->options))
		graph = "";
	// The guest adds the plan's modules.
	if (graph)
		mdt_buf_printf(&job, "graph=md_mod%s%s\n", *graph ? "," : "", graph);
	for (size_t i = 0; i < columns->count; i++)
		columns->items[i].options = mdt_buf_slice(&job);
	err = mdt_buf_error(&job);
	if (!err)
		err = replay_columns_run(columns, plan);

	if (err)
		return err;
	for (size_t i = 0; i < columns->count; i++)
		worsen(&replay->status, mdt_verdicts_status(&columns->items[i].verdicts));
	progress_done(&replay->progress, index + 1, name, worst_outcome(columns));
	err = is_table(replay) ? print_table(replay, name)
			       : print_report(replay, name, &columns->items[0]);
	out_flush(replay->out);
	return err;
}

/* ---- the logs: as one sequence, or each for itself ---- */

static struct mdt_error *replay_logs(struct replay *replay, const char *const *logs,
				     size_t count, size_t index)
{
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	struct mdt_error *err = mdt_plan_make(logs, count, &replay->plan_options, &plan);

	if (err)
		return err;
	if (replay->options->strict)
		check_strict(replay, &plan);
	if (!replay->options->dry_run)
		return replay_plan(replay, &plan, logs[0], index);
	mdt_plan_write(&plan, &replay->out->buf);
	out_settle(replay->out);
	return NULL;
}

// Of several logs, one document.
static bool is_document(const struct replay *replay, enum mdt_replay_ci *ret)
{
	*ret = replay->options->format == FORMAT_KTAP ? MDT_REPLAY_KTAP
						      : MDT_REPLAY_JUNIT;
	return !replay->options->dry_run && (replay->options->format == FORMAT_KTAP ||
					     replay->options->format == FORMAT_JUNIT);
}

static size_t count_logs(const struct shard *shard, size_t logs)
{
	size_t ret = 0;

	for (size_t i = 0; i < logs; i++)
		ret += shard_has(shard, i);
	return ret;
}

static void begin_document(struct replay *replay, enum mdt_replay_ci form,
			   const struct shard *shard, size_t logs)
{
	char text[SHARD_TEXT];

	mdt_replay_tables_begin(form, count_logs(shard, logs) * replay->columns.count,
				shard_text(shard, text), &replay->out->buf);
}

static struct mdt_error *replay_each(struct replay *replay, const struct cli *cli)
{
	const struct replay_options *options = replay->options;
	struct shard shard;
	struct mdt_error *err = units_shard(options->shard, &shard);
	enum mdt_replay_ci form;

	if (is_document(replay, &form) && !err)
		begin_document(replay, form, &shard, cli->operand_count);
	progress_begin(&replay->progress, options->dry_run ? 0 : cli->operand_count);
	for (size_t i = 0; !err && i < cli->operand_count; i++) {
		if (replay->status != STATUS_OK && !options->keep_going)
			break;
		if (!shard_has(&shard, i))
			continue;
		progress_next(&replay->progress, i, cli->operands[i]);
		if (i && options->fresh)
			err = replay_columns_freshen(&replay->columns);
		if (!err)
			err = replay_logs(replay, &cli->operands[i], 1, i);
		if (err && is_document(replay, &form))
			mdt_replay_tables_trouble(form, mdt_slice_cstr(cli->operands[i]),
						  replay->done * replay->columns.count,
						  replay->columns.count, err->message,
						  &replay->out->buf);
		replay->done++;
		if (err && options->keep_going) {
			cli_report(err);
			err = NULL;
			worsen(&replay->status, STATUS_TROUBLE);
		}
	}
	progress_end(&replay->progress);
	if (is_document(replay, &form))
		mdt_replay_tables_end(form, &replay->out->buf);
	return err;
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct replay_options *options = cli->options;
	struct replay replay = {
		.options = options,
		.out = cli->out,
		.progress = { .silent = true },
		.color = color_wanted((enum color)options->color, cli->out->fd),
	};
	struct mdt_error *err = read_plan_options(options, &replay.plan_options);

	cli->out->is_styled = replay.color;
	if (options->format != FORMAT_TEXT || options->dry_run)
		out_bytes(cli->out);
	if (!err)
		err = read_graph_options(options, &replay.graph);
	if (!err && options->list_rules) {
		mdt_replay_rules(&cli->out->buf);
		return mdt_buf_error(&cli->out->buf);
	}
	if (!err && !cli->operand_count)
		err = mdt_error_create(
			MDT_ERR_INVALID,
			"replay: a log is missing; usage: mdtrace replay LOG...");
	if (!err && (options->fresh || options->keep_going || options->shard) &&
	    !options->each)
		err = mdt_error_create(
			MDT_ERR_INVALID,
			"--fresh, --keep-going and --shard go with --each only");
	if (!err && options->executed.len && (options->each || options->dry_run))
		err = mdt_error_create(
			MDT_ERR_INVALID,
			"--executed goes neither with --each nor with --dry-run");
	if (!err && options->executed.len && options->kernels.len)
		err = mdt_error_create(MDT_ERR_INVALID,
				       "--executed does not go with --kernel");
	if (!err && options->kernels.len + options->executed.len > 1 &&
	    options->format == FORMAT_STRACE)
		err = mdt_error_create(MDT_ERR_INVALID,
				       "--format=strace goes with one kernel only");
	if (!err)
		err = replay_columns_init(&replay.columns, &options->kernels,
					  &options->executed, &options->machine);
	for (size_t i = 0; i < replay.columns.count; i++)
		replay.columns.items[i].machine.verbose = options->verbose;
	if (!err)
		err = options->each ? replay_each(&replay, cli)
				    : replay_logs(&replay, cli->operands,
						  cli->operand_count, 0);
	replay_columns_deinit(&replay.columns);
	mdt_pattern_destroy(replay.graph.filter);
	*ret = replay.status;
	return err;
}

const struct command cmd_replay = {
	.name = "replay",
	.args = "LOG...",
	.summary = "run a log's md calls again on a real kernel in a VM, and compare",
	.details =
		"Several LOGs are run one after the other on the same array. What the log does\n"
		"not tell is derived, and marked so. Nothing of this machine is touched.\n"
		"\n"
		"  mdtrace replay create.strace stop.strace",
	.options = option_rows,
	.options_size = sizeof(struct replay_options),
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.reads_logs = true,
	.run = run,
};
