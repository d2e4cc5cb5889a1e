// SPDX-License-Identifier: MIT
#include "diff/meaning.h"

#include "annotate/remark.h"
#include "strace/parse.h"
#include "trace/about.h"

// A call while it is looked at.
struct look {
	const struct mdt_event *event;
	const struct mdt_ioctl_table *table;
	struct mdt_about about;
	struct mdt_slice
		path; /* as the text has it: the argument's, or the descriptor's */
	struct mdt_buf *subject, *op, *label, *array;
};

static struct mdt_slice shown_path(struct mdt_ref ref)
{
	return mdt_ref_text(mdt_ref_attachment(ref, MDT_NODE_PATH));
}

static void find_path(struct look *look)
{
	const struct mdt_about *about = &look->about;

	look->path = about->by_path ? mdt_ref_inside(mdt_event_arg(
					      look->event, (size_t)about->path_arg))
				    : shown_path(mdt_event_arg(look->event, 0));
}

static void find_array(struct look *look)
{
	const struct mdt_about *about = &look->about;

	if (about->array)
		mdt_device_name(look->array, about->array);
	else if (about->is_md_path && about->md.kind != MDT_PATH_NAMED_NODE)
		mdt_buf_add(look->array, about->md.array);
}

/* ---- what it is about ---- */

static void add_attribute(const struct look *look, struct mdt_buf *ret)
{
	const struct mdt_md_path *path = &look->about.md;
	struct mdt_slice array = mdt_buf_slice(look->array);

	mdt_buf_add(ret, path->attr);
	if (array.len) {
		mdt_buf_adds(ret, " of ");
		mdt_buf_add(ret, array);
	}
	if (path->member.len) {
		mdt_buf_adds(ret, array.len ? "'s member " : " of ");
		mdt_buf_add(ret, path->member);
	}
}

static void add_subject(const struct look *look, struct mdt_buf *ret)
{
	if (look->about.kind == MDT_ABOUT_ATTRIBUTE)
		add_attribute(look, ret);
	else
		mdt_buf_add(ret, look->path);
}

/* ---- how much it matters ---- */

static bool is_one_of(struct mdt_slice name, const char *const *names)
{
	for (; *names; names++)
		if (mdt_slice_eq_cstr(name, *names))
			return true;
	return false;
}

static bool changes_names(const struct look *look)
{
	static const char *const calls[] = { "open",   "creat",	  "mknod", "unlink",
					     "rename", "symlink", "link",  "mkdir",
					     "rmdir",  NULL };
	const struct mdt_call_row *row = look->about.row;

	return row && is_one_of(row->as ? mdt_slice_cstr(row->as) : row->name, calls);
}

static bool reads(const struct look *look)
{
	return look->about.verb == MDT_ABOUT_READ;
}

static bool writes(const struct look *look)
{
	return look->about.verb == MDT_ABOUT_WRITE;
}

// mdadm's own files: that they are opened, locked, written. What a configuration says is
// not md's.
static bool matters_mdadm(const struct look *look)
{
	return changes_names(look) || writes(look) ||
	       mdt_slice_eq(look->event->name, SLICE("flock"));
}

// The read that finds the end of a file has no bytes.
static bool is_end(const struct look *look)
{
	return mdt_slice_eq(mdt_ref_text(mdt_event_arg(look->event, 1)), SLICE("\"\""));
}

// An attribute of an array, a member, or md itself; not one that every disk has.
static bool is_attribute_of_array(const struct mdt_about *about)
{
	return about->kind == MDT_ABOUT_ATTRIBUTE && about->md.kind != MDT_PATH_DISK_ATTR;
}

static enum mdt_diff_level level_of_md(const struct look *look, bool *changes)
{
	if (look->about.kind == MDT_ABOUT_MDADM)
		return matters_mdadm(look) ? MDT_LEVEL_MD : MDT_LEVEL_SYSCALL;
	if (changes_names(look))
		return MDT_LEVEL_MD;
	if (!(reads(look) || writes(look)) || (reads(look) && is_end(look)))
		return MDT_LEVEL_SYSCALL;
	*changes = writes(look) && is_attribute_of_array(&look->about);
	return *changes ? MDT_LEVEL_STATES : MDT_LEVEL_MD;
}

