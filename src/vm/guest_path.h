/* SPDX-License-Identifier: MIT */
/** @file Where mdtrace-guest is, as seen from a program's folder. */
#ifndef MDT_VM_GUEST_PATH_H
#define MDT_VM_GUEST_PATH_H

#include "base/error.h"

/**
 * See mdt_vm_guest_path(), which gives this the running program's folder.
 * @param dir The folder: of an installed program, of one in the build tree, or any with
 * mdtrace-guest in it.
 * @param[out] ret To be freed.
 * @return NULL, or MDT_ERR_OS that names the places.
 */
struct mdt_error *mdt_guest_near(const char *dir, char **ret) MUST_CHECK;

/** The folder of the running program. @return To be freed; NULL if it cannot be told. */
char *mdt_program_dir(void);

#endif
