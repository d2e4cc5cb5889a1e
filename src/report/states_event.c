// SPDX-License-Identifier: MIT
/* From the events of a log to the calls of the model. */
#include <errno.h>
#include <stdlib.h>

#include "md/model_super.h"
#include "md/sysfs.h"
#include "replay/plan.h"
#include "report/states_parts.h"
#include "strace/reader.h"

struct mdt_life_held {
	struct mdt_file *file;
	struct mdt_life_array *array;
	bool exclusive;
};

enum { MDT_IOCTL_TYPE = 9 }; // MD_MAJOR, of all of md's ioctls

/* ---- start and end ---- */

struct mdt_error *
mdt_life_init(struct mdt_life *states, const struct mdt_ioctl_table *table,
	      const enum mdt_kernel *kernel,
	      void (*call)(void *data, const struct mdt_life_call *call), void *data)
{
	*states = (struct mdt_life){ .call = call, .data = data, .file = "" };
	mdt_annotator_init(&states->annotator, table);
	mdt_model_options_init(&states->options, kernel ? *kernel : MDT_KERNEL_6_1);
	states->options.raid1_missing = MDT_UNSURE;
	states->kernel_given = kernel != NULL;
	states->step = malloc(sizeof(*states->step));
	states->next = calloc(MDT_LIFE_MAX, sizeof(*states->next));
	return states->step && states->next ? NULL : &mdt_enomem;
}

static void let_go_all(struct mdt_life *states)
{
	for (size_t i = 0; i < states->held_count; i++)
		mdt_trace_let_go(states->held[i].file);
	states->held_count = 0;
}

void mdt_life_deinit(struct mdt_life *states)
{
	let_go_all(states);
	free(states->held);
	free(states->step);
	free(states->next);
	mdt_annotator_deinit(&states->annotator);
	mdt_map_deinit(&states->arrays);
	mdt_arena_deinit(&states->arena);
	mdt_buf_deinit(&states->text);
	mdt_buf_deinit(&states->result);
	mdt_buf_deinit(&states->predicted);
	mdt_buf_deinit(&states->before);
	mdt_buf_deinit(&states->after);
	mdt_buf_deinit(&states->other);
	mdt_buf_deinit(&states->bytes);
}

/* ---- results ---- */

static bool has_result(const struct mdt_event *event)
{
	return event->result.error.len || mdt_event_succeeded(event);
}

static int result_of(const struct mdt_event *event)
{
	int number;

	if (!event->result.error.len)
		return 0;
	if (mdt_slice_starts(event->result.error, SLICE("ERESTART")))
		return EINTR;
	number = mdt_model_errno_find(event->result.error);
	return number ? number : MDT_RESULT_UNKNOWN;
}

// `0`; `0 (descriptor 4)`; `EBUSY`
static void set_result(struct mdt_life *states, const struct mdt_event *event,
		       const char *unit)
{
	struct mdt_buf *text = &states->result;

	mdt_buf_clear(text);
	if (event->result.error.len) {
		mdt_buf_add(text, event->result.error);
		return;
	}
	mdt_buf_adds(text, mdt_event_succeeded(event) ? "0" : "?");
	if (!unit || !mdt_event_succeeded(event))
		return;
	mdt_buf_adds(text, " (");
	mdt_buf_adds(text, unit);
	mdt_buf_add(text, mdt_ref_text(event->result.value));
	mdt_buf_addc(text, ')');
}

static void apply_derived(struct mdt_life *states, struct mdt_life_array *array,
			  struct mdt_model_call *call,
			  const struct mdt_model_call *derived,
			  const struct mdt_event *event, const char *unit)
{
	int result = result_of(event);

	if (!array)
		return;
	if (result == EINTR)
		call->interrupted = MDT_UNSURE;
	if (result == EFAULT)
		call->bad_pointer = MDT_UNSURE;
	if (result == EACCES)
		call->unprivileged = MDT_UNSURE;
	set_result(states, event, unit);
	mdt_life_apply(states, array, call, derived, event->line, has_result(event),
		       result);
}

