// SPDX-License-Identifier: MIT
#include "ioctl/derived.h"

#include <inttypes.h>

enum {
	NAMES_MAX = 64,	 /* a set has no more bits */
	ZEROS_WORTH = 8, /* so many zeros at the end of an array are left out */
};

const char *mdt_ioctl_arg_name(enum mdt_ioctl_arg arg)
{
	switch (arg) {
	case MDT_ARG_UNSAID:
		return "-";
	case MDT_ARG_IGNORED:
		return "ignored";
	case MDT_ARG_VALUE:
		return "value";
	case MDT_ARG_IN:
		return "in";
	case MDT_ARG_OUT:
		return "out";
	case MDT_ARG_INOUT:
		return "inout";
	}
	unreachable();
}

static void put_byte(unsigned char c, struct mdt_buf *ret)
{
	static const char *const named[] = { "\\a", "\\b", "\\t", "\\n",
					     "\\v", "\\f", "\\r" };

	if (c == '"' || c == '\\') {
		mdt_buf_addc(ret, '\\');
		mdt_buf_addc(ret, (char)c);
	} else if (c >= ' ' && c < 0x7f) {
		mdt_buf_addc(ret, (char)c);
	} else if (c >= '\a' && c <= '\r') {
		mdt_buf_adds(ret, named[c - '\a']);
	} else {
		mdt_buf_printf(ret, "\\x%02x", c);
	}
}

void mdt_bytes_text(struct mdt_slice bytes, bool hex, struct mdt_buf *ret)
{
	mdt_buf_addc(ret, '"');
	for (size_t i = 0; i < bytes.len; i++) {
		if (hex)
			mdt_buf_printf(ret, "\\x%02x", (unsigned char)bytes.str[i]);
		else
			put_byte((unsigned char)bytes.str[i], ret);
	}
	mdt_buf_addc(ret, '"');
}

struct writer {
	const struct mdt_text_limits *limits;
	const struct mdt_derived *derived; // what is known; NULL: all of it
	struct mdt_buf *ret;
};

static void put_value(struct writer *w, const struct mdt_value *value);

// Text ends at its NUL; other bytes end before a long run of zeros.
static size_t bytes_worth(const struct mdt_value *value, bool text)
{
	const char *nul =
		value->bytes.len ? memchr(value->bytes.str, 0, value->bytes.len) : NULL;
	size_t len = value->bytes.len;

	if (text)
		return nul ? (size_t)(nul - value->bytes.str) : len;
	while (len && !value->bytes.str[len - 1])
		len--;
	return value->bytes.len - len >= ZEROS_WORTH ? len : value->bytes.len;
}

static void put_bytes(struct writer *w, const struct mdt_value *value)
{
	bool text = mdt_value_is_text(value);
	struct mdt_slice shown;
	bool ends;

	shown = mdt_slice_head(value->bytes, bytes_worth(value, text));
	ends = text ? shown.len < value->bytes.len : shown.len == value->size;
	if (w->limits->string_max && shown.len > w->limits->string_max) {
		shown.len = w->limits->string_max;
		ends = false;
	}
	mdt_bytes_text(shown, !text, w->ret);
	if (!ends)
		mdt_buf_adds(w->ret, "...");
}

// `MD_DISK_*` -> `MD_DISK_???`
static void put_unknown(struct writer *w, const struct mdt_meaning *meaning)
{
	const char *star = strchr(meaning->pattern, '*');
	size_t len = star ? (size_t)(star - meaning->pattern) : strlen(meaning->pattern);

	if (!len)
		return;
	mdt_buf_printf(w->ret, " /* %.*s%s */", (int)len, meaning->pattern,
		       star ? "???" : "_???");
}

static void put_plain(struct writer *w, const struct mdt_value *value)
{
	bool negative = value->type->is_signed && (int64_t)value->number < 0;

	if (negative)
		mdt_buf_addc(w->ret, '-');
	mdt_buf_dec(w->ret, negative ? -value->number : value->number);
}

static void put_names(struct writer *w, const struct mdt_value *value)
{
	const struct mdt_constant *names[NAMES_MAX];
	uint64_t rest;
	size_t count = mdt_value_names(value, names, NAMES_MAX, &rest);

	for (size_t i = 0; i < count && i < NAMES_MAX; i++) {
		if (i)
			mdt_buf_addc(w->ret, '|');
		mdt_buf_adds(w->ret, names[i]->name);
	}
	if (count && rest) {
		mdt_buf_addc(w->ret, '|');
		mdt_buf_hex(w->ret, rest);
	}
	if (count)
		return;
	if (value->meaning->kind == MDT_MEANING_ENUM)
		put_plain(w, value);
	else
		mdt_buf_hex(w->ret, rest);
	if (rest || value->meaning->kind == MDT_MEANING_ENUM)
		put_unknown(w, value->meaning);
}

static void put_dev(uint64_t dev, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "makedev(%#x, %#x)", mdt_dev_major(dev), mdt_dev_minor(dev));
}

static void put_hex(struct writer *w, const struct mdt_value *value)
{
	uint64_t rest;

	mdt_value_names(value, NULL, 0, &rest);
	mdt_buf_hex(w->ret, rest);
}

static void put_number(struct writer *w, const struct mdt_value *value)
{
	if (value->type->kind == MDT_TYPE_POINTER) {
		if (value->number)
			mdt_buf_hex(w->ret, value->number);
		else
			mdt_buf_adds(w->ret, "NULL");
		return;
	}
	if (!value->meaning) {
		put_plain(w, value);
		return;
	}
	switch (value->meaning->kind) {
	case MDT_MEANING_ENUM:
	case MDT_MEANING_BITS:
	case MDT_MEANING_FLAGS:
		put_names(w, value);
		return;
	case MDT_MEANING_DEV:
		put_dev(value->number, w->ret);
		return;
	case MDT_MEANING_HEX:
		put_hex(w, value);
		return;
	case MDT_MEANING_FD:
	case MDT_MEANING_STRING:
		put_plain(w, value);
		return;
	}
	unreachable();
}

