/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Operation tables of a kernel object: what is initialised with the addresses of
 * functions, as `raid1_personality` or `md_fops`, member by member.
 *
 * The bytes and the relocations say what the members hold. Which struct it is, DWARF says
 * for each variable. BTF does not (pahole keeps the variables of .data..percpu only):
 * then it is the struct of the same size whose members have the prototypes of the
 * functions that are there, if there is one; in doubt none is named.
 */
#ifndef MDT_KERNEL_OPS_H
#define MDT_KERNEL_OPS_H

#include "base/arena.h"
#include "kernel/object.h"

struct mdt_ops_row {
	struct mdt_slice
		path; /* `.head.name`, `[1].load_super`; `+0x18` without a type */
	struct mdt_slice
		value;	       /* as C writes it: `"raid1"`, `raid1_run`, `THIS_MODULE` */
	struct mdt_slice note; /* what it was called in older kernels; empty: nothing */
	uint64_t at;	       /* the place in the table */
	bool is_function;
};

enum mdt_ops_how {
	MDT_OPS_UNKNOWN, /* the type is not known */
	MDT_OPS_BY_MATCH,
	MDT_OPS_BY_DWARF,
};

struct mdt_ops_table {
	struct mdt_slice name, type; /* `raid1_personality`, `struct md_personality` */
	struct mdt_slice why;	     /* UNKNOWN: why not */
	enum mdt_ops_how how;
	uint64_t size;
	uint32_t count;		     /* of an array of structs; else 0 */
	uint32_t functions, checked; /* of the rows; and those with a known prototype */
	const struct mdt_ops_row *rows;
	size_t row_count;
	const struct mdt_slice *unset; /* members that could hold a function and do not */
	size_t unset_count;
	const struct mdt_slice *gone; /* what older kernels had beside these: sentences */
	size_t gone_count;
};

struct mdt_ops {
	struct mdt_arena arena;	      /* owns all below, but not names of the object */
	struct mdt_ops_table *tables; /* owned */
	size_t count;
};

/**
 * Read the tables of an object.
 * @param name Only this one; NULL: all.
 * @param[out] ret To be deinitialised, also on error, before the object. Tables are in
 * the order of their names; none is no error.
 */
struct mdt_error *mdt_ops_read(struct mdt_kernel_object *object, const char *name,
			       struct mdt_ops *ret) MUST_CHECK;
void mdt_ops_deinit(struct mdt_ops *ops);

/** @return The table, or NULL. */
const struct mdt_ops_table *mdt_ops_find(const struct mdt_ops *ops,
					 struct mdt_slice name);

#endif
