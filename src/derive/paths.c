// SPDX-License-Identifier: MIT
// What a call is about, as things of the plan: an array, a disk, a file of sysfs.
#include "derive/select.h"

// What a disk's folder in sysfs has that does not depend on the machine's hardware.
static const struct mdt_slice disk_attrs[] = {
	SLICE_INIT("dev"),	 SLICE_INIT("size"),  SLICE_INIT("ro"),
	SLICE_INIT("partition"), SLICE_INIT("start"),
};

static struct drv_target *new_target(struct drv_select *s, enum drv_kind kind,
				     struct mdt_slice path)
{
	struct drv_target *target = drv_alloc(s->p, sizeof(*target));

	if (!target)
		return NULL;
	target->kind = kind;
	target->path = drv_copy(s->p, path);
	return target;
}

struct drv_target *drv_target_array(struct drv_select *s, struct drv_array *array,
				    struct mdt_slice path)
{
	struct drv_target *target = array ? new_target(s, DRV_ARRAY, path) : NULL;

	if (target)
		target->array = array;
	return target;
}

struct drv_target *drv_target_disk(struct drv_select *s, struct drv_disk *disk,
				   struct mdt_slice path)
{
	struct drv_target *target = disk ? new_target(s, DRV_DISK, path) : NULL;

	if (target)
		target->disk = disk;
	return target;
}

struct drv_target *drv_target_device(struct drv_select *s, uint32_t major, uint32_t minor,
				     struct mdt_slice path)
{
	if (major == MDT_MD_MAJOR)
		return drv_target_array(
			s, drv_array_get(s->p, minor, (struct mdt_slice){ 0 }), path);
	return drv_target_disk(s, drv_disk_get(s->p, major, minor, path), path);
}

static struct drv_target *attr_target(struct drv_select *s, struct mdt_slice path)
{
	struct drv_target *target = new_target(s, DRV_ATTR, path);

	if (!target || !mdt_md_path_parse(target->path, &target->md))
		return NULL;
	if (target->md.kind == MDT_PATH_PARAMETER)
		target->kind = DRV_PARAM;
	else
		target->array = drv_array_get(
			s->p, target->md.has_dev ? target->md.minor : MDT_MINOR_UNKNOWN,
			target->md.array);
	return target;
}

static struct mdt_slice last_part(struct mdt_slice path, struct mdt_slice *rest)
{
	const char *slash = path.len ? memrchr(path.str, '/', path.len) : NULL;

	if (!slash) {
		*rest = (struct mdt_slice){ 0 };
		return path;
	}
	*rest = mdt_slice_head(path, (size_t)(slash - path.str));
	return mdt_slice_skip(path, rest->len + 1);
}

static struct drv_disk *sysfs_disk(const struct drv_planner *p, struct mdt_slice name)
{
	const char *colon = name.len ? memchr(name.str, ':', name.len) : NULL;
	uint64_t major, minor;

	if (!colon)
		return name.len ? drv_disk_named(p, name) : NULL;
	if (!mdt_slice_to_dec(mdt_slice_head(name, (size_t)(colon - name.str)), &major) ||
	    !mdt_slice_to_dec(mdt_slice_skip(name, (size_t)(colon - name.str) + 1),
			      &minor))
		return NULL;
	return drv_disk_find(p, (uint32_t)major, (uint32_t)minor);
}

static struct drv_target *disk_attr(struct drv_select *s, struct mdt_slice path)
{
	struct mdt_slice folder, attr = last_part(path, &folder);
	struct mdt_slice name = last_part(folder, &folder);
	struct drv_target *target;
	struct drv_disk *disk;
	bool known = false;

	array_for_each (it, disk_attrs)
		known |= mdt_slice_eq(attr, *it);
	disk = known && mdt_slice_find(path, SLICE("/block/")) ? sysfs_disk(s->p, name)
							       : NULL;
	target = disk ? new_target(s, DRV_DISK_ATTR, path) : NULL;
	if (target)
		target->disk = disk;
	return target;
}

// A number that the log tells only after this: that of a link, or of a disk.
static struct drv_target *numbered(struct drv_select *s, const struct mdt_about *about,
				   bool *found)
{
	const struct drv_node *node = mdt_map_find_text(&s->nodes, about->path);

	*found = node && node->has_number;
	return *found ? drv_target_device(s, node->major, node->minor, about->path)
		      : NULL;
}

// Of a name that nothing has told the number of, it is that of the only array.
static struct drv_target *array_target(struct drv_select *s,
				       const struct mdt_about *about)
{
	struct drv_array *array;
	struct drv_target *target;
	bool found;

	if (about->array)
		return drv_target_device(s, MDT_MD_MAJOR, about->array->minor,
					 about->path);
	target = numbered(s, about, &found);
	if (found)
		return target;
	if (about->md.kind == MDT_PATH_NODE)
		array = drv_array_get(s->p, MDT_MINOR_UNKNOWN, about->md.array);
	else
		array = mdt_map_find_text(&s->p->names, about->path);
	return drv_target_array(s, array ? array : drv_array_only(s->p), about->path);
}

static struct drv_target *disk_target(struct drv_select *s, const struct mdt_about *about)
{
	const struct mdt_device *device = about->device;
	struct drv_target *target;
	bool found;

	if (device && device->source != MDT_DEV_UNKNOWN)
		return drv_target_device(s, device->major, device->minor, about->path);
	target = numbered(s, about, &found);
	return found ? target
		     : drv_target_disk(s, drv_disk_of_node(s->p, about->path),
				       about->path);
}

// Elsewhere the log may use it as block devices are used.
static struct drv_target *other_target(struct drv_select *s,
				       const struct mdt_about *about)
{
	const struct drv_node *node = mdt_map_find_text(&s->nodes, about->path);
	bool is_other = about->device && about->device->is_other;

	if (mdt_slice_starts(about->path, SLICE("/sys/")))
		return disk_attr(s, about->path);
	return node && (node->has_number || (node->is_block && !is_other))
		       ? disk_target(s, about)
		       : NULL;
}

struct drv_target *drv_target_of(struct drv_select *s, const struct mdt_about *about)
{
	switch (about->kind) {
	case MDT_ABOUT_ARRAY:
		return array_target(s, about);
	case MDT_ABOUT_DISK:
		return disk_target(s, about);
	case MDT_ABOUT_ATTRIBUTE:
		return attr_target(s, about->path);
	case MDT_ABOUT_MDSTAT:
		return new_target(s, DRV_MDSTAT, about->path);
	case MDT_ABOUT_OTHER:
		return other_target(s, about);
	case MDT_ABOUT_FOLDER:
	case MDT_ABOUT_MDADM:
		break;
	}
	return NULL;
}

struct drv_target *drv_target_of_path(struct drv_select *s, struct mdt_slice path)
{
	struct mdt_about about;

	mdt_about_path(&s->trace, path, &about);
	return drv_target_of(s, &about);
}
