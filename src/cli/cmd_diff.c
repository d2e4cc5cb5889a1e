// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/pattern.h"
#include "cli/cli.h"
#include "cli/executed.h"
#include "cli/faults.h"
#include "cli/pager.h"
#include "diff/baseline.h"
#include "report/diff.h"
#include "report/diff_matrix.h"
#include "report/kernel_diff.h"
#include "vm/file.h"

static const char *const level_names[] = { "md",      "states", "ioctl",
					   "syscall", "kernel", NULL };
static const enum mdt_diff_level levels[] = { MDT_LEVEL_MD, MDT_LEVEL_STATES,
					      MDT_LEVEL_IOCTL, MDT_LEVEL_SYSCALL };
enum { LEVEL_KERNEL = array_size(levels) }; // no level of calls

enum diff_format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_HTML,
	FORMAT_JUNIT,
	FORMAT_KTAP,
};
static const char *const format_names[] = {
	"text", "json", "html", "junit", "ktap", NULL
};

struct diff_options {
	unsigned int level, format, color;
	bool quiet, side_by_side, list_rules, explain_rules, matrix, strict;
	const char *context, *baseline;
	struct strings only, ignore, no_rules, rules,
		debug[2]; /* by enum mdt_diff_side */
};

static const struct option_row option_rows[] = {
	{ .name = "level",
	  .arg = "LEVEL",
	  .values = level_names,
	  STORE_CHOICE(struct diff_options, level),
	  .help = "how deep to look: what changes an array, what reaches md, all ioctls, all; or the kernel functions of executed logs" },
	{ .name = "only",
	  .arg = "PCRE2",
	  STORE_LIST(struct diff_options, only),
	  .help = "compare only calls that match" },
	{ .name = "ignore",
	  .arg = "PCRE2",
	  STORE_LIST(struct diff_options, ignore),
	  .help = "leave out calls that match" },
	{ .name = "side-by-side",
	  .letter = 'y',
	  STORE_FLAG(struct diff_options, side_by_side),
	  .help = "print the calls in two columns" },
	{ .name = "context",
	  .letter = 'U',
	  .arg = "N",
	  STORE_STRING(struct diff_options, context),
	  .help = "print N calls around those that differ (3)" },
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct diff_options, format),
	  .help = "print text, one JSON object, a web page, JUnit XML, or KTAP" },
	{ .name = "quiet",
	  .letter = 'q',
	  STORE_FLAG(struct diff_options, quiet),
	  .help = "print nothing: the exit status tells" },
	{ .name = "strict",
	  STORE_FLAG(struct diff_options, strict),
	  .help = "exit with 1 also when a line was not understood" },
	{ .name = "matrix",
	  STORE_FLAG(struct diff_options, matrix),
	  .help = "compare VERSION/SCENARIO.strace from version to version, as a table" },
	{ .name = "save-baseline",
	  .arg = "FILE",
	  STORE_STRING(struct diff_options, baseline),
	  .help = "write a log's normalised form to FILE, to compare logs with later" },
	{ .name = "list-rules",
	  STORE_FLAG(struct diff_options, list_rules),
	  .help = "list what two runs of a program need not have in common" },
	{ .name = "no-rule",
	  .arg = "NAME",
	  STORE_LIST(struct diff_options, no_rules),
	  .help = "switch a rule off" },
	{ .name = "rule",
	  .arg = "s/PCRE2/text/",
	  STORE_LIST(struct diff_options, rules),
	  .help = "add a rule, for the text of normalised calls" },
	{ .name = "explain-rules",
	  STORE_FLAG(struct diff_options, explain_rules),
	  .help = "print on standard error how often each rule fired" },
	{ .name = "old-debug",
	  .arg = "PATH",
	  STORE_LIST(struct diff_options, debug[MDT_OLD]),
	  .help = "where the programs of the old log are, with debug info: for strace -k" },
	{ .name = "new-debug",
	  .arg = "PATH",
	  STORE_LIST(struct diff_options, debug[MDT_NEW]),
	  .help = "the same of the new log" },
	COLOR_ROW(struct diff_options, color),
	{ 0 },
};

struct diff {
	const struct diff_options *options;
	struct out *out;
	struct mdt_diff_rules rules;
	struct mdt_diff_options compare;
	struct mdt_pattern **only, **ignore;
	struct faults faults;
	struct mdt_diff_states *states; // NULL: are not wanted
	enum mdt_diff_side side;	// of the log that is read
	bool color;			// asked for before a pager stands in between
	unsigned int width, context;
};

