/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The kernel modules that a guest may need, found in a lib/modules/RELEASE: md and all
 * its personalities, the loop and RAM disks, and what the report line runs over. What
 * depends on what is read with libkmod from the modules themselves (modinfo's `depends`
 * and `softdep`), so a package that was only unpacked, where depmod has not run, does as
 * well. Configuration of the host (modprobe.d) is not looked at.
 *
 * The guest gets them uncompressed in /modules, with a list in /modules/order: a line a
 * module, in an order in which each comes behind what it depends on:
 *
 *	NAME FILE CLASS DEPENDS
 *
 *	virtio_console virtio_console.ko boot virtio,virtio_ring
 *	md_mod md_mod.ko boot -
 *	raid1 raid1.ko demand md_mod
 *	crc32c_generic - builtin -
 *
 * NAME is spelt as /proc/modules has it, with underscores; FILE is in /modules; CLASS is
 * `boot` (load at the start), `demand` (load when a plan asks for it, or for one that
 * depends on it: raid6_pq measures for seconds what is fastest) or `builtin` (part of the
 * kernel: nothing to load, FILE is `-`); DEPENDS are names of lines above, with commas,
 * builtin ones left out, `-` for none. A module that this kernel does not have has no
 * line.
 */
#ifndef MDT_VM_MODULES_H
#define MDT_VM_MODULES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

enum mdt_module_class {
	MDT_MODULE_BOOT,
	MDT_MODULE_DEMAND,
	MDT_MODULE_BUILTIN,
};

struct mdt_module {
	struct mdt_slice name; /* with underscores; terminated */
	struct mdt_slice
		path; /* of its file, maybe compressed; terminated; empty: builtin */
	struct mdt_buf bytes; /* the file's, uncompressed */
	enum mdt_module_class class;
	bool is_listed; /* among the items; the order needs it, see modules.c */
	const struct mdt_module **depends; /* earlier ones, none builtin */
	size_t depend_count;
};

struct mdt_modules {
	struct mdt_arena arena;	   /* owns everything here */
	struct mdt_module **items; /* in load order */
	size_t count;
};

/**
 * Find what there is; that md is there is kernel.h's part.
 * @param dir lib/modules/RELEASE.
 * @param[out] ret To be deinitialised, also on error.
 * @return NULL; MDT_ERR_OS or MDT_ERR_FORMAT for a file that cannot be read, or is no
 * module.
 */
struct mdt_error *mdt_modules_find(const char *dir, struct mdt_modules *ret) MUST_CHECK;

void mdt_modules_deinit(struct mdt_modules *modules);

/** @return The module, or NULL. @param name With underscores. */
const struct mdt_module *mdt_modules_get(const struct mdt_modules *modules,
					 const char *name);

/** Append the text of /modules/order. */
void mdt_modules_order(const struct mdt_modules *modules, struct mdt_buf *ret);

#endif
