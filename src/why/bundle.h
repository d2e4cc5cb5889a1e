/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a customer sends: logs, folders, archives (tar and zip, compressed or not), in any
 * order, with the kernel's log and /proc/mdstat beside them. Files are told apart by what
 * is in them.
 */
#ifndef MDT_WHY_BUNDLE_H
#define MDT_WHY_BUNDLE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

enum mdt_bundle_kind {
	MDT_BUNDLE_LOG,	   /* strace's */
	MDT_BUNDLE_KERNEL, /* dmesg, journalctl -k */
	MDT_BUNDLE_MDSTAT, /* /proc/mdstat */
	MDT_BUNDLE_OTHER,  /* nothing that is understood */
};

struct mdt_bundle_file {
	enum mdt_bundle_kind kind;
	const char *name;      /* the path; of an archive's member `bundle.tar.gz:log` */
	bool in_memory;	       /* else it is the file of this name */
	struct mdt_slice text; /* in_memory: all of it */
	struct mdt_slice time; /* of the first line that has one; else empty */
};

struct mdt_bundle {
	struct mdt_arena arena; /* owns names */
	struct mdt_bundle_file *items;
	size_t count, cap;
	void **texts; /* owned, of archives */
	size_t text_count, text_cap, text_bytes;
	/* Told for what cannot be read; the rest is read all the same. May be NULL. */
	void (*trouble)(void *data, struct mdt_error *err); /* takes err */
	void *data;
};

/**
 * Look at what is there, and at what it is. Logs are in the order of their times if all
 * have one, else as they were given; folders and archives by name.
 * @param bundle Zeroed, but for trouble and data. To be deinitialised in any case.
 * @param paths "-" is standard input, a log. Borrowed until mdt_bundle_deinit().
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_bundle_open(struct mdt_bundle *bundle,
					  const char *const *paths,
					  size_t count) MUST_CHECK;
MDT_API void mdt_bundle_deinit(struct mdt_bundle *bundle);

#endif
