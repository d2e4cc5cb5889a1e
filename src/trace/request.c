// SPDX-License-Identifier: MIT
#include "trace/request.h"

#include "strace/request.h"

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
	if (mdt_request_number(request, &number))
		return row_of_number(table, number, is_md);
	named = row_of_name(table, request);
	if (named && mdt_ref_node(request)->kind == MDT_NODE_EITHER)
		return row_of_number(table, named->number, is_md);
	return named;
}
