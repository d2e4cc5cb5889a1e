// SPDX-License-Identifier: MIT
#include "report/conform.h"

#include <inttypes.h>

#include "base/json.h"
#include "conform/reason.h"

static bool has_fired(const struct mdt_conform_tally *tally, unsigned int rule)
{
	return tally->fired[rule / 64] >> rule % 64 & 1;
}

static bool is_for(const struct mdt_conform_report *report, unsigned int rule)
{
	return mdt_kernels_have(mdt_model_rule(rule)->kernels, report->kernel);
}

struct counts {
	unsigned int rules, fired, flipped;
};

static struct counts count_rules(const struct mdt_conform_report *report)
{
	struct counts ret = { 0 };

	for (unsigned int i = 1; i <= mdt_model_rule_count(); i++) {
		bool fired = is_for(report, i) && has_fired(report->tally, i);

		ret.rules += is_for(report, i);
		ret.fired += fired;
		ret.flipped += fired && report->flips && report->flips[i];
	}
	return ret;
}

static const char *rule_name(unsigned int rule)
{
	return rule ? mdt_model_rule(rule)->name : NULL;
}

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static double speed(const struct mdt_conform_report *report)
{
	return report->seconds > 0 ? (double)report->tally->steps / report->seconds : 0;
}

/* ---- text ---- */

void mdt_conform_finding_text(const struct mdt_conform_finding *it, struct mdt_buf *ret)
{
	const char *rule = rule_name(it->fault.rule);

	mdt_buf_printf(ret,
		       "seed %" PRIu64 ", sequence %u, call %zu of %zu: %.*s: ", it->seed,
		       it->number, it->call + 1, it->calls, SLICE_FMT(it->text));
	if (it->died.len) {
		mdt_buf_printf(ret, "the VM did not survive it: %.*s\n",
			       SLICE_FMT(it->died));
		return;
	}
	mdt_buf_printf(ret, "%s: the model says %s",
		       it->fault.is_state ? "array_state" : "result", it->fault.model);
	if (rule)
		mdt_buf_printf(ret, " (%s)", rule);
	mdt_buf_printf(ret, ", the kernel %s\n", it->fault.kernel);
	mdt_buf_add(ret, it->log);
}

static void unfired_text(const struct mdt_conform_report *report, struct mdt_buf *ret)
{
	for (unsigned int i = 1; i <= mdt_model_rule_count(); i++) {
		const struct mdt_model_rule *rule = mdt_model_rule(i);
		const char *why = mdt_conform_reason(rule);

		if (is_for(report, i) && !has_fired(report->tally, i))
			mdt_buf_printf(ret, "  %-24s %s\n", rule->name,
				       why ? why : "no sequence came to it");
	}
}

// By how many: a rule is found at once that is worth to be made sharper.
static void unknowns_text(const struct mdt_conform_tally *tally, struct mdt_buf *ret)
{
	uint64_t below = UINT64_MAX;

	for (;;) {
		uint64_t most = 0;

		for (unsigned int i = 0; i <= mdt_model_rule_count(); i++)
			if (tally->unknowns[i] < below && tally->unknowns[i] > most)
				most = tally->unknowns[i];
		if (!most)
			return;
		for (unsigned int i = 0; i <= mdt_model_rule_count(); i++)
			if (tally->unknowns[i] == most)
				mdt_buf_printf(ret, "  %-24s unknown %" PRIu64 "\n",
					       i ? mdt_model_rule(i)->name
						 : "after something unknown",
					       most);
		below = most;
	}
}

static void flips_text(const struct mdt_conform_report *report,
		       const struct counts *counts, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "flipped rules found: %u of %u that fired\n", counts->flipped,
		       counts->fired);
	for (unsigned int i = 1; i <= mdt_model_rule_count(); i++)
		if (is_for(report, i) && has_fired(report->tally, i) && !report->flips[i])
			mdt_buf_printf(ret, "  %-24s not found\n",
				       mdt_model_rule(i)->name);
}

static void sequences_text(const struct mdt_conform_report *report, struct mdt_buf *ret)
{
	if (!report->from) {
		mdt_buf_printf(ret, "%u calls\n", report->length);
		return;
	}
	mdt_buf_printf(ret, "the %zu md calls of %s", report->from_calls, report->from);
	if (report->from_left_out)
		mdt_buf_printf(ret, " (%zu others are left out)", report->from_left_out);
	mdt_buf_adds(ret, ", mutated\n");
}

void mdt_conform_report_text(const struct mdt_conform_report *report, bool verbose,
			     struct mdt_buf *ret)
{
	const struct mdt_conform_tally *tally = report->tally;
	struct counts counts = count_rules(report);

