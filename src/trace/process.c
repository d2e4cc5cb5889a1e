// SPDX-License-Identifier: MIT
#include "trace/process.h"

#include <stdlib.h>

struct mdt_file *mdt_file_create(struct mdt_slice path)
{
	struct mdt_file *file = malloc(sizeof(*file) + path.len);

	if (!file)
		return NULL;
	*file = (struct mdt_file){ .path = { (const char *)(file + 1), path.len } };
	if (path.len)
		memcpy(file + 1, path.str, path.len);
	return file;
}

// Whoever watches the file is the last to hold it.
static void note_release(struct mdt_file *file)
{
	struct mdt_file_watch *watch = file->watch;

	if (!watch || file->is_released)
		return;
	file->is_released = true;
	file->next_released = watch->released;
	watch->released = file;
}

void mdt_file_unref(struct mdt_file *file)
{
	if (!file)
		return;
	file->refs--;
	if (!file->refs)
		free(file);
	else if (file->refs == 1)
		note_release(file);
}

/* ---- descriptor tables ---- */

static void hold_file(void *file)
{
	((struct mdt_file *)file)->refs++;
}

static void let_file_go(void *file)
{
	mdt_file_unref(file);
}

static const struct mdt_tree_values files = { hold_file, let_file_go };

static void table_unref(struct mdt_fd_table *table)
{
	if (!table || --table->refs)
		return;
	mdt_tree_deinit(&table->fds);
	free(table);
}

static struct mdt_fd_table *table_create(void)
{
	struct mdt_fd_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->refs = 1;
	mdt_tree_init(&table->fds, &files);
	return table;
}

static struct mdt_fd_table *table_copy(const struct mdt_fd_table *from)
{
	struct mdt_fd_table *table = table_create();

	if (table)
		mdt_tree_copy(&from->fds, &table->fds);
	return table;
}

struct mdt_file *mdt_fd_find(const struct mdt_process *process, uint64_t fd)
{
	return mdt_tree_find(&process->table->fds, fd, NULL);
}

bool mdt_fd_set(struct mdt_process *process, uint64_t fd, struct mdt_file *file,
		bool cloexec)
{
	return mdt_tree_set(&process->table->fds, fd, file, cloexec);
}

bool mdt_fd_set_cloexec(struct mdt_process *process, uint64_t fd, bool cloexec)
{
	return mdt_fd_set(process, fd, mdt_fd_find(process, fd), cloexec);
}

bool mdt_fd_close_range(struct mdt_process *process, uint64_t first, uint64_t last,
			bool on_exec)
{
	struct mdt_tree *fds = &process->table->fds;

	return on_exec ? mdt_tree_flag(fds, first, last)
		       : mdt_tree_remove(fds, first, last, false);
}

bool mdt_fd_exec(struct mdt_process *process)
{
	struct mdt_fd_table *own = process->table;

	if (own->refs > 1) {
		own = table_copy(own);
		if (!own)
			return false;
		table_unref(process->table);
		process->table = own;
	}
	return mdt_tree_remove(&own->fds, 0, UINT64_MAX, true);
}

/* ---- processes ---- */

static void process_destroy(struct mdt_process *process)
{
	if (!process)
		return;
	table_unref(process->table);
	mdt_buf_deinit(&process->folder);
	free(process);
}

// @p table is handed over.
static struct mdt_process *process_add(struct mdt_trace *trace, uint32_t pid,
				       struct mdt_fd_table *table)
{
	struct mdt_process *process = table ? calloc(1, sizeof(*process)) : NULL;

	if (!process) {
		table_unref(table);
		return NULL;
	}
	process->pid = pid;
	process->table = table;
	if (!mdt_map_set(&trace->processes, pid, process)) {
		process_destroy(process);
		return NULL;
	}
	process->next = trace->all;
	process->link = &trace->all;
	if (process->next)
		process->next->link = &process->next;
	trace->all = process;
	return process;
}

// The only process there is, or the one that had no pid so far.
static struct mdt_process *find_solo(struct mdt_trace *trace)
{
	if (!trace->solo && trace->all && !trace->all->next)
		trace->solo = trace->all;
	return trace->solo;
}

static struct mdt_process *get_solo(struct mdt_trace *trace)
{
	if (!find_solo(trace))
		trace->solo = process_add(trace, 0, table_create());
	return trace->solo;
}

