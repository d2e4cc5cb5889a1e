// SPDX-License-Identifier: MIT
#include "cli/cli.h"
#include "cli/faults.h"
#include "cli/kernel.h"
#include "cli/logs.h"
#include "report/why.h"
#include "strace/reader.h"
#include "strace/source.h"
#include "why/bundle.h"
#include "why/why.h"

static const char *const format_names[] = { "text", "json", NULL };

enum why_format {
	FORMAT_TEXT,
	FORMAT_JSON,
};

struct why_options {
	unsigned int format;
	const char *kernel;
};

static const struct option_row option_rows[] = {
	{ .name = "kernel-version",
	  .arg = "VERSION",
	  STORE_STRING(struct why_options, kernel),
	  .help = "the kernel that the logs are of; else what they say, or 6.1" },
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct why_options, format),
	  .help = "one screen of text, or one JSON object with all there is" },
	{ 0 },
};

struct command_why {
	struct mdt_why *why;
	struct mdt_bundle bundle;
	struct faults faults;
	enum status *status;
	size_t logs, others;
};

static void on_trouble(void *data, struct mdt_error *err)
{
	struct command_why *it = data;

	cli_report(err);
	*it->status = STATUS_TROUBLE;
}

static struct mdt_error *read_log(struct command_why *it,
				  const struct mdt_bundle_file *input, const char *last)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err =
		input->in_memory
			? mdt_reader_create_text(input->name, input->text, &reader)
			: mdt_reader_create(input->name, &reader);
	struct mdt_event event;
	bool got = true;

	if (err)
		return err;
	mdt_why_begin_log(it->why, input->name, logs_same_run(input->name, last, reader));
	for (;;) {
		err = mdt_reader_next(reader, &event, &got);
		if (err || !got)
			return err;
		err = mdt_why_event(it->why, &event);
		if (err)
			return err;
	}
}

typedef void line_fn(struct mdt_why *why, const char *file, unsigned long line,
		     struct mdt_slice text);

static struct mdt_error *read_lines(struct command_why *it,
				    const struct mdt_bundle_file *input, line_fn *on_line)
{
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	struct mdt_error *err =
		input->in_memory
			? mdt_source_create_memory(input->name, input->text, &source)
			: mdt_source_create(input->name, &source);
	unsigned long number = 0;
	struct mdt_line line;
	bool got = true;

	while (!err) {
		err = mdt_source_next(source, &line, &got);
		if (err || !got)
			break;
		on_line(it->why, input->name, ++number, line.text);
	}
	return err;
}

// The kernel's words first: they may say which kernel it was.
static void read_beside(struct command_why *it)
{
	for (size_t i = 0; i < it->bundle.count; i++) {
		const struct mdt_bundle_file *input = &it->bundle.items[i];
		struct mdt_error *err = NULL;

		if (input->kind == MDT_BUNDLE_KERNEL)
			err = read_lines(it, input, mdt_why_kernel_line);
		else if (input->kind == MDT_BUNDLE_MDSTAT)
			err = read_lines(it, input, mdt_why_mdstat_line);
		else
			continue;
		it->others++;
		if (err)
			on_trouble(it, err);
	}
}

static void read_logs(struct command_why *it)
{
	const char *last = NULL;

	for (size_t i = 0; i < it->bundle.count; i++) {
		const struct mdt_bundle_file *input = &it->bundle.items[i];
		struct mdt_error *err;

		if (input->kind != MDT_BUNDLE_LOG)
			continue;
		it->logs++;
		err = read_log(it, input, last);
		last = input->name;
		if (err)
			on_trouble(it, err);
	}
}

static struct mdt_error *open_bundle(struct command_why *it, const struct cli *cli)
{
	static const char *const standard_input[] = { "-" };

	it->bundle.trouble = on_trouble;
	it->bundle.data = it;
	return mdt_bundle_open(&it->bundle,
			       cli->operand_count ? cli->operands : standard_input,
			       cli->operand_count ? cli->operand_count : 1);
}

static void print(struct command_why *it, const struct cli *cli, enum why_format format)
{
	struct mdt_buf *out = &cli->out->buf;

	if (format == FORMAT_JSON)
		mdt_why_json(it->why, out);
	else
		mdt_why_text(it->why, it->logs + it->others > 1, out);
	out_settle(cli->out);
	if (mdt_why_failed(it->why) && *it->status == STATUS_OK)
		*it->status = STATUS_DIFFERS;
}

static struct mdt_error *run_why(struct command_why *it, const struct cli *cli)
{
	const struct why_options *options = cli->options;
	struct mdt_error *err = open_bundle(it, cli);

	if (err)
		return err;
	read_beside(it);
	read_logs(it);
	err = mdt_why_end(it->why);
	if (err)
		return err;
	if (!it->logs && !it->others) {
		if (*it->status == STATUS_TROUBLE)
			return NULL;
		return mdt_error_create(
			MDT_ERR_FORMAT,
			"no log: none of the files is one of strace, of the kernel, or /proc/mdstat");
	}
	print(it, cli, (enum why_format)options->format);
	return NULL;
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct why_options *options = cli->options;
	struct command_why it = { .status = ret };
	struct mdt_error *err = kernel_check(options->kernel);

	if (err)
		return err;
	err = mdt_why_create(mdt_ioctl_builtin(),
			     mdt_slice_cstr(options->kernel ? options->kernel : ""),
			     &it.why);
	if (!err)
		err = run_why(&it, cli);
	mdt_why_destroy(it.why);
	mdt_bundle_deinit(&it.bundle);
	return err;
}

const struct command cmd_why = {
	.name = "why",
	.args = "[LOG|FOLDER|ARCHIVE]...",
	.summary = "say on one screen why a command failed, and what one can do",
	.details =
		"Takes logs of strace, the kernel's log and /proc/mdstat, in any order, also as a\n"
		"folder or an archive (.tar.gz, .zip). What each file is is seen from its text.\n"
		"Exits with 0 if nothing failed, 1 if something did, 2 on trouble.",
	.options = option_rows,
	.options_size = sizeof(struct why_options),
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.run = run,
};
