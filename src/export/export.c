// SPDX-License-Identifier: MIT
#include "export/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "strace/parse.h"
#include "trace/about.h"

struct maker {
	const struct mdt_plan *plan;
	struct mdt_export *out;
	struct mdt_trace trace;
	struct mdt_map files; /* struct mdt_file to the number of its open, plus 1 */
	struct mdt_nodes nodes;
	struct mdt_buf bytes;
	/* The call. */
	const struct mdt_plan_section *section;
	const struct mdt_plan_step *step;
	struct mdt_event event;
	struct mdt_about about;
};

/* ---- words ---- */

static int errno_of(struct mdt_slice name)
{
	enum { ERRNO_MAX = 133 };

	for (int i = 1; i <= ERRNO_MAX; i++)
		if (strerrorname_np(i) && mdt_slice_eq_cstr(name, strerrorname_np(i)))
			return i;
	return 0;
}

static int flag_of(struct mdt_slice name)
{
	static const struct {
		const char *name;
		int value;
	} rows[] = {
		{ "O_RDONLY", O_RDONLY }, { "O_WRONLY", O_WRONLY },
		{ "O_RDWR", O_RDWR },	  { "O_EXCL", O_EXCL },
		{ "O_DIRECT", O_DIRECT }, { "O_NONBLOCK", O_NONBLOCK },
		{ "O_SYNC", O_SYNC },
	};

	array_for_each (it, rows)
		if (mdt_slice_eq_cstr(name, it->name))
			return it->value;
	return 0; // what changes nothing here: O_CLOEXEC, O_LARGEFILE
}

static int flags_of(struct mdt_ref ref)
{
	uint64_t number;
	int ret = 0;

	if (mdt_ref_u64(ref, &number))
		return (int)number & (O_ACCMODE | O_EXCL | O_DIRECT | O_NONBLOCK);
	if (mdt_ref_node(ref)->kind != MDT_NODE_FLAGS)
		return flag_of(mdt_ref_text(ref));
	for (struct mdt_ref it = mdt_ref_first(ref); mdt_ref_ok(it);
	     it = mdt_ref_next(ref, it))
		ret |= flag_of(mdt_ref_text(it));
	return ret;
}

static int disk_of(const struct maker *maker, uint32_t major, uint32_t minor)
{
	for (size_t i = 0; i < maker->plan->disk_count; i++)
		if (maker->plan->disks[i].major == major &&
		    maker->plan->disks[i].minor == minor)
			return (int)i;
	return -1;
}

/* ---- acts ---- */

static bool is_same(const struct mdt_act *a, const struct mdt_act *b)
{
	return a->kind == b->kind && a->is_setup == b->is_setup && a->file == b->file &&
	       a->number == b->number && a->arg == b->arg && a->value == b->value &&
	       a->disk == b->disk && a->offset == b->offset && a->error == b->error &&
	       mdt_slice_eq(a->path, b->path) && mdt_slice_eq(a->data, b->data);
}

static struct mdt_error *add(struct maker *maker, const struct mdt_act *act)
{
	struct mdt_export *out = maker->out;

	// Questions come several times over; closing twice is no question.
	if (out->count && act->kind == MDT_ACT_IOCTL &&
	    is_same(act, &out->acts[out->count - 1]))
		return NULL;
	if (!mdt_grow((void **)&out->acts, &out->cap, out->count, sizeof(*out->acts)))
		return &mdt_enomem;
	out->acts[out->count++] = *act;
	return NULL;
}

static struct mdt_error *keep(struct maker *maker, struct mdt_slice text,
			      struct mdt_slice *ret)
{
	return mdt_arena_copy(&maker->out->arena, text, ret) ? NULL : &mdt_enomem;
}

static struct mdt_error *act_of(struct maker *maker, enum mdt_act_kind kind,
				struct mdt_act *ret)
{
	*ret = (struct mdt_act){
		.kind = kind,
		.is_setup = maker->section->is_prologue || maker->step->made.len,
		.line = maker->step->line,
		.disk = -1,
		.error = errno_of(maker->event.result.error),
	};
	return keep(maker, maker->event.result.error, &ret->error_name);
}

