// SPDX-License-Identifier: MIT
// Which disks an array has, and which ADD_NEW_DISK is about which of them.
#include <stdlib.h>

#include "derive/parts.h"

/* ---- whether it runs ---- */

bool drv_is_cold(const struct drv_planner *p, size_t index)
{
	const struct drv_array *array = p->log->calls[index].on->array;
	const struct drv_array_calls *of = drv_calls_of(array);
	size_t start = drv_place_before(&of->starts, index);
	size_t stop = drv_place_before(&of->stops, index);

	if (start == DRV_NOWHERE && stop == DRV_NOWHERE)
		return array->first != DRV_RUNNING;
	return start == DRV_NOWHERE || (stop != DRV_NOWHERE && stop > start);
}

/* ---- the disk of an ADD_NEW_DISK ---- */

// The call after this array's latest one of its kind.
static size_t last_of(const struct drv_planner *p, size_t index, bool add)
{
	const struct drv_array_calls *of = drv_calls_of(p->log->calls[index].on->array);
	size_t set = drv_place_before(&of->all[DRV_SET_ARRAY_INFO], index) + 1;
	size_t last = drv_place_before(&of->all[DRV_ADD_NEW_DISK], index) + 1;

	// No place is the last one, so that what is after it is 0.
	return add && last > set ? last : set;
}

// How many ADD_NEW_DISK there were since the array was last set up.
static size_t order_of(const struct drv_planner *p, size_t index)
{
	const struct drv_places *adds =
		&drv_calls_of(p->log->calls[index].on->array)->all[DRV_ADD_NEW_DISK];

	return drv_places_below(adds, index) -
	       drv_places_below(adds, last_of(p, index, false));
}

static bool shows(const struct drv_call *call, enum drv_look look)
{
	switch (look) {
	case DRV_LOOK_OPENED:
		return call->what == DRV_OPEN;
	case DRV_LOOK_EXCLUSIVE:
		return call->what == DRV_OPEN && call->on->is_excl;
	case DRV_LOOK_WRITTEN:
		return call->what == DRV_WRITE;
	case DRV_LOOK_READ:
		return call->what == DRV_READ;
	case DRV_LOOKS:
		break;
	}
	unreachable();
}

// An array that is opened for itself alone is a disk to another array.
static void be_disk(struct drv_planner *p, struct drv_seen *seen,
		    const struct drv_call *call)
{
	struct drv_array *array = call->on->array;

	if (call->on->kind != DRV_ARRAY || array->disk || call->what != DRV_OPEN ||
	    !call->on->is_excl)
		return;
	if (array == seen->array)
		seen->own = array;
	else
		drv_disk_of_array(p, array);
}

// Another array asks: what the last one was to itself it is no more.
static void ask(struct drv_planner *p, struct drv_seen *seen,
		const struct drv_array *array)
{
	if (seen->array == array)
		return;
	if (seen->own && !seen->own->disk)
		drv_disk_of_array(p, seen->own);
	seen->own = NULL;
	seen->array = array;
}

// What was found, but for the array itself.
static const struct drv_members *without(struct drv_planner *p, struct drv_seen *seen,
					 const struct drv_disk *own)
{
	if (!drv_member_find(p, &seen->disks, own))
		return &seen->disks;
	seen->others = (struct drv_members){ 0 };
	for (size_t i = 0; i < seen->disks.len; i++)
		if (seen->disks.items[i].disk != own)
			drv_member_get(p, &seen->others, seen->disks.items[i].disk);
	return &seen->others;
}

/*
 * The disks that calls from @p from to the one at @p to show, in their order. The next
 * one asks mostly from the same call on for the same array: what was found is kept.
 */
static const struct drv_members *look_for(struct drv_planner *p, size_t from, size_t to,
					  enum drv_look look)
{
	const struct drv_array *array = p->log->calls[to].on->array;
	const struct drv_places *looks = &p->log->index.looks;
	struct drv_seen *seen = &p->seen[look][from != 0];
	size_t array_disks;

