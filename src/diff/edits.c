// SPDX-License-Identifier: MIT
// The calls of two tasks that are the same one: what is the same, changed, gone, new.
#include <stdlib.h>

#include "diff/diff.h"

/* ---- two steps ---- */

static struct mdt_error *compare_texts(struct mdt_diff *diff, uint32_t old_text,
				       uint32_t new_text)
{
	mdt_arena_clear(&diff->field_arena);
	diff->fields.arena = &diff->field_arena;
	return mdt_diff_fields_compare(&diff->fields, diff->texts.items[old_text].text,
				       diff->texts.items[new_text].text,
				       !diff->rules->off[MDT_RULE_ABSENT]);
}

// The first calls of two runs that differ.
static struct mdt_error *compare_runs(struct mdt_diff *diff,
				      const struct mdt_diff_step *old_step,
				      const struct mdt_diff_step *new_step)
{
	uint32_t a = old_step->first, b = new_step->first;
	uint32_t x = old_step->text, y = new_step->text;
	struct mdt_error *err = compare_texts(diff, x, y);

	for (uint32_t i = 1; !err && !diff->fields.len; i++) {
		if (i >= old_step->count || i >= new_step->count ||
		    !mdt_diff_steps_next(&diff->logs[MDT_OLD], &diff->texts,
					 diff->options.level, &a, &x) ||
		    !mdt_diff_steps_next(&diff->logs[MDT_NEW], &diff->texts,
					 diff->options.level, &b, &y))
			break;
		err = compare_texts(diff, x, y);
	}
	return err;
}

struct mdt_error *mdt_diff_compare_steps(struct mdt_diff *diff,
					 const struct mdt_diff_step *old_step,
					 const struct mdt_diff_step *new_step)
{
	if (mdt_diff_is_run(old_step) && mdt_diff_is_run(new_step))
		return compare_runs(diff, old_step, new_step);
	return compare_texts(diff, old_step->text, new_step->text);
}

// Whether two aligned steps are the same, also when one of the logs tells less.
static struct mdt_error *are_same(struct mdt_diff *diff, uint32_t old_step,
				  uint32_t new_step, bool *ret)
{
	const struct mdt_diff_step *a = mdt_diff_step(diff, MDT_OLD, old_step);
	const struct mdt_diff_step *b = mdt_diff_step(diff, MDT_NEW, new_step);
	struct mdt_error *err;

	*ret = a->count == b->count && a->key == b->key && a->content == b->content;
	if (*ret || a->count != b->count || diff->rules->off[MDT_RULE_ABSENT])
		return NULL;
	err = mdt_diff_compare_steps(diff, a, b);
	*ret = !err && !diff->fields.len;
	diff->rules->fired[MDT_RULE_ABSENT] += *ret;
	return err;
}

/* ---- edits ---- */

static struct mdt_error *add(struct mdt_diff *diff, struct mdt_diff_pair *pair,
			     enum mdt_diff_edit_kind kind, uint32_t old_step,
			     uint32_t new_step)
{
	struct mdt_diff_edit *last = pair->len ? &diff->edits[diff->edit_len - 1] : NULL;

	if (kind == MDT_EDIT_SAME && last && last->kind == kind) {
		last->len++;
		return NULL;
	}
	if (!mdt_grow((void **)&diff->edits, &diff->edit_cap, diff->edit_len,
		      sizeof(*diff->edits)))
		return &mdt_enomem;
	diff->edits[diff->edit_len++] =
		(struct mdt_diff_edit){ kind, old_step, new_step, 1 };
	pair->len++;
	pair->differences += kind != MDT_EDIT_SAME;
	return NULL;
}

static struct mdt_error *add_both(struct mdt_diff *diff, struct mdt_diff_pair *pair,
				  uint32_t old_step, uint32_t new_step)
{
	struct mdt_error *err;
	bool same;

	err = are_same(diff, old_step, new_step, &same);
	return err ? err
		   : add(diff, pair, same ? MDT_EDIT_SAME : MDT_EDIT_CHANGED, old_step,
			 new_step);
}

/* Steps [a0, a1) of the old log against [b0, b1) of the new one. */
struct gap {
	uint32_t a0, a1, b0, b1;
};

