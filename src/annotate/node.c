// SPDX-License-Identifier: MIT
#include "annotate/parts.h"

static void set_means(struct mdt_annotator *annotator, struct mdt_annotation *ret)
{
	ret->means = mdt_buf_slice(&annotator->means);
}

// What a failure means, by the name of what is done.
static bool fails(struct mdt_annotator *annotator, const struct mdt_event *event,
		  const struct mdt_about *about, struct mdt_annotation *ret)
{
	struct mdt_buf *text = &annotator->argument;

	mdt_buf_clear(text);
	mdt_about_op(about, event, text);
	return mdt_annotate_failure(annotator, event, mdt_buf_slice(text), ret);
}

static void opened_as(struct mdt_annotator *annotator, const struct mdt_event *event,
		      const char *how, struct mdt_annotation *ret)
{
	uint64_t fd;

	if (!mdt_event_succeeded(event) || !mdt_ref_u64(event->result.value, &fd))
		return;
	mdt_buf_clear(&annotator->means);
	mdt_buf_adds(&annotator->means, how);
	mdt_buf_adds(&annotator->means, "descriptor ");
	mdt_buf_dec(&annotator->means, fd);
	set_means(annotator, ret);
}

// A node whose number is not known goes by its name.
static void name_node(struct mdt_annotator *annotator, const struct mdt_about *about,
		      struct mdt_annotation *ret)
{
	struct mdt_buf *text = &annotator->argument;

	mdt_buf_clear(text);
	mdt_buf_adds(text, about->is_partition ? "by its partition " : "on ");
	mdt_buf_add(text, mdt_slice_base_name(about->path));
	ret->argument = mdt_buf_slice(text);
}

static void open_node(struct mdt_annotator *annotator, const struct mdt_event *event,
		      const struct mdt_about *about, struct mdt_annotation *ret)
{
	bool is_array = about->kind == MDT_ABOUT_ARRAY;

	ret->topics = is_array ? MDT_TOPIC_MD : MDT_TOPIC_BLOCK;
	ret->device = about->array ? about->array : about->device;
	ret->partition = about->is_partition ? about->device : NULL;
	if (!fails(annotator, event, about, ret))
		opened_as(annotator, event,
			  !about->is_exclusive ? ""
			  : is_array	       ? "exclusively, as "
					       : "claimed, as ",
			  ret);
	if (!about->device && (!about->array || about->is_partition))
		name_node(annotator, about, ret);
}

// `md0's `, `md0's member loop0's `, or nothing.
static void add_owner(const struct mdt_about *about, struct mdt_buf *text)
{
	const struct mdt_md_path *path = &about->md;

	if (path->array.len || about->array) {
		if (path->array.len)
			mdt_buf_add(text, path->array);
		else // /sys/dev/block/9:0
			mdt_device_name(text, about->array);
		mdt_buf_adds(text, path->member.len ? "'s member " : "'s ");
	}
	if (path->member.len) {
		mdt_buf_add(text, path->member);
		mdt_buf_adds(text, "'s ");
	}
}

// `md0's array_state`, `md0's folder of attributes`
static void name_file(struct mdt_annotator *annotator, const struct mdt_about *about,
		      struct mdt_annotation *ret)
{
	struct mdt_buf *text = &annotator->argument;

	mdt_buf_clear(text);
	add_owner(about, text);
	if (about->kind == MDT_ABOUT_ATTRIBUTE)
		mdt_buf_add(text, about->md.attr);
	else
		mdt_buf_adds(text, about->md.kind == MDT_PATH_DISK_DIR
					   ? "folder in sysfs"
					   : "folder of attributes");
	ret->argument = mdt_buf_slice(text);
}

static void open_mdstat(const struct mdt_event *event, struct mdt_annotation *ret)
{
	ret->argument = SLICE("/proc/mdstat");
	ret->means = SLICE("what all arrays do, as text");
	if (!mdt_slice_eq(event->result.error, SLICE("ENOENT")))
		return;
	ret->means = SLICE("the md driver is not loaded");
	ret->means_errno = true;
	ret->source = "drivers/md/md.c md_geninit()";
}

static void open_file(struct mdt_annotator *annotator, const struct mdt_event *event,
		      const struct mdt_about *about, struct mdt_annotation *ret)
{
	bool failed;

	ret->topics = MDT_TOPIC_MD;
	if (about->kind == MDT_ABOUT_MDSTAT) {
		open_mdstat(event, ret);
		return;
	}
	failed =
		about->kind == MDT_ABOUT_ATTRIBUTE && fails(annotator, event, about, ret);
	name_file(annotator, about, ret);
	if (!failed && about->kind == MDT_ABOUT_ATTRIBUTE && about->md.row)
		ret->means = mdt_slice_cstr(about->md.row->means);
}

