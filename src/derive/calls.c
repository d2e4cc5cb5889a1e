// SPDX-License-Identifier: MIT
// From events to calls: a row for each system call that may reach the md driver.
#include <inttypes.h>

#include "base/devnum.h"
#include "derive/select.h"
#include "strace/write.h"

typedef struct mdt_error *select_fn(struct drv_select *s, const struct mdt_event *event,
				    unsigned int arg);

struct call_row {
	struct mdt_slice name;
	select_fn *run;
	unsigned int arg; /* which argument, or what run() makes of it */
};

void drv_skip(struct drv_log *log, const char *reason, size_t count)
{
	for (size_t i = 0; i < DRV_SKIPPED_MAX && count; i++) {
		if (log->skipped[i].reason && strcmp(log->skipped[i].reason, reason) != 0)
			continue;
		log->skipped[i].reason = reason;
		log->skipped[i].count += count;
		return;
	}
}

/* ---- the text of a call ---- */

// One spelling of a request, whatever the log has.
static bool put_request(const struct mdt_about *about, struct mdt_buf *ret)
{
	if (about->ioctl)
		mdt_buf_adds(ret, about->ioctl->name);
	else if (about->has_request)
		mdt_buf_printf(ret, "0x%" PRIx32, about->request);
	return about->ioctl || about->has_request;
}

// What is written, and the answer of what it is about.
struct plain {
	const struct mdt_event *event;
	const struct mdt_about *about;
};

// What strace -y and -X verbose hang on a value is not repeated.
static bool plain_value(void *data, struct mdt_ref ref, struct mdt_buf *ret)
{
	const struct plain *it = data;
	struct mdt_ref request = mdt_event_arg(it->event, 1);
	enum mdt_node_kind kind = (enum mdt_node_kind)mdt_ref_node(ref)->kind;

	if (it->about->verb == MDT_ABOUT_IOCTL && mdt_ref_ok(request) &&
	    mdt_ref_node(ref) == mdt_ref_node(request))
		return put_request(it->about, ret);
	if (kind != MDT_NODE_INT && kind != MDT_NODE_WORD)
		return false;
	mdt_buf_add(ret, mdt_ref_text(ref));
	return true;
}

static struct mdt_slice prefix_of(struct drv_select *s, uint32_t pid)
{
	return pid ? drv_printf(s->p, "%-5" PRIu32 " ", pid) : (struct mdt_slice){ 0 };
}

static struct mdt_slice text_of(struct drv_select *s, const struct mdt_event *event)
{
	struct mdt_event whole = *event;
	struct plain data = { &whole, &s->about };
	struct mdt_replace plain = { .value = plain_value, .data = &data };

	whole.kind = MDT_EVENT_CALL;
	whole.began = 0;
	whole.colored = false;
	whole.prefix = (struct mdt_prefix){ .text = prefix_of(s, event->prefix.pid),
					    .pid = event->prefix.pid };
	whole.before = whole.output = whole.note = (struct mdt_slice){ 0 };
	whole.result.duration = (struct mdt_slice){ 0 };
	mdt_buf_clear(&s->text);
	mdt_write_event(&whole, &plain, &s->text);
	if (mdt_buf_error(&s->text))
		s->p->failed_memory = true;
	return drv_copy(s->p, mdt_buf_slice(&s->text));
}

// The first array that a node in /dev/md/ is.
static void name_array(struct drv_select *s, const struct drv_target *on)
{
	struct mdt_map *named = &s->log->named;

	if (on && on->kind == DRV_ARRAY &&
	    mdt_slice_starts(on->path, SLICE("/dev/md/")) &&
	    !mdt_map_find_text(named, on->path) &&
	    !mdt_map_set_text(named, on->path, on->array))
		s->p->failed_memory = true;
}

static struct drv_call *new_call(struct drv_select *s, enum drv_what what,
				 struct drv_target *on)
{
	struct drv_call *call = drv_add(s->p, s->log->calls, s->log->count);

	if (!call) {
		s->p->failed_memory = true;
		return NULL;
	}
	call->what = what;
	call->on = on;
	call->fd = -1;
	name_array(s, on);
	return call;
}

struct drv_call *drv_made(struct drv_select *s, uint32_t pid, const char *why,
			  enum drv_what what, struct drv_target *on,
			  struct mdt_slice text)
{
	struct drv_call *call = new_call(s, what, on);

	if (!call)
		return NULL;
	call->made = why;
	call->pid = pid;
	call->text = drv_printf(s->p, "%.*s%.*s", SLICE_FMT(prefix_of(s, pid)),
				SLICE_FMT(text));
	call->ok = true;
	return call;
}

static struct drv_call *add_call(struct drv_select *s, const struct mdt_event *event,
				 enum drv_what what, struct drv_target *on)
{
	struct drv_call *call = new_call(s, what, on);
	struct drv_pid *pid = drv_pid_get(s, event->prefix.pid);
	int64_t result = -1;