	if (seen->from == from && seen->to <= to)
		ask(p, seen, array);
	array_disks = p->array_disks;
	if (seen->from != from || seen->to > to || seen->array_disks != array_disks)
		*seen = (struct drv_seen){ .array = array, .from = from, .to = from };
	for (size_t i = drv_places_below(looks, seen->to);
	     i < looks->len && looks->at[i] < to; i++) {
		const struct drv_call *call = &p->log->calls[looks->at[i]];

		be_disk(p, seen, call);
		if (drv_disk_of_call(call) && shows(call, look))
			drv_member_get(p, &seen->disks, drv_disk_of_call(call));
	}
	seen->to = to;
	// Of what turns out to be a disk now, earlier calls count the next time.
	seen->array_disks = array_disks;
	return without(p, seen, array->disk);
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

static void find(struct drv_planner *p, struct drv_members *found, struct drv_disk *disk)
{
	if (disk)
		drv_member_get(p, found, disk);
}

static const struct drv_members *
command_disks(struct drv_planner *p, const struct mdt_cmdline *line, bool only_added)
{
	struct drv_listed *listed = &p->listed[only_added];
	size_t renamed = p->renamed;

	if (listed->line == line && listed->renamed == p->renamed)
		return &listed->disks;
	*listed = (struct drv_listed){ .line = line };
	for (size_t i = 0; line && i < line->device_count; i++) {
		const struct mdt_mdadm_device *device = &line->devices[i];
		bool is_added = device->op == MDT_OP_ADD || device->op == MDT_OP_RE_ADD ||
				device->op == MDT_OP_ADD_SPARE ||
				device->op == MDT_OP_ADD_JOURNAL;

		if (is_member_of_command(device) && (!only_added || is_added))
			find(p, &listed->disks, command_disk(p, device));
	}
	// What was met for the first time may be what another name means, too.
	listed->renamed = renamed;
	return &listed->disks;
}

// mdadm assembles the freshest last: of equals, the one that it was given first.
static struct drv_disk *in_assembly(const struct drv_members *found, size_t order)
{
	return order < found->len ? found->items[(order + 1) % found->len].disk : NULL;
}

static struct drv_disk *at_order(const struct drv_members *found, size_t order)
{
	return order < found->len ? found->items[order].disk : NULL;
}

// Create() gives RUN_ARRAY a struct, start_array() in Assemble.c gives it NULL.
static bool is_assembled(const struct drv_planner *p, size_t index)
{
	const struct drv_array *array = p->log->calls[index].on->array;
	size_t run = drv_next_ioctl(p, index, array, DRV_RUN_ARRAY);

	return run < p->log->count && p->log->calls[run].has_value &&
	       !p->log->calls[run].value;
}

static struct drv_why because(const char *text, bool is_sure)
{
	return (struct drv_why){ text, is_sure ? MDT_TRUST_KNOWN : MDT_TRUST_PRESUMED };
}

// Whether the command line adds this disk and no other.
static bool adds_only(struct drv_planner *p, const struct mdt_cmdline *line,
		      const struct drv_disk *disk)
{
	const struct drv_members *found = command_disks(p, line, true);

	return found->len == 1 && found->items[0].disk == disk;
}

// To an array that runs: what mdadm has just written a superblock to, or opened.
static struct drv_disk *added_warm(struct drv_planner *p, size_t index,
				   struct drv_why *why)
{
	static const enum drv_look looks[] = { DRV_LOOK_WRITTEN, DRV_LOOK_EXCLUSIVE };
	const struct drv_call *call = &p->log->calls[index];
	const struct mdt_cmdline *line = drv_command_of(p, call);
	size_t from = last_of(p, index, true);
	const struct drv_members *listed;

