// SPDX-License-Identifier: MIT
// The order between processes: within one, the alignment has it.
#include <stdlib.h>

#include "diff/diff.h"

struct order {
	struct mdt_diff_move *items; // in the order of the old log
	uint32_t *lines;	     // of the new log
	size_t len, cap;
};

static uint32_t old_line(const struct mdt_diff *diff, const struct mdt_diff_move *move)
{
	return mdt_diff_step(diff, MDT_OLD, move->old_step)->line;
}

static int compare_lines(const void *a, const void *b, void *diff)
{
	uint32_t x = old_line(diff, a), y = old_line(diff, b);

	return x < y ? -1 : x > y;
}

static struct mdt_error *gather(const struct mdt_diff *diff, struct order *order)
{
	for (size_t i = 0; i < diff->edit_len; i++) {
		const struct mdt_diff_edit *edit = &diff->edits[i];
		bool both = edit->kind == MDT_EDIT_SAME || edit->kind == MDT_EDIT_CHANGED;

		for (uint32_t n = 0; both && n < edit->len; n++) {
			const struct mdt_diff_step *step =
				mdt_diff_step(diff, MDT_OLD, edit->old_step + n);

			if (!mdt_diff_step_meaning(diff, step)->changes)
				continue;
			if (!mdt_grow((void **)&order->items, &order->cap, order->len,
				      sizeof(*order->items)))
				return &mdt_enomem;
			order->items[order->len++] =
				(struct mdt_diff_move){ edit->old_step + n,
							edit->new_step + n };
		}
	}
	return NULL;
}

static struct mdt_error *keep_moved(struct mdt_diff *diff, const struct order *order,
				    const bool *in_order)
{
	for (size_t i = 0; i < order->len; i++) {
		if (in_order[i])
			continue;
		if (!mdt_grow((void **)&diff->moves, &diff->move_cap, diff->move_len,
			      sizeof(*diff->moves)))
			return &mdt_enomem;
		diff->moves[diff->move_len++] = order->items[i];
	}
	return NULL;
}

static struct mdt_error *find_moves(struct mdt_diff *diff, struct order *order,
				    bool *in_order)
{
	struct mdt_error *err;

	if (!order->lines || !in_order)
		return &mdt_enomem;
	for (size_t i = 0; i < order->len; i++)
		order->lines[i] =
			mdt_diff_step(diff, MDT_NEW, order->items[i].new_step)->line;
	err = mdt_longest_rising(order->lines, order->len, in_order);
	return err ? err : keep_moved(diff, order, in_order);
}

struct mdt_error *mdt_diff_find_moves(struct mdt_diff *diff)
{
	struct order order = { 0 };
	struct mdt_error *err = gather(diff, &order);
	bool *in_order = NULL;

	if (!err && order.len) {
		qsort_r(order.items, order.len, sizeof(*order.items), compare_lines,
			diff);
		order.lines = malloc(order.len * sizeof(*order.lines));
		in_order = malloc(order.len);
		err = find_moves(diff, &order, in_order);
	}
	free(in_order);
	free(order.items);
	free(order.lines);
	return err;
}
