// SPDX-License-Identifier: MIT
// The disks and arrays that the logs speak of.
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "derive/parts.h"

enum { LOOP_MAJOR = 7, SD_MAJOR = 8, SD_MINORS = 16, OTHER_MAJOR = 259 };

/* ---- memory ---- */

void *drv_alloc(struct drv_planner *p, size_t size)
{
	void *memory =
		mdt_arena_alloc(&p->plan->arena, size ? size : 1, _Alignof(max_align_t));

	if (!memory)
		p->failed_memory = true;
	return memory;
}

struct mdt_slice drv_copy(struct drv_planner *p, struct mdt_slice s)
{
	struct mdt_slice copy = { 0 };

	if (s.len && !mdt_arena_copy(&p->plan->arena, s, &copy))
		p->failed_memory = true;
	return copy;
}

struct mdt_slice drv_printf(struct drv_planner *p, const char *fmt, ...)
{
	char text[512];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (len < 0)
		return (struct mdt_slice){ 0 };
	return drv_copy(p, mdt_slice_from(text, (size_t)len < sizeof(text)
							? (size_t)len
							: sizeof(text) - 1));
}

/* ---- disks ---- */

struct drv_disk *drv_disk_find(const struct drv_planner *p, uint32_t major,
			       uint32_t minor)
{
	for (size_t i = 0; i < p->disk_count; i++)
		if (p->disks[i]->major == major && p->disks[i]->minor == minor)
			return p->disks[i];
	return NULL;
}

static struct mdt_slice base_name(struct mdt_slice path)
{
	const char *slash = path.len ? memrchr(path.str, '/', path.len) : NULL;

	return slash ? mdt_slice_skip(path, (size_t)(slash - path.str) + 1) : path;
}

// A path that is the device's own, not a link or a temporary node.
static bool is_plain_node(struct mdt_slice path)
{
	return mdt_slice_starts(path, SLICE("/dev/")) &&
	       base_name(path).len + 5 == path.len && base_name(path).str[0] != '.';
}

static struct mdt_slice default_node(struct drv_planner *p, uint32_t major,
				     uint32_t minor)
{
	if (major == LOOP_MAJOR)
		return drv_printf(p, "/dev/loop%" PRIu32, minor);
	if (major == 1)
		return drv_printf(p, "/dev/ram%" PRIu32, minor);
	if (major == SD_MAJOR && minor % SD_MINORS)
		return drv_printf(p, "/dev/sd%c%" PRIu32, (char)('a' + minor / SD_MINORS),
				  minor % SD_MINORS);
	if (major == SD_MAJOR)
		return drv_printf(p, "/dev/sd%c", (char)('a' + minor / SD_MINORS));
	return drv_printf(p, "/dev/block/%" PRIu32 ":%" PRIu32, major, minor);
}

static void be_array(struct drv_planner *p, struct drv_disk *disk)
{
	struct drv_array *array = drv_array_get(p, disk->minor, (struct mdt_slice){ 0 });

	if (!array)
		return;
	disk->array = array;
	disk->path = array->node;
	array->disk = disk;
}

struct drv_disk *drv_disk_get(struct drv_planner *p, uint32_t major, uint32_t minor,
			      struct mdt_slice path)
{
	struct drv_disk *disk = drv_disk_find(p, major, minor), **place;

	if (!disk) {
		disk = drv_alloc(p, sizeof(*disk));
		place = disk ? drv_add(p, p->disks, p->disk_count) : NULL;
		if (!place) {
			p->failed_memory = true;
			return NULL;
		}
		*place = disk;
		disk->major = major;
		disk->minor = minor;
		disk->path = default_node(p, major, minor);
	}
	if (major == MDT_MD_MAJOR)
		be_array(p, disk);
	else if (is_plain_node(path) && (!is_plain_node(disk->path) || !disk->is_used))
		disk->path = drv_copy(p, path);
	return disk;
}

struct drv_disk *drv_disk_of_array(struct drv_planner *p, struct drv_array *array)
{
	return array->minor == MDT_MINOR_UNKNOWN
		       ? NULL
		       : drv_disk_get(p, MDT_MD_MAJOR, array->minor, array->node);
}

