// SPDX-License-Identifier: MIT
#include <inttypes.h>

#include "md/sysfs.h"
#include "annotate/parts.h"

// A read or a write, and what the log has of its bytes.
struct transfer {
	const struct mdt_about *about;
	const struct mdt_file *file; // the same as about's
	bool writes;
	uint64_t offset;     // in the file, or MDT_OFFSET_UNKNOWN
	bool has_bytes, cut; // cut: not all of them
	struct mdt_slice bytes;
};

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

static void name_attribute(const struct mdt_about *about, struct mdt_buf *text)
{
	const struct mdt_md_path *path = &about->md;

	if (path->array.len || about->array) {
		if (path->array.len)
			mdt_buf_add(text, path->array);
		else // /sys/dev/block/9:0
			mdt_device_name(text, about->array);
		mdt_buf_adds(text, "'s ");
	}
	if (path->member.len) {
		mdt_buf_adds(text, "member ");
		mdt_buf_add(text, path->member);
		mdt_buf_adds(text, "'s ");
	}
	mdt_buf_add(text, path->attr);
}

// Not read from the start of the attribute.
static bool is_rest(const struct transfer *transfer)
{
	return !transfer->writes && transfer->offset &&
	       transfer->offset != MDT_OFFSET_UNKNOWN;
}

static void add_value(const struct transfer *transfer, struct mdt_slice value,
		      struct mdt_buf *text)
{
	if (!transfer->has_bytes)
		return;
	if (is_rest(transfer))
		mdt_buf_printf(text, " from byte %" PRIu64 " on", transfer->offset);
	mdt_buf_adds(text, transfer->writes ? " <- " : " is ");
	mdt_bytes_text(value, false, text);
	if (transfer->cut)
		mdt_buf_adds(text, "...");
}

static void explain_value(const struct transfer *transfer, const struct mdt_md_path *path,
			  struct mdt_slice value, struct mdt_annotation *ret)
{
	const struct mdt_md_word *word =
		transfer->cut || !transfer->has_bytes || is_rest(transfer)
			? NULL
			: mdt_md_word_find(table_of(path), path->attr, value);
	const char *says = word ? transfer->writes ? word->written : word->read : NULL;

	if (says)
		ret->means = mdt_slice_cstr(says);
	else if (path->row)
		ret->means = mdt_slice_cstr(path->row->means);
}

static struct mdt_error *annotate_attribute(struct mdt_annotator *annotator,
					    const struct mdt_event *event,
					    const struct transfer *transfer,
					    struct mdt_annotation *ret)
{
	const struct mdt_md_path *path = &transfer->about->md;
	struct mdt_buf *text = &annotator->argument;
	struct mdt_slice value = mdt_slice_chomp(transfer->bytes);
	bool failed;

	mdt_buf_clear(text);
	mdt_about_op(transfer->about, event, text);
	failed = mdt_annotate_failure(annotator, event, mdt_buf_slice(text), ret);
	mdt_buf_clear(text);
	name_attribute(transfer->about, text);
	add_value(transfer, value, text);
	ret->argument = mdt_buf_slice(text);
	ret->topics = MDT_TOPIC_MD;
	if (!failed)
		explain_value(transfer, path, value, ret);
	return mdt_buf_error(text);
}

// The end of an attribute that has been read whole tells nothing.
static bool is_attribute(const struct mdt_event *event, const struct transfer *transfer)
{
	bool at_end =
		!transfer->writes && mdt_event_succeeded(event) && !transfer->bytes.len;

	return !at_end && transfer->about->kind == MDT_ABOUT_ATTRIBUTE;
}

/* ---- superblocks ---- */

/*
 * Zeros are a superblock's end only where a superblock lives, and only when the log shows
 * that all of them are zeros.
 */
static const char *erased_version(const struct mdt_event *event,
				  const struct transfer *transfer)
{
	const struct mdt_device *device = transfer->file->device;
	uint64_t size = device && device->size ? device->size : MDT_OFFSET_UNKNOWN;
	uint64_t count;

	if (!transfer->writes || transfer->offset == MDT_OFFSET_UNKNOWN ||
	    !mdt_event_succeeded(event) || !mdt_ref_u64(event->result.value, &count) ||
	    transfer->bytes.len < count)
		return NULL;
	return mdt_super_version_at(transfer->offset, size);
}

