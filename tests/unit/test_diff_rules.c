// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <string.h>

#include "diff/rules.h"

static void expect_error(struct mdt_error *err, const char *message)
{
	cr_assert_not_null(err, "%s", message);
	cr_expect_str_eq(err->message, message);
	mdt_error_destroy(err);
}

Test(diff_rules, each_has_a_name_of_its_own)
{
	for (size_t i = 0; i < MDT_DIFF_RULES; i++) {
		cr_assert_not_null(mdt_diff_rule_rows[i].name);
		cr_assert_not_null(mdt_diff_rule_rows[i].help);
		for (size_t j = 0; j < i; j++)
			cr_expect_str_neq(mdt_diff_rule_rows[i].name,
					  mdt_diff_rule_rows[j].name);
	}
}

Test(diff_rules, bad_ones)
{
	struct mdt_diff_rules rules = { 0 };

	expect_error(mdt_diff_rules_off(&rules, SLICE("pid")),
		     "there is no rule 'pid'; --list-rules lists them");
	expect_error(mdt_diff_rules_add(&rules, "y/a/b/"),
		     "bad rule 'y/a/b/': expected s/PCRE2/text/");
	expect_error(mdt_diff_rules_add(&rules, "s|a|b"),
		     "bad rule 's|a|b': expected s|PCRE2|text|");
	expect_error(mdt_diff_rules_add(&rules, "s/a/b/g"),
		     "bad rule 's/a/b/g': expected s/PCRE2/text/");
	expect_error(mdt_diff_rules_add(&rules, "s//b/"),
		     "bad rule 's//b/': expected s/PCRE2/text/");
	expect_error(mdt_diff_rules_add(&rules, "s/(/b/"),
		     "bad pattern: missing closing parenthesis at column 2\n  (\n   ^");
	cr_expect_eq(rules.user_len, 0);
	mdt_diff_rules_deinit(&rules);
}

Test(diff_rules, several_one_after_the_other)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_slice text = SLICE("open(\"/a/b\") = 3");
	uint64_t fired;

	cr_assert_null(mdt_diff_rules_add(&rules, "s#/a/(\\w)#/$1/$1#"));
	cr_assert_null(mdt_diff_rules_add(&rules, "s/b/long enough to need more room/"));
	cr_assert_null(mdt_diff_rules_add(&rules, "s/nothing//"));
	cr_assert_null(mdt_diff_rules_apply(&rules, 5, &text));
	cr_expect(mdt_slice_eq_cstr(text, "open(\"/long enough to need more room/"
					  "long enough to need more room\") = 3"),
		  "%.*s", SLICE_FMT(text));
	cr_expect_str_eq(mdt_diff_rules_user(&rules, 0, &fired), "s#/a/(\\w)#/$1/$1#");
	cr_expect_eq(fired, 5);
	mdt_diff_rules_user(&rules, 2, &fired);
	cr_expect_eq(fired, 0);
	mdt_diff_rules_deinit(&rules);
}

Test(diff_rules, a_group_that_there_is_not)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_slice text = SLICE("a");
	struct mdt_error *err;

	cr_assert_null(mdt_diff_rules_add(&rules, "s/a/$2/"));
	err = mdt_diff_rules_apply(&rules, 1, &text);
	cr_assert_not_null(err);
	cr_expect(strstr(err->message, "the rule cannot be applied"), "%s", err->message);
	mdt_error_destroy(err);
	mdt_diff_rules_deinit(&rules);
}
