// SPDX-License-Identifier: MIT
#include "md/sysfs.h"
#include "annotate/parts.h"
#include "trace/trace.h"

static void set_means(struct mdt_annotator *annotator, struct mdt_annotation *ret)
{
	ret->means = mdt_buf_slice(&annotator->means);
}

// The node of an array, by its name or by what the log made of it.
static bool is_array_node(const struct mdt_device *device, struct mdt_slice path)
{
	struct mdt_md_path parsed;

	if (device && device->source != MDT_DEV_UNKNOWN)
		return mdt_device_is_md(device);
	return mdt_slice_starts(path, SLICE("/dev/md")) &&
	       mdt_md_path_parse(path, &parsed) &&
	       (parsed.kind == MDT_PATH_NODE || parsed.kind == MDT_PATH_NAMED_NODE);
}

// Another block device: known as one, or claimed as only block devices are.
static bool is_member_node(const struct mdt_device *device, struct mdt_slice path,
			   bool exclusive)
{
	if (device && device->source != MDT_DEV_UNKNOWN)
		return true;
	return exclusive && !(device && device->is_other) &&
	       mdt_slice_starts(path, SLICE("/dev/"));
}

// O_EXCL claims a block device; with O_CREAT it means something else
// (asm-generic/fcntl.h).
static bool is_exclusive(const struct mdt_event *event, struct mdt_ref flags)
{
	// creat() has a mode there.
	return !mdt_slice_eq(event->name, SLICE("creat")) &&
	       mdt_flags_have(flags, SLICE("O_EXCL"), 0200) &&
	       !mdt_flags_have(flags, SLICE("O_CREAT"), 0100);
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

static void open_array(struct mdt_annotator *annotator, const struct mdt_event *event,
		       bool exclusive, struct mdt_annotation *ret)
{
	ret->topics = MDT_TOPIC_MD;
	if (!mdt_annotate_failure(annotator, event,
				  exclusive ? SLICE("open O_EXCL") : SLICE("open"), ret))
		opened_as(annotator, event, exclusive ? "exclusively, as " : "", ret);
}

static void open_member(struct mdt_annotator *annotator, const struct mdt_event *event,
			bool exclusive, struct mdt_annotation *ret)
{
	ret->topics = MDT_TOPIC_BLOCK;
	if (!mdt_annotate_failure(
		    annotator, event,
		    exclusive ? SLICE("open member O_EXCL") : SLICE("open member"), ret))
		opened_as(annotator, event, exclusive ? "claimed, as " : "", ret);
}

// A node whose number is not known goes by its name.
static void name_node(struct mdt_annotator *annotator, struct mdt_slice path,
		      struct mdt_annotation *ret)
{
	struct mdt_buf *text = &annotator->argument;

	mdt_buf_clear(text);
	mdt_buf_adds(text, "on ");
	mdt_buf_add(text, mdt_slice_base_name(path));
	ret->argument = mdt_buf_slice(text);
}

// `md0's `, `md0's member loop0's `, or nothing.
static void add_owner(const struct mdt_md_path *path, struct mdt_buf *text)
{
	if (path->array.len) {
		mdt_buf_add(text, path->array);
		mdt_buf_adds(text, path->member.len ? "'s member " : "'s ");
	}
	if (path->member.len) {
		mdt_buf_add(text, path->member);
		mdt_buf_adds(text, "'s ");
	}
}

// sysfs attributes and module parameters.
static void open_attribute(struct mdt_annotator *annotator, const struct mdt_event *event,
			   const struct mdt_md_path *path, struct mdt_annotation *ret)
{
	struct mdt_buf *text = &annotator->argument;
	bool failed;

	mdt_buf_clear(text);
	mdt_buf_adds(text, "open attribute ");
	mdt_buf_add(text, path->attr);
	failed = mdt_annotate_failure(annotator, event, mdt_buf_slice(text), ret);
	mdt_buf_clear(text);
	add_owner(path, text);
	mdt_buf_add(text, path->attr);
	ret->argument = mdt_buf_slice(text);
	if (!failed && path->row)
		ret->means = mdt_slice_cstr(path->row->means);
}

static void open_folder(struct mdt_annotator *annotator, const struct mdt_md_path *path,
			const char *what, struct mdt_annotation *ret)
{
	struct mdt_buf *text = &annotator->argument;

	mdt_buf_clear(text);
	add_owner(path, text);
	mdt_buf_adds(text, what);
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

static void open_other(struct mdt_annotator *annotator, const struct mdt_event *event,
		       const struct mdt_md_path *path, struct mdt_annotation *ret)
{
	ret->topics = MDT_TOPIC_MD;
	switch (path->kind) {
	case MDT_PATH_MDSTAT:
		open_mdstat(event, ret);
		break;
	case MDT_PATH_DISK_DIR:
		open_folder(annotator, path, "folder in sysfs", ret);
		break;
	case MDT_PATH_ARRAY_DIR:
		open_folder(annotator, path, "folder of attributes", ret);
		break;
	case MDT_PATH_MEMBER_DIR:
		open_folder(annotator, path, "folder of attributes", ret);
		break;
	case MDT_PATH_DISK_ATTR:
	case MDT_PATH_ARRAY_ATTR:
	case MDT_PATH_MEMBER_ATTR:
	case MDT_PATH_PARAMETER:
		open_attribute(annotator, event, path, ret);
		break;
	case MDT_PATH_NODE:
	case MDT_PATH_NAMED_NODE:
	case MDT_PATH_TMP_NODE:
	case MDT_PATH_PARTITION:
	case MDT_PATH_MDADM:
		ret->topics = 0;
		break;
	}
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
	const struct mdt_device *device;
	struct mdt_md_path parsed;
	struct mdt_slice path;
	bool exclusive;

	if (!path_of(annotator, event, arg, &path))
		return NULL;
	device = mdt_trace_node(&annotator->trace, path);
	exclusive = (device || mdt_slice_starts(path, SLICE("/dev/"))) &&
		    is_exclusive(event, mdt_event_arg(event, arg + 1));
	if (is_array_node(device, path)) {
		*ret = mdt_annotation_begin(annotator);
		open_array(annotator, event, exclusive, *ret);
	} else if (is_member_node(device, path, exclusive)) {
		*ret = mdt_annotation_begin(annotator);
		open_member(annotator, event, exclusive, *ret);
	} else if (mdt_path_may_be_md(path) && mdt_md_path_parse(path, &parsed)) {
		device = NULL;
		*ret = mdt_annotation_begin(annotator);
		open_other(annotator, event, &parsed, *ret);
	} else {
		return NULL;
	}
	if (!device && !(*ret)->argument.len)
		name_node(annotator, path, *ret);
	(*ret)->name = SLICE("open");
	(*ret)->device = device;
	return NULL;
}

struct mdt_error *mdt_annotate_mknod(struct mdt_annotator *annotator,
				     const struct mdt_event *event, unsigned int arg,
				     struct mdt_annotation **ret)
{
	struct mdt_annotation *it;
	struct mdt_md_path parsed;
	struct mdt_slice path;
	uint32_t major, minor;

	if (!mdt_mode_is_block(mdt_event_arg(event, arg + 1)) ||
	    !mdt_devnum_read(mdt_event_arg(event, arg + 2), &major, &minor) ||
	    major != MDT_MD_MAJOR || !path_of(annotator, event, arg, &path))
		return NULL;
	*ret = it = mdt_annotation_begin(annotator);
	it->name = SLICE("mknod");
	it->topics = MDT_TOPIC_MD;
	if (mdt_annotate_failure(annotator, event, it->name, it))
		return NULL;
	mdt_buf_clear(&annotator->means);
	mdt_buf_printf(&annotator->means, "%s of md%u (9:%u)",
		       mdt_md_path_parse(path, &parsed) &&
				       parsed.kind == MDT_PATH_TMP_NODE
			       ? "mdadm's temporary node"
			       : "node",
		       minor, minor);
	set_means(annotator, it);
	return NULL;
}

struct mdt_error *mdt_annotate_unlink(struct mdt_annotator *annotator,
				      const struct mdt_event *event, unsigned int arg,
				      struct mdt_annotation **ret)
{
	const struct mdt_device *device;
	struct mdt_annotation *it;
	struct mdt_slice path;

	if (!mdt_event_succeeded(event) || !path_of(annotator, event, arg, &path))
		return NULL;
	device = mdt_trace_node(&annotator->trace, path);
	if (!mdt_device_is_md(device))
		return NULL;
	*ret = it = mdt_annotation_begin(annotator);
	it->name = SLICE("unlink");
	it->device = device;
	it->topics = MDT_TOPIC_MD;
	it->means = SLICE("the node is gone; descriptors of it go on");
	return NULL;
}
