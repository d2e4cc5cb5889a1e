/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The arguments that a log does not have, for annotations of it. A file is read a second
 * time, and only when the first argument is missed; a pipe cannot be.
 */
#ifndef MDT_CLI_KNOWN_H
#define MDT_CLI_KNOWN_H

#include "annotate/annotate.h"

struct known {
	const char *file;	    /* borrowed; NULL: there is none yet */
	struct mdt_derived_log log; /* of this file, with is_done */
	bool is_done;
	bool failed_memory;
	struct mdt_error *unread; /* for unread_end(), which takes it */
};

/** Who is asked; @p known must outlive it. */
struct mdt_annotate_knower known_knower(struct known *known);

/** Another log begins. */
void known_begin(struct known *known, const char *file);

static inline void known_deinit(struct known *known)
{
	mdt_derived_log_deinit(&known->log);
}

#endif
