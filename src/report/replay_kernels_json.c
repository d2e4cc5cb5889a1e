// SPDX-License-Identifier: MIT
// A table of kernels as JSON.
#include "base/json.h"
#include "report/replay_parts.h"
#include "report/replay_table_parts.h"

static void json_kernels(struct mdt_json *json, const struct mdt_replay_table *table)
{
	mdt_json_array(json, "kernels");
	for (size_t i = 0; i < table->count; i++) {
		const struct mdt_verdicts *verdicts = table->columns[i].verdicts;

		mdt_json_object(json, NULL);
		mdt_json_text(json, "name", table->columns[i].name);
		mdt_json_text(json, "release", verdicts->kernel);
		mdt_json_cstr(json, "outcome", mdt_replay_outcome(verdicts));
		mdt_json_i64(json, "status", mdt_verdicts_status(verdicts));
		mdt_json_u64(json, "md_calls", verdicts->md.calls);
		for (size_t kind = 0; kind <= MDT_VERDICT_NOT_RUN; kind++)
			mdt_json_u64(
				json,
				kind == MDT_VERDICT_NOT_RUN
					? "not_run"
					: mdt_verdict_name((enum mdt_verdict_kind)kind),
				verdicts->md.kinds[kind]);
		mdt_json_end(json);
	}
	mdt_json_end(json);
}

static void json_cell(struct mdt_json *json, const struct mdt_replay_table *table,
		      size_t column, size_t row, struct mdt_buf *scratch)
{
	const struct mdt_verdict *verdict = mdt_table_at(table, column, row);

	mdt_json_object(json, NULL);
	mdt_json_cstr(json, "verdict", mdt_verdict_name(verdict->kind));
	if (verdict->actual.len)
		mdt_json_text(json, "actual", verdict->actual);
	if (verdict->has_before)
		mdt_json_text(json, "before", verdict->before);
	if (verdict->has_after)
		mdt_json_text(json, "after", verdict->after);
	if (mdt_table_changes(table, column, row))
		mdt_json_bool(json, "changes", true);
	mdt_buf_clear(scratch);
	if (verdict->kind != MDT_VERDICT_CONFIRMED)
		mdt_table_why(verdict, scratch);
	if (scratch->len)
		mdt_json_text(json, "why", mdt_buf_slice(scratch));
	mdt_json_end(json);
}

static void json_row(struct mdt_json *json, const struct mdt_replay_table *table,
		     size_t row, struct mdt_buf *scratch)
{
	const struct mdt_verdict *first = mdt_table_at(table, 0, row);

	mdt_json_object(json, NULL);
	mdt_json_text(json, "log", first->section->name);
	mdt_json_u64(json, "line", first->step->line);
	mdt_json_text(json, "call", first->call);
	if (first->subject.len)
		mdt_json_text(json, "subject", first->subject);
	if (first->expected.len)
		mdt_json_text(json, "expected", first->expected);
	mdt_json_array(json, "kernels");
	for (size_t i = 0; i < table->count; i++)
		json_cell(json, table, i, row, scratch);
	mdt_json_end(json);
	mdt_json_end(json);
}

static struct mdt_error *json_news(struct mdt_json *json,
				   const struct mdt_replay_table *table, size_t column)
{
	_cleanup_(mdt_news_deinit) struct mdt_news news = { 0 };
	struct mdt_error *err = mdt_news_find(table, column, &news);

	for (size_t i = 0; !err && i < news.len; i++) {
		mdt_json_object(json, NULL);
		mdt_json_text(json, "from", table->columns[column - 1].name);
		mdt_json_text(json, "to", table->columns[column].name);
		mdt_json_cstr(json, "is", news.items[i].came ? "new" : "gone");
		mdt_json_text(json, "text", news.items[i].text);
		mdt_json_u64(json, "line", news.items[i].first->step->line);
		mdt_json_u64(json, "count", news.items[i].count);
		mdt_json_end(json);
	}
	return err;
}

struct mdt_error *mdt_replay_table_json(const struct mdt_replay_table *table,
					struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf scratch = { 0 };
	struct mdt_error *err = NULL;
	struct mdt_json json;

	mdt_json_init(&json, ret);
	mdt_json_object(&json, NULL);
	mdt_json_schema(&json, "mdtrace-kernels", 1);
	mdt_json_text(&json, "logs", table->name);
	json_kernels(&json, table);
	mdt_json_array(&json, "calls");
	for (size_t row = 0; row < mdt_table_rows(table); row++)
		if (mdt_table_shows(table, row))
			json_row(&json, table, row, &scratch);
	mdt_json_end(&json);
	mdt_json_array(&json, "seen");
	for (size_t i = 1; !err && i < table->count; i++)
		err = json_news(&json, table, i);
	mdt_json_end(&json);
	mdt_json_end(&json);
	mdt_buf_addc(ret, '\n');
	if (!err)
		err = mdt_buf_error(&scratch);
	return err ? err : mdt_buf_error(ret);
}
