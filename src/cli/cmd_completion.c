// SPDX-License-Identifier: MIT
#include <string.h>

#include "cli/cli.h"
#include "cli/complete.h"
#include "ioctl/table.h"

// A name a line: what the shells' scripts ask for when a word begins like one.
static void list_ioctls(struct out *out, const struct commands *all _unused_)
{
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();

	for (size_t i = 0; i < table->count; i++)
		out_printf(out, "%s\n", mdt_ioctl_at(table, i)->name);
}

static const struct {
	const char *name;
	void (*print)(struct out *out, const struct commands *all);
} lists[] = {
	{ "bash", complete_bash },
	{ "fish", complete_fish },
	{ "zsh", complete_zsh },
	{ "ioctls", list_ioctls },
};

static struct mdt_error *run_completion(const struct cli *cli, enum status *ret _unused_)
{
	array_for_each (it, lists)
		if (strcmp(it->name, cli->operands[0]) == 0) {
			it->print(cli->out, cli->all);
			return NULL;
		}
	return mdt_error_create(MDT_ERR_INVALID, "no completion for the shell '%s'",
				cli->operands[0]);
}

const struct command cmd_completion = {
	.name = "__completion",
	.args = "bash|fish|zsh|ioctls",
	.summary = "print the completion script of a shell",
	.hidden = true,
	.min_operands = 1,
	.max_operands = 1,
	.run = run_completion,
};
