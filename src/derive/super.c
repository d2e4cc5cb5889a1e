// SPDX-License-Identifier: MIT
// What is on members: superblocks, and the rest of what a log shows only the beginning
// of.
#include <stdlib.h>

#include "derive/parts.h"

enum { SECTOR = 512, USED_EVENTS = 20 };

// MD_FEATURE_BITMAP_OFFSET of <linux/raid/md_p.h>.
enum { FEATURE_BITMAP = 1 << 0 };

// An array's creation, when nothing tells: 2015-01-01.
static const uint64_t some_time = 1420070400;

/* ---- identities that the log does not tell ---- */

static struct mdt_uuid made_uuid(uint32_t major, uint32_t minor)
{
	struct mdt_uuid uuid = { .bytes = "mdtrace:" };

	drv_put32(uuid.bytes + 8, major);
	drv_put32(uuid.bytes + 12, minor);
	return uuid;
}

/* ---- sizes ---- */

/*
 * The smallest disk on which mdadm makes a component of this size. Only in steps of what
 * disks are sized in.
 */
static uint64_t size_for(const struct drv_array *array, int major, int minor)
{
	enum { STEP = 64 << 10, STEPS = 1 << 14 };
	uint64_t size = (array->component * 1024 + STEP - 1) / STEP * STEP;

	for (unsigned int i = 0; i < STEPS; i++, size += STEP) {
		struct mdt_super_room room;
		struct mdt_error *err = mdt_super_room(major, minor, size,
						       array->chunk / SECTOR, 0, &room);

		if (!err && room.size >= array->component * 2)
			return size;
		mdt_error_destroy(err);
	}
	return 0;
}

// The same, which is looked for once.
static uint64_t size_known(struct drv_array *array, int major, int minor)
{
	struct drv_sized *it = &array->sized;

	if (!it->is_known || it->major != major || it->minor != minor ||
	    it->chunk != array->chunk || it->component != array->component)
		*it = (struct drv_sized){ .is_known = true,
					  .major = major,
					  .minor = minor,
					  .chunk = array->chunk,
					  .component = array->component,
					  .size = size_for(array, major, minor) };
	return it->size;
}

// How many members' worth of data an array has: size() of each personality in drivers/md.
static uint64_t data_members(const struct drv_planner *p, const struct drv_array *array,
			     uint64_t *copies)
{
	uint32_t count = array->raid_disks ? array->raid_disks : 2;
	uint32_t near = array->layout & 0xff, far = array->layout >> 8 & 0xff;

	*copies = 1;
	switch (drv_level(p, array)) {
	case 0:
	case -1:
		return count;
	case 4:
	case 5:
		return count > 1 ? count - 1 : 1;
	case 6:
		return count > 2 ? count - 2 : 1;
	case 10:
		*copies = array->has_layout && near && far ? near * far : 2;
		return count;
	default:
		return 1;
	}
}

static int version_minor(const struct drv_array *array)
{
	return array->has_version ? array->minor_version : 2;
}

static int version_major(const struct drv_array *array)
{
	return array->has_version ? array->major : 1;
}

uint64_t drv_array_bytes(struct drv_planner *p, const struct drv_array *array)
{
	uint64_t copies, members = data_members(p, array, &copies), component;
	struct mdt_super_room room = { .size = 0 };
	struct drv_disk disk = { 0 };

	if (array->bytes)
		return array->bytes;
	component = array->component * 1024;
	if (!array->has_component) {
		drv_disk_size(p, &disk);
		mdt_error_destroy(mdt_super_room(version_major(array),
						 version_minor(array), disk.size,
						 array->chunk / SECTOR, 0, &room));
		component = room.size * SECTOR;
	}
	return component * members / copies;
}

// The size of an array as a block device tells that of its members.
static void learn_own_size(struct drv_planner *p, struct drv_array *array)
{
	uint64_t copies, members = data_members(p, array, &copies);

	if (array->has_component || !array->bytes)
		return;
	array->has_component = array->component_presumed = true;
	array->component = array->bytes * copies / members / 1024;
}

