/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A plan: the calls of a log that reach the md driver, each with all of its argument, in
 * the order in which they are to be made. Its text is an strace log with directives in
 * comments; docs/plan.md has the language. The same language carries what the guest
 * executed, so this reader reads both, on the host and in the guest.
 */
#ifndef MDT_PLAN_PLAN_H
#define MDT_PLAN_PLAN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

/** A scratch disk. */
struct mdt_plan_disk {
	uint32_t major, minor;
	struct mdt_slice path; /* its node, absolute */
	uint64_t size;	       /* bytes */
	uint32_t sector;       /* its logical block size in bytes; 0: 512 */
	struct mdt_slice why;  /* where the size is from, when not from the log */
	bool is_partition;     /* of the disk parent_major:parent_minor */
	uint32_t parent_major, parent_minor;
};

/** A field of an argument that the log does not have, and where it is from. */
struct mdt_plan_derived {
	struct mdt_slice field;
	struct mdt_slice reason;
	bool from_array; /* the guest puts in what GET_ARRAY_INFO gives just before */
};

/** What a step of a plan is. */
enum mdt_plan_step_kind {
	MDT_STEP_CALL,
	MDT_STEP_SETTLE,   /* wait until the array is quiet */
	MDT_STEP_TEARDOWN, /* leave nothing of what the steps so far have done */
};

/** A directive that the guest wrote: `uevent`, `state`, ...; see docs/plan.md. */
struct mdt_plan_seen {
	struct mdt_slice word; /* `state` */
	struct mdt_slice rest; /* what is behind it, as it stands there */
};

struct mdt_plan_step {
	enum mdt_plan_step_kind kind;
	struct mdt_slice text; /* CALL: the line, without its end */
	unsigned long line; /* CALL: in the section's log; 0: the log does not have it */
	struct mdt_slice made; /* CALL: why the planner made it; empty: it is the log's */
	bool await;	       /* CALL */
	struct mdt_plan_derived *derived;
	size_t derived_count;
	unsigned long plan_line; /* where the step stands in the plan's own text, from 1;
				  * set by the reader */
	struct mdt_plan_seen *seen; /* of an executed log: what came behind it */
	size_t seen_count;
};

/** Calls that are not run, and why. */
struct mdt_plan_skipped {
	size_t count;
	struct mdt_slice reason;
};

/** The calls of one log, or a prologue. */
struct mdt_plan_section {
	bool is_prologue;
	struct mdt_slice name; /* the log's path, or what the prologue is for */
	struct mdt_plan_step *steps;
	size_t step_count;
	struct mdt_plan_skipped *skipped;
	size_t skipped_count;
	struct mdt_plan_seen *seen; /* of an executed log: before the first step */
	size_t seen_count;
};

struct mdt_plan {
	struct mdt_arena arena;	   /* owns everything here */
	bool is_executed;	   /* `executed 1` */
	struct mdt_slice recorded; /* kernel release; empty: not known */
	struct mdt_slice *modules;
	size_t module_count;
	struct mdt_plan_disk *disks;
	size_t disk_count;
	struct mdt_slice *notes;
	size_t note_count;
	struct mdt_plan_section *sections;
	size_t section_count;
	struct mdt_plan_seen *seen; /* of an executed log: `guest` at the top */
	size_t seen_count;
};

/** Zeroed memory does as well. */
MDT_API void mdt_plan_init(struct mdt_plan *plan);

/** Frees all; the plan is then empty. */
MDT_API void mdt_plan_deinit(struct mdt_plan *plan);

/**
 * Append a zeroed item to one of a plan's lists, whose memory is the plan's; pointers to
 * items are valid until the list's next one.
 * @param items Address of the list (of `steps`).
 * @param count Of the list.
 * @return NULL when out of memory; the list is then as it was.
 */
MDT_API void *mdt_plan_push(struct mdt_plan *plan, void *items, size_t *count,
			    size_t item_size) MUST_CHECK;

/** mdt_plan_push(plan, &section->steps, &section->step_count, ...) with its type. */
#define mdt_plan_add(plan, items, count)                                                 \
	((__typeof__(*(items)) *)mdt_plan_push((plan), &(items), &(count),               \
					       sizeof(*(items))))

/** Whether a log is a plan or an executed log: by its first line that is not blank. */
MDT_API bool mdt_plan_is(struct mdt_slice text);

/**
 * Read a plan, or an executed log.
 * @param path For errors.
 * @param text Copied where it is needed; need not outlive the plan.
 * @param[out] plan An empty plan. On error: to be deinitialised all the same.
 * @return NULL; MDT_ERR_SYNTAX with its place for a directive that is not understood, a
 * version that is too new, a call without a section; or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_plan_read(const char *path, struct mdt_slice text,
					struct mdt_plan *plan) MUST_CHECK;

/** Append the plan's text, what was seen included. Reading it gives the same plan. */
MDT_API void mdt_plan_write(const struct mdt_plan *plan, struct mdt_buf *ret);

/**
 * Append a quoted string with C escapes (\n, \t, \", \\, \x1b).
 * mdt_plan_text() is the inverse.
 */
MDT_API void mdt_plan_quote(struct mdt_slice text, struct mdt_buf *ret);

/**
 * Take the next word of a directive.
 * @param rest What is left of it; moves behind the word.
 * @param[out] word A word as it stands there, quotes included; of `key="value"` all.
 * @return false at the end.
 */
MDT_API bool mdt_plan_word(struct mdt_slice *rest, struct mdt_slice *word);

/** Append what a quoted word says; of a word without quotes, the word. @return false when
 * it is not well formed; @p ret then has the part before the fault. */
MDT_API bool mdt_plan_text(struct mdt_slice word, struct mdt_buf *ret);

#endif
