// SPDX-License-Identifier: MIT
// What a log tells of its arrays, and what it begins with.
#include <stdlib.h>

#include "base/devnum.h"
#include "derive/parts.h"

size_t drv_next_ioctl(const struct drv_planner *p, size_t from,
		      const struct drv_array *array, enum drv_op op)
{
	size_t next = drv_place_from(&drv_calls_of(array)->ok[op], from);

	return next == DRV_NOWHERE ? p->log->count : next;
}

/* ---- what was there ---- */

void drv_in_log(struct drv_planner *p, struct drv_array *array)
{
	struct drv_array **place;

	if (array->is_in_log)
		return;
	array->is_in_log = true;
	place = drv_add(p, p->undecided, p->undecided_count);
	if (place)
		*place = array;
	else
		p->failed_memory = true;
}

void drv_set_failed(struct drv_planner *p, struct drv_array *array, bool has_failed)
{
	p->failed_count += has_failed;
	p->failed_count -= array->has_failed;
	array->has_failed = has_failed;
	if (!has_failed || array->is_unsettled)
		return;
	array->is_unsettled = true;
	array->unsettled = p->unsettled;
	p->unsettled = array;
}

void drv_settle(struct drv_planner *p)
{
	while (p->unsettled) {
		struct drv_array *array = p->unsettled;

		p->unsettled = array->unsettled;
		array->has_failed = array->is_unsettled = false;
	}
	p->failed_count = 0;
}

void drv_presume(struct drv_array *array, enum drv_state state, const char *why)
{
	array->is_in_log = true;
	if (array->first != DRV_UNKNOWN)
		return;
	array->first = state;
	array->first_why = why;
}

void drv_see_member(struct drv_planner *p, struct drv_array *array, struct drv_disk *disk,
		    enum drv_role role, int slot, int number)
{
	struct drv_member *member;

	if (!disk || drv_member_find(p, &array->changed, disk))
		return;
	member = drv_member_find(p, &array->at_first, disk);
	if (!member) {
		member = drv_member_get(p, &array->at_first, disk);
		if (member)
			member->role = role;
	}
	if (!member)
		return;
	// A member whose slot is known has it in what comes later too.
	if (role == DRV_FAULTY || (role == DRV_SPARE && member->slot < 0))
		member->role = role;
	if (slot >= 0)
		member->slot = slot;
	if (number >= 0)
		member->number = number;
}

static void changes_member(struct drv_planner *p, struct drv_array *array,
			   struct drv_disk *disk)
{
	if (disk)
		drv_member_get(p, &array->changed, disk);
}

static struct drv_disk *disk_of_value(struct drv_planner *p, const struct drv_call *call)
{
	if (!call->has_value)
		return NULL;
	return drv_disk_get(p, mdt_dev_major(call->value), mdt_dev_minor(call->value),
			    (struct mdt_slice){ 0 });
}

/* ---- a row for each ioctl ---- */

typedef void learn_fn(struct drv_planner *p, size_t index, struct drv_array *array);

static bool failed_with(const struct drv_call *call, const char *error)
{
	return mdt_slice_eq_cstr(call->error, error);
}

// What the array must be for what is done to it later: one that runs is not run again,
// and one that has been set up is not set up again.
static void presume_set_up(struct drv_planner *p, size_t index, struct drv_array *array)
{
	size_t run = drv_next_ioctl(p, index, array, DRV_RUN_ARRAY);

	if (run >= drv_next_ioctl(p, index, array, DRV_STOP_ARRAY))
		drv_presume(array, DRV_RUNNING, DRV_WHY_INFO);
	else if (run < drv_next_ioctl(p, index, array, DRV_SET_ARRAY_INFO))
		drv_presume(array, DRV_INACTIVE, "RUN_ARRAY succeeds");
	else
		drv_presume(array, array->is_made ? DRV_ABSENT : DRV_CLEAR,
			    "SET_ARRAY_INFO and RUN_ARRAY succeed");
}