void drv_array_sizes(struct drv_planner *p, struct drv_array *array,
		     const struct drv_members *members)
{
	int major = version_major(array), minor = version_minor(array);
	const struct drv_disk *like = NULL;
	uint64_t size;

	learn_own_size(p, array);
	if (!array->has_component || array->component >= UINT64_C(1) << 43)
		return;
	size = size_known(array, major, minor);
	for (size_t i = 0; size && i < members->len; i++)
		if (members->items[i].disk->size && !members->items[i].disk->array &&
		    !members->items[i].disk->why.len)
			like = members->items[i].disk; // members are mostly alike
	for (size_t i = 0; size && i < members->len; i++) {
		struct drv_disk *disk = members->items[i].disk;

		if (disk->size || disk->array)
			continue;
		disk->size = like ? like->size : size;
		disk->why = like ? drv_printf(p, "as %.*s", SLICE_FMT(like->path))
				 : drv_printf(p, "holds a component of %llu KiB",
					      (unsigned long long)array->component);
	}
}

/* ---- superblocks ---- */

struct roles {
	uint16_t roles[MDT_SUPER_1_ROLES];
	size_t role_count;
	struct mdt_super_disk disks[MDT_SUPER_0_DISKS];
	size_t disk_count;
};

static uint16_t role_of(const struct drv_member *member)
{
	switch (member->role) {
	case DRV_ACTIVE:
	case DRV_FAULTY: // it fails only after the array has started
		return member->slot >= 0 ? (uint16_t)member->slot : MDT_ROLE_RAW_SPARE;
	case DRV_SPARE:
		return MDT_ROLE_RAW_SPARE;
	case DRV_GONE:
		return MDT_ROLE_RAW_FAULTY;
	}
	unreachable();
}

// The row of a number: 0.90 renumbers spares and failed disks, so what is known of
// another disk may be older, and gives way.
static struct mdt_super_disk *disk_row(struct roles *all, uint32_t number)
{
	for (size_t i = 0; i < all->disk_count; i++)
		if (all->disks[i].number == number)
			return &all->disks[i];
	return &all->disks[all->disk_count++];
}

static void add_role(struct roles *all, const struct drv_member *it)
{
	uint16_t role = role_of(it);

	if (it->role == DRV_GONE || it->number < 0 || it->number >= MDT_SUPER_1_ROLES)
		return;
	while (all->role_count <= (size_t)it->number)
		all->roles[all->role_count++] = MDT_ROLE_RAW_SPARE;
	all->roles[it->number] = role;
	if (it->number < MDT_SUPER_0_DISKS)
		*disk_row(all, (uint32_t)it->number) = (struct mdt_super_disk){
			.number = (uint32_t)it->number,
			.major = it->disk->major,
			.minor = it->disk->minor,
			// A spare of 0.90 has its number in the place of a slot.
			.raid_disk = role == MDT_ROLE_RAW_SPARE ? it->number : it->slot,
			.state = role == MDT_ROLE_RAW_SPARE ? 0 : 6, // ACTIVE|SYNC
		};
}

static void gather_roles(const struct drv_members *members,
			 const struct drv_member *member, struct roles *all)
{
	for (size_t i = 0; i < members->len; i++)
		if (members->items[i].disk != member->disk)
			add_role(all, &members->items[i]);
	add_role(all, member);
}

static const struct drv_member *first_active(const struct drv_members *members,
					     const struct drv_member *member)
{
	for (size_t i = 0; i < members->len; i++)
		if (members->items[i].slot == 0)
			return &members->items[i];
	return member;
}

int drv_level(const struct drv_planner *p, const struct drv_array *array)
{
	if (array->has_level)
		return array->level;
	return p->options.has_level ? p->options.level : 1;
}

