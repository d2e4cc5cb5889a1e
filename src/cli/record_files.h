/* SPDX-License-Identifier: MIT */
/** @file What a recorded scenario leaves in a folder. */
#ifndef MDT_CLI_RECORD_FILES_H
#define MDT_CLI_RECORD_FILES_H

#include "base/buf.h"
#include "record/head.h"
#include "record/result.h"
#include "record/scenario.h"

struct record_files {
	const struct mdt_scenario *scenario;
	const struct mdt_record_result *result;
	/* Of every log; step and command are filled in. */
	struct mdt_record_head head;
	const char *folder; /* gets STEP.strace, STEP.out and seen.txt */
	const char *whole;  /* gets all logs, one behind the other */
};

/**
 * Make the folder, and those above it, and write the files; those that are there are
 * replaced. A step that did not run has no log; one that wrote nothing has no STEP.out.
 */
struct mdt_error *record_files_write(const struct record_files *files) MUST_CHECK;

#endif
