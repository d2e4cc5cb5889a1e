// SPDX-License-Identifier: MIT
#include "report/replay_json.h"

#include "base/json.h"
#include "verdict/model.h"

static void text_if(struct mdt_json *json, const char *key, struct mdt_slice text)
{
	if (text.len)
		mdt_json_text(json, key, text);
}

static void true_if(struct mdt_json *json, const char *key, bool value)
{
	if (value)
		mdt_json_bool(json, key, true);
}

/* ---- checks ---- */

static void drift(struct mdt_json *json, const struct mdt_drift *it)
{
	mdt_json_object(json, "drift");
	mdt_json_cstr(json, "what", it->what);
	if (*it->last)
		mdt_json_cstr(json, "last", it->last);
	mdt_json_cstr(json, "first", it->first);
	mdt_json_cstr(json, "source", it->source);
	mdt_json_end(json);
}

static void check(struct mdt_json *json, const struct mdt_check *it)
{
	mdt_json_object(json, NULL);
	mdt_json_text(json, "field", it->field);
	mdt_json_cstr(json, "is", mdt_check_name(it->kind));
	if (it->kind != MDT_CHECK_NOT_IN_LOG)
		mdt_json_text(json, "expected", it->expected);
	mdt_json_text(json, "actual", it->actual);
	text_if(json, "reason", it->reason);
	if (it->source)
		mdt_json_cstr(json, "source", it->source);
	if (it->drift)
		drift(json, it->drift);
	mdt_json_end(json);
}

static void checks(struct mdt_json *json, const struct mdt_verdict *verdict)
{
	if (!verdict->check_count)
		return;
	mdt_json_array(json, "checks");
	for (size_t i = 0; i < verdict->check_count; i++)
		check(json, &verdict->checks[i]);
	mdt_json_end(json);
}

