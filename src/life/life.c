// SPDX-License-Identifier: MIT
#include "life/life.h"

#include <stdlib.h>

#include "life/parts.h"

const char *mdt_life_verdict_name(enum mdt_life_verdict verdict)
{
	static const char *const names[] = {
		[MDT_LIFE_AGREES] = "agrees",
		[MDT_LIFE_POSSIBLE] = "possible",
		[MDT_LIFE_NOT_COVERED] = "not covered",
		[MDT_LIFE_NO_RESULT] = "no result",
		[MDT_LIFE_CONTRADICTS] = "contradicts",
	};

	return names[verdict];
}

/* ---- arrays ---- */

static bool has_text(struct mdt_slice all, struct mdt_slice text)
{
	return mdt_slice_find(all, text) != NULL;
}

static void set_text(const struct mdt_life_set *set, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf one = { 0 };
	unsigned int count = 0, more = 0;

	for (unsigned int i = 0; i < set->count; i++) {
		mdt_buf_clear(&one);
		mdt_model_state_text(&set->states[i], &one);
		if (has_text(mdt_buf_slice(ret), mdt_buf_slice(&one)))
			continue;
		if (count++ < 2) {
			mdt_buf_adds(ret, ret->len ? "; or " : "");
			mdt_buf_add(ret, mdt_buf_slice(&one));
		} else {
			more++;
		}
	}
	if (more)
		mdt_buf_printf(ret, "; or %u more", more);
}

void mdt_life_text(const struct mdt_life_array *array, struct mdt_buf *ret)
{
	set_text(mdt_life_now(array), ret);
}

bool mdt_life_text_presumed(const struct mdt_life_array *array)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf sure = { 0 }, presumed = { 0 };

	if (!array->presumes)
		return false;
	set_text(&array->sure, &sure);
	set_text(&array->presumed, &presumed);
	return !mdt_slice_eq(mdt_buf_slice(&sure), mdt_buf_slice(&presumed));
}

static unsigned int words_of(const struct mdt_life_array *array)
{
	const struct mdt_life_set *set = mdt_life_now(array);
	unsigned int ret = 0;

	for (unsigned int i = 0; i < set->count; i++) {
		const struct mdt_model_state *state = &set->states[i];

		if (state->exists == MDT_NO)
			ret |= MDT_LIFE_NONE;
		else
			ret |= mdt_model_array_state(state);
	}
	return ret;
}

/* ---- one call ---- */

struct collect {
	struct mdt_life *states;
	struct mdt_model_options options;
	struct mdt_model_state *disks; // what is known of devices
	bool presumed;
	unsigned int count, result_count;
	int results[MDT_LIFE_RESULTS];
	bool lost, uncovered;
	unsigned int rule; // of the first outcome that is taken
	unsigned int rules[MDT_LIFE_RULES], rule_count; // of all of them
};

static void push(struct collect *collect, const struct mdt_model_state *state)
{
	struct mdt_model_state *next = collect->states->next;

	for (unsigned int i = 0; i < collect->count; i++)
		if (memcmp(&next[i], state, sizeof(*state)) == 0)
			return;
	if (collect->count == MDT_LIFE_MAX) {
		collect->lost = true;
		return;
	}
	next[collect->count++] = *state;
}

// The results that the model has, once each: "0 or EINVAL".
static void add_predicted(struct collect *collect, int result)
{
	struct mdt_buf *text = &collect->states->predicted;
	const char *name = mdt_model_result_name(result);

	for (unsigned int i = 0; i < collect->result_count; i++)
		if (collect->results[i] == result)
			return;
	if (!name || collect->result_count == MDT_LIFE_RESULTS)
		return;
	mdt_buf_adds(text, text->len ? " or " : "");
	mdt_buf_adds(text, name);
	collect->results[collect->result_count++] = result;
}

