/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Packs read at run time: an object that was compiled from nothing but `#include` lines,
 * with macros in its debug info. docs/HOWTO_ADD_IOCTL.md says how to make one.
 */
#ifndef MDT_IOCTL_PACK_H
#define MDT_IOCTL_PACK_H

#include "base/error.h"
#include "ioctl/table.h"

struct mdt_pack;

/**
 * Read a pack object and put its commands beside those of @p base.
 * @param base Borrowed: must outlive @p ret. A name of the pack that @p base has too,
 *with the same number, is left out: base's rows know more.
 * @param path An ELF object or shared object; it may be hostile.
 * @param[out] ret Owned by the caller: mdt_pack_destroy(). Untouched on error.
 * @return NULL; MDT_ERR_OS; MDT_ERR_FORMAT when it is not an ELF object; MDT_ERR_DWARF
 *when it has no macros, is damaged, or asks for too much work.
 */
MDT_API struct mdt_error *mdt_pack_create(const struct mdt_ioctl_table *base,
					  const char *path,
					  struct mdt_pack **ret) MUST_CHECK;

/** The same from an open file: @p fd stays the caller's, @p path is for messages. */
MDT_API struct mdt_error *mdt_pack_create_fd(const struct mdt_ioctl_table *base, int fd,
					     const char *path,
					     struct mdt_pack **ret) MUST_CHECK;

/** Frees the pack with its table, types and names; NULL is fine. */
MDT_API void mdt_pack_destroy(struct mdt_pack *pack);

/** Base and pack together; lives as long as the pack. */
MDT_API const struct mdt_ioctl_table *mdt_pack_table(const struct mdt_pack *pack);

#endif
