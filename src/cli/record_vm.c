// SPDX-License-Identifier: MIT
#include "cli/record_vm.h"

#include <stdlib.h>

#include "cli/record_files.h"
#include "cli/record_judge.h"
#include "record/job.h"
#include "record/layout.h"
#include "vm/closure.h"
#include "vm/file.h"

enum {
	PROBE_SECONDS = 30,
	GRACE_SECONDS = 30, // beyond a step's own bound, until the VM is given up
};

// A scenario, and where the guest has what it runs.
struct item {
	struct mdt_scenario scenario;
	const char **paths; // by step; owned
};

struct recording {
	const struct record_vm *record;
	struct item *items; // owned
	size_t count;
	struct mdt_closure closure;
	struct mdt_slice strace, mdadm; // where the guest has them; mdadm: or empty
	struct mdt_vm *vm;		// NULL: none runs
	struct mdt_vm_info info;
	struct mdt_buf probe; // what the guest said to the probe
	struct mdt_tracer tracer;
	const char *options[MDT_TRACER_OPTIONS];
	struct mdt_slice mdadm_says; // what --version says
	struct mdt_record_result probed;
};

static void recording_deinit(struct recording *r)
{
	mdt_vm_destroy(r->vm);
	mdt_record_result_deinit(&r->probed);
	mdt_buf_deinit(&r->probe);
	mdt_closure_deinit(&r->closure);
	for (size_t i = 0; i < r->count; i++) {
		mdt_scenario_deinit(&r->items[i].scenario);
		free(r->items[i].paths);
	}
	free(r->items);
}

/* ---- what there is ---- */

static struct mdt_error *read_scenario(const char *path, struct mdt_scenario *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_error *err = mdt_file_read(path, &text);

	return err ? err : mdt_scenario_read(path, mdt_buf_slice(&text), ret);
}

// Their names are those of their logs.
static struct mdt_error *check_names(const struct recording *r,
				     const struct mdt_scenario *scenario)
{
	for (size_t i = 0; &r->items[i].scenario < scenario; i++)
		if (mdt_slice_eq(r->items[i].scenario.name, scenario->name))
			return mdt_error_create(
				MDT_ERR_INVALID, "%s and %s would have the same logs",
				r->items[i].scenario.path.str, scenario->path.str);
	return NULL;
}

static struct mdt_error *read_scenarios(struct recording *r, const char *const *paths,
					size_t count)
{
	struct mdt_error *err = NULL;

	r->items = calloc(count, sizeof(*r->items));
	if (!r->items)
		return &mdt_enomem;
	for (size_t i = 0; !err && i < count; i++) {
		err = read_scenario(paths[i], &r->items[r->count++].scenario);
		if (!err)
			err = check_names(r, &r->items[i].scenario);
	}
	return err;
}

static bool is_named(const char *program, const char *name)
{
	const char *slash = strrchr(program, '/');

	return strcmp(slash ? slash + 1 : program, name) == 0;
}

static struct mdt_error *add_program(struct recording *r, const char *name,
				     struct mdt_slice *ret)
{
	struct mdt_error *err = mdt_closure_add(&r->closure, name, ret);

	if (!err && is_named(name, "mdadm"))
		r->mdadm = *ret;
	return err;
}

static struct mdt_error *find_programs_of(struct recording *r, struct item *item)
{
	const struct mdt_scenario *scenario = &item->scenario;
	struct mdt_error *err = NULL;
	struct mdt_slice path = { 0 };

	item->paths = calloc(scenario->step_count, sizeof(*item->paths));
	if (!item->paths)
		return &mdt_enomem;
	for (size_t i = 0; !err && i < scenario->program_count; i++)
		err = add_program(r, scenario->programs[i], &path);
	for (size_t i = 0; !err && i < scenario->step_count; i++) {
		const struct mdt_scenario_step *step = &scenario->steps[i];

		if (step->kind == MDT_SCENARIO_SETTLE)
			continue;
		err = add_program(r, step->words[0], &path);
		item->paths[i] = path.str;
	}
	return err;
}

// A sysroot that nothing is from is a mistake: this machine's mdadm would be recorded.
static struct mdt_error *check_sysroot(const struct recording *r)
{
	const char *sysroot = r->record->sysroot;

	if (!sysroot)
		return NULL;
	for (size_t i = 0; i < r->closure.count; i++)
		if (r->closure.files[i]->root == 0)
			return NULL;
	return mdt_error_create(MDT_ERR_NOT_FOUND,
				"%s has none of the programs that the scenarios run",
				sysroot);
}

static struct mdt_error *find_programs(struct recording *r)
{
	const char *sysroot = r->record->sysroot;
	struct mdt_error *err = NULL;

