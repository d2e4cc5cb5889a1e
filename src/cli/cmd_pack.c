// SPDX-License-Identifier: MIT
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "ioctl/pack.h"

struct pack_options {
	const char *output;
	struct strings includes;
};

static const struct option_row option_rows[] = {
	{ .name = "output",
	  .letter = 'o',
	  .arg = "FILE",
	  STORE_STRING(struct pack_options, output),
	  .help = "the pack to write (driver.pack.o)" },
	{ .name = "include",
	  .letter = 'I',
	  .arg = "FOLDER",
	  STORE_LIST(struct pack_options, includes),
	  .help = "look for headers that the headers include here, too" },
	{ 0 },
};

// What headers need and do not include, and each header by its whole path.
static struct mdt_error *put_source(const struct cli *cli, struct mdt_buf *ret)
{
	static const char *const prelude[] = { "stddef.h",	"stdint.h",
					       "sys/types.h",	"linux/types.h",
					       "linux/ioctl.h", "linux/major.h" };
	char path[PATH_MAX];

	array_for_each (it, prelude)
		mdt_buf_printf(ret, "#include <%s>\n", *it);
	for (unsigned int i = 0; i < cli->operand_count; i++) {
		if (!realpath(cli->operands[i], path))
			return mdt_error_os(errno, "%s", cli->operands[i]);
		mdt_buf_printf(ret, "#include \"%s\"\n", path);
	}
	return mdt_buf_error(ret);
}

enum { FLAGS_MAX = 20 };

// `cc`, or what CC names; it reads the source from its standard input.
static struct mdt_error *start_compiler(const struct pack_options *options, int *input,
					pid_t *pid, const char **name)
{
	static const char *const flags[] = {
		"-x",	     "c",
		"-c",	     "-w",
		"-gdwarf-4", "-gstrict-dwarf",
		"-g3",	     "-fno-eliminate-unused-debug-types",
	};
	size_t count = 0, max = FLAGS_MAX + 2 * options->includes.len;
	const char **argv = calloc(max + 1, sizeof(*argv));
	int ends[2];

	*name = getenv("CC");
	if (!*name || !**name)
		*name = "cc";
	if (!argv)
		return &mdt_enomem;
	if (pipe(ends)) {
		free(argv);
		return mdt_error_os(errno, "pipe");
	}
	argv[count++] = *name;
	for (size_t i = 0; i < array_size(flags); i++)
		argv[count++] = flags[i];
	if (strstr(*name, "clang")) {
		argv[count++] = "-fdebug-macro";
		argv[count++] = "-fstandalone-debug";
	}
	for (size_t i = 0; i < options->includes.len; i++) {
		argv[count++] = "-I";
		argv[count++] = options->includes.items[i];
	}
	argv[count++] = "-o";
	argv[count++] = options->output;
	argv[count++] = "-";
	*pid = fork();
	if (!*pid) {
		dup2(ends[0], STDIN_FILENO);
		close(ends[0]);
		close(ends[1]);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	free(argv);
	close(ends[0]);
	*input = ends[1];
	return *pid < 0 ? mdt_error_os(errno, "fork") : NULL;
}

static struct mdt_error *compile(const struct pack_options *options,
				 const struct mdt_buf *source)
{
	const char *name;
	size_t at = 0;
	int input = -1, status;
	ssize_t n = 1;
	pid_t pid = -1;
	struct mdt_error *err = start_compiler(options, &input, &pid, &name);

	if (err) {
		if (input >= 0)
			close(input);
		return err;
	}
	signal(SIGPIPE, SIG_IGN); // a compiler that is not there reads nothing
	for (; at < source->len && n > 0; at += n > 0 ? (size_t)n : 0)
		n = write(input, source->str + at, source->len - at);
	close(input);
	if (waitpid(pid, &status, 0) < 0)
		return mdt_error_os(errno, "%s", name);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return mdt_error_create(
			MDT_ERR_NOT_FOUND,
			"no compiler '%s': a pack is made by one (set CC)", name);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return mdt_error_create(MDT_ERR_INVALID,
					"%s cannot compile the headers: see above", name);
	return NULL;
}

// It is read back: what cannot be used is no pack.
static struct mdt_error *check(const struct cli *cli, const char *path)
{
	static const struct mdt_ioctl_table none;
	struct mdt_pack *pack;
	struct mdt_error *err = mdt_pack_create(&none, path, MDT_PACK_ADDS, &pack);

	if (err)
		return err;
	out_printf(cli->out, "%s: %zu ioctls\n", path, mdt_pack_table(pack)->count);
	mdt_pack_destroy(pack);
	return NULL;
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	struct pack_options options = *(const struct pack_options *)cli->options;
	_cleanup_(mdt_buf_deinit) struct mdt_buf source = { 0 };
	struct mdt_error *err = put_source(cli, &source);

	(void)ret;
	if (!options.output)
		options.output = "driver.pack.o";
	if (!err)
		err = compile(&options, &source);
	return err ? err : check(cli, options.output);
}

const struct command cmd_pack = {
	.name = "pack",
	.args = "HEADER...",
	.summary = "make a pack of ioctls from headers",
	.details =
		"Compiles the headers with cc (or $CC) into an object whose debug info has "
		"their macros and types, for --pack of the other commands, and says how "
		"many ioctls it has.",
	.options = option_rows,
	.options_size = sizeof(struct pack_options),
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.run = run,
};
