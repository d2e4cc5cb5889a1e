// SPDX-License-Identifier: MIT
// Which disks an array has, and which ADD_NEW_DISK is about which of them.
#include "derive/parts.h"

/* ---- whether it runs ---- */

bool drv_is_cold(const struct drv_planner *p, size_t index)
{
	const struct drv_array *array = p->log->calls[index].on->array;

	for (size_t i = index; i-- > 0;) {
		const struct drv_call *call = &p->log->calls[i];

		if (!call->on || call->on->array != array || !call->ok)
			continue;
		if (drv_is_ioctl(call, "RUN_ARRAY") ||
		    drv_state_written(call) == DRV_RUNNING)
			return false;
		if (drv_is_ioctl(call, "STOP_ARRAY") ||
		    drv_state_written(call) == DRV_CLEAR)
			return true;
	}
	return array->first != DRV_RUNNING;
}

/* ---- the disk of an ADD_NEW_DISK ---- */

// A list of disks without repetition.
struct found {
	struct drv_members disks;
};

static void find(struct drv_planner *p, struct found *found, struct drv_disk *disk)
{
	if (disk)
		drv_member_get(p, &found->disks, disk);
}

static bool is_add(const struct drv_call *call, const struct drv_array *array)
{
	return drv_is_ioctl(call, "ADD_NEW_DISK") && call->on->array == array;
}

// The call behind which this array's latest one of its kind stands.
static size_t last_of(const struct drv_planner *p, size_t index, bool add)
{
	const struct drv_array *array = p->log->calls[index].on->array;

	for (size_t i = index; i-- > 0;) {
		const struct drv_call *call = &p->log->calls[i];

		if (call->on && call->on->array == array &&
		    (drv_is_ioctl(call, "SET_ARRAY_INFO") ||
		     (add && is_add(call, array))))
			return i + 1;
	}
	return 0;
}

// How many ADD_NEW_DISK there were since the array was last set up.
static size_t order_of(const struct drv_planner *p, size_t index)
{
	const struct drv_array *array = p->log->calls[index].on->array;
	size_t order = 0;

	for (size_t i = last_of(p, index, false); i < index; i++)
		order += is_add(&p->log->calls[i], array);
	return order;
}

enum look { LOOK_OPENED, LOOK_EXCLUSIVE, LOOK_WRITTEN, LOOK_READ };

static bool shows(const struct drv_call *call, enum look look)
{
	switch (look) {
	case LOOK_OPENED:
		return call->what == DRV_OPEN;
	case LOOK_EXCLUSIVE:
		return call->what == DRV_OPEN && call->on->is_excl;
	case LOOK_WRITTEN:
		return call->what == DRV_WRITE && drv_is_super(call->data);
	case LOOK_READ:
		return call->what == DRV_READ && drv_is_super(call->data);
	}
	unreachable();
}

// An array that is opened for itself alone is a disk to another array.
static bool is_disk(struct drv_planner *p, const struct drv_array *target,
		    const struct drv_call *call)
{
	if (call->on->kind == DRV_ARRAY && call->on->array != target &&
	    call->what == DRV_OPEN && call->on->is_excl)
		drv_disk_of_array(p, call->on->array);
	return call->on->array != target && drv_disk_of_call(call);
}

static struct found look_for(struct drv_planner *p, size_t from, size_t to,
			     enum look look)
{
	const struct drv_array *array = p->log->calls[to].on->array;
	struct found found = { 0 };

	for (size_t i = from; i < to; i++) {
		const struct drv_call *call = &p->log->calls[i];

		if (call->on && call->ok && is_disk(p, array, call) && shows(call, look))
			find(p, &found, drv_disk_of_call(call));
	}
	return found;
}

// Devices of a command line, its array left out; missing ones are NULL.
static struct drv_disk *command_disk(struct drv_planner *p,
				     const struct mdt_mdadm_device *device)
{
	return device->keyword == MDT_KEYWORD_NONE ? drv_disk_of_node(p, device->name)
						   : NULL;
}

