// SPDX-License-Identifier: MIT
#include "base/visible.h"

#include <inttypes.h>

#include "base/json.h"

enum { ESC = 0x1b, DEL = 0x7f, UTF8_MAX = 4 };

/* ---- styles ---- */

// SGR of ECMA-48.
static const struct mdt_slice styles[] = {
	[MDT_STYLE_NONE] = SLICE_INIT(""),
	[MDT_STYLE_BOLD] = SLICE_INIT("\033[1m"),
	[MDT_STYLE_FAINT] = SLICE_INIT("\033[2m"),
	[MDT_STYLE_RED] = SLICE_INIT("\033[31m"),
	[MDT_STYLE_BOLD_RED] = SLICE_INIT("\033[1;31m"),
	[MDT_STYLE_GREEN] = SLICE_INIT("\033[32m"),
	[MDT_STYLE_YELLOW] = SLICE_INIT("\033[33m"),
	[MDT_STYLE_CYAN] = SLICE_INIT("\033[36m"),
};
static const struct mdt_slice style_end = SLICE_INIT("\033[0m");

void mdt_style_begin(struct mdt_buf *ret, enum mdt_style style)
{
	mdt_buf_add(ret, styles[style]);
}

void mdt_style_end(struct mdt_buf *ret, enum mdt_style style)
{
	if (style != MDT_STYLE_NONE)
		mdt_buf_add(ret, style_end);
}

static size_t style_len(struct mdt_slice text)
{
	for (size_t i = MDT_STYLE_NONE + 1; i < array_size(styles); i++)
		if (mdt_slice_starts(text, styles[i]))
			return styles[i].len;
	return mdt_slice_starts(text, style_end) ? style_end.len : 0;
}

/* ---- characters ---- */

struct range {
	uint32_t first, last;
};

// Unicode 15, DerivedCoreProperties.txt (Default_Ignorable_Code_Point) and PropList.txt
// (Bidi_Control); then what ends a line besides the newline, and U+FFF9 to U+FFFB, which
// hide the text between them.
static const struct range hidden[] = {
	{ 0x0000, 0x001f },   { 0x007f, 0x009f },   { 0x00ad, 0x00ad },
	{ 0x034f, 0x034f },   { 0x061c, 0x061c },   { 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 },   { 0x180b, 0x180f },   { 0x200b, 0x200f },
	{ 0x2028, 0x202e },   { 0x2060, 0x206f },   { 0x3164, 0x3164 },
	{ 0xfdd0, 0xfdef },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb },   { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe0fff },
};

bool mdt_char_is_hidden(uint32_t code)
{
	if ((code & 0xfffe) == 0xfffe) // a noncharacter at the end of each plane
		return true;
	array_for_each (range, hidden)
		if (code <= range->last)
			return code >= range->first;
	return false;
}

static size_t utf8_len(unsigned char lead)
{
	return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

size_t mdt_utf8_read(struct mdt_slice text, uint32_t *ret)
{
	static const unsigned char lead_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	size_t len = utf8_len((unsigned char)text.str[0]);

	if (len > text.len || !mdt_is_utf8(mdt_slice_head(text, len)))
		return 0;
	*ret = (unsigned char)text.str[0] & lead_bits[len];
	for (size_t i = 1; i < len; i++)
		*ret = *ret << 6 | ((unsigned char)text.str[i] & 0x3f);
	return len;
}

size_t mdt_utf8_cut(struct mdt_slice text)
{
	for (size_t n = 1; n < UTF8_MAX && n <= text.len; n++) {
		unsigned char c = (unsigned char)text.str[text.len - n];

		if ((c & 0xc0) == 0x80)
			continue;
		return c >= 0xc2 && c <= 0xf4 && utf8_len(c) > n ? n : 0;
	}
	return 0;
}

/* ---- text ---- */

static void show_char(struct mdt_buf *ret, struct mdt_slice bytes, uint32_t code)
{
	if (bytes.len == 1)
		mdt_buf_printf(ret, "\\x%02x", (unsigned char)bytes.str[0]);
	else
		mdt_buf_printf(ret, code > 0xffff ? "\\U%08" PRIx32 : "\\u%04" PRIx32,
			       code);
}

static inline bool is_plain(char c)
{
	return c >= ' ' && c < DEL;
}

static size_t plain_len(struct mdt_slice text)
{
	size_t len = 0;

	while (len < text.len && is_plain(text.str[len]))
		len++;
	return len;
}

// @return How many bytes that was.
static size_t add_char(struct mdt_buf *ret, struct mdt_slice text)
{
	uint32_t code = 0;
	size_t len = mdt_utf8_read(text, &code);
	bool shown = !len || mdt_char_is_hidden(code);

	text = mdt_slice_head(text, len ? len : 1);
	if (shown)
		show_char(ret, text, code);
	else
		mdt_buf_add(ret, text);
	return text.len;
}

// @return How many bytes of the front stay because of what the whole is.
static size_t kept_len(struct mdt_slice text, bool styled)
{
	if (text.str[0] == '\n' || text.str[0] == '\t')
		return 1;
	if (mdt_slice_starts(text, SLICE("\r\n")))
		return 2;
	return styled && text.str[0] == ESC ? style_len(text) : 0;
}

void mdt_visible_text(struct mdt_buf *ret, struct mdt_slice text, bool styled)
{
	while (text.len) {
		size_t len = plain_len(text);

		if (!len)
			len = kept_len(text, styled);
		mdt_buf_add(ret, mdt_slice_head(text, len));
		if (!len)
			len = add_char(ret, text);
		text = mdt_slice_skip(text, len);
	}
}

void mdt_visible_words(struct mdt_buf *ret, struct mdt_slice text)
{
	while (text.len) {
		size_t len = plain_len(text);

		mdt_buf_add(ret, mdt_slice_head(text, len));
		if (!len && (text.str[0] == '\n' || text.str[0] == '\t')) {
			mdt_buf_adds(ret, text.str[0] == '\n' ? "\\n" : "\\t");
			len = 1;
		} else if (!len) {
			len = add_char(ret, text);
		}
		text = mdt_slice_skip(text, len);
	}
}

void mdt_visible_since(struct mdt_buf *buf, size_t from)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf shown = { 0 };
	struct mdt_slice text = mdt_slice_skip(mdt_buf_slice(buf), from);

	if (plain_len(text) == text.len)
		return;
	mdt_visible_words(&shown, text);
	buf->len = from;
	mdt_buf_add(buf, mdt_buf_slice(&shown));
	buf->failed = buf->failed || shown.failed;
}
