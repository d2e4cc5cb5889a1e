// SPDX-License-Identifier: MIT
#include "conform/source.h"

#include <linux/major.h>
#include <linux/raid/md_u.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/devnum.h"
#include "model/super.h"
#include "strace/parse.h"
#include "trace/about.h"

enum { BITMAP_PRESENT = 1 << 8 }; // MD_SB_BITMAP_PRESENT of <linux/raid/md_p.h>

/** What a descriptor is of. */
enum fd_kind {
	FD_ARRAY,
	FD_ATTRIBUTE,
	FD_PARAMETER,
	FD_DISK,
};

struct fd {
	uint32_t pid;
	int64_t number;
	enum fd_kind kind;
	uint8_t slot;	   // ARRAY
	enum mdt_md_op op; // ATTRIBUTE
	size_t disk;	   // ATTRIBUTE, DISK: index in the plan's
};

struct read {
	const struct mdt_plan *plan;
	struct mdt_conform_source *ret;
	struct mdt_nodes nodes;
	const struct mdt_plan_step *step;
	struct mdt_event event;
	struct mdt_trace trace;
	struct mdt_about about; // the event
	struct mdt_buf bytes;	// of the argument
	struct fd *fds;		// owned
	size_t fd_count, fd_cap;
	uint8_t slots;	// of the array that are taken: bits
	int64_t array;	// its number; -1: none was seen
	uint8_t *disks; // owned: of the plan's disks, which one of the world's; NO_DISK
	bool runs;
	unsigned int looks;    // GET_DISK_INFO in a row
	mdu_array_info_t info; // as GET_ARRAY_INFO said last
	bool has_info;
};

enum { NO_DISK = UINT8_MAX };

void mdt_conform_source_deinit(struct mdt_conform_source *source)
{
	free(source->items);
	*source = (struct mdt_conform_source){ 0 };
}

/* ---- disks ---- */

static size_t disk_of_number(const struct read *read, uint32_t major, uint32_t minor)
{
	size_t i = 0;

	while (i < read->plan->disk_count && (read->plan->disks[i].major != major ||
					      read->plan->disks[i].minor != minor))
		i++;
	return i;
}

static size_t disk_of_path(const struct read *read, struct mdt_slice path)
{
	size_t i = 0;

	while (i < read->plan->disk_count &&
	       !mdt_slice_eq(read->plan->disks[i].path, path))
		i++;
	return i;
}

static bool is_taken(const struct read *read, uint8_t disk)
{
	for (size_t i = 0; i < read->plan->disk_count; i++)
		if (read->disks[i] == disk)
			return true;
	return false;
}

// The superblock that is written to a disk says which one it is: disk N of the world has
// slot N. A disk without one comes where there is room.
static void place_disk(struct read *read, size_t disk, int32_t role)
{
	if (disk >= read->plan->disk_count || read->disks[disk] != NO_DISK)
		return;
	if (role >= 0 && role < MDT_CONFORM_MEMBERS && !is_taken(read, (uint8_t)role)) {
		read->disks[disk] = (uint8_t)role;
		return;
	}
	for (uint8_t i = 0; i < MDT_CONFORM_MEMBERS; i++) {
		if (is_taken(read, i))
			continue;
		read->disks[disk] = i;
		return;
	}
}

/* ---- descriptors ---- */

static struct fd *find_fd(struct read *read)
{
	int64_t number;

	if (!mdt_ref_i64(mdt_event_arg(&read->event, 0), &number))
		return NULL;
	for (size_t i = 0; i < read->fd_count; i++)
		if (read->fds[i].number == number &&
		    read->fds[i].pid == read->event.prefix.pid)
			return &read->fds[i];
	return NULL;
}

static struct mdt_error *add_fd(struct read *read, struct fd fd)
{
	if (!mdt_ref_i64(read->event.result.value, &fd.number))
		return NULL;
	fd.pid = read->event.prefix.pid;
	if (!mdt_grow((void **)&read->fds, &read->fd_cap, read->fd_count,
		      sizeof(*read->fds)))
		return &mdt_enomem;
	read->fds[read->fd_count++] = fd;
	return NULL;
}

