// SPDX-License-Identifier: MIT
// The plan's sections, and what the calls of a log leave behind.
#include <inttypes.h>

#include "base/devnum.h"
#include "ioctl/value.h"
#include "derive/parts.h"
#include "strace/parse.h"
#include "strace/write.h"

enum { RESULT_COLUMN = 40 }; // strace -a

struct mdt_plan_section *drv_section(struct drv_planner *p, bool is_prologue,
				     struct mdt_slice name)
{
	struct mdt_plan_section *section =
		drv_add(p, p->plan->sections, p->plan->section_count);

	if (!section) {
		p->failed_memory = true;
		return NULL;
	}
	section->is_prologue = is_prologue;
	section->name = drv_copy(p, name);
	return section;
}

struct mdt_plan_step *drv_step(struct drv_planner *p, enum mdt_plan_step_kind kind,
			       struct mdt_slice text)
{
	struct mdt_plan_section *section = &p->plan->sections[p->plan->section_count - 1];
	struct mdt_plan_step *step = drv_add(p, section->steps, section->step_count);

	if (!step) {
		p->failed_memory = true;
		return NULL;
	}
	step->kind = kind;
	step->text = text;
	return step;
}

struct mdt_slice drv_line(struct drv_planner *p, struct mdt_slice prefix,
			  struct mdt_slice call, struct mdt_slice result)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf line = { 0 };

	mdt_buf_add(&line, prefix);
	mdt_buf_add(&line, call);
	mdt_buf_fill(&line, ' ', line.len < RESULT_COLUMN ? RESULT_COLUMN - line.len : 1);
	mdt_buf_adds(&line, "= ");
	mdt_buf_add(&line, result);
	if (mdt_buf_error(&line))
		p->failed_memory = true;
	return drv_copy(p, mdt_buf_slice(&line));
}

/* ---- a call with other arguments ---- */

struct rewrite {
	struct mdt_ref ref;
	struct mdt_slice text;
};

static bool write_other(void *data, struct mdt_ref ref, struct mdt_buf *ret)
{
	const struct rewrite *rewrite = data;

	if (!mdt_ref_ok(rewrite->ref) || ref.at != rewrite->ref.at ||
	    ref.items != rewrite->ref.items)
		return false;
	mdt_buf_add(ret, rewrite->text);
	return true;
}

// A missing argument (`ioctl(3, RUN_ARRAY)`) stays so.
static struct mdt_slice with_argument(struct drv_planner *p, struct mdt_slice line,
				      size_t index, struct mdt_slice text)
{
	_cleanup_(mdt_nodes_deinit) struct mdt_nodes nodes = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf out = { 0 };
	struct rewrite rewrite = { .text = text };
	struct mdt_replace replace = { .value = write_other, .data = &rewrite };
	struct mdt_event event;

	if (mdt_parse_line(line, &nodes, &event) || mdt_buf_error(&out)) {
		p->failed_memory = true;
		return line;
	}
	if (event.kind != MDT_EVENT_CALL)
		return line;
	rewrite.ref = mdt_event_arg(&event, index);
	mdt_write_event(&event, &replace, &out);
	if (mdt_buf_error(&out))
		p->failed_memory = true;
	return drv_copy(p, mdt_buf_slice(&out));
}

/* ---- what comes only after a while ---- */

static bool is_changing_attr(const struct drv_target *on)
{
	static const struct mdt_slice attrs[] = {
		SLICE_INIT("array_state"),    SLICE_INIT("sync_action"),
		SLICE_INIT("sync_completed"), SLICE_INIT("degraded"),
		SLICE_INIT("slot"),	      SLICE_INIT("state"),
	};

	if (on->md.kind != MDT_PATH_ARRAY_ATTR && on->md.kind != MDT_PATH_MEMBER_ATTR)
		return false;
	array_for_each (it, attrs)
		if (mdt_slice_eq(on->md.attr, *it))
			return true;
	return false;
}

// Arrays in which a resync, a recovery or the removal of a member may go on.
static bool any_unsettled(const struct drv_planner *p)
{
	return p->failed_count != 0;
}

