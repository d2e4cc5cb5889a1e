// SPDX-License-Identifier: MIT
#include "trace/process.h"

#include <stdlib.h>

struct mdt_file *mdt_file_create(struct mdt_slice path)
{
	struct mdt_file *file = calloc(1, sizeof(*file));
	char *copy = malloc(path.len + 1);

	if (!file || !copy) {
		free(file);
		free(copy);
		return NULL;
	}
	if (path.len)
		memcpy(copy, path.str, path.len);
	copy[path.len] = '\0';
	file->path = mdt_slice_from(copy, path.len);
	return file;
}

void mdt_file_unref(struct mdt_file *file)
{
	if (!file || --file->refs)
		return;
	free((char *)file->path.str);
	free(file);
}

/* ---- descriptor tables ---- */

static void table_unref(struct mdt_fd_table *table)
{
	if (!table || --table->refs)
		return;
	mdt_map_for_each(it, &table->files) mdt_file_unref(it->value);
	mdt_map_deinit(&table->files);
	mdt_map_deinit(&table->cloexec);
	free(table);
}

static struct mdt_fd_table *table_create(void)
{
	struct mdt_fd_table *table = calloc(1, sizeof(*table));

	if (table)
		table->refs = 1;
	return table;
}

static struct mdt_fd_table *table_copy(const struct mdt_fd_table *from)
{
	struct mdt_fd_table *table = table_create();

	if (!table)
		return NULL;
	mdt_map_for_each(it, &from->files)
	{
		struct mdt_file *file = it->value;

		if (!mdt_map_set(&table->files, it->key, file))
			goto fail;
		file->refs++;
		if (mdt_map_find(&from->cloexec, it->key) &&
		    !mdt_map_set(&table->cloexec, it->key, table))
			goto fail;
	}
	return table;
fail:
	table_unref(table);
	return NULL;
}

struct mdt_file *mdt_fd_find(const struct mdt_process *process, uint64_t fd)
{
	return mdt_map_find(&process->table->files, fd);
}

bool mdt_fd_set(struct mdt_process *process, uint64_t fd, struct mdt_file *file,
		bool cloexec)
{
	struct mdt_fd_table *table = process->table;
	struct mdt_file *old = mdt_map_find(&table->files, fd);

	if (!file && !old)
		return true;
	if (file)
		file->refs++;
	if (!mdt_map_set(&table->files, fd, file)) {
		mdt_file_unref(file);
		return false;
	}
	mdt_file_unref(old);
	return mdt_map_set(&table->cloexec, fd, file && cloexec ? table : NULL);
}

bool mdt_fd_exec(struct mdt_process *process)
{
	struct mdt_fd_table *own = table_copy(process->table);

	if (!own)
		return false;
	table_unref(process->table);
	process->table = own;
	mdt_map_for_each(it, &own->files)
	{
		struct mdt_file *file = it->value;

		if (!mdt_map_find(&own->cloexec, it->key))
			continue;
		if (!mdt_map_set(&own->files, it->key, NULL))
			return false;
		mdt_file_unref(file);
	}
	mdt_map_deinit(&own->cloexec);
	return true;
}

/* ---- processes ---- */

void mdt_process_destroy(struct mdt_process *process)
{
	if (!process)
		return;
	table_unref(process->table);
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
		mdt_process_destroy(process);
		return NULL;
	}
	return process;
}

static struct mdt_process *forking_process(const struct mdt_trace *trace)
{
	struct mdt_process *found = NULL;

	mdt_map_for_each(it, &trace->processes)
	{
		struct mdt_process *process = it->value;

		if (process->is_forking)
			found = process;
	}
	return found;
}

// The only process there is, or the one that had no pid so far.
static struct mdt_process *solo(struct mdt_trace *trace)
{
	if (!trace->solo && trace->processes.live == 1)
		mdt_map_for_each(it, &trace->processes) trace->solo = it->value;
	if (!trace->solo)
		trace->solo = process_add(trace, 0, table_create());
	return trace->solo;
}

// A pid that was never met: the child of whoever is forking, the first process, or a
// stranger.
static struct mdt_process *newcomer(struct mdt_trace *trace, uint32_t pid)
{
	struct mdt_process *parent = forking_process(trace), *first = trace->solo;

	if (parent) {
		if (!mdt_process_fork(trace, parent, pid, parent->shares_files))
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

struct mdt_process *mdt_process_get(struct mdt_trace *trace, uint32_t pid)
{
	if (trace->last && trace->last->pid == pid && pid)
		return trace->last;
	if (!pid)
		return solo(trace);
	trace->last = mdt_map_find(&trace->processes, pid);
	if (!trace->last)
		trace->last = newcomer(trace, pid);
	return trace->last;
}

bool mdt_process_fork(struct mdt_trace *trace, struct mdt_process *parent, uint32_t pid,
		      bool shares_files)
{
	struct mdt_fd_table *table = parent->table;

	if (!pid || mdt_map_find(&trace->processes, pid))
		return true;
	if (shares_files)
		table->refs++;
	else
		table = table_copy(table);
	return process_add(trace, pid, table) != NULL;
}

void mdt_process_end(struct mdt_trace *trace, uint32_t pid)
{
	struct mdt_process *process =
		pid ? mdt_map_find(&trace->processes, pid) : trace->solo;

	if (!process || !mdt_map_set(&trace->processes, process->pid, NULL))
		return;
	if (trace->solo == process)
		trace->solo = NULL;
	if (trace->last == process)
		trace->last = NULL;
	mdt_process_destroy(process);
}
