// SPDX-License-Identifier: MIT
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "guest/exec.h"
#include "guest/machine.h"
#include "guest/wake.h"

enum { JOB_SHARE = 8 }; // a plan's text may take this part of memory

static void say_hello(struct guest_machine *machine)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf hello = { 0 };
	struct utsname name;

	uname(&name);
	mdt_buf_printf(&hello, "protocol=1\nrelease=%s\nversion=%s\nmachine=%s\nmodules=",
		       name.release, name.version, name.machine);
	guest_modules_loaded(&hello);
	mdt_buf_addc(&hello, '\n');
	guest_report_send(&machine->report, MDT_FRAME_HELLO, mdt_buf_slice(&hello));
}

// The end of what was asked: what is stuck, or why it could not be done.
static void say_done(struct guest_machine *machine, struct mdt_error *err,
		     const struct mdt_buf *stuck)
{
	if (err)
		guest_report_send(&machine->report, MDT_FRAME_ERROR,
				  mdt_slice_cstr(err->message));
	else
		guest_report_send(&machine->report, MDT_FRAME_DONE, mdt_buf_slice(stuck));
	mdt_error_destroy(err);
}

static void run(struct guest_machine *machine, struct mdt_buf *text,
		struct mdt_slice options)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf stuck = { 0 };
	struct mdt_error *err = mdt_buf_error(text);
	struct guest_job job;

	if (!err && !guest_job_read(options, &job))
		err = mdt_error_create(MDT_ERR_INVALID, "options of a job: \"%.*s\"",
				       SLICE_FMT(options));
	if (!err && guest_exec_is(mdt_buf_slice(text)))
		err = guest_exec_run(machine, mdt_buf_slice(text), &job, &stuck);
	else if (!err)
		err = guest_run(machine, mdt_buf_slice(text), &job, &stuck);
	mdt_buf_deinit(text);
	say_done(machine, err, &stuck);
}

static void reset(struct guest_machine *machine, struct mdt_slice how)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf stuck = { 0 };
	struct mdt_error *err = NULL;

	guest_clean(machine, &stuck);
	if (mdt_slice_eq(how, SLICE("fresh")))
		err = guest_modules_fresh(&machine->modules);
	else if (how.len)
		err = mdt_error_create(MDT_ERR_INVALID, "a reset that is \"%.*s\"",
				       SLICE_FMT(mdt_slice_head(how, 100)));
	say_done(machine, err, &stuck);
}

static void wake(struct guest_machine *machine, struct mdt_slice text)
{
	struct guest_wake wake;

	if (guest_wake_read(text, &wake)) {
		guest_wake_up(&wake);
		say_hello(machine);
	} else {
		say_done(machine,
			 mdt_error_create(MDT_ERR_INVALID, "how to wake up: \"%.*s\"",
					  SLICE_FMT(mdt_slice_head(text, 100))),
			 NULL);
	}
}

static void add_part(struct mdt_buf *text, struct mdt_slice part)
{
	struct sysinfo info;

	if (sysinfo(&info) ||
	    text->len + part.len > (uint64_t)info.totalram * info.mem_unit / JOB_SHARE)
		text->failed = true;
	else
		mdt_buf_add(text, part);
}

// @return false when the guest is to end.
static bool serve_one(struct guest_machine *machine, struct mdt_buf *text)
{
	struct mdt_slice payload;
	enum mdt_frame_type type;
	struct mdt_error *err = guest_report_receive(&machine->report, &type, &payload);

	if (err) {
		say_done(machine, err, NULL);
		return false;
	}
	switch (type) {
	case MDT_FRAME_PART:
		add_part(text, payload);
		return true;
	case MDT_FRAME_RUN:
		run(machine, text, payload);
		return true;
	case MDT_FRAME_RESET:
		reset(machine, payload);
		return true;
	case MDT_FRAME_WAKE:
		wake(machine, payload);
		return true;
	case MDT_FRAME_QUIT:
		return false;
	case MDT_FRAME_HELLO:
	case MDT_FRAME_LINES:
	case MDT_FRAME_DONE:
	case MDT_FRAME_ERROR:
		break;
	}
	err = mdt_error_create(MDT_ERR_INVALID, "a frame of type '%c' to the guest",
			       (char)type);
	say_done(machine, err, NULL);
	return true;
}

void guest_serve(struct guest_machine *machine)
{
	struct mdt_buf text = { 0 };

	say_hello(machine);
	while (serve_one(machine, &text))
		;
	mdt_buf_deinit(&text);
}