/* ---- rules ---- */

static void list_rules(struct out *out)
{
	array_for_each (it, mdt_diff_rule_rows)
		out_printf(out, "%-12s  %s\n", it->name, it->help);
}

static void explain_rules(const struct mdt_diff_rules *rules)
{
	struct out out;
	uint64_t fired;

	out_init(&out, 2);
	for (size_t i = 0; i < MDT_DIFF_RULES; i++)
		out_printf(&out, "%10llu  %s%s\n", (unsigned long long)rules->fired[i],
			   mdt_diff_rule_rows[i].name, rules->off[i] ? " (off)" : "");
	for (size_t i = 0; i < rules->user_len; i++) {
		const char *text = mdt_diff_rules_user(rules, i, &fired);

		out_printf(&out, "%10llu  %s\n", (unsigned long long)fired, text);
	}
	out_finish(&out);
	out_deinit(&out);
}

static struct mdt_error *set_rules(struct diff *diff)
{
	const struct diff_options *options = diff->options;
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < options->no_rules.len; i++)
		err = mdt_diff_rules_off(&diff->rules,
					 mdt_slice_cstr(options->no_rules.items[i]));
	for (size_t i = 0; !err && i < options->rules.len; i++)
		err = mdt_diff_rules_add(&diff->rules, options->rules.items[i]);
	return err;
}

/* ---- filters ---- */

static struct mdt_error *compile(const struct strings *patterns,
				 struct mdt_pattern ***ret, size_t *len)
{
	struct mdt_error *err = NULL;

	if (!patterns->len)
		return NULL;
	*ret = calloc(patterns->len, sizeof(**ret));
	if (!*ret)
		return &mdt_enomem;
	for (size_t i = 0; !err && i < patterns->len; i++) {
		err = mdt_pattern_create(mdt_slice_cstr(patterns->items[i]), &(*ret)[i]);
		*len += !err;
	}
	return err;
}

static void let_go(struct mdt_pattern **patterns, size_t len)
{
	for (size_t i = 0; i < len; i++)
		mdt_pattern_destroy(patterns[i]);
	free(patterns);
}

static struct mdt_error *diff_init(struct diff *diff)
{
	const struct diff_options *options = diff->options;
	struct mdt_error *err = set_rules(diff);

	if (options->level != LEVEL_KERNEL)
		diff->compare.level = levels[options->level];
	if (!err)
		err = compile(&options->only, &diff->only, &diff->compare.only_len);
	if (!err)
		err = compile(&options->ignore, &diff->ignore, &diff->compare.ignore_len);
	diff->compare.only = diff->only;
	diff->compare.ignore = diff->ignore;
	return err;
}

static void diff_deinit(struct diff *diff)
{
	mdt_diff_states_destroy(diff->states);
	let_go(diff->only, diff->compare.only_len);
	let_go(diff->ignore, diff->compare.ignore_len);
	mdt_diff_rules_deinit(&diff->rules);
}

/* ---- two logs ---- */

static void watch_event(void *data, const char *path, const struct mdt_event *event)
{
	struct diff *diff = data;

	faults_note(&diff->faults, path, event);
	if (diff->states)
		mdt_diff_states_event(diff->states, diff->side, event);
}

static struct mdt_error *read_logs(struct diff *diff, struct mdt_diff *compared,
				   const char *const paths[2])
{
	struct mdt_error *err = NULL;

	for (unsigned int side = 0; !err && side < 2; side++) {
		const struct strings *debug = &diff->options->debug[side];
		struct mdt_programs programs;
		struct mdt_diff_watch watch = { watch_event, diff, &programs };

		diff->side = (enum mdt_diff_side)side;
		if (diff->states)
			mdt_diff_states_begin(diff->states, diff->side, paths[side]);
		err = mdt_programs_init(&programs, debug->items, debug->len);
		if (!err)
			err = mdt_diff_log_read(paths[side], &diff->rules,
						compared->table, &compared->texts, &watch,
						&compared->logs[side]);
		mdt_programs_deinit(&programs);
		faults_end_file(&diff->faults, paths[side]);
	}
	return err;
}

static unsigned int terminal_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (columns && atoi(columns) > 0)
		return (unsigned int)atoi(columns);
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	return 160;
}

