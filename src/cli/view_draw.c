// SPDX-License-Identifier: MIT
#include "base/visible.h"
#include "cli/view_parts.h"

enum {
	MEANING_WIDTH_MIN = 100, // columns of a screen that has room for two
	PANEL_MAX = 12,
	REMARK_LINES = 3,
	NUMBER_WIDTH_MIN = 4,
	TITLE_ROOM = 40, // for what else the title says
};

// Title, prompt and a third for what is below.
static int panel_height(void)
{
	int height = (screen_height() - 2) / 3;

	return height > PANEL_MAX ? PANEL_MAX : height;
}

int viewer_body_height(void)
{
	int height = screen_height() - 2 - panel_height();

	return height > 1 ? height : 1;
}

void viewer_settle(struct viewer *viewer)
{
	size_t height = (size_t)viewer_body_height(), count = viewer->now.visible;

	if (viewer->at_end && count)
		viewer->place = count - 1;
	if (viewer->place >= count)
		viewer->place = count ? count - 1 : 0;
	if (viewer->place < viewer->top)
		viewer->top = viewer->place;
	if (viewer->place >= viewer->top + height)
		viewer->top = viewer->place - height + 1;
}

/* ---- text ---- */

static struct mdt_slice show(struct viewer *viewer)
{
	return mdt_buf_slice(&viewer->shown);
}

static void put_words(struct viewer *viewer, int y, int x, int columns,
		      enum screen_style style, struct mdt_slice text)
{
	mdt_buf_clear(&viewer->shown);
	mdt_visible_words(&viewer->shown, text);
	screen_put(y, x, columns, style, show(viewer));
}

/* ---- the bars ---- */

static void add_progress(struct viewer *viewer, struct mdt_buf *ret)
{
	const struct mdt_view_progress *now = &viewer->now;

	if (now->filtered)
		mdt_buf_printf(ret, "%zu of ", now->visible);
	mdt_buf_printf(ret, "%zu lines", now->rows);
	if (!now->done && now->size)
		mdt_buf_printf(ret, ", reading %u%%",
			       (unsigned int)(now->at * 100 / now->size));
	else if (!now->done)
		mdt_buf_adds(ret, ", reading");
	else if (now->filtered && !now->filter_done)
		mdt_buf_adds(ret, ", filtering");
}

// The line's file and number; of a file too long for the bar only the name.
static void add_place(struct viewer *viewer, int columns)
{
	struct mdt_slice file = mdt_slice_cstr(viewer->row.file);

	if (mdt_slice_eq(file, SLICE("-")))
		file = SLICE("standard input");
	else if (screen_columns(file) > columns)
		file = mdt_slice_base_name(file);
	mdt_buf_add(&viewer->line, file);
	mdt_buf_printf(&viewer->line, ":%lu", viewer->row.line);
}

static void draw_title(struct viewer *viewer)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf right = { 0 };
	int width = screen_width(), taken;

	add_progress(viewer, &right);
	mdt_buf_addc(&right, ' ');
	mdt_buf_clear(&viewer->line);
	taken = screen_columns(mdt_buf_slice(&right));
	mdt_buf_adds(&viewer->line, " mdtrace view  ");
	if (viewer->now.rows && viewer->row.file)
		add_place(viewer, width - taken - TITLE_ROOM);
	if (viewer->filter.len) {
		mdt_buf_adds(&viewer->line, "  filter: ");
		mdt_buf_add(&viewer->line, mdt_buf_slice(&viewer->filter));
	}
	put_words(viewer, 0, 0, width - taken, SCREEN_BAR, mdt_buf_slice(&viewer->line));
	screen_put(0, width - taken, taken, SCREEN_BAR, mdt_buf_slice(&right));
}

static const char *const prompts[] = {
	[PROMPT_SEARCH] = "/", [PROMPT_FILTER] = "filter: ", [PROMPT_LINE] = "line: "
};

static const char log_hint[] =
	" q quit  ? help  / search  & filter  f failure  s state  e explain  Enter all of it";
static const char page_hint[] = " q back  Up Down PgUp PgDn Home End";

