// SPDX-License-Identifier: MIT
#include "report/ops.h"

#include <inttypes.h>

enum { PATH_MIN = 24, PATH_MOST = 40, LINE = 96 };

static const char *how_text(const struct mdt_ops_table *table)
{
	switch (table->how) {
	case MDT_OPS_BY_DWARF:
		return "type from DWARF";
	case MDT_OPS_BY_MATCH:
		return "type found by its size and prototypes";
	case MDT_OPS_UNKNOWN:
		break;
	}
	return "type not known";
}

static size_t path_width(const struct mdt_ops_table *table)
{
	size_t width = PATH_MIN;

	for (size_t i = 0; i < table->row_count; i++)
		if (table->rows[i].path.len > width &&
		    table->rows[i].path.len <= PATH_MOST)
			width = table->rows[i].path.len;
	return width;
}

static void add_head(const struct mdt_kernel_object *object,
		     const struct mdt_ops_table *table, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "/* %s", object->path);
	if (object->release)
		mdt_buf_printf(ret, ", %s", object->release);
	mdt_buf_printf(ret, "; %" PRIu64 " bytes; %s", table->size, how_text(table));
	if (table->how == MDT_OPS_BY_MATCH)
		mdt_buf_printf(ret, " (%u of %u functions)", table->checked,
			       table->functions);
	if (table->how == MDT_OPS_UNKNOWN && table->why.len)
		mdt_buf_printf(ret, ": %.*s", SLICE_FMT(table->why));
	mdt_buf_adds(ret, " */\n");
	if (table->type.len)
		mdt_buf_printf(ret, "%.*s ", SLICE_FMT(table->type));
	mdt_buf_add(ret, table->name);
	if (table->count)
		mdt_buf_printf(ret, "[%u]", table->count);
	mdt_buf_adds(ret, " = {\n");
}

static void add_unset(const struct mdt_ops_table *table, struct mdt_buf *ret)
{
	size_t start = ret->len;

	if (!table->unset_count)
		return;
	mdt_buf_adds(ret, "\t/* not set:");
	for (size_t i = 0; i < table->unset_count; i++) {
		if (ret->len - start + table->unset[i].len > LINE) {
			mdt_buf_adds(ret, "\n\t *");
			start = ret->len;
		}
		mdt_buf_printf(ret, " %.*s%s", SLICE_FMT(table->unset[i]),
			       i + 1 < table->unset_count ? "," : "");
	}
	mdt_buf_adds(ret, " */\n");
}

void mdt_ops_text(const struct mdt_kernel_object *object,
		  const struct mdt_ops_table *table, struct mdt_buf *ret)
{
	int width = (int)path_width(table);

	add_head(object, table, ret);
	for (size_t i = 0; i < table->row_count; i++) {
		const struct mdt_ops_row *row = &table->rows[i];
		int pad = width > (int)row->path.len ? width - (int)row->path.len : 0;

		mdt_buf_printf(ret, "\t%.*s%*s = %.*s,", SLICE_FMT(row->path), pad, "",
			       SLICE_FMT(row->value));
		if (row->note.len)
			mdt_buf_printf(ret, " /* %.*s */", SLICE_FMT(row->note));
		mdt_buf_addc(ret, '\n');
	}
	add_unset(table, ret);
	for (size_t i = 0; i < table->gone_count; i++)
		mdt_buf_printf(ret, "\t/* %.*s */\n", SLICE_FMT(table->gone[i]));
	mdt_buf_adds(ret, "};\n");
}

/* ---- JSON ---- */

static void add_slices(struct mdt_json *json, const char *key,
		       const struct mdt_slice *slices, size_t count)
{
	mdt_json_array(json, key);
	for (size_t i = 0; i < count; i++)
		mdt_json_text(json, NULL, slices[i]);
	mdt_json_end(json);
}

static void add_optional(struct mdt_json *json, const char *key, struct mdt_slice text)
{
	if (text.len)
		mdt_json_text(json, key, text);
	else
		mdt_json_null(json, key);
}

