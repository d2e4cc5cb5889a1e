// SPDX-License-Identifier: MIT
// What each system call does to descriptors, processes and nodes.
#include "trace/device.h"
#include "trace/process.h"

struct follow {
	struct mdt_trace *trace;
	const struct mdt_event *event;
	struct mdt_process *process;
	uint64_t result;
	struct mdt_buf text; // scratch for a path without its escapes
};

struct call_row {
	struct mdt_slice name;
	bool (*run)(struct follow *follow, unsigned int arg);
	unsigned int arg; // the first argument that matters
};

static struct mdt_ref arg_of(const struct follow *follow, unsigned int index)
{
	return mdt_event_arg(follow->event, index);
}

// A path argument as bytes; false when it is not in the log whole.
static bool path_of(struct follow *follow, unsigned int index, struct mdt_slice *ret)
{
	struct mdt_ref arg = arg_of(follow, index);

	mdt_buf_clear(&follow->text);
	if (mdt_ref_cut(arg) || !mdt_ref_bytes(arg, &follow->text))
		return false;
	*ret = mdt_buf_slice(&follow->text);
	return true;
}

static bool has_word(struct mdt_ref ref, struct mdt_slice word)
{
	struct mdt_slice text = mdt_ref_text(ref);
	struct mdt_ref comment = mdt_ref_attachment(ref, MDT_NODE_COMMENT);

	return mdt_slice_find(text, word) || mdt_slice_find(mdt_ref_text(comment), word);
}

// O_CLOEXEC by name, or by its number in -X raw (asm-generic/fcntl.h).
static bool is_cloexec(struct mdt_ref flags)
{
	uint64_t number;

	return has_word(flags, SLICE("CLOEXEC")) ||
	       (mdt_ref_u64(flags, &number) && number & 02000000);
}

static bool set_new(struct follow *follow, uint64_t fd, struct mdt_slice path,
		    bool cloexec)
{
	struct mdt_file *file = mdt_file_create(path);

	if (!file)
		return false;
	file->line = follow->event->line;
	file->has_offset = true;
	if (path.len)
		file->device = mdt_device_of_path(follow->trace, path);
	if (!mdt_fd_set(follow->process, fd, file, cloexec)) {
		file->refs++;
		mdt_file_unref(file);
		return false;
	}
	return true;
}

static bool run_open(struct follow *follow, unsigned int arg)
{
	struct mdt_slice path = { 0 };

	path_of(follow, arg, &path);
	return set_new(follow, follow->result, path, is_cloexec(arg_of(follow, arg + 1)));
}

// Descriptors without a path: sockets, pipes, epoll and their like.
static bool run_new(struct follow *follow, unsigned int arg)
{
	return set_new(follow, follow->result, (struct mdt_slice){ 0 },
		       has_word(arg_of(follow, arg), SLICE("CLOEXEC")));
}

static bool run_pair(struct follow *follow, unsigned int arg)
{
	struct mdt_ref pair = arg_of(follow, arg);
	uint64_t fd;

	for (size_t i = 0; i < 2; i++)
		if (mdt_ref_u64(mdt_ref_child(pair, i), &fd) &&
		    !set_new(follow, fd, (struct mdt_slice){ 0 },
			     has_word(arg_of(follow, 1), SLICE("CLOEXEC"))))
			return false;
	return true;
}

static bool dup_to(struct follow *follow, struct mdt_ref from, bool cloexec)
{
	uint64_t fd;

	if (!mdt_ref_u64(from, &fd) || fd == follow->result)
		return true;
	return mdt_fd_set(follow->process, follow->result,
			  mdt_fd_find(follow->process, fd), cloexec);
}

static bool run_dup(struct follow *follow, unsigned int arg)
{
	return dup_to(follow, arg_of(follow, 0),
		      has_word(arg_of(follow, arg), SLICE("CLOEXEC")));
}

static bool run_fcntl(struct follow *follow, unsigned int arg)
{
	struct mdt_ref command = arg_of(follow, arg), fd = arg_of(follow, 0);
	struct mdt_file *file;
	uint64_t number;

	if (has_word(command, SLICE("F_DUPFD")))
		return dup_to(follow, fd, has_word(command, SLICE("CLOEXEC")));
	if (!has_word(command, SLICE("F_SETFD")) || !mdt_ref_u64(fd, &number))
		return true;
	file = mdt_fd_find(follow->process, number);
	return !file || mdt_fd_set(follow->process, number, file,
				   has_word(arg_of(follow, 2), SLICE("FD_CLOEXEC")));
}

