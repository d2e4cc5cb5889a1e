// SPDX-License-Identifier: MIT
// Arguments that strace prints by name or by number.
#include "base/devnum.h"
#include "trace/trace.h"

bool mdt_devnum_read(struct mdt_ref ref, uint32_t *major, uint32_t *minor)
{
	uint64_t a, b;

	if (mdt_slice_eq(mdt_ref_head(ref), SLICE("makedev"))) {
		if (!mdt_ref_u64(mdt_ref_child(ref, 0), &a) ||
		    !mdt_ref_u64(mdt_ref_child(ref, 1), &b))
			return false;
	} else {
		if (!mdt_ref_u64(ref, &b))
			return false;
		a = mdt_dev_major(b);
		b = mdt_dev_minor(b);
	}
	*major = (uint32_t)a;
	*minor = (uint32_t)b;
	return a <= UINT32_MAX && b <= UINT32_MAX;
}

// The constants are those of linux/stat.h.
bool mdt_mode_is(struct mdt_ref mode, struct mdt_slice name, uint64_t type)
{
	uint64_t number;

	if (mdt_ref_u64(mode, &number))
		return (number & 0170000) == type;
	return mdt_slice_starts(mdt_ref_text(mode), name);
}

bool mdt_mode_is_block(struct mdt_ref mode)
{
	return mdt_mode_is(mode, SLICE("S_IFBLK"), 0060000);
}

static bool is_word(struct mdt_ref ref, struct mdt_slice name)
{
	return mdt_ref_node(ref)->kind == MDT_NODE_WORD &&
	       mdt_slice_eq_short(mdt_ref_text(ref), name);
}

bool mdt_flags_have(struct mdt_ref flags, struct mdt_slice name, uint64_t bits)
{
	struct mdt_ref it;
	uint64_t number;

	if (!mdt_ref_ok(flags))
		return false;
	if (mdt_ref_node(flags)->kind == MDT_NODE_CHANGE) // clone3({...} => {...})
		flags = mdt_ref_first(flags);
	if (mdt_ref_node(flags)->kind == MDT_NODE_STRUCT) // openat2()
		return mdt_flags_have(mdt_ref_member(flags, SLICE("flags")), name, bits);
	if (mdt_ref_u64(flags, &number))
		return number & bits;
	if (mdt_ref_node(flags)->kind != MDT_NODE_FLAGS)
		return is_word(flags, name);
	it = mdt_ref_first(flags);
	while (mdt_ref_ok(it) && !is_word(it, name))
		it = mdt_ref_next(flags, it);
	return mdt_ref_ok(it);
}