	mdt_buf_printf(ret, "kernel %.*s, model %s, seed %" PRIu64,
		       SLICE_FMT(report->release), mdt_kernel_name(report->kernel),
		       report->seed);
	if (report->last_seed != report->seed)
		mdt_buf_printf(ret, " to %" PRIu64, report->last_seed);
	if (report->shard)
		mdt_buf_printf(ret, ", shard %s of", report->shard);
	else
		mdt_buf_addc(ret, ',');
	mdt_buf_printf(ret, " %u sequences of ", report->sequences);
	sequences_text(report, ret);
	if (report->flip)
		mdt_buf_printf(ret, "flipped: %s\n", rule_name(report->flip));
	mdt_buf_printf(ret,
		       "steps: %" PRIu64 ", unknown %" PRIu64
		       " (%.1f %%); %.1f s, %.0f steps/s\n",
		       tally->steps, tally->unknown,
		       percent(tally->unknown, tally->steps), report->seconds,
		       speed(report));
	mdt_buf_printf(ret,
		       "disagreements: %" PRIu64 " in results, %" PRIu64
		       " in array_state\n",
		       tally->results, tally->states);
	mdt_buf_printf(ret, "rules: %u of %u fired\n", counts.fired, counts.rules);
	if (verbose) {
		unfired_text(report, ret);
		unknowns_text(tally, ret);
	}
	if (report->flips)
		flips_text(report, &counts, ret);
}

/* ---- JSON ---- */

static void finding_json(struct mdt_json *json, const struct mdt_conform_finding *it)
{
	mdt_json_object(json, NULL);
	mdt_json_u64(json, "seed", it->seed);
	mdt_json_u64(json, "sequence", it->number);
	mdt_json_u64(json, "call", it->call + 1);
	mdt_json_u64(json, "calls", it->calls);
	mdt_json_text(json, "text", it->text);
	if (it->died.len) {
		mdt_json_text(json, "died", it->died);
	} else {
		mdt_json_cstr(json, "what",
			      it->fault.is_state ? "array_state" : "result");
		mdt_json_cstr(json, "model", it->fault.model);
		mdt_json_cstr(json, "kernel", it->fault.kernel);
		if (it->fault.rule)
			mdt_json_cstr(json, "rule", rule_name(it->fault.rule));
	}
	if (it->log.len)
		mdt_json_text(json, "log", it->log);
	mdt_json_end(json);
}

static void rules_json(struct mdt_json *json, const struct mdt_conform_report *report)
{
	mdt_json_array(json, "rules");
	for (unsigned int i = 1; i <= mdt_model_rule_count(); i++) {
		const struct mdt_model_rule *rule = mdt_model_rule(i);
		const char *why = mdt_conform_reason(rule);

		if (!is_for(report, i))
			continue;
		mdt_json_object(json, NULL);
		mdt_json_cstr(json, "name", rule->name);
		mdt_json_bool(json, "fired", has_fired(report->tally, i));
		mdt_json_u64(json, "disagreements", report->tally->counts[i]);
		mdt_json_u64(json, "unknown", report->tally->unknowns[i]);
		if (why && !has_fired(report->tally, i))
			mdt_json_cstr(json, "reason", why);
		if (report->flips)
			mdt_json_bool(json, "flip_found", report->flips[i] != 0);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

void mdt_conform_report_json(const struct mdt_conform_report *report,
			     const struct mdt_conform_finding *findings, size_t count,
			     struct mdt_buf *ret)
{
	const struct mdt_conform_tally *tally = report->tally;
	struct mdt_json json;

	mdt_json_init(&json, ret);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-conform", 1);
	mdt_json_text(&json, "kernel", report->release);
	mdt_json_cstr(&json, "model", mdt_kernel_name(report->kernel));
	mdt_json_u64(&json, "seed", report->seed);
	mdt_json_u64(&json, "last_seed", report->last_seed);
	mdt_json_u64(&json, "sequences", report->sequences);
	if (report->shard)
		mdt_json_cstr(&json, "shard", report->shard);
	if (report->from) {
		mdt_json_cstr(&json, "from", report->from);
		mdt_json_u64(&json, "from_calls", report->from_calls);
		mdt_json_u64(&json, "from_left_out", report->from_left_out);
	} else {
		mdt_json_u64(&json, "length", report->length);
	}
	mdt_json_u64(&json, "steps", tally->steps);
	mdt_json_u64(&json, "unknown", tally->unknown);
	mdt_json_u64(&json, "milliseconds", (uint64_t)(report->seconds * 1000));
	mdt_json_object(&json, "disagreements");
	mdt_json_u64(&json, "results", tally->results);
	mdt_json_u64(&json, "array_state", tally->states);
	mdt_json_end(&json);
	mdt_json_array(&json, "findings");
	for (size_t i = 0; i < count; i++)
		finding_json(&json, &findings[i]);
	mdt_json_end(&json);
	rules_json(&json, report);
	mdt_json_end(&json);
	mdt_buf_addc(ret, '\n');
}
