/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Whether KVM is of use. That /dev/kvm can be opened says little: inside of some VMs a
 * guest starts and then never comes up. So a guest is started once with each kernel and
 * has a few seconds; how that went is remembered in $XDG_CACHE_HOME/mdtrace (or
 * ~/.cache/mdtrace), a small text file for each combination of kernel, QEMU, host's
 * kernel and CPU. Where that folder cannot be written, it is tried each time.
 */
#ifndef MDT_VM_ACCEL_H
#define MDT_VM_ACCEL_H

#include "base/buf.h"
#include "base/error.h"

enum mdt_accel_memory {
	MDT_ACCEL_NOT_KNOWN,
	MDT_ACCEL_WORKS,
	MDT_ACCEL_DOES_NOT,
};

enum { MDT_ACCEL_SECONDS = 3 }; /* that a guest has to come up with KVM */

/**
 * Append what the answer hangs on, as text.
 * @param files Paths whose size and time of change count: the kernel, QEMU; up to NULL.
 */
void mdt_accel_key(const char *const *files, struct mdt_buf *ret);

/** @return Whether /dev/kvm can be opened; costs nothing. */
bool mdt_accel_has_kvm(void);

/** What is remembered for a key. */
enum mdt_accel_memory mdt_accel_recall(struct mdt_slice key);

/** Remember. Trouble with the file is no error: it is then not remembered. */
void mdt_accel_remember(struct mdt_slice key, bool works);

/** Start a guest with or without KVM, with a bound in seconds (0: the usual one). */
typedef struct mdt_error *mdt_accel_start_fn(void *data, bool use_kvm,
					     unsigned int seconds);

/**
 * Start a guest, with KVM if it is known to work or can be tried.
 * @param has_kvm See mdt_accel_has_kvm().
 * @param start When it fails with KVM, it is called again without; what it says then is
 * what is returned. That KVM does not work is remembered only if that went well.
 */
struct mdt_error *mdt_accel_start(struct mdt_slice key, bool has_kvm,
				  mdt_accel_start_fn *start, void *data) MUST_CHECK;

#endif
