/* SPDX-License-Identifier: MIT */
/** @file How a recorded scenario went, for the user. */
#ifndef MDT_CLI_RECORD_JUDGE_H
#define MDT_CLI_RECORD_JUDGE_H

#include "cli/cli.h"
#include "record/result.h"
#include "record/scenario.h"
#include "vm/vm.h"

/** A VM ended that was to do something. @param what Which thing; begins the message. */
struct mdt_error *record_lost(const struct mdt_vm_result *ended,
			      const char *what) MUST_CHECK;

/**
 * Print a line for each step; what did not go as the scenario says goes to cli_report().
 * @param ended How the VM's job ended.
 * @param[out] ret Becomes STATUS_DIFFERS for a step that did not end as it was to, or an
 * array that did not settle, and STATUS_TROUBLE when the VM did not survive.
 * @return NULL or &mdt_enomem.
 */
struct mdt_error *record_judge(const struct mdt_scenario *scenario,
			       const struct mdt_vm_result *ended,
			       const struct mdt_record_result *result, struct out *out,
			       enum status *ret) MUST_CHECK;

#endif
