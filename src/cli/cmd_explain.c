// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/visible.h"
#include "cli/cli.h"
#include "cli/executed.h"
#include "cli/kernel.h"
#include "cli/known.h"
#include "cli/presume.h"
#include "cli/replay_kernels.h"
#include "derive/derive.h"
#include "report/explain.h"
#include "report/explain_json.h"
#include "report/explain_ran.h"
#include "life/line.h"
#include "stack/stack.h"
#include "strace/reader.h"

static const char *const format_names[] = { "text", "markdown", "json", NULL };

struct explain_options {
	unsigned int format;
	const char *kernel, *executed;
	struct machine_options machine;
	struct strings debug;
	bool all, diagram;
};

static const struct option_row option_rows[] = {
	{ .name = "all",
	  STORE_FLAG(struct explain_options, all),
	  .help = "explain every call that md answers" },
	{ .name = "diagram",
	  STORE_FLAG(struct explain_options, diagram),
	  .help = "print the states of an array and what leads from one to another, as a Mermaid diagram" },
	{ .name = "kernel-version",
	  .arg = "VERSION",
	  STORE_STRING(struct explain_options, kernel),
	  .help = "say only what holds for this kernel" },
	{ .name = "executed",
	  .arg = "FILE",
	  STORE_STRING(struct explain_options, executed),
	  .help = "of LOG:LINE, also what ran: an executed log (replay --graph --format=strace)" },
	MACHINE_ROWS_BUT_KERNEL(struct explain_options, machine),
	{ .name = "kernel",
	  .arg = "IMAGE|DIR",
	  STORE_STRING(struct explain_options, machine.kernel),
	  .help = "of LOG:LINE, also what runs when the log is replayed on this kernel in a VM" },
	{ .name = "debug",
	  .arg = "PATH",
	  STORE_LIST(struct explain_options, debug),
	  .help = "where the traced programs are, with debug info: for strace -k" },
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct explain_options, format),
	  .help = "text, Markdown, or one JSON object for each call" },
	{ 0 },
};

struct explain {
	struct mdt_explain what;
	enum mdt_kernel kernel;
	const char *version; /* as it was given, or NULL */
	const struct strings *debug;
	const char *executed_path;
	struct executed executed; // if there is a path
	bool runs_vm;
	struct replay_columns columns;	// one, if so
	struct mdt_plan plan;		// of what it has run
	struct mdt_buf replayed;	// the log's path; empty: none yet
	struct mdt_buf release;		// of the kernel that ran, with its end
	const struct mdt_verdicts *ran; // NULL: nobody asks
	struct out *out;
	bool printed; // something, so a blank line is due
};

/* ---- an operation by its name or number ---- */

// array_state, sync_action and the like are what is written to them.
static bool find_op(struct mdt_slice word, enum mdt_md_op *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf write = { 0 };

	if (mdt_md_op_find(word, ret))
		return true;
	mdt_buf_adds(&write, "write ");
	mdt_buf_add(&write, word);
	return mdt_md_op_find(mdt_buf_slice(&write), ret);
}

static struct mdt_error *not_mds(const struct explain *explain, struct mdt_slice word)
{
	const struct mdt_ioctl *near = mdt_ioctl_suggest(explain->what.table, word);

	if (near && strcmp(near->pack, "md") == 0)
		return mdt_error_create(
			MDT_ERR_NOT_FOUND,
			"'%.*s' is nothing that md answers; did you mean '%s'?",
			SLICE_FMT(word), near->name);
	return mdt_error_create(
		MDT_ERR_NOT_FOUND,
		"'%.*s' is nothing that md answers: neither an ioctl of md, nor open, close, new_array, array_state, sync_action or state, nor LOG:LINE",
		SLICE_FMT(word));
}

// One of md's rows for a number, or its best.
static const struct mdt_ioctl *row_of_number(const struct explain *explain,
					     uint32_t number)
{
	size_t count;
	const struct mdt_ioctl *rows =
		mdt_ioctl_find(explain->what.table, number, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].pack, "md") == 0)
			return &rows[i];
	return rows;
}

static bool is_json(const struct explain *explain)
{
	return explain->what.form == MDT_EXPLAIN_JSON;
}

static void print_json(struct explain *explain, enum mdt_md_op op,
		       const struct mdt_explain_place *place)
{
	const struct mdt_ioctl *ioctl = mdt_ioctl_find_name(
		explain->what.table, mdt_slice_cstr(mdt_md_op_name(op)));

	mdt_explain_json(&explain->what, op, ioctl, place, &explain->out->buf);
	out_settle(explain->out);
}

