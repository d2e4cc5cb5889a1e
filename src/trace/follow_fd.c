// SPDX-License-Identifier: MIT
// What system calls do to descriptors.
#include "trace/device.h"
#include "trace/follow.h"
#include "trace/path.h"
#include "trace/request.h"

static struct mdt_ref arg_of(const struct mdt_follow *follow, unsigned int index)
{
	return mdt_event_arg(follow->event, index);
}

// A constant by name, also in a comment (-X verbose), or by number (-X raw).
static bool is_constant(struct mdt_ref ref, struct mdt_slice name, uint64_t number)
{
	uint64_t value;

	return mdt_slice_eq(mdt_ref_text(ref), name) ||
	       (mdt_ref_u64(ref, &value) && value == number);
}

static bool is_number(struct mdt_ref ref)
{
	uint64_t number;

	return mdt_ref_u64(ref, &number);
}

// O_CLOEXEC, and what is defined as the same: SOCK_CLOEXEC and others
// (asm-generic/fcntl.h).
static bool is_cloexec(struct mdt_ref flags)
{
	return mdt_flags_have(flags, SLICE("O_CLOEXEC"), 02000000);
}

static struct mdt_file *find_file(const struct mdt_follow *follow, struct mdt_ref fd)
{
	uint64_t number;

	return mdt_ref_u64(fd, &number) ? mdt_fd_find(follow->process, number) : NULL;
}

static struct mdt_file *file_of(const struct mdt_follow *follow, unsigned int arg)
{
	return find_file(follow, arg_of(follow, arg));
}

// NULL: out of memory.
static struct mdt_file *set_new(struct mdt_follow *follow, uint64_t fd,
				struct mdt_slice path, bool cloexec)
{
	struct mdt_file *file = mdt_file_create(path);

	if (!file)
		return NULL;
	if (!mdt_fd_set(follow->process, fd, file, cloexec)) {
		file->refs++;
		mdt_file_unref(file);
		return NULL;
	}
	return file;
}

// A descriptor that was open before the log began is known from here on, by what -y
// shows. NULL: out of memory, or no descriptor.
static struct mdt_file *get_file(struct mdt_follow *follow, struct mdt_ref fd)
{
	struct mdt_file *file = find_file(follow, fd);
	const struct mdt_file *now;
	uint64_t number;

	if (file || !mdt_ref_u64(fd, &number))
		return file;
	now = mdt_trace_file(follow->trace, follow->event, fd);
	file = set_new(follow, number, now ? now->path : (struct mdt_slice){ 0 }, false);
	if (file && now)
		file->device = now->device;
	return file;
}

/* ---- new ones ---- */

// What the path is, when the log knows it: its own node goes before what its name says.
static struct mdt_device *opened_device(struct mdt_follow *follow, struct mdt_slice path,
					struct mdt_ref flags)
{
	struct mdt_device *device;

	// O_DIRECTORY (asm-generic/fcntl.h): /dev/md is no node.
	device = mdt_device_of_path(follow->trace, path);
	if (device && mdt_flags_have(flags, SLICE("O_DIRECTORY"), 0200000))
		return NULL;
	return device && !device->is_other ? device : NULL;
}

/*
 * The path that -y shows behind the result is the one that links led to: it is the
 * file's, and the path that was asked for is known as another name of the device.
 */
static struct mdt_device *shown_device(struct mdt_follow *follow, struct mdt_ref ref,
				       struct mdt_slice asked, struct mdt_slice *path)
{
	struct mdt_shown shown = mdt_shown_read(ref, &follow->trace->shown_path);
	struct mdt_device *device = mdt_shown_device(follow->trace, &shown);

	*path = shown.path;
	if (device && asked.len && asked.str[0] == '/' &&
	    !mdt_slice_eq(asked, shown.path) &&
	    !mdt_device_set_path(follow->trace, asked, device))
		follow->trace->failed_memory = true;
	return device;
}

