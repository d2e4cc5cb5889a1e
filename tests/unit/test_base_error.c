// SPDX-License-Identifier: MIT
#include <errno.h>

#include <criterion/criterion.h>

#include "base/error.h"

static void check(struct mdt_error *err, enum mdt_error_kind kind, int os_errno,
		  const char *message)
{
	cr_assert_not_null(err);
	cr_assert_eq(err->kind, kind);
	cr_assert_eq(err->os_errno, os_errno);
	cr_assert_str_eq(err->message, message);
	mdt_error_destroy(err);
}

Test(error, says_what_it_was_told)
{
	check(mdt_error_create(MDT_ERR_INVALID, "%s: %d", "level", 7), MDT_ERR_INVALID, 0,
	      "level: 7");
	check(mdt_error_os(ENOENT, "log.%d", 1), MDT_ERR_OS, ENOENT,
	      "log.1: No such file or directory");
}

Test(error, leaves_out_a_place_that_is_not_known)
{
	check(mdt_error_at(MDT_ERR_SYNTAX, "log", 3, 14, "expected '%c'", ')'),
	      MDT_ERR_SYNTAX, 0, "log:3:14: expected ')'");
	check(mdt_error_at(MDT_ERR_SYNTAX, "log", 3, 0, "no"), MDT_ERR_SYNTAX, 0,
	      "log:3: no");
	check(mdt_error_at(MDT_ERR_FORMAT, "log.xz", 0, 0, "cut short"), MDT_ERR_FORMAT,
	      0, "log.xz: cut short");
}

Test(error, catch_takes_its_kind_only)
{
	struct mdt_error *err = mdt_error_create(MDT_ERR_DWARF, "no macros");

	cr_assert_not(mdt_error_catch(&err, MDT_ERR_SYNTAX));
	cr_assert_not_null(err);
	cr_assert(mdt_error_catch(&err, MDT_ERR_DWARF));
	cr_assert_null(err);
	cr_assert_not(mdt_error_catch(&err, MDT_ERR_DWARF));
}

Test(error, out_of_memory_can_be_destroyed_again_and_again)
{
	mdt_error_destroy(NULL);
	mdt_error_destroy(&mdt_enomem);
	mdt_error_destroy(&mdt_enomem);
	cr_assert_str_eq(mdt_enomem.message, "out of memory");
}
