/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The life of the arrays of a log: the model of md (model/model.h) folded over its calls.
 * For each call that touched an array: the result in the log, the results that the model
 * has, and the array's state before and after.
 *
 * A log does not tell everything. Whatever it leaves open is carried along as several
 * states at once; each call throws out those that its result contradicts. When none is
 * left, log and model contradict each other, and the array begins anew with what the
 * result tells.
 */
#ifndef MDT_LIFE_LIFE_H
#define MDT_LIFE_LIFE_H

#include "base/map.h"
#include "model/model.h"
#include "annotate/annotate.h"
#include "annotate/flight.h"

enum {
	MDT_LIFE_MAX = 6,		 /* states that are carried along for one array */
	MDT_LIFE_RESULTS = 16,		 /* results of one call that are told */
	MDT_LIFE_RULES = 8,		 /* rules that may have given a result */
	MDT_LIFE_NONE = 1 << MDT_STATES, /* in a set of states: there is no array */
};

/** A result, beside those of the model: failed, and the log does not have the errno. */
enum { MDT_LIFE_SOME_ERRNO = -3 };

/** How the log's result and the model go together. */
enum mdt_life_verdict {
	MDT_LIFE_AGREES,      /* the model has this result, and no other */
	MDT_LIFE_POSSIBLE,    /* one of several; the log has told which */
	MDT_LIFE_NOT_COVERED, /* the model says nothing about it */
	MDT_LIFE_NO_RESULT,   /* the call has not ended in the log */
	MDT_LIFE_CONTRADICTS,
	MDT_LIFE_VERDICTS,
};

/** @return "agrees", "possible", "not covered", "no result", "contradicts". */
MDT_API const char *mdt_life_verdict_name(enum mdt_life_verdict verdict);

/** What an array's state can be. */
struct mdt_life_set {
	struct mdt_model_state states[MDT_LIFE_MAX];
	unsigned int count;
	bool lost; /* there were more, so that a contradiction is none */
};

struct mdt_life_array {
	struct mdt_slice name; /* "md0"; "descriptor 3" when the log does not tell */
	size_t index;	       /* in the order in which the log has them */
	struct mdt_life_set sure;
	/* The same with what a plan (derive/derive.h) presumes: how the log begins, and
	 * the arguments that it does not have. Given up when the log contradicts it. */
	struct mdt_life_set presumed;
	bool presumes;
	bool in_log; /* the log itself has spoken of it, not a plan's prologue only */
	/* In mdt_life's list of those that /proc/mdstat may tell of. One that it does not
	 * list is none, until something happens to it. */
	bool is_heard;
	struct mdt_life_array *heard;
};

/** A call. Slices are valid until the next event. */
struct mdt_life_call {
	const char *file;
	unsigned long line;
	unsigned long began; /* the line where a call that was torn apart began */
	const struct mdt_life_array *array;
	enum mdt_md_op op;	 /* MDT_OPS: something was read */
	struct mdt_slice text;	 /* `ADD_NEW_DISK 7:0`, `write array_state readonly` */
	struct mdt_slice result; /* of the log: `0`, `EBUSY`, `?`; `clean` of a read */
	bool failed;
	bool unsaid; /* it failed, and the log does not have the errno: result is `-1` */
	enum mdt_life_verdict verdict;
	bool is_presumed;	    /* with what the log does not tell */
	struct mdt_slice predicted; /* `0`, `0 or EINVAL`; empty when nothing is */
	/* The same as numbers: 0, an errno, or MDT_RESULT_UNKNOWN. */
	int results[MDT_LIFE_RESULTS];
	unsigned int result_count;
	unsigned int rule; /* that gave it; when it contradicts: that the model
			    * holds against it; 0: none, of a read */
	/* All rules that can have given the log's result; more than one: it is not known
	 * which. */
	unsigned int rules[MDT_LIFE_RULES], rule_count;
	struct mdt_slice note; /* why it is not covered, when the kernel is none whose
				* md is known; else empty */
	struct mdt_slice before, after; /* states in words */
	/* They say more than the log does; mdt_life_text_presumed(). */
	bool before_presumed, after_presumed;
	unsigned int from, to; /* sets of enum mdt_array_state, and MDT_LIFE_NONE */
};

/** Who says which kernel a log is of; the later ones are believed more. */
enum mdt_kernel_witness {
	MDT_KERNEL_ASSUMED,  /* nobody: 6.1 */
	MDT_KERNEL_BY_CALL,  /* a call that only some kernels have */
	MDT_KERNEL_BY_UNAME, /* uname() in the log */
	MDT_KERNEL_BY_DMESG, /* the kernel's own log, beside it or between its lines */
	MDT_KERNEL_BY_HEAD,  /* what recorded or ran the log has written into its head */
	MDT_KERNEL_GIVEN,    /* who follows it */
};

/** Whose rules are used. */
struct mdt_life_kernel {
	struct mdt_slice version; /* as it was told; empty: it was not */
	struct mdt_kernel_match match;
	enum mdt_kernel_witness witness;
	const char *because; /* of MDT_KERNEL_BY_CALL; else NULL */
};

struct mdt_plan;
struct mdt_life_held; /* an open file description of an array */