static struct mdt_error *add_unmatched(struct mdt_diff *diff, struct mdt_diff_pair *pair,
				       struct gap gap)
{
	struct mdt_error *err = NULL;

	for (uint32_t i = gap.a0; !err && i < gap.a1; i++)
		err = add(diff, pair, MDT_EDIT_GONE, i, gap.b0);
	for (uint32_t i = gap.b0; !err && i < gap.b1; i++)
		err = add(diff, pair, MDT_EDIT_NEW, gap.a1, i);
	return err;
}

typedef struct mdt_error *gap_fn(struct mdt_diff *diff, struct mdt_diff_pair *pair,
				 struct gap gap);

static uint32_t key_of(const struct mdt_diff_step *step)
{
	return step->key;
}

static uint32_t op_of(const struct mdt_diff_step *step)
{
	return step->op;
}

static uint32_t *keys_of(const struct mdt_diff_steps *steps, uint32_t from, uint32_t to,
			 uint32_t (*key)(const struct mdt_diff_step *step))
{
	uint32_t *keys = malloc((to - from + 1) * sizeof(*keys));

	for (uint32_t i = from; keys && i < to; i++)
		keys[i - from] = key(&steps->items[i]);
	return keys;
}

// What is aligned becomes an edit; what lies between goes to @p between.
static struct mdt_error *walk(struct mdt_diff *diff, struct mdt_diff_pair *pair,
			      struct gap gap, const uint32_t *match, gap_fn *between)
{
	struct gap rest = gap;
	struct mdt_error *err = NULL;

	for (uint32_t i = gap.a0; !err && i < gap.a1; i++) {
		uint32_t at = match[i - gap.a0];

		if (at == MDT_NO_MATCH)
			continue;
		rest.a1 = i;
		rest.b1 = gap.b0 + at;
		err = between(diff, pair, rest);
		if (!err)
			err = add_both(diff, pair, i, gap.b0 + at);
		rest.a0 = i + 1;
		rest.b0 = gap.b0 + at + 1;
	}
	rest.a1 = gap.a1;
	rest.b1 = gap.b1;
	return err ? err : between(diff, pair, rest);
}

static struct mdt_error *align_by(struct mdt_diff *diff, struct mdt_diff_pair *pair,
				  struct gap gap,
				  uint32_t (*key)(const struct mdt_diff_step *step),
				  gap_fn *between)
{
	uint32_t n = gap.a1 - gap.a0, m = gap.b1 - gap.b0;
	uint32_t *a, *b, *match;
	struct mdt_error *err = &mdt_enomem;

	if (!n || !m)
		return add_unmatched(diff, pair, gap);
	a = keys_of(&diff->steps[MDT_OLD], gap.a0, gap.a1, key);
	b = keys_of(&diff->steps[MDT_NEW], gap.b0, gap.b1, key);
	match = malloc((n + 1) * sizeof(*match));
	if (a && b && match)
		err = mdt_align_keys(&diff->align, a, n, b, m, match);
	if (!err)
		err = walk(diff, pair, gap, match, between);
	free(a);
	free(b);
	free(match);
	return err;
}

// Between calls that are the same ones, those that do the same thing to the same thing.
static struct mdt_error *align_ops(struct mdt_diff *diff, struct mdt_diff_pair *pair,
				   struct gap gap)
{
	return align_by(diff, pair, gap, op_of, add_unmatched);
}

struct mdt_error *mdt_diff_align_pair(struct mdt_diff *diff, struct mdt_diff_pair *pair)
{
	struct gap all = { 0 };

	pair->first = diff->edit_len;
	if (pair->old_task != MDT_NO_TASK) {
		all.a0 = diff->steps[MDT_OLD].starts[pair->old_task];
		all.a1 = diff->steps[MDT_OLD].starts[pair->old_task + 1];
	}
	if (pair->new_task != MDT_NO_TASK) {
		all.b0 = diff->steps[MDT_NEW].starts[pair->new_task];
		all.b1 = diff->steps[MDT_NEW].starts[pair->new_task + 1];
	}
	return align_by(diff, pair, all, key_of, align_ops);
}
