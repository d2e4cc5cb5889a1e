// SPDX-License-Identifier: MIT
#include "report/diff_states.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/visible.h"
#include "diff/align.h"
#include "life/life.h"

/* A state that an array has come to, and by which call. */
struct row {
	struct mdt_slice text;	/* `STOP_ARRAY: clear` */
	uint32_t array, number; /* number: the same for the same text */
};

struct side {
	struct mdt_diff_states *all;
	struct mdt_life life;
	struct row *rows; /* owned */
	size_t len, cap;
};

struct mdt_diff_states {
	struct mdt_arena arena;
	struct mdt_map arrays, texts; /* text to number + 1 */
	struct side sides[2];
	struct mdt_buf line;
	bool failed;
};

/* ---- what is gathered ---- */

static uint32_t number_of(struct mdt_diff_states *states, struct mdt_map *map,
			  struct mdt_slice text)
{
	uintptr_t number = (uintptr_t)mdt_map_find_text(map, text);
	struct mdt_slice kept;

	if (number)
		return (uint32_t)number - 1;
	number = map->len + 1;
	if (!mdt_arena_copy(&states->arena, text, &kept) ||
	    !mdt_map_set_text(map, kept, (void *)number))
		states->failed = true;
	return (uint32_t)number - 1;
}

// The same call that leads to the same of the driver's states is the same step: what else
// is known of the array depends on what the log happens to have read.
static uint32_t step_number(struct mdt_diff_states *states,
			    const struct mdt_life_call *call)
{
	mdt_buf_clear(&states->line);
	mdt_buf_printf(&states->line, "%x %d ", call->to, (int)call->op);
	mdt_buf_add(&states->line, call->text);
	return number_of(states, &states->texts, mdt_buf_slice(&states->line));
}

static void on_call(void *data, const struct mdt_life_call *call)
{
	struct side *side = data;
	struct mdt_diff_states *states = side->all;
	struct row row;

	// What is only read tells a state, but makes none.
	if (call->op == MDT_OPS || mdt_slice_eq(call->before, call->after))
		return;
	// "descriptor 3 of 900": which array it is, the log does not tell.
	if (mdt_slice_starts(call->array->name, SLICE("descriptor ")))
		return;
	mdt_buf_clear(&states->line);
	mdt_buf_add(&states->line, call->text);
	mdt_buf_adds(&states->line, ": ");
	mdt_buf_add(&states->line, call->after);
	if (!mdt_grow((void **)&side->rows, &side->cap, side->len, sizeof(row)) ||
	    states->line.failed ||
	    !mdt_arena_copy(&states->arena, mdt_buf_slice(&states->line), &row.text)) {
		states->failed = true;
		return;
	}
	row.array = number_of(states, &states->arrays, call->array->name);
	row.number = step_number(states, call);
	side->rows[side->len++] = row;
}

struct mdt_error *mdt_diff_states_create(const struct mdt_ioctl_table *table,
					 struct mdt_diff_states **ret)
{
	struct mdt_diff_states *states = calloc(1, sizeof(*states));
	struct mdt_error *err = NULL;

	if (!states)
		return &mdt_enomem;
	for (unsigned int i = 0; !err && i < 2; i++) {
		states->sides[i].all = states;
		err = mdt_life_init(&states->sides[i].life, table, NULL, on_call,
				    &states->sides[i]);
	}
	if (err)
		mdt_diff_states_destroy(states);
	else
		*ret = states;
	return err;
}

void mdt_diff_states_destroy(struct mdt_diff_states *states)
{
	if (!states)
		return;
	for (unsigned int i = 0; i < 2; i++) {
		mdt_life_deinit(&states->sides[i].life);
		free(states->sides[i].rows);
	}
	mdt_map_deinit(&states->arrays);
	mdt_map_deinit(&states->texts);
	mdt_arena_deinit(&states->arena);
	mdt_buf_deinit(&states->line);
	free(states);
}

void mdt_diff_states_begin(struct mdt_diff_states *states, enum mdt_diff_side side,
			   const char *path)
{
	mdt_life_begin_log(&states->sides[side].life, path, false);
}

void mdt_diff_states_event(struct mdt_diff_states *states, enum mdt_diff_side side,
			   const struct mdt_event *event)
{
	// The only error there is: out of memory.
	if (mdt_life_event(&states->sides[side].life, event))
		states->failed = true;
}

/* ---- side by side ---- */

