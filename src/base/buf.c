// SPDX-License-Identifier: MIT
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

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

/* ---- numbers ---- */

static const char two_digits[] =
	"00010203040506070809101112131415161718192021222324252627282930313233343536373839"
	"40414243444546474849505152535455565758596061626364656667686970717273747576777879"
	"8081828384858687888990919293949596979899";

enum { DIGITS_MAX = 20 }; // of a uint64_t

// Writes to the end of @p digits. @return Where they begin.
static char *dec_digits(char digits[static DIGITS_MAX], uint64_t value)
{
	char *p = digits + DIGITS_MAX;

	for (; value >= 100; value /= 100)
		memcpy(p -= 2, two_digits + value % 100 * 2, 2);
	if (value >= 10)
		memcpy(p -= 2, two_digits + value * 2, 2);
	else
		*--p = (char)('0' + value);
	return p;
}

static char *hex_digits(char digits[static DIGITS_MAX], uint64_t value, bool upper)
{
	char *p = digits + DIGITS_MAX;

	do
		*--p = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[value % 16];
	while (value /= 16);
	return p;
}

static struct mdt_slice digits_from(const char *digits, const char *p)
{
	return mdt_slice_from(p, (size_t)(digits + DIGITS_MAX - p));
}

void mdt_buf_dec(struct mdt_buf *buf, uint64_t value)
{
	char digits[DIGITS_MAX];

	mdt_buf_add(buf, digits_from(digits, dec_digits(digits, value)));
}

void mdt_buf_hex(struct mdt_buf *buf, uint64_t value)
{
	char digits[DIGITS_MAX];

	if (value)
		mdt_buf_adds(buf, "0x");
	mdt_buf_add(buf, digits_from(digits, hex_digits(digits, value, false)));
}

/* ---- formats ---- */

/** A conversion: `%-08.*lx`. */
struct format {
	bool left, zeros, prefixed;
	size_t width;
	size_t precision;   // SIZE_MAX: not given
	unsigned int longs; // l, ll
	bool is_size;	    // z
	bool is_short;
};

// @return false: it is an argument that is negative, or too much.
static bool read_size(const char **at, va_list *ap, size_t *ret)
{
	int arg;

	*ret = 0;
	if (**at == '*') {
		++*at;
		arg = va_arg(*ap, int);
		*ret = (size_t)arg;
		return arg >= 0;
	}
	for (; **at >= '0' && **at <= '9'; ++*at) {
		if (*ret > 1 << 20)
			return false;
		*ret = *ret * 10 + (size_t)(**at - '0');
	}
	return true;
}

static bool read_format(const char **at, va_list *ap, struct format *ret)
{
	*ret = (struct format){ .precision = SIZE_MAX };
	for (;; ++*at)
		if (**at == '-')
			ret->left = true;
		else if (**at == '0')
			ret->zeros = true;
		else if (**at == '#')
			ret->prefixed = true;
		else
			break;
	if (!read_size(at, ap, &ret->width))
		return false;
	if (**at == '.') {
		++*at;
		if (!read_size(at, ap, &ret->precision))
			return false;
	}
	for (; **at == 'l'; ++*at)
		ret->longs++;
	ret->is_size = **at == 'z';
	*at += ret->is_size;
	for (; **at == 'h'; ++*at)
		ret->is_short = true;
	return true;
}

static void add_padded(struct mdt_buf *buf, const struct format *format,
		       struct mdt_slice sign, struct mdt_slice text)
{
	size_t len = sign.len + text.len;
	size_t fill = format->width > len ? format->width - len : 0;

	if (fill && !format->left && !format->zeros)
		mdt_buf_fill(buf, ' ', fill);
	mdt_buf_add(buf, sign);
	if (fill && !format->left && format->zeros)
		mdt_buf_fill(buf, '0', fill);
	mdt_buf_add(buf, text);
	if (fill && format->left)
		mdt_buf_fill(buf, ' ', fill);
}