static void learn_get_array_info(struct drv_planner *p, size_t index,
				 struct drv_array *array)
{
	const struct drv_call *call = &p->log->calls[index];

	if (call->ok) {
		presume_set_up(p, index, array);
		drv_learn_info(array, call->payload);
	} else if (failed_with(call, "ENODEV")) {
		drv_presume(array, array->is_made ? DRV_ABSENT : DRV_CLEAR,
			    "GET_ARRAY_INFO gives ENODEV");
	}
}

// mdu_disk_info_t, and MD_DISK_* of <linux/raid/md_p.h>.
enum { DISK_FAULTY = 1 << 0, DISK_SYNC = 1 << 2, DISK_WRITEMOSTLY = 1 << 9 };

static void learn_get_disk_info(struct drv_planner *p, size_t index,
				struct drv_array *array)
{
	const struct drv_call *call = &p->log->calls[index];
	uint32_t number, major, minor, slot, state;
	struct drv_disk *disk;

	if (!call->ok)
		return;
	drv_presume(array, DRV_RUNNING, "GET_DISK_INFO succeeds");
	if (!drv_get32(call->payload, 0, &number) ||
	    !drv_get32(call->payload, 4, &major) ||
	    !drv_get32(call->payload, 8, &minor) ||
	    !drv_get32(call->payload, 12, &slot) ||
	    !drv_get32(call->payload, 16, &state) || (!major && !minor))
		return;
	disk = drv_disk_get(p, major, minor, (struct mdt_slice){ 0 });
	drv_see_member(p, array, disk,
		       state & DISK_FAULTY ? DRV_FAULTY
		       : state & DISK_SYNC ? DRV_ACTIVE
					   : DRV_SPARE,
		       (int32_t)slot, (int)number);
	if (state & DISK_WRITEMOSTLY)
		drv_see_write_mostly(p, array, disk);
}

static void learn_set_array_info(struct drv_planner *p, size_t index,
				 struct drv_array *array)
{
	const struct drv_call *call = &p->log->calls[index];
	const struct mdt_cmdline *line = drv_command_of(p, call);
	uint32_t raid_disks, major, minor;
	bool updates = line && line->mode == MDT_MDADM_GROW;

	if (!call->ok)
		return;
	if (drv_get32(call->payload, 0, &major) && drv_get32(call->payload, 4, &minor) &&
	    drv_get32(call->payload, 28, &raid_disks) && !raid_disks)
		drv_learn_version(array, (int)major, (int)minor, "SET_ARRAY_INFO");
	drv_presume(array,
		    updates	     ? DRV_RUNNING
		    : array->is_made ? DRV_ABSENT
				     : DRV_CLEAR,
		    "SET_ARRAY_INFO");
	if (!updates)
		return;
	if (line->raid_devices > 1 && !array->has_raid_disks) {
		drv_learn_raid_disks(array, line->raid_devices - 1,
				     "one less than mdadm --grow asks for");
		array->raid_disks_trust = MDT_TRUST_NONE; // or more, and it shrinks
	}
	array->shrinks_to = line->raid_devices;
	array->is_updated = true;
}

// Whether the array is set up before it does anything else.
static bool is_set_up_next(const struct drv_planner *p, size_t index,
			   const struct drv_array *array)
{
	size_t set = drv_next_ioctl(p, index + 1, array, DRV_SET_ARRAY_INFO);

	return set < p->log->count &&
	       set < drv_next_ioctl(p, index + 1, array, DRV_GET_ARRAY_INFO) &&
	       set < drv_next_ioctl(p, index + 1, array, DRV_STOP_ARRAY);
}

static void learn_add(struct drv_planner *p, size_t index, struct drv_array *array)
{
	struct drv_call *call = &p->log->calls[index];
	size_t run = drv_next_ioctl(p, index, array, DRV_RUN_ARRAY);
	struct drv_why why;

	if (call->ok)
		drv_presume(array, run < p->log->count ? DRV_CLEAR : DRV_RUNNING,
			    run < p->log->count ? "ADD_NEW_DISK before RUN_ARRAY"
						: "ADD_NEW_DISK, and no RUN_ARRAY");
	call->is_cold = drv_is_cold(p, index);
	call->added = drv_added_disk(p, index, &why);
	call->added_why = why.text;
	call->added_trust = why.trust;
	if (call->added)
		call->added->is_used = true;
	if (call->added && call->added->array && call->ok)
		drv_presume(call->added->array, DRV_RUNNING,
			    "another array is made of it");
	if (call->ok)
		changes_member(p, array, call->added);
}

