/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Looking at a line byte by byte without stepping past its end. Internal to src/strace/.
 */
#ifndef MDT_STRACE_LOOK_H
#define MDT_STRACE_LOOK_H

#include "base/slice.h"

/** The byte at @p i, or NUL behind the end. */
static inline char at(struct mdt_slice s, size_t i)
{
	return i < s.len ? s.str[i] : '\0';
}

static inline bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static inline bool is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

/** How many digits stand from @p from on. */
static inline size_t digits(struct mdt_slice s, size_t from)
{
	size_t n = from;

	while (is_digit(at(s, n)))
		n++;
	return n - from;
}

/** How many blanks. */
static inline size_t blanks(struct mdt_slice s, size_t from)
{
	size_t n = from;

	while (at(s, n) == ' ')
		n++;
	return n - from;
}

/** Of the name that strace was started by. */
static inline bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
	       (c && memchr("_-+.", c, 4));
}

/** The part from @p from up to @p to. */
static inline struct mdt_slice sub(struct mdt_slice s, size_t from, size_t to)
{
	return mdt_slice_from(s.str + from, to - from);
}

/**
 * Whether @p s is an SELinux context as --secontext prints it: `user:role:type:level`
 * with "full", else the type alone, which ends in "_t"; `found!!expected` where two
 * differ.
 */
static inline bool is_context(struct mdt_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.str[i] == ' ' || s.str[i] == '"' || s.str[i] == '[' ||
		    s.str[i] == '{' || s.str[i] == '}')
			return false;
	return mdt_slice_ends(s, SLICE("_t")) || (s.len && memchr(s.str, ':', s.len));
}

#endif
