/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The VM as the commands use it: started when it is first needed, started again after one
 * that did not survive or that an array is stuck in.
 */
#ifndef MDT_CLI_MACHINE_H
#define MDT_CLI_MACHINE_H

#include "cli/cli.h"
#include "plan/plan.h"
#include "vm/vm.h"

/** What `--kernel`, `--modules`, `--accel`, `--timeout` and `--no-snapshot` say; part of
 * a command's own. */
struct machine_options {
	const char *kernel, *modules, *timeout;
	unsigned int accel; /* index into accel_names: enum mdt_accel */
	bool no_snapshot;
};

extern const char *const accel_names[];

#define NO_SNAPSHOT_ROW(options, member)                                                 \
	{                                                                                \
		.name = "no-snapshot", STORE_FLAG(options, member),                      \
		.help = "boot the VM, and put no booted guest aside for later runs"      \
	}

/** The option rows; @p options is the command's struct, which has them as @p member. */
#define MACHINE_ROWS(options, member)                                                    \
	{ .name = "kernel",                                                              \
	  .arg = "IMAGE|DIR",                                                            \
	  STORE_STRING(options, member.kernel),                                          \
	  .help = "a vmlinuz, or the root of an unpacked kernel package (default: the "  \
		  "newest installed kernel that has md)" },                              \
		MACHINE_ROWS_BUT_KERNEL(options, member)

/** The same for a command that takes several kernels. */
#define MACHINE_ROWS_BUT_KERNEL(options, member)                                                  \
	{ .name = "modules",                                                                      \
	  .arg = "DIR",                                                                           \
	  STORE_STRING(options, member.modules),                                                  \
	  .help = "the kernel's lib/modules/RELEASE (default: beside the "                        \
		  "kernel)" },                                                                    \
		{ .name = "timeout",                                                              \
		  .arg = "SECONDS",                                                               \
		  STORE_STRING(options, member.timeout),                                          \
		  .help = "how long the VM may take to boot, and then be silent (default: 60)" }, \
		NO_SNAPSHOT_ROW(options, member.no_snapshot),                                     \
	{                                                                                         \
		.name = "accel", .arg = "WHAT", .values = accel_names,                            \
		STORE_CHOICE(options, member.accel),                                              \
		.help = "how QEMU runs the VM (auto: kvm if a guest has been seen to "            \
			"start with it)",                                                         \
	}

struct machine {
	struct mdt_vm_config config;
	unsigned int timeout; /* seconds, of a job */
	struct mdt_vm *vm;    /* NULL: none runs */
	unsigned int boots;   /* so far */
	bool verbose;	      /* say how each was started */
};

/** @return NULL, or MDT_ERR_INVALID that names the option. */
struct mdt_error *machine_init(struct machine *machine,
			       const struct machine_options *options) MUST_CHECK;

/** Ends the VM, if one runs. */
void machine_deinit(struct machine *machine);

/** How a job ended. */
struct machine_end {
	enum mdt_vm_outcome outcome;
	struct mdt_buf why; /* FAILED, LOST, and of FINISHED what is stuck; owned */
	struct mdt_buf
		console; /* the kernel's last lines, if it did not survive; owned */
	bool stuck;	 /* an array could not be torn down; the next job gets a new VM */
};

void machine_end_deinit(struct machine_end *end);

/** Start the VM unless it runs. */
struct mdt_error *machine_start(struct machine *machine) MUST_CHECK;

/**
 * Have a plan executed.
 * @param options Lines of src/guest/job.h; may be empty.
 * @param[out] executed An empty plan: gets the executed log as far as it came.
 * @param[out] end Zeroed; for machine_end_deinit() also after an error.
 * @return NULL, also when the VM did not survive; or why it could not be started.
 */
struct mdt_error *machine_run(struct machine *machine, const struct mdt_plan *plan,
			      struct mdt_slice options, struct mdt_plan *executed,
			      struct machine_end *end) MUST_CHECK;

/** Load md's modules anew, so that nothing of the jobs so far is left; if a VM runs. */
struct mdt_error *machine_freshen(struct machine *machine) MUST_CHECK;

#endif
