// SPDX-License-Identifier: MIT
#include "md/super_rows.h"

static const char *key_at(enum mdt_super_kind kind, size_t offset)
{
	const struct mdt_super_form *form = &mdt_super_forms[kind];

	for (size_t i = 0; i < form->count; i++)
		if (offset >= form->rows[i].offset &&
		    offset < (size_t)form->rows[i].offset + form->rows[i].size)
			return form->rows[i].key;
	return NULL;
}

struct mdt_error *mdt_super_check_known(enum mdt_super_kind kind, struct mdt_slice known,
					const uint8_t *made)
{
	for (size_t i = 0; i < known.len; i++) {
		const char *key = key_at(kind, i);

		if ((uint8_t)known.str[i] == made[i])
			continue;
		return mdt_error_create(
			MDT_ERR_INVALID,
			"byte %zu of the superblock is known to be 0x%02x, "
			"but would be 0x%02x%s%s%s",
			i, (uint8_t)known.str[i], made[i], key ? " (" : "",
			key ? key : "", key ? ")" : "");
	}
	return NULL;
}
