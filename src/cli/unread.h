/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Logs that are read more than once: first for what is presumed or said before them, then
 * for good. What could be read then and not before is reported, once; else an answer
 * would lack something without a word.
 */
#ifndef MDT_CLI_UNREAD_H
#define MDT_CLI_UNREAD_H

#include "cli/cli.h"

/**
 * Keep why a log could not be read (MDT_ERR_OS), the first reason; drop other errors,
 * which whoever reads it for good tells.
 * @param err Taken, or NULL.
 * @param[in,out] unread What is kept, for unread_end().
 * @return NULL or &mdt_enomem.
 */
struct mdt_error *unread_keep(struct mdt_error *err,
			      struct mdt_error **unread) MUST_CHECK;

/** The logs have been read for good. @param unread Taken, or NULL. */
void unread_end(struct mdt_error *unread, enum status *ret);

#endif
