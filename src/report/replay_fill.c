// SPDX-License-Identifier: MIT
// Text of a replay's report: colors, and lines that are filled.
#include "base/visible.h"
#include "report/replay_parts.h"

enum { PAGE = 100 };

static const enum mdt_style styles[] = {
	[MDT_PAINT_NONE] = MDT_STYLE_NONE,    [MDT_PAINT_GOOD] = MDT_STYLE_GREEN,
	[MDT_PAINT_BAD] = MDT_STYLE_BOLD_RED, [MDT_PAINT_ODD] = MDT_STYLE_YELLOW,
	[MDT_PAINT_QUIET] = MDT_STYLE_CYAN,   [MDT_PAINT_TITLE] = MDT_STYLE_BOLD,
};

void mdt_paint(struct mdt_buf *ret, bool color, enum mdt_paint paint,
	       struct mdt_slice text)
{
	enum mdt_style style = color ? styles[paint] : MDT_STYLE_NONE;

	mdt_style_begin(ret, style);
	mdt_visible_words(ret, text);
	mdt_style_end(ret, style);
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
