// SPDX-License-Identifier: MIT
#include "cli/cli.h"
#include "report/merge.h"
#include "strace/source.h"

enum merge_format {
	FORMAT_SAME,
	FORMAT_JUNIT,
	FORMAT_KTAP,
};

static const char *const format_names[] = { "same", "junit", "ktap", NULL };

struct merge_options {
	unsigned int format;
};

// clang-format off
static const struct option_row option_rows[] = {
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct merge_options, format),
	  .help = "print the form of the first result, JUnit, or KTAP" },
	{ 0 },
};
// clang-format on

// What cannot be read becomes a case of the report.
static struct mdt_error *note(struct mdt_merge *merge, const char *path,
			      struct mdt_error *err)
{
	struct mdt_error *ret;

	if (err == &mdt_enomem)
		return err;
	ret = mdt_merge_note(merge, mdt_slice_cstr(path), mdt_slice_cstr(err->message));
	mdt_error_destroy(err);
	return ret;
}

static struct mdt_error *add_file(struct mdt_merge *merge, const char *path)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_error *err = mdt_source_read(path, &bytes);

	if (!err)
		err = mdt_merge_add(merge, path, mdt_buf_slice(&bytes));
	return err ? note(merge, path, err) : NULL;
}

static void say_troubles(const struct mdt_merge *merge)
{
	if (!merge->troubles)
		return;
	for (const struct mdt_merge_case *it = merge->troubles->first; it; it = it->next)
		cli_say("%.*s", SLICE_FMT(it->message));
}

static bool wants_ktap(const struct mdt_merge *merge, enum merge_format format)
{
	if (format == FORMAT_SAME)
		return merge->first && merge->first->form == MDT_MERGE_KTAP;
	return format == FORMAT_KTAP;
}

static struct mdt_error *run_merge(const struct cli *cli, enum status *ret)
{
	_cleanup_(mdt_merge_deinit) struct mdt_merge merge = { 0 };
	const struct merge_options *options = cli->options;
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < cli->operand_count; i++)
		err = add_file(&merge, cli->operands[i]);
	if (!err)
		err = mdt_merge_finish(&merge);
	if (err)
		return err;
	say_troubles(&merge);
	out_bytes(cli->out);
	if (wants_ktap(&merge, (enum merge_format)options->format))
		mdt_merge_ktap(&merge, &cli->out->buf);
	else
		mdt_merge_junit(&merge, &cli->out->buf);
	*ret = (enum status)mdt_merge_status(&merge);
	return mdt_buf_error(&cli->out->buf);
}

const struct command cmd_merge = {
	.name = "merge",
	.args = "RESULT...",
	.summary = "join the results of many machines into one report",
	.details =
		"A RESULT is JUnit or KTAP of replay, diff or conform. Suites of one name\n"
		"become one. A share of the work (--shard=K/N) that is missing is said, and\n"
		"is trouble.\n"
		"\n"
		"  mdtrace merge junit-*.xml >junit.xml",
	.options = option_rows,
	.options_size = sizeof(struct merge_options),
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.run = run_merge,
};
