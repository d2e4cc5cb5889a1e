/* SPDX-License-Identifier: MIT */
/** @file All that the guest has: what lasts from boot to the end, and between jobs. */
#ifndef MDT_GUEST_MACHINE_H
#define MDT_GUEST_MACHINE_H

#include "guest/disks.h"
#include "guest/modules.h"
#include "guest/observe.h"
#include "guest/report.h"

struct guest_machine {
	struct guest_report report;
	struct guest_modules modules;
	struct guest_observer observer;
	struct guest_disks disks;    /* of the last job, until they are torn down */
	struct mdt_arena made_arena; /* owns the paths of made */
	struct mdt_slice *made;	     /* owned: what the log's calls made, oldest first */
	size_t made_len, made_cap;
	struct guest_state knobs; /* as they were before the first job */
};

/**
 * Mount what a system has, load the modules, open the report line and what is observed.
 * @return NULL, or what failed first; what could be done is done.
 */
struct mdt_error *guest_boot(struct guest_machine *machine) MUST_CHECK;

/** Leave nothing of the last job. @param ret What is stuck, a line each. */
void guest_clean(struct guest_machine *machine, struct mdt_buf *ret);

/**
 * Run a plan: lines of the executed log go to the report.
 * @param stuck What is stuck when it was torn down, a line each.
 * @return NULL; or why it could not be run, or not to its end.
 */
struct mdt_error *guest_run(struct guest_machine *machine, struct mdt_slice text,
			    const struct guest_job *job,
			    struct mdt_buf *stuck) MUST_CHECK;

/** Serve the host until it says that we end. */
void guest_serve(struct guest_machine *machine);

#endif
