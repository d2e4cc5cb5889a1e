// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/conform_run.h"
#include "cli/progress.h"
#include "cli/units.h"
#include "conform/make.h"
#include "conform/mutate.h"
#include "conform/shrink.h"
#include "derive/derive.h"
#include "md/level.h"
#include "report/conform.h"
#include "vm/kernel.h"
#include "vm/module_dir.h"

enum {
	BATCH = 50, // sequences of one job
	DEFAULT_SEQUENCES = 100,
	DEFAULT_LENGTH = 30,
	SHOWN = 10, // disagreements that are minimised and told
};

enum conform_format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_JUNIT,
	FORMAT_KTAP,
};

static const char *const format_names[] = { "text", "json", "junit", "ktap", NULL };

struct conform_options {
	struct machine_options machine;
	const char *seed, *sequences, *length, *level, *from, *flip, *shard;
	unsigned int format;
	bool plan, flip_all, verbose;
};

// clang-format off
static const struct option_row option_rows[] = {
	MACHINE_ROWS(struct conform_options, machine),
	{ .name = "seed",
	  .arg = "N[-N]",
	  STORE_STRING(struct conform_options, seed),
	  .help = "which sequences: the same seed makes the same ones (default: 1); also several" },
	{ .name = "sequences",
	  .arg = "N",
	  STORE_STRING(struct conform_options, sequences),
	  .help = "how many (default: 100)" },
	{ .name = "shard",
	  .arg = "K/N",
	  STORE_STRING(struct conform_options, shard),
	  .help = "only the sequences of the Kth of N machines" },
	{ .name = "length",
	  .arg = "N",
	  STORE_STRING(struct conform_options, length),
	  .help = "calls of each (default: 30)" },
	{ .name = "level",
	  .arg = "LEVEL[,LEVEL]...",
	  STORE_STRING(struct conform_options, level),
	  .help = "of which levels the arrays are: linear, raid0, raid1 (the default), raid4, raid5, raid6, raid10" },
	{ .name = "from",
	  .arg = "LOG",
	  STORE_STRING(struct conform_options, from),
	  .help = "in place of random sequences: LOG's calls on md, and mutations of them" },
	{ .name = "plan",
	  .letter = 'n',
	  STORE_FLAG(struct conform_options, plan),
	  .help = "print the sequences as a plan, with what the model predicts; start no VM" },
	{ .name = "flip",
	  .arg = "RULE",
	  STORE_STRING(struct conform_options, flip),
	  .help = "turn a rule of the model into its opposite, to see that it is found" },
	{ .name = "flip-all",
	  STORE_FLAG(struct conform_options, flip_all),
	  .help = "hold what the kernel gave against the model with each rule flipped in turn" },
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct conform_options, format),
	  .help = "print a report, JSON, JUnit, or KTAP" },
	{ .name = "verbose",
	  .letter = 'v',
	  STORE_FLAG(struct conform_options, verbose),
	  .help = "also the rules that did not fire, and why" },
	{ 0 },
};
// clang-format on

struct conform {
	const struct conform_options *options;
	struct out *out;
	struct machine machine;
	struct conform_run run;
	unsigned int first_seed, last_seed, seed; // seed: that of what is made now
	unsigned int sequences, length;		  // for each seed
	struct shard shard;
	struct mdt_conform_ran *ran; // all so far; for CI only
	size_t ran_count, ran_cap;
	uint32_t levels;		  // bits MDT_LEVEL_BIT()
	struct mdt_conform_source source; // of --from
	struct progress progress;
	struct mdt_arena arena; // owns the text of findings
	struct mdt_conform_finding *findings;
	size_t count, cap;
	bool died;
	uint64_t flips[MDT_RULES_MAX];
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- findings ---- */

static struct mdt_error *run_candidate(void *data,
				       const struct mdt_conform_sequence *candidate,
				       struct mdt_conform_fault *ret)
{
	_cleanup_(conform_outcome_deinit) struct conform_outcome outcome = { 0 };
	struct mdt_error *err = conform_run(data, candidate, 1, &outcome);

