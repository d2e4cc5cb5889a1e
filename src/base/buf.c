// SPDX-License-Identifier: MIT
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static bool fail(struct mdt_buf *buf)
{
	buf->failed = true;
	mdt_nomem_note();
	return false;
}

void mdt_buf_deinit(struct mdt_buf *buf)
{
	free(buf->str);
	*buf = (struct mdt_buf){ 0 };
}

bool mdt_buf_reserve(struct mdt_buf *buf, size_t more)
{
	size_t cap = buf->cap ? buf->cap : 256;
	char *str;

	if (buf->cap - buf->len >= more)
		return true;
	while (cap - buf->len < more) {
		if (__builtin_mul_overflow(cap, (size_t)2, &cap))
			return fail(buf);
	}
	str = realloc(buf->str, cap);
	if (!str)
		return fail(buf);
	buf->str = str;
	buf->cap = cap;
	return true;
}

void mdt_buf_printf(struct mdt_buf *buf, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n >= 0 && mdt_buf_reserve(buf, (size_t)n + 1)) {
		vsnprintf(buf->str + buf->len, (size_t)n + 1, fmt, again);
		buf->len += (size_t)n;
	} else {
		fail(buf);
	}
	va_end(again);
}

static void add_digits(struct mdt_buf *buf, uint64_t value, unsigned int base)
{
	char digits[20], *p = digits + sizeof(digits);

	do
		*--p = "0123456789abcdef"[value % base];
	while (value /= base);
	mdt_buf_add(buf, mdt_slice_from(p, (size_t)(digits + sizeof(digits) - p)));
}

void mdt_buf_dec(struct mdt_buf *buf, uint64_t value)
{
	add_digits(buf, value, 10);
}

void mdt_buf_hex(struct mdt_buf *buf, uint64_t value)
{
	if (value)
		mdt_buf_adds(buf, "0x");
	add_digits(buf, value, 16);
}

void mdt_buf_fill(struct mdt_buf *buf, char c, size_t n)
{
	if (!n || !mdt_buf_reserve(buf, n))
		return;
	memset(buf->str + buf->len, c, n);
	buf->len += n;
}

bool mdt_grow(void **items, size_t *cap, size_t len, size_t item_size)
{
	size_t want = *cap ? *cap * 2 : 16, bytes;
	void *grown;

	if (len < *cap)
		return true;
	if (__builtin_mul_overflow(want, item_size, &bytes))
		return false;
	grown = realloc(*items, bytes);
	if (!grown) {
		mdt_nomem_note();
		return false;
	}
	*items = grown;
	*cap = want;
	return true;
}