static void derived(struct mdt_json *json, const struct mdt_plan_step *step)
{
	if (!step->derived_count)
		return;
	mdt_json_array(json, "derived");
	for (size_t i = 0; i < step->derived_count; i++) {
		mdt_json_object(json, NULL);
		mdt_json_text(json, "field", step->derived[i].field);
		mdt_json_text(json, "reason", step->derived[i].reason);
		true_if(json, "from_array", step->derived[i].from_array);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

/* ---- what was seen ---- */

static void messages(struct mdt_json *json, const struct mdt_observed *observed)
{
	if (!observed->message_count)
		return;
	mdt_json_array(json, "kernel");
	for (size_t i = 0; i < observed->message_count; i++) {
		mdt_json_object(json, NULL);
		mdt_json_u64(json, "level", observed->messages[i].level);
		mdt_json_text(json, "text", observed->messages[i].text);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void alarms(struct mdt_json *json, const struct mdt_observed *observed)
{
	if (!observed->alarm_count)
		return;
	mdt_json_array(json, "alarms");
	for (size_t i = 0; i < observed->alarm_count; i++) {
		const struct mdt_alarm *it = &observed->alarms[i];

		mdt_json_object(json, NULL);
		mdt_json_cstr(json, "kind", mdt_alarm_name(it->kind));
		mdt_json_text(json, "text", it->text);
		mdt_json_u64(json, "first", it->first);
		mdt_json_u64(json, "count", it->count);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void uevents(struct mdt_json *json, const struct mdt_observed *observed)
{
	if (!observed->uevent_count)
		return;
	mdt_json_array(json, "uevents");
	for (size_t i = 0; i < observed->uevent_count; i++) {
		const struct mdt_seen_uevent *it = &observed->uevents[i];

		mdt_json_object(json, NULL);
		mdt_json_text(json, "name", it->name);
		mdt_json_array(json, "variables");
		for (size_t j = 0; j < it->var_count; j++)
			mdt_json_text(json, NULL, it->vars[j]);
		mdt_json_end(json);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void threads(struct mdt_json *json, const struct mdt_observed *observed)
{
	if (!observed->thread_count)
		return;
	mdt_json_array(json, "threads");
	for (size_t i = 0; i < observed->thread_count; i++) {
		mdt_json_object(json, NULL);
		mdt_json_text(json, "name", observed->threads[i].name);
		mdt_json_cstr(json, "is", observed->threads[i].came ? "new" : "gone");
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void changes(struct mdt_json *json, const struct mdt_observed *observed)
{
	if (!observed->change_count)
		return;
	mdt_json_array(json, "changes");
	for (size_t i = 0; i < observed->change_count; i++) {
		const struct mdt_seen_change *it = &observed->changes[i];

		mdt_json_object(json, NULL);
		mdt_json_text(json, "node", it->node);
		if (it->key.len)
			mdt_json_text(json, "key", it->key);
		else
			mdt_json_bool(json, "gone", true);
		if (it->had && it->key.len)
			mdt_json_text(json, "before", it->before);
		if (it->has)
			mdt_json_text(json, "after", it->after);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void observed(struct mdt_json *json, const struct mdt_verdict *verdict)
{
	const struct mdt_observed *it = &verdict->observed;

	if (verdict->has_before)
		mdt_json_text(json, "state_before", verdict->before);
	if (verdict->has_after)
		mdt_json_text(json, "state_after", verdict->after);
	if (it->has_waited)
		mdt_json_u64(json, "waited_us", it->waited);
	text_if(json, "in_vain", it->in_vain);
	messages(json, it);
	alarms(json, it);
	uevents(json, it);
	threads(json, it);
	changes(json, it);
}

/* ---- what the model says ---- */

static void result(struct mdt_json *json, int it)
{
	if (it == MDT_RESULT_UNKNOWN)
		mdt_json_cstr(json, NULL, "?");
	else
		mdt_json_cstr(json, NULL, mdt_model_result_name(it));
}

static void rule(struct mdt_json *json, const struct mdt_model_rule *it)
{
	mdt_json_object(json, "rule");
	mdt_json_cstr(json, "name", it->name);
	mdt_json_cstr(json, "says", it->says);
	mdt_json_cstr(json, "source", it->source);
	if (it->lines)
		mdt_json_cstr(json, "lines", it->lines);
	mdt_json_end(json);
}

static void prediction(struct mdt_json *json, const struct mdt_replay_prediction *it)
{
	if (!it || (!it->is_about && !it->seen.len))
		return;
	mdt_json_object(json, "model");
	if (it->is_about) {
		mdt_json_text(json, "text", it->text);
		mdt_json_array(json, "results");
		for (unsigned int i = 0; i < it->result_count; i++)
			result(json, it->results[i]);
		mdt_json_end(json);
		mdt_json_cstr(json, "is", mdt_life_verdict_name(it->verdict));
		if (it->rule)
			rule(json, it->rule);
	}
	text_if(json, "seen", it->seen);
	text_if(json, "had", it->had);
	mdt_json_end(json);
}

/* ---- calls ---- */

static const char *step_kind(const struct mdt_verdict *verdict)
{
	if (verdict->is_wait)
		return verdict->step->kind == MDT_STEP_TEARDOWN ? "teardown" : "settle";
	if (verdict->section->is_prologue)
		return "prologue";
	return verdict->is_counted ? "log" : "made";
}

static void call(struct mdt_json *json, const struct mdt_verdict *it,
		 const struct mdt_replay_prediction *model)
{
	mdt_json_object(json, NULL);
	mdt_json_cstr(json, "kind", step_kind(it));
	if (!it->section->is_prologue && it->step->line) {
		mdt_json_text(json, "file", it->section->name);
		mdt_json_u64(json, "line", it->step->line);
	}
	mdt_json_u64(json, "plan_line", it->step->plan_line);
	if (it->number)
		mdt_json_u64(json, "number", it->number);
	mdt_json_text(json, "call", it->call);
	text_if(json, "subject", it->subject);
	text_if(json, "array", it->node);
	text_if(json, "argument", it->argument);
	if (!it->is_wait)
		mdt_json_bool(json, "md", it->is_md);
	text_if(json, "expected", it->expected);
	text_if(json, "actual", it->actual);
	if (!it->is_wait || it->kind == MDT_VERDICT_NOT_RUN)
		mdt_json_cstr(json, "verdict", mdt_verdict_name(it->kind));
	text_if(json, "why", it->why);
	if (it->cause)
		mdt_json_u64(json, "follows_from", it->cause->step->line);
	if (it->followers)
		mdt_json_u64(json, "followers", it->followers);
	true_if(json, "running", it->is_running);
	text_if(json, "made", it->step->made);
	derived(json, it->step);
	checks(json, it);
	prediction(json, model);
	observed(json, it);
	text_if(json, "text", it->step->text);
	if (it->ran)
		text_if(json, "ran", it->ran->text);
	mdt_json_end(json);
}

static size_t section(struct mdt_json *json, const struct mdt_verdicts *verdicts,
		      const struct mdt_replay_model *model,
		      const struct mdt_plan_section *it, size_t at)
{
	mdt_json_object(json, NULL);
	mdt_json_cstr(json, "kind", it->is_prologue ? "prologue" : "log");
	mdt_json_text(json, "name", it->name);
	mdt_json_array(json, "calls");
	for (; at < verdicts->count && verdicts->all[at].section == it; at++)
		call(json, &verdicts->all[at],
		     mdt_replay_model_of(model, verdicts, &verdicts->all[at]));
	mdt_json_end(json);
	mdt_json_array(json, "skipped");
	for (size_t i = 0; i < it->skipped_count; i++) {
		mdt_json_object(json, NULL);
		mdt_json_u64(json, "count", it->skipped[i].count);
		mdt_json_text(json, "reason", it->skipped[i].reason);
		mdt_json_end(json);
	}
	mdt_json_end(json);
	mdt_json_end(json);
	return at;
}

/* ---- the whole ---- */

static void machine_members(struct mdt_json *json, const struct mdt_replay_machine *it)
{
	struct mdt_slice rest = it->modules;

	mdt_json_array(json, "modules");
	while (rest.len) {
		const char *comma = memchr(rest.str, ',', rest.len);
		size_t len = comma ? (size_t)(comma - rest.str) : rest.len;

		mdt_json_text(json, NULL, mdt_slice_head(rest, len));
		rest = mdt_slice_skip(rest, len + (comma != NULL));
	}
	mdt_json_end(json);
	if (it->accel)
		mdt_json_cstr(json, "accel", it->accel);
}

static void disks(struct mdt_json *json, const struct mdt_plan *plan)
{
	mdt_json_array(json, "disks");
	for (size_t i = 0; i < plan->disk_count; i++) {
		const struct mdt_plan_disk *it = &plan->disks[i];

		mdt_json_object(json, NULL);
		mdt_json_text(json, "path", it->path);
		mdt_json_u64(json, "major", it->major);
		mdt_json_u64(json, "minor", it->minor);
		mdt_json_u64(json, "size", it->size);
		text_if(json, "derived", it->why);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void maps(struct mdt_json *json, const struct mdt_verdicts *verdicts)
{
	mdt_json_array(json, "mapped");
	for (size_t i = 0; i < verdicts->map_count; i++) {
		const struct mdt_guest_map *it = &verdicts->maps[i];

		mdt_json_object(json, NULL);
		mdt_json_text(json, "path", it->from);
		mdt_json_u64(json, "major", it->from_major);
		mdt_json_u64(json, "minor", it->from_minor);
		mdt_json_text(json, "is", it->to);
		mdt_json_u64(json, "is_major", it->to_major);
		mdt_json_u64(json, "is_minor", it->to_minor);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void notes(struct mdt_json *json, const struct mdt_verdicts *verdicts)
{
	const struct mdt_plan *plan = verdicts->plan;

	mdt_json_array(json, "notes");
	for (size_t i = 0; i < plan->note_count; i++)
		mdt_json_text(json, NULL, plan->notes[i]);
	if (verdicts->slow.len)
		mdt_json_text(json, NULL, verdicts->slow);
	mdt_json_end(json);
}

static void counts(struct mdt_json *json, const char *key,
		   const struct mdt_verdict_counts *it)
{
	mdt_json_object(json, key);
	mdt_json_u64(json, "calls", it->calls);
	mdt_json_u64(json, "confirmed", it->kinds[MDT_VERDICT_CONFIRMED]);
	mdt_json_u64(json, "differs", it->kinds[MDT_VERDICT_DIFFERS]);
	mdt_json_u64(json, "drift", it->kinds[MDT_VERDICT_DRIFT]);
	mdt_json_u64(json, "not_run", it->kinds[MDT_VERDICT_NOT_RUN]);
	mdt_json_u64(json, "derived", it->derived);
	mdt_json_end(json);
}

static void totals(struct mdt_json *json, const struct mdt_verdicts *verdicts)
{
	mdt_json_object(json, "counts");
	counts(json, "md", &verdicts->md);
	counts(json, "supporting", &verdicts->other);
	mdt_json_u64(json, "skipped", verdicts->other.skipped);
	mdt_json_u64(json, "alarms", verdicts->alarms);
	mdt_json_end(json);
}

static void end_members(struct mdt_json *json, const struct mdt_verdicts *verdicts)
{
	mdt_json_cstr(json, "outcome", mdt_replay_outcome(verdicts));
	mdt_json_i64(json, "status", mdt_verdicts_status(verdicts));
	mdt_json_cstr(json, "end", mdt_run_end_name(verdicts->run.end));
	text_if(json, "why", verdicts->run.why);
	text_if(json, "console", verdicts->run.console);
	text_if(json, "fault", verdicts->fault);
	if (verdicts->prologue_failed)
		mdt_json_u64(json, "prologue_failed",
			     verdicts->prologue_failed->step->plan_line);
	if (verdicts->running)
		mdt_json_u64(json, "running", verdicts->running->step->plan_line);
}

void mdt_replay_json(const struct mdt_verdicts *verdicts,
		     const struct mdt_replay_machine *machine, struct mdt_buf *ret)
{
	const struct mdt_plan *plan = verdicts->plan;
	_cleanup_(mdt_replay_model_deinit) struct mdt_replay_model model = { 0 };
	struct mdt_json json;
	size_t at = 0;

	if (mdt_replay_model_make(verdicts, &model))
		ret->failed = true;
	mdt_json_init(&json, ret);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-replay", 1);
	text_if(&json, "kernel", verdicts->kernel);
	text_if(&json, "recorded", plan->recorded);
	if (machine)
		machine_members(&json, machine);
	if (model.all)
		mdt_json_cstr(&json, "model", mdt_kernel_name(model.kernel));
	disks(&json, plan);
	if (verdicts->map_count)
		maps(&json, verdicts);
	notes(&json, verdicts);
	end_members(&json, verdicts);
	totals(&json, verdicts);
	mdt_json_array(&json, "sections");
	for (size_t i = 0; i < plan->section_count; i++)
		at = section(&json, verdicts, &model, &plan->sections[i], at);
	mdt_json_end(&json);
	mdt_json_end(&json);
}
