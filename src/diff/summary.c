// SPDX-License-Identifier: MIT
// What has changed, by meaning: one remark for each op that differs.
#include <inttypes.h>
#include <stdlib.h>

#include "diff/diff.h"

enum { TOLD_MAX = 12 }; // remarks on one op

/* What the edits say about one op. */
struct op_sum {
	bool differs;
	uint32_t first;		       // edit
	uint32_t gone, added, changed; // edits
	uint32_t told;		       // remarks
};

struct summary {
	struct mdt_diff *diff;
	struct op_sum *ops; // by op
	struct mdt_map
		subjects; // of reads and writes that differ: their opens need no word
	struct mdt_buf text;
};

/* ---- remarks ---- */

// The same change of several calls is one remark.
static bool is_told(const struct summary *summary, uint32_t op)
{
	const struct mdt_diff *diff = summary->diff;

	for (size_t i = diff->remark_len; i-- && i + 4 * TOLD_MAX > diff->remark_len;)
		if (diff->remarks[i].op == op &&
		    mdt_slice_eq(diff->remarks[i].text, mdt_buf_slice(&summary->text)))
			return true;
	return false;
}

// What a remark is about.
static void shorten(struct mdt_buf *text)
{
	const char *colon = mdt_slice_find(mdt_buf_slice(text), SLICE(": "));

	if (colon)
		text->len = (size_t)(colon - text->str);
}

static struct mdt_error *add_remark(struct summary *summary, uint32_t op,
				    enum mdt_diff_level level)
{
	struct mdt_diff *diff = summary->diff;
	struct op_sum *sum = &summary->ops[op];
	struct mdt_diff_remark remark = {
		.level = level,
		.op = op,
		.old_count = mdt_diff_count(diff, MDT_OLD, op),
		.new_count = mdt_diff_count(diff, MDT_NEW, op),
	};

	if (summary->text.failed || !mdt_grow((void **)&diff->remarks, &diff->remark_cap,
					      diff->remark_len, sizeof(remark)))
		return &mdt_enomem;
	if (sum->told > TOLD_MAX || is_told(summary, op))
		return NULL;
	if (++sum->told > TOLD_MAX) {
		shorten(&summary->text);
		mdt_buf_adds(&summary->text, ": and more of the kind");
	}
	if (!mdt_arena_copy(&diff->arena, mdt_buf_slice(&summary->text), &remark.text))
		return &mdt_enomem;
	diff->remarks[diff->remark_len++] = remark;
	return NULL;
}

static const struct mdt_diff_step *step_of(const struct mdt_diff *diff,
					   const struct mdt_diff_edit *edit)
{
	return edit->kind == MDT_EDIT_NEW ? mdt_diff_step(diff, MDT_NEW, edit->new_step)
					  : mdt_diff_step(diff, MDT_OLD, edit->old_step);
}

static void add_times(struct mdt_buf *text, uint64_t count)
{
	if (count > 1)
		mdt_buf_printf(text, " (%" PRIu64 " calls)", count);
}

/* ---- gone, new, more, fewer ---- */

// What a write says, as far as it fits a line.
static void add_written(struct summary *summary, const struct mdt_diff_step *step)
{
	struct mdt_slice text = mdt_diff_text_of(summary->diff, step), bytes;
	const char *quote = mdt_slice_find(text, SLICE(", \"")), *end;

	if (!quote) {
		mdt_buf_adds(&summary->text, mdt_slice_find(text, SLICE(", {"))
						     ? "a superblock"
						     : "something");
		return;
	}
	bytes = mdt_slice_skip(text, (size_t)(quote + 3 - text.str));
	end = mdt_slice_find(bytes, SLICE("\""));
	if (end)
		bytes.len = (size_t)(end - bytes.str);
	if (mdt_slice_ends(bytes, SLICE("\\n")))
		bytes.len -= 2;
	mdt_buf_add(&summary->text, mdt_slice_head(bytes, 60));
	if (bytes.len > 60)
		mdt_buf_adds(&summary->text, "...");
}

// execve("mdadm", ["mdadm", "--stop"], ENV) = 0: the argv.
static void add_command(struct summary *summary, const struct mdt_diff_step *step)
{
	struct mdt_slice text = mdt_diff_text_of(summary->diff, step);
	const char *open = memchr(text.str, '[', text.len);
	const char *close = memrchr(text.str, ']', text.len);
	bool quoted = false;

	if (!open || !close || close < open) {
		mdt_buf_add(&summary->text,
			    mdt_diff_step_meaning(summary->diff, step)->subject);
		return;
	}
	for (const char *c = open + 1; c < close; c++) {
		if (*c == '"')
			quoted = !quoted;
		else if (*c != ',' || quoted)
			mdt_buf_addc(&summary->text, *c);
	}
}

