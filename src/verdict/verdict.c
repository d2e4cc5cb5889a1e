// SPDX-License-Identifier: MIT
#include "verdict/verdict.h"

#include <stdarg.h>
#include <stdio.h>

#include "verdict/parts.h"
#include "strace/parse.h"

const char *mdt_run_end_name(enum mdt_run_end end)
{
	switch (end) {
	case MDT_RUN_FINISHED:
		return "finished";
	case MDT_RUN_PANICKED:
		return "panicked";
	case MDT_RUN_LOST:
		return "lost";
	case MDT_RUN_TIMED_OUT:
		return "timed out";
	case MDT_RUN_FAILED:
		return "failed";
	}
	unreachable();
}

const char *mdt_verdict_name(enum mdt_verdict_kind kind)
{
	switch (kind) {
	case MDT_VERDICT_CONFIRMED:
		return "confirmed";
	case MDT_VERDICT_DIFFERS:
		return "differs";
	case MDT_VERDICT_DRIFT:
		return "drift";
	case MDT_VERDICT_NOT_RUN:
		return "not run";
	}
	unreachable();
}

void mdt_verdicts_init(struct mdt_verdicts *verdicts)
{
	*verdicts = (struct mdt_verdicts){ 0 };
}

void mdt_verdicts_deinit(struct mdt_verdicts *verdicts)
{
	mdt_arena_deinit(&verdicts->arena);
	mdt_verdicts_init(verdicts);
}

int mdt_verdicts_status(const struct mdt_verdicts *verdicts)
{
	if (verdicts->run.end != MDT_RUN_FINISHED || verdicts->fault.len ||
	    verdicts->prologue_failed)
		return 2;
	// A call that differs takes others with it: an open that failed, its reads.
	if (verdicts->md.kinds[MDT_VERDICT_DIFFERS] ||
	    verdicts->other.kinds[MDT_VERDICT_DIFFERS])
		return 1;
	// Nothing of md was held against the kernel.
	if (!verdicts->md.calls)
		return 2;
	return verdicts->md.kinds[MDT_VERDICT_NOT_RUN] ||
			       verdicts->other.kinds[MDT_VERDICT_NOT_RUN]
		       ? 2
		       : 0;
}

/* ---- what the executed log says at its top ---- */

// The executed log is wrong, or the guest said what it could not do; the first time
// counts.
static void set_fault(struct mdt_compare *compare, const char *fmt, ...)
	PRINTF_LIKE(2, 3);
static void set_fault(struct mdt_compare *compare, const char *fmt, ...)
{
	char text[512];
	va_list args;
	int len;

	if (compare->verdicts->fault.len)
		return;
	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (len > 0)
		compare->verdicts->fault = mdt_keep(compare, mdt_slice_cstr(text));
}

// `8:1`
static bool read_number(struct mdt_slice word, uint32_t *major, uint32_t *minor)
{
	const char *colon = word.len ? memchr(word.str, ':', word.len) : NULL;
	size_t len = colon ? (size_t)(colon - word.str) : 0;
	uint64_t a, b;

	if (!colon || !mdt_slice_to_dec(mdt_slice_head(word, len), &a) ||
	    !mdt_slice_to_dec(mdt_slice_skip(word, len + 1), &b) || a > UINT32_MAX ||
	    b > UINT32_MAX)
		return false;
	*major = (uint32_t)a;
	*minor = (uint32_t)b;
	return true;
}

static bool take_text(struct mdt_compare *compare, struct mdt_slice *rest,
		      struct mdt_slice *ret)
{
	struct mdt_slice word;

	mdt_buf_clear(&compare->text);
	if (!mdt_plan_word(rest, &word) || !mdt_plan_text(word, &compare->text))
		return false;
	*ret = mdt_keep(compare, mdt_buf_slice(&compare->text));
	return true;
}