/* ---- templates ---- */

static struct mdt_error *push(struct read *read, const struct mdt_conform_template *it)
{
	struct mdt_conform_source *ret = read->ret;

	if (!mdt_grow((void **)&ret->items, &ret->cap, ret->count, sizeof(*ret->items)))
		return &mdt_enomem;
	ret->items[ret->count] = *it;
	ret->items[ret->count++].line = read->step->line;
	return NULL;
}

static struct mdt_error *leave_out(struct read *read)
{
	read->ret->left_out++;
	return NULL;
}

/* ---- paths ---- */

// The log is about the array that it names first.
static bool is_first_array(struct read *read, uint64_t number)
{
	if (read->array < 0)
		read->array = (int64_t)number;
	return read->array == (int64_t)number;
}

// What has no number may be the array's.
static bool may_be_array(struct read *read)
{
	return !read->about.array || is_first_array(read, read->about.array->minor);
}

// `loop0` of md0/md/dev-loop0: which of the plan's disks it is.
static bool find_member(const struct read *read, struct mdt_slice name, size_t *ret)
{
	for (*ret = 0; *ret < read->plan->disk_count; ++*ret)
		if (mdt_slice_eq(mdt_slice_base_name(read->plan->disks[*ret].path), name))
			return true;
	return false;
}

// Only what is written to it counts.
static struct mdt_error *open_attribute(struct read *read)
{
	const struct mdt_md_path *md = &read->about.md;
	struct fd fd = { .kind = FD_ATTRIBUTE };

	switch (mdt_md_op_of_write(md)) {
	case MDT_OP_NEW_ARRAY:
		fd.kind = FD_PARAMETER;
		break;
	case MDT_OP_MEMBER_STATE:
		if (!find_member(read, md->member, &fd.disk))
			return NULL;
		break;
	case MDT_OP_ARRAY_STATE:
	case MDT_OP_SYNC_ACTION:
		break;
	default:
		return NULL;
	}
	fd.op = mdt_md_op_of_write(md);
	return add_fd(read, fd);
}

static struct mdt_error *open_array(struct read *read)
{
	struct mdt_conform_template it = { .call = { .kind = MDT_CONFORM_OPEN } };
	uint8_t slot = 0;
	struct mdt_error *err;

	while (slot < MDT_CONFORM_SLOTS && read->slots >> slot & 1)
		slot++;
	if (slot == MDT_CONFORM_SLOTS)
		return leave_out(read);
	it.call.slot = slot;
	it.call.exclusive = read->about.is_exclusive;
	err = push(read, &it);
	if (err || !mdt_event_succeeded(&read->event))
		return err;
	read->slots |= (uint8_t)(1 << slot);
	return add_fd(read, (struct fd){ .kind = FD_ARRAY, .slot = slot });
}

static struct mdt_error *on_open(struct read *read)
{
	const struct mdt_about *about = &read->about;
	size_t disk = disk_of_path(read, about->path);

	if (disk < read->plan->disk_count)
		return add_fd(read, (struct fd){ .kind = FD_DISK, .disk = disk });
	switch (about->kind) {
	case MDT_ABOUT_ARRAY:
		return may_be_array(read) ? open_array(read) : leave_out(read);
	case MDT_ABOUT_ATTRIBUTE:
		return may_be_array(read) ? open_attribute(read) : leave_out(read);
	default:
		return NULL;
	}
}

static struct mdt_error *on_close(struct read *read)
{
	struct mdt_conform_template it = { .call = { .kind = MDT_CONFORM_CLOSE } };
	struct fd *fd = find_fd(read);
	struct mdt_error *err = NULL;

	if (!fd)
		return NULL;
	if (fd->kind == FD_ARRAY) {
		it.call.slot = fd->slot;
		read->slots &= (uint8_t) ~(1 << fd->slot);
		err = push(read, &it);
	}
	*fd = read->fds[--read->fd_count];
	return err;
}