	if (!call)
		return NULL;
	if (on && on->disk && what != DRV_FORK)
		on->disk->is_used = true;
	call->text = text_of(s, event);
	call->line = event->kind == MDT_EVENT_RESUMED && event->began ? event->began
								      : event->line;
	call->pid = event->prefix.pid;
	call->ok = mdt_event_succeeded(event);
	if (mdt_ref_i64(event->result.value, &result))
		call->result = result;
	call->error = drv_copy(s->p, event->result.error);
	call->command = pid ? pid->command : 0;
	return call;
}

static struct mdt_error *skip(struct drv_select *s, const char *reason)
{
	drv_skip(s->log, reason, 1);
	return NULL;
}

/* ---- descriptors ---- */

static void made_close(struct drv_select *s, uint32_t pid, int64_t fd, const char *why)
{
	struct drv_target *on = drv_fd_find(s, pid, fd);
	struct drv_call *call;

	if (!on)
		return;
	call = drv_made(s, pid, why, DRV_CLOSE, on,
			drv_printf(s->p, "close(%" PRId64 ") = 0", fd));
	if (call)
		call->fd = fd;
	drv_fd_set(s, pid, fd, NULL, false);
}

static void made_open(struct drv_select *s, uint32_t pid, int64_t fd,
		      struct drv_target *on, bool writes)
{
	struct mdt_slice path = on->kind == DRV_ARRAY  ? on->array->node
				: on->kind == DRV_DISK ? on->disk->path
						       : on->path;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct drv_call *call;

	mdt_buf_adds(&text, "openat(AT_FDCWD, ");
	mdt_plan_quote(path, &text);
	mdt_buf_printf(&text, ", %s) = %" PRId64,
		       writes || on->kind == DRV_DISK ? "O_RDWR" : "O_RDONLY", fd);
	call = drv_made(s, pid,
			"open before the log begins, or its open is not in the log",
			DRV_OPEN, on, mdt_buf_slice(&text));
	if (call) {
		call->fd = call->result = fd;
		drv_fd_set(s, pid, fd, on, false);
	}
}

// A file of sysfs has several paths: -y shows another one than was opened.
static bool same_thing(const struct drv_target *a, const struct drv_target *b)
{
	if (a->kind != b->kind || a->array != b->array || a->disk != b->disk)
		return false;
	switch (a->kind) {
	case DRV_ATTR:
	case DRV_PARAM:
		return mdt_slice_eq(a->md.attr, b->md.attr) &&
		       mdt_slice_eq(a->md.member, b->md.member);
	case DRV_OTHER:
	case DRV_ARRAY:
	case DRV_DISK:
	case DRV_MDSTAT:
	case DRV_DISK_ATTR:
		return true;
	}
	unreachable();
}

/*
 * What a descriptor is for a call that uses it; opens it when the plan has not.
 * @param md The call is one that only md knows.
 */
static struct drv_target *use_fd(struct drv_select *s, const struct mdt_event *event,
				 bool md, bool writes, const char **why)
{
	struct mdt_ref arg = mdt_event_arg(event, 0);
	const struct mdt_file *file = s->about.file;
	struct drv_target *on = NULL, *open;
	int64_t fd;
	uint32_t pid = event->prefix.pid;

	*why = DRV_WHY_FD;
	if (!mdt_ref_i64(arg, &fd))
		return NULL;
	open = drv_fd_find(s, pid, fd);
	if (open && !mdt_ref_ok(mdt_ref_attachment(arg, MDT_NODE_PATH)))
		return open;
	if (file && (file->path.len || file->device))
		on = drv_target_of(s, &s->about);
	else if (md && !(event->result.error.len &&
			 mdt_slice_eq(event->result.error, SLICE("EBADF"))))
		on = drv_target_array(s, drv_array_only(s->p),
				      drv_array_only(s->p)->node);
	else
		*why = DRV_WHY_UNKNOWN_FD;
	if (!on)
		return open;
	if (open) {
		if (same_thing(open, on))
			return open;
		made_close(s, pid, fd, "the descriptor is something else now");
	}
	made_open(s, pid, fd, on, writes);
	return on;
}

/* ---- paths ---- */

// A new descriptor has the number of one that the plan still has open.
static void take_number(struct drv_select *s, const struct mdt_event *event)
{
	int64_t fd;

	if (mdt_event_succeeded(event) && mdt_ref_i64(event->result.value, &fd))
		made_close(s, event->prefix.pid, fd,
			   "added: the log reuses this descriptor number");
}

// O_CLOEXEC and O_EXCL: asm-generic/fcntl.h.
static bool has_cloexec(struct mdt_ref flags)
{
	return mdt_flags_have(flags, SLICE("O_CLOEXEC"), 02000000);
}

static void remember_path(struct drv_call *call, const struct mdt_event *event,
			  size_t arg)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf told = { 0 };

	call->path_arg = arg;
	mdt_ref_bytes(mdt_event_arg(event, arg), &told);
	if (!mdt_slice_eq(mdt_buf_slice(&told), call->on->path) &&
	    (!told.len || told.str[0] != '/'))
		call->abs = call->on->path;
}

