// SPDX-License-Identifier: MIT
#include "diff/request.h"

// _IOC(_IOC_READ|_IOC_WRITE, 0x9, 0x21, 0x14), as strace writes a number that it does not
// know.
static bool ioc_number(struct mdt_ref ref, uint32_t *ret)
{
	struct mdt_slice dir = mdt_ref_text(mdt_ref_child(ref, 0));
	uint64_t type, nr, size, number;

	if (!mdt_slice_eq(mdt_ref_head(ref), SLICE("_IOC")) ||
	    !mdt_ref_u64(mdt_ref_child(ref, 1), &type) ||
	    !mdt_ref_u64(mdt_ref_child(ref, 2), &nr) ||
	    !mdt_ref_u64(mdt_ref_child(ref, 3), &size))
		return false;
	number = (type & 0xff) << 8 | (nr & 0xff) | (size & 0x3fff) << 16;
	if (mdt_slice_find(dir, SLICE("_IOC_WRITE")))
		number |= (uint64_t)MDT_DIR_WRITE << 30;
	if (mdt_slice_find(dir, SLICE("_IOC_READ")))
		number |= (uint64_t)MDT_DIR_READ << 30;
	*ret = (uint32_t)number;
	return true;
}

static bool request_number(struct mdt_ref ref, uint32_t *ret)
{
	uint64_t number;

	if (!mdt_ref_u64(ref, &number))
		return ioc_number(ref, ret);
	// ioctl(3, -2146432768): an int that was sign-extended.
	if (number > UINT32_MAX && (int64_t)number != (int32_t)number)
		return false;
	*ret = (uint32_t)number;
	return true;
}

static const struct mdt_ioctl *row_of_name(const struct mdt_ioctl_table *table,
					   struct mdt_ref ref)
{
	const struct mdt_ioctl *row = NULL;
	struct mdt_ref word;

	if (mdt_ref_node(ref)->kind != MDT_NODE_EITHER)
		return mdt_ioctl_find_name(table, mdt_ref_text(ref));
	// `A or B` is one number: the first name that we have will do to find it.
	for (word = mdt_ref_first(ref); mdt_ref_ok(word) && !row;
	     word = mdt_ref_next(ref, word))
		row = mdt_ioctl_find_name(table, mdt_ref_text(word));
	return row;
}

static const struct mdt_ioctl *row_of_number(const struct mdt_ioctl_table *table,
					     uint32_t number, bool is_md)
{
	const struct mdt_ioctl *row;
	size_t count;

	row = mdt_ioctl_find(table, number, &count);
	for (size_t i = 0; is_md && i < count; i++)
		if (strcmp(row[i].pack, "md") == 0)
			return row + i;
	return row;
}

const struct mdt_ioctl *mdt_request_row(const struct mdt_ioctl_table *table,
					struct mdt_ref request, bool is_md)
{
	const struct mdt_ioctl *named;
	uint32_t number;

	if (!mdt_ref_ok(request))
		return NULL;
	if (request_number(request, &number))
		return row_of_number(table, number, is_md);
	named = row_of_name(table, request);
	if (named && mdt_ref_node(request)->kind == MDT_NODE_EITHER)
		return row_of_number(table, named->number, is_md);
	return named;
}