void mdt_ops_json(const struct mdt_kernel_object *object,
		  const struct mdt_ops_table *table, struct mdt_json *ret)
{
	static const char *const hows[] = { [MDT_OPS_UNKNOWN] = "unknown",
					    [MDT_OPS_BY_MATCH] = "match",
					    [MDT_OPS_BY_DWARF] = "dwarf" };

	mdt_json_object(ret, NULL);
	mdt_json_schema(ret, "mdtrace-ops", 1);
	mdt_json_cstr(ret, "object", object->path);
	add_optional(ret, "release",
		     mdt_slice_cstr(object->release ? object->release : ""));
	mdt_json_text(ret, "name", table->name);
	add_optional(ret, "type", table->type);
	mdt_json_cstr(ret, "type_from", hows[table->how]);
	add_optional(ret, "why", table->why);
	mdt_json_u64(ret, "size", table->size);
	mdt_json_array(ret, "members");
	for (size_t i = 0; i < table->row_count; i++) {
		mdt_json_object(ret, NULL);
		mdt_json_text(ret, "path", table->rows[i].path);
		mdt_json_u64(ret, "offset", table->rows[i].at);
		mdt_json_text(ret, "value", table->rows[i].value);
		mdt_json_bool(ret, "function", table->rows[i].is_function);
		add_optional(ret, "note", table->rows[i].note);
		mdt_json_end(ret);
	}
	mdt_json_end(ret);
	add_slices(ret, "not_set", table->unset, table->unset_count);
	add_slices(ret, "gone", table->gone, table->gone_count);
	mdt_json_end(ret);
}

/* ---- two of them ---- */

static const struct mdt_ops_row *find_row(const struct mdt_ops_table *table,
					  struct mdt_slice path)
{
	for (size_t i = 0; i < table->row_count; i++)
		if (mdt_slice_eq(table->rows[i].path, path))
			return &table->rows[i];
	return NULL;
}

// Why a member has no value: it is there and empty, or there is none of this name.
static const char *absent(const struct mdt_ops_table *table, struct mdt_slice path)
{
	for (size_t i = 0; i < table->unset_count; i++)
		if (mdt_slice_eq(table->unset[i], path))
			return "(not set)";
	return "(none)";
}

static void add_pair(const struct mdt_ops_table *a, const struct mdt_ops_table *b,
		     struct mdt_slice path, int width, struct mdt_buf *ret)
{
	const struct mdt_ops_row *x = find_row(a, path), *y = find_row(b, path);
	struct mdt_slice old = x ? x->value : mdt_slice_cstr(absent(a, path));
	struct mdt_slice new = y ? y->value : mdt_slice_cstr(absent(b, path));
	int pad = width > (int)path.len ? width - (int)path.len : 0;

	mdt_buf_printf(ret, "  %.*s%*s  %.*s -> %.*s\n", SLICE_FMT(path), pad, "",
		       SLICE_FMT(old), SLICE_FMT(new));
}

// The member that the empty one of @p b is new with, or gone.
static size_t compare_unset(const struct mdt_ops_table *a, const struct mdt_ops_table *b,
			    const char *what, struct mdt_buf *ret)
{
	size_t count = 0;

	for (size_t i = 0; a->how && b->how && i < b->unset_count; i++) {
		if (find_row(a, b->unset[i]) ||
		    strcmp(absent(a, b->unset[i]), "(none)") != 0)
			continue;
		mdt_buf_printf(ret, "%s %.*s", count++ ? "," : what,
			       SLICE_FMT(b->unset[i]));
	}
	if (count)
		mdt_buf_addc(ret, '\n');
	return count;
}

bool mdt_ops_compare(const char *const names[2], const struct mdt_ops_table *a,
		     const struct mdt_ops_table *b, struct mdt_buf *ret)
{
	int width = (int)(path_width(a) > path_width(b) ? path_width(a) : path_width(b));
	size_t differ = 0, same = 0;

	mdt_buf_printf(ret, "%.*s: %s -> %s\n", SLICE_FMT(a->name), names[0], names[1]);
	if (!mdt_slice_eq(a->type, b->type))
		mdt_buf_printf(ret, "  type: %.*s -> %.*s\n",
			       SLICE_FMT(a->type.len ? a->type : SLICE("not known")),
			       SLICE_FMT(b->type.len ? b->type : SLICE("not known")));
	for (size_t i = 0; i < a->row_count; i++) {
		const struct mdt_ops_row *other = find_row(b, a->rows[i].path);

		if (other && mdt_slice_eq(other->value, a->rows[i].value)) {
			same++;
			continue;
		}
		add_pair(a, b, a->rows[i].path, width, ret);
		differ++;
	}
	for (size_t i = 0; i < b->row_count; i++) {
		if (find_row(a, b->rows[i].path))
			continue;
		add_pair(a, b, b->rows[i].path, width, ret);
		differ++;
	}
	differ += compare_unset(a, b, "  new members, not set:", ret);
	differ += compare_unset(b, a, "  gone members, not set:", ret);
	mdt_buf_printf(ret, "  %zu members the same\n", same);
	return differ > 0 || !mdt_slice_eq(a->type, b->type);
}
