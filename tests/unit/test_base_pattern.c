// SPDX-License-Identifier: MIT
#include <time.h>

#include <criterion/criterion.h>

#include "base/pattern.h"

static bool matches(const char *pattern, struct mdt_slice text)
{
	_cleanup_(mdt_pattern_destroyp) struct mdt_pattern *p = NULL;
	bool ret;

	cr_assert_null(mdt_pattern_create(mdt_slice_cstr(pattern), &p));
	cr_assert_null(mdt_pattern_matches(p, text, &ret));
	return ret;
}

Test(pattern, matches_anywhere)
{
	cr_assert(matches("RAY$", SLICE("RUN_ARRAY")));
	cr_assert(matches("^RUN", SLICE("RUN_ARRAY")));
	cr_assert(matches("", SLICE("")));
	cr_assert(matches("(?i)run", SLICE("RUN_ARRAY")));
	cr_assert_not(matches("run", SLICE("RUN_ARRAY")));
	cr_assert(matches("a.b", mdt_slice_from("a\0b", 3)));
	cr_assert(matches("^\xff", SLICE("\xff\xfe")));
	cr_assert(matches("x", mdt_slice_from("x", 1)));
}

static void check_bad(const char *pattern, const char *message)
{
	struct mdt_pattern *p = NULL;
	struct mdt_error *err = mdt_pattern_create(mdt_slice_cstr(pattern), &p);

	cr_assert_not_null(err);
	cr_assert_null(p);
	cr_assert_eq(err->kind, MDT_ERR_SYNTAX);
	cr_assert_str_eq(err->message, message);
	mdt_error_destroy(err);
}

Test(pattern, a_fault_is_shown_at_its_place)
{
	check_bad("a(b|", "bad pattern: missing closing parenthesis at column 5\n"
			  "  a(b|\n"
			  "      ^");
	check_bad(
		"*",
		"bad pattern: quantifier does not follow a repeatable item at column 1\n"
		"  *\n"
		"  ^");
	check_bad("\xc3\xa4(", "bad pattern: missing closing parenthesis at column 3\n"
			       "  \xc3\xa4(\n"
			       "    ^");
}

Test(pattern, one_that_would_hang_is_an_error)
{
	_cleanup_(mdt_pattern_destroyp) struct mdt_pattern *p = NULL;
	struct mdt_error *err;
	bool ret = true;
	clock_t start = clock();

	cr_assert_null(mdt_pattern_create(SLICE("^(a|a|b?a)*$"), &p));
	err = mdt_pattern_matches(
		p, SLICE("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"),
		&ret);
	cr_assert_not_null(err);
	cr_assert_eq(err->kind, MDT_ERR_INVALID);
	cr_assert_str_eq(err->message,
			 "the pattern cannot be matched: match limit exceeded");
	cr_assert(ret);
	mdt_error_destroy(err);
	cr_assert_lt(clock() - start, 5 * CLOCKS_PER_SEC);
}

Test(pattern, too_long_is_an_error)
{
	static char text[(16 << 10) + 1];
	struct mdt_pattern *p = NULL;
	struct mdt_error *err;

	memset(text, 'a', sizeof(text));
	err = mdt_pattern_create(mdt_slice_from(text, sizeof(text)), &p);
	cr_assert_not_null(err);
	cr_assert_str_eq(err->message, "bad pattern: longer than 16384 bytes");
	mdt_error_destroy(err);
}
