// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "paste/stage.h"

void paste_text_deinit(struct paste_text *text)
{
	mdt_buf_deinit(&text->buf);
	free(text->at);
	*text = (struct paste_text){ 0 };
}

void paste_text_clear(struct paste_text *text)
{
	mdt_buf_clear(&text->buf);
}

// Room for more bytes, and for the place behind them.
static bool has_room(struct paste_text *text, size_t more)
{
	size_t want = text->buf.len + more + 1;
	bool ok = true;

	while (ok && text->at_cap < want)
		ok = mdt_grow((void **)&text->at, &text->at_cap, text->at_cap,
			      sizeof(*text->at));
	if (ok)
		return true;
	text->buf.failed = true;
	return false;
}

void paste_text_addc(struct paste_text *text, char c, struct mdt_paste_at at)
{
	if (!has_room(text, 1))
		return;
	text->at[text->buf.len] = at;
	at.column++;
	text->at[text->buf.len + 1] = at;
	mdt_buf_addc(&text->buf, c);
}

void paste_text_add(struct paste_text *text, const struct paste_text *other, size_t from,
		    size_t to)
{
	size_t len = text->buf.len, count = to - from;
	struct mdt_paste_at last;

	if (!count && len)
		return;
	last = paste_text_at(other, to);
	if (!has_room(text, count))
		return;
	if (count) {
		memcpy(text->at + len, other->at + from, count * sizeof(*text->at));
		mdt_buf_add(&text->buf, mdt_slice_from(other->buf.str + from, count));
	}
	text->at[len + count] = last;
}

void paste_text_set(struct paste_text *text, struct mdt_slice line,
		    struct mdt_paste_at at)
{
	mdt_buf_clear(&text->buf);
	if (!has_room(text, line.len))
		return;
	mdt_buf_add(&text->buf, line);
	for (size_t i = 0; i <= line.len; i++, at.column++)
		text->at[i] = at;
}

struct mdt_paste_at paste_text_at(const struct paste_text *text, size_t i)
{
	if (!text->at)
		return (struct mdt_paste_at){ 1, 1 };
	return text->at[i < text->buf.len ? i : text->buf.len];
}

void paste_lines_deinit(struct paste_lines *lines)
{
	mdt_buf_deinit(&lines->bytes);
	free(lines->ends);
	*lines = (struct paste_lines){ 0 };
}

void paste_lines_add(struct paste_lines *lines, struct mdt_slice line)
{
	if (!mdt_grow((void **)&lines->ends, &lines->cap, lines->len,
		      sizeof(*lines->ends))) {
		lines->bytes.failed = true;
		return;
	}
	mdt_buf_add(&lines->bytes, line);
	lines->ends[lines->len++] = lines->bytes.len;
}

struct mdt_slice paste_lines_get(const struct paste_lines *lines, size_t i)
{
	size_t from = i ? lines->ends[i - 1] : 0;

	return mdt_slice_from((lines->bytes.str ? lines->bytes.str : "") + from,
			      lines->ends[i] - from);
}
