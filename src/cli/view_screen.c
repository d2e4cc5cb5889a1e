// SPDX-License-Identifier: MIT
#include "cli/view_screen.h"

#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wchar.h>

#include "base/visible.h"

enum { ESCAPE_MILLISECONDS = 25, PUT_MAX = 1024, ESCAPE = 27, DELETE = 127 };

static SCREEN *screen;
static FILE *keys; // /dev/tty, or NULL: standard input
static bool is_utf8;
static attr_t styles[SCREEN_STYLES];

/* ---- the terminal ---- */

static void choose_styles(bool colored)
{
	static const short colors[SCREEN_STYLES] = {
		[SCREEN_QUIET] = COLOR_CYAN,
		[SCREEN_BAD] = COLOR_RED,
		[SCREEN_CHANGE] = COLOR_GREEN,
	};

	// What is said by a color is also said by a mark or a weight.
	styles[SCREEN_BAR] = styles[SCREEN_SELECTED] = A_REVERSE;
	styles[SCREEN_BAD] = styles[SCREEN_STRONG] = styles[SCREEN_CHANGE] = A_BOLD;
	if (!colored || !has_colors() || start_color() != OK ||
	    use_default_colors() != OK)
		return;
	for (short i = 0; i < SCREEN_STYLES; i++)
		if (colors[i] && init_pair(i, colors[i], -1) == OK)
			styles[i] |= COLOR_PAIR(i);
}

struct mdt_error *screen_begin(bool input_is_log, bool colored)
{
	struct mdt_error *err = screen_check();

	if (err)
		return err;
	setlocale(LC_CTYPE, "");
	is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (input_is_log || !isatty(STDIN_FILENO))
		keys = fopen("/dev/tty", "r");
	if ((input_is_log || !isatty(STDIN_FILENO)) && !keys)
		return mdt_error_create(MDT_ERR_INVALID,
					"view needs a terminal to read keys from");
	screen = newterm(NULL, stdout, keys ? keys : stdin);
	if (!screen)
		return mdt_error_create(MDT_ERR_INVALID,
					"view: the terminal '%s' will not do",
					getenv("TERM"));
	set_term(screen);
	raw();
	noecho();
	nonl();
	curs_set(0);
	keypad(stdscr, true);
	set_escdelay(ESCAPE_MILLISECONDS);
	mouseinterval(200);
	mousemask(ALL_MOUSE_EVENTS, NULL);
	choose_styles(colored);
	return NULL;
}

void screen_end(void)
{
	endwin();
	delscreen(screen);
	screen = NULL;
	if (keys)
		fclose(keys);
	keys = NULL;
	screen_forget();
}

int screen_height(void)
{
	return getmaxy(stdscr);
}

int screen_width(void)
{
	return getmaxx(stdscr);
}

void screen_clear(void)
{
	erase();
}

void screen_show(void)
{
	refresh();
}

/* ---- text ---- */

// The next character, and the columns that it takes; one that this terminal cannot show
// is a question mark.
static size_t next_char(struct mdt_slice text, wchar_t *ret, int *columns)
{
	uint32_t code;
	size_t len = mdt_utf8_read(text, &code);

	*columns = len && (is_utf8 || code < 0x80) ? wcwidth((wchar_t)code) : -1;
	*ret = *columns < 0 ? L'?' : (wchar_t)code;
	if (*columns < 0)
		*columns = 1;
	return len ? len : 1;
}

int screen_columns(struct mdt_slice text)
{
	int sum = 0, columns;
	wchar_t c;

	while (text.len) {
		text = mdt_slice_skip(text, next_char(text, &c, &columns));
		sum += columns;
	}
	return sum;
}

size_t screen_fit(struct mdt_slice text, int columns)
{
	size_t len = 0;
	wchar_t c;
	int more;

	while (len < text.len) {
		size_t step = next_char(mdt_slice_skip(text, len), &c, &more);

		columns -= more;
		if (columns < 0)
			break;
		len += step;
	}
	return len;
}

static void put_chars(struct mdt_slice text)
{
	wchar_t chars[PUT_MAX];
	size_t n = 0;
	int columns;

	while (text.len && n < PUT_MAX)
		text = mdt_slice_skip(text, next_char(text, &chars[n++], &columns));
	addnwstr(chars, (int)n);
}

