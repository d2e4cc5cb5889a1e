/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A growing run of bytes. Running out of memory is remembered, not returned: append as
 * much as you like and ask mdt_buf_error() once at the end.
 */
#ifndef MDT_BASE_BUF_H
#define MDT_BASE_BUF_H

#include "base/error.h"
#include "base/slice.h"

struct mdt_buf {
	char *str; /* owned; not terminated */
	size_t len, cap;
	bool failed; /* an append was dropped: the contents are not to be trusted */
};

/** Frees the bytes; the buffer is then empty and can be used again. */
MDT_API void mdt_buf_deinit(struct mdt_buf *buf);

/** Make room for @p more bytes behind len. @return false when out of memory. */
MDT_API bool mdt_buf_reserve(struct mdt_buf *buf, size_t more);

MDT_API void mdt_buf_printf(struct mdt_buf *buf, const char *fmt, ...) PRINTF_LIKE(2, 3);

/** @return &mdt_enomem if an append was dropped, else NULL. */
static inline struct mdt_error *MUST_CHECK mdt_buf_error(const struct mdt_buf *buf)
{
	return buf->failed ? &mdt_enomem : NULL;
}

static inline void mdt_buf_add(struct mdt_buf *buf, struct mdt_slice s)
{
	if (unlikely(buf->cap - buf->len < s.len) && !mdt_buf_reserve(buf, s.len))
		return;
	if (s.len)
		memcpy(buf->str + buf->len, s.str, s.len);
	buf->len += s.len;
}

static inline void mdt_buf_addc(struct mdt_buf *buf, char c)
{
	if (unlikely(buf->cap == buf->len) && !mdt_buf_reserve(buf, 1))
		return;
	buf->str[buf->len++] = c;
}

static inline void mdt_buf_adds(struct mdt_buf *buf, const char *str)
{
	mdt_buf_add(buf, mdt_slice_cstr(str));
}

/** Append a number in decimal, or in hex with `0x` (0 is `0` then, as strace has it). */
MDT_API void mdt_buf_dec(struct mdt_buf *buf, uint64_t value);
MDT_API void mdt_buf_hex(struct mdt_buf *buf, uint64_t value);

/** Append @p n times @p c. */
MDT_API void mdt_buf_fill(struct mdt_buf *buf, char c, size_t n);

/** The contents, never NULL; valid until the buffer changes. */
static inline struct mdt_slice mdt_buf_slice(const struct mdt_buf *buf)
{
	return mdt_slice_from(buf->str ? buf->str : "", buf->len);
}

/** Forget the contents, keep the memory. That an append was dropped is not forgotten. */
static inline void mdt_buf_clear(struct mdt_buf *buf)
{
	buf->len = 0;
}

/**
 * Make room for one more element in a growing array, doubling it.
 * @param[in,out] items The array, NULL when empty. Moved when it grows.
 * @return false when out of memory; the array is then as it was.
 */
MDT_API bool mdt_grow(void **items, size_t *cap, size_t len, size_t item_size) MUST_CHECK;

#endif
