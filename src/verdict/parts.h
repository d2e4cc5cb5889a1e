/* SPDX-License-Identifier: MIT */
/** @file How one call is compared. Internal to src/verdict/. */
#ifndef MDT_VERDICT_PARTS_H
#define MDT_VERDICT_PARTS_H

#include "md/sysfs.h"
#include "verdict/setaside.h"
#include "verdict/verdict.h"
#include "strace/event.h"
#include "trace/about.h"

struct mdt_compare {
	struct mdt_verdicts *verdicts;
	struct mdt_arena *arena; /* the verdicts' */
	const struct mdt_ioctl_table *table;
	struct mdt_trace trace;	  /* of the log's calls */
	struct mdt_states states; /* of the replay's arrays */
	struct mdt_map facts;	  /* an array's name to what has been: struct facts */
	struct mdt_uname recorded, replaying;
	struct mdt_guest_map *maps;
	size_t map_count;
	unsigned int aside_when;    /* enum mdt_aside_when */
	unsigned int facts_of_all;  /* enum mdt_drift_when that hold for every array */
	unsigned int facts_of_node; /* and for the array of this call */
	struct mdt_nodes log_nodes, ran_nodes;
	struct mdt_buf log_bytes, ran_bytes, text;
	struct mdt_arena values; /* of one call */

	/* The call. */
	struct mdt_verdict *verdict;
	const struct mdt_event *log, *ran;
	struct mdt_about about; /* md.attr and path are kept */
	struct mdt_slice op;	/* as annotate/remark.h names it: `read array_state` */
	struct mdt_slice word;	/* that is written to an attribute; or empty */
	size_t check_cap;
	size_t different; /* checks of it that are not equal */
	bool failed_memory;
	struct mdt_lost_fd *lost; /* descriptors that only the log has; cause.c */
};

/* ---- verdict_check.c: checks ---- */

/** A copy in the verdicts' arena; empty when out of memory. */
struct mdt_slice mdt_keep(struct mdt_compare *compare, struct mdt_slice text);

/** Add a check. Its texts are kept by mdt_keep(). */
void mdt_check_add(struct mdt_compare *compare, struct mdt_check check);

/** Two texts that should be the same: equal, drift, set aside, or different. */
struct mdt_compared {
	enum mdt_aside_of of;
	struct mdt_slice op;	/* for drift; empty: the call's */
	struct mdt_slice field; /* as it is shown: disks[3].number */
	struct mdt_slice name;	/* as rows have it: disks; empty: as field */
	struct mdt_slice expected, actual;
	bool has_numbers;
	uint64_t expected_number, actual_number;
};
/** @return What it came to. */
enum mdt_check_kind mdt_check_texts(struct mdt_compare *compare,
				    const struct mdt_compared *it);

/** There is nothing in the log to compare with. */
void mdt_check_absent(struct mdt_compare *compare, struct mdt_slice field,
		      struct mdt_slice actual, const char *reason);

/** The row of drift that knows this difference of the call, or NULL. */
const struct mdt_drift *mdt_check_drift(struct mdt_compare *compare, struct mdt_slice op,
					struct mdt_slice field, struct mdt_slice expected,
					struct mdt_slice actual);

/** Bytes as people read them: text as text, a digest of what is long. */
void mdt_bytes_brief(struct mdt_slice bytes, struct mdt_buf *ret);

/* ---- verdict_match.c: what a call is, and whether two are the same ---- */

/** Find out what the log's call is about; set call, subject, node of the verdict. */
void mdt_compare_about(struct mdt_compare *compare);

/** Which argument of the log's call the kernel fills in; -1: none, or an ioctl's. */
int mdt_compare_output(const struct mdt_compare *compare);

/** Whether the guest made the call that the plan has. */
bool mdt_is_same_call(struct mdt_compare *compare, const struct mdt_plan_step *step);

/** True for calls whose result is a descriptor or a pid: any will do. */
bool mdt_gives_name(const struct mdt_event *event);

/** Whether this disk is that one, in the guest. */
bool mdt_is_mapped(const struct mdt_compare *compare, uint64_t from_major,
		   uint64_t to_major, uint64_t from_minor, uint64_t to_minor);

/* ---- verdict_call.c: one call ---- */

/** Compare result and output, and come to a verdict. The observations are in it already.
 */
struct mdt_error *mdt_compare_call(struct mdt_compare *compare);

/** The call was not made. */
void mdt_verdict_not_run(struct mdt_compare *compare, const char *why);

/* ---- cause.c: what follows from what ---- */

/** The call was not made: say from which earlier one that follows, if from one. */
void mdt_cause_find(struct mdt_compare *compare);

/** Remember what the call has not given. */
void mdt_cause_after(struct mdt_compare *compare);

/** Descriptors are each section's own. */
void mdt_cause_forget(struct mdt_compare *compare);

/* ---- verdict_facts.c: what has been ---- */

/** Set facts_of_node for the call that is looked at, as of before it. */
void mdt_facts_before(struct mdt_compare *compare);

/** The same for an array that a part of what is read is of: /proc/mdstat has all. */
void mdt_facts_of(struct mdt_compare *compare, struct mdt_slice node);

/** Remember what the call has done. @p ran may be NULL. */
void mdt_facts_after(struct mdt_compare *compare);

/* ---- comparing outputs of calls that succeeded in both ---- */

/** verdict_payload.c: the argument that an ioctl fills in. */
struct mdt_error *mdt_compare_payload(struct mdt_compare *compare);

/** The same for a struct in bytes. @param skip A field that is left out; or empty. */
struct mdt_error *mdt_compare_struct(struct mdt_compare *compare, enum mdt_aside_of of,
				     const struct mdt_type *type,
				     const struct mdt_meaning *meaning,
				     struct mdt_slice log, struct mdt_slice ran,
				     struct mdt_slice skip);

/** verdict_disk.c: what a disk's read() gives. */
struct mdt_error *mdt_compare_disk(struct mdt_compare *compare, struct mdt_slice log,
				   bool cut, struct mdt_slice ran);

/** verdict_mdstat.c: what /proc/mdstat says. */
void mdt_compare_mdstat(struct mdt_compare *compare, struct mdt_slice log, bool cut,
			struct mdt_slice ran);

#endif