// opens PATH; reads PATH; runs COMMAND
static void add_deed(struct summary *summary, const struct mdt_diff_meaning *it,
		     const struct mdt_diff_step *step)
{
	struct mdt_buf *text = &summary->text;

	if (it->verb == MDT_VERB_RUN) {
		mdt_buf_adds(text, "runs ");
		add_command(summary, step);
		return;
	}
	mdt_buf_adds(text, it->verb == MDT_VERB_OPEN ? "opens " : "reads ");
	mdt_buf_add(text, it->subject);
}

static void add_write(struct summary *summary, const struct mdt_diff_meaning *it,
		      const struct mdt_diff_step *step)
{
	mdt_buf_adds(&summary->text, "write ");
	add_written(summary, step);
	mdt_buf_adds(&summary->text, " to ");
	mdt_buf_add(&summary->text, it->subject);
}

static void word_new(struct summary *summary, const struct mdt_diff_meaning *it,
		     const struct mdt_diff_step *step, uint64_t count)
{
	struct mdt_buf *text = &summary->text;

	switch (it->verb) {
	case MDT_VERB_OPEN:
	case MDT_VERB_READ:
	case MDT_VERB_RUN:
		add_deed(summary, it, step);
		break;
	case MDT_VERB_WRITE:
		mdt_buf_adds(text, "new: ");
		add_write(summary, it, step);
		break;
	case MDT_VERB_EXIT:
	case MDT_VERB_SIGNAL:
		mdt_buf_adds(text, "new: ");
		mdt_buf_add(text, mdt_diff_text_of(summary->diff, step));
		break;
	case MDT_VERB_CALL:
	case MDT_VERB_IOCTL:
		mdt_buf_adds(text, "new: ");
		mdt_buf_add(text, count > 1 ? it->op : it->label);
		break;
	}
	add_times(text, count);
}

// The next call of the same task that changes an array, and is still there.
static struct mdt_slice what_follows(const struct mdt_diff *diff, uint32_t old_step)
{
	const struct mdt_diff_steps *steps = &diff->steps[MDT_OLD];
	uint32_t task = diff->logs[MDT_OLD].calls[steps->items[old_step].first].task;

	for (uint32_t i = old_step + 1; i < steps->starts[task + 1]; i++) {
		const struct mdt_diff_meaning *it =
			mdt_diff_step_meaning(diff, &steps->items[i]);

		if (it->changes && it->verb == MDT_VERB_IOCTL)
			return it->name;
	}
	return (struct mdt_slice){ 0 };
}

static void word_gone_ioctl(struct summary *summary, const struct mdt_diff_edit *edit,
			    const struct mdt_diff_meaning *it, uint64_t count)
{
	struct mdt_buf *text = &summary->text;
	struct mdt_slice next = { 0 };

	mdt_buf_add(text, count > 1 ? it->op : it->label);
	if (count > 1) {
		mdt_buf_printf(text, ": %" PRIu64 " calls → none", count);
		return;
	}
	if (it->changes)
		next = what_follows(summary->diff, edit->old_step);
	if (next.len) {
		mdt_buf_adds(text, " before ");
		mdt_buf_add(text, next);
	}
	mdt_buf_adds(text, " gone");
}

static void word_gone(struct summary *summary, const struct mdt_diff_edit *edit,
		      const struct mdt_diff_meaning *it, const struct mdt_diff_step *step,
		      uint64_t count)
{
	struct mdt_buf *text = &summary->text;

	switch (it->verb) {
	case MDT_VERB_IOCTL:
		word_gone_ioctl(summary, edit, it, count);
		return;
	case MDT_VERB_OPEN:
	case MDT_VERB_READ:
	case MDT_VERB_RUN:
		mdt_buf_adds(text, "no longer ");
		add_deed(summary, it, step);
		break;
	case MDT_VERB_WRITE:
		mdt_buf_adds(text, "gone: ");
		add_write(summary, it, step);
		break;
	case MDT_VERB_CALL:
	case MDT_VERB_EXIT:
	case MDT_VERB_SIGNAL:
		mdt_buf_adds(text, "gone: ");
		mdt_buf_add(text, it->verb == MDT_VERB_CALL
					  ? it->op
					  : mdt_diff_text_of(summary->diff, step));
		break;
	}
	add_times(text, count);
}

static void word_count(struct summary *summary, const struct mdt_diff_meaning *it,
		       const struct mdt_diff_step *step, uint64_t old_count,
		       uint64_t new_count)
{
	struct mdt_buf *text = &summary->text;

	if (it->verb == MDT_VERB_OPEN || it->verb == MDT_VERB_READ)
		add_deed(summary, it, step);
	else
		mdt_buf_add(text, it->op);
	mdt_buf_printf(text, ": %" PRIu64 " %s → %" PRIu64, old_count,
		       old_count == 1 ? "call" : "calls", new_count);
}

