/* SPDX-License-Identifier: MIT */
/**
 * @file
 * `--pack FILE.o` of the commands that know ioctls: the built-in table, and what the
 * given objects add to it.
 */
#ifndef MDT_CLI_PACKS_H
#define MDT_CLI_PACKS_H

#include "cli/options.h"
#include "ioctl/pack.h"

struct packs {
	struct mdt_pack **items;
	size_t len;
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

#endif
