// SPDX-License-Identifier: MIT
// Which of four runs fail, and what that says.
#include "blame/blame.h"

#include "blame/parts.h"

struct judge {
	struct mdt_blame *out;
	struct blame_run runs[MDT_BLAME_RUNS];
	struct blame_pair whole;      /* good to bad */
	struct blame_pair kernels[2]; /* good to bad kernel: of the good mdadm, the bad */
	struct blame_pair mdadms[2];  /* good to bad mdadm: on the good kernel, the bad */
	const struct blame_pair *shown; /* the pair of kernels that tells */
	const struct mdt_blame_sign *symptom;
};

static const char *const run_names[] = {
	[MDT_BLAME_GOOD] = "good mdadm on the good kernel",
	[MDT_BLAME_BAD_KERNEL] = "good mdadm on the bad kernel",
	[MDT_BLAME_BAD_MDADM] = "bad mdadm on the good kernel",
	[MDT_BLAME_BAD] = "bad mdadm on the bad kernel",
};

const char *mdt_blame_run_name(enum mdt_blame_run run)
{
	return run_names[run];
}

static const char *const whose_names[] = {
	[MDT_BLAME_NOBODY] = "nobody", [MDT_BLAME_MDADM] = "mdadm",
	[MDT_BLAME_KERNEL] = "kernel", [MDT_BLAME_BOTH] = "both",
	[MDT_BLAME_EACH] = "each",     [MDT_BLAME_ENVIRONMENT] = "environment",
};

const char *mdt_blame_whose_name(enum mdt_blame_whose whose)
{
	return whose_names[whose];
}

/* ---- what the four say together ---- */

static enum mdt_blame_whose weigh(bool kernel_fails, bool mdadm_fails)
{
	if (kernel_fails)
		return mdadm_fails ? MDT_BLAME_EACH : MDT_BLAME_KERNEL;
	return mdadm_fails ? MDT_BLAME_MDADM : MDT_BLAME_BOTH;
}

static bool asks_of_mdadm(enum mdt_blame_whose whose)
{
	return whose == MDT_BLAME_MDADM || whose == MDT_BLAME_BOTH ||
	       whose == MDT_BLAME_EACH;
}

static bool asks_of_kernel(enum mdt_blame_whose whose)
{
	return whose == MDT_BLAME_KERNEL || whose == MDT_BLAME_BOTH ||
	       whose == MDT_BLAME_EACH;
}

/* ---- what shows it ---- */

// What kernels answer otherwise to the good mdadm, too, does no harm when that one does
// not fail.
static bool is_harmless(const struct judge *judge, const struct mdt_blame_sign *sign)
{
	return judge->out->whose == MDT_BLAME_BOTH &&
	       blame_pair_has(&judge->kernels[0], sign);
}

static const struct mdt_blame_sign *first_answer(const struct judge *judge,
						 unsigned int weight)
{
	const struct blame_pair *pair = judge->shown;

	for (size_t i = 0; i < pair->len; i++) {
		const struct mdt_blame_sign *sign = &pair->signs[i];

		if (sign->kind == MDT_BLAME_ANSWERED && sign->weight >= weight &&
		    !is_harmless(judge, sign))
			return sign;
	}
	return NULL;
}

static void find_answer(struct judge *judge)
{
	unsigned int weight = judge->symptom->kind == MDT_BLAME_ANSWERED
				      ? judge->symptom->weight
				      : MDT_WEIGHT_REFUSED;
	const struct mdt_blame_sign *sign = first_answer(judge, weight);

	if (!sign)
		sign = first_answer(judge, 0);
	if (sign)
		judge->out->answered = *sign;
}

static void find_question(struct judge *judge)
{
	const struct mdt_blame_sign *sign = NULL;

	for (size_t i = 0; !sign && i < array_size(judge->mdadms); i++) {
		sign = blame_pair_first(&judge->mdadms[i], MDT_BLAME_ASKED,
					MDT_WEIGHT_CHANGE);
		if (!sign)
			sign = blame_pair_first(&judge->mdadms[i], MDT_BLAME_ASKED, 0);
	}
	if (sign)
		judge->out->asked = *sign;
}

