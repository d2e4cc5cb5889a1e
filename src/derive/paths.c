// SPDX-License-Identifier: MIT
// What a path of a log is: an array's node, a disk, a file of sysfs, or nothing of ours.
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

static struct drv_target *attr_target(struct drv_select *s, struct mdt_slice path,
				      enum drv_kind kind)
{
	struct drv_target *target = new_target(s, kind, path);

	if (!target || !mdt_md_path_parse(target->path, &target->md))
		return NULL;
	if (kind == DRV_ATTR)
		target->array = drv_array_get(
			s->p, target->md.has_dev ? target->md.minor : MDT_MINOR_UNKNOWN,
			target->md.array);
	return target;
}

static struct drv_target *md_target(struct drv_select *s, struct mdt_slice path,
				    const struct mdt_md_path *md)
{
	struct drv_array *array;

	switch (md->kind) {
	case MDT_PATH_NODE:
		return drv_target_array(
			s,
			drv_array_get(s->p, md->has_dev ? md->minor : MDT_MINOR_UNKNOWN,
				      md->array),
			path);
	case MDT_PATH_TMP_NODE:
		return drv_target_device(s, md->major, md->minor, path);
	case MDT_PATH_DISK_ATTR:
	case MDT_PATH_ARRAY_ATTR:
	case MDT_PATH_MEMBER_ATTR:
		return attr_target(s, path, DRV_ATTR);
	case MDT_PATH_PARAMETER:
		return attr_target(s, path, DRV_PARAM);
	case MDT_PATH_MDSTAT:
		return new_target(s, DRV_MDSTAT, path);
	case MDT_PATH_NAMED_NODE: // nothing has told its number: that of the only array
		array = mdt_map_find_text(&s->p->names, path);
		return drv_target_array(s, array ? array : drv_array_only(s->p), path);
	case MDT_PATH_PARTITION:
	case MDT_PATH_DISK_DIR:
	case MDT_PATH_ARRAY_DIR:
	case MDT_PATH_MEMBER_DIR:
	case MDT_PATH_MDADM:
		break;
	}
	return NULL;
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

static struct drv_target *partition_target(struct drv_select *s, struct mdt_slice path,
					   const struct mdt_md_path *md)
{
	uint32_t minor;

	if (!mdt_md_name_parse(md->array, &minor))
		return NULL;
	return drv_target_array(s, drv_array_get(s->p, minor, md->array), path);
}

struct drv_target *drv_classify(struct drv_select *s, struct mdt_slice path)
{
	const struct drv_node *node = mdt_map_find_text(&s->nodes, path);
	const struct mdt_device *device;
	struct mdt_md_path md;
	bool is_md = mdt_md_path_parse(path, &md);

	if (mdt_slice_starts(path, SLICE("/sys/")) ||
	    (is_md && md.kind >= MDT_PATH_PARAMETER))
		return is_md ? md_target(s, path, &md) : disk_attr(s, path);
	device = mdt_trace_node(&s->trace, path);
	// A partition of an array: what md does by it, it does to the array.
	if (is_md && md.kind == MDT_PATH_PARTITION)
		return partition_target(s, path, &md);
	if (device && device->source != MDT_DEV_UNKNOWN)
		return drv_target_device(s, device->major, device->minor, path);
	// A link's or a disk's number may be told only after it was opened.
	if (node && node->has_number)
		return drv_target_device(s, node->major, node->minor, path);
	if (is_md)
		return md_target(s, path, &md);
	if (node && node->is_block && !(device && device->is_other))
		return drv_target_disk(s, drv_disk_of_node(s->p, path), path);
	return NULL;
}