static struct mdt_error *remark_count(struct summary *summary,
				      const struct mdt_diff_edit *edit)
{
	const struct mdt_diff_step *step = step_of(summary->diff, edit);
	const struct mdt_diff_meaning *it = mdt_diff_step_meaning(summary->diff, step);
	uint64_t old_count = mdt_diff_count(summary->diff, MDT_OLD, step->op),
		 new_count = mdt_diff_count(summary->diff, MDT_NEW, step->op);

	if (old_count == new_count)
		return NULL;
	// Its reads or writes say that it is opened.
	if (it->verb == MDT_VERB_OPEN &&
	    mdt_map_find_text(&summary->subjects, it->subject))
		return NULL;
	mdt_buf_clear(&summary->text);
	if (!old_count)
		word_new(summary, it, step, new_count);
	else if (!new_count)
		word_gone(summary, edit, it, step, old_count);
	else
		word_count(summary, it, step, old_count, new_count);
	return add_remark(summary, step->op, it->level);
}

/* ---- changed ---- */

static void add_field(struct mdt_buf *text, const struct mdt_diff_field *field)
{
	mdt_buf_add(text, field->name);
	if (field->name.len)
		mdt_buf_addc(text, ' ');
	if (field->old_value.len)
		mdt_buf_add(text, mdt_slice_head(field->old_value, 200));
	else
		mdt_buf_adds(text, "nothing");
	mdt_buf_adds(text, " → ");
	if (field->new_value.len)
		mdt_buf_add(text, mdt_slice_head(field->new_value, 200));
	else
		mdt_buf_adds(text, "nothing");
	if (field->note.len) {
		mdt_buf_adds(text, " (");
		mdt_buf_add(text, field->note);
		mdt_buf_addc(text, ')');
	}
}

// +++ exited with 0 +++
static struct mdt_slice without_marks(struct mdt_slice text)
{
	while (text.len && strchr("+- ", text.str[0]))
		text = mdt_slice_skip(text, 1);
	while (text.len && strchr("+- ", text.str[text.len - 1]))
		text.len--;
	return text;
}

static void add_end(struct summary *summary, const struct mdt_diff_step *a,
		    const struct mdt_diff_step *b)
{
	const struct mdt_diff_log *log = &summary->diff->logs[MDT_OLD];
	struct mdt_slice program = log->tasks.items[log->calls[a->first].task].program;

	mdt_buf_add(&summary->text, program.len ? program : SLICE("the program"));
	mdt_buf_adds(&summary->text, ": ");
	mdt_buf_add(&summary->text, without_marks(mdt_diff_text_of(summary->diff, a)));
	mdt_buf_adds(&summary->text, " → ");
	mdt_buf_add(&summary->text, without_marks(mdt_diff_text_of(summary->diff, b)));
}

static struct mdt_error *remark_changed(struct summary *summary,
					const struct mdt_diff_edit *edit)
{
	struct mdt_diff *diff = summary->diff;
	const struct mdt_diff_step *a = mdt_diff_step(diff, MDT_OLD, edit->old_step),
				   *b = mdt_diff_step(diff, MDT_NEW, edit->new_step);
	const struct mdt_diff_meaning *it = mdt_diff_step_meaning(diff, a);
	struct mdt_error *err;

	if (summary->ops[a->op].told > TOLD_MAX)
		return NULL;
	err = mdt_diff_compare_steps(diff, a, b);
	if (err || !diff->fields.len)
		return err;
	mdt_buf_clear(&summary->text);
	if (it->verb == MDT_VERB_EXIT || it->verb == MDT_VERB_SIGNAL) {
		add_end(summary, a, b);
		return add_remark(summary, a->op, it->level);
	}
	mdt_buf_add(&summary->text, it->label);
	mdt_buf_adds(&summary->text, ": ");
	for (size_t i = 0; i < diff->fields.len; i++) {
		if (i)
			mdt_buf_adds(&summary->text, ", ");
		add_field(&summary->text, &diff->fields.items[i]);
	}
	return add_remark(summary, a->op, it->level);
}

/* ---- in another place ---- */

static struct mdt_error *remark_moved(struct summary *summary,
				      const struct mdt_diff_edit *edit)
{
	const struct mdt_diff_step *step = step_of(summary->diff, edit);
	const struct mdt_diff_meaning *it = mdt_diff_step_meaning(summary->diff, step);
	const struct op_sum *sum = &summary->ops[step->op];

	// As often as before, but not in the same places.
	if (it->verb == MDT_VERB_EXIT ||
	    mdt_diff_count(summary->diff, MDT_OLD, step->op) !=
		    mdt_diff_count(summary->diff, MDT_NEW, step->op) ||
	    !sum->gone || !sum->added)
		return NULL;
	if (it->verb == MDT_VERB_OPEN &&
	    mdt_map_find_text(&summary->subjects, it->subject))
		return NULL;
	mdt_buf_clear(&summary->text);
	mdt_buf_add(&summary->text, it->op);
	mdt_buf_adds(&summary->text, ": at another place in the order");
	return add_remark(summary, step->op, it->level);
}

