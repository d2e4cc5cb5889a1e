// SPDX-License-Identifier: MIT
#include "cli/record_judge.h"

#include "record/job.h"

enum { SHOWN_MAX = 2000 }; // bytes of a program's words that are shown when it fails

struct mdt_error *record_lost(const struct mdt_vm_result *ended, const char *what)
{
	return mdt_error_create(MDT_ERR_INVALID, "%s: the VM %s%s%.*s%s%.*s", what,
				mdt_vm_outcome_name(ended->outcome),
				ended->why.len ? ": " : "", SLICE_FMT(ended->why),
				ended->console.len ? "; its last words:\n" : "",
				SLICE_FMT(ended->console));
}

static bool is_expected(const struct mdt_scenario_step *step,
			const struct mdt_record_run *run)
{
	return run && run->end == MDT_RECORD_EXITED &&
	       (step->exit == MDT_SCENARIO_EXIT_ANY ||
		(unsigned int)step->exit == run->number);
}

static void describe_end(const struct mdt_scenario_step *step,
			 const struct mdt_record_run *run, struct mdt_buf *ret)
{
	switch (run ? run->end : MDT_RECORD_NOT_OVER) {
	case MDT_RECORD_NOT_OVER:
		mdt_buf_adds(ret, run ? "was not over when the VM ended" : "did not run");
		return;
	case MDT_RECORD_EXITED:
		mdt_buf_printf(ret, "exited with %u", run->number);
		if (!is_expected(step, run))
			mdt_buf_printf(ret, ", not %d", step->exit);
		return;
	case MDT_RECORD_KILLED:
		mdt_buf_printf(ret, "was killed by signal %u", run->number);
		return;
	case MDT_RECORD_TIMED_OUT:
		mdt_buf_printf(ret, "was not over after %u s", step->timeout);
		return;
	}
	unreachable();
}

static void say_step(struct out *out, const struct mdt_record_run *run,
		     struct mdt_slice name, struct mdt_slice end)
{
	out_printf(out, "  %-20.*s %.*s", SLICE_FMT(name), SLICE_FMT(end));
	if (run && run->has_file)
		out_printf(out, ", %zu bytes%s", run->file.bytes.len,
			   run->file.is_cut ? ", the end is missing" : "");
	out_addc(out, '\n');
}

static struct mdt_error *complain(const struct mdt_scenario *scenario,
				  const struct mdt_scenario_step *step,
				  const struct mdt_record_run *run, struct mdt_slice name,
				  struct mdt_slice end)
{
	struct mdt_slice says = run ? mdt_slice_head(run->output.bytes, SHOWN_MAX)
				    : (struct mdt_slice){ 0 };
	bool ends_line = mdt_slice_ends(says, SLICE("\n"));

	return mdt_error_at(MDT_ERR_INVALID, scenario->path.str, step->line, 0,
			    "%.*s %.*s%s%.*s", SLICE_FMT(name), SLICE_FMT(end),
			    says.len ? ":\n" : "",
			    SLICE_FMT(mdt_slice_head(says, says.len - ends_line)));
}

static void worsen(enum status *status, enum status to)
{
	if (*status < to)
		*status = to;
}

static struct mdt_error *judge_step(const struct mdt_scenario *scenario,
				    const struct mdt_record_result *result,
				    const struct mdt_scenario_step *step, struct out *out,
				    enum status *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 }, end = { 0 };
	const struct mdt_record_run *run;
	struct mdt_error *err;

	if (step->kind == MDT_SCENARIO_SETTLE)
		return NULL;
	mdt_record_step_name(step, &name);
	run = mdt_record_result_find(result, mdt_buf_slice(&name));
	describe_end(step, run, &end);
	err = mdt_buf_error(&name);
	if (!err)
		err = mdt_buf_error(&end);
	if (err)
		return err;
	say_step(out, run, mdt_buf_slice(&name), mdt_buf_slice(&end));
	if (is_expected(step, run))
		return NULL;
	out_flush(out);
	cli_report(
		complain(scenario, step, run, mdt_buf_slice(&name), mdt_buf_slice(&end)));
	worsen(ret, STATUS_DIFFERS);
	return NULL;
}

struct mdt_error *record_judge(const struct mdt_scenario *scenario,
			       const struct mdt_vm_result *ended,
			       const struct mdt_record_result *result, struct out *out,
			       enum status *ret)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < scenario->step_count; i++)
		err = judge_step(scenario, result, &scenario->steps[i], out, ret);
	out_flush(out);
	if (!err && !result->is_settled) {
		cli_report(mdt_error_create(
			MDT_ERR_INVALID,
			"%s: an array was still busy when 'settle' gave up; see seen.txt",
			scenario->path.str));
		worsen(ret, STATUS_DIFFERS);
	}
	if (!err && ended->outcome != MDT_VM_FINISHED) {
		cli_report(record_lost(ended, scenario->path.str));
		worsen(ret, STATUS_TROUBLE);
	}
	return err;
}
