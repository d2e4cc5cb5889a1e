/* SPDX-License-Identifier: MIT */
/**
 * @file
 * All files that programs need to run: they themselves, their interpreter, and their
 * shared libraries, found as ld.so(8) finds them: DT_RPATH of the loading objects,
 * DT_RUNPATH, the system's folders. $ORIGIN is known; $LIB and /etc/ld.so.conf are not.
 * What a program opens while it runs (dlopen, locales) is not found this way.
 *
 * Programs are taken from a sysroot: a tree that stands for a root, such as some packages
 * unpacked into a folder. What it does not have is taken from the next tree, at last
 * perhaps from this machine itself.
 */
#ifndef MDT_VM_CLOSURE_H
#define MDT_VM_CLOSURE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "vm/needs.h"
#include "vm/vm.h"

struct mdt_closure_file {
	struct mdt_slice path; /* where the guest has it: `/usr/sbin/mdadm` */
	struct mdt_slice host; /* the file on this machine */
	size_t root;	       /* index of the tree that it is from */
	struct mdt_needs needs;
};

struct mdt_closure {
	struct mdt_arena arena;	  /* owns all of it; each slice is NUL-terminated */
	const char *const *roots; /* borrowed; NULL-terminated */
	struct mdt_closure_file *
		*files; /* in the order in which they were found; owned */
	size_t count, cap;
	struct mdt_map by_path; /* of the guest -> struct mdt_closure_file */
};

/** @param roots Trees, NULL-terminated; must outlive the closure. */
void mdt_closure_init(struct mdt_closure *closure, const char *const *roots);

void mdt_closure_deinit(struct mdt_closure *closure);

/**
 * Add a program and all that it needs. One that is there is fine.
 * @param program An absolute path, or a name that is looked for in /usr/sbin and /usr/bin
 * (which here are also /sbin and /bin).
 * @param[out] ret Where the guest has it. Valid as long as the closure.
 * @return NULL; MDT_ERR_NOT_FOUND that names what is missing, who needs it, and where it
 * was looked for; MDT_ERR_OS, MDT_ERR_FORMAT.
 */
struct mdt_error *mdt_closure_add(struct mdt_closure *closure, const char *program,
				  struct mdt_slice *ret) MUST_CHECK;

/** @return The file that the guest has at this path, or NULL. */
const struct mdt_closure_file *mdt_closure_find(const struct mdt_closure *closure,
						struct mdt_slice path);

/**
 * What the guest is to have, as mdt_vm_create() takes it.
 * @param ret Room for closure->count; what it points to is the closure's.
 */
void mdt_closure_vm_files(const struct mdt_closure *closure, struct mdt_vm_file *ret);

#endif
