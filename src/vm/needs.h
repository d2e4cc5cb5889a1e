/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a program, or a shared library, says that it needs: its interpreter, and the names
 * of libraries with the places where to look for them. Read with libelf from the program
 * headers, so a stripped file will do. A script's interpreter is what its first line
 * says.
 */
#ifndef MDT_VM_NEEDS_H
#define MDT_VM_NEEDS_H

#include "base/arena.h"
#include "base/error.h"

enum mdt_needs_kind {
	MDT_NEEDS_ELF,
	MDT_NEEDS_SCRIPT,
	MDT_NEEDS_OTHER, /* neither: nothing is needed */
};

struct mdt_needs {
	enum mdt_needs_kind kind;
	unsigned int machine, class;	 /* ELF: e_machine, and EI_CLASS */
	struct mdt_slice interpreter;	 /* absolute; empty: none */
	struct mdt_slice rpath, runpath; /* folders with colons, as they stand there */
	struct mdt_slice *libraries;	 /* DT_NEEDED, in order */
	size_t library_count;
};

/**
 * @param path Of a file on this machine.
 * @param arena Owns what @p ret points to; all of it is NUL-terminated.
 * @return NULL; MDT_ERR_OS; MDT_ERR_FORMAT for an ELF file that is damaged.
 */
struct mdt_error *mdt_needs_read(const char *path, struct mdt_arena *arena,
				 struct mdt_needs *ret) MUST_CHECK;

#endif