// A disk that could not be opened cannot be made; one that does not exist need not.
static bool cannot_have(const struct drv_target *on, const struct mdt_event *event)
{
	return on->kind == DRV_DISK && mdt_event_failed(event) &&
	       !mdt_slice_eq(event->result.error, SLICE("EBUSY"));
}

static bool opens_to_write(const struct mdt_event *event, struct mdt_ref flags)
{
	return mdt_slice_eq(event->name, SLICE("creat")) ||
	       mdt_flags_have(flags, SLICE("O_RDWR"), 02) ||
	       mdt_flags_have(flags, SLICE("O_WRONLY"), 01);
}

static struct mdt_error *select_open(struct drv_select *s, const struct mdt_event *event,
				     unsigned int arg)
{
	size_t path_arg = (size_t)s->about.path_arg;
	struct mdt_ref flags = mdt_event_arg(event, path_arg + 1);
	struct drv_target *on = NULL;
	struct drv_call *call;

	(void)arg;
	take_number(s, event);
	if (s->about.path.len && !s->about.is_place_only)
		on = drv_target_of(s, &s->about);
	if (!on)
		return skip(s, DRV_WHY_FILE);
	if (cannot_have(on, event))
		return skip(s, DRV_WHY_NO_DISK);
	on->is_excl = s->about.is_exclusive;
	on->is_writer = opens_to_write(event, flags);
	call = add_call(s, event, DRV_OPEN, on);
	if (!call)
		return NULL;
	remember_path(call, event, path_arg);
	if (call->ok) {
		call->fd = call->result;
		drv_fd_set(s, call->pid, call->fd, on, has_cloexec(flags));
	}
	return NULL;
}

static struct mdt_error *select_mknod(struct drv_select *s, const struct mdt_event *event,
				      unsigned int arg)
{
	const struct mdt_device *device = s->about.device;
	struct drv_target *on;
	struct drv_call *call;

	(void)arg;
	if (!device || !s->about.path.len)
		return skip(s, DRV_WHY_FILE);
	on = drv_target_device(s, device->major, device->minor, s->about.path);
	if (!on)
		return NULL;
	on->is_node_made = true;
	call = add_call(s, event, DRV_MKNOD, on);
	if (call)
		remember_path(call, event, (size_t)s->about.path_arg);
	return NULL;
}

// The nodes that a log makes, it removes.
static struct mdt_error *select_unlink(struct drv_select *s,
				       const struct mdt_event *event, unsigned int arg)
{
	struct drv_target *on = NULL;
	struct drv_call *call;

	(void)arg;
	if (s->about.path.len)
		on = drv_target_of(s, &s->about);
	if (!on || (on->kind != DRV_ARRAY && on->kind != DRV_DISK))
		return skip(s, DRV_WHY_FILE);
	call = add_call(s, event, DRV_UNLINK, on);
	if (call)
		remember_path(call, event, (size_t)s->about.path_arg);
	return NULL;
}

// Where a link points, `..` and all, without asking what is there.
static struct mdt_slice resolve(struct drv_select *s, struct mdt_slice link,
				struct mdt_slice target)
{
	const char *slash;

	if (target.len && target.str[0] == '/')
		return target;
	slash = memrchr(link.str, '/', link.len);
	link.len = slash ? (size_t)(slash - link.str) : 0;
	while (mdt_slice_starts(target, SLICE("../"))) {
		target = mdt_slice_skip(target, 3);
		slash = link.len ? memrchr(link.str, '/', link.len) : NULL;
		link.len = slash ? (size_t)(slash - link.str) : 0;
	}
	return drv_printf(s->p, "%.*s/%.*s", SLICE_FMT(link), SLICE_FMT(target));
}

// A link is one more name of what it points to.
static struct mdt_error *select_symlink(struct drv_select *s,
					const struct mdt_event *event, unsigned int at)
{
	struct mdt_ref dir = at ? mdt_event_arg(event, 1) : mdt_ref_none();
	struct drv_target *on = NULL;
	struct mdt_slice path, link;
	struct drv_call *call;

	mdt_buf_clear(&s->bytes);
	if (mdt_ref_bytes(mdt_event_arg(event, 0), &s->bytes) &&
	    mdt_trace_path(&s->trace, event, dir, mdt_event_arg(event, 1 + at), &path) &&
	    path.len) {
		link = drv_copy(s->p, path);
		on = drv_target_of_path(s, resolve(s, link, mdt_buf_slice(&s->bytes)));
	}
	if (!on || (on->kind != DRV_ARRAY && on->kind != DRV_DISK))
		return skip(s, DRV_WHY_FILE);
	on->path = link;
	if (on->kind == DRV_ARRAY && mdt_event_succeeded(event) &&
	    !mdt_map_set_text(&s->p->names, link, on->array))
		s->p->failed_memory = true;
	call = add_call(s, event, DRV_SYMLINK, on);
	if (call)
		remember_path(call, event, 1 + at);
	return NULL;
}

