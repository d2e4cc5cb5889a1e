/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Finding a file in a tree that stands for a root: symbolic links, absolute ones too,
 * lead to what they would lead to if the tree were the root. Several trees can lie over
 * each other: what the first does not have is looked for in the next.
 *
 * A tree may be half of a system, as some packages unpacked into a folder are: without
 * the links /bin, /lib, ... that make /bin/sh and /usr/bin/sh the same file. So each is
 * looked for in both places.
 */
#ifndef MDT_VM_SYSROOT_H
#define MDT_VM_SYSROOT_H

#include "base/buf.h"
#include "base/error.h"

/**
 * Find what is at @p path, a file or a folder.
 * @param root A folder, or "/".
 * @param path Absolute.
 * @param[out] ret Gets the path of the file itself on this machine, and a NUL.
 * @return false when there is none, or the links go round; ret is then of no use.
 */
bool mdt_sysroot_find(const char *root, struct mdt_slice path, struct mdt_buf *ret);

/**
 * The one name of a path on a system where /bin, /sbin and /lib* are links into /usr:
 * `/lib/x` becomes `/usr/lib/x`; doubled and trailing slashes, `.` and `..` go.
 */
void mdt_sysroot_name(struct mdt_slice path, struct mdt_buf *ret);

#endif
