/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Constant expressions and type names of C, as macros have them after expansion.
 *
 *	constant := C17 6.6 without commas, assignments and floats
 *	type     := ["const"] ("struct" | "union" | "enum") NAME | NAME | keywords
 *	            {"*" | "const"} {"[" [constant] "]"}
 */
#ifndef MDT_IOCTL_EVAL_H
#define MDT_IOCTL_EVAL_H

#include "ioctl/cpp.h"
#include "ioctl/type.h"

/** An integer with its type, as far as arithmetic needs it. */
struct mdt_number {
	uint64_t value; /* sign-extended from 4 bytes when it is signed */
	uint8_t size;	/* 4 or 8 */
	bool is_unsigned;
};

/** What names mean. */
struct mdt_eval_env {
	void *ctx;
	/** An enumerator. @return false when there is none of this name. */
	bool (*find_constant)(void *ctx, struct mdt_slice name, struct mdt_number *ret);
	/**
	 * `struct foo`, `__u32`; never the keywords of C. @p ret is NULL when there is
	 * none.
	 * @return NULL, or an error that ends the evaluation.
	 */
	struct mdt_error *(*find_type)(void *ctx, struct mdt_slice name,
				       const struct mdt_type **ret);
	struct mdt_arena *arena; /* owns array types that are met */
};

/** @return NULL; MDT_ERR_SYNTAX when it is no constant; &mdt_enomem. */
struct mdt_error *mdt_eval(const struct mdt_eval_env *env, struct mdt_tokens tokens,
			   struct mdt_number *ret) MUST_CHECK;

/** The same for the name of a type: MDT_ERR_SYNTAX when it is none, or not known. */
struct mdt_error *mdt_eval_type(const struct mdt_eval_env *env, struct mdt_tokens tokens,
				const struct mdt_type **ret) MUST_CHECK;

/**
 * The type that keywords of C name in any order: `long unsigned int`, `char`.
 * @return A static type under its usual name (`unsigned long`), or NULL when the words
 *	are not such a type.
 */
const struct mdt_type *mdt_keyword_type(struct mdt_slice words);

#endif
