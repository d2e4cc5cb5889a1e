// SPDX-License-Identifier: MIT
// Nodes, folders and links.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guest/arg.h"
#include "guest/call.h"

static void make_node(struct guest_call *call, int dir, size_t first)
{
	uint32_t major = 0, minor = 0;
	struct mdt_slice path;
	int mode;

	if (!guest_call_path(call, first, &path) ||
	    !guest_call_int(call, first + 1, &mode))
		return;
	if ((S_ISBLK(mode) || S_ISCHR(mode)) &&
	    !guest_arg_dev(mdt_event_arg(call->event, first + 2), &major, &minor)) {
		guest_call_refuse(call, "the device number is none that mdtrace knows");
		return;
	}
	guest_map_dev(call->map, GUEST_TO_KERNEL, &major, &minor);
	guest_call_made(
		call, dir, path,
		mknodat(dir, path.str, (mode_t)mode, (dev_t)makedev(major, minor)));
}

void guest_call_mknod(struct guest_call *call)
{
	make_node(call, AT_FDCWD, 0);
}

void guest_call_mknodat(struct guest_call *call)
{
	int dir;

	if (guest_call_dirfd(call, 0, &dir))
		make_node(call, dir, 1);
}

void guest_call_unlink(struct guest_call *call)
{
	struct mdt_slice path;

	if (guest_call_path(call, 0, &path))
		guest_call_result(call, unlink(path.str));
}

void guest_call_unlinkat(struct guest_call *call)
{
	struct mdt_slice path;
	int dir, flags;

	if (guest_call_dirfd(call, 0, &dir) && guest_call_path(call, 1, &path) &&
	    guest_call_int(call, 2, &flags))
		guest_call_result(call, unlinkat(dir, path.str, flags));
}

static void make_dir(struct guest_call *call, int dir, size_t first)
{
	struct mdt_slice path;
	int mode;

	if (guest_call_path(call, first, &path) && guest_call_int(call, first + 1, &mode))
		guest_call_made(call, dir, path, mkdirat(dir, path.str, (mode_t)mode));
}

void guest_call_mkdir(struct guest_call *call)
{
	make_dir(call, AT_FDCWD, 0);
}

void guest_call_mkdirat(struct guest_call *call)
{
	int dir;

	if (guest_call_dirfd(call, 0, &dir))
		make_dir(call, dir, 1);
}

void guest_call_rmdir(struct guest_call *call)
{
	struct mdt_slice path;

	if (guest_call_path(call, 0, &path))
		guest_call_result(call, rmdir(path.str));
}

void guest_call_symlink(struct guest_call *call)
{
	struct mdt_slice target, path;

	if (guest_call_path(call, 0, &target) && guest_call_path(call, 1, &path))
		guest_call_made(call, AT_FDCWD, path, symlink(target.str, path.str));
}

void guest_call_symlinkat(struct guest_call *call)
{
	struct mdt_slice target, path;
	int dir;

	if (guest_call_path(call, 0, &target) && guest_call_dirfd(call, 1, &dir) &&
	    guest_call_path(call, 2, &path))
		guest_call_made(call, dir, path, symlinkat(target.str, dir, path.str));
}

void guest_call_rename(struct guest_call *call)
{
	struct mdt_slice from, to;

	if (guest_call_path(call, 0, &from) && guest_call_path(call, 1, &to))
		guest_call_made(call, AT_FDCWD, to, rename(from.str, to.str));
}

// renameat() and renameat2(), which has flags.
void guest_call_renameat(struct guest_call *call)
{
	bool has_flags = mdt_slice_eq(call->event->name, SLICE("renameat2"));
	int from_dir, to_dir, flags = 0;
	struct mdt_slice from, to;

	if (guest_call_dirfd(call, 0, &from_dir) && guest_call_path(call, 1, &from) &&
	    guest_call_dirfd(call, 2, &to_dir) && guest_call_path(call, 3, &to) &&
	    (!has_flags || guest_call_int(call, 4, &flags)))
		guest_call_made(call, to_dir, to,
				renameat2(from_dir, from.str, to_dir, to.str,
					  (unsigned int)flags));
}
