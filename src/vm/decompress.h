/* SPDX-License-Identifier: MIT */
/** @file Bytes that may be compressed, by any filter of libarchive. */
#ifndef MDT_VM_DECOMPRESS_H
#define MDT_VM_DECOMPRESS_H

#include "base/buf.h"

/**
 * Append what @p bytes are when uncompressed: themselves, if nothing is known to it.
 * @param name For errors.
 * @param most Bytes; more are an error.
 * @return NULL, MDT_ERR_FORMAT or &mdt_enomem.
 */
struct mdt_error *mdt_decompress(const char *name, struct mdt_slice bytes, size_t most,
				 struct mdt_buf *ret) MUST_CHECK;

/** The same for a file; also MDT_ERR_OS. */
struct mdt_error *mdt_decompress_file(const char *path, size_t most,
				      struct mdt_buf *ret) MUST_CHECK;

#endif