static bool run_close(struct follow *follow, unsigned int arg)
{
	uint64_t fd;

	return !mdt_ref_u64(arg_of(follow, arg), &fd) ||
	       mdt_fd_set(follow->process, fd, NULL, false);
}

static bool run_close_range(struct follow *follow, unsigned int arg)
{
	struct mdt_map *files = &follow->process->table->files;
	uint64_t first, last;

	if (!mdt_ref_u64(arg_of(follow, arg), &first) ||
	    !mdt_ref_u64(arg_of(follow, arg + 1), &last))
		return true;
	mdt_map_for_each(it, files)
	{
		if (it->key >= first && it->key <= last &&
		    !mdt_fd_set(follow->process, it->key, NULL, false))
			return false;
	}
	return true;
}

static bool run_fork(struct follow *follow, unsigned int arg)
{
	bool shares =
		mdt_slice_find(mdt_ref_text(follow->event->call), SLICE("CLONE_FILES"));

	(void)arg;
	follow->process->is_forking = false;
	if (follow->result > UINT32_MAX)
		return true;
	return mdt_process_fork(follow->trace, follow->process, (uint32_t)follow->result,
				shares);
}

static bool run_exec(struct follow *follow, unsigned int arg)
{
	(void)arg;
	return mdt_fd_exec(follow->process);
}

static bool run_mknod(struct follow *follow, unsigned int arg)
{
	struct mdt_ref mode = arg_of(follow, arg + 1);
	struct mdt_device *device;
	struct mdt_slice path;
	uint32_t major, minor;
	uint64_t number;

	if (!has_word(mode, SLICE("S_IFBLK")) &&
	    !(mdt_ref_u64(mode, &number) && (number & 0170000) == 0060000))
		return true;
	if (!path_of(follow, arg, &path) ||
	    !mdt_devnum_read(arg_of(follow, arg + 2), &major, &minor))
		return true;
	device = mdt_device_of_number(follow->trace, major, minor, MDT_DEV_BY_MKNOD);
	return device && mdt_device_set_path(follow->trace, path, device);
}

static bool run_unlink(struct follow *follow, unsigned int arg)
{
	struct mdt_slice path;

	return !path_of(follow, arg, &path) ||
	       mdt_device_set_path(follow->trace, path, NULL);
}

static bool run_rename(struct follow *follow, unsigned int arg)
{
	struct mdt_device *device;
	struct mdt_slice path;

	if (!path_of(follow, arg == 1 ? 1 : 0, &path))
		return true;
	device = mdt_map_find_text(&follow->trace->nodes, path);
	if (!mdt_device_set_path(follow->trace, path, NULL))
		return false;
	return !path_of(follow, arg == 1 ? 3 : 1, &path) ||
	       mdt_device_set_path(follow->trace, path, device);
}

// The block device that a struct stat or statx tells of; NULL when it tells of none.
static struct mdt_device *stat_device(struct follow *follow, struct mdt_ref st)
{
	struct mdt_ref mode = mdt_ref_member(st, SLICE("st_mode"));
	struct mdt_ref rdev = mdt_ref_member(st, SLICE("st_rdev"));
	uint32_t major, minor;
	uint64_t a, b;

	if (!mdt_ref_ok(mode))
		mode = mdt_ref_member(st, SLICE("stx_mode"));
	if (!has_word(mode, SLICE("S_IFBLK")))
		return NULL;
	if (mdt_ref_ok(rdev)) {
		if (!mdt_devnum_read(rdev, &major, &minor))
			return NULL;
	} else {
		if (!mdt_ref_u64(mdt_ref_member(st, SLICE("stx_rdev_major")), &a) ||
		    !mdt_ref_u64(mdt_ref_member(st, SLICE("stx_rdev_minor")), &b) ||
		    a > UINT32_MAX || b > UINT32_MAX)
			return NULL;
		major = (uint32_t)a;
		minor = (uint32_t)b;
	}
	return mdt_device_of_number(follow->trace, major, minor, MDT_DEV_BY_STAT);
}

static bool learn_fd(struct follow *follow, struct mdt_ref fd, struct mdt_device *device)
{
	struct mdt_file *file;
	uint64_t number;

	if (!device || !mdt_ref_u64(fd, &number))
		return true;
	file = mdt_fd_find(follow->process, number);
	if (!file) {
		if (!set_new(follow, number, device->path, false))
			return false;
		file = mdt_fd_find(follow->process, number);
		file->has_offset = false;
		file->line = 0;
	}
	file->device = device;
	return !file->path.len || mdt_device_set_path(follow->trace, file->path, device);
}

