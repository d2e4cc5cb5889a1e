/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Borrowed text: a pointer and a length. Log text may hold NULs and is never terminated,
 * so no C string function is used on it.
 */
#ifndef MDT_BASE_SLICE_H
#define MDT_BASE_SLICE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/macro.h"

struct mdt_slice {
	const char *str; /* may hold NULs, is not terminated; NULL only when len is 0 */
	size_t len;
};

/** A string literal as a slice, its length known at compile time. */
#define SLICE(literal) ((struct mdt_slice){ (literal), sizeof(literal) - 1 })
/** The same for a static initializer. */
#define SLICE_INIT(literal)                                                              \
	{                                                                                \
		(literal), sizeof(literal) - 1                                           \
	}
/** For printf's `%.*s`. */
#define SLICE_FMT(s) (int)((s).len > 1 << 20 ? 1 << 20 : (s).len), (s).str ? (s).str : ""

static inline struct mdt_slice mdt_slice_from(const char *str, size_t len)
{
	return (struct mdt_slice){ str, len };
}

static inline struct mdt_slice mdt_slice_cstr(const char *str)
{
	return (struct mdt_slice){ str, strlen(str) };
}

static inline bool mdt_slice_eq(struct mdt_slice a, struct mdt_slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.str, b.str, a.len) == 0);
}

/** The same, faster for names and other text of a few letters. */
static inline bool mdt_slice_eq_short(struct mdt_slice a, struct mdt_slice b)
{
	uint64_t first[2], last[2];
	uint32_t head[2], tail[2];

	if (a.len != b.len)
		return false;
	if (a.len > 16)
		return memcmp(a.str, b.str, a.len) == 0;
	if (a.len >= 8) {
		memcpy(&first[0], a.str, 8);
		memcpy(&first[1], b.str, 8);
		memcpy(&last[0], a.str + a.len - 8, 8);
		memcpy(&last[1], b.str + a.len - 8, 8);
		return first[0] == first[1] && last[0] == last[1];
	}
	if (a.len >= 4) {
		memcpy(&head[0], a.str, 4);
		memcpy(&head[1], b.str, 4);
		memcpy(&tail[0], a.str + a.len - 4, 4);
		memcpy(&tail[1], b.str + a.len - 4, 4);
		return head[0] == head[1] && tail[0] == tail[1];
	}
	for (size_t i = 0; i < a.len; i++)
		if (a.str[i] != b.str[i])
			return false;
	return true;
}

static inline bool mdt_slice_eq_cstr(struct mdt_slice a, const char *b)
{
	for (size_t i = 0; i < a.len; i++)
		if (b[i] == '\0' || b[i] != a.str[i])
			return false;
	return b[a.len] == '\0';
}

static inline bool mdt_slice_starts(struct mdt_slice s, struct mdt_slice prefix)
{
	return s.len >= prefix.len &&
	       (prefix.len == 0 || memcmp(s.str, prefix.str, prefix.len) == 0);
}

static inline bool mdt_slice_ends(struct mdt_slice s, struct mdt_slice suffix)
{
	return s.len >= suffix.len &&
	       (suffix.len == 0 ||
		memcmp(s.str + s.len - suffix.len, suffix.str, suffix.len) == 0);
}

/** @return The part of @p s from @p from on; empty when @p from is past the end. */
static inline struct mdt_slice mdt_slice_skip(struct mdt_slice s, size_t from)
{
	if (from > s.len)
		from = s.len;
	return (struct mdt_slice){ s.str ? s.str + from : NULL, s.len - from };
}

/** @return The first @p len bytes of @p s, or all of it. */
static inline struct mdt_slice mdt_slice_head(struct mdt_slice s, size_t len)
{
	if (s.len > len)
		s.len = len;
	return s;
}

/** @return @p s without blanks (space and tab) at either end. */
MDT_API struct mdt_slice mdt_slice_trim(struct mdt_slice s);

/** @return @p s without newlines at its end. */
MDT_API struct mdt_slice mdt_slice_chomp(struct mdt_slice s);

/** @return What stands behind the last slash; all of @p path without one. */
MDT_API struct mdt_slice mdt_slice_base_name(struct mdt_slice path);

/** @return The first place of @p needle in @p s, or NULL. */
MDT_API const char *mdt_slice_find(struct mdt_slice s, struct mdt_slice needle);

/** @return How many characters of UTF-8: columns, for text without wide ones. */
MDT_API size_t mdt_slice_columns(struct mdt_slice s);

/**
 * Order of two slices as memcmp() has it; a prefix comes first.
 * @return Negative, 0 or positive.
 */
MDT_API int mdt_slice_cmp(struct mdt_slice a, struct mdt_slice b);

/**
 * Read the whole of @p s as an unsigned number: decimal, `0x` hex, or `0` octal as strace
 * and C write them.
 * @return false when it is not one, or does not fit 64 bits; @p ret is then untouched.
 */
MDT_API bool mdt_slice_to_u64(struct mdt_slice s, uint64_t *ret);

/** The same for decimal digits only. */
MDT_API bool mdt_slice_to_dec(struct mdt_slice s, uint64_t *ret);

/** What each byte is worth as a hex digit, and 1 more; 0 for those that are none. */
MDT_API extern const uint8_t mdt_hex_values[256];

/** @return The value of a hex digit, or -1. */
static inline int mdt_hex_digit(char c)
{
	return mdt_hex_values[(unsigned char)c] - 1;
}

#endif
