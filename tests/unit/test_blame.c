// SPDX-License-Identifier: MIT
// Whose fault, of runs that are written down here: what mdadm was recorded to do.
#include <criterion/criterion.h>

#include "blame/blame.h"
#include "blame/parts.h"

#define OPEN	"7 openat(AT_FDCWD, \"/dev/md0\", O_RDWR|O_EXCL) = 3\n"
#define INFO	"7 ioctl(3, GET_ARRAY_INFO, 0x7ffe0) = -1 ENODEV (No such device)\n"
#define STOP	"7 ioctl(3, STOP_ARRAY, 0) = 0\n"
#define SET	"7 ioctl(3, SET_ARRAY_INFO, 0x7ffe0) = 0\n"
#define SET_NOT "7 ioctl(3, SET_ARRAY_INFO, 0x7ffe0) = -1 ENODEV (No such device)\n"
#define GOOD	"7 +++ exited with 0 +++\n"
#define BAD	"7 +++ exited with 1 +++\n"
#define READ_ONLY                                                                        \
	"7 openat(AT_FDCWD, \"/sys/module/md_mod/parameters/new_array\", O_WRONLY) = "   \
	"-1 EROFS (Read-only file system)\n"
#define WRITABLE                                                                         \
	"7 openat(AT_FDCWD, \"/sys/module/md_mod/parameters/new_array\", O_WRONLY) = 4\n"

struct row {
	const char *runs[MDT_BLAME_RUNS];
	const char *fails;
	enum mdt_blame_whose whose;
	unsigned long asked, answered, environment; /* lines; 0: none */
};

static void find(const struct row *row, struct mdt_blame *ret)
{
	static const char *const names[] = { "gg", "gb", "bg", "bb" };
	struct mdt_blame_input input[MDT_BLAME_RUNS];
	struct mdt_blame_options options = { 0 };
	struct mdt_error *err = NULL;

	for (size_t i = 0; i < MDT_BLAME_RUNS; i++)
		input[i] =
			(struct mdt_blame_input){ .path = names[i],
						  .text = mdt_slice_cstr(row->runs[i]) };
	if (row->fails)
		err = mdt_pattern_create(mdt_slice_cstr(row->fails), &options.fails);
	if (!err)
		err = mdt_blame_find(input, &options, ret);
	cr_assert_null(err, "%s", err ? err->message : "");
	mdt_pattern_destroy(options.fails);
}

Test(blame, decides)
{
	static const struct row rows[] = {
		// The runs are alike.
		{ { OPEN SET GOOD, OPEN SET GOOD, OPEN SET GOOD, OPEN SET GOOD },
		  .whose = MDT_BLAME_NOBODY },
		// A question more is otherwise, too.
		{ { OPEN SET GOOD, OPEN SET GOOD, OPEN INFO SET GOOD,
		    OPEN INFO SET GOOD },
		  .whose = MDT_BLAME_MDADM,
		  .asked = 2 },
		// The same calls: what comes first is not what is worst.
		{ { OPEN SET GOOD, OPEN SET_NOT BAD, OPEN SET GOOD, OPEN SET_NOT BAD },
		  .whose = MDT_BLAME_KERNEL,
		  .answered = 2 },
		// Two mdadm that do not ask the same, and a kernel that refuses both.
		{ { OPEN SET GOOD, OPEN SET_NOT BAD, OPEN INFO SET GOOD,
		    OPEN INFO SET_NOT BAD },
		  .whose = MDT_BLAME_KERNEL,
		  .answered = 3 },
		{ { OPEN SET GOOD, OPEN SET GOOD, OPEN STOP SET_NOT BAD,
		    OPEN STOP SET_NOT BAD },
		  .whose = MDT_BLAME_MDADM,
		  .asked = 2 },
		// Only one of the kernels minds what only one of the mdadm does.
		{ { OPEN SET GOOD, OPEN SET GOOD, OPEN STOP SET GOOD,
		    OPEN STOP SET_NOT BAD },
		  .whose = MDT_BLAME_BOTH,
		  .asked = 2,
		  .answered = 3 },
		{ { OPEN SET GOOD, OPEN SET_NOT BAD, OPEN STOP SET_NOT BAD,
		    OPEN STOP SET_NOT BAD },
		  .whose = MDT_BLAME_EACH,
		  .asked = 2,
		  .answered = 2 },
		// Neither: only this run is otherwise, of the same questions.
		{ { OPEN SET GOOD, OPEN SET GOOD, OPEN SET GOOD, OPEN SET_NOT BAD },
		  .whose = MDT_BLAME_ENVIRONMENT,
		  .environment = 2 },
		{ { WRITABLE OPEN SET GOOD, READ_ONLY BAD, WRITABLE OPEN SET GOOD,
		    READ_ONLY BAD },
		  .whose = MDT_BLAME_ENVIRONMENT,
		  .environment = 1 },
		// On one kernel the first question is answered otherwise.
		{ { OPEN SET GOOD, OPEN SET GOOD, OPEN SET_NOT BAD, OPEN SET_NOT BAD },
		  .whose = MDT_BLAME_ENVIRONMENT,
		  .environment = 2 },
		// What failing is can be said.
		{ { OPEN SET GOOD, OPEN STOP SET GOOD, OPEN INFO SET_NOT BAD,
		    OPEN INFO STOP SET_NOT BAD },
		  .fails = "STOP_ARRAY",
		  .whose = MDT_BLAME_ENVIRONMENT,
		  .environment = 3 },
	};

	array_for_each (row, rows) {
		size_t index = (size_t)(row - rows);
		struct mdt_blame blame;

		find(row, &blame);
		cr_expect_str_eq(mdt_blame_whose_name(blame.whose),
				 mdt_blame_whose_name(row->whose), "row %zu: %s", index,
				 mdt_blame_whose_name(blame.whose));
		cr_expect_eq(blame.asked.line, row->asked, "row %zu: asked %lu", index,
			     blame.asked.line);
		cr_expect_eq(blame.answered.line, row->answered, "row %zu: answered %lu",
			     index, blame.answered.line);
		cr_expect_eq(blame.environment.line, row->environment,
			     "row %zu: environment %lu", index, blame.environment.line);
		mdt_blame_deinit(&blame);
	}
}