/* ---- calls with a descriptor ---- */

static struct mdt_error *select_close(struct drv_select *s, const struct mdt_event *event,
				      unsigned int arg)
{
	struct drv_target *on = NULL;
	struct drv_call *call;
	int64_t fd;

	if (mdt_ref_i64(mdt_event_arg(event, arg), &fd)) {
		on = drv_fd_find(s, event->prefix.pid, fd);
		// mdadm closes some descriptors twice.
		if (!on && !mdt_event_succeeded(event))
			on = drv_fd_closed(s, event->prefix.pid, fd);
	}
	if (!on)
		return skip(s, DRV_WHY_FD);
	call = add_call(s, event, DRV_CLOSE, on);
	if (call)
		call->fd = fd;
	drv_fd_set(s, event->prefix.pid, fd, NULL, false);
	return NULL;
}

// Copies @p fd, whatever call does it.
static struct mdt_error *copy_fd(struct drv_select *s, const struct mdt_event *event,
				 enum drv_what what, bool cloexec)
{
	struct drv_call *call;
	struct drv_target *on = NULL;
	int64_t fd;

	if (mdt_ref_i64(mdt_event_arg(event, 0), &fd))
		on = drv_fd_find(s, event->prefix.pid, fd);
	if (!on) {
		take_number(s, event);
		return skip(s, DRV_WHY_FD);
	}
	call = add_call(s, event, what, on);
	if (call && call->ok && call->result != fd) {
		call->fd = call->result;
		drv_fd_set(s, call->pid, call->result, on, cloexec);
	}
	return NULL;
}

static struct mdt_error *select_dup(struct drv_select *s, const struct mdt_event *event,
				    unsigned int arg)
{
	return copy_fd(s, event, DRV_DUP, has_cloexec(mdt_event_arg(event, arg)));
}

static struct mdt_error *select_fcntl(struct drv_select *s, const struct mdt_event *event,
				      unsigned int arg)
{
	struct mdt_slice command = mdt_ref_text(mdt_event_arg(event, 1));
	struct drv_target *on = NULL;
	struct drv_call *call;
	uint64_t number;
	int64_t fd;

	(void)arg;
	if (!mdt_ref_u64(mdt_event_arg(event, 1), &number))
		number = UINT64_MAX;
	// linux/fcntl.h and asm-generic/fcntl.h have the numbers.
	if (mdt_slice_starts(command, SLICE("F_DUPFD")) || number == 0 || number == 1030)
		return copy_fd(s, event, DRV_DUP,
			       number == 1030 ||
				       mdt_slice_eq(command, SLICE("F_DUPFD_CLOEXEC")));
	if (!mdt_slice_eq(command, SLICE("F_SETFD")) && number != 2)
		return skip(s, DRV_WHY_NOT_MD);
	if (mdt_ref_i64(mdt_event_arg(event, 0), &fd))
		on = drv_fd_find(s, event->prefix.pid, fd);
	if (!on)
		return skip(s, DRV_WHY_FD);
	drv_fd_set(s, event->prefix.pid, fd, on,
		   mdt_flags_have(mdt_event_arg(event, 2), SLICE("FD_CLOEXEC"), 1));
	call = add_call(s, event, DRV_FCNTL, on);
	if (call)
		call->fd = fd;
	return NULL;
}

/* ---- ioctl ---- */

static bool is_pack(const struct mdt_ioctl *row, const char *pack)
{
	return row && strcmp(row->pack, pack) == 0;
}

static bool is_named(const struct drv_call *call, const char *name)
{
	return call->row && strcmp(call->row->name, name) == 0;
}

static const char *const op_names[DRV_OPS] = {
	[DRV_GET_ARRAY_INFO] = "GET_ARRAY_INFO",
	[DRV_GET_DISK_INFO] = "GET_DISK_INFO",
	[DRV_SET_ARRAY_INFO] = "SET_ARRAY_INFO",
	[DRV_ADD_NEW_DISK] = "ADD_NEW_DISK",
	[DRV_RUN_ARRAY] = "RUN_ARRAY",
	[DRV_STOP_ARRAY] = "STOP_ARRAY",
	[DRV_STOP_ARRAY_RO] = "STOP_ARRAY_RO",
	[DRV_RESTART_ARRAY_RW] = "RESTART_ARRAY_RW",
	[DRV_SET_DISK_FAULTY] = "SET_DISK_FAULTY",
	[DRV_HOT_REMOVE_DISK] = "HOT_REMOVE_DISK",
	[DRV_HOT_ADD_DISK] = "HOT_ADD_DISK",
};

static enum drv_op op_of(const struct mdt_ioctl *row)
{
	for (size_t i = 1; row && i < DRV_OPS; i++)
		if (strcmp(row->name, op_names[i]) == 0)
			return (enum drv_op)i;
	return DRV_NO_OP;
}

