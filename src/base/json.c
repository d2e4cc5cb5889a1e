// SPDX-License-Identifier: MIT
#include "base/json.h"

#include <assert.h>

void mdt_json_init(struct mdt_json *json, struct mdt_buf *buf)
{
	json->buf = buf;
	json->depth = 0;
	json->comma = false; // closers are there once there is depth
}

// The length of the well-formed sequence at the start of `s`, or 0.
static size_t utf8_sequence(struct mdt_slice s)
{
	static const struct {
		unsigned char first_min, first_max, second_min, second_max;
		size_t len;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	const unsigned char *p = (const unsigned char *)s.str;

	if (p[0] < 0x80)
		return 1;
	array_for_each (it, forms) {
		if (p[0] < it->first_min || p[0] > it->first_max || s.len < it->len)
			continue;
		if (p[1] < it->second_min || p[1] > it->second_max)
			return 0;
		for (size_t i = 2; i < it->len; i++)
			if ((p[i] & 0xc0) != 0x80)
				return 0;
		return it->len;
	}
	return 0;
}

bool mdt_is_utf8(struct mdt_slice s)
{
	while (s.len) {
		size_t n = utf8_sequence(s);

		if (!n)
			return false;
		s = mdt_slice_skip(s, n);
	}
	return true;
}

static uint64_t word_at(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

// The highest bit of each byte that is 0, exactly up to the first of them.
static uint64_t zero_bytes(uint64_t word)
{
	return (word - 0x0101010101010101) & ~word & 0x8080808080808080;
}

// Whether none of eight bytes is a control character, a quote, a backslash, or above
// ASCII.
static bool is_plain_word(uint64_t word)
{
	static const uint64_t ones = 0x0101010101010101;
	uint64_t controls = (word - ones * 0x20) | word; // or above

	return !((controls & 0x8080808080808080) | zero_bytes(word ^ ones * '"') |
		 zero_bytes(word ^ ones * '\\') | zero_bytes(word ^ ones * 0x7f));
}

// What needs an escape, or is above ASCII.
static const bool is_special[256] = {
	[0x00 ... 0x1f] = true,
	['"'] = true,
	['\\'] = true,
	[0x7f ... 0xff] = true,
};

enum {
	ESCAPE_MAX = 6,	  // \u001b
	PIECE = 1 << 12,  // bytes that room is made for at a time
	SEQUENCE_MAX = 4, // of UTF-8
};

// @return Behind what was written.
static char *escape(char *to, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	char code[ESCAPE_MAX] = { '\\', 'u', '0', '0', digits[c >> 4], digits[c & 15] };

	if (c == '"' || c == '\\' || c == '\n') {
		*to++ = '\\';
		*to++ = c == '\n' ? 'n' : (char)c;
		return to;
	}
	memcpy(to, code, sizeof(code));
	return to + sizeof(code);
}

// What needs no escape, into room that is there. Moves on behind it.
static inline void copy_plain(const char **from, const char *end, char **to)
{
	const char *p = *from;
	char *q = *to;

	for (; end - p >= (ptrdiff_t)sizeof(uint64_t) && is_plain_word(word_at(p));
	     p += sizeof(uint64_t), q += sizeof(uint64_t))
		memcpy(q, p, sizeof(uint64_t));
	while (p < end && !is_special[(unsigned char)*p])
		*q++ = *p++;
	*from = p;
	*to = q;
}

// A piece of a text that ends at @p end. @return false: it is not UTF-8.
static bool quote_piece(struct mdt_buf *buf, const char **from, const char *piece_end,
			const char *end)
{
	const char *p = *from;
	char *to;

	if (!mdt_buf_reserve(buf, (size_t)(piece_end - p) * ESCAPE_MAX + SEQUENCE_MAX)) {
		*from = end;
		return true;
	}
	to = buf->str + buf->len;
	for (;;) {
		size_t len;

		copy_plain(&p, piece_end, &to);
		if (p >= piece_end)
			break;
		len = utf8_sequence(mdt_slice_from(p, (size_t)(end - p)));
		if (!len)
			return false;
		if (len == 1)
			to = escape(to, (unsigned char)*p);
		else
			for (size_t i = 0; i < len; i++)
				*to++ = p[i];
		p += len;
	}
	buf->len = (size_t)(to - buf->str);
	*from = p;
	return true;
}

// @return false: the text is not UTF-8; the buffer has a part of it then.
static bool quote(struct mdt_buf *buf, struct mdt_slice text)
{
	const char *p = text.str, *end = p + text.len;

	mdt_buf_addc(buf, '"');
	while (p < end)
		if (!quote_piece(buf, &p, end - p > PIECE ? p + PIECE : end, end))
			return false;
	mdt_buf_addc(buf, '"');
	return true;
}

static void put_hex(struct mdt_buf *buf, struct mdt_slice text)
{
	static const char digits[] = "0123456789abcdef";

	mdt_buf_adds(buf, "{\"hex\":\"");
	for (size_t i = 0; i < text.len; i++) {
		mdt_buf_addc(buf, digits[(unsigned char)text.str[i] >> 4]);
		mdt_buf_addc(buf, digits[(unsigned char)text.str[i] & 15]);
	}
	mdt_buf_adds(buf, "\"}");
}

// A key, mostly one that needs no escapes.
static void put_key(struct mdt_buf *buf, struct mdt_slice key)
{
	const char *p = key.str, *end = p + key.len;
	char *to;

	if (!mdt_buf_reserve(buf, key.len + sizeof("\"\":")))
		return;
	to = buf->str + buf->len;
	*to++ = '"';
	copy_plain(&p, end, &to);
	if (unlikely(p < end)) {
		quote(buf, key);
		mdt_buf_addc(buf, ':');
		return;
	}
	*to++ = '"';
	*to++ = ':';
	buf->len = (size_t)(to - buf->str);
}

static void begin_value(struct mdt_json *json, const char *key)
{
	if (json->comma)
		mdt_buf_addc(json->buf, ',');
	json->comma = true;
	if (key)
		put_key(json->buf, mdt_slice_cstr(key));
}

static void open_bracket(struct mdt_json *json, const char *key, char open, char close)
{
	begin_value(json, key);
	mdt_buf_addc(json->buf, open);
	assert(json->depth < MDT_JSON_DEPTH_MAX);
	json->closers[json->depth++] = close;
	json->comma = false;
}

void mdt_json_object(struct mdt_json *json, const char *key)
{
	open_bracket(json, key, '{', '}');
}

void mdt_json_array(struct mdt_json *json, const char *key)
{
	open_bracket(json, key, '[', ']');
}

void mdt_json_end(struct mdt_json *json)
{
	json->comma = true;
	mdt_buf_addc(json->buf, json->closers[--json->depth]);
}

void mdt_json_text(struct mdt_json *json, const char *key, struct mdt_slice text)
{
	size_t begin;

	begin_value(json, key);
	begin = json->buf->len;
	if (quote(json->buf, text))
		return;
	json->buf->len = begin;
	put_hex(json->buf, text);
}

void mdt_json_cstr(struct mdt_json *json, const char *key, const char *text)
{
	mdt_json_text(json, key, mdt_slice_cstr(text));
}

void mdt_json_u64(struct mdt_json *json, const char *key, uint64_t value)
{
	begin_value(json, key);
	mdt_buf_dec(json->buf, value);
}

void mdt_json_i64(struct mdt_json *json, const char *key, int64_t value)
{
	begin_value(json, key);
	if (value < 0)
		mdt_buf_addc(json->buf, '-');
	mdt_buf_dec(json->buf, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void mdt_json_null(struct mdt_json *json, const char *key)
{
	begin_value(json, key);
	mdt_buf_adds(json->buf, "null");
}

void mdt_json_bool(struct mdt_json *json, const char *key, bool value)
{
	begin_value(json, key);
	mdt_buf_adds(json->buf, value ? "true" : "false");
}

void mdt_json_schema(struct mdt_json *json, const char *name, unsigned int version)
{
	mdt_json_cstr(json, "schema", name);
	mdt_json_u64(json, "version", version);
}