static void apply(struct mdt_life *states, struct mdt_life_array *array,
		  struct mdt_model_call *call, const struct mdt_event *event,
		  const char *unit)
{
	apply_derived(states, array, call, NULL, event, unit);
}

/* ---- which array ---- */

static struct mdt_life_array *array_of_device(struct mdt_life *states,
					      const struct mdt_device *device)
{
	mdt_buf_clear(&states->other);
	mdt_device_name(&states->other, device);
	return mdt_life_array(states, mdt_buf_slice(&states->other));
}

// A descriptor that was open before the log began.
static struct mdt_life_array *array_of_fd(struct mdt_life *states,
					  const struct mdt_event *event)
{
	mdt_buf_clear(&states->other);
	mdt_buf_adds(&states->other, "descriptor ");
	mdt_buf_add(&states->other, mdt_ref_text(mdt_event_arg(event, 0)));
	if (event->prefix.pid)
		mdt_buf_printf(&states->other, " of %u", event->prefix.pid);
	return mdt_life_array(states, mdt_buf_slice(&states->other));
}

/* ---- what is open ---- */

static void hold(struct mdt_life *states, const struct mdt_event *event,
		 struct mdt_life_array *array, bool exclusive)
{
	struct mdt_file *file =
		mdt_trace_hold(&states->annotator.trace, event, event->result.value);

	if (!file)
		return;
	if (!mdt_grow((void **)&states->held, &states->held_cap, states->held_count,
		      sizeof(*states->held))) {
		mdt_trace_let_go(file);
		states->failed_memory = true;
		return;
	}
	states->held[states->held_count++] =
		(struct mdt_life_held){ file, array, exclusive };
}

static void tell_close(struct mdt_life *states, const struct mdt_life_held *held,
		       unsigned long line)
{
	struct mdt_model_call call = { .op = MDT_OP_CLOSE, .exclusive = held->exclusive };

	mdt_buf_clear(&states->text);
	mdt_buf_adds(&states->text, held->exclusive ? "close O_EXCL" : "close");
	mdt_buf_clear(&states->result);
	mdt_buf_addc(&states->result, '0');
	mdt_life_apply(states, held->array, &call, NULL, line, true, 0);
}

// Descriptors go in many ways: close, exit, execve, dup2. What nobody else holds is
// closed.
static void sweep(struct mdt_life *states, unsigned long line, bool all)
{
	size_t kept = 0;

	for (size_t i = 0; i < states->held_count; i++) {
		struct mdt_life_held held = states->held[i];

		if (!all && held.file->refs > 1) {
			states->held[kept++] = held;
			continue;
		}
		tell_close(states, &held, line);
		mdt_trace_let_go(held.file);
	}
	states->held_count = kept;
}

void mdt_life_begin_log(struct mdt_life *states, const char *file, bool same_run)
{
	if (!same_run) {
		sweep(states, 0, true);
		mdt_annotator_reset(&states->annotator);
		mdt_life_wait(states);
	}
	states->file = file;
	states->section = NULL;
	for (size_t i = 0; states->plan && i < states->plan->section_count; i++) {
		const struct mdt_plan_section *section = &states->plan->sections[i];

		if (!section->is_prologue && mdt_slice_eq_cstr(section->name, file))
			states->section = section;
	}
}

/* ---- open ---- */

// Other failures are those of the path.
static bool reaches_md(const struct mdt_event *event)
{
	int result = result_of(event);

	return !event->result.error.len || result == EBUSY || result == ENODEV ||
	       result == ENXIO || result == EINTR;
}

static void on_open(struct mdt_life *states, const struct mdt_event *event,
		    const struct mdt_annotation *annotation)
{
	struct mdt_ref flags = mdt_event_arg(
		event, mdt_slice_starts(event->name, SLICE("openat")) ? 2 : 1);
	struct mdt_model_call call = {
		.op = MDT_OP_OPEN,
		.exclusive = mdt_flags_have(flags, SLICE("O_EXCL"), 0200),
	};
	struct mdt_life_array *array;

	if (!mdt_device_is_md(annotation->device) || !reaches_md(event) ||
	    mdt_flags_have(flags, SLICE("O_PATH"), 010000000))
		return;
	array = array_of_device(states, annotation->device);
	mdt_buf_clear(&states->text);
	mdt_buf_adds(&states->text, call.exclusive ? "open O_EXCL" : "open");
	apply(states, array, &call, event, "descriptor ");
	if (array && mdt_event_succeeded(event))
		hold(states, event, array, call.exclusive);
}

