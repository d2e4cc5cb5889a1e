// SPDX-License-Identifier: MIT
#include <string.h>

#include "cli/cli.h"

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

static const char tail[] =
	"\tesac\n"
	"\tif [[ $words ]]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	"\telif [[ $cur == -* ]]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
	"\t\t[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace\n"
	"\telif [[ $files ]]; then\n"
	"\t\tcompopt -o filenames\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -f -X '!*.strace' -- \"$cur\"\n"
	"\t\t\tcompgen -d -- \"$cur\")\n"
	"\t\t((${#COMPREPLY[@]})) || mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	"\tfi\n"
	"}\n"
	"complete -F _mdtrace mdtrace\n";

static void add_command_names(struct out *out)
{
	const char *gap = "";

	for (size_t i = 0; i < command_count; i++) {
		if (commands[i]->hidden)
			continue;
		out_printf(out, "%s%s", gap, commands[i]->name);
		gap = " ";
	}
}

static void add_option_names(struct out *out, const struct option_row *rows)
{
	for (const struct option_row *row = rows; row && row->name; row++)
		out_printf(out, "--%s%s ", row->name, row->arg ? "=" : "");
}

static void add_command(struct out *out, const struct command *command)
{
	out_printf(out, "\t%s)\n\t\toptions='", command->name);
	add_option_names(out, command->options);
	add_option_names(out, common_rows);
	out_adds(out, "'\n");
	switch (command->completes) {
	case COMPLETES_NOTHING:
		break;
	case COMPLETES_FILES:
		out_adds(out, "\t\tfiles=1\n");
		break;
	case COMPLETES_COMMANDS:
		out_adds(out, "\t\twords='");
		add_command_names(out);
		out_adds(out, "'\n");
		break;
	}
	out_adds(out, "\t\t;;\n");
}

static void add_values(struct out *out, const struct command *command)
{
	for (const struct option_row *row = command->options; row && row->name; row++) {
		if (!row->values)
			continue;
		out_printf(out, "\t%s:--%s) words='", command->name, row->name);
		for (const char *const *value = row->values; *value; value++)
			out_printf(out, "%s ", *value);
		out_adds(out, "' ;;\n");
	}
}

static struct mdt_error *run_completion(const struct cli *cli, enum status *ret _unused_)
{
	if (strcmp(cli->operands[0], "bash") != 0)
		return mdt_error_create(MDT_ERR_INVALID,
					"no completion for the shell '%s'",
					cli->operands[0]);
	out_adds(cli->out, head);
	add_command_names(cli->out);
	out_adds(cli->out, by_command);
	for (size_t i = 0; i < command_count; i++)
		if (!commands[i]->hidden)
			add_command(cli->out, commands[i]);
	out_adds(cli->out, by_option);
	for (size_t i = 0; i < command_count; i++)
		add_values(cli->out, commands[i]);
	out_adds(cli->out, tail);
	return NULL;
}

const struct command cmd_completion = {
	.name = "__completion",
	.args = "bash",
	.summary = "print the completion script of a shell",
	.hidden = true,
	.min_operands = 1,
	.max_operands = 1,
	.run = run_completion,
};