	if (sysroot && !mdt_file_is_dir(sysroot))
		return mdt_error_create(MDT_ERR_NOT_FOUND, "%s: no such folder", sysroot);
	err = mdt_closure_add(&r->closure, "strace", &r->strace);
	for (size_t i = 0; !err && i < r->count; i++)
		err = find_programs_of(r, &r->items[i]);
	return err ? err : check_sysroot(r);
}

static struct mdt_error *start(struct recording *r)
{
	const struct record_vm *record = r->record;
	struct mdt_vm_config config = { .kernel = record->kernel,
					.modules = record->modules,
					.accel = record->accel,
					.no_snapshot = record->no_snapshot,
					.file_count = r->closure.count };
	struct mdt_vm_file *files = calloc(r->closure.count, sizeof(*files));
	struct mdt_error *err;

	if (!files)
		return &mdt_enomem;
	mdt_closure_vm_files(&r->closure, files);
	config.files = files;
	err = mdt_vm_create(&config, &r->vm);
	free(files);
	if (!err)
		r->info = mdt_vm_info(r->vm);
	return err;
}

/* ---- jobs ---- */

static struct mdt_error *run_job(struct recording *r, const struct mdt_buf *text,
				 unsigned int seconds, struct mdt_vm_result *ret)
{
	const struct mdt_vm_job job = {
		.text = mdt_buf_slice(text),
		.timeout = seconds + GRACE_SECONDS,
	};
	struct mdt_error *err = mdt_buf_error(text);

	return err ? err : mdt_vm_run(r->vm, &job, ret);
}

static const struct mdt_record_run *probed(const struct recording *r, const char *name)
{
	return mdt_record_result_find(&r->probed, mdt_slice_cstr(name));
}

static struct mdt_slice first_line(struct mdt_slice text)
{
	const char *end = memchr(text.str, '\n', text.len);

	return end ? mdt_slice_head(text, (size_t)(end - text.str)) : text;
}

// What the programs are is asked of themselves, in the guest: one from another release
// need not run here.
static struct mdt_error *take_probe(struct recording *r)
{
	const struct mdt_record_run *strace = probed(r, "strace"),
				    *mdadm = probed(r, "mdadm");

	if (!strace || strace->end != MDT_RECORD_EXITED || strace->number)
		return mdt_error_create(
			MDT_ERR_INVALID, "strace does not run in the VM: %.*s",
			SLICE_FMT(strace ? strace->output.bytes : SLICE("no word")));
	if (mdadm && (mdadm->end != MDT_RECORD_EXITED || mdadm->number))
		return mdt_error_create(MDT_ERR_INVALID,
					"mdadm does not run in the VM: %.*s",
					SLICE_FMT(mdadm->output.bytes));
	mdt_tracer_read(strace->output.bytes, &r->tracer);
	mdt_tracer_options(&r->tracer, r->record->times, r->options);
	if (mdadm && mdadm->output.bytes.len)
		r->mdadm_says = first_line(mdadm->output.bytes);
	return NULL;
}

static struct mdt_error *probe(struct recording *r)
{
	static const char *const strace[] = { "-V", NULL }, *const mdadm[] = {
		"--version", NULL
	};
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_vm_result result;
	struct mdt_error *err;

	mdt_record_job_begin(&text);
	mdt_record_job_env(NULL, &text);
	mdt_record_job_run("strace", PROBE_SECONDS, r->strace.str, strace, &text);
	if (r->mdadm.len)
		mdt_record_job_run("mdadm", PROBE_SECONDS, r->mdadm.str, mdadm, &text);
	err = run_job(r, &text, PROBE_SECONDS, &result);
	if (!err && result.outcome != MDT_VM_FINISHED)
		return record_lost(&result, "asking strace and mdadm for their versions");
	if (err)
		return err;
	// The lines are the VM's, until its next job.
	mdt_buf_add(&r->probe, result.lines);
	err = mdt_buf_error(&r->probe);
	if (!err)
		err = mdt_record_result_read(mdt_buf_slice(&r->probe), &r->probed);
	return err ? err : take_probe(r);
}

static unsigned int longest(const struct mdt_scenario *scenario)
{
	unsigned int seconds = 0;

	for (size_t i = 0; i < scenario->step_count; i++)
		if (scenario->steps[i].timeout > seconds)
			seconds = scenario->steps[i].timeout;
	return seconds;
}

static struct mdt_error *run_scenario(struct recording *r, const struct item *item,
				      struct mdt_vm_result *ret,
				      struct mdt_record_result *result)
{
	const struct mdt_record_job job = { .scenario = &item->scenario,
					    .strace = r->strace.str,
					    .options = r->options,
					    .paths = item->paths };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_error *err;

