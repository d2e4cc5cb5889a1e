/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Regular expressions of users (PCRE2). No pattern hangs: matching has limits, and going
 * over them is an error.
 */
#ifndef MDT_BASE_PATTERN_H
#define MDT_BASE_PATTERN_H

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

struct mdt_pattern;

/**
 * Compile a pattern; text is matched as bytes, so it need not be UTF-8.
 * @param[out] ret Owned by the caller. Untouched on error.
 * @return NULL, or MDT_ERR_SYNTAX whose message shows the pattern with a caret under the
 *	place of the fault:
 *
 *	    bad pattern: missing closing parenthesis at column 5
 *	      a(b|
 *	          ^
 */
MDT_API struct mdt_error *mdt_pattern_create(struct mdt_slice pattern,
					     struct mdt_pattern **ret) MUST_CHECK;

/** NULL is fine. */
MDT_API void mdt_pattern_destroy(struct mdt_pattern *pattern);

/**
 * Whether @p text holds a match anywhere. Not for two threads at once: the pattern keeps
 * the memory it matches with.
 * @param[out] ret Untouched on error.
 * @return NULL, or MDT_ERR_INVALID when the match took too many steps.
 */
MDT_API struct mdt_error *mdt_pattern_matches(struct mdt_pattern *pattern,
					      struct mdt_slice text,
					      bool *ret) MUST_CHECK;

/**
 * Replace every match.
 * @param replacement May hold `$1` or `${name}`, and `$$` for a dollar.
 * @param ret What comes out is appended; nothing when there is no match.
 * @param[out] replaced Whether there was a match. Untouched on error.
 * @return NULL, or MDT_ERR_INVALID when the match took too many steps or the replacement
 * speaks of a group that there is not.
 */
MDT_API struct mdt_error *mdt_pattern_replace(struct mdt_pattern *pattern,
					      struct mdt_slice text,
					      struct mdt_slice replacement,
					      struct mdt_buf *ret,
					      bool *replaced) MUST_CHECK;

static inline void mdt_pattern_destroyp(struct mdt_pattern **pattern)
{
	mdt_pattern_destroy(*pattern);
}

#endif
