/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A program or shared library: which function and line an address is, by its symbols and
 * DWARF, of the file itself or of the file with its debug info, which must be of the same
 * build (libdwfl). Nothing in either is trusted.
 *
 * strace -k gives addresses in one of two ways: as a place in the file, if it is built
 * with libunwind (src/unwind-libunwind.c of strace), or, with libdw
 * (src/unwind-libdw.c), less one and as the program was linked; of a program that can be
 * loaded anywhere, from where its first segment is loaded
 * (dwfl_module_relocate_address() of elfutils). Most programs are linked so that these
 * agree; where they do not, the symbol that the log has beside the address tells.
 */
#ifndef MDT_DEBUG_PROGRAM_H
#define MDT_DEBUG_PROGRAM_H

#include "base/arena.h"
#include "base/error.h"
#include "debug/source.h"

struct mdt_program;

/** How an address is meant. */
enum mdt_address_kind {
	MDT_ADDRESS_UNKNOWN,
	MDT_ADDRESS_FILE,   /* a place in the file */
	MDT_ADDRESS_LOADED, /* from the start of what is loaded */
	MDT_ADDRESS_LINKED, /* as it was linked */
};

/** An address, as a log has it. */
struct mdt_program_place {
	struct mdt_slice symbol; /* empty: none */
	uint64_t off;		 /* from the symbol */
	uint64_t address;
};

struct mdt_program_found {
	struct mdt_slice function;     /* by the symbols; empty: not known */
	uint64_t off;		       /* from its start, of the instruction */
	struct mdt_source_lines lines; /* none: not known */
	const char *why;	       /* no lines: why not; static */
};

/**
 * Open a program.
 * @param places What may have its debug info: folders (debug/find.h) or files, @p count
 * of them.
 * @param[out] ret NULL when it is no ELF file that can be read; destroy with
 * mdt_program_destroy().
 * @return NULL; MDT_ERR_OS when the file cannot be opened; MDT_ERR_FORMAT when it is no
 * program; &mdt_enomem.
 */
struct mdt_error *mdt_program_create(const char *path, const char *const *places,
				     size_t count, struct mdt_program **ret) MUST_CHECK;
void mdt_program_destroy(struct mdt_program *program);

/**
 * Find the call at an address of a stack: the instruction before it.
 * @param[in,out] kind How addresses of this log are meant: what one says, the next uses.
 * @param arena Owns what @p ret points to.
 * @return NULL or &mdt_enomem.
 */
struct mdt_error *mdt_program_find(struct mdt_program *program,
				   const struct mdt_program_place *place,
				   enum mdt_address_kind *kind, struct mdt_arena *arena,
				   struct mdt_program_found *ret) MUST_CHECK;

#endif
