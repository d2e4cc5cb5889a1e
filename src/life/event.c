// SPDX-License-Identifier: MIT
/* From the events of a log to the calls of the model: results, opens, superblocks, and
 * which event goes where. */
#include <errno.h>
#include <stdlib.h>

#include "model/super.h"
#include "plan/plan.h"
#include "life/parts.h"

struct mdt_life_held {
	struct mdt_file *file;
	struct mdt_life_array *array;
	bool exclusive;
	uint64_t number; // in the order of the log
	struct mdt_life_held *next, **link;
};

/* ---- start and end ---- */

struct mdt_error *
mdt_life_init(struct mdt_life *states, const struct mdt_ioctl_table *table,
	      const enum mdt_kernel *kernel,
	      void (*call)(void *data, const struct mdt_life_call *call), void *data)
{
	*states = (struct mdt_life){ .call = call,
				     .data = data,
				     .file = "",
				     .topics = MDT_TOPIC_MD | MDT_TOPIC_BLOCK };
	mdt_annotator_init(&states->annotator, table);
	mdt_model_options_init(&states->options, kernel ? *kernel : MDT_KERNEL_6_1);
	states->options.raid1_missing = MDT_UNSURE;
	states->kernel.match.kernel = states->options.kernel;
	if (kernel)
		states->kernel.witness = MDT_KERNEL_GIVEN;
	states->step = malloc(sizeof(*states->step));
	states->next = calloc(MDT_LIFE_MAX, sizeof(*states->next));
	return states->step && states->next ? NULL : &mdt_enomem;
}

static void held_destroy(struct mdt_life *states, struct mdt_life_held *held)
{
	*held->link = held->next;
	if (held->next)
		held->next->link = held->link;
	else
		states->held_end = held->link;
	mdt_trace_let_go(held->file);
	free(held);
}

static void let_go_all(struct mdt_life *states)
{
	states->released.released = NULL;
	while (states->held)
		held_destroy(states, states->held);
}

void mdt_life_deinit(struct mdt_life *states)
{
	let_go_all(states);
	free(states->held);
	free(states->step);
	free(states->next);
	mdt_flights_deinit(&states->flights);
	mdt_annotator_deinit(&states->annotator);
	mdt_map_deinit(&states->arrays);
	mdt_map_deinit(&states->steps);
	mdt_nodes_deinit(&states->nodes);
	mdt_arena_deinit(&states->arena);
	mdt_buf_deinit(&states->mdstat);
	mdt_buf_deinit(&states->text);
	mdt_buf_deinit(&states->result);
	mdt_buf_deinit(&states->predicted);
	mdt_buf_deinit(&states->before);
	mdt_buf_deinit(&states->after);
	mdt_buf_deinit(&states->other);
	mdt_buf_deinit(&states->bytes);
	mdt_buf_deinit(&states->note);
	mdt_buf_deinit(&states->cause);
}

/* ---- what is open ---- */

static void hold(struct mdt_life *states, const struct mdt_event *event,
		 struct mdt_life_array *array, bool exclusive)
{
	struct mdt_file *file =
		mdt_trace_hold(&states->annotator.trace, event, event->result.value);
	struct mdt_life_held *held;