static void learn_run(struct drv_planner *p, size_t index, struct drv_array *array)
{
	const struct drv_call *call = &p->log->calls[index];

	if (call->ok)
		drv_presume(array, DRV_INACTIVE, "RUN_ARRAY succeeds");
	else if (failed_with(call, "EBUSY"))
		drv_presume(array, DRV_RUNNING, "RUN_ARRAY gives EBUSY");
}

static void learn_stop(struct drv_planner *p, size_t index, struct drv_array *array)
{
	const struct drv_call *call = &p->log->calls[index];

	if (call->ok && is_set_up_next(p, index, array))
		drv_presume(array, array->is_made ? DRV_ABSENT : DRV_CLEAR,
			    "STOP_ARRAY before it is set up");
	else if (call->ok || failed_with(call, "EBUSY"))
		drv_presume(array, DRV_RUNNING, "STOP_ARRAY");
}

static void learn_stop_ro(struct drv_planner *p, size_t index, struct drv_array *array)
{
	const struct drv_call *call = &p->log->calls[index];

	if (failed_with(call, "ENXIO") && array->first == DRV_UNKNOWN)
		array->first_readonly = true;
	if (call->ok || failed_with(call, "ENXIO"))
		drv_presume(array, DRV_RUNNING, "STOP_ARRAY_RO");
}

static void learn_restart(struct drv_planner *p, size_t index, struct drv_array *array)
{
	const struct drv_call *call = &p->log->calls[index];
	bool was_stopped = drv_next_ioctl(p, 0, array, DRV_STOP_ARRAY_RO) < index;

	if (call->ok && !was_stopped && array->first != DRV_CLEAR &&
	    array->first != DRV_ABSENT)
		array->first_readonly = true;
	if (call->ok || failed_with(call, "EBUSY"))
		drv_presume(array, DRV_RUNNING, "RESTART_ARRAY_RW");
}

static void learn_faulty(struct drv_planner *p, size_t index, struct drv_array *array)
{
	const struct drv_call *call = &p->log->calls[index];
	struct drv_disk *disk = disk_of_value(p, call);

	if (!disk || (!call->ok && !failed_with(call, "EBUSY")))
		return;
	drv_presume(array, DRV_RUNNING, "SET_DISK_FAULTY");
	drv_see_member(p, array, disk, DRV_ACTIVE, -1, -1);
	if (call->ok)
		changes_member(p, array, disk);
}

static void learn_remove(struct drv_planner *p, size_t index, struct drv_array *array)
{
	const struct drv_call *call = &p->log->calls[index];
	struct drv_disk *disk = disk_of_value(p, call);
	struct drv_member *member;

	if (!disk)
		return;
	if (call->ok || failed_with(call, "EBUSY"))
		drv_presume(array, DRV_RUNNING, "HOT_REMOVE_DISK");
	if (failed_with(call, "EBUSY"))
		drv_see_member(p, array, disk, DRV_ACTIVE, -1, -1);
	if (!call->ok)
		return;
	member = drv_member_find(p, &array->at_first, disk);
	// What can be removed at once has failed, or is a spare.
	if (!drv_member_find(p, &array->changed, disk) &&
	    (!member || member->role == DRV_ACTIVE))
		drv_see_member(p, array, disk, DRV_FAULTY, -1, -1);
	changes_member(p, array, disk);
}