static bool is_member_of_command(const struct mdt_mdadm_device *device)
{
	return !device->is_array && device->keyword != MDT_KEYWORD_FAULTY &&
	       device->keyword != MDT_KEYWORD_DETACHED;
}

static struct found command_disks(struct drv_planner *p, const struct mdt_cmdline *line,
				  bool only_added)
{
	struct found found = { 0 };

	for (size_t i = 0; line && i < line->device_count; i++) {
		const struct mdt_mdadm_device *device = &line->devices[i];
		bool is_added = device->op == MDT_OP_ADD || device->op == MDT_OP_RE_ADD ||
				device->op == MDT_OP_ADD_SPARE ||
				device->op == MDT_OP_ADD_JOURNAL;

		if (is_member_of_command(device) && (!only_added || is_added))
			find(p, &found, command_disk(p, device));
	}
	return found;
}

// mdadm assembles the freshest last: of equals, the one that it was given first.
static struct drv_disk *in_assembly(const struct found *found, size_t order)
{
	size_t len = found->disks.len;

	if (order >= len)
		return NULL;
	return found->disks.items[(order + 1) % len].disk;
}

static struct drv_disk *at_order(const struct found *found, size_t order)
{
	return order < found->disks.len ? found->disks.items[order].disk : NULL;
}

// To an array that runs: what mdadm has just written a superblock to, or opened.
static struct drv_disk *added_warm(struct drv_planner *p, size_t index, const char **why)
{
	static const enum look looks[] = { LOOK_WRITTEN, LOOK_EXCLUSIVE };
	const struct drv_call *call = &p->log->calls[index];
	size_t from = last_of(p, index, true), order = 0;
	struct found found;

	*why = "the disk that mdadm has prepared before";
	array_for_each (look, looks) {
		found = look_for(p, from, index, *look);
		if (found.disks.len)
			return found.disks.items[found.disks.len - 1].disk;
	}
	for (size_t i = 0; i < index; i++)
		order += is_add(&p->log->calls[i], call->on->array) &&
			 p->log->calls[i].command == call->command;
	found = command_disks(p, drv_command_of(p, call), true);
	*why = "mdadm's command line";
	return at_order(&found, order);
}

// To an array that is set up.
static struct drv_disk *added_cold(struct drv_planner *p, size_t index, const char **why)
{
	const struct drv_call *call = &p->log->calls[index];
	const struct mdt_cmdline *line = drv_command_of(p, call);
	bool assembles =
		line && line->mode != MDT_MDADM_CREATE && line->mode != MDT_MDADM_BUILD;
	size_t order = order_of(p, index);
	struct found found = look_for(p, last_of(p, index, true), index, LOOK_OPENED);

	*why = "the disk that was opened just before";
	if (found.disks.len == 1)
		return found.disks.items[0].disk;
	found = look_for(p, last_of(p, index, false), index, LOOK_WRITTEN);
	*why = "superblocks were written in this order";
	if (order < found.disks.len)
		return at_order(&found, order);
	found = command_disks(p, line, false);
	*why = "mdadm's command line";
	if (found.disks.len)
		return assembles ? in_assembly(&found, order) : at_order(&found, order);
	found = look_for(p, 0, index, LOOK_READ);
	*why = "superblocks were read in this order, and the freshest is added last";
	if (found.disks.len)
		return in_assembly(&found, order);
	found = look_for(p, 0, index, LOOK_OPENED);
	*why = "disks were opened in this order";
	return at_order(&found, order);
}

// Disks that the log names and no other ADD_NEW_DISK has.
static struct drv_disk *any_disk(struct drv_planner *p, size_t index)
{
	const struct drv_array *array = p->log->calls[index].on->array;

