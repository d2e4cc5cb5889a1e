// SPDX-License-Identifier: MIT
#include "report/replay_kernels.h"

#include "base/json.h"
#include "base/visible.h"
#include "report/replay_parts.h"
#include "report/replay_table_parts.h"

/* ---- rows and cells ---- */

size_t mdt_table_rows(const struct mdt_replay_table *table)
{
	size_t ret = table->columns[0].verdicts->count;

	for (size_t i = 1; i < table->count; i++)
		if (table->columns[i].verdicts->count < ret)
			ret = table->columns[i].verdicts->count;
	return ret;
}

const struct mdt_verdict *mdt_table_at(const struct mdt_replay_table *table,
				       size_t column, size_t row)
{
	return &table->columns[column].verdicts->all[row];
}

bool mdt_table_shows(const struct mdt_replay_table *table, size_t row)
{
	const struct mdt_verdict *first = mdt_table_at(table, 0, row);

	if (first->is_wait || !first->is_counted)
		return false;
	for (size_t i = 0; i < table->count; i++)
		if (mdt_table_at(table, i, row)->kind != MDT_VERDICT_CONFIRMED)
			return true;
	return first->is_md;
}

static bool has_state_change(const struct mdt_verdict *verdict)
{
	return verdict->has_after &&
	       !(verdict->has_before && mdt_slice_eq(verdict->before, verdict->after));
}

void mdt_table_cell(const struct mdt_verdict *verdict, struct mdt_buf *ret)
{
	if (verdict->kind == MDT_VERDICT_NOT_RUN) {
		mdt_buf_adds(ret, verdict->is_running ? "never returned" : "not run");
		return;
	}
	mdt_visible_words(ret, verdict->actual.len ? verdict->actual : SLICE("-"));
	if (!has_state_change(verdict))
		return;
	mdt_buf_addc(ret, ' ');
	if (verdict->has_before) {
		mdt_visible_words(ret, verdict->before);
		mdt_buf_addc(ret, ' ');
	}
	mdt_buf_adds(ret, "-> ");
	mdt_visible_words(ret, verdict->after);
}

void mdt_table_call(const struct mdt_verdict *verdict, struct mdt_buf *ret)
{
	mdt_visible_words(ret, verdict->call);
	if (verdict->subject.len) {
		mdt_buf_addc(ret, ' ');
		mdt_visible_words(ret, verdict->subject);
	}
	if (verdict->argument.len) {
		mdt_buf_addc(ret, ' ');
		mdt_visible_words(ret, verdict->argument);
	}
}

void mdt_table_name(const struct mdt_verdict *verdict, struct mdt_buf *ret)
{
	mdt_visible_words(ret, mdt_slice_base_name(verdict->section->name));
	mdt_buf_printf(ret, ":%lu ", verdict->step->line);
	mdt_table_call(verdict, ret);
}

static bool is_finding(const struct mdt_check *check)
{
	return check->kind == MDT_CHECK_DIFFERS || check->kind == MDT_CHECK_DRIFT;
}

void mdt_table_why(const struct mdt_verdict *verdict, struct mdt_buf *ret)
{
	const char *before = "";

	if (verdict->kind == MDT_VERDICT_NOT_RUN) {
		mdt_visible_words(ret, verdict->why);
		return;
	}
	for (size_t i = 0; i < verdict->check_count; i++) {
		const struct mdt_check *check = &verdict->checks[i];

		if (!is_finding(check))
			continue;
		mdt_buf_printf(ret, "%s%.*s: log ", before, SLICE_FMT(check->field));
		mdt_visible_words(ret, check->expected);
		mdt_buf_adds(ret, ", kernel ");
		mdt_visible_words(ret, check->actual);
		if (check->drift)
			mdt_buf_printf(ret, " (%s)", check->drift->what);
		before = "; ";
	}
}

/* ---- what changes ---- */