/* ---- ioctls ---- */

static bool field(const struct mdt_annotation *annotation, struct mdt_slice name,
		  int32_t *ret)
{
	uint64_t value;

	if (!annotation->has_in || !mdt_value_get(&annotation->in, name, &value))
		return false;
	*ret = (int32_t)value;
	return true;
}

static int32_t field_or_unknown(const struct mdt_annotation *annotation,
				struct mdt_slice name)
{
	int32_t value = MDT_MODEL_UNKNOWN;

	field(annotation, name, &value);
	return value;
}

static void read_info(const struct mdt_annotation *annotation, struct mdt_model_info *ret)
{
	*ret = (struct mdt_model_info){
		.major_version = field_or_unknown(annotation, SLICE("major_version")),
		.minor_version = field_or_unknown(annotation, SLICE("minor_version")),
		.level = field_or_unknown(annotation, SLICE("level")),
		.size = field_or_unknown(annotation, SLICE("size")),
		.raid_disks = field_or_unknown(annotation, SLICE("raid_disks")),
		.not_persistent = field_or_unknown(annotation, SLICE("not_persistent")),
		.state = field_or_unknown(annotation, SLICE("state")),
		.layout = field_or_unknown(annotation, SLICE("layout")),
		.chunk_size = field_or_unknown(annotation, SLICE("chunk_size")),
		.same_ctime = MDT_UNSURE,
	};
}

static bool is_null(struct mdt_ref ref)
{
	uint64_t value;

	return mdt_slice_eq(mdt_ref_text(ref), SLICE("NULL")) ||
	       (mdt_ref_u64(ref, &value) && !value);
}

static void read_array_info(const struct mdt_event *event,
			    const struct mdt_annotation *annotation,
			    struct mdt_model_call *call, struct mdt_buf *text)
{
	if (annotation->has_in) {
		call->has_info = true;
		read_info(annotation, &call->info);
	} else if (is_null(mdt_event_arg(event, 2))) {
		call->has_info = true; // as a struct of zeros
		call->info.same_ctime = MDT_UNSURE;
	}
	if (!call->has_info || call->info.raid_disks == MDT_MODEL_UNKNOWN)
		return;
	if (call->info.raid_disks == 0)
		mdt_buf_printf(text, " version %d.%d", call->info.major_version,
			       call->info.minor_version);
	else
		mdt_buf_printf(text, " level %d, %d disks", call->info.level,
			       call->info.raid_disks);
}

static void name_device(struct mdt_life *states, const struct mdt_model_call *call)
{
	const struct mdt_device *device =
		mdt_trace_device(&states->annotator.trace, call->major, call->minor);

	mdt_buf_addc(&states->text, ' ');
	if (device)
		mdt_device_name(&states->text, device);
	else
		mdt_buf_printf(&states->text, "%u:%u", call->major, call->minor);
}

// What the log has told of the device's size.
static void learn_size(struct mdt_life *states, uint32_t major, uint32_t minor)
{
	const struct mdt_device *device =
		mdt_trace_device(&states->annotator.trace, major, minor);
	struct mdt_model_disk *disk = mdt_model_disk_get(&states->disks, major, minor),
			      *presumed = mdt_model_disk_get(&states->presumed_disks,
							     major, minor);

	if (device && device->size && disk)
		disk->size = (int64_t)(device->size / 512);
	if (disk && presumed && disk->size != MDT_MODEL_UNKNOWN)
		presumed->size = disk->size;
}

static void read_disk_info(struct mdt_life *states,
			   const struct mdt_annotation *annotation,
			   struct mdt_model_call *call)
{
	int32_t major, minor, state;

