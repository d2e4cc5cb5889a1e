// SPDX-License-Identifier: MIT
// What descriptors and nodes share: paths, and what a struct stat tells.
#include "trace/device.h"
#include "trace/follow.h"
#include "trace/path.h"

static struct mdt_ref arg_of(const struct mdt_follow *follow, unsigned int index)
{
	return mdt_event_arg(follow->event, index);
}

bool mdt_follow_path(struct mdt_follow *follow, unsigned int index, bool has_dirfd,
		     struct mdt_buf *scratch, struct mdt_slice *ret)
{
	struct mdt_ref dirfd = has_dirfd ? arg_of(follow, index - 1) : mdt_ref_none();

	return mdt_path_of(follow->trace, follow->event, dirfd, arg_of(follow, index),
			   scratch, ret);
}

static bool read_rdev(struct mdt_ref st, uint32_t *major, uint32_t *minor)
{
	struct mdt_ref rdev = mdt_ref_member(st, SLICE("st_rdev"));
	uint64_t a, b;

	if (mdt_ref_ok(rdev))
		return mdt_devnum_read(rdev, major, minor);
	if (!mdt_ref_u64(mdt_ref_member(st, SLICE("stx_rdev_major")), &a) ||
	    !mdt_ref_u64(mdt_ref_member(st, SLICE("stx_rdev_minor")), &b) ||
	    a > UINT32_MAX || b > UINT32_MAX)
		return false;
	*major = (uint32_t)a;
	*minor = (uint32_t)b;
	return true;
}

struct mdt_device *mdt_follow_stat_device(struct mdt_follow *follow, struct mdt_ref st,
					  bool *is_other)
{
	struct mdt_ref mode = mdt_ref_member(st, SLICE("st_mode"));
	uint32_t major, minor;

	if (!mdt_ref_ok(mode))
		mode = mdt_ref_member(st, SLICE("stx_mode"));
	*is_other = false;
	if (!mdt_ref_ok(mode))
		return NULL;
	if (mdt_mode_is_block(mode))
		return read_rdev(st, &major, &minor)
			       ? mdt_device_of_number(follow->trace, major, minor,
						      MDT_DEV_BY_STAT)
			       : NULL;
	// What a symbolic link leads to is not told.
	*is_other = !mdt_mode_is(mode, SLICE("S_IFLNK"), 0120000);
	return NULL;
}
