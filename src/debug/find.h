/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Where the debug info of a build is, as debuggers look for it.
 */
#ifndef MDT_DEBUG_FIND_H
#define MDT_DEBUG_FIND_H

#include "base/buf.h"

/**
 * The file with the debug info of a build in a folder: `.build-id/ab/cdef.debug`, in the
 * folder or below its `usr/lib/debug`, as Debian's packages have it; or
 * `BUILDID/debuginfo`, as the cache of debuginfod has it.
 * @param id Hex digits.
 * @param[out] ret The path, terminated; valid when true is returned.
 */
bool mdt_debug_find(const char *dir, struct mdt_slice id, struct mdt_buf *ret);

/** Append a build id as hex digits. */
void mdt_debug_add_id(const unsigned char *bytes, size_t len, struct mdt_buf *ret);

#endif