static bool run_fstat(struct follow *follow, unsigned int arg)
{
	return learn_fd(follow, arg_of(follow, arg),
			stat_device(follow, arg_of(follow, arg + 1)));
}

static bool run_stat(struct follow *follow, unsigned int arg)
{
	struct mdt_slice path;
	struct mdt_device *device;
	struct mdt_ref st = mdt_ref_none();

	// The struct is the first behind the path: stat() has it next, statx() three
	// later.
	for (unsigned int i = arg + 1; i <= arg + 3; i++)
		if (mdt_ref_ok(arg_of(follow, i)) &&
		    mdt_ref_node(arg_of(follow, i))->kind == MDT_NODE_STRUCT)
			st = arg_of(follow, i);
	device = stat_device(follow, st);
	if (!device || !path_of(follow, arg, &path))
		return true;
	if (!path.len)
		return learn_fd(follow, arg_of(follow, 0), device);
	return mdt_device_set_path(follow->trace, path, device);
}

static struct mdt_file *file_of(const struct follow *follow, unsigned int arg)
{
	uint64_t fd;

	return mdt_ref_u64(arg_of(follow, arg), &fd) ? mdt_fd_find(follow->process, fd)
						     : NULL;
}

static bool run_seek(struct follow *follow, unsigned int arg)
{
	struct mdt_file *file = file_of(follow, arg);

	if (file) {
		file->offset = follow->result;
		file->has_offset = true;
	}
	return true;
}

static bool run_transfer(struct follow *follow, unsigned int arg)
{
	struct mdt_file *file = file_of(follow, arg);

	if (file)
		file->offset += follow->result;
	return true;
}

// BLKGETSIZE64 tells how large a device is.
static bool run_ioctl(struct follow *follow, unsigned int arg)
{
	struct mdt_ref command = arg_of(follow, arg + 1), size = arg_of(follow, arg + 2);
	struct mdt_file *file;
	uint64_t bytes, number;

	// The answer, [41943040], is all that tells it apart from most other ioctls.
	if (!mdt_ref_ok(size) || mdt_ref_node(size)->kind != MDT_NODE_ARRAY ||
	    !mdt_ref_u64(mdt_ref_child(size, 0), &bytes))
		return true;
	if (!has_word(command, SLICE("BLKGETSIZE64")) &&
	    !(mdt_ref_u64(command, &number) && number == 0x80081272))
		return true;
	file = file_of(follow, arg);
	if (file && file->device)
		file->device->size = bytes;
	return true;
}

