// SPDX-License-Identifier: MIT
#include "cli/complete.h"

static const char head[] =
	"# bash completion for mdtrace, made from its tables of commands and options\n"
	"_mdtrace()\n"
	"{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tlocal words='' options='' files=''\n"
	"\n"
	"\t# readline splits --name=value at the equals sign\n"
	"\tif [[ $cur == '=' ]]; then\n"
	"\t\tcur=''\n"
	"\telif [[ $prev == '=' ]]; then\n"
	"\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	"\tfi\n"
	"\tif ((COMP_CWORD == 1)); then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"";

static const char by_command[] = " --help --version\" -- \"$cur\")\n"
				 "\t\treturn\n"
				 "\tfi\n"
				 "\tcase ${COMP_WORDS[1]} in\n";

static const char by_option[] = "\tesac\n"
				"\tcase ${COMP_WORDS[1]}:$prev in\n";

// A word that is a path may also be a name: both are offered.
static const char tail[] =
	"\tesac\n"
	"\tif [[ $cur == -* && ! $words ]]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
	"\t\t[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tCOMPREPLY=()\n"
	"\t[[ $words ]] && mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	"\tif [[ $files ]]; then\n"
	"\t\tcompopt -o filenames\n"
	"\t\tmapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- \"$cur\")\n"
	"\tfi\n"
	"}\n"
	"complete -F _mdtrace mdtrace\n";

static void add_command_names(struct out *out, const struct commands *all)
{
	const char *gap = "";

	for (size_t i = 0; i < all->count; i++) {
		if (all->items[i]->hidden)
			continue;
		out_printf(out, "%s%s", gap, all->items[i]->name);
		gap = " ";
	}
}

static void add_option_names(struct out *out, const struct option_row *rows)
{
	for (const struct option_row *row = rows; row && row->name; row++)
		out_printf(out, "--%s%s ", row->name, row->arg ? "=" : "");
}

static void add_command(struct out *out, const struct commands *all,
			const struct command *command)
{
	out_printf(out, "\t%s)\n\t\toptions='", command->name);
	add_option_names(out, command->options);
	add_option_names(out, command_log_rows(command));
	add_option_names(out, common_rows);
	out_adds(out, "'\n");
	if (command->completes & COMPLETES_FILES)
		out_adds(out, "\t\tfiles=1\n");
	if (command->completes & COMPLETES_IOCTLS)
		out_adds(out, "\t\t[[ $cur == [A-Z]* ]] && words=$(\"${COMP_WORDS[0]}\" "
			      "__completion ioctls 2>/dev/null)\n");
	if (command->completes & COMPLETES_COMMANDS) {
		out_adds(out, "\t\twords='");
		add_command_names(out, all);
		out_adds(out, "'\n");
	}
	out_adds(out, "\t\t;;\n");
}

static void add_values(struct out *out, const struct command *command,
		       const struct option_row *rows)
{
	for (const struct option_row *row = rows; row && row->name; row++) {
		if (!row->arg)
			continue;
		out_printf(out, "\t%s:--%s) ", command->name, row->name);
		if (!row->values) {
			out_adds(out, "words='' files=1 ;;\n");
			continue;
		}
		out_adds(out, "files='' words='");
		for (const char *const *value = row->values; *value; value++)
			out_printf(out, "%s ", *value);
		out_adds(out, "' ;;\n");
	}
}

static void add_all_values(struct out *out, const struct command *command)
{
	add_values(out, command, command->options);
	add_values(out, command, command_log_rows(command));
}

void complete_bash(struct out *out, const struct commands *all)
{
	out_adds(out, head);
	add_command_names(out, all);
	out_adds(out, by_command);
	for (size_t i = 0; i < all->count; i++)
		if (!all->items[i]->hidden)
			add_command(out, all, all->items[i]);
	out_adds(out, by_option);
	for (size_t i = 0; i < all->count; i++)
		if (!all->items[i]->hidden)
			add_all_values(out, all->items[i]);
	out_adds(out, tail);
}