	if (!field(annotation, SLICE("major"), &major) ||
	    !field(annotation, SLICE("minor"), &minor) ||
	    !field(annotation, SLICE("number"), &call->number) ||
	    !field(annotation, SLICE("raid_disk"), &call->raid_disk) ||
	    !field(annotation, SLICE("state"), &state))
		return;
	call->has_disk_info = call->has_device = true;
	call->major = (uint32_t)major;
	call->minor = (uint32_t)minor;
	call->disk_state = (uint32_t)state;
	learn_size(states, call->major, call->minor);
	name_device(states, call);
	if (call->disk_state & 1 << 0)
		mdt_buf_adds(&states->text, " as faulty");
	else if (call->disk_state & 1 << 2)
		mdt_buf_printf(&states->text, " slot %d in sync", call->raid_disk);
}

static void read_dev(struct mdt_life *states, const struct mdt_event *event,
		     struct mdt_model_call *call)
{
	struct mdt_ref ref = mdt_event_arg(event, 2);
	uint64_t value;

	if (mdt_ref_u64(ref, &value)) {
		call->major = mdt_dev_major(value);
		call->minor = mdt_dev_minor(value);
	} else if (!mdt_devnum_read(ref, &call->major, &call->minor)) {
		return;
	}
	call->has_device = true;
	learn_size(states, call->major, call->minor);
	name_device(states, call);
}

static void read_bitmap_fd(const struct mdt_event *event, struct mdt_model_call *call)
{
	uint64_t value;

	if (mdt_ref_u64(mdt_event_arg(event, 2), &value) && (int32_t)value < 0)
		call->fd = MDT_BITMAP_FD_NONE;
}

static void read_argument(struct mdt_life *states, const struct mdt_event *event,
			  const struct mdt_annotation *annotation,
			  struct mdt_model_call *call)
{
	switch (call->op) {
	case MDT_OP_SET_ARRAY_INFO:
		read_array_info(event, annotation, call, &states->text);
		break;
	case MDT_OP_ADD_NEW_DISK:
		read_disk_info(states, annotation, call);
		break;
	case MDT_OP_HOT_ADD_DISK:
	case MDT_OP_HOT_REMOVE_DISK:
	case MDT_OP_SET_DISK_FAULTY:
		read_dev(states, event, call);
		break;
	case MDT_OP_SET_BITMAP_FILE:
		read_bitmap_fd(event, call);
		break;
	default:
		break;
	}
}

// What GET_ARRAY_INFO has answered.
static bool agree(int32_t *fact, int32_t seen)
{
	bool agrees = mdt_model_equal(*fact, seen) != MDT_NO;

	*fact = seen;
	return agrees;
}

static bool see_info(struct mdt_model_state *state, const void *seen)
{
	const struct mdt_model_info *info = seen;
	enum mdt_tri persistent = mdt_tri_of(!info->not_persistent);
	bool agrees = agree(&state->raid_disks, info->raid_disks);

	agrees &= agree(&state->level, info->level);
	agrees &= agree(&state->major_version, info->major_version);
	agrees &= agree(&state->minor_version, info->minor_version);
	agrees &= mdt_tri_and(state->persistent, mdt_tri_not(persistent)) != MDT_YES;
	state->persistent = persistent;
	return agrees;
}

static void see_answer(struct mdt_life *states, struct mdt_life_array *array,
		       const struct mdt_event *event,
		       const struct mdt_annotation *annotation)
{
	struct mdt_annotation answer = *annotation;
	struct mdt_model_info info;

	if (annotation->has_out)
		answer.in = annotation->out;
	answer.has_in = annotation->has_in || annotation->has_out;
	read_info(&answer, &info);
	if (!answer.has_in || info.raid_disks == MDT_MODEL_UNKNOWN)
		return;
	mdt_buf_clear(&states->text);
	mdt_buf_adds(&states->text, "the answer of GET_ARRAY_INFO");
	mdt_buf_clear(&states->result);
	mdt_buf_printf(&states->result, "level %d, %d disks", info.level,
		       info.raid_disks);
	mdt_life_see(states, array, see_info, &info, event->line);
}

