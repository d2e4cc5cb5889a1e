/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A virtual machine with a real kernel and mdtrace-guest as its first process: QEMU, an
 * initramfs that is made in memory, one serial line for the kernel's messages and one for
 * the frames of frame.h. Nothing of the host is touched: no device, no module, no file
 * but the kernel, its modules and the guest program, which are read; and in the user's
 * cache folder what accel.h remembers, and the guests that snapshot.h puts aside.
 */
#ifndef MDT_VM_VM_H
#define MDT_VM_VM_H

#include "base/buf.h"
#include "base/error.h"

enum mdt_accel {
	MDT_ACCEL_AUTO, /* KVM if a guest has been seen to start with it, else TCG */
	MDT_ACCEL_KVM,	/* or nothing: an error if no guest comes up with it */
	MDT_ACCEL_TCG,
};

/** A file that the guest is to have beside its own. */
struct mdt_vm_file {
	const char *path;	/* without a slash at the start */
	unsigned int mode;	/* permissions: 0755 */
	const char *host;	/* the host's file with its contents; NULL: bytes */
	struct mdt_slice bytes; /* borrowed until mdt_vm_create() is back */
};

struct mdt_vm_config {
	const char *kernel; /* a vmlinuz, the root of an unpacked kernel package, or NULL:
			     * the newest installed one that has the modules */
	const char *modules; /* lib/modules/RELEASE, or a folder above it; NULL: beside
			      * the kernel */
	const char *guest; /* the program mdtrace-guest; NULL: see mdt_vm_guest_path() */
	const char *qemu;  /* NULL: qemu-system-x86_64 of $PATH */
	enum mdt_accel accel;
	unsigned int memory;		 /* MiB; 0: 512 */
	unsigned int boot_timeout;	 /* seconds; 0: 60, with MDT_ACCEL_KVM 15 */
	const struct mdt_vm_file *files; /* borrowed, file_count of them */
	size_t file_count;
	bool no_snapshot; /* boot, and put no guest aside */
};

/** How a VM, or a job in it, ended. */
enum mdt_vm_outcome {
	MDT_VM_FINISHED,
	MDT_VM_PANICKED,  /* the kernel's last words are in the console */
	MDT_VM_LOST,	  /* QEMU ended, or the guest said nonsense; `why` has more */
	MDT_VM_TIMED_OUT, /* no answer within the bound */
	MDT_VM_FAILED,	  /* the guest said why it could not do the job */
};

MDT_API const char *mdt_vm_outcome_name(enum mdt_vm_outcome outcome);

struct mdt_vm;

/**
 * Start a VM and wait until its guest says hello.
 * @return NULL, or what is missing, with the Debian package to install where it is a
 * program or a kernel; or how the boot ended, with the console's last lines.
 */
MDT_API struct mdt_error *mdt_vm_create(const struct mdt_vm_config *config,
					struct mdt_vm **ret) MUST_CHECK;

/** Ends QEMU at once and frees; NULL is fine. */
MDT_API void mdt_vm_destroy(struct mdt_vm *vm);

/** What runs: valid as long as the VM. */
struct mdt_vm_info {
	struct mdt_slice release; /* 6.1.0-56-cloud-amd64 */
	struct mdt_slice version; /* #1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (...) */
	struct mdt_slice modules; /* loaded ones: "md_mod,raid1,loop" */
	enum mdt_accel accel;	  /* KVM or TCG */
	double boot_seconds;	  /* from QEMU's start to hello */
	bool is_restored;	  /* it did not boot: it goes on from a snapshot */
	struct mdt_slice note;	  /* why no snapshot was used or kept; empty: none was
				   * missed */
};
MDT_API struct mdt_vm_info mdt_vm_info(const struct mdt_vm *vm);

struct mdt_vm_result {
	enum mdt_vm_outcome outcome;
	struct mdt_slice
		why; /* FAILED, LOST, and of FINISHED what is stuck; else empty */
	struct mdt_slice lines; /* the executed log as far as it came */
	struct mdt_slice
		console; /* of PANICKED, LOST, TIMED_OUT: the kernel's last lines, all
			  * of them if they are not many; see line.h */
};

struct mdt_vm_job {
	struct mdt_slice text;	  /* a plan */
	struct mdt_slice options; /* `key=value` a line; see src/guest/job.h */
	unsigned int timeout;	  /* seconds without a frame from the guest; 0: 60 */
	size_t max_lines;	  /* bytes of executed log to take; 0: 256 MiB */
	/** Called as lines come, may be NULL; a true ends the job as LOST. */
	bool (*progress)(void *data, struct mdt_slice lines);
	void *data;
};

/**
 * Run a job and wait for its end.
 * @param[out] ret Valid until the next call of any function here with this VM.
 * @return NULL, also when the VM did not survive: @p ret says so, and the VM can then
 * only be destroyed. An error is trouble of our own (memory, a descriptor).
 */
MDT_API struct mdt_error *mdt_vm_run(struct mdt_vm *vm, const struct mdt_vm_job *job,
				     struct mdt_vm_result *ret) MUST_CHECK;

/** Tear down what the last job has left. @param fresh And load the modules anew. */
MDT_API struct mdt_error *mdt_vm_reset(struct mdt_vm *vm, bool fresh,
				       struct mdt_vm_result *ret) MUST_CHECK;

/**
 * Where mdtrace-guest is: $MDTRACE_GUEST, beside the running program, its build folder,
 * or the installed libexec folder.
 * @return NULL, or MDT_ERR_OS that names the places.
 */
MDT_API struct mdt_error *mdt_vm_guest_path(char **ret) MUST_CHECK;

static inline void mdt_vm_destroyp(struct mdt_vm **vm)
{
	mdt_vm_destroy(*vm);
}

#endif
