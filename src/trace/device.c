// SPDX-License-Identifier: MIT
#include "trace/device.h"

#include "base/devnum.h"

static uint64_t number_key(uint32_t major, uint32_t minor)
{
	return (uint64_t)major << 32 | minor;
}

static struct mdt_device *device_new(struct mdt_trace *trace, struct mdt_slice path)
{
	struct mdt_device *device = mdt_arena_new(&trace->arena, struct mdt_device);

	if (!device || !mdt_arena_copy(&trace->arena, path, &device->path)) {
		trace->failed_memory = true;
		return NULL;
	}
	return device;
}

struct mdt_device *mdt_device_of_number(struct mdt_trace *trace, uint32_t major,
					uint32_t minor, enum mdt_dev_source source)
{
	uint64_t key = number_key(major, minor);
	struct mdt_device *device = mdt_map_find(&trace->devices, key);

	if (!device) {
		device = device_new(trace, (struct mdt_slice){ 0 });
		if (!device)
			return NULL;
		device->major = major;
		device->minor = minor;
		if (!mdt_map_set(&trace->devices, key, device)) {
			trace->failed_memory = true;
			return NULL;
		}
	}
	if (device->source < source)
		device->source = source;
	return device;
}

/*
 * Majors whose nodes are numbered by their minor (Documentation/admin-guide/devices.txt
 * of Linux 6.1), so that a name alone tells the device.
 */
static const struct {
	struct mdt_slice prefix;
	uint32_t major;
} numbered[] = {
	{ SLICE_INIT("/dev/md"), MDT_MD_MAJOR },
	{ SLICE_INIT("/dev/loop"), 7 },
	{ SLICE_INIT("/dev/ram"), 1 },
};

// /dev/.tmp.md.PID:MAJOR:MINOR, which mdadm makes to open a device without a node
// (lib.c).
static bool read_temporary(struct mdt_slice path, uint32_t *major, uint32_t *minor)
{
	static const struct mdt_slice start = SLICE_INIT("/dev/.tmp.md.");
	struct mdt_slice rest = mdt_slice_skip(path, start.len);
	const char *first = rest.len ? memchr(rest.str, ':', rest.len) : NULL;
	const char *last = rest.len ? memrchr(rest.str, ':', rest.len) : NULL;
	uint64_t a, b;

	if (!mdt_slice_starts(path, start) || !first || first == last ||
	    !mdt_slice_to_dec(mdt_slice_from(first + 1, (size_t)(last - first - 1)),
			      &a) ||
	    !mdt_slice_to_dec(mdt_slice_skip(rest, (size_t)(last - rest.str) + 1), &b) ||
	    a > UINT32_MAX || b > UINT32_MAX)
		return false;
	*major = (uint32_t)a;
	*minor = (uint32_t)b;
	return true;
}

static bool read_name(struct mdt_slice path, uint32_t *major, uint32_t *minor)
{
	uint64_t number;

	array_for_each (it, numbered) {
		if (mdt_slice_starts(path, it->prefix) &&
		    mdt_slice_to_dec(mdt_slice_skip(path, it->prefix.len), &number) &&
		    number < 1 << 20) {
			*major = it->major;
			*minor = (uint32_t)number;
			return true;
		}
	}
	return read_temporary(path, major, minor);
}

bool mdt_device_set_path(struct mdt_trace *trace, struct mdt_slice path,
			 struct mdt_device *device)
{
	struct mdt_slice own = path;

	if (device && !device->path.len &&
	    !mdt_arena_copy(&trace->arena, path, &device->path))
		return false;
	if (device && mdt_slice_eq(device->path, path))
		own = device->path;
	else if (device && !mdt_arena_copy(&trace->arena, path, &own))
		return false;
	return mdt_map_set_text(&trace->nodes, own, device);
}

struct mdt_device *mdt_device_of_path(struct mdt_trace *trace, struct mdt_slice path)
{
	struct mdt_device *device = mdt_map_find_text(&trace->nodes, path);
	uint32_t major, minor;

	if (device || !mdt_slice_starts(path, SLICE("/dev/")))
		return device;
	if (read_name(path, &major, &minor))
		device = mdt_device_of_number(trace, major, minor, MDT_DEV_BY_NAME);
	else
		device = device_new(trace, path);
	if (!device || !mdt_device_set_path(trace, path, device)) {
		trace->failed_memory = true;
		return NULL;
	}
	return device;
}

const struct mdt_device *mdt_trace_node(struct mdt_trace *trace, struct mdt_slice path)
{
	const struct mdt_device *device = mdt_map_find_text(&trace->nodes, path);
	uint32_t major, minor;

	return device || !read_name(path, &major, &minor)
		       ? device
		       : mdt_device_of_path(trace, path);
}

const struct mdt_device *mdt_trace_device(const struct mdt_trace *trace, uint32_t major,
					  uint32_t minor)
{
	return mdt_map_find(&trace->devices, number_key(major, minor));
}

bool mdt_devnum_read(struct mdt_ref ref, uint32_t *major, uint32_t *minor)
{
	uint64_t a, b;

	if (mdt_slice_eq(mdt_ref_head(ref), SLICE("makedev"))) {
		if (!mdt_ref_u64(mdt_ref_child(ref, 0), &a) ||
		    !mdt_ref_u64(mdt_ref_child(ref, 1), &b))
			return false;
	} else {
		if (!mdt_ref_u64(ref, &b))
			return false;
		a = mdt_dev_major(b);
		b = mdt_dev_minor(b);
	}
	*major = (uint32_t)a;
	*minor = (uint32_t)b;
	return a <= UINT32_MAX && b <= UINT32_MAX;
}

void mdt_device_name(struct mdt_buf *buf, const struct mdt_device *device)
{
	struct mdt_slice name = device->path;
	const char *slash = name.len ? memrchr(name.str, '/', name.len) : NULL;

	if (slash)
		name = mdt_slice_skip(name, (size_t)(slash - name.str) + 1);
	if (device->source == MDT_DEV_UNKNOWN)
		mdt_buf_add(buf, name);
	else if (device->major == MDT_MD_MAJOR)
		mdt_buf_printf(buf, "md%u", device->minor);
	else if (name.len && name.str[0] != '.')
		mdt_buf_add(buf, name);
	else
		mdt_buf_printf(buf, "%u:%u", device->major, device->minor);
}
