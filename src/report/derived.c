// SPDX-License-Identifier: MIT
#include "report/derived.h"

#include "ioctl/json.h"
#include "report/html.h"

typedef void field_fn(void *data, const struct mdt_value *value,
		      const struct mdt_derived_field *field);

// Each member that has a value of its own, those of structs in structs too.
static void for_each_field(const struct mdt_annotation *it, const struct mdt_value *value,
			   field_fn *run, void *data)
{
	bool is_struct = value->type->kind == MDT_TYPE_STRUCT ||
			 value->type->kind == MDT_TYPE_UNION;

	if (!is_struct) {
		run(data, value,
		    mdt_derived_field_at(it->derived, value->offset, value->size));
		return;
	}
	for (uint32_t i = 0; i < value->count; i++)
		for_each_field(it, &value->items[i], run, data);
}

static void put_value(const struct mdt_value *value,
		      const struct mdt_derived_field *field, struct mdt_buf *ret)
{
	static const struct mdt_text_limits limits = { .string_max = 64 };

	if (!field) {
		mdt_buf_addc(ret, '?');
		return;
	}
	mdt_value_text(value, &limits, ret);
	if (field->trust == MDT_TRUST_PRESUMED)
		mdt_buf_addc(ret, '?');
}

/* ---- lines ---- */

struct lines {
	struct mdt_buf *ret;
	struct mdt_slice why; // of the line that is open
	bool is_open;
};

static void end_line(struct lines *lines)
{
	if (!lines->is_open)
		return;
	mdt_buf_adds(lines->ret, ": ");
	mdt_buf_add(lines->ret, lines->why);
	mdt_buf_addc(lines->ret, '\n');
	lines->is_open = false;
}

static void line_of(void *data, const struct mdt_value *value,
		    const struct mdt_derived_field *field)
{
	struct lines *lines = data;
	struct mdt_slice why = field ? field->why : SLICE("nothing in the log tells");

	if (lines->is_open && !mdt_slice_eq(lines->why, why))
		end_line(lines);
	mdt_buf_adds(lines->ret, lines->is_open ? ", " : "#   ");
	mdt_buf_adds(lines->ret, mdt_value_name(value));
	mdt_buf_addc(lines->ret, '=');
	put_value(value, field, lines->ret);
	lines->why = why;
	lines->is_open = true;
}

void mdt_derived_lines(const struct mdt_annotation *it, struct mdt_buf *ret)
{
	struct lines lines = { .ret = ret };

	if (!it->derived)
		return;
	for_each_field(it, &it->known, line_of, &lines);
	end_line(&lines);
}

/* ---- JSON ---- */

static void json_of(void *data, const struct mdt_value *value,
		    const struct mdt_derived_field *field)
{
	struct mdt_json *json = data;

	mdt_json_object(json, NULL);
	mdt_json_cstr(json, "name", mdt_value_name(value));
	mdt_json_cstr(json, "known",
		      mdt_trust_name(field ? field->trust : MDT_TRUST_NONE));
	if (field) {
		mdt_value_json(json, "value", value);
		mdt_json_text(json, "source", field->why);
	}
	mdt_json_end(json);
}

void mdt_derived_json(struct mdt_json *json, const struct mdt_annotation *it)
{
	if (!it->derived)
		return;
	mdt_json_object(json, "derived");
	mdt_json_cstr(json, "type", it->derived->row->type_text);
	mdt_json_u64(json, "bytes", it->derived->bytes.len);
	mdt_json_array(json, "fields");
	for_each_field(it, &it->known, json_of, json);
	mdt_json_end(json);
	mdt_json_end(json);
}

/* ---- HTML ---- */

static void html_of(void *data, const struct mdt_value *value,
		    const struct mdt_derived_field *field)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_buf *ret = data;

	put_value(value, field, &text);
	mdt_buf_adds(ret, field ? "<div><dt>" : "<div class=\"z\"><dt>");
	mdt_html_text(ret, mdt_slice_cstr(mdt_value_name(value)));
	mdt_buf_adds(ret, "</dt><dd>");
	mdt_html_text(ret, mdt_buf_slice(&text));
	if (field) {
		mdt_buf_adds(ret, " <small class=\"q\">");
		mdt_html_text(ret, field->why);
		mdt_buf_adds(ret, "</small>");
	}
	mdt_buf_adds(ret, "</dd></div>\n");
}

void mdt_derived_html(const struct mdt_annotation *it, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "<p class=\"q\">not in the log; derived from the rest of it, ? "
			  "is presumed or unknown:</p><dl>\n");
	for_each_field(it, &it->known, html_of, ret);
	mdt_buf_adds(ret, "</dl>");
}
