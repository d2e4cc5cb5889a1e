// SPDX-License-Identifier: MIT
// close(), close_range(), dup() and its kin, fcntl().
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <unistd.h>

#include "guest/call.h"

static void close_one(struct guest_call *call, struct guest_table *table, int log)
{
	struct guest_file *file = guest_table_find(table, log);
	int64_t array = file ? guest_call_array(file->real) : -1;
	int err = guest_table_close(table, log);

	if (array >= 0) {
		call->touch = GUEST_TOUCH_CLOSE;
		call->array = array;
	}
	errno = err;
	guest_call_result(call, err ? -1 : 0);
}

void guest_call_close(struct guest_call *call)
{
	struct guest_table *table = guest_call_table(call);
	int fd, log;

	if (table && guest_call_fd(call, 0, &fd, NULL) && guest_call_int(call, 0, &log))
		close_one(call, table, log);
}

static void close_from_to(struct guest_call *call, struct guest_table *table,
			  unsigned int first, unsigned int last, bool only_mark)
{
	for (size_t i = table->len; i--;) {
		struct guest_file *file = &table->items[i];

		if ((unsigned int)file->log < first || (unsigned int)file->log > last)
			continue;
		if (only_mark)
			file->is_cloexec = true;
		else
			close_one(call, table, file->log);
	}
}

void guest_call_close_range(struct guest_call *call)
{
	struct guest_table *table = guest_call_table(call);
	int first, last, flags;

	if (!table || !guest_call_int(call, 0, &first) ||
	    !guest_call_int(call, 1, &last) || !guest_call_int(call, 2, &flags))
		return;
	if ((unsigned int)first > (unsigned int)last ||
	    flags & ~(int)(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) {
		errno = EINVAL;
		guest_call_result(call, -1);
		return;
	}
	close_from_to(call, table, (unsigned int)first, (unsigned int)last,
		      flags & (int)CLOSE_RANGE_CLOEXEC);
	guest_call_result(call, 0);
}

// The number that it gets is the log's: guest_call_bind().
static void duplicate(struct guest_call *call, const struct guest_file *file,
		      bool is_cloexec)
{
	int fd = dup(file ? file->real : -1);

	guest_call_result(call, fd);
	if (fd < 0)
		return;
	call->opened = *file;
	call->opened.real = fd;
	call->opened.is_cloexec = is_cloexec;
}

void guest_call_dup(struct guest_call *call)
{
	struct guest_file *file;
	int fd;

	if (guest_call_fd(call, 0, &fd, &file))
		duplicate(call, file, false);
}

// dup2() and dup3(): what is closed at the new number may be an array.
void guest_call_dup2(struct guest_call *call)
{
	struct guest_table *table = guest_call_table(call);
	struct guest_file *file, *old;
	int fd, to, flags = 0;

	if (!table || !guest_call_fd(call, 0, &fd, &file) ||
	    !guest_call_int(call, 1, &to) ||
	    (mdt_slice_eq(call->event->name, SLICE("dup3")) &&
	     !guest_call_int(call, 2, &flags)))
		return;
	old = guest_table_find(table, to);
	if (old && old != file && guest_call_array(old->real) >= 0) {
		call->touch = GUEST_TOUCH_CLOSE;
		call->array = guest_call_array(old->real);
	}
	if (old && old == file) {
		guest_call_result(call, to);
		return;
	}
	duplicate(call, file, flags & O_CLOEXEC);
}

void guest_call_fcntl(struct guest_call *call)
{
	struct guest_file *file;
	uint64_t value = 0;
	int fd, op;

	if (!guest_call_fd(call, 0, &fd, &file) || !guest_call_int(call, 1, &op))
		return;
	if (op != F_GETFD && op != F_GETFL && !guest_call_number(call, 2, &value))
		return;
	switch (op) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		duplicate(call, file, op == F_DUPFD_CLOEXEC);
		return;
	case F_SETFD:
		if (file)
			file->is_cloexec = value & FD_CLOEXEC;
		guest_call_result(call, fcntl(fd, F_GETFD) < 0 ? -1 : 0);
		return;
	case F_GETFD:
		guest_call_result(call, file ? file->is_cloexec : fcntl(fd, F_GETFD));
		return;
	case F_GETFL:
	case F_SETFL:
		guest_call_result(call, fcntl(fd, op, (int)value));
		return;
	default:
		guest_call_refuse(call, "mdtrace does not make this fcntl()");
	}
}