static void print_op(struct explain *explain, enum mdt_md_op op,
		     const struct mdt_ioctl *ioctl)
{
	if (is_json(explain)) {
		mdt_explain_json(&explain->what, op, ioctl, NULL, &explain->out->buf);
		out_settle(explain->out);
		return;
	}
	if (explain->printed)
		out_addc(explain->out, '\n');
	explain->printed = true;
	mdt_explain_op(&explain->what, op, ioctl, &explain->out->buf);
	out_settle(explain->out);
}

static struct mdt_error *explain_word(struct explain *explain, struct mdt_slice word)
{
	const struct mdt_ioctl *ioctl = mdt_ioctl_find_name(explain->what.table, word);
	enum mdt_md_op op = MDT_OP_OTHER_IOCTL;
	uint64_t number;
	bool is_number = mdt_slice_to_u64(word, &number) && number <= UINT32_MAX;

	if (is_number)
		ioctl = row_of_number(explain, (uint32_t)number);
	if (ioctl && strcmp(ioctl->pack, "md") != 0)
		return not_mds(explain, word);
	if (ioctl)
		find_op(mdt_slice_cstr(ioctl->name), &op);
	else if (!is_number && !find_op(word, &op))
		return not_mds(explain, word);
	print_op(explain, op, ioctl);
	return NULL;
}

/* ---- LOG:LINE ---- */

// Who made the call (strace -k): its stack comes after it.
struct caller {
	unsigned long line;
	bool is_near; // the last call was that of the line
	struct mdt_programs programs;
	struct mdt_stack stack;
};

static void caller_deinit(struct caller *caller)
{
	mdt_programs_deinit(&caller->programs);
	mdt_stack_deinit(&caller->stack);
}

static struct mdt_error *take_frame(struct caller *caller, struct mdt_slice text)
{
	const struct mdt_stack_frame *frame;
	struct mdt_error *err = mdt_programs_resolve(&caller->programs, text, &frame);

	return err || !frame ? err : mdt_stack_add(&caller->stack, frame);
}

static struct mdt_error *watch_stack(struct caller *caller, const struct mdt_event *event)
{
	if (event->kind == MDT_EVENT_STACK)
		return caller->is_near ? take_frame(caller, event->raw) : NULL;
	caller->is_near = event->line == caller->line || event->began == caller->line;
	// A call that is left open has the first frame on its own line.
	if (caller->is_near && event->kind == MDT_EVENT_UNFINISHED &&
	    event->interruption.len)
		return take_frame(caller, event->interruption);
	return NULL;
}

static struct mdt_error *read_log(struct mdt_life *life, const char *log,
				  const struct mdt_life_lines *lines,
				  struct caller *caller)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = mdt_reader_create(log, &reader);
	struct mdt_event event;
	bool got = true;

	if (err)
		return err;
	life->topics |= MDT_TOPIC_IOCTL;
	mdt_life_begin_log(life, log, false);
	while (!err && (!mdt_life_lines_are_told(lines) || caller->is_near)) {
		err = mdt_reader_next(reader, &event, &got);
		if (err || !got)
			break;
		err = watch_stack(caller, &event);
		// What comes after the call is read for its stack only.
		if (!err && !mdt_life_lines_are_told(lines))
			err = mdt_life_lines_event(lines, life, &event);
	}
	return err ? err : mdt_life_end(life);
}

static void add_found(struct out *out, const char *name, const struct mdt_buf *text)
{
	out_printf(out, "  %-10s ", name);
	mdt_visible_words(&out->buf, mdt_buf_slice(text));
	out_addc(out, '\n');
}

static void add_state(struct out *out, const char *name, bool presumed,
		      const struct mdt_buf *text)
{
	out_printf(out, "  %-10s %s", name, presumed ? "presumed " : "");
	mdt_visible_words(&out->buf, mdt_buf_slice(text));
	out_addc(out, '\n');
}

static const char *verdict_text(const struct mdt_life_line *found)
{
	switch (found->verdict) {
	case MDT_LIFE_AGREES:
		return "the check that gave this result is marked";
	case MDT_LIFE_POSSIBLE:
		return "more than one result was possible; one check that gives this one is marked";
	case MDT_LIFE_NOT_COVERED:
		return "not covered by the model";
	case MDT_LIFE_NO_RESULT:
		return "the log does not have the result";
	case MDT_LIFE_CONTRADICTS:
		return "CONTRADICTS the model; the check that should have given another result is marked";
	case MDT_LIFE_VERDICTS:
		break;
	}
	return "";
}

