// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mdt_error mdt_enomem = { MDT_ERR_NOMEM, 0, (char[]){ "out of memory" } };

static atomic_bool nomem;

void mdt_nomem_note(void)
{
	atomic_store_explicit(&nomem, true, memory_order_relaxed);
}

bool mdt_nomem_noted(void)
{
	return atomic_load_explicit(&nomem, memory_order_relaxed);
}

static struct mdt_error *error_new(enum mdt_error_kind kind, int os_errno, char *message)
{
	struct mdt_error *err = message ? malloc(sizeof(*err)) : NULL;

	if (!err) {
		free(message);
		return &mdt_enomem;
	}
	*err = (struct mdt_error){ kind, os_errno, message };
	return err;
}

struct mdt_error *mdt_error_create(enum mdt_error_kind kind, const char *fmt, ...)
{
	char *message = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&message, fmt, ap) < 0)
		message = NULL;
	va_end(ap);
	return error_new(kind, 0, message);
}

struct mdt_error *mdt_error_os(int os_errno, const char *fmt, ...)
{
	char *what = NULL, *message = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		what = NULL;
	va_end(ap);
	if (what && asprintf(&message, "%s: %s", what, strerror(os_errno)) < 0)
		message = NULL;
	free(what);
	return error_new(MDT_ERR_OS, os_errno, message);
}

struct mdt_error *mdt_error_at(enum mdt_error_kind kind, const char *path,
			       unsigned long line, unsigned long col, const char *fmt,
			       ...)
{
	char *what = NULL, *message = NULL;
	va_list ap;
	int n = -1;

	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		what = NULL;
	va_end(ap);
	if (what && line && col)
		n = asprintf(&message, "%s:%lu:%lu: %s", path, line, col, what);
	else if (what && line)
		n = asprintf(&message, "%s:%lu: %s", path, line, what);
	else if (what)
		n = asprintf(&message, "%s: %s", path, what);
	free(what);
	return error_new(kind, 0, n < 0 ? NULL : message);
}

void mdt_error_destroy(struct mdt_error *err)
{
	if (!err || err == &mdt_enomem)
		return;
	free(err->message);
	free(err);
}

bool mdt_error_catch(struct mdt_error **errp, enum mdt_error_kind kind)
{
	if (!*errp || (*errp)->kind != kind)
		return false;
	mdt_error_destroy(*errp);
	*errp = NULL;
	return true;
}
