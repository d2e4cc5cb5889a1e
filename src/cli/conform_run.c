// SPDX-License-Identifier: MIT
#include "cli/conform_run.h"

// The bounds are for what never comes: nothing that is on its way takes so long.
static const struct mdt_slice job_options =
	SLICE_INIT("observe=state\nsettle=1000\nawait=500\nflush=section\n");

void conform_outcome_deinit(struct conform_outcome *outcome)
{
	mdt_buf_deinit(&outcome->words);
}

static struct mdt_error *make_plan(struct conform_run *run,
				   const struct mdt_conform_sequence *sequences,
				   size_t count, struct mdt_plan *ret)
{
	struct mdt_error *err = mdt_conform_plan_begin(run->options.levels, ret);

	for (size_t i = 0; !err && i < count; i++)
		err = mdt_conform_plan_add(ret, &run->options, &sequences[i], &run->fold);
	return err;
}

static const struct mdt_model_options *
flipped(const struct conform_run *run, unsigned int rule, struct mdt_model_options *ret)
{
	*ret = run->options;
	ret->flip = rule;
	return ret;
}

// The same once more for each rule, as if it were the other way round.
static struct mdt_error *check_flips(struct conform_run *run,
				     const struct mdt_conform_sequence *sequence,
				     const struct mdt_plan_section *ran)
{
	struct mdt_conform_tally tally = { 0 };
	struct mdt_conform_fault fault;
	struct mdt_model_options options;
	struct mdt_error *err = NULL;

	for (unsigned int i = 1; !err && run->flips && i <= mdt_model_rule_count(); i++) {
		if (run->flips[i])
			continue; // once is enough
		err = mdt_conform_check(flipped(run, i, &options), sequence, ran,
					&run->fold, &tally, &fault);
		run->flips[i] += fault.is_there;
	}
	return err;
}

static bool is_whole(const struct mdt_plan_section *ran)
{
	return ran->step_count &&
	       ran->steps[ran->step_count - 1].kind == MDT_STEP_TEARDOWN;
}

static struct mdt_error *say_end(const struct machine_end *end,
				 struct conform_outcome *ret)
{
	ret->died = true;
	mdt_buf_add(&ret->words, mdt_buf_slice(&end->why));
	if (end->console.len) {
		mdt_buf_adds(&ret->words, "; the kernel's last words:\n");
		mdt_buf_add(&ret->words, mdt_buf_slice(&end->console));
	}
	return mdt_buf_error(&ret->words);
}

// @param[out] done How many can be relied on.
static struct mdt_error *check_all(struct conform_run *run,
				   const struct mdt_conform_sequence *sequences,
				   size_t count, const struct mdt_plan *executed,
				   const struct machine_end *end, size_t *done,
				   struct conform_outcome *ret)
{
	struct mdt_error *err = NULL;
	bool stuck = false;

	for (*done = 0; !err && !stuck && *done < count; ++*done) {
		const struct mdt_plan_section *ran = &executed->sections[*done];

		if (*done >= executed->section_count || !is_whole(ran))
			break;
		stuck = mdt_conform_is_stuck(ran);
		err = mdt_conform_check(&run->options, &sequences[*done], ran, &run->fold,
					&run->tally, &ret[*done].fault);
		if (!err)
			err = check_flips(run, &sequences[*done], ran);
	}
	if (err || stuck || *done == count)
		return err;
	return say_end(end, &ret[(*done)++]);
}

struct mdt_error *conform_run(struct conform_run *run,
			      const struct mdt_conform_sequence *sequences, size_t count,
			      struct conform_outcome *ret)
{
	struct mdt_error *err = NULL;

	for (size_t at = 0, done; !err && at < count; at += done) {
		_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 }, executed = { 0 };
		_cleanup_(machine_end_deinit) struct machine_end end = { 0 };

		done = 0;
		err = make_plan(run, sequences + at, count - at, &plan);
		if (!err)
			err = machine_run(run->machine, &plan, job_options, &executed,
					  &end);
		if (!err)
			err = check_all(run, sequences + at, count - at, &executed, &end,
					&done, ret + at);
	}
	return err;
}
