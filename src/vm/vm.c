// SPDX-License-Identifier: MIT
#include "vm/vm.h"

#include <limits.h>
#include <stdlib.h>

#include "vm/start.h"

enum {
	JOB_SECONDS = 60,
	LINES_MAX = 256 << 20,
};

struct mdt_vm {
	struct mdt_line line;
	struct mdt_started started; // info's slices point here
	struct mdt_vm_info info;
	struct mdt_buf lines, why; // of the last job
	bool is_over;		   // the VM can only be destroyed
};

const char *mdt_vm_outcome_name(enum mdt_vm_outcome outcome)
{
	switch (outcome) {
	case MDT_VM_FINISHED:
		return "finished";
	case MDT_VM_PANICKED:
		return "panicked";
	case MDT_VM_LOST:
		return "lost";
	case MDT_VM_TIMED_OUT:
		return "timed out";
	case MDT_VM_FAILED:
		return "failed";
	}
	unreachable();
}

// As milliseconds, for poll().
static int timeout_ms(unsigned int seconds)
{
	return seconds > INT_MAX / 1000 ? INT_MAX : (int)seconds * 1000;
}

/* ---- starting ---- */

static struct mdt_slice value_of(struct mdt_slice text, struct mdt_slice key)
{
	while (text.len) {
		const char *end = memchr(text.str, '\n', text.len);
		struct mdt_slice line =
			mdt_slice_head(text, end ? (size_t)(end - text.str) : text.len);

		if (line.len > key.len && line.str[key.len] == '=' &&
		    mdt_slice_starts(line, key))
			return mdt_slice_skip(line, key.len + 1);
		text = mdt_slice_skip(text, line.len + 1);
	}
	return (struct mdt_slice){ 0 };
}

static void fill_info(struct mdt_vm *vm)
{
	const struct mdt_started *started = &vm->started;
	struct mdt_slice hello = mdt_buf_slice(&started->hello);

	vm->info = (struct mdt_vm_info){
		.release = value_of(hello, SLICE("release")),
		.version = value_of(hello, SLICE("version")),
		.modules = value_of(hello, SLICE("modules")),
		.accel = started->with_kvm ? MDT_ACCEL_KVM : MDT_ACCEL_TCG,
		.boot_seconds = started->seconds,
		.is_restored = started->is_restored,
		.note = mdt_buf_slice(&started->note),
	};
}

struct mdt_error *mdt_vm_create(const struct mdt_vm_config *config, struct mdt_vm **ret)
{
	_cleanup_(mdt_vm_destroyp) struct mdt_vm *vm = calloc(1, sizeof(*vm));
	struct mdt_error *err;

	if (!vm)
		return &mdt_enomem;
	err = mdt_start(config, &vm->line, &vm->started);
	if (err)
		return err;
	fill_info(vm);
	*ret = no_cleanup_ptr(vm);
	return NULL;
}

void mdt_vm_destroy(struct mdt_vm *vm)
{
	if (!vm)
		return;
	mdt_line_deinit(&vm->line);
	mdt_started_deinit(&vm->started);
	mdt_buf_deinit(&vm->lines);
	mdt_buf_deinit(&vm->why);
	free(vm);
}

struct mdt_vm_info mdt_vm_info(const struct mdt_vm *vm)
{
	return vm->info;
}

/* ---- running ---- */

static void set_why(struct mdt_vm *vm, struct mdt_slice why)
{
	mdt_buf_clear(&vm->why);
	mdt_buf_add(&vm->why, why);
}

static enum mdt_vm_outcome over(struct mdt_vm *vm, enum mdt_vm_outcome outcome,
				struct mdt_slice why)
{
	vm->is_over = true;
	set_why(vm, why);
	return outcome;
}

// @return Whether that was too much.
static bool take_lines(struct mdt_vm *vm, const struct mdt_vm_job *job,
		       struct mdt_slice lines)
{
	size_t most = job->max_lines ? job->max_lines : LINES_MAX;

	if (vm->lines.len + lines.len > most) {
		over(vm, MDT_VM_LOST, SLICE("the executed log is too long"));
		return true;
	}
	mdt_buf_add(&vm->lines, lines);
	if (!job->progress || !job->progress(job->data, lines))
		return false;
	over(vm, MDT_VM_LOST, SLICE("stopped"));
	return true;
}

