// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/faults.h"
#include "cli/kernel.h"
#include "cli/presume.h"
#include "cli/unread.h"
#include "cli/logs.h"
#include "cli/states_groups.h"
#include "life/life.h"
#include "report/states_picture.h"
#include "report/states_text.h"
#include "strace/reader.h"

enum states_format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_SVG,
	FORMAT_DOT,
	FORMAT_MERMAID,
};

static const char *const format_names[] = {
	"text", "json", "svg", "dot", "mermaid", NULL
};

struct states_options {
	unsigned int format;
	const char *kernel, *page;
	bool only_log, each;
};

static const struct option_row option_rows[] = {
	{ .name = "kernel-version",
	  .arg = "VERSION",
	  STORE_STRING(struct states_options, kernel),
	  .help = "the kernel that the log is of; else what the log itself says, or 6.1" },
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct states_options, format),
	  .help = "text, one JSON object a line, a timeline (svg), or the transitions as a graph" },
	{ .name = "link",
	  .arg = "PAGE",
	  STORE_STRING(struct states_options, page),
	  .help = "with svg: link each call to its line in this page of annotate --format=html" },
	{ .name = "each",
	  STORE_FLAG(struct states_options, each),
	  .help = "each log begins anew: arrays do not go on from one to the next" },
	{ .name = "only-log",
	  STORE_FLAG(struct states_options, only_log),
	  .help = "presume nothing that the log does not tell" },
	{ 0 },
};

struct command_states {
	enum states_format format;
	struct out *out;
	struct mdt_life states;
	enum mdt_kernel kernel; // of the last logs
	struct mdt_life_writer writer;
	struct mdt_picture picture;
	struct faults faults;
	bool contradicts;
	const char *page; /* of annotate, that the timeline links to */
	const char *const *files;
	size_t file_count;
};

static void on_call(void *data, const struct mdt_life_call *call)
{
	struct command_states *it = data;

	it->contradicts |= call->verdict == MDT_LIFE_CONTRADICTS;
	switch (it->format) {
	case FORMAT_TEXT:
		mdt_life_write(&it->writer, call);
		break;
	case FORMAT_JSON:
		mdt_life_json(&it->out->buf, call, &it->states);
		out_addc(it->out, '\n');
		break;
	case FORMAT_SVG:
	case FORMAT_DOT:
	case FORMAT_MERMAID:
		mdt_picture_add(&it->picture, call, &it->states);
		break;
	}
	out_settle(it->out);
}

static struct mdt_error *read_log(struct command_states *it, const char *file,
				  const char *last)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = mdt_reader_create(file, &reader);
	struct mdt_event event;
	bool got = true;

	if (err)
		return err;
	mdt_life_begin_log(&it->states, file, logs_same_run(file, last, reader));
	while (!err && !out_failed(it->out)) {
		if (mdt_reader_may_wait(reader))
			out_flush(it->out);
		err = mdt_reader_next(reader, &event, &got);
		if (err || !got)
			break;
		faults_note(&it->faults, file, &event);
		err = mdt_life_event(&it->states, &event);
	}
	faults_end_file(&it->faults, file);
	return err;
}

static void read_logs(struct command_states *it, const char *const *files, size_t count,
		      enum status *ret)
{
	for (size_t i = 0; i < count; i++) {
		struct mdt_error *err = read_log(it, files[i], i ? files[i - 1] : NULL);

		if (!err)
			continue;
		cli_report(err);
		*ret = STATUS_TROUBLE;
	}
}

static struct mdt_error *print_picture(struct command_states *it)
{
	struct mdt_buf *out = &it->out->buf;

	switch (it->format) {
	case FORMAT_TEXT:
	case FORMAT_JSON:
		break;
	case FORMAT_SVG:
		mdt_picture_svg(&it->picture,
				&(struct mdt_picture_options){
					.kernel = it->kernel,
					.page = it->page,
					.files = it->files,
					.file_count = it->file_count,
				},
				out);
		break;
	case FORMAT_DOT:
		mdt_picture_dot(&it->picture, out);
		break;
	case FORMAT_MERMAID:
		mdt_picture_mermaid(&it->picture, out);
		break;
	}
	return it->picture.failed_memory ? &mdt_enomem : NULL;
}

// Logs that go on from one to the next.
static struct mdt_error *read_group(struct command_states *it,
				    const struct states_options *options,
				    const char *const *files, size_t count,
				    enum status *ret)
{
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	struct mdt_error *unread = NULL;
	struct mdt_error *err =
		mdt_life_init(&it->states, mdt_ioctl_builtin(), NULL, on_call, it);

	if (options->kernel)
		mdt_life_set_kernel(&it->states, mdt_slice_cstr(options->kernel));
	if (!err && !options->only_log)
		err = presume_from(&it->states, files, count, &plan, &unread);
	if (!err) {
		read_logs(it, files, count, ret);
		unread_end(unread, ret);
		err = mdt_life_end(&it->states);
	}
	if (!err && it->format == FORMAT_TEXT)
		mdt_life_write_end(&it->writer, &it->states);
	it->kernel = it->states.options.kernel;
	mdt_life_deinit(&it->states);
	return err;
}

static struct mdt_error *read_groups(struct command_states *it,
				     const struct states_options *options,
				     enum status *ret)
{
	bool *begins = calloc(it->file_count, sizeof(*begins));
	struct mdt_error *err = &mdt_enomem, *unread = NULL;

	if (begins)
		err = states_groups(it->files, it->file_count, options->kernel,
				    options->each, begins, &unread);
	for (size_t i = 0, end; !err && i < it->file_count; i = end) {
		for (end = i + 1; end < it->file_count && !begins[end];)
			end++;
		err = read_group(it, options, it->files + i, end - i, ret);
	}
	free(begins);
	unread_end(unread, ret);
	return err;
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	static const char *const standard_input[] = { "-" };
	const struct states_options *options = cli->options;
	struct command_states it = {
		.format = (enum states_format)options->format,
		.out = cli->out,
		.page = options->page,
		.files = cli->operand_count ? cli->operands : standard_input,
		.file_count = cli->operand_count ? cli->operand_count : 1,
		.writer = { .out = &cli->out->buf },
	};
	struct mdt_error *err = kernel_check(options->kernel);

	if (err)
		return err;
	if (it.format != FORMAT_TEXT)
		out_bytes(cli->out);
	it.writer.with_file = it.file_count > 1;
	err = read_groups(&it, options, ret);
	if (!err)
		err = print_picture(&it);
	if (it.contradicts && *ret == STATUS_OK)
		*ret = STATUS_DIFFERS;
	mdt_life_writer_deinit(&it.writer);
	mdt_picture_deinit(&it.picture);
	return err;
}

const struct command cmd_states = {
	.name = "states",
	.args = "[FILE...]",
	.summary =
		"follow the states of a log's arrays, and check them against md's rules",
	.details =
		"Each call that touched an array, its result, and the array's state before and\n"
		"after, as a model of the md driver has it. Exits with 1 if the log contradicts\n"
		"the model. Several logs are read in order; arrays go on from one to the next, unless a\n"
		"log does not begin where the one before ends.",
	.options = option_rows,
	.options_size = sizeof(struct states_options),
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.reads_logs = true,
	.run = run,
};
