// SPDX-License-Identifier: MIT
// Verdicts as CI systems read them: JUnit and KTAP.
#include "base/visible.h"
#include "report/ci.h"
#include "report/html.h"
#include "report/replay_table_parts.h"

static size_t count_shown(const struct mdt_replay_table *table)
{
	size_t ret = 0;

	for (size_t row = 0; row < mdt_table_rows(table); row++)
		ret += mdt_table_shows(table, row);
	return ret;
}

static size_t count_kind(const struct mdt_replay_table *table, size_t column,
			 enum mdt_verdict_kind kind)
{
	size_t ret = 0;

	for (size_t row = 0; row < mdt_table_rows(table); row++)
		ret += mdt_table_shows(table, row) &&
		       mdt_table_at(table, column, row)->kind == kind;
	return ret;
}

void mdt_replay_tables_begin(enum mdt_replay_ci form, size_t suites, const char *shard,
			     struct mdt_buf *ret)
{
	mdt_ci_begin(form == MDT_REPLAY_KTAP, "mdtrace replay", shard, ret);
	if (form == MDT_REPLAY_KTAP)
		mdt_buf_printf(ret, "1..%zu\n", suites);
}

void mdt_replay_tables_end(enum mdt_replay_ci form, struct mdt_buf *ret)
{
	if (form == MDT_REPLAY_JUNIT)
		mdt_buf_adds(ret, "</testsuites>\n");
}

static void add_log(struct mdt_buf *ret, struct mdt_slice log)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	mdt_visible_words(&text, mdt_slice_base_name(log));
	mdt_ci_ktap_words(ret, mdt_buf_slice(&text));
	ret->failed |= text.failed;
}

static void ktap_trouble(struct mdt_slice log, size_t number, const char *why,
			 struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "# error: ");
	mdt_visible_words(ret, mdt_slice_cstr(why));
	mdt_buf_printf(ret, "\nnot ok %zu - ", number);
	add_log(ret, log);
	mdt_buf_addc(ret, '\n');
}

void mdt_replay_tables_trouble(enum mdt_replay_ci form, struct mdt_slice log,
			       size_t before, size_t columns, const char *why,
			       struct mdt_buf *ret)
{
	if (form == MDT_REPLAY_KTAP) {
		for (size_t i = 0; i < columns; i++)
			ktap_trouble(log, before + i + 1, why, ret);
		return;
	}
	mdt_buf_adds(ret, "  <testsuite name=\"mdtrace replay: ");
	mdt_html_plain(ret, log);
	mdt_buf_adds(ret, "\" tests=\"1\" failures=\"0\" errors=\"1\">\n"
			  "    <testcase classname=\"mdtrace.replay\" name=\"the log\">\n"
			  "      <error message=\"");
	mdt_html_plain(ret, mdt_slice_cstr(why));
	mdt_buf_adds(ret, "\"/>\n    </testcase>\n  </testsuite>\n");
}

/* ---- JUnit ---- */

static void put_plain(struct mdt_buf *out, const struct mdt_buf *text)
{
	mdt_html_plain(out, mdt_buf_slice(text));
}

static void junit_case(const struct mdt_replay_table *table, size_t column, size_t row,
		       struct mdt_buf *scratch, struct mdt_buf *out)
{
	const struct mdt_verdict *verdict = mdt_table_at(table, column, row);

	mdt_buf_adds(out, "    <testcase classname=\"");
	mdt_html_plain(out, table->columns[column].name);
	mdt_buf_adds(out, "\" name=\"");
	mdt_buf_clear(scratch);
	mdt_table_name(verdict, scratch);
	put_plain(out, scratch);
	if (verdict->kind == MDT_VERDICT_CONFIRMED) {
		mdt_buf_adds(out, "\"/>\n");
		return;
	}
	mdt_buf_clear(scratch);
	mdt_table_why(verdict, scratch);
	mdt_buf_adds(out, verdict->kind == MDT_VERDICT_DIFFERS
				  ? "\">\n      <failure message=\""
			  : verdict->kind == MDT_VERDICT_NOT_RUN
				  ? "\">\n      <error message=\"not run: "
				  : "\">\n      <system-out>drift: ");
	put_plain(out, scratch);
	mdt_buf_adds(out,
		     verdict->kind == MDT_VERDICT_DRIFT ? "</system-out>\n" : "\"/>\n");
	mdt_buf_adds(out, "    </testcase>\n");
}

static void junit_suite(const struct mdt_replay_table *table, size_t column,
			struct mdt_buf *scratch, struct mdt_buf *out)
{
	const struct mdt_verdicts *verdicts = table->columns[column].verdicts;
	bool cut_off = verdicts->run.end != MDT_RUN_FINISHED || verdicts->fault.len;