// default_layout() and Create() in Create.c of mdadm 4.1 to 4.6.
static uint32_t default_layout(int level)
{
	switch (level) {
	case 5:
	case 6:
		return 2; // left-symmetric
	case 10:
		return 0x102; // n2
	default:
		return 0;
	}
}

// 512 KiB for levels that stripe: Create.c of mdadm 3.1 and later.
static uint32_t default_chunk(int level)
{
	return level == 0 || (level >= 4 && level <= 10) ? (512 << 10) / SECTOR : 0;
}

static struct mdt_super_spec spec_of(struct drv_planner *p, const struct drv_array *array,
				     const struct drv_member *member, bool is_new)
{
	struct mdt_super_spec spec = MDT_SUPER_SPEC_INIT;

	if (array->has_version) {
		spec.major = array->major;
		spec.minor = array->minor_version;
	}
	spec.level = drv_level(p, array);
	spec.layout = array->has_layout ? array->layout : default_layout(spec.level);
	spec.chunk = array->has_chunk ? array->chunk / SECTOR : default_chunk(spec.level);
	spec.raid_disks = array->raid_disks ? array->raid_disks : 2;
	spec.set_uuid =
		array->has_uuid ? array->uuid : made_uuid(MDT_MD_MAJOR, array->minor);
	spec.md_minor = array->minor;
	spec.ctime = spec.utime = array->ctime ? array->ctime : some_time;
	spec.events = is_new ? spec.major == 0 : USED_EVENTS;
	spec.size = array->has_component ? array->component * 2 : 0;
	spec.resync_offset = is_new ? 0 : MDT_RESYNC_DONE;
	spec.device_size = member->disk->size;
	spec.dev_number = (uint32_t)(member->number < 0 ? 0 : member->number);
	spec.role = role_of(member);
	spec.device_uuid = made_uuid(member->disk->major, member->disk->minor);
	spec.devflags = member->is_write_mostly; // WriteMostly1
	return spec;
}

// A superblock of another member, of which the log has enough to tell its events.
static struct mdt_slice sibling_of(const struct drv_members *members,
				   const struct drv_disk *disk)
{
	for (size_t i = 0; i < members->len; i++) {
		const struct drv_disk *other = members->items[i].disk;

		if (other != disk && other->fixed_read)
			return other->reads[other->fixed_read - 1].data;
	}
	return (struct mdt_slice){ 0 };
}

// What members have in common; what is the device's own stays.
static void learn_sibling(struct mdt_slice sibling, struct mdt_super_spec *spec)
{
	struct mdt_super_spec own = *spec;

	if (!sibling.len || !mdt_super_learn(sibling, spec))
		return;
	spec->device_size = own.device_size;
	spec->dev_number = own.dev_number;
	spec->role = own.role;
	spec->device_uuid = own.device_uuid;
	spec->data_size = own.data_size;
	spec->recovery_offset = own.recovery_offset;
	spec->devflags = own.devflags;
}

static struct mdt_error *make(const struct mdt_super_spec *spec, struct mdt_slice known,
			      struct mdt_super_made *ret)
{
	struct mdt_error *err = mdt_super_make(spec, known, ret);

	// What the log has may be of a superblock that no mdadm would make.
	if (known.len && mdt_error_catch(&err, MDT_ERR_INVALID))
		err = mdt_super_make(spec, (struct mdt_slice){ 0 }, ret);
	return err;
}

// Where a superblock of version 1 is says which one it is.
static void place_super(const struct drv_super_how *how, struct mdt_super_spec *spec)
{
	struct mdt_super super = mdt_super_from(how->known, how->place);

	if (super.kind != MDT_SUPER_1 || super.minor < 0)
		return;
	spec->major = super.major;
	spec->minor = super.minor;
}

static void roles_freep(struct roles **roles)
{
	free(*roles);
}