static bool needs_await(const struct drv_planner *p, const struct drv_call *call)
{
	const struct drv_array *array = call->on ? call->on->array : NULL;

	switch (call->what) {
	case DRV_READ:
		if (!call->ok || !call->data.len)
			return false;
		if (call->on->kind == DRV_MDSTAT)
			return any_unsettled(p);
		return array && array->has_failed && is_changing_attr(call->on);
	case DRV_OPEN:
		// The node goes a little after the last close.
		return array && !call->ok && array->state == DRV_ABSENT &&
		       array->was_stopped && mdt_slice_eq(call->error, SLICE("ENOENT"));
	case DRV_IOCTL:
		if (!array)
			return false;
		if (drv_is_ioctl(call, DRV_STOP_ARRAY))
			return call->ok && array->was_busy;
		if (!array->has_failed)
			return false;
		if (drv_is_ioctl(call, DRV_HOT_REMOVE_DISK))
			return call->ok;
		return call->has_payload && call->ok &&
		       (drv_is_ioctl(call, DRV_GET_ARRAY_INFO) ||
			drv_is_ioctl(call, DRV_GET_DISK_INFO));
	default:
		return false;
	}
}

/* ---- the steps of a call ---- */

static struct mdt_slice prefix_of(struct drv_planner *p, uint32_t pid)
{
	return pid ? drv_printf(p, "%-5" PRIu32 " ", pid) : (struct mdt_slice){ 0 };
}

static struct mdt_plan_step *made_step(struct drv_planner *p, uint32_t pid,
				       struct mdt_slice call, int64_t result,
				       const char *why)
{
	struct mdt_plan_step *step = drv_step(
		p, MDT_STEP_CALL,
		drv_line(p, prefix_of(p, pid), call, drv_printf(p, "%" PRId64, result)));

	if (step)
		step->made = mdt_slice_cstr(why);
	return step;
}

// @param folder With its slash.
static bool is_disks_folder(const struct drv_planner *p, struct mdt_slice folder)
{
	for (size_t i = 0; i < p->disk_count; i++)
		if (p->disks[i]->is_used && mdt_slice_starts(p->disks[i]->path, folder))
			return true;
	return false;
}

// The folders of a node that the guest has not, `/dev` left out.
static void make_folders(struct drv_planner *p, const struct drv_call *call)
{
	const struct mdt_slice path = call->on->path;

	for (size_t i = sizeof("/dev/") - 1; i < path.len; i++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
		struct mdt_slice folder = mdt_slice_head(path, i);
		bool is_there;

		if (path.str[i] != '/' || mdt_map_find_text(&p->folders, folder))
			continue;
		is_there = mdt_map_find_text(&p->nodes, folder) ||
			   is_disks_folder(p, mdt_slice_head(path, i + 1));
		folder = drv_copy(p, folder);
		if (!mdt_map_set_text(&p->folders, folder, p))
			p->failed_memory = true;
		if (is_there)
			continue;
		mdt_buf_adds(&text, "mkdir(");
		mdt_plan_quote(folder, &text);
		mdt_buf_adds(&text, ", 0755)");
		made_step(p, call->pid, mdt_buf_slice(&text), 0,
			  "the folder of another name");
	}
}

static void set_node(struct drv_planner *p, struct mdt_slice path, bool is_there)
{
	if (!mdt_map_set_text(&p->nodes, path, is_there ? p : NULL))
		p->failed_memory = true;
}

static bool has_failed_with(const struct drv_call *call, const char *error)
{
	return !call->ok && mdt_slice_eq_cstr(call->error, error);
}

// What a call with a path says of whether there is a node: there is, or there is not.
static bool finds_node(const struct drv_call *call)
{
	return ((call->what == DRV_OPEN || call->what == DRV_UNLINK) && call->ok) ||
	       (call->what == DRV_OPEN && has_failed_with(call, "EBUSY"));
}

static bool finds_no_node(const struct drv_call *call)
{
	return ((call->what == DRV_MKNOD || call->what == DRV_SYMLINK) && call->ok) ||
	       ((call->what == DRV_OPEN || call->what == DRV_UNLINK) &&
		has_failed_with(call, "ENOENT"));
}

// A node that the kernel has made: of a disk always, of an array while there is one.
static bool has_own_node(const struct drv_target *on)
{
	if (on->kind == DRV_DISK)
		return mdt_slice_eq(on->path, on->disk->path);
	return mdt_slice_eq(on->path, on->array->node) && on->array->state != DRV_ABSENT;
}