static struct mdt_error *refuse(const struct maker *maker, const char *why)
{
	return mdt_error_create(MDT_ERR_INVALID, "%.*s:%lu: %s",
				SLICE_FMT(maker->section->name), maker->step->line, why);
}

/* ---- one call ---- */

static struct mdt_error *note_array(struct maker *maker, uint32_t minor)
{
	struct mdt_export *out = maker->out;

	for (size_t i = 0; i < out->array_count; i++)
		if (out->arrays[i] == minor)
			return NULL;
	if (!mdt_grow((void **)&out->arrays, &out->array_cap, out->array_count,
		      sizeof(*out->arrays)))
		return &mdt_enomem;
	out->arrays[out->array_count++] = minor;
	return NULL;
}

static struct mdt_error *open_array(struct maker *maker)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
	uint32_t minor = maker->about.array->minor;
	struct mdt_act act;
	struct mdt_error *err = act_of(maker, MDT_ACT_OPEN, &act);

	act.file = maker->out->files++;
	act.flags =
		flags_of(mdt_event_arg(&maker->event, (size_t)maker->about.path_arg + 1));
	mdt_buf_printf(&path, "/dev/md%u", minor);
	if (!err)
		err = path.failed ? &mdt_enomem
				  : keep(maker, mdt_buf_slice(&path), &act.path);
	if (!err)
		err = note_array(maker, minor);
	return err ? err : add(maker, &act);
}

// Once the open has had its effect.
static struct mdt_error *name_file(struct maker *maker)
{
	const struct mdt_file *file =
		mdt_trace_file(&maker->trace, &maker->event, maker->event.result.value);

	if (!file || file == &maker->trace.shown)
		return NULL;
	return mdt_map_set(&maker->files, (uintptr_t)file,
			   (void *)(uintptr_t)maker->out->files)
		       ? NULL
		       : &mdt_enomem;
}

static bool file_of(const struct maker *maker, unsigned int *ret)
{
	uintptr_t number =
		(uintptr_t)mdt_map_find(&maker->files, (uintptr_t)maker->about.file);

	if (number)
		*ret = (unsigned int)number - 1;
	return number;
}

static struct mdt_error *close_array(struct maker *maker)
{
	struct mdt_act act;
	struct mdt_error *err = act_of(maker, MDT_ACT_CLOSE, &act);

	// A copy of the descriptor is open still.
	if (err || act.error || maker->about.file->refs > 1 || !file_of(maker, &act.file))
		return err;
	if (!mdt_map_set(&maker->files, (uintptr_t)maker->about.file, NULL))
		return &mdt_enomem;
	return add(maker, &act);
}

static bool asks_only(const char *name)
{
	return strncmp(name, "GET_", 4) == 0 || strcmp(name, "RAID_VERSION") == 0;
}

static uint32_t u32_at(struct mdt_slice data, size_t offset)
{
	uint32_t ret = 0;

	for (size_t i = 0; i < 4 && offset + i < data.len; i++)
		ret |= (uint32_t)(unsigned char)data.str[offset + i] << 8 * i;
	return ret;
}

// mdu_disk_info_t: number, major, minor, raid_disk, state (<linux/raid/md_u.h>). What
// takes a disk by value takes its old dev_t: major << 8 | minor.
static void find_disk(const struct maker *maker, struct mdt_act *act)
{
	if (mdt_slice_eq(act->name, SLICE("ADD_NEW_DISK")) && act->data.len >= 12)
		act->disk = disk_of(maker, u32_at(act->data, 4), u32_at(act->data, 8));
	else if (act->arg == MDT_ACT_ARG_VALUE)
		act->disk = disk_of(
			maker, (uint32_t)(act->value >> 8 & 0xfff),
			(uint32_t)((act->value & 0xff) | (act->value >> 12 & 0xfff00)));
}

static struct mdt_error *take_argument(struct maker *maker, struct mdt_act *act)
{
	const struct mdt_ioctl *row = maker->about.ioctl;
	struct mdt_ref arg = mdt_event_arg(&maker->event, 2);
	uint32_t major, minor;