// An ioctl of md's own, or one with its type byte.
static bool is_mds(const struct mdt_event *event, const struct mdt_annotation *annotation,
		   struct mdt_model_call *call)
{
	uint64_t number;

	if (mdt_md_op_find(annotation->name, &call->op))
		return call->op > MDT_OP_OTHER_IOCTL && call->op < MDT_OP_ARRAY_STATE;
	call->op = MDT_OP_OTHER_IOCTL;
	if (annotation->ioctl)
		return strcmp(annotation->ioctl->pack, "md") == 0;
	return mdt_ref_u64(mdt_event_arg(event, 1), &number) &&
	       (number >> 8 & 0xff) == MDT_IOCTL_TYPE;
}

static struct mdt_life_array *array_of_ioctl(struct mdt_life *states,
					     const struct mdt_event *event,
					     const struct mdt_annotation *annotation)
{
	if (mdt_device_is_md(annotation->device))
		return array_of_device(states, annotation->device);
	// mdadm asks other devices, too, whether they are arrays.
	if (annotation->device || annotation->file || event->result.error.len)
		return NULL;
	return array_of_fd(states, event);
}

/* ---- what a plan says of arguments that the log does not have ---- */

static const struct mdt_plan_step *step_at(const struct mdt_plan_section *section,
					   unsigned long line)
{
	for (size_t i = 0; section && i < section->step_count; i++)
		if (section->steps[i].line == line &&
		    section->steps[i].kind == MDT_STEP_CALL)
			return &section->steps[i];
	return NULL;
}

// An argument of a step's line, as bytes.
static bool step_argument(const struct mdt_plan_step *step, size_t index,
			  struct mdt_buf *ret)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = mdt_reader_create_memory("plan", step->text, &reader);
	struct mdt_event event;
	bool got = false;

	if (!err)
		err = mdt_reader_next(reader, &event, &got);
	mdt_buf_clear(ret);
	got = !err && got && mdt_ref_ok(event.call) &&
	      mdt_ref_bytes(mdt_event_arg(&event, index), ret);
	mdt_error_destroy(err);
	return got;
}

static bool derive(struct mdt_life *states, const struct mdt_event *event,
		   const struct mdt_annotation *annotation, struct mdt_model_call *call)
{
	const struct mdt_plan_step *step =
		step_at(states->section, event->began ? event->began : event->line);
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_annotation derived = *annotation;
	struct mdt_error *err;

	if (!step || !annotation->ioctl || !mdt_ioctl_has_payload(annotation->ioctl) ||
	    annotation->ioctl->arg == MDT_ARG_OUT ||
	    !step_argument(step, 2, &states->bytes))
		return false;
	err = mdt_value_decode(annotation->ioctl->type, annotation->ioctl->meaning,
			       mdt_buf_slice(&states->bytes), &arena, &derived.in);
	derived.has_in = !err;
	mdt_error_destroy(err);
	if (derived.has_in)
		read_argument(states, event, &derived, call);
	return derived.has_in;
}

static void on_ioctl(struct mdt_life *states, const struct mdt_event *event,
		     const struct mdt_annotation *annotation)
{
	struct mdt_model_call call = { .op = MDT_OP_OTHER_IOCTL }, derived;
	struct mdt_life_array *array;

	if (!is_mds(event, annotation, &call))
		return;
	array = array_of_ioctl(states, event, annotation);
	if (!array)
		return;
	mdt_buf_clear(&states->text);
	mdt_buf_add(&states->text, annotation->name);
	read_argument(states, event, annotation, &call);
	derived = call;
	if (!annotation->has_in && derive(states, event, annotation, &derived))
		apply_derived(states, array, &call, &derived, event, NULL);
	else
		apply(states, array, &call, event, NULL);
	if (call.op == MDT_OP_GET_ARRAY_INFO && mdt_event_succeeded(event))
		see_answer(states, array, event, annotation);
}

/* ---- attributes ---- */

