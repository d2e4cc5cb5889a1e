// SPDX-License-Identifier: MIT
// What a log says of its arrays: command lines, messages, sysfs, /proc/mdstat,
// superblocks.
#include "md/level.h"
#include "derive/parts.h"
#include "derive/message.h"

/* ---- single facts ---- */

void drv_learn_version(struct drv_array *array, int major, int minor, const char *why)
{
	if (array->has_version || major < 0)
		return;
	array->has_version = true;
	array->major = major;
	array->minor_version = minor < 0 ? 2 : minor;
	array->version_why = why;
}

static void learn_level(struct drv_array *array, int level, const char *why)
{
	if (level >= -1 && level <= 10)
		array->levels |= UINT32_C(1) << (level + 1);
	if (array->has_level)
		return;
	array->has_level = true;
	array->level = level;
	array->level_why = why;
}

void drv_learn_raid_disks(struct drv_array *array, uint64_t count, const char *why)
{
	if (array->has_raid_disks || array->is_updated || !count ||
	    count > MDT_SUPER_1_ROLES)
		return;
	array->has_raid_disks = true;
	array->raid_disks_trust = MDT_TRUST_KNOWN;
	array->raid_disks = (uint32_t)count;
	array->raid_disks_why = why;
}

static void learn_component(struct drv_array *array, uint64_t kib)
{
	if (array->has_component || array->is_updated || !kib)
		return;
	array->has_component = true;
	array->component_presumed = false;
	array->component = kib;
}

/* ---- mdadm's command line and messages ---- */

static struct drv_array *array_of_name(struct drv_planner *p, struct mdt_slice name)
{
	struct mdt_md_path md;

	if (!name.len)
		return NULL;
	if (name.str[0] == '/' && mdt_md_path_parse(name, &md) &&
	    md.kind == MDT_PATH_NODE && md.has_dev)
		return drv_array_get(p, md.minor, md.array);
	return drv_array_named(p, name) ? drv_array_named(p, name) : drv_array_only(p);
}

// An array that is made anew has nothing of the one that an earlier log had under its
// name.
static void forget(struct drv_array *array)
{
	array->has_version = array->has_level = array->has_raid_disks = false;
	array->has_component = array->has_uuid = array->has_chunk = false;
	array->has_layout = array->is_external = array->has_default = false;
	array->ctime = 0;
	array->bytes = array->bytes_in_log;
}

static void be_created(struct drv_array *array)
{
	if (!array->is_created && array->was_planned)
		forget(array);
	array->is_created = true;
}

static void learn_command(struct drv_planner *p, const struct mdt_cmdline *line)
{
	const struct mdt_mdadm_device *device = mdt_cmdline_array(line);
	struct drv_array *array = device ? array_of_name(p, device->name) : NULL;
	bool makes = line->mode == MDT_MDADM_CREATE || line->mode == MDT_MDADM_BUILD;

	if (!array)
		return;
	drv_in_log(p, array);
	if (makes)
		be_created(array);
	if (line->has_metadata)
		drv_learn_version(array, line->major, line->minor, "mdadm's --metadata");
	if (line->has_metadata && line->major < 0)
		array->is_external = true;
	if (!makes)
		return;
	array->is_clean = line->assume_clean;
	if (line->has_level)
		learn_level(array, line->level, "mdadm's --level");
	drv_learn_raid_disks(array, line->raid_devices, "mdadm's --raid-devices");
	if (line->size && line->size != MDT_SIZE_MAX)
		learn_component(array, line->size / 2);
	if (line->has_uuid && !array->has_uuid) {
		array->has_uuid = true;
		array->uuid = line->uuid;
	}
	if (line->chunk && !array->has_chunk) {
		array->has_chunk = true;
		array->chunk = (uint32_t)line->chunk * 512;
	}
	if (line->has_layout && !array->has_layout) {
		array->has_layout = true;
		array->layout = line->layout;
	}
}

void drv_learn_commands(struct drv_planner *p)
{
	for (size_t i = 0; i < p->log->command_count; i++)
		learn_command(p, &p->log->commands[i].line);
}