static void learn_hot_add(struct drv_planner *p, size_t index, struct drv_array *array)
{
	const struct drv_call *call = &p->log->calls[index];

	if (!call->ok)
		return;
	drv_learn_version(array, 0, 90, "HOT_ADD_DISK, which only 0.90 has");
	drv_presume(array, DRV_RUNNING, "HOT_ADD_DISK");
	changes_member(p, array, disk_of_value(p, call));
}

static learn_fn *const ioctls[DRV_OPS] = {
	[DRV_GET_ARRAY_INFO] = learn_get_array_info,
	[DRV_GET_DISK_INFO] = learn_get_disk_info,
	[DRV_SET_ARRAY_INFO] = learn_set_array_info,
	[DRV_ADD_NEW_DISK] = learn_add,
	[DRV_RUN_ARRAY] = learn_run,
	[DRV_STOP_ARRAY] = learn_stop,
	[DRV_STOP_ARRAY_RO] = learn_stop_ro,
	[DRV_RESTART_ARRAY_RW] = learn_restart,
	[DRV_SET_DISK_FAULTY] = learn_faulty,
	[DRV_HOT_REMOVE_DISK] = learn_remove,
	[DRV_HOT_ADD_DISK] = learn_hot_add,
};

static void learn_ioctl(struct drv_planner *p, size_t index)
{
	const struct drv_call *call = &p->log->calls[index];

	if (ioctls[call->op] && call->on->kind == DRV_ARRAY)
		ioctls[call->op](p, index, call->on->array);
}

/* ---- the other calls ---- */

static void learn_open(struct drv_planner *p, const struct drv_call *call)
{
	struct drv_target *on = call->on;

	if (on->kind == DRV_ARRAY && call->made)
		return;
	if (on->kind == DRV_ARRAY && call->ok) {
		if (!on->array->is_made)
			on->array->is_opened = true;
	} else if (on->array && failed_with(call, "ENOENT") &&
		   (on->kind == DRV_ARRAY || on->md.kind == MDT_PATH_DISK_ATTR ||
		    mdt_slice_eq(on->md.attr, SLICE("array_state")))) {
		drv_presume(on->array, DRV_ABSENT, "its node or folder is not there");
	} else if (on->kind == DRV_ATTR && call->ok) {
		on->array->is_opened |= !on->array->is_made;
		if (on->md.kind == MDT_PATH_MEMBER_ATTR && !on->array->is_made)
			drv_see_member(p, on->array, drv_disk_of_member(p, on->md.member),
				       DRV_ACTIVE, -1, -1);
	}
}

// What mdadm writes to a member's state: Manage.c of 4.1 to 4.6.
static void learn_state_write(struct drv_planner *p, const struct drv_call *call)
{
	struct drv_array *array = call->on->array;
	struct mdt_slice word = mdt_slice_trim(call->data);
	struct drv_disk *disk = drv_disk_of_member(p, call->on->md.member);

	if (!disk || !call->ok)
		return;
	if (mdt_slice_eq(word, SLICE("re-add")) || mdt_slice_eq(word, SLICE("remove")))
		drv_see_member(p, array, disk, DRV_FAULTY, -1, -1);
	if (mdt_slice_eq(word, SLICE("faulty")) || mdt_slice_eq(word, SLICE("remove")))
		changes_member(p, array, disk);
}

// An array is a disk too when a superblock is on it: another array is made of it.
static bool is_disk(struct drv_planner *p, const struct drv_call *call)
{
	if (call->on->kind == DRV_ARRAY && call->ok && drv_is_super(call->data))
		drv_disk_of_array(p, call->on->array);
	return drv_disk_of_call(call) != NULL;
}

