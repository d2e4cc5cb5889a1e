// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

enum { COMMAND_WIDTH = 12, OPTION_WIDTH = 28 };

// `-n, --name=ARG`, or `--name=a|b|c` for a closed list.
static void option_usage(struct mdt_buf *buf, const struct option_row *row)
{
	if (row->letter)
		mdt_buf_printf(buf, "-%c, ", row->letter);
	mdt_buf_printf(buf, "--%s", row->name);
	if (row->values)
		for (const char *const *value = row->values; *value; value++)
			mdt_buf_printf(buf, "%c%s", value == row->values ? '=' : '|',
				       *value);
	else if (row->arg)
		mdt_buf_printf(buf, row->is_optional ? "[=%s]" : "=%s", row->arg);
}

static void option_help(struct out *out, const struct option_row *row)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf usage = { 0 };

	option_usage(&usage, row);
	out_adds(out, "  ");
	out_add(out, mdt_buf_slice(&usage));
	if (usage.len >= OPTION_WIDTH)
		out_printf(out, "\n%*s", OPTION_WIDTH + 2, "");
	else
		out_printf(out, "%*s", OPTION_WIDTH - (int)usage.len, "");
	out_printf(out, "%s%s\n", row->help,
		   row->kind == OPTION_LIST ? "; may be repeated" : "");
}

static void options_help(struct out *out, const struct option_row *rows)
{
	for (const struct option_row *row = rows; row && row->name; row++)
		option_help(out, row);
}

void help_command(struct out *out, const struct command *command)
{
	out_printf(out, "Usage: mdtrace %s%s%s%s\n\n%s: %s.\n\nOptions:\n", command->name,
		   command->options ? " [OPTION]..." : "", command->args ? " " : "",
		   command->args ? command->args : "", command->name, command->summary);
	options_help(out, command->options);
	options_help(out, command_log_rows(command));
	options_help(out, common_rows);
	if (command->details)
		out_printf(out, "\n%s\n", command->details);
}

void help_overview(struct out *out, const struct commands *all)
{
	out_adds(out, "Usage: mdtrace COMMAND [OPTION]... [OPERAND]...\n"
		      "\n" MDT_DESCRIPTION ".\n"
		      "\nCommands:\n");
	for (size_t i = 0; i < all->count; i++)
		if (!all->items[i]->hidden)
			out_printf(out, "  %-*s%s\n", COMMAND_WIDTH, all->items[i]->name,
				   all->items[i]->summary);
	out_adds(
		out,
		"\n'mdtrace help COMMAND' or 'man mdtrace-COMMAND' says more about one.\n"
		"Exit status: 0 fine; 1 inputs differ or a strict check failed; 2 trouble.\n");
}

static struct mdt_error *run_help(const struct cli *cli, enum status *ret _unused_)
{
	const struct command *command;

	if (!cli->operand_count) {
		help_overview(cli->out, cli->all);
		return NULL;
	}
	command = command_find(cli->all, cli->operands[0]);
	if (!command)
		return command_unknown(cli->all, cli->operands[0]);
	help_command(cli->out, command);
	return NULL;
}

const struct command cmd_help = {
	.name = "help",
	.args = "[COMMAND]",
	.summary = "list the commands, or say how one is used",
	.max_operands = 1,
	.completes = COMPLETES_COMMANDS,
	.run = run_help,
};