	*ret = outcome.fault;
	return err;
}

static struct mdt_error *write_log(struct conform *conform,
				   const struct mdt_conform_sequence *sequence,
				   const struct mdt_conform_fault *fault,
				   struct mdt_buf *ret)
{
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_error *err =
		mdt_conform_plan_begin(conform->run.options.levels, &plan);
	struct mdt_slice *note;

	if (!err)
		err = mdt_conform_plan_add(&plan, &conform->run.options, sequence,
					   &conform->run.fold);
	note = err ? NULL : mdt_plan_add(&plan, plan.notes, plan.note_count);
	if (!err && !note)
		err = &mdt_enomem;
	if (err)
		return err;
	mdt_buf_printf(&text, "call %zu: %s: the model says %s (%s), the kernel %s",
		       fault->call + 1, fault->is_state ? "array_state" : "result",
		       fault->model,
		       fault->rule ? mdt_model_rule(fault->rule)->name : "no rule",
		       fault->kernel);
	*note = mdt_buf_slice(&text);
	mdt_plan_write(&plan, ret);
	return mdt_buf_error(ret);
}

static struct mdt_error *keep_text(struct conform *conform, const struct mdt_buf *text,
				   struct mdt_slice *ret)
{
	if (text->failed || !mdt_arena_copy(&conform->arena, mdt_buf_slice(text), ret))
		return &mdt_enomem;
	return NULL;
}

static struct mdt_error *describe(struct conform *conform,
				  const struct mdt_conform_sequence *sequence,
				  struct mdt_conform_finding *finding)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 }, log = { 0 };
	struct mdt_error *err;

	finding->call = finding->fault.call;
	finding->calls = sequence->count;
	if (finding->call < sequence->count)
		mdt_conform_call_text(&sequence->calls[finding->call], &text);
	err = keep_text(conform, &text, &finding->text);
	if (!err)
		err = write_log(conform, sequence, &finding->fault, &log);
	return err ? err : keep_text(conform, &log, &finding->log);
}

static struct mdt_error *tell(struct conform *conform,
			      struct mdt_conform_sequence *sequence,
			      const struct conform_outcome *outcome)
{
	struct conform_run trial = { .machine = &conform->machine,
				     .options = conform->run.options,
				     .fold = conform->run.fold };
	struct mdt_conform_try attempt = { run_candidate, &trial };
	struct mdt_conform_finding finding = { .seed = sequence->seed,
					       .number = sequence->number,
					       .fault = outcome->fault };
	struct mdt_error *err = NULL;

	if (conform->count >= SHOWN)
		return NULL;
	if (outcome->died) {
		conform->died = true;
		err = keep_text(conform, &outcome->words, &finding.died);
	} else {
		err = mdt_conform_shrink(&attempt, &finding.fault, sequence);
	}
	if (!err)
		err = describe(conform, sequence, &finding);
	if (!err && !mdt_grow((void **)&conform->findings, &conform->cap, conform->count,
			      sizeof(finding)))
		err = &mdt_enomem;
	if (err)
		return err;
	conform->findings[conform->count++] = finding;
	if (conform->options->format == FORMAT_TEXT) {
		mdt_conform_finding_text(&finding, &conform->out->buf);
		out_flush(conform->out);
	}
	return NULL;
}

/* ---- batches ---- */

static struct mdt_error *make_one(struct conform *conform, unsigned int number,
				  struct mdt_conform_sequence *ret)
{
	struct conform_run *run = &conform->run;

	if (conform->source.count)
		return mdt_conform_mutate(&run->options, &conform->source, conform->seed,
					  number, &run->fold, ret);
	return mdt_conform_make(&run->options, conform->levels, conform->seed, number,
				conform->length, &run->fold, ret);
}

// Whether a sequence is this machine's; of several seeds these are counted together.
static bool is_ours(const struct conform *conform, unsigned int number)
{
	size_t seeds = conform->seed - conform->first_seed;

	return shard_has(&conform->shard, seeds * conform->sequences + number - 1);
}

static bool is_for_ci(const struct conform *conform)
{
	return conform->options->format == FORMAT_JUNIT ||
	       conform->options->format == FORMAT_KTAP;
}

