// SPDX-License-Identifier: MIT
#include "debug/find.h"

#include <unistd.h>

enum { ID_DIGITS_MIN = 3 };

static bool is_there(struct mdt_buf *path)
{
	mdt_buf_addc(path, '\0');
	return !path->failed && access(path->str, R_OK) == 0;
}

bool mdt_debug_find(const char *dir, struct mdt_slice id, struct mdt_buf *ret)
{
	static const char *const between[] = { "", "/usr/lib/debug", "/lib/debug" };

	if (id.len < ID_DIGITS_MIN)
		return false;
	array_for_each (it, between) {
		mdt_buf_clear(ret);
		mdt_buf_printf(ret, "%s%s/.build-id/%.2s/%.*s.debug", dir, *it, id.str,
			       (int)id.len - 2, id.str + 2);
		if (is_there(ret))
			return true;
	}
	mdt_buf_clear(ret);
	mdt_buf_printf(ret, "%s/%.*s/debuginfo", dir, SLICE_FMT(id));
	return is_there(ret);
}

void mdt_debug_add_id(const unsigned char *bytes, size_t len, struct mdt_buf *ret)
{
	for (size_t i = 0; i < len; i++)
		mdt_buf_printf(ret, "%02x", bytes[i]);
}
