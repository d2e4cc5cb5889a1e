// SPDX-License-Identifier: MIT
#include "diff/tasks.h"

#include <stdlib.h>

void mdt_diff_tasks_deinit(struct mdt_diff_tasks *tasks)
{
	for (size_t i = 0; i < tasks->len; i++) {
		mdt_buf_deinit(&tasks->items[i].closing);
		mdt_buf_deinit(&tasks->items[i].begun);
	}
	free(tasks->items);
	mdt_map_deinit(&tasks->by_pid);
	*tasks = (struct mdt_diff_tasks){ 0 };
}

// The last task of a pid, or NULL.
static struct mdt_diff_task *find(const struct mdt_diff_tasks *tasks, uint64_t pid)
{
	uintptr_t index = (uintptr_t)mdt_map_find(&tasks->by_pid, pid + 1);

	return index ? &tasks->items[index - 1] : NULL;
}

static struct mdt_error *make(struct mdt_diff_tasks *tasks, uint32_t pid, uint32_t *ret)
{
	if (!mdt_grow((void **)&tasks->items, &tasks->cap, tasks->len,
		      sizeof(*tasks->items)) ||
	    !mdt_map_set(&tasks->by_pid, (uint64_t)pid + 1,
			 (void *)(uintptr_t)(tasks->len + 1)))
		return &mdt_enomem;
	tasks->items[tasks->len] =
		(struct mdt_diff_task){ .pid = pid, .parent = MDT_NO_TASK };
	*ret = (uint32_t)tasks->len++;
	tasks->live++;
	return NULL;
}

struct mdt_error *mdt_diff_tasks_get(struct mdt_diff_tasks *tasks, uint32_t pid,
				     uint32_t *ret)
{
	struct mdt_diff_task *task;

	if (tasks->last < tasks->len && tasks->items[tasks->last].pid == pid &&
	    !tasks->items[tasks->last].ended) {
		*ret = tasks->last;
		return NULL;
	}
	task = find(tasks, pid);
	if (task) {
		*ret = tasks->last = (uint32_t)(task - tasks->items);
		return NULL;
	}
	return make(tasks, pid, ret);
}

struct mdt_error *mdt_diff_tasks_fork(struct mdt_diff_tasks *tasks, uint32_t parent,
				      uint32_t pid)
{
	struct mdt_diff_task *child = find(tasks, pid);
	struct mdt_error *err;
	uint32_t index;

	// One that has a parent, or is its own ancestor, is of another time.
	if (child &&
	    (child->parent != MDT_NO_TASK || child - tasks->items <= (ptrdiff_t)parent))
		child = NULL;
	if (!child) {
		err = make(tasks, pid, &index);
		if (err)
			return err;
		child = &tasks->items[index];
	}
	child->parent = parent;
	if (!child->program.len) {
		child->program = tasks->items[parent].program;
		child->command = tasks->items[parent].command;
	}
	return NULL;
}

struct mdt_error *mdt_diff_tasks_name(struct mdt_diff_tasks *tasks, uint32_t pid)
{
	struct mdt_diff_task *task = find(tasks, 0);

	if (!task || task->ended || find(tasks, pid))
		return NULL;
	if (!mdt_map_set(&tasks->by_pid, (uint64_t)pid + 1,
			 (void *)(uintptr_t)(task - tasks->items + 1)) ||
	    !mdt_map_set(&tasks->by_pid, 1, NULL))
		return &mdt_enomem;
	task->pid = pid;
	return NULL;
}

void mdt_diff_tasks_end(struct mdt_diff_tasks *tasks, uint32_t index)
{
	// Its parent may still ask for its pid: it stays known until that comes again.
	tasks->live -= !tasks->items[index].ended;
	tasks->items[index].ended = true;
}

bool mdt_diff_tasks_only(const struct mdt_diff_tasks *tasks, uint32_t *ret)
{
	if (tasks->live != 1)
		return false;
	for (size_t i = tasks->len; i--;)
		if (!tasks->items[i].ended) {
			*ret = (uint32_t)i;
			return true;
		}
	return false;
}

const char *mdt_diff_tasks_relation(const struct mdt_diff_tasks *tasks, uint32_t self,
				    uint64_t pid)
{
	const struct mdt_diff_task *task = &tasks->items[self], *other;

	if (pid == task->pid)
		return "self";
	if (task->parent != MDT_NO_TASK && tasks->items[task->parent].pid == pid)
		return "parent";
	other = find(tasks, pid);
	return other && other->parent == self ? "child" : "other";
}

/* ---- families ---- */

// A slot is a parent's index + 1, or 0 for those without; its tasks are
// items[starts[slot]
// .. starts[slot + 1]).
static size_t slot_of(uint32_t parent)
{
	return parent == MDT_NO_TASK ? 0 : (size_t)parent + 1;
}

bool mdt_diff_children_init(struct mdt_diff_children *ret,
			    const struct mdt_diff_tasks *tasks)
{
	uint32_t *at = calloc(tasks->len + 3, sizeof(*at));

	ret->starts = at;
	ret->items = calloc(tasks->len + 1, sizeof(*ret->items));
	if (!at || !ret->items)
		return false;
	for (size_t i = 0; i < tasks->len; i++)
		at[slot_of(tasks->items[i].parent) + 2]++;
	for (size_t i = 0; i <= tasks->len; i++)
		at[i + 2] += at[i + 1];
	for (size_t i = 0; i < tasks->len; i++)
		ret->items[at[slot_of(tasks->items[i].parent) + 1]++] = (uint32_t)i;
	return true;
}

void mdt_diff_children_deinit(struct mdt_diff_children *children)
{
	free(children->items);
	free(children->starts);
}

struct mdt_diff_family mdt_diff_children_of(const struct mdt_diff_children *children,
					    uint32_t parent)
{
	uint32_t begin = children->starts[slot_of(parent)];
	uint32_t end = children->starts[slot_of(parent) + 1];

	return (struct mdt_diff_family){ children->items + begin, end - begin };
}
