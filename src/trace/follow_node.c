// SPDX-License-Identifier: MIT
// What system calls do to paths, and what they tell of them.
#include "trace/device.h"
#include "trace/follow.h"
#include "trace/path.h"

static struct mdt_ref arg_of(const struct mdt_follow *follow, unsigned int index)
{
	return mdt_event_arg(follow->event, index);
}

static bool own_path(struct mdt_follow *follow, unsigned int arg, struct mdt_slice *ret)
{
	return mdt_follow_path(follow, arg, arg != 0, &follow->trace->path, ret);
}

bool mdt_follow_mknod(struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_device *device;
	struct mdt_slice path;
	uint32_t major, minor;

	if (!mdt_mode_is_block(arg_of(follow, arg + 1)) ||
	    !own_path(follow, arg, &path) ||
	    !mdt_devnum_read(arg_of(follow, arg + 2), &major, &minor))
		return true;
	device = mdt_device_of_number(follow->trace, major, minor, MDT_DEV_BY_MKNOD);
	return device && mdt_device_set_path(follow->trace, path, device);
}

// Of MDT_DEV_UNKNOWN there is nothing to forget.
static bool forget(struct mdt_follow *follow, struct mdt_slice path)
{
	const struct mdt_device *device = mdt_device_find(follow->trace, path);

	return !device || device->source == MDT_DEV_UNKNOWN ||
	       mdt_device_set_path(follow->trace, path, NULL);
}

bool mdt_follow_unlink(struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_slice path;

	return !own_path(follow, arg, &path) || forget(follow, path);
}

bool mdt_follow_rename(struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_device *device = NULL;
	struct mdt_slice from, to;
	bool has_dirfd = arg != 0;

	if (own_path(follow, arg, &from)) {
		device = mdt_device_find(follow->trace, from);
		if (!forget(follow, from))
			return false;
	}
	if (!mdt_follow_path(follow, arg + (has_dirfd ? 2 : 1), has_dirfd,
			     &follow->trace->other_path, &to))
		return true;
	return device ? mdt_device_set_path(follow->trace, to, device)
		      : forget(follow, to);
}

/* ---- struct stat ---- */

// The first struct behind the path: stat() has it next, statx() three later.
static struct mdt_ref find_struct(const struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_ref it = arg_of(follow, arg + 1);

	for (unsigned int i = 0; i < 3 && mdt_ref_ok(it); i++) {
		if (mdt_ref_node(it)->kind == MDT_NODE_STRUCT)
			return it;
		it = mdt_ref_next(follow->event->call, it);
	}
	return mdt_ref_none();
}

bool mdt_follow_stat(struct mdt_follow *follow, unsigned int arg)
{
	bool is_other;
	struct mdt_slice path;
	struct mdt_device *device =
		mdt_follow_stat_device(follow, find_struct(follow, arg), &is_other);

	if ((!device && !is_other) || !own_path(follow, arg, &path))
		return true;
	if (!path.len) // AT_EMPTY_PATH
		return arg == 0 || mdt_follow_learn_fd(follow, arg_of(follow, 0), device);
	if (device)
		return mdt_device_set_path(follow->trace, path, device);
	device = mdt_device_find(follow->trace, path);
	if (device && device->source == MDT_DEV_UNKNOWN)
		device->is_other = true;
	return true;
}

/* ---- links ---- */

static struct mdt_slice folder_of(struct mdt_slice path)
{
	const char *slash = path.len ? memrchr(path.str, '/', path.len) : NULL;

	return slash ? mdt_slice_head(path, (size_t)(slash - path.str))
		     : (struct mdt_slice){ 0 };
}

// Links below /dev are other names of nodes.
static bool set_link(struct mdt_follow *follow, struct mdt_slice link,
		     struct mdt_slice target)
{
	struct mdt_buf *joined = &follow->trace->joined;
	struct mdt_device *device;

	if (!mdt_slice_starts(link, SLICE("/dev/")) || !target.len)
		return true;
	mdt_buf_clear(joined);
	mdt_path_join(folder_of(link), target, joined);
	device = mdt_device_known(follow->trace, mdt_buf_slice(joined));
	return !device || mdt_device_set_path(follow->trace, link, device);
}

static bool string_of(struct mdt_ref ref, struct mdt_buf *scratch, struct mdt_slice *ret)
{
	mdt_buf_clear(scratch);
	if (mdt_ref_cut(ref) || !mdt_ref_bytes(ref, scratch))
		return false;
	*ret = mdt_buf_slice(scratch);
	return true;
}

bool mdt_follow_symlink(struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_slice link, target;

	if (!mdt_follow_path(follow, arg, arg != 1, &follow->trace->path, &link) ||
	    !string_of(arg_of(follow, 0), &follow->trace->other_path, &target))
		return true;
	return set_link(follow, link, target);
}

bool mdt_follow_readlink(struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_slice link, target;

	if (!own_path(follow, arg, &link) ||
	    !string_of(arg_of(follow, arg + 1), &follow->trace->other_path, &target))
		return true;
	return set_link(follow, link, target);
}

/* ---- the working directory ---- */

static bool set_folder(struct mdt_follow *follow, struct mdt_slice path)
{
	struct mdt_buf *folder = &follow->process->folder;

	mdt_buf_clear(folder);
	if (path.len && path.str[0] == '/')
		mdt_buf_add(folder, path);
	return !folder->failed;
}

bool mdt_follow_chdir(struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_slice path = { 0 };

	mdt_follow_path(follow, arg, false, &follow->trace->path, &path);
	return set_folder(follow, path);
}

bool mdt_follow_fchdir(struct mdt_follow *follow, unsigned int arg)
{
	const struct mdt_file *file =
		mdt_trace_file(follow->trace, follow->event, arg_of(follow, arg));

	return set_folder(follow, file ? file->path : (struct mdt_slice){ 0 });
}

bool mdt_follow_getcwd(struct mdt_follow *follow, unsigned int arg)
{
	struct mdt_slice path = { 0 };

	mdt_follow_path(follow, arg, false, &follow->trace->path, &path);
	return set_folder(follow, path);
}