	for (size_t i = 0; i < p->disk_count; i++) {
		struct drv_disk *disk = p->disks[i];

		if (disk->is_used && !drv_member_find(&array->changed, disk) &&
		    !drv_member_find(&array->at_first, disk))
			return disk;
	}
	return drv_disk_new(p);
}

struct drv_disk *drv_added_disk(struct drv_planner *p, size_t index, const char **why)
{
	const struct drv_call *call = &p->log->calls[index];
	struct drv_disk *disk;
	uint32_t major, minor;

	*why = NULL;
	if (drv_get32(call->payload, 4, &major) && drv_get32(call->payload, 8, &minor))
		return drv_disk_get(p, major, minor, (struct mdt_slice){ 0 });
	disk = call->is_cold ? added_cold(p, index, why) : added_warm(p, index, why);
	if (disk)
		return disk;
	*why = "nothing in the log tells: the next disk";
	return any_disk(p, index);
}

/* ---- its place ---- */

// A disk's place among the devices of a command line; -1 when it is not there.
static int command_place(struct drv_planner *p, const struct mdt_cmdline *line,
			 const struct drv_disk *disk)
{
	int place = 0;

	for (size_t i = 0; line && i < line->device_count; i++) {
		if (!is_member_of_command(&line->devices[i]))
			continue;
		if (command_disk(p, &line->devices[i]) == disk)
			return place;
		place++;
	}
	return -1;
}

static bool has_number(const struct drv_members *members, int number)
{
	for (size_t i = 0; i < members->len; i++)
		if (members->items[i].number == number &&
		    members->items[i].role != DRV_GONE)
			return true;
	return false;
}

static int free_number(const struct drv_members *members, int from)
{
	while (has_number(members, from))
		from++;
	return from;
}

static bool has_slot(const struct drv_members *members, int slot)
{
	for (size_t i = 0; i < members->len; i++)
		if (members->items[i].slot == slot)
			return true;
	return false;
}

static bool has_active(const struct drv_members *members, int slot)
{
	for (size_t i = 0; i < members->len; i++)
		if (members->items[i].slot == slot &&
		    members->items[i].role == DRV_ACTIVE)
			return true;
	return false;
}

// What a superblock says, if it is whole.
static bool super_place(const struct mdt_super *super, int *number, int *slot)
{
	struct mdt_role role;
	uint64_t value;

	if ((super->kind != MDT_SUPER_0 && super->kind != MDT_SUPER_1) ||
	    !mdt_super_find(super, MDT_SB_DEV_NUMBER, &value) ||
	    value >= MDT_SUPER_1_ROLES || !mdt_super_role(super, &role))
		return false;
	*number = (int)value;
	*slot = role.kind == MDT_ROLE_ACTIVE ? (int)role.slot : -1;
	return true;
}

// What the superblock that was read from the disk says, if it is whole.
static bool read_place(const struct drv_disk *disk, int *number, int *slot)
{
	for (size_t i = 0; i < disk->read_count; i++) {
		struct mdt_super super;

		if (!drv_is_super(disk->reads[i].data))
			continue;
		super = mdt_super_from(disk->reads[i].data, disk->reads[i].offset);
		if (super_place(&super, number, slot))
			return true;
	}
	return false;
}

// Create() gives RUN_ARRAY a struct, start_array() in Assemble.c gives it NULL.
static bool is_assembled(const struct drv_planner *p, size_t index)
{
	const struct drv_array *array = p->log->calls[index].on->array;
	size_t run = drv_next_ioctl(p, index, array, "RUN_ARRAY");

	return run < p->log->count && p->log->calls[run].has_value &&
	       !p->log->calls[run].value;
}

// In an assembly the first member comes last.
static int order_place(const struct drv_planner *p, size_t index)
{
	const struct drv_array *array = p->log->calls[index].on->array;
	size_t run = drv_next_ioctl(p, index, array, "RUN_ARRAY");
	size_t order = order_of(p, index), total = order;

	if (!is_assembled(p, index))
		return (int)order;
	for (size_t i = index; i < run; i++)
		total += is_add(&p->log->calls[i], array);
	return (int)((order + 1) % total);
}

