// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

const struct command *command_find(const struct commands *all, const char *name)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i]->name, name) == 0)
			return all->items[i];
	return NULL;
}

struct mdt_error *command_unknown(const struct commands *all, const char *name)
{
	struct nearest nearest = { .word = name };
	struct mdt_error *err;
	char *hint;

	for (size_t i = 0; i < all->count; i++)
		if (!all->items[i]->hidden)
			nearest_offer(&nearest, all->items[i]->name);
	hint = nearest_hint(&nearest, "");
	if (!hint)
		return &mdt_enomem;
	err = mdt_error_create(MDT_ERR_INVALID, "unknown command '%s'%s", name,
			       *hint ? hint : "; 'mdtrace help' lists them");
	free(hint);
	return err;
}
