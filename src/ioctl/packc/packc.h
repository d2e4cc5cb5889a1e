/* SPDX-License-Identifier: MIT */
/**
 * @file
 * mdt-packc, the build tool that makes the table of ioctls. It reads decoders/NAME.pack
 * (docs/HOWTO_ADD_IOCTL.md has the language) and the object that was compiled from its
 * `include` lines, and writes one C file for all packs, and one of _Static_asserts each.
 */
#ifndef MDT_IOCTL_PACKC_PACKC_H
#define MDT_IOCTL_PACKC_PACKC_H

#include "base/buf.h"
#include "ioctl/rows.h"

struct mdt_word {
	struct mdt_slice text;
	unsigned long col; /* from 1 */
};

/** One line of a pack that says something. */
struct mdt_statement {
	unsigned long line; /* from 1 */
	struct mdt_word *words;
	size_t count;	       /* at least 1 */
	struct mdt_slice note; /* behind `#`, without blanks around it */
};

struct mdt_types {
	const struct mdt_type **items;
	size_t len, cap;
};

/** A pack while its table is made. */
struct mdt_packc {
	const char *path;      /* of the .pack, as on the command line */
	const char *name;      /* `md` */
	struct mdt_slice text; /* of the whole file */
	struct mdt_statement *statements;
	size_t count;
	struct mdt_arena *arena; /* shared by all packs: rows and types of them meet */
	struct mdt_object *object;
	struct mdt_rows rows;
	struct mdt_types types; /* of `type` lines */
	struct mdt_buf facts;	/* asserts about constants, for the witness */
	struct mdt_buf notes;	/* what was left out */
};

/** Read a .pack and cut it into statements. */
struct mdt_error *mdt_packc_load(const char *path, struct mdt_arena *arena,
				 struct mdt_packc *ret) MUST_CHECK;
void mdt_packc_deinit(struct mdt_packc *pack);

/** The C source to compile for a pack: a prelude and its includes. */
struct mdt_error *mdt_packc_source(const struct mdt_packc *pack,
				   struct mdt_buf *ret) MUST_CHECK;

/**
 * Read the object, find its commands, and apply what the statements say.
 * @return NULL, or MDT_ERR_SYNTAX at path:line:col for a statement that is wrong, matches
 *	nothing, or states what is not so.
 */
struct mdt_error *mdt_packc_apply(struct mdt_packc *pack, const char *object) MUST_CHECK;

/** MDT_ERR_SYNTAX at a word of a statement. */
#define mdt_packc_fault(pack, statement, word, ...)                                      \
	mdt_error_at(MDT_ERR_SYNTAX, (pack)->path, (statement)->line, (word)->col,       \
		     __VA_ARGS__)

/**
 * Read `KIND [GLOB | !GLOB | <N | N=NAME]...` in the words [@p from, @p to).
 * @param[out] ret Made from the pack's arena.
 */
struct mdt_error *mdt_packc_meaning(struct mdt_packc *pack,
				    const struct mdt_statement *statement, size_t from,
				    size_t to, const struct mdt_meaning **ret) MUST_CHECK;

/** Whether a word begins a meaning. */
bool mdt_packc_is_meaning(struct mdt_slice word);

/** Append the table as C. */
struct mdt_error *mdt_packc_emit(const struct mdt_ioctl_table *table,
				 struct mdt_buf *ret) MUST_CHECK;

/** Append a pack's _Static_asserts, with the includes they need. */
struct mdt_error *mdt_packc_witness(const struct mdt_packc *pack,
				    struct mdt_buf *ret) MUST_CHECK;

#endif
