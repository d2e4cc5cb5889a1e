/* SPDX-License-Identifier: MIT */
/** @file The kernel's modules in /modules; vm/modules.h says what lies there. */
#ifndef MDT_GUEST_MODULES_H
#define MDT_GUEST_MODULES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

struct guest_module {
	struct mdt_slice name, file; /* terminated */
	struct mdt_slice depends;    /* names with commas; empty: none */
	bool is_boot, is_builtin;
};

struct guest_modules {
	struct mdt_arena arena;
	struct guest_module *items; /* owned; in load order */
	size_t len, cap;
};

void guest_modules_deinit(struct guest_modules *modules);

/** Read the text of /modules/order; a line that is none of its own is passed over. */
struct mdt_error *guest_modules_read(struct mdt_slice order,
				     struct guest_modules *ret) MUST_CHECK;

const struct guest_module *guest_modules_find(const struct guest_modules *modules,
					      struct mdt_slice name);

/** Load those of class `boot`. @return NULL, or why the first of them did not load. */
struct mdt_error *guest_modules_boot(const struct guest_modules *modules) MUST_CHECK;

/**
 * Load a module and what it depends on; one that is loaded is fine.
 * @param params Of the module itself: `rd_nr=4 rd_size=1024`; "" for none.
 */
struct mdt_error *guest_modules_load(const struct guest_modules *modules,
				     struct mdt_slice name,
				     const char *params) MUST_CHECK;

/**
 * Unload a module. @return 0, or an errno; one that is not loaded is fine.
 * @param name Terminated.
 */
int guest_modules_unload(const char *name);

/**
 * Have just these of md's personalities: load them, and unload the others.
 * @param failed Appended: a `guest failed` line for each that cannot be had.
 */
void guest_personalities_set(const struct guest_modules *modules,
			     const struct mdt_slice *names, size_t count,
			     struct mdt_buf *failed);

/** Unload md with its personalities, and load it again. */
struct mdt_error *guest_modules_fresh(const struct guest_modules *modules) MUST_CHECK;

/** Append the names of those that are loaded, with commas. */
void guest_modules_loaded(struct mdt_buf *ret);

#endif
