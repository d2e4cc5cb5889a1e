// SPDX-License-Identifier: MIT
#include "scratch.h"
#include "vm/guest_path.h"
#include "vm/vm.h"

// Where an installed guest is, if the build has the usual folders.
#define LIBEXEC "libexec/mdtrace/mdtrace-guest"

static void check_near(struct scratch *scratch, const char *dir, const char *expected)
{
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL;
	char *got = NULL, path[256];

	snprintf(path, sizeof(path), "%s/%s", scratch->dir, dir);
	err = mdt_guest_near(path, &got);
	cr_assert_null(err, "%s", err ? err->message : "");
	cr_assert_str_eq(got, scratch_path(scratch, expected));
	free(got);
}

Test(guest_path, beside_the_program_and_in_the_build_tree)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	scratch_mkdir(&scratch, "src/cli/");
	scratch_mkdir(&scratch, "tests/");
	scratch_write(&scratch, "src/guest/mdtrace-guest", SLICE("x"));
	check_near(&scratch, "src/cli", "src/cli/../guest/mdtrace-guest");
	check_near(&scratch, "tests", "tests/../src/guest/mdtrace-guest");
	// what is nearer wins
	scratch_write(&scratch, "tests/mdtrace-guest", SLICE("x"));
	check_near(&scratch, "tests", "tests/mdtrace-guest");
}

Test(guest_path, installed)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	scratch_mkdir(&scratch, "bin/");
	scratch_write(&scratch, LIBEXEC, SLICE("x"));
	check_near(&scratch, "bin", "bin/../" LIBEXEC);
}

Test(guest_path, all_places_are_named)
{
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL;
	char *got = NULL;

	err = mdt_guest_near("/nowhere/bin", &got);
	cr_assert_not_null(err);
	cr_assert_eq(err->kind, MDT_ERR_OS);
	cr_assert_null(got);
	cr_assert_str_eq(err->message,
			 "mdtrace-guest is not in any of $MDTRACE_GUEST, "
			 "/nowhere/bin/mdtrace-guest, "
			 "/nowhere/bin/../guest/mdtrace-guest, "
			 "/nowhere/bin/../src/guest/mdtrace-guest, "
			 "/nowhere/bin/../" LIBEXEC ": No such file or directory");
}

Test(guest_path, the_environment_is_taken_at_its_word)
{
	char *got = NULL;

	setenv("MDTRACE_GUEST", "some/where", 1);
	cr_assert_null(mdt_vm_guest_path(&got));
	cr_assert_str_eq(got, "some/where");
	free(got);
}

// The tests are in the build tree.
Test(guest_path, an_empty_word_is_none)
{
	char *got = NULL;

	setenv("MDTRACE_GUEST", "", 1);
	cr_assert_null(mdt_vm_guest_path(&got));
	cr_assert_str_eq(got, MDT_BINARY_DIR "/tests/../src/guest/mdtrace-guest");
	free(got);
}
