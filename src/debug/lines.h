/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The source lines of an address, by DWARF (libdwfl): that of the code, and for each
 * function that the compiler has inlined it into, that of the call.
 */
#ifndef MDT_DEBUG_LINES_H
#define MDT_DEBUG_LINES_H

#include <elfutils/libdwfl.h>

#include "base/arena.h"
#include "base/error.h"
#include "debug/source.h"

/**
 * @param at An address of the module, with its bias.
 * @param arena Owns what @p ret points to.
 * @return NULL or &mdt_enomem.
 */
struct mdt_error *mdt_debug_lines(Dwfl_Module *module, Dwarf_Addr at,
				  struct mdt_arena *arena,
				  struct mdt_source_lines *ret) MUST_CHECK;

#endif