// A pid that was never met: the child of whoever is forking, the first process, or a
// stranger.
static struct mdt_process *newcomer(struct mdt_trace *trace, uint32_t pid)
{
	struct mdt_process *first = trace->solo;

	if (trace->forking) {
		if (!mdt_process_newborn(trace, NULL, pid))
			return NULL;
		return mdt_map_find(&trace->processes, pid);
	}
	if (first && !first->pid) {
		if (!mdt_map_set(&trace->processes, pid, first) ||
		    !mdt_map_set(&trace->processes, 0, NULL))
			return NULL;
		first->pid = pid;
		return first;
	}
	return process_add(trace, pid, table_create());
}

struct mdt_process *mdt_process_find(struct mdt_trace *trace, uint32_t pid)
{
	return pid ? mdt_map_find(&trace->processes, pid) : find_solo(trace);
}

struct mdt_process *mdt_process_make(struct mdt_trace *trace, uint32_t pid)
{
	if (!pid)
		return get_solo(trace);
	trace->last = mdt_map_find(&trace->processes, pid);
	if (!trace->last)
		trace->last = newcomer(trace, pid);
	return trace->last;
}

/* ---- children ---- */

void mdt_process_begin_fork(struct mdt_trace *trace, struct mdt_process *process,
			    bool shares_files)
{
	mdt_process_end_fork(process);
	process->is_forking = true;
	process->shares_files = shares_files;
	process->next_forking = trace->forking;
	process->link_forking = &trace->forking;
	if (process->next_forking)
		process->next_forking->link_forking = &process->next_forking;
	trace->forking = process;
}

void mdt_process_end_fork(struct mdt_process *process)
{
	if (!process->is_forking)
		return;
	process->is_forking = false;
	*process->link_forking = process->next_forking;
	if (process->next_forking)
		process->next_forking->link_forking = process->link_forking;
}

// NULL: out of memory.
static struct mdt_fd_table *inherit(struct mdt_process *parent, bool shares_files)
{
	if (!shares_files)
		return table_copy(parent->table);
	parent->table->refs++;
	return parent->table;
}

static struct mdt_process *child_add(struct mdt_trace *trace, struct mdt_process *parent,
				     uint32_t pid, bool shares_files)
{
	struct mdt_process *child =
		process_add(trace, pid, inherit(parent, shares_files));

	if (child)
		mdt_buf_add(&child->folder, mdt_buf_slice(&parent->folder));
	return child;
}

bool mdt_process_newborn(struct mdt_trace *trace, struct mdt_process *parent,
			 uint32_t pid)
{
	struct mdt_process *child;

	if (trace->forking)
		parent = trace->forking;
	if (!parent || mdt_map_find(&trace->processes, pid))
		return true;
	child = child_add(trace, parent, pid, parent->is_forking && parent->shares_files);
	if (child && parent->is_forking)
		child->born_of = parent;
	return child != NULL;
}

bool mdt_process_fork(struct mdt_trace *trace, struct mdt_process *parent, uint32_t pid,
		      bool shares_files, bool may_have_run)
{
	struct mdt_process *child = mdt_map_find(&trace->processes, pid);

	if (!pid || child == parent)
		return true;
	if (child && (child->born_of == parent || (!child->born_of && may_have_run))) {
		child->born_of = NULL;
		return true;
	}
	// The pid had another owner, whose end the log does not show.
	if (child)
		mdt_process_end(trace, pid);
	return child_add(trace, parent, pid, shares_files) != NULL;
}

static void process_remove(struct mdt_trace *trace, struct mdt_process *process)
{
	mdt_process_end_fork(process);
	*process->link = process->next;
	if (process->next)
		process->next->link = process->link;
	if (trace->solo == process)
		trace->solo = NULL;
	if (trace->last == process)
		trace->last = NULL;
	process_destroy(process);
}

void mdt_process_end(struct mdt_trace *trace, uint32_t pid)
{
	struct mdt_process *process = mdt_process_find(trace, pid);

	if (process && mdt_map_set(&trace->processes, process->pid, NULL))
		process_remove(trace, process);
}

void mdt_processes_deinit(struct mdt_trace *trace)
{
	while (trace->all)
		process_remove(trace, trace->all);
	mdt_map_deinit(&trace->processes);
}
