/* SPDX-License-Identifier: MIT */
/** @file What a page says of its logs before them: they are read once for that. */
#ifndef MDT_CLI_ANNOTATE_CASE_H
#define MDT_CLI_ANNOTATE_CASE_H

#include "plan/plan.h"
#include "report/states_picture.h"
#include "why/why.h"

struct annotate_case {
	struct mdt_why *why; /* NULL: the logs cannot be read twice */
	struct mdt_life life;
	struct mdt_plan plan;
	struct mdt_picture picture;
	unsigned long lines;
	bool has_begun;
	struct mdt_error *unread; /* for unread_end(), which takes it */
};

/**
 * Read the logs. What cannot be read is left to whoever reads them for the page.
 * @param ret To be given to annotate_case_deinit(), also after an error.
 */
struct mdt_error *annotate_case_read(const char *const *files, size_t count,
				     struct annotate_case *ret) MUST_CHECK;
void annotate_case_deinit(struct annotate_case *it);

#endif
