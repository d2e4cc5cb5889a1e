/* SPDX-License-Identifier: MIT */
/**
 * @file
 * `mdtrace record --vm SCENARIO`: a scenario in a VM, with the mdadm and the strace of a
 * sysroot. Nothing of this machine is touched but the folder that gets the logs.
 */
#ifndef MDT_CLI_RECORD_VM_H
#define MDT_CLI_RECORD_VM_H

#include "cli/cli.h"
#include "vm/vm.h"

struct record_vm {
	const char *sysroot;	      /* NULL: this machine */
	const char *kernel, *modules; /* NULL: mdt_vm_config's */
	enum mdt_accel accel;
	bool no_snapshot; /* see mdt_vm_config */
	bool times;
	struct mdt_slice recorder; /* program and version, for the heads of logs */
	const char *output;	   /* a folder, made if it is not there; NULL: this one */
	bool by_version;	   /* a folder in it by the versions of mdadm and Linux */
};

/**
 * Record scenarios, all in one VM unless it does not survive one of them, and write the
 * logs: OUTPUT[/VERSION]/SCENARIO/STEP.strace, and all of a scenario's steps in
 * OUTPUT[/VERSION]/SCENARIO.strace. What did not go as a scenario says goes to
 * cli_report().
 * @param out Gets a line for each step.
 * @param[out] ret Becomes STATUS_DIFFERS when a step did not end as it was to, and
 * STATUS_TROUBLE when the VM did not survive.
 * @return What kept them from being recorded; those before it are.
 */
struct mdt_error *record_vm(const struct record_vm *record, const char *const *scenarios,
			    size_t count, struct out *out, enum status *ret) MUST_CHECK;

#endif
