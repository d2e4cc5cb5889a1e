// SPDX-License-Identifier: MIT
#include "cli/packs.h"

#include <stdlib.h>

static const char *const format_names[] = { "text", "json", NULL };

const struct option_row table_option_rows[] = {
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct table_options, format),
	  .help = "text, or one JSON object a line" },
	PACK_ROW(struct table_options, packs),
	{ 0 },
};

struct mdt_error *packs_load(const struct strings *paths, struct packs *ret)
{
	struct mdt_error *err = NULL;

	ret->table = mdt_ioctl_builtin();
	if (!paths->len)
		return NULL;
	ret->items = calloc(paths->len, sizeof(*ret->items));
	if (!ret->items)
		return &mdt_enomem;
	for (size_t i = 0; !err && i < paths->len; i++) {
		err = mdt_pack_create(ret->table, paths->items[i], &ret->items[i]);
		if (err)
			break;
		ret->len++;
		ret->table = mdt_pack_table(ret->items[i]);
	}
	return err;
}

// The last one first: it may borrow from those before it.
void packs_deinit(struct packs *packs)
{
	while (packs->len)
		mdt_pack_destroy(packs->items[--packs->len]);
	free(packs->items);
}