static bool read_map(struct mdt_compare *compare, struct mdt_slice rest)
{
	struct mdt_guest_map *map = &compare->maps[compare->map_count];
	struct mdt_slice word;

	if (!mdt_plan_word(&rest, &word) ||
	    !read_number(word, &map->from_major, &map->from_minor) ||
	    !take_text(compare, &rest, &map->from) || !mdt_plan_word(&rest, &word) ||
	    !read_number(word, &map->to_major, &map->to_minor) ||
	    !take_text(compare, &rest, &map->to))
		return false;
	compare->verdicts->maps = compare->maps;
	compare->verdicts->map_count = ++compare->map_count;
	return true;
}

static void read_guest(struct mdt_compare *compare, struct mdt_slice rest)
{
	struct mdt_slice word, text = { 0 };
	bool ok;

	if (!mdt_plan_word(&rest, &word))
		return;
	if (mdt_slice_eq(word, SLICE("map"))) {
		ok = read_map(compare, rest);
	} else if (mdt_slice_eq(word, SLICE("kernel"))) {
		ok = take_text(compare, &rest, &compare->verdicts->kernel);
	} else if (mdt_slice_eq(word, SLICE("slow"))) {
		ok = take_text(compare, &rest, &compare->verdicts->slow);
	} else if (mdt_slice_eq(word, SLICE("failed"))) {
		ok = take_text(compare, &rest, &text);
		set_fault(compare, "the guest failed: %.*s", SLICE_FMT(text));
	} else {
		return;
	}
	if (!ok)
		set_fault(
			compare,
			"the executed log has a directive that makes no sense: guest %.*s",
			SLICE_FMT(word));
}

static void read_guest_list(struct mdt_compare *compare, const struct mdt_plan_seen *seen,
			    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (mdt_slice_eq(seen[i].word, SLICE("guest")))
			read_guest(compare, seen[i].rest);
}

// The kernel that the log is of; an executed log's is the one that ran it.
static struct mdt_uname recorded_kernel(struct mdt_compare *compare,
					const struct mdt_plan *plan)
{
	struct mdt_slice release = plan->recorded, rest, word;

	for (size_t i = 0; i < plan->seen_count && plan->is_executed; i++) {
		rest = plan->seen[i].rest;
		if (mdt_slice_eq(plan->seen[i].word, SLICE("guest")) &&
		    mdt_plan_word(&rest, &word) && mdt_slice_eq(word, SLICE("kernel")))
			take_text(compare, &rest, &release);
	}
	return mdt_uname_read(release);
}

static bool read_top(struct mdt_compare *compare)
{
	const struct mdt_plan *plan = compare->verdicts->plan;
	const struct mdt_plan *executed = compare->verdicts->executed;

	compare->maps = mdt_arena_alloc(
		compare->arena, (executed->seen_count + 1) * sizeof(*compare->maps),
		_Alignof(struct mdt_guest_map));
	if (!compare->maps)
		return false;
	compare->recorded = recorded_kernel(compare, plan);
	read_guest_list(compare, executed->seen, executed->seen_count);
	compare->replaying = mdt_uname_read(compare->verdicts->kernel);
	for (size_t i = 0; i < plan->disk_count; i++)
		if (plan->disks[i].why.len)
			compare->aside_when |= MDT_IF_SIZE;
	for (size_t i = 0; i < plan->section_count; i++)
		if (plan->sections[i].is_prologue)
			compare->aside_when |= MDT_IF_MADE;
	return !compare->failed_memory;
}

/* ---- a step ---- */

static struct mdt_error *parse(struct mdt_slice text, struct mdt_nodes *nodes,
			       struct mdt_event *ret)
{
	*ret = (struct mdt_event){ 0 };
	return mdt_parse_line(text, nodes, ret);
}

static void note_states(struct mdt_compare *compare, bool *has, struct mdt_slice *ret)
{
	*has = mdt_states_find(&compare->states, compare->verdict->node,
			       SLICE("array_state"), ret);
}

