// SPDX-License-Identifier: MIT
// Which system calls change what is known, and what becomes of processes.
#include "strace/calls.h"
#include "trace/follow.h"

enum follow_when {
	WHEN_SUCCEEDED,
	WHEN_ENDED, // also when it failed, or has no result
	WHEN_BEGUN, // also when it has no end yet
};

struct call_row {
	struct mdt_slice name;
	mdt_follow_fn *run;
	unsigned int arg;
	enum follow_when when;
};

/* ---- processes ---- */

static bool shares_files(const struct mdt_event *event)
{
	struct mdt_ref flags = mdt_ref_member(event->call, SLICE("flags"));

	if (!mdt_ref_ok(flags)) // clone3({flags=...}, 88)
		flags = mdt_event_arg(event, 0);
	// CLONE_FILES: linux/sched.h.
	return mdt_flags_have(flags, SLICE("CLONE_FILES"), 0x400);
}

static bool attached(struct mdt_trace *trace, struct mdt_process *parent,
		     struct mdt_slice text);

static bool follow_fork(struct mdt_follow *follow, unsigned int arg)
{
	const struct mdt_event *event = follow->event;

	(void)arg;
	if (event->kind == MDT_EVENT_UNFINISHED) {
		mdt_process_begin_fork(follow->trace, follow->process,
				       shares_files(event));
		// A terminal shows "strace: Process 5 attached" in the middle of the
		// call.
		return attached(follow->trace, follow->process, event->output);
	}
	mdt_process_end_fork(follow->process);
	if (!mdt_event_succeeded(event) || follow->result > UINT32_MAX)
		return true;
	return mdt_process_fork(follow->trace, follow->process, (uint32_t)follow->result,
				shares_files(event), event->kind == MDT_EVENT_RESUMED);
}

static bool follow_exec(struct mdt_follow *follow, unsigned int arg)
{
	(void)arg;
	return mdt_fd_exec(follow->process);
}

// "+++ exited with 0 +++" may be left out of the log (strace -qq).
static bool follow_exit(struct mdt_follow *follow, unsigned int arg)
{
	(void)arg;
	mdt_process_end(follow->trace, follow->event->prefix.pid);
	return true;
}

/* ---- calls ---- */

#define ROW(name, run, ...)                                                              \
	{                                                                                \
		SLICE_INIT(name), run, __VA_ARGS__                                       \
	}

