// SPDX-License-Identifier: MIT
#include "conform/check.h"

#include <errno.h>
#include <stdio.h>

#include "strace/parse.h"

struct check {
	const struct mdt_conform_sequence *sequence;
	struct mdt_conform_fold *fold;
	struct mdt_conform_tally *tally;
	struct mdt_conform_fault *fault;
	struct mdt_nodes nodes;
	struct mdt_buf word; // what array_state read as last; empty: it is not there
	bool gave_up;	     // nothing is known of the rest
	int made;	     // what the last call that is not the sequence's gave
	bool is_seen;	     // array_state is to be compared behind this step
	unsigned int rule;   // that ended the last call
	size_t call;	     // the last one
};

/* ---- what the guest saw ---- */

static bool is_array(struct mdt_slice word)
{
	char name[16];

	snprintf(name, sizeof(name), "md%d", MDT_CONFORM_MINOR);
	return mdt_slice_eq_cstr(word, name);
}

static void read_state(struct check *check, struct mdt_slice rest)
{
	static const struct mdt_slice key = SLICE_INIT("array_state");
	struct mdt_slice word;

	if (!mdt_plan_word(&rest, &word) || !is_array(word))
		return;
	while (mdt_plan_word(&rest, &word)) {
		if (mdt_slice_eq(word, SLICE("gone")) || mdt_slice_eq(word, key))
			mdt_buf_clear(&check->word);
		if (!mdt_slice_starts(word, key) || word.len == key.len)
			continue;
		mdt_buf_clear(&check->word);
		mdt_plan_text(mdt_slice_skip(word, key.len + 1), &check->word);
	}
}

static void read_seen(struct check *check, const struct mdt_plan_step *step)
{
	for (size_t i = 0; i < step->seen_count; i++)
		if (mdt_slice_eq(step->seen[i].word, SLICE("state")))
			read_state(check, step->seen[i].rest);
}

static bool was_run(const struct mdt_plan_step *step)
{
	for (size_t i = 0; i < step->seen_count; i++)
		if (mdt_slice_eq(step->seen[i].word, SLICE("not-run")))
			return false;
	return true;
}

/* ---- results ---- */

enum { OTHER_ERRNO = -3, NO_RESULT = -4 };

static struct mdt_error *read_result(struct check *check,
				     const struct mdt_plan_step *step, int *ret,
				     char *text, size_t size)
{
	struct mdt_event event;
	struct mdt_error *err = mdt_parse_line(step->text, &check->nodes, &event);

	*ret = NO_RESULT;
	snprintf(text, size, "no result");
	if (err || !was_run(step) || event.kind != MDT_EVENT_CALL ||
	    !event.result.present)
		return err;
	if (!event.result.error.len) {
		*ret = 0;
		snprintf(text, size, "0");
		return NULL;
	}
	*ret = mdt_model_errno_find(event.result.error);
	if (!*ret)
		*ret = OTHER_ERRNO;
	snprintf(text, size, "%.*s",
		 SLICE_FMT(mdt_slice_head(event.result.error, size - 1)));
	return NULL;
}

static void add_words(char *text, size_t size, const char *word)
{
	size_t len = strlen(text);

	snprintf(text + len, size - len, "%s%s", len ? " or " : "", word);
}

static void expected_results(const struct mdt_conform_prediction *prediction, char *text,
			     size_t size)
{
	*text = '\0';
	for (unsigned int i = 0; i < prediction->count; i++)
		add_words(text, size, mdt_model_result_name(prediction->results[i]));
}

static void disagree(struct check *check, bool is_state, unsigned int rule)
{
	check->fault->is_there = true;
	check->fault->is_state = is_state;
	check->fault->rule = rule;
	check->fault->call = check->call;
	check->tally->counts[rule]++;
	if (is_state)
		check->tally->states++;
	else
		check->tally->results++;
	check->gave_up = true;
}

static unsigned int rule_of(const struct mdt_conform_fold *fold, int result)
{
	for (unsigned int i = 0; i < fold->next_count; i++)
		if (fold->next[i].result == result)
			return fold->next[i].rule;
	return fold->next_count ? fold->next[0].rule : 0;
}

static bool is_look(const struct mdt_conform_call *call)
{
	enum mdt_md_op op = mdt_conform_op(call->request);

	return call->kind == MDT_CONFORM_IOCTL &&
	       (op == MDT_OP_GET_ARRAY_INFO || op == MDT_OP_GET_DISK_INFO ||
		op == MDT_OP_RAID_VERSION || op == MDT_OP_GET_BITMAP_FILE);
}

static void add_unknown(struct mdt_conform_tally *tally, unsigned int rule,
			uint64_t count)
{
	tally->unknown += count;
	tally->unknowns[rule] += count;
}

static void judge(struct check *check, const struct mdt_conform_call *call,
		  const struct mdt_conform_prediction *prediction, int result)
{
	bool lost = result == NO_RESULT || prediction->lost;

	if (lost || mdt_conform_sure(prediction) == MDT_RESULT_UNKNOWN)
		add_unknown(check->tally, prediction->count ? prediction->rules[0] : 0,
			    1);
	check->rule = rule_of(check->fold, result);
	if (lost) {
		check->gave_up = true;
		return;
	}
	if (!mdt_conform_take(check->fold, call, result, check->tally->fired)) {
		expected_results(prediction, check->fault->model,
				 sizeof(check->fault->model));
		check->fault->result = result < 0 ? MDT_RESULT_UNKNOWN : result;
		disagree(check, false, check->rule);
	} else if (!check->fold->count) {
		check->gave_up = true;
	}
	check->is_seen = !is_look(call);
}