static void learn_message(struct drv_planner *p, const struct mdt_message *message)
{
	struct drv_array *array = array_of_name(p, message->array);

	if (!array && p->array_count)
		array = p->arrays[0];
	if (!array)
		return;
	switch (message->kind) {
	case MDT_MESSAGE_STARTED: // by --create and --build only
		be_created(array);
		break;
	case MDT_MESSAGE_DEFAULTING:
		be_created(array);
		array->has_default = true;
		drv_learn_version(array, message->major, message->minor,
				  "mdadm: Defaulting to version ... metadata");
		break;
	case MDT_MESSAGE_HAS_STARTED:
	case MDT_MESSAGE_STARTED_PART:
		if (message->has_out_of)
			drv_learn_raid_disks(array, message->out_of,
					     "mdadm: has been started with ...");
		break;
	case MDT_MESSAGE_SIZE_SET:
		if (message->has_size)
			learn_component(array, message->size);
		break;
	default:
		break;
	}
}

void drv_learn_messages(struct drv_planner *p)
{
	for (size_t i = 0; i < p->log->message_count; i++) {
		const struct drv_bytes *it = &p->log->messages[i];
		struct mdt_slice text = it->data;
		uint64_t missing = it->len > it->data.len ? it->len - it->data.len : 0;
		struct mdt_message message;

		while (mdt_message_next(&text, missing, &message))
			learn_message(p, &message);
	}
}

/* ---- sysfs ---- */

static struct mdt_slice first_line(struct mdt_slice text)
{
	const char *end = text.len ? memchr(text.str, '\n', text.len) : NULL;

	return mdt_slice_trim(
		mdt_slice_head(text, end ? (size_t)(end - text.str) : text.len));
}

static struct mdt_slice first_word(struct mdt_slice text)
{
	size_t len = 0;

	while (len < text.len && text.str[len] != ' ' && text.str[len] != '\n')
		len++;
	return mdt_slice_head(text, len);
}

// `1.2`, `0.90`, `none`, `external:imsm`
static void learn_version_text(struct drv_array *array, struct mdt_slice text,
			       const char *why)
{
	uint64_t major, minor;
	const char *dot = text.len ? memchr(text.str, '.', text.len) : NULL;

	if (mdt_slice_starts(text, SLICE("external")))
		array->is_external = true;
	if (!dot ||
	    !mdt_slice_to_dec(mdt_slice_head(text, (size_t)(dot - text.str)), &major) ||
	    !mdt_slice_to_dec(mdt_slice_skip(text, (size_t)(dot - text.str) + 1), &minor))
		return;
	drv_learn_version(array, (int)major, (int)minor, why);
}

static void learn_state(struct drv_array *array, struct mdt_slice word)
{
	static const char why[] = "array_state";

	if (mdt_slice_eq(word, SLICE("clear"))) {
		drv_presume(array, DRV_CLEAR, why);
	} else if (mdt_slice_eq(word, SLICE("inactive"))) {
		drv_presume(array, DRV_INACTIVE, why);
	} else if (word.len) {
		if (array->first == DRV_UNKNOWN) {
			array->first_readonly = mdt_slice_eq(word, SLICE("readonly"));
			array->first_read_auto = mdt_slice_eq(word, SLICE("read-auto"));
		}
		drv_presume(array, DRV_RUNNING, why);
	}
}

static void learn_array_attr(struct drv_array *array, struct mdt_slice attr,
			     struct mdt_slice value)
{
	static const char why[] = "sysfs, as the log reads it";
	uint64_t number = 0;
	bool is_number = mdt_slice_to_dec(first_word(value), &number);
	int level;

	if (mdt_slice_eq(attr, SLICE("array_state"))) {
		learn_state(array, value);
	} else if (mdt_slice_eq(attr, SLICE("metadata_version"))) {
		if (mdt_slice_eq(value, SLICE("none"))) {
			drv_presume(array, DRV_CLEAR, "metadata_version");
			array->has_none |=
				array->first == DRV_RUNNING && !array->is_created;
		}
		learn_version_text(array, value, why);
	} else if (mdt_slice_eq(attr, SLICE("level"))) {
		if (mdt_level_find(value, &level)) {
			learn_level(array, level, why);
			drv_presume(array, DRV_RUNNING, "level");
		}
	} else if (mdt_slice_eq(attr, SLICE("sync_action"))) {
		drv_presume(array, DRV_RUNNING, "sync_action");
	} else if (!is_number) {
		return;
	} else if (mdt_slice_eq(attr, SLICE("raid_disks"))) {
		drv_learn_raid_disks(array, number, why);
		if (number)
			drv_presume(array, DRV_RUNNING, "raid_disks");
	} else if (mdt_slice_eq(attr, SLICE("component_size"))) {
		learn_component(array, number);
		if (number)
			drv_presume(array, DRV_RUNNING, "component_size");
	} else if (mdt_slice_eq(attr, SLICE("degraded"))) {
		drv_presume(array, DRV_RUNNING, "degraded");
		if (!array->has_degraded && !array->changed.len) {
			array->has_degraded = true;
			array->degraded = (uint32_t)number;
		}
	} else if (mdt_slice_eq(attr, SLICE("chunk_size")) && !array->has_chunk) {
		array->has_chunk = true;
		array->chunk = (uint32_t)number;
	} else if (mdt_slice_eq(attr, SLICE("layout")) && !array->has_layout) {
		array->has_layout = true;
		array->layout = (uint32_t)number;
	}
}

