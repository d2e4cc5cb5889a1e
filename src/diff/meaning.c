// SPDX-License-Identifier: MIT
#include "diff/meaning.h"

#include "strace/calls.h"
#include "annotate/remark.h"
#include "md/sysfs.h"
#include "strace/parse.h"

// A call while it is looked at.
struct look {
	const struct mdt_event *event;
	const struct mdt_ioctl_table *table;
	const struct mdt_call_row *row;
	struct mdt_slice path; /* of the argument, or behind the descriptor; or empty */
	bool by_path;
	struct mdt_md_path md; /* of path, when is_md */
	bool is_md;
	struct mdt_buf *subject, *op, *label;
};

static struct mdt_slice shown_path(struct mdt_ref ref)
{
	return mdt_ref_text(mdt_ref_attachment(ref, MDT_NODE_PATH));
}

// The first argument that is a path, or a descriptor. Normalising has left out dirfd.
static void find_path(struct look *look)
{
	struct mdt_ref first = mdt_event_arg(look->event, 0);
	const char *args = look->row ? look->row->args : "";
	const char *path = strchr(args, 'p');

	if (args[0] == 'd')
		args++;
	if (path && args[0] != 'f') {
		look->path =
			mdt_ref_inside(mdt_event_arg(look->event, (size_t)(path - args)));
		look->by_path = true;
	} else {
		look->path = shown_path(first);
	}
	look->is_md = mdt_md_path_parse(look->path, &look->md);
}

/* ---- what it is about ---- */

static void add_attribute(const struct mdt_md_path *path, struct mdt_buf *ret)
{
	mdt_buf_add(ret, path->attr);
	if (path->array.len) {
		mdt_buf_adds(ret, " of ");
		mdt_buf_add(ret, path->array);
	}
	if (path->member.len) {
		mdt_buf_adds(ret, path->array.len ? "'s member " : " of ");
		mdt_buf_add(ret, path->member);
	}
}