static struct mdt_error *note_ran(struct conform *conform,
				  const struct mdt_conform_sequence *sequence,
				  const struct conform_outcome *outcome)
{
	if (!is_for_ci(conform))
		return NULL;
	if (!mdt_grow((void **)&conform->ran, &conform->ran_cap, conform->ran_count,
		      sizeof(*conform->ran)))
		return &mdt_enomem;
	conform->ran[conform->ran_count++] =
		(struct mdt_conform_ran){ .seed = sequence->seed,
					  .number = sequence->number,
					  .disagrees = outcome->fault.is_there,
					  .died = outcome->died };
	return NULL;
}

static struct mdt_error *run_batch(struct conform *conform, const unsigned int *numbers,
				   unsigned int count)
{
	struct mdt_conform_sequence *sequences = calloc(count, sizeof(*sequences));
	struct conform_outcome *outcomes = calloc(count, sizeof(*outcomes));
	struct mdt_error *err = sequences && outcomes ? NULL : &mdt_enomem;

	for (unsigned int i = 0; !err && i < count; i++)
		err = make_one(conform, numbers[i], &sequences[i]);
	if (!err)
		err = conform_run(&conform->run, sequences, count, outcomes);
	for (unsigned int i = 0; !err && i < count; i++) {
		err = note_ran(conform, &sequences[i], &outcomes[i]);
		if (!err && (outcomes[i].fault.is_there || outcomes[i].died))
			err = tell(conform, &sequences[i], &outcomes[i]);
	}
	for (unsigned int i = 0; sequences && outcomes && i < count; i++) {
		mdt_conform_sequence_deinit(&sequences[i]);
		conform_outcome_deinit(&outcomes[i]);
	}
	free(sequences);
	free(outcomes);
	return err;
}

// Take this machine's from a number on, at most a batch. @param[in,out] at The first;
// then the next.
static unsigned int take_numbers(const struct conform *conform, unsigned int *at,
				 unsigned int ret[static BATCH])
{
	unsigned int count = 0;

	for (; count < BATCH && *at <= conform->sequences; ++*at)
		if (is_ours(conform, *at))
			ret[count++] = *at;
	return count;
}

// @param before How many sequences other seeds have had.
static struct mdt_error *run_seed(struct conform *conform, unsigned int before)
{
	unsigned int numbers[BATCH], at = 1, count;
	struct mdt_error *err = NULL;
	char name[64];

	while (!err && (count = take_numbers(conform, &at, numbers))) {
		snprintf(name, sizeof(name), "sequences of seed %u", conform->seed);
		progress_next(&conform->progress, before + numbers[0] - 1, name);
		err = run_batch(conform, numbers, count);
		snprintf(name, sizeof(name), "%zu disagreements so far", conform->count);
		progress_done(&conform->progress, before + at - 1, "sequences", name);
	}
	return err;
}

static struct mdt_error *run_all(struct conform *conform)
{
	unsigned int seeds = conform->last_seed - conform->first_seed + 1;
	struct mdt_error *err = NULL;

	progress_begin(&conform->progress, seeds * conform->sequences);
	for (unsigned int i = 0; !err && i < seeds; i++) {
		conform->seed = conform->first_seed + i;
		err = run_seed(conform, i * conform->sequences);
	}
	progress_end(&conform->progress);
	return err;
}

static struct mdt_error *print_plan(struct conform *conform)
{
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	struct mdt_error *err =
		mdt_conform_plan_begin(conform->run.options.levels, &plan);

	for (unsigned int i = 1; !err && i <= conform->sequences; i++) {
		_cleanup_(mdt_conform_sequence_deinit) struct mdt_conform_sequence it = {
			0
		};

		if (!is_ours(conform, i))
			continue;
		err = make_one(conform, i, &it);
		if (!err)
			err = mdt_conform_plan_add(&plan, &conform->run.options, &it,
						   &conform->run.fold);
	}
	if (!err)
		mdt_plan_write(&plan, &conform->out->buf);
	return err;
}

/* ---- levels ---- */

static struct mdt_error *read_levels(struct conform *conform)
{
	struct mdt_slice rest = mdt_slice_cstr(
		conform->options->level ? conform->options->level : "raid1");