struct drv_disk *drv_disk_of_member(struct drv_planner *p, struct mdt_slice name)
{
	struct drv_disk *disk = drv_disk_named(p, name);

	return disk ? disk
		    : drv_disk_of_node(p, drv_printf(p, "/dev/%.*s", SLICE_FMT(name)));
}

void drv_see_write_mostly(const struct drv_planner *p, struct drv_array *array,
			  const struct drv_disk *disk)
{
	struct drv_member *member = drv_member_find(p, &array->at_first, disk);

	if (member && !drv_member_find(p, &array->changed, disk))
		member->is_write_mostly = true;
}

static void learn_member_attr(struct drv_planner *p, struct drv_array *array,
			      const struct mdt_md_path *md, struct mdt_slice value)
{
	struct drv_disk *disk;
	uint64_t slot, major, minor;
	const char *colon = value.len ? memchr(value.str, ':', value.len) : NULL;

	if (mdt_slice_ends(md->attr, SLICE("block/dev")) && colon &&
	    mdt_slice_to_dec(mdt_slice_head(value, (size_t)(colon - value.str)),
			     &major) &&
	    mdt_slice_to_dec(mdt_slice_skip(value, (size_t)(colon - value.str) + 1),
			     &minor)) {
		drv_disk_get(p, (uint32_t)major, (uint32_t)minor,
			     drv_printf(p, "/dev/%.*s", SLICE_FMT(md->member)));
		return;
	}
	disk = drv_disk_of_member(p, md->member);
	if (!disk)
		return;
	if (mdt_slice_eq(md->attr, SLICE("slot"))) {
		array->is_listed = true; // mdadm reads those of all members
		if (mdt_slice_to_dec(value, &slot) && slot < MDT_SUPER_1_ROLES)
			drv_see_member(p, array, disk, DRV_ACTIVE, (int)slot, -1);
		else
			drv_see_member(p, array, disk, DRV_SPARE, -1, -1);
	} else if (mdt_slice_eq(md->attr, SLICE("state"))) {
		if (mdt_slice_find(value, SLICE("faulty")))
			drv_see_member(p, array, disk, DRV_FAULTY, -1, -1);
		else if (mdt_slice_find(value, SLICE("in_sync")))
			drv_see_member(p, array, disk, DRV_ACTIVE, -1, -1);
		if (mdt_slice_find(value, SLICE("write_mostly")))
			drv_see_write_mostly(p, array, disk);
	}
}

void drv_learn_attr(struct drv_planner *p, const struct drv_call *call)
{
	struct mdt_slice value = first_line(call->data);
	struct drv_array *array = call->on->array;

	// One read gives the whole value; the next one its end.
	if (!call->ok || !call->data.len || call->data.len < call->count)
		return;
	if (call->on->md.kind == MDT_PATH_ARRAY_ATTR)
		learn_array_attr(array, call->on->md.attr, value);
	else if (call->on->md.kind == MDT_PATH_MEMBER_ATTR)
		learn_member_attr(p, array, &call->on->md, value);
}

/* ---- /proc/mdstat ---- */

// loop1[1](F)
static void learn_mdstat_member(struct drv_planner *p, struct drv_array *array,
				struct mdt_slice word)
{
	const char *open = memchr(word.str, '[', word.len);
	size_t at = open ? (size_t)(open - word.str) : 0;
	const char *close = open ? memchr(open, ']', word.len - at) : NULL;
	enum drv_role role = DRV_ACTIVE;
	struct drv_disk *disk;
	uint64_t number;

