/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a kernel module says of itself, `key=value` texts in its section .modinfo: read by
 * libkmod from the module's bytes. No modules.dep is needed, and no configuration of the
 * host (modprobe.d) is looked at.
 */
#ifndef MDT_VM_MODINFO_H
#define MDT_VM_MODINFO_H

#include "base/error.h"
#include "base/slice.h"

struct kmod_list;

/** Zeroed memory is one without texts. */
struct mdt_modinfo {
	struct kmod_list *texts; /* owned */
	struct kmod_list *at;	 /* the next one; NULL at the end */
};

/**
 * Read the texts.
 * @param name Of the module's file, for messages.
 * @param ko The module, an ELF64 object, uncompressed. Any bytes will do.
 * @param[out] ret To be deinitialised, also on error.
 * @return NULL; MDT_ERR_FORMAT: it is no module; MDT_ERR_OS.
 */
struct mdt_error *mdt_modinfo_read(const char *name, struct mdt_slice ko,
				   struct mdt_modinfo *ret) MUST_CHECK;

void mdt_modinfo_deinit(struct mdt_modinfo *info);

/**
 * Take the next text.
 * @param[out] key, value Valid as long as @p info.
 * @return false at the end.
 */
bool mdt_modinfo_next(struct mdt_modinfo *info, struct mdt_slice *key,
		      struct mdt_slice *value);

#endif
