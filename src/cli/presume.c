// SPDX-License-Identifier: MIT
#include "cli/presume.h"

#include "cli/unread.h"

struct mdt_error *presume_from(struct mdt_life *life, const char *const *logs,
			       size_t count, struct mdt_plan *plan,
			       struct mdt_error **unread)
{
	struct mdt_error *err;

	*unread = NULL;
	for (size_t i = 0; i < count; i++)
		if (strcmp(logs[i], "-") == 0)
			return NULL;
	if (!count)
		return NULL;
	err = mdt_plan_make(logs, count, NULL, plan);
	if (!err)
		return mdt_life_presume(life, plan);
	return unread_keep(err, unread);
}
