// SPDX-License-Identifier: MIT
// What a call is about, and whether the guest made the one that the plan has.
#include "base/devnum.h"
#include "ioctl/value.h"
#include "md/level.h"
#include "trace/request.h"
#include "verdict/parts.h"

/* ---- calls by name ---- */

// Calls of which an argument is filled in by the kernel; ioctl() by its row.
static const struct {
	struct mdt_slice name;
	int arg;
} outputs[] = {
	{ SLICE_INIT("read"), 1 },	 { SLICE_INIT("pread"), 1 },
	{ SLICE_INIT("pread64"), 1 },	 { SLICE_INIT("readv"), 1 },
	{ SLICE_INIT("preadv"), 1 },	 { SLICE_INIT("preadv2"), 1 },
	{ SLICE_INIT("fstat"), 1 },	 { SLICE_INIT("fstat64"), 1 },
	{ SLICE_INIT("stat"), 1 },	 { SLICE_INIT("stat64"), 1 },
	{ SLICE_INIT("lstat"), 1 },	 { SLICE_INIT("lstat64"), 1 },
	{ SLICE_INIT("newfstatat"), 2 }, { SLICE_INIT("fstatat64"), 2 },
	{ SLICE_INIT("statx"), 4 },	 { SLICE_INIT("readlink"), 1 },
	{ SLICE_INIT("readlinkat"), 2 }, { SLICE_INIT("getdents"), 1 },
	{ SLICE_INIT("getdents64"), 1 }, { SLICE_INIT("_llseek"), 2 },
	{ SLICE_INIT("getcwd"), 0 },	 { SLICE_INIT("statfs"), 1 },
	{ SLICE_INIT("fstatfs"), 1 },	 { SLICE_INIT("poll"), 0 },
};

int mdt_output_arg(struct mdt_slice name)
{
	array_for_each (it, outputs)
		if (mdt_slice_eq(it->name, name))
			return it->arg;
	return -1;
}

bool mdt_gives_name(const struct mdt_event *event)
{
	static const char *const names[] = {
		"fork",		 "vfork",    "clone",	       "clone3",
		"open",		 "openat",   "openat2",	       "creat",
		"dup",		 "dup2",     "dup3",	       "socket",
		"epoll_create1", "eventfd2", "timerfd_create", "inotify_init1",
		"memfd_create",
	};

	array_for_each (name, names)
		if (mdt_slice_eq_cstr(event->name, *name))
			return true;
	return mdt_slice_starts(event->name, SLICE("fcntl")) &&
	       mdt_slice_starts(mdt_ref_text(mdt_event_arg(event, 1)), SLICE("F_DUPFD"));
}

static bool is_write(struct mdt_slice name)
{
	return mdt_slice_eq(name, SLICE("write")) ||
	       mdt_slice_starts(name, SLICE("pwrite"));
}

static struct mdt_slice base_name(struct mdt_slice path)
{
	const char *slash = path.len ? memrchr(path.str, '/', path.len) : NULL;

	return slash ? mdt_slice_skip(path, (size_t)(slash - path.str) + 1) : path;
}

/* ---- what it is about ---- */

static void add_path_subject(const struct mdt_md_path *path, struct mdt_buf *text)
{
	mdt_buf_add(text, path->array);
	if (path->kind == MDT_PATH_ARRAY_ATTR || path->kind == MDT_PATH_MEMBER_ATTR)
		mdt_buf_adds(text, "/md");
	if (path->member.len) {
		mdt_buf_adds(text,
			     mdt_slice_starts(path->member, SLICE("rd")) ? "/" : "/dev-");
		mdt_buf_add(text, path->member);
	}
	if (path->array.len)
		mdt_buf_addc(text, '/');
	mdt_buf_add(text, path->attr);
}

static bool is_attr(const struct mdt_md_path *path)
{
	return path->kind == MDT_PATH_ARRAY_ATTR || path->kind == MDT_PATH_MEMBER_ATTR ||
	       path->kind == MDT_PATH_PARAMETER ||
	       (path->kind == MDT_PATH_DISK_ATTR && path->array.len);
}

