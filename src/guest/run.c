// SPDX-License-Identifier: MIT
// A plan's text is copied, line by line, to the executed log; in place of a call stands
// what came of it.
#include <sys/utsname.h>
#include <unistd.h>

#include "guest/graph.h"
#include "guest/knobs.h"
#include "guest/line.h"
#include "guest/machine.h"
#include "guest/teardown.h"
#include "guest/words.h"
#include "plan/parts.h"
#include "strace/parse.h"

struct run {
	struct guest_machine *machine;
	const struct guest_job *job;
	const struct mdt_plan *plan;
	struct guest_files files;
	struct guest_graph graph;
	struct mdt_nodes nodes;
	struct mdt_arena arena; // of one call
	struct mdt_buf *out;	// the report's lines
};

/* ---- one call ---- */

static void say_not_run(struct mdt_slice why, struct mdt_buf *ret)
{
	guest_words_begin(ret, "not-run");
	guest_words_quoted(ret, why);
	guest_words_end(ret);
}

static void say_waited(const struct guest_call *call, uint64_t waited,
		       struct mdt_buf *ret)
{
	guest_words_begin(ret, "waited");
	guest_words_number(ret, waited);
	if (!guest_call_agrees(call))
		guest_words_quoted(ret, SLICE("in vain"));
	guest_words_end(ret);
}

// To be removed when the job is torn down.
static void keep_made(struct guest_machine *machine, struct mdt_slice path)
{
	struct mdt_slice copy;

	if (path.len && mdt_arena_copy(&machine->made_arena, path, &copy) &&
	    mdt_grow((void **)&machine->made, &machine->made_cap, machine->made_len,
		     sizeof(*machine->made)))
		machine->made[machine->made_len++] = copy;
}

static void run_call(struct run *run, const struct mdt_plan_step *step,
		     const struct mdt_event *event)
{
	struct guest_call call = { .event = event,
				   .step = step,
				   .map = &run->machine->disks.map,
				   .files = &run->files,
				   .arena = &run->arena };
	uint64_t waited = 0;

	guest_graph_enter(&run->graph);
	guest_call_run(&call, step->await ? run->job->await : 0, &waited);
	guest_graph_leave(&run->graph);
	guest_call_bind(&call);
	guest_line_write(&call, run->out);
	mdt_buf_addc(run->out, '\n');
	if (call.not_run.len)
		say_not_run(mdt_buf_slice(&call.not_run), run->out);
	else if (step->await)
		say_waited(&call, waited, run->out);
	guest_observe_call(&run->machine->observer, &call, run->out);
	guest_graph_drain(&run->graph, run->out);
	keep_made(run->machine, call.made);
	mdt_buf_deinit(&call.not_run);
	mdt_arena_clear(&run->arena);
}

// A process has ended: its descriptors are closed.
static void run_exit(struct run *run, const struct mdt_event *event)
{
	guest_files_exit(&run->files, event->prefix.pid);
	guest_observe_close(&run->machine->observer, run->out);
}

static struct mdt_error *run_line(struct run *run, const struct mdt_plan_step *step)
{
	struct mdt_event event = { 0 };
	struct mdt_error *err = mdt_parse_line(step->text, &run->nodes, &event);

	if (err)
		return err;
	if (!run->job->lazy)
		guest_report_flush(&run->machine->report); // it may be the last one
	if (event.kind == MDT_EVENT_CALL) {
		run_call(run, step, &event);
		return mdt_buf_error(run->out);
	}
	mdt_buf_add(run->out, step->text);
	mdt_buf_addc(run->out, '\n');
	if (event.kind == MDT_EVENT_EXIT)
		run_exit(run, &event);
	else if (event.kind != MDT_EVENT_SIGNAL && event.kind != MDT_EVENT_STOP)
		say_not_run(SLICE("the line is not a whole call"), run->out);
	return mdt_buf_error(run->out);
}

// The newest first: what is in a folder goes before it.
static void remove_made(struct guest_machine *machine)
{
	while (machine->made_len) {
		const char *path = machine->made[--machine->made_len].str;

		if (unlink(path))
			rmdir(path);
	}
	mdt_arena_deinit(&machine->made_arena);
}

static struct mdt_error *tear_down(struct run *run, struct mdt_slice line)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf stuck = { 0 };

	mdt_buf_add(run->out, line);
	mdt_buf_addc(run->out, '\n');
	guest_report_flush(&run->machine->report);
	guest_files_deinit(&run->files);
	guest_stop_arrays(&stuck);
	remove_made(run->machine);
	guest_disks_wipe(&run->machine->disks, run->out);
	guest_knobs_restore(&run->machine->knobs);
	guest_observe_forget(&run->machine->observer, run->out);
	if (stuck.len) {
		guest_words_begin(run->out, "guest failed");
		guest_words_quoted(run->out,
				   mdt_slice_head(mdt_buf_slice(&stuck), stuck.len - 1));
		guest_words_end(run->out);
	}
	return mdt_buf_error(run->out);
}

