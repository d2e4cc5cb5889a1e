// SPDX-License-Identifier: MIT
#include "guest/call.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <linux/major.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest/arg.h"
#include "guest/clock.h"
#include "guest/flags.h"

/* ---- what the functions use ---- */

void guest_call_refuse(struct guest_call *call, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (call->not_run.len)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	mdt_buf_adds(&call->not_run, text);
}

void guest_call_result(struct guest_call *call, int64_t ret)
{
	call->ret = ret < 0 ? -1 : ret;
	call->err = ret < 0 ? errno : 0;
}

// Of a folder's descriptor, proc knows the path.
void guest_call_made(struct guest_call *call, int dir, struct mdt_slice path, int ret)
{
	char text[PATH_MAX * 2], link[64];
	ssize_t n = 0;

	guest_call_result(call, ret);
	if (ret < 0)
		return;
	if (dir != AT_FDCWD && path.len && path.str[0] != '/') {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
		n = readlink(link, text, PATH_MAX);
		if (n < 0)
			return;
		text[n++] = '/';
	}
	if ((size_t)n + path.len >= sizeof(text))
		return;
	memcpy(text + n, path.str, path.len);
	if (!mdt_arena_copy(call->arena, mdt_slice_from(text, (size_t)n + path.len),
			    &call->made))
		call->made = (struct mdt_slice){ 0 };
}

static struct mdt_ref arg(const struct guest_call *call, size_t index)
{
	return mdt_event_arg(call->event, index);
}

bool guest_call_number(struct guest_call *call, size_t index, uint64_t *ret)
{
	if (guest_arg_number(arg(call, index), ret))
		return true;
	guest_call_refuse(call, "argument %zu, %.*s, is not a number that mdtrace knows",
			  index + 1, SLICE_FMT(mdt_ref_text(arg(call, index))));
	return false;
}

bool guest_call_int(struct guest_call *call, size_t index, int *ret)
{
	if (guest_arg_int(arg(call, index), ret))
		return true;
	guest_call_refuse(call, "argument %zu, %.*s, is not a number that mdtrace knows",
			  index + 1, SLICE_FMT(mdt_ref_text(arg(call, index))));
	return false;
}

bool guest_call_path(struct guest_call *call, size_t index, struct mdt_slice *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 }, real = { 0 };

	if (!guest_arg_path(arg(call, index), &path)) {
		guest_call_refuse(
			call, "argument %zu, %.*s, is not a whole path", index + 1,
			SLICE_FMT(mdt_slice_head(mdt_ref_text(arg(call, index)), 100)));
		return false;
	}
	path.len--;
	guest_map_path(call->map, mdt_buf_slice(&path), &real);
	if (!real.failed && mdt_arena_copy(call->arena, mdt_buf_slice(&real), ret))
		return true;
	guest_call_refuse(call, "out of memory");
	return false;
}

struct guest_table *guest_call_table(struct guest_call *call)
{
	struct guest_table *table = guest_files_get(call->files, call->event->prefix.pid);

	if (!table)
		guest_call_refuse(call, "out of memory");
	return table;
}

bool guest_call_fd(struct guest_call *call, size_t index, int *ret,
		   struct guest_file **file)
{
	struct guest_table *table = guest_call_table(call);
	struct guest_file *found;
	int log;

	if (!table || !guest_call_int(call, index, &log))
		return false;
	found = guest_table_find(table, log);
	if (file)
		*file = found;
	*ret = found ? found->real : -1;
	if (found || log < 0 || mdt_slice_eq(call->event->result.error, SLICE("EBADF")))
		return true;
	guest_call_refuse(call, "descriptor %d is not open here", log);
	return false;
}

bool guest_call_dirfd(struct guest_call *call, size_t index, int *ret)
{
	if (!guest_call_int(call, index, ret))
		return false;
	return *ret == AT_FDCWD || guest_call_fd(call, index, ret, NULL);
}

void guest_call_change(struct guest_call *call, struct mdt_ref ref, struct mdt_slice text,
		       bool agrees)
{
	struct guest_change change = { .at = ref.at, .agrees = agrees };

	if (call->change_count == GUEST_CHANGES ||
	    !mdt_arena_copy(call->arena, text, &change.text))
		return;
	call->changes[call->change_count++] = change;
}

int64_t guest_call_array(int fd)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) || !S_ISBLK(st.st_mode) ||
	    major(st.st_rdev) != MD_MAJOR)
		return -1;
	return minor(st.st_rdev);
}

int64_t guest_call_logged(const struct guest_call *call)
{
	int64_t ret;

	if (!mdt_event_succeeded(call->event) ||
	    !mdt_ref_i64(call->event->result.value, &ret))
		return -1;
	return ret;
}

/* ---- running ---- */

// A result `?` agrees with anything; so does a call that the log shows no result of.
static bool result_agrees(const struct guest_call *call)
{
	const struct mdt_result *result = &call->event->result;
	int64_t ret;

	if (!result->present || !mdt_ref_i64(result->value, &ret))
		return true;
	if (result->error.len)
		return call->err && guest_errno_find(result->error) == call->err;
	if (mdt_event_failed_unsaid(call->event))
		return call->err != 0;
	// A new descriptor gets the log's number.
	return !call->err && (call->opened.real >= 0 || ret == call->ret);
}

bool guest_call_agrees(const struct guest_call *call)
{
	if (!result_agrees(call))
		return false;
	if (call->step->derived_count) // of what is not the log's, nothing is compared
		return true;
	for (size_t i = 0; i < call->change_count; i++)
		if (!call->changes[i].agrees)
			return false;
	return true;
}

void guest_call_bind(struct guest_call *call)
{
	int64_t logged = guest_call_logged(call);
	struct guest_table *table;

	if (call->opened.real < 0)
		return;
	table = guest_call_table(call);
	if (!table || logged < 0 || logged > INT32_MAX) {
		close(call->opened.real);
		call->ret = table ? guest_table_free(table, 3) : 3;
	} else {
		call->opened.log = (int)logged;
		call->ret = logged;
		if (!guest_table_set(table, call->opened))
			guest_call_refuse(call, "out of memory");
	}
	call->opened.real = -1;
}