struct drv_disk *drv_disk_of_call(const struct drv_call *call)
{
	if (!call->on)
		return NULL;
	if (call->on->kind == DRV_ARRAY)
		return call->on->array->disk;
	return call->on->kind == DRV_DISK ? call->on->disk : NULL;
}

struct drv_disk *drv_disk_named(const struct drv_planner *p, struct mdt_slice name)
{
	for (size_t i = 0; i < p->disk_count; i++)
		if (mdt_slice_eq(p->disks[i]->path, name) ||
		    mdt_slice_eq(base_name(p->disks[i]->path), name))
			return p->disks[i];
	return NULL;
}

struct drv_disk *drv_disk_new(struct drv_planner *p)
{
	for (uint32_t minor = 0;; minor++) {
		struct drv_disk *disk = drv_disk_find(p, LOOP_MAJOR, minor);

		if (!disk || !disk->is_used)
			return drv_disk_get(p, LOOP_MAJOR, minor,
					    (struct mdt_slice){ 0 });
	}
}

// sda1 is 8:1: Documentation/admin-guide/devices.txt of Linux 6.1.
static bool sd_number(struct mdt_slice name, uint32_t *minor)
{
	uint64_t part = 0;

	if (name.len < 3 || !mdt_slice_starts(name, SLICE("sd")) || name.str[2] < 'a' ||
	    name.str[2] > 'p')
		return false;
	if (name.len > 3 && (!mdt_slice_to_dec(mdt_slice_skip(name, 3), &part) ||
			     part == 0 || part >= SD_MINORS))
		return false;
	*minor = (uint32_t)(name.str[2] - 'a') * SD_MINORS + (uint32_t)part;
	return true;
}

// loop3, ram0
static bool numbered(struct mdt_slice name, struct mdt_slice prefix, uint32_t *minor)
{
	uint64_t number;

	if (!mdt_slice_starts(name, prefix) ||
	    !mdt_slice_to_dec(mdt_slice_skip(name, prefix.len), &number) ||
	    number >= 1 << 20)
		return false;
	*minor = (uint32_t)number;
	return true;
}

// The array that a node is: by its number, or by a name that the log opens.
static struct drv_array *array_of_node(struct drv_planner *p, struct mdt_slice path)
{
	struct mdt_md_path md;

	if (!mdt_md_path_parse(path, &md))
		return NULL;
	if (md.kind == MDT_PATH_NODE && md.has_dev)
		return drv_array_get(p, md.minor, md.array);
	for (size_t i = 0; md.kind == MDT_PATH_NAMED_NODE && i < p->log->count; i++) {
		const struct drv_target *on = p->log->calls[i].on;

		if (on && on->kind == DRV_ARRAY && mdt_slice_eq(on->path, path))
			return on->array;
	}
	return NULL;
}

// A device of which the log has the name and no number.
struct drv_disk *drv_disk_of_node(struct drv_planner *p, struct mdt_slice path)
{
	struct mdt_slice name = base_name(path);
	struct drv_disk *disk = drv_disk_named(p, path);
	struct drv_array *array = disk ? NULL : array_of_node(p, path);
	uint32_t minor;

	if (array)
		disk = drv_disk_of_array(p, array);
	if (disk)
		return disk;
	if (is_plain_node(path)) {
		if (numbered(name, SLICE("loop"), &minor))
			return drv_disk_get(p, LOOP_MAJOR, minor, path);
		if (numbered(name, SLICE("ram"), &minor))
			return drv_disk_get(p, 1, minor, path);
		if (sd_number(name, &minor))
			return drv_disk_get(p, SD_MAJOR, minor, path);
	}
	for (minor = 0; drv_disk_find(p, OTHER_MAJOR, minor);)
		minor++;
	disk = drv_disk_get(p, OTHER_MAJOR, minor, path);
	if (disk)
		disk->path = drv_copy(p, path);
	return disk;
}

