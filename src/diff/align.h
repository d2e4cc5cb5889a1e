/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Which elements of two sequences are the same ones: a longest common subsequence, or
 * nearly so.
 *
 * What is nearly alike costs nearly linear time: ends that are alike and elements that
 * the other side has not are put aside, elements that are unique on both sides are
 * anchors in long sequences, and between them Myers's algorithm in linear space works (E.
 * Myers, An O(ND) Difference Algorithm and Its Variations, 1986). Where that costs too
 * much, a good place to split is taken for the best one; the result says so.
 */
#ifndef MDT_DIFF_ALIGN_H
#define MDT_DIFF_ALIGN_H

#include <stdint.h>

#include "base/error.h"

#define MDT_NO_MATCH UINT32_MAX

struct mdt_align {
	uint64_t work;	     /* elements looked at so far, of all that share this */
	uint64_t work_max;   /* 0: the usual limit */
	bool is_approximate; /* it was more than the limit allows */
};

/**
 * @param a, b Sequences of @p n and @p m keys.
 * @param[out] ret For each element of @p a the index in @p b, rising, or MDT_NO_MATCH.
 * @return NULL or &mdt_enomem.
 */
struct mdt_error *mdt_align_keys(struct mdt_align *align, const uint32_t *a, size_t n,
				 const uint32_t *b, size_t m, uint32_t *ret) MUST_CHECK;

/**
 * A longest rising subsequence.
 * @param[out] ret true for each of the @p n values that is in it.
 */
struct mdt_error *mdt_longest_rising(const uint32_t *values, size_t n,
				     bool *ret) MUST_CHECK;

#endif
