// SPDX-License-Identifier: MIT
#include "conform/shrink.h"

#include <stdlib.h>

// The same rule in the same way: another disagreement is another finding.
static bool is_same(const struct mdt_conform_fault *a, const struct mdt_conform_fault *b)
{
	return a->is_there && b->is_there && a->is_state == b->is_state &&
	       a->rule == b->rule;
}

// Try it without the calls from `from` to `to`. @param[out] shorter It shows it, too.
static struct mdt_error *try_without(const struct mdt_conform_try *attempt, size_t from,
				     size_t to, struct mdt_conform_fault *fault,
				     struct mdt_conform_sequence *sequence, bool *shorter)
{
	_cleanup_(mdt_conform_sequence_deinit) struct mdt_conform_sequence candidate = {
		0
	};
	struct mdt_conform_fault other = { 0 };
	struct mdt_conform_sequence swap;
	struct mdt_error *err;
	bool *keep = malloc(sequence->count + 1);

	*shorter = false;
	if (!keep)
		return &mdt_enomem;
	for (size_t i = 0; i < sequence->count; i++)
		keep[i] = i < from || i >= to;
	err = mdt_conform_select(sequence, keep, &candidate);
	free(keep);
	if (!err)
		err = attempt->run(attempt->data, &candidate, &other);
	if (err || !is_same(fault, &other))
		return err;
	*shorter = true;
	*fault = other;
	swap = *sequence;
	*sequence = candidate;
	candidate = swap;
	return NULL;
}

struct mdt_error *mdt_conform_shrink(const struct mdt_conform_try *attempt,
				     struct mdt_conform_fault *fault,
				     struct mdt_conform_sequence *sequence)
{
	struct mdt_error *err = NULL;
	bool shorter;

	if (fault->call + 1 < sequence->count)
		err = try_without(attempt, fault->call + 1, sequence->count, fault,
				  sequence, &shorter);
	for (size_t size = sequence->count / 2; !err && size; size /= 2) {
		// From the end: what is late depends on what is early.
		for (size_t at = sequence->count; !err && at > 0;) {
			size_t from = at > size ? at - size : 0;

			err = try_without(attempt, from, at, fault, sequence, &shorter);
			at = from;
			if (at > sequence->count)
				at = sequence->count;
		}
	}
	return err;
}