struct mdt_error *drv_super_make(struct drv_planner *p, struct drv_array *array,
				 const struct drv_members *members,
				 const struct drv_member *member,
				 const struct drv_super_how *how,
				 struct mdt_super_made *ret)
{
	_cleanup_(roles_freep) struct roles *all = calloc(1, sizeof(*all));
	struct mdt_super_spec spec;
	struct mdt_super_room room;
	struct mdt_error *err;
	const struct drv_member *first = first_active(members, member);

	if (!all) {
		mdt_nomem_note();
		return &mdt_enomem;
	}
	drv_array_sizes(p, array, members);
	drv_disk_size(p, member->disk);
	drv_disk_size(p, first->disk);
	spec = spec_of(p, array, member, how->is_new);
	if (how->has_place)
		place_super(how, &spec);
	if (how->assume_clean)
		spec.resync_offset = MDT_RESYNC_DONE;
	gather_roles(members, member, all);
	spec.roles = all->roles;
	spec.role_count = all->role_count;
	spec.disks = all->disks;
	spec.disk_count = all->disk_count;
	if (how->size > DRV_SUPER_1_FIXED && how->size <= MDT_SUPER_BYTES &&
	    spec.major == 1)
		spec.max_dev = (uint32_t)(how->size - DRV_SUPER_1_FIXED) / 2;
	if (spec.max_dev > MDT_SUPER_1_ROLES)
		spec.max_dev = MDT_SUPER_1_ROLES;
	if (spec.major == 1) {
		err = mdt_super_room(spec.major, spec.minor, first->disk->size,
				     spec.chunk, 0, &room);
		if (!err)
			spec.data_offset = room.data_offset;
		mdt_error_destroy(err);
	}
	spec.bitmap_offset = how->bitmap_offset;
	if (!how->is_new)
		learn_sibling(sibling_of(members, member->disk), &spec);
	if (how->known.len)
		mdt_super_learn(how->known, &spec);
	else if (array->has_bitmap && !how->is_new && spec.major == 1)
		spec.feature_map |= FEATURE_BITMAP;
	err = make(&spec, how->known, ret);
	if (err || !how->bitmap || !ret->bitmap_offset)
		return err;
	err = mdt_super_make_bitmap(&spec, ret, 0, spec.events, (struct mdt_slice){ 0 },
				    how->bitmap);
	// What the log has may say that there is one, and leave no room for it.
	mdt_error_catch(&err, MDT_ERR_INVALID);
	return err;
}

/* ---- what a call wrote ---- */

// The ADD_NEW_DISK that what is written here is for.
static const struct drv_call *next_add(const struct drv_planner *p, size_t index,
				       const struct drv_disk *disk)
{
	size_t add = drv_place_from(&drv_calls_of_disk(disk)->adds, index + 1);

	return add == DRV_NOWHERE ? NULL : &p->log->calls[add];
}

// A bitmap's superblock on the same disk tells where the superblock has it.
static int32_t bitmap_offset(const struct drv_planner *p, const struct drv_call *super)
{
	size_t bitmap = drv_first_bitmap(drv_disk_of_call(super));

	if (bitmap == DRV_NOWHERE)
		return 8; // mdadm's first choice for 1.x
	return (int32_t)(((int64_t)p->log->calls[bitmap].offset -
			  (int64_t)super->offset) /
			 SECTOR);
}

static bool has_bitmap(struct mdt_slice data)
{
	uint32_t major, features;

	return drv_get32(data, 4, &major) && major == 1 &&
	       drv_get32(data, 8, &features) && features & FEATURE_BITMAP;
}

static struct mdt_error *complete_super(struct drv_planner *p, size_t index,
					struct mdt_buf *ret)
{
	const struct drv_call *call = &p->log->calls[index];
	struct drv_disk *disk = drv_disk_of_call(call);
	const struct drv_call *add = next_add(p, index, disk);
	const struct mdt_cmdline *line = drv_command_of(p, call);
	struct drv_array *array = add ? add->on->array : drv_array_of_disk(p, disk);
	struct drv_super_how how = { .known = call->data, .size = call->count };
	struct drv_member member = {
		.disk = disk, .role = DRV_SPARE, .slot = -1, .number = -1
	};
	const struct drv_members *members = &array->now;
	struct mdt_super_made made;
	struct mdt_error *err;