// In Markdown, what is in columns stands between fences.
static void fence(struct explain *explain)
{
	if (explain->what.form == MDT_EXPLAIN_MARKDOWN)
		out_adds(explain->out, "```\n");
}

static void begin_place(struct explain *explain, const char *log, unsigned long line)
{
	if (explain->printed)
		out_addc(explain->out, '\n');
	explain->printed = true;
	fence(explain);
	out_printf(explain->out, "%s:%lu  ", log, line);
}

static void print_found(struct explain *explain, const char *log,
			const struct mdt_life_line *found, const struct mdt_buf *kernel,
			const struct mdt_buf *caller)
{
	struct out *out = explain->out;

	begin_place(explain, log, found->line);
	mdt_visible_words(&out->buf, mdt_buf_slice(&found->text));
	out_adds(out, " = ");
	mdt_visible_words(&out->buf, mdt_buf_slice(&found->result));
	out_addc(out, '\n');
	add_found(out, "array", &found->array);
	add_state(out, "before", found->before_presumed, &found->before);
	add_state(out, "after", found->after_presumed, &found->after);
	add_found(out, "model", &found->predicted);
	out_printf(out, "  %-10s %s%s\n", "verdict", verdict_text(found),
		   found->presumed ? " (what the log does not tell is presumed)" : "");
	add_found(out, "rules", kernel);
	if (caller->len)
		add_found(out, "from", caller);
	fence(explain);
	out_addc(out, '\n');
}

/* ---- what ran ---- */

// Of another log with a call at this line nothing may be said.
static bool is_same_call(const struct mdt_verdict *ran, const struct mdt_life_line *found)
{
	return (found->has_call &&
		mdt_slice_eq_cstr(ran->call, mdt_md_op_name(found->op))) ||
	       mdt_slice_find(mdt_buf_slice(&found->raw), ran->call);
}

// The checks are those of the kernel that ran, unless another one is asked for.
static struct mdt_error *take_ran(struct explain *explain,
				  const struct mdt_verdicts *verdicts)
{
	explain->ran = verdicts;
	if (!verdicts->kernel.len ||
	    (explain->version && explain->version != explain->release.str))
		return NULL;
	mdt_buf_clear(&explain->release);
	mdt_buf_add(&explain->release, verdicts->kernel);
	mdt_buf_addc(&explain->release, '\0');
	explain->version = explain->release.str;
	return mdt_buf_error(&explain->release);
}

// Of several lines of one log, once.
static struct mdt_error *replay_log(struct explain *explain, const char *log)
{
	struct mdt_plan_options options = { 0 };
	struct replay_column *column = explain->columns.items;
	struct mdt_error *err;

	if (mdt_slice_eq_cstr(mdt_buf_slice(&explain->replayed), log))
		return NULL;
	explain->ran = NULL;
	mdt_buf_clear(&explain->replayed);
	replay_column_forget(column);
	mdt_plan_deinit(&explain->plan);
	err = mdt_plan_make(&log, 1, &options, &explain->plan);
	column->options = SLICE("graph=md_mod\n");
	if (!err)
		err = replay_column_run(column, &explain->plan);
	if (!err && column->verdicts.fault.len)
		err = mdt_error_create(MDT_ERR_INVALID, "%s could not be replayed: %.*s",
				       log, SLICE_FMT(column->verdicts.fault));
	if (!err)
		err = take_ran(explain, &column->verdicts);
	if (!err)
		mdt_buf_adds(&explain->replayed, log);
	return err ? err : mdt_buf_error(&explain->replayed);
}

static struct mdt_error *print_ran(struct explain *explain, const char *log,
				   const struct mdt_life_line *found, enum status *ret)
{
	const struct mdt_verdict *ran = executed_find(explain->ran, log, found->line);
	struct mdt_error *err;
	bool is_finding = false;

	if (!ran || !is_same_call(ran, found))
		return mdt_error_create(MDT_ERR_NOT_FOUND, "%s: does not have %s:%lu",
					explain->runs_vm ? "the replay"
							 : explain->executed_path,
					log, found->line);
	out_addc(explain->out, '\n');
	fence(explain);
	err = mdt_explain_ran(explain->ran, ran, mdt_buf_slice(&found->result),
			      &is_finding, &explain->out->buf);
	fence(explain);
	out_settle(explain->out);
	if (is_finding)
		*ret = STATUS_DIFFERS;
	return err;
}

static void print_remark(struct explain *explain, const char *log,
			 const struct mdt_life_line *found)
{
	struct out *out = explain->out;

	begin_place(explain, log, found->line);
	mdt_visible_words(&out->buf, mdt_buf_slice(&found->raw));
	out_addc(out, '\n');
	add_found(out, "remark", &found->remark);
	if (found->source)
		out_printf(out, "  %-10s %s\n", "source", found->source);
	fence(explain);
	out_settle(out);
}

