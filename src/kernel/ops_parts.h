/* SPDX-License-Identifier: MIT */
/** @file What the files of ops share. */
#ifndef MDT_KERNEL_OPS_PARTS_H
#define MDT_KERNEL_OPS_PARTS_H

#include "kernel/layout.h"
#include "kernel/ops.h"

/** A pointer of a table. */
struct mdt_ops_slot {
	uint64_t at; /* from the table's start */
	struct mdt_kernel_target target;
	bool is_function;
	uint32_t proto; /* of the function, in the BTF; 0: not known */
};

/** A table before its type is known. */
struct mdt_ops_raw {
	const struct mdt_kernel_symbol *symbol;
	struct mdt_slice bytes;
	const struct mdt_ops_slot *slots; /* in order */
	size_t slot_count;
};

/** What is read from one object. */
struct mdt_ops_reading {
	struct mdt_kernel_object *object;
	struct mdt_arena *arena;
	struct mdt_map protos; /* of functions by name: the id, as a pointer */
	struct mdt_map
		variables; /* by name: the Dwarf_Die of its type; empty without DWARF */
	void *dwfl;
};

/** @return The slot at a place, or NULL. */
const struct mdt_ops_slot *mdt_ops_slot_at(const struct mdt_ops_raw *raw, uint64_t at);

/** Index the variables that DWARF has. No DWARF is no error. */
struct mdt_error *mdt_ops_dwarf_init(struct mdt_ops_reading *reading) MUST_CHECK;
void mdt_ops_dwarf_deinit(struct mdt_ops_reading *reading);

/**
 * Find the struct whose members agree with what a table holds.
 * @param[out] ret Its id; 0: none, or several, and @p why says so.
 * @param[out] checked Functions whose prototype is the member's.
 */
void mdt_ops_match(const struct mdt_btf *btf, const struct mdt_ops_raw *raw,
		   uint32_t *ret, uint32_t *checked, struct mdt_buf *why);

/** Fill rows and unset of a table whose type and count are set. @param layout Of one
 * item; NULL: not known. */
struct mdt_error *mdt_ops_fill(const struct mdt_ops_reading *reading,
			       const struct mdt_ops_raw *raw,
			       const struct mdt_layout *layout,
			       struct mdt_ops_table *ret) MUST_CHECK;

/** What a function or member was called before; empty: nothing is known. */
struct mdt_slice mdt_ops_old_name(struct mdt_slice type, struct mdt_slice path,
				  struct mdt_slice function, struct mdt_buf *scratch);

/** A member that older kernels had in a type: the sentence at @p index, or an empty one
 * at the end. */
bool mdt_ops_gone(struct mdt_slice type, size_t index, const char **member,
		  const char **sentence);

#endif
