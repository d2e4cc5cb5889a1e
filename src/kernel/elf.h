/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A kernel object's sections, symbols and relocations (libelf): a module, which is not
 * linked, or a vmlinux, which is. Nothing in it is trusted.
 */
#ifndef MDT_KERNEL_ELF_H
#define MDT_KERNEL_ELF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/map.h"
#include "base/slice.h"

struct mdt_kernel_section {
	struct mdt_slice name;
	struct mdt_slice bytes; /* empty for .bss */
	uint64_t address, size;
	bool is_code, is_loaded,
		is_text_table;		  /* SHF_EXECINSTR, SHF_ALLOC, SHF_STRINGS */
	uint32_t first_pointer, pointers; /* in the pointers of the object */
};

struct mdt_kernel_symbol {
	struct mdt_slice name;
	uint32_t section; /* 0: it is another object's */
	uint64_t at;	  /* from the start of the section */
	uint64_t size;
	bool is_function, is_object, is_global;
};

/** A pointer that the loader writes: a relocation. */
struct mdt_kernel_pointer {
	uint64_t at; /* from the start of its section */
	uint32_t symbol;
	int64_t addend;
};

/** What a pointer points to. */
struct mdt_kernel_target {
	const struct mdt_kernel_symbol *symbol; /* NULL: none is known there */
	uint64_t off;				/* from the symbol, if there is one */
	uint32_t section;			/* 0: in another object */
	uint64_t at;				/* from the start of the section */
};

struct mdt_kernel_elf {
	struct Elf *elf;
	bool is_linked;
	struct mdt_kernel_section *sections; /* owned, as the others */
	struct mdt_kernel_symbol *symbols;
	uint32_t *by_place; /* symbols that have a section, by section and place */
	struct mdt_kernel_pointer *pointers; /* by section, then place */
	uint32_t section_count, symbol_count, placed_count, pointer_count;
};

/**
 * Read an object.
 * @param name For messages.
 * @param bytes Borrowed, and must outlive @p ret; libelf may turn what it holds.
 * @param[out] ret To be deinitialised, also on error.
 * @return NULL; MDT_ERR_FORMAT that says what is wrong; &mdt_enomem.
 */
struct mdt_error *mdt_kernel_elf_read(const char *name, struct mdt_slice bytes,
				      struct mdt_kernel_elf *ret) MUST_CHECK;
void mdt_kernel_elf_deinit(struct mdt_kernel_elf *elf);

/** @return The section of this name, or NULL. */
const struct mdt_kernel_section *mdt_kernel_elf_section(const struct mdt_kernel_elf *elf,
							struct mdt_slice name);

/** The first symbol at or after @p at of a section, as an index into by_place. */
uint32_t mdt_kernel_elf_from(const struct mdt_kernel_elf *elf, uint32_t section,
			     uint64_t at);

/** The symbol that a place of a section is in: a function or an object before all.
 * @return NULL: in none. */
const struct mdt_kernel_symbol *mdt_kernel_elf_symbol_at(const struct mdt_kernel_elf *elf,
							 uint32_t section, uint64_t at);

/**
 * The pointer at a place.
 * @return false when there is none: neither a relocation, nor, in what is linked, the
 * address of something.
 */
bool mdt_kernel_elf_pointer(const struct mdt_kernel_elf *elf, uint32_t section,
			    uint64_t at, struct mdt_kernel_target *ret);

/** The text at a place, without its NUL. @return false: none ends there. */
bool mdt_kernel_elf_text(const struct mdt_kernel_elf *elf, uint32_t section, uint64_t at,
			 struct mdt_slice *ret);

#endif
