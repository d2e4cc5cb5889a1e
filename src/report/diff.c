// SPDX-License-Identifier: MIT
// What all forms of a comparison share.
#include "report/diff.h"

#include <inttypes.h>

const char *const mdt_diff_level_names[] = {
	[MDT_LEVEL_STATES] = "states",
	[MDT_LEVEL_MD] = "md",
	[MDT_LEVEL_IOCTL] = "ioctl",
	[MDT_LEVEL_SYSCALL] = "syscall",
};

/* ---- hunks ---- */

static bool is_same(const struct mdt_diff_report *report, size_t edit)
{
	return report->diff->edits[edit].kind == MDT_EDIT_SAME;
}

// Hunks whose surroundings touch are one.
static bool joins(const struct mdt_diff_report *report, size_t edit, size_t end)
{
	return !is_same(report, edit) ||
	       (edit + 1 < end && report->diff->edits[edit].len <= 2 * report->context);
}

bool mdt_diff_next_hunk(const struct mdt_diff_report *report, struct mdt_diff_hunk *ret)
{
	size_t end = ret->pair->first + ret->pair->len;
	size_t i = ret->len ? ret->first + ret->len : ret->pair->first;

	// A hunk ends within what is the same: the next one may begin in it.
	if (ret->len && i > ret->pair->first && is_same(report, i - 1))
		i--;
	while (i < end && is_same(report, i))
		i++;
	if (i == end)
		return false;
	ret->first = i > ret->pair->first ? i - 1 : i;
	while (i < end && joins(report, i, end))
		i++;
	ret->len = (i < end ? i + 1 : i) - ret->first;
	ret->before = ret->after = report->context;
	return true;
}

uint32_t mdt_diff_hunk_shows(const struct mdt_diff_report *report,
			     const struct mdt_diff_hunk *hunk, size_t edit,
			     uint32_t *from)
{
	uint32_t len = report->diff->edits[edit].len;

	*from = 0;
	if (!is_same(report, edit))
		return len;
	if (edit == hunk->first && len > hunk->before) {
		*from = len - hunk->before;
		return hunk->before;
	}
	if (edit + 1 == hunk->first + hunk->len && len > hunk->after)
		return hunk->after;
	return len;
}

/* ---- texts ---- */

void mdt_diff_put_step(const struct mdt_diff *diff, const struct mdt_diff_step *step,
		       struct mdt_buf *ret)
{
	mdt_buf_add(ret, mdt_diff_is_run(step) ? mdt_diff_step_meaning(diff, step)->op
					       : mdt_diff_text_of(diff, step));
	if (step->count > 1)
		mdt_buf_printf(ret, " × %" PRIu32, step->count);
}

static void put_value(struct mdt_slice value, struct mdt_buf *ret)
{
	if (value.len)
		mdt_buf_add(ret, value);
	else
		mdt_buf_adds(ret, "nothing");
}

void mdt_diff_put_field(const struct mdt_diff_field *field, struct mdt_buf *ret)
{
	if (field->name.len) {
		mdt_buf_add(ret, field->name);
		mdt_buf_adds(ret, ": ");
	}
	put_value(field->old_value, ret);
	mdt_buf_adds(ret, " → ");
	put_value(field->new_value, ret);
	if (field->note.len) {
		mdt_buf_adds(ret, " (");
		mdt_buf_add(ret, field->note);
		mdt_buf_addc(ret, ')');
	}
}

static void put_program(const struct mdt_diff_task *task, struct mdt_buf *ret)
{
	if (task->program.len)
		mdt_buf_add(ret, task->program);
	else
		mdt_buf_adds(ret, "a program that is not in the log");
}

void mdt_diff_put_task(const struct mdt_diff *diff, enum mdt_diff_side side,
		       uint32_t index, struct mdt_buf *ret)
{
	const struct mdt_diff_task *task = &diff->logs[side].tasks.items[index];

	put_program(task, ret);
	if (task->pid)
		mdt_buf_printf(ret, ", pid %" PRIu32, task->pid);
}

void mdt_diff_put_pair(const struct mdt_diff *diff, const struct mdt_diff_pair *pair,
		       struct mdt_buf *ret)
{
	const struct mdt_diff_task *a, *b;

	if (pair->old_task == MDT_NO_TASK || pair->new_task == MDT_NO_TASK) {
		bool gone = pair->new_task == MDT_NO_TASK;

		mdt_diff_put_task(diff, gone ? MDT_OLD : MDT_NEW,
				  gone ? pair->old_task : pair->new_task, ret);
		mdt_buf_adds(ret,
			     gone ? ", only in the old log" : ", only in the new log");
		return;
	}
	a = &diff->logs[MDT_OLD].tasks.items[pair->old_task];
	b = &diff->logs[MDT_NEW].tasks.items[pair->new_task];
	put_program(a, ret);
	if (!mdt_slice_eq(a->program, b->program)) {
		mdt_buf_adds(ret, " → ");
		put_program(b, ret);
	}
	if (a->pid || b->pid)
		mdt_buf_printf(ret, ", pid %" PRIu32 " → %" PRIu32, a->pid, b->pid);
}

void mdt_diff_put_move(const struct mdt_diff *diff, const struct mdt_diff_move *move,
		       struct mdt_buf *ret)
{
	const struct mdt_diff_step *a = mdt_diff_step(diff, MDT_OLD, move->old_step),
				   *b = mdt_diff_step(diff, MDT_NEW, move->new_step);

	mdt_buf_add(ret, mdt_diff_step_meaning(diff, a)->op);
	mdt_buf_adds(ret, " (");
	mdt_diff_put_task(diff, MDT_OLD, diff->logs[MDT_OLD].calls[a->first].task, ret);
	mdt_buf_printf(ret, "): line %" PRIu32 " → %" PRIu32, a->line, b->line);
}

void mdt_diff_put_relocation(const struct mdt_diff *diff,
			     const struct mdt_diff_relocation *relocation,
			     struct mdt_buf *ret)
{
	const struct mdt_diff_step *a =
		mdt_diff_step(diff, MDT_OLD, relocation->old_step);
	const struct mdt_diff_step *b =
		mdt_diff_step(diff, MDT_NEW, relocation->new_step);

	mdt_buf_add(ret, mdt_diff_step_meaning(diff, a)->op);
	mdt_buf_printf(ret, " (line %" PRIu32 " → %" PRIu32, a->line, b->line);
	if (relocation->count > 1)
		mdt_buf_printf(ret, " and %zu more", relocation->count - 1);
	mdt_buf_adds(ret, "): ");
	mdt_buf_add(ret, mdt_diff_step_origin(diff, MDT_OLD, a));
	mdt_buf_adds(ret, " → ");
	mdt_buf_add(ret, mdt_diff_step_origin(diff, MDT_NEW, b));
}
