// SPDX-License-Identifier: MIT
#include "report/states_text.h"

#include "base/json.h"
#include "base/visible.h"
#include "life/facts.h"
#include "report/event_json.h"

void mdt_life_writer_deinit(struct mdt_life_writer *writer)
{
	mdt_buf_deinit(&writer->last);
	mdt_buf_deinit(&writer->line);
}

static void add_uncovered(struct mdt_buf *line, const struct mdt_life_call *call,
			  const struct mdt_model_rule *rule)
{
	if (call->unsaid) {
		mdt_buf_adds(line, ": failed, the log does not have the errno");
		return;
	}
	mdt_buf_adds(line, ": not covered by the model");
	if (call->note.len)
		mdt_buf_printf(line, ": %.*s", SLICE_FMT(call->note));
	else if (rule && rule->result == MDT_RESULT_UNKNOWN)
		mdt_buf_printf(line, ": %s (%s)", rule->says, rule->name);
}

static void add_verdict(struct mdt_buf *line, const struct mdt_life_call *call)
{
	const struct mdt_model_rule *rule =
		call->rule ? mdt_model_rule(call->rule) : NULL;

	switch (call->verdict) {
	case MDT_LIFE_AGREES:
		if (call->unsaid)
			mdt_buf_adds(line, ": failed, the log does not have the errno");
		else if (call->failed && rule)
			mdt_buf_printf(line, ": %s", rule->says);
		break;
	case MDT_LIFE_POSSIBLE:
		if (call->unsaid)
			mdt_buf_adds(line, ": failed, the log does not have the errno");
		else if (call->failed && rule)
			mdt_buf_printf(line, ": perhaps %s", rule->says);
		break;
	case MDT_LIFE_NOT_COVERED:
		add_uncovered(line, call, rule);
		break;
	case MDT_LIFE_NO_RESULT:
		mdt_buf_adds(line,
			     ": no result in the log, not known whether it took effect");
		break;
	case MDT_LIFE_CONTRADICTS:
		mdt_buf_adds(line, ": CONTRADICTS the model");
		if (rule)
			mdt_buf_printf(line, ", which has %.*s: %s (%s, %s)",
				       SLICE_FMT(call->predicted), rule->says, rule->name,
				       rule->source);
		break;
	case MDT_LIFE_VERDICTS:
		break;
	}
}

static void add_line(struct mdt_buf *line, const struct mdt_life_call *call)
{
	mdt_visible_words(line, call->array->name);
	mdt_buf_adds(line, "  ");
	mdt_visible_words(line, call->text);
	mdt_buf_adds(line, " = ");
	mdt_visible_words(line, call->result);
	if (call->verdict == MDT_LIFE_POSSIBLE)
		mdt_buf_printf(line, " (of %.*s)", SLICE_FMT(call->predicted));
	add_verdict(line, call);
	mdt_buf_addc(line, '\n');
	if (mdt_slice_eq(call->before, call->after) &&
	    call->before_presumed == call->after_presumed &&
	    call->verdict != MDT_LIFE_CONTRADICTS)
		return;
	mdt_buf_adds(line, call->before_presumed ? "\tpresumed " : "\t");
	mdt_visible_words(line, call->before);
	mdt_buf_adds(line, call->after_presumed ? "  ->  presumed " : "  ->  ");
	mdt_visible_words(line, call->after);
	mdt_buf_addc(line, '\n');
}

static void flush(struct mdt_life_writer *writer)
{
	struct mdt_slice text = mdt_buf_slice(&writer->last);
	const char *end = text.len ? memchr(text.str, '\n', text.len) : NULL;
	size_t head = end ? (size_t)(end - text.str) : text.len;

	if (!writer->times)
		return;
	if (writer->with_file)
		mdt_buf_printf(writer->out, "%s:", writer->file);
	if (writer->first_line)
		mdt_buf_printf(writer->out, "%lu  ", writer->first_line);
	else
		mdt_buf_adds(writer->out, "end  ");
	mdt_buf_add(writer->out, mdt_slice_head(text, head));
	if (writer->times > 1)
		mdt_buf_printf(writer->out, "  (%lu times, to line %lu)", writer->times,
			       writer->last_line);
	mdt_buf_add(writer->out, mdt_slice_skip(text, head));
	writer->times = 0;
}

void mdt_life_write(struct mdt_life_writer *writer, const struct mdt_life_call *call)
{
	bool again;

	mdt_buf_clear(&writer->line);
	add_line(&writer->line, call);
	again = writer->times && writer->file == call->file && call->line &&
		mdt_slice_eq(mdt_buf_slice(&writer->line), mdt_buf_slice(&writer->last));
	if (!again) {
		flush(writer);
		mdt_buf_clear(&writer->last);
		mdt_buf_add(&writer->last, mdt_buf_slice(&writer->line));
		writer->first_line = call->line;
		writer->file = call->file;
	}
	writer->last_line = call->line;
	writer->times++;
}

void mdt_life_write_end(struct mdt_life_writer *writer, const struct mdt_life *states)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	flush(writer);
	mdt_life_kernel_text(states, &text);
	mdt_buf_adds(writer->out, "rules: ");
	mdt_visible_words(writer->out, mdt_buf_slice(&text));
	mdt_buf_addc(writer->out, '\n');
	mdt_map_for_each(it, &states->arrays)
	{
		const struct mdt_life_array *array = it->value;

		// A prologue has arrays that the log does not speak of.
		if (!array->in_log)
			continue;
		mdt_buf_clear(&text);
		mdt_life_text(array, &text);
		mdt_visible_words(writer->out, array->name);
		mdt_buf_adds(writer->out,
			     mdt_life_text_presumed(array) ? ": presumed " : ": ");
		mdt_visible_words(writer->out, mdt_buf_slice(&text));
		mdt_buf_addc(writer->out, '\n');
	}
}