/* ---- the environment ---- */

static const char anew[] =
	"the same question to the same kernel has another answer: the runs do not begin alike";
static const char unseen[] =
	"the same mdadm was answered the same and goes on otherwise: what decides is not in the logs";

static void blame_environment(struct judge *judge, const struct mdt_blame_sign *sign,
			      const char *because)
{
	struct mdt_blame *out = judge->out;

	out->whose = MDT_BLAME_ENVIRONMENT;
	out->environment = *sign;
	if (!out->environment.because)
		out->environment.because = because;
	out->asked = out->answered = (struct mdt_blame_sign){ 0 };
}

// The first sign on the way of the kernels that names something of the environment, if
// nothing that md answers comes before it.
static const struct mdt_blame_sign *named_cause(const struct judge *judge)
{
	const struct blame_pair *pair = judge->shown;

	for (size_t i = 0; i < pair->len; i++) {
		const struct mdt_blame_sign *sign = &pair->signs[i];

		if (is_harmless(judge, sign))
			continue;
		if (sign->because)
			return sign;
		if (sign->kind == MDT_BLAME_ANSWERED &&
		    sign->weight >= MDT_WEIGHT_REFUSED)
			return NULL;
	}
	return NULL;
}

static const struct mdt_blame_sign *first_of_any(const struct blame_pair *pair)
{
	return pair->len ? &pair->signs[0] : NULL;
}

static void check_kernel(struct judge *judge)
{
	const struct mdt_blame_sign *sign = named_cause(judge);

	if (sign) {
		blame_environment(judge, sign, NULL);
		return;
	}
	sign = first_of_any(judge->shown);
	if (sign && !judge->out->answered.kind && sign->kind == MDT_BLAME_ASKED)
		blame_environment(judge, sign, unseen);
}

// On one kernel, two mdadm: what is asked otherwise must come before what is answered
// otherwise.
static void check_mdadm(struct judge *judge)
{
	const struct blame_pair *pair = &judge->mdadms[0];

	for (size_t i = 0; i < pair->len; i++) {
		const struct mdt_blame_sign *sign = &pair->signs[i];

		if (sign->kind == MDT_BLAME_ASKED)
			return;
		blame_environment(judge, sign, anew);
		return;
	}
}

// Neither of them alone, and both mdadm ask the same: only this run is otherwise.
static void check_both(struct judge *judge)
{
	if (!judge->out->asked.kind)
		blame_environment(judge,
				  judge->out->answered.kind ? &judge->out->answered
							    : judge->symptom,
				  anew);
}

/* ---- what is known of the answer ---- */

static void find_known(struct judge *judge)
{
	struct mdt_blame *out = judge->out;
	const struct mdt_blame_sign *sign = &out->answered;
	const struct blame_run *before = judge->shown->a, *after = judge->shown->b;
	struct mdt_drift_question question = {
		.op = sign->op,
		.field = SLICE("result"),
		.expected = sign->before,
		.actual = sign->after,
		.when = ~0u,
		.recorded = mdt_uname_read(before->life.kernel.version),
		.replaying = mdt_uname_read(after->life.kernel.version),
		.is_md_ioctl = sign->is_md_ioctl,
	};

	if (sign->kind != MDT_BLAME_ANSWERED)
		return;
	out->model = sign->model;
	out->model_source = sign->model_source;
	if (sign->op.len)
		out->drift = mdt_drift_find(&question);
}

/* ---- all of it ---- */

static void decide(struct judge *judge)
{
	struct mdt_blame *out = judge->out;
	bool kernel_fails, mdadm_fails;

	judge->symptom = blame_pair_worst(&judge->whole);
	if (!judge->symptom)
		return;
	out->symptom = *judge->symptom;
	kernel_fails = blame_pair_has(&judge->kernels[0], judge->symptom);
	mdadm_fails = blame_pair_has(&judge->mdadms[0], judge->symptom);
	out->runs[MDT_BLAME_BAD].fails = true;
	out->runs[MDT_BLAME_BAD_KERNEL].fails = kernel_fails;
	out->runs[MDT_BLAME_BAD_MDADM].fails = mdadm_fails;
	out->whose = weigh(kernel_fails, mdadm_fails);
	judge->shown = &judge->kernels[out->whose != MDT_BLAME_EACH];
	if (asks_of_kernel(out->whose))
		find_answer(judge);
	if (asks_of_mdadm(out->whose))
		find_question(judge);
	if (out->whose == MDT_BLAME_BOTH)
		check_both(judge);
	if (out->whose == MDT_BLAME_MDADM)
		check_mdadm(judge);
	if (asks_of_kernel(out->whose))
		check_kernel(judge);
	find_known(judge);
}

