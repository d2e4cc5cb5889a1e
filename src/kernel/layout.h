/* SPDX-License-Identifier: MIT */
/**
 * @file
 * How the kernel's own types are laid out, out of BTF or DWARF: what is needed to read an
 * object that is initialised with them. Pointers are not followed.
 */
#ifndef MDT_KERNEL_LAYOUT_H
#define MDT_KERNEL_LAYOUT_H

#include "base/arena.h"
#include "kernel/btf.h"

enum mdt_layout_kind {
	MDT_LAYOUT_INT,
	MDT_LAYOUT_ENUM,
	MDT_LAYOUT_POINTER,
	MDT_LAYOUT_STRUCT, /* or a union */
	MDT_LAYOUT_ARRAY,
	MDT_LAYOUT_OTHER, /* bytes: what has no value that is written as one */
};

struct mdt_layout_name {
	struct mdt_slice name;
	int64_t value;
};

struct mdt_layout {
	enum mdt_layout_kind kind;
	bool is_signed, is_char; /* INT */
	bool is_union;		 /* STRUCT */
	bool to_function;	 /* POINTER */
	struct mdt_slice name;	 /* `struct md_personality`; empty for other kinds */
	uint64_t size;
	uint32_t count;		       /* of items, members or names */
	const struct mdt_layout *item; /* ARRAY */
	const struct mdt_layout_member *members;
	const struct mdt_layout_name *names; /* ENUM */
};

struct mdt_layout_member {
	struct mdt_slice name; /* empty for an unnamed struct or union */
	const struct mdt_layout *type;
	uint64_t offset;	       /* in bytes */
	uint32_t bit_offset, bit_size; /* bit_size 0: not a bit-field */
};

/**
 * Make the layout of a type out of BTF. Names are borrowed from the BTF.
 * @param[out] ret In the arena.
 * @return NULL; MDT_ERR_FORMAT for a type that is nested or large beyond reason.
 */
struct mdt_error *mdt_layout_from_btf(const struct mdt_btf *btf, uint32_t id,
				      struct mdt_arena *arena,
				      const struct mdt_layout **ret) MUST_CHECK;

/** The same out of DWARF. @param die A `Dwarf_Die *` of a type. Names are copied. */
struct mdt_error *mdt_layout_from_dwarf(void *die, struct mdt_arena *arena,
					const struct mdt_layout **ret) MUST_CHECK;

#endif