/* ---- writes ---- */

static void learn_super(struct read *read, size_t disk, uint64_t offset)
{
	struct mdt_super super = mdt_super_from(mdt_buf_slice(&read->bytes), offset);
	int64_t sectors = (int64_t)(read->plan->disks[disk].size / 512);
	struct mdt_model_super model;
	int32_t role = -1;

	if (super.kind != MDT_SUPER_0 && super.kind != MDT_SUPER_1)
		return;
	mdt_model_super_from(&super, sectors, &model);
	if (model.kind != MDT_MODEL_SUPER_0 && model.kind != MDT_MODEL_SUPER_1)
		return;
	if (model.dev_number >= 0 && model.dev_number < MDT_MODEL_ROLES)
		role = model.roles[model.dev_number];
	if (model.raid_disks > 0 && model.raid_disks < 1000)
		read->ret->raid_disks = (uint32_t)model.raid_disks;
	place_disk(read, disk, role);
}

static struct mdt_error *write_word(struct read *read, const struct fd *fd)
{
	struct mdt_conform_template it = {
		.call = { .kind = fd->kind == FD_PARAMETER ? MDT_CONFORM_PARAMETER
							   : MDT_CONFORM_ATTRIBUTE,
			  .op = fd->kind == FD_PARAMETER ? MDT_OP_NEW_ARRAY : fd->op }
	};
	struct mdt_slice word = mdt_buf_slice(&read->bytes);

	if (fd->kind == FD_PARAMETER)
		word = SLICE("md100");
	if (word.len >= sizeof(it.call.word) || memchr(word.str, '\0', word.len))
		return leave_out(read);
	memcpy(it.call.word, word.str, word.len);
	if (it.call.op == MDT_OP_MEMBER_STATE) {
		place_disk(read, fd->disk, -1);
		if (read->disks[fd->disk] == NO_DISK)
			return leave_out(read);
		it.call.disk = read->disks[fd->disk];
	}
	return push(read, &it);
}

static struct mdt_error *on_write(struct read *read)
{
	const struct fd *fd = find_fd(read);

	mdt_buf_clear(&read->bytes);
	if (!fd || !mdt_ref_bytes(mdt_event_arg(&read->event, 1), &read->bytes))
		return NULL;
	switch (fd->kind) {
	case FD_ATTRIBUTE:
	case FD_PARAMETER:
		return write_word(read, fd);
	case FD_DISK:
		learn_super(read, fd->disk, read->about.offset);
		return NULL;
	case FD_ARRAY:
		return NULL;
	}
	unreachable();
}

/* ---- ioctls ---- */

static bool has_field(const struct read *read, const char *name)
{
	const struct mdt_plan_step *step = read->step;

	for (size_t i = 0; i < step->derived_count; i++)
		if (mdt_slice_eq_cstr(step->derived[i].field, name))
			return !step->derived[i].from_array;
	return false;
}

// What it changes of the array: what is not the array's own; where the log has the bytes,
// what differs from those that GET_ARRAY_INFO gave.
static unsigned int changes_of(const struct read *read, const mdu_array_info_t *info)
{
	const mdu_array_info_t *old = &read->info;
	unsigned int ret = 0;

	if (read->step->derived_count)
		return (has_field(read, "size") ? MDT_CONFORM_CHANGES_SIZE : 0u) |
		       (has_field(read, "raid_disks") ? MDT_CONFORM_CHANGES_RAID_DISKS
						      : 0u) |
		       (has_field(read, "layout") ? MDT_CONFORM_CHANGES_LAYOUT : 0u) |
		       (has_field(read, "state") ? MDT_CONFORM_CHANGES_BITMAP : 0u);
	if (!read->has_info)
		return MDT_CONFORM_CHANGES_RAID_DISKS;
	ret |= info->size != old->size ? MDT_CONFORM_CHANGES_SIZE : 0u;
	ret |= info->raid_disks != old->raid_disks ? MDT_CONFORM_CHANGES_RAID_DISKS : 0u;
	ret |= info->layout != old->layout ? MDT_CONFORM_CHANGES_LAYOUT : 0u;
	ret |= (info->state ^ old->state) & BITMAP_PRESENT ? MDT_CONFORM_CHANGES_BITMAP
							   : 0u;
	return ret;
}

