// SPDX-License-Identifier: MIT
#include "cli/presume.h"

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
	if (err == &mdt_enomem)
		return err;
	if (err->kind == MDT_ERR_OS)
		*unread = err;
	else // a log that cannot be replayed
		mdt_error_destroy(err);
	return NULL;
}

void presume_end(struct mdt_error *unread, enum status *ret)
{
	if (unread && *ret != STATUS_TROUBLE) {
		cli_report(unread);
		*ret = STATUS_TROUBLE;
	} else {
		mdt_error_destroy(unread);
	}
}
