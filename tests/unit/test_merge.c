// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "report/merge.h"
#include "report/replay_kernels.h"

// What a share of a replay begins with is what merge looks for.
static void check_shard(enum mdt_replay_ci form)
{
	struct mdt_merge merge = { 0 };
	struct mdt_buf text = { 0 };

	mdt_replay_tables_begin(form, 0, "2/5", &text);
	mdt_replay_tables_end(form, &text);
	cr_assert_null(mdt_merge_add(&merge, "a file", mdt_buf_slice(&text)));
	cr_assert_eq(merge.first->shard, 2);
	cr_assert_eq(merge.first->shard_count, 5);
	cr_assert(mdt_slice_eq_cstr(merge.first->job, "mdtrace replay"));
	cr_assert_null(mdt_merge_finish(&merge));
	// Four that are missing, and not one case.
	cr_assert_eq(merge.troubles->len, 5);
	cr_assert_eq(mdt_merge_status(&merge), 2);
	mdt_buf_deinit(&text);
	mdt_merge_deinit(&merge);
}

Test(merge, finds_what_replay_says)
{
	check_shard(MDT_REPLAY_JUNIT);
	check_shard(MDT_REPLAY_KTAP);
}

// A log that could not be run is trouble in what is made of its report.
static void check_trouble(enum mdt_replay_ci form, size_t cases)
{
	struct mdt_slice log = SLICE("logs/a#<b>\n.strace");
	struct mdt_merge merge = { 0 };
	struct mdt_buf text = { 0 };

	mdt_replay_tables_begin(form, 2, NULL, &text);
	mdt_replay_tables_trouble(form, log, 0, 2, "x:1: \"no\"\n & no", &text);
	mdt_replay_tables_end(form, &text);
	cr_assert_null(mdt_merge_add(&merge, "a file", mdt_buf_slice(&text)));
	cr_assert_null(mdt_merge_finish(&merge));
	cr_assert_null(merge.troubles);
	cr_assert_eq(merge.suites.first->len, cases);
	cr_assert_eq(merge.suites.first->ends[MDT_MERGE_ERROR], cases);
	cr_assert_eq(mdt_merge_status(&merge), 2);
	mdt_buf_deinit(&text);
	mdt_merge_deinit(&merge);
}

Test(merge, finds_logs_that_could_not_be_run)
{
	check_trouble(MDT_REPLAY_JUNIT, 1);
	check_trouble(MDT_REPLAY_KTAP, 2);
}

#define SUITE(inner) "<testsuite name='s'>" inner "</testsuite>"
#define CASE(inner)  SUITE("<testcase name='c'>" inner "</testcase>")
#define KTAP(rest)   "KTAP version 1\n" rest

// What is no result is refused, with the place.
Test(merge, refuses)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "", "x:1:1: this is neither JUnit nor KTAP" },
		{ "TAP version 13\n1..0\n", "x:1:1: this is neither JUnit nor KTAP" },
		{ "<testsuite name='\xff'/>", "x:1:1: this is not UTF-8" },
		{ "<html/>", "x:1:2: no <html> of JUnit goes into a document" },
		{ SUITE("<failure/>"),
		  "x:1:22: no <failure> of JUnit goes into testsuite" },
		{ SUITE("text"), "x:1:21: no text goes into testsuite" },
		{ SUITE("") SUITE(""),
		  "x:1:34: no <testsuite> of JUnit goes into a document" },
		{ SUITE("<testcase/>"), "x:1:22: a testcase without a name" },
		{ CASE("<error/><failure/>"), "x:1:49: a case that ends twice" },
		{ CASE("<error>&x;</error>"), "x:1:47: this is no entity of XML" },
		{ CASE("<error>&#0;</error>"), "x:1:47: this is no entity of XML" },
		{ CASE("<error>&#xd800;</error>"), "x:1:47: this is no entity of XML" },
		{ CASE("<error>&#x110000;</error>"), "x:1:47: this is no entity of XML" },
		{ CASE("<error></failure>"), "x:1:49: this is not the end of error" },
		{ "<testsuite name='s", "x:1:18: no ' after this: the file is cut off" },
		{ "<testsuite name='a' name='b'/>", "x:1:21: name is there twice" },
		{ "<testsuite errors='1'/>", "x:1:2: errors=\"1\", and there are 0" },
		{ KTAP(""), "x:1:1: there is no plan" },
		{ KTAP("ok 1 - a\n"), "x:2:1: a result before the plan" },
		{ KTAP("1..1\nok - a\n"), "x:3:1: a result without its number" },
		{ KTAP("1..1\nok 2 - a\n"),
		  "x:3:1: a number that is not the next one of the plan" },
		{ KTAP("1..2\nok 2 - a\nok 1 - b\n"),
		  "x:4:1: a number that is not the next one of the plan" },
		{ KTAP("1..1\n1..1\n"), "x:3:1: a plan that has no place here" },
		{ KTAP("1..1\nokay\n"), "x:3:1: this is no line of KTAP" },
		{ KTAP("1..1\n    ok 1 - a\n"), "x:3:5: a result of no subtest" },
		{ KTAP("1..1\n    KTAP version 1\n    1..1\n    not ok 1\nok 1\n"),
		  "x:6:1: ok, and a test of it is not" },
	};

	array_for_each (it, bad) {
		struct mdt_merge merge = { 0 };
		struct mdt_error *err =
			mdt_merge_add(&merge, "x", mdt_slice_cstr(it->text));

		cr_assert(err, "%s was taken", it->text);
		cr_expect_str_eq(err->message, it->says, "%s: %s, not %s", it->text,
				 err->message, it->says);
		cr_expect_eq(merge.len, 0);
		cr_expect_null(merge.suites.first);
		mdt_error_destroy(err);
		mdt_merge_deinit(&merge);
	}
}

Test(merge, reads_entities)
{
	struct mdt_merge merge = { 0 };

	cr_assert_null(mdt_merge_add(
		&merge, "x",
		SLICE(CASE("<error>&lt;&#65;&#x20ac;&#x1f600;&amp;lt;<![CDATA[&lt;]]>"
			   "</error>"))));
	cr_expect(mdt_slice_eq_cstr(merge.suites.first->first->text,
				    "<A\u20ac\U0001f600&lt;&lt;"));
	mdt_merge_deinit(&merge);
}