// linux/fs.h
static void learn_size(struct drv_planner *p, struct drv_call *call, struct mdt_ref arg)
{
	uint64_t size;

	if (!call->ok || !mdt_ref_u64(mdt_ref_child(arg, 0), &size))
		return;
	if (is_named(call, "BLKSSZGET") && call->on->kind == DRV_DISK &&
	    (size == 1024 || size == 2048 || size == 4096))
		call->on->disk->sector = (uint32_t)size;
	if (is_named(call, "BLKGETSIZE"))
		size *= 512;
	else if (!is_named(call, "BLKGETSIZE64"))
		return;
	if (call->on->kind == DRV_ARRAY && !call->on->array->bytes_in_log)
		call->on->array->bytes_in_log = size;
	if (call->on->kind != DRV_DISK)
		return;
	call->on->disk->size = size;
	call->on->disk->why = (struct mdt_slice){ 0 };
	drv_disk_sized(p, call->on->disk);
}

// One name of a set, or a number.
static bool read_name(struct mdt_ref ref, const struct mdt_meaning *meaning,
		      uint64_t *ret)
{
	struct mdt_slice name = mdt_ref_text(ref);

	if (mdt_ref_u64(ref, ret))
		return true;
	for (uint32_t i = 0; meaning && i < meaning->count; i++) {
		if (!mdt_slice_eq_cstr(name, meaning->constants[i].name))
			continue;
		*ret = meaning->constants[i].value;
		if (meaning->kind == MDT_MEANING_BITS)
			*ret = UINT64_C(1) << *ret;
		return true;
	}
	return false;
}

static bool read_field(struct mdt_ref ref, const struct mdt_meaning *meaning,
		       uint64_t *ret)
{
	uint64_t one;

	if (mdt_ref_node(ref)->kind != MDT_NODE_FLAGS)
		return read_name(ref, meaning, ret);
	*ret = 0;
	for (struct mdt_ref it = mdt_ref_first(ref); mdt_ref_ok(it);
	     it = mdt_ref_next(ref, it)) {
		if (!read_name(it, meaning, &one))
			return false;
		*ret |= one;
	}
	return true;
}

/*
 * A struct as mdtrace itself prints it, {number=0, major=7, ...}, to its bytes. All of
 * its fields must be there.
 */
static bool encode_struct(const struct mdt_type *type, struct mdt_ref ref,
			  struct mdt_buf *ret)
{
	enum { MOST = 128 };
	uint8_t bytes[MOST] = { 0 };
	uint32_t fields = 0, offset;
	uint64_t value;

	if (mdt_ref_node(ref)->kind != MDT_NODE_STRUCT || type->size > MOST)
		return false;
	for (struct mdt_ref it = mdt_ref_first(ref); mdt_ref_ok(it);
	     it = mdt_ref_next(ref, it)) {
		const struct mdt_member *member =
			mdt_type_find_member(type, mdt_ref_name(it), &offset);

		if (!member || member->type->size != 4 || offset + 4 > type->size ||
		    !read_field(it, member->meaning, &value))
			return false;
		drv_put32(bytes + offset, (uint32_t)value);
		fields++;
	}
	if (fields != type->count)
		return false;
	mdt_buf_add(ret, mdt_slice_from((const char *)bytes, type->size));
	return true;
}

static void read_argument(struct drv_select *s, struct drv_call *call, struct mdt_ref arg)
{
	uint32_t major, minor;

	if (!mdt_ref_ok(arg))
		return;
	if (mdt_ref_node(arg)->kind == MDT_NODE_CHANGE)
		arg = mdt_ref_first(arg);
	mdt_buf_clear(&s->bytes);
	if (mdt_ref_bytes(arg, &s->bytes)) {
		call->payload = drv_copy(s->p, mdt_buf_slice(&s->bytes));
		call->has_payload = true;
	} else if (mdt_ref_u64(arg, &call->value)) {
		call->has_value = true;
	} else if (mdt_slice_eq(mdt_ref_head(arg), SLICE("makedev")) &&
		   mdt_devnum_read(arg, &major, &minor)) {
		call->value = mdt_dev_encode(major, minor);
		call->has_value = true;
	} else if (mdt_slice_eq(mdt_ref_text(arg), SLICE("NULL"))) {
		call->has_value = true;
	} else if (is_pack(call->row, "md") && call->row->type &&
		   encode_struct(call->row->type, arg, &s->bytes)) {
		call->payload = drv_copy(s->p, mdt_buf_slice(&s->bytes));
		call->has_payload = call->was_struct = true;
	} else {
		call->is_struct = true;
	}
}

