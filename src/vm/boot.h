/* SPDX-License-Identifier: MIT */
/** @file What a VM is started from, found and put together once: the kernel, the
 * initramfs, the program. */
#ifndef MDT_VM_BOOT_H
#define MDT_VM_BOOT_H

#include "vm/kernel.h"
#include "vm/line.h"
#include "vm/tsc.h"
#include "vm/vm.h"

struct mdt_boot {
	struct mdt_vm_kernel kernel;
	char *qemu;	 /* path of the program */
	int vmlinux;	 /* memfd with the kernel uncompressed, or -1; see vmlinux.h */
	int initramfs;	 /* memfd, or -1 */
	bool has_virtio; /* the kernel has virtio_console */
	unsigned int memory;
	struct mdt_tsc began;
};

/**
 * @param[out] ret To be deinitialised, also on error.
 * @return NULL, or what is missing; see mdt_vm_create().
 */
struct mdt_error *mdt_boot_prepare(const struct mdt_vm_config *config,
				   struct mdt_boot *ret) MUST_CHECK;

void mdt_boot_deinit(struct mdt_boot *boot);

/** Start QEMU. @param[out] ret To be deinitialised, if there is no error. */
struct mdt_error *mdt_boot_start(const struct mdt_boot *boot, bool use_kvm,
				 struct mdt_line *ret) MUST_CHECK;

#endif
