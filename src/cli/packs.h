/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The ioctls that a command knows: the built-in table; what `--pack FILE.o` adds to it
 * and overrides; and, once something is asked that neither has, what is in the default
 * places.
 */
#ifndef MDT_CLI_PACKS_H
#define MDT_CLI_PACKS_H

#include "cli/options.h"
#include "ioctl/pack.h"

struct pack_origin {
	char *path;
	bool overrides;
};

struct packs {
	struct mdt_pack **items;
	struct pack_origin *origins; /* of each item */
	size_t len;
	bool has_defaults;		     /* the default places have been looked at */
	const struct mdt_ioctl_table *table; /* all of it; lives as long as the packs */
};

#define PACK_ROW(options, member)                                                        \
	{                                                                                \
		.name = "pack", .arg = "FILE", STORE_LIST(options, member),              \
		.help = "read more ioctls from an object's debug info",                  \
	}

/** The options of the commands that print rows of the table. */
enum table_format {
	TABLE_TEXT,
	TABLE_JSON,
};

struct table_options {
	unsigned int format; /* enum table_format */
	struct strings packs;
};

extern const struct option_row table_option_rows[];

/** @param[in,out] ret Zeroed; release with packs_deinit(), also after an error. */
struct mdt_error *packs_load(const struct strings *paths, struct packs *ret) MUST_CHECK;
void packs_deinit(struct packs *packs);

/**
 * Add the packs (`*.o`, `*.ko`) of the default places, the first time that it is called:
 * $XDG_DATA_HOME/mdtrace/packs (~/.local/share), then share/mdtrace/packs where the
 * program is installed, then /usr/share/mdtrace/packs; or, where MDTRACE_PACKS is set,
 * the folders in it, a colon between two (an empty one: none). What is already known wins
 * over them. A file that is not a pack is told on standard error, and left out.
 */
void packs_read_defaults(struct packs *packs);

/** The pack that a row of the table is from. @return NULL: it is built in. */
const struct pack_origin *packs_origin(const struct packs *packs,
				       const struct mdt_ioctl *row);

#endif