static void make_node(struct drv_planner *p, const struct drv_call *call)
{
	const struct drv_target *on = call->on;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	bool is_own = on->kind == DRV_ARRAY && mdt_slice_eq(on->path, on->array->node);
	struct mdt_plan_step *step;

	set_node(p, on->path, true);
	make_folders(p, call);
	mdt_buf_adds(&text, "mknodat(AT_FDCWD, ");
	mdt_plan_quote(on->path, &text);
	mdt_buf_printf(&text, ", S_IFBLK|0600, makedev(0x%" PRIx32 ", 0x%" PRIx32 "))",
		       on->kind == DRV_DISK ? on->disk->major : (uint32_t)MDT_MD_MAJOR,
		       on->kind == DRV_DISK ? on->disk->minor : on->array->minor);
	step = made_step(p, call->pid, mdt_buf_slice(&text), 0,
			 is_own ? "the log finds its node, and there is no array"
				: "another name of it is opened");
	// The array's own node goes a little after it.
	if (step && is_own)
		step->await = true;
}

static void remove_node(struct drv_planner *p, const struct drv_call *call)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	set_node(p, call->on->path, false);
	mdt_buf_adds(&text, "unlink(");
	mdt_plan_quote(call->on->path, &text);
	mdt_buf_addc(&text, ')');
	made_step(p, call->pid, mdt_buf_slice(&text), 0,
		  call->ok ? "not in the log: the node is made again"
			   : "not in the log: the node is gone");
}

/*
 * Nodes and links that the log finds, or does not find: other names of a disk or an array
 * (links of udev's), what is left of an array, what was removed without a word.
 */
static void expect_node(struct drv_planner *p, const struct drv_call *call)
{
	const struct drv_target *on = call->on;
	bool is_there;

	if (!on || call->made || (on->kind != DRV_DISK && on->kind != DRV_ARRAY))
		return;
	is_there = mdt_map_find_text(&p->nodes, on->path);
	if (finds_node(call) && !is_there && !has_own_node(on))
		make_node(p, call);
	else if (finds_no_node(call) && is_there)
		remove_node(p, call);
	if (call->what == DRV_SYMLINK && call->ok)
		make_folders(p, call);
	if ((call->what == DRV_MKNOD || call->what == DRV_SYMLINK) && call->ok)
		set_node(p, on->path, true);
	else if (call->what == DRV_UNLINK && call->ok)
		set_node(p, on->path, false);
}

// The array that the log makes: one that is not there when it begins.
static struct drv_array *made_array(struct drv_planner *p)
{
	while (p->next_made < p->array_count &&
	       !(p->arrays[p->next_made]->is_in_log &&
		 p->arrays[p->next_made]->first == DRV_ABSENT))
		p->next_made++;
	return p->next_made < p->array_count ? p->arrays[p->next_made] : NULL;
}

// A log without write(): new_array is not opened for nothing.
static void write_new_array(struct drv_planner *p, size_t index)
{
	const struct drv_call *call = &p->log->calls[index];
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct drv_array *array;

	if (call->what != DRV_OPEN || !call->ok || call->on->kind != DRV_PARAM ||
	    !mdt_slice_eq(call->on->md.attr, SLICE("new_array")) || !call->on->is_writer)
		return;
	if (p->log->index.has_write)
		return;
	array = made_array(p);
	if (!array)
		return;
	mdt_buf_printf(&text, "write(%" PRId64 ", ", call->fd);
	mdt_plan_quote(array->name, &text);
	mdt_buf_printf(&text, ", %zu)", array->name.len);
	made_step(p, call->pid, mdt_buf_slice(&text), (int64_t)array->name.len,
		  "the log has no write(): new_array takes a name");
	array->state = DRV_CLEAR;
}

static struct mdt_error *complete(struct drv_planner *p, size_t index,
				  struct drv_arg *arg, struct mdt_slice *text)
{
	const struct drv_call *call = &p->log->calls[index];
	_cleanup_(mdt_buf_deinit) struct mdt_buf data = { 0 };
	const char *why = NULL;
	struct mdt_error *err;

