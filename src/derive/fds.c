// SPDX-License-Identifier: MIT
// Which descriptors are open in the plan: those whose open is one of its calls.
#include <stdlib.h>

#include "derive/select.h"

static void table_unref(struct drv_table *table)
{
	if (!table || --table->refs)
		return;
	mdt_tree_deinit(&table->open);
	mdt_tree_deinit(&table->closed);
	free(table);
}

// With what another one has open; of NULL an empty one. NULL: out of memory.
static struct drv_table *table_create(struct drv_select *s, const struct drv_table *from)
{
	struct drv_table *table = calloc(1, sizeof(*table));

	if (!table) {
		s->p->failed_memory = true;
		return NULL;
	}
	table->refs = 1;
	if (from)
		mdt_tree_copy(&from->open, &table->open);
	return table;
}

struct drv_pid *drv_pid_get(struct drv_select *s, uint32_t pid)
{
	struct drv_pid *it = mdt_map_find(&s->pids, pid);

	if (it)
		return it;
	it = drv_alloc(s->p, sizeof(*it));
	if (!it || !mdt_map_set(&s->pids, pid, it)) {
		s->p->failed_memory = true;
		return NULL;
	}
	it->pid = pid;
	return it;
}

// NULL: it has none yet.
static struct drv_table *table_of(struct drv_select *s, uint32_t pid)
{
	const struct drv_pid *it = drv_pid_get(s, pid);

	return it ? it->table : NULL;
}

struct drv_target *drv_fd_find(struct drv_select *s, uint32_t pid, int64_t fd)
{
	const struct drv_table *table = table_of(s, pid);

	return table ? mdt_tree_find(&table->open, (uint64_t)fd, NULL) : NULL;
}

struct drv_target *drv_fd_closed(struct drv_select *s, uint32_t pid, int64_t fd)
{
	const struct drv_table *table = table_of(s, pid);

	return table ? mdt_tree_find(&table->closed, (uint64_t)fd, NULL) : NULL;
}

static bool set(struct drv_table *table, uint64_t fd, struct drv_target *on, bool cloexec)
{
	struct drv_target *was = mdt_tree_find(&table->open, fd, NULL);

	if (on)
		return mdt_tree_set(&table->closed, fd, NULL, false) &&
		       mdt_tree_set(&table->open, fd, on, cloexec);
	return !was || (mdt_tree_set(&table->closed, fd, was, false) &&
			mdt_tree_set(&table->open, fd, NULL, false));
}

void drv_fd_set(struct drv_select *s, uint32_t pid, int64_t fd, struct drv_target *on,
		bool cloexec)
{
	struct drv_pid *it = drv_pid_get(s, pid);

	if (!it || (!it->table && !on))
		return;
	if (!it->table)
		it->table = table_create(s, NULL);
	if (it->table && !set(it->table, (uint64_t)fd, on, cloexec))
		s->p->failed_memory = true;
}

bool drv_fd_any(struct drv_select *s, uint32_t pid, bool cloexec)
{
	const struct drv_table *table = table_of(s, pid);

	return table && mdt_tree_any(&table->open, cloexec);
}

void drv_fd_fork(struct drv_select *s, uint32_t parent, uint32_t child, bool shares)
{
	struct drv_pid *from = drv_pid_get(s, parent), *to = drv_pid_get(s, child);

	if (!from || !to || from == to)
		return;
	to->command = from->command;
	if (shares && !from->table)
		from->table = table_create(s, NULL);
	drv_fd_exit(s, child);
	if (!from->table)
		return;
	to->table = shares ? from->table : table_create(s, from->table);
	if (shares)
		to->table->refs++;
}

void drv_fd_exec(struct drv_select *s, uint32_t pid)
{
	struct drv_pid *it = drv_pid_get(s, pid);
	struct drv_table *table = it ? it->table : NULL;

	if (!table)
		return;
	if (table->refs > 1) {
		it->table = table_create(s, table);
		table_unref(table);
		table = it->table;
	}
	if (table)
		mdt_tree_deinit(&table->closed);
	if (table && !mdt_tree_remove(&table->open, 0, UINT64_MAX, true))
		s->p->failed_memory = true;
}

void drv_fd_exit(struct drv_select *s, uint32_t pid)
{
	struct drv_pid *it = mdt_map_find(&s->pids, pid);

	if (!it)
		return;
	table_unref(it->table);
	it->table = NULL;
}

void drv_fds_deinit(struct drv_select *s)
{
	mdt_map_for_each(it, &s->pids) drv_fd_exit(s, (uint32_t)it->key);
	mdt_map_deinit(&s->pids);
}
