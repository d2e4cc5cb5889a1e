// SPDX-License-Identifier: MIT
/* What is written to attributes of arrays and members. */
#include "md/level.h"
#include "md/sysfs.h"
#include "model/model.h"

// Those that have an operation of their own.
static const struct {
	enum mdt_md_path_kind of;
	const char *attr;
	enum mdt_md_op op;
} operations[] = {
	{ MDT_PATH_ARRAY_ATTR, "array_state", MDT_OP_ARRAY_STATE },
	{ MDT_PATH_ARRAY_ATTR, "sync_action", MDT_OP_SYNC_ACTION },
	{ MDT_PATH_MEMBER_ATTR, "state", MDT_OP_MEMBER_STATE },
	{ MDT_PATH_PARAMETER, "new_array", MDT_OP_NEW_ARRAY },
};

enum mdt_md_op mdt_md_op_of_write(const struct mdt_md_path *path)
{
	array_for_each (it, operations)
		if (path->kind == it->of && mdt_slice_eq_cstr(path->attr, it->attr))
			return it->op;
	return path->kind == MDT_PATH_ARRAY_ATTR || path->kind == MDT_PATH_MEMBER_ATTR
		       ? MDT_OP_ATTRIBUTE
		       : MDT_OPS;
}

/* Of md_default_attrs, md_redundancy_attrs, md_bitmap_attrs, rdev_default_attrs (md.c).
 */
static const struct {
	const char *name; /* one that ends in `/` stands for all below it */
	bool is_member;
	enum mdt_model_attr attr;
} attributes[] = {
	{ "metadata_version", false, MDT_ATTR_VERSION },
	{ "level", false, MDT_ATTR_LEVEL },
	{ "raid_disks", false, MDT_ATTR_RAID_DISKS },
	{ "chunk_size", false, MDT_ATTR_CHUNK_SIZE },
	{ "layout", false, MDT_ATTR_LAYOUT },
	{ "component_size", false, MDT_ATTR_COMPONENT_SIZE },
	{ "new_dev", false, MDT_ATTR_NEW_DEV },
	{ "bitmap/", false, MDT_ATTR_BITMAP },
	{ "bitmap_type", false, MDT_ATTR_BITMAP },
	{ "bitmap_set_bits", false, MDT_ATTR_HARMLESS },
	{ "resync_start", false, MDT_ATTR_RESYNC },
	{ "reshape_position", false, MDT_ATTR_RESHAPE },
	{ "reshape_direction", false, MDT_ATTR_RESHAPE },
	{ "consistency_policy", false, MDT_ATTR_POLICY },
	{ "array_size", false, MDT_ATTR_POLICY },
	{ "safe_mode_delay", false, MDT_ATTR_HARMLESS },
	{ "sync_min", false, MDT_ATTR_HARMLESS },
	{ "sync_max", false, MDT_ATTR_HARMLESS },
	{ "sync_speed_min", false, MDT_ATTR_HARMLESS },
	{ "sync_speed_max", false, MDT_ATTR_HARMLESS },
	{ "sync_force_parallel", false, MDT_ATTR_HARMLESS },
	{ "suspend_lo", false, MDT_ATTR_HARMLESS },
	{ "suspend_hi", false, MDT_ATTR_HARMLESS },
	{ "max_read_errors", false, MDT_ATTR_HARMLESS },
	{ "serialize_policy", false, MDT_ATTR_HARMLESS },
	{ "logical_block_size", false, MDT_ATTR_POLICY },
	{ "slot", true, MDT_ATTR_SLOT },
	{ "offset", true, MDT_ATTR_PLACE },
	{ "new_offset", true, MDT_ATTR_PLACE },
	{ "size", true, MDT_ATTR_PLACE },
	{ "recovery_start", true, MDT_ATTR_RECOVERY },
	{ "errors", true, MDT_ATTR_HARMLESS },
	{ "bad_blocks", true, MDT_ATTR_HARMLESS },
	{ "unacknowledged_bad_blocks", true, MDT_ATTR_HARMLESS },
	{ "ppl_sector", true, MDT_ATTR_HARMLESS },
	{ "ppl_size", true, MDT_ATTR_HARMLESS },
};

static enum mdt_model_attr find(bool is_member, struct mdt_slice name)
{
	array_for_each (it, attributes) {
		struct mdt_slice row = mdt_slice_cstr(it->name);

		if (it->is_member == is_member &&
		    (mdt_slice_eq(row, name) ||
		     (mdt_slice_ends(row, SLICE("/")) && mdt_slice_starts(name, row))))
			return it->attr;
	}
	return MDT_ATTR_UNLISTED;
}

static bool read_number(struct mdt_slice text, int64_t *ret)
{
	uint64_t value;

	if (!mdt_slice_to_dec(text, &value) || value > INT64_MAX / 2)
		return false;
	*ret = (int64_t)value;
	return true;
}

// metadata_store(): `none`, `external:...`, `1.2`.
static bool read_version(struct mdt_slice text, struct mdt_model_call *ret)
{
	const char *dot = mdt_slice_find(text, SLICE("."));
	int64_t major, minor;

	ret->info.major_version = 0;
	ret->info.minor_version = 90;
	ret->info.not_persistent = 1;
	ret->external = mdt_slice_starts(text, SLICE("external:"));
	if (ret->external || mdt_slice_eq(text, SLICE("none")))
		return true;
	if (!dot ||
	    !read_number(mdt_slice_head(text, (size_t)(dot - text.str)), &major) ||
	    !read_number(mdt_slice_skip(text, (size_t)(dot - text.str) + 1), &minor) ||
	    major > 1 || minor > INT32_MAX - 1)
		return false;
	ret->info.major_version = (int32_t)major;
	ret->info.minor_version = (int32_t)minor;
	ret->info.not_persistent = 0;
	return true;
}

static bool read_device(struct mdt_slice text, struct mdt_model_call *ret)
{
	const char *colon = mdt_slice_find(text, SLICE(":"));
	int64_t major, minor;

	if (!colon ||
	    !read_number(mdt_slice_head(text, (size_t)(colon - text.str)), &major) ||
	    !read_number(mdt_slice_skip(text, (size_t)(colon - text.str) + 1), &minor))
		return false;
	ret->has_device = true;
	ret->major = (uint32_t)major;
	ret->minor = (uint32_t)minor;
	return true;
}

static bool read_level(struct mdt_slice text, struct mdt_model_call *ret)
{
	int level;

	if (!mdt_level_find(text, &level))
		return false;
	ret->value = level;
	return true;
}

// `none`, also as it was written by old mdadm: a slot given up.
static bool read_slot(struct mdt_slice text, struct mdt_model_call *ret)
{
	ret->value = -1;
	return mdt_slice_starts(text, SLICE("none")) || read_number(text, &ret->value);
}

void mdt_model_attribute_read(bool is_member, struct mdt_slice name,
			      struct mdt_slice text, struct mdt_model_call *ret)
{
	text = mdt_slice_chomp(text);
	ret->attr = find(is_member, name);
	switch (ret->attr) {
	case MDT_ATTR_VERSION:
		ret->has_value = read_version(text, ret);
		break;
	case MDT_ATTR_LEVEL:
		ret->has_value = read_level(text, ret);
		break;
	case MDT_ATTR_NEW_DEV:
		ret->has_value = read_device(text, ret);
		break;
	case MDT_ATTR_SLOT:
		ret->has_value = read_slot(text, ret);
		break;
	default:
		ret->has_value = read_number(text, &ret->value);
		break;
	}
}
