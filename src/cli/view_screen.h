/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The terminal of `view`: text in columns, of which nothing is obeyed. All text of a log
 * goes through base/visible.h before it gets here.
 */
#ifndef MDT_CLI_VIEW_SCREEN_H
#define MDT_CLI_VIEW_SCREEN_H

#include <stdbool.h>

#include "base/error.h"
#include "base/slice.h"

enum screen_style {
	SCREEN_PLAIN,
	SCREEN_BAR,	 /* title and prompt */
	SCREEN_SELECTED, /* the line that is looked at */
	SCREEN_QUIET,	 /* line numbers */
	SCREEN_BAD,	 /* failed */
	SCREEN_CHANGE,	 /* a state that changed */
	SCREEN_STRONG,
	SCREEN_STYLES,
};

/** @return Why standard output is no terminal that a cursor can be moved on, or NULL. */
struct mdt_error *screen_check(void) MUST_CHECK;
/** Forget what is known of the terminal. */
void screen_forget(void);

/**
 * Take the terminal.
 * @param input_is_log Standard input is a log: keys come from /dev/tty.
 * @return NULL, or why this terminal will not do; it is as it was then.
 */
struct mdt_error *screen_begin(bool input_is_log, bool colored) MUST_CHECK;
void screen_end(void);

int screen_height(void);
int screen_width(void);
void screen_clear(void);

/** Columns that @p text takes; valid UTF-8 without control characters. */
int screen_columns(struct mdt_slice text);
/** @return How many bytes of @p text fit @p columns. */
size_t screen_fit(struct mdt_slice text, int columns);

/**
 * Put text at a place; what does not fit is cut, and said to be by `>` at the end.
 * @param columns Room: the rest of it is filled with blanks.
 */
void screen_put(int y, int x, int columns, enum screen_style style,
		struct mdt_slice text);
/** Draw what was put. */
void screen_show(void);

/** What wrapping has come to. */
struct screen_wrap {
	struct mdt_slice rest;
};
/** @return The next line of a text, cut between words where it can be; false at its end.
 */
bool screen_wrap_next(struct screen_wrap *wrap, int columns, struct mdt_slice *ret);

enum screen_key {
	KEY_IS_TEXT, /* code is a character */
	KEY_IS_NONE, /* nothing within the time */
	KEY_IS_UP,
	KEY_IS_DOWN,
	KEY_IS_LEFT,
	KEY_IS_RIGHT,
	KEY_IS_PAGE_UP,
	KEY_IS_PAGE_DOWN,
	KEY_IS_HOME,
	KEY_IS_END,
	KEY_IS_ENTER,
	KEY_IS_ESCAPE,
	KEY_IS_BACKSPACE,
	KEY_IS_RESIZE,
	KEY_IS_CLICK,	     /* y, x */
	KEY_IS_DOUBLE_CLICK, /* y, x */
	KEY_IS_WHEEL_UP,
	KEY_IS_WHEEL_DOWN,
	KEY_IS_LOST, /* the terminal is gone */
};

struct screen_input {
	enum screen_key key;
	unsigned int code;
	int y, x;
};

/** Wait for a key. @param milliseconds -1: as long as it takes; 0: do not wait. */
void screen_read(int milliseconds, struct screen_input *ret);

#endif