static void note_rule(struct collect *collect, unsigned int rule)
{
	for (unsigned int i = 0; i < collect->rule_count; i++)
		if (collect->rules[i] == rule)
			return;
	if (collect->rule_count < MDT_LIFE_RULES)
		collect->rules[collect->rule_count++] = rule;
}

static void take(struct collect *collect, const struct mdt_model_outcome *outcome)
{
	if (!collect->rule)
		collect->rule = outcome->rule;
	note_rule(collect, outcome->rule);
	push(collect, &outcome->next);
}

static bool takes(const struct mdt_model_outcome *outcome, bool has_result, int result)
{
	if (result == MDT_LIFE_SOME_ERRNO)
		return outcome->result > 0;
	return !has_result || outcome->result == result;
}

// It failed with an errno that no rule gives: the array is what it was. RUN_ARRAY of one
// that runs is EBUSY (md.c md_run()), so that one that failed otherwise does not.
static void push_failed(struct collect *collect, const struct mdt_model_state *state,
			enum mdt_md_op op)
{
	struct mdt_model_state failed = *state;

	if (op == MDT_OP_RUN_ARRAY)
		failed.running = MDT_NO;
	collect->uncovered = true;
	push(collect, &failed);
}

static void take_failed(struct collect *collect, const struct mdt_model_outcome *outcome,
			const struct mdt_model_state *state, enum mdt_md_op op)
{
	if (!collect->rule)
		collect->rule = outcome->rule;
	push_failed(collect, state, op);
}

static void step(struct collect *collect, const struct mdt_model_state *state,
		 const struct mdt_model_call *call, bool has_result, int result)
{
	struct mdt_model_step *all = collect->states->step;

	mdt_model_step(&collect->options, state, call, all);
	for (unsigned int i = 0; i < all->count; i++) {
		add_predicted(collect, all->outcomes[i].result);
		if (!takes(&all->outcomes[i], has_result, result))
			continue;
		if (has_result && result == MDT_RESULT_UNKNOWN)
			take_failed(collect, &all->outcomes[i], state, call->op);
		else
			take(collect, &all->outcomes[i]);
	}
}

// What the model does not cover has any result.
static void step_uncovered(struct collect *collect, const struct mdt_model_state *state,
			   const struct mdt_model_call *call, int result)
{
	struct mdt_model_step *all = collect->states->step;

	mdt_model_step(&collect->options, state, call, all);
	for (unsigned int i = 0; i < all->count; i++) {
		if (all->outcomes[i].result != MDT_RESULT_UNKNOWN)
			continue;
		collect->uncovered = true;
		if (!collect->rule)
			collect->rule = all->outcomes[i].rule;
		push(collect, result == 0 ? &all->outcomes[i].next : state);
	}
}

static unsigned int first_rule(struct mdt_life *states,
			       const struct mdt_model_state *state,
			       const struct mdt_model_call *call)
{
	mdt_model_step(&states->options, state, call, states->step);
	return states->step->outcomes[0].rule;
}

// Nothing of what was known can be right: what the result tells, and who has it open.
static void begin_anew(struct collect *collect, const struct mdt_life_set *set,
		       const struct mdt_model_call *call, int result)
{
	struct mdt_model_state unknown;
	size_t text = collect->states->predicted.len;
	unsigned int count = collect->result_count;

	mdt_model_state_unknown(&unknown);
	unknown.openers = set->states[0].openers;
	memcpy(unknown.disks, set->states[0].disks, sizeof(unknown.disks));
	unknown.disk_count = set->states[0].disk_count;
	for (uint32_t i = 0; i < unknown.disk_count; i++)
		unknown.disks[i].is_member = false;
	step(collect, &unknown, call, true, result);
	if (!collect->count)
		push(collect, &unknown);
	collect->states->predicted.len = text;
	collect->result_count = count;
}

