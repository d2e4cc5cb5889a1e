// SPDX-License-Identifier: MIT
#include "api/parts.h"
#include "base/arena.h"
#include "ioctl/json.h"
#include "ioctl/table.h"
#include "ioctl/value.h"

API_SAME(const struct mdtrace_ioctl, const struct mdt_ioctl, api_ioctl, api_ioctl_of)

const struct mdtrace_ioctl *mdtrace_ioctl_by_number(uint32_t number, size_t index)
{
	size_t count;
	const struct mdt_ioctl *rows =
		mdt_ioctl_find(mdt_ioctl_builtin(), number, &count);

	return index < count ? api_ioctl(rows + index) : NULL;
}

const struct mdtrace_ioctl *mdtrace_ioctl_by_name(const char *name)
{
	return api_ioctl(mdt_ioctl_find_name(mdt_ioctl_builtin(), mdt_slice_cstr(name)));
}

const char *mdtrace_ioctl_name(const struct mdtrace_ioctl *ioctl)
{
	return api_ioctl_of(ioctl)->name;
}

uint32_t mdtrace_ioctl_number(const struct mdtrace_ioctl *ioctl)
{
	return api_ioctl_of(ioctl)->number;
}

const char *mdtrace_ioctl_header(const struct mdtrace_ioctl *ioctl)
{
	return api_ioctl_of(ioctl)->header;
}

const char *mdtrace_ioctl_type(const struct mdtrace_ioctl *ioctl)
{
	return api_ioctl_of(ioctl)->type_text;
}

uint32_t mdtrace_ioctl_size(const struct mdtrace_ioctl *ioctl)
{
	const struct mdt_ioctl *row = api_ioctl_of(ioctl);

	return mdt_ioctl_has_payload(row) && row->type ? row->type->size : 0;
}

/* ---- arguments ---- */

typedef void put_value(const struct mdt_value *value, struct mdt_buf *ret);

static void put_text(const struct mdt_value *value, struct mdt_buf *ret)
{
	static const struct mdt_text_limits all = { .string_max = UINT32_MAX,
						    .array_max = UINT32_MAX };

	mdt_value_text(value, &all, ret);
}

static void put_json(const struct mdt_value *value, struct mdt_buf *ret)
{
	struct mdt_json json;

	mdt_json_init(&json, ret);
	mdt_value_json(&json, NULL, value);
}

static struct mdtrace_error *decode(const struct mdtrace_ioctl *ioctl, const void *bytes,
				    size_t len, put_value *put, char **ret)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	const struct mdt_ioctl *row = api_ioctl_of(ioctl);
	struct mdt_value value;
	struct mdt_error *err;

	*ret = NULL;
	if (!mdt_ioctl_has_payload(row) || !row->type)
		return NULL;
	err = mdt_value_decode(row->type, row->meaning, mdt_slice_from(bytes, len),
			       &arena, &value);
	if (err)
		return api_error(err);
	put(&value, &text);
	return api_take(&text, ret);
}

struct mdtrace_error *mdtrace_ioctl_decode(const struct mdtrace_ioctl *ioctl,
					   const void *bytes, size_t len, char **ret)
{
	return decode(ioctl, bytes, len, put_text, ret);
}

struct mdtrace_error *mdtrace_ioctl_decode_json(const struct mdtrace_ioctl *ioctl,
						const void *bytes, size_t len, char **ret)
{
	return decode(ioctl, bytes, len, put_json, ret);
}