static void draw_prompt(struct viewer *viewer)
{
	int y = screen_height() - 1, width = screen_width();
	enum screen_style style = SCREEN_BAR;

	mdt_buf_clear(&viewer->line);
	if (viewer->prompt) {
		mdt_buf_adds(&viewer->line, prompts[viewer->prompt]);
		mdt_buf_add(&viewer->line, mdt_buf_slice(&viewer->input));
		mdt_buf_addc(&viewer->line, '_');
		style = SCREEN_STRONG;
	} else if (viewer->message.len) {
		mdt_buf_add(&viewer->line, mdt_buf_slice(&viewer->message));
		style = SCREEN_STRONG;
	} else {
		mdt_buf_adds(&viewer->line, viewer->page.is_open ? page_hint : log_hint);
	}
	put_words(viewer, y, 0, width, style, mdt_buf_slice(&viewer->line));
}

/* ---- the log ---- */

static char mark_of(unsigned int flags)
{
	if (flags & MDT_VIEW_CONTRADICTS)
		return '~';
	if (flags & MDT_VIEW_FAILED)
		return '!';
	if (flags & MDT_VIEW_STATE)
		return '*';
	return flags & MDT_VIEW_UNKNOWN ? '?' : ' ';
}

static enum screen_style style_of(unsigned int flags)
{
	unsigned int told = MDT_VIEW_FAILED | MDT_VIEW_REMARK;

	// What fails without a remark is the loader, looking for libraries.
	if (flags & MDT_VIEW_CONTRADICTS || (flags & told) == told)
		return SCREEN_BAD;
	if (flags & MDT_VIEW_STATE)
		return SCREEN_CHANGE;
	return flags & MDT_VIEW_REMARK ? SCREEN_PLAIN : SCREEN_QUIET;
}

static int number_width(const struct viewer *viewer)
{
	int width = 1;

	for (size_t rows = viewer->now.rows; rows >= 10; rows /= 10)
		width++;
	return width < NUMBER_WIDTH_MIN ? NUMBER_WIDTH_MIN : width;
}

static int meaning_width(const struct viewer *viewer)
{
	int width = screen_width();

	return viewer->no_meaning || width < MEANING_WIDTH_MIN ? 0 : width * 9 / 20;
}

// The line from the column on that is at the left of the screen.
static struct mdt_slice shifted(const struct viewer *viewer, struct mdt_slice text)
{
	return mdt_slice_skip(text, screen_fit(text, viewer->shift));
}

static void draw_meaning(struct viewer *viewer, const struct mdt_view_row *row, int y,
			 int columns, bool selected)
{
	int x = screen_width() - columns;
	struct mdt_slice text = row->remark;

	mdt_buf_clear(&viewer->line);
	mdt_buf_adds(&viewer->line, "| ");
	if (!text.len && row->flags & MDT_VIEW_STATE) {
		mdt_buf_add(&viewer->line, row->array);
		mdt_buf_adds(&viewer->line, ": ");
		text = row->after;
	}
	mdt_buf_add(&viewer->line, text);
	put_words(viewer, y, x, columns,
		  selected ? SCREEN_SELECTED : style_of(row->flags),
		  mdt_buf_slice(&viewer->line));
}

static void draw_row(struct viewer *viewer, size_t place, int y)
{
	bool selected = place == viewer->place;
	struct mdt_view_row *row = &viewer->row;
	int width = screen_width(), number = number_width(viewer);
	int meaning = meaning_width(viewer);
	struct mdt_error *err =
		mdt_view_row(viewer->view, mdt_view_visible(viewer->view, place), row);

	mdt_buf_clear(&viewer->line);
	mdt_buf_printf(&viewer->line, "%*lu %c ", number, row->line, mark_of(row->flags));
	screen_put(y, 0, number + 3, selected ? SCREEN_SELECTED : SCREEN_QUIET,
		   mdt_buf_slice(&viewer->line));
	mdt_buf_clear(&viewer->shown);
	if (err)
		mdt_buf_adds(&viewer->shown, err->message);
	else
		mdt_visible_words(&viewer->shown, mdt_buf_slice(&row->text));
	screen_put(y, number + 3, width - meaning - number - 3,
		   selected ? SCREEN_SELECTED : style_of(row->flags),
		   shifted(viewer, show(viewer)));
	if (meaning)
		draw_meaning(viewer, row, y, meaning, selected);
	mdt_error_destroy(err);
}

