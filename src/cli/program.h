/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a program prints of itself.
 */
#ifndef MDT_CLI_PROGRAM_H
#define MDT_CLI_PROGRAM_H

#include "base/buf.h"
#include "base/error.h"

/**
 * Run it with one option, and take its standard output.
 * @param program A path, or a name that is looked for in $PATH.
 * @param option "-V", "--version".
 * @param[out] ret The start of what it prints.
 * @param[out] exec_errno Why it could not be run; as it was if it could.
 * @return NULL or MDT_ERR_OS.
 */
struct mdt_error *program_ask(const char *program, const char *option,
			      struct mdt_buf *ret, int *exec_errno) MUST_CHECK;

#endif
