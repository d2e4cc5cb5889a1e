/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a command is made of. One command is one file, `cmd_NAME.c`, that defines one row,
 * `cmd_NAME`; commands.h lists the rows. docs/HOWTO_ADD_COMMAND.md has the steps.
 */
#ifndef MDT_CLI_CLI_H
#define MDT_CLI_CLI_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "cli/options.h"
#include "cli/out.h"

/** What the program says with its exit status. */
enum status {
	STATUS_OK = 0,
	STATUS_DIFFERS = 1, /* inputs differ, not confirmed, or a strict check failed */
	STATUS_TROUBLE =
		2, /* wrong usage, unreadable input, or output that cannot be written */
	/* Of record, as a shell has them for a command that it is to run: */
	STATUS_CANNOT_RUN = 126, /* it is a folder, or may not be run */
	STATUS_NO_COMMAND = 127, /* there is none */
};

enum { OPERANDS_ANY = UINT_MAX };

/** What completion offers for the operands: a set. */
enum completes {
	COMPLETES_NOTHING = 0,
	COMPLETES_FILES = 1,
	COMPLETES_COMMANDS = 2,
	COMPLETES_IOCTLS = 4, /* names of the table */
};

/** All commands, in the order of the help. */
struct commands {
	const struct command *const *items;
	size_t count;
};

struct cli {
	struct out *out;	     /* standard output; main() flushes it at the end */
	const void *options;	     /* the command's struct, filled from its rows */
	const char *const *operands; /* NULL-terminated */
	size_t operand_count;	     /* between the row's min and max */
	const struct commands *all;
};

struct command {
	const char *name;
	const char *args;    /* the operands, for the usage line; NULL: takes none */
	const char *summary; /* a line without capital or full stop */
	const char *details; /* paragraphs under the options in the help; NULL: none */
	bool reads_logs;     /* has log_rows, too */
	bool hidden;	     /* left out of help and completion */
	const struct option_row *options; /* NULL: has none */
	size_t options_size;		  /* of the struct that the rows store into */
	unsigned int min_operands, max_operands;
	unsigned int completes;
	/**
	 * Do it.
	 * @param[out] ret STATUS_OK unless set.
	 * @return An error that ends the command: main() prints it and exits with
	 * STATUS_TROUBLE. Trouble with one input of several is for cli_report() instead.
	 */
	struct mdt_error *(*run)(const struct cli *cli, enum status *ret);
};

/** @return log_rows for a command that has them, else NULL. */
static inline const struct option_row *command_log_rows(const struct command *command)
{
	return command->reads_logs ? log_rows : NULL;
}

/** @return The command, or NULL. */
const struct command *command_find(const struct commands *all, const char *name);

/** @return MDT_ERR_INVALID that names the word and, if one is near, what was meant. */
struct mdt_error *command_unknown(const struct commands *all,
				  const char *name) MUST_CHECK;

/** Print `mdtrace: MESSAGE` on standard error and destroy @p err. */
void cli_report(struct mdt_error *err);

/** Print `mdtrace: ` and a line on standard error, with nothing in it that a terminal
 * obeys.
 */
void cli_say(const char *fmt, ...) PRINTF_LIKE(1, 2);

/** The overview that `mdtrace --help` prints. */
void help_overview(struct out *out, const struct commands *all);

/** One command's usage, options and details, all from its row. */
void help_command(struct out *out, const struct command *command);

/** The values of `--color`, and the row. */
enum color {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
};
extern const char *const color_names[];
#define COLOR_ROW(options, member)                                                       \
	{                                                                                \
		.name = "color", .arg = "WHEN", .values = color_names,                   \
		STORE_CHOICE(options, member),                                           \
		.help = "color the output (auto: on a terminal, and NO_COLOR is unset)", \
	}

/** Whether to color what goes to @p fd: auto asks isatty(), NO_COLOR and TERM=dumb. */
bool color_wanted(enum color when, int fd);

#endif
