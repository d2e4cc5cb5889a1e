// SPDX-License-Identifier: MIT
// Which descriptors are open in the plan: those whose open is one of its calls.
#include "derive/select.h"

struct drv_pid *drv_pid_get(struct drv_select *s, uint32_t pid)
{
	struct drv_pid *it;

	for (size_t i = 0; i < s->pid_count; i++)
		if (s->pids[i].pid == pid)
			return &s->pids[i];
	it = drv_add(s->p, s->pids, s->pid_count);
	if (!it) {
		s->p->failed_memory = true;
		return NULL;
	}
	*it = (struct drv_pid){ .pid = pid, .table = pid };
	return it;
}

static uint32_t table_of(struct drv_select *s, uint32_t pid)
{
	const struct drv_pid *it = drv_pid_get(s, pid);

	return it ? it->table : pid;
}

struct drv_fd *drv_fd_find(struct drv_select *s, uint32_t pid, int64_t fd)
{
	uint32_t table = table_of(s, pid);

	for (size_t i = 0; i < s->fd_count; i++)
		if (s->fds[i].on && s->fds[i].table == table && s->fds[i].fd == fd)
			return &s->fds[i];
	return NULL;
}

static struct drv_fd *free_entry(struct drv_select *s)
{
	struct drv_fd *it;

	for (size_t i = 0; i < s->fd_count; i++)
		if (!s->fds[i].on)
			return &s->fds[i];
	it = drv_add(s->p, s->fds, s->fd_count);
	if (!it)
		s->p->failed_memory = true;
	return it;
}

void drv_fd_set(struct drv_select *s, uint32_t pid, int64_t fd, struct drv_target *on,
		bool cloexec)
{
	struct drv_fd *it = drv_fd_find(s, pid, fd);

	if (!on) {
		if (it)
			it->is_closed = true;
		return;
	}
	if (!it)
		it = free_entry(s);
	if (it)
		*it = (struct drv_fd){
			.table = table_of(s, pid), .fd = fd, .on = on, .cloexec = cloexec
		};
}

bool drv_fd_any(struct drv_select *s, uint32_t pid, bool cloexec)
{
	uint32_t table = table_of(s, pid);

	for (size_t i = 0; i < s->fd_count; i++)
		if (s->fds[i].on && !s->fds[i].is_closed && s->fds[i].table == table &&
		    (!cloexec || s->fds[i].cloexec))
			return true;
	return false;
}

// A table of its own, with what another one has.
static void copy_table(struct drv_select *s, uint32_t from, uint32_t to)
{
	size_t count = s->fd_count;

	for (size_t i = 0; i < count; i++) {
		struct drv_fd copy = s->fds[i], *place;

		if (!copy.on || copy.is_closed || copy.table != from)
			continue;
		copy.table = to;
		place = free_entry(s);
		if (place)
			*place = copy;
	}
}

static bool is_shared(const struct drv_select *s, uint32_t table)
{
	size_t users = 0;

	for (size_t i = 0; i < s->pid_count; i++)
		users += s->pids[i].table == table;
	return users > 1;
}

void drv_fd_fork(struct drv_select *s, uint32_t parent, uint32_t child, bool shares)
{
	uint32_t table = table_of(s, parent);
	size_t command = drv_pid_get(s, parent) ? drv_pid_get(s, parent)->command : 0;
	struct drv_pid *it = drv_pid_get(s, child);

	if (!it)
		return;
	it->command = command;
	if (shares) {
		it->table = table;
		return;
	}
	it->table = child;
	drv_fd_exit(s, child);
	copy_table(s, table, child);
}

void drv_fd_exec(struct drv_select *s, uint32_t pid)
{
	struct drv_pid *it = drv_pid_get(s, pid);

	if (!it)
		return;
	if (is_shared(s, it->table) && it->table != pid) {
		copy_table(s, it->table, pid);
		it->table = pid;
	}
	for (size_t i = 0; i < s->fd_count; i++)
		if (s->fds[i].on && s->fds[i].table == it->table && s->fds[i].cloexec)
			s->fds[i].on = NULL;
}

void drv_fd_exit(struct drv_select *s, uint32_t pid)
{
	struct drv_pid *it = drv_pid_get(s, pid);

	if (!it)
		return;
	if (!is_shared(s, it->table))
		for (size_t i = 0; i < s->fd_count; i++)
			if (s->fds[i].table == it->table)
				s->fds[i].on = NULL;
	// The number may be given to another process.
	it->table = it->pid;
}
