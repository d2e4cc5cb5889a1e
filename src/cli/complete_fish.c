// SPDX-License-Identifier: MIT
#include "cli/complete.h"

static const char head[] =
	"# fish completion for mdtrace, made from its tables of commands and options\n"
	"complete -c mdtrace -n __fish_use_subcommand -f -l help -d 'print the help'\n"
	"complete -c mdtrace -n __fish_use_subcommand -f -l version -d 'print the version'\n";

// In single quotes, where fish knows \' and \\.
static void add_quoted(struct out *out, const char *text)
{
	out_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			out_addc(out, '\\');
		out_addc(out, *text);
	}
	out_addc(out, '\'');
}

static void add_condition(struct out *out, const struct command *command)
{
	out_printf(out, "complete -c mdtrace -n '__fish_seen_subcommand_from %s'",
		   command->name);
}

static void add_option(struct out *out, const struct command *command,
		       const struct option_row *row)
{
	add_condition(out, command);
	out_printf(out, " -l %s", row->name);
	if (row->letter)
		out_printf(out, " -s %c", row->letter);
	if (row->values) {
		out_adds(out, " -x -a '");
		for (const char *const *value = row->values; *value; value++)
			out_printf(out, value[1] ? "%s " : "%s", *value);
		out_addc(out, '\'');
	} else if (row->arg) {
		out_adds(out, " -r -F");
	}
	out_adds(out, " -d ");
	add_quoted(out, row->help);
	out_addc(out, '\n');
}

static void add_command(struct out *out, const struct commands *all,
			const struct command *command)
{
	out_printf(out, "complete -c mdtrace -n __fish_use_subcommand -f -a %s -d ",
		   command->name);
	add_quoted(out, command->summary);
	out_addc(out, '\n');
	for (const struct option_row *row = command->options; row && row->name; row++)
		add_option(out, command, row);
	for (const struct option_row *row = command_log_rows(command); row && row->name;
	     row++)
		add_option(out, command, row);
	for (const struct option_row *row = common_rows; row->name; row++)
		add_option(out, command, row);
	if (!(command->completes & COMPLETES_FILES)) {
		add_condition(out, command);
		out_adds(out, " -f\n");
	}
	if (command->completes & COMPLETES_IOCTLS) {
		add_condition(out, command);
		out_adds(out, " -a '(mdtrace __completion ioctls 2>/dev/null)'\n");
	}
	if (command->completes & COMPLETES_COMMANDS) {
		add_condition(out, command);
		out_adds(out, " -a '");
		for (size_t i = 0; i < all->count; i++)
			if (!all->items[i]->hidden)
				out_printf(out, "%s ", all->items[i]->name);
		out_adds(out, "'\n");
	}
}

void complete_fish(struct out *out, const struct commands *all)
{
	out_adds(out, head);
	for (size_t i = 0; i < all->count; i++)
		if (!all->items[i]->hidden)
			add_command(out, all, all->items[i]);
}