struct mdt_life {
	struct mdt_annotator annotator;
	struct mdt_model_options options;
	struct mdt_life_kernel kernel;
	bool is_blank;	  /* mdt_life_begin_blank() */
	bool is_prologue; /* what is followed is a plan's, not the log's */
	struct mdt_arena arena;
	struct mdt_map arrays;	      /* name to struct mdt_life_array */
	struct mdt_life_array *heard; /* see there */
	const struct mdt_plan *plan;  /* borrowed, or NULL */
	struct mdt_map steps;	/* of the current log: lines to struct mdt_plan_step */
	struct mdt_nodes nodes; /* of the step that is read */
	unsigned int topics;	/* enum mdt_topic: what annotation is asked for */
	/* What is said of the event that was followed last, or NULL; until the next.
	 * Where several checks give its errno, only those that the state leaves. */
	const struct mdt_annotation *annotation;
	struct mdt_buf cause; /* of the call that is followed; empty: not known */
	const char *cause_source;
	struct mdt_flights flights;		/* calls that have not ended */
	struct mdt_life_held *held, **held_end; /* a list, in the order of the log */
	uint64_t held_count;			/* ever */
	struct mdt_file_watch released;
	struct mdt_model_state presumed_disks; /* the same, with what a plan says */
	struct mdt_model_state disks;	       /* only what is known of devices */
	struct mdt_model_step *step;	       /* scratch */
	struct mdt_model_state *next;	       /* scratch */
	/* /proc/mdstat as the log has it, whole; empty: it does not. */
	struct mdt_buf mdstat;
	struct mdt_buf text, result, predicted, before, after, other, bytes, note;
	const char *file;
	unsigned long began; /* of the event that is followed, or 0 */
	bool failed_memory;
	/* Called for each call, in the order of the log. */
	void (*call)(void *data, const struct mdt_life_call *call);
	void *data;
};

/**
 * @param kernel NULL: 6.1, until the log's uname() tells another one.
 * @param call Called for each call.
 * @return NULL or &mdt_enomem; to be deinitialised in both cases.
 */
MDT_API struct mdt_error *
mdt_life_init(struct mdt_life *states, const struct mdt_ioctl_table *table,
	      const enum mdt_kernel *kernel,
	      void (*call)(void *data, const struct mdt_life_call *call),
	      void *data) MUST_CHECK;
MDT_API void mdt_life_deinit(struct mdt_life *states);

/**
 * The log is of this kernel, whatever it says itself.
 * @param version As uname -r prints it, `6.1`, ...; mdt_kernel_match() takes it.
 */
MDT_API void mdt_life_set_kernel(struct mdt_life *life, struct mdt_slice version);

/** The kernel's log says so. @param version As above; another text is passed over. */
MDT_API void mdt_life_hear_kernel(struct mdt_life *life, struct mdt_slice version);

/**
 * The kernel is none whose md is known: its rules are those of another one, and a result
 * that they do not have is MDT_LIFE_NOT_COVERED, not a contradiction.
 */
MDT_API bool mdt_life_kernel_is_foreign(const struct mdt_life *life);
/** @return Why it is taken for this kernel, in words without a full stop. */
MDT_API const char *mdt_life_kernel_why(const struct mdt_life *life);
/** Append what is to be known of the rules (mdt_kernel_note()), or nothing. */
MDT_API void mdt_life_kernel_note(const struct mdt_life *life, struct mdt_buf *ret);
/** Append all that: `6.18 (uname() in the log); 6.18: rules from its sources, not run`.
 */
MDT_API void mdt_life_kernel_text(const struct mdt_life *life, struct mdt_buf *ret);

/**
 * Append which checks can have given a failed call its errno, given the state: of one
 * what it says, of several `one of: ...; ...`.
 * @param[out] source Of the first of them; static.
 * @return false, and nothing is appended, when the model does not tell, or tells it for a
 * kernel of which nobody says that it is the log's.
 */
MDT_API bool mdt_life_cause(const struct mdt_life *life, const struct mdt_life_call *call,
			    struct mdt_buf *ret, const char **source);

/**
 * Another log begins.
 * @param file Borrowed until the next one.
 * @param same_run It goes on with the processes of the one before (strace -ff); else what
 * those had open is closed. The arrays stay.
 */
MDT_API void mdt_life_begin_log(struct mdt_life *states, const char *file, bool same_run);

/**
 * Presume what a plan of all the logs says, where they do not: before the first of them
 * begins.
 * @param plan Borrowed.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_life_presume(struct mdt_life *states,
					   const struct mdt_plan *plan) MUST_CHECK;

/**
 * What follows begins on a machine that has no array, and whose disks are blank: the
 * executed log of a plan. Nothing is then presumed; it is known.
 * @param plan Whose disks they are; no longer needed afterwards.
 */
MDT_API void mdt_life_begin_blank(struct mdt_life *states, const struct mdt_plan *plan);

/**
 * The last log has ended. What its calls that have not ended did is not known: they are
 * told now, and both outcomes are followed.
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_life_end(struct mdt_life *states) MUST_CHECK;

/** Time passes until the raid threads have done their work. */
MDT_API void mdt_life_settle(struct mdt_life *states);

/** @return NULL or &mdt_enomem. */
MDT_API struct mdt_error *mdt_life_event(struct mdt_life *states,
					 const struct mdt_event *event) MUST_CHECK;

/** The state of an array in words. */
MDT_API void mdt_life_text(const struct mdt_life_array *array, struct mdt_buf *ret);

/** @return Whether these words are not what the log tells, but what a plan presumes. */
MDT_API bool mdt_life_text_presumed(const struct mdt_life_array *array);

#endif
