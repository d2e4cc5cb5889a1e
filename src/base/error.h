/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Errors are objects with a place. A function that can fail returns `struct mdt_error *`:
 * NULL is success, anything else belongs to the caller, who destroys it or hands it on.
 */
#ifndef MDT_BASE_ERROR_H
#define MDT_BASE_ERROR_H

#include <stdbool.h>

#include "base/macro.h"

enum mdt_error_kind {
	MDT_ERR_NOMEM,
	MDT_ERR_OS,	 /* a system call failed; os_errno says how */
	MDT_ERR_SYNTAX,	 /* text that does not follow its grammar */
	MDT_ERR_INVALID, /* an argument or a value that makes no sense */
	MDT_ERR_NOT_FOUND,
	MDT_ERR_DWARF,	/* debug info that is missing, broken or in doubt */
	MDT_ERR_FORMAT, /* a compressed or binary file that is damaged */
};

struct mdt_error {
	enum mdt_error_kind kind;
	int os_errno;  /* 0 unless kind is MDT_ERR_OS */
	char *message; /* whole sentence without the program's name; never NULL */
};

/** Out of memory: static, so it can always be returned; destroying it is a no-op. */
MDT_API extern struct mdt_error mdt_enomem;

/**
 * Note that an allocation of base/ (a buffer, a map, an arena, an array) has failed, and
 * ask whether one has since the program began: what was made since may lack something,
 * also where nobody has looked. A program asks before it says that all is well.
 */
MDT_API void mdt_nomem_note(void);
MDT_API bool mdt_nomem_noted(void);

/** @return A new error, or &mdt_enomem. Never NULL. */
MDT_API struct mdt_error *mdt_error_create(enum mdt_error_kind kind, const char *fmt, ...)
	PRINTF_LIKE(2, 3) MUST_CHECK;

/** The same, its message ending in `: strerror(os_errno)`. */
MDT_API struct mdt_error *mdt_error_os(int os_errno, const char *fmt, ...)
	PRINTF_LIKE(2, 3) MUST_CHECK;

/**
 * The same with a place: the message begins with `path:line:col: `. Line and column count
 * from 1; 0 leaves the column, or both, out.
 */
MDT_API struct mdt_error *mdt_error_at(enum mdt_error_kind kind, const char *path,
				       unsigned long line, unsigned long col,
				       const char *fmt, ...) PRINTF_LIKE(5, 6) MUST_CHECK;

/** Frees @p err; NULL and &mdt_enomem are fine. */
MDT_API void mdt_error_destroy(struct mdt_error *err);

/** If @p errp holds an error of this kind: destroy it, set it to NULL, return true. */
MDT_API bool mdt_error_catch(struct mdt_error **errp, enum mdt_error_kind kind);

static inline void mdt_error_destroyp(struct mdt_error **errp)
{
	mdt_error_destroy(*errp);
}

#endif
