// SPDX-License-Identifier: MIT
#include "strace/frame.h"

enum { SOURCE_LINE_MAX = 100000000 };

// `[0x1d3aa]`, and with -kk ` FILE:LINE` after it; the name of a file may have all of
// that in it, so the last one counts.
static bool take_address(struct mdt_slice *rest, struct mdt_frame *ret)
{
	static const struct mdt_slice open = SLICE_INIT(" [0x");
	const char *at = NULL, *close;
	struct mdt_slice tail = *rest;

	for (const char *it; (it = mdt_slice_find(tail, open));
	     tail = mdt_slice_skip(tail, (size_t)(it + 1 - tail.str)))
		at = it;
	if (!at)
		return false;
	tail = mdt_slice_skip(*rest, (size_t)(at + 2 - rest->str));
	close = memchr(tail.str, ']', tail.len);
	if (!close || !mdt_slice_to_u64(mdt_slice_head(tail, (size_t)(close - tail.str)),
					&ret->address))
		return false;
	ret->source =
		mdt_slice_trim(mdt_slice_skip(tail, (size_t)(close + 1 - tail.str)));
	*rest = mdt_slice_head(*rest, (size_t)(at - rest->str));
	return true;
}

// `FILE:LINE`
static bool split_source(struct mdt_frame *ret)
{
	const char *colon =
		ret->source.len ? memrchr(ret->source.str, ':', ret->source.len) : NULL;
	uint64_t line;

	if (!ret->source.len)
		return true;
	if (!colon ||
	    !mdt_slice_to_dec(
		    mdt_slice_skip(ret->source, (size_t)(colon + 1 - ret->source.str)),
		    &line) ||
	    line > SOURCE_LINE_MAX)
		return false;
	ret->source.len = (size_t)(colon - ret->source.str);
	ret->line = (int)line;
	return true;
}

// The bracket that opens the last pair: what C++ names have brackets of their own.
static const char *find_open(struct mdt_slice text)
{
	size_t depth = 0;

	for (size_t i = text.len; i--;) {
		depth += text.str[i] == ')';
		if (text.str[i] == '(' && !--depth)
			return text.str + i;
	}
	return NULL;
}

// `FILE(SYMBOL+0x1c5)` or `FILE()`
static bool split_file(struct mdt_slice text, struct mdt_frame *ret)
{
	struct mdt_slice inside, off;
	const char *open, *plus;

	if (!mdt_slice_ends(text, SLICE(")")) || !(open = find_open(text)))
		return false;
	ret->file = mdt_slice_head(text, (size_t)(open - text.str));
	inside = mdt_slice_skip(text, ret->file.len + 1);
	inside.len--;
	if (!inside.len)
		return ret->file.len != 0;
	plus = memrchr(inside.str, '+', inside.len);
	if (!plus)
		return false;
	ret->symbol = mdt_slice_head(inside, (size_t)(plus - inside.str));
	off = mdt_slice_skip(inside, ret->symbol.len + 1);
	return ret->file.len && mdt_slice_starts(off, SLICE("0x")) &&
	       mdt_slice_to_u64(off, &ret->off);
}

bool mdt_frame_parse(struct mdt_slice line, struct mdt_frame *ret)
{
	struct mdt_slice rest = mdt_slice_trim(line);

	*ret = (struct mdt_frame){ 0 };
	if (!mdt_slice_starts(rest, SLICE("> ")))
		return false;
	rest = mdt_slice_skip(rest, 2);
	if (take_address(&rest, ret) && split_source(ret) && split_file(rest, ret))
		return true;
	*ret = (struct mdt_frame){ 0 };
	return false;
}