	if (!close ||
	    !mdt_slice_to_dec(mdt_slice_from(open + 1, (size_t)(close - open) - 1),
			      &number))
		return;
	if (mdt_slice_find(word, SLICE("(F)")))
		role = DRV_FAULTY;
	else if (mdt_slice_find(word, SLICE("(S)")) && array->first != DRV_INACTIVE)
		role = DRV_SPARE; // without a personality none has a place
	disk = drv_disk_of_member(p, mdt_slice_head(word, at));
	drv_see_member(p, array, disk, role, -1, (int)(number & INT32_MAX));
	if (mdt_slice_find(word, SLICE("(W)")))
		drv_see_write_mostly(p, array, disk);
}

// md0 : active (read-only) raid1 loop1[1] loop0[0]
static struct drv_array *learn_mdstat_head(struct drv_planner *p, struct mdt_slice line)
{
	struct mdt_slice name = first_word(line), word;
	struct drv_array *array;
	uint32_t minor;
	int level;

	if (!mdt_md_name_parse(name, &minor))
		return NULL;
	array = drv_array_get(p, minor, name);
	if (!array)
		return NULL;
	array->is_listed |= !array->changed.len;
	line = mdt_slice_skip(line, name.len);
	while (mdt_plan_word(&line, &word)) {
		if (mdt_slice_eq(word, SLICE("active")))
			drv_presume(array, DRV_RUNNING, "/proc/mdstat");
		else if (mdt_slice_eq(word, SLICE("inactive")))
			drv_presume(array, DRV_INACTIVE, "/proc/mdstat");
		else if (mdt_slice_eq(word, SLICE("(read-only)")))
			array->first_readonly |= !array->changed.len;
		else if (mdt_slice_eq(word, SLICE("(auto-read-only)")))
			array->first_read_auto |= !array->changed.len;
		else if (mdt_level_find(word, &level))
			learn_level(array, level, "/proc/mdstat");
		else
			learn_mdstat_member(p, array, word);
	}
	return array;
}

// 39936 blocks super 1.2 [2/1] [U_]
static void learn_mdstat_size(struct drv_array *array, struct mdt_slice line)
{
	struct mdt_slice word, before = { 0 };
	uint64_t number;

	while (mdt_plan_word(&line, &word)) {
		const char *slash = memchr(word.str, '/', word.len);

		if (mdt_slice_eq(word, SLICE("blocks")) &&
		    mdt_slice_to_dec(before, &number) && array->level == 1)
			learn_component(array, number);
		else if (mdt_slice_eq(before, SLICE("super")))
			learn_version_text(array, word, "/proc/mdstat");
		else if (word.str[0] == '[' && slash &&
			 mdt_slice_to_dec(mdt_slice_from(word.str + 1,
							 (size_t)(slash - word.str) - 1),
					  &number))
			drv_learn_raid_disks(array, number, "/proc/mdstat");
		before = word;
	}
	drv_learn_version(array, 0, 90, "/proc/mdstat, which names no other");
}

void drv_learn_mdstat(struct drv_planner *p, const struct drv_call *call)
{
	struct drv_array *array = NULL;
	struct mdt_slice rest = call->data;
	bool whole = call->data.len == call->count &&
		     mdt_slice_find(rest, SLICE("unused devices"));

	if (!call->ok || !call->count)
		return;
	while (rest.len) {
		const char *end = memchr(rest.str, '\n', rest.len);
		struct mdt_slice line =
			mdt_slice_head(rest, end ? (size_t)(end - rest.str) : rest.len);

		rest = mdt_slice_skip(rest, line.len + 1);
		if (!end && !whole)
			break;
		if (line.len && line.str[0] == ' ' && array)
			learn_mdstat_size(array, line);
		if (line.len && line.str[0] != ' ')
			array = learn_mdstat_head(p, line);
		else
			array = NULL;
	}
	// All of them are decided then.
	while (whole && p->undecided_count) {
		array = p->undecided[--p->undecided_count];
		drv_presume(array, array->is_opened ? DRV_CLEAR : DRV_ABSENT,
			    "/proc/mdstat");
	}
	if (whole)
		p->undecided = NULL;
}

/* ---- what passes as bytes ---- */