/* The rows of one array. */
struct column {
	const struct row **rows;
	uint32_t *numbers;
	size_t len;
};

static bool column_init(struct column *column, const struct side *side, uint32_t array)
{
	column->rows = calloc(side->len + 1, sizeof(*column->rows));
	column->numbers = calloc(side->len + 1, sizeof(*column->numbers));
	column->len = 0;
	if (!column->rows || !column->numbers)
		return false;
	for (size_t i = 0; i < side->len; i++) {
		if (side->rows[i].array != array)
			continue;
		column->rows[column->len] = &side->rows[i];
		column->numbers[column->len++] = side->rows[i].number;
	}
	return true;
}

static void column_deinit(struct column *column)
{
	free(column->rows);
	free(column->numbers);
}

static void put_row(const struct row *a, const struct row *b, char mark, size_t width,
		    struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf left = { 0 };
	size_t from;

	if (a)
		mdt_visible_words(&left, mdt_slice_head(a->text, width));
	ret->failed = ret->failed || left.failed;
	mdt_buf_adds(ret, "  ");
	mdt_buf_add(ret, mdt_buf_slice(&left));
	if (left.len < width)
		mdt_buf_fill(ret, ' ', width - left.len);
	mdt_buf_addc(ret, ' ');
	mdt_buf_addc(ret, mark);
	if (b) {
		mdt_buf_addc(ret, ' ');
		from = ret->len;
		mdt_buf_add(ret, mdt_slice_head(b->text, width));
		mdt_visible_since(ret, from);
	}
	mdt_buf_addc(ret, '\n');
}

static void put_gap(const struct column *a, const struct column *b, size_t *i, size_t *j,
		    size_t i_end, size_t j_end, size_t width, struct mdt_buf *ret)
{
	while (*i < i_end && *j < j_end)
		put_row(a->rows[(*i)++], b->rows[(*j)++], '|', width, ret);
	while (*i < i_end)
		put_row(a->rows[(*i)++], NULL, '<', width, ret);
	while (*j < j_end)
		put_row(NULL, b->rows[(*j)++], '>', width, ret);
}

static struct mdt_error *put_columns(const struct column *a, const struct column *b,
				     size_t width, struct mdt_buf *ret)
{
	uint32_t *match = malloc((a->len + 1) * sizeof(*match));
	struct mdt_align align = { 0 };
	struct mdt_error *err = &mdt_enomem;
	size_t i = 0, j = 0;

	if (match)
		err = mdt_align_keys(&align, a->numbers, a->len, b->numbers, b->len,
				     match);
	for (size_t n = 0; !err && n < a->len; n++) {
		if (match[n] == MDT_NO_MATCH)
			continue;
		put_gap(a, b, &i, &j, n, match[n], width, ret);
		put_row(a->rows[i++], b->rows[j++], ' ', width, ret);
	}
	if (!err)
		put_gap(a, b, &i, &j, a->len, b->len, width, ret);
	free(match);
	return err;
}

static bool are_same(const struct column *a, const struct column *b)
{
	return a->len == b->len && (!a->len || memcmp(a->numbers, b->numbers,
						      a->len * sizeof(uint32_t)) == 0);
}

static struct mdt_error *put_array(const struct mdt_diff_states *states, uint32_t array,
				   size_t width, struct mdt_buf *ret)
{
	struct column a = { 0 }, b = { 0 };
	struct mdt_error *err = NULL;

	if (!column_init(&a, &states->sides[MDT_OLD], array) ||
	    !column_init(&b, &states->sides[MDT_NEW], array)) {
		err = &mdt_enomem;
	} else if (!are_same(&a, &b)) {
		mdt_buf_adds(ret, "\nThe states of ");
		mdt_visible_words(ret, states->arrays.entries[array].text);
		mdt_buf_adds(ret, ", by the model of the driver:\n");
		err = put_columns(&a, &b, width, ret);
	}
	column_deinit(&a);
	column_deinit(&b);
	return err;
}

struct mdt_error *mdt_diff_states_text(const struct mdt_diff_states *states,
				       unsigned int width, struct mdt_buf *ret)
{
	size_t column = width < 40 ? 18 : (width - 5) / 2;
	struct mdt_error *err = states->failed ? &mdt_enomem : NULL;

	for (uint32_t i = 0; !err && i < states->arrays.len; i++)
		err = put_array(states, i, column, ret);
	return err ? err : mdt_buf_error(ret);
}