static enum mdt_md_op op_of_attribute(const struct mdt_md_path *path)
{
	if (path->kind == MDT_PATH_MEMBER_ATTR &&
	    mdt_slice_eq(path->attr, SLICE("state")))
		return MDT_OP_MEMBER_STATE;
	if (path->kind != MDT_PATH_ARRAY_ATTR)
		return MDT_OPS;
	if (mdt_slice_eq(path->attr, SLICE("array_state")))
		return MDT_OP_ARRAY_STATE;
	return mdt_slice_eq(path->attr, SLICE("sync_action")) ? MDT_OP_SYNC_ACTION
							      : MDT_OPS;
}

static void add_word(struct mdt_buf *text, struct mdt_slice word)
{
	while (word.len && word.str[word.len - 1] == '\n')
		word.len--;
	mdt_buf_addc(text, ' ');
	mdt_buf_add(text, word);
}

// dev-loop1: by its node's name.
static void read_member(struct mdt_life *states, struct mdt_slice name,
			struct mdt_model_call *call)
{
	const struct mdt_device *device;

	mdt_buf_clear(&states->other);
	mdt_buf_adds(&states->other, "/dev/");
	mdt_buf_add(&states->other, name);
	device = mdt_trace_node(&states->annotator.trace, mdt_buf_slice(&states->other));
	if (!device || device->source == MDT_DEV_UNKNOWN)
		return;
	call->has_device = true;
	call->major = device->major;
	call->minor = device->minor;
}

static void on_attribute_write(struct mdt_life *states, const struct mdt_event *event,
			       const struct mdt_md_path *path, struct mdt_slice bytes)
{
	struct mdt_model_call call = { .op = op_of_attribute(path) };
	struct mdt_life_array *array;

	if (call.op == MDT_OPS)
		return;
	call.word = mdt_model_word_find(call.op, bytes);
	mdt_buf_clear(&states->text);
	mdt_buf_adds(&states->text, mdt_md_op_name(call.op));
	add_word(&states->text, bytes);
	if (path->member.len) {
		read_member(states, path->member, &call);
		mdt_buf_adds(&states->text, " of ");
		mdt_buf_add(&states->text, path->member);
	}
	array = mdt_life_array(states, path->array);
	apply(states, array, &call, event, "bytes ");
}

static void on_new_array(struct mdt_life *states, const struct mdt_event *event,
			 struct mdt_slice bytes)
{
	struct mdt_model_call call = { .op = MDT_OP_NEW_ARRAY };

	call.word = mdt_model_word_find(call.op, bytes);
	while (bytes.len && bytes.str[bytes.len - 1] == '\n')
		bytes.len--;
	mdt_buf_clear(&states->text);
	mdt_buf_adds(&states->text, "write new_array");
	add_word(&states->text, bytes);
	apply(states, mdt_life_array(states, bytes), &call, event, "bytes ");
}

static bool is_no(struct mdt_slice word)
{
	return word.len &&
	       (word.str[0] == 'N' || word.str[0] == 'n' || word.str[0] == '0');
}

static void on_parameter_write(struct mdt_life *states, const struct mdt_event *event,
			       const struct mdt_md_path *path, struct mdt_slice bytes)
{
	if (mdt_slice_eq(path->attr, SLICE("new_array")))
		on_new_array(states, event, bytes);
	if (!mdt_event_succeeded(event))
		return;
	if (mdt_slice_eq(path->attr, SLICE("legacy_async_del_gendisk")))
		states->options.sync_delete = mdt_tri_of(is_no(bytes));
	if (mdt_slice_eq(path->attr, SLICE("start_ro")))
		states->options.start_ro = mdt_tri_of(!is_no(bytes));
}

struct seen {
	struct mdt_slice attr, text;
};

static bool see_attribute(struct mdt_model_state *state, const void *data)
{
	const struct seen *seen = data;

	return mdt_model_see(state, seen->attr, seen->text);
}

// start_ro is 1 where this is read without anything that explains it.
static void note_start_ro(struct mdt_life *states, const struct mdt_life_array *array,
			  struct mdt_slice text)
{
	const struct mdt_life_set *now = mdt_life_now(array);

