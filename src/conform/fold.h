/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The model folded over a sequence. Where the model has several outcomes, all states that
 * are possible are carried along; what the kernel gives, and what array_state reads as,
 * throws out those that contradict it.
 *
 * Beside the model, this knows what every program knows of descriptors and of files: a
 * closed descriptor is EBADF, an attribute that is not there ENOENT.
 */
#ifndef MDT_CONFORM_FOLD_H
#define MDT_CONFORM_FOLD_H

#include "conform/sequence.h"

enum {
	MDT_CONFORM_STATES = 32,
	MDT_CONFORM_NEXTS = 192, /* outcomes of one call in all states */
	MDT_CONFORM_RESULTS = 8,
};

/** One way in which a call can end. */
struct mdt_conform_next {
	int result;	   /* 0, an errno, MDT_RESULT_UNKNOWN */
	unsigned int rule; /* of the model; 0: none of its */
	uint64_t through[MDT_RULES_MAX / 64];
	struct mdt_model_state state;
};

struct mdt_conform_fold {
	struct mdt_model_options options;
	struct mdt_model_state states[MDT_CONFORM_STATES];
	unsigned int count; /* 0: nothing is known any more */
	bool open[MDT_CONFORM_SLOTS], exclusive[MDT_CONFORM_SLOTS];
	bool unsure;		       /* some result was not known before it came */
	bool fails;		       /* a member was asked to fail */
	bool slow;		       /* no resync comes to its end */
	struct mdt_model_step *step;   /* owned scratch */
	struct mdt_conform_next *next; /* owned: of the call that is under way */
	unsigned int next_count;
};

/** @return NULL or &mdt_enomem; to be deinitialised in both cases. */
MDT_API struct mdt_error *mdt_conform_fold_init(struct mdt_conform_fold *fold) MUST_CHECK;
MDT_API void mdt_conform_fold_deinit(struct mdt_conform_fold *fold);

/** A sequence begins. @param options The kernel's; what the sequence sets is added. */
MDT_API void mdt_conform_fold_begin(struct mdt_conform_fold *fold,
				    const struct mdt_model_options *options,
				    const struct mdt_conform_sequence *sequence);

/** What a call is predicted to give. */
struct mdt_conform_prediction {
	bool is_made; /* else it cannot be made: it is left out */
	bool opens;   /* ATTRIBUTE: its file is there */
	int results[MDT_CONFORM_RESULTS];
	unsigned int rules[MDT_CONFORM_RESULTS]; /* the first that gives each */
	unsigned int count;
	bool lost;  /* nothing is known, or there may be other results */
	bool fatal; /* the kernel may not survive it: it is left out, too */
};

/**
 * @return What a plan has as the call's result: the only one; of several 0, if it is
 * among them, so that what a call opens can be used.
 */
MDT_API int mdt_conform_expected(const struct mdt_conform_prediction *prediction);

/** @return The only result; MDT_RESULT_UNKNOWN when there are several, or none. */
MDT_API int mdt_conform_sure(const struct mdt_conform_prediction *prediction);

/** Predict. */
MDT_API void mdt_conform_predict(struct mdt_conform_fold *fold,
				 const struct mdt_conform_call *call,
				 struct mdt_conform_prediction *ret);

/**
 * The call that was predicted last has given a result.
 * @param[out] fired The rules of the outcomes that agree, those that they came by
 * included: added.
 * @return false when no outcome has it: nothing is known then.
 */
MDT_API bool mdt_conform_take(struct mdt_conform_fold *fold,
			      const struct mdt_conform_call *call, int result,
			      uint64_t fired[MDT_RULES_MAX / 64]);

/** The raid thread has been waited for. */
MDT_API void mdt_conform_settle(struct mdt_conform_fold *fold,
				uint64_t fired[MDT_RULES_MAX / 64]);

/** Whether some state has the raid thread at work, so that it is to be waited for. */
MDT_API bool mdt_conform_is_unsettled(const struct mdt_conform_fold *fold);

/**
 * array_state reads as @p word; empty: there is no such file.
 * @param settled The raid thread has nothing to do: what passes is not excused.
 * @return false when no state agrees; nothing is known then.
 */
MDT_API bool mdt_conform_see(struct mdt_conform_fold *fold, struct mdt_slice word,
			     bool settled);

/** The words that array_state can be: bits by enum mdt_array_state. */
MDT_API unsigned int mdt_conform_words(const struct mdt_conform_fold *fold);

#endif
