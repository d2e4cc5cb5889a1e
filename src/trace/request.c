// SPDX-License-Identifier: MIT
#include "trace/request.h"

// As <asm-generic/ioctl.h> has them.
enum {
	NR_MAX = (1 << 8) - 1,
	TYPE_MAX = (1 << 8) - 1,
	BYTES_MAX = (1 << 14) - 1,
	DIR_MAX = MDT_DIR_READ | MDT_DIR_WRITE,
	TYPE_SHIFT = 8,
	SIZE_SHIFT = 16,
	DIR_SHIFT = 30,
};

/* ---- _IOC(dir, type, nr, size) ---- */

static bool read_part(struct mdt_ref call, size_t index, uint32_t max, uint32_t *ret)
{
	uint64_t value;

	if (!mdt_ref_u64(mdt_ref_child(call, index), &value) || value > max)
		return false;
	*ret = (uint32_t)value;
	return true;
}

static bool read_flag(struct mdt_ref flag, uint32_t *ret)
{
	static const struct {
		struct mdt_slice name;
		uint32_t value;
	} flags[] = {
		{ SLICE_INIT("_IOC_NONE"), MDT_DIR_NONE },
		{ SLICE_INIT("_IOC_READ"), MDT_DIR_READ },
		{ SLICE_INIT("_IOC_WRITE"), MDT_DIR_WRITE },
	};
	uint64_t number;

	if (mdt_ref_u64(flag, &number)) {
		*ret |= (uint32_t)number & DIR_MAX;
		return number <= DIR_MAX;
	}
	array_for_each (it, flags) {
		if (!mdt_slice_eq(mdt_ref_text(flag), it->name))
			continue;
		*ret |= it->value;
		return true;
	}
	return false;
}

static bool read_dir(struct mdt_ref dir, uint32_t *ret)
{
	*ret = 0;
	if (!mdt_ref_ok(dir))
		return false;
	if (mdt_ref_node(dir)->kind != MDT_NODE_FLAGS)
		return read_flag(dir, ret);
	for (struct mdt_ref it = mdt_ref_first(dir); mdt_ref_ok(it);
	     it = mdt_ref_next(dir, it))
		if (!read_flag(it, ret))
			return false;
	return true;
}

static bool read_ioc(struct mdt_ref call, uint32_t *ret)
{
	uint32_t dir, type, nr, size;

	if (!mdt_slice_eq(mdt_ref_head(call), SLICE("_IOC")) ||
	    !read_dir(mdt_ref_child(call, 0), &dir) ||
	    !read_part(call, 1, TYPE_MAX, &type) || !read_part(call, 2, NR_MAX, &nr) ||
	    !read_part(call, 3, BYTES_MAX, &size))
		return false;
	*ret = dir << DIR_SHIFT | size << SIZE_SHIFT | type << TYPE_SHIFT | nr;
	return true;
}

/* ---- all spellings ---- */

// Without names.
static bool read_number(struct mdt_ref request, uint32_t *ret)
{
	uint64_t number;

	if (!mdt_ref_u64(request, &number))
		return read_ioc(request, ret);
	// ioctl(3, -2146432768): an int that was sign-extended.
	if (number > UINT32_MAX && (int64_t)number != (int32_t)number)
		return false;
	*ret = (uint32_t)number;
	return true;
}

// `A or B` is one number: the first name that we have will do to find it.
static const struct mdt_ioctl *row_of_name(const struct mdt_ioctl_table *table,
					   struct mdt_ref request)
{
	const struct mdt_ioctl *row = NULL;

	if (mdt_ref_node(request)->kind != MDT_NODE_EITHER)
		return mdt_ioctl_find_name(table, mdt_ref_text(request));
	for (struct mdt_ref it = mdt_ref_first(request); mdt_ref_ok(it) && !row;
	     it = mdt_ref_next(request, it))
		row = mdt_ioctl_find_name(table, mdt_ref_text(it));
	return row;
}

bool mdt_request_number(const struct mdt_ioctl_table *table, struct mdt_ref request,
			uint32_t *ret)
{
	const struct mdt_ioctl *named;

	if (!mdt_ref_ok(request))
		return false;
	if (read_number(request, ret))
		return true;
	named = row_of_name(table, request);
	if (named)
		*ret = named->number;
	return named;
}

const struct mdt_ioctl *mdt_request_row(const struct mdt_ioctl_table *table,
					struct mdt_ref request, bool is_md)
{
	const struct mdt_ioctl *row, *named = NULL;
	uint32_t number;
	size_t count;

	if (!mdt_request_number(table, request, &number))
		return NULL;
	row = mdt_ioctl_find(table, number, &count);
	for (size_t i = 0; is_md && i < count; i++)
		if (strcmp(row[i].pack, "md") == 0)
			return row + i;
	if (mdt_ref_node(request)->kind == MDT_NODE_WORD)
		named = row_of_name(table, request);
	return named ? named : row;
}
