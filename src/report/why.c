// SPDX-License-Identifier: MIT
#include "report/why.h"

#include "base/json.h"
#include "base/visible.h"
#include "report/event_json.h"

enum {
	HEAD = 12,	// width of the part's name
	TEXT_MAX = 360, // letters of one statement
};

// More of a part would not fit on one screen.
static const size_t rows_max[MDT_WHY_PARTS] = {
	[MDT_WHY_ASKED] = 4,	[MDT_WHY_SAID] = 5,  [MDT_WHY_FAILED] = 1,
	[MDT_WHY_CAUSE] = 6,	[MDT_WHY_FACT] = 6,  [MDT_WHY_FLIGHT] = 6,
	[MDT_WHY_KERNEL] = 10,	[MDT_WHY_DO] = 4,    [MDT_WHY_ALSO] = 4,
	[MDT_WHY_HARMLESS] = 6, [MDT_WHY_DONE] = 10, [MDT_WHY_FILES] = 4,
	[MDT_WHY_ARRAY] = 6,	[MDT_WHY_NOTE] = 4,
};

static void add_words(struct mdt_buf *ret, struct mdt_slice text)
{
	mdt_visible_words(ret, mdt_slice_head(text, TEXT_MAX));
	if (text.len > TEXT_MAX)
		mdt_buf_adds(ret, "...");
}

static void add_head(const char *name, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, name);
	mdt_buf_fill(ret, ' ', HEAD - strlen(name));
}

// `one of: ` and `or: ` when the cause is one of several.
static const char *lead_of(const struct mdt_why_item *item, bool is_first)
{
	if (item->part != MDT_WHY_CAUSE || !item->unsure ||
	    mdt_slice_find(item->text, SLICE("one of: ")))
		return "";
	return is_first ? "one of: " : "or: ";
}

static void add_item(const struct mdt_why_item *item, bool is_first, bool with_file,
		     struct mdt_buf *ret)
{
	add_head(is_first ? mdt_why_part_name(item->part) : "", ret);
	if (with_file && item->file.len) {
		mdt_visible_words(ret, item->file);
		mdt_buf_addc(ret, ':');
	}
	if (item->line)
		mdt_buf_printf(ret, "%lu  ", item->line);
	mdt_buf_adds(ret, lead_of(item, is_first));
	add_words(ret, item->text);
	if (item->times > 1)
		mdt_buf_printf(ret, "  (%lu times)", item->times);
	if (item->why.len && item->part == MDT_WHY_DONE) {
		mdt_buf_adds(ret, ": ");
		add_words(ret, item->why);
	} else if (item->why.len) {
		mdt_buf_addc(ret, '\n');
		add_head("", ret);
		mdt_buf_adds(ret, "  ");
		add_words(ret, item->why);
	}
	if (item->source.len) {
		mdt_buf_adds(ret, " [");
		mdt_visible_words(ret, item->source);
		mdt_buf_addc(ret, ']');
	}
	mdt_buf_addc(ret, '\n');
}

static bool was_said(const struct mdt_why_item *items, size_t from, size_t until)
{
	for (size_t i = from; i < until; i++)
		if (mdt_slice_eq(items[i].text, items[until].text) &&
		    items[i].line == items[until].line)
			return true;
	return false;
}

// One remedy may follow from several things.
static bool is_again(const struct mdt_why_item *items, size_t from, size_t at)
{
	for (size_t i = from; items[at].part == MDT_WHY_DO && i < at; i++)
		if (mdt_slice_eq(items[i].text, items[at].text))
			return true;
	return was_said(items, from, at);
}

static size_t add_part(const struct mdt_why_item *items, size_t from, size_t count,
		       bool with_file, struct mdt_buf *ret)
{
	enum mdt_why_part part = items[from].part;
	size_t shown = 0, more = 0, at = from;

	for (; at < count && items[at].part == part; at++) {
		if (is_again(items, from, at))
			continue;
		if (shown == rows_max[part]) {
			more++;
			continue;
		}
		add_item(&items[at], shown == 0, with_file, ret);
		shown++;
	}
	if (more) {
		add_head("", ret);
		mdt_buf_printf(ret, "and %zu more (--format=json has all)\n", more);
	}
	return at;
}

static bool has_part(const struct mdt_why_item *items, size_t count,
		     enum mdt_why_part part)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].part == part)
			return true;
	return false;
}

static void add_summary(const struct mdt_why *why, struct mdt_buf *ret)
{
	if (!mdt_why_has_md(why))
		mdt_buf_adds(ret, "nothing here is about md\n");
	if (!mdt_why_failed(why))
		mdt_buf_adds(ret, "nothing failed that matters\n");
}

void mdt_why_text(const struct mdt_why *why, bool with_file, struct mdt_buf *ret)
{
	size_t count;
	const struct mdt_why_item *items = mdt_why_items(why, &count);

	add_summary(why, ret);
	for (size_t i = 0; i < count;)
		i = add_part(items, i, count, with_file, ret);
	if (has_part(items, count, MDT_WHY_CAUSE) ||
	    has_part(items, count, MDT_WHY_ARRAY)) {
		add_head("rules", ret);
		mdt_buf_adds(ret, "of Linux ");
		mdt_why_kernel_text(why, ret);
		mdt_buf_addc(ret, '\n');
	}
}

/* ---- JSON ---- */

static void text_if(struct mdt_json *json, const char *key, struct mdt_slice text)
{
	if (text.len)
		mdt_json_text(json, key, text);
}

static void json_item(struct mdt_json *json, const struct mdt_why_item *item)
{
	mdt_json_object(json, NULL);
	mdt_json_cstr(json, "part", mdt_why_part_name(item->part));
	text_if(json, "file", item->file);
	if (item->line)
		mdt_json_u64(json, "line", item->line);
	if (item->times > 1)
		mdt_json_u64(json, "times", item->times);
	mdt_json_text(json, "text", item->text);
	text_if(json, "why", item->why);
	text_if(json, "source", item->source);
	if (item->part == MDT_WHY_CAUSE)
		mdt_json_bool(json, "one_of_several", item->unsure);
	mdt_json_end(json);
}

void mdt_why_json(const struct mdt_why *why, struct mdt_buf *ret)
{
	size_t count;
	const struct mdt_why_item *items = mdt_why_items(why, &count);
	_cleanup_(mdt_buf_deinit) struct mdt_buf rules = { 0 };
	struct mdt_json json;

	mdt_why_kernel_text(why, &rules);
	mdt_json_init(&json, ret);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-why", 1);
	mdt_json_bool(&json, "failed", mdt_why_failed(why));
	mdt_json_bool(&json, "about_md", mdt_why_has_md(why));
	mdt_json_text(&json, "rules_of", mdt_buf_slice(&rules));
	mdt_json_bool(&json, "kernel_known", mdt_why_kernel_known(why));
	mdt_json_array(&json, "items");
	for (size_t i = 0; i < count; i++)
		json_item(&json, &items[i]);
	mdt_json_end(&json);
	mdt_json_end(&json);
	mdt_buf_addc(ret, '\n');
}
