// SPDX-License-Identifier: MIT
/* Attributes of arrays that a log opens, and /proc/mdstat. */
#include "why/parts.h"

static bool has_name(struct mdt_slice list, struct mdt_slice name)
{
	while (list.len) {
		const char *end = memchr(list.str, ',', list.len);
		size_t len = end ? (size_t)(end - list.str) : list.len;

		if (mdt_slice_eq(mdt_slice_head(list, len), name))
			return true;
		list = mdt_slice_skip(list, len + strlen(", "));
	}
	return false;
}

static void add_name(struct mdt_buf *list, struct mdt_slice name)
{
	if (list->len > MDT_WHY_NAMES_MAX || has_name(mdt_buf_slice(list), name))
		return;
	mdt_buf_adds(list, list->len ? ", " : "");
	mdt_buf_add(list, name);
}

// `dev-sda/state`, `array_state`; of what is written, what it is for.
static void add_attribute(struct mdt_buf *list, const struct mdt_md_path *path,
			  bool with_meaning)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };

	if (path->member.len)
		mdt_buf_printf(&name, "dev-%.*s/", SLICE_FMT(path->member));
	mdt_buf_add(&name, path->attr);
	if (with_meaning && path->row)
		mdt_buf_printf(&name, " (%s)", path->row->means);
	add_name(list, mdt_buf_slice(&name));
}

static void on_open(struct mdt_why *why, const struct mdt_event *event,
		    const struct mdt_md_path *path, struct mdt_why_array *array)
{
	struct mdt_ref flags = mdt_event_arg(
		event, mdt_slice_starts(event->name, SLICE("openat")) ? 2 : 1);
	bool writes = mdt_flags_have(flags, SLICE("O_WRONLY"), 1) ||
		      mdt_flags_have(flags, SLICE("O_RDWR"), 2);

	if (array->file.len == 0)
		array->file = mdt_slice_cstr(why->file);
	if (!writes) {
		add_attribute(&array->reads, path, false);
		if (!array->reads_line)
			array->reads_line = event->line;
		return;
	}
	add_attribute(&array->writes, path, true);
	array->truncates |= mdt_flags_have(flags, SLICE("O_TRUNC"), 01000);
	if (!array->writes_line)
		array->writes_line = event->line;
}

void mdt_why_attribute(struct mdt_why *why, const struct mdt_event *event,
		       const struct mdt_annotation *annotation)
{
	bool opens = mdt_slice_eq(annotation->name, SLICE("open"));
	bool writes = mdt_slice_eq(annotation->name, SLICE("write"));
	struct mdt_slice text =
		opens || !annotation->file ? why->path : annotation->file->path;
	struct mdt_why_array *array;
	struct mdt_md_path path;

	if (!mdt_event_succeeded(event) || !mdt_slice_starts(text, SLICE("/sys/")) ||
	    !mdt_md_path_parse(text, &path) || !path.array.len || !path.attr.len)
		return;
	array = mdt_why_array(why, path.array);
	if (!array)
		return;
	if (opens)
		on_open(why, event, &path, array);
	array->wrote |= writes;
}

/* ---- /proc/mdstat ---- */

// `md0 : active raid1 sdb[1] sda[0](F)`, and the line after it.
void mdt_why_mdstat_line(struct mdt_why *why, const char *file, unsigned long line,
			 struct mdt_slice text)
{
	const char *colon = text.len ? mdt_slice_find(text, SLICE(" : ")) : NULL;
	struct mdt_slice name = { 0 };

	(void)line;
	if (colon)
		name = mdt_slice_head(text, (size_t)(colon - text.str));
	if (colon && mdt_slice_starts(name, SLICE("md")) &&
	    !memchr(name.str, ' ', name.len)) {
		why->mdstat_file = file;
		why->mdstat_array = mdt_why_array(why, name);
		if (why->mdstat_array)
			why->mdstat_array->mdstat = mdt_why_keep(
				why, mdt_slice_skip(text, name.len + strlen(" : ")));
		why->has_md = true;
	} else if (why->mdstat_array && mdt_slice_find(text, SLICE("blocks"))) {
		mdt_buf_clear(&why->text);
		mdt_buf_add(&why->text, why->mdstat_array->mdstat);
		mdt_buf_adds(&why->text, "; ");
		mdt_buf_add(&why->text, mdt_slice_trim(text));
		why->mdstat_array->mdstat = mdt_why_keep(why, mdt_buf_slice(&why->text));
		why->mdstat_array = NULL;
	}
}
