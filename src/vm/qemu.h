/* SPDX-License-Identifier: MIT */
/**
 * @file
 * QEMU as a child process: one vCPU, no disk, no network, no file. Its lines to us: the
 * kernel's console; the report line of frame.h, which the guest takes where its kernel
 * can, on a port of virtio-serial or else on a UART; its monitor, if it is asked for; and
 * what QEMU itself complains of. It dies when the thread that started it dies, however
 * that happens.
 *
 * It runs in a box: QEMU's own seccomp filter, no new privileges, an environment of PATH
 * and LD_LIBRARY_PATH, bounds of address space, CPU time, file size and descriptors.
 */
#ifndef MDT_VM_QEMU_H
#define MDT_VM_QEMU_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"
#include "vm/vm.h"

struct mdt_qemu_config {
	const char *program;
	const char *kernel; /* path of an image */
	int vmlinux;	    /* a descriptor, taken instead of the image; or -1 */
	int initramfs;	    /* a descriptor, or -1; all stay the caller's */
	int ram; /* a descriptor of so much memory, which is the guest's; or -1 */
	bool ram_is_ours; /* the guest writes to it, else to a copy of its own */
	int state;	  /* a descriptor with what qmp.h saved, to go on from; or -1 */
	bool has_monitor;
	bool no_sandbox; /* this QEMU was built without seccomp */
	bool use_kvm;
	unsigned int memory;  /* MiB */
	unsigned int tsc_khz; /* see tsc.h; 0: not known. Without KVM only */
};

/** The descriptor that the state has in QEMU. */
enum { MDT_QEMU_STATE = 10 };

struct mdt_qemu {
	pid_t pid;   /* 0: none */
	int console; /* a socket; not blocking, as the others */
	int report;  /* a socket, for both directions: the virtio port */
	int uart;    /* the same over the UART; the guest takes one of the two */
	int monitor; /* a socket, or -1 */
	int errors;  /* QEMU's stderr */
};

/** What mdt_qemu_end() takes, and ends. */
#define MDT_QEMU_NONE                                                                    \
	(struct mdt_qemu)                                                                \
	{                                                                                \
		0, -1, -1, -1, -1, -1                                                    \
	}

/**
 * Where the program is.
 * @param program A path, a name that is looked for in $PATH, or NULL for
 * qemu-system-x86_64.
 * @param[out] ret To be freed.
 * @return NULL, or MDT_ERR_NOT_FOUND that names the package.
 */
struct mdt_error *mdt_qemu_find(const char *program, char **ret) MUST_CHECK;

/**
 * Append the arguments that a guest hangs on, a line each: all but those that name
 * descriptors, and the rate of the clock.
 */
void mdt_qemu_describe(const struct mdt_qemu_config *config, struct mdt_buf *ret);

/**
 * @param[out] ret To be ended with mdt_qemu_end().
 * @return NULL or MDT_ERR_OS. That QEMU runs at all is seen on its lines only.
 */
struct mdt_error *mdt_qemu_start(const struct mdt_qemu_config *config,
				 struct mdt_qemu *ret) MUST_CHECK;

/**
 * Kill it and take its status.
 * @param is_ending It has closed its lines: wait a moment for it to end by itself.
 * @return As of waitpid().
 */
int mdt_qemu_end(struct mdt_qemu *qemu, bool is_ending);

#endif