	array_for_each (look, looks) {
		const struct drv_members *found = look_for(p, from, index, *look);
		struct drv_disk *disk;

		if (!found->len)
			continue;
		disk = found->items[found->len - 1].disk;
		*why = because("the disk that mdadm has prepared before",
			       (*look == DRV_LOOK_WRITTEN && found->len == 1) ||
				       adds_only(p, line, disk));
		return disk;
	}
	listed = command_disks(p, line, true);
	*why = because("mdadm's command line", listed->len == 1);
	return at_order(listed, call->order);
}

// How many ADD_NEW_DISK there are in all, from when the array was set up until it runs.
static size_t adds_in_all(const struct drv_planner *p, size_t index)
{
	const struct drv_array *array = p->log->calls[index].on->array;
	const struct drv_places *adds = &drv_calls_of(array)->all[DRV_ADD_NEW_DISK];
	size_t run = drv_next_ioctl(p, index, array, DRV_RUN_ARRAY);

	return order_of(p, index) + drv_places_below(adds, run) -
	       drv_places_below(adds, index);
}

// To an array that is set up.
static struct drv_disk *added_cold(struct drv_planner *p, size_t index,
				   struct drv_why *why)
{
	const struct drv_call *call = &p->log->calls[index];
	const struct mdt_cmdline *line = drv_command_of(p, call);
	bool assembles =
		line && line->mode != MDT_MDADM_CREATE && line->mode != MDT_MDADM_BUILD;
	size_t order = order_of(p, index), total = adds_in_all(p, index);
	const struct drv_members *found =
		look_for(p, last_of(p, index, true), index, DRV_LOOK_OPENED);
	const struct drv_members *given = command_disks(p, line, false);

	*why = because("the disk that was opened just before",
		       given->len == 1 && found->len == 1 &&
			       given->items[0].disk == found->items[0].disk);
	if (found->len == 1)
		return found->items[0].disk;
	found = look_for(p, last_of(p, index, false), index, DRV_LOOK_WRITTEN);
	*why = because("superblocks were written in this order",
		       found->len == total && !assembles && !is_assembled(p, index));
	if (order < found->len)
		return at_order(found, order);
	*why = because("mdadm's command line",
		       given->len == total && (total == 1 || (line && !assembles)));
	if (given->len)
		return assembles ? in_assembly(given, order) : at_order(given, order);
	found = look_for(p, 0, index, DRV_LOOK_READ);
	*why = because(
		"superblocks were read in this order, and the freshest is added last",
		false);
	if (found->len)
		return in_assembly(found, order);
	found = look_for(p, 0, index, DRV_LOOK_OPENED);
	*why = because("disks were opened in this order", false);
	return at_order(found, order);
}

// Disks that the log names and no other ADD_NEW_DISK has.
static struct drv_disk *any_disk(struct drv_planner *p, size_t index)
{
	struct drv_array *array = p->log->calls[index].on->array;

	for (size_t i = array->next_disk; i < p->disk_count; i++) {
		struct drv_disk *disk = p->disks[i];
		bool is_taken = drv_member_find(p, &array->changed, disk) ||
				drv_member_find(p, &array->at_first, disk);

		if (disk->is_used && !is_taken)
			return disk;
		// Those that are taken stay so.
		array->next_disk += is_taken && i == array->next_disk;
	}
	return drv_disk_new(p);
}

struct drv_disk *drv_added_disk(struct drv_planner *p, size_t index, struct drv_why *why)
{
	const struct drv_call *call = &p->log->calls[index];
	struct drv_disk *disk;
	uint32_t major, minor;

