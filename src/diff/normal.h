/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A call in the form in which it compares equal to the same call of another run.
 *
 * The normalised form is a line of an strace log again, without prefix:
 *
 *	open("/dev/.tmp.md.0:9:100", O_RDWR|O_EXCL|O_DIRECT) = 3</dev/md100>
 *	ioctl(3</dev/md100>, GET_ARRAY_INFO, ADDR) = -1 ENODEV
 *	clone(child_stack=NULL, flags=SIGCHLD, child_tidptr=ADDR) = 1<child>
 *	write(3</dev/loop0>, {version=1.2, uuid=UUID, level=raid1, ...}, 512) = 512
 *	+++ exited with 0 +++
 *
 * and normalising it again changes nothing: that is what makes it a baseline. What the
 * calls mean is read from this text only (meaning.h). Internal to src/diff/.
 */
#ifndef MDT_DIFF_NORMAL_H
#define MDT_DIFF_NORMAL_H

#include "strace/calls.h"
#include "diff/rules.h"
#include "diff/tasks.h"
#include "ioctl/table.h"
#include "trace/trace.h"

struct mdt_normal {
	struct mdt_diff_rules *rules;	     /* borrowed */
	const struct mdt_ioctl_table *table; /* borrowed */
	struct mdt_trace trace;
	struct mdt_diff_tasks tasks;
	struct mdt_names fields; /* of structs that rules know */
	struct mdt_arena arena;	 /* of tasks: lives as long as this */
	struct mdt_arena values; /* of one call's payload */
	struct mdt_nodes nodes;
	struct mdt_buf text;			/* what is made */
	struct mdt_buf path, bytes, data, word; /* scratch */
	/* While a call is written: */
	const struct mdt_event *event;
	const struct mdt_call_row *row; /* NULL: has none */
	uint32_t task;
};

/** @param rules, table Borrowed; must outlive it. */
void mdt_normal_init(struct mdt_normal *normal, struct mdt_diff_rules *rules,
		     const struct mdt_ioctl_table *table);
void mdt_normal_deinit(struct mdt_normal *normal);

/**
 * Normalise an event, and follow it.
 * @param[out] task Whose it is.
 * @param[out] ret The text, valid until the next call; empty when the event is not to be
 * compared: no call, or a rule drops it.
 */
struct mdt_error *mdt_normal_event(struct mdt_normal *normal,
				   const struct mdt_event *event, uint32_t *task,
				   struct mdt_slice *ret) MUST_CHECK;

/**
 * The call of a task that has begun and will not end, since its process has, or the log:
 * with the result `?`.
 * @param[out] line Where it began.
 * @param[out] ret As in mdt_normal_event(); empty when there is none.
 */
struct mdt_error *mdt_normal_pending(struct mdt_normal *normal, uint32_t task,
				     unsigned long *line,
				     struct mdt_slice *ret) MUST_CHECK;

/** Whose a line is, if the line is a process's end. */
struct mdt_error *mdt_normal_ending(struct mdt_normal *normal,
				    const struct mdt_event *event, bool *ends,
				    uint32_t *task) MUST_CHECK;

/* normal_value.c: values by what they look like */

/** Append a value, after its name if it has one. */
void mdt_normal_value(struct mdt_normal *normal, struct mdt_ref ref);
/** Append a descriptor as what it is, without a name. */
void mdt_normal_fd(struct mdt_normal *normal, struct mdt_ref ref);
/** Append a pid as whose it is, without a name. */
void mdt_normal_pid(struct mdt_normal *normal, struct mdt_ref ref);
/** Append bytes as a string, without what is by chance. */
void mdt_normal_bytes(struct mdt_normal *normal, struct mdt_slice bytes, bool cut);

/* normal_spell.c: the same thing in other words */

/**
 * Append an argument that is a number and elsewhere has names.
 * @param after_path How many places it is behind the call's path.
 * @return false, and nothing is appended, when it is none of those.
 */
bool mdt_normal_spell_arg(struct mdt_normal *normal, unsigned int after_path,
			  struct mdt_ref ref);
/** Append a path by its usual name. */
void mdt_normal_spell_path(struct mdt_diff_rules *rules, struct mdt_slice path,
			   struct mdt_buf *ret);

/* normal_text.c: what is by chance inside of text */

/**
 * Append text without uuids, temporary names, pids.
 * @param cut strace has cut the text off: a uuid at its end may not be whole.
 */
void mdt_normal_mask(struct mdt_diff_rules *rules, struct mdt_slice text, bool cut,
		     struct mdt_buf *ret);
/** The same for a path that is an argument: also without what mkstemp() has made up. */
void mdt_normal_mask_path(struct mdt_diff_rules *rules, struct mdt_slice path,
			  struct mdt_buf *ret);
/** Append the text of /proc/mdstat and of sync_* without its progress. */
void mdt_normal_mask_progress(struct mdt_diff_rules *rules, struct mdt_slice text,
			      struct mdt_buf *ret);

/* normal_call.c */

/** Append the call that is being written: `name(args) = `. */
struct mdt_error *mdt_normal_put_call(struct mdt_normal *normal) MUST_CHECK;

/* normal_data.c: ioctl(), read() and write() */

/** Append the arguments behind the descriptor. */
struct mdt_error *mdt_normal_ioctl(struct mdt_normal *normal) MUST_CHECK;
struct mdt_error *mdt_normal_transfer(struct mdt_normal *normal) MUST_CHECK;

/* normal_drop.c */

/** Whether a rule drops the call that is being written. */
bool mdt_normal_drops(struct mdt_normal *normal);

#endif
