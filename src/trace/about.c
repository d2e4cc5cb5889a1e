// SPDX-License-Identifier: MIT
#include "trace/about.h"

#include "trace/device.h"
#include "trace/request.h"

/* ---- the call ---- */

// What is done, by the call's one name.
static enum mdt_about_verb verb_of(const struct mdt_call_row *row)
{
	static const struct {
		struct mdt_slice name;
		enum mdt_about_verb verb;
	} verbs[] = {
		{ SLICE_INIT("open"), MDT_ABOUT_OPEN },
		{ SLICE_INIT("creat"), MDT_ABOUT_OPEN },
		{ SLICE_INIT("readv"), MDT_ABOUT_READ },
		{ SLICE_INIT("preadv"), MDT_ABOUT_READ },
		{ SLICE_INIT("preadv2"), MDT_ABOUT_READ },
		{ SLICE_INIT("writev"), MDT_ABOUT_WRITE },
		{ SLICE_INIT("mknod"), MDT_ABOUT_MKNOD },
		{ SLICE_INIT("unlink"), MDT_ABOUT_UNLINK },
		{ SLICE_INIT("stat"), MDT_ABOUT_LOOK },
		{ SLICE_INIT("lstat"), MDT_ABOUT_LOOK },
		{ SLICE_INIT("statx"), MDT_ABOUT_LOOK },
		{ SLICE_INIT("access"), MDT_ABOUT_LOOK },
		{ SLICE_INIT("readlink"), MDT_ABOUT_LOOK },
	};
	struct mdt_slice name = row->as ? mdt_slice_cstr(row->as) : row->name;

	if (row->kind == MDT_CALL_IOCTL)
		return MDT_ABOUT_IOCTL;
	if (row->kind == MDT_CALL_READ)
		return MDT_ABOUT_READ;
	if (row->kind == MDT_CALL_WRITE)
		return MDT_ABOUT_WRITE;
	array_for_each (it, verbs)
		if (mdt_slice_eq(it->name, name))
			return it->verb;
	return MDT_ABOUT_CALL;
}

static int arg_of(const struct mdt_call_row *row, char letter)
{
	const char *found = row ? strchr(row->args, letter) : NULL;

	return found ? (int)(found - row->args) : -1;
}

/* ---- the array ---- */

// The array of a node, a partition or a file of sysfs; NULL when it has no number.
static const struct mdt_device *array_of_path(struct mdt_trace *trace,
					      const struct mdt_md_path *path)
{
	uint32_t minor = path->minor;

	// Partitions of arrays have numbers of another major, block-ext.
	if (path->kind == MDT_PATH_PARTITION) {
		if (!mdt_md_name_parse(path->array, &minor) || minor == MDT_MINOR_UNKNOWN)
			return NULL;
	} else if (!path->has_dev || path->major != MDT_MD_MAJOR) {
		return NULL;
	}
	return mdt_device_of_number(trace, MDT_MD_MAJOR, minor, MDT_DEV_BY_NAME);
}

const struct mdt_device *mdt_trace_array(struct mdt_trace *trace,
					 const struct mdt_device *device)
{
	struct mdt_md_path path;

	if (!device || mdt_device_is_md(device))
		return device;
	return mdt_slice_starts(device->path, SLICE("/dev/md")) &&
			       mdt_md_path_parse(device->path, &path) &&
			       path.kind == MDT_PATH_PARTITION
		       ? array_of_path(trace, &path)
		       : NULL;
}

static void set_device(struct mdt_trace *trace, const struct mdt_device *device,
		       struct mdt_about *ret)
{
	ret->device = device;
	ret->array = mdt_trace_array(trace, device);
	ret->is_partition = ret->array && ret->array != device;
	if (ret->array)
		ret->kind = MDT_ABOUT_ARRAY;
	else if (device && device->source != MDT_DEV_UNKNOWN)
		ret->kind = MDT_ABOUT_DISK;
}

/* ---- paths ---- */