static bool same_results(const struct mdt_verdict *a, const struct mdt_verdict *b)
{
	if (a->kind == MDT_VERDICT_NOT_RUN || b->kind == MDT_VERDICT_NOT_RUN)
		return a->kind == b->kind && a->is_running == b->is_running;
	return mdt_slice_eq(a->actual, b->actual) &&
	       has_state_change(a) == has_state_change(b) &&
	       (!has_state_change(a) || mdt_slice_eq(a->after, b->after));
}

static const struct mdt_check *find_finding(const struct mdt_verdict *verdict,
					    struct mdt_slice field)
{
	for (size_t i = 0; i < verdict->check_count; i++)
		if (is_finding(&verdict->checks[i]) &&
		    mdt_slice_eq(verdict->checks[i].field, field))
			return &verdict->checks[i];
	return NULL;
}

// Whether all that one kernel did otherwise than the log, the other did just so.
static bool has_findings_of(const struct mdt_verdict *a, const struct mdt_verdict *b)
{
	for (size_t i = 0; i < b->check_count; i++) {
		const struct mdt_check *check = &b->checks[i], *other;

		if (!is_finding(check))
			continue;
		other = find_finding(a, check->field);
		if (!other || !mdt_slice_eq(other->actual, check->actual))
			return false;
	}
	return true;
}

bool mdt_table_changes(const struct mdt_replay_table *table, size_t column, size_t row)
{
	const struct mdt_verdict *a, *b;

	if (!column)
		return false;
	a = mdt_table_at(table, column - 1, row);
	b = mdt_table_at(table, column, row);
	return !same_results(a, b) || !has_findings_of(a, b) || !has_findings_of(b, a);
}

static bool changes_anywhere(const struct mdt_replay_table *table, size_t row)
{
	for (size_t i = 1; i < table->count; i++)
		if (mdt_table_changes(table, i, row))
			return true;
	return false;
}

bool mdt_replay_table_differs(const struct mdt_replay_table *table, size_t column,
			      size_t row)
{
	return mdt_table_changes(table, column, row);
}

void mdt_replay_table_cell(const struct mdt_replay_table *table, size_t column,
			   size_t row, struct mdt_buf *ret)
{
	mdt_table_cell(mdt_table_at(table, column, row), ret);
}

void mdt_replay_table_name(const struct mdt_replay_table *table, size_t row,
			   struct mdt_buf *ret)
{
	mdt_table_name(mdt_table_at(table, 0, row), ret);
}

// Of the log's calls: what the planner adds is its own business.
bool mdt_replay_table_change(const struct mdt_replay_table *table, size_t column,
			     size_t *row, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < mdt_table_rows(table); i++) {
		if (!mdt_table_at(table, 0, i)->is_counted ||
		    !mdt_table_changes(table, column, i))
			continue;
		if (!*count)
			*row = i;
		++*count;
	}
	return *count;
}

int mdt_replay_table_status(const struct mdt_replay_table *table)
{
	int ret = 0;

	for (size_t i = 0; i < table->count; i++) {
		int status = mdt_verdicts_status(table->columns[i].verdicts);

		if (status > ret)
			ret = status;
	}
	return ret;
}

/* ---- text ---- */

enum { CALL_MAX = 36, CELL_MAX = 30, GAP = 2 };

static void pad_to(struct mdt_buf *buf, size_t start, size_t width)
{
	size_t columns = mdt_slice_columns(mdt_slice_skip(mdt_buf_slice(buf), start));

	mdt_buf_fill(buf, ' ', (columns < width ? width - columns : 0) + GAP);
}

// The head of a name that fits, with a mark where it is cut.
static void add_cut(struct mdt_buf *buf, struct mdt_slice text, size_t width)
{
	if (text.len <= width) {
		mdt_buf_add(buf, text);
		return;
	}
	mdt_buf_add(buf, mdt_slice_head(text, width - 1));
	mdt_buf_adds(buf, "~");
}

struct widths {
	size_t call, log, cells[64];
};

static size_t at_most(size_t value, size_t max)
{
	return value < max ? value : max;
}