bool mdt_follow_open(struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_ref flags = arg_of(follow, arg + 1);
	struct mdt_ref shown =
		mdt_ref_attachment(follow->event->result.value, MDT_NODE_PATH);
	struct mdt_slice path = { 0 };
	struct mdt_device *device;
	struct mdt_file *file;

	mdt_follow_path(follow, arg, arg != 0, &follow->trace->path, &path);
	if (mdt_ref_ok(shown))
		device = shown_device(follow, shown, path, &path);
	else
		device = opened_device(follow, path, flags);
	file = set_new(follow, follow->result, path, is_cloexec(flags));
	if (!file)
		return false;
	file->device = device;
	file->line = follow->event->line;
	file->has_offset = true;
	return true;
}

// Sockets, pipes and their like are of no interest, but what had the number is closed.
bool mdt_follow_new_fd(struct mdt_follow *follow, unsigned int arg)
{
	(void)arg;
	return mdt_fd_set(follow->process, follow->result, NULL, false);
}

bool mdt_follow_pair(struct mdt_follow *follow, unsigned int arg)
{
	uint64_t fd;

	for (size_t i = 0; i < 2; i++)
		if (mdt_ref_u64(mdt_ref_child(arg_of(follow, arg), i), &fd) &&
		    !mdt_fd_set(follow->process, fd, NULL, false))
			return false;
	return true;
}

/* ---- copies ---- */

static bool dup_to(struct mdt_follow *follow, bool cloexec)
{
	struct mdt_file *file = file_of(follow, 0);
	uint64_t fd;

	// dup2(3, 3) leaves close-on-exec as it is.
	if (mdt_ref_u64(arg_of(follow, 0), &fd) && fd == follow->result)
		return true;
	return mdt_fd_set(follow->process, follow->result, file, cloexec);
}

bool mdt_follow_dup(struct mdt_follow *follow, unsigned int arg)
{
	return dup_to(follow, is_cloexec(arg_of(follow, arg)));
}

// linux/fcntl.h and asm-generic/fcntl.h have the numbers.
bool mdt_follow_fcntl(struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_ref command = arg_of(follow, arg);
	uint64_t fd;

	if (is_constant(command, SLICE("F_DUPFD_CLOEXEC"), 1030))
		return dup_to(follow, true);
	if (is_constant(command, SLICE("F_DUPFD"), 0))
		return dup_to(follow, false);
	if (is_constant(command, SLICE("F_SETFD"), 2) &&
	    mdt_ref_u64(arg_of(follow, 0), &fd))
		return mdt_fd_set_cloexec(
			follow->process, fd,
			mdt_flags_have(arg_of(follow, arg + 1), SLICE("FD_CLOEXEC"), 1));
	return true;
}

/* ---- closed ones ---- */

/*
 * The kernel lets go of the descriptor before anything can fail (close_fd() in
 * fs/file.c), and before another thread can be given the number: what counts is where the
 * call begins.
 */
bool mdt_follow_close(struct mdt_follow *follow, unsigned int arg)
{
	uint64_t fd;

	if (follow->event->kind == MDT_EVENT_RESUMED && follow->event->began)
		return true;
	return !mdt_ref_u64(arg_of(follow, arg), &fd) ||
	       mdt_fd_set(follow->process, fd, NULL, false);
}

bool mdt_follow_close_range(struct mdt_follow *follow, unsigned int arg)
{
	uint64_t first, last;

	// CLOSE_RANGE_CLOEXEC: linux/close_range.h.
	if (mdt_ref_u64(arg_of(follow, arg), &first) &&
	    mdt_ref_u64(arg_of(follow, arg + 1), &last))
		return mdt_fd_close_range(follow->process, first, last,
					  mdt_flags_have(arg_of(follow, arg + 2),
							 SLICE("CLOSE_RANGE_CLOEXEC"),
							 4));
	return true;
}

