/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Which kernel runs: an image that QEMU can start, its release, and the folder with its
 * modules. What is installed, or a kernel package that was only unpacked, in the layouts
 * of Debian (boot/vmlinuz-RELEASE) and of Fedora (lib/modules/RELEASE/vmlinuz).
 */
#ifndef MDT_VM_KERNEL_H
#define MDT_VM_KERNEL_H

#include "base/error.h"
#include "base/slice.h"

struct mdt_vm_kernel {
	char *image;   /* path of a bzImage */
	char *release; /* as uname -r says it: from the image, not from its name */
	char *modules; /* path of lib/modules/RELEASE */
};

/**
 * Find a kernel.
 * @param kernel A bzImage; a folder that has kernels as a root has them, of which the
 * newest that has an md driver is taken; a kernel's build tree, which has
 * arch/x86/boot/bzImage and its modules where they were built; or NULL: as a folder, in
 * @p root.
 * @param modules lib/modules/RELEASE, or a folder above it; NULL: where the kernel is,
 * else in @p root.
 * @param root "/"
 * @param[out] ret To be deinitialised. Untouched on error.
 * @return NULL; MDT_ERR_NOT_FOUND that says what is missing, and which Debian package has
 * it; MDT_ERR_OS; MDT_ERR_FORMAT for an image that is none.
 */
struct mdt_error *mdt_vm_kernel_find(const char *kernel, const char *modules,
				     const char *root,
				     struct mdt_vm_kernel *ret) MUST_CHECK;

void mdt_vm_kernel_deinit(struct mdt_vm_kernel *kernel);

/** A kernel that was found, whether it can be used or not. */
struct mdt_vm_found {
	struct mdt_vm_kernel kernel; /* what is known: the image always */
	char *why;		     /* why it cannot be used; NULL: it can */
};

struct mdt_vm_kernels {
	struct mdt_vm_found *items; /* owned; oldest release first, those that cannot be
				     * used last */
	size_t len, cap;
};

/**
 * Find every kernel of a root or a build tree; or look at one image.
 * @param[in,out] ret Zeroed, or what other roots have; to be deinitialised.
 * @return NULL, also when there is none; or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_vm_kernels_list(const char *path,
					      struct mdt_vm_kernels *ret) MUST_CHECK;

/** The same for a folder; one without a kernel may be a folder of such folders. Or for an
 * image. */
MDT_API struct mdt_error *mdt_vm_kernels_below(const char *path,
					       struct mdt_vm_kernels *ret) MUST_CHECK;

MDT_API void mdt_vm_kernels_deinit(struct mdt_vm_kernels *kernels);

/**
 * The release that a bzImage's setup header names (Documentation/arch/x86/boot.rst,
 * kernel_version).
 * @param head The image's first bytes; MDT_VM_KERNEL_HEAD are always enough.
 * @param[out] ret Points into @p head.
 * @return Whether it is a bzImage that names its release.
 */
bool mdt_vm_kernel_release(struct mdt_slice head, struct mdt_slice *ret);

enum { MDT_VM_KERNEL_HEAD = 0x200 + 0x10000 + 64 };

/**
 * Order of releases: runs of digits count as numbers, `-rc` and `~` come before the
 * release itself, anything else as text.
 * @return Negative, 0 or positive.
 */
MDT_API int mdt_release_cmp(struct mdt_slice a, struct mdt_slice b);

#endif