static const struct call_row rows[] = {
	ROW("_llseek", mdt_follow_seek32, 0),
	ROW("accept", mdt_follow_new_fd, 0),
	ROW("accept4", mdt_follow_new_fd, 0),
	ROW("chdir", mdt_follow_chdir, 0),
	ROW("clone", follow_fork, 0, WHEN_BEGUN),
	ROW("clone2", follow_fork, 0, WHEN_BEGUN),
	ROW("clone3", follow_fork, 0, WHEN_BEGUN),
	ROW("close", mdt_follow_close, 0, WHEN_BEGUN),
	ROW("close_range", mdt_follow_close_range, 0),
	ROW("copy_file_range", mdt_follow_copy, 0),
	ROW("creat", mdt_follow_open, 0),
	ROW("dup", mdt_follow_dup, 9),
	ROW("dup2", mdt_follow_dup, 9),
	ROW("dup3", mdt_follow_dup, 2),
	ROW("epoll_create", mdt_follow_new_fd, 0),
	ROW("epoll_create1", mdt_follow_new_fd, 0),
	ROW("eventfd", mdt_follow_new_fd, 0),
	ROW("eventfd2", mdt_follow_new_fd, 0),
	ROW("execve", follow_exec, 0),
	ROW("execveat", follow_exec, 0),
	ROW("exit", follow_exit, 0, WHEN_ENDED),
	ROW("exit_group", follow_exit, 0, WHEN_ENDED),
	ROW("fanotify_init", mdt_follow_new_fd, 0),
	ROW("fchdir", mdt_follow_fchdir, 0),
	ROW("fcntl", mdt_follow_fcntl, 1),
	ROW("fcntl64", mdt_follow_fcntl, 1),
	ROW("fork", follow_fork, 0, WHEN_BEGUN),
	ROW("fstat", mdt_follow_fstat, 0),
	ROW("fstat64", mdt_follow_fstat, 0),
	ROW("fstatat64", mdt_follow_stat, 1),
	ROW("getcwd", mdt_follow_getcwd, 0),
	ROW("inotify_init", mdt_follow_new_fd, 0),
	ROW("inotify_init1", mdt_follow_new_fd, 0),
	ROW("io_uring_setup", mdt_follow_new_fd, 0),
	ROW("ioctl", mdt_follow_ioctl, 1),
	ROW("lseek", mdt_follow_seek, 0),
	ROW("lstat", mdt_follow_stat, 0),
	ROW("lstat64", mdt_follow_stat, 0),
	ROW("memfd_create", mdt_follow_new_fd, 0),
	ROW("mknod", mdt_follow_mknod, 0),
	ROW("mknodat", mdt_follow_mknod, 1),
	ROW("newfstatat", mdt_follow_stat, 1),
	ROW("open", mdt_follow_open, 0),
	ROW("openat", mdt_follow_open, 1),
	ROW("openat2", mdt_follow_open, 1),
	ROW("perf_event_open", mdt_follow_new_fd, 0),
	ROW("pidfd_getfd", mdt_follow_new_fd, 0),
	ROW("pidfd_open", mdt_follow_new_fd, 0),
	ROW("pipe", mdt_follow_pair, 0),
	ROW("pipe2", mdt_follow_pair, 0),
	ROW("read", mdt_follow_transfer, 0),
	ROW("readlink", mdt_follow_readlink, 0),
	ROW("readlinkat", mdt_follow_readlink, 1),
	ROW("readv", mdt_follow_transfer, 0),
	ROW("rename", mdt_follow_rename, 0),
	ROW("renameat", mdt_follow_rename, 1),
	ROW("renameat2", mdt_follow_rename, 1),
	ROW("sendfile", mdt_follow_copy, 1),
	ROW("sendfile64", mdt_follow_copy, 1),
	ROW("signalfd", mdt_follow_new_fd, 0),
	ROW("signalfd4", mdt_follow_new_fd, 0),
	ROW("socket", mdt_follow_new_fd, 0),
	ROW("socketpair", mdt_follow_pair, 3),
	ROW("splice", mdt_follow_copy, 0),
	ROW("stat", mdt_follow_stat, 0),
	ROW("stat64", mdt_follow_stat, 0),
	ROW("statx", mdt_follow_stat, 1),
	ROW("symlink", mdt_follow_symlink, 1),
	ROW("symlinkat", mdt_follow_symlink, 2),
	ROW("timerfd_create", mdt_follow_new_fd, 0),
	ROW("unlink", mdt_follow_unlink, 0),
	ROW("unlinkat", mdt_follow_unlink, 1),
	ROW("userfaultfd", mdt_follow_new_fd, 0),
	ROW("vfork", follow_fork, 0, WHEN_BEGUN),
	ROW("write", mdt_follow_transfer, 0),
	ROW("writev", mdt_follow_transfer, 0),
};

static const struct call_row *find_row(struct mdt_trace *trace, struct mdt_slice name)
{
	if (unlikely(!trace->calls.rows))
		mdt_names_init(&trace->calls, rows, sizeof(*rows), array_size(rows));
	return mdt_names_find(&trace->calls, name);
}

static bool follow_call(struct mdt_trace *trace, const struct mdt_event *event)
{
	const struct call_row *row;
	struct mdt_follow follow = { .trace = trace, .event = event };

	// Every process that says something exists, whatever it says.
	follow.process = mdt_process_get(trace, event->prefix.pid);
	if (!follow.process)
		return false;
	row = find_row(trace, event->name);
	if (!row || !mdt_ref_ok(event->call) || mdt_event_is_injected(event))
		return true;
	if (event->kind == MDT_EVENT_UNFINISHED)
		return row->when != WHEN_BEGUN || row->run(&follow, row->arg);
	if (!mdt_event_succeeded(event))
		return row->when == WHEN_SUCCEEDED || row->run(&follow, row->arg);
	return !mdt_ref_u64(event->result.value, &follow.result) ||
	       row->run(&follow, row->arg);
}