static void on_set_array(struct read *read, struct mdt_conform_template *it)
{
	enum { SIZE = 256 }; // KiB: what the disks of the world have room for
	mdu_array_info_t info;

	memcpy(&info, it->call.bytes, sizeof(info));
	if (read->runs && info.raid_disks) {
		it->updates = true;
		it->changes = changes_of(read, &info);
		return;
	}
	if (info.raid_disks) {
		read->ret->full = true;
		read->ret->persistent = !info.not_persistent;
		read->ret->raid_disks = (uint32_t)info.raid_disks;
		info.size = info.size > SIZE ? SIZE : info.size;
		memcpy(it->call.bytes, &info, sizeof(info));
	} else {
		read->ret->major = info.major_version;
		read->ret->minor = info.minor_version;
	}
}

// @return false when the disk is none of those that there are.
static bool map_disk(struct read *read, uint32_t *major, uint32_t *minor)
{
	size_t disk = disk_of_number(read, *major, *minor);

	place_disk(read, disk, -1);
	if (disk == read->plan->disk_count || read->disks[disk] == NO_DISK)
		return false;
	*major = mdt_conform_disks[read->disks[disk]].major;
	*minor = mdt_conform_disks[read->disks[disk]].minor;
	return true;
}

static bool map_argument(struct read *read, enum mdt_md_op op,
			 struct mdt_conform_call *call)
{
	mdu_disk_info_t info;
	uint32_t major, minor;

	switch (op) {
	case MDT_OP_ADD_NEW_DISK:
		if (call->arg != MDT_CONFORM_ARG_BYTES)
			return true;
		memcpy(&info, call->bytes, sizeof(info));
		major = (uint32_t)info.major;
		minor = (uint32_t)info.minor;
		if (!map_disk(read, &major, &minor))
			return false;
		info.major = (int)major;
		info.minor = (int)minor;
		memcpy(call->bytes, &info, sizeof(info));
		return true;
	case MDT_OP_SET_DISK_FAULTY:
	case MDT_OP_HOT_REMOVE_DISK:
	case MDT_OP_HOT_ADD_DISK:
		major = mdt_dev_major(call->value);
		minor = mdt_dev_minor(call->value);
		if (!map_disk(read, &major, &minor))
			return false;
		call->value = mdt_dev_encode(major, minor);
		return true;
	case MDT_OP_SET_BITMAP_FILE:
		if ((int32_t)call->value >= 0)
			call->value = MDT_CONFORM_FILE_FD;
		return true;
	default:
		return true;
	}
}

static void read_argument(struct read *read, struct mdt_conform_call *call)
{
	struct mdt_ref arg = mdt_event_arg(&read->event, 2);
	int64_t value = 0;

	mdt_buf_clear(&read->bytes);
	if (mdt_ref_bytes(arg, &read->bytes) && read->bytes.len &&
	    read->bytes.len <= sizeof(call->bytes)) {
		call->arg = MDT_CONFORM_ARG_BYTES;
		call->size = (uint8_t)read->bytes.len;
		memcpy(call->bytes, read->bytes.str, read->bytes.len);
		return;
	}
	// A pointer that only the kernel writes to, or reads from no more; or a number.
	mdt_ref_i64(arg, &value);
	call->value = (uint64_t)value;
	call->arg = MDT_CONFORM_ARG_VALUE;
}

