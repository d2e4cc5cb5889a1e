/* SPDX-License-Identifier: MIT */
/** @file What the files of the `view` command share. */
#ifndef MDT_CLI_VIEW_PARTS_H
#define MDT_CLI_VIEW_PARTS_H

#include "base/pattern.h"
#include "cli/view_screen.h"
#include "view/view.h"

enum prompt {
	PROMPT_NONE,
	PROMPT_SEARCH,
	PROMPT_FILTER,
	PROMPT_LINE,
};

/** Text over all of the screen: help, or all that is known of a line. */
struct viewer_page {
	bool is_open;
	const char *title;
	struct mdt_buf text;
	size_t top;  /* its first line, of those that wrapping makes */
	size_t mark; /* where in the text the check is; 0: there is none */
	size_t lines;
};

struct viewer {
	struct mdt_view *view;
	const struct mdt_ioctl_table *table;
	size_t log_count;
	struct mdt_view_progress now;
	size_t top, place; /* among the visible rows */
	int shift;	   /* columns of the log that are left of the screen */
	bool no_meaning;   /* the column at the right is closed */
	bool at_end;	   /* stay there while more is read */
	bool quits;
	enum prompt prompt;
	struct mdt_buf input;  /* of the prompt */
	struct mdt_buf filter; /* that is set; empty: none */
	struct mdt_buf message;
	struct mdt_pattern *pattern;
	bool searches_back;
	struct viewer_page page;
	struct mdt_view_row row; /* scratch */
	struct mdt_buf line, shown;
};

/** Rows of the log that the screen has room for. */
int viewer_body_height(void);
/** Bring the selected row into sight. */
void viewer_settle(struct viewer *viewer);
void viewer_draw(struct viewer *viewer);

/** Open all that is known of the selected row. @param at_check Scrolled to the check. */
struct mdt_error *viewer_open_row(struct viewer *viewer, bool at_check) MUST_CHECK;
void viewer_open_help(struct viewer *viewer);
/** How many lines the page has, wrapped. */
size_t viewer_page_lines(const struct viewer *viewer);
void viewer_page_draw(struct viewer *viewer);

/** Do what a key says. */
struct mdt_error *viewer_key(struct viewer *viewer,
			     const struct screen_input *input) MUST_CHECK;

#endif