// Nothing speaks against it: mdadm has looked at the device before.
static void presume_usable(struct mdt_model_disk *disk)
{
	if (disk->missing == MDT_UNSURE)
		disk->missing = MDT_NO;
	if (disk->claimed == MDT_UNSURE)
		disk->claimed = MDT_NO;
	if (disk->read_only == MDT_UNSURE)
		disk->read_only = MDT_NO;
}

// Whether another array has the call's device as a member.
static enum mdt_tri claimed_elsewhere(const struct collect *collect,
				      const struct mdt_model_call *call)
{
	enum mdt_tri ret = MDT_NO;

	mdt_map_for_each(it, &collect->states->arrays)
	{
		struct mdt_life_array *array = it->value;
		unsigned int having = 0;

		for (unsigned int i = 0; i < array->sure.count; i++) {
			const struct mdt_model_disk *disk = mdt_model_disk_find(
				&array->sure.states[i], call->major, call->minor);

			having += disk && disk->is_member;
		}
		if (having)
			ret = mdt_tri_or(ret, having == array->sure.count ? MDT_YES
									  : MDT_UNSURE);
	}
	return ret;
}

// Devices of which the log has told something since.
static void learn_disk(const struct collect *collect, struct mdt_model_state *state,
		       const struct mdt_model_call *call)
{
	const struct mdt_model_disk *known;
	struct mdt_model_disk *disk;

	if (!call->has_device)
		return;
	known = mdt_model_disk_find(collect->disks, call->major, call->minor);
	disk = known ? mdt_model_disk_get(state, call->major, call->minor) : NULL;
	if (!disk)
		return;
	if (known->size != MDT_MODEL_UNKNOWN)
		disk->size = known->size;
	if (disk->missing == MDT_UNSURE)
		disk->missing = known->missing;
	if (disk->read_only == MDT_UNSURE)
		disk->read_only = known->read_only;
	if (collect->states->is_blank && !disk->is_member)
		disk->claimed = claimed_elsewhere(collect, call);
	if (collect->presumed)
		presume_usable(disk);
	// Since then the kernel may have written there.
	if (disk->is_member || disk->written == known->written)
		return;
	disk->super = known->super;
	disk->written = known->written;
}

static enum mdt_life_verdict decide(const struct collect *collect, bool has_result)
{
	if (!has_result)
		return MDT_LIFE_NO_RESULT;
	if (!collect->count)
		return collect->lost || mdt_life_kernel_is_foreign(collect->states)
			       ? MDT_LIFE_NOT_COVERED
			       : MDT_LIFE_CONTRADICTS;
	if (collect->uncovered)
		return MDT_LIFE_NOT_COVERED;
	return collect->result_count == 1 ? MDT_LIFE_AGREES : MDT_LIFE_POSSIBLE;
}

static void tell(struct mdt_life *states, struct mdt_life_call *call,
		 const struct mdt_life_array *array)
{
	mdt_buf_clear(&states->after);
	mdt_life_text(array, &states->after);
	call->file = states->file;
	call->began = states->began;
	call->array = array;
	call->text = mdt_buf_slice(&states->text);
	call->result = mdt_buf_slice(&states->result);
	if (call->verdict == MDT_LIFE_NOT_COVERED && mdt_life_kernel_is_foreign(states)) {
		mdt_buf_clear(&states->note);
		mdt_life_kernel_note(states, &states->note);
		call->note = mdt_buf_slice(&states->note);
	}
	call->is_presumed = array->presumes;
	call->predicted = mdt_buf_slice(&states->predicted);
	call->before = mdt_buf_slice(&states->before);
	call->after = mdt_buf_slice(&states->after);
	call->after_presumed = mdt_life_text_presumed(array);
	call->to = words_of(array);
	if (call->failed && !states->cause.len)
		mdt_life_cause(states, call, &states->cause, &states->cause_source);
	if (states->call)
		states->call(states->data, call);
}

static void keep(struct mdt_life_set *set, const struct collect *collect)
{
	memcpy(set->states, collect->states->next,
	       collect->count * sizeof(set->states[0]));
	set->count = collect->count;
	set->lost = collect->lost;
}