// What ran in place of nothing: why.
static const char *why_not(const struct mdt_compare *compare)
{
	switch (compare->verdicts->run.end) {
	case MDT_RUN_FINISHED:
		return compare->verdicts->fault.len
			       ? "the executed log is not one of this plan"
			       : "the executed log does not have it";
	case MDT_RUN_PANICKED:
		return "the kernel had panicked";
	case MDT_RUN_LOST:
		return "the VM was lost";
	case MDT_RUN_TIMED_OUT:
		return "the VM did not answer any more";
	case MDT_RUN_FAILED:
		return "the guest gave up";
	}
	unreachable();
}

// The first call without a result is the one that ran when the VM vanished.
static void set_running(struct mdt_compare *compare)
{
	struct mdt_verdicts *verdicts = compare->verdicts;

	if (verdicts->running || verdicts->run.end == MDT_RUN_FINISHED ||
	    verdicts->run.end == MDT_RUN_FAILED || verdicts->fault.len)
		return;
	verdicts->running = compare->verdict;
	compare->verdict->is_running = true;
	switch (verdicts->run.end) {
	case MDT_RUN_PANICKED:
		compare->verdict->why = SLICE(
			"the kernel panicked in this call, or soon after the one before");
		break;
	case MDT_RUN_TIMED_OUT:
		compare->verdict->why = SLICE("this call did not end");
		break;
	default:
		compare->verdict->why = SLICE("the VM was lost in this call");
	}
}

static void judge_missing(struct mdt_compare *compare)
{
	mdt_verdict_not_run(compare, why_not(compare));
	set_running(compare);
}

static struct mdt_error *judge_ran(struct mdt_compare *compare)
{
	struct mdt_verdict *verdict = compare->verdict;

	if (verdict->observed.not_run) {
		mdt_verdict_not_run(compare, "");
		verdict->why = verdict->observed.not_run_why;
		mdt_cause_find(compare);
		return NULL;
	}
	if (compare->ran->kind == MDT_EVENT_UNFINISHED || !compare->ran->result.present) {
		judge_missing(compare);
		return NULL;
	}
	if (!mdt_is_same_call(compare, verdict->step)) {
		set_fault(
			compare,
			"the executed log has another call than line %lu of the plan: %.*s",
			verdict->step->plan_line,
			SLICE_FMT(mdt_slice_head(verdict->ran->text, 120)));
		verdict->ran = NULL;
		compare->ran = NULL;
		judge_missing(compare);
		return NULL;
	}
	return mdt_compare_call(compare);
}

static struct mdt_error *judge_parsed(struct mdt_compare *compare, struct mdt_event *log,
				      struct mdt_event *ran)
{
	struct mdt_verdict *verdict = compare->verdict;
	struct mdt_error *err = NULL;

	compare->log = log;
	compare->ran = verdict->ran ? ran : NULL;
	compare->different = compare->check_cap = 0;
	mdt_compare_about(compare);
	note_states(compare, &verdict->has_before, &verdict->before);
	mdt_facts_before(compare);
	if (verdict->ran) {
		err = mdt_observed_read(verdict->ran, &compare->states, compare->arena,
					&verdict->observed);
		if (!err)
			err = judge_ran(compare);
	} else {
		judge_missing(compare);
	}
	if (err)
		return err;
	note_states(compare, &verdict->has_after, &verdict->after);
	mdt_facts_after(compare);
	mdt_cause_after(compare);
	mdt_arena_clear(&compare->values);
	return compare->failed_memory ? &mdt_enomem
				      : mdt_trace_follow(&compare->trace, log);
}

static struct mdt_error *judge_call(struct mdt_compare *compare)
{
	struct mdt_verdict *verdict = compare->verdict;
	struct mdt_event log, ran = { 0 };
	struct mdt_error *err = parse(verdict->step->text, &compare->log_nodes, &log);