	*why = (struct drv_why){ NULL, MDT_TRUST_KNOWN };
	if (drv_get32(call->payload, 4, &major) && drv_get32(call->payload, 8, &minor))
		return drv_disk_get(p, major, minor, (struct mdt_slice){ 0 });
	disk = call->is_cold ? added_cold(p, index, why) : added_warm(p, index, why);
	if (disk)
		return disk;
	*why = (struct drv_why){ "nothing in the log tells: the next disk",
				 MDT_TRUST_NONE };
	return any_disk(p, index);
}

/* ---- its place ---- */

// A disk's place among the devices of a command line; -1 when it is not there.
static int command_place(struct drv_planner *p, const struct mdt_cmdline *line,
			 const struct drv_disk *disk)
{
	struct drv_ranks *it = &p->ranks;
	const struct drv_member *rank;
	size_t renamed = p->renamed;

	if (it->line != line || it->renamed != p->renamed)
		*it = (struct drv_ranks){ .line = line };
	rank = drv_member_find(p, &it->disks, disk);
	while (!rank && line && it->next < line->device_count) {
		const struct mdt_mdadm_device *device = &line->devices[it->next++];
		struct drv_disk *found;
		bool was_used;

		if (!is_member_of_command(device))
			continue;
		found = command_disk(p, device);
		it->place++;
		if (!found || drv_member_find(p, &it->disks, found))
			continue;
		was_used = found->is_used;
		rank = drv_member_get(p, &it->disks, found);
		found->is_used = was_used;
		if (!rank)
			return -1;
		it->disks.items[it->disks.len - 1].number = it->place - 1;
		if (found != disk)
			rank = NULL;
	}
	it->renamed = renamed;
	return rank ? rank->number : -1;
}

// Of members of which none is DRV_GONE and all have been numbered by number_member().
static bool is_number_taken(const struct drv_planner *p,
			    const struct drv_members *members, int number)
{
	return mdt_map_find(&p->member_numbers,
			    (uint64_t)members->id << 32 | (uint32_t)number);
}

static void take_number(struct drv_planner *p, struct drv_members *members, int number)
{
	if (!members->id)
		members->id = ++p->list_count;
	if (!mdt_map_set(&p->member_numbers,
			 (uint64_t)members->id << 32 | (uint32_t)number, members))
		p->failed_memory = true;
}

static int free_number(const struct drv_planner *p, const struct drv_members *members,
		       int from)
{
	while (is_number_taken(p, members, from))
		from++;
	return from;
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
static bool read_place(struct drv_disk *disk, int *number, int *slot)
{
	// From where the last look ended.
	for (; !disk->has_place && disk->place_reads < disk->read_count;
	     disk->place_reads++) {
		const struct drv_bytes *read = &disk->reads[disk->place_reads];
		struct mdt_super super;

		if (!drv_is_super(read->data))
			continue;
		super = mdt_super_from(read->data, read->offset);
		disk->has_place =
			super_place(&super, &disk->place_number, &disk->place_slot);
	}
	if (!disk->has_place)
		return false;
	*number = disk->place_number;
	*slot = disk->place_slot;
	return true;
}

// In an assembly the first member comes last.
static int order_place(const struct drv_planner *p, size_t index)
{
	size_t order = order_of(p, index);

	if (!is_assembled(p, index))
		return (int)order;
	return (int)((order + 1) % adds_in_all(p, index));
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
	take_number(p, members, call->number);
}

static bool has_missing(const struct mdt_cmdline *line)
{
	for (size_t i = 0; i < line->device_count; i++)
		if (line->devices[i].keyword == MDT_KEYWORD_MISSING)
			return true;
	return false;
}

/*
 * Create() in Create.c of mdadm 4.1 to 4.6 adds the last disk of a new raid4 or raid5
 * after all others, as a spare: to recover one disk is faster than to resync all of them.
 */
static bool adds_last_as_spare(const struct mdt_cmdline *line,
			       const struct drv_array *array)
{
	return line && line->mode == MDT_MDADM_CREATE && array->has_level &&
	       (array->level == 4 || array->level == 5) && array->has_raid_disks &&
	       !line->assume_clean && !line->force && !has_missing(line);
}

// @param place Among the devices of the command line.
static int number_of_place(const struct mdt_cmdline *line, const struct drv_array *array,
			   int place)
{
	int count = 0;

	if (!adds_last_as_spare(line, array) || place != (int)array->raid_disks - 1)
		return place;
	for (size_t i = 0; i < line->device_count; i++)
		count += is_member_of_command(&line->devices[i]);
	return count;
}

// How well the number is known that goes with a place. One of an array that is assembled
// is only the slot's if nothing has ever been added to it, as to a new raid5.
static enum mdt_trust trust_in_number(const struct drv_call *call,
				      const struct mdt_cmdline *line, bool is_read,
				      bool assembles)
{
	if (is_read || (line && line->mode == MDT_MDADM_CREATE) || !assembles)
		return call->place_trust;
	return MDT_TRUST_NONE;
}

// From what comes before it, the surest first.
// @return Whether a superblock has it.
static bool choose_place(struct drv_planner *p, size_t index)
{
	struct drv_call *call = &p->log->calls[index];
	struct drv_array *array = call->on->array;
	struct drv_array now = drv_array_at(p, index);
	const struct mdt_cmdline *line = drv_command_of(p, call);
	struct mdt_super super = drv_super_before(p, index, call->added);
	int place;

	call->place_trust = call->added_trust;
	if (super_place(&super, &call->number, &call->slot))
		return true;
	if (read_place(call->added, &call->number, &call->slot)) {
		if (array->is_created) // what was there before is written over
			call->place_trust = MDT_TRUST_PRESUMED;
		return true;
	}
	if (!line || line->mode != MDT_MDADM_CREATE ||
	    call->added_trust == MDT_TRUST_NONE)
		call->place_trust = MDT_TRUST_PRESUMED;
	place = command_place(p, line, call->added);
	if (place < 0) {
		call->place_trust = MDT_TRUST_PRESUMED;
		place = order_place(p, index);
	}
	if (line && line->mode == MDT_MDADM_INCREMENTAL) // one alone has no order
		call->place_trust = MDT_TRUST_NONE;
	call->number = free_number(p, &array->life, number_of_place(line, &now, place));
	call->slot = call->number;
	if (is_assembled(p, index) && call->added->has_number &&
	    !is_number_taken(p, &array->life, call->added->number))
		call->number = call->added->number;
	if (now.has_raid_disks && call->slot >= (int)now.raid_disks)
		call->slot = -1;
	return false;
}

static void place_cold(struct drv_planner *p, size_t index)
{
	struct drv_call *call = &p->log->calls[index];
	struct drv_array *array = call->on->array;
	struct drv_member *member;

	if (order_of(p, index) == 0)
		array->life = (struct drv_members){ 0 };
	member = drv_member_find(p, &array->life, call->added);
	if (member) {
		call->number = member->number;
		call->slot = member->slot;
		call->number_trust = call->place_trust = MDT_TRUST_PRESUMED;
		return;
	}
	call->number_trust =
		trust_in_number(call, drv_command_of(p, call), choose_place(p, index),
				is_assembled(p, index));
	keep_place(p, &array->life, call);
	if (!drv_member_find(p, &array->adds, call->added))
		keep_place(p, &array->adds, call);
}

static bool has_writes(const struct drv_log *log)
{
	return log->message_count || log->index.has_write;
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
	const struct drv_members *written =
		look_for(p, last_of(p, index, true), index, DRV_LOOK_WRITTEN);
	int number, slot;

	// A disk that is added anew is a spare in what mdadm writes.
	if (drv_member_find(p, written, call->added)) {
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
	array->raid_disks_trust = MDT_TRUST_PRESUMED;
}

void drv_place_added(struct drv_planner *p)
{
	const struct drv_places *adds = &p->log->index.adds;

	for (size_t i = 0; i < adds->len; i++) {
		struct drv_call *call = &p->log->calls[adds->at[i]];

		if (!call->added)
			continue;
		call->number = call->slot = -1;
		if (call->is_cold)
			place_cold(p, adds->at[i]);
		else
			place_warm(p, adds->at[i]);
	}
	for (size_t i = 0; i < p->array_count; i++)
		if (p->arrays[i]->is_in_log)
			count_added(p, p->arrays[i]);
}

/* ---- the members of an array that ran ---- */

static bool is_added_warm(const struct drv_planner *p, const struct drv_array *array)
{
	const struct drv_places *adds = &drv_calls_of(array)->ok[DRV_ADD_NEW_DISK];

	for (size_t i = 0; i < adds->len; i++) {
		const struct drv_call *call = &p->log->calls[adds->at[i]];

		if (!call->is_cold && !drv_member_find(p, &array->at_first, call->added))
			return true;
	}
	return false;
}

// Disks whose superblock the log reads, and that it does not add. Nobody can have a
// member to himself.
static void see_readers(struct drv_planner *p, struct drv_array *array)
{
	for (size_t i = 0; i < p->disk_count; i++) {
		struct drv_disk *disk = p->disks[i];

		if (drv_array_of_disk(p, disk) != array || drv_is_excl(disk))
			continue;
		if (disk->super_read)
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
static uint32_t failures(const struct drv_array *array)
{
	const struct drv_array_calls *of = drv_calls_of(array);
	size_t stop = drv_place_from(&of->ok[DRV_STOP_ARRAY], 0);

	return (uint32_t)(drv_members_count(&array->at_first, DRV_FAULTY) +
			  drv_places_below(&of->ok[DRV_SET_DISK_FAULTY], stop));
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
	if (failures(array) >= least)
		least = failures(array) + 1;
	if (least < least_disks(p, array))
		least = least_disks(p, array);
	array->has_raid_disks = true;
	array->raid_disks_trust = MDT_TRUST_NONE;
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

/** The slots and numbers of the members of an array, while they are made complete. */
struct places {
	struct mdt_map slots, numbers; /* that are taken */
	struct mdt_map
		again; /* slots to which the log adds a disk again: they were empty */
	uint32_t again_count;
	size_t taken; /* slots_taken() */
	int next_number;
	bool failed_memory;
};

static void take(struct places *it, struct mdt_map *map, int key)
{
	if (key >= 0 && !mdt_map_set(map, (uint32_t)key, it))
		it->failed_memory = true;
}

static bool is_taken(const struct mdt_map *map, int key)
{
	return mdt_map_find(map, (uint32_t)key);
}

static void set_slot(struct places *it, struct drv_member *member, int slot)
{
	member->slot = slot;
	take(it, &it->slots, slot);
}

static void set_number(struct places *it, struct drv_member *member, int number)
{
	member->number = number;
	take(it, &it->numbers, number);
}

// Members whose own superblock the log has.
static void read_places(struct drv_array *array, struct places *places)
{
	for (size_t i = 0; i < array->at_first.len; i++) {
		struct drv_member *it = &array->at_first.items[i];
		int number, slot;

		if (it->slot < 0 && it->number >= 0) {
			slot = drv_role_at(array, it->number);
			if (slot >= 0 && !is_taken(&places->slots, slot))
				set_slot(places, it, slot);
		}
		if (it->role != DRV_ACTIVE || it->slot >= 0 || it->number >= 0 ||
		    !read_place(it->disk, &number, &slot) || slot < 0 ||
		    is_taken(&places->slots, slot) || is_taken(&places->numbers, number))
			continue;
		set_number(places, it, number);
		set_slot(places, it, slot);
	}
}

static void find_readds(const struct drv_planner *p, const struct drv_array *array,
			struct places *it)
{
	const struct drv_places *adds = &drv_calls_of(array)->ok[DRV_ADD_NEW_DISK];

	for (size_t i = 0; i < adds->len; i++) {
		const struct drv_call *call = &p->log->calls[adds->at[i]];

		if (!call->is_readd || call->slot < 0 ||
		    drv_member_find(p, &array->at_first, call->added))
			continue;
		it->again_count++;
		take(it, &it->again, call->slot);
	}
}

static void find_places(const struct drv_array *array, struct places *ret)
{
	for (size_t i = 0; i < array->at_first.len; i++) {
		const struct drv_member *member = &array->at_first.items[i];

		take(ret, &ret->slots, member->slot);
		if (member->role != DRV_GONE)
			take(ret, &ret->numbers, member->number);
	}
}

// A number and a slot that a superblock gives to none of the members that are known.
static void take_role(const struct drv_array *array, struct places *it,
		      struct drv_member *member)
{
	for (int i = 0; array->roles.len && i < MDT_SUPER_1_ROLES; i++) {
		int slot = drv_role_at(array, i);

		if (slot < 0 || is_taken(&it->slots, slot) || is_taken(&it->numbers, i) ||
		    is_taken(&it->again, slot))
			continue;
		set_number(it, member, i);
		set_slot(it, member, slot);
		return;
	}
}

// Members of which the log says nothing but that there were so many.
static void fill_members(struct drv_planner *p, struct drv_array *array,
			 struct places *it)
{
	uint32_t empty = empty_slots(p, array);
	struct drv_member *member;
	struct drv_disk *disk;

	if (empty < it->again_count)
		empty = it->again_count;
	for (; it->taken + empty < array->raid_disks; it->taken++) {
		disk = drv_disk_new(p);
		member = disk ? drv_member_get(p, &array->at_first, disk) : NULL;
		if (!member)
			return;
		member->role = DRV_ACTIVE;
		take_role(array, it, member);
	}
}

static bool wants_slot(const struct drv_member *member)
{
	return member->slot < 0 && !member->is_outside &&
	       (member->role == DRV_ACTIVE || member->role == DRV_FAULTY);
}

static int by_disk(const void *left, const void *right)
{
	const struct drv_disk *a = (*(struct drv_member *const *)left)->disk;
	const struct drv_disk *b = (*(struct drv_member *const *)right)->disk;

	if (a->major != b->major)
		return a->major < b->major ? -1 : 1;
	return a->minor < b->minor ? -1 : a->minor > b->minor;
}

static int choose_slot(const struct drv_array *array, const struct places *it,
		       const struct drv_member *member, int *next)
{
	if (member->number >= 0 && member->number < (int)array->raid_disks &&
	    !is_taken(&it->slots, member->number))
		return member->number;
	while (is_taken(&it->slots, *next) ||
	       (is_taken(&it->again, *next) && *next + 1 < (int)array->raid_disks))
		++*next;
	return *next;
}

// The lowest disk comes first.
static void give_slots(struct drv_array *array, struct places *it)
{
	struct drv_member **members =
		calloc(array->at_first.len + 1, sizeof(struct drv_member *));
	size_t count = 0;
	int next = 0;

	if (!members) {
		it->failed_memory = true;
		return;
	}
	for (size_t i = 0; i < array->at_first.len; i++)
		if (wants_slot(&array->at_first.items[i]))
			members[count++] = &array->at_first.items[i];
	qsort(members, count, sizeof(struct drv_member *), by_disk);
	for (size_t i = 0; i < count; i++) {
		set_slot(it, members[i], choose_slot(array, it, members[i], &next));
	}
	free(members);
}

static void give_numbers(struct drv_array *array, struct places *places)
{
	for (size_t i = 0; i < array->at_first.len; i++) {
		struct drv_member *it = &array->at_first.items[i];

		if (it->number >= 0)
			continue;
		while (is_taken(&places->numbers, places->next_number))
			places->next_number++;
		set_number(places, it,
			   it->slot >= 0 && !is_taken(&places->numbers, it->slot)
				   ? it->slot
				   : places->next_number);
	}
}

// As they are added when the array is created.
static int by_number(const void *left, const void *right)
{
	const struct drv_member *a = left, *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->rank < b->rank ? -1 : a->rank > b->rank;
}

static void sort_members(struct drv_planner *p, struct drv_members *members)
{
	for (size_t i = 0; i < members->len; i++)
		members->items[i].rank = i;
	if (members->len)
		qsort(members->items, members->len, sizeof(*members->items), by_number);
	drv_members_index(p, members, 0);
}

void drv_complete_members(struct drv_planner *p, struct drv_array *array)
{
	struct places places = { 0 };

	if (array == drv_array_only(p) && !array->is_listed)
		see_readers(p, array);
	choose_raid_disks(p, array);
	drv_learn_roles(p, array);
	find_places(array, &places);
	read_places(array, &places);
	if (array->first == DRV_RUNNING)
		take_info(p, array);
	places.taken = slots_taken(array);
	places.next_number = (int)array->raid_disks;
	find_readds(p, array, &places);
	// One that does not run yet may have any number of its members.
	if (array->first != DRV_INACTIVE || !array->at_first.len)
		fill_members(p, array, &places);
	give_slots(array, &places);
	give_numbers(array, &places);
	p->failed_memory |= places.failed_memory;
	mdt_map_deinit(&places.slots);
	mdt_map_deinit(&places.numbers);
	mdt_map_deinit(&places.again);
	sort_members(p, &array->at_first);
}