	if (row->arg == MDT_ARG_OUT || row->arg == MDT_ARG_INOUT) {
		act->arg = MDT_ACT_ARG_OUT;
		act->size = row->type ? row->type->size : 4096;
		return NULL;
	}
	if (row->arg == MDT_ARG_VALUE) {
		act->arg = MDT_ACT_ARG_VALUE;
		if (mdt_ref_u64(arg, &act->value))
			return NULL;
		if (!mdt_devnum_read(arg, &major, &minor))
			return refuse(maker, "an argument that is not known");
		act->value = (uint64_t)major << 8 | minor;
		return NULL;
	}
	// RUN_ARRAY's is never looked at (md.c md_ioctl()).
	if (row->arg != MDT_ARG_IN || mdt_slice_eq(act->name, SLICE("RUN_ARRAY")))
		return NULL;
	mdt_buf_clear(&maker->bytes);
	if (!mdt_ref_bytes(arg, &maker->bytes))
		return NULL; // a pointer to nothing: the kernel says EFAULT
	act->arg = MDT_ACT_ARG_IN;
	return keep(maker, mdt_buf_slice(&maker->bytes), &act->data);
}

static struct mdt_error *do_ioctl(struct maker *maker)
{
	const struct mdt_ioctl *row = maker->about.ioctl;
	struct mdt_act act;
	struct mdt_error *err = act_of(maker, MDT_ACT_IOCTL, &act);

	if (err || !row || strcmp(row->pack, "md") != 0 || !file_of(maker, &act.file) ||
	    (asks_only(row->name) && !act.error))
		return err;
	for (size_t i = 0; i < maker->step->derived_count; i++)
		if (maker->step->derived[i].from_array)
			return refuse(
				maker,
				"an argument that only the running array tells, so it cannot be written down");
	act.name = mdt_slice_cstr(row->name);
	act.number = row->number;
	err = take_argument(maker, &act);
	find_disk(maker, &act);
	return err ? err : add(maker, &act);
}

static struct mdt_error *write_attribute(struct maker *maker)
{
	struct mdt_act act;
	struct mdt_error *err = act_of(maker, MDT_ACT_ATTRIBUTE, &act);

	// A uevent is for udev.
	if (err || mdt_slice_ends(maker->about.path, SLICE("/uevent")))
		return err;
	mdt_buf_clear(&maker->bytes);
	if (!mdt_ref_bytes(mdt_event_arg(&maker->event, 1), &maker->bytes))
		return refuse(maker, "the log does not have all that is written");
	err = keep(maker, mdt_buf_slice(&maker->bytes), &act.data);
	if (!err)
		err = keep(maker, maker->about.path, &act.path);
	return err ? err : add(maker, &act);
}

static struct mdt_error *write_disk(struct maker *maker)
{
	const struct mdt_device *device = maker->about.device;
	struct mdt_act act;
	struct mdt_error *err = act_of(maker, MDT_ACT_DISK, &act);

	if (err || act.error)
		return err;
	act.disk = device ? disk_of(maker, device->major, device->minor) : -1;
	mdt_buf_clear(&maker->bytes);
	if (act.disk < 0 || maker->about.offset == UINT64_MAX ||
	    !mdt_ref_bytes(mdt_event_arg(&maker->event, 1), &maker->bytes))
		return refuse(maker, "it is not known what is written where on a disk");
	act.offset = maker->about.offset;
	act.size = maker->bytes.len;
	err = keep(maker, mdt_buf_slice(&maker->bytes), &act.data);
	return err ? err : add(maker, &act);
}

static bool is_close(const struct maker *maker)
{
	return mdt_slice_eq(maker->event.name, SLICE("close"));
}

static struct mdt_error *do_call(struct maker *maker)
{
	const struct mdt_about *about = &maker->about;
	bool of_array = about->kind == MDT_ABOUT_ARRAY && about->array &&
			about->array->source != MDT_DEV_UNKNOWN;

	if (of_array && about->verb == MDT_ABOUT_OPEN && !about->is_place_only)
		return open_array(maker);
	if (of_array && about->verb == MDT_ABOUT_IOCTL)
		return do_ioctl(maker);
	if (about->file && is_close(maker))
		return close_array(maker);
	if (about->verb != MDT_ABOUT_WRITE)
		return NULL;
	if (about->kind == MDT_ABOUT_ATTRIBUTE)
		return write_attribute(maker);
	return about->kind == MDT_ABOUT_DISK ? write_disk(maker) : NULL;
}