	if (!err && verdict->ran)
		err = parse(verdict->ran->text, &compare->ran_nodes, &ran);
	if (err)
		return err;
	log.line = verdict->step->line;
	if (log.kind == MDT_EVENT_CALL || log.kind == MDT_EVENT_UNFINISHED)
		return judge_parsed(compare, &log, &ran);
	compare->log = compare->ran = NULL;
	verdict->call = SLICE("?");
	set_fault(compare, "line %lu of the plan is not a call",
		  verdict->step->plan_line);
	mdt_verdict_not_run(compare, "the plan's line is not a call");
	return NULL;
}

static struct mdt_error *judge_wait(struct mdt_compare *compare)
{
	struct mdt_verdict *verdict = compare->verdict;
	struct mdt_error *err = NULL;

	verdict->is_wait = true;
	verdict->is_counted = false;
	verdict->call = verdict->step->kind == MDT_STEP_TEARDOWN ? SLICE("teardown")
								 : SLICE("settle");
	compare->log = compare->ran = NULL;
	if (verdict->ran)
		err = mdt_observed_read(verdict->ran, &compare->states, compare->arena,
					&verdict->observed);
	else
		judge_missing(compare);
	if (!err)
		mdt_facts_after(compare);
	return err;
}

/* ---- counting ---- */

static void count(struct mdt_verdicts *verdicts, const struct mdt_verdict *verdict)
{
	struct mdt_verdict_counts *counts =
		verdict->is_md ? &verdicts->md : &verdicts->other;

	verdicts->alarms += verdict->observed.alarm_count;
	if (!verdict->is_counted) {
		if (!verdicts->prologue_failed && !verdict->is_wait &&
		    (verdict->kind == MDT_VERDICT_DIFFERS || verdict->observed.not_run))
			verdicts->prologue_failed = verdict;
		return;
	}
	counts->calls++;
	counts->kinds[verdict->kind]++;
	counts->derived += verdict->step->derived_count != 0;
}

/* ---- sections ---- */

static const struct mdt_plan_section *section_of(struct mdt_compare *compare, size_t i)
{
	const struct mdt_plan *plan = compare->verdicts->plan;
	const struct mdt_plan *executed = compare->verdicts->executed;
	const struct mdt_plan_section *section;

	if (i >= executed->section_count || compare->verdicts->fault.len)
		return NULL;
	section = &executed->sections[i];
	// A log's name says where it was; its calls are compared one by one.
	if (section->is_prologue == plan->sections[i].is_prologue &&
	    (!section->is_prologue ||
	     mdt_slice_eq(section->name, plan->sections[i].name)))
		return section;
	set_fault(compare, "the executed log has another section than the plan: %.*s",
		  SLICE_FMT(mdt_slice_head(section->name, 120)));
	return NULL;
}

static const struct mdt_plan_step *step_of(struct mdt_compare *compare,
					   const struct mdt_plan_section *ran,
					   const struct mdt_plan_step *step, size_t i)
{
	if (!ran || i >= ran->step_count || compare->verdicts->fault.len)
		return NULL;
	if (ran->steps[i].kind == step->kind)
		return &ran->steps[i];
	set_fault(compare,
		  "the executed log has something else than line %lu of the plan",
		  step->plan_line);
	return NULL;
}

static struct mdt_error *judge_step(struct mdt_compare *compare,
				    const struct mdt_plan_section *section,
				    const struct mdt_plan_section *ran, size_t i,
				    size_t *number)
{
	struct mdt_verdicts *verdicts = compare->verdicts;
	const struct mdt_plan_step *step = &section->steps[i];
	struct mdt_verdict *verdict = &verdicts->all[verdicts->count++];
	struct mdt_error *err;

	*verdict = (struct mdt_verdict){
		.section = section,
		.step = step,
		.ran = step_of(compare, ran, step, i),
		.is_counted = !section->is_prologue && !step->made.len,
	};
	compare->verdict = verdict;
	if (verdict->is_counted && step->kind == MDT_STEP_CALL)
		verdict->number = ++*number;
	err = step->kind == MDT_STEP_CALL ? judge_call(compare) : judge_wait(compare);
	if (!err)
		count(verdicts, verdict);
	return err;
}

