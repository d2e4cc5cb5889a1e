/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Where a function of a kernel object is: in the object by its symbols, in the source by
 * DWARF (libdwfl), of the object itself or of the file with its debug info, which must
 * have the same build id.
 */
#ifndef MDT_KERNEL_WHERE_H
#define MDT_KERNEL_WHERE_H

#include "base/arena.h"
#include "debug/source.h"
#include "kernel/object.h"

struct mdt_where {
	const struct mdt_kernel_symbol *symbol;
	struct mdt_slice section;
	uint64_t off;		       /* from the symbol */
	struct mdt_slice prototype;    /* by BTF; empty: not known */
	struct mdt_source_lines lines; /* none: not known */
	struct mdt_slice why;	       /* no lines: why not */
};

/**
 * Find a place.
 * @param place `NAME`, `NAME+0x12`, `NAME+0x12/0x340` as the kernel prints it, or, in
 * what is linked, an address `0x...`.
 * @param debug A folder with debug info (as linux-image-*-dbg has it, unpacked), or a
 * file; NULL: only the object's own.
 * @param arena Owns what @p ret points to, but for the object's symbol.
 * @return NULL; MDT_ERR_NOT_FOUND: there is no such place in the object; MDT_ERR_INVALID
 * for a debug file of another build.
 */
struct mdt_error *mdt_where_find(struct mdt_kernel_object *object, struct mdt_slice place,
				 const char *debug, struct mdt_arena *arena,
				 struct mdt_where *ret) MUST_CHECK;

#endif
