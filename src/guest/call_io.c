// SPDX-License-Identifier: MIT
// Reading and writing. Buffers are aligned for O_DIRECT.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "guest/arg.h"
#include "guest/array.h"
#include "guest/call.h"
#include "guest/sysfs.h"
#include "ioctl/value.h"

enum {
	ALIGN = 4096,
	COUNT_MAX = 64 << 20, /* bytes of one call */
};

static void freep(void *p)
{
	free(*(void **)p);
}

static void *aligned(struct guest_call *call, size_t size)
{
	void *p = NULL;

	if (posix_memalign(&p, ALIGN, size ? size : 1)) {
		guest_call_refuse(call, "out of memory");
		return NULL;
	}
	memset(p, 0, size);
	return p;
}

/* ---- reading ---- */

// What came, as the log would name it; and whether the log has the same.
static void say_bytes(struct guest_call *call, struct mdt_ref ref, bool is_text,
		      struct mdt_slice bytes)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf read = { 0 }, text = { 0 }, log = { 0 };
	struct mdt_slice seen;
	bool agrees;

	if (!mdt_ref_ok(ref)) // a part without iov_base
		return;
	if (is_text)
		guest_map_attribute(call->map, GUEST_TO_LOG, bytes, &read);
	else
		mdt_buf_add(&read, bytes);
	seen = mdt_buf_slice(&read);
	if (seen.len != bytes.len)
		call->ret = (int64_t)seen.len;
	mdt_bytes_text(seen, false, &text);
	if (mdt_ref_bytes(ref, &log) && !mdt_ref_cut(ref) &&
	    mdt_slice_eq(seen, mdt_buf_slice(&log)))
		return; // in the log's spelling
	agrees = mdt_ref_node(ref)->kind != MDT_NODE_STRING ||
		 (mdt_ref_cut(ref) && mdt_slice_starts(seen, mdt_buf_slice(&log)));
	guest_call_change(call, ref, mdt_buf_slice(&text), agrees);
}

static bool read_count(struct guest_call *call, size_t index, uint64_t *ret)
{
	if (!guest_call_number(call, index, ret))
		return false;
	if (*ret <= COUNT_MAX)
		return true;
	guest_call_refuse(call, "more bytes than mdtrace reads at once");
	return false;
}

// @param is_at Argument 4 says where; else where the file is.
static void read_some(struct guest_call *call, bool is_at)
{
	_cleanup_(freep) char *bytes = NULL;
	uint64_t count, offset = 0;
	struct guest_file *file;
	ssize_t n;
	int fd;

	if (!guest_call_fd(call, 0, &fd, &file) || !read_count(call, 2, &count) ||
	    (is_at && !guest_call_number(call, 3, &offset)))
		return;
	bytes = aligned(call, (size_t)count);
	if (!bytes)
		return;
	n = is_at ? pread(fd, bytes, (size_t)count, (off_t)offset)
		  : read(fd, bytes, (size_t)count);
	guest_call_result(call, n);
	if (n >= 0)
		say_bytes(call, mdt_event_arg(call->event, 1), file->is_text,
			  mdt_slice_from(bytes, (size_t)n));
}

void guest_call_read(struct guest_call *call)
{
	read_some(call, false);
}

void guest_call_pread(struct guest_call *call)
{
	read_some(call, true);
}

// The iov_len of all parts together.
static bool read_lengths(struct guest_call *call, struct mdt_ref list, uint64_t *ret)
{
	*ret = 0;
	if (!mdt_ref_ok(list) || mdt_ref_node(list)->kind != MDT_NODE_ARRAY) {
		guest_call_refuse(call, "the list of buffers is not in the plan");
		return false;
	}
	for (struct mdt_ref it = mdt_ref_first(list); mdt_ref_ok(it);
	     it = mdt_ref_next(list, it)) {
		uint64_t len;

		if (!guest_arg_number(mdt_ref_member(it, SLICE("iov_len")), &len) ||
		    len > COUNT_MAX || *ret + len > COUNT_MAX) {
			guest_call_refuse(call, "the list of buffers is not whole");
			return false;
		}
		*ret += len;
	}
	return true;
}

// Each part's bytes are said at its own place.
static void say_parts(struct guest_call *call, struct mdt_ref list, bool is_text,
		      struct mdt_slice bytes)
{
	for (struct mdt_ref it = mdt_ref_first(list); mdt_ref_ok(it) && bytes.len;
	     it = mdt_ref_next(list, it)) {
		uint64_t len = 0;

		if (!guest_arg_number(mdt_ref_member(it, SLICE("iov_len")), &len))
			return;
		say_bytes(call, mdt_ref_member(it, SLICE("iov_base")), is_text,
			  mdt_slice_head(bytes, (size_t)len));
		bytes = mdt_slice_skip(bytes, (size_t)len);
	}
}

void guest_call_readv(struct guest_call *call)
{
	struct mdt_ref list = mdt_event_arg(call->event, 1);
	_cleanup_(freep) char *bytes = NULL;
	struct guest_file *file;
	uint64_t count;
	ssize_t n;
	int fd;

	if (!guest_call_fd(call, 0, &fd, &file) || !read_lengths(call, list, &count))
		return;
	bytes = aligned(call, (size_t)count);
	if (!bytes)
		return;
	n = read(fd, bytes, (size_t)count);
	guest_call_result(call, n);
	if (n >= 0)
		say_parts(call, list, file->is_text, mdt_slice_from(bytes, (size_t)n));
}

/* ---- writing ---- */