	if (add && add->is_cold) {
		members = &array->adds;
		member.role = add->slot < 0 ? DRV_SPARE : DRV_ACTIVE;
		member.slot = add->slot;
		member.number = add->number;
		how.is_new = !line || line->mode == MDT_MDADM_CREATE;
		how.assume_clean = line && line->assume_clean;
	} else if (drv_member_find(p, members, disk)) {
		member = *drv_member_find(p, members, disk);
	}
	if (member.number < 0)
		member.number = add ? drv_number_added(p, (size_t)(add - p->log->calls))
				    : drv_next_number(array);
	if (has_bitmap(call->data))
		how.bitmap_offset = bitmap_offset(p, call);
	err = drv_super_make(p, array, members, &member, &how, &made);
	if (!err)
		mdt_buf_add(ret, mdt_slice_from((const char *)made.bytes,
						call->count < MDT_SUPER_BYTES
							? (size_t)call->count
							: MDT_SUPER_BYTES));
	return err;
}

// bitmap_super_t of drivers/md/md-bitmap.h in Linux 6.1, as mdadm fills it.
static void complete_bitmap(struct drv_planner *p, const struct drv_call *call,
			    struct mdt_buf *ret)
{
	struct drv_disk *disk = drv_disk_of_call(call);
	enum { SIZE = 256, SYNC_SIZE = 40, CHUNK = 52, SLEEP = 56 };
	const struct drv_array *array = drv_array_of_disk(p, disk);
	uint8_t bytes[SIZE] = { 0 };
	size_t known = call->data.len < SIZE ? call->data.len : SIZE;
	uint64_t sectors = array && array->has_component ? array->component * 2
							 : disk->size / SECTOR;

	drv_put32(bytes + SYNC_SIZE, (uint32_t)sectors);
	drv_put32(bytes + SYNC_SIZE + 4, (uint32_t)(sectors >> 32));
	drv_put32(bytes + CHUNK, 64 << 20);
	drv_put32(bytes + SLEEP, 5);
	memcpy(bytes, call->data.str, known);
	mdt_buf_add(ret, mdt_slice_from((const char *)bytes, SIZE));
}

static bool all_are(struct mdt_slice data, char byte)
{
	for (size_t i = 0; i < data.len; i++)
		if (data.str[i] != byte)
			return false;
	return data.len != 0;
}

struct mdt_error *drv_write_complete(struct drv_planner *p, size_t index,
				     struct mdt_buf *ret, const char **why)
{
	enum { MOST = 64 << 20 };
	const struct drv_call *call = &p->log->calls[index];
	char fill = '\0';

	*why = NULL;
	if (call->what != DRV_WRITE || !drv_disk_of_call(call) || call->made ||
	    call->data.len >= call->count || call->count > MOST)
		return NULL;
	if (drv_is_super(call->data)) {
		struct mdt_error *err = complete_super(p, index, ret);

		*why = "a superblock of which the log has the beginning";
		if (err)
			return err;
	} else if (drv_is_bitmap(call->data)) {
		complete_bitmap(p, call, ret);
		*why = "a bitmap of which the log has the beginning";
		fill = '\xff'; // write_bitmap1() in mdadm's super1.c
	} else {
		mdt_buf_add(ret, call->data);
		if (all_are(call->data, '\xff'))
			fill = '\xff';
		*why = call->data.len ? "goes on as it begins"
				      : "nothing in the log tells: zeros";
	}
	if (ret->len < call->count)
		mdt_buf_fill(ret, fill, (size_t)call->count - ret->len);
	return mdt_buf_error(ret);
}