	*text = call->text;
	drv_arg_derive(p, index, arg);
	if (arg->changed)
		*text = with_argument(p, *text, call->arg, mdt_buf_slice(&arg->text));
	if (call->abs.len) {
		mdt_buf_clear(&arg->text);
		mdt_plan_quote(call->abs, &arg->text);
		*text = with_argument(p, *text, call->path_arg,
				      mdt_buf_slice(&arg->text));
		drv_arg_say(p, arg, "path", SLICE("it was relative to a folder"));
	}
	err = drv_write_complete(p, index, &data, &why);
	if (err || !why)
		return err;
	mdt_buf_clear(&arg->text);
	mdt_bytes_text(mdt_buf_slice(&data), false, &arg->text);
	*text = with_argument(p, *text, call->arg, mdt_buf_slice(&arg->text));
	drv_arg_say(p, arg, "data", mdt_slice_cstr(why));
	return mdt_buf_error(&arg->text);
}

static void close_behind(struct drv_planner *p, const struct drv_call *call)
{
	const struct drv_call *opened;

	if (!call->close_after)
		return;
	opened = &p->log->calls[call->close_after - 1];
	made_step(p, opened->pid, drv_printf(p, "close(%" PRId64 ")", opened->fd), 0,
		  "the log has no close(): after the last use");
	drv_follow(p,
		   &(struct drv_call){ .what = DRV_CLOSE, .ok = true, .on = opened->on });
}

static struct mdt_error *emit_call(struct drv_planner *p, size_t index)
{
	const struct drv_call *call = &p->log->calls[index];
	struct drv_arg arg = { 0 };
	struct mdt_plan_step *step;
	struct mdt_slice text;
	struct mdt_error *err;

	if (call->is_dropped)
		return NULL;
	expect_node(p, call);
	err = complete(p, index, &arg, &text);
	mdt_buf_deinit(&arg.text);
	if (!err)
		err = drv_answer(p, index, &arg);
	if (err)
		return err;
	step = drv_step(p, MDT_STEP_CALL, text);
	if (!step)
		return &mdt_enomem;
	step->line = call->line;
	if (call->made)
		step->made = mdt_slice_cstr(call->made);
	step->derived = arg.derived;
	step->derived_count = arg.derived_count;
	step->await = needs_await(p, call);
	if (call->on) {
		write_new_array(p, index);
		drv_follow(p, call);
	}
	close_behind(p, call);
	return NULL;
}

// Whether a command still sees a resync or a recovery go on.
static bool sees_sync(const struct drv_planner *p, size_t index)
{
	size_t command = p->log->calls[index].command;

	for (; index < p->log->count && p->log->calls[index].command == command;
	     index++) {
		const struct drv_call *call = &p->log->calls[index];

		if (call->what != DRV_READ || !call->on ||
		    (call->on->kind != DRV_ATTR && call->on->kind != DRV_MDSTAT))
			continue;
		if (mdt_slice_find(call->data, SLICE("resync")) ||
		    mdt_slice_find(call->data, SLICE("recover")))
			return !mdt_slice_eq(call->on->md.attr,
					     SLICE("consistency_policy"));
		if (mdt_slice_eq(call->on->md.attr, SLICE("sync_action")))
			return false;
	}
	return false;
}

// Between two commands of one log there is time, as there is between two logs.
static void settle_commands(struct drv_planner *p, size_t index, size_t *command)
{
	size_t next = p->log->calls[index].command;
	bool is_new = next && *command && next != *command;

	if (next)
		*command = next;
	if (!is_new || !any_unsettled(p) || sees_sync(p, index))
		return;
	drv_step(p, MDT_STEP_SETTLE, (struct mdt_slice){ 0 });
	drv_settle(p);
}

static void emit_skipped(struct drv_planner *p)
{
	struct drv_skipped *rows = p->log->skipped;
	struct mdt_plan_section *section = &p->plan->sections[p->plan->section_count - 1];

	for (;;) {
		struct drv_skipped *most = NULL;
		struct mdt_plan_skipped *skipped;

		for (size_t i = 0; i < DRV_SKIPPED_MAX; i++)
			if (rows[i].count && (!most || rows[i].count > most->count))
				most = &rows[i];
		if (!most)
			return;
		skipped = drv_add(p, section->skipped, section->skipped_count);
		if (!skipped) {
			p->failed_memory = true;
			return;
		}
		*skipped = (struct mdt_plan_skipped){ most->count,
						      mdt_slice_cstr(most->reason) };
		most->count = 0;
	}
}