/* ---- a call on what an array can be ---- */

struct move {
	const struct mdt_model_call *call;
	bool has_result;
	int result;
};

// Whether a call that fails with an errno that no rule gives can have found this state:
// the model must have it go on to where that errno may come from. Where a check is sure
// to end it with another errno, it does not come so far (RUN_ARRAY of what runs is
// EBUSY).
static bool may_fail_otherwise(struct collect *collect,
			       const struct mdt_model_state *state,
			       const struct mdt_model_call *call)
{
	struct mdt_model_step *all = collect->states->step;

	mdt_model_step(&collect->options, state, call, all);
	for (unsigned int i = 0; i < all->count; i++)
		if (all->outcomes[i].result <= 0)
			return true;
	return false;
}

static void collect_set(struct collect *collect, struct mdt_life_set *set,
			const struct move *move)
{
	for (unsigned int i = 0; i < set->count; i++) {
		learn_disk(collect, &set->states[i], move->call);
		step(collect, &set->states[i], move->call, move->has_result,
		     move->result);
		if (!move->has_result)
			push(collect, &set->states[i]);
	}
	for (unsigned int i = 0; !collect->count && i < set->count; i++)
		step_uncovered(collect, &set->states[i], move->call, move->result);
	// An errno that no rule gives (EIO, ENOMEM) comes from elsewhere.
	if (collect->count ||
	    (move->result != MDT_RESULT_UNKNOWN && move->result != MDT_LIFE_SOME_ERRNO))
		return;
	for (unsigned int i = 0; i < set->count; i++) {
		if (collect->presumed &&
		    !may_fail_otherwise(collect, &set->states[i], move->call))
			continue;
		if (move->result == MDT_RESULT_UNKNOWN) {
			push_failed(collect, &set->states[i], move->call->op);
			continue;
		}
		collect->uncovered = true;
		push(collect, &set->states[i]);
	}
}

static void note_results(const struct collect *collect, struct mdt_life_call *told)
{
	memcpy(told->results, collect->results, sizeof(told->results));
	told->result_count = collect->result_count;
}

// @return false when the result contradicts all; the set then begins anew.
static bool move_set(struct mdt_life *states, struct mdt_life_set *set, bool presumed,
		     const struct move *move, struct mdt_life_call *told)
{
	struct collect collect = { .states = states,
				   .options = states->options,
				   .disks = presumed ? &states->presumed_disks
						     : &states->disks,
				   .presumed = presumed,
				   .lost = set->lost };

	if (presumed)
		collect.options.raid1_missing = MDT_NO;
	mdt_buf_clear(&states->predicted);
	collect_set(&collect, set, move);
	told->verdict = decide(&collect, move->has_result);
	told->rule = move->has_result ? collect.rule : 0;
	memcpy(told->rules, collect.rules, sizeof(told->rules));
	told->rule_count = collect.rule_count;
	note_results(&collect, told);
	if (collect.count) {
		keep(set, &collect);
		return true;
	}
	told->rule = first_rule(states, &set->states[0], move->call);
	begin_anew(&collect, set, move->call, move->result);
	collect.lost = false;
	keep(set, &collect);
	return told->verdict != MDT_LIFE_CONTRADICTS;
}