// "mdN" to new_array makes an array.
static void learn_write(struct drv_planner *p, const struct drv_call *call)
{
	struct mdt_slice name = mdt_slice_trim(call->data);
	struct drv_array *array;
	uint32_t minor;

	if (call->on->kind == DRV_PARAM) {
		if (!mdt_slice_eq(call->on->md.attr, SLICE("new_array")))
			return;
		if (name.len && name.str[name.len - 1] == '\n')
			name.len--;
		if (!mdt_md_name_parse(name, &minor))
			return;
		array = drv_array_get(p, minor, name);
		if (!array)
			return;
		drv_presume(array, call->ok ? DRV_ABSENT : DRV_CLEAR, "new_array");
		array->is_made = true;
	} else if (is_disk(p, call)) {
		drv_learn_super(p, call);
		drv_disk_of_call(call)->is_touched = true;
	} else if (call->on->kind == DRV_ATTR &&
		   mdt_slice_eq(call->on->md.attr, SLICE("sync_action")) && call->ok) {
		drv_presume(call->on->array, DRV_RUNNING, "sync_action");
	} else if (call->on->kind == DRV_ATTR &&
		   call->on->md.kind == MDT_PATH_MEMBER_ATTR &&
		   mdt_slice_eq(call->on->md.attr, SLICE("state"))) {
		learn_state_write(p, call);
	}
}

// A disk that has left its array has its number still.
static void see_number(const struct drv_planner *p, const struct drv_array *array,
		       const struct drv_call *call)
{
	struct drv_member *member =
		drv_member_find(p, &array->at_first, drv_disk_of_call(call));
	struct mdt_super super;
	uint64_t number;

	if (!member || member->number >= 0 || !drv_is_super(call->data))
		return;
	super = mdt_super_from(call->data, call->offset);
	if (super.kind == MDT_SUPER_1 &&
	    mdt_super_find(&super, MDT_SB_DEV_NUMBER, &number) &&
	    number < MDT_SUPER_1_ROLES)
		member->number = (int)number;
}

// The disk's latest read.
static void note_read(struct drv_disk *disk, const struct drv_bytes *read)
{
	bool is_super = drv_is_super(read->data);

	if (is_super && !disk->super_read)
		disk->super_read = disk->read_count;
	if (is_super && !disk->fixed_read && read->data.len >= DRV_SUPER_1_FIXED)
		disk->fixed_read = disk->read_count;
	if (drv_is_bitmap(read->data) &&
	    (!disk->bitmap_read ||
	     read->data.len > disk->reads[disk->bitmap_read - 1].data.len))
		disk->bitmap_read = disk->read_count;
}

static void learn_disk_read(struct drv_planner *p, const struct drv_call *call)
{
	struct drv_disk *disk = drv_disk_of_call(call);
	struct drv_array *array;
	struct drv_bytes *bytes;

	drv_learn_super(p, call);
	if (!call->ok || !call->has_offset || !call->data.len || disk->is_touched)
		return;
	array = drv_array_of_disk(p, disk);
	if (array && drv_member_find(p, &array->changed, disk)) {
		see_number(p, array, call);
		return;
	}
	bytes = drv_add(p, disk->reads, disk->read_count);
	if (!bytes) {
		p->failed_memory = true;
		return;
	}
	*bytes = (struct drv_bytes){ call->offset, call->count, call->data,
				     array && array->changed.len };
	note_read(disk, bytes);
}

static void learn_read(struct drv_planner *p, const struct drv_call *call)
{
	switch (call->on->kind) {
	case DRV_ATTR:
		drv_learn_attr(p, call);
		break;
	case DRV_MDSTAT:
		drv_learn_mdstat(p, call);
		break;
	case DRV_DISK:
	case DRV_ARRAY:
		if (is_disk(p, call))
			learn_disk_read(p, call);
		break;
	case DRV_OTHER:
	case DRV_PARAM:
	case DRV_DISK_ATTR:
		break;
	}
}

static void learn_call(struct drv_planner *p, size_t index)
{
	struct drv_call *call = &p->log->calls[index];

	if (call->is_dropped || !call->on)
		return;
	if (call->on->array)
		drv_in_log(p, call->on->array);
	switch (call->what) {
	case DRV_OPEN:
		learn_open(p, call);
		break;
	case DRV_MKNOD:
		if (call->on->array && call->ok)
			call->on->array->is_made = true;
		break;
	case DRV_IOCTL:
		learn_ioctl(p, index);
		break;
	case DRV_READ:
		learn_read(p, call);
		break;
	case DRV_WRITE:
		learn_write(p, call);
		break;
	default:
		break;
	}
}