/* ---- lines that are not understood ---- */

// `3`, `3</dev/md0>`, `3 (flags O_RDONLY)`
static bool read_descriptor(struct mdt_slice result, uint64_t *ret)
{
	size_t digits = 0;

	while (digits < result.len && result.str[digits] >= '0' &&
	       result.str[digits] <= '9')
		digits++;
	return (digits == result.len || memchr("< ", result.str[digits], 2)) &&
	       mdt_slice_to_dec(mdt_slice_head(result, digits), ret);
}

/*
 * A call that could not be read has still given out its descriptor, which is not any more
 * what it was. Of an open() the path may be there, before what spoiled the line.
 */
static bool follow_spoiled(struct mdt_trace *trace, const struct mdt_event *event)
{
	const struct mdt_call_row *call = mdt_call_row_find(event->name);
	const struct call_row *row;
	struct mdt_follow follow = { .trace = trace, .event = event };
	struct mdt_slice result;

	if (!call || call->result != 'f' || !mdt_ref_ok(event->call) ||
	    !mdt_event_spoiled_result(event, &result) ||
	    !read_descriptor(result, &follow.result))
		return true;
	row = find_row(trace, event->name);
	follow.process = row ? mdt_process_get(trace, event->prefix.pid) : NULL;
	return !row || (follow.process && row->run(&follow, row->arg));
}

/* ---- strace's own words ---- */

// "Process 5 attached": a child, if anybody is there who can be its parent.
static bool attached(struct mdt_trace *trace, struct mdt_process *parent,
		     struct mdt_slice text)
{
	static const struct mdt_slice start = SLICE_INIT("Process ");
	const char *found = text.len ? mdt_slice_find(text, start) : NULL;
	struct mdt_slice digits;
	uint64_t pid;
	size_t n = 0;

	if (!found)
		return true;
	digits = mdt_slice_skip(text, (size_t)(found - text.str) + start.len);
	while (n < digits.len && digits.str[n] >= '0' && digits.str[n] <= '9')
		n++;
	if (!mdt_slice_starts(mdt_slice_skip(digits, n), SLICE(" attached")) ||
	    !mdt_slice_to_dec(mdt_slice_head(digits, n), &pid) || !pid ||
	    pid > UINT32_MAX)
		return true;
	return mdt_process_newborn(trace, parent, (uint32_t)pid);
}

struct mdt_error *mdt_trace_follow(struct mdt_trace *trace, const struct mdt_event *event)
{
	bool ok = true;

	switch (event->kind) {
	case MDT_EVENT_CALL:
	case MDT_EVENT_UNFINISHED:
	case MDT_EVENT_RESUMED:
		ok = follow_call(trace, event);
		break;
	case MDT_EVENT_MESSAGE:
		ok = attached(trace, trace->solo, event->raw);
		break;
	case MDT_EVENT_EXIT:
		mdt_process_end(trace, event->prefix.pid);
		break;
	case MDT_EVENT_SUPERSEDED:
	case MDT_EVENT_SIGNAL:
	case MDT_EVENT_STOP:
	case MDT_EVENT_DEBUG:
	case MDT_EVENT_STACK:
	case MDT_EVENT_DUMP:
	case MDT_EVENT_TABLE:
	case MDT_EVENT_OUTPUT:
	case MDT_EVENT_KERNEL:
	case MDT_EVENT_COMMENT:
	case MDT_EVENT_BLANK:
		break;
	case MDT_EVENT_UNKNOWN:
		ok = follow_spoiled(trace, event);
		break;
	}
	return ok && !trace->failed_memory ? NULL : &mdt_enomem;
}