Test(blame, nothing_is_not_the_same)
{
	static const char *const texts[] = { "", "# nothing\n", GOOD };

	array_for_each (text, texts) {
		struct mdt_blame_input input[MDT_BLAME_RUNS];
		struct mdt_blame blame;
		struct mdt_error *err;

		for (size_t i = 0; i < MDT_BLAME_RUNS; i++)
			input[i] =
				(struct mdt_blame_input){ .path = "log",
							  .text = mdt_slice_cstr(*text) };
		err = mdt_blame_find(input, NULL, &blame);
		cr_assert_not_null(err);
		cr_expect_eq(err->kind, MDT_ERR_INVALID);
		mdt_error_destroy(err);
		mdt_blame_deinit(&blame);
	}
}

// What md itself answers is not the environment's.
Test(blame, environment)
{
	static const struct {
		const char *call, *path, *error, *because;
	} rows[] = {
		{ "open", "/sys/block/md0/md/array_state", "EROFS",
		  "sysfs is mounted read-only" },
		{ "mkdir", "/run/mdadm", "EROFS",
		  "the file system is mounted read-only" },
		{ "ioctl", "/dev/md0", "EROFS", NULL },
		{ "write", "/sys/block/md0/md/array_state", "EROFS", NULL },
		{ "open", "/proc/mdstat", "ENOENT", "md_mod is not loaded" },
		{ "open", "/sys/module/md_mod/parameters/new_array", "ENOENT",
		  "md_mod is not loaded" },
		{ "open", "/sys/module/md_mod/parameters/legacy_async_del_gendisk",
		  "ENOENT", NULL },
		{ "open", "/dev/md0", "EBUSY", NULL },
		{ "open", "/dev/loop0", "EBUSY", "something else holds the disk" },
		{ "open", "/dev/sdb", "ENXIO", "the disk is not there" },
		{ "open", "/dev/.tmp.md.1:9:0", "ENXIO", NULL },
		{ "read", "/dev/sdb", "EIO", "the disk does not work" },
		{ "ioctl", "/dev/md0", "ENOSPC", NULL },
		{ "write", "/run/mdadm/map", "ENOSPC", "the file system is full" },
		{ "access", "/run/udev", "ENOENT", "udev does not run" },
	};

	array_for_each (row, rows) {
		const struct mdt_blame_cause *cause = blame_cause_find(
			mdt_slice_cstr(row->call), mdt_slice_cstr(row->path),
			mdt_slice_cstr(row->error));

		cr_expect_str_eq(cause ? cause->because : "",
				 row->because ? row->because : "", "%s %s %s", row->call,
				 row->path, row->error);
	}
}