void drv_disk_size(struct drv_planner *p, struct drv_disk *disk)
{
	static const uint64_t fallback = 64 << 20;

	if (disk->size)
		return;
	if (disk->array) {
		disk->size = drv_array_bytes(p, disk->array);
		return;
	}
	// Disks of one array are mostly alike.
	for (size_t i = 0; i < p->disk_count && !disk->size; i++)
		if (p->disks[i]->size && p->disks[i]->is_used && !p->disks[i]->array &&
		    !p->disks[i]->why.len) {
			disk->size = p->disks[i]->size;
			disk->why =
				drv_printf(p, "as %.*s", SLICE_FMT(p->disks[i]->path));
		}
	if (!disk->size && p->options.disk_size) {
		disk->size = p->options.disk_size;
		disk->why = SLICE("--disk-size");
	}
	if (!disk->size) {
		disk->size = fallback;
		disk->why = SLICE("64 MiB, unless --disk-size says otherwise");
	}
}

/* ---- arrays ---- */

struct drv_array *drv_array_get(struct drv_planner *p, uint32_t minor,
				struct mdt_slice name)
{
	struct drv_array *array, **place;

	for (size_t i = 0; i < p->array_count; i++)
		if (p->arrays[i]->minor == minor && minor != MDT_MINOR_UNKNOWN)
			return p->arrays[i];
	array = name.len ? drv_array_named(p, name) : NULL;
	if (array)
		return array;
	array = drv_alloc(p, sizeof(*array));
	place = array ? drv_add(p, p->arrays, p->array_count) : NULL;
	if (!place) {
		p->failed_memory = true;
		return NULL;
	}
	*place = array;
	array->minor = minor;
	array->name = minor == MDT_MINOR_UNKNOWN ? drv_copy(p, name)
						 : drv_printf(p, "md%" PRIu32, minor);
	array->node = drv_printf(p, "/dev/%.*s", SLICE_FMT(array->name));
	return array;
}

struct drv_array *drv_array_named(const struct drv_planner *p, struct mdt_slice name)
{
	for (size_t i = 0; i < p->array_count; i++)
		if (mdt_slice_eq(p->arrays[i]->name, name) ||
		    mdt_slice_eq(p->arrays[i]->node, name))
			return p->arrays[i];
	return NULL;
}

struct drv_array *drv_array_only(struct drv_planner *p)
{
	return p->array_count ? p->arrays[0]
			      : drv_array_get(p, 0, (struct mdt_slice){ 0 });
}

struct drv_array *drv_array_of_disk(struct drv_planner *p, const struct drv_disk *disk)
{
	if (disk->owner)
		return disk->owner;
	for (size_t i = 0; i < p->array_count; i++) {
		const struct drv_array *it = p->arrays[i];

		if (it->is_in_log && (drv_member_find(&it->at_first, disk) ||
				      drv_member_find(&it->adds, disk) ||
				      drv_member_find(&it->changed, disk)))
			return p->arrays[i];
	}
	return drv_array_only(p);
}

/* ---- members ---- */

struct drv_member *drv_member_find(const struct drv_members *members,
				   const struct drv_disk *disk)
{
	for (size_t i = 0; i < members->len; i++)
		if (members->items[i].disk == disk)
			return &members->items[i];
	return NULL;
}

struct drv_member *drv_member_get(struct drv_planner *p, struct drv_members *members,
				  struct drv_disk *disk)
{
	struct drv_member *member = drv_member_find(members, disk);

	if (member)
		return member;
	member = drv_add(p, members->items, members->len);
	if (!member) {
		p->failed_memory = true;
		return NULL;
	}
	*member = (struct drv_member){
		.disk = disk, .role = DRV_ACTIVE, .slot = -1, .number = -1
	};
	disk->is_used = true;
	return member;
}

bool drv_members_copy(struct drv_planner *p, const struct drv_members *from,
		      struct drv_members *to)
{
	*to = (struct drv_members){ 0 };
	for (size_t i = 0; i < from->len; i++) {
		struct drv_member *member = drv_add(p, to->items, to->len);

		if (!member) {
			p->failed_memory = true;
			return false;
		}
		*member = from->items[i];
	}
	return true;
}

size_t drv_members_count(const struct drv_members *members, enum drv_role role)
{
	size_t count = 0;

	for (size_t i = 0; i < members->len; i++)
		count += members->items[i].role == role;
	return count;
}
