/* SPDX-License-Identifier: MIT */
/** @file What a VM is started from, found and put together once: the kernel, the
 * initramfs, the program. */
#ifndef MDT_VM_BOOT_H
#define MDT_VM_BOOT_H

#include "vm/kernel.h"
#include "vm/qemu.h"
#include "vm/tsc.h"
#include "vm/vm.h"

struct mdt_boot {
	const struct mdt_vm_config *config; /* borrowed */
	struct mdt_vm_kernel kernel;
	char *qemu;	 /* path of the program */
	char *guest;	 /* path of mdtrace-guest */
	int vmlinux;	 /* memfd with the kernel uncompressed, or -1; see vmlinux.h */
	int initramfs;	 /* memfd; -1: not unpacked yet */
	bool no_sandbox; /* this QEMU was built without seccomp */
	unsigned int memory;
	struct mdt_tsc began;
};

/**
 * Find all that is needed; little of it is read.
 * @param[out] ret To be deinitialised, also on error.
 * @return NULL, or what is missing; see mdt_vm_create().
 */
struct mdt_error *mdt_boot_find(const struct mdt_vm_config *config,
				struct mdt_boot *ret) MUST_CHECK;

void mdt_boot_deinit(struct mdt_boot *boot);

/** Append all that a booted guest hangs on, as text; see stamp.h. */
struct mdt_error *mdt_boot_key(const struct mdt_boot *boot, bool use_kvm,
			       struct mdt_buf *ret) MUST_CHECK;

/** Unpack the kernel and its modules, unless they are. */
struct mdt_error *mdt_boot_unpack(struct mdt_boot *boot) MUST_CHECK;

/** A machine as this one: all that is not a descriptor's number is set. */
struct mdt_qemu_config mdt_boot_machine(const struct mdt_boot *boot, bool use_kvm);

#endif