static struct mdt_error *keep_arrays(struct mdt_blame *out, const struct blame_run *run,
				     struct mdt_slice *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	for (size_t i = 0; i < run->end_count; i++) {
		mdt_buf_adds(&text, text.len ? "; " : "");
		mdt_buf_add(&text, run->ends[i].array);
		mdt_buf_adds(&text, ": ");
		mdt_buf_add(&text, run->ends[i].state.len ? run->ends[i].state
							  : SLICE("not known"));
	}
	return text.failed || !mdt_arena_copy(&out->arena, mdt_buf_slice(&text), ret)
		       ? &mdt_enomem
		       : NULL;
}

static struct mdt_error *read_runs(struct judge *judge,
				   const struct mdt_blame_input *input)
{
	struct mdt_blame *out = judge->out;
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < MDT_BLAME_RUNS; i++) {
		struct blame_run *run = &judge->runs[i];
		struct mdt_blame_outcome *outcome = &out->runs[i];

		err = blame_run_read(&input[i], &out->arena, run);
		if (err)
			break;
		*outcome = (struct mdt_blame_outcome){ .path = input[i].path,
						       .calls = run->calls,
						       .faults = run->faults,
						       .exit = run->exit };
		if (!mdt_arena_copy(&out->arena, run->life.kernel.version,
				    &outcome->kernel))
			return &mdt_enomem;
		err = keep_arrays(out, run, &outcome->arrays);
	}
	return err;
}

static struct mdt_error *compare_runs(struct judge *judge,
				      const struct mdt_blame_options *options)
{
	const struct {
		struct blame_pair *pair;
		enum mdt_blame_run a, b;
	} rows[] = {
		{ &judge->whole, MDT_BLAME_GOOD, MDT_BLAME_BAD },
		{ &judge->kernels[0], MDT_BLAME_GOOD, MDT_BLAME_BAD_KERNEL },
		{ &judge->kernels[1], MDT_BLAME_BAD_MDADM, MDT_BLAME_BAD },
		{ &judge->mdadms[0], MDT_BLAME_GOOD, MDT_BLAME_BAD_MDADM },
		{ &judge->mdadms[1], MDT_BLAME_BAD_KERNEL, MDT_BLAME_BAD },
	};
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < array_size(rows); i++)
		err = blame_pair_make(&judge->runs[rows[i].a], &judge->runs[rows[i].b],
				      options, &judge->out->arena, rows[i].pair);
	return err;
}

static void judge_deinit(struct judge *judge)
{
	for (size_t i = 0; i < MDT_BLAME_RUNS; i++)
		blame_run_deinit(&judge->runs[i]);
	blame_pair_deinit(&judge->whole);
	for (size_t i = 0; i < 2; i++) {
		blame_pair_deinit(&judge->kernels[i]);
		blame_pair_deinit(&judge->mdadms[i]);
	}
}

struct mdt_error *mdt_blame_find(const struct mdt_blame_input input[MDT_BLAME_RUNS],
				 const struct mdt_blame_options *options,
				 struct mdt_blame *ret)
{
	static const struct mdt_blame_options none = { 0 };
	struct judge judge = { .out = ret };
	struct mdt_error *err;

	*ret = (struct mdt_blame){ 0 };
	err = read_runs(&judge, input);
	if (!err)
		err = compare_runs(&judge, options ? options : &none);
	if (!err)
		decide(&judge);
	judge_deinit(&judge);
	return err;
}

void mdt_blame_deinit(struct mdt_blame *blame)
{
	mdt_arena_deinit(&blame->arena);
	*blame = (struct mdt_blame){ 0 };
}