// What the plan has of a write to an attribute that is not there is the open.
static bool only_opens(const struct mdt_conform_call *call,
		       const struct mdt_plan_step *step)
{
	return call->kind == MDT_CONFORM_ATTRIBUTE &&
	       mdt_slice_starts(step->text, SLICE("openat("));
}

static struct mdt_error *on_call(struct check *check, const struct mdt_plan_step *step)
{
	const struct mdt_conform_call *call = &check->sequence->calls[step->line - 1];
	struct mdt_conform_prediction prediction;
	char *text = check->fault->kernel;
	struct mdt_error *err;
	int result;

	check->call = step->line - 1;
	check->tally->steps++;
	err = read_result(check, step, &result, text, sizeof(check->fault->kernel));
	if (err || check->gave_up) {
		add_unknown(check->tally, 0, 1);
		return err;
	}
	mdt_conform_predict(check->fold, call, &prediction);
	if (!prediction.count)
		prediction.lost = true;
	// It was there after all: nothing was written.
	if (only_opens(call, step) && !result &&
	    (prediction.opens || !prediction.is_made))
		return NULL;
	if (call->kind == MDT_CONFORM_ATTRIBUTE && !only_opens(call, step) && check->made)
		result = check->made;
	judge(check, call, &prediction, result);
	return NULL;
}

/* ---- states ---- */

static void expected_words(const struct mdt_conform_fold *fold, char *text, size_t size)
{
	unsigned int words = mdt_conform_words(fold);

	*text = '\0';
	for (unsigned int i = 0; i < MDT_STATES; i++)
		if (words >> i & 1)
			add_words(text, size,
				  mdt_array_state_name((enum mdt_array_state)i));
}

static void see(struct check *check)
{
	struct mdt_slice word = mdt_buf_slice(&check->word);
	char expected[sizeof(check->fault->model)];

	check->is_seen = false;
	if (check->gave_up)
		return;
	expected_words(check->fold, expected, sizeof(expected));
	if (mdt_conform_see(check->fold, word, !mdt_conform_is_unsettled(check->fold)))
		return;
	memcpy(check->fault->model, expected, sizeof(expected));
	snprintf(
		check->fault->kernel, sizeof(check->fault->kernel), "%.*s",
		SLICE_FMT(word.len ? mdt_slice_head(word, 60) : SLICE("no array_state")));
	disagree(check, true, check->rule);
}

/* ---- a sequence ---- */

static bool is_settle(const struct mdt_plan_section *ran, size_t i)
{
	return i < ran->step_count && ran->steps[i].kind == MDT_STEP_SETTLE;
}

static struct mdt_error *on_step(struct check *check, const struct mdt_plan_step *step)
{
	char text[64];

	switch (step->kind) {
	case MDT_STEP_CALL:
		if (step->line && step->line <= check->sequence->count)
			return on_call(check, step);
		return read_result(check, step, &check->made, text, sizeof(text));
	case MDT_STEP_SETTLE:
		if (!check->gave_up)
			mdt_conform_settle(check->fold, check->tally->fired);
		check->is_seen = true;
		return NULL;
	case MDT_STEP_TEARDOWN:
		check->is_seen = false;
		return NULL;
	}
	unreachable();
}

// A write to an attribute is seen behind its close.
static bool goes_on(const struct mdt_plan_section *ran, size_t i)
{
	if (is_settle(ran, i + 1))
		return true;
	return i + 1 < ran->step_count && ran->steps[i + 1].kind == MDT_STEP_CALL &&
	       !ran->steps[i + 1].line && ran->steps[i].line &&
	       mdt_slice_starts(ran->steps[i + 1].text, SLICE("close("));
}

struct mdt_error *mdt_conform_check(const struct mdt_model_options *options,
				    const struct mdt_conform_sequence *sequence,
				    const struct mdt_plan_section *ran,
				    struct mdt_conform_fold *fold,
				    struct mdt_conform_tally *tally,
				    struct mdt_conform_fault *ret)
{
	struct check check = {
		.sequence = sequence, .fold = fold, .tally = tally, .fault = ret
	};
	uint64_t steps = tally->steps;
	struct mdt_error *err = NULL;

	*ret = (struct mdt_conform_fault){ 0 };
	mdt_conform_fold_begin(fold, options, sequence);
	for (size_t i = 0; !err && i < ran->step_count && !ret->is_there; i++) {
		err = on_step(&check, &ran->steps[i]);
		read_seen(&check, &ran->steps[i]);
		if (check.is_seen && !goes_on(ran, i))
			see(&check);
	}
	// Calls that were not made, or came behind a disagreement.
	steps = sequence->count - (tally->steps - steps);
	tally->steps += steps;
	add_unknown(tally, 0, steps);
	tally->sequences++;
	mdt_buf_deinit(&check.word);
	mdt_nodes_deinit(&check.nodes);
	return err;
}

bool mdt_conform_is_stuck(const struct mdt_plan_section *ran)
{
	for (size_t i = 0; i < ran->step_count; i++) {
		const struct mdt_plan_step *step = &ran->steps[i];

		for (size_t j = 0; j < step->seen_count; j++)
			if (mdt_slice_eq(step->seen[j].word, SLICE("guest")) &&
			    mdt_slice_find(step->seen[j].rest, SLICE("stuck md")))
				return true;
	}
	return false;
}
