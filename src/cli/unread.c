// SPDX-License-Identifier: MIT
#include "cli/unread.h"

struct mdt_error *unread_keep(struct mdt_error *err, struct mdt_error **unread)
{
	if (!err || err == &mdt_enomem)
		return err;
	if (err->kind == MDT_ERR_OS && !*unread)
		*unread = err;
	else
		mdt_error_destroy(err);
	return NULL;
}

void unread_end(struct mdt_error *unread, enum status *ret)
{
	if (unread && *ret != STATUS_TROUBLE) {
		cli_report(unread);
		*ret = STATUS_TROUBLE;
	} else {
		mdt_error_destroy(unread);
	}
}