static void mark_members(struct drv_planner *p)
{
	for (size_t i = 0; i < p->disk_count; i++)
		p->disks[i]->is_member = false;
	for (size_t i = 0; i < p->array_count; i++) {
		const struct drv_members *now = &p->arrays[i]->now;
		const struct drv_members *changed = &p->arrays[i]->changed;

		for (size_t j = 0; j < now->len; j++)
			now->items[j].disk->is_member |= now->items[j].role != DRV_GONE;
		for (size_t j = 0; j < changed->len; j++)
			changed->items[j].disk->is_member = true;
	}
}

// Whether every O_EXCL of the log finds that somebody has the disk.
static bool is_held(const struct drv_disk *disk)
{
	const struct drv_disk_calls *of = drv_calls_of_disk(disk);

	return of->is_refused && !of->is_granted && !disk->is_member;
}

// A disk that is busy, and the log does not tell why: a process of its own has it open.
static void hold_disks(struct drv_planner *p)
{
	enum { HOLDER = 1, FIRST_FD = 3 };
	int64_t fd = FIRST_FD;

	mark_members(p);
	for (size_t i = 0; i < p->disk_count; i++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

		if (!p->disks[i]->is_used || !is_held(p->disks[i]))
			continue;
		mdt_buf_adds(&text, "openat(AT_FDCWD, ");
		mdt_plan_quote(p->disks[i]->path, &text);
		mdt_buf_adds(&text, ", O_RDONLY|O_EXCL)");
		made_step(p, HOLDER, mdt_buf_slice(&text), fd++,
			  "the log finds the disk busy, and does not tell what has it");
	}
}

struct mdt_error *drv_emit(struct drv_planner *p)
{
	struct mdt_error *err = NULL;
	size_t command = 0;

	if (!drv_section(p, false, mdt_slice_cstr(p->log->path)))
		return &mdt_enomem;
	hold_disks(p);
	for (size_t i = 0; i < p->log->count && !err; i++) {
		settle_commands(p, i, &command);
		err = emit_call(p, i);
	}
	if (!err)
		emit_skipped(p);
	return !err && p->failed_memory ? &mdt_enomem : err;
}

/* ---- what calls leave behind ---- */

static struct drv_disk *disk_of_value(const struct drv_planner *p,
				      const struct drv_call *call)
{
	return call->has_value ? drv_disk_find(p, mdt_dev_major(call->value),
					       mdt_dev_minor(call->value))
			       : NULL;
}

static void set_role(struct drv_planner *p, struct drv_array *array,
		     struct drv_disk *disk, enum drv_role role)
{
	struct drv_member *member = disk ? drv_member_get(p, &array->now, disk) : NULL;

	if (member)
		member->role = role;
}

// The members are no better known than the one that is least so.
static void trust_member(struct drv_array *array, const struct drv_call *call)
{
	enum mdt_trust trust = call->is_cold && call->place_trust < call->added_trust
				       ? call->place_trust
				       : call->added_trust;

	// One that is assembled may be too old, and is thrown out.
	if (trust == MDT_TRUST_KNOWN && !array->is_created)
		trust = MDT_TRUST_PRESUMED;
	if (trust < array->now_trust)
		array->now_trust = trust;
}

static void follow_add(struct drv_planner *p, const struct drv_call *call)
{
	struct drv_array *array = call->on->array;
	struct drv_member *member;

	if (!call->added)
		return;
	trust_member(array, call);
	array->is_refilled |= !call->is_cold;
	if (!call->is_cold)
		drv_set_failed(p, array, true); // a recovery may begin
	else if (array->state != DRV_RUNNING)
		array->state = DRV_INACTIVE;
	member = drv_member_get(p, &array->now, call->added);
	if (!member)
		return;
	member->role = call->is_cold && call->slot >= 0 ? DRV_ACTIVE : DRV_SPARE;
	member->slot = call->is_cold ? call->slot : -1;
	member->number = call->is_cold ? call->number : -1;
	if (call->is_readd) {
		drv_readd_place(call, &array->now, &member->number, &member->slot);
		member->role = DRV_ACTIVE;
	} else if (!call->is_cold) {
		member->number = drv_number_added(p, (size_t)(call - p->log->calls));
	}
	call->added->has_number = member->number >= 0;
	call->added->number = member->number;
	call->added->has_super = call->added->is_touched = true;
}

