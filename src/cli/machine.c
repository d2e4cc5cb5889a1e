// SPDX-License-Identifier: MIT
#include "cli/machine.h"

#include "cli/units.h"

enum { DEFAULT_TIMEOUT = 60 };

const char *const accel_names[] = {
	[MDT_ACCEL_AUTO] = "auto", [MDT_ACCEL_KVM] = "kvm", [MDT_ACCEL_TCG] = "tcg", NULL
};

struct mdt_error *machine_init(struct machine *machine,
			       const struct machine_options *options)
{
	struct mdt_error *err;

	*machine = (struct machine){
		.config = { .kernel = options->kernel,
			    .modules = options->modules,
			    .accel = (enum mdt_accel)options->accel,
			    .no_snapshot = options->no_snapshot },
		.timeout = DEFAULT_TIMEOUT,
	};
	if (!options->timeout)
		return NULL;
	err = units_count("--timeout", options->timeout, 1, 1000000, &machine->timeout);
	machine->config.boot_timeout = machine->timeout;
	return err;
}

static void machine_stop(struct machine *machine)
{
	mdt_vm_destroy(machine->vm);
	machine->vm = NULL;
}

void machine_deinit(struct machine *machine)
{
	machine_stop(machine);
}

void machine_end_deinit(struct machine_end *end)
{
	mdt_buf_deinit(&end->why);
	mdt_buf_deinit(&end->console);
}

static void say_start(const struct machine *machine)
{
	struct mdt_vm_info info = mdt_vm_info(machine->vm);

	if (info.note.len)
		cli_say("VM: %.*s", SLICE_FMT(info.note));
	cli_say("VM: %s in %.2f s", info.is_restored ? "restored" : "booted",
		info.boot_seconds);
}

struct mdt_error *machine_start(struct machine *machine)
{
	struct mdt_error *err;

	if (machine->vm)
		return NULL;
	machine->boots++;
	err = mdt_vm_create(&machine->config, &machine->vm);
	if (!err && machine->verbose)
		say_start(machine);
	return err;
}

static struct mdt_slice last_line(struct mdt_slice text)
{
	const char *newline;

	if (text.len)
		text.len--;
	newline = text.len ? memrchr(text.str, '\n', text.len) : NULL;
	return newline ? mdt_slice_skip(text, (size_t)(newline + 1 - text.str)) : text;
}

// What stands in front of a call; behind it, a guest has something to say of it.
static bool is_ahead_of_call(struct mdt_slice line)
{
	static const char *const words[] = { "line ", "made ", "derived ", "await" };

	if (!mdt_slice_starts(line, SLICE("# mdtrace: ")))
		return false;
	line = mdt_slice_skip(line, sizeof("# mdtrace: ") - 1);
	array_for_each (word, words)
		if (mdt_slice_starts(line, mdt_slice_cstr(*word)))
			return true;
	return false;
}

// The log of a guest that died in the middle: its whole lines, without the beginning of
// the call that has no end.
static struct mdt_slice whole_calls(struct mdt_slice text)
{
	while (text.len && text.str[text.len - 1] != '\n')
		text.len--;
	while (text.len && is_ahead_of_call(last_line(text)))
		text.len -= last_line(text).len + 1;
	return text;
}

static struct mdt_error *take_result(const struct mdt_vm_result *result,
				     struct mdt_plan *executed, struct machine_end *end)
{
	struct mdt_slice lines = whole_calls(result->lines);
	struct mdt_error *err = NULL;

	end->outcome = result->outcome;
	mdt_buf_add(&end->why, result->why);
	mdt_buf_add(&end->console, result->console);
	end->stuck = result->outcome == MDT_VM_FINISHED && result->why.len;
	if (lines.len)
		err = mdt_plan_read("guest", lines, executed);
	if (mdt_error_catch(&err, MDT_ERR_SYNTAX)) {
		end->outcome = MDT_VM_LOST;
		mdt_buf_adds(&end->why, "the guest's log is not one");
	}
	if (!err)
		err = mdt_buf_error(&end->why);
	return err ? err : mdt_buf_error(&end->console);
}

struct mdt_error *machine_run(struct machine *machine, const struct mdt_plan *plan,
			      struct mdt_slice options, struct mdt_plan *executed,
			      struct machine_end *end)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_vm_job job = { .options = options, .timeout = machine->timeout };
	struct mdt_vm_result result;
	struct mdt_error *err = machine_start(machine);

	if (err)
		return err;
	mdt_plan_write(plan, &text);
	err = mdt_buf_error(&text);
	if (err)
		return err;
	job.text = mdt_buf_slice(&text);
	err = mdt_vm_run(machine->vm, &job, &result);
	if (err)
		return err;
	err = take_result(&result, executed, end);
	if (end->outcome != MDT_VM_FINISHED || end->stuck)
		machine_stop(machine);
	return err;
}

struct mdt_error *machine_freshen(struct machine *machine)
{
	struct mdt_vm_result result;
	struct mdt_error *err;

	if (!machine->vm)
		return NULL;
	err = mdt_vm_reset(machine->vm, true, &result);
	// What cannot be unloaded goes with the VM.
	if (!err && (result.outcome != MDT_VM_FINISHED || result.why.len))
		machine_stop(machine);
	return err;
}
