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

/* ---- modules ---- */

void drv_add_module(struct drv_planner *p, struct mdt_slice name)
{
	struct mdt_slice *module;

	for (size_t i = 0; i < p->plan->module_count; i++)
		if (mdt_slice_eq(p->plan->modules[i], name))
			return;
	module = drv_add(p, p->plan->modules, p->plan->module_count);
	if (module)
		*module = name;
}

/* ---- disks ---- */

static uint64_t number_key(uint32_t major, uint32_t minor)
{
	return (uint64_t)major << 32 | minor;
}

struct drv_disk *drv_disk_find(const struct drv_planner *p, uint32_t major,
			       uint32_t minor)
{
	return mdt_map_find(&p->disk_numbers, number_key(major, minor));
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

static bool is_named(const struct drv_disk *disk, struct mdt_slice name)
{
	return mdt_slice_eq(disk->path, name) ||
	       mdt_slice_eq(base_name(disk->path), name);
}

static struct drv_disk *first_named(const struct drv_planner *p, struct mdt_slice name)
{
	for (size_t i = 0; i < p->disk_count; i++)
		if (is_named(p->disks[i], name))
			return p->disks[i];
	return NULL;
}

// Of several disks the first one has the name.
static void be_named(struct drv_planner *p, struct drv_disk *disk, struct mdt_slice name)
{
	const struct drv_disk *other = mdt_map_find_text(&p->disk_names, name);

	if (other && other->id < disk->id && is_named(other, name))
		return;
	if (!mdt_map_set_text(&p->disk_names, name, disk))
		p->failed_memory = true;
}

static void set_path(struct drv_planner *p, struct drv_disk *disk, struct mdt_slice path)
{
	if (mdt_slice_eq(disk->path, path))
		return;
	disk->path = path;
	p->renamed++;
	be_named(p, disk, path);
	be_named(p, disk, base_name(path));
}

static void be_array(struct drv_planner *p, struct drv_disk *disk)
{
	struct drv_array *array = drv_array_get(p, disk->minor, (struct mdt_slice){ 0 });

	if (!array)
		return;
	p->array_disks += !array->disk;
	disk->array = array;
	set_path(p, disk, array->node);
	array->disk = disk;
}

// A disk with nothing but its number.
static struct drv_disk *new_disk(struct drv_planner *p, uint32_t major, uint32_t minor)
{
	struct drv_disk *disk = drv_alloc(p, sizeof(*disk));
	struct drv_disk **place = disk ? drv_add(p, p->disks, p->disk_count) : NULL;

	if (!place || !mdt_map_set(&p->disk_numbers, number_key(major, minor), disk)) {
		p->failed_memory = true;
		p->disk_count -= place != NULL;
		return NULL;
	}
	*place = disk;
	disk->id = (uint32_t)p->disk_count - 1;
	disk->major = major;
	disk->minor = minor;
	set_path(p, disk, default_node(p, major, minor));
	return disk;
}

struct drv_disk *drv_disk_get(struct drv_planner *p, uint32_t major, uint32_t minor,
			      struct mdt_slice path)
{
	struct drv_disk *disk = drv_disk_find(p, major, minor);

	if (!disk)
		disk = new_disk(p, major, minor);
	if (!disk)
		return NULL;
	if (major == MDT_MD_MAJOR)
		be_array(p, disk);
	else if (is_plain_node(path) && !mdt_slice_eq(path, disk->path) &&
		 (!is_plain_node(disk->path) || !disk->is_used))
		set_path(p, disk, drv_copy(p, path));
	return disk;
}

struct drv_disk *drv_disk_of_array(struct drv_planner *p, struct drv_array *array)
{
	return array->minor == MDT_MINOR_UNKNOWN
		       ? NULL
		       : drv_disk_get(p, MDT_MD_MAJOR, array->minor, array->node);
}

struct drv_disk *drv_disk_named(const struct drv_planner *p, struct mdt_slice name)
{
	struct drv_disk *disk = mdt_map_find_text(&p->disk_names, name);

	// It may have another name since.
	return !disk || is_named(disk, name) ? disk : first_named(p, name);
}

struct drv_disk *drv_disk_new(struct drv_planner *p)
{
	for (;; p->next_loop++) {
		struct drv_disk *disk = drv_disk_find(p, LOOP_MAJOR, p->next_loop);

		if (!disk || !disk->is_used)
			return drv_disk_get(p, LOOP_MAJOR, p->next_loop,
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
	return md.kind == MDT_PATH_NAMED_NODE ? mdt_map_find_text(&p->log->named, path)
					      : NULL;
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
	while (drv_disk_find(p, OTHER_MAJOR, p->next_other))
		p->next_other++;
	disk = drv_disk_get(p, OTHER_MAJOR, p->next_other, path);
	if (disk)
		set_path(p, disk, drv_copy(p, path));
	return disk;
}

void drv_find_sized(struct drv_planner *p)
{
	p->sized = NULL;
	for (size_t i = 0; i < p->disk_count && !p->sized; i++)
		if (p->disks[i]->size && !p->disks[i]->array && !p->disks[i]->why.len)
			p->sized = p->disks[i];
}

void drv_disk_sized(struct drv_planner *p, struct drv_disk *disk)
{
	if (disk->array)
		return;
	if (!disk->size && p->sized == disk)
		drv_find_sized(p);
	else if (disk->size && (!p->sized || disk->id < p->sized->id))
		p->sized = disk;
}

void drv_disk_size(struct drv_planner *p, struct drv_disk *disk)
{
	static const uint64_t fallback = 16 << 20;

	if (disk->size)
		return;
	if (disk->array) {
		disk->size = drv_array_bytes(p, disk->array);
		return;
	}
	// Disks of one array are mostly alike.
	if (p->sized) {
		disk->size = p->sized->size;
		disk->why = drv_printf(p, "as %.*s", SLICE_FMT(p->sized->path));
	}
	if (!disk->size && p->options.disk_size) {
		disk->size = p->options.disk_size;
		disk->why = SLICE("--disk-size");
	}
	if (!disk->size) {
		disk->size = fallback;
		disk->why = SLICE("16 MiB, unless --disk-size says otherwise");
	}
}

/* ---- arrays ---- */

void drv_array_own_lists(struct drv_array *array)
{
	array->at_first = array->changed = array->adds =
		(struct drv_members){ .of = array };
}

static void name_array(struct drv_planner *p, struct drv_array *array,
		       struct mdt_slice name)
{
	if (!mdt_map_find_text(&p->array_names, name) &&
	    !mdt_map_set_text(&p->array_names, name, array))
		p->failed_memory = true;
}

static struct drv_array *new_array(struct drv_planner *p, uint32_t minor,
				   struct mdt_slice name)
{
	struct drv_array *array = drv_alloc(p, sizeof(*array));
	struct drv_array **place = array ? drv_add(p, p->arrays, p->array_count) : NULL;

	if (!place || (minor != MDT_MINOR_UNKNOWN &&
		       !mdt_map_set(&p->array_minors, minor, array))) {
		p->failed_memory = true;
		p->array_count -= place != NULL;
		return NULL;
	}
	*place = array;
	array->id = (uint32_t)p->array_count - 1;
	array->minor = minor;
	array->name = minor == MDT_MINOR_UNKNOWN ? drv_copy(p, name)
						 : drv_printf(p, "md%" PRIu32, minor);
	array->node = drv_printf(p, "/dev/%.*s", SLICE_FMT(array->name));
	name_array(p, array, array->name);
	name_array(p, array, array->node);
	drv_array_own_lists(array);
	return array;
}

struct drv_array *drv_array_get(struct drv_planner *p, uint32_t minor,
				struct mdt_slice name)
{
	struct drv_array *array = NULL;

	if (minor != MDT_MINOR_UNKNOWN)
		array = mdt_map_find(&p->array_minors, minor);
	if (!array && name.len)
		array = drv_array_named(p, name);
	return array ? array : new_array(p, minor, name);
}

struct drv_array *drv_array_named(const struct drv_planner *p, struct mdt_slice name)
{
	return mdt_map_find_text(&p->array_names, name);
}

struct drv_array *drv_array_only(struct drv_planner *p)
{
	return p->array_count ? p->arrays[0]
			      : drv_array_get(p, 0, (struct mdt_slice){ 0 });
}

struct drv_array *drv_array_in_log(const struct drv_planner *p,
				   const struct drv_disk *disk)
{
	struct drv_array *first = disk->in;

	// Members of arrays of which the log did not speak at that time.
	for (size_t i = 0; i < p->early_count; i++) {
		struct drv_array *it = p->early[i].array;

		if (p->early[i].disk == disk && it->is_in_log &&
		    (!first || it->id < first->id))
			first = it;
	}
	return first;
}

struct drv_array *drv_array_of_disk(struct drv_planner *p, const struct drv_disk *disk)
{
	struct drv_array *array = disk->owner ? disk->owner : drv_array_in_log(p, disk);

	return array ? array : drv_array_only(p);
}

/* ---- members ---- */

// A list that is longer has its places in a map.
enum { SHORT_LIST = 16 };

static uint64_t member_key(const struct drv_members *members, const struct drv_disk *disk)
{
	return (uint64_t)members->id << 32 | disk->id;
}

struct drv_member *drv_member_find(const struct drv_planner *p,
				   const struct drv_members *members,
				   const struct drv_disk *disk)
{
	size_t i = 0;

	if (!disk)
		return NULL;
	if (members->len > SHORT_LIST) {
		i = (uintptr_t)mdt_map_find(&p->member_places, member_key(members, disk));
		return i && i <= members->len && members->items[i - 1].disk == disk
			       ? &members->items[i - 1]
			       : NULL;
	}
	while (i < members->len && members->items[i].disk != disk)
		i++;
	return i < members->len ? &members->items[i] : NULL;
}

static void set_place(struct drv_planner *p, const struct drv_members *members, size_t i)
{
	// NOLINTNEXTLINE(performance-no-int-to-ptr)
	if (!mdt_map_set(&p->member_places, member_key(members, members->items[i].disk),
			 (void *)(uintptr_t)(i + 1)))
		p->failed_memory = true;
}

void drv_members_index(struct drv_planner *p, struct drv_members *members, size_t from)
{
	if (members->len <= SHORT_LIST)
		return;
	if (!members->id)
		members->id = ++p->list_count;
	if (members->len == SHORT_LIST + 1)
		from = 0;
	for (size_t i = from; i < members->len; i++)
		set_place(p, members, i);
}

// The disk has to do with an array of the log: the first one counts.
static void note_array(struct drv_planner *p, struct drv_array *array,
		       struct drv_disk *disk)
{
	struct drv_early *early;

	if (array->is_in_log) {
		if (!disk->in || array->id < disk->in->id)
			disk->in = array;
		return;
	}
	early = drv_add(p, p->early, p->early_count);
	if (early)
		*early = (struct drv_early){ disk, array };
	else
		p->failed_memory = true;
}

struct drv_member *drv_member_get(struct drv_planner *p, struct drv_members *members,
				  struct drv_disk *disk)
{
	struct drv_member *member = drv_member_find(p, members, disk);

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
	drv_members_index(p, members, members->len - 1);
	if (members->of)
		note_array(p, members->of, disk);
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
	drv_members_index(p, to, 0);
	return true;
}

size_t drv_members_count(const struct drv_members *members, enum drv_role role)
{
	size_t count = 0;

	for (size_t i = 0; i < members->len; i++)
		count += members->items[i].role == role;
	return count;
}
