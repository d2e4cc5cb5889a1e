/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A kernel object that is opened: the file, decompressed; its ELF parts; and its BTF with
 * the base that a module's BTF is split from.
 */
#ifndef MDT_KERNEL_OBJECT_H
#define MDT_KERNEL_OBJECT_H

#include "base/buf.h"
#include "kernel/btf.h"
#include "kernel/elf.h"

struct mdt_kernel_object {
	char *path;
	char *release; /* the kernel's that a module is for; NULL: it does not say */
	struct mdt_buf bytes;
	struct mdt_kernel_elf elf;
	char *base_path; /* where the base was; NULL: none was needed, or found */
	struct mdt_buf base_bytes;
	struct mdt_kernel_elf base_elf;
	struct mdt_btf base, btf;
	bool has_btf;
	struct mdt_buf why_not; /* no BTF: why */
};

/**
 * Open a module (.ko, also compressed), a vmlinux, or a bzImage, of which the vmlinux is
 * taken. That there is no usable BTF is no error: it is said in why_not.
 * @param base The kernel with the base of a module's BTF: a vmlinux, a bzImage, or bare
 * BTF; NULL: the one of the module's release, in the root that the module is in, else in
 * /.
 * @param[out] ret To be deinitialised, also on error.
 * @return NULL; MDT_ERR_OS; MDT_ERR_FORMAT; &mdt_enomem. Trouble with @p base that was
 * given is an error.
 */
struct mdt_error *mdt_kernel_object_open(const char *path, const char *base,
					 struct mdt_kernel_object *ret) MUST_CHECK;

void mdt_kernel_object_deinit(struct mdt_kernel_object *object);

#endif
