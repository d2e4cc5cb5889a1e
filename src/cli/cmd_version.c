// SPDX-License-Identifier: MIT
#include "cli/cli.h"

static struct mdt_error *run_version(const struct cli *cli, enum status *ret _unused_)
{
	out_adds(cli->out, "mdtrace " MDT_VERSION "\n");
	return NULL;
}

const struct command cmd_version = {
	.name = "version",
	.summary = "print the version",
	.run = run_version,
};