static void begin_array(struct drv_array *array)
{
	if (!array->bytes)
		array->bytes = array->bytes_in_log;
	array->first = DRV_UNKNOWN;
	array->first_readonly = array->first_read_auto = false;
	array->is_begun = array->is_in_log = array->is_made = array->has_none = false;
	array->is_opened = array->has_degraded = false;
	array->is_updated = array->is_listed = array->has_info = false;
	array->is_created = array->is_clean = array->has_bitmap = false;
	array->has_default = array->is_refilled = array->has_settled = false;
	array->shrinks_to = 0;
	array->next_disk = 0;
	array->roles = (struct mdt_slice){ 0 };
	drv_array_own_lists(array);
	array->life = (struct drv_members){ 0 };
}

static void begin_disk(struct drv_disk *disk)
{
	disk->is_begun = disk->has_fresh = false;
	disk->reads = NULL;
	disk->read_count = disk->super_read = disk->fixed_read = disk->bitmap_read = 0;
	disk->place_reads = 0;
	disk->has_place = false;
	disk->is_touched = false;
	disk->in = NULL;
}

// Nothing is known of what the log speaks of.
static void begin_lists(struct drv_planner *p)
{
	p->early = NULL;
	p->undecided = NULL;
	p->early_count = p->undecided_count = 0;
	p->next_loop = 0;
	p->next_made = 0;
	memset(p->seen, 0, sizeof(p->seen));
	memset(p->listed, 0, sizeof(p->listed));
	memset(&p->ranks, 0, sizeof(p->ranks));
}

static void begin_log(struct drv_planner *p)
{
	begin_lists(p);
	drv_settle(p);
	for (size_t i = 0; i < p->array_count; i++)
		begin_array(p->arrays[i]);
	for (size_t i = 0; i < p->disk_count; i++) {
		p->disks[i]->owner = NULL;
		p->disks[i]->is_planned |= p->disks[i]->is_touched;
		begin_disk(p->disks[i]);
	}
}

static void end_log(struct drv_planner *p)
{
	for (size_t i = 0; i < p->array_count; i++)
		p->arrays[i]->bytes_in_log = 0;
}

static void learn_calls(struct drv_planner *p)
{
	drv_learn_commands(p);
	drv_learn_messages(p);
	for (size_t i = 0; i < p->log->count; i++)
		learn_call(p, i);
}

/* ---- whose a disk is ---- */

/** What was known before the log. */
struct before {
	struct drv_array *arrays;
	bool *disks; /* is_used */
	size_t array_count, disk_count;
};

static bool keep_before(struct drv_planner *p, struct before *ret)
{
	ret->array_count = p->array_count;
	ret->disk_count = p->disk_count;
	ret->arrays = calloc(p->array_count + 1, sizeof(*ret->arrays));
	ret->disks = calloc(p->disk_count + 1, sizeof(*ret->disks));
	if (!ret->arrays || !ret->disks) {
		mdt_nomem_note();
		p->failed_memory = true;
		return false;
	}
	for (size_t i = 0; i < p->array_count; i++)
		ret->arrays[i] = *p->arrays[i];
	for (size_t i = 0; i < p->disk_count; i++)
		ret->disks[i] = p->disks[i]->is_used;
	return true;
}

static void go_back(struct drv_planner *p, const struct before *before)
{
	begin_lists(p);
	for (size_t i = 0; i < p->array_count; i++) {
		struct drv_array *it = p->arrays[i];

		if (i < before->array_count)
			*it = before->arrays[i];
		else
			*it = (struct drv_array){ .minor = it->minor,
						  .id = it->id,
						  .name = it->name,
						  .node = it->node,
						  .disk = it->disk,
						  .bytes = it->bytes,
						  .bytes_in_log = it->bytes_in_log };
		drv_array_own_lists(it);
	}
	for (size_t i = 0; i < p->disk_count; i++) {
		p->disks[i]->is_used = i < before->disk_count && before->disks[i];
		begin_disk(p->disks[i]);
	}
}

