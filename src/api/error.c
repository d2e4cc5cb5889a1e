// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "api/parts.h"

const char *mdtrace_version(void)
{
	return MDT_VERSION;
}

void mdtrace_free(char *text)
{
	free(text);
}

const char *mdtrace_error_message(const struct mdtrace_error *error)
{
	return api_error_of((struct mdtrace_error *)error)->message;
}

enum mdtrace_errors mdtrace_error_kind(const struct mdtrace_error *error)
{
	static const enum mdtrace_errors kinds[] = {
		[MDT_ERR_NOMEM] = MDTRACE_ERROR_MEMORY,
		[MDT_ERR_OS] = MDTRACE_ERROR_SYSTEM,
		[MDT_ERR_SYNTAX] = MDTRACE_ERROR_SYNTAX,
		[MDT_ERR_INVALID] = MDTRACE_ERROR_INVALID,
		[MDT_ERR_NOT_FOUND] = MDTRACE_ERROR_NOT_FOUND,
		[MDT_ERR_DWARF] = MDTRACE_ERROR_DEBUG,
		[MDT_ERR_FORMAT] = MDTRACE_ERROR_FORMAT,
	};

	return kinds[api_error_of((struct mdtrace_error *)error)->kind];
}

int mdtrace_error_errno(const struct mdtrace_error *error)
{
	return api_error_of((struct mdtrace_error *)error)->os_errno;
}

void mdtrace_error_free(struct mdtrace_error *error)
{
	mdt_error_destroy(api_error_of(error));
}

struct mdtrace_error *api_take(struct mdt_buf *buf, char **ret)
{
	mdt_buf_addc(buf, '\0');
	if (buf->failed)
		return api_error(&mdt_enomem);
	*ret = buf->str;
	*buf = (struct mdt_buf){ 0 };
	return NULL;
}