// Of a file of an array in sysfs, its minor: .../block/md100/md/array_state. -1: none.
static int64_t array_of_file(int fd, char path[GUEST_PATH_MAX])
{
	static const char mark[] = "/block/";
	char link[64], *node, *end;
	int64_t minor;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, GUEST_PATH_MAX - 1);
	path[n > 0 ? n : 0] = '\0';
	node = strstr(path, mark);
	end = node ? strchr(node + strlen(mark), '/') : NULL;
	if (!end)
		return -1;
	*end = '\0';
	minor = guest_array_minor(node + strlen(mark));
	*end = '/';
	return minor;
}

// Arrays are changed through files, too: new_array, array_state, dev-sda1/state.
static enum guest_touch touch_of_file(const char *path, struct mdt_slice text)
{
	const char *name = strrchr(path, '/');

	text = mdt_slice_head(text, strcspn(text.str, "\n"));
	if (name && !strcmp(name, "/array_state") && mdt_slice_eq(text, SLICE("clear")))
		return GUEST_TOUCH_STOP;
	if (name && !strcmp(name, "/state") && mdt_slice_eq(text, SLICE("faulty")))
		return GUEST_TOUCH_FAIL;
	// It asks for an event; nothing begins, and what ends goes on to.
	if (name && !strcmp(name, "/uevent"))
		return GUEST_TOUCH_OTHER;
	return GUEST_TOUCH_START;
}

// @param text With a NUL behind it.
static void touch(struct guest_call *call, int fd, const struct guest_file *file,
		  struct mdt_slice text)
{
	char path[GUEST_PATH_MAX];

	if (file && file->is_text) {
		call->array = array_of_file(fd, path);
		call->touch = touch_of_file(path, text);
		return;
	}
	call->array = guest_call_array(fd);
	if (call->array >= 0)
		call->touch = GUEST_TOUCH_OTHER;
}

static void write_bytes(struct guest_call *call, int fd, const struct guest_file *file,
			struct mdt_slice bytes, const uint64_t *offset)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	_cleanup_(freep) char *copy = NULL;
	struct mdt_slice out = bytes;
	ssize_t n;

	if (file && file->is_text) {
		guest_map_attribute(call->map, GUEST_TO_KERNEL, bytes, &text);
		out = mdt_buf_slice(&text);
	}
	copy = aligned(call, out.len + 1);
	if (!copy)
		return;
	if (out.len)
		memcpy(copy, out.str, out.len);
	n = offset ? pwrite(fd, copy, out.len, (off_t)*offset) : write(fd, copy, out.len);
	if (n == (ssize_t)out.len)
		n = (ssize_t)bytes.len;
	guest_call_result(call, n);
	touch(call, fd, file, mdt_slice_from(copy, out.len));
}

static void write_some(struct guest_call *call, bool is_at)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	uint64_t count, offset = 0;
	struct guest_file *file;
	int fd;

	if (!guest_call_fd(call, 0, &fd, &file) || !read_count(call, 2, &count) ||
	    (is_at && !guest_call_number(call, 3, &offset)))
		return;
	if (!guest_arg_bytes(mdt_event_arg(call->event, 1), &bytes) ||
	    bytes.len != count) {
		guest_call_refuse(call, "the %lu bytes to write are not all in the plan",
				  (unsigned long)count);
		return;
	}
	write_bytes(call, fd, file, mdt_buf_slice(&bytes), is_at ? &offset : NULL);
}

void guest_call_write(struct guest_call *call)
{
	write_some(call, false);
}

void guest_call_pwrite(struct guest_call *call)
{
	write_some(call, true);
}

void guest_call_writev(struct guest_call *call)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_ref list = mdt_event_arg(call->event, 1);
	struct guest_file *file;
	uint64_t count;
	bool whole = true;
	int fd;

	if (!guest_call_fd(call, 0, &fd, &file) || !read_lengths(call, list, &count))
		return;
	for (struct mdt_ref it = mdt_ref_first(list); mdt_ref_ok(it) && whole;
	     it = mdt_ref_next(list, it))
		whole = guest_arg_bytes(mdt_ref_member(it, SLICE("iov_base")), &bytes);
	if (!whole || bytes.len != count)
		guest_call_refuse(call, "the %lu bytes to write are not all in the plan",
				  (unsigned long)count);
	else
		write_bytes(call, fd, file, mdt_buf_slice(&bytes), NULL);
}

/* ---- the rest ---- */

void guest_call_lseek(struct guest_call *call)
{
	uint64_t offset;
	int fd, whence;

	if (guest_call_fd(call, 0, &fd, NULL) && guest_call_number(call, 1, &offset) &&
	    guest_call_int(call, 2, &whence))
		guest_call_result(call, lseek(fd, (off_t)offset, whence));
}

// Of programs of 32 bits: _llseek(3, 4096, [4096], SEEK_SET), the offset in one piece.
void guest_call_llseek(struct guest_call *call)
{
	struct mdt_ref place = mdt_event_arg(call->event, 2);
	uint64_t offset;
	char text[32];
	int fd, whence;

	if (!guest_call_fd(call, 0, &fd, NULL) || !guest_call_number(call, 1, &offset) ||
	    !guest_call_int(call, 3, &whence))
		return;
	guest_call_result(call, lseek(fd, (off_t)offset, whence));
	if (call->err)
		return;
	snprintf(text, sizeof(text), "[%ld]", (long)call->ret);
	call->ret = 0;
	if (!mdt_slice_eq_cstr(mdt_ref_text(place), text))
		guest_call_change(call, place, mdt_slice_cstr(text),
				  mdt_ref_node(place)->kind != MDT_NODE_ARRAY);
}

void guest_call_fsync(struct guest_call *call)
{
	int fd;

	if (guest_call_fd(call, 0, &fd, NULL))
		guest_call_result(call, fsync(fd));
}

void guest_call_fdatasync(struct guest_call *call)
{
	int fd;

	if (guest_call_fd(call, 0, &fd, NULL))
		guest_call_result(call, fdatasync(fd));
}
