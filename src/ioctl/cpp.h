/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The macros of a pack, and their expansion as C17 6.10.3 has it: arguments expanded on
 * their own, `#` and `##`, rescanning, and no macro inside itself. Hostile macros are
 * stopped by a budget of tokens, not by the stack.
 */
#ifndef MDT_IOCTL_CPP_H
#define MDT_IOCTL_CPP_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"

enum mdt_token_kind {
	MDT_TOKEN_IDENT,
	MDT_TOKEN_NUMBER, /* a preprocessing number: 0x10, 1UL */
	MDT_TOKEN_CHAR,	  /* 'f', quotes included */
	MDT_TOKEN_STRING,
	MDT_TOKEN_PUNCT,
};

struct mdt_token {
	enum mdt_token_kind kind;
	bool is_painted; /* a macro's name met inside that macro: never expanded again */
	struct mdt_slice text;
};

/** A run of tokens, borrowed. */
struct mdt_tokens {
	const struct mdt_token *items;
	size_t len;
};

struct mdt_macro {
	struct mdt_slice name;
	struct mdt_slice body;	  /* as debug info has it: one line */
	struct mdt_slice *params; /* of a function-like macro */
	size_t param_count;
	const char *header; /* where it is defined; "" on the command line */
	bool is_function, is_variadic;
	bool is_defined; /* false after #undef */

	bool is_active;		  /* being expanded right now */
	bool is_scanned;	  /* tokens are there */
	struct mdt_tokens tokens; /* of body */
	unsigned char reaches;	  /* mdt_cpp_reaches_ioc()'s memory */
};

struct mdt_cpp {
	struct mdt_arena arena; /* owns macros and their tokens, not their text */
	struct mdt_map by_name; /* slice -> struct mdt_macro *, in order of definition */
	uint64_t budget;	/* tokens that expansions may still handle */
};

enum { MDT_CPP_BUDGET = 8 << 20 };

/** An empty set of macros with a budget of MDT_CPP_BUDGET tokens. */
void mdt_cpp_init(struct mdt_cpp *cpp);
void mdt_cpp_deinit(struct mdt_cpp *cpp);

/**
 * Define a macro from debug info's text: `NAME body` or `NAME(a,b) body`. A later
 * definition takes the place of an earlier one.
 * @param text Borrowed: outlives @p cpp.
 * @param header Borrowed too.
 * @return NULL, or &mdt_enomem. Text that is no macro is passed over.
 */
struct mdt_error *mdt_cpp_define(struct mdt_cpp *cpp, struct mdt_slice text,
				 const char *header) MUST_CHECK;
void mdt_cpp_undef(struct mdt_cpp *cpp, struct mdt_slice name);

/** @return NULL when there is none, or it was undefined again. */
struct mdt_macro *mdt_cpp_find(const struct mdt_cpp *cpp, struct mdt_slice name);

/** Cut text into tokens, which point into it and are made from @p arena. */
struct mdt_error *mdt_cpp_scan(struct mdt_slice text, struct mdt_arena *arena,
			       struct mdt_tokens *ret) MUST_CHECK;

/** What an expansion went through: calls of _IOC(dir, type, nr, size). */
struct mdt_ioc_calls {
	size_t count;
	struct mdt_tokens args[4]; /* of the first, expanded */
};

/**
 * Expand a run of tokens.
 * @param arena Owns the result.
 * @param[out] calls May be NULL.
 * @return NULL; &mdt_enomem; MDT_ERR_SYNTAX for a call that does not fit its macro;
 *	MDT_ERR_DWARF when the budget is spent or calls are nested too deep.
 */
struct mdt_error *mdt_cpp_expand(struct mdt_cpp *cpp, struct mdt_tokens tokens,
				 struct mdt_arena *arena, struct mdt_ioc_calls *calls,
				 struct mdt_tokens *ret) MUST_CHECK;

/** The tokens of a macro's body. */
struct mdt_error *mdt_cpp_body(struct mdt_cpp *cpp, struct mdt_macro *macro,
			       struct mdt_tokens *ret) MUST_CHECK;

/**
 * Whether _IOC() can come up in the expansion of a macro: only then is it worth one. It
 * costs one look at each macro's body in all, however often it is asked. (Inside a cycle
 * of macros the answer can be a wrong no; no header has one that leads to _IOC().)
 * @return NULL, or &mdt_enomem.
 */
struct mdt_error *mdt_cpp_reaches_ioc(struct mdt_cpp *cpp, struct mdt_macro *macro,
				      bool *ret) MUST_CHECK;

#endif
