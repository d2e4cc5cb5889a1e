// SPDX-License-Identifier: MIT
#include "base/visible.h"
#include "cli/view_parts.h"

enum {
	SHIFT = 16,
	WHEEL = 3,
	FIND_BUDGET = 20000, // rows, before a key may end the search
	CONTROL_C = 3,
	INPUT_MAX = 400,
};

static void say(struct viewer *viewer, const char *text)
{
	mdt_buf_clear(&viewer->message);
	mdt_buf_adds(&viewer->message, text);
}

// An error of the user's: its first line is told, and nothing ends.
static void say_error(struct viewer *viewer, struct mdt_error *err)
{
	struct mdt_slice text = mdt_slice_cstr(err->message);
	const char *newline = mdt_slice_find(text, SLICE("\n"));

	mdt_buf_clear(&viewer->message);
	if (newline)
		text = mdt_slice_head(text, (size_t)(newline - text.str));
	mdt_buf_add(&viewer->message, text);
	mdt_error_destroy(err);
}

/* ---- moving ---- */

static void move_by(struct viewer *viewer, long by)
{
	size_t last = viewer->now.visible ? viewer->now.visible - 1 : 0;

	viewer->at_end = false;
	if (by < 0)
		viewer->place -=
			(size_t)-by < viewer->place ? (size_t)-by : viewer->place;
	else
		viewer->place = (size_t)by < last - viewer->place
					? viewer->place + (size_t)by
					: last;
}

static void move_page(struct viewer *viewer, int sign)
{
	long height = viewer_body_height();

	viewer->top =
		sign < 0 ? viewer->top - (viewer->top < (size_t)height ? viewer->top
								       : (size_t)height)
			 : viewer->top + (size_t)height;
	move_by(viewer, sign * height);
	if (viewer->top + 1 > viewer->now.visible)
		viewer->top = viewer->now.visible ? viewer->now.visible - 1 : 0;
}

// What is found is shown with some lines before it.
static void move_to(struct viewer *viewer, size_t place)
{
	size_t third = (size_t)viewer_body_height() / 3;

	viewer->at_end = false;
	viewer->place = place;
	if (place < viewer->top || place >= viewer->top + (size_t)viewer_body_height())
		viewer->top = place - (place < third ? place : third);
}

// @return Whether there is one.
static bool find_flags(struct viewer *viewer, unsigned int flags, bool back)
{
	size_t place = viewer->place;
	bool found = mdt_view_next(viewer->view, flags, back, &place);

	if (found)
		move_to(viewer, place);
	return found;
}

static void find_flag(struct viewer *viewer, unsigned int flag, bool back,
		      const char *none)
{
	if (!find_flags(viewer, flag, back))
		say(viewer, none);
}

// A failure that there is something to say about goes before those of the loader.
static void find_failure(struct viewer *viewer, bool back)
{
	if (!find_flags(viewer, MDT_VIEW_FAILED | MDT_VIEW_REMARK, back))
		find_flag(viewer, MDT_VIEW_FAILED, back, "no other failure that way");
}

/* ---- search ---- */

static struct mdt_error *find(struct viewer *viewer, bool back)
{
	enum mdt_view_found found = MDT_VIEW_GO_ON;
	size_t place = viewer->place;
	struct screen_input input;

	if (!viewer->pattern) {
		say(viewer, "nothing to search for: /");
		return NULL;
	}
	while (found == MDT_VIEW_GO_ON) {
		struct mdt_error *err = mdt_view_find(viewer->view, viewer->pattern, back,
						      FIND_BUDGET, &place, &found);

		if (err) {
			say_error(viewer, err);
			return NULL;
		}
		if (found != MDT_VIEW_GO_ON)
			break;
		mdt_buf_clear(&viewer->message);
		mdt_buf_printf(&viewer->message, "searching: row %zu; any key ends it",
			       place);
		viewer_draw(viewer);
		screen_read(0, &input);
		if (input.key != KEY_IS_NONE && input.key != KEY_IS_RESIZE) {
			say(viewer, "the search was ended");
			return NULL;
		}
	}
	if (found == MDT_VIEW_FOUND) {
		mdt_buf_clear(&viewer->message);
		move_to(viewer, place);
	} else {
		say(viewer, viewer->now.done ? "no match that way"
					     : "no match so far: the log is being read");
	}
	return NULL;
}

static struct mdt_error *search(struct viewer *viewer)
{
	struct mdt_pattern *pattern = NULL;
	struct mdt_error *err;

	if (!viewer->input.len)
		return find(viewer, false);
	err = mdt_pattern_create(mdt_buf_slice(&viewer->input), &pattern);
	if (err) {
		say_error(viewer, err);
		return NULL;
	}
	mdt_pattern_destroy(viewer->pattern);
	viewer->pattern = pattern;
	return find(viewer, false);
}

/* ---- filter ---- */