	mdt_record_job_write(&job, &text);
	err = run_job(r, &text, longest(&item->scenario), ret);
	return err ? err : mdt_record_result_read(ret->lines, result);
}

/* ---- where it goes ---- */

// Which tree a program is from.
static const char *tree_of(const struct recording *r, struct mdt_slice path)
{
	const struct mdt_closure_file *file = mdt_closure_find(&r->closure, path);

	return r->record->sysroot && file && file->root == 0 ? r->record->sysroot
							     : "this machine";
}

static void say_scenario(const struct recording *r, const struct mdt_scenario *scenario,
			 const char *folder, struct out *out)
{
	out_printf(out, "%s: ", scenario->path.str);
	if (r->mdadm.len)
		out_printf(out, "%.*s of %s, ", SLICE_FMT(r->mdadm_says),
			   tree_of(r, r->mdadm));
	out_printf(out, "strace %.*s of %s, Linux %.*s, into %s\n",
		   SLICE_FMT(r->tracer.known ? r->tracer.version : SLICE("unknown")),
		   tree_of(r, r->strace), SLICE_FMT(r->info.release), folder);
}

static struct mdt_error *write_files(const struct recording *r,
				     const struct mdt_scenario *scenario,
				     const struct mdt_record_result *result,
				     struct out *out)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf folder = { 0 }, whole = { 0 },
						 system = { 0 };
	struct record_files files = { .scenario = scenario, .result = result };
	const struct mdt_record_layout layout = {
		.output = r->record->output,
		.by_version = r->record->by_version,
		.mdadm_says = r->mdadm_says,
		.release = r->info.release,
		.scenario = scenario->name,
	};

	mdt_record_folder(&layout, &folder);
	mdt_buf_add(&whole, mdt_buf_slice(&folder));
	mdt_buf_adds(&whole, ".strace");
	mdt_buf_addc(&whole, '\0');
	mdt_buf_addc(&folder, '\0');
	mdt_buf_printf(&system, "Linux %.*s %.*s x86_64", SLICE_FMT(r->info.release),
		       SLICE_FMT(r->info.version));
	if (folder.failed || whole.failed || system.failed)
		return &mdt_enomem;
	files.folder = folder.str;
	files.whole = whole.str;
	files.head = (struct mdt_record_head){
		.release = r->info.release,
		.system = mdt_buf_slice(&system),
		.recorder = r->record->recorder,
		.tracer = r->tracer,
		.options = r->options,
		.modules = scenario->modules,
		.module_count = scenario->module_count,
		.scenario = scenario->name,
		.note = r->mdadm_says,
	};
	say_scenario(r, scenario, folder.str, out);
	return record_files_write(&files);
}

/* ---- all of it ---- */

static void stop(struct recording *r)
{
	mdt_vm_destroy(r->vm);
	r->vm = NULL;
	r->info = (struct mdt_vm_info){ 0 };
}

// Each scenario finds md as it is after boot; what is stuck goes with the VM.
static struct mdt_error *freshen(struct recording *r)
{
	struct mdt_vm_result result;
	struct mdt_error *err;

	if (!r->vm)
		return start(r);
	err = mdt_vm_reset(r->vm, true, &result);
	if (err || (result.outcome == MDT_VM_FINISHED && !result.why.len))
		return err;
	stop(r);
	return start(r);
}

static struct mdt_error *record_item(struct recording *r, const struct item *item,
				     struct out *out, enum status *ret)
{
	_cleanup_(mdt_record_result_deinit) struct mdt_record_result result = { 0 };
	struct mdt_vm_result ended;
	struct mdt_error *err = run_scenario(r, item, &ended, &result);

	if (!err)
		err = write_files(r, &item->scenario, &result, out);
	if (!err)
		err = record_judge(&item->scenario, &ended, &result, out, ret);
	if (!err && (ended.outcome != MDT_VM_FINISHED || ended.why.len))
		stop(r);
	return err;
}

struct mdt_error *record_vm(const struct record_vm *record, const char *const *scenarios,
			    size_t count, struct out *out, enum status *ret)
{
	const char *const roots[] = { record->sysroot ? record->sysroot : "/",
				      record->sysroot ? "/" : NULL, NULL };
	_cleanup_(recording_deinit) struct recording r = { .record = record };
	struct mdt_error *err = read_scenarios(&r, scenarios, count);

	mdt_closure_init(&r.closure, roots);
	if (!err)
		err = find_programs(&r);
	if (!err)
		err = start(&r);
	if (!err)
		err = probe(&r);
	for (size_t i = 0; !err && i < r.count; i++) {
		if (i)
			err = freshen(&r);
		if (!err)
			err = record_item(&r, &r.items[i], out, ret);
	}
	return err;
}
