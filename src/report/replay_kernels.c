// SPDX-License-Identifier: MIT
#include "report/replay_kernels.h"

#include "base/visible.h"
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

const struct mdt_drift *mdt_replay_table_drift(const struct mdt_replay_table *table,
					       size_t row)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct mdt_verdict *verdict = mdt_table_at(table, i, row);

		for (size_t k = 0; k < verdict->check_count; k++)
			if (verdict->checks[k].drift)
				return verdict->checks[k].drift;
	}
	return NULL;
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
