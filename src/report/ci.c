// SPDX-License-Identifier: MIT
#include "report/ci.h"

#include "report/html.h"

// Takes the first line off. @return false when there is none.
static bool next_line(struct mdt_slice *rest, struct mdt_slice *ret)
{
	const char *end;

	if (!rest->len)
		return false;
	end = memchr(rest->str, '\n', rest->len);
	*ret = mdt_slice_head(*rest, end ? (size_t)(end - rest->str) : rest->len);
	*rest = mdt_slice_skip(*rest, ret->len + 1);
	return true;
}

void mdt_ci_begin(bool is_ktap, const char *job, const char *shard, struct mdt_buf *ret)
{
	if (is_ktap) {
		mdt_buf_adds(ret, "KTAP version 1\n");
		if (shard)
			mdt_buf_printf(ret, "# %s, shard %s\n", job, shard);
		return;
	}
	mdt_buf_adds(ret, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	if (shard)
		mdt_buf_printf(ret, " name=\"%s, shard %s\"", job, shard);
	mdt_buf_adds(ret, ">\n");
}

// XML 1.0 allows what mdt_html_plain() leaves over, and has the same four entities; the
// end of a line it would show as a control character.
void mdt_ci_xml_lines(struct mdt_buf *ret, struct mdt_slice text)
{
	struct mdt_slice line;

	while (next_line(&text, &line)) {
		mdt_html_plain(ret, line);
		mdt_buf_addc(ret, '\n');
	}
}

void mdt_ci_ktap_words(struct mdt_buf *ret, struct mdt_slice text)
{
	for (size_t i = 0; i < text.len; i++)
		mdt_buf_addc(ret, text.str[i] == '#' ? '_' : text.str[i]);
}

void mdt_ci_ktap_lines(struct mdt_buf *ret, const char *indent, struct mdt_slice text)
{
	struct mdt_slice line;

	while (next_line(&text, &line)) {
		mdt_buf_adds(ret, indent);
		mdt_buf_adds(ret, "# ");
		mdt_buf_add(ret, line);
		mdt_buf_addc(ret, '\n');
	}
}
