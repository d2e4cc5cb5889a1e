/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The log held against what ran: a verdict for each call of a plan.
 *
 * A call is confirmed when its result, its errno and every byte of output that the log
 * has are what the kernel gave. Fields that cannot be the same twice are set aside, each
 * by a row of setaside.h; what kernels do differently is drift, by a row of drift.h. What
 * the log does not have is not compared, and said to be so.
 *
 * Compared are: the result of every call (of calls that make a descriptor, only whether
 * it is one); what read() and its like give; the argument that an ioctl fills in. Steps
 * of plan and executed log belong together by their place.
 *
 * Which calls are `md calls`: ioctls of md's own, every ioctl on an array's node or a
 * partition of it, and reads and writes of md's attributes (an array's and its members'
 * in sysfs, the array's uevent file, md_mod's parameters) and of /proc/mdstat. Opens,
 * closes and all that is done with disks support them.
 */
#ifndef MDT_VERDICT_VERDICT_H
#define MDT_VERDICT_VERDICT_H

#include "ioctl/table.h"
#include "verdict/drift.h"
#include "verdict/observed.h"
#include "plan/plan.h"

/** How the run ended, as far as whoever ran it knows. */
enum mdt_run_end {
	MDT_RUN_FINISHED,
	MDT_RUN_PANICKED,
	MDT_RUN_LOST,
	MDT_RUN_TIMED_OUT,
	MDT_RUN_FAILED, /* the guest said that it cannot go on */
};

/** @return "finished", "panicked", "lost", "timed out" or "failed". */
MDT_API const char *mdt_run_end_name(enum mdt_run_end end);

struct mdt_run {
	enum mdt_run_end end;
	struct mdt_slice why;	  /* may be empty */
	struct mdt_slice console; /* the kernel's last lines; may be empty */
};

enum mdt_check_kind {
	MDT_CHECK_EQUAL,
	MDT_CHECK_DIFFERS,
	MDT_CHECK_DRIFT,
	MDT_CHECK_SET_ASIDE,  /* may differ, and does; reason says why */
	MDT_CHECK_NOT_IN_LOG, /* there is nothing to compare it with */
};

/** @return "equal", "differs", "drift", "set aside" or "not in the log". */
MDT_API const char *mdt_check_name(enum mdt_check_kind kind);

/** One comparison. */
struct mdt_check {
	enum mdt_check_kind kind;
	struct mdt_slice field; /* "result"; "data"; a field as mdtrace decode names it */
	struct mdt_slice
		expected; /* the log's, as text; empty: the log does not have it */
	struct mdt_slice actual;
	struct mdt_slice reason;       /* SET_ASIDE, NOT_IN_LOG: why; may be empty */
	const struct mdt_drift *drift; /* DRIFT: the row */
	const char *source;	       /* SET_ASIDE: where the kernel does it, or NULL */
};

enum mdt_verdict_kind {
	MDT_VERDICT_CONFIRMED,
	MDT_VERDICT_DIFFERS,
	MDT_VERDICT_DRIFT,
	MDT_VERDICT_NOT_RUN,
};

/** @return "confirmed", "differs", "drift" or "not run". */
MDT_API const char *mdt_verdict_name(enum mdt_verdict_kind kind);

struct mdt_verdict {
	enum mdt_verdict_kind kind;
	bool is_counted; /* a call of the log, not one of the planner's */
	bool is_md;	 /* an md call, as above */
	bool is_running; /* it had begun when the VM vanished */
	bool is_wait;	 /* a `settle`, no call: only observed and why say something */
	const struct mdt_plan_section *section; /* the plan's */
	const struct mdt_plan_step *step;	/* the plan's */
	const struct mdt_plan_step *ran; /* the executed log's; NULL: it has none */
	size_t number; /* among the calls of this log that are in the plan, from 1 */
	struct mdt_slice call;	   /* GET_ARRAY_INFO, write, openat */
	struct mdt_slice subject;  /* what it is about: md100, md100/md/level, loop0; or
				    * empty */
	struct mdt_slice node;	   /* the array that it is about: md100; or empty */
	struct mdt_slice argument; /* what goes in, in short; may be empty */
	struct mdt_slice expected, actual; /* `-1 ENODEV`; empty: none */
	struct mdt_check *checks;	   /* result first */
	size_t check_count;
	struct mdt_slice why;		 /* it was not made: why */
	const struct mdt_verdict *cause; /* the call that this follows from: it gave no
					  * descriptor, as it did in the log. NULL: none.
					  * What follows from drift is drift */
	size_t followers;		 /* calls that this one is the cause of */
	struct mdt_observed observed;
	bool has_before, has_after; /* array_state of node is known */
	struct mdt_slice before, after;
};

struct mdt_verdict_counts {
	size_t calls; /* of the log, in the plan */
	size_t kinds[MDT_VERDICT_NOT_RUN + 1];
	size_t derived; /* calls with a derived argument */
	size_t skipped; /* calls that are not in the plan */
};

/**
 * A disk that the guest has under another number: `guest map`. It puts the log's
 * back wherever one is named, but not into superblocks that are read.
 */
struct mdt_guest_map {
	uint32_t from_major, from_minor, to_major, to_minor;
	struct mdt_slice from, to; /* nodes */
};

struct mdt_verdicts {
	struct mdt_arena arena;			/* owns everything here but the plans */
	const struct mdt_plan *plan, *executed; /* borrowed */
	struct mdt_run run;			/* borrowed text */
	struct mdt_slice kernel; /* that ran it: `guest kernel`; empty: not told */
	struct mdt_slice slow;	 /* why syncs do not end: `guest slow`; or empty */
	const struct mdt_guest_map *maps;
	size_t map_count;
	struct mdt_verdict *all; /* in the plan's order, the planner's calls among them */
	size_t count;
	struct mdt_verdict_counts md;		   /* md calls */
	struct mdt_verdict_counts other;	   /* the calls around them */
	const struct mdt_verdict *prologue_failed; /* the planner's first call that did
						    * not give what it should, or NULL */
	const struct mdt_verdict *running;	   /* when the VM vanished; or NULL */
	struct mdt_slice
		fault; /* the executed log is not one of this plan: why; or the
			* guest could not do what the plan asks for. Empty: none */
	size_t alarms; /* complaints of the kernel, in all */
};

/** Everything that verdicts are made of. All is borrowed and must outlive the verdicts.
 */
struct mdt_verdict_input {
	const struct mdt_plan *plan;
	const struct mdt_plan *executed;     /* as far as it came */
	const struct mdt_run *run;	     /* NULL: it finished */
	const struct mdt_ioctl_table *table; /* NULL: mdt_ioctl_builtin() */
};

/** Zeroed memory does as well. */
MDT_API void mdt_verdicts_init(struct mdt_verdicts *verdicts);

MDT_API void mdt_verdicts_deinit(struct mdt_verdicts *verdicts);

/**
 * Hold a plan against what ran.
 * @param[out] ret Empty verdicts; on error to be deinitialised all the same.
 * @return NULL, also when the executed log is none of this plan (see `fault`); or
 * &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_verdicts_make(const struct mdt_verdict_input *input,
					    struct mdt_verdicts *ret) MUST_CHECK;

/** How a process that shows them should end: 0 nothing differs; 1 something does; 2 the
 * run did not come to its end, or a call could not be made though nothing differs, or the
 * log has no md call, so that nothing says that it is confirmed. */
MDT_API int mdt_verdicts_status(const struct mdt_verdicts *verdicts);

#endif
