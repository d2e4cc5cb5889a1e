/* SPDX-License-Identifier: MIT */
/**
 * @file
 * BTF, the type information that a kernel carries (Documentation/bpf/btf.rst). Nothing in
 * it is trusted: reading checks every length and every number of a type or string, so
 * what is read can be walked; only cycles are left for the walker to bound.
 */
#ifndef MDT_KERNEL_BTF_H
#define MDT_KERNEL_BTF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

enum mdt_btf_kind {
	MDT_BTF_VOID,
	MDT_BTF_INT,
	MDT_BTF_PTR,
	MDT_BTF_ARRAY,
	MDT_BTF_STRUCT,
	MDT_BTF_UNION,
	MDT_BTF_ENUM,
	MDT_BTF_FWD,
	MDT_BTF_TYPEDEF,
	MDT_BTF_VOLATILE,
	MDT_BTF_CONST,
	MDT_BTF_RESTRICT,
	MDT_BTF_FUNC,
	MDT_BTF_FUNC_PROTO,
	MDT_BTF_VAR,
	MDT_BTF_DATASEC,
	MDT_BTF_FLOAT,
	MDT_BTF_DECL_TAG,
	MDT_BTF_TYPE_TAG,
	MDT_BTF_ENUM64,
	MDT_BTF_KINDS,
};

struct mdt_btf {
	const struct mdt_btf *base;	 /* borrowed; NULL: it is not split */
	struct mdt_slice types, strings; /* borrowed from the bytes */
	uint32_t *offsets;		 /* owned: of each type in types */
	uint32_t first;	    /* the id of the first; 1 without a base (0 is void) */
	uint32_t end;	    /* ids are below this one */
	uint32_t str_first; /* the offset of the first string: what the base has */
};

/** A type as it is in the bytes. */
struct mdt_btf_type {
	enum mdt_btf_kind kind;
	bool flag; /* of a struct: members have bit sizes; of an enum: it is signed */
	uint32_t count;		   /* members, parameters, enumerators */
	uint32_t size;		   /* of INT, ENUM, STRUCT, UNION, FLOAT; else: */
	uint32_t to;		   /* the type that it refers to */
	struct mdt_slice name;	   /* empty when it has none */
	const unsigned char *rest; /* what follows the common part; long enough */
};

struct mdt_btf_member {
	struct mdt_slice name;
	uint32_t type;
	uint32_t bit_offset, bit_size; /* bit_size 0: not a bit-field */
};

/**
 * Read the bytes of a section .BTF.
 * @param name For messages.
 * @param bytes Borrowed: must outlive @p ret.
 * @param base What a split BTF (a module's) is based on; NULL for none. Borrowed.
 * @param[out] ret To be deinitialised, also on error.
 * @return NULL; MDT_ERR_FORMAT that says what is wrong; &mdt_enomem.
 */
struct mdt_error *mdt_btf_read(const char *name, struct mdt_slice bytes,
			       const struct mdt_btf *base,
			       struct mdt_btf *ret) MUST_CHECK;
void mdt_btf_deinit(struct mdt_btf *btf);

/** @param id Below btf->end. */
struct mdt_btf_type mdt_btf_type(const struct mdt_btf *btf, uint32_t id);

/** @param index Below type->count, of a STRUCT or UNION. */
struct mdt_btf_member mdt_btf_member(const struct mdt_btf *btf,
				     const struct mdt_btf_type *type, uint32_t index);

/** A parameter's name and type, of a FUNC_PROTO. Type 0 at the end: "...". */
void mdt_btf_param(const struct mdt_btf *btf, const struct mdt_btf_type *type,
		   uint32_t index, struct mdt_slice *name, uint32_t *ret);

/** An enumerator of an ENUM or ENUM64. */
void mdt_btf_enumerator(const struct mdt_btf *btf, const struct mdt_btf_type *type,
			uint32_t index, struct mdt_slice *name, int64_t *ret);

/** Of an ARRAY. */
void mdt_btf_array(const struct mdt_btf_type *type, uint32_t *item, uint32_t *count);

/**
 * Without const, volatile, restrict, tags and typedefs.
 * @return The id; 0 (void) also for a chain without an end.
 */
uint32_t mdt_btf_strip(const struct mdt_btf *btf, uint32_t id);

/**
 * Find a function's prototype by its name, this BTF first.
 * @return The id of its FUNC_PROTO, or 0.
 */
uint32_t mdt_btf_function(const struct mdt_btf *btf, struct mdt_slice name);

/** Append a type as C writes it: `struct mddev *`, `int (*)(void *, int)`. */
void mdt_btf_add_type(const struct mdt_btf *btf, uint32_t id, struct mdt_buf *ret);

/** Append a function's declaration: `int raid1_run(struct mddev *mddev)`. */
void mdt_btf_add_function(const struct mdt_btf *btf, struct mdt_slice name,
			  uint32_t proto, struct mdt_buf *ret);

#endif
