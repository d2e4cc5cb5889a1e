/* SPDX-License-Identifier: MIT */
/** @file What a kernel module says of itself: its section .modinfo, `key=value` texts. */
#ifndef MDT_VM_MODINFO_H
#define MDT_VM_MODINFO_H

#include "base/slice.h"

/**
 * Find the section.
 * @param ko The module, an ELF64 object, uncompressed.
 * @param[out] ret Points into @p ko.
 * @return Whether it is one, and has the section.
 */
MDT_API bool mdt_modinfo_find(struct mdt_slice ko, struct mdt_slice *ret);

/** Take the next text. @return false at the end. */
MDT_API bool mdt_modinfo_next(struct mdt_slice *rest, struct mdt_slice *key,
			      struct mdt_slice *value);

#endif
