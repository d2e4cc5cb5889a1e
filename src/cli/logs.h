/* SPDX-License-Identifier: MIT */
/** @file What commands that read several logs have in common. */
#ifndef MDT_CLI_LOGS_H
#define MDT_CLI_LOGS_H

#include "strace/reader.h"

/**
 * The files of strace -ff are one run: what a parent opened, its child has.
 * @param last The log before; NULL: there is none.
 * @param reader Of @p file.
 */
bool logs_same_run(const char *file, const char *last, const struct mdt_reader *reader);

#endif
