// SPDX-License-Identifier: MIT
// A table of kernels as text.
#include "base/visible.h"
#include "report/replay_parts.h"
#include "report/replay_table_parts.h"

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

static bool changes_anywhere(const struct mdt_replay_table *table, size_t row)
{
	for (size_t i = 1; i < table->count; i++)
		if (mdt_table_changes(table, i, row))
			return true;
	return false;
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
