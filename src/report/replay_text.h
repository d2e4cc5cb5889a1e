/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Verdicts as people read them: `mdtrace replay`. A row for each md call, and for every
 * other call that was not confirmed or behind which something was seen; below it what
 * differs and what the kernel said.
 */
#ifndef MDT_REPORT_REPLAY_TEXT_H
#define MDT_REPORT_REPLAY_TEXT_H

#include "base/buf.h"
#include "kernel/graph.h"
#include "verdict/verdict.h"

/** What is known of the machine beside the executed log; what is not is empty or NULL. */
struct mdt_replay_machine {
	struct mdt_slice modules; /* "md_mod,raid1,loop" */
	const char *accel;	  /* "tcg", "kvm" */
};

struct mdt_replay_text_options {
	bool verbose; /* every call, every field, every reason */
	bool color;   /* with ANSI's escapes */
	/** The kernel functions that calls ran, if they were traced; NULL: not. Borrowed.
	 */
	const struct mdt_graph_view *graph;
};

/**
 * Append the report.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_replay_text(const struct mdt_verdicts *verdicts,
					  const struct mdt_replay_machine *machine,
					  const struct mdt_replay_text_options *options,
					  struct mdt_buf *ret) MUST_CHECK;

/**
 * Append one line with what it comes to: `confirmed  14 md calls: 14 confirmed  NAME`.
 * @param name The log's; as it is.
 */
MDT_API void mdt_replay_summary(const struct mdt_verdicts *verdicts,
				struct mdt_slice name, bool color, struct mdt_buf *ret);

/** What it comes to, in a word or two: "confirmed", "differs", "drift", "not run", or how
 * the VM ended. Static. */
MDT_API const char *mdt_replay_outcome(const struct mdt_verdicts *verdicts);

#endif