static struct mdt_error *context_of(const struct diff_options *options, unsigned int *ret)
{
	uint64_t number = 3;

	if (options->context &&
	    (!mdt_slice_to_dec(mdt_slice_cstr(options->context), &number) ||
	     number > 1000000))
		return mdt_error_create(MDT_ERR_INVALID,
					"--context=%s: expected a number",
					options->context);
	*ret = (unsigned int)number;
	return NULL;
}

// Whether what a log's processes did stands in the order in which they did it.
static bool has_order(const struct mdt_diff *compared)
{
	return !compared->logs[MDT_OLD].is_baseline &&
	       !compared->logs[MDT_NEW].is_baseline;
}

static bool wants_states(const struct diff_options *options)
{
	return !options->quiet &&
	       (options->format == FORMAT_TEXT || options->format == FORMAT_HTML);
}

static struct mdt_diff_report report_of(struct diff *diff, struct mdt_diff *compared,
					const char *const names[2], struct mdt_buf *out)
{
	return (struct mdt_diff_report){
		.diff = compared,
		.out = out,
		.states = has_order(compared) ? diff->states : NULL,
		.names = { names[MDT_OLD], names[MDT_NEW] },
		.color = diff->color,
		.side_by_side = diff->options->side_by_side,
		.width = diff->width,
		.context = diff->context,
	};
}

static struct mdt_error *print(struct diff *diff, struct mdt_diff *compared,
			       const char *const names[2])
{
	struct mdt_diff_report report = report_of(diff, compared, names, &diff->out->buf);

	switch ((enum diff_format)diff->options->format) {
	case FORMAT_TEXT:
		return mdt_diff_report_text(&report);
	case FORMAT_JSON:
		return mdt_diff_report_json(&report);
	case FORMAT_HTML:
		return mdt_diff_report_html(&report);
	case FORMAT_JUNIT:
		return mdt_diff_report_junit(&report);
	case FORMAT_KTAP:
		return mdt_diff_report_ktap(&report);
	}
	return NULL;
}

// Everything goes through a pager at once: it is known only at the end whether there is
// something to see.
static struct mdt_error *print_paged(struct diff *diff, struct mdt_diff *compared,
				     const char *const names[2])
{
	struct mdt_error *err;
	pid_t pager = 0;

	if (diff->options->quiet)
		return NULL;
	err = print(diff, compared, names);
	if (!err && diff->out->buf.len && diff->options->format == FORMAT_TEXT)
		pager = pager_begin();
	out_flush(diff->out);
	pager_end(pager);
	return err;
}

static struct mdt_error *compare(struct diff *diff, const char *const paths[2],
				 const char *const names[2], enum status *ret)
{
	struct mdt_diff compared;
	struct mdt_error *err = NULL;

	mdt_diff_init(&compared, &diff->rules, mdt_ioctl_builtin(), &diff->compare);
	if (wants_states(diff->options))
		err = mdt_diff_states_create(compared.table, &diff->states);
	if (!err)
		err = read_logs(diff, &compared, paths);
	if (!err)
		err = mdt_diff_run(&compared);
	if (!err)
		err = print_paged(diff, &compared, names);
	if (!err && compared.differences)
		*ret = STATUS_DIFFERS;
	if (!err && mdt_diff_nothing(&compared)) {
		cli_say("nothing was compared: %s", mdt_diff_nothing(&compared));
		*ret = STATUS_TROUBLE;
	}
	mdt_diff_deinit(&compared);
	return err;
}

/* ---- a baseline ---- */

static struct mdt_error *save_baseline(struct diff *diff, const char *log)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_diff_watch watch = { watch_event, diff, NULL };
	struct mdt_diff compared;
	struct mdt_error *err;

	mdt_diff_init(&compared, &diff->rules, mdt_ioctl_builtin(), &diff->compare);
	err = mdt_diff_log_read(log, &diff->rules, compared.table, &compared.texts,
				&watch, &compared.logs[MDT_OLD]);
	faults_end_file(&diff->faults, log);
	if (!err)
		err = mdt_diff_know_texts(&compared);
	if (!err)
		err = mdt_diff_baseline(&compared.logs[MDT_OLD], &compared.texts,
					diff->compare.level, &text);
	if (!err)
		err = mdt_file_replace(diff->options->baseline, mdt_buf_slice(&text));
	mdt_diff_deinit(&compared);
	return err;
}

/* ---- a matrix ---- */

