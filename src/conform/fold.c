// SPDX-License-Identifier: MIT
#include "conform/fold.h"

#include <errno.h>
#include <stdlib.h>

struct mdt_error *mdt_conform_fold_init(struct mdt_conform_fold *fold)
{
	memset(fold, 0, sizeof(*fold));
	fold->step = calloc(1, sizeof(*fold->step));
	fold->next = calloc(MDT_CONFORM_NEXTS, sizeof(*fold->next));
	return fold->step && fold->next ? NULL : &mdt_enomem;
}

void mdt_conform_fold_deinit(struct mdt_conform_fold *fold)
{
	free(fold->step);
	free(fold->next);
	fold->step = NULL;
	fold->next = NULL;
}

void mdt_conform_fold_begin(struct mdt_conform_fold *fold,
			    const struct mdt_model_options *options,
			    const struct mdt_conform_sequence *sequence)
{
	fold->options = *options;
	fold->options.start_ro = sequence->start_ro ? MDT_YES : MDT_NO;
	fold->count = 1;
	fold->next_count = 0;
	fold->unsure = fold->fails = false;
	fold->slow = sequence->slow;
	mdt_conform_begin_state(sequence, &fold->states[0]);
	for (size_t i = 0; i < MDT_CONFORM_SLOTS; i++)
		fold->open[i] = fold->exclusive[i] = false;
}

/* ---- predicting ---- */

// Without the model: all states stay as they are.
static void end_all(struct mdt_conform_fold *fold, int result)
{
	for (unsigned int i = 0; i < fold->count; i++) {
		struct mdt_conform_next *next = &fold->next[fold->next_count++];

		next->result = result;
		next->rule = 0;
		memset(next->through, 0, sizeof(next->through));
		next->state = fold->states[i];
	}
}

// @return false when there are too many outcomes.
static bool step_all(struct mdt_conform_fold *fold, const struct mdt_model_call *call)
{
	for (unsigned int i = 0; i < fold->count; i++) {
		mdt_model_step(&fold->options, &fold->states[i], call, fold->step);
		for (unsigned int j = 0; j < fold->step->count; j++) {
			const struct mdt_model_outcome *it = &fold->step->outcomes[j];
			struct mdt_conform_next *next = &fold->next[fold->next_count];

			if (fold->next_count == MDT_CONFORM_NEXTS)
				return false;
			next->result = it->result;
			next->rule = it->rule;
			memcpy(next->through, it->through, sizeof(next->through));
			next->state = it->next;
			fold->next_count++;
		}
	}
	return true;
}

static bool needs_slot(const struct mdt_conform_call *call)
{
	return call->kind == MDT_CONFORM_IOCTL || call->kind == MDT_CONFORM_CLOSE;
}

// Whether the attribute's file is there.
static enum mdt_tri has_file(const struct mdt_conform_fold *fold,
			     const struct mdt_model_state *state,
			     const struct mdt_conform_call *call)
{
	const struct mdt_conform_disk *disk = &mdt_conform_disks[call->disk];

	if (state->exists != MDT_YES || call->op == MDT_OP_ARRAY_STATE ||
	    call->op == MDT_OP_SETTLE)
		return state->exists;
	// 6.19 and later leave it there when the array is stopped, and has none when the
	// array is started once more (do_md_stop(), md_run()).
	if (call->op == MDT_OP_SYNC_ACTION && fold->options.kernel >= MDT_KERNEL_6_19)
		return state->runs > 1 || state->running != MDT_YES
			       ? MDT_UNSURE
			       : mdt_model_resyncs(state);
	if (call->op == MDT_OP_SYNC_ACTION)
		return mdt_tri_and(state->running, mdt_model_resyncs(state));
	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].major == disk->major &&
		    state->disks[i].minor == disk->minor)
			return !state->disks[i].is_member ? MDT_NO
			       : state->disks[i].slot == MDT_MODEL_UNKNOWN
				       ? MDT_UNSURE // it may have been let go
				       : MDT_YES;
	return MDT_NO;
}

static enum mdt_tri all_have_file(const struct mdt_conform_fold *fold,
				  const struct mdt_conform_call *call)
{
	enum mdt_tri ret = has_file(fold, &fold->states[0], call);

	for (unsigned int i = 1; i < fold->count; i++)
		if (has_file(fold, &fold->states[i], call) != ret)
			return MDT_UNSURE;
	return ret;
}

