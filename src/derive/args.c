// SPDX-License-Identifier: MIT
// Arguments of ioctls: what the log has, and what it has not.
#include "ioctl/value.h"
#include "derive/parts.h"

enum { INFO_SIZE = 72, STATE_OFFSET = 44, DISK_INFO_SIZE = 20 }; // <linux/raid/md_u.h>
enum { STATE_ACTIVE_SYNC = 1 << 1 | 1 << 2, STATE_WRITEMOSTLY = 1 << 9 };

/** An argument in the making. */
struct argument {
	struct drv_planner *p;
	struct drv_arg *out;
	const struct drv_call *call;
	uint8_t bytes[INFO_SIZE];
};

void drv_put32(uint8_t *at, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static struct mdt_plan_derived *say(struct drv_planner *p, struct drv_arg *arg,
				    struct mdt_slice field, struct mdt_slice reason)
{
	struct mdt_plan_derived *it = drv_add(p, arg->derived, arg->derived_count);

	if (!it) {
		p->failed_memory = true;
		return NULL;
	}
	it->field = drv_copy(p, field);
	it->reason = drv_copy(p, reason);
	return it;
}

void drv_arg_say(struct drv_planner *p, struct drv_arg *arg, const char *field,
		 struct mdt_slice reason)
{
	say(p, arg, mdt_slice_cstr(field), reason);
}

// A field that the log does not have whole; its bytes that are there stay.
static void put_value(struct argument *a, size_t offset, uint32_t value,
		      struct drv_why why)
{
	uint8_t bytes[4];
	size_t known = a->call->payload.len > offset ? a->call->payload.len - offset : 0;

	if (known >= sizeof(bytes))
		return;
	drv_put32(bytes, value);
	memcpy(a->bytes + offset + known, bytes + known, sizeof(bytes) - known);
	a->out->words.value[offset / 4] = value;
	a->out->words.why[offset / 4] = why;
}

// The same, and the plan says why.
static void put(struct argument *a, const char *field, size_t offset, uint32_t value,
		struct drv_why why)
{
	put_value(a, offset, value, why);
	if (why.text && a->call->payload.len < offset + 4)
		drv_arg_say(a->p, a->out, field, mdt_slice_cstr(why.text));
}

static struct drv_why known(const char *text)
{
	return (struct drv_why){ text, MDT_TRUST_KNOWN };
}

static struct drv_why presumed(const char *text)
{
	return (struct drv_why){ text, MDT_TRUST_PRESUMED };
}

static struct drv_why known_if(bool is_known, const char *text)
{
	return is_known ? known(text) : presumed(text);
}

static void put_from_array(struct argument *a, const char *field)
{
	struct mdt_plan_derived *it = say(a->p, a->out, mdt_slice_cstr(field),
					  SLICE("an update leaves it as it is"));

	if (it)
		it->from_array = true;
}

static void finish(struct argument *a, size_t size)
{
	struct mdt_slice bytes = mdt_slice_from((const char *)a->bytes, size);

	mdt_buf_clear(&a->out->text);
	mdt_bytes_text(bytes, true, &a->out->text);
	a->out->changed = true;
}

/* ---- SET_ARRAY_INFO ---- */

static void put_version(struct argument *a, const struct drv_array *array)
{
	struct drv_why why = array->has_version
				     ? known(array->version_why)
				     : presumed("1.2, which mdadm takes unless told "
						"otherwise");

	put(a, "major_version", 0, (uint32_t)(array->has_version ? array->major : 1),
	    why);
	put(a, "minor_version", 4,
	    (uint32_t)(array->has_version ? array->minor_version : 2), why);
}

// Build() alone sets up an array without superblocks, and gives more than the version.
static bool is_no_build(const struct drv_planner *p, size_t index)
{
	const struct drv_call *call = &p->log->calls[index];
	const struct mdt_cmdline *line = drv_command_of(p, call);
	size_t run = drv_next_ioctl(p, index, call->on->array, DRV_RUN_ARRAY);

	if (line && line->mode != MDT_MDADM_BUILD && line->mode != MDT_MDADM_NONE)
		return true;
	if (call->on->array->has_default)
		return true;
	for (size_t i = index; i < run; i++) {
		const struct drv_call *it = &p->log->calls[i];

		if (drv_is_ioctl(it, DRV_ADD_NEW_DISK) &&
		    it->on->array == call->on->array && it->added &&
		    drv_super_before(p, i, it->added).kind != MDT_SUPER_NONE)
			return true;
	}
	return false;
}

// set_array_info() in util.c of mdadm 4.1 to 4.6 sets nothing else.
static void version_only(struct argument *a, size_t index, const struct drv_array *array)
{
	struct drv_why why =
		known_if(is_no_build(a->p, index), "mdadm gives the version only");

	put_version(a, array);
	for (size_t offset = 8; offset < INFO_SIZE; offset += 4)
		put_value(a, offset, 0, why);
	drv_arg_say(a->p, a->out, "raid_disks", mdt_slice_cstr(why.text));
}

// Build() in Build.c of mdadm 4.1 to 4.6.
static void build(struct argument *a, const struct drv_array *array,
		  const struct mdt_cmdline *line)
{
	struct drv_why command = known("mdadm --build");
	struct drv_why left = { "mdadm --build", MDT_TRUST_NONE }; // not set at all
	uint32_t count = line->raid_devices ? line->raid_devices : array->raid_disks;
	uint32_t chunk = line->chunk ? (uint32_t)line->chunk * 512 : 0;

	if (!chunk && line->has_level && (line->level == 0 || line->level == -1))
		chunk = 64 * 1024;
	put(a, "major_version", 0, 0, left);
	put_value(a, 4, 0, left);
	put_value(a, 8, 0, left);
	put_value(a, 12, 0, left);
	put(a, "level", 16, (uint32_t)(line->has_level ? line->level : 1),
	    line->has_level ? known("mdadm's --level")
			    : presumed("raid1, unless told otherwise"));
	put(a, "size", 20,
	    line->size && line->size != MDT_SIZE_MAX ? (uint32_t)(line->size / 2) : 0,
	    presumed("mdadm's --size, or 0"));
	put(a, "nr_disks", 24, count, command);
	put(a, "raid_disks", 28, count, known("mdadm's --raid-devices"));
	put(a, "md_minor", 32, array->minor, command);
	put(a, "not_persistent", 36, 1, command);
	put_value(a, 40, 0, left);
	put(a, "state", 44, line->assume_clean, known("mdadm's --assume-clean, or not"));
	put(a, "active_disks", 48, count, command);
	put(a, "working_disks", 52, count, command);
	put_value(a, 56, 0, command);
	put_value(a, 60, 0, command);
	put(a, "layout", 64, line->has_layout ? line->layout : 0,
	    known_if(line->has_layout, "mdadm's --layout, or 0"));
	put(a, "chunk_size", 68, chunk,
	    known_if(line->chunk, "mdadm's --chunk, or its default"));
}

/** The one field that an update of a running array changes. */
struct change {
	const char *field, *why;
	size_t offset;
	uint32_t value;
};

static struct change change_of(const struct mdt_cmdline *line)
{
	if (line && line->raid_devices)
		return (struct change){ "raid_disks", "mdadm's --raid-devices", 28,
					line->raid_devices };
	if (line && line->size)
		return (struct change){ "size", "mdadm's --size", 20,
					line->size == MDT_SIZE_MAX
						? 0
						: (uint32_t)(line->size / 2) };
	if (line && line->bitmap == MDT_BITMAP_NONE)
		return (struct change){ "state",
					"mdadm's --bitmap=none: bit 8 is not set", 44,
					1 };
	if (line && line->bitmap == MDT_BITMAP_INTERNAL)
		return (struct change){ "state",
					"mdadm's --bitmap=internal: bit 8 is set", 44,
					0x101 };
	return (struct change){ 0 };
}

// Of a running array one thing changes; the rest is what the array has.
static void update(struct argument *a, size_t index, const struct mdt_cmdline *line)
{
	struct change change = change_of(line);

	if (a->p->derived && !a->call->payload.len)
		drv_answer_array(a->p, index, &a->out->words);

	for (uint32_t i = 0; i < a->call->row->type->count; i++) {
		const struct mdt_member *member = &a->call->row->type->members[i];

		if (change.field && member->offset == change.offset)
			put(a, change.field, change.offset, change.value,
			    known_if(change.offset != STATE_OFFSET, change.why));
		else if (member->offset + 4 > a->call->payload.len)
			put_from_array(a, member->name);
	}
}

static void set_array_info(struct argument *a, size_t index)
{
	const struct mdt_cmdline *line = drv_command_of(a->p, a->call);
	struct drv_array now = drv_array_at(a->p, index);

	if (now.state == DRV_RUNNING)
		update(a, index, line);
	else if (line && line->mode == MDT_MDADM_BUILD)
		build(a, &now, line);
	else
		version_only(a, index, &now);
	finish(a, INFO_SIZE);
}

/* ---- ADD_NEW_DISK ---- */

static const struct mdt_mdadm_device *device_of(const struct mdt_cmdline *line,
						const struct drv_disk *disk)
{
	const struct mdt_mdadm_device *found = NULL;

	// One command may fail, remove and add it; flags stand where it is added.
	for (size_t i = 0; line && i < line->device_count; i++)
		if (mdt_slice_eq(line->devices[i].name, disk->path) &&
		    (!found || line->devices[i].write_mostly))
			found = &line->devices[i];
	return found;
}

// The first free one from raid_disks on: Manage_add() in Manage.c of mdadm 4.1 to 4.6.
int drv_next_number(const struct drv_array *array)
{
	int number = (int)array->raid_disks;

	for (size_t i = 0; i < array->now.len; i++)
		if (array->now.items[i].role != DRV_GONE &&
		    array->now.items[i].number >= number)
			number = array->now.items[i].number + 1;
	return number;
}

// Where it was before: attempt_re_add() in Manage.c of mdadm 4.1 to 4.6.
static void add_again(struct argument *a)
{
	static const struct drv_why why = { "re-added: mdadm keeps the old superblock",
					    MDT_TRUST_PRESUMED };
	const struct drv_call *call = a->call;
	struct drv_why added = { call->added_why, call->added_trust };
	const struct mdt_mdadm_device *device =
		device_of(drv_command_of(a->p, call), call->added);
	uint32_t state = STATE_ACTIVE_SYNC;
	int number, slot;

	if (device && device->write_mostly)
		state |= STATE_WRITEMOSTLY;
	drv_readd_place(call, &call->on->array->now, &number, &slot);
	put(a, "number", 0, (uint32_t)number, why);
	put(a, "major", 4, call->added->major, added);
	put(a, "minor", 8, call->added->minor, added);
	put(a, "raid_disk", 12, (uint32_t)slot, why);
	put(a, "state", 16, state, why);
	finish(a, DISK_INFO_SIZE);
}

// A spare of 0.90 has its number for a slot.
static int place_of(const struct argument *a, size_t index)
{
	const struct drv_call *call = a->call;
	struct drv_array now = drv_array_at(a->p, index);

	if (!call->is_cold)
		return -1;
	if (call->slot < 0 && now.has_version && !now.major)
		return call->number;
	return call->slot;
}

static void add_new_disk(struct argument *a, size_t index)
{
	const struct drv_call *call = a->call;
	const struct drv_disk *disk = call->added;
	const struct mdt_cmdline *line = drv_command_of(a->p, call);
	const struct mdt_mdadm_device *device;
	struct drv_why place = { "its place among the members", call->place_trust };
	struct drv_why number = { place.text, call->number_trust };
	struct drv_why added = { call->added_why, call->added_trust };
	struct drv_why free_one = { "the first that is free",
				    call->on->array->raid_disks_trust ? MDT_TRUST_PRESUMED
								      : MDT_TRUST_NONE };
	bool cold = call->is_cold;
	uint32_t state;

	if (!disk)
		return;
	if (call->is_readd) {
		add_again(a);
		return;
	}
	device = device_of(line, disk);
	state = cold && call->slot >= 0 ? STATE_ACTIVE_SYNC : 0;
	if (device && device->write_mostly)
		state |= STATE_WRITEMOSTLY;
	put(a, "number", 0,
	    (uint32_t)(cold ? call->number : drv_number_added(a->p, index)),
	    cold ? number : free_one);
	put(a, "major", 4, disk->major, added);
	put(a, "minor", 8, disk->minor, added);
	put(a, "raid_disk", 12, (uint32_t)place_of(a, index),
	    cold ? place
		 : presumed("mdadm leaves it as GET_DISK_INFO has it for a free number"));
	// Without the command line, a disk may be write-mostly.
	put(a, "state", 16, state,
	    state & STATE_ACTIVE_SYNC
		    ? known_if(cold && line && place.trust == MDT_TRUST_KNOWN,
			       "MD_DISK_ACTIVE|MD_DISK_SYNC: a member from the start")
		    : presumed("a spare"));
	finish(a, DISK_INFO_SIZE);
}

/* ---- GET_DISK_INFO ---- */

/*
 * The number that is asked for. mdadm asks for 0, 1, 2 and so on. What comes between two
 * of its loops ends the first: another look at the array or at a disk. The last loop
 * before ADD_NEW_DISK looks for a number that is free, from raid_disks on (Manage_add()
 * in Manage.c).
 */
struct asked {
	uint32_t number;
	bool seeks; // from raid_disks on
	enum mdt_trust trust;
};

static struct asked number_asked(const struct drv_planner *p, size_t index)
{
	const struct drv_log *log = p->log;
	const struct drv_array *array = log->calls[index].on->array;
	size_t begin = log->index.runs[index], end = log->index.run_ends[index];
	size_t before = log->index.asked[index];
	size_t add = drv_place_from(&log->index.adds, end);
	size_t info = drv_place_from(&drv_calls_of(array)->all[DRV_GET_DISK_INFO], end);
	bool seeks = begin && add != DRV_NOWHERE && add > end && add < info;

	// attempt_re_add() looks whether the disk's own number is free.
	if (seeks && log->calls[add].is_readd && log->calls[add].number >= 0 && !before)
		return (struct asked){ (uint32_t)log->calls[add].number, false,
				       MDT_TRUST_PRESUMED };
	return (struct asked){ (uint32_t)before + (seeks ? array->raid_disks : 0), seeks,
			       seeks && (log->calls[add].is_readd ||
					 !array->raid_disks_trust)
				       ? MDT_TRUST_NONE
				       : MDT_TRUST_PRESUMED };
}

int drv_number_added(const struct drv_planner *p, size_t index)
{
	const struct drv_array *array = p->log->calls[index].on->array;
	const struct drv_array_calls *of = drv_calls_of(array);
	size_t add = drv_place_before(&of->all[DRV_ADD_NEW_DISK], index);
	size_t info = drv_place_before(&of->all[DRV_GET_DISK_INFO], index);
	int number = drv_next_number(array);
	struct asked asked;

	if (info == DRV_NOWHERE || (add != DRV_NOWHERE && add > info))
		return number;
	asked = number_asked(p, info);
	if (drv_get32(p->log->calls[info].payload, 0, &asked.number))
		asked.seeks = asked.number >= array->raid_disks;
	return asked.seeks && asked.number < INT32_MAX && (int)asked.number > number
		       ? (int)asked.number
		       : number;
}

static void get_disk_info(struct argument *a, size_t index)
{
	struct asked asked = number_asked(a->p, index);

	put(a, "number", 0, asked.number,
	    (struct drv_why){
		    asked.seeks ? "mdadm looks for a free number, from raid_disks on"
				: "mdadm asks for 0, 1, 2 and so on",
		    asked.trust });
	finish(a, DISK_INFO_SIZE);
}

/* ---- the others ---- */

static void zeros(struct argument *a, const struct mdt_ioctl *row)
{
	static const char none[4096];
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };

	if (!row->type->size || row->type->size > sizeof(none))
		return;
	mdt_buf_add(&bytes, a->call->payload);
	mdt_buf_add(&bytes, mdt_slice_from(none, row->type->size - a->call->payload.len));
	mdt_bytes_text(mdt_buf_slice(&bytes), true, &a->out->text);
	a->out->changed = true;
	drv_arg_say(a->p, a->out, "arg", SLICE("nothing in the log tells: zeros"));
}

