// SPDX-License-Identifier: MIT
#include "base/json.h"
#include "report/diff.h"

static const char *const kinds[] = {
	[MDT_EDIT_SAME] = "same",
	[MDT_EDIT_CHANGED] = "changed",
	[MDT_EDIT_GONE] = "gone",
	[MDT_EDIT_NEW] = "new",
};

static void put_log(struct mdt_json *json, const char *key,
		    const struct mdt_diff_report *report, enum mdt_diff_side side)
{
	const struct mdt_diff_log *log = &report->diff->logs[side];

	mdt_json_object(json, key);
	mdt_json_cstr(json, "name", report->names[side]);
	mdt_json_u64(json, "lines", log->lines);
	mdt_json_u64(json, "not_understood", log->faults);
	mdt_json_u64(json, "processes", log->tasks.len);
	mdt_json_bool(json, "baseline", log->is_baseline);
	mdt_json_end(json);
}

static void put_summary(struct mdt_json *json, const struct mdt_diff *diff)
{
	mdt_json_array(json, "summary");
	for (size_t i = 0; i < diff->remark_len; i++) {
		const struct mdt_diff_remark *it = &diff->remarks[i];

		mdt_json_object(json, NULL);
		mdt_json_text(json, "text", it->text);
		mdt_json_cstr(json, "level", mdt_diff_level_names[it->level]);
		mdt_json_u64(json, "old_calls", it->old_count);
		mdt_json_u64(json, "new_calls", it->new_count);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void put_step(struct mdt_json *json, const char *key, const struct mdt_diff *diff,
		     const struct mdt_diff_step *step)
{
	const struct mdt_diff_meaning *it = mdt_diff_step_meaning(diff, step);

	mdt_json_object(json, key);
	mdt_json_u64(json, "line", step->line);
	mdt_json_text(json, "call", mdt_diff_text_of(diff, step));
	mdt_json_text(json, "does", it->label);
	if (it->array.len)
		mdt_json_text(json, "array", it->array);
	mdt_json_cstr(json, "level", mdt_diff_level_names[it->level]);
	mdt_json_u64(json, "count", step->count);
	mdt_json_bool(json, "arguments_differ", mdt_diff_is_run(step));
	mdt_json_end(json);
}

static void put_value(struct mdt_json *json, const char *key, struct mdt_slice value)
{
	if (value.len)
		mdt_json_text(json, key, value);
	else
		mdt_json_null(json, key);
}

static struct mdt_error *put_fields(struct mdt_json *json, struct mdt_diff *diff,
				    const struct mdt_diff_edit *edit)
{
	struct mdt_error *err =
		mdt_diff_compare_steps(diff, mdt_diff_step(diff, MDT_OLD, edit->old_step),
				       mdt_diff_step(diff, MDT_NEW, edit->new_step));

	mdt_json_array(json, "fields");
	for (size_t i = 0; !err && i < diff->fields.len; i++) {
		const struct mdt_diff_field *field = &diff->fields.items[i];

		mdt_json_object(json, NULL);
		mdt_json_text(json, "name", field->name);
		put_value(json, "old", field->old_value);
		put_value(json, "new", field->new_value);
		put_value(json, "note", field->note);
		mdt_json_end(json);
	}
	mdt_json_end(json);
	return err;
}

static struct mdt_error *put_edit(struct mdt_json *json, struct mdt_diff *diff,
				  const struct mdt_diff_edit *edit)
{
	struct mdt_error *err = NULL;

	mdt_json_object(json, NULL);
	mdt_json_cstr(json, "kind", kinds[edit->kind]);
	if (edit->kind != MDT_EDIT_NEW)
		put_step(json, "old", diff, mdt_diff_step(diff, MDT_OLD, edit->old_step));
	if (edit->kind != MDT_EDIT_GONE)
		put_step(json, "new", diff, mdt_diff_step(diff, MDT_NEW, edit->new_step));
	if (edit->kind == MDT_EDIT_CHANGED)
		err = put_fields(json, diff, edit);
	mdt_json_end(json);
	return err;
}

static void put_task(struct mdt_json *json, const char *key, const struct mdt_diff *diff,
		     enum mdt_diff_side side, uint32_t index)
{
	const struct mdt_diff_task *task;

	if (index == MDT_NO_TASK) {
		mdt_json_null(json, key);
		return;
	}
	task = &diff->logs[side].tasks.items[index];
	mdt_json_object(json, key);
	mdt_json_u64(json, "pid", task->pid);
	put_value(json, "program", task->program);
	mdt_json_end(json);
}

static struct mdt_error *put_pair(struct mdt_json *json, struct mdt_diff *diff,
				  const struct mdt_diff_pair *pair)
{
	struct mdt_error *err = NULL;

	mdt_json_object(json, NULL);
	put_task(json, "old", diff, MDT_OLD, pair->old_task);
	put_task(json, "new", diff, MDT_NEW, pair->new_task);
	mdt_json_array(json, "differences");
	for (size_t i = pair->first; !err && i < pair->first + pair->len; i++)
		if (diff->edits[i].kind != MDT_EDIT_SAME)
			err = put_edit(json, diff, &diff->edits[i]);
	mdt_json_end(json);
	mdt_json_end(json);
	return err;
}

static void put_moves(struct mdt_json *json, const struct mdt_diff *diff)
{
	mdt_json_array(json, "moved_between_processes");
	for (size_t i = 0; i < diff->move_len; i++) {
		mdt_json_object(json, NULL);
		put_step(json, "old", diff,
			 mdt_diff_step(diff, MDT_OLD, diff->moves[i].old_step));
		put_step(json, "new", diff,
			 mdt_diff_step(diff, MDT_NEW, diff->moves[i].new_step));
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void put_relocations(struct mdt_json *json, const struct mdt_diff *diff)
{
	if (!diff->relocation_len)
		return;
	mdt_json_array(json, "moved_between_functions");
	for (size_t i = 0; i < diff->relocation_len; i++) {
		const struct mdt_diff_relocation *it = &diff->relocations[i];
		const struct mdt_diff_step *a =
			mdt_diff_step(diff, MDT_OLD, it->old_step);
		const struct mdt_diff_step *b =
			mdt_diff_step(diff, MDT_NEW, it->new_step);

		mdt_json_object(json, NULL);
		put_step(json, "old", diff, a);
		put_step(json, "new", diff, b);
		mdt_json_text(json, "old_from", mdt_diff_step_origin(diff, MDT_OLD, a));
		mdt_json_text(json, "new_from", mdt_diff_step_origin(diff, MDT_NEW, b));
		mdt_json_u64(json, "count", it->count);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

struct mdt_error *mdt_diff_report_json(struct mdt_diff_report *report)
{
	struct mdt_diff *diff = report->diff;
	struct mdt_error *err = NULL;
	struct mdt_json json;

	mdt_json_init(&json, report->out);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-diff", 1);
	mdt_json_bool(&json, "differs", diff->differences != 0);
	mdt_json_cstr(&json, "level", mdt_diff_level_names[diff->options.level]);
	mdt_json_bool(&json, "approximate", diff->align.is_approximate);
	put_log(&json, "old", report, MDT_OLD);
	put_log(&json, "new", report, MDT_NEW);
	put_summary(&json, diff);
	put_moves(&json, diff);
	put_relocations(&json, diff);
	mdt_json_array(&json, "processes");
	for (size_t i = 0; !err && i < diff->pair_len; i++)
		if (diff->pairs[i].differences)
			err = put_pair(&json, diff, &diff->pairs[i]);
	mdt_json_end(&json);
	mdt_json_end(&json);
	mdt_buf_addc(report->out, '\n');
	return err ? err : mdt_buf_error(report->out);
}