static bool path_of(struct mdt_annotator *annotator, const struct mdt_event *event,
		    unsigned int arg, struct mdt_slice *ret)
{
	struct mdt_ref dirfd = arg ? mdt_event_arg(event, arg - 1) : mdt_ref_none();

	return mdt_trace_path(&annotator->trace, event, dirfd, mdt_event_arg(event, arg),
			      ret);
}

struct mdt_error *mdt_annotate_open(struct mdt_annotator *annotator,
				    const struct mdt_event *event, unsigned int arg,
				    struct mdt_annotation **ret)
{
	const struct mdt_about *about = mdt_annotate_about(annotator, event);

	(void)arg;
	if (about->kind == MDT_ABOUT_OTHER || about->kind == MDT_ABOUT_MDADM)
		return NULL;
	*ret = mdt_annotation_begin(annotator);
	if (about->kind == MDT_ABOUT_ARRAY || about->kind == MDT_ABOUT_DISK)
		open_node(annotator, event, about, *ret);
	else
		open_file(annotator, event, about, *ret);
	(*ret)->name = SLICE("open");
	return NULL;
}

/* ---- looks that open nothing ---- */

// What it means that this is there.
static const char *is_there(const struct mdt_about *about)
{
	switch (about->md.kind) {
	case MDT_PATH_DISK_DIR:
		return "the kernel has this array";
	case MDT_PATH_ARRAY_DIR:
		return "the array has its attributes";
	case MDT_PATH_MEMBER_DIR:
		return "the disk is a member of the array";
	default:
		return about->md.row ? about->md.row->means : "";
	}
}

struct mdt_error *mdt_annotate_look(struct mdt_annotator *annotator,
				    const struct mdt_event *event, unsigned int arg,
				    struct mdt_annotation **ret)
{
	struct mdt_annotation *it;
	const struct mdt_about *about;
	struct mdt_slice path;

	// Most of what is looked at are libraries.
	if (!path_of(annotator, event, arg, &path) ||
	    !mdt_slice_starts(path, SLICE("/sys/")))
		return NULL;
	about = mdt_annotate_about(annotator, event);
	if (about->kind != MDT_ABOUT_FOLDER && about->kind != MDT_ABOUT_ATTRIBUTE)
		return NULL;
	*ret = it = mdt_annotation_begin(annotator);
	it->name = about->row->as ? mdt_slice_cstr(about->row->as) : about->row->name;
	it->topics = MDT_TOPIC_MD;
	if (!fails(annotator, event, about, it) && mdt_event_succeeded(event))
		it->means = mdt_slice_cstr(is_there(about));
	name_file(annotator, about, it);
	return NULL;
}

struct mdt_error *mdt_annotate_mknod(struct mdt_annotator *annotator,
				     const struct mdt_event *event, unsigned int arg,
				     struct mdt_annotation **ret)
{
	struct mdt_annotation *it;
	const struct mdt_about *about = mdt_annotate_about(annotator, event);
	struct mdt_md_path parsed;

	(void)arg;
	if (about->kind != MDT_ABOUT_ARRAY || !about->array || !about->path.len)
		return NULL;
	*ret = it = mdt_annotation_begin(annotator);
	it->name = SLICE("mknod");
	it->topics = MDT_TOPIC_MD;
	if (fails(annotator, event, about, it))
		return NULL;
	mdt_buf_clear(&annotator->means);
	mdt_buf_printf(&annotator->means, "%s of md%u (9:%u)",
		       mdt_md_path_parse(about->path, &parsed) &&
				       parsed.kind == MDT_PATH_TMP_NODE
			       ? "mdadm's temporary node"
			       : "node",
		       about->array->minor, about->array->minor);
	set_means(annotator, it);
	return NULL;
}

struct mdt_error *mdt_annotate_unlink(struct mdt_annotator *annotator,
				      const struct mdt_event *event, unsigned int arg,
				      struct mdt_annotation **ret)
{
	struct mdt_annotation *it;
	const struct mdt_about *about;

	(void)arg;
	if (!mdt_event_succeeded(event))
		return NULL;
	about = mdt_annotate_about(annotator, event);
	if (!mdt_device_is_md(about->device))
		return NULL;
	*ret = it = mdt_annotation_begin(annotator);
	it->name = SLICE("unlink");
	it->device = about->device;
	it->topics = MDT_TOPIC_MD;
	it->means = SLICE("the node is gone; descriptors of it go on");
	return NULL;
}
