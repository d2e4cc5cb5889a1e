// SPDX-License-Identifier: MIT
#include "base/visible.h"
#include "cli/view_parts.h"
#include "report/explain.h"

static const char help[] =
	"Move\n"
	"  Up Down k j        one line         PgUp PgDn b Space  one screen\n"
	"  g Home  G End      first, last      :                  to a line, by number\n"
	"  Left Right         along the line   mouse              select, scroll; twice: all of it\n"
	"\n"
	"Find\n"
	"  /                  a PCRE2 in line and meaning; n N: the next, the one before\n"
	"  f F                next failure, the one before\n"
	"  s S                next change of an array's state, the one before\n"
	"  c C                next contradiction to the model, the one before\n"
	"\n"
	"Show\n"
	"  &                  only lines that a filter takes; an empty one: all\n"
	"  Enter              all that is known of the line: meaning, states, checks\n"
	"  e                  the same, at the check that gave the result\n"
	"  m                  the column of meanings on or off\n"
	"  q Esc              close this, or quit\n"
	"\n"
	"A filter is words, all of which must hold:\n"
	"  failed  remark  call:ioctl  name:ADD_NEW_DISK  device:md0  errno:EBUSY,EIO\n"
	"  pid:12  line:10-20  !call:read   and anything else: a PCRE2\n"
	"\n"
	"Marks\n"
	"  !  the call failed          *  an array's state changed\n"
	"  ~  contradicts the model    ?  the line is not understood\n";

static void open_page(struct viewer *viewer, const char *title)
{
	viewer->page.is_open = true;
	viewer->page.title = title;
	viewer->page.top = viewer->page.mark = 0;
	mdt_buf_clear(&viewer->page.text);
}

void viewer_open_help(struct viewer *viewer)
{
	open_page(viewer, "keys");
	mdt_buf_adds(&viewer->page.text, help);
}

/* ---- all of a line ---- */

static void add_part(struct mdt_buf *text, const char *name, struct mdt_slice part)
{
	if (!part.len)
		return;
	mdt_buf_printf(text, "%-10s ", name);
	mdt_visible_words(text, part);
	mdt_buf_addc(text, '\n');
}

static void on_state(void *data, struct mdt_slice array, struct mdt_slice state,
		     bool changed)
{
	struct mdt_buf *text = data;

	mdt_buf_adds(text, changed ? "* " : "  ");
	mdt_visible_words(text, array);
	mdt_buf_adds(text, "  ");
	mdt_visible_words(text, state);
	mdt_buf_addc(text, '\n');
}

static void add_call(const struct mdt_view_row *row, struct mdt_buf *text)
{
	if (!row->array.len)
		return;
	add_part(text, "array", row->array);
	add_part(text, "before", row->before);
	add_part(text, "after", row->after);
	add_part(text, "model", row->predicted);
	add_part(text, "verdict", mdt_slice_cstr(mdt_life_verdict_name(row->verdict)));
}

static void add_explanation(struct viewer *viewer, const struct mdt_view_row *row)
{
	struct mdt_explain explain = { .form = MDT_EXPLAIN_TEXT,
				       .table = viewer->table,
				       .kernel = &row->kernel,
				       .rule = row->rule };
	struct mdt_buf *text = &viewer->page.text;
	size_t from = text->len;
	const char *arrow;

	if (row->op == MDT_OPS)
		return;
	mdt_buf_addc(text, '\n');
	mdt_explain_op(&explain, row->op,
		       mdt_ioctl_find_name(viewer->table,
					   mdt_slice_cstr(mdt_md_op_name(row->op))),
		       text);
	arrow = mdt_slice_find(mdt_slice_skip(mdt_buf_slice(text), from), SLICE("\n-> "));
	if (arrow)
		viewer->page.mark = (size_t)(arrow + 1 - text->str);
}

struct mdt_error *viewer_open_row(struct viewer *viewer, bool at_check)
{
	struct mdt_buf *text = &viewer->page.text;
	struct mdt_view_row *row = &viewer->row;
	struct mdt_error *err;
	size_t index;

	if (!viewer->now.visible)
		return NULL;
	index = mdt_view_visible(viewer->view, viewer->place);
	err = mdt_view_row(viewer->view, index, row);
	if (err)
		return err;
	open_page(viewer, "all of it");
	mdt_visible_words(text, mdt_slice_cstr(row->file));
	mdt_buf_printf(text, ":%lu\n\n", row->line);
	mdt_visible_words(text, mdt_buf_slice(&row->text));
	if (row->cut)
		mdt_buf_printf(text, " ... and %zu bytes more", row->cut);
	mdt_buf_adds(text, "\n\n");
	add_part(text, "meaning", row->remark);
	add_part(text, "check", row->cause);
	add_part(text, "source", row->source);
	add_call(row, text);
	add_explanation(viewer, row);
	mdt_buf_adds(text, "\nArrays after this line\n");
	mdt_view_states(viewer->view, index, on_state, text);
	if (at_check && !viewer->page.mark) {
		mdt_buf_clear(&viewer->message);
		mdt_buf_adds(&viewer->message,
			     "no check of md is known to have given this result");
	}
	viewer->page.top = at_check && viewer->page.mark ? SIZE_MAX : 0;
	return mdt_buf_error(text);
}

/* ---- on the screen ---- */

size_t viewer_page_lines(const struct viewer *viewer)
{
	struct screen_wrap wrap = { mdt_buf_slice(&viewer->page.text) };
	struct mdt_slice line;
	size_t lines = 0;

	while (screen_wrap_next(&wrap, screen_width(), &line))
		lines++;
	return lines;
}

// The line in which a place of the text is.
static size_t line_of(const struct viewer *viewer, size_t at)
{
	struct screen_wrap wrap = { mdt_buf_slice(&viewer->page.text) };
	struct mdt_slice line;
	size_t lines = 0;

	while (screen_wrap_next(&wrap, screen_width(), &line) &&
	       line.str < viewer->page.text.str + at)
		lines++;
	return lines;
}

static void settle_page(struct viewer *viewer, size_t height)
{
	size_t lines = viewer_page_lines(viewer),
	       last = lines > height ? lines - height : 0;

	if (viewer->page.top == SIZE_MAX) {
		viewer->page.top = line_of(viewer, viewer->page.mark);
		viewer->page.top -=
			viewer->page.top > height / 2 ? height / 2 : viewer->page.top;
	}
	if (viewer->page.top > last)
		viewer->page.top = last;
}

void viewer_page_draw(struct viewer *viewer)
{
	struct screen_wrap wrap = { mdt_buf_slice(&viewer->page.text) };
	size_t height = screen_height() > 2 ? (size_t)screen_height() - 2 : 1;
	const char *mark = viewer->page.text.str + viewer->page.mark;
	struct mdt_slice line;

	settle_page(viewer, height);
	mdt_buf_clear(&viewer->line);
	mdt_buf_printf(&viewer->line, " mdtrace view  %s  (q: back)", viewer->page.title);
	screen_put(0, 0, screen_width(), SCREEN_BAR, mdt_buf_slice(&viewer->line));
	for (size_t i = 0; screen_wrap_next(&wrap, screen_width(), &line); i++) {
		enum screen_style style = SCREEN_PLAIN;

		if (i < viewer->page.top)
			continue;
		if (i >= viewer->page.top + height)
			break;
		if (viewer->page.mark && line.str == mark)
			style = SCREEN_SELECTED;
		screen_put(1 + (int)(i - viewer->page.top), 0, screen_width(), style,
			   line);
	}
}
