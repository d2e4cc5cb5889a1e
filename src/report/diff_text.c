// SPDX-License-Identifier: MIT
#include <inttypes.h>

#include "report/diff.h"

enum { MOVES_SHOWN = 20 };

enum paint { PAINT_NONE, PAINT_BOLD, PAINT_OLD, PAINT_NEW, PAINT_HEAD, PAINT_FAINT };

static const char *const paints[] = {
	[PAINT_NONE] = "",	  [PAINT_BOLD] = "\033[1m",  [PAINT_OLD] = "\033[31m",
	[PAINT_NEW] = "\033[32m", [PAINT_HEAD] = "\033[36m", [PAINT_FAINT] = "\033[2m",
};

static void begin(const struct mdt_diff_report *report, enum paint paint)
{
	if (report->color)
		mdt_buf_adds(report->out, paints[paint]);
}

static void end_line(const struct mdt_diff_report *report, enum paint paint)
{
	if (report->color && paint != PAINT_NONE)
		mdt_buf_adds(report->out, "\033[0m");
	mdt_buf_addc(report->out, '\n');
}

/* ---- what matters ---- */

static void put_names(const struct mdt_diff_report *report)
{
	begin(report, PAINT_BOLD);
	mdt_buf_printf(report->out, "--- %s", report->names[MDT_OLD]);
	end_line(report, PAINT_BOLD);
	begin(report, PAINT_BOLD);
	mdt_buf_printf(report->out, "+++ %s", report->names[MDT_NEW]);
	end_line(report, PAINT_BOLD);
}

static void put_summary(const struct mdt_diff_report *report)
{
	const struct mdt_diff *diff = report->diff;

	for (size_t i = 0; i < diff->remark_len && i < MDT_REMARKS_SHOWN; i++) {
		mdt_buf_adds(report->out, "  ");
		begin(report, PAINT_BOLD);
		mdt_buf_add(report->out, diff->remarks[i].text);
		end_line(report, PAINT_BOLD);
	}
	if (diff->remark_len > MDT_REMARKS_SHOWN)
		mdt_buf_printf(report->out, "  and %zu more\n",
			       diff->remark_len - MDT_REMARKS_SHOWN);
	if (diff->align.is_approximate)
		mdt_buf_adds(report->out,
			     "  (the logs differ too much for the shortest difference: "
			     "this one may be longer)\n");
}

static void put_moves(const struct mdt_diff_report *report)
{
	const struct mdt_diff *diff = report->diff;

	if (!diff->move_len)
		return;
	mdt_buf_adds(report->out, "\nThe order between processes has changed:\n");
	for (size_t i = 0; i < diff->move_len && i < MOVES_SHOWN; i++) {
		mdt_buf_adds(report->out, "  ");
		mdt_diff_put_move(diff, &diff->moves[i], report->out);
		mdt_buf_addc(report->out, '\n');
	}
	if (diff->move_len > MOVES_SHOWN)
		mdt_buf_printf(report->out, "  and %zu more\n",
			       diff->move_len - MOVES_SHOWN);
}

/* ---- calls, one under the other ---- */

static void put_line(const struct mdt_diff_report *report, const char *mark,
		     const struct mdt_diff_step *step, enum paint paint)
{
	mdt_buf_adds(report->out, mark);
	begin(report, paint);
	mdt_diff_put_step(report->diff, step, report->out);
	end_line(report, paint);
}

static struct mdt_error *put_changed(const struct mdt_diff_report *report,
				     const struct mdt_diff_step *a,
				     const struct mdt_diff_step *b)
{
	struct mdt_diff *diff = report->diff;
	struct mdt_error *err = mdt_diff_compare_steps(diff, a, b);

	put_line(report, "- ", a, PAINT_OLD);
	put_line(report, "+ ", b, PAINT_NEW);
	for (size_t i = 0; !err && i < diff->fields.len; i++) {
		mdt_buf_adds(report->out, "      ");
		begin(report, PAINT_HEAD);
		mdt_diff_put_field(&diff->fields.items[i], report->out);
		end_line(report, PAINT_HEAD);
	}
	return err;
}

static struct mdt_error *put_below(const struct mdt_diff_report *report,
				   enum mdt_diff_edit_kind kind,
				   const struct mdt_diff_step *a,
				   const struct mdt_diff_step *b)
{
	switch (kind) {
	case MDT_EDIT_SAME:
		put_line(report, "  ", a, PAINT_NONE);
		break;
	case MDT_EDIT_CHANGED:
		return put_changed(report, a, b);
	case MDT_EDIT_GONE:
		put_line(report, "- ", a, PAINT_OLD);
		break;
	case MDT_EDIT_NEW:
		put_line(report, "+ ", b, PAINT_NEW);
		break;
	}
	return NULL;
}

/* ---- side by side ---- */

// As much of it as fits: strace's own text is ASCII, ours has `→` and `×`.
static struct mdt_slice fit(struct mdt_slice text, size_t width)
{
	size_t count = 0, i;

	for (i = 0; i < text.len; i++) {
		count += ((unsigned char)text.str[i] & 0xc0) != 0x80;
		if (count > width)
			break;
	}
	return mdt_slice_head(text, i);
}