static void follow_stop(struct drv_planner *p, struct drv_array *array)
{
	array->state = DRV_CLEAR;
	drv_set_failed(p, array, false);
	array->is_readonly = array->was_busy = false;
	array->was_stopped = true;
	array->is_refilled = false;
	array->now = (struct drv_members){ 0 };
	array->now_trust = MDT_TRUST_KNOWN;
}

static void follow_ioctl(struct drv_planner *p, const struct drv_call *call)
{
	struct drv_array *array = call->on->array;

	if (drv_is_ioctl(call, DRV_STOP_ARRAY) &&
	    mdt_slice_eq(call->error, SLICE("EBUSY")))
		array->was_busy = true;
	if (!call->ok || !array)
		return;
	if (drv_is_ioctl(call, DRV_ADD_NEW_DISK)) {
		follow_add(p, call);
	} else if (drv_is_ioctl(call, DRV_RUN_ARRAY)) {
		array->state = DRV_RUNNING;
		drv_set_failed(p, array, true);
	} else if (drv_is_ioctl(call, DRV_STOP_ARRAY)) {
		follow_stop(p, array);
	} else if (drv_is_ioctl(call, DRV_SET_DISK_FAULTY)) {
		set_role(p, array, disk_of_value(p, call), DRV_FAULTY);
		drv_set_failed(p, array, true);
	} else if (drv_is_ioctl(call, DRV_HOT_REMOVE_DISK)) {
		set_role(p, array, disk_of_value(p, call), DRV_GONE);
	} else if (drv_is_ioctl(call, DRV_HOT_ADD_DISK)) {
		set_role(p, array, disk_of_value(p, call), DRV_SPARE);
		drv_set_failed(p, array, true);
	} else if (drv_is_ioctl(call, DRV_STOP_ARRAY_RO)) {
		array->is_readonly = true;
	} else if (drv_is_ioctl(call, DRV_RESTART_ARRAY_RW)) {
		array->is_readonly = false;
	}
}

// The array whose name is written to new_array.
static struct drv_array *makes_array(struct drv_planner *p, const struct drv_call *call)
{
	if (call->what != DRV_WRITE || !call->ok || call->on->kind != DRV_PARAM ||
	    !mdt_slice_eq(call->on->md.attr, SLICE("new_array")))
		return NULL;
	return drv_array_named(p, mdt_slice_trim(call->data));
}

void drv_follow(struct drv_planner *p, const struct drv_call *call)
{
	struct drv_array *array = call->on->array;
	struct drv_disk *disk = drv_disk_of_call(call);

	if (disk && call->what == DRV_WRITE && call->ok) {
		disk->is_touched = true;
		if (drv_is_super(call->data) && call->has_offset) {
			disk->has_super = true;
			disk->super_at = call->offset;
		}
	}
	if (makes_array(p, call))
		array = makes_array(p, call);
	if (!array)
		return;
	switch (call->what) {
	case DRV_IOCTL:
		follow_ioctl(p, call);
		break;
	case DRV_CLOSE:
		// md forgets a stopped array with its last descriptor.
		if (array->state == DRV_CLEAR && array->was_stopped &&
		    call->on->kind == DRV_ARRAY)
			array->state = DRV_ABSENT;
		break;
	case DRV_OPEN:
		if (call->ok && call->on->kind == DRV_ARRAY && array->state == DRV_ABSENT)
			array->state = DRV_CLEAR;
		break;
	case DRV_WRITE:
		if (call->on->kind == DRV_PARAM)
			array->state = DRV_CLEAR;
		if (call->on->kind == DRV_ATTR && call->ok)
			drv_set_failed(p, array, true);
		if (drv_state_written(call) == DRV_CLEAR)
			follow_stop(p, array);
		else if (drv_state_written(call) != DRV_UNKNOWN)
			array->state = drv_state_written(call);
		break;
	default:
		break;
	}
	array->was_planned = true;
}
