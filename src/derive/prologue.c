// SPDX-License-Identifier: MIT
// What a log begins with: what is on the disks, and arrays in their state.
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/devnum.h"
#include "ioctl/value.h"
#include "derive/parts.h"

enum { FD = 3, INFO_SIZE = 72, DISK_INFO_SIZE = 20 };

/** A prologue in the making; its section is there once there is something in it. */
struct prologue {
	struct drv_planner *p;
	struct mdt_buf reason, call;
	bool is_begun;
};

static bool begin(struct prologue *it)
{
	if (!it->is_begun)
		it->is_begun = drv_section(it->p, true, (struct mdt_slice){ 0 });
	return it->is_begun;
}

static void because(struct prologue *it, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void because(struct prologue *it, const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (it->reason.len)
		mdt_buf_adds(&it->reason, "; ");
	mdt_buf_adds(&it->reason, text);
}

// The call is in it->call.
static struct mdt_plan_step *make_call(struct prologue *it, uint64_t result)
{
	struct mdt_plan_step *step = NULL;
	struct drv_planner *p = it->p;

	if (begin(it))
		step = drv_step(p, MDT_STEP_CALL,
				drv_line(p, (struct mdt_slice){ 0 },
					 mdt_buf_slice(&it->call),
					 drv_printf(p, "%" PRIu64, result)));
	mdt_buf_clear(&it->call);
	return step;
}

static struct mdt_plan_step *make_open(struct prologue *it, struct mdt_slice path,
				       const char *flags)
{
	mdt_buf_adds(&it->call, "openat(AT_FDCWD, ");
	mdt_plan_quote(path, &it->call);
	mdt_buf_printf(&it->call, ", %s)", flags);
	return make_call(it, FD);
}

static void make_close(struct prologue *it)
{
	mdt_buf_printf(&it->call, "close(%d)", FD);
	make_call(it, 0);
}

/* ---- what is on disks ---- */

// Whole sectors, without the zeros at the end: the disk has those already.
static struct mdt_slice without_zeros(struct mdt_slice bytes)
{
	enum { SECTOR = 512 };

	while (bytes.len && !bytes.str[bytes.len - 1])
		bytes.len--;
	bytes.len = (bytes.len + SECTOR - 1) / SECTOR * SECTOR;
	return bytes;
}

static void write_disk(struct prologue *it, struct drv_disk *disk, uint64_t offset,
		       struct mdt_slice bytes, const char *why)
{
	struct mdt_plan_step *step;
	struct drv_arg derived = { 0 };

	disk->is_used = true;
	make_open(it, disk->path, "O_RDWR");
	mdt_buf_printf(&it->call, "pwrite64(%d, ", FD);
	mdt_bytes_text(bytes, false, &it->call);
	mdt_buf_printf(&it->call, ", %zu, %" PRIu64 ")", bytes.len, offset);
	step = make_call(it, bytes.len);
	if (step && why) {
		drv_arg_say(it->p, &derived, "data", mdt_slice_cstr(why));
		step->derived = derived.derived;
		step->derived_count = derived.derived_count;
	}
	mdt_buf_printf(&it->call, "fsync(%d)", FD);
	make_call(it, 0);
	make_close(it);
}

// The members' bitmaps are alike: the longest that the log reads.
static struct mdt_slice bitmap_of(const struct drv_members *members)
{
	struct mdt_slice best = { 0 };

	for (size_t i = 0; i < members->len; i++) {
		const struct drv_disk *disk = members->items[i].disk;

		if (disk->bitmap_read &&
		    disk->reads[disk->bitmap_read - 1].data.len > best.len)
			best = disk->reads[disk->bitmap_read - 1].data;
	}
	return best;
}

// A superblock that says that there is a bitmap wants one: the array does not run
// without.
static void write_bitmap(struct prologue *it, const struct drv_members *members,
			 struct drv_disk *disk, uint64_t offset,
			 const struct mdt_bitmap_made *made)
{
	struct mdt_slice bitmap = bitmap_of(members);

	if (disk->bitmap_read)
		return; // what the log reads is written
	if (bitmap.len)
		write_disk(it, disk, offset, bitmap, "the bitmap of another member");
	else if (made->offset)
		write_disk(it, disk, made->offset,
			   mdt_slice_from((const char *)made->bytes, MDT_BITMAP_BYTES),
			   "a bitmap that has nothing to resync");
}

static struct mdt_error *write_super(struct prologue *it, struct drv_array *array,
				     const struct drv_members *members,
				     const struct drv_member *member,
				     const struct drv_bytes *read)
{
	struct mdt_bitmap_made bitmap = { .offset = 0 };
	struct drv_super_how how = {
		.is_new = array->is_created && !read && !drv_runs(array->first),
		.assume_clean = array->is_clean,
		.bitmap = &bitmap,
	};
	struct mdt_super_made made;
	struct mdt_error *err;

	if (read) {
		how.known = read->data;
		how.has_place = true;
		how.place = read->offset;
		how.size = read->len;
		// More than a superblock was asked for: mdadm reads 4096 bytes of each.
		if (how.size >= MDT_SUPER_BYTES)
			how.size = 0;
		how.bitmap_offset = 8;
	}
	err = drv_super_make(it->p, array, members, member, &how, &made);
	if (!err) {
		member->disk->has_number = member->number >= 0;
		member->disk->number = member->number;
		member->disk->has_super = member->disk->has_fresh = true;
		member->disk->super_at = made.offset;
	}
	if (!err)
		write_disk(it, member->disk, made.offset,
			   without_zeros(mdt_slice_from((const char *)made.bytes,
							MDT_SUPER_BYTES)),
			   "a superblock, made of what the log tells");
	if (!err && made.bitmap_offset)
		write_bitmap(it, members, member->disk,
			     made.offset + (uint64_t)(int64_t)made.bitmap_offset * 512,
			     &bitmap);
	return err;
}

static bool is_zero(struct mdt_slice data)
{
	for (size_t i = 0; i < data.len; i++)
		if (data.str[i])
			return false;
	return true;
}

// The longest read at each place, in the order in which places are read first: from the
// offset to the index + 1.
static bool best_reads(const struct drv_disk *disk, struct mdt_map *ret)
{
	bool ok = true;

	for (size_t i = 0; ok && i < disk->read_count; i++) {
		const struct drv_bytes *read = &disk->reads[i];
		size_t best = (uintptr_t)mdt_map_find(ret, read->offset);

		if (!best || read->data.len > disk->reads[best - 1].data.len)
			// NOLINTNEXTLINE(performance-no-int-to-ptr)
			ok = mdt_map_set(ret, read->offset, (void *)(uintptr_t)(i + 1));
	}
	return ok;
}

// Whether the superblock that a read shows is whole.
static bool is_whole(const struct drv_bytes *read)
{
	struct mdt_super super = mdt_super_from(read->data, read->offset);

	return read->data.len >= MDT_SUPER_BYTES ||
	       (!super.missing && mdt_super_csum(&super).kind == MDT_CSUM_CORRECT);
}

static const struct drv_member *member_of(const struct drv_planner *p,
					  const struct drv_array *array,
					  const struct drv_disk *disk,
					  const struct drv_members **members)
{
	const struct drv_members *lists[] = { &array->adds, &array->at_first };

	array_for_each (it, lists) {
		const struct drv_member *member = drv_member_find(p, *it, disk);

		*members = *it;
		if (member && member->number >= 0)
			return member;
	}
	return NULL;
}

// Of a disk that is read and never added: the next place.
static struct drv_member lone_member(const struct drv_array *array, struct drv_disk *disk,
				     const struct drv_members *members)
{
	struct drv_member member = {
		.disk = disk, .role = DRV_ACTIVE, .slot = 0, .number = 0
	};

	for (size_t i = 0; i < members->len; i++)
		if (members->items[i].number >= member.number)
			member.slot = member.number = members->items[i].number + 1;
	if (array->has_raid_disks && member.slot >= (int)array->raid_disks) {
		member.slot = -1;
		member.role = DRV_SPARE;
	}
	return member;
}

static struct mdt_error *write_read(struct prologue *it, struct drv_disk *disk,
				    const struct drv_bytes *read)
{
	struct drv_array *array = drv_array_of_disk(it->p, disk);
	const struct drv_members *members = NULL;
	const struct drv_member *member;
	struct drv_member lone;

	if (!drv_is_super(read->data) || is_whole(read)) {
		write_disk(it, disk, read->offset, read->data,
			   read->data.len < read->len ? "the log has no more of it"
						      : NULL);
		return NULL;
	}
	member = member_of(it->p, array, disk, &members);
	if (!member) {
		lone = lone_member(array, disk, members);
		member = &lone;
		if (drv_member_get(it->p, &array->adds, disk)) {
			*drv_member_find(it->p, &array->adds, disk) = lone;
			members = &array->adds;
		}
	}
	return write_super(it, array, members, member, read);
}

// What the log has read of a disk was on it.
static struct mdt_error *write_reads(struct prologue *it, struct drv_disk *disk)
{
	struct mdt_map best = { 0 };
	struct mdt_error *err = best_reads(disk, &best) ? NULL : &mdt_enomem;
	bool any = false;

	mdt_map_for_each(place, &best)
	{
		const struct drv_bytes *read = &disk->reads[(uintptr_t)place->value - 1];

		if (err || is_zero(read->data))
			continue;
		any = true;
		err = write_read(it, disk, read);
	}
	mdt_map_deinit(&best);
	if (any)
		because(it, "what the log reads from %.*s", SLICE_FMT(disk->path));
	return err;
}

// An earlier log has left a superblock where this one reads zeros.
static void wipe(struct prologue *it, struct drv_disk *disk)
{
	static const char zeros[MDT_SUPER_BYTES];

	for (size_t i = 0; disk->has_super && i < disk->read_count; i++) {
		if (disk->reads[i].offset != disk->super_at ||
		    !is_zero(disk->reads[i].data))
			continue;
		write_disk(it, disk, disk->super_at, mdt_slice_from(zeros, sizeof(zeros)),
			   NULL);
		because(it, "the log reads no superblock from %.*s",
			SLICE_FMT(disk->path));
		disk->has_super = false;
	}
}

static bool has_super(const struct drv_disk *disk)
{
	return disk->super_read;
}

// Whether the log writes a superblock to the disk before this call.
static bool is_written_before(size_t index, const struct drv_disk *disk)
{
	size_t first = drv_first_super_write(disk);

	return first != DRV_NOWHERE && first < index;
}

static bool is_built(const struct drv_planner *p, const struct drv_call *call)
{
	const struct mdt_cmdline *line = drv_command_of(p, call);

	if (line && line->mode == MDT_MDADM_BUILD)
		return true;
	return drv_calls_of(call->on->array)->is_built && call->is_cold;
}

// Whether the disk has the superblock already that this ADD_NEW_DISK finds. A log that
// creates an array, and has no write() of it, has written another one.
static bool has_its_super(const struct drv_call *call, bool has_write)
{
	if (!call->added->has_super || call->added->has_fresh || !call->is_cold ||
	    !call->on->array->is_created)
		return call->added->has_super;
	return has_write;
}

// ADD_NEW_DISK wants a superblock; if the log writes none, it was there. One that is on
// an array waits for the array.
static struct mdt_error *write_for_adds(struct prologue *it, bool to_arrays)
{
	struct drv_planner *p = it->p;
	const struct drv_places *adds = &p->log->index.adds;
	bool has_write = drv_writes_disks(p);
	struct mdt_error *err = NULL;

	for (size_t i = 0; i < adds->len && !err; i++) {
		const struct drv_call *call = &p->log->calls[adds->at[i]];
		const struct drv_member *member;
		const struct drv_members *members;
		struct drv_member lone;

		if (!call->ok || !call->added || !call->added->array == to_arrays ||
		    has_its_super(call, has_write) || has_super(call->added) ||
		    is_written_before(adds->at[i], call->added) || is_built(p, call) ||
		    drv_member_find(p, &call->on->array->at_first, call->added))
			continue;
		member = member_of(p, call->on->array, call->added, &members);
		if (!member) {
			lone = (struct drv_member){ call->added,
						    DRV_SPARE,
						    -1,
						    (int)call->on->array->raid_disks,
						    false,
						    false,
						    0 };
			if (call->is_readd) {
				drv_readd_place(call, &call->on->array->at_first,
						&lone.number, &lone.slot);
				lone.role = DRV_ACTIVE;
			}
			member = &lone;
		}
		err = write_super(it, call->on->array, members, member, NULL);
		call->added->has_super = true;
		because(it, "the superblock that ADD_NEW_DISK finds on %.*s",
			SLICE_FMT(call->added->path));
	}
	return err;
}

/* ---- arrays ---- */

static void make_array(struct prologue *it, const struct drv_array *array)
{
	make_open(it, SLICE("/sys/module/md_mod/parameters/new_array"), "O_WRONLY");
	mdt_buf_printf(&it->call, "write(%d, ", FD);
	mdt_plan_quote(array->name, &it->call);
	mdt_buf_printf(&it->call, ", %zu)", array->name.len);
	make_call(it, array->name.len);
	make_close(it);
}

static void open_array(struct prologue *it, const struct drv_array *array)
{
	struct mdt_plan_step *step = make_open(it, array->node, "O_RDWR");

	if (step)
		step->await = true; // the node comes with the array
}

static void set_info(struct prologue *it, const uint8_t bytes[static INFO_SIZE])
{
	mdt_buf_printf(&it->call, "ioctl(%d, SET_ARRAY_INFO, ", FD);
	mdt_bytes_text(mdt_slice_from((const char *)bytes, INFO_SIZE), true, &it->call);
	mdt_buf_addc(&it->call, ')');
	make_call(it, 0);
}

static void set_version(struct prologue *it, const struct drv_array *array)
{
	uint8_t bytes[INFO_SIZE] = { 0 };

	drv_put32(bytes, (uint32_t)(array->has_version ? array->major : 1));
	drv_put32(bytes + 4, (uint32_t)(array->has_version ? array->minor_version : 2));
	set_info(it, bytes);
}

// Of an array without superblocks, as mdadm --build makes it: Build.c of mdadm 4.2.
static void set_all(struct prologue *it, const struct drv_array *array)
{
	uint8_t bytes[INFO_SIZE] = { 0 };
	int level = drv_level(it->p, array);
	bool has_chunks = level == 0 || level == -1 || level >= 4;
	uint32_t chunk = array->has_chunk ? array->chunk : has_chunks ? 64 << 10 : 0;

	drv_put32(bytes + 16, (uint32_t)level);
	drv_put32(bytes + 20, array->has_component ? (uint32_t)array->component : 0);
	drv_put32(bytes + 24, array->raid_disks);
	drv_put32(bytes + 28, array->raid_disks);
	drv_put32(bytes + 32, array->minor);
	drv_put32(bytes + 36, 1); // not_persistent
	drv_put32(bytes + 44, 1); // MD_SB_CLEAN
	drv_put32(bytes + 52, array->raid_disks);
	drv_put32(bytes + 64, array->has_layout ? array->layout : 0);
	drv_put32(bytes + 68, chunk);
	set_info(it, bytes);
}

static void add_disk(struct prologue *it, const struct drv_member *member)
{
	uint8_t bytes[DISK_INFO_SIZE];

	drv_put32(bytes, (uint32_t)member->number);
	drv_put32(bytes + 4, member->disk->major);
	drv_put32(bytes + 8, member->disk->minor);
	drv_put32(bytes + 12, (uint32_t)member->slot);
	drv_put32(bytes + 16, member->slot >= 0 ? 6 : 0); // MD_DISK_ACTIVE|MD_DISK_SYNC
	mdt_buf_printf(&it->call, "ioctl(%d, ADD_NEW_DISK, ", FD);
	mdt_bytes_text(mdt_slice_from((const char *)bytes, sizeof(bytes)), true,
		       &it->call);
	mdt_buf_addc(&it->call, ')');
	make_call(it, 0);
}

static void plain_ioctl(struct prologue *it, const char *request)
{
	mdt_buf_printf(&it->call, "ioctl(%d, %s, 0)", FD, request);
	make_call(it, 0);
}

static void settle(struct prologue *it)
{
	if (begin(it))
		drv_step(it->p, MDT_STEP_SETTLE, (struct mdt_slice){ 0 });
}

// The node is opened anew after what leaves its descriptor half dead.
static void fail_members(struct prologue *it, const struct drv_array *array)
{
	bool any = false;

	for (size_t i = 0; i < array->at_first.len; i++) {
		const struct drv_member *member = &array->at_first.items[i];

		if (member->role != DRV_FAULTY)
			continue;
		mdt_buf_printf(&it->call, "ioctl(%d, SET_DISK_FAULTY, 0x%" PRIx32 ")", FD,
			       mdt_dev_encode(member->disk->major, member->disk->minor));
		make_call(it, 0);
		any = true;
	}
	if (any)
		settle(it);
}

static void write_state(struct prologue *it, const struct drv_array *array,
			const char *state)
{
	make_open(it,
		  drv_printf(it->p, "/sys/block/%.*s/md/array_state",
			     SLICE_FMT(array->name)),
		  "O_WRONLY");
	mdt_buf_printf(&it->call, "write(%d, \"%s\", %zu)", FD, state, strlen(state));
	make_call(it, strlen(state));
	make_close(it);
}

static void assemble(struct prologue *it, struct drv_array *array)
{
	make_array(it, array);
	open_array(it, array);
	if (array->has_none)
		set_all(it, array);
	else
		set_version(it, array);
	for (size_t i = 0; i < array->at_first.len; i++)
		if (array->at_first.items[i].role != DRV_GONE)
			add_disk(it, &array->at_first.items[i]);
	if (array->first == DRV_RUNNING) {
		plain_ioctl(it, "RUN_ARRAY");
		settle(it);
		fail_members(it, array);
		if (array->first_readonly)
			plain_ioctl(it, "STOP_ARRAY_RO");
	}
	make_close(it);
	if (array->first == DRV_RUNNING && array->first_read_auto)
		write_state(it, array, "read-auto");
}

static struct mdt_error *set_up(struct prologue *it, struct drv_array *array)
{
	struct mdt_error *err = NULL;

	drv_array_sizes(it->p, array, &array->at_first);
	for (size_t i = 0; i < array->at_first.len; i++)
		drv_disk_size(it->p, array->at_first.items[i].disk);
	for (size_t i = 0; i < array->at_first.len && !err; i++) {
		const struct drv_member *member = &array->at_first.items[i];

		if (array->has_none || member->disk->has_super || has_super(member->disk))
			continue;
		err = write_super(it, array, &array->at_first, member, NULL);
		member->disk->has_super = true;
	}
	assemble(it, array);
	because(it, "%.*s %s when the log begins (%s)", SLICE_FMT(array->name),
		array->first == DRV_RUNNING ? "runs" : "has its members",
		array->first_why);
	return err;
}

static void stop(struct prologue *it, const struct drv_array *array)
{
	open_array(it, array);
	plain_ioctl(it, "STOP_ARRAY");
	make_close(it);
	because(it, "%.*s does not run when the log begins (%s)", SLICE_FMT(array->name),
		array->first_why);
}

static void take_state(struct drv_planner *p, struct drv_array *array)
{
	array->state = array->first;
	array->is_readonly = array->first_readonly;
	drv_members_copy(p, &array->at_first, &array->now);
	array->now_trust = !drv_runs(array->first) ? MDT_TRUST_KNOWN
			   : array->is_listed	   ? MDT_TRUST_PRESUMED
						   : MDT_TRUST_NONE;
	array->was_planned = true;
	for (size_t i = 0; i < array->now.len; i++)
		array->now.items[i].disk->is_touched = true;
}

static struct mdt_error *begin_disk(struct prologue *it, struct drv_disk *disk)
{
	if (disk->is_begun)
		return NULL;
	disk->is_begun = true;
	if (disk->is_planned)
		wipe(it, disk);
	else if (disk->read_count)
		return write_reads(it, disk);
	return NULL;
}

static struct mdt_error *begin_array(struct prologue *it, struct drv_array *array);

// Arrays that the array is made of come first, and what is on them.
static struct mdt_error *begin_members(struct prologue *it, struct drv_array *array)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; i < array->at_first.len && !err; i++) {
		struct drv_disk *disk = array->at_first.items[i].disk;