static void widen(size_t *width, struct mdt_slice text, size_t max)
{
	size_t columns = at_most(mdt_slice_columns(text), max);

	if (columns > *width)
		*width = columns;
}

static size_t shown_columns(const struct mdt_replay_table *table)
{
	return at_most(table->count, array_size(((struct widths *)0)->cells));
}

static bool is_listed(const struct mdt_replay_table *table, size_t row)
{
	if (!mdt_table_shows(table, row))
		return false;
	if (table->verbose || table->count == 1 || changes_anywhere(table, row))
		return true;
	return mdt_table_at(table, 0, row)->kind != MDT_VERDICT_CONFIRMED;
}

static void measure(const struct mdt_replay_table *table, struct mdt_buf *scratch,
		    struct widths *ret)
{
	*ret = (struct widths){ .call = strlen("call"), .log = strlen("log") };
	for (size_t i = 0; i < shown_columns(table); i++)
		widen(&ret->cells[i], table->columns[i].name, SIZE_MAX);
	for (size_t row = 0; row < mdt_table_rows(table); row++) {
		if (!is_listed(table, row))
			continue;
		mdt_buf_clear(scratch);
		mdt_table_call(mdt_table_at(table, 0, row), scratch);
		widen(&ret->call, mdt_buf_slice(scratch), CALL_MAX);
		widen(&ret->log, mdt_table_at(table, 0, row)->expected, CELL_MAX);
		for (size_t i = 0; i < shown_columns(table); i++) {
			mdt_buf_clear(scratch);
			mdt_table_cell(mdt_table_at(table, i, row), scratch);
			widen(&ret->cells[i], mdt_buf_slice(scratch), CELL_MAX);
		}
	}
}

static void write_head(const struct mdt_replay_table *table, const struct widths *widths,
		       struct mdt_buf *buf)
{
	size_t start;

	mdt_buf_adds(buf, "   line  ");
	start = buf->len;
	mdt_buf_adds(buf, "call");
	pad_to(buf, start, widths->call);
	start = buf->len;
	mdt_buf_adds(buf, "log");
	pad_to(buf, start, widths->log);
	for (size_t i = 0; i < shown_columns(table); i++) {
		start = buf->len;
		mdt_buf_adds(buf, "  ");
		mdt_visible_words(buf, table->columns[i].name);
		if (i + 1 < shown_columns(table))
			pad_to(buf, start, widths->cells[i] + 2);
	}
	mdt_buf_addc(buf, '\n');
}

static void write_row(const struct mdt_replay_table *table, const struct widths *widths,
		      size_t row, struct mdt_buf *scratch, struct mdt_buf *buf)
{
	const struct mdt_verdict *first = mdt_table_at(table, 0, row);
	size_t start;

	mdt_buf_printf(buf, "%7lu  ", first->step->line);
	start = buf->len;
	mdt_buf_clear(scratch);
	mdt_table_call(first, scratch);
	add_cut(buf, mdt_buf_slice(scratch), CALL_MAX);
	pad_to(buf, start, widths->call);
	start = buf->len;
	add_cut(buf, first->expected.len ? first->expected : SLICE("-"), CELL_MAX);
	pad_to(buf, start, widths->log);
	for (size_t i = 0; i < shown_columns(table); i++) {
		const struct mdt_verdict *verdict = mdt_table_at(table, i, row);
		size_t width;

		mdt_buf_adds(buf, mdt_table_changes(table, i, row) ? "* " : "  ");
		mdt_buf_clear(scratch);
		mdt_table_cell(verdict, scratch);
		width = at_most(mdt_slice_columns(mdt_buf_slice(scratch)), CELL_MAX);
		if (mdt_buf_slice(scratch).len > CELL_MAX) {
			scratch->len = CELL_MAX - 1;
			mdt_buf_addc(scratch, '~');
		}
		mdt_paint(buf, table->color, mdt_verdict_paint(verdict->kind),
			  mdt_buf_slice(scratch));
		if (i + 1 < shown_columns(table))
			mdt_buf_fill(buf, ' ', widths->cells[i] - width + GAP);
	}
	mdt_buf_addc(buf, '\n');
}