static void add_signed(struct mdt_buf *buf, const struct format *format, int64_t value)
{
	char digits[DIGITS_MAX];
	uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;

	add_padded(buf, format, value < 0 ? SLICE("-") : SLICE(""),
		   digits_from(digits, dec_digits(digits, size)));
}

static void add_unsigned(struct mdt_buf *buf, const struct format *format, uint64_t value,
			 char conversion)
{
	char digits[DIGITS_MAX];
	const char *p = conversion == 'u' ? dec_digits(digits, value)
					  : hex_digits(digits, value, conversion == 'X');

	add_padded(buf, format,
		   format->prefixed && conversion == 'x' && value ? SLICE("0x")
								  : SLICE(""),
		   digits_from(digits, p));
}

// An empty slice may have no text at all.
static void add_text(struct mdt_buf *buf, const struct format *format, const char *text)
{
	size_t len = 0;

	if (text)
		len = format->precision == SIZE_MAX ? strlen(text)
						    : strnlen(text, format->precision);
	add_padded(buf, format, SLICE(""), mdt_slice_from(text, len));
}

static int64_t signed_arg(const struct format *format, va_list *ap)
{
	if (format->is_size)
		return va_arg(*ap, ssize_t);
	if (!format->longs)
		return va_arg(*ap, int);
	return format->longs == 1 ? va_arg(*ap, long) : va_arg(*ap, long long);
}

static uint64_t unsigned_arg(const struct format *format, va_list *ap)
{
	if (format->is_size)
		return va_arg(*ap, size_t);
	if (!format->longs)
		return va_arg(*ap, unsigned int);
	return format->longs == 1 ? va_arg(*ap, unsigned long)
				  : va_arg(*ap, unsigned long long);
}

// @return false: a conversion that is not known here.
static bool convert(struct mdt_buf *buf, const struct format *format, char conversion,
		    va_list *ap)
{
	bool is_number = format->precision == SIZE_MAX && !format->is_short &&
			 (!format->prefixed || conversion == 'x');

	switch (conversion) {
	case 'd':
	case 'i':
		if (is_number)
			add_signed(buf, format, signed_arg(format, ap));
		return is_number;
	case 'u':
	case 'x':
	case 'X':
		if (is_number)
			add_unsigned(buf, format, unsigned_arg(format, ap), conversion);
		return is_number;
	case 's':
		add_text(buf, format, va_arg(*ap, const char *));
		return true;
	case 'c':
		if (format->width)
			return false;
		mdt_buf_addc(buf, (char)va_arg(*ap, int));
		return true;
	case '%':
		mdt_buf_addc(buf, '%');
		return true;
	default:
		return false;
	}
}

// What formats are mostly made of, without the C library's detours.
static bool format_quickly(struct mdt_buf *buf, const char *fmt, va_list *ap)
{
	struct format format;

	for (;;) {
		const char *percent = strchrnul(fmt, '%');

		mdt_buf_add(buf, mdt_slice_from(fmt, (size_t)(percent - fmt)));
		if (!*percent)
			return true;
		fmt = percent + 1;
		if (!read_format(&fmt, ap, &format) || !convert(buf, &format, *fmt++, ap))
			return false;
	}
}

static void format_any(struct mdt_buf *buf, const char *fmt, va_list ap)
	PRINTF_LIKE(2, 0);
static void format_any(struct mdt_buf *buf, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0 && mdt_buf_reserve(buf, (size_t)n + 1)) {
		vsnprintf(buf->str + buf->len, (size_t)n + 1, fmt, again);
		buf->len += (size_t)n;
	} else {
		fail(buf);
	}
	va_end(again);
}

void mdt_buf_printf(struct mdt_buf *buf, const char *fmt, ...)
{
	size_t len = buf->len;
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	if (!format_quickly(buf, fmt, &ap)) {
		buf->len = len;
		format_any(buf, fmt, again);
	}
	va_end(again);
	va_end(ap);
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
