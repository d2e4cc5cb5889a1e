// SPDX-License-Identifier: MIT
// KTAP, read strictly: a plan, and results numbered from 1 on; or subtests of such, one
// deep. A number that is left out is a case that was not run.
#include <inttypes.h>

#include "merge/parts.h"

struct ktap {
	struct mdt_merge_reading *reading;
	struct mdt_slice rest;
	struct mdt_slice line;	       /* without its end and indent */
	bool is_inner;		       /* it is indented */
	struct mdt_merge_suite *suite; /* of the results on top; NULL: none yet */
	struct mdt_merge_suite *inner; /* the subtest that is read; NULL: none */
	uint64_t plans[2], numbers[2]; /* on top, and of the subtest */
	bool has_plan[2];
	struct mdt_buf comments[2]; /* since the last result */
};

static struct mdt_error *bad(const struct ktap *ktap, const char *what)
{
	return mdt_merge_bad(ktap->reading, ktap->line.str, "%s", what);
}

static bool next_line(struct ktap *ktap)
{
	const char *end;

	if (!ktap->rest.len)
		return false;
	end = memchr(ktap->rest.str, '\n', ktap->rest.len);
	ktap->line = mdt_slice_head(ktap->rest, end ? (size_t)(end - ktap->rest.str)
						    : ktap->rest.len);
	ktap->rest = mdt_slice_skip(ktap->rest, ktap->line.len + 1);
	ktap->is_inner = mdt_slice_starts(ktap->line, SLICE("    "));
	if (ktap->is_inner)
		ktap->line = mdt_slice_skip(ktap->line, 4);
	return true;
}

static bool take(struct mdt_slice *text, struct mdt_slice what)
{
	bool ret = mdt_slice_starts(*text, what);

	if (ret)
		*text = mdt_slice_skip(*text, what.len);
	return ret;
}

/* ---- cases ---- */

// The comments before a result; what mdtrace writes there tells how it ended.
static struct mdt_error *take_comments(struct ktap *ktap, struct mdt_merge_case *it)
{
	static const struct {
		struct mdt_slice begin;
		enum mdt_merge_end end;
		bool stays; /* in the message */
	} kinds[] = {
		{ SLICE_INIT("differs: "), MDT_MERGE_FAILED, false },
		{ SLICE_INIT(MDT_MERGE_NOT_RUN), MDT_MERGE_ERROR, true },
		{ SLICE_INIT("error: "), MDT_MERGE_ERROR, false },
		{ SLICE_INIT("nothing was compared: "), MDT_MERGE_ERROR, true },
	};
	struct mdt_buf *comments = &ktap->comments[ktap->is_inner];
	struct mdt_slice text, first;
	const char *end;

	if (comments->failed ||
	    !mdt_arena_copy(ktap->reading->arena, mdt_buf_slice(comments), &text))
		return &mdt_enomem;
	mdt_buf_clear(comments);
	end = text.len ? memchr(text.str, '\n', text.len) : NULL;
	first = mdt_slice_head(text, end ? (size_t)(end - text.str) : text.len);
	array_for_each (kind, kinds) {
		if (it->end < MDT_MERGE_FAILED || !mdt_slice_starts(first, kind->begin))
			continue;
		it->end = kind->end;
		it->message = mdt_slice_skip(first, kind->stays ? 0 : kind->begin.len);
		text = mdt_slice_skip(text, first.len + 1);
		break;
	}
	*(it->end == MDT_MERGE_PASSED ? &it->output : &it->text) = text;
	return NULL;
}

// One case for a gap, however long: a plan can name any number.
static struct mdt_error *add_missing(struct ktap *ktap, struct mdt_merge_suite *suite,
				     uint64_t first, uint64_t last)
{
	struct mdt_merge_case *it = mdt_merge_case_new(ktap->reading->arena, suite);
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };

	mdt_buf_printf(&name, first == last ? "test %" PRIu64 : "tests %" PRIu64, first);
	if (first != last)
		mdt_buf_printf(&name, " to %" PRIu64, last);
	mdt_buf_adds(&name, " of ");
	mdt_buf_add(&name, mdt_slice_base_name(ktap->reading->file->path));
	if (!it || name.failed ||
	    !mdt_arena_copy(ktap->reading->arena, mdt_buf_slice(&name), &it->name))
		return &mdt_enomem;
	it->end = MDT_MERGE_ERROR;
	it->message = SLICE("in the plan, and without a result");
	return NULL;
}

