// SPDX-License-Identifier: MIT
#include "md/sysfs.h"
#include "report/annotate_parts.h"

static bool is_write(const struct mdt_event *event)
{
	return mdt_slice_find(event->name, SLICE("write"));
}

/* ---- attributes ---- */

static enum mdt_md_attr_of table_of(const struct mdt_md_path *path)
{
	switch (path->kind) {
	case MDT_PATH_ARRAY_ATTR:
		return MDT_ATTR_ARRAY;
	case MDT_PATH_MEMBER_ATTR:
		return MDT_ATTR_MEMBER;
	case MDT_PATH_PARAMETER:
		return MDT_ATTR_PARAMETER;
	default:
		return MDT_ATTR_DISK;
	}
}

static void name_attribute(const struct mdt_md_path *path, struct mdt_slice value,
			   bool writes, struct mdt_buf *text)
{
	if (path->array.len) {
		mdt_buf_add(text, path->array);
		mdt_buf_adds(text, "'s ");
	}
	if (path->member.len) {
		mdt_buf_adds(text, "member ");
		mdt_buf_add(text, path->member);
		mdt_buf_adds(text, "'s ");
	}
	mdt_buf_add(text, path->attr);
	mdt_buf_adds(text, writes ? " <- " : " is ");
	mdt_bytes_text(value, false, text);
}

static struct mdt_error *annotate_attribute(struct mdt_annotator *annotator,
					    const struct mdt_event *event,
					    const struct mdt_md_path *path,
					    struct mdt_slice value, bool cut,
					    struct mdt_annotation *ret)
{
	bool writes = is_write(event);
	const struct mdt_md_word *word;
	struct mdt_buf *text = &annotator->argument;
	bool failed;

	while (value.len && value.str[value.len - 1] == '\n')
		value.len--;
	mdt_buf_clear(text);
	mdt_buf_adds(text, writes ? "write " : "read ");
	mdt_buf_add(text, path->attr);
	failed = mdt_annotate_failure(annotator, event, mdt_buf_slice(text), ret);
	mdt_buf_clear(text);
	name_attribute(path, value, writes, text);
	if (cut)
		mdt_buf_adds(text, "...");
	ret->name = writes ? SLICE("write") : SLICE("read");
	ret->argument = mdt_buf_slice(text);
	ret->topics = MDT_TOPIC_MD;
	if (failed)
		return mdt_buf_error(text);
	word = cut ? NULL : mdt_md_word_find(table_of(path), path->attr, value);
	if (word && (writes ? word->written : word->read))
		ret->means = mdt_slice_cstr(writes ? word->written : word->read);
	else if (path->row)
		ret->means = mdt_slice_cstr(path->row->means);
	return mdt_buf_error(text);
}

/* ---- superblocks ---- */

// Where in the device the bytes are from, or MDT_OFFSET_UNKNOWN.
static uint64_t offset_of(const struct mdt_event *event, const struct mdt_file *file)
{
	uint64_t offset;

	if (mdt_slice_starts(event->name, SLICE("p"))) {
		if (mdt_ref_u64(mdt_event_arg(event, 3), &offset))
			return offset;
		return MDT_OFFSET_UNKNOWN;
	}
	return file && file->has_offset ? file->offset : MDT_OFFSET_UNKNOWN;
}

/*
 * Zeros are a superblock's end only where a superblock lives, and only when the log shows
 * that all of them are zeros.
 */
static bool erases(const struct mdt_event *event, const struct mdt_super *super,
		   const struct mdt_device *device, uint64_t offset)
{
	uint64_t size = device && device->size ? device->size : MDT_OFFSET_UNKNOWN;
	uint64_t count;

	return is_write(event) && offset != MDT_OFFSET_UNKNOWN &&
	       mdt_super_version_at(offset, size) &&
	       mdt_ref_u64(mdt_event_arg(event, 2), &count) && super->bytes.len == count;
}

static struct mdt_error *annotate_superblock(struct mdt_annotator *annotator,
					     const struct mdt_event *event,
					     const struct mdt_file *file,
					     struct mdt_slice bytes,
					     struct mdt_annotation *ret)
{
	uint64_t offset = offset_of(event, file);
	struct mdt_super super = mdt_super_from(bytes, offset);
	struct mdt_buf *text = &annotator->argument;

	if (super.kind == MDT_SUPER_NONE || super.kind == MDT_SUPER_UNKNOWN)
		return NULL;
	if (super.kind == MDT_SUPER_ZEROED &&
	    !erases(event, &super, file ? file->device : NULL, offset))
		return NULL;
	ret->super = super;
	ret->topics = MDT_TOPIC_MD;
	ret->name = is_write(event) ? SLICE("write") : SLICE("read");
	ret->device = file ? file->device : NULL;
	mdt_buf_clear(text);
	if (super.kind == MDT_SUPER_ZEROED)
		mdt_buf_printf(
			text, "zeros where a %s superblock lives: erases it",
			mdt_super_version_at(offset, file->device && file->device->size
							     ? file->device->size
							     : MDT_OFFSET_UNKNOWN));
	else
		mdt_super_print(text, &super);
	ret->argument = mdt_buf_slice(text);
	mdt_annotate_failure(annotator, event, ret->name, ret);
	return mdt_buf_error(text);
}

struct mdt_error *mdt_annotate_data(struct mdt_annotator *annotator,
				    const struct mdt_event *event,
				    struct mdt_annotation *ret)
{
	const struct mdt_file *file =
		mdt_trace_file(&annotator->trace, event, mdt_event_arg(event, 0));
	struct mdt_ref data = mdt_event_arg(event, 1);
	struct mdt_buf *bytes = &annotator->bytes;
	struct mdt_md_path path;
	bool is_file;

	if (!file)
		return NULL;
	ret->file = file;
	is_file = file->path.len && !file->device;
	if (is_file && !mdt_md_path_parse(file->path, &path))
		return NULL;
	if (is_file && (!path.attr.len || path.kind == MDT_PATH_MDADM))
		return NULL;
	mdt_buf_clear(bytes);
	if (!mdt_ref_bytes(data, bytes))
		return mdt_buf_error(bytes);
	if (is_file)
		return annotate_attribute(annotator, event, &path, mdt_buf_slice(bytes),
					  mdt_ref_cut(data), ret);
	return annotate_superblock(annotator, event, file, mdt_buf_slice(bytes), ret);
}