static struct mdt_error *set_filter(struct viewer *viewer)
{
	struct mdt_select *select = NULL;
	size_t row =
		viewer->now.visible ? mdt_view_visible(viewer->view, viewer->place) : 0;
	struct mdt_slice text = mdt_buf_slice(&viewer->input);
	struct mdt_error *err = text.len ? mdt_select_create(text, &select) : NULL;

	if (err) {
		say_error(viewer, err);
		return NULL;
	}
	err = mdt_view_filter(viewer->view, select);
	if (err)
		return err;
	mdt_buf_clear(&viewer->filter);
	mdt_buf_add(&viewer->filter, text);
	viewer->at_end = false;
	viewer->top = 0;
	// The same row, once the filter has come to it; until then the first that it
	// takes.
	for (int i = 0; select && i < 20 && !viewer->now.filter_done; i++) {
		struct screen_input input;

		screen_read(10, &input);
		mdt_view_progress(viewer->view, &viewer->now);
	}
	mdt_view_progress(viewer->view, &viewer->now);
	move_to(viewer, mdt_view_place(viewer->view, row));
	return NULL;
}

static struct mdt_error *go_to_line(struct viewer *viewer)
{
	struct mdt_slice text = mdt_buf_slice(&viewer->input);
	struct mdt_error *err;
	uint64_t line;

	if (!text.len || !viewer->now.visible)
		return NULL;
	if (!mdt_slice_to_dec(text, &line) || !line) {
		say(viewer, "a line is a number from 1 on");
		return NULL;
	}
	err = mdt_view_row(viewer->view, mdt_view_visible(viewer->view, viewer->place),
			   &viewer->row);
	if (err)
		return err;
	move_to(viewer,
		mdt_view_place(viewer->view, mdt_view_line(viewer->view, viewer->row.log,
							   (unsigned long)line)));
	return NULL;
}

/* ---- the prompt ---- */

static struct mdt_error *end_prompt(struct viewer *viewer)
{
	enum prompt prompt = viewer->prompt;

	viewer->prompt = PROMPT_NONE;
	switch (prompt) {
	case PROMPT_NONE:
		return NULL;
	case PROMPT_SEARCH:
		return search(viewer);
	case PROMPT_FILTER:
		return set_filter(viewer);
	case PROMPT_LINE:
		return go_to_line(viewer);
	}
	unreachable();
}

static void begin_prompt(struct viewer *viewer, enum prompt prompt)
{
	viewer->prompt = prompt;
	mdt_buf_clear(&viewer->input);
	if (prompt == PROMPT_FILTER)
		mdt_buf_add(&viewer->input, mdt_buf_slice(&viewer->filter));
}

static void add_char(struct mdt_buf *buf, unsigned int code)
{
	if (code < ' ' || code > 0x10ffff || buf->len > INPUT_MAX)
		return;
	if (code < 0x80) {
		mdt_buf_addc(buf, (char)code);
	} else if (code < 0x800) {
		mdt_buf_addc(buf, (char)(0xc0 | code >> 6));
	} else if (code < 0x10000) {
		mdt_buf_addc(buf, (char)(0xe0 | code >> 12));
		mdt_buf_addc(buf, (char)(0x80 | (code >> 6 & 0x3f)));
	} else {
		mdt_buf_addc(buf, (char)(0xf0 | code >> 18));
		mdt_buf_addc(buf, (char)(0x80 | (code >> 12 & 0x3f)));
		mdt_buf_addc(buf, (char)(0x80 | (code >> 6 & 0x3f)));
	}
	if (code >= 0x80)
		mdt_buf_addc(buf, (char)(0x80 | (code & 0x3f)));
}

static void remove_char(struct mdt_buf *buf)
{
	while (buf->len && ((unsigned char)buf->str[buf->len - 1] & 0xc0) == 0x80)
		buf->len--;
	buf->len -= buf->len != 0;
}

static struct mdt_error *prompt_key(struct viewer *viewer, const struct screen_input *in)
{
	enum { CONTROL_U = 21 };

	switch (in->key) {
	case KEY_IS_ENTER:
		return end_prompt(viewer);
	case KEY_IS_ESCAPE:
		viewer->prompt = PROMPT_NONE;
		return NULL;
	case KEY_IS_BACKSPACE:
		if (!viewer->input.len)
			viewer->prompt = PROMPT_NONE;
		remove_char(&viewer->input);
		return NULL;
	case KEY_IS_TEXT:
		if (in->code == CONTROL_C)
			viewer->prompt = PROMPT_NONE;
		else if (in->code == CONTROL_U)
			mdt_buf_clear(&viewer->input);
		else
			add_char(&viewer->input, in->code);
		return NULL;
	default:
		return NULL;
	}
}

/* ---- keys ---- */

// Letters that do what a key of their own does.
static enum screen_key alias_of(unsigned int code)
{
	static const struct {
		char letter;
		enum screen_key key;
	} rows[] = {
		{ 'k', KEY_IS_UP },	 { 'j', KEY_IS_DOWN },
		{ 'b', KEY_IS_PAGE_UP }, { ' ', KEY_IS_PAGE_DOWN },
		{ 'g', KEY_IS_HOME },	 { 'G', KEY_IS_END },
		{ 'q', KEY_IS_ESCAPE },	 { CONTROL_C, KEY_IS_ESCAPE },
	};