static void keep_place(struct drv_planner *p, struct drv_members *members,
		       const struct drv_call *call)
{
	struct drv_member *member = drv_member_get(p, members, call->added);

	if (!member)
		return;
	member->number = call->number;
	member->slot = call->slot;
	member->role = call->slot < 0 ? DRV_SPARE : DRV_ACTIVE;
}

// From what comes before it, the surest first.
static void choose_place(struct drv_planner *p, size_t index)
{
	struct drv_call *call = &p->log->calls[index];
	struct drv_array *array = call->on->array;
	struct drv_array now = drv_array_at(p, index);
	struct mdt_super super = drv_super_before(p, index, call->added);
	int place;

	if (super_place(&super, &call->number, &call->slot) ||
	    read_place(call->added, &call->number, &call->slot))
		return;
	place = command_place(p, drv_command_of(p, call), call->added);
	if (place < 0)
		place = order_place(p, index);
	call->number = free_number(&array->life, place);
	call->slot = call->number;
	if (is_assembled(p, index) && call->added->has_number &&
	    !has_number(&array->life, call->added->number))
		call->number = call->added->number;
	if (now.has_raid_disks && call->slot >= (int)now.raid_disks)
		call->slot = -1;
}

static void place_cold(struct drv_planner *p, size_t index)
{
	struct drv_call *call = &p->log->calls[index];
	struct drv_array *array = call->on->array;
	struct drv_member *member;

	if (order_of(p, index) == 0)
		array->life = (struct drv_members){ 0 };
	member = drv_member_find(&array->life, call->added);
	if (member) {
		call->number = member->number;
		call->slot = member->slot;
		return;
	}
	choose_place(p, index);
	keep_place(p, &array->life, call);
	if (!drv_member_find(&array->adds, call->added))
		keep_place(p, &array->adds, call);
}

static bool has_writes(const struct drv_log *log)
{
	if (log->message_count)
		return true;
	for (size_t i = 0; i < log->count; i++)
		if (log->calls[i].what == DRV_WRITE)
			return true;
	return false;
}

/*
 * mdadm writes a superblock before it adds a disk anew. attempt_re_add() in Manage.c
 * (4.1 to 4.6) does not, or one with the disk's old place: it tries whether the kernel
 * takes the disk in its old place, which gives EINVAL when the disk has missed something.
 */
static void place_warm(struct drv_planner *p, size_t index)
{
	struct drv_call *call = &p->log->calls[index];
	struct mdt_super super = drv_super_before(p, index, call->added);
	struct found written = look_for(p, last_of(p, index, true), index, LOOK_WRITTEN);
	int number, slot;

	// A disk that is added anew is a spare in what mdadm writes.
	if (drv_member_find(&written.disks, call->added)) {
		call->is_readd = super_place(&super, &number, &slot) && slot >= 0;
		if (call->is_readd) {
			call->number = number;
			call->slot = slot;
		}
		return;
	}
	call->is_readd = mdt_slice_eq(call->error, SLICE("EINVAL")) ||
			 (has_writes(p->log) && super.kind != MDT_SUPER_NONE);
	if (call->is_readd)
		super_place(&super, &call->number, &call->slot);
}

void drv_readd_place(const struct drv_call *call, const struct drv_members *members,
		     int *number, int *slot)
{
	*number = call->number;
	*slot = call->slot;
	if (*slot >= 0)
		return;
	do
		++*slot;
	while (has_active(members, *slot));
	if (*number < 0)
		*number = *slot;
}

