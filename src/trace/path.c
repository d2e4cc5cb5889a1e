// SPDX-License-Identifier: MIT
#include "trace/path.h"

#include "trace/device.h"
#include "trace/process.h"

/* ---- text ---- */

// Cut the first component off `rest`; empty at the end.
static struct mdt_slice take(struct mdt_slice *rest)
{
	const char *slash;
	struct mdt_slice part;

	while (rest->len && rest->str[0] == '/')
		*rest = mdt_slice_skip(*rest, 1);
	slash = rest->len ? memchr(rest->str, '/', rest->len) : NULL;
	part = slash ? mdt_slice_head(*rest, (size_t)(slash - rest->str)) : *rest;
	*rest = mdt_slice_skip(*rest, part.len);
	return part;
}

static void add_components(struct mdt_slice path, size_t start, struct mdt_buf *ret)
{
	struct mdt_slice part;

	while ((part = take(&path)).len) {
		if (mdt_slice_eq(part, SLICE("."))) {
			continue;
		} else if (mdt_slice_eq(part, SLICE(".."))) {
			while (ret->len > start && ret->str[--ret->len] != '/')
				continue;
		} else {
			mdt_buf_addc(ret, '/');
			mdt_buf_add(ret, part);
		}
	}
}

void mdt_path_join(struct mdt_slice folder, struct mdt_slice path, struct mdt_buf *ret)
{
	size_t start = ret->len;

	if (!path.len || path.str[0] != '/')
		add_components(folder, start, ret);
	add_components(path, start, ret);
	if (ret->len == start)
		mdt_buf_addc(ret, '/');
}

/* ---- what -y prints ---- */

// Take `<block 9:0>` or `<char 1:3>`, and what else strace has in there, off the end.
static struct mdt_slice cut_number(struct mdt_slice text, struct mdt_slice kind,
				   struct mdt_slice *ret)
{
	const char *open = mdt_slice_find(text, kind);
	struct mdt_slice inside;

	if (!open || !mdt_slice_ends(text, SLICE(">")))
		return text;
	inside = mdt_slice_skip(text, (size_t)(open - text.str) + kind.len);
	*ret = mdt_slice_head(inside, inside.len - 1);
	return mdt_slice_head(text, (size_t)(open - text.str));
}

static bool read_number(struct mdt_slice *text, uint32_t *ret)
{
	uint64_t number;
	size_t n = 0;

	while (n < text->len && text->str[n] >= '0' && text->str[n] <= '9')
		n++;
	if (!mdt_slice_to_dec(mdt_slice_head(*text, n), &number) || number > UINT32_MAX)
		return false;
	*ret = (uint32_t)number;
	*text = mdt_slice_skip(*text, n);
	return true;
}

static struct mdt_slice unescaped(struct mdt_slice text, struct mdt_buf *scratch)
{
	if (!text.len || !memchr(text.str, '\\', text.len))
		return text;
	mdt_buf_clear(scratch);
	mdt_unescape(text, scratch);
	return mdt_buf_slice(scratch);
}

struct mdt_shown mdt_shown_read(struct mdt_ref ref, struct mdt_buf *scratch)
{
	static const struct mdt_slice deleted = SLICE_INIT(" (deleted)");
	struct mdt_slice text = mdt_ref_text(ref), numbers = { 0 };
	struct mdt_shown shown = { 0 };

	if (text.len && text.str[text.len - 1] == '>') {
		text = cut_number(text, SLICE("<block "), &numbers);
		shown.is_block = read_number(&numbers, &shown.major) &&
				 mdt_slice_starts(numbers, SLICE(":"));
		numbers = mdt_slice_skip(numbers, 1);
		shown.is_block = shown.is_block && read_number(&numbers, &shown.minor);
		shown.path = cut_number(text, SLICE("<char "), &numbers);
		shown.is_char = shown.path.len != text.len;
		text = shown.path;
	}
	shown.path = unescaped(text, scratch);
	// Old versions leave the kernel's own word inside the brackets.
	shown.is_deleted = mdt_ref_node(ref)->flags & MDT_NODE_DELETED;
	if (mdt_slice_ends(shown.path, deleted)) {
		shown.path.len -= deleted.len;
		shown.is_deleted = true;
	}
	return shown;
}

