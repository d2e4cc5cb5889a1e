// SPDX-License-Identifier: MIT
#include "model/model.h"

#include <errno.h>

#include "model/parts.h"
#include "model/personality.h"

/* ---- the table ---- */

// In the order in which a call comes by them. SET_DISK_FAULTY is done before the lock.
static const struct mdt_model_section *const sections[] = {
	&mdt_rules_node,    &mdt_rules_enter,  &mdt_rules_faulty,    &mdt_rules_lock,
	&mdt_rules_set,	    &mdt_rules_gate,   &mdt_rules_stop,	     &mdt_rules_read_only,
	&mdt_rules_add,	    &mdt_rules_sysfs,  &mdt_rules_member,    &mdt_rules_run,
	&mdt_rules_raid0,   &mdt_rules_raid1,  &mdt_rules_raid10,    &mdt_rules_raid5,
	&mdt_rules_started, &mdt_rules_bitmap, &mdt_rules_attribute,
};

static const struct mdt_model_row *row_of(unsigned int rule)
{
	array_for_each (it, sections) {
		if (rule <= (*it)->count)
			return &(*it)->rows[rule - 1];
		rule -= (*it)->count;
	}
	return NULL;
}

unsigned int mdt_model_rule_count(void)
{
	unsigned int count = 0;

	array_for_each (it, sections)
		count += (*it)->count;
	return count;
}

const struct mdt_model_rule *mdt_model_rule(unsigned int rule)
{
	return &row_of(rule)->rule;
}

unsigned int mdt_model_rule_find(struct mdt_slice name)
{
	unsigned int count = mdt_model_rule_count();

	for (unsigned int i = 1; i <= count; i++)
		if (mdt_slice_eq_cstr(name, row_of(i)->rule.name))
			return i;
	return 0;
}

bool mdt_model_rule_is_for(const struct mdt_model_rule *rule, enum mdt_md_op op,
			   enum mdt_kernel kernel)
{
	return rule->ops >> op & 1 && mdt_kernels_have(rule->kernels, kernel);
}

/* ---- a step ---- */

void mdt_model_options_init(struct mdt_model_options *options, enum mdt_kernel kernel)
{
	*options = (struct mdt_model_options){ .kernel = kernel };
}

// Whether a row holds; and the one guard that would settle it if it is unsure.
static enum mdt_tri holds(const struct mdt_model_row *row,
			  const struct mdt_model_way *way,
			  const struct mdt_model_guard **only)
{
	enum mdt_tri ret = MDT_YES;
	unsigned int unsure = 0;

	for (unsigned int i = 0; i < 2 * MDT_GUARDS_MAX; i++) {
		bool is_when = i < MDT_GUARDS_MAX;
		const struct mdt_model_guard *guard =
			is_when ? row->when[i] : row->unless[i - MDT_GUARDS_MAX];
		enum mdt_tri it;

		if (!guard)
			continue;
		it = guard->ask(way, guard->arg);
		ret = mdt_tri_and(ret, is_when ? it : mdt_tri_not(it));
		if (it != MDT_UNSURE)
			continue;
		unsure++;
		*only = guard;
	}
	if (unsure != 1)
		*only = NULL;
	return ret;
}

static void presume(const struct mdt_model_guard *guard, struct mdt_model_way *way,
		    bool value)
{
	if (guard->presume && guard->ask(way, guard->arg) == MDT_UNSURE)
		guard->presume(way, guard->arg, value);
}

// What follows from what is presumed.
static void tidy(struct mdt_model_state *state)
{
	if (mdt_model_equal(state->raid_disks, 0) == MDT_YES)
		state->running = MDT_NO;
	if (state->running == MDT_YES) {
		state->exists = MDT_YES;
		if (state->raid_disks == MDT_MODEL_UNKNOWN)
			state->raid_disks = MDT_MODEL_SOME;
	}
	if (state->running != MDT_NO)
		return;
	if (state->mode == MDT_MODE_UNKNOWN)
		state->mode = MDT_MODE_RW;
	state->syncing = state->residue = state->write_pending = MDT_NO;
	if (state->broken == MDT_UNSURE) // rare: it was deactivated
		state->broken = MDT_NO;
}

