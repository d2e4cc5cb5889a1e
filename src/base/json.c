// SPDX-License-Identifier: MIT
#include "base/json.h"

#include <assert.h>
#include <inttypes.h>

void mdt_json_init(struct mdt_json *json, struct mdt_buf *buf)
{
	*json = (struct mdt_json){ .buf = buf };
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

static void quote(struct mdt_buf *buf, struct mdt_slice text)
{
	mdt_buf_addc(buf, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.str[i];

		if (c == '"' || c == '\\') {
			mdt_buf_addc(buf, '\\');
			mdt_buf_addc(buf, (char)c);
		} else if (c == '\n') {
			mdt_buf_adds(buf, "\\n");
		} else if (c < ' ' || c == 0x7f) {
			mdt_buf_printf(buf, "\\u%04x", c);
		} else {
			mdt_buf_addc(buf, (char)c);
		}
	}
	mdt_buf_addc(buf, '"');
}

static void begin_value(struct mdt_json *json, const char *key)
{
	if (json->comma)
		mdt_buf_addc(json->buf, ',');
	json->comma = true;
	if (key) {
		quote(json->buf, mdt_slice_cstr(key));
		mdt_buf_addc(json->buf, ':');
	}
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
	begin_value(json, key);
	if (mdt_is_utf8(text)) {
		quote(json->buf, text);
		return;
	}
	mdt_buf_adds(json->buf, "{\"hex\":\"");
	for (size_t i = 0; i < text.len; i++)
		mdt_buf_printf(json->buf, "%02x", (unsigned char)text.str[i]);
	mdt_buf_adds(json->buf, "\"}");
}

void mdt_json_cstr(struct mdt_json *json, const char *key, const char *text)
{
	mdt_json_text(json, key, mdt_slice_cstr(text));
}

void mdt_json_u64(struct mdt_json *json, const char *key, uint64_t value)
{
	begin_value(json, key);
	mdt_buf_printf(json->buf, "%" PRIu64, value);
}

void mdt_json_i64(struct mdt_json *json, const char *key, int64_t value)
{
	begin_value(json, key);
	mdt_buf_printf(json->buf, "%" PRId64, value);
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