static bool is_zero(struct mdt_slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.str[i])
			return false;
	return true;
}

static uint32_t items_worth(struct writer *w, const struct mdt_value *value)
{
	uint32_t count = value->count;

	while (count && is_zero(value->items[count - 1].bytes))
		count--;
	if (value->count - count < ZEROS_WORTH)
		count = value->count;
	else
		count++; // one zero says what the rest is
	if (w->limits->array_max && count > w->limits->array_max)
		count = w->limits->array_max;
	return count;
}

static void put_array(struct writer *w, const struct mdt_value *value)
{
	uint32_t count = items_worth(w, value);
	bool whole = count == value->count && value->state == MDT_VALUE_WHOLE;

	mdt_buf_addc(w->ret, '[');
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			mdt_buf_adds(w->ret, ", ");
		put_value(w, &value->items[i]);
	}
	if (!whole)
		mdt_buf_adds(w->ret, count ? ", ..." : "...");
	mdt_buf_addc(w->ret, ']');
}

// A member that may be known in part: those of a struct each for itself.
static void put_member(struct writer *w, const struct mdt_value *value)
{
	const struct mdt_derived_field *field = NULL;

	if (w->derived && !(value->items && value->type->kind != MDT_TYPE_ARRAY)) {
		field = mdt_derived_field_at(w->derived, value->offset, value->size);
		if (!field) {
			mdt_buf_addc(w->ret, '?');
			return;
		}
	}
	put_value(w, value);
	if (field && field->trust == MDT_TRUST_PRESUMED)
		mdt_buf_addc(w->ret, '?');
}

struct members {
	bool any;     // one was written
	bool are_cut; // one is not there
};

// The members of an unnamed struct or union stand among those around it, as in C.
static void put_members(struct writer *w, const struct mdt_value *value,
			struct members *so_far)
{
	for (uint32_t i = 0; i < value->count; i++) {
		const struct mdt_value *item = &value->items[i];
		const char *name = mdt_value_name(item);

		if (item->state == MDT_VALUE_ABSENT) {
			so_far->are_cut = true;
			continue;
		}
		if (!*name && item->items) {
			put_members(w, item, so_far);
			continue;
		}
		if (so_far->any)
			mdt_buf_adds(w->ret, ", ");
		if (*name) {
			mdt_buf_adds(w->ret, name);
			mdt_buf_addc(w->ret, '=');
		}
		put_member(w, item);
		so_far->any = true;
	}
}

static void put_struct(struct writer *w, const struct mdt_value *value)
{
	struct members members = { false, false };

	mdt_buf_addc(w->ret, '{');
	put_members(w, value, &members);
	if (members.are_cut)
		mdt_buf_adds(w->ret, members.any ? ", ..." : "...");
	mdt_buf_addc(w->ret, '}');
}

static void put_value(struct writer *w, const struct mdt_value *value)
{
	if (value->state == MDT_VALUE_ABSENT)
		mdt_buf_adds(w->ret, "...");
	else if (mdt_value_is_bytes(value))
		put_bytes(w, value);
	else if (value->type->kind == MDT_TYPE_ARRAY)
		put_array(w, value);
	else if (value->type->kind == MDT_TYPE_STRUCT ||
		 value->type->kind == MDT_TYPE_UNION)
		put_struct(w, value);
	else if (value->state == MDT_VALUE_CUT)
		mdt_buf_adds(w->ret, "...");
	else
		put_number(w, value);
}

void mdt_value_text(const struct mdt_value *value, const struct mdt_text_limits *limits,
		    struct mdt_buf *ret)
{
	struct writer w = { limits, NULL, ret };
	uint32_t missing = mdt_value_missing(value);

	put_value(&w, value);
	if (missing)
		mdt_buf_printf(ret, " /* %" PRIu32 " of %" PRIu32 " bytes missing */",
			       missing, value->size);
}

void mdt_derived_text(const struct mdt_derived *derived, const struct mdt_value *value,
		      const struct mdt_text_limits *limits, struct mdt_buf *ret)
{
	struct writer w = { limits, derived, ret };

	put_member(&w, value);
}

static bool is_scalar(const struct mdt_type *type)
{
	return type && (type->kind == MDT_TYPE_INT || type->kind == MDT_TYPE_ENUM ||
			type->kind == MDT_TYPE_POINTER);
}

// The argument is a register: its low bytes are the value.
static void put_register(const struct mdt_ioctl *row, uint64_t arg, struct mdt_buf *ret)
{
	static const struct mdt_text_limits no_limits = { 0 };
	struct mdt_arena none = { 0 }; // a number needs no memory
	struct mdt_slice bytes;
	struct mdt_value value;
	char little[sizeof(arg)];

	for (size_t i = 0; i < sizeof(little); i++)
		little[i] = (char)(arg >> i * 8);
	bytes = mdt_slice_from(little, sizeof(little));
	if (!mdt_value_decode(row->type, row->meaning, bytes, &none, &value))
		mdt_value_text(&value, &no_limits, ret);
}

void mdt_ioctl_arg_text(const struct mdt_ioctl *row, uint64_t arg, struct mdt_buf *ret)
{
	if (row->arg == MDT_ARG_VALUE && is_scalar(row->type))
		put_register(row, arg, ret);
	else if (arg)
		mdt_buf_hex(ret, arg);
	else
		mdt_buf_adds(ret, row->arg >= MDT_ARG_IN ? "NULL" : "0");
}
