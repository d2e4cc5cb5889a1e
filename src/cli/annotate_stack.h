/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The stacks of a log (strace -k) as `annotate` prints them: folded into the remark of
 * their call, `from Create.c:1043 (Create < main)`, or a remark on each frame.
 *
 * A stack comes after its call. So the end of a call's line is printed only when it is
 * known whether a stack follows; the line itself is printed at once.
 */
#ifndef MDT_CLI_ANNOTATE_STACK_H
#define MDT_CLI_ANNOTATE_STACK_H

#include "annotate/annotate.h"
#include "cli/options.h"
#include "cli/out.h"
#include "stack/stack.h"
#include "strace/event.h"

struct annotate_stack {
	struct mdt_programs programs;
	struct mdt_stack stack; /* of the last call */
	struct out *out;	/* borrowed */
	const char *file;	/* the log */
	bool folds, color;
	bool has_seen;	 /* this log has stacks */
	bool is_shown;	 /* the last call's line was printed */
	bool has_remark; /* and has a remark */
	bool is_open;	 /* and has no end yet */
	char eol[2];	 /* what that is */
	size_t eol_len;
	bool has_told; /* why the frames have no source lines */
	struct mdt_buf text;
	struct mdt_buf after; /* lines that follow it */
};

/** @param places As mdt_programs_init() has them; borrowed. */
struct mdt_error *annotate_stack_init(struct annotate_stack *it, struct out *out,
				      const struct strings *places) MUST_CHECK;
void annotate_stack_deinit(struct annotate_stack *it);

/** Another log begins. @param file Its name; borrowed until the next one begins. */
void annotate_stack_begin(struct annotate_stack *it, const char *file);

/** A line was printed, but for its end; or it was left out, then so is its stack. */
struct mdt_error *annotate_stack_line(struct annotate_stack *it,
				      const struct mdt_event *event, bool is_shown,
				      bool has_remark) MUST_CHECK;

/**
 * The line of a frame.
 * @param[out] is_folded It is not to be printed.
 * @param[out] ret What is known of it; NULL when it is not a frame.
 */
struct mdt_error *annotate_stack_frame(struct annotate_stack *it,
				       const struct mdt_event *event, bool *is_folded,
				       const struct mdt_stack_frame **ret) MUST_CHECK;

/** The line is followed by what its derived argument is made of, if it was printed. */
struct mdt_error *
annotate_stack_after(struct annotate_stack *it,
		     const struct mdt_annotation *annotation) MUST_CHECK;

/** Print the end of the line that waits for it, and what follows it. */
void annotate_stack_close(struct annotate_stack *it);

/** The next line may be long in coming: close the line, unless this log has stacks. */
void annotate_stack_wait(struct annotate_stack *it);

#endif
