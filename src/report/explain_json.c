// SPDX-License-Identifier: MIT
#include "report/explain_json.h"

#include "ioctl/json.h"
#include "life/life.h"
#include "model/op.h"

static void cstr_if(struct mdt_json *json, const char *key, const char *text)
{
	if (text)
		mdt_json_cstr(json, key, text);
}

static void kernels(struct mdt_json *json, struct mdt_kernels it)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	if (mdt_kernels_all(it))
		return;
	mdt_kernels_text(it, &text);
	mdt_json_text(json, "kernels", mdt_buf_slice(&text));
}

static bool is_of_kernel(const struct mdt_explain *explain, struct mdt_kernels it)
{
	return !explain->kernel || mdt_kernels_have(it, *explain->kernel);
}

/* ---- checks ---- */

static const char *result_text(const struct mdt_model_rule *rule)
{
	if (rule->result == MDT_RESULT_CONTINUE)
		return "goes on";
	if (rule->fatal)
		return "none";
	return rule->result == MDT_RESULT_UNKNOWN ? "any"
						  : mdt_model_result_name(rule->result);
}

static void seen(struct mdt_json *json, const struct mdt_model_seen *it)
{
	if (!it->message && !it->uevent && !it->capacity && !it->thread && !it->sysfs)
		return;
	mdt_json_object(json, "seen");
	cstr_if(json, "message", it->message);
	cstr_if(json, "uevent", it->uevent);
	cstr_if(json, "capacity", it->capacity);
	cstr_if(json, "thread", it->thread);
	cstr_if(json, "sysfs", it->sysfs);
	mdt_json_end(json);
}

static void check(struct mdt_json *json, const struct mdt_model_rule *rule,
		  bool gave_result)
{
	mdt_json_object(json, NULL);
	mdt_json_cstr(json, "name", rule->name);
	mdt_json_cstr(json, "result", result_text(rule));
	mdt_json_cstr(json, "says", rule->says);
	cstr_if(json, "then", rule->then);
	kernels(json, rule->kernels);
	mdt_json_cstr(json, "source", rule->source);
	cstr_if(json, "lines", rule->lines);
	seen(json, &rule->seen);
	if (gave_result)
		mdt_json_bool(json, "marked", true);
	mdt_json_end(json);
}

static void checks(struct mdt_json *json, const struct mdt_explain *explain,
		   enum mdt_md_op op)
{
	unsigned int count = mdt_model_rule_count();

	mdt_json_array(json, "checks");
	for (unsigned int i = 1; i <= count; i++) {
		const struct mdt_model_rule *rule = mdt_model_rule(i);

		if (rule->ops >> op & 1 && is_of_kernel(explain, rule->kernels))
			check(json, rule, i == explain->rule);
	}
	mdt_json_end(json);
}

static void notes(struct mdt_json *json, const struct mdt_explain *explain,
		  enum mdt_md_op op)
{
	size_t len;
	const struct mdt_md_note *all = mdt_md_notes(&len);

	mdt_json_array(json, "notes");
	for (size_t i = 0; i < len; i++) {
		if (!(all[i].ops >> op & 1) || !is_of_kernel(explain, all[i].kernels))
			continue;
		mdt_json_object(json, NULL);
		mdt_json_cstr(json, "says", all[i].says);
		kernels(json, all[i].kernels);
		mdt_json_cstr(json, "source", all[i].source);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

/* ---- the place in a log ---- */

static void state(struct mdt_json *json, const struct mdt_explain_place *place)
{
	const struct mdt_life_line *it = place->line;

	mdt_json_text(json, "text", mdt_buf_slice(&it->text));
	mdt_json_text(json, "result", mdt_buf_slice(&it->result));
	mdt_json_text(json, "array", mdt_buf_slice(&it->array));
	mdt_json_text(json, "before", mdt_buf_slice(&it->before));
	mdt_json_text(json, "after", mdt_buf_slice(&it->after));
	mdt_json_bool(json, "before_presumed", it->before_presumed);
	mdt_json_bool(json, "after_presumed", it->after_presumed);
	mdt_json_cstr(json, "verdict", mdt_life_verdict_name(it->verdict));
	mdt_json_text(json, "predicted", mdt_buf_slice(&it->predicted));
	mdt_json_bool(json, "presumed", it->presumed);
	mdt_json_text(json, "rules_of", place->rules);
	if (place->from.len)
		mdt_json_text(json, "from", place->from);
}

static void begin(struct mdt_json *json, const struct mdt_explain_place *place,
		  struct mdt_buf *ret)
{
	mdt_json_init(json, ret);
	mdt_json_object(json, NULL);
	mdt_json_schema(json, "mdtrace-explain", 1);
	if (!place)
		return;
	mdt_json_text(json, "file", mdt_slice_cstr(place->file));
	mdt_json_u64(json, "line", place->line->line);
}

static void end(struct mdt_json *json, struct mdt_buf *ret)
{
	mdt_json_end(json);
	mdt_buf_addc(ret, '\n');
}

void mdt_explain_json(const struct mdt_explain *explain, enum mdt_md_op op,
		      const struct mdt_ioctl *ioctl,
		      const struct mdt_explain_place *place, struct mdt_buf *ret)
{
	const struct mdt_md_handler *handler = mdt_md_handler(op);
	struct mdt_json json;

	begin(&json, place, ret);
	if (place)
		state(&json, place);
	mdt_json_cstr(&json, "call", ioctl ? ioctl->name : mdt_md_op_name(op));
	if (ioctl)
		mdt_ioctl_json(&json, "ioctl", ioctl);
	mdt_json_cstr(&json, "asks", handler->asks);
	mdt_json_cstr(&json, "path", handler->path);
	cstr_if(&json, "lines", handler->lines);
	checks(&json, explain, op);
	notes(&json, explain, op);
	end(&json, ret);
}

void mdt_explain_json_remark(const struct mdt_explain_place *place, struct mdt_buf *ret)
{
	struct mdt_json json;

	begin(&json, place, ret);
	mdt_json_text(&json, "text", mdt_buf_slice(&place->line->raw));
	mdt_json_text(&json, "remark", mdt_buf_slice(&place->line->remark));
	cstr_if(&json, "source", place->line->source);
	end(&json, ret);
}