	if (conform->options->level && conform->options->from)
		return mdt_error_create(MDT_ERR_INVALID,
					"--level: with --from the log says what it is");
	while (rest.len) {
		const char *comma = mdt_slice_find(rest, SLICE(","));
		struct mdt_slice name = mdt_slice_head(
			rest, comma ? (size_t)(comma - rest.str) : rest.len);
		int level;

		if (!mdt_level_find(name, &level) || !mdt_model_module(level))
			return mdt_error_create(
				MDT_ERR_INVALID,
				"--level: '%.*s' is none that the model follows",
				SLICE_FMT(name));
		conform->levels |= MDT_LEVEL_BIT(level);
		rest = mdt_slice_skip(rest, name.len);
		rest = mdt_slice_skip(rest, rest.len != 0);
	}
	return NULL;
}

// The module of one of them has it: raid456 has three.
static bool is_loaded(uint32_t levels, int32_t level)
{
	const char *name = mdt_model_module(level);

	for (int32_t other = -1; name && other <= 10; other++)
		if (levels & MDT_LEVEL_BIT(other) &&
		    !strcmp(mdt_model_module(other), name))
			return true;
	return false;
}

// What the kernel does not have cannot start, which is held against it as well.
static struct mdt_error *find_levels(struct conform *conform)
{
	_cleanup_(mdt_module_dir_deinit) struct mdt_module_dir modules = { 0 };
	_cleanup_(mdt_vm_kernel_deinit) struct mdt_vm_kernel kernel = { 0 };
	struct mdt_error *err =
		mdt_vm_kernel_find(conform->machine.config.kernel,
				   conform->machine.config.modules, "/", &kernel);

	if (!err)
		err = mdt_module_dir_read(kernel.modules, &modules);
	for (int32_t level = -1; !err && level <= 10; level++)
		if (!is_loaded(conform->levels, level) ||
		    !mdt_module_dir_has(&modules, mdt_model_module(level)))
			conform->run.options.levels &= ~MDT_LEVEL_BIT(level);
	return err;
}

/* ---- the command ---- */

static struct mdt_error *read_options(struct conform *conform)
{
	const struct conform_options *options = conform->options;
	struct mdt_error *err = NULL;

	conform->first_seed = conform->last_seed = 1;
	conform->sequences = DEFAULT_SEQUENCES;
	conform->length = DEFAULT_LENGTH;
	if (options->seed)
		err = units_range("--seed", options->seed, 0, UINT_MAX,
				  &conform->first_seed, &conform->last_seed);
	conform->seed = conform->first_seed;
	if (!err && options->sequences)
		err = units_count("--sequences", options->sequences, 1, 10000000,
				  &conform->sequences);
	if (!err)
		err = units_shard(options->shard, &conform->shard);
	if (!err && options->length && options->from)
		err = mdt_error_create(
			MDT_ERR_INVALID,
			"--length: with --from the log says how long a sequence is");
	if (!err && options->length)
		err = units_count("--length", options->length, 1, 10000,
				  &conform->length);
	mdt_model_options_init(&conform->run.options, MDT_KERNEL_6_1);
	if (!err)
		err = read_levels(conform);
	for (int32_t level = -1; !err && level <= 10; level++)
		if (is_loaded(conform->levels, level))
			conform->run.options.levels |= MDT_LEVEL_BIT(level);
	if (!err && options->flip) {
		conform->run.options.flip =
			mdt_model_rule_find(mdt_slice_cstr(options->flip));
		if (!conform->run.options.flip)
			err = mdt_error_create(MDT_ERR_INVALID,
					       "--flip: there is no rule '%s'",
					       options->flip);
	}
	return err;
}

static struct mdt_error *read_source(struct conform *conform)
{
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	struct mdt_error *err = mdt_plan_make(&conform->options->from, 1, NULL, &plan);

	return err ? err
		   : mdt_conform_source_read(conform->options->from, &plan,
					     &conform->source);
}

static struct mdt_error *start(struct conform *conform)
{
	struct mdt_error *err =
		machine_init(&conform->machine, &conform->options->machine);
	struct mdt_slice release;