static struct mdt_merge_suite *suite_here(struct ktap *ktap)
{
	if (ktap->is_inner)
		return ktap->inner;
	if (!ktap->suite) {
		ktap->suite =
			mdt_merge_suite_new(ktap->reading->arena, &ktap->reading->suites);
		if (ktap->suite)
			ktap->suite->name = mdt_merge_file_name(ktap->reading);
	}
	return ktap->suite;
}

// Come to a number; what was left out before it is missing.
static struct mdt_error *come_to(struct ktap *ktap, uint64_t number)
{
	uint64_t first = ktap->numbers[ktap->is_inner] + 1;
	struct mdt_merge_suite *suite;

	ktap->numbers[ktap->is_inner] = number;
	if (first >= number)
		return NULL;
	suite = suite_here(ktap);
	return suite ? add_missing(ktap, suite, first, number - 1) : &mdt_enomem;
}

static struct mdt_error *end_subtest(struct ktap *ktap, bool ok)
{
	struct mdt_merge_suite *suite = ktap->inner;
	struct mdt_error *err;
	bool all_ok = true;

	ktap->is_inner = true;
	err = come_to(ktap, ktap->plans[1] + 1);
	ktap->is_inner = false;
	for (const struct mdt_merge_case *it = suite->first; it; it = it->next)
		all_ok = all_ok && it->end < MDT_MERGE_FAILED;
	if (!err && !ok && all_ok) {
		struct mdt_merge_case *it =
			mdt_merge_case_new(ktap->reading->arena, suite);

		if (!it)
			return &mdt_enomem;
		it->name = SLICE("the run");
		it->end = MDT_MERGE_ERROR;
		it->message = SLICE("it did not come to its end");
	}
	if (!err && ok && !all_ok)
		err = bad(ktap, "ok, and a test of it is not");
	if (!err && !mdt_arena_copy(ktap->reading->arena,
				    mdt_buf_slice(&ktap->comments[0]), &suite->output))
		err = &mdt_enomem;
	mdt_buf_clear(&ktap->comments[0]);
	mdt_buf_clear(&ktap->comments[1]);
	ktap->inner = NULL;
	return err;
}

static struct mdt_error *add_result(struct ktap *ktap, bool ok, struct mdt_slice text)
{
	struct mdt_merge_suite *suite = suite_here(ktap);
	struct mdt_merge_case *it =
		suite ? mdt_merge_case_new(ktap->reading->arena, suite) : NULL;
	const char *hash = text.len ? memchr(text.str, '#', text.len) : NULL;
	struct mdt_slice directive = { 0 };
	struct mdt_error *err;

	if (!it)
		return &mdt_enomem;
	if (hash) {
		directive = mdt_slice_trim(
			mdt_slice_skip(text, (size_t)(hash - text.str) + 1));
		text = mdt_slice_head(text, (size_t)(hash - text.str));
	}
	it->name = mdt_slice_trim(text);
	it->end = ok ? MDT_MERGE_PASSED : MDT_MERGE_FAILED;
	if (take(&directive, SLICE("SKIP")))
		it->end = MDT_MERGE_SKIPPED;
	err = take_comments(ktap, it);
	if (it->end == MDT_MERGE_SKIPPED)
		it->message = mdt_slice_trim(directive);
	else if (directive.len)
		it->output = directive;
	return err;
}

static struct mdt_error *read_result(struct ktap *ktap, bool ok, struct mdt_slice text)
{
	size_t digits = 0;
	struct mdt_error *err;
	uint64_t number;

