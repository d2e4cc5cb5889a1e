// SPDX-License-Identifier: MIT
#include "guest/files.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static void table_release(struct guest_table *table)
{
	if (!table || --table->users)
		return;
	for (size_t i = 0; i < table->len; i++)
		close(table->items[i].real);
	free(table->items);
	free(table);
}

void guest_files_deinit(struct guest_files *files)
{
	for (size_t i = 0; i < files->len; i++)
		table_release(files->items[i].table);
	free(files->items);
	*files = (struct guest_files){ 0 };
}

static struct guest_process *find_process(const struct guest_files *files, uint32_t pid)
{
	for (size_t i = 0; i < files->len; i++)
		if (files->items[i].pid == pid)
			return &files->items[i];
	return NULL;
}

static struct guest_table *table_create(void)
{
	struct guest_table *table = calloc(1, sizeof(*table));

	if (table)
		table->users = 1;
	return table;
}

static bool add_process(struct guest_files *files, uint32_t pid,
			struct guest_table *table)
{
	if (!mdt_grow((void **)&files->items, &files->cap, files->len,
		      sizeof(*files->items)))
		return false;
	files->items[files->len++] = (struct guest_process){ pid, table };
	return true;
}

struct guest_table *guest_files_get(struct guest_files *files, uint32_t pid)
{
	struct guest_process *process = find_process(files, pid);
	struct guest_table *table;

	if (process)
		return process->table;
	table = table_create();
	if (table && !add_process(files, pid, table)) {
		table_release(table);
		return NULL;
	}
	return table;
}

// Every file of one table, duplicated into another that has none.
static bool copy_files(const struct guest_table *from, struct guest_table *to)
{
	bool whole = true;

	for (size_t i = 0; i < from->len; i++) {
		struct guest_file file = from->items[i];

		file.real = dup(file.real);
		if (file.real < 0 || !guest_table_set(to, file))
			whole = false;
	}
	return whole;
}

bool guest_files_fork(struct guest_files *files, uint32_t parent, uint32_t child,
		      bool is_shared)
{
	struct guest_table *from = guest_files_get(files, parent), *to;

	if (!from)
		return false;
	guest_files_exit(files, child); // a pid that is used again
	if (!is_shared) {
		to = guest_files_get(files, child);
		return to && copy_files(from, to);
	}
	if (!add_process(files, child, from))
		return false;
	from->users++;
	return true;
}

void guest_files_exit(struct guest_files *files, uint32_t pid)
{
	struct guest_process *process = find_process(files, pid);

	if (!process)
		return;
	table_release(process->table);
	*process = files->items[--files->len];
}

bool guest_files_exec(struct guest_files *files, uint32_t pid)
{
	struct guest_table *table = guest_files_get(files, pid), *own;

	if (!table)
		return false;
	if (table->users > 1) {
		own = table_create();
		if (!own)
			return false;
		find_process(files, pid)->table = own;
		table->users--;
		if (!copy_files(table, own))
			return false;
		table = own;
	}
	for (size_t i = table->len; i--;)
		if (table->items[i].is_cloexec)
			guest_table_close(table, table->items[i].log);
	return true;
}

struct guest_file *guest_table_find(const struct guest_table *table, int log)
{
	for (size_t i = 0; i < table->len; i++)
		if (table->items[i].log == log)
			return &table->items[i];
	return NULL;
}

int guest_table_free(const struct guest_table *table, int from)
{
	int log = from < 3 ? 3 : from;

	while (guest_table_find(table, log))
		log++;
	return log;
}

bool guest_table_set(struct guest_table *table, struct guest_file file)
{
	struct guest_file *old = guest_table_find(table, file.log);

	if (old) {
		close(old->real);
		*old = file;
		return true;
	}
	if (!mdt_grow((void **)&table->items, &table->cap, table->len,
		      sizeof(*table->items))) {
		close(file.real);
		return false;
	}
	table->items[table->len++] = file;
	return true;
}

int guest_table_close(struct guest_table *table, int log)
{
	struct guest_file *file = guest_table_find(table, log);
	int real;

	if (!file)
		return EBADF;
	real = file->real;
	*file = table->items[--table->len];
	return close(real) ? errno : 0;
}
