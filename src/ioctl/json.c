// SPDX-License-Identifier: MIT
#include "ioctl/json.h"

enum { NAMES_MAX = 64 };

const char *mdt_meaning_name(enum mdt_meaning_kind kind)
{
	switch (kind) {
	case MDT_MEANING_ENUM:
		return "enum";
	case MDT_MEANING_BITS:
		return "bits";
	case MDT_MEANING_FLAGS:
		return "flags";
	case MDT_MEANING_DEV:
		return "dev_t";
	case MDT_MEANING_FD:
		return "fd";
	case MDT_MEANING_STRING:
		return "string";
	case MDT_MEANING_HEX:
		return "hex";
	}
	unreachable();
}

static void put_integer(struct mdt_json *json, const char *key,
			const struct mdt_value *value)
{
	if (value->type->is_signed)
		mdt_json_i64(json, key, (int64_t)value->number);
	else
		mdt_json_u64(json, key, value->number);
}

static void put_names(struct mdt_json *json, const struct mdt_value *value)
{
	const struct mdt_constant *names[NAMES_MAX];
	uint64_t rest;
	size_t count = mdt_value_names(value, names, NAMES_MAX, &rest);

	mdt_json_array(json, "names");
	for (size_t i = 0; i < count && i < NAMES_MAX; i++)
		mdt_json_cstr(json, NULL, names[i]->name);
	mdt_json_end(json);
	mdt_json_u64(json, "rest", rest);
}

static void put_number(struct mdt_json *json, const char *key,
		       const struct mdt_value *value)
{
	enum mdt_meaning_kind kind =
		value->meaning ? value->meaning->kind : MDT_MEANING_HEX;
	bool is_dev = kind == MDT_MEANING_DEV;

	if (!is_dev && kind != MDT_MEANING_ENUM && kind != MDT_MEANING_BITS &&
	    kind != MDT_MEANING_FLAGS) {
		put_integer(json, key, value);
		return;
	}
	mdt_json_object(json, key);
	put_integer(json, "value", value);
	if (is_dev) {
		mdt_json_u64(json, "major", mdt_dev_major(value->number));
		mdt_json_u64(json, "minor", mdt_dev_minor(value->number));
	} else {
		put_names(json, value);
	}
	mdt_json_end(json);
}

static void put_hex(struct mdt_json *json, struct mdt_slice bytes)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf hex = { 0 };

	for (size_t i = 0; i < bytes.len; i++)
		mdt_buf_printf(&hex, "%02x", (unsigned char)bytes.str[i]);
	mdt_json_text(json, "hex", mdt_buf_slice(&hex));
}

static void put_bytes(struct mdt_json *json, const char *key,
		      const struct mdt_value *value)
{
	const char *nul =
		value->bytes.len ? memchr(value->bytes.str, 0, value->bytes.len) : NULL;
	struct mdt_slice text = value->bytes;

	if (nul)
		text.len = (size_t)(nul - text.str);
	mdt_json_object(json, key);
	if (mdt_value_is_text(value))
		mdt_json_text(json, "text", text);
	put_hex(json, value->bytes);
	mdt_json_end(json);
}

static void put_members(struct mdt_json *json, const struct mdt_value *value)
{
	for (uint32_t i = 0; i < value->count; i++) {
		const struct mdt_value *item = &value->items[i];

		if (!*mdt_value_name(item) && item->items)
			put_members(json, item);
		else
			mdt_value_json(json, mdt_value_name(item), item);
	}
}

void mdt_value_json(struct mdt_json *json, const char *key, const struct mdt_value *value)
{
	if (value->items && value->type->kind == MDT_TYPE_ARRAY) {
		mdt_json_array(json, key);
		for (uint32_t i = 0; i < value->count; i++)
			mdt_value_json(json, NULL, &value->items[i]);
		mdt_json_end(json);
	} else if (value->items) {
		mdt_json_object(json, key);
		put_members(json, value);
		mdt_json_end(json);
	} else if (value->state == MDT_VALUE_ABSENT ||
		   (value->state == MDT_VALUE_CUT && !mdt_value_is_bytes(value))) {
		mdt_json_null(json, key);
	} else if (mdt_value_is_bytes(value)) {
		put_bytes(json, key, value);
	} else {
		put_number(json, key, value);
	}
}