static struct mdt_error *run_step(struct run *run, const struct mdt_plan_step *step,
				  struct mdt_slice line)
{
	switch (step->kind) {
	case MDT_STEP_CALL:
		return run_line(run, step);
	case MDT_STEP_SETTLE:
		mdt_buf_add(run->out, line);
		mdt_buf_addc(run->out, '\n');
		if (!run->job->lazy)
			guest_report_flush(&run->machine->report);
		guest_observe_settle(&run->machine->observer, run->job->settle, run->out);
		guest_graph_drain(&run->graph, run->out);
		return mdt_buf_error(run->out);
	case MDT_STEP_TEARDOWN:
		return tear_down(run, line);
	}
	unreachable();
}

/* ---- the text ---- */

// Where in the plan the text has come to.
struct place {
	size_t section, step;
	unsigned long line; // from 1
};

static const struct mdt_plan_step *step_at(const struct run *run, struct place *place)
{
	const struct mdt_plan *plan = run->plan;

	while (place->section < plan->section_count &&
	       place->step == plan->sections[place->section].step_count) {
		place->section++;
		place->step = 0;
	}
	if (place->section == plan->section_count)
		return NULL;
	return &plan->sections[place->section].steps[place->step];
}

static void end_section(struct run *run)
{
	if (!run->files.len)
		return;
	guest_files_deinit(&run->files);
	guest_observe_close(&run->machine->observer, run->out);
}

static struct mdt_error *run_text_line(struct run *run, struct place *place,
				       struct mdt_slice line)
{
	const struct mdt_plan_step *step = step_at(run, place);
	struct mdt_error *err;

	place->line++;
	if (step && step->plan_line == place->line) {
		err = run_step(run, step, line);
		place->step++;
		if (place->step == run->plan->sections[place->section].step_count)
			end_section(run);
		return err;
	}
	if (place->line > 1 && !guest_words_are_seen(line)) {
		mdt_buf_add(run->out, line);
		mdt_buf_addc(run->out, '\n');
	}
	return mdt_buf_error(run->out);
}

static struct mdt_error *run_text(struct run *run, struct mdt_slice text)
{
	struct place place = { 0 };
	struct mdt_error *err = NULL;
	struct mdt_slice line;

	while (!err && mdt_plan_next_line(&text, &line))
		err = run_text_line(run, &place, line);
	end_section(run);
	return err;
}

/* ---- the job ---- */

static void say_top(struct mdt_buf *ret)
{
	struct utsname name;

	mdt_buf_adds(ret, MDT_PLAN_MARK "executed 1\n");
	uname(&name);
	guest_words_begin(ret, "guest kernel");
	guest_words_quoted(ret, mdt_slice_cstr(name.release));
	guest_words_end(ret);
}

static struct mdt_error *run_plan(struct guest_machine *machine, struct mdt_slice text,
				  const struct mdt_plan *plan,
				  const struct guest_job *job)
{
	struct run run = { .machine = machine,
			   .job = job,
			   .plan = plan,
			   .out = &machine->report.lines };
	struct mdt_error *err;

	say_top(run.out);
	guest_personalities_set(&machine->modules, plan->modules, plan->module_count,
				run.out);
	err = guest_disks_make(&machine->disks, plan, run.out);
	if (!err && job->has_graph)
		guest_graph_begin(&run.graph, job->graph, plan->modules,
				  plan->module_count, run.out);
	if (!err) {
		guest_observe_begin(&machine->observer, job->observe, &machine->disks.map,
				    &run.files, run.out);
		err = run_text(&run, text);
		guest_observe_end(&machine->observer);
		guest_graph_end(&run.graph);
	}
	guest_files_deinit(&run.files);
	mdt_nodes_deinit(&run.nodes);
	mdt_arena_deinit(&run.arena);
	return err;
}

struct mdt_error *guest_run(struct guest_machine *machine, struct mdt_slice text,
			    const struct guest_job *job, struct mdt_buf *stuck)
{
	struct mdt_error *err;
	struct mdt_plan plan;

	mdt_plan_init(&plan);
	err = mdt_plan_read("plan", text, &plan);
	if (!err)
		err = run_plan(machine, text, &plan, job);
	mdt_plan_deinit(&plan);
	if (!job->keep)
		guest_clean(machine, stuck);
	return err;
}

void guest_clean(struct guest_machine *machine, struct mdt_buf *ret)
{
	guest_stop_arrays(ret);
	remove_made(machine);
	guest_disks_remove(&machine->disks, ret);
	guest_knobs_restore(&machine->knobs);
}