// What is over a moment later, for which calls are awaited (conform/plan.c).
static bool is_passing(unsigned int rule)
{
	static const char *const names[] = { "add-lingers", "hot-add-lingers",
					     "open-being-deleted" };

	array_for_each (it, names)
		if (rule && !strcmp(mdt_model_rule(rule)->name, *it))
			return true;
	return false;
}

// Such a call is awaited when what else can come of it is one result; opens always are.
static bool is_awaited(const struct mdt_conform_fold *fold,
		       const struct mdt_conform_call *call)
{
	const struct mdt_conform_next *first = NULL;

	for (unsigned int i = 0; i < fold->next_count; i++) {
		if (is_passing(fold->next[i].rule))
			continue;
		if (first && first->result != fold->next[i].result)
			return call->kind == MDT_CONFORM_OPEN;
		first = &fold->next[i];
	}
	return first;
}

static void drop_passing(struct mdt_conform_fold *fold)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < fold->next_count; i++)
		if (!is_passing(fold->next[i].rule))
			fold->next[kept++] = fold->next[i];
	fold->next_count = kept;
}

static void set_fail_last(struct mdt_conform_fold *fold, const char *word)
{
	for (unsigned int i = 0; i < fold->next_count; i++)
		if (!fold->next[i].result)
			fold->next[i].state.fail_last = word[0] == '1' ? MDT_YES : MDT_NO;
}

// What is fatal in some states is left out once the array may be in another state than it
// is taken to be.
static bool is_risky(const struct mdt_conform_fold *fold,
		     const struct mdt_model_call *call)
{
	for (unsigned int i = 1; fold->unsure && i <= mdt_model_rule_count(); i++) {
		const struct mdt_model_rule *rule = mdt_model_rule(i);

		if (!rule->fatal ||
		    !mdt_model_rule_is_for(rule, call->op, fold->options.kernel))
			continue;
		return fold->fails || call->op == MDT_OP_MEMBER_STATE;
	}
	return false;
}

static void sum_up(struct mdt_conform_fold *fold, struct mdt_conform_prediction *ret)
{
	for (unsigned int i = 0; i < fold->next_count; i++) {
		unsigned int at = 0;

		ret->fatal |=
			fold->next[i].rule && mdt_model_rule(fold->next[i].rule)->fatal;
		while (at < ret->count && ret->results[at] != fold->next[i].result)
			at++;
		if (at < ret->count)
			continue;
		if (at == MDT_CONFORM_RESULTS) {
			ret->lost = true;
			return;
		}
		ret->results[at] = fold->next[i].result;
		ret->rules[at] = fold->next[i].rule;
		ret->count++;
	}
}

static void step_model(struct mdt_conform_fold *fold, const struct mdt_model_call *call,
		       struct mdt_conform_prediction *ret)
{
	ret->lost = !step_all(fold, call);
	ret->fatal = is_risky(fold, call);
}

static void predict_file(struct mdt_conform_fold *fold,
			 const struct mdt_conform_call *call,
			 struct mdt_conform_prediction *ret)
{
	enum mdt_tri there = all_have_file(fold, call);
	struct mdt_model_call model;

	ret->is_made = there != MDT_UNSURE;
	ret->opens = there == MDT_YES;
	if (there != MDT_YES)
		end_all(fold, ENOENT);
	if (there == MDT_NO)
		return;
	if (call->op == MDT_OP_SETTLE) {
		end_all(fold, 0);
		set_fail_last(fold, call->word);
		return;
	}
	mdt_conform_model_call(call, &model);
	step_model(fold, &model, ret);
}

void mdt_conform_predict(struct mdt_conform_fold *fold,
			 const struct mdt_conform_call *call,
			 struct mdt_conform_prediction *ret)
{
	struct mdt_model_call model;