static enum mdt_about_kind kind_of(const struct mdt_md_path *path)
{
	switch (path->kind) {
	case MDT_PATH_NODE:
	case MDT_PATH_NAMED_NODE:
	case MDT_PATH_PARTITION:
		return MDT_ABOUT_ARRAY;
	case MDT_PATH_TMP_NODE:
		return path->major == MDT_MD_MAJOR ? MDT_ABOUT_ARRAY : MDT_ABOUT_DISK;
	case MDT_PATH_DISK_DIR:
	case MDT_PATH_ARRAY_DIR:
	case MDT_PATH_MEMBER_DIR:
		return MDT_ABOUT_FOLDER;
	case MDT_PATH_DISK_ATTR:
	case MDT_PATH_ARRAY_ATTR:
	case MDT_PATH_MEMBER_ATTR:
	case MDT_PATH_PARAMETER:
		return MDT_ABOUT_ATTRIBUTE;
	case MDT_PATH_MDSTAT:
		return MDT_ABOUT_MDSTAT;
	case MDT_PATH_MDADM:
		return MDT_ABOUT_MDADM;
	}
	unreachable();
}

// Only these mean something to md: other paths are most of a log.
static bool may_be_md(struct mdt_slice path)
{
	static const struct mdt_slice starts[] = {
		SLICE_INIT("/sys/"), SLICE_INIT("/dev/md"),    SLICE_INIT("/proc/mdstat"),
		SLICE_INIT("/run/"), SLICE_INIT("/etc/mdadm"),
	};

	array_for_each (it, starts)
		if (mdt_slice_starts(path, *it))
			return true;
	return false;
}

// What a path alone tells, where no device is known.
static void set_md_path(struct mdt_trace *trace, struct mdt_about *ret)
{
	ret->is_md_path = may_be_md(ret->path) && mdt_md_path_parse(ret->path, &ret->md);
	if (!ret->is_md_path)
		return;
	ret->kind = kind_of(&ret->md);
	ret->is_partition = ret->md.kind == MDT_PATH_PARTITION;
	if (!ret->array)
		ret->array = array_of_path(trace, &ret->md);
}

// What ret->path is.
static void set_path(struct mdt_trace *trace, struct mdt_about *ret)
{
	set_device(trace, mdt_trace_node(trace, ret->path), ret);
	if (ret->kind == MDT_ABOUT_OTHER)
		set_md_path(trace, ret);
}

// O_EXCL claims a block device; with O_CREAT it means something else
// (asm-generic/fcntl.h).
static bool is_exclusive(struct mdt_ref flags)
{
	return mdt_flags_have(flags, SLICE("O_EXCL"), 0200) &&
	       !mdt_flags_have(flags, SLICE("O_CREAT"), 0100);
}

// asm-generic/fcntl.h
static bool is_place_only(struct mdt_ref flags)
{
	return mdt_flags_have(flags, SLICE("O_PATH"), 010000000) ||
	       mdt_flags_have(flags, SLICE("O_DIRECTORY"), 0200000);
}

static void about_open(const struct mdt_event *event, struct mdt_about *ret)
{
	struct mdt_ref flags = mdt_event_arg(event, (size_t)ret->path_arg + 1);

	// creat() has a mode there.
	if (mdt_slice_eq(event->name, SLICE("creat")))
		return;
	ret->is_exclusive =
		(ret->device || mdt_slice_starts(ret->path, SLICE("/dev/"))) &&
		is_exclusive(flags);
	ret->is_place_only = is_place_only(flags);
}

static void about_path(struct mdt_trace *trace, const struct mdt_event *event,
		       struct mdt_about *ret)
{
	size_t arg = (size_t)ret->path_arg;