void screen_put(int y, int x, int columns, enum screen_style style, struct mdt_slice text)
{
	size_t fits = screen_fit(text, columns);
	bool cut = fits < text.len;
	int taken;

	if (columns <= 0 || y < 0 || y >= screen_height())
		return;
	if (cut)
		fits = screen_fit(text, columns - 1);
	text = mdt_slice_head(text, fits);
	taken = screen_columns(text);
	attrset(styles[style]);
	if (move(y, x) == ERR)
		return;
	put_chars(text);
	for (int i = taken; i < columns - cut; i++)
		addch(' ');
	if (cut)
		addch('>');
	attrset(A_NORMAL);
}

bool screen_wrap_next(struct screen_wrap *wrap, int columns, struct mdt_slice *ret)
{
	struct mdt_slice rest = wrap->rest;
	const char *newline = mdt_slice_find(rest, SLICE("\n"));
	struct mdt_slice line =
		newline ? mdt_slice_head(rest, (size_t)(newline - rest.str)) : rest;
	size_t fits = screen_fit(line, columns > 1 ? columns : 1), blank;

	if (!rest.len)
		return false;
	if (fits == line.len) {
		*ret = line;
		wrap->rest = mdt_slice_skip(rest, line.len + (newline != NULL));
		return true;
	}
	for (blank = fits; blank > fits / 2 && line.str[blank] != ' ';)
		blank--;
	if (line.str[blank] == ' ' && blank > fits / 2)
		fits = blank;
	*ret = mdt_slice_head(line, fits ? fits : 1);
	wrap->rest = mdt_slice_skip(rest, ret->len + (line.str[ret->len] == ' '));
	return true;
}

/* ---- keys ---- */

static void read_mouse(struct screen_input *ret)
{
	MEVENT event;

	ret->key = KEY_IS_NONE;
	if (getmouse(&event) != OK)
		return;
	ret->y = event.y;
	ret->x = event.x;
	if (event.bstate & BUTTON4_PRESSED)
		ret->key = KEY_IS_WHEEL_UP;
	else if (event.bstate & BUTTON5_PRESSED)
		ret->key = KEY_IS_WHEEL_DOWN;
	else if (event.bstate & BUTTON1_DOUBLE_CLICKED)
		ret->key = KEY_IS_DOUBLE_CLICK;
	else if (event.bstate & (BUTTON1_CLICKED | BUTTON1_PRESSED))
		ret->key = KEY_IS_CLICK;
}

static enum screen_key key_of(wint_t code)
{
	switch (code) {
	case KEY_UP:
		return KEY_IS_UP;
	case KEY_DOWN:
		return KEY_IS_DOWN;
	case KEY_LEFT:
		return KEY_IS_LEFT;
	case KEY_RIGHT:
		return KEY_IS_RIGHT;
	case KEY_PPAGE:
		return KEY_IS_PAGE_UP;
	case KEY_NPAGE:
		return KEY_IS_PAGE_DOWN;
	case KEY_HOME:
		return KEY_IS_HOME;
	case KEY_END:
		return KEY_IS_END;
	case KEY_ENTER:
		return KEY_IS_ENTER;
	case KEY_BACKSPACE:
		return KEY_IS_BACKSPACE;
	case KEY_RESIZE:
		return KEY_IS_RESIZE;
	default:
		return KEY_IS_NONE;
	}
}

static enum screen_key text_key(wint_t code)
{
	switch (code) {
	case '\r':
	case '\n':
		return KEY_IS_ENTER;
	case ESCAPE:
		return KEY_IS_ESCAPE;
	case '\b':
	case DELETE:
		return KEY_IS_BACKSPACE;
	default:
		return KEY_IS_TEXT;
	}
}

void screen_read(int milliseconds, struct screen_input *ret)
{
	wint_t code = 0;
	int kind;

	*ret = (struct screen_input){ .key = KEY_IS_NONE };
	timeout(milliseconds);
	kind = get_wch(&code);
	if (kind == ERR) {
		// Without a time limit there is always a key, or no terminal.
		if (milliseconds < 0)
			ret->key = KEY_IS_LOST;
		return;
	}
	ret->code = code;
	if (kind == KEY_CODE_YES && code == KEY_MOUSE)
		read_mouse(ret);
	else
		ret->key = kind == KEY_CODE_YES ? key_of(code) : text_key(code);
}
