// SPDX-License-Identifier: MIT
#include <inttypes.h>

#include "base/visible.h"
#include "report/diff.h"

enum { MOVES_SHOWN = 20 };

#define PAINT_NONE  MDT_STYLE_NONE
#define PAINT_BOLD  MDT_STYLE_BOLD
#define PAINT_OLD   MDT_STYLE_RED
#define PAINT_NEW   MDT_STYLE_GREEN
#define PAINT_HEAD  MDT_STYLE_CYAN
#define PAINT_FAINT MDT_STYLE_FAINT

// @return Where the text begins, for end().
static size_t begin(const struct mdt_diff_report *report, enum mdt_style paint)
{
	if (report->color)
		mdt_style_begin(report->out, paint);
	return report->out->len;
}

// Names are as they are, not as strace escaped them.
static void end(const struct mdt_diff_report *report, enum mdt_style paint, size_t from)
{
	mdt_visible_since(report->out, from);
	if (report->color)
		mdt_style_end(report->out, paint);
}

static void end_line(const struct mdt_diff_report *report, enum mdt_style paint,
		     size_t from)
{
	end(report, paint, from);
	mdt_buf_addc(report->out, '\n');
}

/* ---- what matters ---- */

static void put_name(const struct mdt_diff_report *report, const char *mark,
		     enum mdt_diff_side side)
{
	size_t from = begin(report, PAINT_BOLD);

	mdt_buf_printf(report->out, "%s %s", mark, report->names[side]);
	end_line(report, PAINT_BOLD, from);
}

static void put_summary(const struct mdt_diff_report *report)
{
	const struct mdt_diff *diff = report->diff;
	size_t from;

	for (size_t i = 0; i < diff->remark_len && i < MDT_REMARKS_SHOWN; i++) {
		mdt_buf_adds(report->out, "  ");
		from = begin(report, PAINT_BOLD);
		mdt_buf_add(report->out, diff->remarks[i].text);
		end_line(report, PAINT_BOLD, from);
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
	size_t from;

	if (!diff->move_len)
		return;
	mdt_buf_adds(report->out, "\nThe order between processes has changed:\n");
	for (size_t i = 0; i < diff->move_len && i < MOVES_SHOWN; i++) {
		mdt_buf_adds(report->out, "  ");
		from = begin(report, PAINT_NONE);
		mdt_diff_put_move(diff, &diff->moves[i], report->out);
		end_line(report, PAINT_NONE, from);
	}
	if (diff->move_len > MOVES_SHOWN)
		mdt_buf_printf(report->out, "  and %zu more\n",
			       diff->move_len - MOVES_SHOWN);
}

static void put_relocations(const struct mdt_diff_report *report)
{
	const struct mdt_diff *diff = report->diff;
	size_t from;

	if (!diff->relocation_len)
		return;
	mdt_buf_adds(report->out, "\nCalls come from other functions of the program:\n");
	for (size_t i = 0; i < diff->relocation_len && i < MOVES_SHOWN; i++) {
		mdt_buf_adds(report->out, "  ");
		from = begin(report, PAINT_NONE);
		mdt_diff_put_relocation(diff, &diff->relocations[i], report->out);
		end_line(report, PAINT_NONE, from);
	}
	if (diff->relocation_len > MOVES_SHOWN)
		mdt_buf_printf(report->out, "  and %zu more\n",
			       diff->relocation_len - MOVES_SHOWN);
}

/* ---- calls, one under the other ---- */

static void put_line(const struct mdt_diff_report *report, const char *mark,
		     const struct mdt_diff_step *step, enum mdt_style paint)
{
	size_t from;

	mdt_buf_adds(report->out, mark);
	from = begin(report, paint);
	mdt_diff_put_step(report->diff, step, report->out);
	end_line(report, paint, from);
}

static struct mdt_error *put_changed(const struct mdt_diff_report *report,
				     const struct mdt_diff_step *a,
				     const struct mdt_diff_step *b)
{
	struct mdt_diff *diff = report->diff;
	struct mdt_error *err = mdt_diff_compare_steps(diff, a, b);
	size_t from;

	put_line(report, "- ", a, PAINT_OLD);
	put_line(report, "+ ", b, PAINT_NEW);
	for (size_t i = 0; !err && i < diff->fields.len; i++) {
		mdt_buf_adds(report->out, "      ");
		from = begin(report, PAINT_HEAD);
		mdt_diff_put_field(&diff->fields.items[i], report->out);
		end_line(report, PAINT_HEAD, from);
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
		     enum mdt_style paint)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf line = { 0 };
	struct mdt_slice text;
	size_t from;

	if (step)
		mdt_diff_put_step(report->diff, step, &line);
	mdt_visible_since(&line, 0);
	text = fit(mdt_buf_slice(&line), width);
	from = begin(report, paint);
	mdt_buf_add(report->out, text);
	end(report, paint, from);
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
	size_t text;

	mdt_diff_hunk_shows(report, hunk, hunk->first, &from);
	text = begin(report, PAINT_FAINT);
	mdt_buf_printf(report->out, "@@ line %" PRIu32 ", line %" PRIu32 " @@",
		       line_of(report->diff, MDT_OLD, hunk, from),
		       line_of(report->diff, MDT_NEW, hunk, from));
	end_line(report, PAINT_FAINT, text);
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
	size_t from;

	if (!pair->differences)
		return NULL;
	mdt_buf_addc(report->out, '\n');
	from = begin(report, PAINT_BOLD);
	mdt_diff_put_pair(report->diff, pair, report->out);
	end_line(report, PAINT_BOLD, from);
	return mdt_diff_text_pair(report, pair);
}

struct mdt_error *mdt_diff_report_text(struct mdt_diff_report *report)
{
	const struct mdt_diff *diff = report->diff;
	struct mdt_error *err = NULL;

	if (!diff->differences && !diff->move_len && !diff->relocation_len)
		return NULL;
	put_name(report, "---", MDT_OLD);
	put_name(report, "+++", MDT_NEW);
	put_summary(report);
	if (report->states && diff->differences)
		err = mdt_diff_states_text(report->states, report->width, report->out);
	put_moves(report);
	put_relocations(report);
	for (size_t i = 0; !err && i < diff->pair_len; i++)
		err = put_pair(report, &diff->pairs[i]);
	return err ? err : mdt_buf_error(report->out);
}