/* ---- JSON ---- */

static void json_rule(struct mdt_json *json, unsigned int number)
{
	const struct mdt_model_rule *rule = mdt_model_rule(number);

	mdt_json_object(json, "rule");
	mdt_json_cstr(json, "name", rule->name);
	mdt_json_cstr(json, "says", rule->says);
	mdt_json_cstr(json, "source", rule->source);
	if (rule->lines)
		mdt_json_cstr(json, "lines", rule->lines);
	mdt_json_end(json);
}

static void json_words(struct mdt_json *json, const char *key, unsigned int words)
{
	mdt_json_array(json, key);
	for (unsigned int i = 0; i < MDT_STATES; i++)
		if (words & 1u << i)
			mdt_json_cstr(json, NULL,
				      mdt_array_state_name((enum mdt_array_state)i));
	if (words & MDT_LIFE_NONE)
		mdt_json_cstr(json, NULL, "no array");
	mdt_json_end(json);
}

// Whose rules they are.
static void json_kernel(struct mdt_json *json, const struct mdt_life *life)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf note = { 0 };

	mdt_life_kernel_note(life, &note);
	mdt_json_cstr(json, "kernel", mdt_kernel_name(life->options.kernel));
	mdt_json_cstr(json, "kernel_why", mdt_life_kernel_why(life));
	if (life->kernel.version.len)
		mdt_json_text(json, "kernel_version", life->kernel.version);
	if (note.len)
		mdt_json_text(json, "kernel_note", mdt_buf_slice(&note));
}

static void json_count(struct mdt_json *json, const char *key, int32_t count)
{
	if (count == MDT_MODEL_UNKNOWN || count == MDT_MODEL_SOME)
		mdt_json_null(json, key);
	else
		mdt_json_i64(json, key, count);
}

static void json_member(struct mdt_json *json, const struct mdt_life_member *member,
			const struct mdt_life *life)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	const struct mdt_device *device =
		mdt_trace_device(&life->annotator.trace, member->major, member->minor);

	mdt_json_object(json, NULL);
	mdt_buf_printf(&text, "%u:%u", member->major, member->minor);
	mdt_json_text(json, "device", mdt_buf_slice(&text));
	mdt_buf_clear(&text);
	if (device)
		mdt_device_name(&text, device);
	if (device)
		mdt_json_text(json, "name", mdt_buf_slice(&text));
	if (member->role)
		mdt_json_cstr(json, "role", mdt_member_role_name(member->role));
	else
		mdt_json_null(json, "role");
	json_count(json, "slot", member->slot);
	mdt_json_end(json);
}

// What all states that the array can be in have in common; null: that is not known.
static void json_facts(struct mdt_json *json, const struct mdt_life_call *call,
		       const struct mdt_life *life)
{
	struct mdt_life_facts facts;

	mdt_life_facts(call->array, &facts);
	if (facts.running == MDT_UNSURE)
		mdt_json_null(json, "running");
	else
		mdt_json_bool(json, "running", facts.running == MDT_YES);
	if (facts.degraded == MDT_MODEL_UNKNOWN)
		mdt_json_null(json, "degraded");
	else
		mdt_json_bool(json, "degraded", facts.degraded > 0);
	json_count(json, "missing", facts.degraded);
	if (facts.sync)
		mdt_json_cstr(json, "sync", mdt_life_sync_name(facts.sync));
	else
		mdt_json_null(json, "sync");
	mdt_json_array(json, "members");
	for (uint32_t i = 0; i < facts.member_count; i++)
		json_member(json, &facts.members[i], life);
	mdt_json_end(json);
	mdt_json_bool(json, "all_members", facts.all_members);
}

void mdt_life_json(struct mdt_buf *buf, const struct mdt_life_call *call,
		   const struct mdt_life *life)
{
	struct mdt_json json;

	mdt_json_init(&json, buf);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-state", 1);
	mdt_json_text(&json, "file", mdt_slice_cstr(call->file));
	mdt_json_u64(&json, "line", call->line);
	json_kernel(&json, life);
	mdt_json_text(&json, "array", call->array->name);
	mdt_json_text(&json, "call", call->text);
	mdt_json_text(&json, "result", call->result);
	if (call->failed)
		mdt_json_bool(&json, "errno_in_log", !call->unsaid);
	mdt_json_cstr(&json, "verdict", mdt_life_verdict_name(call->verdict));
	mdt_json_text(&json, "predicted", call->predicted);
	mdt_json_bool(&json, "presumed", call->is_presumed);
	if (call->rule)
		json_rule(&json, call->rule);
	mdt_json_text(&json, "before", call->before);
	mdt_json_text(&json, "after", call->after);
	mdt_json_bool(&json, "before_presumed", call->before_presumed);
	mdt_json_bool(&json, "after_presumed", call->after_presumed);
	json_words(&json, "array_state_before", call->from);
	json_words(&json, "array_state_after", call->to);
	json_facts(&json, call, life);
	mdt_json_end(&json);
}
