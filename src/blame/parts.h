/* SPDX-License-Identifier: MIT */
/** @file Runs, and what differs between two. Internal to src/blame/. */
#ifndef MDT_BLAME_PARTS_H
#define MDT_BLAME_PARTS_H

#include "base/map.h"
#include "blame/blame.h"
#include "diff/diff.h"
#include "life/life.h"

/** How much a sign weighs. What ends otherwise is worse than what is asked or answered
 * otherwise on the way. */
enum {
	MDT_WEIGHT_QUESTION = 10, /* a question is asked otherwise */
	MDT_WEIGHT_ANSWER = 20,	  /* a question is answered otherwise */
	MDT_WEIGHT_CHANGE = 30,	  /* another change of an array is asked for */
	MDT_WEIGHT_AFTER = 40,	  /* a call leaves an array in another state */
	MDT_WEIGHT_REFUSED = 50,  /* a change that was made is refused */
	MDT_WEIGHT_STATE = 60,	  /* an array ends in another state */
	MDT_WEIGHT_LOST = 65,	  /* a call never returned */
	MDT_WEIGHT_EXIT = 70,	  /* the program ends otherwise */
	MDT_WEIGHT_SAID = 100,	  /* the caller has said what failing is */
};

/** How an array is when its log ends. */
struct blame_end {
	struct mdt_slice array, state;
};

/** Where a call of an executed log is in the log that was recorded. */
struct blame_place {
	struct mdt_slice path;
	unsigned long line;
};

/** What the model says of a call that failed. */
struct blame_cause {
	struct mdt_slice text, source;
};

struct blame_run {
	const struct mdt_blame_input *input;
	struct mdt_arena *arena; /* the blame's */
	struct mdt_slice text;	 /* the log */
	struct mdt_buf own_text; /* of it, when it was read here */
	struct mdt_life life;
	struct mdt_map planned; /* lines that are the planner's, not mdadm's */
	struct mdt_map not_run; /* lines of calls that were not made */
	struct mdt_map places;	/* of an executed log: lines to struct blame_place */
	struct mdt_map after;	/* the same, to struct mdt_slice: arrays' states */
	struct mdt_map causes;	/* lines to struct blame_cause */
	struct mdt_map
		unsupported;	/* lines behind which the kernel lacks a personality */
	struct blame_end *ends; /* owned */
	size_t end_count, end_cap;
	struct mdt_slice exit;
	bool is_executed; /* else mdadm itself was recorded */
	size_t calls;
	uint64_t faults;
	/* While it is read: */
	uint32_t pid;
	bool has_pid, failed_memory;
};

/** Read a run. @return Also MDT_ERR_INVALID: it has no call. Deinitialise also then. */
struct mdt_error *blame_run_read(const struct mdt_blame_input *input,
				 struct mdt_arena *arena,
				 struct blame_run *ret) MUST_CHECK;
void blame_run_deinit(struct blame_run *run);
/** executed.c: what an executed log says between its calls. */
struct mdt_error *blame_run_executed(struct blame_run *run,
				     struct mdt_slice text) MUST_CHECK;
/** The word of array_state as far as it can be compared: what runs can be clean at one
 * moment and active at the next, and a stopped array gone or on its way. */
struct mdt_slice blame_plain_word(struct mdt_slice word);
/** An array's state, as far as it can be compared. */
struct blame_state {
	struct mdt_slice word;	/* as array_state has it; empty: not known */
	struct mdt_slice level; /* may be empty */
	int64_t slots;		/* -1: not known */
	bool degraded;
};
/** Keep how an array ends. */
void blame_run_end(struct blame_run *run, struct mdt_slice array,
		   const struct blame_state *state);

/** Two runs, and how they differ: signs in the order of the second one. */
struct blame_pair {
	const struct blame_run *a, *b;
	struct mdt_arena *arena;
	struct mdt_blame_sign *signs; /* owned */
	size_t *places; /* owned; of each sign, where in the second log it comes */
	size_t len, cap, place_cap;
	struct mdt_buf text;
};

struct mdt_error *blame_pair_make(const struct blame_run *a, const struct blame_run *b,
				  const struct mdt_blame_options *options,
				  struct mdt_arena *arena,
				  struct blame_pair *ret) MUST_CHECK;
void blame_pair_deinit(struct blame_pair *pair);

/** The first sign of a kind that weighs at least so much; NULL: there is none. */
const struct mdt_blame_sign *blame_pair_first(const struct blame_pair *pair,
					      enum mdt_blame_kind kind,
					      unsigned int weight);
/** The heaviest, of those the first. */
const struct mdt_blame_sign *blame_pair_worst(const struct blame_pair *pair);
/** Whether the pair shows the same. */
bool blame_pair_has(const struct blame_pair *pair, const struct mdt_blame_sign *sign);

/** What is wrong with the environment when this call fails so; NULL: nothing known. */
const struct mdt_blame_cause *
blame_cause_find(struct mdt_slice call, struct mdt_slice path, struct mdt_slice error);

#endif