static void draw_log(struct viewer *viewer)
{
	int height = viewer_body_height();

	for (int i = 0; i < height; i++) {
		size_t place = viewer->top + (size_t)i;

		if (place < viewer->now.visible)
			draw_row(viewer, place, 1 + i);
		else if (place == 0)
			screen_put(1, 0, screen_width(), SCREEN_QUIET,
				   viewer->now.done ? SLICE("no lines") : SLICE("..."));
	}
}

/* ---- what is below ---- */

struct panel {
	struct viewer *viewer;
	int y, end;
	size_t arrays, left_out;
};

static void panel_line(struct panel *panel, enum screen_style style,
		       struct mdt_slice text)
{
	if (panel->y < panel->end)
		screen_put(panel->y++, 0, screen_width(), style, text);
}

// At most @p lines, wrapped.
static void panel_text(struct panel *panel, enum screen_style style, int lines)
{
	struct screen_wrap wrap = { mdt_buf_slice(&panel->viewer->shown) };
	struct mdt_slice line;

	while (lines-- > 0 && screen_wrap_next(&wrap, screen_width(), &line))
		panel_line(panel, style, line);
}

static void begin_text(struct viewer *viewer, const char *before, struct mdt_slice text)
{
	mdt_buf_clear(&viewer->shown);
	mdt_buf_adds(&viewer->shown, before);
	mdt_visible_words(&viewer->shown, text);
}

static void panel_call(struct panel *panel, const struct mdt_view_row *row)
{
	struct viewer *viewer = panel->viewer;

	if (row->remark.len) {
		begin_text(viewer, "", row->remark);
		panel_text(panel, style_of(row->flags), REMARK_LINES);
	}
	if (row->cause.len) {
		begin_text(viewer, "check: ", row->cause);
		panel_text(panel, SCREEN_STRONG, REMARK_LINES - 1);
	}
	if (row->flags & MDT_VIEW_CONTRADICTS) {
		begin_text(viewer, "contradicts the model, which has ", row->predicted);
		panel_text(panel, SCREEN_BAD, 1);
	}
	if (!row->flags)
		panel_line(panel, SCREEN_QUIET, SLICE("nothing to say about this line"));
}

static void on_state(void *data, struct mdt_slice array, struct mdt_slice text,
		     bool changed)
{
	struct panel *panel = data;
	struct mdt_buf *shown = &panel->viewer->shown;

	if (!panel->arrays++ && panel->y + 1 < panel->end)
		panel_line(panel, SCREEN_BAR, SLICE(" after this line"));
	if (panel->y >= panel->end) {
		panel->left_out++;
		return;
	}
	mdt_buf_clear(shown);
	mdt_buf_adds(shown, changed ? " * " : "   ");
	mdt_visible_words(shown, array);
	mdt_buf_adds(shown, "  ");
	mdt_visible_words(shown, text);
	panel_line(panel, changed ? SCREEN_CHANGE : SCREEN_PLAIN, mdt_buf_slice(shown));
}

static void draw_panel(struct viewer *viewer)
{
	int begin = 1 + viewer_body_height();
	struct panel panel = { viewer, begin, screen_height() - 1, 0, 0 };
	size_t index;
	struct mdt_error *err;

	panel_line(&panel, SCREEN_BAR, SLICE(" this line"));
	if (!viewer->now.visible)
		return;
	index = mdt_view_visible(viewer->view, viewer->place);
	err = mdt_view_row(viewer->view, index, &viewer->row);
	if (!err)
		panel_call(&panel, &viewer->row);
	mdt_error_destroy(err);
	mdt_view_states(viewer->view, index, on_state, &panel);
	if (!panel.left_out)
		return;
	mdt_buf_clear(&viewer->line);
	mdt_buf_printf(&viewer->line, "   and %zu arrays more: Enter", panel.left_out);
	screen_put(panel.end - 1, 0, screen_width(), SCREEN_QUIET,
		   mdt_buf_slice(&viewer->line));
}

void viewer_draw(struct viewer *viewer)
{
	screen_clear();
	if (viewer->page.is_open) {
		viewer_page_draw(viewer);
	} else {
		viewer_settle(viewer);
		draw_log(viewer);
		draw_panel(viewer);
		draw_title(viewer);
	}
	draw_prompt(viewer);
	screen_show();
}
