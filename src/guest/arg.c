// SPDX-License-Identifier: MIT
#include "guest/arg.h"

#include <limits.h>

#include "base/devnum.h"
#include "guest/flags.h"

static bool read_flags(struct mdt_ref ref, uint64_t *ret)
{
	uint64_t all = 0, one;

	for (struct mdt_ref it = mdt_ref_first(ref); mdt_ref_ok(it);
	     it = mdt_ref_next(ref, it)) {
		if (!guest_arg_number(it, &one))
			return false;
		all |= one;
	}
	*ret = all;
	return true;
}

bool guest_arg_number(struct mdt_ref ref, uint64_t *ret)
{
	int64_t number;

	if (!mdt_ref_ok(ref))
		return false;
	switch ((enum mdt_node_kind)mdt_ref_node(ref)->kind) {
	case MDT_NODE_INT:
		if (mdt_ref_u64(ref, ret))
			return true;
		if (!mdt_ref_i64(ref, &number))
			return false;
		*ret = (uint64_t)number;
		return true;
	case MDT_NODE_WORD:
		return guest_flag_find(mdt_ref_text(ref), ret);
	case MDT_NODE_FLAGS:
		return read_flags(ref, ret);
	default:
		return false;
	}
}

bool guest_arg_int(struct mdt_ref ref, int *ret)
{
	uint64_t number;

	if (!guest_arg_number(ref, &number))
		return false;
	// strace prints an int as a register has it, in 32 bits, or with its sign.
	if (number > UINT_MAX && ((int64_t)number >= 0 || (int64_t)number < INT_MIN))
		return false;
	*ret = (int)(uint32_t)number;
	return true;
}

bool guest_arg_dev(struct mdt_ref ref, uint32_t *major, uint32_t *minor)
{
	uint64_t a, b;

	if (!mdt_ref_ok(ref))
		return false;
	if (mdt_ref_node(ref)->kind != MDT_NODE_CALL) {
		if (!guest_arg_number(ref, &b) || b > UINT32_MAX)
			return false;
		a = mdt_dev_major(b);
		b = mdt_dev_minor(b);
	} else if (!mdt_slice_eq(mdt_ref_head(ref), SLICE("makedev")) ||
		   !mdt_ref_u64(mdt_ref_child(ref, 0), &a) ||
		   !mdt_ref_u64(mdt_ref_child(ref, 1), &b)) {
		return false;
	}
	*major = (uint32_t)a;
	*minor = (uint32_t)b;
	return a < 1 << 12 && b < 1 << 20;
}

bool guest_arg_bytes(struct mdt_ref ref, struct mdt_buf *ret)
{
	return mdt_ref_ok(ref) && mdt_ref_node(ref)->kind == MDT_NODE_STRING &&
	       !mdt_ref_cut(ref) && mdt_ref_bytes(ref, ret) && !ret->failed;
}

bool guest_arg_path(struct mdt_ref ref, struct mdt_buf *ret)
{
	size_t start = ret->len;

	if (!guest_arg_bytes(ref, ret) ||
	    (ret->len > start && memchr(ret->str + start, '\0', ret->len - start)))
		return false;
	mdt_buf_addc(ret, '\0');
	return !ret->failed;
}
