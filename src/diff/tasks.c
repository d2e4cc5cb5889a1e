// SPDX-License-Identifier: MIT
#include "diff/tasks.h"

#include <stdlib.h>

#include "base/buf.h"

void mdt_diff_tasks_deinit(struct mdt_diff_tasks *tasks)
{
	free(tasks->items);
	mdt_map_deinit(&tasks->by_pid);
	*tasks = (struct mdt_diff_tasks){ 0 };
}

// The live task of a pid, or NULL.
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
	    (child->parent != MDT_NO_TASK || child - tasks->items <= (ptrdiff_t)parent)) {
		mdt_diff_tasks_end(tasks, (uint32_t)(child - tasks->items));
		child = NULL;
	}
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

void mdt_diff_tasks_end(struct mdt_diff_tasks *tasks, uint32_t index)
{
	struct mdt_diff_task *task = &tasks->items[index];

	task->ended = true;
	// Removing never needs memory.
	if (find(tasks, task->pid) == task &&
	    !mdt_map_set(&tasks->by_pid, (uint64_t)task->pid + 1, NULL))
		return;
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
