/* SPDX-License-Identifier: MIT */
/** @file Which compressions are undone: those that libarchive has built in, and no
 * others. */
#ifndef MDT_BASE_FILTERS_H
#define MDT_BASE_FILTERS_H

#include <stdbool.h>

struct archive;

/**
 * Have @p archive, of mdt_archive_load()'s library, undo gzip, xz, lzma, zstd, bzip2, lz4
 * and compress. With archive_read_support_filter_all() it would start programs for what
 * it cannot undo itself (lrzip, grzip), and so would a file that somebody sent.
 * @return Whether it has them all without a program.
 */
bool mdt_filters_support(struct archive *archive);

#endif