static struct mdt_error *take_call(struct maker *maker)
{
	struct mdt_error *err =
		mdt_parse_line(maker->step->text, &maker->nodes, &maker->event);
	size_t before = maker->out->files;

	if (err)
		return err;
	mdt_about_find(&maker->trace, mdt_ioctl_builtin(), &maker->event, &maker->about);
	err = do_call(maker);
	if (!err)
		err = mdt_trace_follow(&maker->trace, &maker->event);
	if (!err && maker->out->files > before && mdt_event_succeeded(&maker->event))
		err = name_file(maker);
	return err;
}

static struct mdt_error *take_step(struct maker *maker)
{
	const struct mdt_act settle = { .kind = MDT_ACT_SETTLE, .disk = -1 };

	if (maker->step->kind == MDT_STEP_CALL)
		return take_call(maker);
	return maker->step->kind == MDT_STEP_SETTLE ? add(maker, &settle) : NULL;
}

/* ---- all of it ---- */

static struct mdt_error *take_section(struct maker *maker,
				      const struct mdt_plan_section *section)
{
	struct mdt_error *err = NULL;

	maker->section = section;
	for (size_t i = 0; !err && i < section->step_count; i++) {
		maker->step = &section->steps[i];
		err = take_step(maker);
	}
	return err;
}

static struct mdt_error *describe(struct maker *maker)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf names = { 0 };
	const struct mdt_plan *plan = maker->plan;
	struct mdt_export *out = maker->out;
	struct mdt_error *err = keep(maker, plan->recorded, &out->kernel);

	for (size_t i = 0; i < plan->section_count; i++) {
		if (plan->sections[i].is_prologue)
			continue;
		mdt_buf_adds(&names, names.len ? ", " : "");
		mdt_buf_add(&names, mdt_slice_base_name(plan->sections[i].name));
	}
	out->modules = mdt_arena_alloc(&out->arena,
				       (plan->module_count + 1) * sizeof(*out->modules),
				       _Alignof(struct mdt_slice));
	out->disks =
		mdt_arena_alloc(&out->arena, (plan->disk_count + 1) * sizeof(*out->disks),
				_Alignof(struct mdt_export_disk));
	if (names.failed || !out->modules || !out->disks)
		return &mdt_enomem;
	if (!err)
		err = keep(maker, mdt_buf_slice(&names), &out->from);
	for (size_t i = 0; !err && i < plan->module_count; i++)
		err = keep(maker, plan->modules[i], &out->modules[out->module_count++]);
	for (size_t i = 0; !err && i < plan->disk_count; i++) {
		out->disks[i].size = plan->disks[i].size;
		err = keep(maker, plan->disks[i].path, &out->disks[i].path);
		out->disk_count++;
	}
	return err;
}

static struct mdt_error *make(struct maker *maker)
{
	struct mdt_export *out = maker->out;
	struct mdt_error *err = describe(maker);

	for (size_t i = 0; !err && i < maker->plan->section_count; i++) {
		// Descriptors are each log's own.
		mdt_trace_deinit(&maker->trace);
		mdt_trace_init(&maker->trace);
		mdt_map_deinit(&maker->files);
		maker->files = (struct mdt_map){ 0 };
		err = take_section(maker, &maker->plan->sections[i]);
	}
	while (!err && out->count && out->acts[out->count - 1].kind == MDT_ACT_SETTLE)
		out->count--;
	if (!err && !out->count)
		err = mdt_error_create(MDT_ERR_INVALID,
				       "%.*s: nothing of md in it that can be exported",
				       SLICE_FMT(out->from));
	return err;
}

struct mdt_error *mdt_export_make(const struct mdt_plan *plan, struct mdt_export *ret)
{
	struct maker maker = { .plan = plan, .out = ret };
	struct mdt_error *err;

	*ret = (struct mdt_export){ 0 };
	mdt_trace_init(&maker.trace);
	err = make(&maker);
	mdt_trace_deinit(&maker.trace);
	mdt_map_deinit(&maker.files);
	mdt_nodes_deinit(&maker.nodes);
	mdt_buf_deinit(&maker.bytes);
	return err;
}

void mdt_export_deinit(struct mdt_export *export)
{
	free(export->acts);
	free(export->arrays);
	mdt_arena_deinit(&export->arena);
	*export = (struct mdt_export){ 0 };
}
