/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The kernel proper out of a bzImage. QEMU can start it as it is through its PVH entry
 * (Linux commit 7733607fb3e1 ("xen/pvh: Split CONFIG_XEN_PVH into CONFIG_PVH and
 * CONFIG_XEN_PVH") (in v5.0) made that work without Xen), and the host takes a tenth of
 * the time that the emulated CPU would take to decompress it.
 */
#ifndef MDT_VM_VMLINUX_H
#define MDT_VM_VMLINUX_H

#include "base/buf.h"
#include "base/error.h"

/** Whether these are an ELF kernel with a PVH entry: a note PHYS32_ENTRY of Xen. */
bool mdt_vmlinux_is_pvh(struct mdt_slice bytes);

/**
 * Append the kernel that is in a bzImage (Documentation/arch/x86/boot.rst,
 * payload_offset).
 * @return Whether there is one that could be decompressed to the size that is noted
 * behind it.
 */
bool mdt_vmlinux_extract(struct mdt_slice image, struct mdt_buf *ret);

/**
 * The same as a memfd, for QEMU.
 * @param release The kernel's.
 * @return A descriptor, or -1: it has to be started as the bzImage that it is.
 */
int mdt_vmlinux_open(const char *image, const char *release);

#endif