	ret->by_path = true;
	if (!mdt_trace_path(trace, event,
			    ret->has_folder ? mdt_event_arg(event, arg - 1)
					    : mdt_ref_none(),
			    mdt_event_arg(event, arg), &ret->path))
		return;
	set_path(trace, ret);
	if (ret->verb == MDT_ABOUT_OPEN)
		about_open(event, ret);
	if (ret->kind == MDT_ABOUT_OTHER && ret->is_exclusive &&
	    !(ret->device && ret->device->is_other))
		ret->kind = MDT_ABOUT_DISK; // claimed as only block devices are
}

static void about_node(struct mdt_trace *trace, const struct mdt_event *event,
		       struct mdt_about *ret)
{
	size_t arg = (size_t)ret->path_arg;
	uint32_t major, minor;

	about_path(trace, event, ret);
	// It is not what was there before.
	ret->kind = MDT_ABOUT_OTHER;
	ret->device = ret->array = NULL;
	ret->is_md_path = ret->is_partition = false;
	if (!mdt_mode_is_block(mdt_event_arg(event, arg + 1)) ||
	    !mdt_devnum_read(mdt_event_arg(event, arg + 2), &major, &minor))
		return;
	set_device(trace, mdt_device_of_number(trace, major, minor, MDT_DEV_BY_NAME),
		   ret);
}

/* ---- descriptors ---- */

static uint64_t offset_of(const struct mdt_event *event, const struct mdt_about *about)
{
	uint64_t offset;

	// pread64(3, "...", 4096, 0)
	if (strlen(about->row->args) > 3)
		return mdt_ref_u64(mdt_event_arg(event, 3), &offset) ? offset
								     : UINT64_MAX;
	return about->file && about->file->has_offset ? about->file->offset : UINT64_MAX;
}

static void about_fd(struct mdt_trace *trace, const struct mdt_event *event,
		     struct mdt_about *ret)
{
	ret->file = mdt_trace_file(trace, event, mdt_event_arg(event, 0));
	if (!ret->file)
		return;
	ret->path = ret->file->path;
	set_device(trace, ret->file->device, ret);
	if (!ret->device)
		set_md_path(trace, ret);
	if (ret->verb == MDT_ABOUT_READ || ret->verb == MDT_ABOUT_WRITE)
		ret->offset = offset_of(event, ret);
}

void mdt_about_note(struct mdt_trace *trace, const struct mdt_file *file,
		    const struct mdt_ioctl *row, size_t count)
{
	if (count == 1 && *row->header)
		mdt_trace_note_header(trace, file, row->header);
}

// Of several names, the one that the log has, or those that the descriptor leaves.
static void about_request(struct mdt_trace *trace, const struct mdt_ioctl_table *table,
			  const struct mdt_event *event, struct mdt_about *ret)
{
	struct mdt_ref request = mdt_event_arg(event, 1);
	struct mdt_about_file file = {
		.path = ret->path,
		.header = ret->file ? ret->file->header : NULL,
		.is_md = ret->array != NULL,
	};
	const struct mdt_ioctl *rows;
	size_t first;

	ret->has_request = mdt_request_number(table, request, &ret->request);
	if (!ret->has_request)
		return;
	rows = mdt_ioctl_find(table, ret->request, &ret->ioctl_count);
	ret->ioctl_tied = mdt_request_choose(rows, ret->ioctl_count, &file, &first);
	ret->ioctl = ret->ioctl_count ? rows + first : NULL;
	mdt_about_note(trace, ret->file, ret->ioctl, ret->ioctl_count);
	if (mdt_ref_node(request)->kind != MDT_NODE_WORD)
		return;
	ret->ioctl = mdt_request_row(table, request, ret->array != NULL);
	ret->ioctl_tied = ret->ioctl != NULL;
}

/* ---- the answer ---- */

