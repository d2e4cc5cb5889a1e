/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Every distinct text of the logs that are compared, once: a call is then a number, and
 * what it means is worked out once.
 */
#ifndef MDT_DIFF_TEXTS_H
#define MDT_DIFF_TEXTS_H

#include "base/arena.h"
#include "diff/meaning.h"

struct mdt_diff_text {
	struct mdt_slice text; /* in the arena */
	uint64_t hash;
	struct mdt_diff_meaning meaning; /* its op and subject are in the arena */
	/* The text after the rules of users; itself when they change nothing. */
	uint32_t becomes;
	uint32_t op;	/* the same for all texts whose meaning has the same op */
	bool is_known;	/* meaning, op and becomes are set */
	bool is_hidden; /* the filters leave it out */
};

struct mdt_diff_texts {
	struct mdt_arena arena;
	struct mdt_diff_text *items; /* owned; the index is the text's number */
	uint32_t *slots;	     /* index + 1, 0 free */
	size_t len, cap, slot_count;
};

MDT_API void mdt_diff_texts_deinit(struct mdt_diff_texts *texts);

/** The number of a text, which is copied if it is new. @return NULL or &mdt_enomem. */
struct mdt_error *mdt_diff_texts_add(struct mdt_diff_texts *texts, struct mdt_slice text,
				     uint32_t *ret) MUST_CHECK;

#endif
