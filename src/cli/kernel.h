/* SPDX-License-Identifier: MIT */
/** @file The option --kernel-version. */
#ifndef MDT_CLI_KERNEL_H
#define MDT_CLI_KERNEL_H

#include "base/error.h"

/**
 * Check a version that was given, and say on standard error what is to be known of its
 * rules: that they are a guess, or were never run.
 * @param version NULL: none was given.
 */
struct mdt_error *kernel_check(const char *version) MUST_CHECK;

#endif
