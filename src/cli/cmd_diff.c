// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/pattern.h"
#include "cli/cli.h"
#include "cli/faults.h"
#include "report/diff.h"

static const char *const level_names[] = { "md", "states", "ioctl", "syscall", NULL };
static const enum mdt_diff_level levels[] = { MDT_LEVEL_MD, MDT_LEVEL_STATES,
					      MDT_LEVEL_IOCTL, MDT_LEVEL_SYSCALL };

enum diff_format {
	FORMAT_TEXT,
};
static const char *const format_names[] = { "text", NULL };

struct diff_options {
	unsigned int level, format, color;
	bool quiet, side_by_side, list_rules, explain_rules;
	const char *context;
	struct strings only, ignore, no_rules, rules;
};

static const struct option_row option_rows[] = {
	{ .name = "level",
	  .arg = "LEVEL",
	  .values = level_names,
	  STORE_CHOICE(struct diff_options, level),
	  .help = "how deep to look: what changes an array, what reaches md, all ioctls, all" },
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
	  .help = "print text" },
	{ .name = "quiet",
	  .letter = 'q',
	  STORE_FLAG(struct diff_options, quiet),
	  .help = "print nothing: the exit status tells" },
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
	out_flush(&out);
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
	let_go(diff->only, diff->compare.only_len);
	let_go(diff->ignore, diff->compare.ignore_len);
	mdt_diff_rules_deinit(&diff->rules);
}

/* ---- two logs ---- */

static void watch_event(void *data, const char *path, const struct mdt_event *event)
{
	struct diff *diff = data;

	faults_note(&diff->faults, path, event);
}

static struct mdt_error *read_logs(struct diff *diff, struct mdt_diff *compared,
				   const char *const paths[2])
{
	struct mdt_diff_watch watch = { watch_event, diff };
	struct mdt_error *err = NULL;

	for (unsigned int side = 0; !err && side < 2; side++) {
		err = mdt_diff_log_read(paths[side], &diff->rules, compared->table,
					&compared->texts, &watch, &compared->logs[side]);
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

static struct mdt_error *print(struct diff *diff, struct mdt_diff *compared,
			       const char *const names[2])
{
	struct mdt_diff_report report = {
		.diff = compared,
		.out = &diff->out->buf,
		.names = { names[MDT_OLD], names[MDT_NEW] },
		.color = color_wanted((enum color)diff->options->color, diff->out->fd),
		.side_by_side = diff->options->side_by_side,
		.width = terminal_width(diff->out->fd),
	};
	struct mdt_error *err = context_of(diff->options, &report.context);

	if (err || diff->options->quiet)
		return err;
	switch ((enum diff_format)diff->options->format) {
	case FORMAT_TEXT:
		return mdt_diff_report_text(&report);
	}
	return NULL;
}

static struct mdt_error *compare(struct diff *diff, const char *const paths[2],
				 const char *const names[2], enum status *ret)
{
	struct mdt_diff compared;
	struct mdt_error *err;

	mdt_diff_init(&compared, &diff->rules, mdt_ioctl_builtin(), &diff->compare);
	err = read_logs(diff, &compared, paths);
	if (!err)
		err = mdt_diff_run(&compared);
	if (!err)
		err = print(diff, &compared, names);
	if (!err && compared.differences)
		*ret = STATUS_DIFFERS;
	mdt_diff_deinit(&compared);
	return err;
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	struct diff diff = { .options = cli->options, .out = cli->out };
	struct mdt_error *err;

	if (diff.options->list_rules) {
		list_rules(cli->out);
		return NULL;
	}
	if (cli->operand_count != 2)
		return mdt_error_create(MDT_ERR_INVALID,
					"two logs are compared: mdtrace diff OLD NEW");
	err = diff_init(&diff);
	if (!err)
		err = compare(&diff, cli->operands, cli->operands, ret);
	if (!err && diff.options->explain_rules)
		explain_rules(&diff.rules);
	diff_deinit(&diff);
	return err;
}

const struct command cmd_diff = {
	.name = "diff",
	.args = "OLD NEW",
	.summary = "compare two logs by what the programs did",
	.options = option_rows,
	.options_size = sizeof(struct diff_options),
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.run = run,
};
