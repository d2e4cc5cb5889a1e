/* SPDX-License-Identifier: MIT */
/** @file The completion scripts of shells, made from the tables of commands and options.
 */
#ifndef MDT_CLI_COMPLETE_H
#define MDT_CLI_COMPLETE_H

#include "cli/cli.h"

/** Print the script of one shell. */
void complete_bash(struct out *out, const struct commands *all);
void complete_fish(struct out *out, const struct commands *all);
void complete_zsh(struct out *out, const struct commands *all);

#endif
