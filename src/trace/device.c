// SPDX-License-Identifier: MIT
#include "trace/device.h"

#include <stdlib.h>

#include "base/devnum.h"

static uint64_t number_key(uint32_t major, uint32_t minor)
{
	return (uint64_t)major << 32 | minor;
}

static struct mdt_device *device_new(struct mdt_trace *trace)
{
	struct mdt_device *device = mdt_arena_new(&trace->arena, struct mdt_device);

	if (!device)
		trace->failed_memory = true;
	return device;
}

struct mdt_device *mdt_device_of_number(struct mdt_trace *trace, uint32_t major,
					uint32_t minor, enum mdt_dev_source source)
{
	uint64_t key = number_key(major, minor);
	struct mdt_device *device = mdt_map_find(&trace->devices, key);

	if (!device) {
		device = device_new(trace);
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

/* ---- what a name tells ---- */

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

// `9:100`
static bool read_pair(struct mdt_slice text, uint32_t *major, uint32_t *minor)
{
	const char *colon = text.len ? memchr(text.str, ':', text.len) : NULL;
	size_t at = colon ? (size_t)(colon - text.str) : 0;
	uint64_t a, b;

	if (!colon || !mdt_slice_to_dec(mdt_slice_head(text, at), &a) ||
	    !mdt_slice_to_dec(mdt_slice_skip(text, at + 1), &b) || a > UINT32_MAX ||
	    b > UINT32_MAX)
		return false;
	*major = (uint32_t)a;
	*minor = (uint32_t)b;
	return true;
}

/*
 * .tmp.md.PID:MAJOR:MINOR, which mdadm makes in /dev or elsewhere to open a device
 * without a node (dev_open() in lib.c), and /dev/block/MAJOR:MINOR, a link of udev's.
 */
static bool read_number(struct mdt_slice path, uint32_t *major, uint32_t *minor)
{
	static const struct mdt_slice block = SLICE_INIT("/dev/block/"),
				      temporary = SLICE_INIT(".tmp.md.");
	const char *slash = path.len ? memrchr(path.str, '/', path.len) : NULL, *colon;
	struct mdt_slice name;

	if (!slash)
		return false;
	name = mdt_slice_skip(path, (size_t)(slash - path.str) + 1);
	if (!mdt_slice_starts(name, temporary))
		return mdt_slice_starts(path, block) &&
		       name.len == path.len - block.len && read_pair(name, major, minor);
	colon = memchr(name.str, ':', name.len);
	return colon && read_pair(mdt_slice_skip(name, (size_t)(colon - name.str) + 1),
				  major, minor);
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
	return read_number(path, major, minor);
}

// Folders of /dev without block devices, but with ever new names.
static bool may_be_node(struct mdt_slice path)
{
	static const struct mdt_slice others[] = {
		SLICE_INIT("/dev/shm/"),
		SLICE_INIT("/dev/pts/"),
		SLICE_INIT("/dev/mqueue/"),
		SLICE_INIT("/dev/fd/"),
	};

	if (!mdt_slice_starts(path, SLICE("/dev/")))
		return false;
	array_for_each (it, others)
		if (mdt_slice_starts(path, *it))
			return false;
	return true;
}

/* ---- nodes ---- */

static bool is_odd(struct mdt_slice path)
{
	return !mdt_slice_starts(path, SLICE("/dev/"));
}

static struct mdt_node_name *find_node(const struct mdt_trace *trace,
				       struct mdt_slice path)
{
	if (is_odd(path) && !trace->odd_nodes)
		return NULL;
	return mdt_map_find_text(&trace->nodes, path);
}

struct mdt_device *mdt_device_find(const struct mdt_trace *trace, struct mdt_slice path)
{
	struct mdt_node_name *node = find_node(trace, path);

	return node ? node->device : NULL;
}

static bool remove_node(struct mdt_trace *trace, struct mdt_node_name *node)
{
	if (!mdt_map_set_text(&trace->nodes, node->path, NULL))
		return false;
	trace->odd_nodes -= is_odd(node->path);
	free(node);
	return true;
}

static bool add_node(struct mdt_trace *trace, struct mdt_slice path,
		     struct mdt_device *device)
{
	struct mdt_node_name *node = malloc(sizeof(*node) + path.len);

	if (!node)
		return false;
	*node = (struct mdt_node_name){ device, { (const char *)(node + 1), path.len } };
	if (path.len)
		memcpy(node + 1, path.str, path.len);
	if (!mdt_map_set_text(&trace->nodes, node->path, node)) {
		free(node);
		return false;
	}
	trace->odd_nodes += is_odd(path);
	return true;
}

// The lower the better: /dev/sda, then what is deeper, then mdadm's temporary nodes.
static unsigned int name_rank(struct mdt_slice path)
{
	const char *slash = path.len ? memrchr(path.str, '/', path.len) : NULL;

	if (!slash || mdt_slice_starts(mdt_slice_skip(path, (size_t)(slash - path.str)),
				       SLICE("/.")))
		return 2;
	return slash - path.str != 4 || is_odd(path);
}

static bool set_name(struct mdt_trace *trace, struct mdt_slice path,
		     struct mdt_device *device)
{
	if (device->path.len && name_rank(device->path) <= name_rank(path))
		return true;
	return mdt_arena_copy(&trace->arena, path, &device->path);
}

bool mdt_device_set_path(struct mdt_trace *trace, struct mdt_slice path,
			 struct mdt_device *device)
{
	struct mdt_node_name *node = find_node(trace, path);

	if (!device)
		return !node || remove_node(trace, node);
	if (!set_name(trace, path, device))
		return false;
	if (!node)
		return add_node(trace, path, device);
	node->device = device;
	return true;
}

void mdt_nodes_forget(struct mdt_trace *trace)
{
	mdt_map_for_each(it, &trace->nodes) free(it->value);
	mdt_map_deinit(&trace->nodes);
	trace->odd_nodes = 0;
}

// By its name alone, which is not worth remembering; NULL when that tells no number.
static struct mdt_device *device_of_name(struct mdt_trace *trace, struct mdt_slice path)
{
	struct mdt_device *device;
	uint32_t major, minor;

	if (!read_name(path, &major, &minor))
		return NULL;
	device = mdt_device_of_number(trace, major, minor, MDT_DEV_BY_NAME);
	if (device && !set_name(trace, path, device))
		trace->failed_memory = true;
	return device;
}

struct mdt_device *mdt_device_known(struct mdt_trace *trace, struct mdt_slice path)
{
	struct mdt_device *device = mdt_device_find(trace, path);

	return device ? device : device_of_name(trace, path);
}

struct mdt_device *mdt_device_of_path(struct mdt_trace *trace, struct mdt_slice path)
{
	struct mdt_device *device = mdt_device_known(trace, path);

	if (device || !may_be_node(path))
		return device;
	device = device_new(trace);
	if (!device || !mdt_device_set_path(trace, path, device)) {
		trace->failed_memory = true;
		return NULL;
	}
	return device;
}

const struct mdt_device *mdt_trace_node(struct mdt_trace *trace, struct mdt_slice path)
{
	return mdt_device_known(trace, path);
}

const struct mdt_device *mdt_trace_device(const struct mdt_trace *trace, uint32_t major,
					  uint32_t minor)
{
	return mdt_map_find(&trace->devices, number_key(major, minor));
}

void mdt_device_name(struct mdt_buf *buf, const struct mdt_device *device)
{
	struct mdt_slice name = mdt_slice_base_name(device->path);

	if (device->source == MDT_DEV_UNKNOWN) {
		mdt_buf_add(buf, name);
	} else if (device->major == MDT_MD_MAJOR) {
		mdt_buf_adds(buf, "md");
		mdt_buf_dec(buf, device->minor);
	} else if (name.len && name.str[0] != '.') {
		mdt_buf_add(buf, name);
	} else {
		mdt_buf_dec(buf, device->major);
		mdt_buf_addc(buf, ':');
		mdt_buf_dec(buf, device->minor);
	}
}