static void about_device(struct mdt_compare *compare, const struct mdt_device *device,
			 struct mdt_buf *subject)
{
	bool is_array = mdt_device_is_md(device);

	compare->about.kind = is_array ? MDT_ABOUT_ARRAY : MDT_ABOUT_DISK;
	mdt_device_name(subject, device);
	if (is_array)
		mdt_buf_printf(&compare->text, "md%u", device->minor);
}

static void about_path(struct mdt_compare *compare, struct mdt_slice path,
		       struct mdt_buf *subject)
{
	struct mdt_md_path parsed;

	if (!mdt_md_path_parse(path, &parsed)) {
		mdt_buf_add(subject, path);
		return;
	}
	compare->about.path = parsed;
	if (parsed.kind == MDT_PATH_MDSTAT) {
		compare->about.kind = MDT_ABOUT_MDSTAT;
		mdt_buf_adds(subject, "/proc/mdstat");
	} else if (is_attr(&parsed)) {
		compare->about.kind = MDT_ABOUT_ATTR;
		add_path_subject(&parsed, subject);
		mdt_buf_add(&compare->text, parsed.array);
	} else if (parsed.kind == MDT_PATH_NODE || parsed.kind == MDT_PATH_PARTITION) {
		compare->about.kind = MDT_ABOUT_ARRAY;
		mdt_buf_add(subject, parsed.array);
		mdt_buf_add(&compare->text, parsed.array);
	} else {
		mdt_buf_add(subject, path);
	}
}

static void about_file(struct mdt_compare *compare, struct mdt_buf *subject)
{
	const struct mdt_file *file = mdt_trace_file(&compare->trace, compare->log,
						     mdt_event_arg(compare->log, 0));
	int arg = mdt_slice_eq(compare->log->name, SLICE("pread64")) ||
				  mdt_slice_starts(compare->log->name, SLICE("pwrite"))
			  ? 3
			  : -1;

	compare->about.offset = UINT64_MAX;
	if (!file)
		return;
	if (arg < 0 && file->has_offset)
		compare->about.offset = file->offset;
	if (arg > 0 && !mdt_ref_u64(mdt_event_arg(compare->log, (size_t)arg),
				    &compare->about.offset))
		compare->about.offset = UINT64_MAX;
	if (file->device)
		about_device(compare, file->device, subject);
	else if (file->path.len)
		about_path(compare, file->path, subject);
}

static int path_arg(struct mdt_slice name)
{
	static const struct {
		struct mdt_slice name;
		int arg;
	} rows[] = {
		{ SLICE_INIT("open"), 0 },	 { SLICE_INIT("creat"), 0 },
		{ SLICE_INIT("openat"), 1 },	 { SLICE_INIT("openat2"), 1 },
		{ SLICE_INIT("mknod"), 0 },	 { SLICE_INIT("mknodat"), 1 },
		{ SLICE_INIT("unlink"), 0 },	 { SLICE_INIT("unlinkat"), 1 },
		{ SLICE_INIT("stat"), 0 },	 { SLICE_INIT("lstat"), 0 },
		{ SLICE_INIT("access"), 0 },	 { SLICE_INIT("faccessat"), 1 },
		{ SLICE_INIT("newfstatat"), 1 }, { SLICE_INIT("statx"), 1 },
		{ SLICE_INIT("mkdir"), 0 },	 { SLICE_INIT("readlink"), 0 },
	};

	array_for_each (it, rows)
		if (mdt_slice_eq(it->name, name))
			return it->arg;
	return -1;
}

static void about_path_arg(struct mdt_compare *compare, int arg, struct mdt_buf *subject)
{
	struct mdt_ref dirfd =
		arg ? mdt_event_arg(compare->log, (size_t)arg - 1) : mdt_ref_none();
	const struct mdt_device *device;
	struct mdt_slice path;

	if (!mdt_trace_path(&compare->trace, compare->log, dirfd,
			    mdt_event_arg(compare->log, (size_t)arg), &path))
		return;
	device = mdt_trace_node(&compare->trace, path);
	if (device && device->source != MDT_DEV_UNKNOWN)
		about_device(compare, device, subject);
	else
		about_path(compare, path, subject);
}