static struct mdt_error *compare_cell(struct diff *diff, const char *const paths[2],
				      struct mdt_diff_cell *cell)
{
	struct mdt_diff_report report;
	struct mdt_diff compared;
	struct mdt_error *err;

	mdt_diff_init(&compared, &diff->rules, mdt_ioctl_builtin(), &diff->compare);
	err = read_logs(diff, &compared, paths);
	if (!err)
		err = mdt_diff_run(&compared);
	if (!err)
		err = mdt_diff_cell_fill(cell, &compared);
	report = report_of(diff, &compared, paths, &cell->body);
	if (!err && diff->options->format == FORMAT_HTML)
		err = mdt_diff_html_body(&report);
	mdt_diff_deinit(&compared);
	return err;
}

static struct mdt_error *fill_matrix(struct diff *diff, struct mdt_diff_matrix *matrix,
				     enum status *ret)
{
	struct mdt_error *err = NULL;

	for (size_t s = 0; !err && s < matrix->scenario_len; s++)
		for (size_t v = 0; !err && v < matrix->version_len; v++) {
			struct mdt_diff_cell *cell = mdt_diff_matrix_cell(matrix, s, v);
			const char *paths[2];

			if (mdt_diff_cell_trouble(cell))
				*ret = STATUS_DIFFERS;
			if (!cell->path || cell->is_first)
				continue;
			paths[MDT_OLD] =
				mdt_diff_matrix_cell(matrix, s, cell->before)->path;
			paths[MDT_NEW] = cell->path;
			err = compare_cell(diff, paths, cell);
			if (!err && (cell->differences || cell->nothing))
				*ret = STATUS_DIFFERS;
		}
	return err;
}

static void print_matrix(struct diff *diff, const struct mdt_diff_matrix *matrix)
{
	switch ((enum diff_format)diff->options->format) {
	case FORMAT_JSON:
		mdt_diff_matrix_json(matrix, &diff->out->buf);
		break;
	case FORMAT_HTML:
		mdt_diff_matrix_html(matrix, &diff->out->buf);
		break;
	case FORMAT_JUNIT:
		mdt_diff_matrix_junit(matrix, &diff->out->buf);
		break;
	case FORMAT_KTAP:
		mdt_diff_matrix_ktap(matrix, &diff->out->buf);
		break;
	case FORMAT_TEXT:
		mdt_diff_matrix_text(matrix, &diff->out->buf);
	}
}

static struct mdt_error *run_matrix(struct diff *diff, const struct cli *cli,
				    enum status *ret)
{
	struct mdt_diff_matrix matrix = { 0 };
	struct mdt_error *err;

	if (!cli->operand_count)
		return mdt_error_create(MDT_ERR_INVALID, "--matrix: a folder is missing");
	err = mdt_diff_matrix_find(cli->operands, cli->operand_count, &matrix);
	if (!err)
		err = fill_matrix(diff, &matrix, ret);
	if (!err && !diff->options->quiet)
		print_matrix(diff, &matrix);
	mdt_diff_matrix_deinit(&matrix);
	return err;
}

/* ---- what the kernel ran ---- */

static struct mdt_error *check_kernel_options(const struct diff_options *options)
{
	if (options->format != FORMAT_TEXT && options->format != FORMAT_JSON)
		return mdt_error_create(MDT_ERR_INVALID,
					"--level=kernel goes with text and JSON only");
	// clang-format off
	if (options->only.len || options->ignore.len || options->rules.len ||
	    options->no_rules.len || options->explain_rules || options->matrix ||
	    options->baseline || options->side_by_side || options->context)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"--level=kernel compares functions: it goes with --format and --quiet only");
	// clang-format on
	return NULL;
}

static struct mdt_error *print_kernels(struct diff *diff, const char *const paths[2],
				       const struct executed *executed, enum status *ret)
{
	struct mdt_kernel_diff_log old = { paths[MDT_OLD], &executed[MDT_OLD].verdicts },
				   new = { paths[MDT_NEW], &executed[MDT_NEW].verdicts };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	size_t differences = 0;
	struct mdt_error *err = mdt_kernel_diff(&old, &new,
						diff->options->format == FORMAT_JSON
							? MDT_KERNEL_DIFF_JSON
							: MDT_KERNEL_DIFF_TEXT,
						&differences, &text);

	if (err)
		return err;
	if (differences)
		*ret = STATUS_DIFFERS;
	if (!diff->options->quiet)
		out_add(diff->out, mdt_buf_slice(&text));
	return NULL;
}

