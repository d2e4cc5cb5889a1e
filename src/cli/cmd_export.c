// SPDX-License-Identifier: MIT
#include "cli/cli.h"
#include "derive/derive.h"
#include "report/export.h"
#include "strace/source.h"

static const char *const form_names[] = {
	[MDT_EXPORT_SHELL] = "shell",	    [MDT_EXPORT_C] = "c",
	[MDT_EXPORT_BLKTESTS] = "blktests", [MDT_EXPORT_MDADM] = "mdadm-test",
	[MDT_EXPORT_SYZ] = "syz",	    NULL
};

struct export_options {
	unsigned int form;
};

static const struct option_row option_rows[] = {
	{ .name = "to",
	  .arg = "FORM",
	  .values = form_names,
	  STORE_CHOICE(struct export_options, form),
	  .help = "bash and perl, C, a test of blktests or mdadm, or syzkaller's" },
	{ 0 },
};

/* ---- LOG:FROM-TO ---- */

struct range {
	struct mdt_slice path;
	uint64_t from, to;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

// A colon, digits, a dash, digits at the end; a file may be called so, too.
static bool read_range(const char *operand, struct range *ret)
{
	struct mdt_slice all = mdt_slice_cstr(operand);
	size_t dash = all.len, colon;

	while (dash && is_digit(all.str[dash - 1]))
		dash--;
	if (!dash || dash == all.len || all.str[dash - 1] != '-')
		return false;
	for (colon = dash - 1; colon && is_digit(all.str[colon - 1]);)
		colon--;
	if (!colon || colon == dash - 1 || all.str[colon - 1] != ':')
		return false;
	ret->path = mdt_slice_head(all, colon - 1);
	return mdt_slice_to_dec(
		       mdt_slice_head(mdt_slice_skip(all, colon), dash - 1 - colon),
		       &ret->from) &&
	       mdt_slice_to_dec(mdt_slice_skip(all, dash), &ret->to) && ret->from &&
	       ret->from <= ret->to;
}

// The lines of a range where they are, the others empty: line numbers stay.
static void cut(struct mdt_slice text, const struct range *range, struct mdt_buf *ret)
{
	uint64_t line = 1;

	for (size_t i = 0; i < text.len; i++) {
		if (text.str[i] == '\n' || (line >= range->from && line <= range->to))
			mdt_buf_addc(ret, text.str[i]);
		line += text.str[i] == '\n';
	}
}

static struct mdt_error *plan_range(const struct range *range, struct mdt_plan *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf all = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_error *err;

	mdt_buf_add(&path, range->path);
	mdt_buf_addc(&path, '\0');
	err = mdt_buf_error(&path);
	if (!err)
		err = mdt_source_read(path.str, &all);
	if (err)
		return err;
	cut(mdt_buf_slice(&all), range, &text);
	err = mdt_buf_error(&text);
	return err ? err
		   : mdt_plan_make_memory(path.str, mdt_buf_slice(&text), NULL, ret);
}

/* ---- the command ---- */

static struct mdt_error *make_plan(const struct cli *cli, struct mdt_plan *ret)
{
	struct range range;

	if (cli->operand_count == 1 && read_range(cli->operands[0], &range))
		return plan_range(&range, ret);
	return mdt_plan_make(cli->operands, cli->operand_count, NULL, ret);
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	const struct export_options *options = cli->options;
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	struct mdt_export export = { 0 };
	struct mdt_error *err = make_plan(cli, &plan);

	(void)ret;
	out_bytes(cli->out);
	if (!err)
		err = mdt_export_make(&plan, &export);
	if (!err)
		err = mdt_export_write(&export, (enum mdt_export_form)options->form,
				       &cli->out->buf);
	mdt_export_deinit(&export);
	return err;
}

const struct command cmd_export = {
	.name = "export",
	.args = "LOG[:FROM-TO]...",
	.summary = "write a log's md calls as a reproducer: shell, C, a test, syzkaller",
	.details =
		"The program does what the log did to md and to its disks, checks that each call\n"
		"ends as the log has it, and stops its arrays. What the log does not tell is\n"
		"derived, as by replay. Nothing of this machine is touched by export itself.\n"
		"\n"
		"  mdtrace export --to=c create.strace stop.strace >repro.c",
	.options = option_rows,
	.options_size = sizeof(struct export_options),
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.reads_logs = true,
	.run = run,
};
