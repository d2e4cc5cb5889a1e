/* SPDX-License-Identifier: MIT */
/** @file What a lib/modules/RELEASE holds: files by module name, and what is built in. */
#ifndef MDT_VM_MODULE_DIR_H
#define MDT_VM_MODULE_DIR_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"

struct mdt_module_dir {
	struct mdt_arena arena; /* owns names and paths */
	struct mdt_map files;	/* name, with underscores, to path (const char *) */
	struct mdt_map builtin; /* name to something */
	bool knows_builtin;	/* there is a modules.builtin */
};

/**
 * Look through a folder. Of two files of one name the one that is not below kernel/ wins
 * (updates/, extra/), as depmod has it by default.
 * @param[out] ret To be deinitialised, also on error.
 */
struct mdt_error *mdt_module_dir_read(const char *path,
				      struct mdt_module_dir *ret) MUST_CHECK;

void mdt_module_dir_deinit(struct mdt_module_dir *dir);

/** The kernel has it, as a module or built in. @param name With underscores. */
bool mdt_module_dir_has(const struct mdt_module_dir *dir, const char *name);

/**
 * What md needs and the kernel has neither as a module nor built in; nothing is missed
 * that modules.builtin would have to tell, if there is none.
 * @return Its name, or NULL.
 */
const char *mdt_module_dir_lacks(const struct mdt_module_dir *dir);

#endif
