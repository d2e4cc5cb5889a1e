// SPDX-License-Identifier: MIT
#include <string.h>

#include "cli/complete.h"

static const char head[] =
	"#compdef mdtrace\n"
	"# zsh completion for mdtrace, made from its tables of commands and options\n"
	"_mdtrace_ioctls()\n"
	"{\n"
	"\tcompadd -- ${(f)\"$(_call_program ioctls mdtrace __completion ioctls)\"}\n"
	"}\n"
	"\n"
	"_mdtrace_ioctls_and_files()\n"
	"{\n"
	"\t_alternative 'ioctls:ioctl:_mdtrace_ioctls' 'files:file:_files'\n"
	"}\n"
	"\n"
	"_mdtrace()\n"
	"{\n"
	"\tlocal -a names\n"
	"\tnames=(\n";

static const char by_command[] = "\t)\n"
				 "\tif ((CURRENT == 2)); then\n"
				 "\t\t_describe command names\n"
				 "\t\tcompadd -- --help --version\n"
				 "\t\treturn\n"
				 "\tfi\n"
				 "\tlocal name=$words[2]\n"
				 "\tshift words\n"
				 "\t((CURRENT--))\n"
				 "\tcase $name in\n";

// What _arguments is told last: zsh runs the file when it is first asked for mdtrace, and
// a shell that reads it by `source` wants it registered.
static const char tail[] = "\tesac\n"
			   "}\n"
			   "\n"
			   "if [[ $funcstack[1] == _mdtrace ]]; then\n"
			   "\t_mdtrace \"$@\"\n"
			   "else\n"
			   "\tcompdef _mdtrace mdtrace\n"
			   "fi\n";

// Inside of single quotes; in specifications of _arguments, `:`, `[` and `]` have a
// meaning.
static void add_escaped(struct out *out, const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'') {
			out_adds(out, "'\\''");
			continue;
		}
		if (*text == '\\' || strchr(special, *text))
			out_addc(out, '\\');
		out_addc(out, *text);
	}
}

static void add_spec(struct out *out, const struct option_row *row, bool by_letter)
{
	bool again = row->kind == OPTION_LIST;

	out_adds(out, "\t\t\t'");
	if (again)
		out_addc(out, '*');
	if (by_letter)
		out_printf(out, "-%c%s", row->letter, row->arg ? "+" : "");
	else
		out_printf(out, "--%s%s", row->name, row->arg ? "=" : "");
	out_addc(out, '[');
	add_escaped(out, row->help, "[]:");
	out_addc(out, ']');
	if (row->arg) {
		out_addc(out, ':');
		add_escaped(out, row->arg, ":");
		out_addc(out, ':');
	}
	if (row->values) {
		out_addc(out, '(');
		for (const char *const *value = row->values; *value; value++)
			out_printf(out, value[1] ? "%s " : "%s", *value);
		out_addc(out, ')');
	} else if (row->arg) {
		out_adds(out, "_files");
	}
	out_adds(out, "' \\\n");
}

static void add_specs(struct out *out, const struct option_row *rows)
{
	for (const struct option_row *row = rows; row && row->name; row++) {
		add_spec(out, row, false);
		if (row->letter)
			add_spec(out, row, true);
	}
}

static const char *operands(const struct command *command)
{
	bool files = command->completes & COMPLETES_FILES;

	if (command->completes & COMPLETES_COMMANDS)
		return "{_describe command names}";
	if (command->completes & COMPLETES_IOCTLS)
		return files ? "_mdtrace_ioctls_and_files" : "_mdtrace_ioctls";
	return files ? "_files" : " ";
}

static void add_command(struct out *out, const struct command *command)
{
	out_printf(out, "\t%s)\n\t\t_arguments -s -S \\\n", command->name);
	add_specs(out, command->options);
	add_specs(out, command_log_rows(command));
	add_specs(out, common_rows);
	out_printf(out, "\t\t\t'*:operand:%s'\n\t\t;;\n", operands(command));
}

void complete_zsh(struct out *out, const struct commands *all)
{
	out_adds(out, head);
	for (size_t i = 0; i < all->count; i++) {
		if (all->items[i]->hidden)
			continue;
		out_printf(out, "\t\t'%s:", all->items[i]->name);
		add_escaped(out, all->items[i]->summary, ":");
		out_adds(out, "'\n");
	}
	out_adds(out, by_command);
	for (size_t i = 0; i < all->count; i++)
		if (!all->items[i]->hidden)
			add_command(out, all->items[i]);
	out_adds(out, tail);
}
