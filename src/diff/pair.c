// SPDX-License-Identifier: MIT
// Which process of the old log is which of the new one.
#include <stdlib.h>

#include "diff/diff.h"

struct pairing {
	struct mdt_diff *diff;
	struct mdt_diff_children children[2];
	bool *done[2]; // by side and task: has its other half, or never will
};

static struct mdt_error *add_pair(struct pairing *pairing, uint32_t old_task,
				  uint32_t new_task)
{
	struct mdt_diff *diff = pairing->diff;

	if (!mdt_grow((void **)&diff->pairs, &diff->pair_cap, diff->pair_len,
		      sizeof(*diff->pairs)))
		return &mdt_enomem;
	diff->pairs[diff->pair_len++] =
		(struct mdt_diff_pair){ .old_task = old_task, .new_task = new_task };
	if (old_task != MDT_NO_TASK)
		pairing->done[MDT_OLD][old_task] = true;
	if (new_task != MDT_NO_TASK)
		pairing->done[MDT_NEW][new_task] = true;
	return NULL;
}

static const struct mdt_diff_task *task_of(const struct pairing *pairing,
					   enum mdt_diff_side side, uint32_t index)
{
	return &pairing->diff->logs[side].tasks.items[index];
}

typedef struct mdt_slice key_fn(const struct mdt_diff_task *task);

static struct mdt_slice command_of(const struct mdt_diff_task *task)
{
	return task->command;
}

static struct mdt_slice program_of(const struct mdt_diff_task *task)
{
	return task->program;
}

static struct mdt_slice nothing_of(const struct mdt_diff_task *task)
{
	(void)task;
	return (struct mdt_slice){ 0 };
}

// The next of those that have a key wait in a list.
struct waiting {
	uint32_t *next; // by place in the family; MDT_NO_TASK ends
	struct mdt_map first;
};

static bool wait_all(struct waiting *waiting, const struct pairing *pairing,
		     struct mdt_diff_family family, key_fn *key)
{
	waiting->next = malloc((family.len + 1) * sizeof(*waiting->next));
	if (!waiting->next)
		return false;
	for (size_t i = family.len; i--;) {
		struct mdt_slice text = key(task_of(pairing, MDT_OLD, family.items[i]));
		uintptr_t first;

		if (pairing->done[MDT_OLD][family.items[i]])
			continue;
		first = (uintptr_t)mdt_map_find_text(&waiting->first, text);
		waiting->next[i] = (uint32_t)first;
		if (!mdt_map_set_text(&waiting->first, text, (void *)(i + 1)))
			return false;
	}
	return true;
}

// The first of the old family with the same key as each of the new one.
static struct mdt_error *pair_by(struct pairing *pairing,
				 struct mdt_diff_family old_family,
				 struct mdt_diff_family new_family, key_fn *key)
{
	struct waiting waiting = { 0 };
	struct mdt_error *err = NULL;
	uintptr_t first;

	if (!wait_all(&waiting, pairing, old_family, key))
		err = &mdt_enomem;
	for (size_t i = 0; !err && i < new_family.len; i++) {
		uint32_t index = new_family.items[i];
		struct mdt_slice text = key(task_of(pairing, MDT_NEW, index));

		first = (uintptr_t)mdt_map_find_text(&waiting.first, text);
		if (pairing->done[MDT_NEW][index] || !first)
			continue;
		err = add_pair(pairing, old_family.items[first - 1], index);
		if (!err && !mdt_map_set_text(&waiting.first, text,
					      (void *)(uintptr_t)waiting.next[first - 1]))
			err = &mdt_enomem;
	}
	free(waiting.next);
	mdt_map_deinit(&waiting.first);
	return err;
}

// The same command line, then the same program; those that nobody has made and that
// nothing else fits are what is to be compared.
static struct mdt_error *pair_families(struct pairing *pairing, uint32_t old_parent,
				       uint32_t new_parent)
{
	struct mdt_diff_family a =
		mdt_diff_children_of(&pairing->children[MDT_OLD], old_parent);
	struct mdt_diff_family b =
		mdt_diff_children_of(&pairing->children[MDT_NEW], new_parent);
	struct mdt_error *err = NULL;

	if (!a.len || !b.len)
		return NULL;
	err = pair_by(pairing, a, b, command_of);
	if (!err)
		err = pair_by(pairing, a, b, program_of);
	if (!err && old_parent == MDT_NO_TASK)
		err = pair_by(pairing, a, b, nothing_of);
	return err;
}

static struct mdt_error *pair_rest(struct pairing *pairing, enum mdt_diff_side side)
{
	struct mdt_error *err = NULL;
	size_t len = pairing->diff->logs[side].tasks.len;

	for (uint32_t i = 0; !err && i < len; i++)
		if (!pairing->done[side][i])
			err = add_pair(pairing, side == MDT_OLD ? i : MDT_NO_TASK,
				       side == MDT_NEW ? i : MDT_NO_TASK);
	return err;
}

static struct mdt_error *pair_all(struct pairing *pairing)
{
	struct mdt_diff *diff = pairing->diff;
	struct mdt_error *err = pair_families(pairing, MDT_NO_TASK, MDT_NO_TASK);

	for (size_t i = 0; !err && i < diff->pair_len; i++)
		err = pair_families(pairing, diff->pairs[i].old_task,
				    diff->pairs[i].new_task);
	if (!err)
		err = pair_rest(pairing, MDT_OLD);
	return err ? err : pair_rest(pairing, MDT_NEW);
}

struct mdt_error *mdt_diff_pair_tasks(struct mdt_diff *diff)
{
	struct pairing pairing = { .diff = diff };
	struct mdt_error *err = NULL;

	for (unsigned int side = 0; side < 2; side++) {
		const struct mdt_diff_tasks *tasks = &diff->logs[side].tasks;

		pairing.done[side] = calloc(tasks->len + 1, sizeof(bool));
		if (!pairing.done[side] ||
		    !mdt_diff_children_init(&pairing.children[side], tasks))
			err = &mdt_enomem;
	}
	if (!err)
		err = pair_all(&pairing);
	for (unsigned int side = 0; side < 2; side++) {
		free(pairing.done[side]);
		mdt_diff_children_deinit(&pairing.children[side]);
	}
	return err;
}
