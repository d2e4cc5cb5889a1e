// SPDX-License-Identifier: MIT
#include "ioctl/type.h"

const struct mdt_member *mdt_type_find_member(const struct mdt_type *type,
					      struct mdt_slice name, uint32_t *offset)
{
	if (type->kind != MDT_TYPE_STRUCT && type->kind != MDT_TYPE_UNION)
		return NULL;
	for (uint32_t i = 0; i < type->count; i++) {
		const struct mdt_member *member = &type->members[i], *found = NULL;
		uint32_t inner = 0;

		if (!*member->name)
			found = mdt_type_find_member(member->type, name, &inner);
		else if (mdt_slice_eq_cstr(name, member->name))
			found = member;
		if (!found)
			continue;
		if (offset)
			*offset = member->offset + (found == member ? 0 : inner);
		return found;
	}
	return NULL;
}
