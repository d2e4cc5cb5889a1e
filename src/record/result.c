// SPDX-License-Identifier: MIT
#include "record/result.h"

#include <stdlib.h>

#include "plan/plan.h"

struct reader {
	struct mdt_record_result *result;
	struct mdt_slice text; // what is left
	unsigned long number;  // of the line
	struct mdt_slice line;
	struct mdt_slice rest; // what is left of it
};

static struct mdt_error *nonsense(const struct reader *r, const char *expected)
{
	return mdt_error_create(MDT_ERR_FORMAT, "the guest's line %lu: expected %s: %.*s",
				r->number, expected,
				SLICE_FMT(mdt_slice_head(r->line, 200)));
}

/* ---- words ---- */

static struct mdt_error *take_name(struct reader *r, struct mdt_slice *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice word;

	if (!mdt_plan_word(&r->rest, &word) || !mdt_plan_text(word, &text))
		return nonsense(r, "a name");
	if (text.failed || !mdt_arena_copy(&r->result->arena, mdt_buf_slice(&text), ret))
		return &mdt_enomem;
	return NULL;
}

static bool take_number(struct reader *r, uint64_t max, uint64_t *ret)
{
	struct mdt_slice word;

	return mdt_plan_word(&r->rest, &word) && mdt_slice_to_dec(word, ret) &&
	       *ret <= max;
}

static struct mdt_record_run *last_run(struct mdt_record_result *result)
{
	return result->count ? &result->runs[result->count - 1] : NULL;
}

/* ---- lines ---- */

static struct mdt_error *read_runs(struct reader *r)
{
	struct mdt_record_result *result = r->result;
	struct mdt_slice name;
	struct mdt_error *err = take_name(r, &name);

	if (err)
		return err;
	if (mdt_record_result_find(result, name))
		return nonsense(r, "a program that did not run yet");
	if (!mdt_grow((void **)&result->runs, &result->cap, result->count,
		      sizeof(*result->runs)))
		return &mdt_enomem;
	result->runs[result->count++] = (struct mdt_record_run){ .name = name };
	return NULL;
}

static struct mdt_error *read_ran(struct reader *r)
{
	static const struct {
		const char *word;
		enum mdt_record_end end;
	} ends[] = {
		{ "exited", MDT_RECORD_EXITED },
		{ "killed", MDT_RECORD_KILLED },
		{ "timed-out", MDT_RECORD_TIMED_OUT },
	};
	struct mdt_record_run *run = last_run(r->result);
	struct mdt_slice name, word;
	struct mdt_error *err = take_name(r, &name);
	uint64_t number;

	if (err)
		return err;
	if (!run || !mdt_slice_eq(run->name, name) || run->end != MDT_RECORD_NOT_OVER)
		return nonsense(r, "the program that runs");
	if (!mdt_plan_word(&r->rest, &word) || !take_number(r, 255, &number))
		return nonsense(r, "how it ended");
	run->number = (unsigned int)number;
	array_for_each (it, ends)
		if (mdt_slice_eq_cstr(word, it->word))
			run->end = it->end;
	return run->end == MDT_RECORD_NOT_OVER ? nonsense(r, "how it ended") : NULL;
}

// Behind the line come its bytes and an end of line; of a guest that died, a part of
// them.
static struct mdt_error *read_data(struct reader *r)
{
	struct mdt_record_run *run = last_run(r->result);
	struct mdt_record_data data = { 0 };
	struct mdt_slice what, word;
	struct mdt_error *err = take_name(r, &what);
	uint64_t len;

	if (err)
		return err;
	if (!run || !take_number(r, SIZE_MAX, &len))
		return nonsense(r, "a size");
	data.is_cut = mdt_plan_word(&r->rest, &word);
	data.bytes = mdt_slice_head(r->text, (size_t)len);
	r->text = mdt_slice_skip(r->text, (size_t)len);
	if (!r->text.len) {
		data.is_cut = true;
		r->result->is_cut = true;
	} else if (r->text.str[0] != '\n') {
		return nonsense(r, "an end of line after so many bytes");
	}
	r->text = mdt_slice_skip(r->text, 1);
	if (mdt_slice_eq_cstr(what, "output")) {
		run->output = data;
	} else if (mdt_slice_eq_cstr(what, "file")) {
		run->file = data;
		run->has_file = true;
	} else {
		return nonsense(r, "output or file");
	}
	return NULL;
}

static struct mdt_error *read_settled(struct reader *r)
{
	struct mdt_slice word;

	// A second word says what it waited for in vain.
	if (mdt_plan_word(&r->rest, &word) && mdt_plan_word(&r->rest, &word))
		r->result->is_settled = false;
	return NULL;
}

static const struct {
	const char *word;
	bool is_seen;
	struct mdt_error *(*read)(struct reader *r);
} rows[] = {
	{ "runs", true, read_runs },
	{ "ran", true, read_ran },
	{ "data", false, read_data },
	{ "settled", true, read_settled },
};

static struct mdt_error *read_line(struct reader *r)
{
	const struct mdt_slice mark = SLICE("# mdtrace: ");
	struct mdt_buf *seen = &r->result->seen;
	struct mdt_slice word;

	if (!mdt_slice_starts(r->line, mark))
		return nonsense(r, "a directive");
	r->rest = mdt_slice_skip(r->line, mark.len);
	if (!mdt_plan_word(&r->rest, &word))
		return nonsense(r, "a directive");
	array_for_each (row, rows) {
		if (!mdt_slice_eq_cstr(word, row->word))
			continue;
		if (row->is_seen) {
			mdt_buf_add(seen, r->line);
			mdt_buf_addc(seen, '\n');
		}
		return row->read(r);
	}
	mdt_buf_add(seen, r->line);
	mdt_buf_addc(seen, '\n');
	return NULL;
}

struct mdt_error *mdt_record_result_read(struct mdt_slice lines,
					 struct mdt_record_result *ret)
{
	struct reader r = { .result = ret, .text = lines };
	struct mdt_error *err = NULL;

	*ret = (struct mdt_record_result){ .is_settled = true };
	while (!err && r.text.len) {
		const char *end = memchr(r.text.str, '\n', r.text.len);

		if (!end) {
			ret->is_cut = true;
			break;
		}
		r.number++;
		r.line = mdt_slice_head(r.text, (size_t)(end - r.text.str));
		r.text = mdt_slice_skip(r.text, r.line.len + 1);
		err = read_line(&r);
	}
	return err ? err : mdt_buf_error(&ret->seen);
}

void mdt_record_result_deinit(struct mdt_record_result *result)
{
	mdt_arena_deinit(&result->arena);
	mdt_buf_deinit(&result->seen);
	free(result->runs);
	*result = (struct mdt_record_result){ 0 };
}

const struct mdt_record_run *
mdt_record_result_find(const struct mdt_record_result *result, struct mdt_slice name)
{
	for (size_t i = 0; i < result->count; i++)
		if (mdt_slice_eq(result->runs[i].name, name))
			return &result->runs[i];
	return NULL;
}
