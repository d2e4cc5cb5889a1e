/* SPDX-License-Identifier: MIT */
/** @file What commands that read several logs have in common. */
#ifndef MDT_CLI_LOGS_H
#define MDT_CLI_LOGS_H

#include "strace/reader.h"

/**
 * Say on standard error, once for each log, what is undone of what it has gone through;
 * for mdt_reader_on_undone().
 * @param file From argv: it is kept.
 */
void logs_say_undone(const char *file, struct mdt_slice words);

/**
 * The files of strace -ff are one run: what a parent opened, its child has.
 * @param last The log before; NULL: there is none.
 * @param reader Of @p file.
 */
bool logs_same_run(const char *file, const char *last, const struct mdt_reader *reader);

/** Whether all are files, not pipes or standard input: what is read of those is gone. A
 * file that is not there is told when it is opened. */
bool logs_can_be_read_twice(const char *const *files, size_t count);

#endif