// What rows call it: `GET_ARRAY_INFO`, `read array_state`, `open`.
static void name_op(struct mdt_compare *compare)
{
	struct mdt_slice name = compare->log->name;
	bool is_open = path_arg(name) >= 0 && mdt_slice_find(name, SLICE("open"));
	struct mdt_buf *text = &compare->text;
	const struct mdt_about *about = &compare->about;

	mdt_buf_clear(text);
	if (about->row) {
		mdt_buf_adds(text, about->row->name);
	} else if (about->kind == MDT_ABOUT_ATTR || about->kind == MDT_ABOUT_MDSTAT) {
		mdt_buf_adds(text, is_open	    ? "open attribute "
				   : is_write(name) ? "write "
						    : "read ");
		mdt_buf_add(text, about->kind == MDT_ABOUT_MDSTAT ? SLICE("mdstat")
								  : about->path.attr);
	} else if (is_open) {
		mdt_buf_adds(text,
			     about->kind == MDT_ABOUT_DISK ? "open member" : "open");
	} else {
		mdt_buf_add(text, name);
	}
	compare->about.op = mdt_keep(compare, mdt_buf_slice(text));
}

static bool is_md_call(const struct mdt_compare *compare)
{
	const struct mdt_about *about = &compare->about;
	struct mdt_slice name = compare->log->name;
	bool moves_data = is_write(name) || mdt_slice_find(name, SLICE("read"));

	if (mdt_slice_eq(name, SLICE("ioctl")))
		return about->kind == MDT_ABOUT_ARRAY ||
		       (about->row && strcmp(about->row->pack, "md") == 0);
	return moves_data && path_arg(name) < 0 &&
	       (about->kind == MDT_ABOUT_ATTR || about->kind == MDT_ABOUT_MDSTAT);
}

/* ---- what goes in, in short ---- */

static void add_disk_name(struct mdt_compare *compare, uint32_t major, uint32_t minor)
{
	const struct mdt_plan *plan = compare->verdicts->plan;
	const struct mdt_device *device = mdt_trace_device(&compare->trace, major, minor);

	for (size_t i = 0; i < plan->disk_count; i++)
		if (plan->disks[i].major == major && plan->disks[i].minor == minor) {
			mdt_buf_add(&compare->text, base_name(plan->disks[i].path));
			return;
		}
	if (device)
		mdt_device_name(&compare->text, device);
	else
		mdt_buf_printf(&compare->text, "%u:%u", major, minor);
}

static void name_value(struct mdt_compare *compare, uint64_t number)
{
	const struct mdt_ioctl *row = compare->about.row;

	if (row->meaning && row->meaning->kind == MDT_MEANING_DEV)
		add_disk_name(compare, mdt_dev_major(number), mdt_dev_minor(number));
	else
		mdt_ioctl_arg_text(row, number, &compare->text);
}

static bool is_update(const struct mdt_plan_step *step)
{
	for (size_t i = 0; i < step->derived_count; i++)
		if (step->derived[i].from_array)
			return true;
	return false;
}

// Of an update whose other fields only the guest knows: what is changed.
static void name_update(struct mdt_compare *compare, struct mdt_value *value)
{
	const struct mdt_plan_step *step = compare->verdict->step;
	struct mdt_buf *text = &compare->text;

	for (size_t i = 0; i < step->derived_count; i++) {
		const struct mdt_value *field =
			mdt_value_find(value, step->derived[i].field);

		if (step->derived[i].from_array || !field)
			continue;
		if (text->len)
			mdt_buf_addc(text, ' ');
		mdt_buf_printf(text, "%.*s=", SLICE_FMT(step->derived[i].field));
		mdt_value_text(field, NULL, text);
	}
}