	if (!mdt_slice_starts(text, SLICE("read-auto")))
		return;
	for (unsigned int i = 0; i < now->count; i++)
		if (now->states[i].running == MDT_YES &&
		    now->states[i].mode == MDT_MODE_RW)
			states->options.start_ro = MDT_YES;
}

static void start_auto(struct mdt_life_set *set)
{
	for (unsigned int i = 0; i < set->count; i++)
		set->states[i].mode = MDT_MODE_AUTO;
}

static void on_attribute_read(struct mdt_life *states, const struct mdt_event *event,
			      const struct mdt_md_path *path, struct mdt_slice bytes)
{
	struct seen seen = { path->attr, bytes };
	struct mdt_life_array *array;
	enum mdt_tri start_ro = states->options.start_ro;

	if (path->kind != MDT_PATH_ARRAY_ATTR || !mdt_event_succeeded(event) ||
	    !bytes.len || !mdt_model_sees(path->attr))
		return;
	array = mdt_life_array(states, path->array);
	if (!array)
		return;
	if (start_ro != MDT_YES)
		note_start_ro(states, array, bytes);
	if (start_ro != states->options.start_ro) {
		start_auto(&array->sure);
		start_auto(&array->presumed);
	}
	mdt_buf_clear(&states->text);
	mdt_buf_adds(&states->text, "read ");
	mdt_buf_add(&states->text, path->attr);
	mdt_buf_clear(&states->result);
	while (bytes.len && bytes.str[bytes.len - 1] == '\n')
		bytes.len--;
	mdt_buf_add(&states->result, bytes);
	mdt_life_see(states, array, see_attribute, &seen, event->line);
}

/* ---- superblocks ---- */

// A superblock of which the log shows the beginning only, as a plan completes it.
static void presume_super(struct mdt_life *states, const struct mdt_event *event,
			  const struct mdt_super *super, struct mdt_model_disk *disk)
{
	const struct mdt_plan_step *step =
		super->missing ? step_at(states->section,
					 event->began ? event->began : event->line)
			       : NULL;
	struct mdt_super whole;

	if (!step || !step_argument(step, 1, &states->bytes))
		return;
	whole = mdt_super_from(mdt_buf_slice(&states->bytes), super->offset);
	mdt_model_super_from(&whole, disk->size, &disk->super);
}

static void on_superblock(struct mdt_life *states, const struct mdt_event *event,
			  const struct mdt_annotation *annotation)
{
	const struct mdt_device *device = annotation->file->device;
	struct mdt_model_disk *disk, *presumed;
	struct mdt_model_super super;

	if (!device || device->source == MDT_DEV_UNKNOWN || mdt_device_is_md(device) ||
	    annotation->super.kind == MDT_SUPER_BITMAP)
		return;
	learn_size(states, device->major, device->minor);
	disk = mdt_model_disk_get(&states->disks, device->major, device->minor);
	presumed =
		mdt_model_disk_get(&states->presumed_disks, device->major, device->minor);
	if (!disk || !presumed)
		return;
	mdt_model_super_from(&annotation->super, disk->size, &super);
	// What was read, and only in part, tells nothing new.
	if (super.kind == MDT_MODEL_SUPER_UNKNOWN &&
	    !mdt_slice_eq(annotation->name, SLICE("write")))
		return;
	disk->super = presumed->super = super;
	disk->written++;
	presumed->written++;
	presume_super(states, event, &annotation->super, presumed);
}

/* ---- events ---- */

