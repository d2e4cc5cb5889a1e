/* SPDX-License-Identifier: MIT */
/** @file A pager on a terminal, as git has one. */
#ifndef MDT_CLI_PAGER_H
#define MDT_CLI_PAGER_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * If standard output is a terminal, let a pager stand between it and the program:
 * $MDTRACE_PAGER, else $PAGER, else less; "cat" or an empty word is none. LESS=FRX is set
 * unless LESS is, so that what fits the screen is just printed.
 * @return The pager's pid for pager_end(); 0: there is none.
 */
pid_t pager_begin(void);

/** Close standard output and wait until the user has seen enough. 0 is fine. */
void pager_end(pid_t pager);

#endif