// struct mdp_superblock_1 of <linux/raid/md_p.h>.
static struct mdt_slice dev_roles(const struct mdt_super *super)
{
	enum { ROLES = 256 };
	uint64_t max_dev;

	if (super->kind != MDT_SUPER_1 || super->missing ||
	    !mdt_super_find(super, MDT_SB_MAX_DEV, &max_dev) ||
	    super->bytes.len < ROLES + max_dev * 2)
		return (struct mdt_slice){ 0 };
	return mdt_slice_head(mdt_slice_skip(super->bytes, ROLES), max_dev * 2);
}

int drv_role_at(const struct drv_array *array, int number)
{
	const unsigned char *roles = (const unsigned char *)array->roles.str;
	unsigned int role;

	if (number < 0 || (size_t)number * 2 + 2 > array->roles.len)
		return -1;
	role = roles[number * 2] | (unsigned int)roles[number * 2 + 1] << 8;
	return role < array->raid_disks ? (int)role : -1;
}

// Members that the log has taken out before, so that the superblock has them no more.
static uint32_t left_since(const struct drv_planner *p, const struct drv_array *array)
{
	uint32_t count = 0;

	for (size_t i = 0; i < array->at_first.len; i++)
		count += drv_member_find(p, &array->changed,
					 array->at_first.items[i].disk) &&
			 drv_role_at(array, array->at_first.items[i].number) < 0;
	return count;
}

// What the freshest superblock of a member says of the others.
void drv_learn_roles(const struct drv_planner *p, struct drv_array *array)
{
	struct mdt_super best = { 0 };
	uint64_t most = 0, number;
	uint32_t active = 0;
	bool is_late = false;

	for (size_t i = 0; i < array->at_first.len; i++) {
		const struct drv_member *member = &array->at_first.items[i];

		for (size_t j = 0; j < member->disk->read_count; j++) {
			const struct drv_bytes *read = &member->disk->reads[j];
			struct mdt_super super = mdt_super_from(read->data, read->offset);

			if (member->role == DRV_FAULTY || !drv_is_super(read->data) ||
			    !mdt_super_find(&super, MDT_SB_EVENTS, &number) ||
			    (best.kind && number <= most))
				continue;
			most = number;
			best = super;
			is_late = read->is_late;
		}
	}
	array->roles = dev_roles(&best);
	for (int i = 0; i < MDT_SUPER_1_ROLES; i++)
		active += drv_role_at(array, i) >= 0;
	if (best.kind == MDT_SUPER_0 &&
	    mdt_super_find(&best, MDT_SB_ACTIVE_DISKS, &number))
		active = (uint32_t)number;
	if (is_late)
		active += left_since(p, array);
	if (!active || active > array->raid_disks || array->has_degraded)
		return;
	array->has_degraded = true;
	array->degraded = array->raid_disks - active;
}

void drv_learn_super(struct drv_planner *p, const struct drv_call *call)
{
	static const char why[] = "the superblock";
	struct drv_array *array;
	struct mdt_super super;
	uint64_t number;

	if (!p->array_count || !call->ok || !drv_is_super(call->data))
		return;
	array = drv_array_of_disk(p, drv_disk_of_call(call));
	if (!array)
		return;
	super = mdt_super_from(call->data,
			       call->has_offset ? call->offset : MDT_OFFSET_UNKNOWN);
	if (super.kind != MDT_SUPER_0 && super.kind != MDT_SUPER_1)
		return;
	drv_learn_version(array, super.major, super.minor, why);
	if (!array->has_uuid)
		array->has_uuid = mdt_super_uuid(&super, &array->uuid);
	if (mdt_super_find(&super, MDT_SB_LEVEL, &number))
		learn_level(array, (int)(int64_t)number, why);
	if (mdt_super_find(&super, MDT_SB_RAID_DISKS, &number))
		drv_learn_raid_disks(array, number, why);
	if (mdt_super_find(&super, MDT_SB_SIZE, &number))
		learn_component(array, super.kind == MDT_SUPER_1 ? number / 2 : number);
}

struct mdt_super drv_super_before(const struct drv_planner *p, size_t index,
				  const struct drv_disk *disk)
{
	const struct drv_call *call;

	index = drv_super_call_before(disk, index);
	if (index == DRV_NOWHERE)
		return (struct mdt_super){ 0 };
	call = &p->log->calls[index];
	return mdt_super_from(call->data,
			      call->has_offset ? call->offset : MDT_OFFSET_UNKNOWN);
}