	if (!file)
		return;
	held = malloc(sizeof(*held));
	if (!held) {
		mdt_trace_let_go(file);
		states->failed_memory = true;
		return;
	}
	if (!states->held)
		states->held_end = &states->held;
	*held = (struct mdt_life_held){ .file = file,
					.array = array,
					.exclusive = exclusive,
					.number = states->held_count++,
					.link = states->held_end };
	*states->held_end = held;
	states->held_end = &held->next;
	file->watch = &states->released;
	file->watcher_data = held;
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

static int by_number(const void *a, const void *b)
{
	const struct mdt_life_held *const *x = a, *const *y = b;

	return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

// Take all that was released off its list. NULL: out of memory.
static struct mdt_life_held **take_released(struct mdt_life *states, size_t *ret)
{
	struct mdt_life_held **all;
	size_t count = 0;

	for (struct mdt_file *it = states->released.released; it; it = it->next_released)
		count++;
	all = malloc(count * sizeof(struct mdt_life_held *));
	*ret = all ? count : 0;
	for (size_t i = 0; i < *ret; i++) {
		struct mdt_file *file = states->released.released;

		all[i] = file->watcher_data;
		states->released.released = file->next_released;
		file->is_released = false;
	}
	return all;
}

// Descriptors go in many ways: close, exit, execve, dup2. What nobody else holds is
// closed.
static void sweep(struct mdt_life *states, unsigned long line)
{
	size_t count;
	struct mdt_life_held **all = take_released(states, &count);

	if (!all)
		states->failed_memory = true;
	else
		qsort(all, count, sizeof(struct mdt_life_held *), by_number);
	for (size_t i = 0; i < count; i++) {
		tell_close(states, all[i], line);
		held_destroy(states, all[i]);
	}
	free(all);
}

static void sweep_all(struct mdt_life *states)
{
	for (const struct mdt_life_held *it = states->held; it; it = it->next)
		tell_close(states, it, 0);
	let_go_all(states);
}

void mdt_life_begin_log(struct mdt_life *states, const char *file, bool same_run)
{
	if (!same_run) {
		if (mdt_life_end(states))
			states->failed_memory = true;
		sweep_all(states);
		mdt_annotator_reset(&states->annotator);
		mdt_life_wait(states);
	}
	if (!same_run)
		mdt_buf_clear(&states->mdstat);
	states->file = file;
	mdt_life_begin_section(states);
}

/* ---- open ---- */

// Other failures are those of the path.
static bool reaches_md(const struct mdt_event *event)
{
	int result = mdt_life_result_of(event);

	return !event->result.error.len || result == EBUSY || result == ENODEV ||
	       result == ENXIO || result == EINTR;
}

static void on_open(struct mdt_life *states, const struct mdt_event *event,
		    const struct mdt_about *about)
{
	struct mdt_model_call call = { .op = MDT_OP_OPEN,
				       .exclusive = about->is_exclusive };
	struct mdt_life_array *array;

	if (about->is_md_path && mdt_event_succeeded(event))
		mdt_life_kernel_by_open(states, &about->md);
	if (about->kind != MDT_ABOUT_ARRAY || !about->array || about->is_place_only ||
	    !reaches_md(event))
		return;
	array = mdt_life_array_of(states, about->array);
	mdt_buf_clear(&states->text);
	mdt_buf_adds(&states->text, call.exclusive ? "open O_EXCL" : "open");
	mdt_life_apply_event(states, array, &call, NULL, event, "descriptor ");
	if (array && mdt_event_succeeded(event))
		hold(states, event, array, call.exclusive);
}

/* ---- superblocks ---- */

// A superblock of which the log shows the beginning only, as a plan completes it.
static void presume_super(struct mdt_life *states, const struct mdt_event *event,
			  const struct mdt_super *super, struct mdt_model_disk *disk)
{
	struct mdt_super whole;

	if (!super->missing || !mdt_life_plan_bytes(states, event, 1))
		return;
	whole = mdt_super_from(mdt_buf_slice(&states->bytes), super->offset);
	mdt_model_super_from(&whole, disk->size, &disk->super);
}

static void on_superblock(struct mdt_life *states, const struct mdt_event *event,
			  const struct mdt_about *about,
			  const struct mdt_annotation *annotation)
{
	const struct mdt_device *device = about->device;
	struct mdt_model_disk *disk, *presumed;
	struct mdt_model_super super;

	if (about->kind != MDT_ABOUT_DISK || annotation->super.kind == MDT_SUPER_BITMAP)
		return;
	mdt_life_learn_size(states, device->major, device->minor);
	disk = mdt_model_disk_get(&states->disks, device->major, device->minor);
	presumed =
		mdt_model_disk_get(&states->presumed_disks, device->major, device->minor);
	if (!disk || !presumed)
		return;
	mdt_model_super_from(&annotation->super, disk->size, &super);
	// What was read, and only in part, tells nothing new.
	if (super.kind == MDT_MODEL_SUPER_UNKNOWN && about->verb != MDT_ABOUT_WRITE)
		return;
	disk->super = presumed->super = super;
	disk->written++;
	presumed->written++;
	presume_super(states, event, &annotation->super, presumed);
}

/* ---- events ---- */

static void on_transfer(struct mdt_life *states, const struct mdt_event *event,
			const struct mdt_about *about,
			const struct mdt_annotation *annotation)
{
	struct mdt_ref data = mdt_event_arg(event, 1);
	struct mdt_slice bytes;

	if (annotation->super.kind != MDT_SUPER_NONE) {
		if (mdt_event_succeeded(event))
			on_superblock(states, event, about, annotation);
		return;
	}
	if (about->kind != MDT_ABOUT_ATTRIBUTE || mdt_ref_cut(data))
		return;
	mdt_buf_clear(&states->bytes);
	if (!mdt_ref_bytes(data, &states->bytes))
		return;
	bytes = mdt_buf_slice(&states->bytes);
	if (about->verb == MDT_ABOUT_WRITE)
		mdt_life_attribute_write(states, event, about, bytes);
	else
		mdt_life_attribute_read(states, event, about, bytes);
}

static void on_call(struct mdt_life *states, const struct mdt_event *event,
		    const struct mdt_annotation *annotation)
{
	const struct mdt_about *about = mdt_annotator_about(&states->annotator);

	if (mdt_event_is_injected(event))
		return;
	if (!about)
		mdt_life_ioctl(states, event, annotation);
	else if (about->verb == MDT_ABOUT_OPEN)
		on_open(states, event, about);
	else if (about->verb == MDT_ABOUT_READ || about->verb == MDT_ABOUT_WRITE)
		on_transfer(states, event, about, annotation);
}

// uname({sysname="Linux", ..., release="6.1.0-56-cloud-amd64", ...})
static void on_uname(struct mdt_life *states, const struct mdt_event *event)
{
	struct mdt_ref release =
		mdt_ref_member(mdt_event_arg(event, 0), SLICE("release"));

	if (mdt_ref_ok(release))
		mdt_life_take_kernel(states, mdt_ref_inside(release), MDT_KERNEL_BY_UNAME,
				     NULL);
}

static bool is_ended_call(const struct mdt_event *event)
{
	return (event->kind == MDT_EVENT_CALL || event->kind == MDT_EVENT_RESUMED) &&
	       mdt_ref_ok(event->call);
}

/* ---- calls that never returned ---- */

// `= ?` has been told at its line.
static struct mdt_error *follow_flight(struct mdt_life *states,
				       const struct mdt_flight *flight)
{
	const char *file = states->file;
	const struct mdt_annotation *annotation;
	struct mdt_error *err;

	if (!flight->is_md || flight->was_said)
		return NULL;
	err = mdt_annotate(&states->annotator, &flight->event, MDT_TOPIC_MD, &annotation);
	if (err || !annotation)
		return err;
	states->began = 0;
	states->file = flight->file;
	on_call(states, &flight->event, annotation);
	states->file = file;
	return NULL;
}

// The process goes on, or ends, and its last call has no result in the log.
static struct mdt_error *follow_lost(struct mdt_life *states,
				     const struct mdt_event *event)
{
	const struct mdt_flight *flight;

	if (likely(!states->flights.live) || event->kind == MDT_EVENT_RESUMED ||
	    !(event->kind == MDT_EVENT_CALL || event->kind == MDT_EVENT_EXIT ||
	      mdt_event_is_begun(event)))
		return NULL;
	flight = mdt_flights_of(&states->flights, event->prefix.pid);
	return flight ? follow_flight(states, flight) : NULL;
}

struct mdt_error *mdt_life_end(struct mdt_life *states)
{
	const struct mdt_flight *flight;
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && (flight = mdt_flights_at(&states->flights, i)); i++)
		if (!flight->is_over)
			err = follow_flight(states, flight);
	mdt_flights_clear(&states->flights);
	return err;
}

// /proc/mdstat. Nothing is said of it by line.
static void on_mdstat(struct mdt_life *states, const struct mdt_event *event)
{
	const struct mdt_about *about = mdt_annotator_about(&states->annotator);

	if (!about || about->kind != MDT_ABOUT_MDSTAT || about->verb != MDT_ABOUT_READ)
		return;
	mdt_buf_clear(&states->bytes);
	if (mdt_ref_bytes(mdt_event_arg(event, 1), &states->bytes))
		mdt_life_mdstat(states, event, mdt_buf_slice(&states->bytes));
}

// `one of: ...`, or another cause for each kernel.
static bool leaves_open(struct mdt_slice means)
{
	return mdt_slice_find(means, SLICE("one of: ")) ||
	       mdt_slice_starts(means, SLICE("on ")) ||
	       mdt_slice_starts(means, SLICE("before "));
}

static struct mdt_error *say_cause(struct mdt_life *states, const struct mdt_event *event)
{
	const struct mdt_annotation *it = states->annotation;