// The kernel of the log, unless another one is asked for.
static struct mdt_error *explain_call(struct explain *explain, const char *log,
				      unsigned long line, enum status *ret)
{
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	_cleanup_(mdt_life_line_deinit) struct mdt_life_line found = { .line = line };
	_cleanup_(mdt_buf_deinit) struct mdt_buf rules = { 0 }, from = { 0 };
	_cleanup_(caller_deinit) struct caller caller = { .line = line };
	struct mdt_life_lines lines = { &found, 1 };
	_cleanup_(known_deinit) struct known known = { 0 };
	struct mdt_life life;
	struct mdt_error *err, *unread = NULL;
	enum mdt_kernel kernel;
	struct mdt_explain all = explain->what;
	struct mdt_explain_place place = { .file = log, .line = &found };

	err = explain->runs_vm ? replay_log(explain, log) : NULL;
	if (err)
		return err;
	known_begin(&known, log);
	err = mdt_life_init(&life, explain->what.table, NULL, mdt_life_lines_call,
			    &lines);
	life.annotator.knower = known_knower(&known);

	if (explain->version)
		mdt_life_set_kernel(&life, mdt_slice_cstr(explain->version));
	if (!err)
		err = presume_from(&life, &log, 1, &plan, &unread);
	if (!err)
		err = mdt_programs_init(&caller.programs, explain->debug->items,
					explain->debug->len);
	if (!err)
		err = read_log(&life, log, &lines, &caller);
	if (err)
		mdt_error_destroy(unread);
	else
		err = unread;
	kernel = life.options.kernel;
	mdt_life_kernel_text(&life, &rules);
	place.rules = mdt_buf_slice(&rules);
	mdt_life_deinit(&life);
	if (!err && known.failed_memory)
		err = &mdt_enomem;
	if (err)
		mdt_error_destroy(known.unread);
	else
		err = known.unread;
	if (err)
		return err;
	if (!found.has_call && found.has_remark && is_json(explain)) {
		mdt_explain_json_remark(&place, &explain->out->buf);
		out_settle(explain->out);
		return NULL;
	}
	if (!found.has_call && found.has_remark) {
		print_remark(explain, log, &found);
		return explain->ran ? print_ran(explain, log, &found, ret) : NULL;
	}
	if (!found.has_call)
		return mdt_error_create(MDT_ERR_NOT_FOUND,
					"%s:%lu: not a call that mdtrace can explain",
					log, line);
	mdt_stack_text(&caller.stack, &from);
	if (found.verdict == MDT_LIFE_CONTRADICTS)
		*ret = STATUS_DIFFERS;
	explain->what.kernel = &kernel;
	explain->what.rule = found.rule;
	explain->what.checks_only = explain->ran;
	if (is_json(explain)) {
		place.from = mdt_buf_slice(&from);
		print_json(explain, found.op, &place);
	} else {
		print_found(explain, log, &found, &rules, &from);
		explain->printed = false;
		print_op(explain, found.op,
			 mdt_ioctl_find_name(all.table,
					     mdt_slice_cstr(mdt_md_op_name(found.op))));
	}
	explain->what = all;
	return explain->ran ? print_ran(explain, log, &found, ret) : NULL;
}

// LOG:LINE, where the log's name may have colons of its own.
static bool split_place(const char *operand, char **log, unsigned long *line)
{
	const char *colon = strrchr(operand, ':');
	uint64_t number;

	if (!colon || colon == operand ||
	    !mdt_slice_to_dec(mdt_slice_cstr(colon + 1), &number) || !number)
		return false;
	*line = (unsigned long)number;
	*log = strndup(operand, (size_t)(colon - operand));
	return true;
}

static void freep(char **str)
{
	free(*str);
}

static struct mdt_error *explain_operand(struct explain *explain, const char *operand,
					 enum status *ret)
{
	_cleanup_(freep) char *log = NULL;
	unsigned long line;

	if (!split_place(operand, &log, &line))
		return explain_word(explain, mdt_slice_cstr(operand));
	return log ? explain_call(explain, log, line, ret) : &mdt_enomem;
}

/* ---- the command ---- */

static bool is_place(const char *operand)
{
	_cleanup_(freep) char *log = NULL;
	unsigned long line;

	return split_place(operand, &log, &line);
}

