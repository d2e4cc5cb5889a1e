// SPDX-License-Identifier: MIT
#include "record/job.h"

#include "plan/plan.h"

#define MARK "# mdtrace: "

static const char log_path[] = "/run/guest/log"; // in a folder that the guest has made

static void add_quoted(struct mdt_buf *ret, const char *text)
{
	mdt_buf_addc(ret, ' ');
	mdt_plan_quote(mdt_slice_cstr(text), ret);
}

static void add_all(struct mdt_buf *ret, const char *const *words)
{
	for (; *words; words++)
		add_quoted(ret, *words);
}

void mdt_record_job_begin(struct mdt_buf *ret)
{
	mdt_buf_adds(ret, MARK "exec 1\n");
}

void mdt_record_job_disks(const struct mdt_scenario *scenario, struct mdt_buf *ret)
{
	for (size_t i = 0; i < scenario->module_count; i++)
		mdt_buf_printf(ret, MARK "module %s\n", scenario->modules[i].str);
	for (size_t i = 0; i < scenario->disk_count; i++)
		mdt_buf_printf(ret, MARK "disk 7:%u \"/dev/loop%u\" %llu\n",
			       scenario->disks[i].minor, scenario->disks[i].minor,
			       (unsigned long long)scenario->disks[i].size);
}

void mdt_record_job_env(const char *const *env, struct mdt_buf *ret)
{
	static const char *const always[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
					      "HOME=/", "TERM=linux" };

	array_for_each (it, always) {
		mdt_buf_adds(ret, MARK "env");
		add_quoted(ret, *it);
		mdt_buf_addc(ret, '\n');
	}
	for (; env && *env; env++) {
		mdt_buf_adds(ret, MARK "env");
		add_quoted(ret, *env);
		mdt_buf_addc(ret, '\n');
	}
}

static void begin_run(const char *name, unsigned int seconds, const char *file,
		      const char *path, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, MARK "run");
	add_quoted(ret, name);
	mdt_buf_printf(ret, " %u", seconds);
	add_quoted(ret, file);
	add_quoted(ret, path);
}

void mdt_record_job_run(const char *name, unsigned int seconds, const char *path,
			const char *const *arguments, struct mdt_buf *ret)
{
	begin_run(name, seconds, "", path, ret);
	add_all(ret, arguments);
	mdt_buf_addc(ret, '\n');
}

static void write_traced(const struct mdt_record_job *job,
			 const struct mdt_scenario_step *step, struct mdt_buf *ret)
{
	begin_run(step->name.str, step->timeout, log_path, job->strace, ret);
	add_all(ret, job->options);
	add_quoted(ret, "-o");
	add_quoted(ret, log_path);
	add_quoted(ret, "--");
	add_all(ret, step->words);
	mdt_buf_addc(ret, '\n');
}

void mdt_record_step_name(const struct mdt_scenario_step *step, struct mdt_buf *ret)
{
	switch (step->kind) {
	case MDT_SCENARIO_STEP:
		mdt_buf_add(ret, step->name);
		return;
	case MDT_SCENARIO_RUN:
		mdt_buf_printf(ret, "run %lu", step->line);
		return;
	case MDT_SCENARIO_SETTLE:
		mdt_buf_printf(ret, "settle %lu", step->line);
		return;
	}
	unreachable();
}

static void write_step(const struct mdt_record_job *job, size_t index,
		       struct mdt_buf *ret)
{
	const struct mdt_scenario_step *step = &job->scenario->steps[index];
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };

	switch (step->kind) {
	case MDT_SCENARIO_STEP:
		write_traced(job, step, ret);
		return;
	case MDT_SCENARIO_RUN:
		mdt_record_step_name(step, &name);
		mdt_buf_addc(&name, '\0');
		if (name.failed)
			ret->failed = true;
		else
			mdt_record_job_run(name.str, step->timeout, job->paths[index],
					   step->words + 1, ret);
		return;
	case MDT_SCENARIO_SETTLE:
		mdt_buf_printf(ret, MARK "settle %u\n", step->timeout);
		return;
	}
	unreachable();
}

void mdt_record_job_write(const struct mdt_record_job *job, struct mdt_buf *ret)
{
	mdt_record_job_begin(ret);
	mdt_record_job_disks(job->scenario, ret);
	mdt_record_job_env(job->scenario->env, ret);
	for (size_t i = 0; i < job->scenario->step_count; i++)
		write_step(job, i, ret);
}