// How many disks an array must have that is assembled without a word about it.
static void count_added(struct drv_planner *p, struct drv_array *array)
{
	int most = -1;

	(void)p;
	if (array->has_raid_disks || !array->adds.len)
		return;
	for (size_t i = 0; i < array->adds.len; i++)
		if (array->adds.items[i].slot > most)
			most = array->adds.items[i].slot;
	array->has_raid_disks = true;
	array->raid_disks = (uint32_t)(most + 1);
	array->raid_disks_why = "the number of ADD_NEW_DISK";
}

void drv_place_added(struct drv_planner *p)
{
	for (size_t i = 0; i < p->log->count; i++) {
		struct drv_call *call = &p->log->calls[i];

		if (!drv_is_ioctl(call, "ADD_NEW_DISK") || !call->added)
			continue;
		call->number = call->slot = -1;
		if (call->is_cold)
			place_cold(p, i);
		else
			place_warm(p, i);
	}
	for (size_t i = 0; i < p->array_count; i++)
		if (p->arrays[i]->is_in_log)
			count_added(p, p->arrays[i]);
}

/* ---- the members of an array that ran ---- */

static bool is_added_warm(const struct drv_planner *p, const struct drv_array *array)
{
	for (size_t i = 0; i < p->log->count; i++)
		if (is_add(&p->log->calls[i], array) && p->log->calls[i].ok &&
		    !p->log->calls[i].is_cold &&
		    !drv_member_find(&array->at_first, p->log->calls[i].added))
			return true;
	return false;
}

// Nobody can have a member to himself.
static bool is_free(const struct drv_planner *p, const struct drv_disk *disk)
{
	for (size_t i = 0; i < p->log->count; i++)
		if (p->log->calls[i].what == DRV_OPEN && p->log->calls[i].ok &&
		    drv_disk_of_call(&p->log->calls[i]) == disk &&
		    p->log->calls[i].on->is_excl)
			return true;
	return false;
}

// Disks whose superblock the log reads, and that it does not add.
static void see_readers(struct drv_planner *p, struct drv_array *array)
{
	for (size_t i = 0; i < p->disk_count; i++) {
		struct drv_disk *disk = p->disks[i];

		if (drv_array_of_disk(p, disk) != array || is_free(p, disk))
			continue;
		for (size_t j = 0; j < disk->read_count; j++)
			if (drv_is_super(disk->reads[j].data))
				drv_see_member(p, array, disk, DRV_ACTIVE, -1, -1);
	}
}

static size_t slots_taken(const struct drv_array *array)
{
	size_t count = 0;

	for (size_t i = 0; i < array->at_first.len; i++) {
		const struct drv_member *it = &array->at_first.items[i];

		count += it->role == DRV_ACTIVE ||
			 (it->role == DRV_FAULTY && !it->is_outside);
	}
	return count;
}

static void add_unknown(struct drv_planner *p, struct drv_array *array,
			enum drv_role role, uint32_t count)
{
	while (drv_members_count(&array->at_first, role) < count) {
		struct drv_disk *disk = drv_disk_new(p);
		struct drv_member *member =
			disk ? drv_member_get(p, &array->at_first, disk) : NULL;

		if (!member)
			return;
		member->role = role;
	}
}

/*
 * What GET_ARRAY_INFO counts: spares and failed disks that the log does not name, and how
 * many of those that failed have lost their slot to a spare.
 */
static void take_info(struct drv_planner *p, struct drv_array *array)
{
	size_t outside, empty;

	if (!array->has_info || array->active > array->raid_disks ||
	    array->spare > MDT_SUPER_1_ROLES || array->failed > MDT_SUPER_1_ROLES)
		return;
	empty = array->raid_disks - array->active;
	if (!empty) // else a recovery is on its way, and would have ended
		add_unknown(p, array, DRV_SPARE, array->spare);
	add_unknown(p, array, DRV_FAULTY, array->failed);
	outside = drv_members_count(&array->at_first, DRV_FAULTY);
	outside = outside > empty ? outside - empty : 0;
	for (size_t i = array->at_first.len; i-- > 0 && outside;) {
		struct drv_member *it = &array->at_first.items[i];

		if (it->role != DRV_FAULTY || it->slot >= 0)
			continue;
		it->is_outside = true;
		outside--;
	}
}