static struct mdt_error *annotate_superblock(struct mdt_annotator *annotator,
					     const struct mdt_event *event,
					     const struct transfer *transfer,
					     struct mdt_annotation **ret)
{
	struct mdt_super super = mdt_super_from(transfer->bytes, transfer->offset);
	struct mdt_buf *text = &annotator->argument;
	struct mdt_annotation *it;
	const char *erased = NULL;

	if (super.kind == MDT_SUPER_NONE || super.kind == MDT_SUPER_UNKNOWN)
		return NULL;
	if (super.kind == MDT_SUPER_ZEROED) {
		erased = erased_version(event, transfer);
		if (!erased)
			return NULL;
	}
	*ret = it = mdt_annotation_begin(annotator);
	it->super = super;
	it->topics = MDT_TOPIC_MD;
	it->device = transfer->file->device;
	mdt_buf_clear(text);
	if (erased)
		mdt_buf_printf(text, "zeros where a %s superblock lives: erases it",
			       erased);
	else
		mdt_super_print(text, &super);
	it->argument = mdt_buf_slice(text);
	mdt_annotate_failure(annotator, event,
			     transfer->writes ? SLICE("write") : SLICE("read"), it);
	return mdt_buf_error(text);
}

/* ---- both ---- */

// A buffer that is full without the line's end: more is to come.
static bool is_first_part(const struct mdt_event *event, const struct transfer *transfer)
{
	uint64_t count;

	return !transfer->writes && transfer->bytes.len &&
	       transfer->bytes.str[transfer->bytes.len - 1] != '\n' &&
	       mdt_ref_u64(mdt_event_arg(event, 2), &count) &&
	       count == transfer->bytes.len;
}

/*
 * By its first byte, before all of it is looked at: that of md's magic numbers
 * (mdt_super_from()) in either order, or a zero that is written.
 */
static bool may_be_superblock(struct mdt_ref data, bool writes)
{
	struct mdt_slice inside = mdt_ref_inside(data);
	char first;

	if (!inside.len)
		return false;
	mdt_unescape_one(inside, &first);
	return (!first && writes) || first == 'b' || first == '\xfc' || first == '\xa9';
}

static struct mdt_error *annotate(struct mdt_annotator *annotator,
				  const struct mdt_event *event,
				  struct transfer *transfer, struct mdt_annotation **ret)
{
	struct mdt_ref data = mdt_event_arg(event, 1);
	struct mdt_error *err = NULL;

	transfer->about = mdt_annotate_about(annotator, event);
	transfer->cut = mdt_ref_cut(data);
	transfer->offset = transfer->about->offset;
	mdt_buf_clear(&annotator->bytes);
	transfer->has_bytes = mdt_ref_bytes(data, &annotator->bytes);
	transfer->bytes = mdt_buf_slice(&annotator->bytes);
	if (annotator->bytes.failed)
		return &mdt_enomem;
	if (transfer->file->device) {
		err = annotate_superblock(annotator, event, transfer, ret);
	} else if (is_attribute(event, transfer)) {
		transfer->cut = transfer->cut || is_first_part(event, transfer);
		*ret = mdt_annotation_begin(annotator);
		err = annotate_attribute(annotator, event, transfer, *ret);
	}
	if (*ret) {
		(*ret)->name = transfer->writes ? SLICE("write") : SLICE("read");
		(*ret)->file = transfer->file;
	}
	return err;
}

// Other files, and a disk's data, are most of a log.
static struct mdt_error *annotate_file(struct mdt_annotator *annotator,
				       const struct mdt_event *event, bool writes,
				       struct mdt_annotation **ret)
{
	struct transfer transfer = {
		.file = mdt_trace_file(&annotator->trace, event, mdt_event_arg(event, 0)),
		.writes = writes,
	};

	if (!transfer.file)
		return NULL;
	if (transfer.file->device ? !may_be_superblock(mdt_event_arg(event, 1), writes)
				  : !mdt_path_may_be_md(transfer.file->path))
		return NULL;
	return annotate(annotator, event, &transfer, ret);
}

struct mdt_error *mdt_annotate_read(struct mdt_annotator *annotator,
				    const struct mdt_event *event, unsigned int arg,
				    struct mdt_annotation **ret)
{
	(void)arg;
	return annotate_file(annotator, event, false, ret);
}

struct mdt_error *mdt_annotate_write(struct mdt_annotator *annotator,
				     const struct mdt_event *event, unsigned int arg,
				     struct mdt_annotation **ret)
{
	(void)arg;
	return annotate_file(annotator, event, true, ret);
}