static void check_surplus(struct mdt_compare *compare,
			  const struct mdt_plan_section *section,
			  const struct mdt_plan_section *ran)
{
	if (ran && ran->step_count > section->step_count)
		set_fault(compare,
			  "the executed log has %zu calls where the plan has %zu: %.*s",
			  ran->step_count, section->step_count,
			  SLICE_FMT(mdt_slice_head(section->name, 120)));
	if (compare->verdicts->run.end == MDT_RUN_FINISHED &&
	    (ran ? ran->step_count : 0) < section->step_count)
		set_fault(compare, "the executed log ends after %zu of %zu calls: %.*s",
			  ran ? ran->step_count : 0, section->step_count,
			  SLICE_FMT(mdt_slice_head(section->name, 120)));
}

static struct mdt_error *judge_section(struct mdt_compare *compare, size_t at)
{
	const struct mdt_plan_section *section = &compare->verdicts->plan->sections[at];
	const struct mdt_plan_section *ran = section_of(compare, at);
	struct mdt_error *err = NULL;
	size_t number = 0;

	// Processes and descriptors are each section's own.
	mdt_trace_deinit(&compare->trace);
	mdt_cause_forget(compare);
	if (ran)
		read_guest_list(compare, ran->seen, ran->seen_count);
	for (size_t i = 0; !err && i < section->step_count; i++)
		err = judge_step(compare, section, ran, i, &number);
	for (size_t i = 0; i < section->skipped_count; i++)
		compare->verdicts->other.skipped += section->skipped[i].count;
	if (!err)
		check_surplus(compare, section, ran);
	return err;
}

static struct mdt_error *judge_all(struct mdt_compare *compare)
{
	struct mdt_verdicts *verdicts = compare->verdicts;
	const struct mdt_plan *plan = verdicts->plan;
	struct mdt_error *err = NULL;
	size_t steps = 1;

	if (!read_top(compare))
		return &mdt_enomem;
	if (!verdicts->executed->is_executed)
		set_fault(compare, "what came back is not an executed log");
	for (size_t i = 0; i < plan->section_count; i++)
		steps += plan->sections[i].step_count;
	verdicts->all = mdt_arena_alloc(compare->arena, steps * sizeof(*verdicts->all),
					_Alignof(struct mdt_verdict));
	if (!verdicts->all)
		return &mdt_enomem;
	for (size_t i = 0; !err && i < plan->section_count; i++)
		err = judge_section(compare, i);
	if (!err && verdicts->executed->section_count > plan->section_count)
		set_fault(compare, "the executed log has more sections than the plan");
	return err ? err : compare->failed_memory ? &mdt_enomem : NULL;
}

static void compare_deinit(struct mdt_compare *compare)
{
	mdt_trace_deinit(&compare->trace);
	mdt_states_deinit(&compare->states);
	mdt_map_deinit(&compare->facts);
	mdt_nodes_deinit(&compare->log_nodes);
	mdt_nodes_deinit(&compare->ran_nodes);
	mdt_buf_deinit(&compare->log_bytes);
	mdt_buf_deinit(&compare->ran_bytes);
	mdt_buf_deinit(&compare->text);
	mdt_arena_deinit(&compare->values);
}

struct mdt_error *mdt_verdicts_make(const struct mdt_verdict_input *input,
				    struct mdt_verdicts *ret)
{
	_cleanup_(compare_deinit) struct mdt_compare compare = {
		.verdicts = ret,
		.arena = &ret->arena,
		.table = input->table ? input->table : mdt_ioctl_builtin(),
	};

	mdt_trace_init(&compare.trace);
	ret->plan = input->plan;
	ret->executed = input->executed;
	if (input->run)
		ret->run = *input->run;
	return judge_all(&compare);
}