	if (!it || !it->means_errno || !states->cause.len || !leaves_open(it->means))
		return NULL;
	return mdt_annotation_because(&states->annotator, event, it,
				      mdt_buf_slice(&states->cause), states->cause_source,
				      &states->annotation);
}

struct mdt_error *mdt_life_event(struct mdt_life *states, const struct mdt_event *event)
{
	const struct mdt_annotation *annotation;
	struct mdt_error *err = follow_lost(states, event);

	if (!err)
		err = mdt_annotate(&states->annotator, event, states->topics,
				   &annotation);
	if (!err)
		err = mdt_flights_follow(&states->flights, states->file, event,
					 annotation);
	if (err)
		return err;
	states->annotation = annotation;
	states->began = event->began;
	mdt_buf_clear(&states->cause);
	if (event->kind == MDT_EVENT_COMMENT)
		mdt_life_directive(states, event);
	if (is_ended_call(event) && mdt_slice_eq_short(event->name, SLICE("uname")))
		on_uname(states, event);
	if (annotation && is_ended_call(event))
		on_call(states, event, annotation);
	else if (is_ended_call(event))
		on_mdstat(states, event);
	err = say_cause(states, event);
	if (states->released.released)
		sweep(states, event->line);
	if (err)
		return err;
	return states->failed_memory || states->text.failed || states->after.failed
		       ? &mdt_enomem
		       : NULL;
}
