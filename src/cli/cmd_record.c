// SPDX-License-Identifier: MIT
#include "cli/cli.h"
#include "cli/record_host.h"

struct record_options {
	const char *output, *strace;
	bool times;
};

static const struct option_row option_rows[] = {
	{ .name = "output",
	  .letter = 'o',
	  .arg = "LOG",
	  STORE_STRING(struct record_options, output),
	  .help = "where the log goes (default: standard error; -: standard output)" },
	{ .name = "times",
	  .letter = 't',
	  STORE_FLAG(struct record_options, times),
	  .help = "record when each call began and how long it took" },
	{ .name = "strace",
	  .arg = "PROGRAM",
	  STORE_STRING(struct record_options, strace),
	  .help = "the strace to record with (default: the one in $PATH)" },
	{ 0 },
};

static struct mdt_error *run(const struct cli *cli, enum status *ret _unused_)
{
	const struct record_options *options = cli->options;
	struct record_host host = {
		.strace = options->strace ? options->strace : "strace",
		.log = options->output,
		.times = options->times,
		.recorder = SLICE("mdtrace " MDT_VERSION),
		.command = cli->operands,
	};

	return record_host(&host);
}

const struct command cmd_record = {
	.name = "record",
	.args = "-- COMMAND [ARGUMENT...]",
	.summary = "run a command under strace so that nothing is lost",
	.details =
		"Runs the COMMAND on this machine, and ends as it ends. The log begins with what\n"
		"it was recorded with:\n"
		"\n"
		"  mdtrace record -o create.strace -- mdadm --create /dev/md0 ...",
	.options = option_rows,
	.options_size = sizeof(struct record_options),
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.run = run,
};
