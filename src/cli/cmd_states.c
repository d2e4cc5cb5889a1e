// SPDX-License-Identifier: MIT
#include "cli/cli.h"
#include "cli/faults.h"
#include "cli/kernel.h"
#include "cli/presume.h"
#include "cli/logs.h"
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
	bool only_log;
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
	{ .name = "only-log",
	  STORE_FLAG(struct states_options, only_log),
	  .help = "presume nothing that the log does not tell" },
	{ 0 },
};

struct command_states {
	enum states_format format;
	struct out *out;
	struct mdt_life states;
	struct mdt_plan plan;
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

static void read_logs(struct command_states *it, const struct cli *cli, enum status *ret)
{
	static const char *const standard_input[] = { "-" };
	const char *const *files = cli->operand_count ? cli->operands : standard_input;
	size_t count = cli->operand_count ? cli->operand_count : 1;

	it->writer.with_file = count > 1;
	for (size_t i = 0; i < count; i++) {
		struct mdt_error *err = read_log(it, files[i], i ? files[i - 1] : NULL);

		if (!err)
			continue;
		cli_report(err);
		*ret = STATUS_TROUBLE;
	}
}

static struct mdt_error *print_end(struct command_states *it)
{
	struct mdt_buf *out = &it->out->buf;

	switch (it->format) {
	case FORMAT_TEXT:
		mdt_life_write_end(&it->writer, &it->states);
		break;
	case FORMAT_JSON:
		break;
	case FORMAT_SVG:
		mdt_picture_svg(&it->picture,
				&(struct mdt_picture_options){
					.kernel = it->states.options.kernel,
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

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct states_options *options = cli->options;
	struct command_states it = { .format = (enum states_format)options->format,
				     .out = cli->out,
				     .page = options->page,
				     .files = cli->operands,
				     .file_count = cli->operand_count,
				     .writer = { .out = &cli->out->buf } };
	struct mdt_error *err = kernel_check(options->kernel), *unread = NULL;

	if (err)
		return err;
	if (it.format != FORMAT_TEXT)
		out_bytes(cli->out);
	err = mdt_life_init(&it.states, mdt_ioctl_builtin(), NULL, on_call, &it);
	if (options->kernel)
		mdt_life_set_kernel(&it.states, mdt_slice_cstr(options->kernel));
	if (!err && !options->only_log)
		err = presume_from(&it.states, cli->operands, cli->operand_count,
				   &it.plan, &unread);
	if (!err) {
		read_logs(&it, cli, ret);
		presume_end(unread, ret);
		unread = NULL;
		err = mdt_life_end(&it.states);
	}
	if (!err)
		err = print_end(&it);
	if (it.contradicts && *ret == STATUS_OK)
		*ret = STATUS_DIFFERS;
	mdt_life_deinit(&it.states);
	mdt_life_writer_deinit(&it.writer);
	mdt_picture_deinit(&it.picture);
	mdt_plan_deinit(&it.plan);
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
		"the model. Several logs are read in order; arrays go on from one to the next.",
	.options = option_rows,
	.options_size = sizeof(struct states_options),
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.reads_logs = true,
	.run = run,
};