static bool wants_bytes(const struct drv_call *call)
{
	const struct mdt_ioctl *row = call->row;

	if (!row || (row->arg != MDT_ARG_IN && row->arg != MDT_ARG_INOUT) || !row->type)
		return false;
	if (call->is_struct || (call->has_value && !call->value))
		return false;
	if (mdt_slice_eq(call->error, SLICE("EFAULT")))
		return false;
	return call->payload.len < row->type->size;
}

void drv_arg_derive(struct drv_planner *p, size_t index, struct drv_arg *ret)
{
	const struct drv_call *call = &p->log->calls[index];
	struct argument a = { .p = p, .out = ret, .call = call };
	size_t known =
		call->payload.len < sizeof(a.bytes) ? call->payload.len : sizeof(a.bytes);

	if (call->what == DRV_IOCTL && call->was_struct) {
		mdt_bytes_text(call->payload, true, &ret->text);
		ret->changed = true;
	}
	if (call->what != DRV_IOCTL || call->made || !wants_bytes(call))
		return;
	if (known)
		memcpy(a.bytes, call->payload.str, known);
	if (call->on->kind != DRV_ARRAY)
		zeros(&a, call->row); // md's ioctls are nothing to a disk
	else if (drv_is_ioctl(call, DRV_SET_ARRAY_INFO))
		set_array_info(&a, index);
	else if (drv_is_ioctl(call, DRV_ADD_NEW_DISK))
		add_new_disk(&a, index);
	else if (drv_is_ioctl(call, DRV_GET_DISK_INFO))
		get_disk_info(&a, index);
	else
		zeros(&a, call->row);
}