static void on_transfer(struct mdt_life *states, const struct mdt_event *event,
			const struct mdt_annotation *annotation)
{
	bool writes = mdt_slice_eq(annotation->name, SLICE("write"));
	struct mdt_ref data = mdt_event_arg(event, 1);
	struct mdt_md_path path;
	struct mdt_slice bytes;

	if (annotation->super.kind != MDT_SUPER_NONE) {
		if (mdt_event_succeeded(event))
			on_superblock(states, event, annotation);
		return;
	}
	if (!mdt_md_path_parse(annotation->file->path, &path) || mdt_ref_cut(data))
		return;
	mdt_buf_clear(&states->bytes);
	if (!mdt_ref_bytes(data, &states->bytes))
		return;
	bytes = mdt_buf_slice(&states->bytes);
	if (!writes)
		on_attribute_read(states, event, &path, bytes);
	else if (path.kind == MDT_PATH_PARAMETER)
		on_parameter_write(states, event, &path, bytes);
	else
		on_attribute_write(states, event, &path, bytes);
}

static void on_call(struct mdt_life *states, const struct mdt_event *event,
		    const struct mdt_annotation *annotation)
{
	if (mdt_event_is_injected(event))
		return;
	if (mdt_slice_eq(event->name, SLICE("ioctl")))
		on_ioctl(states, event, annotation);
	else if (mdt_slice_eq(annotation->name, SLICE("open")))
		on_open(states, event, annotation);
	else if (annotation->file)
		on_transfer(states, event, annotation);
}

// uname({sysname="Linux", ..., release="6.1.0-56-cloud-amd64", ...})
static void on_uname(struct mdt_life *states, const struct mdt_event *event)
{
	struct mdt_ref release =
		mdt_ref_member(mdt_event_arg(event, 0), SLICE("release"));

	if (!states->kernel_given && mdt_ref_ok(release))
		mdt_kernel_find(mdt_ref_inside(release), &states->options.kernel);
}

static bool is_ended_call(const struct mdt_event *event)
{
	return (event->kind == MDT_EVENT_CALL || event->kind == MDT_EVENT_RESUMED) &&
	       mdt_ref_ok(event->call);
}

struct mdt_error *mdt_life_event(struct mdt_life *states, const struct mdt_event *event)
{
	const struct mdt_annotation *annotation;
	struct mdt_error *err = mdt_annotate(&states->annotator, event,
					     MDT_TOPIC_MD | MDT_TOPIC_BLOCK, &annotation);

	if (err)
		return err;
	states->began = event->began;
	if (event->kind == MDT_EVENT_COMMENT)
		mdt_life_directive(states, event);
	if (is_ended_call(event) && mdt_slice_eq_short(event->name, SLICE("uname")))
		on_uname(states, event);
	if (annotation && is_ended_call(event))
		on_call(states, event, annotation);
	if (states->held_count)
		sweep(states, event->line, false);
	return states->failed_memory || states->text.failed || states->after.failed
		       ? &mdt_enomem
		       : NULL;
}

/* ---- how the log begins, as a plan has it ---- */

static struct mdt_error *follow_step(struct mdt_life *states,
				     const struct mdt_plan_step *step)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = mdt_reader_create_memory("plan", step->text, &reader);
	struct mdt_event event;
	bool got = false;

	if (!err)
		err = mdt_reader_next(reader, &event, &got);
	return err || !got ? err : mdt_life_event(states, &event);
}

// What is presumed stays; what the log itself tells begins with nothing.
static void forget_sure(struct mdt_life *states)
{
	mdt_map_for_each(it, &states->arrays)
	{
		struct mdt_life_array *array = it->value;

		array->sure = (struct mdt_life_set){ .count = 1 };
		mdt_model_state_unknown(&array->sure.states[0]);
	}
}

struct mdt_error *mdt_life_presume(struct mdt_life *states, const struct mdt_plan *plan)
{
	const struct mdt_plan_section *first =
		plan->section_count ? plan->sections : NULL;
	void (*call)(void *data, const struct mdt_life_call *call) = states->call;
	struct mdt_error *err = NULL;

	states->plan = plan;
	if (!first || !first->is_prologue)
		return NULL;
	states->call = NULL;
	for (size_t i = 0; !err && i < first->step_count; i++) {
		if (first->steps[i].kind == MDT_STEP_SETTLE)
			mdt_life_wait(states);
		else
			err = follow_step(states, &first->steps[i]);
	}
	mdt_life_begin_log(states, "", false);
	forget_sure(states);
	states->call = call;
	return err;
}