	*ret = (struct mdt_conform_prediction){ .is_made = true };
	fold->next_count = 0;
	if (!fold->count) {
		ret->lost = true;
		return;
	}
	if (call->kind == MDT_CONFORM_ATTRIBUTE) {
		predict_file(fold, call, ret);
	} else if (needs_slot(call) && !fold->open[call->slot]) {
		end_all(fold, EBADF);
	} else if (call->kind == MDT_CONFORM_OPEN && fold->open[call->slot]) {
		ret->is_made = false;
	} else {
		mdt_conform_model_call(call, &model);
		if (call->kind == MDT_CONFORM_CLOSE)
			model.exclusive = fold->exclusive[call->slot];
		step_model(fold, &model, ret);
		if (!call->hasty && is_awaited(fold, call))
			drop_passing(fold);
	}
	sum_up(fold, ret);
}

int mdt_conform_sure(const struct mdt_conform_prediction *prediction)
{
	return prediction->lost || prediction->count != 1 ? MDT_RESULT_UNKNOWN
							  : prediction->results[0];
}

int mdt_conform_expected(const struct mdt_conform_prediction *prediction)
{
	for (unsigned int i = 0; i < prediction->count; i++)
		if (!prediction->results[i])
			return 0;
	return prediction->count ? prediction->results[0] : 0;
}

/* ---- what has come ---- */

static void mark(uint64_t fired[MDT_RULES_MAX / 64], const struct mdt_conform_next *next)
{
	for (unsigned int i = 0; i < MDT_RULES_MAX / 64; i++)
		fired[i] |= next->through[i];
	if (next->rule)
		fired[next->rule / 64] |= 1ull << next->rule % 64;
}

// An event count and whether it is exact, of which some states have different ones.
struct count {
	uint64_t *events;
	bool *exact;
};

static unsigned int counts_of(struct mdt_model_state *state,
			      struct count ret[static MDT_MODEL_DISKS + 1])
{
	unsigned int count = 0;

	ret[count++] = (struct count){ &state->events, &state->events_exact };
	for (uint32_t i = 0; i < state->disk_count; i++) {
		struct mdt_model_super *super = &state->disks[i].super;

		ret[count++] = (struct count){ &super->events, &super->events_exact };
	}
	return count;
}

// Two states that differ in event counts alone, one of them having the lower ones, become
// that one, where "at least" stands for what differs.
static bool join(struct mdt_model_state *a, const struct mdt_model_state *b)
{
	struct count in_a[MDT_MODEL_DISKS + 1], in_b[MDT_MODEL_DISKS + 1];
	struct mdt_model_state low = *a, high = *b;
	unsigned int count = counts_of(&low, in_a);
	bool less = false, more = false;

	if (counts_of(&high, in_b) != count)
		return false;
	for (unsigned int i = 0; i < count; i++) {
		less |= *in_b[i].events < *in_a[i].events;
		more |= *in_b[i].events > *in_a[i].events;
		*in_a[i].exact &= *in_b[i].exact && *in_a[i].events == *in_b[i].events;
		*in_b[i].exact = *in_a[i].exact;
		if (*in_b[i].events < *in_a[i].events)
			*in_a[i].events = *in_b[i].events;
		*in_b[i].events = *in_a[i].events;
	}
	if ((less && more) || memcmp(&low, &high, sizeof(low)) != 0)
		return false;
	*a = low;
	return true;
}

// @return false when there is no room.
static bool keep(struct mdt_conform_fold *fold, const struct mdt_model_state *state)
{
	for (unsigned int i = 0; i < fold->count; i++)
		if (join(&fold->states[i], state))
			return true;
	if (fold->count == MDT_CONFORM_STATES)
		return false;
	fold->states[fold->count++] = *state;
	return true;
}

static void hold(struct mdt_conform_fold *fold, const struct mdt_conform_call *call,
		 int result)
{
	if (result)
		return;
	if (call->kind == MDT_CONFORM_OPEN) {
		fold->open[call->slot] = true;
		fold->exclusive[call->slot] = call->exclusive;
	} else if (call->kind == MDT_CONFORM_CLOSE) {
		fold->open[call->slot] = false;
	}
}

static bool is_failure(const struct mdt_conform_call *call)
{
	struct mdt_model_call model;

	mdt_conform_model_call(call, &model);
	return model.op == MDT_OP_SET_DISK_FAULTY ||
	       (model.op == MDT_OP_MEMBER_STATE && model.word == MDT_WORD_FAULTY);
}