struct mdt_device *mdt_shown_device(struct mdt_trace *trace,
				    const struct mdt_shown *shown)
{
	struct mdt_device *device;

	if (shown->is_char)
		return NULL;
	if (!shown->is_block) {
		device = shown->is_deleted ? mdt_device_known(trace, shown->path)
					   : mdt_device_of_path(trace, shown->path);
		return device && !device->is_other ? device : NULL;
	}
	device = mdt_device_of_number(trace, shown->major, shown->minor, MDT_DEV_BY_STAT);
	if (device && !shown->is_deleted &&
	    !mdt_device_set_path(trace, shown->path, device))
		trace->failed_memory = true;
	return device;
}

/* ---- arguments ---- */

// PATH_MAX of linux/limits.h. Folder below folder would grow with the log.
enum { FOLLOWED_MAX = 4096 };

// The folder that a relative path counts from; empty when it is not known.
static struct mdt_slice folder_of(struct mdt_trace *trace, const struct mdt_event *event,
				  struct mdt_ref dirfd)
{
	struct mdt_process *process = mdt_process_get(trace, event->prefix.pid);
	struct mdt_ref shown = mdt_ref_attachment(dirfd, MDT_NODE_PATH);
	struct mdt_file *file;
	uint64_t fd;

	if (mdt_ref_ok(shown))
		return mdt_shown_read(shown, &trace->shown_path).path;
	if (!process)
		return (struct mdt_slice){ 0 };
	// AT_FDCWD is -100 (linux/fcntl.h), as -X raw prints it.
	if (!mdt_ref_u64(dirfd, &fd) || (int64_t)fd == -100)
		return mdt_buf_slice(&process->folder);
	file = mdt_fd_find(process, fd);
	return file ? file->path : (struct mdt_slice){ 0 };
}

static bool is_tidy(struct mdt_slice path)
{
	return path.str[0] == '/' && !mdt_slice_find(path, SLICE("//")) &&
	       !mdt_slice_find(path, SLICE("/./")) &&
	       !mdt_slice_find(path, SLICE("/../"));
}

bool mdt_path_of(struct mdt_trace *trace, const struct mdt_event *event,
		 struct mdt_ref dirfd, struct mdt_ref path, struct mdt_buf *scratch,
		 struct mdt_slice *ret)
{
	struct mdt_slice text, folder = { 0 };

	if (!mdt_ref_ok(path) || mdt_ref_node(path)->kind != MDT_NODE_STRING ||
	    mdt_ref_cut(path))
		return false;
	text = unescaped(mdt_ref_inside(path), scratch);
	*ret = text;
	if (!text.len)
		return true;
	if (text.str[0] != '/')
		folder = folder_of(trace, event, dirfd);
	else if (!mdt_slice_starts(text, SLICE("/dev/")))
		return true;
	if ((text.str[0] != '/' && !folder.len) || is_tidy(text))
		return true;
	mdt_buf_clear(&trace->joined);
	mdt_path_join(folder, text, &trace->joined);
	if (trace->joined.len > FOLLOWED_MAX)
		return true;
	mdt_buf_clear(scratch);
	mdt_buf_add(scratch, mdt_buf_slice(&trace->joined));
	*ret = mdt_buf_slice(scratch);
	return !scratch->failed;
}

bool mdt_trace_path(struct mdt_trace *trace, const struct mdt_event *event,
		    struct mdt_ref dirfd, struct mdt_ref path, struct mdt_slice *ret)
{
	return mdt_path_of(trace, event, dirfd, path, &trace->path, ret);
}