static void put_command(struct drv_array *array, const struct mdt_cmdline *line)
{
	if (line->has_metadata && line->major >= 0) {
		array->has_version = false;
		drv_learn_version(array, line->major, line->minor, "mdadm's --metadata");
	}
	if (line->has_level) {
		array->has_level = true;
		array->level = line->level;
	}
	if (line->raid_devices) {
		array->has_raid_disks = true;
		array->raid_disks_trust = MDT_TRUST_KNOWN;
		array->raid_disks = line->raid_devices;
	}
	if (line->chunk) {
		array->has_chunk = true;
		array->chunk = (uint32_t)line->chunk * 512;
	}
	if (line->has_layout) {
		array->has_layout = true;
		array->layout = line->layout;
	}
}

static void put_super(struct drv_array *array, const struct mdt_super *super)
{
	uint64_t number;

	if (super->kind != MDT_SUPER_0 && super->kind != MDT_SUPER_1)
		return;
	if (super->minor >= 0) {
		array->has_version = false;
		drv_learn_version(array, super->major, super->minor, "the superblock");
	}
	if (mdt_super_find(super, MDT_SB_RAID_DISKS, &number) && number &&
	    number <= MDT_SUPER_1_ROLES) {
		array->has_raid_disks = true;
		array->raid_disks_trust = MDT_TRUST_KNOWN;
		array->raid_disks = (uint32_t)number;
	}
}

struct drv_array drv_array_at(struct drv_planner *p, size_t index)
{
	const struct drv_call *call = &p->log->calls[index];
	const struct mdt_cmdline *line = drv_command_of(p, call);
	const struct drv_array_calls *of = drv_calls_of(call->on->array);
	struct drv_array array = *call->on->array;
	struct mdt_super super = { 0 };
	size_t add, set;

	if (line && (line->mode == MDT_MDADM_CREATE || line->mode == MDT_MDADM_BUILD))
		put_command(&array, line);
	add = drv_place_from(&of->all[DRV_ADD_NEW_DISK], index);
	set = drv_place_from(&of->all[DRV_SET_ARRAY_INFO], index + 1);
	if (add != DRV_NOWHERE && add < set && p->log->calls[add].added &&
	    p->log->calls[add].is_cold)
		super = drv_super_before(p, add, p->log->calls[add].added);
	put_super(&array, &super);
	return array;
}

// mdu_array_info_t: <linux/raid/md_u.h>
// MD_SB_BITMAP_PRESENT of <linux/raid/md_p.h>, as a mask.
enum { SB_BITMAP_PRESENT = 1 << 8 };

void drv_learn_info(struct drv_array *array, struct mdt_slice payload)
{
	static const char why[] = "GET_ARRAY_INFO";
	uint32_t major, minor, number;

	if (drv_get32(payload, 0, &major) && drv_get32(payload, 4, &minor))
		drv_learn_version(array, (int)major, (int)minor, why);
	// What changes a running array has to give it back.
	if (drv_get32(payload, 12, &number) && !array->ctime)
		array->ctime = number;
	if (drv_get32(payload, 16, &number))
		learn_level(array, (int)number, why);
	if (drv_get32(payload, 20, &number) && (int32_t)number > 0)
		learn_component(array, number);
	if (drv_get32(payload, 28, &number))
		drv_learn_raid_disks(array, number, why);
	if (drv_get32(payload, 44, &number) && !array->is_updated)
		array->has_bitmap |= (number & SB_BITMAP_PRESENT) != 0;
	if (drv_get32(payload, 48, &number) && !array->has_degraded &&
	    !array->changed.len && !array->is_updated && number <= array->raid_disks) {
		array->has_degraded = true;
		array->degraded = array->raid_disks - number;
	}
	if (!array->has_info && !array->changed.len && !array->is_updated &&
	    drv_get32(payload, 60, &number)) {
		array->has_info = true;
		array->spare = number;
		drv_get32(payload, 48, &array->active);
		drv_get32(payload, 56, &array->failed);
	}
	if (drv_get32(payload, 64, &number) && !array->has_layout) {
		array->has_layout = true;
		array->layout = number;
	}
	if (drv_get32(payload, 68, &number) && !array->has_chunk) {
		array->has_chunk = true;
		array->chunk = number;
	}
}
