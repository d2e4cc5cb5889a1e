// SPDX-License-Identifier: MIT
// Each row of drift, in both directions, inside and outside its range of kernels.
#include <criterion/criterion.h>

#include "verdict/drift.h"

// The first of a row's words, as an example of it.
static struct mdt_slice example(const char *words)
{
	struct mdt_slice word = mdt_slice_from(words, strcspn(words, "|"));

	if (mdt_slice_eq(word, SLICE("ok")))
		return SLICE("17");
	if (mdt_slice_eq(word, SLICE("*")))
		return SLICE("any");
	return mdt_slice_ends(word, SLICE("*")) ? mdt_slice_head(word, word.len - 1)
						: word;
}

static struct mdt_drift_question question_of(const struct mdt_drift *row, bool forward)
{
	return (struct mdt_drift_question){
		.op = mdt_slice_cstr(row->op),
		.is_md_ioctl = strcmp(row->op, "md ioctl") == 0,
		.field = mdt_slice_cstr(row->field),
		.expected = example(forward ? row->older : row->newer),
		.actual = example(forward ? row->newer : row->older),
		.when = row->when,
	};
}

static struct mdt_uname kernel(const char *release)
{
	return mdt_uname_read(mdt_slice_cstr(release));
}

static const struct mdt_drift *ask(struct mdt_drift_question question,
				   struct mdt_uname recorded, struct mdt_uname replaying)
{
	question.recorded = recorded;
	question.replaying = replaying;
	return mdt_drift_find(&question);
}

static void check_row(const struct mdt_drift *row)
{
	struct mdt_drift_question forward = question_of(row, true);
	struct mdt_drift_question back = question_of(row, false);
	struct mdt_uname last = kernel(*row->last ? row->last : "3.10");
	struct mdt_uname first = kernel(row->first), unknown = { 0 };
	struct mdt_uname oldest = kernel("2.6"), newest = kernel("99.1");

	cr_expect_eq(ask(forward, last, first), row, "%s: old log, new kernel", row->op);
	cr_expect_eq(ask(forward, unknown, newest), row, "%s: not known", row->op);
	cr_expect_eq(ask(back, first, last), row, "%s: new log, old kernel", row->op);
	// Outside: both kernels on one side, or the wrong way round.
	cr_expect_neq(ask(forward, first, newest), row, "%s: both new", row->op);
	cr_expect_neq(ask(back, first, newest), row, "%s: both new, back", row->op);
	cr_expect_neq(ask(forward, first, last), row, "%s: the wrong way", row->op);
	if (*row->last) {
		cr_expect_neq(ask(back, oldest, last), row, "%s: both old, back",
			      row->op);
		cr_expect_neq(ask(forward, oldest, last), row, "%s: both old", row->op);
		cr_expect_neq(ask(back, last, first), row, "%s: the wrong way", row->op);
	}
	cr_expect_neq(ask(forward, first, first), row, "%s: one kernel", row->op);
	cr_expect_neq(ask(forward, unknown, unknown), row, "%s: no kernel", row->op);
}

Test(drift, rows)
{
	size_t len;
	const struct mdt_drift *rows = mdt_drifts(&len);

	cr_assert(len > 20);
	for (size_t i = 0; i < len; i++) {
		check_row(&rows[i]);
		cr_expect(*rows[i].what && *rows[i].source && *rows[i].first, "%s",
			  rows[i].op);
	}
}

Test(drift, conditions)
{
	size_t len;
	const struct mdt_drift *rows = mdt_drifts(&len);

	for (size_t i = 0; i < len; i++) {
		struct mdt_drift_question question = question_of(&rows[i], true);

		if (!rows[i].when)
			continue;
		question.when = 0;
		cr_expect_neq(
			ask(question, (struct mdt_uname){ 0 }, kernel(rows[i].first)),
			&rows[i], "%s without its condition", rows[i].op);
	}
}

Test(drift, another_result_is_none)
{
	struct mdt_drift_question question = {
		.op = SLICE("SET_BITMAP_FILE"),
		.is_md_ioctl = true,
		.field = SLICE("result"),
		.expected = SLICE("ENOENT"),
		.actual = SLICE("EINVAL"),
	};

	cr_assert(ask(question, kernel("6.1"), kernel("7.2.13")));
	question.actual = SLICE("EIO");
	cr_assert_null(ask(question, kernel("6.1"), kernel("7.2.13")));
	question.actual = SLICE("EINVAL");
	question.op = SLICE("SET_BITMAP_FILES");
	cr_assert_null(ask(question, kernel("6.1"), kernel("7.2.13")));
}

Test(drift, words_that_are_written)
{
	struct mdt_drift_question question = {
		.op = SLICE("write array_state"),
		.word = SLICE("read-auto"),
		.field = SLICE("result"),
		.expected = SLICE("9"),
		.actual = SLICE("EBUSY"),
	};

	cr_assert(ask(question, kernel("6.1"), kernel("6.12")));
	question.word = SLICE("clean");
	cr_assert_null(ask(question, kernel("6.1"), kernel("6.12")));
}

Test(drift, kernels)
{
	struct mdt_uname it = kernel("6.1.0-56-cloud-amd64");

	cr_assert(it.known && it.major == 6 && it.minor == 1 && it.patch == 0);
	it = kernel("6.12.117+deb12-cloud-amd64");
	cr_assert(it.known && it.minor == 12 && it.patch == 117);
	cr_assert(kernel("7.2-rc1").known);
	cr_assert_not(kernel("").known);
	cr_assert_not(kernel("linux").known);
	cr_assert_not(kernel("6").known);
	cr_assert_not(kernel("6.").known);
	cr_assert(kernel("99999999999999999999.1").known);
	cr_assert_lt(mdt_uname_cmp(kernel("6.1.9"), kernel("6.12.0")), 0);
	cr_assert_lt(mdt_uname_cmp(kernel("5.10"), kernel("6.1")), 0);
	cr_assert_eq(mdt_uname_cmp(kernel("6.1.9"), kernel("6.1.1")), 0);
	cr_assert_gt(mdt_uname_cmp(kernel("6.12"), kernel("6.1")), 0);
}