void mdt_life_apply(struct mdt_life *states, struct mdt_life_array *array,
		    const struct mdt_model_call *call,
		    const struct mdt_model_call *derived, unsigned long line,
		    bool has_result, int result)
{
	struct mdt_life_call told = { .line = line,
				      .op = call->op,
				      .failed = has_result && result,
				      .unsaid = result == MDT_LIFE_SOME_ERRNO };
	struct move move = { call, has_result, result };
	bool sure;

	mdt_life_hear(states, array);
	array->in_log |= !states->is_prologue;
	mdt_buf_clear(&states->before);
	mdt_life_text(array, &states->before);
	told.before_presumed = mdt_life_text_presumed(array);
	told.from = words_of(array);
	sure = move_set(states, &array->sure, false, &move, &told);
	if (array->presumes && sure) {
		struct mdt_life_call other = told;

		if (derived)
			move.call = derived;
		mdt_buf_clear(&states->other);
		mdt_buf_add(&states->other, mdt_buf_slice(&states->predicted));
		if (move_set(states, &array->presumed, true, &move, &told)) {
			tell(states, &told, array);
			return;
		}
		told = other;
		mdt_buf_clear(&states->predicted);
		mdt_buf_add(&states->predicted, mdt_buf_slice(&states->other));
	}
	array->presumes = false;
	tell(states, &told, array);
}

/* ---- time passes ---- */

static void settle_state(const struct mdt_life *states, struct mdt_model_state *state)
{
	struct mdt_model_call call = { .op = MDT_OP_SETTLE };

	mdt_model_step(&states->options, state, &call, states->step);
	*state = states->step->outcomes[0].next;
}

void mdt_life_wait(struct mdt_life *states)
{
	mdt_map_for_each(it, &states->arrays)
	{
		struct mdt_life_array *array = it->value;
		struct collect collect = { .states = states, .lost = array->sure.lost };

		for (unsigned int i = 0; i < array->presumed.count; i++)
			settle_state(states, &array->presumed.states[i]);
		for (unsigned int i = 0; i < array->sure.count; i++)
			push(&collect, &array->sure.states[i]);
		for (unsigned int i = 0; i < array->sure.count; i++) {
			settle_state(states, &array->sure.states[i]);
			push(&collect, &array->sure.states[i]);
		}
		keep(&array->sure, &collect);
		mdt_life_hear(states, array);
	}
}

void mdt_life_settle(struct mdt_life *states)
{
	mdt_map_for_each(it, &states->arrays)
	{
		struct mdt_life_array *array = it->value;

		for (unsigned int i = 0; i < array->presumed.count; i++)
			settle_state(states, &array->presumed.states[i]);
		for (unsigned int i = 0; i < array->sure.count; i++)
			settle_state(states, &array->sure.states[i]);
		mdt_life_hear(states, array);
	}
}

/* ---- what is read ---- */

// @return false when it contradicts all; the first is then set right.
static bool see_set(struct mdt_life *states, struct mdt_life_set *set,
		    mdt_life_see_fn *see, const void *seen)
{
	struct collect collect = { .states = states, .lost = set->lost };
	struct mdt_model_state first = set->states[0];
	bool agrees = true;

	for (unsigned int i = 0; i < set->count; i++)
		if (see(&set->states[i], seen))
			push(&collect, &set->states[i]);
	if (!collect.count) {
		agrees = set->lost;
		see(&first, seen);
		push(&collect, &first);
		collect.lost = false;
	}
	keep(set, &collect);
	return agrees;
}

void mdt_life_see(struct mdt_life *states, struct mdt_life_array *array,
		  mdt_life_see_fn *see, const void *seen, unsigned long line)
{
	struct mdt_life_call told = { .line = line,
				      .op = MDT_OPS,
				      .verdict = MDT_LIFE_CONTRADICTS };
	bool sure;

	mdt_buf_clear(&states->predicted);
	mdt_buf_clear(&states->before);
	mdt_life_hear(states, array);
	array->in_log |= !states->is_prologue;
	mdt_life_text(array, &states->before);
	told.before_presumed = mdt_life_text_presumed(array);
	told.from = words_of(array);
	sure = see_set(states, &array->sure, see, seen);
	if (array->presumes && !see_set(states, &array->presumed, see, seen))
		array->presumes = false;
	if (mdt_life_kernel_is_foreign(states))
		told.verdict = MDT_LIFE_NOT_COVERED;
	if (!sure)
		tell(states, &told, array);
}
