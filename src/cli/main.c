// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/logs.h"
#include "strace/reader.h"

#define X(name) extern const struct command cmd_##name;
COMMANDS(X)
#undef X

#define X(name) &cmd_##name,
static const struct command *const rows[] = { COMMANDS(X) };
#undef X
static const struct commands all = { rows, array_size(rows) };

static struct mdt_error *check_count(const struct command *command,
				     const struct strings *operands)
{
	if (operands->len < command->min_operands)
		return mdt_error_create(MDT_ERR_INVALID,
					"%s: an operand is missing; usage: mdtrace %s %s",
					command->name, command->name, command->args);
	if (operands->len > command->max_operands)
		return mdt_error_create(MDT_ERR_INVALID, "%s: unexpected operand '%s'",
					command->name,
					operands->items[command->max_operands]);
	return NULL;
}

static struct mdt_error *run_parsed(const struct command *command, struct out *out,
				    const void *options, struct strings *operands,
				    enum status *ret)
{
	struct cli cli = { out, options, operands->items, operands->len, &all };
	struct mdt_error *err = check_count(command, operands);

	if (!err)
		err = strings_add(operands, NULL);
	if (err)
		return err;
	cli.operands = operands->items;
	return command->run(&cli, ret);
}

static struct mdt_error *run_command(const struct command *command, struct out *out,
				     const char *const *argv, enum status *ret)
{
	_cleanup_(strings_deinit) struct strings operands = { 0 };
	struct common_options common = { .reads_logs = command->reads_logs };
	void *options = calloc(1, command->options_size + 1);
	struct mdt_error *err = &mdt_enomem;

	if (options)
		err = options_parse(command->options, argv, options, &common, &operands);
	if (common.raw)
		out->is_terminal = false;
	if (!err && common.help)
		help_command(out, command);
	mdt_reader_on_undone(logs_say_undone);
	mdt_reader_set_input((enum mdt_input)common.input);
	if (!err && !common.help)
		err = run_parsed(command, out, options, &operands, ret);
	if (options)
		options_deinit(command->options, options);
	free(options);
	return err;
}

static struct mdt_error *run(struct out *out, const char *const *argv, enum status *ret)
{
	const char *word = argv[0] ? argv[1] : NULL;
	const struct command *command;

	if (!word)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"a command is missing; 'mdtrace help' lists them");
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		word = "help";
	else if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
		word = "version";
	command = command_find(&all, word);
	if (!command)
		return command_unknown(&all, word);
	return run_command(command, out, argv + 2, ret);
}

int main(int argc _unused_, char **argv)
{
	_cleanup_(out_deinit) struct out out;
	enum status status = STATUS_OK;
	struct mdt_error *err;

	// libdw would ask servers for debug info: nothing is asked of the network.
	unsetenv("DEBUGINFOD_URLS");
	out_init(&out, STDOUT_FILENO);
	err = run(&out, (const char *const *)argv, &status);
	out_finish(&out);
	if (err) {
		cli_report(err);
		status = STATUS_TROUBLE;
	}
	err = out_error(&out);
	if (!err && status != STATUS_TROUBLE && mdt_nomem_noted())
		err = &mdt_enomem;
	if (err) {
		cli_report(err);
		status = STATUS_TROUBLE;
	}
	return (int)status;
}