static void add_subject(const struct look *look, struct mdt_buf *ret)
{
	bool is_attribute =
		look->is_md && look->md.attr.len && look->md.kind != MDT_PATH_MDADM;

	if (is_attribute)
		add_attribute(&look->md, ret);
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

static bool changes_names(struct mdt_slice call)
{
	static const char *const calls[] = { "open",   "creat",	  "mknod", "unlink",
					     "rename", "symlink", "link",  "mkdir",
					     "rmdir",  NULL };

	return is_one_of(call, calls);
}

static bool is_attribute_of_array(enum mdt_md_path_kind kind)
{
	return kind == MDT_PATH_ARRAY_ATTR || kind == MDT_PATH_MEMBER_ATTR ||
	       kind == MDT_PATH_PARAMETER;
}

// mdadm's own files: that they are opened, locked, written. What a configuration says is
// not md's.
static bool matters_mdadm(const struct look *look)
{
	return !mdt_slice_eq(look->event->name, SLICE("read")) &&
	       (changes_names(look->event->name) ||
		mdt_slice_eq(look->event->name, SLICE("write")) ||
		mdt_slice_eq(look->event->name, SLICE("flock")));
}

static bool is_transfer(const struct look *look)
{
	return look->row &&
	       (look->row->kind == MDT_CALL_READ || look->row->kind == MDT_CALL_WRITE);
}

// The read that finds the end of a file has no bytes.
static bool is_end(const struct look *look)
{
	return mdt_slice_eq(mdt_ref_text(mdt_event_arg(look->event, 1)), SLICE("\"\""));
}

static enum mdt_diff_level level_of_md(const struct look *look, bool *changes)
{
	struct mdt_slice name = look->event->name;

	if (look->md.kind == MDT_PATH_MDADM)
		return matters_mdadm(look) ? MDT_LEVEL_MD : MDT_LEVEL_SYSCALL;
	if (look->md.kind == MDT_PATH_TMP_NODE && look->md.major != 9)
		return changes_names(name) ? MDT_LEVEL_IOCTL : MDT_LEVEL_SYSCALL;
	if (changes_names(name))
		return MDT_LEVEL_MD;
	if (!is_transfer(look) || (is_end(look) && look->row->kind == MDT_CALL_READ))
		return MDT_LEVEL_SYSCALL;
	*changes =
		look->row->kind == MDT_CALL_WRITE && is_attribute_of_array(look->md.kind);
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

	return look->row->kind == MDT_CALL_WRITE && mdt_ref_ok(data) &&
	       mdt_ref_node(data)->kind == MDT_NODE_STRUCT;
}

static enum mdt_diff_level level_of_other(const struct look *look)
{
	if (look->by_path && is_md_module(look->path))
		return MDT_LEVEL_MD;
	if (look->by_path && is_configuration(look->path) &&
	    changes_names(look->event->name))
		return MDT_LEVEL_MD;
	if (is_transfer(look) && is_super_write(look))
		return MDT_LEVEL_MD;
	if (mdt_slice_starts(look->path, SLICE("/dev/")) &&
	    (is_transfer(look) || changes_names(look->event->name)))
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

static void add_device(struct mdt_slice path, struct mdt_buf *ret)
{
	if (!path.len)
		return;
	mdt_buf_adds(ret, " on ");
	mdt_buf_add(ret, device_name(path));
}

static void look_at_ioctl(struct look *look, struct mdt_diff_meaning *ret)
{
	struct mdt_slice name = mdt_ref_text(mdt_event_arg(look->event, 1));
	struct mdt_ref argument = mdt_event_arg(look->event, 2);
	const struct mdt_ioctl *row = mdt_ioctl_find_name(look->table, name);
	bool is_md_command = row && strcmp(row->pack, "md") == 0;
	struct mdt_slice number = { 0 };

	ret->verb = MDT_VERB_IOCTL;
	ret->level = MDT_LEVEL_IOCTL;
	if (is_md_command || (look->is_md && look->md.kind == MDT_PATH_NODE))
		ret->level = MDT_LEVEL_MD;
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
	mdt_buf_add(look->subject, device_name(look->path));
	add_device(look->path, look->op);
	add_device(look->path, look->label);
}

/* ---- other calls ---- */

static enum mdt_diff_verb verb_of(const struct look *look)
{
	if (mdt_slice_eq(look->event->name, SLICE("open")) ||
	    mdt_slice_eq(look->event->name, SLICE("openat")) ||
	    mdt_slice_eq(look->event->name, SLICE("openat2")) ||
	    mdt_slice_eq(look->event->name, SLICE("creat")))
		return MDT_VERB_OPEN;
	if (!look->row)
		return MDT_VERB_CALL;
	if (look->row->kind == MDT_CALL_READ)
		return MDT_VERB_READ;
	if (look->row->kind == MDT_CALL_WRITE)
		return MDT_VERB_WRITE;
	if (look->row->kind == MDT_CALL_EXEC && mdt_event_succeeded(look->event))
		return MDT_VERB_RUN;
	return MDT_VERB_CALL;
}

static void look_at_run(struct look *look, struct mdt_diff_meaning *ret)
{
	ret->level = MDT_LEVEL_STATES;
	mdt_buf_adds(look->op, "run ");
	mdt_buf_add(look->op, look->path);
	mdt_buf_add(look->subject, look->path);
}

static void look_at_call(struct look *look, struct mdt_diff_meaning *ret)
{
	ret->verb = verb_of(look);
	ret->name = look->event->name;
	if (ret->verb == MDT_VERB_RUN) {
		look_at_run(look, ret);
		return;
	}
	ret->level =
		look->is_md ? level_of_md(look, &ret->changes) : level_of_other(look);
	add_subject(look, look->subject);
	mdt_buf_add(look->op, look->event->name);
	if (is_transfer(look) && is_super_write(look))
		mdt_buf_adds(look->op, " superblock to");
	if (look->subject->len)
		mdt_buf_addc(look->op, ' ');
	mdt_buf_add(look->op, mdt_buf_slice(look->subject));
}

static void look_at(struct look *look, struct mdt_diff_meaning *ret)
{
	switch (look->event->kind) {
	case MDT_EVENT_CALL:
		look->row = mdt_call_row_find(look->event->name);
		find_path(look);
		if (look->row && look->row->kind == MDT_CALL_IOCTL)
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
				      struct mdt_nodes *nodes, struct mdt_arena *arena,
				      struct mdt_diff_meaning *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf op = { 0 }, subject = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf label = { 0 };
	struct look look = {
		.table = table, .op = &op, .subject = &subject, .label = &label
	};
	struct mdt_diff_meaning it = { .level = MDT_LEVEL_SYSCALL };
	struct mdt_event event;
	struct mdt_error *err = mdt_parse_line(text, nodes, &event);

	if (err)
		return err;
	look.event = &event;
	look_at(&look, &it);
	if (op.failed || subject.failed || label.failed ||
	    !mdt_arena_copy(arena, it.name, &it.name) ||
	    !mdt_arena_copy(arena, mdt_buf_slice(&op), &it.op) ||
	    !mdt_arena_copy(arena, mdt_buf_slice(&subject), &it.subject) ||
	    !mdt_arena_copy(arena, mdt_buf_slice(label.len ? &label : &op), &it.label))
		return &mdt_enomem;
	*ret = it;
	return NULL;
}