/* ---- all of it ---- */

static struct mdt_error *note_subject(struct summary *summary,
				      const struct mdt_diff_meaning *it, uint32_t op)
{
	bool transfers = it->verb == MDT_VERB_READ || it->verb == MDT_VERB_WRITE;

	if (!transfers || !it->subject.len ||
	    mdt_diff_count(summary->diff, MDT_OLD, op) ==
		    mdt_diff_count(summary->diff, MDT_NEW, op))
		return NULL;
	return mdt_map_set_text(&summary->subjects, it->subject, summary) ? NULL
									  : &mdt_enomem;
}

static struct mdt_error *gather(struct summary *summary)
{
	struct mdt_diff *diff = summary->diff;
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < diff->edit_len; i++) {
		const struct mdt_diff_edit *edit = &diff->edits[i];
		const struct mdt_diff_step *step;
		struct op_sum *sum;

		if (edit->kind == MDT_EDIT_SAME)
			continue;
		step = step_of(diff, edit);
		sum = &summary->ops[step->op];
		if (!sum->differs)
			sum->first = (uint32_t)i;
		sum->differs = true;
		sum->gone += edit->kind == MDT_EDIT_GONE;
		sum->added += edit->kind == MDT_EDIT_NEW;
		sum->changed += edit->kind == MDT_EDIT_CHANGED;
		err = note_subject(summary, mdt_diff_step_meaning(diff, step), step->op);
	}
	return err;
}

static struct mdt_error *remark_edit(struct summary *summary, uint32_t index)
{
	const struct mdt_diff_edit *edit = &summary->diff->edits[index];
	struct mdt_error *err = NULL;

	if (summary->ops[step_of(summary->diff, edit)->op].first == index) {
		err = remark_count(summary, edit);
		if (!err)
			err = remark_moved(summary, edit);
	}
	if (!err && edit->kind == MDT_EDIT_CHANGED)
		err = remark_changed(summary, edit);
	return err;
}

// What matters most first, else in the order in which it happened.
static struct mdt_error *sort(struct mdt_diff *diff)
{
	struct mdt_diff_remark *sorted = calloc(diff->remark_len + 1, sizeof(*sorted));
	size_t len = 0;

	if (!sorted)
		return &mdt_enomem;
	for (unsigned int level = 0; level < MDT_DIFF_LEVELS; level++)
		for (size_t i = 0; i < diff->remark_len; i++)
			if (diff->remarks[i].level == level)
				sorted[len++] = diff->remarks[i];
	free(diff->remarks);
	diff->remarks = sorted;
	diff->remark_cap = diff->remark_len + 1;
	return NULL;
}

static void add_faults(struct mdt_buf *text, const struct mdt_diff_log *log)
{
	mdt_buf_printf(text, "%llu", (unsigned long long)log->faults);
	if (log->fault_line)
		mdt_buf_printf(text, " (first line %lu)", log->fault_line);
}

static struct mdt_error *remark_faults(struct summary *summary)
{
	const struct mdt_diff *diff = summary->diff;

	if (!diff->faults_differ)
		return NULL;
	mdt_buf_clear(&summary->text);
	mdt_buf_adds(&summary->text, "lines that were not understood: ");
	add_faults(&summary->text, &diff->logs[MDT_OLD]);
	mdt_buf_adds(&summary->text, " → ");
	add_faults(&summary->text, &diff->logs[MDT_NEW]);
	return add_remark(summary, diff->op_len, MDT_LEVEL_SYSCALL); // of no op
}

struct mdt_error *mdt_diff_summarize(struct mdt_diff *diff)
{

	struct summary summary = { .diff = diff };
	struct mdt_error *err = NULL;

	summary.ops = calloc(diff->op_len + 1, sizeof(*summary.ops));
	if (!summary.ops)
		return &mdt_enomem;
	err = gather(&summary);
	for (uint32_t i = 0; !err && i < diff->edit_len; i++)
		if (diff->edits[i].kind != MDT_EDIT_SAME)
			err = remark_edit(&summary, i);
	if (!err)
		err = remark_faults(&summary);
	if (!err)
		err = sort(diff);
	free(summary.ops);
	mdt_map_deinit(&summary.subjects);
	mdt_buf_deinit(&summary.text);
	return err;
}