	mdt_buf_adds(out, "  <testsuite name=\"mdtrace replay: ");
	mdt_html_plain(out, table->name);
	mdt_buf_adds(out, " on ");
	mdt_html_plain(out, table->columns[column].name);
	mdt_buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n",
		       count_shown(table) + cut_off,
		       count_kind(table, column, MDT_VERDICT_DIFFERS),
		       count_kind(table, column, MDT_VERDICT_NOT_RUN) + cut_off);
	for (size_t row = 0; row < mdt_table_rows(table); row++)
		if (mdt_table_shows(table, row))
			junit_case(table, column, row, scratch, out);
	if (cut_off) {
		mdt_buf_adds(out, "    <testcase classname=\"");
		mdt_html_plain(out, table->columns[column].name);
		mdt_buf_printf(out, "\" name=\"the run\">\n      <error message=\"%s ",
			       mdt_run_end_name(verdicts->run.end));
		mdt_html_plain(out,
			       verdicts->fault.len ? verdicts->fault : verdicts->run.why);
		mdt_buf_adds(out, "\"/>\n    </testcase>\n");
	}
	mdt_buf_adds(out, "  </testsuite>\n");
}

struct mdt_error *mdt_replay_table_junit(const struct mdt_replay_table *table,
					 struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf scratch = { 0 };

	if (!table->is_part)
		mdt_replay_tables_begin(MDT_REPLAY_JUNIT, table->count, NULL, ret);
	for (size_t i = 0; i < table->count; i++)
		junit_suite(table, i, &scratch, ret);
	if (!table->is_part)
		mdt_replay_tables_end(MDT_REPLAY_JUNIT, ret);
	return scratch.failed ? &mdt_enomem : mdt_buf_error(ret);
}

/* ---- KTAP ---- */

static void ktap_case(const struct mdt_verdict *verdict, size_t number,
		      struct mdt_buf *scratch, struct mdt_buf *out)
{
	bool ok = verdict->kind == MDT_VERDICT_CONFIRMED ||
		  verdict->kind == MDT_VERDICT_DRIFT;

	mdt_buf_clear(scratch);
	mdt_table_why(verdict, scratch);
	if (!ok) {
		mdt_buf_printf(out, "    # %s: ", mdt_verdict_name(verdict->kind));
		mdt_buf_add(out, mdt_buf_slice(scratch));
		mdt_buf_addc(out, '\n');
	}
	mdt_buf_printf(out, "    %s %zu - ", ok ? "ok" : "not ok", number);
	if (verdict->kind == MDT_VERDICT_DRIFT) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };

		mdt_table_name(verdict, &name);
		mdt_ci_ktap_words(out, mdt_buf_slice(&name));
		mdt_buf_adds(out, " # drift: ");
		mdt_buf_add(out, mdt_buf_slice(scratch));
	} else {
		mdt_buf_clear(scratch);
		mdt_table_name(verdict, scratch);
		mdt_ci_ktap_words(out, mdt_buf_slice(scratch));
	}
	mdt_buf_addc(out, '\n');
}

// Of several logs also which one it is.
static void add_suite(const struct mdt_replay_table *table, size_t column,
		      struct mdt_buf *out)
{
	if (table->is_part) {
		mdt_visible_words(out, mdt_slice_base_name(table->name));
		mdt_buf_adds(out, " on ");
	}
	mdt_visible_words(out, table->columns[column].name);
}

static void ktap_column(const struct mdt_replay_table *table, size_t column,
			struct mdt_buf *scratch, struct mdt_buf *out)
{
	const struct mdt_verdicts *verdicts = table->columns[column].verdicts;
	size_t number = 0;
	int status = mdt_verdicts_status(verdicts);

	mdt_buf_adds(out, "    KTAP version 1\n    # Subtest: ");
	add_suite(table, column, out);
	mdt_buf_printf(out, "\n    1..%zu\n", count_shown(table));
	for (size_t row = 0; row < mdt_table_rows(table); row++)
		if (mdt_table_shows(table, row))
			ktap_case(mdt_table_at(table, column, row), ++number, scratch,
				  out);
	mdt_buf_printf(out, "%s %zu - ", status ? "not ok" : "ok",
		       table->before + column + 1);
	add_suite(table, column, out);
	if (verdicts->run.end != MDT_RUN_FINISHED)
		mdt_buf_printf(out, " # %s", mdt_run_end_name(verdicts->run.end));
	mdt_buf_addc(out, '\n');
}

struct mdt_error *mdt_replay_table_ktap(const struct mdt_replay_table *table,
					struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf scratch = { 0 };

	if (!table->is_part)
		mdt_replay_tables_begin(MDT_REPLAY_KTAP, table->count, NULL, ret);
	for (size_t i = 0; i < table->count; i++)
		ktap_column(table, i, &scratch, ret);
	return scratch.failed ? &mdt_enomem : mdt_buf_error(ret);
}
