/* SPDX-License-Identifier: MIT */
/**
 * @file
 * QEMU as a child process: one vCPU, no disk, no network, no file. It has three lines to
 * us: the kernel's console, the report line of frame.h, and what QEMU itself complains
 * of. It dies when the thread that started it dies, however that happens.
 */
#ifndef MDT_VM_QEMU_H
#define MDT_VM_QEMU_H

#include <sys/types.h>

#include "base/error.h"
#include "vm/vm.h"

struct mdt_qemu_config {
	const char *program;
	const char *kernel; /* path of an image */
	int vmlinux;	    /* a descriptor, taken instead of the image; or -1 */
	int initramfs;	    /* a descriptor; both stay the caller's */
	bool has_virtio;    /* the report line is virtio-serial, else a UART */
	bool use_kvm;
	unsigned int memory;  /* MiB */
	unsigned int tsc_khz; /* see tsc.h; 0: not known. Without KVM only */
};

struct mdt_qemu {
	pid_t pid;   /* 0: none */
	int console; /* a socket; not blocking, as the others */
	int report;  /* a socket, for both directions */
	int errors;  /* QEMU's stderr */
};

/** What mdt_qemu_end() takes, and ends. */
#define MDT_QEMU_NONE                                                                    \
	(struct mdt_qemu)                                                                \
	{                                                                                \
		0, -1, -1, -1                                                            \
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
