// SPDX-License-Identifier: MIT
#include "cli/cli.h"
#include "cli/faults.h"
#include "report/event_csv.h"
#include "report/event_json.h"
#include "report/stats.h"
#include "strace/reader.h"
#include "strace/write.h"

enum parse_format {
	FORMAT_NONE,
	FORMAT_STRACE,
	FORMAT_JSON,
	FORMAT_CSV,
};

static const char *const format_names[] = { "none", "strace", "json", "csv", NULL };

// enum mdt_stats_order
static const char *const order_names[] = { "time", "calls", "errors", "name", NULL };

struct parse_options {
	unsigned int format, sort;
	bool plain, stats, strict;
};

static const struct option_row option_rows[] = {
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct parse_options, format),
	  .help = "print the events: as the log again, one JSON object a line, or a table for sqlite3 and the like" },
	{ .name = "plain",
	  STORE_FLAG(struct parse_options, plain),
	  .help = "with --format=strace: the log without what was undone, not its bytes" },
	{ .name = "stats",
	  STORE_FLAG(struct parse_options, stats),
	  .help = "print counts and times of lines, system calls and ioctls; with --format=json as one object" },
	{ .name = "sort",
	  .arg = "BY",
	  .values = order_names,
	  STORE_CHOICE(struct parse_options, sort),
	  .help = "what the calls of --stats are sorted by" },
	{ .name = "strict",
	  STORE_FLAG(struct parse_options, strict),
	  .help = "exit with 1 if a line was not understood" },
	{ 0 },
};

struct parse {
	const struct parse_options *options;
	struct out *out;
	struct mdt_stats stats;
	struct mdt_buf line;		// of the writer
	struct mdt_annotator annotator; // of csv: it knows descriptors and ioctls
	uint64_t kept; // lines that the writer could not make from their values
	struct faults faults;
};

/*
 * The line as the values say it. Where that is not the line that was read, the line as it
 * was read: nothing may be lost on the way through, and --stats counts such lines.
 */
static void print_strace(struct parse *parse, const struct mdt_event *event)
{
	struct mdt_buf *line = &parse->line;

	mdt_buf_clear(line);
	if (parse->options->plain && event->colored)
		mdt_strip_colors(event->raw, line);
	else
		mdt_write_event(event, NULL, line);
	if (line->failed || (!mdt_slice_eq(mdt_buf_slice(line), event->raw) &&
			     !(parse->options->plain && event->colored))) {
		parse->kept++;
		out_add(parse->out, event->raw);
	} else {
		out_add(parse->out, mdt_buf_slice(line));
	}
	out_add(parse->out, event->eol);
}

static struct mdt_error *print_event(struct parse *parse, const char *file,
				     const struct mdt_event *event)
{
	switch ((enum parse_format)parse->options->format) {
	case FORMAT_NONE:
		break;
	case FORMAT_STRACE:
		print_strace(parse, event);
		break;
	case FORMAT_JSON:
		if (parse->options->stats)
			break;
		mdt_event_json(&parse->out->buf, file, event);
		out_addc(parse->out, '\n');
		break;
	case FORMAT_CSV:
		out_settle(parse->out);
		return mdt_event_csv(&parse->annotator, file, event, &parse->line,
				     &parse->out->buf);
	}
	return NULL;
}

static struct mdt_error *parse_log(struct parse *parse, const char *file)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = mdt_reader_create(file, &reader);
	struct mdt_event event;
	bool got;

	// Another log may be of another machine.
	mdt_annotator_reset(&parse->annotator);
	mdt_stats_begin(&parse->stats, file);
	if (!err)
		while (!err && !out_failed(parse->out)) {
			if (mdt_reader_may_wait(reader))
				out_flush(parse->out);
			err = mdt_reader_next(reader, &event, &got);
			if (err || !got)
				break;
			faults_note(&parse->faults, file, &event);
			err = mdt_stats_add(&parse->stats, &event);
			if (!err)
				err = print_event(parse, file, &event);
		}
	faults_end_file(&parse->faults, file);
	return err;
}

static bool wants_stats_json(const struct parse_options *options)
{
	return options->stats && options->format == FORMAT_JSON;
}

static struct mdt_error *print_stats(const struct parse *parse, struct out *out)
{
	enum mdt_stats_order order = (enum mdt_stats_order)parse->options->sort;
	struct mdt_error *err;

	if (wants_stats_json(parse->options))
		err = mdt_stats_json(&parse->stats, order, &out->buf);
	else
		err = mdt_stats_text(&parse->stats, order, parse->kept, &out->buf);
	out_settle(out);
	return err;
}

// The counts go where the events do not: to standard error when the events are printed.
static struct mdt_error *print_stats_somewhere(struct parse *parse)
{
	struct mdt_error *err;
	struct out out;

	if (parse->options->format == FORMAT_NONE || wants_stats_json(parse->options))
		return print_stats(parse, parse->out);
	out_flush(parse->out);
	out_init(&out, 2);
	err = print_stats(parse, &out);
	out_finish(&out);
	out_deinit(&out);
	return err;
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct parse_options *options = cli->options;
	struct parse parse = { .options = options, .out = cli->out };
	struct mdt_error *err = NULL;

	if (options->format != FORMAT_NONE)
		out_bytes(cli->out);
	if (options->format == FORMAT_STRACE && !options->plain)
		mdt_reader_set_input(MDT_INPUT_AS_IS);
	mdt_annotator_init(&parse.annotator, mdt_ioctl_builtin());
	if (options->format == FORMAT_CSV)
		mdt_event_csv_head(&cli->out->buf);
	for (size_t i = 0; i < cli->operand_count; i++) {
		err = parse_log(&parse, cli->operands[i]);
		if (err) {
			cli_report(err);
			*ret = STATUS_TROUBLE;
		}
	}
	if (!cli->operand_count)
		err = parse_log(&parse, "-");
	else
		err = NULL;
	if (!err && (options->stats || options->format == FORMAT_NONE))
		err = print_stats_somewhere(&parse);
	if (options->strict && parse.faults.count && *ret == STATUS_OK)
		*ret = STATUS_DIFFERS;
	mdt_annotator_deinit(&parse.annotator);
	mdt_stats_deinit(&parse.stats);
	mdt_buf_deinit(&parse.line);
	return err;
}

const struct command cmd_parse = {
	.name = "parse",
	.args = "[FILE...]",
	.summary = "read logs and say what they hold",
	.details =
		"Without --format the counts are printed. --format=strace gives the bytes of the log "
		"back, --plain what it was before a mailer or a logger had it. A FILE of \"-\", or none, is standard input.",
	.options = option_rows,
	.options_size = sizeof(struct parse_options),
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.reads_logs = true,
	.run = run,
};
