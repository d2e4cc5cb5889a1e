/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The user's cache folder, $XDG_CACHE_HOME/mdtrace or ~/.cache/mdtrace: what took long to
 * find out or to make, and can be made again.
 */
#ifndef MDT_VM_CACHE_H
#define MDT_VM_CACHE_H

#include "base/macro.h"

/**
 * A path in the folder, whether it is there or not.
 * @param name `vm/0123`
 * @return To be freed; NULL: the user has no such folder, or out of memory.
 */
char *mdt_cache_path(const char *name) MUST_CHECK;

/** Make the folders of a path that are not there, for nobody but the user. */
void mdt_cache_make_dirs(const char *path);

#endif