// Disks that have failed or fail. The last one that works does not: raid1_error() in
// drivers/md/raid1.c.
static uint32_t failures(const struct drv_planner *p, const struct drv_array *array)
{
	uint32_t count = (uint32_t)drv_members_count(&array->at_first, DRV_FAULTY);

	for (size_t i = 0; i < p->log->count; i++) {
		const struct drv_call *call = &p->log->calls[i];

		if (drv_is_ioctl(call, "STOP_ARRAY") && call->on->array == array &&
		    call->ok)
			break;
		count += drv_is_ioctl(call, "SET_DISK_FAULTY") && call->ok &&
			 call->on->array == array;
	}
	return count;
}

// How few disks a level runs with: raid5.c and raid10.c of drivers/md.
static uint32_t least_disks(const struct drv_planner *p, const struct drv_array *array)
{
	switch (drv_level(p, array)) {
	case 4:
	case 5:
		return 3;
	case 6:
		return 4;
	default:
		return 1;
	}
}

static void choose_raid_disks(struct drv_planner *p, struct drv_array *array)
{
	uint32_t least = 0;

	if (array->has_raid_disks)
		return;
	for (size_t i = 0; i < array->at_first.len; i++)
		if (array->at_first.items[i].slot >= (int)least)
			least = (uint32_t)array->at_first.items[i].slot + 1;
	if (slots_taken(array) > least)
		least = (uint32_t)slots_taken(array);
	if (failures(p, array) >= least)
		least = failures(p, array) + 1;
	if (least < least_disks(p, array))
		least = least_disks(p, array);
	array->has_raid_disks = true;
	array->raid_disks = p->options.disks ? p->options.disks : 2;
	array->raid_disks_why =
		p->options.disks ? "--disks" : "2, unless --disks says otherwise";
	if (array->raid_disks < least) {
		array->raid_disks = least;
		array->raid_disks_why = "the number of its members";
	}
}

// How many slots were empty: of what is to be added, one has to take the place.
static uint32_t empty_slots(struct drv_planner *p, const struct drv_array *array)
{
	size_t faulty =
		slots_taken(array) - drv_members_count(&array->at_first, DRV_ACTIVE);

	if (slots_taken(array) >= array->raid_disks)
		return 0;

	if (array->is_listed && slots_taken(array))
		return array->raid_disks - (uint32_t)slots_taken(array);
	if (array->shrinks_to && array->shrinks_to < array->raid_disks)
		return array->raid_disks - array->shrinks_to;
	if (array->has_degraded)
		return array->degraded > faulty ? array->degraded - (uint32_t)faulty : 0;
	return is_added_warm(p, array) && !faulty && array->raid_disks > 1 &&
	       drv_members_count(&array->changed, DRV_ACTIVE) == 1;
}

// Members whose own superblock the log has.
static void read_places(struct drv_array *array)
{
	for (size_t i = 0; i < array->at_first.len; i++) {
		struct drv_member *it = &array->at_first.items[i];
		int number, slot;

		if (it->slot < 0 && it->number >= 0 &&
		    !has_slot(&array->at_first, drv_role_at(array, it->number)))
			it->slot = drv_role_at(array, it->number);
		if (it->role != DRV_ACTIVE || it->slot >= 0 || it->number >= 0 ||
		    !read_place(it->disk, &number, &slot) || slot < 0 ||
		    has_slot(&array->at_first, slot) ||
		    has_number(&array->at_first, number))
			continue;
		it->number = number;
		it->slot = slot;
	}
}

