/* SPDX-License-Identifier: MIT */
/** @file What is known of failures beyond the kernel's checks: rows. Internal to
 * src/why/. */
#ifndef MDT_WHY_ROWS_H
#define MDT_WHY_ROWS_H

#include "base/macro.h"
#include "base/slice.h"

/** A failure that means nothing. */
struct mdt_why_harmless {
	const char *call;  /* fnmatch(): system call, or operation as annotate names it */
	const char *path;  /* fnmatch(); NULL: any, and calls without one */
	const char *error; /* fnmatch() */
	const char *why, *source;
};

/** What one can do. */
struct mdt_why_remedy {
	const char *op;	   /* fnmatch(): STOP_ARRAY, open*, write array_state */
	const char *error; /* fnmatch(); NULL: any */
	const char
		*rule; /* fnmatch(): of the model, one that may have failed; NULL: any */
	const char *text, *source;
};

/** What a message of the program or of the kernel means. */
struct mdt_why_message {
	const char *pattern; /* fnmatch() of the whole line */
	const char *means;
	const char *text; /* what one can do; NULL: nothing more */
	const char *source;
	bool fails; /* it alone says that something failed */
};

/** @return The first row that fits, or NULL. */
MDT_API const struct mdt_why_harmless *mdt_why_harmless_find(struct mdt_slice call,
							     struct mdt_slice path,
							     struct mdt_slice error);

/**
 * @param rules Names of rules that may have given the errno.
 * @return The first row that fits, or NULL.
 */
MDT_API const struct mdt_why_remedy *mdt_why_remedy_find(struct mdt_slice op,
							 struct mdt_slice error,
							 const char *const *rules,
							 size_t count);

/** @return The first row that fits, or NULL. */
MDT_API const struct mdt_why_message *mdt_why_program_message(struct mdt_slice line);
MDT_API const struct mdt_why_message *mdt_why_kernel_message(struct mdt_slice line);

/** All rows, for tests. @param[out] len How many. */
MDT_API const struct mdt_why_harmless *mdt_why_harmless_rows(size_t *len);
MDT_API const struct mdt_why_remedy *mdt_why_remedy_rows(size_t *len);
MDT_API const struct mdt_why_message *mdt_why_program_rows(size_t *len);
MDT_API const struct mdt_why_message *mdt_why_kernel_rows(size_t *len);

#endif