// By name.
static const struct call_row rows[] = {
	{ SLICE_INIT("accept"), run_new, 3 },
	{ SLICE_INIT("accept4"), run_new, 3 },
	{ SLICE_INIT("clone"), run_fork, 0 },
	{ SLICE_INIT("clone2"), run_fork, 0 },
	{ SLICE_INIT("clone3"), run_fork, 0 },
	{ SLICE_INIT("close"), run_close, 0 },
	{ SLICE_INIT("close_range"), run_close_range, 0 },
	{ SLICE_INIT("creat"), run_open, 0 },
	{ SLICE_INIT("dup"), run_dup, 9 },
	{ SLICE_INIT("dup2"), run_dup, 9 },
	{ SLICE_INIT("dup3"), run_dup, 2 },
	{ SLICE_INIT("epoll_create"), run_new, 9 },
	{ SLICE_INIT("epoll_create1"), run_new, 0 },
	{ SLICE_INIT("eventfd"), run_new, 9 },
	{ SLICE_INIT("eventfd2"), run_new, 1 },
	{ SLICE_INIT("execve"), run_exec, 0 },
	{ SLICE_INIT("execveat"), run_exec, 0 },
	{ SLICE_INIT("fcntl"), run_fcntl, 1 },
	{ SLICE_INIT("fcntl64"), run_fcntl, 1 },
	{ SLICE_INIT("fork"), run_fork, 0 },
	{ SLICE_INIT("fstat"), run_fstat, 0 },
	{ SLICE_INIT("fstat64"), run_fstat, 0 },
	{ SLICE_INIT("fstatat64"), run_stat, 1 },
	{ SLICE_INIT("inotify_init"), run_new, 9 },
	{ SLICE_INIT("inotify_init1"), run_new, 0 },
	{ SLICE_INIT("ioctl"), run_ioctl, 0 },
	{ SLICE_INIT("lseek"), run_seek, 0 },
	{ SLICE_INIT("lstat"), run_stat, 0 },
	{ SLICE_INIT("lstat64"), run_stat, 0 },
	{ SLICE_INIT("memfd_create"), run_new, 1 },
	{ SLICE_INIT("mknod"), run_mknod, 0 },
	{ SLICE_INIT("mknodat"), run_mknod, 1 },
	{ SLICE_INIT("newfstatat"), run_stat, 1 },
	{ SLICE_INIT("open"), run_open, 0 },
	{ SLICE_INIT("openat"), run_open, 1 },
	{ SLICE_INIT("openat2"), run_open, 1 },
	{ SLICE_INIT("pidfd_open"), run_new, 1 },
	{ SLICE_INIT("pipe"), run_pair, 0 },
	{ SLICE_INIT("pipe2"), run_pair, 0 },
	{ SLICE_INIT("read"), run_transfer, 0 },
	{ SLICE_INIT("readv"), run_transfer, 0 },
	{ SLICE_INIT("rename"), run_rename, 0 },
	{ SLICE_INIT("renameat"), run_rename, 1 },
	{ SLICE_INIT("renameat2"), run_rename, 1 },
	{ SLICE_INIT("signalfd"), run_new, 9 },
	{ SLICE_INIT("signalfd4"), run_new, 3 },
	{ SLICE_INIT("socket"), run_new, 1 },
	{ SLICE_INIT("socketpair"), run_pair, 3 },
	{ SLICE_INIT("stat"), run_stat, 0 },
	{ SLICE_INIT("stat64"), run_stat, 0 },
	{ SLICE_INIT("statx"), run_stat, 1 },
	{ SLICE_INIT("timerfd_create"), run_new, 1 },
	{ SLICE_INIT("unlink"), run_unlink, 0 },
	{ SLICE_INIT("unlinkat"), run_unlink, 1 },
	{ SLICE_INIT("userfaultfd"), run_new, 0 },
	{ SLICE_INIT("vfork"), run_fork, 0 },
	{ SLICE_INIT("write"), run_transfer, 0 },
	{ SLICE_INIT("writev"), run_transfer, 0 },
};

static const struct call_row *find_row(struct mdt_slice name)
{
	size_t low = 0, high = array_size(rows);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = mdt_slice_cmp(rows[mid].name, name);

		if (!order)
			return &rows[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

// "strace: Process 5 attached": somebody's child, if anybody is forking.
static bool follow_message(struct mdt_trace *trace, const struct mdt_event *event)
{
	const char *found = mdt_slice_find(event->raw, SLICE("Process "));
	struct mdt_slice digits;
	uint64_t pid;
	size_t n = 0;

	if (!found)
		return true;
	digits = mdt_slice_skip(event->raw, (size_t)(found - event->raw.str) + 8);
	while (n < digits.len && digits.str[n] >= '0' && digits.str[n] <= '9')
		n++;
	if (!mdt_slice_starts(mdt_slice_skip(digits, n), SLICE(" attached")) ||
	    !mdt_slice_to_dec(mdt_slice_head(digits, n), &pid) || !pid ||
	    pid > UINT32_MAX)
		return true;
	if (!trace->solo)
		return true;
	return mdt_process_fork(trace, trace->solo, (uint32_t)pid, false);
}

static bool follow_call(struct mdt_trace *trace, const struct mdt_event *event)
{
	const struct call_row *row = find_row(event->name);
	struct follow follow = { .trace = trace, .event = event };
	bool ok;

	// Every process that says something exists, also if its calls are of no interest
	// here.
	follow.process = mdt_process_get(trace, event->prefix.pid);
	if (!follow.process)
		return false;
	if (!row || !mdt_ref_ok(event->call))
		return true;
	if (event->kind == MDT_EVENT_UNFINISHED) {
		follow.process->is_forking = row->run == run_fork;
		follow.process->shares_files =
			mdt_slice_find(mdt_ref_text(event->call), SLICE("CLONE_FILES"));
		return true;
	}
	if (!mdt_event_succeeded(event) ||
	    !mdt_ref_u64(event->result.value, &follow.result))
		return true;
	ok = row->run(&follow, row->arg);
	mdt_buf_deinit(&follow.text);
	return ok;
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
		ok = follow_message(trace, event);
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
	case MDT_EVENT_COMMENT:
	case MDT_EVENT_BLANK:
	case MDT_EVENT_UNKNOWN:
		break;
	}
	return ok && !trace->failed_memory ? NULL : &mdt_enomem;
}