static struct mdt_error *compare_kernels(struct diff *diff, const char *const paths[2],
					 enum status *ret)
{
	struct executed executed[2] = { 0 };
	struct mdt_error *err = check_kernel_options(diff->options);

	for (unsigned int side = 0; !err && side < 2; side++)
		err = executed_open(paths[side], &executed[side]);
	if (!err)
		err = print_kernels(diff, paths, executed, ret);
	executed_deinit(&executed[MDT_OLD]);
	executed_deinit(&executed[MDT_NEW]);
	return err;
}

/* ---- the command ---- */

/*
 * git calls an external diff with PATH OLD-FILE OLD-HEX OLD-MODE NEW-FILE NEW-HEX
 * NEW-MODE, with two more words for a rename, and with PATH alone for one that is not
 * merged (git(1), GIT_EXTERNAL_DIFF). A status other than 0 is trouble to it, unless it
 * has been told to trust it.
 */
static bool is_from_git(const struct cli *cli)
{
	return cli->operand_count == 7 || cli->operand_count == 9;
}

static struct mdt_error *compare_for_git(struct diff *diff, const struct cli *cli,
					 enum status *ret)
{
	const char *const *words = cli->operands;
	const char *const paths[2] = { words[1], words[4] };
	const char *const names[2] = { words[0], words[cli->operand_count == 9 ? 7 : 0] };
	const char *trust = getenv("GIT_EXTERNAL_DIFF_TRUST_EXIT_CODE");
	struct mdt_error *err = compare(diff, paths, names, ret);

	if (!err && !(trust && strcmp(trust, "true") == 0))
		*ret = STATUS_OK;
	return err;
}

static struct mdt_error *run_diff(struct diff *diff, const struct cli *cli,
				  enum status *ret)
{
	if (diff->options->level == LEVEL_KERNEL && cli->operand_count == 2)
		return compare_kernels(diff, cli->operands, ret);
	if (diff->options->level == LEVEL_KERNEL)
		return mdt_error_create(MDT_ERR_INVALID,
					"--level=kernel compares two executed logs");
	if (diff->options->matrix)
		return run_matrix(diff, cli, ret);
	if (diff->options->baseline) {
		if (cli->operand_count != 1)
			return mdt_error_create(MDT_ERR_INVALID,
						"--save-baseline takes one log");
		return save_baseline(diff, cli->operands[0]);
	}
	if (is_from_git(cli))
		return compare_for_git(diff, cli, ret);
	if (cli->operand_count != 2)
		return mdt_error_create(MDT_ERR_INVALID,
					"two logs are compared: mdtrace diff OLD NEW");
	return compare(diff, cli->operands, cli->operands, ret);
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	struct diff diff = { .options = cli->options, .out = cli->out };
	struct mdt_error *err;

	if (diff.options->list_rules) {
		list_rules(cli->out);
		return NULL;
	}
	diff.color = color_wanted((enum color)diff.options->color, cli->out->fd);
	cli->out->is_styled = diff.color;
	if (diff.options->format != FORMAT_TEXT)
		out_bytes(cli->out);
	diff.width = terminal_width(cli->out->fd);
	err = context_of(diff.options, &diff.context);
	if (!err)
		err = diff_init(&diff);
	if (!err)
		err = run_diff(&diff, cli, ret);
	if (!err && diff.options->strict && diff.faults.count && *ret == STATUS_OK)
		*ret = STATUS_DIFFERS;
	if (!err && diff.options->explain_rules)
		explain_rules(&diff.rules);
	diff_deinit(&diff);
	return err;
}

const struct command cmd_diff = {
	.name = "diff",
	.args = "OLD NEW",
	.summary = "compare two logs by what the programs did",
	.details =
		"What is by chance in a log, as pids and addresses, is not compared. Exits with 1\n"
		"when the logs differ. As git's tool:\n"
		"\n"
		"  git difftool --extcmd='mdtrace diff' HEAD~ traces/create.strace\n"
		"  GIT_EXTERNAL_DIFF='mdtrace diff' git diff traces/\n"
		"\n"
		"One table of versions, from folders of VERSION/SCENARIO.strace:\n"
		"\n"
		"  mdtrace diff --matrix --format=html traces >versions.html",
	.options = option_rows,
	.options_size = sizeof(struct diff_options),
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.reads_logs = true,
	.run = run,
};
