// SPDX-License-Identifier: MIT
// Text of a replay's report: colors, and lines that are filled.
#include "base/json.h"
#include "report/replay_parts.h"

enum { PAGE = 100 };

static const char *code(enum mdt_paint paint)
{
	switch (paint) {
	case MDT_PAINT_NONE:
		return "";
	case MDT_PAINT_GOOD:
		return "\033[32m";
	case MDT_PAINT_BAD:
		return "\033[1;31m";
	case MDT_PAINT_ODD:
		return "\033[33m";
	case MDT_PAINT_QUIET:
		return "\033[36m";
	case MDT_PAINT_TITLE:
		return "\033[1m";
	}
	unreachable();
}

void mdt_plain(struct mdt_buf *ret, struct mdt_slice text)
{
	bool is_utf8 = mdt_is_utf8(text);

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.str[i];

		if (c == '\n' || c == '\t')
			mdt_buf_adds(ret, c == '\n' ? "\\n" : "\\t");
		else if (c < ' ' || c == 0x7f || (c > 0x7f && !is_utf8))
			mdt_buf_printf(ret, "\\x%02x", c);
		else
			mdt_buf_addc(ret, (char)c);
	}
}

void mdt_paint(struct mdt_buf *ret, bool color, enum mdt_paint paint,
	       struct mdt_slice text)
{
	color = color && paint != MDT_PAINT_NONE;
	if (color)
		mdt_buf_adds(ret, code(paint));
	mdt_plain(ret, text);
	if (color)
		mdt_buf_adds(ret, "\033[0m");
}

static void begin_line(struct mdt_fill *fill)
{
	mdt_buf_adds(fill->buf, fill->indent);
	fill->column = strlen(fill->indent);
	if (!fill->items) {
		mdt_buf_adds(fill->buf, fill->head);
		fill->column += strlen(fill->head);
	}
}

void mdt_fill_add(struct mdt_fill *fill, struct mdt_slice item)
{
	if (!fill->items) {
		begin_line(fill);
	} else if (fill->column + 2 + item.len > PAGE) {
		mdt_buf_adds(fill->buf, ";\n");
		begin_line(fill);
		mdt_buf_adds(fill->buf, "  ");
		fill->column += 2;
	} else {
		mdt_buf_adds(fill->buf, "; ");
		fill->column += 2;
	}
	mdt_paint(fill->buf, fill->color, fill->paint, item);
	fill->column += item.len;
	fill->items++;
}

void mdt_fill_end(struct mdt_fill *fill)
{
	if (fill->items)
		mdt_buf_addc(fill->buf, '\n');
	fill->items = 0;
}
