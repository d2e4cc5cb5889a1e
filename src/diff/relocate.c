// SPDX-License-Identifier: MIT
// Calls that are in both logs, and come from other functions of the program.
#include "diff/diff.h"

static bool is_same(const struct mdt_diff *diff, const struct mdt_diff_relocation *a,
		    const struct mdt_diff_relocation *b)
{
	const struct mdt_diff_step *x = mdt_diff_step(diff, MDT_OLD, a->old_step),
				   *y = mdt_diff_step(diff, MDT_OLD, b->old_step);
	const struct mdt_diff_call *old_calls = diff->logs[MDT_OLD].calls,
				   *new_calls = diff->logs[MDT_NEW].calls;

	return x->op == y->op &&
	       old_calls[x->first].origin == old_calls[y->first].origin &&
	       new_calls[mdt_diff_step(diff, MDT_NEW, a->new_step)->first].origin ==
		       new_calls[mdt_diff_step(diff, MDT_NEW, b->new_step)->first].origin;
}

static struct mdt_error *add(struct mdt_diff *diff, uint32_t old_step, uint32_t new_step)
{
	const struct mdt_diff_relocation it = { old_step, new_step, 1 };

	for (size_t i = 0; i < diff->relocation_len; i++)
		if (is_same(diff, &diff->relocations[i], &it)) {
			diff->relocations[i].count++;
			return NULL;
		}
	if (!mdt_grow((void **)&diff->relocations, &diff->relocation_cap,
		      diff->relocation_len, sizeof(it)))
		return &mdt_enomem;
	diff->relocations[diff->relocation_len++] = it;
	return NULL;
}

struct mdt_error *mdt_diff_find_relocations(struct mdt_diff *diff)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; i < diff->edit_len; i++) {
		const struct mdt_diff_edit *edit = &diff->edits[i];
		bool both = edit->kind == MDT_EDIT_SAME || edit->kind == MDT_EDIT_CHANGED;

		for (uint32_t n = 0; !err && both && n < edit->len; n++) {
			uint32_t old_step = edit->old_step + n,
				 new_step = edit->new_step + n;
			struct mdt_slice before = mdt_diff_step_origin(
				diff, MDT_OLD, mdt_diff_step(diff, MDT_OLD, old_step));
			struct mdt_slice after = mdt_diff_step_origin(
				diff, MDT_NEW, mdt_diff_step(diff, MDT_NEW, new_step));

			if (before.len && after.len && !mdt_slice_eq(before, after))
				err = add(diff, old_step, new_step);
		}
	}
	return err;
}