// Modules of md: md_mod, raid1, ... as far as something looks for them.
static bool is_md_module(struct mdt_slice path)
{
	return mdt_slice_starts(path, SLICE("/sys/module/md")) ||
	       mdt_slice_starts(path, SLICE("/sys/module/raid"));
}

// /etc/mdadm.conf.d and what else begins like that.
static bool is_configuration(struct mdt_slice path)
{
	return mdt_slice_starts(path, SLICE("/etc/mdadm"));
}

static bool is_super_write(const struct look *look)
{
	struct mdt_ref data = mdt_event_arg(look->event, 1);

	return writes(look) && mdt_ref_ok(data) &&
	       mdt_ref_node(data)->kind == MDT_NODE_STRUCT;
}

static enum mdt_diff_level level_of_other(const struct look *look)
{
	bool by_path = look->about.by_path;

	if (by_path && is_md_module(look->path))
		return MDT_LEVEL_MD;
	if (by_path && is_configuration(look->path) && changes_names(look))
		return MDT_LEVEL_MD;
	if (is_super_write(look))
		return MDT_LEVEL_MD;
	if (mdt_slice_starts(look->path, SLICE("/dev/")) &&
	    (reads(look) || writes(look) || changes_names(look)))
		return MDT_LEVEL_IOCTL;
	return MDT_LEVEL_SYSCALL;
}

/* ---- ioctls ---- */

static bool asks_only(const char *name)
{
	return strncmp(name, "GET_", 4) == 0 || strcmp(name, "RAID_VERSION") == 0 ||
	       strcmp(name, "PRINT_RAID_DEBUG") == 0;
}

static struct mdt_slice device_name(struct mdt_slice path)
{
	return mdt_slice_starts(path, SLICE("/dev/")) ? mdt_slice_skip(path, 5) : path;
}

// BLKPG is several operations; ADD_NEW_DISK is about one of the disks.
static struct mdt_slice operation_of(struct mdt_slice name, struct mdt_ref argument)
{
	struct mdt_slice op = mdt_ref_text(mdt_ref_member(argument, SLICE("op")));

	return mdt_slice_eq(name, SLICE("BLKPG")) && op.len ? op : name;
}

static void add_device(struct mdt_slice device, struct mdt_buf *ret)
{
	if (!device.len)
		return;
	mdt_buf_adds(ret, " on ");
	mdt_buf_add(ret, device);
}

static void look_at_ioctl(struct look *look, struct mdt_diff_meaning *ret)
{
	struct mdt_slice name = mdt_ref_text(mdt_event_arg(look->event, 1));
	struct mdt_ref argument = mdt_event_arg(look->event, 2);
	const struct mdt_ioctl *row = look->about.ioctl;
	bool is_md_command = row && strcmp(row->pack, "md") == 0;
	struct mdt_slice number = { 0 }, device = device_name(look->path);

	ret->verb = MDT_VERB_IOCTL;
	ret->level = MDT_LEVEL_IOCTL;
	if (is_md_command || look->about.kind == MDT_ABOUT_ARRAY)
		ret->level = MDT_LEVEL_MD;
	// What md does by a partition it does to the array.
	if (is_md_command && look->about.is_partition && look->array->len)
		device = mdt_buf_slice(look->array);
	if (is_md_command && !asks_only(row->name)) {
		ret->level = MDT_LEVEL_STATES;
		ret->changes = true;
	}
	name = operation_of(name, argument);
	mdt_buf_add(look->op, name);
	ret->name = name;
	mdt_buf_add(look->label, name);
	if (mdt_slice_eq(name, SLICE("ADD_NEW_DISK")))
		number = mdt_ref_text(mdt_ref_member(argument, SLICE("number")));
	if (number.len) {
		mdt_buf_adds(look->label, " disk ");
		mdt_buf_add(look->label, number);
	}
	mdt_buf_add(look->subject, device);
	add_device(device, look->op);
	add_device(device, look->label);
}

/* ---- other calls ---- */