// @return Whether the job is done.
static bool take_frame(struct mdt_vm *vm, const struct mdt_vm_job *job,
		       enum mdt_frame_type type, struct mdt_slice payload,
		       enum mdt_vm_outcome *ret)
{
	switch (type) {
	case MDT_FRAME_LINES:
		*ret = MDT_VM_LOST;
		return take_lines(vm, job, payload);
	case MDT_FRAME_DONE:
		*ret = MDT_VM_FINISHED;
		set_why(vm, payload);
		return true;
	case MDT_FRAME_ERROR:
		*ret = MDT_VM_FAILED;
		set_why(vm, payload);
		return true;
	case MDT_FRAME_HELLO:
	case MDT_FRAME_PART:
	case MDT_FRAME_RUN:
	case MDT_FRAME_RESET:
	case MDT_FRAME_QUIT:
	case MDT_FRAME_WAKE:
		break;
	}
	*ret = over(vm, MDT_VM_LOST, SLICE("the guest sent a frame out of turn"));
	return true;
}

// @return Whether the job has ended, one way or the other.
static bool take_event(struct mdt_vm *vm, const struct mdt_vm_job *job,
		       enum mdt_line_event event, enum mdt_frame_type type,
		       struct mdt_slice payload, enum mdt_vm_outcome *ret)
{
	switch (event) {
	case MDT_LINE_FRAME:
		return take_frame(vm, job, type, payload, ret);
	case MDT_LINE_SILENT:
		*ret = over(vm, MDT_VM_TIMED_OUT, (struct mdt_slice){ 0 });
		return true;
	case MDT_LINE_PANIC:
		*ret = over(vm, MDT_VM_PANICKED, (struct mdt_slice){ 0 });
		return true;
	case MDT_LINE_ENDED:
	case MDT_LINE_NONSENSE:
		*ret = over(vm, MDT_VM_LOST, mdt_line_why(&vm->line));
		return true;
	}
	unreachable();
}

// Wait for the end of what was sent.
static struct mdt_error *finish(struct mdt_vm *vm, const struct mdt_vm_job *job,
				struct mdt_vm_result *ret)
{
	unsigned int seconds = job->timeout ? job->timeout : JOB_SECONDS;
	enum mdt_line_event event;
	enum mdt_frame_type type;
	struct mdt_slice payload;
	struct mdt_error *err;
	bool done = false;

	*ret = (struct mdt_vm_result){ 0 };
	while (!done) {
		err = mdt_line_wait(&vm->line, timeout_ms(seconds), &event, &type,
				    &payload);
		if (!err) {
			done = take_event(vm, job, event, type, payload, &ret->outcome);
			err = mdt_buf_error(&vm->lines);
		}
		if (!err)
			err = mdt_buf_error(&vm->why);
		if (err) {
			vm->is_over = true;
			return err;
		}
	}
	ret->why = mdt_buf_slice(&vm->why);
	ret->lines = mdt_buf_slice(&vm->lines);
	if (vm->is_over)
		ret->console = mdt_line_console(&vm->line);
	return NULL;
}

static bool begin(struct mdt_vm *vm, struct mdt_vm_result *ret)
{
	mdt_buf_clear(&vm->lines);
	mdt_buf_clear(&vm->why);
	if (!vm->is_over)
		return true;
	*ret = (struct mdt_vm_result){ .outcome = MDT_VM_LOST,
				       .why = SLICE("the VM has ended before"),
				       .console = mdt_line_console(&vm->line) };
	return false;
}

struct mdt_error *mdt_vm_run(struct mdt_vm *vm, const struct mdt_vm_job *job,
			     struct mdt_vm_result *ret)
{
	struct mdt_slice rest = job->text;

	if (!begin(vm, ret))
		return NULL;
	for (; rest.len; rest = mdt_slice_skip(rest, MDT_FRAME_MAX))
		mdt_line_send(&vm->line, MDT_FRAME_PART,
			      mdt_slice_head(rest, MDT_FRAME_MAX));
	mdt_line_send(&vm->line, MDT_FRAME_RUN, job->options);
	return finish(vm, job, ret);
}

struct mdt_error *mdt_vm_reset(struct mdt_vm *vm, bool fresh, struct mdt_vm_result *ret)
{
	static const struct mdt_vm_job job = { 0 };

	if (!begin(vm, ret))
		return NULL;
	mdt_line_send(&vm->line, MDT_FRAME_RESET,
		      fresh ? SLICE("fresh") : (struct mdt_slice){ 0 });
	return finish(vm, &job, ret);
}
