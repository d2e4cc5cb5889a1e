/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The guest's root: a cpio archive (newc) in memory, a memfd that QEMU reads. No file of
 * the host is made.
 *
 * What the guest finds when it starts as /init:
 *
 *	/init			itself
 *	/modules/order		see modules.h
 *	/modules/NAME.ko	uncompressed
 *	/dev /proc /sys /run /tmp	empty; /dev has only `console`, of the kernel
 *
 * and on the kernel's command line, /proc/cmdline:
 *
 *	mdtrace.report=/dev/vport0p1	the line of frame.h: a port of virtio-serial, or,
 *	mdtrace.report=/dev/ttyS1	where the kernel has no virtio_console, a UART,
 *					which is to be made raw. The node is there once
 *					the `boot` modules are loaded and devtmpfs is
 *					mounted on /dev; the kernel may take some
 *					milliseconds for it.
 *
 * The kernel's messages, and what is written to /dev/console, are kept by the host and
 * shown when the guest dies.
 */
#ifndef MDT_VM_INITRAMFS_H
#define MDT_VM_INITRAMFS_H

#include "base/error.h"
#include "base/slice.h"

struct mdt_initramfs;

/** An empty archive. */
struct mdt_error *mdt_initramfs_create(struct mdt_initramfs **ret) MUST_CHECK;

/** NULL is fine. */
void mdt_initramfs_destroy(struct mdt_initramfs *initramfs);

/**
 * Add a folder, and those above it that are not there yet. One that is there is fine.
 * @param path Without a slash at the start: `usr/lib`.
 */
struct mdt_error *mdt_initramfs_add_dir(struct mdt_initramfs *initramfs,
					const char *path) MUST_CHECK;

/** Add a file, and the folders above it. @param mode Permissions: 0755. */
struct mdt_error *mdt_initramfs_add_bytes(struct mdt_initramfs *initramfs,
					  const char *path, unsigned int mode,
					  struct mdt_slice bytes) MUST_CHECK;

/**
 * The same with the contents of a file of the host.
 * @return Also MDT_ERR_OS that names the host's file.
 */
struct mdt_error *mdt_initramfs_add_file(struct mdt_initramfs *initramfs,
					 const char *path, unsigned int mode,
					 const char *host_path) MUST_CHECK;

/** Add a symbolic link, and the folders above it. */
struct mdt_error *mdt_initramfs_add_link(struct mdt_initramfs *initramfs,
					 const char *path, const char *target) MUST_CHECK;

/**
 * End the archive: nothing can be added any more.
 * @param[out] fd Of the memfd, at its start, close-on-exec; the caller closes it.
 */
struct mdt_error *mdt_initramfs_finish(struct mdt_initramfs *initramfs,
				       int *fd) MUST_CHECK;

static inline void mdt_initramfs_destroyp(struct mdt_initramfs **initramfs)
{
	mdt_initramfs_destroy(*initramfs);
}

#endif
