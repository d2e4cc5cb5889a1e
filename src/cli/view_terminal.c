// SPDX-License-Identifier: MIT
#include "cli/view_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Last, and in no other file: it makes macros of words such as `columns`.
#include <curses.h>
#include <term.h>

static struct mdt_error *check_terminal(void)
{
	const char *term = getenv("TERM");
	int problem;

	if (!isatty(STDOUT_FILENO))
		return mdt_error_create(
			MDT_ERR_INVALID,
			"view needs a terminal; 'mdtrace annotate' and 'mdtrace states' print the same");
	if (!term || !*term || setupterm(term, STDOUT_FILENO, &problem) != OK)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"view does not know the terminal '%s' (TERM); 'mdtrace annotate LOG | less' needs no more than lines",
			term ? term : "");
	if (tigetstr("cup") && tigetstr("cup") != (char *)-1)
		return NULL;
	return mdt_error_create(
		MDT_ERR_INVALID,
		"view needs a terminal whose cursor can be moved, which '%s' (TERM) is not; 'mdtrace annotate LOG | less' needs no more than lines",
		term);
}

struct mdt_error *screen_check(void)
{
	struct mdt_error *err = check_terminal();

	// newterm() looks for itself, and would leave this one to nobody.
	screen_forget();
	return err;
}

void screen_forget(void)
{
	if (cur_term)
		del_curterm(cur_term);
}