static struct mdt_error *select_ioctl(struct drv_select *s, const struct mdt_event *event,
				      unsigned int arg)
{
	const struct mdt_ioctl *row = s->about.ioctl;
	struct mdt_ref argument = mdt_event_arg(event, 2);
	struct drv_target *on;
	struct drv_call *call;
	const char *why;

	(void)arg;
	on = use_fd(s, event, is_pack(row, "md"), false, &why);
	if (!on)
		return skip(s, why);
	if (on->kind != DRV_ARRAY && on->kind != DRV_DISK)
		return skip(s, DRV_WHY_NOT_MD);
	call = add_call(s, event, DRV_IOCTL, on);
	if (!call)
		return NULL;
	mdt_ref_i64(mdt_event_arg(event, 0), &call->fd);
	call->row = row;
	call->op = op_of(row);
	call->arg = 2;
	read_argument(s, call, argument);
	learn_size(s->p, call, argument);
	return NULL;
}

/* ---- bytes ---- */

static void keep_message(struct drv_select *s, const struct mdt_event *event)
{
	struct mdt_ref data = mdt_event_arg(event, 1);
	struct drv_bytes *message;
	uint64_t fd, len = 0;

	if (!mdt_ref_u64(mdt_event_arg(event, 0), &fd) || (fd != 1 && fd != 2) ||
	    !mdt_event_succeeded(event))
		return;
	mdt_buf_clear(&s->bytes);
	if (!mdt_ref_bytes(data, &s->bytes))
		return;
	mdt_ref_u64(mdt_event_arg(event, 2), &len);
	message = drv_add(s->p, s->log->messages, s->log->message_count);
	if (!message) {
		s->p->failed_memory = true;
		return;
	}
	message->data = drv_copy(s->p, mdt_buf_slice(&s->bytes));
	message->len = len;
	message->offset = event->line;
}

// Standard input, output and error.
static bool is_standard(const struct mdt_event *event)
{
	uint64_t fd;

	return mdt_ref_u64(mdt_event_arg(event, 0), &fd) && fd <= 2;
}

enum transfer {
	TRANSFER_READ = 1 << 0,
	TRANSFER_AT = 1 << 1,	  // pread64(), pwrite64()
	TRANSFER_VECTOR = 1 << 2, // readv(), writev()
};

// The bytes of an iovec array, as far as the log has them without a gap.
static void vector_bytes(struct mdt_ref vector, struct mdt_buf *ret)
{
	for (struct mdt_ref it = mdt_ref_first(vector); mdt_ref_ok(it);
	     it = mdt_ref_next(vector, it)) {
		struct mdt_ref base = mdt_ref_member(it, SLICE("iov_base"));

		if (!mdt_ref_bytes(base, ret) || mdt_ref_cut(base))
			return;
	}
}

static void read_data(struct drv_select *s, struct drv_call *call,
		      const struct mdt_event *event, unsigned int how)
{
	struct mdt_ref data = mdt_event_arg(event, 1);

	mdt_buf_clear(&s->bytes);
	if (how & TRANSFER_VECTOR)
		vector_bytes(data, &s->bytes);
	else
		mdt_ref_bytes(data, &s->bytes);
	call->data = drv_copy(s->p, mdt_buf_slice(&s->bytes));
	call->arg = 1;
	if (call->result >= 0)
		call->count = (uint64_t)call->result;
	if (!(how & (TRANSFER_READ | TRANSFER_VECTOR)))
		mdt_ref_u64(mdt_event_arg(event, 2), &call->count);
}

// Where a superblock belongs: 1.x says it itself, at 1.2's place while that is cut off.
static bool super_offset(const struct mdt_super *super, uint64_t size, uint64_t *ret)
{
	enum { OF_1_2 = 4096, SECTOR = 512 };

	if (super->kind == MDT_SUPER_0)
		return size && mdt_super_offset(0, 90, size, ret);
	if (super->kind != MDT_SUPER_1)
		return false;
	if (mdt_super_find(super, MDT_SB_SUPER_OFFSET, ret))
		*ret = *ret < UINT64_MAX / SECTOR ? *ret * SECTOR : OF_1_2;
	else
		*ret = OF_1_2;
	return *ret <= INT64_MAX;
}

// A log without any lseek(): a superblock tells where it was read or written.
static bool seek_super(struct drv_select *s, const struct mdt_event *event,
		       struct drv_target *on, uint64_t *ret)
{
	struct mdt_super super;
	struct drv_call *call;
	int64_t fd;

	if (s->log->has_seek || (on->kind != DRV_DISK && on->kind != DRV_ARRAY) ||
	    !mdt_event_succeeded(event) || !mdt_ref_i64(mdt_event_arg(event, 0), &fd))
		return false;
	mdt_buf_clear(&s->bytes);
	mdt_ref_bytes(mdt_event_arg(event, 1), &s->bytes);
	super = mdt_super_from(mdt_buf_slice(&s->bytes), MDT_OFFSET_UNKNOWN);
	if (!super_offset(&super, on->disk ? on->disk->size : on->array->bytes_in_log,
			  ret))
		return false;
	call = drv_made(s, event->prefix.pid, "the log has no lseek(): to the superblock",
			DRV_SEEK, on,
			drv_printf(s->p,
				   "lseek(%" PRId64 ", %" PRIu64 ", SEEK_SET) = %" PRIu64,
				   fd, *ret, *ret));
	if (call)
		call->fd = fd;
	s->is_sought = true;
	return true;
}

