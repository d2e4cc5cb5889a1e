/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Options are rows. Parsing, help, completion and the suggestion for a misspelt name all
 * read the same rows. GNU conventions: `--name=value`, `--name value`, `-n value`,
 * `-nvalue`, bundled letters, options after operands, `--` ends them, `-` is an operand.
 */
#ifndef MDT_CLI_OPTIONS_H
#define MDT_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/** How a value is stored in the command's struct of options. */
enum option_kind {
	OPTION_FLAG,   /* bool: set to true */
	OPTION_STRING, /* const char *: borrowed from argv; the last one wins */
	OPTION_CHOICE, /* an enum: the index in values; zero, the first, is the default */
	OPTION_LIST,   /* struct strings: every one that was given */
};

struct option_row {
	const char *name; /* without the dashes; NULL ends the rows */
	char letter;	  /* 0: has none */
	enum option_kind kind;
	size_t offset;		   /* of the member; set by the STORE_ macros */
	const char *arg;	   /* what the help calls the value; NULL: takes none */
	bool is_optional;	   /* the value may be left out: it is then "" */
	const char *const *values; /* the closed list, NULL-terminated; NULL: any value */
	const char *help;	   /* no capital, no full stop */
};

/** A growing list of strings borrowed from argv. */
struct strings {
	const char **items; /* owned */
	size_t len, cap;
};

// The address is never taken; the compiler refuses a member of another type.
#define STORE_(kind_, type, options, member)                                             \
	.kind = (kind_),                                                                 \
	.offset = offsetof(options, member) +                                            \
		  0 * sizeof(_Generic(&((options *)0)->member, type * : 0))
#define STORE_FLAG(options, member)   STORE_(OPTION_FLAG, bool, options, member)
#define STORE_STRING(options, member) STORE_(OPTION_STRING, const char *, options, member)
#define STORE_CHOICE(options, member) STORE_(OPTION_CHOICE, unsigned int, options, member)
#define STORE_LIST(options, member)   STORE_(OPTION_LIST, struct strings, options, member)

/** The rows that every command has besides its own. */
extern const struct option_row common_rows[];

struct common_options {
	bool help;
	bool raw;	 /* control characters go to a terminal as they are */
	bool reads_logs; /* set before parsing: log_rows count, too */
	unsigned int input;
};

/** The rows that every command has that reads logs; they are common_options, too. */
extern const struct option_row log_rows[];

/**
 * Sort the words behind the command's name into options and operands.
 * @param[in] rows The command's; NULL when it has none.
 * @param[in] argv NULL-terminated; must outlive what is stored.
 * @param[in,out] options The command's struct, zeroed; release with options_deinit(),
 * also after an error.
 * @param[in,out] operands Empty; release with strings_deinit(), also after an error.
 * @return NULL, or MDT_ERR_INVALID that names the option and, if one is near, what was
 * meant.
 */
struct mdt_error *options_parse(const struct option_row *rows, const char *const *argv,
				void *options, struct common_options *common,
				struct strings *operands) MUST_CHECK;

/** Frees the lists in @p options, not @p options itself. */
void options_deinit(const struct option_row *rows, void *options);

/** @return NULL or &mdt_enomem. */
struct mdt_error *strings_add(struct strings *list, const char *str) MUST_CHECK;

/** Frees the array, not the strings. */
void strings_deinit(struct strings *list);

/**
 * The name that a misspelt word is most like: start with `{ .word = word }`, offer every
 * name, then look at best.
 */
struct nearest {
	const char *word;
	const char *best; /* NULL: nothing offered was near enough */
	unsigned int distance;
};

void nearest_offer(struct nearest *nearest, const char *name);

/** @return `; did you mean 'NAME'?`, or an empty string; owned, NULL when out of memory.
 */
char *nearest_hint(const struct nearest *nearest, const char *prefix) MUST_CHECK;

#endif