// Whether the log adds a disk again to this slot, so that it was empty; any slot: -1.
static uint32_t readds_to(const struct drv_planner *p, const struct drv_array *array,
			  int slot)
{
	uint32_t count = 0;

	for (size_t i = 0; i < p->log->count; i++) {
		const struct drv_call *call = &p->log->calls[i];

		count += call->is_readd && call->ok && call->on->array == array &&
			 call->slot >= 0 && (slot < 0 || call->slot == slot) &&
			 !drv_member_find(&array->at_first, call->added);
	}
	return count;
}

// A number and a slot that a superblock gives to none of the members that are known.
static void take_role(const struct drv_planner *p, struct drv_array *array,
		      struct drv_member *member)
{
	for (int i = 0; i < MDT_SUPER_1_ROLES; i++) {
		int slot = drv_role_at(array, i);

		if (slot < 0 || has_slot(&array->at_first, slot) ||
		    has_number(&array->at_first, i) || readds_to(p, array, slot))
			continue;
		member->number = i;
		member->slot = slot;
		return;
	}
}

// Members of which the log says nothing but that there were so many.
static void fill_members(struct drv_planner *p, struct drv_array *array)
{
	uint32_t empty = empty_slots(p, array), again = readds_to(p, array, -1);
	struct drv_member *member;
	struct drv_disk *disk;

	if (empty < again)
		empty = again;
	while (slots_taken(array) + empty < array->raid_disks) {
		disk = drv_disk_new(p);
		member = disk ? drv_member_get(p, &array->at_first, disk) : NULL;
		if (!member)
			return;
		member->role = DRV_ACTIVE;
		take_role(p, array, member);
	}
}

static struct drv_member *lowest_without_slot(struct drv_array *array)
{
	struct drv_member *lowest = NULL;

	for (size_t i = 0; i < array->at_first.len; i++) {
		struct drv_member *it = &array->at_first.items[i];

		if (it->slot >= 0 || it->is_outside ||
		    (it->role != DRV_ACTIVE && it->role != DRV_FAULTY))
			continue;
		if (!lowest || it->disk->major < lowest->disk->major ||
		    (it->disk->major == lowest->disk->major &&
		     it->disk->minor < lowest->disk->minor))
			lowest = it;
	}
	return lowest;
}

static void give_slots(const struct drv_planner *p, struct drv_array *array)
{
	struct drv_member *member;
	int slot = 0;

	while ((member = lowest_without_slot(array))) {
		if (member->number >= 0 && member->number < (int)array->raid_disks &&
		    !has_slot(&array->at_first, member->number)) {
			member->slot = member->number;
			continue;
		}
		while (has_slot(&array->at_first, slot) ||
		       (readds_to(p, array, slot) && slot + 1 < (int)array->raid_disks))
			slot++;
		member->slot = slot;
	}
}

static void give_numbers(struct drv_array *array)
{
	for (size_t i = 0; i < array->at_first.len; i++) {
		struct drv_member *it = &array->at_first.items[i];

		if (it->number >= 0)
			continue;
		if (it->slot >= 0 && !has_number(&array->at_first, it->slot))
			it->number = it->slot;
		else
			it->number =
				free_number(&array->at_first, (int)array->raid_disks);
	}
}

// As they are added when the array is created.
static void sort_members(struct drv_members *members)
{
	for (size_t i = 1; i < members->len; i++)
		for (size_t j = i;
		     j && members->items[j].number < members->items[j - 1].number; j--) {
			struct drv_member member = members->items[j];

			members->items[j] = members->items[j - 1];
			members->items[j - 1] = member;
		}
}

void drv_complete_members(struct drv_planner *p, struct drv_array *array)
{
	if (array == drv_array_only(p) && !array->is_listed)
		see_readers(p, array);
	choose_raid_disks(p, array);
	drv_learn_roles(array);
	read_places(array);
	if (array->first == DRV_RUNNING)
		take_info(p, array);
	// One that does not run yet may have any number of its members.
	if (array->first != DRV_INACTIVE || !array->at_first.len)
		fill_members(p, array);
	give_slots(p, array);
	give_numbers(array);
	sort_members(&array->at_first);
}