static struct mdt_error *select_transfer(struct drv_select *s,
					 const struct mdt_event *event, unsigned int how)
{
	struct drv_target *on;
	struct drv_call *call;
	const char *why;
	bool is_read = how & TRANSFER_READ, is_sought;
	uint64_t offset;

	if (!is_read)
		keep_message(s, event);
	on = use_fd(s, event, false, !is_read, &why);
	if (!on)
		return skip(s, is_standard(event) ? DRV_WHY_WORDS : why);
	is_sought = !(how & TRANSFER_AT) && seek_super(s, event, on, &offset);
	if (s->is_sought && !is_sought && is_read && on->kind == DRV_DISK &&
	    !(how & TRANSFER_AT))
		return skip(s, DRV_WHY_PLACE);
	call = add_call(s, event, is_read ? DRV_READ : DRV_WRITE, on);
	if (!call)
		return NULL;
	mdt_ref_i64(mdt_event_arg(event, 0), &call->fd);
	read_data(s, call, event, how);
	call->offset = is_sought ? offset : s->about.offset;
	call->has_offset = call->offset != UINT64_MAX;
	return NULL;
}

static struct mdt_error *select_plain(struct drv_select *s, const struct mdt_event *event,
				      unsigned int what)
{
	struct drv_target *on;
	struct drv_call *call;
	const char *why;

	on = use_fd(s, event, false, false, &why);
	if (!on)
		return skip(s, why);
	call = add_call(s, event, (enum drv_what)what, on);
	if (call)
		mdt_ref_i64(mdt_event_arg(event, 0), &call->fd);
	return NULL;
}

/* ---- processes ---- */

bool drv_shares_files(const struct mdt_event *event)
{
	struct mdt_ref flags = mdt_ref_member(event->call, SLICE("flags"));

	if (!mdt_ref_ok(flags)) // clone3({flags=...}, 88)
		flags = mdt_event_arg(event, 0);
	// CLONE_FILES: linux/sched.h.
	return mdt_flags_have(flags, SLICE("CLONE_FILES"), 0x400);
}

static struct mdt_error *select_fork(struct drv_select *s, const struct mdt_event *event,
				     unsigned int arg)
{
	struct drv_call *call;

	(void)arg;
	if (!mdt_event_succeeded(event))
		return skip(s, DRV_WHY_NOT_MD);
	call = add_call(s, event, DRV_FORK, NULL);
	if (!call)
		return NULL;
	call->child = (uint32_t)call->result;
	call->shares_files = drv_shares_files(event);
	if (!s->child_runs)
		drv_fd_fork(s, call->pid, call->child, call->shares_files);
	return NULL;
}

static struct mdt_error *read_command(struct drv_select *s, const struct mdt_event *event,
				      unsigned int arg)
{
	struct mdt_ref list = mdt_event_arg(event, arg + 1);
	size_t count = mdt_ref_count(list), i = 0;
	struct mdt_slice *argv = drv_alloc(s->p, count * sizeof(*argv));
	struct drv_command command = { .pid = event->prefix.pid }, *place;
	struct drv_pid *pid = drv_pid_get(s, event->prefix.pid);
	struct mdt_error *err;

	if (!argv || !pid)
		return NULL;
	pid->command = 0;
	for (struct mdt_ref it = mdt_ref_first(list); mdt_ref_ok(it) && i < count;
	     it = mdt_ref_next(list, it)) {
		mdt_buf_clear(&s->bytes);
		if (mdt_ref_bytes(it, &s->bytes))
			argv[i++] = drv_copy(s->p, mdt_buf_slice(&s->bytes));
	}
	if (!i)
		return NULL;
	err = mdt_cmdline_parse(argv, i, &s->p->plan->arena, &command.line);
	if (err || !command.line.is_mdadm)
		return err;
	place = drv_add(s->p, s->log->commands, s->log->command_count);
	if (!place)
		return &mdt_enomem;
	*place = command;
	pid->command = s->log->command_count;
	return NULL;
}

static struct mdt_error *select_exec(struct drv_select *s, const struct mdt_event *event,
				     unsigned int arg)
{
	struct mdt_error *err;

	if (!mdt_event_succeeded(event))
		return skip(s, DRV_WHY_NOT_MD);
	err = read_command(s, event, arg);
	if (err)
		return err;
	if (!drv_fd_any(s, event->prefix.pid, true))
		skip(s, DRV_WHY_PROCESS);
	else
		add_call(s, event, DRV_EXEC, NULL);
	drv_fd_exec(s, event->prefix.pid);
	return NULL;
}

