// SPDX-License-Identifier: MIT
#include "md/sysfs.h"
#include "report/annotate_parts.h"
#include "trace/trace.h"

static bool ends_with_at(struct mdt_slice name)
{
	return mdt_slice_ends(name, SLICE("at")) || mdt_slice_ends(name, SLICE("at2"));
}

static void set_means(struct mdt_annotator *annotator, struct mdt_annotation *ret)
{
	ret->means = mdt_buf_slice(&annotator->means);
}

// The node of an array, by its name or by what the log made of it.
static bool is_array_node(const struct mdt_device *device, struct mdt_slice path)
{
	struct mdt_md_path parsed;

	if (mdt_device_is_md(device))
		return true;
	return !device && mdt_md_path_parse(path, &parsed) &&
	       (parsed.kind == MDT_PATH_NODE || parsed.kind == MDT_PATH_NAMED_NODE ||
		(parsed.kind == MDT_PATH_TMP_NODE && parsed.major == MDT_MD_MAJOR));
}

// Another block device: known as one, or claimed as only block devices are.
static bool is_member_node(const struct mdt_device *device, struct mdt_slice path,
			   bool exclusive)
{
	if (device && device->source != MDT_DEV_UNKNOWN)
		return true;
	return exclusive && mdt_slice_starts(path, SLICE("/dev/"));
}

static bool is_exclusive(const struct mdt_event *event, unsigned int path_arg)
{
	struct mdt_ref flags = mdt_event_arg(event, path_arg + 1);
	uint64_t number;

	// asm-generic/fcntl.h: O_EXCL is 0200.
	return mdt_slice_find(mdt_ref_text(flags), SLICE("O_EXCL")) ||
	       (mdt_ref_u64(flags, &number) && number & 0200);
}

static void opened_as(struct mdt_annotator *annotator, const struct mdt_event *event,
		      const char *how, struct mdt_annotation *ret)
{
	uint64_t fd;

	if (!mdt_event_succeeded(event) || !mdt_ref_u64(event->result.value, &fd))
		return;
	mdt_buf_clear(&annotator->means);
	mdt_buf_printf(&annotator->means, "%sdescriptor %llu", how,
		       (unsigned long long)fd);
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

// sysfs attributes, module parameters, /proc/mdstat: what the file is about.
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
	if (path->array.len) {
		mdt_buf_add(text, path->array);
		mdt_buf_adds(text, path->member.len ? "'s member " : "'s ");
		if (path->member.len) {
			mdt_buf_add(text, path->member);
			mdt_buf_adds(text, "'s ");
		}
	}
	mdt_buf_add(text, path->attr);
	ret->argument = mdt_buf_slice(text);
	ret->topics = MDT_TOPIC_MD;
	if (!failed && path->row)
		ret->means = mdt_slice_cstr(path->row->means);
}

static struct mdt_error *annotate_open(struct mdt_annotator *annotator,
				       const struct mdt_event *event,
				       struct mdt_slice path, unsigned int arg,
				       struct mdt_annotation *ret)
{
	const struct mdt_device *device = mdt_trace_node(&annotator->trace, path);
	bool exclusive = is_exclusive(event, arg);
	struct mdt_md_path parsed;

	ret->name = SLICE("open");
	ret->device = device;
	if (is_array_node(device, path)) {
		open_array(annotator, event, exclusive, ret);
	} else if (is_member_node(device, path, exclusive)) {
		open_member(annotator, event, exclusive, ret);
	} else if (mdt_md_path_parse(path, &parsed)) {
		ret->device = NULL;
		if (parsed.kind == MDT_PATH_MDSTAT) {
			ret->topics = MDT_TOPIC_MD;
			ret->argument = SLICE("/proc/mdstat");
			ret->means = SLICE("what all arrays do, as text");
		} else if (parsed.attr.len && parsed.kind != MDT_PATH_MDADM) {
			open_attribute(annotator, event, &parsed, ret);
		}
	}
	return NULL;
}

static struct mdt_error *annotate_mknod(struct mdt_annotator *annotator,
					const struct mdt_event *event,
					struct mdt_slice path, unsigned int arg,
					struct mdt_annotation *ret)
{
	uint32_t major, minor;
	struct mdt_md_path parsed;

	if (!mdt_devnum_read(mdt_event_arg(event, arg + 2), &major, &minor) ||
	    major != MDT_MD_MAJOR)
		return NULL;
	ret->name = SLICE("mknod");
	ret->topics = MDT_TOPIC_MD;
	mdt_buf_clear(&annotator->means);
	if (mdt_annotate_failure(annotator, event, ret->name, ret))
		return NULL;
	mdt_buf_printf(&annotator->means, "%s of md%u (9:%u)",
		       mdt_md_path_parse(path, &parsed) &&
				       parsed.kind == MDT_PATH_TMP_NODE
			       ? "mdadm's temporary node"
			       : "node",
		       minor, minor);
	set_means(annotator, ret);
	return NULL;
}

struct mdt_error *mdt_annotate_node(struct mdt_annotator *annotator,
				    const struct mdt_event *event,
				    struct mdt_annotation *ret)
{
	unsigned int arg = ends_with_at(event->name) ? 1 : 0;
	struct mdt_ref ref = mdt_event_arg(event, arg);
	struct mdt_buf *bytes = &annotator->bytes;
	struct mdt_slice path;

	mdt_buf_clear(bytes);
	if (mdt_ref_cut(ref) || !mdt_ref_bytes(ref, bytes))
		return mdt_buf_error(bytes);
	path = mdt_buf_slice(bytes);
	if (mdt_slice_starts(event->name, SLICE("mknod")))
		return annotate_mknod(annotator, event, path, arg, ret);
	if (!mdt_slice_starts(event->name, SLICE("unlink")))
		return annotate_open(annotator, event, path, arg, ret);
	ret->device = mdt_trace_node(&annotator->trace, path);
	if (mdt_device_is_md(ret->device)) {
		ret->name = SLICE("unlink");
		ret->topics = MDT_TOPIC_MD;
		ret->means = SLICE("the node is gone; descriptors of it go on");
	}
	return NULL;
}
