/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What an executed log says was seen behind a call, as values: kernel messages, uevents,
 * threads, and the arrays' state, of which the log has only what changed. docs/plan.md
 * has the directives.
 */
#ifndef MDT_VERDICT_OBSERVED_H
#define MDT_VERDICT_OBSERVED_H

#include "base/map.h"
#include "plan/plan.h"

struct mdt_seen_message {
	unsigned int level; /* 0 (emergency) to 7 (debug) */
	struct mdt_slice text;
};

struct mdt_seen_uevent {
	struct mdt_slice name;	/* change@/devices/virtual/block/md100 */
	struct mdt_slice *vars; /* ACTION=change */
	size_t var_count;
};

struct mdt_seen_thread {
	bool came; /* else it went */
	struct mdt_slice name;
};

/** A key of an array's state, before and after a call. */
struct mdt_seen_change {
	struct mdt_slice node; /* md100 */
	struct mdt_slice key;  /* array_state; empty: the node itself went */
	bool had, has;
	struct mdt_slice before, after; /* when had, and has */
};

enum mdt_alarm_kind {
	MDT_ALARM_WARNING, /* WARNING:, a sysfs or kobject complaint with its trace */
	MDT_ALARM_LOCKDEP,
	MDT_ALARM_HUNG, /* INFO: task ... blocked, a stalled RCU, a soft lockup */
	MDT_ALARM_OOPS, /* BUG:, Oops:, general protection, a panic */
};

/** @return "warning", "lockdep", "hung task" or "oops". */
MDT_API const char *mdt_alarm_name(enum mdt_alarm_kind kind);

/** The kernel complains of itself. */
struct mdt_alarm {
	enum mdt_alarm_kind kind;
	struct mdt_slice text; /* the line that says what it is */
	size_t first, count;   /* its lines among the messages */
};

/** Everything behind one step. All in the arena that it was made in. */
struct mdt_observed {
	struct mdt_seen_message *messages;
	size_t message_count;
	struct mdt_seen_uevent *uevents;
	size_t uevent_count;
	struct mdt_seen_thread *threads;
	size_t thread_count;
	struct mdt_seen_change *changes; /* only what did change */
	size_t change_count;
	struct mdt_alarm *alarms;
	size_t alarm_count;
	bool has_waited;	  /* `waited`, `settled` */
	uint64_t waited;	  /* microseconds */
	struct mdt_slice in_vain; /* what it waited for did not come: the log's word for
				   * it; empty: it came */
	bool not_run;
	struct mdt_slice not_run_why;
	struct mdt_slice
		unknown; /* the first directive that makes no sense; empty: none */
};

/** The state of all arrays, as of the last step that was taken in. */
struct mdt_states {
	struct mdt_map nodes; /* name to struct mdt_state */
};

MDT_API void mdt_states_deinit(struct mdt_states *states);

/** @return false when the array has no such key, or is not known. */
MDT_API bool mdt_states_find(const struct mdt_states *states, struct mdt_slice node,
			     struct mdt_slice key, struct mdt_slice *ret);

/**
 * Take in what was seen behind a step.
 * @param states Is then as of behind the step.
 * @param arena Owns what is in @p ret and in @p states; must outlive both.
 * @return NULL or &mdt_enomem. What is not understood is not an error: see `unknown`.
 */
MDT_API struct mdt_error *mdt_observed_read(const struct mdt_plan_step *step,
					    struct mdt_states *states,
					    struct mdt_arena *arena,
					    struct mdt_observed *ret) MUST_CHECK;

/**
 * Find the complaints among kernel messages, each with the lines of its trace.
 * @param arena Owns @p ret.
 */
MDT_API struct mdt_error *mdt_alarms_find(const struct mdt_seen_message *messages,
					  size_t count, struct mdt_arena *arena,
					  struct mdt_alarm **ret,
					  size_t *ret_count) MUST_CHECK;

#endif