static enum mdt_diff_verb verb_of(const struct look *look)
{
	switch (look->about.verb) {
	case MDT_ABOUT_OPEN:
		return MDT_VERB_OPEN;
	case MDT_ABOUT_READ:
		return MDT_VERB_READ;
	case MDT_ABOUT_WRITE:
		return MDT_VERB_WRITE;
	default:
		return look->about.row && look->about.row->kind == MDT_CALL_EXEC &&
				       mdt_event_succeeded(look->event)
			       ? MDT_VERB_RUN
			       : MDT_VERB_CALL;
	}
}

// Something that md or mdadm is behind: a disk that the log claims, or that -y shows, is
// not.
static bool is_mds(const struct mdt_about *about)
{
	return about->kind != MDT_ABOUT_OTHER && about->kind != MDT_ABOUT_DISK;
}

static void look_at_run(struct look *look, struct mdt_diff_meaning *ret)
{
	ret->level = MDT_LEVEL_STATES;
	mdt_buf_adds(look->op, "run ");
	mdt_buf_add(look->op, look->path);
	mdt_buf_add(look->subject, look->path);
}

// A descriptor that is closed twice may be another file's by then: a fault of the program
// that nothing else shows.
static bool is_second_close(const struct look *look)
{
	return mdt_slice_eq(look->event->name, SLICE("close")) &&
	       mdt_slice_eq(look->event->result.error, SLICE("EBADF"));
}

static void look_at_call(struct look *look, struct mdt_diff_meaning *ret)
{
	ret->verb = verb_of(look);
	ret->name = look->event->name;
	if (ret->verb == MDT_VERB_RUN) {
		look_at_run(look, ret);
		return;
	}
	ret->level = is_mds(&look->about) ? level_of_md(look, &ret->changes)
					  : level_of_other(look);
	if (is_second_close(look)) {
		ret->level = MDT_LEVEL_MD;
		mdt_buf_adds(look->op, "close of what is closed");
		return;
	}
	add_subject(look, look->subject);
	mdt_buf_add(look->op, look->event->name);
	if (is_super_write(look))
		mdt_buf_adds(look->op, " superblock to");
	if (look->subject->len)
		mdt_buf_addc(look->op, ' ');
	mdt_buf_add(look->op, mdt_buf_slice(look->subject));
}

static void look_at(struct look *look, struct mdt_trace *trace,
		    struct mdt_diff_meaning *ret)
{
	switch (look->event->kind) {
	case MDT_EVENT_CALL:
		mdt_about_find_alone(trace, look->table, look->event, &look->about);
		find_path(look);
		find_array(look);
		if (look->about.verb == MDT_ABOUT_IOCTL)
			look_at_ioctl(look, ret);
		else
			look_at_call(look, ret);
		break;
	case MDT_EVENT_EXIT:
		ret->verb = MDT_VERB_EXIT;
		ret->level = MDT_LEVEL_STATES;
		mdt_buf_adds(look->op, "exit");
		break;
	default:
		ret->verb = MDT_VERB_SIGNAL;
		mdt_buf_adds(look->op, "signal");
	}
}

struct mdt_error *mdt_diff_meaning_of(struct mdt_slice text,
				      const struct mdt_ioctl_table *table,
				      struct mdt_trace *trace, struct mdt_nodes *nodes,
				      struct mdt_arena *arena,
				      struct mdt_diff_meaning *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf op = { 0 }, subject = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf label = { 0 }, array = { 0 };
	struct look look = { .table = table,
			     .op = &op,
			     .subject = &subject,
			     .label = &label,
			     .array = &array };
	struct mdt_diff_meaning it = { .level = MDT_LEVEL_SYSCALL };
	struct mdt_event event;
	struct mdt_error *err = mdt_parse_line(text, nodes, &event);

	if (err)
		return err;
	look.event = &event;
	look_at(&look, trace, &it);
	if (op.failed || subject.failed || label.failed || array.failed ||
	    !mdt_arena_copy(arena, it.name, &it.name) ||
	    !mdt_arena_copy(arena, mdt_buf_slice(&op), &it.op) ||
	    !mdt_arena_copy(arena, mdt_buf_slice(&subject), &it.subject) ||
	    !mdt_arena_copy(arena, mdt_buf_slice(&array), &it.array) ||
	    !mdt_arena_copy(arena, mdt_buf_slice(label.len ? &label : &op), &it.label))
		return &mdt_enomem;
	*ret = it;
	return NULL;
}