static void see(struct read *read, enum mdt_md_op op, const struct mdt_conform_call *call)
{
	bool succeeded = mdt_event_succeeded(&read->event);

	if (op == MDT_OP_GET_ARRAY_INFO && call->arg == MDT_CONFORM_ARG_BYTES &&
	    call->size == sizeof(read->info)) {
		memcpy(&read->info, call->bytes, sizeof(read->info));
		read->has_info = true;
	}
	if (op == MDT_OP_RUN_ARRAY && succeeded)
		read->runs = true;
	if (op == MDT_OP_STOP_ARRAY && succeeded)
		read->runs = false;
}

// mdadm --detail asks for 1921 members, one by one: a few of them do.
static bool is_another_look(struct read *read, enum mdt_md_op op)
{
	enum { MOST = 4 };

	if (op != MDT_OP_GET_DISK_INFO) {
		read->looks = 0;
		return false;
	}
	return ++read->looks > MOST;
}

static struct mdt_error *on_ioctl(struct read *read)
{
	struct mdt_conform_template it = { .call = { .kind = MDT_CONFORM_IOCTL } };
	const struct fd *fd = find_fd(read);
	enum mdt_md_op op;

	if (!fd || fd->kind != FD_ARRAY)
		return NULL;
	if (!read->about.has_request)
		return NULL; // a name that nothing is known of
	it.call.request = read->about.request;
	op = mdt_conform_op(it.call.request);
	if (op == MDT_OP_OTHER_IOCTL && (it.call.request >> 8 & 0xff) != MD_MAJOR)
		return NULL;
	it.call.slot = fd->slot;
	read_argument(read, &it.call);
	see(read, op, &it.call);
	if (op == MDT_OP_SET_ARRAY_INFO && it.call.arg == MDT_CONFORM_ARG_BYTES)
		on_set_array(read, &it);
	if (is_another_look(read, op) || !map_argument(read, op, &it.call))
		return leave_out(read);
	return push(read, &it);
}

/* ---- the plan ---- */

static struct mdt_error *on_call(struct read *read)
{
	struct mdt_about *about = &read->about;
	struct mdt_error *err = NULL;

	mdt_about_find(&read->trace, mdt_ioctl_builtin(), &read->event, about);
	if (about->verb == MDT_ABOUT_OPEN)
		err = on_open(read);
	else if (about->verb == MDT_ABOUT_IOCTL)
		err = on_ioctl(read);
	else if (about->verb == MDT_ABOUT_WRITE)
		err = on_write(read);
	else if (about->verb == MDT_ABOUT_MKNOD && about->array)
		is_first_array(read, about->array->minor);
	else if (about->row && about->row->kind == MDT_CALL_CLOSE)
		err = on_close(read);
	return err ? err : mdt_trace_follow(&read->trace, &read->event);
}

static struct mdt_error *read_steps(struct read *read)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < read->plan->section_count; i++) {
		const struct mdt_plan_section *section = &read->plan->sections[i];

		for (size_t j = 0; !err && j < section->step_count; j++) {
			read->step = &section->steps[j];
			if (read->step->kind != MDT_STEP_CALL)
				continue;
			err = mdt_parse_line(read->step->text, &read->nodes,
					     &read->event);
			if (!err && read->event.kind == MDT_EVENT_CALL)
				err = on_call(read);
		}
	}
	return err;
}

struct mdt_error *mdt_conform_source_read(const char *path, const struct mdt_plan *plan,
					  struct mdt_conform_source *ret)
{
	struct read read = { .plan = plan, .ret = ret, .array = -1 };
	struct mdt_error *err = NULL;

	ret->raid_disks = 2;
	ret->persistent = true;
	ret->major = 1;
	ret->minor = 2;
	read.disks = malloc(plan->disk_count + 1);
	if (!read.disks)
		return &mdt_enomem;
	memset(read.disks, NO_DISK, plan->disk_count + 1);
	err = read_steps(&read);
	if (!err && !ret->count)
		err = mdt_error_create(MDT_ERR_INVALID,
				       "%s: it has no calls on md to mutate", path);
	free(read.disks);
	free(read.fds);
	mdt_trace_deinit(&read.trace);
	mdt_buf_deinit(&read.bytes);
	mdt_nodes_deinit(&read.nodes);
	return err;
}
