// SPDX-License-Identifier: MIT
// open(), openat(), openat2(), creat().
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "guest/arg.h"
#include "guest/call.h"

static bool is_kernel_text(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) &&
	       (fs.f_type == SYSFS_MAGIC || fs.f_type == PROC_SUPER_MAGIC);
}

static void opened(struct guest_call *call, int fd, uint64_t flags)
{
	guest_call_result(call, fd);
	if (fd < 0)
		return;
	call->opened = (struct guest_file){ .real = fd,
					    .is_cloexec = flags & O_CLOEXEC,
					    .is_text = is_kernel_text(fd) };
	call->array = guest_call_array(fd);
	// Opening makes an array that is not there: drivers/md/md.c md_probe().
	if (call->array >= 0)
		call->touch = GUEST_TOUCH_OTHER;
}

// The mode is there when a file may be made.
static bool read_mode(struct guest_call *call, size_t index, uint64_t flags, int *mode)
{
	*mode = 0;
	return !(flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) ||
	       guest_call_int(call, index, mode);
}

static void keep_made(struct guest_call *call, int dir, struct mdt_slice path,
		      uint64_t flags, bool was_there)
{
	if (call->opened.real >= 0 && flags & O_CREAT && !was_there)
		guest_call_made(call, dir, path, (int)call->ret);
}

// Only asked where O_CREAT may make it: a path that was there before stays.
static bool is_there(int dir, struct mdt_slice path, uint64_t flags)
{
	return flags & O_CREAT && !faccessat(dir, path.str, F_OK, AT_SYMLINK_NOFOLLOW);
}

static void open_at(struct guest_call *call, int dir, size_t first)
{
	struct mdt_slice path;
	int flags, mode;
	bool was_there;

	if (!guest_call_path(call, first, &path) ||
	    !guest_call_int(call, first + 1, &flags) ||
	    !read_mode(call, first + 2, (uint64_t)(unsigned int)flags, &mode))
		return;
	was_there = is_there(dir, path, (unsigned int)flags);
	opened(call, openat(dir, path.str, flags, (mode_t)mode), (unsigned int)flags);
	keep_made(call, dir, path, (unsigned int)flags, was_there);
}

void guest_call_open(struct guest_call *call)
{
	open_at(call, AT_FDCWD, 0);
}

void guest_call_openat(struct guest_call *call)
{
	int dir;

	if (guest_call_dirfd(call, 0, &dir))
		open_at(call, dir, 1);
}

void guest_call_creat(struct guest_call *call)
{
	struct mdt_slice path;
	bool was_there;
	int mode;

	if (!guest_call_path(call, 0, &path) || !guest_call_int(call, 1, &mode))
		return;
	was_there = is_there(AT_FDCWD, path, O_CREAT);
	opened(call, creat(path.str, (mode_t)mode), 0);
	keep_made(call, AT_FDCWD, path, O_CREAT, was_there);
}

static bool read_how(struct guest_call *call, struct open_how *how)
{
	struct mdt_ref ref = mdt_event_arg(call->event, 2);
	struct mdt_ref flags = mdt_ref_member(ref, SLICE("flags"));
	struct mdt_ref mode = mdt_ref_member(ref, SLICE("mode"));
	struct mdt_ref resolve = mdt_ref_member(ref, SLICE("resolve"));
	uint64_t numbers[3] = { 0 };

	if ((mdt_ref_ok(flags) && guest_arg_number(flags, &numbers[0])) &&
	    (!mdt_ref_ok(mode) || guest_arg_number(mode, &numbers[1])) &&
	    (!mdt_ref_ok(resolve) || guest_arg_number(resolve, &numbers[2]))) {
		*how = (struct open_how){ numbers[0], numbers[1], numbers[2] };
		return true;
	}
	guest_call_refuse(call, "argument 3 is not a struct open_how");
	return false;
}

void guest_call_openat2(struct guest_call *call)
{
	struct mdt_slice path;
	struct open_how how;
	bool was_there;
	int dir;

	if (!guest_call_dirfd(call, 0, &dir) || !guest_call_path(call, 1, &path) ||
	    !read_how(call, &how))
		return;
	was_there = is_there(dir, path, how.flags);
	opened(call, (int)syscall(SYS_openat2, dir, path.str, &how, sizeof(how)),
	       how.flags);
	keep_made(call, dir, path, how.flags, was_there);
}