// Why a call was not confirmed, once for the columns that say the same.
static void write_why(const struct mdt_replay_table *table, size_t row,
		      struct mdt_buf *scratch, struct mdt_buf *buf)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct mdt_verdict *verdict = mdt_table_at(table, i, row);

		if (verdict->kind == MDT_VERDICT_CONFIRMED ||
		    (i && !mdt_table_changes(table, i, row)))
			continue;
		mdt_buf_clear(scratch);
		mdt_table_why(verdict, scratch);
		if (!scratch->len)
			continue;
		mdt_buf_adds(buf, "           ");
		mdt_visible_words(buf, table->columns[i].name);
		mdt_buf_printf(buf, ": %s: ", mdt_verdict_name(verdict->kind));
		mdt_buf_add(buf, mdt_buf_slice(scratch));
		mdt_buf_addc(buf, '\n');
	}
}

static struct mdt_error *write_news(const struct mdt_replay_table *table, size_t column,
				    struct mdt_buf *buf)
{
	_cleanup_(mdt_news_deinit) struct mdt_news news = { 0 };
	struct mdt_error *err = mdt_news_find(table, column, &news);

	if (err)
		return err;
	if (news.len) {
		mdt_buf_adds(buf, "seen otherwise, ");
		mdt_visible_words(buf, table->columns[column - 1].name);
		mdt_buf_adds(buf, " to ");
		mdt_visible_words(buf, table->columns[column].name);
		mdt_buf_adds(buf, ":\n");
	}
	for (size_t i = 0; i < news.len; i++) {
		const struct mdt_new *it = &news.items[i];

		mdt_buf_adds(buf, it->came ? "  + " : "  - ");
		mdt_visible_words(buf, it->text);
		if (it->first->step->line)
			mdt_buf_printf(buf, "  (line %lu", it->first->step->line);
		else
			mdt_buf_adds(buf, "  (a call that was added");
		if (it->count > 1)
			mdt_buf_printf(buf, ", %zu times", it->count);
		mdt_buf_adds(buf, ")\n");
	}
	return NULL;
}

static void write_rows(const struct mdt_replay_table *table, struct mdt_buf *scratch,
		       struct mdt_buf *ret)
{
	const struct mdt_plan_section *section = NULL;
	struct widths widths;
	size_t alike = 0;

	measure(table, scratch, &widths);
	write_head(table, &widths, ret);
	for (size_t row = 0; row < mdt_table_rows(table); row++) {
		const struct mdt_verdict *first = mdt_table_at(table, 0, row);

		if (!is_listed(table, row)) {
			alike += mdt_table_shows(table, row);
			continue;
		}
		if (first->section != section) {
			section = first->section;
			mdt_visible_words(ret, section->name);
			mdt_buf_addc(ret, '\n');
		}
		write_row(table, &widths, row, scratch, ret);
		write_why(table, row, scratch, ret);
	}
	if (alike)
		mdt_buf_printf(ret, "%zu md call%s alike on all and as in the log%s\n",
			       alike, alike == 1 ? " is" : "s are",
			       table->verbose ? "" : " (which: --verbose)");
}

struct mdt_error *mdt_replay_table_text(const struct mdt_replay_table *table,
					struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf scratch = { 0 };
	struct mdt_error *err = NULL;

	write_rows(table, &scratch, ret);
	for (size_t i = 1; !err && i < table->count; i++)
		err = write_news(table, i, ret);
	for (size_t i = 0; i < table->count; i++)
		mdt_replay_summary(table->columns[i].verdicts, table->columns[i].name,
				   table->color, ret);
	if (!err)
		err = mdt_buf_error(&scratch);
	return err ? err : mdt_buf_error(ret);
}

/* ---- JSON ---- */

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
	mdt_json_cstr(&json, "schema", "mdtrace-kernels");
	mdt_json_u64(&json, "version", 1);
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