/* ---- offsets ---- */

static bool set_offset(struct mdt_follow *follow, struct mdt_ref fd, uint64_t offset)
{
	struct mdt_file *file = get_file(follow, fd);

	if (!file)
		return !is_number(fd);
	file->offset = offset;
	file->has_offset = true;
	return true;
}

// The end of a device tells how large it is.
static void learn_end(struct mdt_follow *follow, unsigned int arg, uint64_t offset)
{
	struct mdt_file *file = file_of(follow, arg);
	uint64_t from;

	if (file && file->device && mdt_ref_u64(arg_of(follow, arg + 1), &from) &&
	    !from && is_constant(arg_of(follow, arg + 2), SLICE("SEEK_END"), 2))
		file->device->size = offset;
}

bool mdt_follow_seek(struct mdt_follow *follow, unsigned int arg)
{
	learn_end(follow, arg, follow->result);
	return set_offset(follow, arg_of(follow, arg), follow->result);
}

// _llseek(3, 4096, [4096], SEEK_SET) = 0; -X raw and old versions have a high half
// before.
bool mdt_follow_seek32(struct mdt_follow *follow, unsigned int arg)
{
	uint64_t offset;

	for (unsigned int i = arg + 2; i <= arg + 3; i++)
		if (mdt_ref_u64(mdt_ref_child(arg_of(follow, i), 0), &offset))
			return set_offset(follow, arg_of(follow, arg), offset);
	return true;
}

bool mdt_follow_transfer(struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_file *file = file_of(follow, arg);

	if (file)
		file->offset += follow->result;
	return true;
}

// Where both offsets go depends on more than is worth following.
bool mdt_follow_copy(struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_file *files[] = { file_of(follow, arg), file_of(follow, arg ? 0 : 2) };

	array_for_each (it, files)
		if (*it)
			(*it)->has_offset = false;
	return true;
}

/* ---- what they are ---- */

// Type 0x12, nr of BLKGETSIZE64 and BLKGETSIZE (linux/fs.h), whatever the size of size_t.
static uint64_t size_unit(struct mdt_ref request)
{
	uint32_t number;

	if (!mdt_request_number(mdt_ioctl_builtin(), request, &number))
		return 0;
	switch (number & 0xffff) {
	case 0x1272:
		return 1;
	case 0x1260:
		return 512;
	default:
		return 0;
	}
}

// The answer, [41943040], is all that tells it apart from most other ioctls.
bool mdt_follow_ioctl(struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_ref size = arg_of(follow, arg + 1);
	const struct mdt_file *file;
	uint64_t number, unit;

	if (!mdt_ref_ok(size) || mdt_ref_node(size)->kind != MDT_NODE_ARRAY ||
	    !mdt_ref_u64(mdt_ref_child(size, 0), &number))
		return true;
	unit = size_unit(arg_of(follow, arg));
	if (!unit)
		return true;
	file = mdt_trace_file(follow->trace, follow->event, arg_of(follow, 0));
	if (file && file->device)
		file->device->size = number * unit;
	return true;
}

bool mdt_follow_learn_fd(struct mdt_follow *follow, struct mdt_ref fd,
			 struct mdt_device *device)
{
	struct mdt_file *file = device ? get_file(follow, fd) : find_file(follow, fd);

	if (!file)
		return !device || !is_number(fd);
	file->device = device;
	// Only now it is known what has been opened.
	if (!device || !mdt_device_find(follow->trace, file->path))
		return true;
	return mdt_device_set_path(follow->trace, file->path, device);
}

bool mdt_follow_fstat(struct mdt_follow *follow, unsigned int arg)
{
	bool is_other;
	struct mdt_device *device =
		mdt_follow_stat_device(follow, arg_of(follow, arg + 1), &is_other);

	return (!device && !is_other) ||
	       mdt_follow_learn_fd(follow, arg_of(follow, arg), device);
}