	conform->machine.verbose = conform->options->verbose;
	if (!err)
		err = find_levels(conform);
	if (!err)
		err = machine_start(&conform->machine);
	if (err)
		return err;
	release = mdt_vm_info(conform->machine.vm).release;
	if (!mdt_kernel_find(release, &conform->run.options.kernel))
		return mdt_error_create(MDT_ERR_INVALID,
					"the model has no line for the kernel %.*s",
					SLICE_FMT(release));
	if (!mdt_arena_copy(&conform->arena, release, &release))
		return &mdt_enomem;
	return NULL;
}

static struct mdt_error *report(struct conform *conform, double since)
{
	char shard[SHARD_TEXT];
	struct mdt_conform_report it = {
		.kernel = conform->run.options.kernel,
		.seed = conform->first_seed,
		.last_seed = conform->last_seed,
		.sequences = conform->sequences,
		.length = conform->length,
		.shard = shard_text(&conform->shard, shard),
		.from = conform->options->from,
		.from_calls = conform->source.count,
		.from_left_out = conform->source.left_out,
		.tally = &conform->run.tally,
		.seconds = seconds() - since,
		.flip = conform->run.options.flip,
		.flips = conform->run.flips,
	};
	struct mdt_error *err = machine_start(&conform->machine);

	if (err)
		return err;
	it.release = mdt_vm_info(conform->machine.vm).release;
	if (is_for_ci(conform))
		return mdt_conform_report_ci(&it, conform->options->format == FORMAT_KTAP,
					     conform->ran, conform->ran_count,
					     conform->findings, conform->count,
					     &conform->out->buf);
	if (conform->options->format == FORMAT_JSON)
		mdt_conform_report_json(&it, conform->findings, conform->count,
					&conform->out->buf);
	else
		mdt_conform_report_text(&it, conform->options->verbose,
					&conform->out->buf);
	return NULL;
}

static struct mdt_error *run_in_vm(struct conform *conform, enum status *ret)
{
	const struct mdt_conform_tally *tally = &conform->run.tally;
	struct mdt_error *err = start(conform);
	double since = seconds();

	if (!err)
		err = run_all(conform);
	if (!err)
		err = report(conform, since);
	machine_deinit(&conform->machine);
	*ret = conform->died			 ? STATUS_TROUBLE
	       : tally->results || tally->states ? STATUS_DIFFERS
						 : STATUS_OK;
	return err;
}

static struct mdt_error *run_conform(struct conform *conform, enum status *ret)
{
	struct mdt_error *err;

	if (conform->options->format != FORMAT_TEXT || conform->options->plan)
		out_bytes(conform->out);
	conform->run.machine = &conform->machine;
	if (conform->options->flip_all)
		conform->run.flips = conform->flips;
	err = read_options(conform);
	if (!err && conform->options->from)
		err = read_source(conform);
	if (!err)
		err = mdt_conform_fold_init(&conform->run.fold);
	if (!err)
		err = conform->options->plan ? print_plan(conform)
					     : run_in_vm(conform, ret);
	mdt_conform_fold_deinit(&conform->run.fold);
	mdt_conform_source_deinit(&conform->source);
	mdt_arena_deinit(&conform->arena);
	free(conform->findings);
	free(conform->ran);
	return err;
}

// With its counts of flipped rules it is too large for a small stack.
static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	struct conform *conform = calloc(1, sizeof(*conform));
	struct mdt_error *err = &mdt_enomem;

	if (conform) {
		conform->options = cli->options;
		conform->out = cli->out;
		err = run_conform(conform, ret);
	}
	free(conform);
	return err;
}

const struct command cmd_conform = {
	.name = "conform",
	.summary =
		"run random sequences on a real kernel in a VM, and hold the model against it",
	.details =
		"What the model of md predicts (mdtrace explain) is compared with what the\n"
		"kernel gives. A disagreement is cut down to the shortest sequence that\n"
		"shows it, and printed as a log that replay runs.\n"
		"\n"
		"  mdtrace conform --seed=7 --sequences=500\n"
		"  mdtrace conform --from=create.strace",
	.options = option_rows,
	.options_size = sizeof(struct conform_options),
	.reads_logs = true,
	.run = run,
};
