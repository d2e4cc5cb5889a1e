// SPDX-License-Identifier: MIT
#include "vm/vm.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "vm/accel.h"
#include "vm/boot.h"

enum {
	BOOT_SECONDS = 60,
	KVM_SECONDS = 15, // a guest that runs at all with KVM is up in two
	JOB_SECONDS = 60,
	LINES_MAX = 256 << 20,
	LAST_LINES = 20, // of the console, in an error; of a panic all are there
};

struct mdt_vm {
	struct mdt_line line;
	struct mdt_buf hello; // info's slices point here
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

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

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

static struct mdt_error *take_hello(struct mdt_vm *vm, enum mdt_frame_type type,
				    struct mdt_slice payload)
{
	struct mdt_slice text, protocol;

	mdt_buf_add(&vm->hello, payload);
	if (vm->hello.failed)
		return &mdt_enomem;
	text = mdt_buf_slice(&vm->hello);
	protocol = value_of(text, SLICE("protocol"));
	if (type != MDT_FRAME_HELLO || !mdt_slice_eq(protocol, SLICE("1")))
		return mdt_error_create(MDT_ERR_INVALID,
					"the guest does not say hello in protocol 1: "
					"mdtrace-guest is of another version");
	vm->info.release = value_of(text, SLICE("release"));
	vm->info.version = value_of(text, SLICE("version"));
	vm->info.modules = value_of(text, SLICE("modules"));
	return NULL;
}

// Where the line begins that has the byte at @p at.
static size_t line_start(struct mdt_slice text, size_t at)
{
	while (at && text.str[at - 1] != '\n')
		at--;
	return at;
}

// The console's last lines, and from a panic's first one on.
static struct mdt_slice last_lines(struct mdt_slice console)
{
	const char *panic = mdt_slice_find(console, SLICE("Kernel panic - not syncing"));
	size_t at;

	console = mdt_slice_chomp(console);
	at = line_start(console, console.len);
	for (unsigned int lines = 1; at && lines < LAST_LINES; lines++)
		at = line_start(console, at - 1);
	if (panic && panic < console.str + at)
		at = line_start(console, (size_t)(panic - console.str));
	return mdt_slice_skip(console, at);
}

static struct mdt_error *not_up(const struct mdt_boot *boot, const struct mdt_vm *vm,
				const char *how, struct mdt_slice why)
{
	struct mdt_slice last = last_lines(mdt_line_console(&vm->line));
	bool with_kvm = vm->info.accel == MDT_ACCEL_KVM;

	return mdt_error_create(
		MDT_ERR_NOT_FOUND, "%s in a VM%s %s%s%.*s%s%s%.*s", boot->kernel.image,
		with_kvm ? " with KVM" : "", how, why.len ? ": " : "", SLICE_FMT(why),
		with_kvm ? "; accel=tcg does without KVM" : "",
		last.len ? "\nits console's last lines:\n" : "", SLICE_FMT(last));
}

static struct mdt_error *not_up_in_time(const struct mdt_boot *boot,
					const struct mdt_vm *vm, unsigned int seconds)
{
	char how[64];

	snprintf(how, sizeof(how), "did not come up in %u s", seconds);
	return not_up(boot, vm, how, (struct mdt_slice){ 0 });
}

static struct mdt_error *wait_for_hello(struct mdt_vm *vm, const struct mdt_boot *boot,
					unsigned int seconds)
{
	enum mdt_line_event event;
	enum mdt_frame_type type;
	struct mdt_slice payload;
	struct mdt_error *err =
		mdt_line_wait(&vm->line, timeout_ms(seconds), &event, &type, &payload);

	if (err)
		return err;
	switch (event) {
	case MDT_LINE_FRAME:
		return take_hello(vm, type, payload);
	case MDT_LINE_PANIC:
		return not_up(boot, vm, "panicked", (struct mdt_slice){ 0 });
	case MDT_LINE_SILENT:
		return not_up_in_time(boot, vm, seconds);
	case MDT_LINE_ENDED:
	case MDT_LINE_NONSENSE:
		return not_up(boot, vm, "did not come up", mdt_line_why(&vm->line));
	}
	unreachable();
}

static struct mdt_error *start(const struct mdt_boot *boot, bool use_kvm,
			       unsigned int seconds, struct mdt_vm **ret)
{
	_cleanup_(mdt_vm_destroyp) struct mdt_vm *vm = calloc(1, sizeof(*vm));
	double began = now();
	struct mdt_error *err;

	if (!vm)
		return &mdt_enomem;
	vm->line.qemu = MDT_QEMU_NONE;
	vm->info.accel = use_kvm ? MDT_ACCEL_KVM : MDT_ACCEL_TCG;
	err = mdt_boot_start(boot, use_kvm, &vm->line);
	if (!err)
		err = wait_for_hello(vm, boot, seconds);
	if (err)
		return err;
	vm->info.boot_seconds = now() - began;
	*ret = no_cleanup_ptr(vm);
	return NULL;
}

// What start() needs when accel.h calls it.
struct starter {
	const struct mdt_boot *boot;
	unsigned int seconds; // for all attempts together
	double began;
	struct mdt_vm *vm;
};

static struct mdt_error *start_accel(void *data, bool use_kvm, unsigned int seconds)
{
	struct starter *starter = data;
	double used = now() - starter->began;
	unsigned int left =
		used + 1 < starter->seconds ? starter->seconds - (unsigned int)used : 1;

	return start(starter->boot, use_kvm, seconds && seconds < left ? seconds : left,
		     &starter->vm);
}

static struct mdt_error *start_auto(struct starter *starter)
{
	const char *const files[] = { starter->boot->kernel.image, starter->boot->qemu,
				      NULL };
	_cleanup_(mdt_buf_deinit) struct mdt_buf key = { 0 };
	struct mdt_error *err;

	mdt_accel_key(files, &key);
	err = mdt_buf_error(&key);
	return err ? err
		   : mdt_accel_start(mdt_buf_slice(&key), mdt_accel_has_kvm(),
				     start_accel, starter);
}

static unsigned int boot_seconds(const struct mdt_vm_config *config)
{
	if (config->boot_timeout)
		return config->boot_timeout;
	return config->accel == MDT_ACCEL_KVM ? KVM_SECONDS : BOOT_SECONDS;
}

struct mdt_error *mdt_vm_create(const struct mdt_vm_config *config, struct mdt_vm **ret)
{
	_cleanup_(mdt_boot_deinit) struct mdt_boot boot;
	struct starter starter = { .boot = &boot,
				   .seconds = boot_seconds(config),
				   .began = now() };
	struct mdt_error *err = mdt_boot_prepare(config, &boot);

	if (!err && config->accel == MDT_ACCEL_AUTO)
		err = start_auto(&starter);
	else if (!err)
		err = start_accel(&starter, config->accel == MDT_ACCEL_KVM, 0);
	if (!err)
		*ret = starter.vm;
	return err;
}

void mdt_vm_destroy(struct mdt_vm *vm)
{
	if (!vm)
		return;
	mdt_line_deinit(&vm->line);
	mdt_buf_deinit(&vm->hello);
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
