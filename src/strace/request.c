// SPDX-License-Identifier: MIT
#include "strace/request.h"

// As <asm-generic/ioctl.h> has them.
enum {
	NR_MAX = (1 << 8) - 1,
	TYPE_MAX = (1 << 8) - 1,
	BYTES_MAX = (1 << 14) - 1,
	TYPE_SHIFT = 8,
	SIZE_SHIFT = 16,
};

static const uint32_t dir_write = UINT32_C(1) << 30, dir_read = UINT32_C(2) << 30;

static bool part(struct mdt_ref call, size_t index, uint32_t max, uint32_t *ret)
{
	uint64_t value;

	if (!mdt_ref_u64(mdt_ref_child(call, index), &value) || value > max)
		return false;
	*ret = (uint32_t)value;
	return true;
}

static bool ioc_number(struct mdt_ref call, uint32_t *ret)
{
	struct mdt_slice dir = mdt_ref_text(mdt_ref_child(call, 0));
	uint32_t type, nr, size;

	if (!mdt_slice_eq(mdt_ref_head(call), SLICE("_IOC")) ||
	    !part(call, 1, TYPE_MAX, &type) || !part(call, 2, NR_MAX, &nr) ||
	    !part(call, 3, BYTES_MAX, &size))
		return false;
	*ret = size << SIZE_SHIFT | type << TYPE_SHIFT | nr;
	if (mdt_slice_find(dir, SLICE("_IOC_WRITE")))
		*ret |= dir_write;
	if (mdt_slice_find(dir, SLICE("_IOC_READ")))
		*ret |= dir_read;
	return true;
}

bool mdt_request_number(struct mdt_ref request, uint32_t *ret)
{
	uint64_t number;

	if (!mdt_ref_u64(request, &number))
		return ioc_number(request, ret);
	// ioctl(3, -2146432768): an int that was sign-extended.
	if (number > UINT32_MAX && (int64_t)number != (int32_t)number)
		return false;
	*ret = (uint32_t)number;
	return true;
}