// The set that a superblock of the log says the disk is of.
static bool read_set(const struct drv_planner *p, const struct drv_disk *disk,
		     struct mdt_uuid *ret)
{
	for (size_t i = drv_super_call_before(disk, p->log->count); i != DRV_NOWHERE;
	     i = drv_super_call_before(disk, i)) {
		const struct drv_call *it = &p->log->calls[i];
		struct mdt_super super = mdt_super_from(
			it->data, it->has_offset ? it->offset : MDT_OFFSET_UNKNOWN);

		if (mdt_super_uuid(&super, ret))
			return true;
	}
	return false;
}

// A disk without an owner is of the array of another disk that has a superblock of the
// same set.
static void find_owners_by_set(struct drv_planner *p)
{
	struct mdt_uuid *sets = calloc(p->disk_count + 1, sizeof(*sets));
	struct mdt_map owners = { 0 };
	bool ok = sets != NULL;

	for (size_t i = 0; ok && i < p->disk_count; i++) {
		struct mdt_slice set = mdt_slice_from((const char *)sets[i].bytes,
						      sizeof(sets[i].bytes));

		if (p->disks[i]->owner && read_set(p, p->disks[i], &sets[i]) &&
		    !mdt_map_find_text(&owners, set))
			ok = mdt_map_set_text(&owners, set, p->disks[i]->owner);
	}
	for (size_t i = 0; ok && i < p->disk_count; i++) {
		struct mdt_slice set = mdt_slice_from((const char *)sets[i].bytes,
						      sizeof(sets[i].bytes));

		if (!p->disks[i]->owner && read_set(p, p->disks[i], &sets[i]))
			p->disks[i]->owner = mdt_map_find_text(&owners, set);
	}
	if (!ok) {
		mdt_nomem_note();
		p->failed_memory = true;
	}
	mdt_map_deinit(&owners);
	free(sets);
}

/*
 * A superblock is read or written before the call that says whose member the disk
 * becomes.
 * @return Whether a disk was taken for another array's.
 */
static bool find_owners(struct drv_planner *p)
{
	bool was_wrong = false;
	const struct drv_places *adds = &p->log->index.adds;

	for (size_t i = 0; i < adds->len; i++) {
		const struct drv_call *call = &p->log->calls[adds->at[i]];

		if (call->added && !call->added->owner)
			call->added->owner = call->on->array;
	}
	for (size_t i = 0; i < p->disk_count; i++)
		if (!p->disks[i]->owner)
			p->disks[i]->owner = drv_array_in_log(p, p->disks[i]);
	find_owners_by_set(p);
	for (size_t i = 0; i < p->disk_count; i++)
		was_wrong |=
			p->disks[i]->owner && p->disks[i]->owner != drv_array_only(p);
	return was_wrong;
}

/*
 * Twice when there is more than one array: only the whole log tells whose the superblocks
 * are that it reads and writes.
 */
void drv_learn(struct drv_planner *p)
{
	struct before before = { 0 };

	begin_log(p);
	drv_index_make(p);
	if (!p->failed_memory && keep_before(p, &before))
		learn_calls(p);
	if (!p->failed_memory && p->array_count > 1 && find_owners(p)) {
		go_back(p, &before);
		learn_calls(p);
	}
	free(before.arrays);
	free(before.disks);
	if (p->failed_memory)
		return;
	for (size_t i = 0; i < p->array_count; i++) {
		struct drv_array *array = p->arrays[i];

		if (array->is_in_log && array->first == DRV_UNKNOWN)
			drv_presume(array, array->is_opened ? DRV_RUNNING : DRV_ABSENT,
				    DRV_WHY_NODE);
	}
	end_log(p);
	drv_index_added(p);
	drv_place_added(p);
	for (size_t i = 0; i < p->array_count; i++)
		if (p->arrays[i]->is_in_log && drv_runs(p->arrays[i]->first) &&
		    !drv_is_as_left(p->arrays[i]))
			drv_complete_members(p, p->arrays[i]);
}
