/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Where a program is, as a shell and execvp() look for it.
 */
#ifndef MDT_BASE_PROGRAM_H
#define MDT_BASE_PROGRAM_H

/**
 * @param name A path, or, without a slash, a name that is looked for in $PATH.
 * @param[out] ret Its path, to be freed; NULL when there is none.
 * @return 0; ENOENT: there is none; EACCES: what has that name is a folder, or may not be
 * run; ENOMEM.
 */
int mdt_program_path(const char *name, char **ret);

#endif
