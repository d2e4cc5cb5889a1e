// SPDX-License-Identifier: MIT
#include "diff/diff.h"

#include <stdlib.h>

void mdt_diff_init(struct mdt_diff *diff, struct mdt_diff_rules *rules,
		   const struct mdt_ioctl_table *table,
		   const struct mdt_diff_options *options)
{
	*diff = (struct mdt_diff){ .rules = rules, .table = table, .options = *options };
	diff->fields.table = table;
}

void mdt_diff_deinit(struct mdt_diff *diff)
{
	for (unsigned int side = 0; side < 2; side++) {
		mdt_diff_log_deinit(&diff->logs[side]);
		mdt_diff_steps_deinit(&diff->steps[side]);
		free(diff->counts[side]);
	}
	mdt_diff_texts_deinit(&diff->texts);
	mdt_diff_fields_deinit(&diff->fields);
	free(diff->pairs);
	free(diff->edits);
	free(diff->moves);
	free(diff->relocations);
	free(diff->remarks);
	mdt_arena_deinit(&diff->arena);
	mdt_arena_deinit(&diff->field_arena);
	mdt_map_deinit(&diff->ops);
	mdt_nodes_deinit(&diff->nodes);
	mdt_trace_deinit(&diff->trace);
	*diff = (struct mdt_diff){ 0 };
}

/* ---- texts ---- */

static struct mdt_error *set_op(struct mdt_diff *diff, struct mdt_diff_text *text)
{
	struct mdt_slice op = text->meaning.op;
	uintptr_t number = (uintptr_t)mdt_map_find_text(&diff->ops, op);

	if (!number) {
		number = ++diff->op_len;
		if (!mdt_map_set_text(&diff->ops, op, (void *)number))
			return &mdt_enomem;
	}
	text->op = (uint32_t)number - 1;
	return NULL;
}

static struct mdt_error *any_matches(struct mdt_pattern *const *patterns, size_t len,
				     struct mdt_slice text, bool *ret)
{
	struct mdt_error *err = NULL;

	*ret = false;
	for (size_t i = 0; !err && !*ret && i < len; i++)
		err = mdt_pattern_matches(patterns[i], text, ret);
	return err;
}

// Processes are there whatever the filters say, but not as differences.
static struct mdt_error *filter(struct mdt_diff *diff, struct mdt_slice text,
				bool *hidden)
{
	const struct mdt_diff_options *options = &diff->options;
	struct mdt_error *err;
	bool matches;

	*hidden = false;
	if (options->only_len) {
		err = any_matches(options->only, options->only_len, text, &matches);
		if (err)
			return err;
		*hidden = !matches;
	}
	err = any_matches(options->ignore, options->ignore_len, text, &matches);
	*hidden = *hidden || (!err && matches);
	return err;
}

static struct mdt_error *know(struct mdt_diff *diff, uint32_t index)
{
	struct mdt_diff_text *text = &diff->texts.items[index];
	struct mdt_error *err;

	if (text->is_known)
		return NULL;
	err = mdt_diff_meaning_of(text->text, diff->table, &diff->trace, &diff->nodes,
				  &diff->texts.arena, &text->meaning);
	if (!err)
		err = set_op(diff, text);
	if (!err)
		err = filter(diff, text->text, &text->is_hidden);
	text->is_known = !err;
	return err;
}

// What the rules of users make of a text that comes @p times times.
static struct mdt_error *rewrite(struct mdt_diff *diff, uint32_t index, uint64_t times)
{
	struct mdt_slice text = diff->texts.items[index].text;
	struct mdt_error *err = mdt_diff_rules_apply(diff->rules, times, &text);
	uint32_t becomes;

	if (err)
		return err;
	err = mdt_diff_texts_add(&diff->texts, text, &becomes);
	if (!err)
		diff->texts.items[index].becomes = becomes;
	return err;
}

static struct mdt_error *rewrite_texts(struct mdt_diff *diff)
{
	size_t len = diff->texts.len;
	uint32_t *times;
	struct mdt_error *err = NULL;

	if (!diff->rules->user_len || !len)
		return NULL;
	times = calloc(len, sizeof(*times));
	if (!times)
		return &mdt_enomem;
	for (unsigned int side = 0; side < 2; side++)
		for (size_t i = 0; i < diff->logs[side].len; i++)
			times[diff->logs[side].calls[i].text]++;
	for (size_t i = 0; !err && i < len; i++)
		err = rewrite(diff, (uint32_t)i, times[i]);
	free(times);
	return err;
}

struct mdt_error *mdt_diff_know_texts(struct mdt_diff *diff)
{
	struct mdt_error *err = rewrite_texts(diff);

	for (size_t i = 0; !err && i < diff->texts.len; i++)
		err = know(diff, (uint32_t)i);
	return err;
}

/* ---- counts ---- */

static struct mdt_error *count(struct mdt_diff *diff)
{
	for (unsigned int side = 0; side < 2; side++) {
		const struct mdt_diff_steps *steps = &diff->steps[side];

		diff->counts[side] = calloc(diff->op_len + 1, sizeof(uint64_t));
		if (!diff->counts[side])
			return &mdt_enomem;
		for (size_t i = 0; i < steps->len; i++)
			diff->counts[side][steps->items[i].op] += steps->items[i].count;
	}
	return NULL;
}

/* ---- all of it ---- */

// What is not understood may be what differs.
static bool faults_differ(const struct mdt_diff *diff)
{
	const struct mdt_diff_log *a = &diff->logs[MDT_OLD], *b = &diff->logs[MDT_NEW];

	// A baseline has none: it is what was understood.
	if (a->is_baseline || b->is_baseline)
		return false;
	return a->faults != b->faults || a->fault_hash != b->fault_hash;
}

const char *mdt_diff_nothing(const struct mdt_diff *diff)
{
	const struct mdt_diff_log *a = &diff->logs[MDT_OLD], *b = &diff->logs[MDT_NEW];

	if (diff->differences || diff->steps[MDT_OLD].len || diff->steps[MDT_NEW].len)
		return NULL;
	if (!a->len && !b->len)
		return a->faults + b->faults ? "no line of either log was understood"
					     : "neither log has a call";
	return "neither log has a call at this level that the filters let through";
}

struct mdt_error *mdt_diff_run(struct mdt_diff *diff)
{
	struct mdt_error *err = mdt_diff_know_texts(diff);

	for (unsigned int side = 0; !err && side < 2; side++)
		err = mdt_diff_steps_make(&diff->logs[side], &diff->texts, diff->rules,
					  diff->options.level, &diff->steps[side]);
	if (!err)
		err = count(diff);
	if (!err)
		err = mdt_diff_pair_tasks(diff);
	for (size_t i = 0; !err && i < diff->pair_len; i++) {
		err = mdt_diff_align_pair(diff, &diff->pairs[i]);
		diff->differences += diff->pairs[i].differences;
	}
	// A baseline has no order between processes.
	if (!err && !diff->logs[MDT_OLD].is_baseline && !diff->logs[MDT_NEW].is_baseline)
		err = mdt_diff_find_moves(diff);
	if (!err)
		err = mdt_diff_find_relocations(diff);
	diff->faults_differ = faults_differ(diff);
	diff->differences += diff->faults_differ;
	return err ? err : mdt_diff_summarize(diff);
}