static struct mdt_error *select_exit(struct drv_select *s, const struct mdt_event *event,
				     unsigned int arg)
{
	(void)arg;
	if (!drv_fd_any(s, event->prefix.pid, false))
		skip(s, DRV_WHY_PROCESS);
	else
		add_call(s, event, DRV_EXIT, NULL);
	drv_fd_exit(s, event->prefix.pid);
	return NULL;
}

static struct mdt_error *select_uname(struct drv_select *s, const struct mdt_event *event,
				      unsigned int arg)
{
	struct mdt_ref release =
		mdt_ref_member(mdt_event_arg(event, arg), SLICE("release"));

	mdt_buf_clear(&s->bytes);
	if (!s->p->plan->recorded.len && mdt_ref_bytes(release, &s->bytes) &&
	    !mdt_ref_cut(release))
		s->p->plan->recorded = drv_copy(s->p, mdt_buf_slice(&s->bytes));
	return skip(s, DRV_WHY_NOT_MD);
}

static struct mdt_error *select_look(struct drv_select *s, const struct mdt_event *event,
				     unsigned int arg)
{
	(void)event;
	(void)arg;
	return skip(s, DRV_WHY_LOOKS);
}

/* ---- the rows ---- */

#define ROW(name, run, arg)                                                              \
	{                                                                                \
		SLICE_INIT(name), run, arg                                               \
	}

static const struct call_row rows[] = {
	ROW("open", select_open, 0),
	ROW("openat", select_open, 0),
	ROW("openat2", select_open, 0),
	ROW("creat", select_open, 0),
	ROW("close", select_close, 0),
	ROW("dup", select_dup, 9),
	ROW("dup2", select_dup, 9),
	ROW("dup3", select_dup, 2),
	ROW("fcntl", select_fcntl, 0),
	ROW("fcntl64", select_fcntl, 0),
	ROW("ioctl", select_ioctl, 0),
	ROW("read", select_transfer, TRANSFER_READ),
	ROW("readv", select_transfer, TRANSFER_READ | TRANSFER_VECTOR),
	ROW("pread64", select_transfer, TRANSFER_READ | TRANSFER_AT),
	ROW("write", select_transfer, 0),
	ROW("writev", select_transfer, TRANSFER_VECTOR),
	ROW("pwrite64", select_transfer, TRANSFER_AT),
	ROW("lseek", select_plain, DRV_SEEK),
	ROW("_llseek", select_plain, DRV_SEEK),
	ROW("fsync", select_plain, DRV_SYNC),
	ROW("fdatasync", select_plain, DRV_SYNC),
	ROW("mknod", select_mknod, 0),
	ROW("mknodat", select_mknod, 0),
	ROW("unlink", select_unlink, 0),
	ROW("unlinkat", select_unlink, 0),
	ROW("symlink", select_symlink, 0),
	ROW("symlinkat", select_symlink, 1),
	ROW("clone", select_fork, 0),
	ROW("clone3", select_fork, 0),
	ROW("fork", select_fork, 0),
	ROW("vfork", select_fork, 0),
	ROW("execve", select_exec, 0),
	ROW("execveat", select_exec, 1),
	ROW("exit", select_exit, 0),
	ROW("exit_group", select_exit, 0),
	ROW("uname", select_uname, 0),
	ROW("stat", select_look, 0),
	ROW("lstat", select_look, 0),
	ROW("fstat", select_look, 0),
	ROW("stat64", select_look, 0),
	ROW("lstat64", select_look, 0),
	ROW("fstat64", select_look, 0),
	ROW("fstatat64", select_look, 0),
	ROW("newfstatat", select_look, 0),
	ROW("statx", select_look, 0),
	ROW("access", select_look, 0),
	ROW("faccessat", select_look, 0),
	ROW("faccessat2", select_look, 0),
	ROW("readlink", select_look, 0),
	ROW("readlinkat", select_look, 0),
	ROW("getdents", select_look, 0),
	ROW("getdents64", select_look, 0),
};

static const struct call_row *find_row(struct mdt_slice name)
{
	array_for_each (it, rows)
		if (mdt_slice_eq_short(it->name, name))
			return it;
	return NULL;
}

static bool is_restarted(const struct mdt_event *event)
{
	return mdt_slice_starts(event->result.error, SLICE("ERESTART"));
}

struct mdt_error *drv_select_event(struct drv_select *s, const struct mdt_event *event)
{
	const struct call_row *row = find_row(event->name);
	bool is_exit = row && row->run == select_exit;

	if (!row)
		return skip(s, DRV_WHY_NOT_MD);
	if (!mdt_ref_ok(event->call) ||
	    (event->kind == MDT_EVENT_RESUMED && !event->began) ||
	    (!event->result.present && !is_exit))
		return skip(s, DRV_WHY_HALF);
	if (mdt_event_is_injected(event))
		return skip(s, DRV_WHY_INJECTED);
	if (is_restarted(event))
		return skip(s, DRV_WHY_RESTARTED);
	mdt_about_find(&s->trace, mdt_ioctl_builtin(), event, &s->about);
	return row->run(s, event, row->arg);
}