static struct mdt_error *check_ran(const struct cli *cli,
				   const struct explain_options *options)
{
	bool is_wrong = options->all || options->diagram;

	for (size_t i = 0; i < cli->operand_count; i++)
		is_wrong |= !is_place(cli->operands[i]);
	if (!options->machine.kernel &&
	    (options->machine.modules || options->machine.timeout ||
	     options->machine.accel || options->machine.no_snapshot))
		return mdt_error_create(
			MDT_ERR_INVALID,
			"--modules, --timeout, --accel and --no-snapshot go with --kernel only");
	if (options->executed && options->machine.kernel)
		return mdt_error_create(MDT_ERR_INVALID,
					"--executed does not go with --kernel");
	return (options->executed || options->machine.kernel) && is_wrong
		       ? mdt_error_create(MDT_ERR_INVALID,
					  "--executed and --kernel go with LOG:LINE only")
		       : NULL;
}

static struct mdt_error *check_options(const struct cli *cli,
				       const struct explain_options *options,
				       struct explain *explain)
{
	struct mdt_error *err = kernel_check(options->kernel);

	if (err)
		return err;
	if (options->kernel)
		mdt_kernel_find(mdt_slice_cstr(options->kernel), &explain->kernel);
	if (!cli->operand_count == !(options->all || options->diagram))
		return mdt_error_create(MDT_ERR_INVALID,
					"say what to explain: a call such as RUN_ARRAY, "
					"LOG:LINE, --all or --diagram");
	if (options->format == MDT_EXPLAIN_JSON &&
	    (options->diagram || options->executed || options->machine.kernel))
		return mdt_error_create(
			MDT_ERR_INVALID,
			"--format=json goes with none of --diagram, --executed and --kernel");
	return check_ran(cli, options);
}

static void explain_deinit(struct explain *explain)
{
	executed_deinit(&explain->executed);
	replay_columns_deinit(&explain->columns);
	mdt_plan_deinit(&explain->plan);
	mdt_buf_deinit(&explain->release);
	mdt_buf_deinit(&explain->replayed);
}

static struct mdt_error *begin_ran(struct explain *explain,
				   const struct explain_options *options)
{
	struct strings kernels = { 0 }, executed = { 0 };
	struct mdt_error *err = NULL;

	explain->executed_path = options->executed;
	explain->runs_vm = options->machine.kernel;
	if (options->executed)
		err = executed_open(options->executed, &explain->executed);
	if (!err && options->executed)
		err = take_ran(explain, &explain->executed.verdicts);
	if (!err && explain->runs_vm) {
		kernels = (struct strings){ .items = (void *)&options->machine.kernel,
					    .len = 1 };
		err = replay_columns_init(&explain->columns, &kernels, &executed,
					  &options->machine);
	}
	return err;
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct explain_options *options = cli->options;
	struct explain explain = {
		.what = { .form = (enum mdt_explain_form)options->format,
			  .table = mdt_ioctl_builtin() },
		.out = cli->out,
		.kernel = MDT_KERNEL_6_1,
		.version = options->kernel,
		.debug = &options->debug,
	};
	struct mdt_error *err = check_options(cli, options, &explain);

	if (!err)
		err = begin_ran(&explain, options);
	if (err) {
		explain_deinit(&explain);
		return err;
	}
	if (options->kernel)
		explain.what.kernel = &explain.kernel;
	for (unsigned int op = 0; options->all && is_json(&explain) && op < MDT_OPS; op++)
		print_json(&explain, (enum mdt_md_op)op, NULL);
	if (options->all && !is_json(&explain))
		mdt_explain_all(&explain.what, &cli->out->buf);
	if (options->diagram)
		mdt_explain_diagram(explain.kernel, &cli->out->buf);
	for (size_t i = 0; i < cli->operand_count && !out_failed(cli->out); i++) {
		err = explain_operand(&explain, cli->operands[i], ret);
		if (!err)
			continue;
		cli_report(err);
		*ret = STATUS_TROUBLE;
	}
	explain_deinit(&explain);
	return NULL;
}

const struct command cmd_explain = {
	.name = "explain",
	.args = "[CALL|LOG:LINE]...",
	.summary = "say what md checks in a call, in which order, and what follows",
	.details =
		"CALL is an ioctl of md by name or number, or open, close, new_array,\n"
		"array_state, sync_action or state (of a member). LOG:LINE is a call in a log:\n"
		"then also the array's state there, and which check gave the result.\n"
		"Exits with 1 if that contradicts the model, and 2 if a CALL is not known.",
	.options = option_rows,
	.options_size = sizeof(struct explain_options),
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES | COMPLETES_IOCTLS,
	.reads_logs = true,
	.run = run,
};