static void presume_row(const struct mdt_model_row *row, struct mdt_model_way *way)
{
	for (unsigned int i = 0; i < MDT_GUARDS_MAX; i++) {
		if (row->when[i])
			presume(row->when[i], way, true);
		if (row->unless[i])
			presume(row->unless[i], way, false);
	}
	tidy(&way->state);
}

// A row that does not hold though all but one of its guards let it.
static void presume_not(const struct mdt_model_row *row,
			const struct mdt_model_guard *only, struct mdt_model_way *way)
{
	for (unsigned int i = 0; i < MDT_GUARDS_MAX; i++) {
		if (row->when[i] == only)
			presume(only, way, false);
		if (row->unless[i] == only)
			presume(only, way, true);
	}
	tidy(&way->state);
}

// From 6.7 on, calls that suspend the array wake its thread when they let it go on:
// md_ioctl_need_suspend(), rdev_attr_store(), __mddev_resume().
static bool resumes(const struct mdt_model_way *way)
{
	const struct mdt_model_call *call = way->call;

	if (way->options->kernel < MDT_KERNEL_6_7)
		return false;
	switch (call->op) {
	case MDT_OP_ADD_NEW_DISK:
	case MDT_OP_HOT_ADD_DISK:
	case MDT_OP_HOT_REMOVE_DISK:
	case MDT_OP_SET_BITMAP_FILE:
	case MDT_OP_SET_ARRAY_INFO:
		return true;
	case MDT_OP_MEMBER_STATE:
		return call->word == MDT_WORD_REMOVE || call->word == MDT_WORD_RE_ADD ||
		       call->word == MDT_WORD_WRITEMOSTLY ||
		       call->word == MDT_WORD_NOT_WRITEMOSTLY;
	default:
		return false;
	}
}

// The end of array_state_store() from 6.9 on, also when nothing came of it.
static void leave_store(int result, struct mdt_model_way *way)
{
	enum mdt_model_word word = way->call->word;

	if (way->options->kernel < MDT_KERNEL_6_9 || way->call->op != MDT_OP_ARRAY_STATE)
		return;
	if (word == MDT_WORD_READONLY || word == MDT_WORD_READ_AUTO ||
	    word == MDT_WORD_INACTIVE || (word == MDT_WORD_CLEAR && result))
		way->state.closing = MDT_NO;
}

static bool is_array_ioctl(enum mdt_md_op op)
{
	return op > MDT_OP_OTHER_IOCTL && op < MDT_OP_ARRAY_STATE;
}

// The end of md_ioctl(), or of a write to an attribute.
static void leave(const struct mdt_model_row *row, int result, struct mdt_model_way *way)
{
	enum mdt_md_op op = way->call->op;

	if (row->exit == MDT_EXIT_REFUSED)
		return;
	if (resumes(way) && (row->exit == MDT_EXIT_UNLOCK || op == MDT_OP_MEMBER_STATE))
		mdt_model_wake(&way->state);
	leave_store(result, way);
	if (!is_array_ioctl(op) || row->exit == MDT_EXIT_AT_ONCE)
		return;
	if (row->exit == MDT_EXIT_UNLOCK && result != EINVAL) {
		if (way->state.hold == MDT_HOLD_IOCTL)
			way->state.hold = MDT_HOLD_NONE;
		else if (way->state.hold == MDT_HOLD_UNKNOWN && op == MDT_OP_STOP_ARRAY)
			way->state.hold = MDT_HOLD_NONE;
	}
	if (op == MDT_OP_STOP_ARRAY_RO || (op == MDT_OP_STOP_ARRAY && result != 0))
		way->state.closing = MDT_NO;
}

struct walk {
	struct mdt_model_step *ret;
	unsigned int count;
};

static int flipped(int result)
{
	return result == 0 ? EINVAL : 0;
}

