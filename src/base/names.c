// SPDX-License-Identifier: MIT
#include "base/names.h"

#include <assert.h>

void mdt_names_init(struct mdt_names *names, const void *rows, size_t row_size,
		    size_t count)
{
	assert(count <= MDT_NAMES_MAX);
	*names = (struct mdt_names){ .rows = rows, .row_size = row_size };
	for (size_t row = 0; row < count; row++) {
		const char *at = names->rows + row * row_size;
		size_t i = mdt_names_slot(*(const struct mdt_slice *)at);

		while (names->slots[i])
			i = (i + 1) % MDT_NAMES_SLOTS;
		names->slots[i] = (uint8_t)(row + 1);
	}
}
