/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The start of a VM, up to its guest's hello. A guest that booted once is put aside
 * (snapshot.h), and the next one goes on from there; where that does not work it boots,
 * and there is a note. KVM or not is accel.h's matter.
 */
#ifndef MDT_VM_START_H
#define MDT_VM_START_H

#include "vm/line.h"
#include "vm/vm.h"

struct mdt_started {
	struct mdt_buf hello; /* its payload; owned */
	struct mdt_buf note;  /* what did not work on the way, sentences; owned */
	bool with_kvm;
	bool is_restored;
	double seconds;
};

void mdt_started_deinit(struct mdt_started *started);

/**
 * @param[out] line The conversation; to be deinitialised, also after an error.
 * @param[out] ret To be deinitialised, also after an error.
 * @return NULL; or see mdt_vm_create().
 */
struct mdt_error *mdt_start(const struct mdt_vm_config *config, struct mdt_line *line,
			    struct mdt_started *ret) MUST_CHECK;

#endif