	while (digits < text.len && text.str[digits] >= '0' && text.str[digits] <= '9')
		digits++;
	if (!mdt_slice_to_dec(mdt_slice_head(text, digits), &number))
		return bad(ktap, "a result without its number");
	if (ktap->is_inner && !ktap->inner)
		return bad(ktap, "a result of no subtest");
	if (!ktap->has_plan[ktap->is_inner])
		return bad(ktap, "a result before the plan");
	if (number <= ktap->numbers[ktap->is_inner] ||
	    number > ktap->plans[ktap->is_inner])
		return bad(ktap, "a number that is not the next one of the plan");
	text = mdt_slice_trim(mdt_slice_skip(text, digits));
	if (take(&text, SLICE("-")))
		text = mdt_slice_trim(text);
	err = come_to(ktap, number);
	if (err)
		return err;
	return !ktap->is_inner && ktap->inner ? end_subtest(ktap, ok)
					      : add_result(ktap, ok, text);
}

/* ---- lines ---- */

static struct mdt_error *read_plan(struct ktap *ktap, struct mdt_slice text)
{
	uint64_t count;

	if (!mdt_slice_to_dec(text, &count) || count > UINT32_MAX)
		return bad(ktap, "this is no plan of KTAP");
	if (ktap->has_plan[ktap->is_inner] || (ktap->is_inner && !ktap->inner))
		return bad(ktap, "a plan that has no place here");
	ktap->has_plan[ktap->is_inner] = true;
	ktap->plans[ktap->is_inner] = count;
	return NULL;
}

static struct mdt_error *begin_subtest(struct ktap *ktap)
{
	if (ktap->inner)
		return bad(ktap, "a subtest before the end of the one before");
	ktap->inner = mdt_merge_suite_new(ktap->reading->arena, &ktap->reading->suites);
	if (!ktap->inner)
		return &mdt_enomem;
	ktap->has_plan[1] = false;
	ktap->plans[1] = ktap->numbers[1] = 0;
	ktap->inner->name = SLICE("a subtest");
	return NULL;
}

static void read_comment(struct ktap *ktap, struct mdt_slice text)
{
	struct mdt_buf *comments = &ktap->comments[ktap->is_inner];

	take(&text, SLICE(" "));
	if (ktap->is_inner && ktap->inner && take(&text, SLICE("Subtest: "))) {
		ktap->inner->name = text;
		return;
	}
	if (!ktap->is_inner && !ktap->has_plan[0] &&
	    mdt_merge_read_shard(text, ktap->reading->file))
		return;
	mdt_buf_add(comments, text);
	mdt_buf_addc(comments, '\n');
}

static struct mdt_error *read_line(struct ktap *ktap)
{
	struct mdt_slice text = ktap->line;

	if (take(&text, SLICE("#"))) {
		read_comment(ktap, text);
		return NULL;
	}
	if (take(&text, SLICE("ok ")))
		return read_result(ktap, true, text);
	if (take(&text, SLICE("not ok ")))
		return read_result(ktap, false, text);
	if (take(&text, SLICE("1..")))
		return read_plan(ktap, text);
	if (ktap->is_inner && mdt_slice_eq(text, SLICE("KTAP version 1")))
		return begin_subtest(ktap);
	return mdt_slice_trim(text).len ? bad(ktap, "this is no line of KTAP") : NULL;
}

struct mdt_error *mdt_merge_read_ktap(struct mdt_merge_reading *reading)
{
	struct ktap ktap = { .reading = reading, .rest = reading->bytes };
	struct mdt_error *err = NULL;

	while (next_line(&ktap) && !mdt_slice_trim(ktap.line).len)
		;
	if (ktap.is_inner || !mdt_slice_eq(ktap.line, SLICE("KTAP version 1")))
		err = bad(&ktap, "this is no KTAP of version 1");
	while (!err && next_line(&ktap))
		err = read_line(&ktap);
	if (!err && ktap.inner) {
		ktap.numbers[0]++;
		err = end_subtest(&ktap, false);
	}
	if (!err && !ktap.has_plan[0])
		err = mdt_merge_bad(reading, reading->bytes.str, "there is no plan");
	ktap.is_inner = false;
	if (!err)
		err = come_to(&ktap, ktap.plans[0] + 1);
	for (size_t i = 0; i < 2; i++) {
		if (!err)
			err = mdt_buf_error(&ktap.comments[i]);
		mdt_buf_deinit(&ktap.comments[i]);
	}
	return err;
}