static void end(struct walk *walk, unsigned int rule, const struct mdt_model_way *from)
{
	const struct mdt_model_row *row = row_of(rule);
	struct mdt_model_outcome *it = &walk->ret->outcomes[walk->ret->count];
	bool flip = from->options->flip == rule;
	struct mdt_model_way way = *from;

	*it = (struct mdt_model_outcome){ .rule = rule, .result = row->rule.result };
	memcpy(it->through, from->through, sizeof(it->through));
	if (flip)
		it->result = flipped(it->result);
	else if (row->then)
		row->then(&way);
	leave(row, it->result, &way);
	it->next = way.state;
	walk->ret->count++;
}

// Too many ways: the last one stands for all that are left.
static bool is_full(struct walk *walk)
{
	if (walk->ret->count < MDT_OUTCOMES_MAX)
		return false;
	walk->ret->outcomes[MDT_OUTCOMES_MAX - 1].result = MDT_RESULT_UNKNOWN;
	return true;
}

static void follow(struct walk *walk, unsigned int rule, struct mdt_model_way *way);

// A row that holds and lets the call go on.
static void go_on(unsigned int rule, struct mdt_model_way *way)
{
	const struct mdt_model_row *row = row_of(rule);

	way->through[rule / 64] |= 1ull << rule % 64;
	if (row->then)
		row->then(way);
}

// A row that may hold or not: both ways.
static void fork_at(struct walk *walk, unsigned int rule,
		    const struct mdt_model_guard *only, struct mdt_model_way *way)
{
	const struct mdt_model_row *row = row_of(rule);
	struct mdt_model_way other = *way;

	presume_row(row, &other);
	if (row->rule.result == MDT_RESULT_CONTINUE) {
		go_on(rule, &other);
		follow(walk, rule + 1, &other);
	} else if (!is_full(walk)) {
		end(walk, rule, &other);
	}
	if (only)
		presume_not(row, only, way);
}

static void follow(struct walk *walk, unsigned int rule, struct mdt_model_way *way)
{
	for (; rule <= walk->count && !is_full(walk); rule++) {
		const struct mdt_model_row *row = row_of(rule);
		const struct mdt_model_guard *only = NULL;
		bool goes_on = row->rule.result == MDT_RESULT_CONTINUE;
		enum mdt_tri it;

		if (!mdt_model_rule_is_for(&row->rule, way->call->op,
					   way->options->kernel) ||
		    (goes_on && way->options->flip == rule))
			continue;
		it = holds(row, way, &only);
		if (it == MDT_NO)
			continue;
		if (it == MDT_UNSURE) {
			fork_at(walk, rule, only, way);
		} else if (goes_on) {
			go_on(rule, way);
		} else {
			end(walk, rule, way);
			return;
		}
	}
}

static int device_of(struct mdt_model_state *state, const struct mdt_model_call *call)
{
	const struct mdt_model_disk *disk = NULL;

	if (call->has_device)
		disk = mdt_model_disk_get(state, call->major, call->minor);
	return disk ? (int)(disk - state->disks) : -1;
}

void mdt_model_step(const struct mdt_model_options *options,
		    const struct mdt_model_state *state,
		    const struct mdt_model_call *call, struct mdt_model_step *ret)
{
	struct mdt_model_way way = { .options = options, .call = call, .state = *state };
	struct walk walk = { .ret = ret, .count = mdt_model_rule_count() };

	ret->count = 0;
	way.device = device_of(&way.state, call);
	follow(&walk, 1, &way);
}

int mdt_model_result(const struct mdt_model_step *step)
{
	for (unsigned int i = 1; i < step->count; i++)
		if (step->outcomes[i].result != step->outcomes[0].result)
			return MDT_RESULT_UNKNOWN;
	return step->outcomes[0].result;
}

const struct mdt_model_outcome *mdt_model_outcome_of(const struct mdt_model_step *step,
						     int result)
{
	for (unsigned int i = 0; i < step->count; i++)
		if (step->outcomes[i].result == result)
			return &step->outcomes[i];
	for (unsigned int i = 0; i < step->count; i++)
		if (step->outcomes[i].result == MDT_RESULT_UNKNOWN)
			return &step->outcomes[i];
	return NULL;
}