static void put_half(const struct mdt_diff_report *report,
		     const struct mdt_diff_step *step, size_t width, bool pad,
		     enum paint paint)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf line = { 0 };
	struct mdt_slice text;

	if (step)
		mdt_diff_put_step(report->diff, step, &line);
	text = fit(mdt_buf_slice(&line), width);
	begin(report, paint);
	mdt_buf_add(report->out, text);
	if (report->color && paint != PAINT_NONE)
		mdt_buf_adds(report->out, "\033[0m");
	if (pad)
		mdt_buf_fill(report->out, ' ', width - mdt_slice_columns(text));
}

static void put_beside(const struct mdt_diff_report *report, enum mdt_diff_edit_kind kind,
		       const struct mdt_diff_step *a, const struct mdt_diff_step *b)
{
	static const char marks[] = {
		[MDT_EDIT_SAME] = ' ',
		[MDT_EDIT_CHANGED] = '|',
		[MDT_EDIT_GONE] = '<',
		[MDT_EDIT_NEW] = '>',
	};
	size_t width = report->width < 40 ? 18 : (report->width - 3) / 2;
	bool differs = kind != MDT_EDIT_SAME;

	put_half(report, a, width, true, differs ? PAINT_OLD : PAINT_NONE);
	mdt_buf_addc(report->out, ' ');
	mdt_buf_addc(report->out, marks[kind]);
	if (b) {
		mdt_buf_addc(report->out, ' ');
		put_half(report, b, width, false, differs ? PAINT_NEW : PAINT_NONE);
	}
	mdt_buf_addc(report->out, '\n');
}

/* ---- an edit ---- */

static struct mdt_error *put_steps(const struct mdt_diff_report *report,
				   enum mdt_diff_edit_kind kind,
				   const struct mdt_diff_step *a,
				   const struct mdt_diff_step *b)
{
	if (!report->side_by_side)
		return put_below(report, kind, a, b);
	put_beside(report, kind, a, b);
	return NULL;
}

// @param from, count What is shown of those that are the same.
static struct mdt_error *put_edit(const struct mdt_diff_report *report,
				  const struct mdt_diff_edit *edit, uint32_t from,
				  uint32_t count)
{
	const struct mdt_diff *diff = report->diff;
	const struct mdt_diff_step *a = NULL, *b = NULL;
	struct mdt_error *err = NULL;

	if (edit->kind != MDT_EDIT_SAME) {
		if (edit->kind != MDT_EDIT_NEW)
			a = mdt_diff_step(diff, MDT_OLD, edit->old_step);
		if (edit->kind != MDT_EDIT_GONE)
			b = mdt_diff_step(diff, MDT_NEW, edit->new_step);
		return put_steps(report, edit->kind, a, b);
	}
	for (uint32_t i = from; !err && i < from + count; i++)
		err = put_steps(report, MDT_EDIT_SAME,
				mdt_diff_step(diff, MDT_OLD, edit->old_step + i),
				mdt_diff_step(diff, MDT_NEW, edit->new_step + i));
	return err;
}

/* ---- processes ---- */

static uint32_t line_of(const struct mdt_diff *diff, enum mdt_diff_side side,
			const struct mdt_diff_hunk *hunk, uint32_t from)
{
	const struct mdt_diff_edit *edit = &diff->edits[hunk->first];
	uint32_t step = (side == MDT_OLD ? edit->old_step : edit->new_step) + from;

	return step < diff->steps[side].len ? diff->steps[side].items[step].line : 0;
}

static struct mdt_error *put_hunk(const struct mdt_diff_report *report,
				  const struct mdt_diff_hunk *hunk)
{
	struct mdt_error *err = NULL;
	uint32_t from, count;

	mdt_diff_hunk_shows(report, hunk, hunk->first, &from);
	begin(report, PAINT_FAINT);
	mdt_buf_printf(report->out, "@@ line %" PRIu32 ", line %" PRIu32 " @@",
		       line_of(report->diff, MDT_OLD, hunk, from),
		       line_of(report->diff, MDT_NEW, hunk, from));
	end_line(report, PAINT_FAINT);
	for (size_t i = hunk->first; !err && i < hunk->first + hunk->len; i++) {
		count = mdt_diff_hunk_shows(report, hunk, i, &from);
		err = put_edit(report, &report->diff->edits[i], from, count);
	}
	return err;
}

struct mdt_error *mdt_diff_text_pair(const struct mdt_diff_report *report,
				     const struct mdt_diff_pair *pair)
{
	struct mdt_diff_hunk hunk = { .pair = pair };
	struct mdt_error *err = NULL;

	while (!err && mdt_diff_next_hunk(report, &hunk))
		err = put_hunk(report, &hunk);
	return err;
}

static struct mdt_error *put_pair(const struct mdt_diff_report *report,
				  const struct mdt_diff_pair *pair)
{
	if (!pair->differences)
		return NULL;
	mdt_buf_addc(report->out, '\n');
	begin(report, PAINT_BOLD);
	mdt_diff_put_pair(report->diff, pair, report->out);
	end_line(report, PAINT_BOLD);
	return mdt_diff_text_pair(report, pair);
}

struct mdt_error *mdt_diff_report_text(struct mdt_diff_report *report)
{
	const struct mdt_diff *diff = report->diff;
	struct mdt_error *err = NULL;

	if (!diff->differences && !diff->move_len)
		return NULL;
	put_names(report);
	put_summary(report);
	if (report->states && diff->differences)
		err = mdt_diff_states_text(report->states, report->width, report->out);
	put_moves(report);
	for (size_t i = 0; !err && i < diff->pair_len; i++)
		err = put_pair(report, &diff->pairs[i]);
	return err ? err : mdt_buf_error(report->out);
}