		if (!disk->array)
			continue;
		err = begin_array(it, disk->array);
		if (!err)
			err = begin_disk(it, disk);
	}
	return err;
}

static struct mdt_error *begin_array(struct prologue *it, struct drv_array *array)
{
	struct mdt_error *err;

	if (array->is_begun || !array->is_in_log || array->is_external)
		return NULL;
	array->is_begun = true;
	err = begin_members(it, array);
	if (err)
		return err;
	if (drv_is_as_left(array)) {
		if (!drv_runs(array->first) && array->first == DRV_CLEAR &&
		    array->state == DRV_ABSENT) {
			make_array(it, array);
			array->state = DRV_CLEAR;
		}
		return NULL;
	}
	if (drv_runs(array->first))
		err = set_up(it, array);
	else if (array->first == DRV_CLEAR) {
		make_array(it, array);
		because(it, "%.*s is there when the log begins (%s)",
			SLICE_FMT(array->name), array->first_why);
	}
	take_state(it->p, array);
	return err;
}

// First of all, so that its members are free.
static void stop_arrays(struct prologue *it)
{
	for (size_t i = 0; i < it->p->array_count; i++) {
		struct drv_array *array = it->p->arrays[i];

		if (!array->is_in_log || !array->was_planned || drv_runs(array->first) ||
		    !drv_runs(array->state))
			continue;
		stop(it, array);
		array->state = DRV_ABSENT;
		array->now = (struct drv_members){ 0 };
	}
}

struct mdt_error *drv_prologue(struct drv_planner *p)
{
	struct prologue it = { .p = p };
	struct mdt_error *err = NULL;

	stop_arrays(&it);
	for (size_t i = 0; i < p->disk_count && !err; i++)
		if (!p->disks[i]->array)
			err = begin_disk(&it, p->disks[i]);
	if (!err)
		err = write_for_adds(&it, false);
	for (size_t i = 0; i < p->array_count && !err; i++)
		err = begin_array(&it, p->arrays[i]);
	for (size_t i = 0; i < p->disk_count && !err; i++)
		err = begin_disk(&it, p->disks[i]);
	if (!err)
		err = write_for_adds(&it, true);
	if (it.is_begun)
		p->plan->sections[p->plan->section_count - 1].name =
			drv_copy(p, mdt_buf_slice(&it.reason));
	mdt_buf_deinit(&it.reason);
	mdt_buf_deinit(&it.call);
	return err;
}