// ADD_NEW_DISK: the disk. SET_ARRAY_INFO: the version, or what the array is to be.
static void name_struct(struct mdt_compare *compare, struct mdt_value *value)
{
	struct mdt_buf *text = &compare->text;
	uint64_t a, b, disks;
	const char *level;

	if (mdt_slice_eq_cstr(compare->about.op, "ADD_NEW_DISK") &&
	    mdt_value_get(value, SLICE("major"), &a) &&
	    mdt_value_get(value, SLICE("minor"), &b)) {
		add_disk_name(compare, (uint32_t)a, (uint32_t)b);
	} else if (is_update(compare->verdict->step)) {
		name_update(compare, value);
	} else if (mdt_slice_eq_cstr(compare->about.op, "SET_ARRAY_INFO") &&
		   mdt_value_get(value, SLICE("raid_disks"), &disks)) {
		if (!disks && mdt_value_get(value, SLICE("major_version"), &a) &&
		    mdt_value_get(value, SLICE("minor_version"), &b))
			mdt_buf_printf(text, "version %d.%d", (int)a, (int)b);
		else if (disks && mdt_value_get(value, SLICE("level"), &a)) {
			level = mdt_level_name((int64_t)a);
			mdt_buf_printf(text, "%s of %d", level ? level : "level",
				       (int)disks);
		}
	}
}

// What is written to an attribute, perhaps with a newline that echo put behind it.
static void name_word(struct mdt_compare *compare)
{
	struct mdt_slice word = mdt_buf_slice(&compare->log_bytes);

	mdt_bytes_brief(word, &compare->text);
	while (word.len && word.str[word.len - 1] == '\n')
		word.len--;
	compare->about.word = mdt_keep(compare, word);
}

static void name_argument(struct mdt_compare *compare)
{
	const struct mdt_ioctl *row = compare->about.row;
	struct mdt_ref ref = mdt_event_arg(compare->log, row ? 2 : 1);
	struct mdt_value value;
	uint64_t number;

	mdt_buf_clear(&compare->text);
	mdt_buf_clear(&compare->log_bytes);
	if (row && row->arg == MDT_ARG_VALUE && mdt_ref_u64(ref, &number)) {
		name_value(compare, number);
	} else if (row && row->arg == MDT_ARG_IN && row->type &&
		   mdt_ref_bytes(ref, &compare->log_bytes)) {
		if (mdt_value_decode(row->type, row->meaning,
				     mdt_buf_slice(&compare->log_bytes), &compare->values,
				     &value))
			compare->failed_memory = true;
		else
			name_struct(compare, &value);
	} else if (!row && compare->about.kind == MDT_ABOUT_ATTR &&
		   is_write(compare->log->name) &&
		   mdt_ref_bytes(ref, &compare->log_bytes)) {
		name_word(compare);
	}
	compare->verdict->argument = mdt_keep(compare, mdt_buf_slice(&compare->text));
}

void mdt_about_find(struct mdt_compare *compare)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf subject = { 0 };
	struct mdt_verdict *verdict = compare->verdict;
	struct mdt_slice name = compare->log->name;
	int arg = path_arg(name);

	compare->about = (struct mdt_about){ .offset = UINT64_MAX };
	mdt_buf_clear(&compare->text);
	if (arg >= 0)
		about_path_arg(compare, arg, &subject);
	else
		about_file(compare, &subject);
	verdict->subject = mdt_keep(compare, mdt_buf_slice(&subject));
	verdict->node = mdt_keep(compare, mdt_buf_slice(&compare->text));
	// The path is in a buffer of the trace's.
	compare->about.path.attr = mdt_keep(compare, compare->about.path.attr);
	if (mdt_slice_eq(name, SLICE("ioctl"))) {
		compare->about.row =
			mdt_request_row(compare->table, mdt_event_arg(compare->log, 1),
					compare->about.kind == MDT_ABOUT_ARRAY);
		name = compare->about.row ? mdt_slice_cstr(compare->about.row->name)
					  : mdt_ref_text(mdt_event_arg(compare->log, 1));
	}
	verdict->call = mdt_keep(compare, name);
	verdict->is_md = is_md_call(compare);
	name_op(compare);
	name_argument(compare);
	if (subject.failed)
		compare->failed_memory = true;
}

