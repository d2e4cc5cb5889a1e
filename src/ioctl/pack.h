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

/** Who wins where a pack and the table that it is read beside have a number or a name. */
enum mdt_pack_role {
	MDT_PACK_ADDS,	    /* the table: the pack's rows come after its own */
	MDT_PACK_OVERRIDES, /* the pack: its rows come first */
};

/**
 * Read a pack object and put its commands beside those of @p base.
 * @param base Borrowed: must outlive @p ret.
 * @param role Of a name that both have with the same number, one row is left. It is
 *	base's if the pack only adds; also if the pack overrides, but says nothing else
 *than base: the type is laid out the same, or base has a note on what the driver really
 *	does, which a header cannot tell.
 * @param path An ELF object or shared object; it may be hostile.
 * @param[out] ret Owned by the caller: mdt_pack_destroy(). Untouched on error.
 * @return NULL; MDT_ERR_OS; MDT_ERR_FORMAT when it is not an ELF object; MDT_ERR_DWARF
 *when it has no macros, is damaged, or asks for too much work.
 */
MDT_API struct mdt_error *mdt_pack_create(const struct mdt_ioctl_table *base,
					  const char *path, enum mdt_pack_role role,
					  struct mdt_pack **ret) MUST_CHECK;

/** The same from an open file: @p fd stays the caller's, @p path is for messages. */
MDT_API struct mdt_error *mdt_pack_create_fd(const struct mdt_ioctl_table *base, int fd,
					     const char *path, enum mdt_pack_role role,
					     struct mdt_pack **ret) MUST_CHECK;

/** Frees the pack with its table, types and names; NULL is fine. */
MDT_API void mdt_pack_destroy(struct mdt_pack *pack);

/** Base and pack together; lives as long as the pack. */
MDT_API const struct mdt_ioctl_table *mdt_pack_table(const struct mdt_pack *pack);

/** Whether a row of the pack's table, or of one that it is the base of, is the pack's. */
MDT_API bool mdt_pack_has(const struct mdt_pack *pack, const struct mdt_ioctl *row);

#endif