static void put_meaning(struct mdt_json *json, const struct mdt_meaning *meaning)
{
	if (!meaning)
		return;
	mdt_json_object(json, "meaning");
	mdt_json_cstr(json, "kind", mdt_meaning_name(meaning->kind));
	if (*meaning->pattern)
		mdt_json_cstr(json, "pattern", meaning->pattern);
	if (meaning->count) {
		mdt_json_object(json, "names");
		for (uint32_t i = 0; i < meaning->count; i++)
			mdt_json_i64(json, meaning->constants[i].name,
				     (int64_t)meaning->constants[i].value);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void put_member(struct mdt_json *json, const struct mdt_member *member)
{
	const struct mdt_meaning *meaning =
		member->meaning ? member->meaning : member->type->meaning;

	mdt_json_object(json, NULL);
	mdt_json_cstr(json, "name", member->name);
	mdt_json_u64(json, "offset", member->offset);
	mdt_json_u64(json, "size", member->type->size);
	if (member->bit_size) {
		mdt_json_u64(json, "bit_offset", member->bit_offset);
		mdt_json_u64(json, "bit_size", member->bit_size);
	}
	mdt_json_cstr(json, "type", member->type->name);
	put_meaning(json, meaning);
	mdt_type_json(json, "fields", member->type);
	mdt_json_end(json);
}

void mdt_type_json(struct mdt_json *json, const char *key, const struct mdt_type *type)
{
	while (type->kind == MDT_TYPE_ARRAY)
		type = type->item;
	if (type->kind != MDT_TYPE_STRUCT && type->kind != MDT_TYPE_UNION)
		return;
	mdt_json_array(json, key);
	for (uint32_t i = 0; i < type->count; i++)
		put_member(json, &type->members[i]);
	mdt_json_end(json);
}

static void put_type(struct mdt_json *json, const struct mdt_ioctl *row)
{
	if (!row->type) {
		mdt_json_null(json, "type");
		return;
	}
	mdt_json_cstr(json, "type", row->type_text);
	mdt_json_u64(json, "type_size", row->type->size);
	mdt_json_bool(json, "size_lies", row->size_lies);
	put_meaning(json, row->meaning);
}

static void put_row(struct mdt_json *json, const struct mdt_ioctl *row)
{
	mdt_json_cstr(json, "name", row->name);
	mdt_json_u64(json, "number", row->number);
	mdt_json_cstr(json, "direction", mdt_ioctl_dir_macro(row->number));
	mdt_json_u64(json, "type_byte", mdt_ioctl_type_byte(row->number));
	mdt_json_u64(json, "nr", mdt_ioctl_nr(row->number));
	mdt_json_u64(json, "size", mdt_ioctl_size(row->number));
	if (row->arg == MDT_ARG_UNSAID)
		mdt_json_null(json, "arg");
	else
		mdt_json_cstr(json, "arg", mdt_ioctl_arg_name(row->arg));
	put_type(json, row);
	mdt_json_cstr(json, "header", row->header);
	mdt_json_cstr(json, "pack", row->pack);
	mdt_json_cstr(json, "note", row->note);
	mdt_json_bool(json, "history", row->is_history);
	if (*row->since)
		mdt_json_cstr(json, "since", row->since);
	if (*row->until)
		mdt_json_cstr(json, "until", row->until);
}

void mdt_ioctl_json(struct mdt_json *json, const char *key, const struct mdt_ioctl *row)
{
	mdt_json_object(json, key);
	put_row(json, row);
	mdt_json_end(json);
}

void mdt_ioctl_table_json(struct mdt_json *json, const struct mdt_ioctl *row)
{
	mdt_json_object(json, NULL);
	mdt_json_schema(json, "mdtrace-ioctl", 1);
	mdt_json_cstr(json, "arch", "x86_64");
	put_row(json, row);
	if (row->varies)
		mdt_json_u64(json, "varies", row->varies);
	if (row->type)
		mdt_type_json(json, "fields", row->type);
	mdt_json_end(json);
}