static bool keep_settled(struct mdt_conform_fold *fold,
			 const struct mdt_model_state *state)
{
	const struct mdt_model_call call = { .op = MDT_OP_SETTLE };
	bool has_room = true;

	if (state->running == MDT_NO || state->unsettled == MDT_NO ||
	    !mdt_model_settles(state))
		return true;
	mdt_model_step(&fold->options, state, &call, fold->step);
	for (unsigned int i = 0; i < fold->step->count; i++)
		has_room &= keep(fold, &fold->step->outcomes[i].next);
	return has_room;
}

// When the next call comes the raid thread may have begun its work, or done it, or not.
static void maybe_settle(struct mdt_conform_fold *fold)
{
	unsigned int count = fold->count;
	bool has_room = true;

	for (unsigned int i = 0; i < count; i++) {
		struct mdt_model_state begun = fold->states[i];

		if (mdt_model_begin_work(&begun))
			has_room &= keep(fold, &begun);
		if (!fold->slow)
			has_room &= keep_settled(fold, &fold->states[i]);
	}
	if (!has_room)
		fold->count = 0;
}

bool mdt_conform_take(struct mdt_conform_fold *fold, const struct mdt_conform_call *call,
		      int result, uint64_t fired[MDT_RULES_MAX / 64])
{
	bool agrees = false, has_room = true;

	hold(fold, call, result);
	fold->fails |= is_failure(call);
	fold->count = 0;
	for (unsigned int i = 0; i < fold->next_count; i++) {
		agrees |= fold->next[i].result == result;
		fold->unsure |= fold->next[i].result != fold->next[0].result;
	}
	for (unsigned int i = 0; i < fold->next_count; i++) {
		const struct mdt_conform_next *next = &fold->next[i];

		if (next->result != (agrees ? result : MDT_RESULT_UNKNOWN))
			continue;
		mark(fired, next);
		has_room &= keep(fold, &next->state);
	}
	agrees |= fold->count != 0;
	if (!has_room)
		fold->count = 0;
	if (call->hasty)
		maybe_settle(fold);
	return agrees;
}

void mdt_conform_settle(struct mdt_conform_fold *fold, uint64_t fired[MDT_RULES_MAX / 64])
{
	const struct mdt_model_call call = { .op = MDT_OP_SETTLE };
	bool has_room;

	fold->next_count = 0;
	has_room = step_all(fold, &call);
	fold->count = 0;
	for (unsigned int i = 0; i < fold->next_count; i++) {
		mark(fired, &fold->next[i]);
		has_room &= keep(fold, &fold->next[i].state);
	}
	if (!has_room)
		fold->count = 0;
}

bool mdt_conform_is_unsettled(const struct mdt_conform_fold *fold)
{
	bool ret = false;

	for (unsigned int i = 0; i < fold->count; i++) {
		if (!mdt_model_settles(&fold->states[i]))
			return false;
		ret |= fold->states[i].running != MDT_NO &&
		       fold->states[i].unsettled != MDT_NO;
	}
	return ret;
}

static bool passes(struct mdt_slice word)
{
	return mdt_slice_eq(word, SLICE("active")) ||
	       mdt_slice_eq(word, SLICE("active-idle")) ||
	       mdt_slice_eq(word, SLICE("write-pending"));
}

static bool agrees(struct mdt_model_state *state, struct mdt_slice word, bool settled)
{
	// The node goes some time after the array.
	if (state->exists != MDT_YES)
		return true;
	if (!word.len)
		return false;
	if (settled && passes(word) && state->unsettled == MDT_NO &&
	    mdt_model_array_state(state) == 1u << MDT_STATE_CLEAN)
		return false;
	return mdt_model_see(state, SLICE("array_state"), word);
}

bool mdt_conform_see(struct mdt_conform_fold *fold, struct mdt_slice word, bool settled)
{
	unsigned int count = fold->count;

	fold->count = 0;
	for (unsigned int i = 0; i < count; i++)
		if (agrees(&fold->states[i], word, settled))
			fold->states[fold->count++] = fold->states[i];
	return fold->count || !count;
}

unsigned int mdt_conform_words(const struct mdt_conform_fold *fold)
{
	unsigned int ret = 0;

	for (unsigned int i = 0; i < fold->count; i++)
		if (fold->states[i].exists == MDT_YES)
			ret |= mdt_model_array_state(&fold->states[i]);
	return ret;
}