static void find(struct mdt_trace *trace, const struct mdt_ioctl_table *table,
		 const struct mdt_event *event, bool is_alone, struct mdt_about *ret)
{
	*ret = (struct mdt_about){ .row = mdt_call_row_find(event->name),
				   .path_arg = -1,
				   .offset = UINT64_MAX };
	if (!ret->row || !mdt_ref_ok(event->call))
		return;
	ret->verb = verb_of(ret->row);
	ret->path_arg = arg_of(ret->row, 'p');
	ret->has_folder = ret->path_arg > 0 && ret->row->args[ret->path_arg - 1] == 'd';
	if (is_alone && ret->has_folder) {
		ret->has_folder = false;
		ret->path_arg--;
	}
	if (ret->verb == MDT_ABOUT_MKNOD)
		about_node(trace, event, ret);
	else if (ret->path_arg >= 0)
		about_path(trace, event, ret);
	else if (ret->row->args[0] == 'f')
		about_fd(trace, event, ret);
	if (ret->verb == MDT_ABOUT_IOCTL)
		about_request(trace, table, event, ret);
}

void mdt_about_find(struct mdt_trace *trace, const struct mdt_ioctl_table *table,
		    const struct mdt_event *event, struct mdt_about *ret)
{
	find(trace, table, event, false, ret);
}

void mdt_about_find_alone(struct mdt_trace *trace, const struct mdt_ioctl_table *table,
			  const struct mdt_event *event, struct mdt_about *ret)
{
	find(trace, table, event, true, ret);
}

void mdt_about_path(struct mdt_trace *trace, struct mdt_slice path, struct mdt_about *ret)
{
	*ret = (struct mdt_about){ .path = path, .path_arg = -1, .offset = UINT64_MAX };
	set_path(trace, ret);
}

/* ---- its name ---- */

static void open_op(const struct mdt_about *about, struct mdt_buf *ret)
{
	if (about->kind == MDT_ABOUT_ATTRIBUTE) {
		mdt_buf_adds(ret, "open attribute ");
		mdt_buf_add(ret, about->md.attr);
		return;
	}
	mdt_buf_adds(ret, about->kind == MDT_ABOUT_DISK ? "open member" : "open");
	if (about->is_exclusive)
		mdt_buf_adds(ret, " O_EXCL");
}

static void look_op(const struct mdt_about *about, struct mdt_buf *ret)
{
	switch (about->md.kind) {
	case MDT_PATH_DISK_DIR:
		mdt_buf_adds(ret, "look folder");
		break;
	case MDT_PATH_ARRAY_DIR:
		mdt_buf_adds(ret, "look folder md");
		break;
	case MDT_PATH_MEMBER_DIR:
		mdt_buf_adds(ret, "look folder member");
		break;
	default:
		mdt_buf_adds(ret, "open attribute ");
		mdt_buf_add(ret, about->md.attr);
	}
}

void mdt_about_op(const struct mdt_about *about, const struct mdt_event *event,
		  struct mdt_buf *ret)
{
	bool is_file =
		about->kind == MDT_ABOUT_ATTRIBUTE || about->kind == MDT_ABOUT_MDSTAT;

	if (about->verb == MDT_ABOUT_IOCTL && about->ioctl) {
		mdt_buf_adds(ret, about->ioctl->name);
	} else if (about->verb == MDT_ABOUT_OPEN) {
		open_op(about, ret);
	} else if (about->verb == MDT_ABOUT_LOOK && about->is_md_path &&
		   (is_file || about->kind == MDT_ABOUT_FOLDER)) {
		look_op(about, ret);
	} else if (about->verb == MDT_ABOUT_READ || about->verb == MDT_ABOUT_WRITE) {
		mdt_buf_adds(ret, about->verb == MDT_ABOUT_READ ? "read" : "write");
		if (is_file) {
			mdt_buf_addc(ret, ' ');
			mdt_buf_add(ret, about->kind == MDT_ABOUT_MDSTAT
						 ? SLICE("mdstat")
						 : about->md.attr);
		}
	} else if (about->verb == MDT_ABOUT_MKNOD) {
		mdt_buf_adds(ret, "mknod");
	} else if (about->verb == MDT_ABOUT_UNLINK) {
		mdt_buf_adds(ret, "unlink");
	} else {
		mdt_buf_add(ret, event->name);
	}
}