	array_for_each (row, rows)
		if ((unsigned int)row->letter == code)
			return row->key;
	return KEY_IS_TEXT;
}

static void page_key(struct viewer *viewer, enum screen_key key)
{
	size_t height = screen_height() > 3 ? (size_t)screen_height() - 3 : 1;
	size_t *top = &viewer->page.top;

	switch (key) {
	case KEY_IS_UP:
	case KEY_IS_WHEEL_UP:
		*top -= *top != 0;
		break;
	case KEY_IS_DOWN:
	case KEY_IS_WHEEL_DOWN:
		*top += 1;
		break;
	case KEY_IS_PAGE_UP:
		*top -= *top < height ? *top : height;
		break;
	case KEY_IS_PAGE_DOWN:
		*top += height;
		break;
	case KEY_IS_HOME:
		*top = 0;
		break;
	case KEY_IS_END:
		*top = viewer_page_lines(viewer);
		break;
	case KEY_IS_ESCAPE:
	case KEY_IS_ENTER:
		viewer->page.is_open = false;
		break;
	default:
		break;
	}
}

static struct mdt_error *letter_key(struct viewer *viewer, unsigned int code)
{
	switch (code) {
	case '/':
		begin_prompt(viewer, PROMPT_SEARCH);
		return NULL;
	case '&':
		begin_prompt(viewer, PROMPT_FILTER);
		return NULL;
	case ':':
		begin_prompt(viewer, PROMPT_LINE);
		return NULL;
	case 'n':
		return find(viewer, false);
	case 'N':
		return find(viewer, true);
	case 'f':
	case 'F':
		find_failure(viewer, code == 'F');
		return NULL;
	case 's':
	case 'S':
		find_flag(viewer, MDT_VIEW_STATE, code == 'S',
			  "no other change of a state that way");
		return NULL;
	case 'c':
	case 'C':
		find_flag(viewer, MDT_VIEW_CONTRADICTS, code == 'C',
			  "no other contradiction that way");
		return NULL;
	case 'e':
		return viewer_open_row(viewer, true);
	case 'm':
		viewer->no_meaning = !viewer->no_meaning;
		return NULL;
	case '?':
	case 'h':
		viewer_open_help(viewer);
		return NULL;
	default:
		return NULL;
	}
}

static struct mdt_error *click(struct viewer *viewer, const struct screen_input *input)
{
	size_t place = viewer->top + (size_t)(input->y - 1);

	if (input->y < 1 || input->y > viewer_body_height() ||
	    place >= viewer->now.visible)
		return NULL;
	viewer->at_end = false;
	viewer->place = place;
	return input->key == KEY_IS_DOUBLE_CLICK ? viewer_open_row(viewer, false) : NULL;
}

static struct mdt_error *log_key(struct viewer *viewer, const struct screen_input *input,
				 enum screen_key key)
{
	switch (key) {
	case KEY_IS_UP:
		move_by(viewer, -1);
		break;
	case KEY_IS_DOWN:
		move_by(viewer, 1);
		break;
	case KEY_IS_WHEEL_UP:
		move_by(viewer, -WHEEL);
		break;
	case KEY_IS_WHEEL_DOWN:
		move_by(viewer, WHEEL);
		break;
	case KEY_IS_PAGE_UP:
		move_page(viewer, -1);
		break;
	case KEY_IS_PAGE_DOWN:
		move_page(viewer, 1);
		break;
	case KEY_IS_LEFT:
		viewer->shift -= viewer->shift < SHIFT ? viewer->shift : SHIFT;
		break;
	case KEY_IS_RIGHT:
		viewer->shift += SHIFT;
		break;
	case KEY_IS_HOME:
		viewer->at_end = false;
		viewer->place = 0;
		break;
	case KEY_IS_END:
		viewer->at_end = true;
		break;
	case KEY_IS_ENTER:
		return viewer_open_row(viewer, false);
	case KEY_IS_ESCAPE:
		viewer->quits = true;
		break;
	case KEY_IS_CLICK:
	case KEY_IS_DOUBLE_CLICK:
		return click(viewer, input);
	case KEY_IS_TEXT:
		return letter_key(viewer, input->code);
	case KEY_IS_NONE:
	case KEY_IS_BACKSPACE:
	case KEY_IS_RESIZE:
	case KEY_IS_LOST:
		break;
	}
	return NULL;
}

struct mdt_error *viewer_key(struct viewer *viewer, const struct screen_input *input)
{
	enum screen_key key = input->key;

	if (viewer->prompt)
		return prompt_key(viewer, input);
	if (key == KEY_IS_NONE || key == KEY_IS_RESIZE)
		return NULL;
	mdt_buf_clear(&viewer->message);
	if (key == KEY_IS_TEXT)
		key = alias_of(input->code);
	if (!viewer->page.is_open)
		return log_key(viewer, input, key);
	page_key(viewer, key);
	return NULL;
}
