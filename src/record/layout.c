// SPDX-License-Identifier: MIT
#include "record/layout.h"

struct mdt_slice mdt_record_mdadm_version(struct mdt_slice says)
{
	static const struct mdt_slice marks[] = { SLICE_INIT(" - Debian "),
						  SLICE_INIT("mdadm - v") };

	array_for_each (mark, marks) {
		const char *found = mdt_slice_find(says, *mark);
		struct mdt_slice rest;
		size_t len = 0;

		if (!found)
			continue;
		rest = mdt_slice_skip(says, (size_t)(found - says.str) + mark->len);
		while (len < rest.len && (unsigned char)rest.str[len] > ' ')
			len++;
		if (len)
			return mdt_slice_head(rest, len);
	}
	return SLICE("unknown");
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == '~';
}

static void add_plain(struct mdt_buf *ret, struct mdt_slice text)
{
	text = mdt_slice_head(text, 64);
	for (size_t i = 0; i < text.len; i++)
		mdt_buf_addc(ret, is_plain(text.str[i]) ? text.str[i] : '_');
}

void mdt_record_folder(const struct mdt_record_layout *layout, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "%s/", layout->output ? layout->output : ".");
	if (layout->by_version) {
		mdt_buf_adds(ret, "mdadm-");
		add_plain(ret, mdt_record_mdadm_version(layout->mdadm_says));
		mdt_buf_adds(ret, "_linux-");
		add_plain(ret, layout->release);
		mdt_buf_addc(ret, '/');
	}
	mdt_buf_add(ret, layout->scenario);
}