/* ---- the same call? ---- */

bool mdt_is_mapped(const struct mdt_compare *compare, uint64_t from_major,
		   uint64_t to_major, uint64_t from_minor, uint64_t to_minor)
{
	for (size_t i = 0; i < compare->map_count; i++) {
		const struct mdt_guest_map *map = &compare->maps[i];

		if (map->from_major == from_major && map->to_major == to_major &&
		    map->from_minor == from_minor && map->to_minor == to_minor)
			return true;
	}
	return false;
}

static bool same_text(struct mdt_compare *compare, struct mdt_ref log, struct mdt_ref ran)
{
	struct mdt_slice log_bytes, ran_bytes;

	mdt_buf_clear(&compare->log_bytes);
	mdt_buf_clear(&compare->ran_bytes);
	if (!mdt_ref_bytes(log, &compare->log_bytes) ||
	    !mdt_ref_bytes(ran, &compare->ran_bytes))
		return false;
	log_bytes = mdt_buf_slice(&compare->log_bytes);
	ran_bytes = mdt_buf_slice(&compare->ran_bytes);
	if (mdt_ref_cut(ran))
		log_bytes = mdt_slice_head(log_bytes, ran_bytes.len);
	return mdt_slice_eq(log_bytes, ran_bytes);
}

// The guest writes the log's names and numbers, also of disks that it has under others.
static bool same_arg(struct mdt_compare *compare, struct mdt_ref log, struct mdt_ref ran)
{
	uint64_t a, b;

	return mdt_slice_eq(mdt_ref_text(log), mdt_ref_text(ran)) ||
	       (mdt_ref_u64(log, &a) && mdt_ref_u64(ran, &b) && a == b) ||
	       same_text(compare, log, ran);
}

// Both name the command, perhaps in two spellings.
static bool same_request(const struct mdt_compare *compare, struct mdt_ref log,
			 struct mdt_ref ran)
{
	uint32_t a, b;

	return mdt_request_number(compare->table, log, &a) &&
	       mdt_request_number(compare->table, ran, &b) && a == b;
}

static bool guest_fills_in(const struct mdt_plan_step *step)
{
	for (size_t i = 0; i < step->derived_count; i++)
		if (step->derived[i].from_array)
			return true;
	return false;
}

// Whether the guest's argument need not be the plan's.
static bool is_free(struct mdt_compare *compare, const struct mdt_plan_step *step,
		    size_t arg)
{
	const struct mdt_ioctl *row = compare->about.row;

	if (!mdt_slice_eq(compare->log->name, SLICE("ioctl")))
		return mdt_output_arg(compare->log->name) == (int)arg;
	if (arg != 2)
		return false;
	return !row || row->arg == MDT_ARG_OUT || row->arg == MDT_ARG_INOUT ||
	       row->arg == MDT_ARG_UNSAID || row->arg == MDT_ARG_IGNORED ||
	       guest_fills_in(step);
}

bool mdt_is_same_call(struct mdt_compare *compare, const struct mdt_plan_step *step)
{
	size_t count = mdt_ref_count(compare->log->call);
	bool is_ioctl = mdt_slice_eq(compare->log->name, SLICE("ioctl"));

	if (compare->ran->kind != MDT_EVENT_CALL ||
	    !mdt_slice_eq(compare->log->name, compare->ran->name) ||
	    compare->log->prefix.pid != compare->ran->prefix.pid ||
	    count != mdt_ref_count(compare->ran->call))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct mdt_ref log = mdt_event_arg(compare->log, i),
			       ran = mdt_event_arg(compare->ran, i);

		if (!is_free(compare, step, i) && !same_arg(compare, log, ran) &&
		    !(is_ioctl && i == 1 && same_request(compare, log, ran)))
			return false;
	}
	return true;
}
