// SPDX-License-Identifier: MIT
// One call of a plan, what ran in its place, and the verdict.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "params.h"
#include "replayed.h"

/* ---- a plan around one call ---- */

static const char opened[] =
	"openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = 3\n"
	"openat(AT_FDCWD, \"/dev/loop0\", O_RDONLY) = 4\n"
	"openat(AT_FDCWD, \"/sys/block/md0/md/array_state\", O_RDWR) = 5\n"
	"openat(AT_FDCWD, \"/sys/block/md0/md/sync_completed\", O_RDONLY) = 6\n"
	"openat(AT_FDCWD, \"/proc/mdstat\", O_RDONLY) = 7\n"
	"openat(AT_FDCWD, \"/sys/block/md0/md/level\", O_RDONLY) = 8\n"
	"openat(AT_FDCWD, \"/sys/block/md0/md/last_sync_action\", O_RDONLY) = 9\n";
enum { OPENS = 7 };

static void add_plan(struct mdt_buf *buf, const char *top, const char *call)
{
	mdt_buf_adds(buf, top);
	mdt_buf_adds(buf, "# mdtrace: log \"x.strace\"\n");
	mdt_buf_adds(buf, opened);
	mdt_buf_adds(buf, "# mdtrace: line 15\n");
	mdt_buf_adds(buf, call);
	mdt_buf_addc(buf, '\n');
}

static void init(struct replayed *ret, const char *plan_top, const char *call,
		 const char *kernel, const char *ran)
{
	struct mdt_buf plan = { 0 }, executed = { 0 }, top = { 0 };

	mdt_buf_adds(&top, "# mdtrace: plan 1\n");
	mdt_buf_adds(&top, plan_top);
	mdt_buf_addc(&top, '\0');
	add_plan(&plan, top.str, call);
	mdt_buf_clear(&top);
	mdt_buf_printf(&top, "# mdtrace: executed 1\n# mdtrace: guest kernel \"%s\"\n",
		       kernel);
	mdt_buf_addc(&top, '\0');
	add_plan(&executed, top.str, ran);
	replayed_init(ret, mdt_buf_slice(&plan), mdt_buf_slice(&executed), NULL);
	mdt_buf_deinit(&plan);
	mdt_buf_deinit(&executed);
	mdt_buf_deinit(&top);
}

// `differs; result: -1 ENODEV / 0: differs; ...`; checks that are equal are left out.
static void describe(const struct mdt_verdict *verdict, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, mdt_verdict_name(verdict->kind));
	for (size_t i = 0; i < verdict->check_count; i++) {
		const struct mdt_check *it = &verdict->checks[i];

		if (it->kind == MDT_CHECK_EQUAL)
			continue;
		mdt_buf_printf(ret, "; %.*s: %.*s / %.*s: %s", SLICE_FMT(it->field),
			       SLICE_FMT(it->expected), SLICE_FMT(it->actual),
			       mdt_check_name(it->kind));
	}
	mdt_buf_addc(ret, '\0');
}

#define ARRAY_INFO(ctime, level, failed, csum_state)                                     \
	"\"\\x01\\x00\\x00\\x00\\x02\\x00\\x00\\x00\\x03\\x00\\x00\\x00" ctime level     \
	"\\x00\\x9c\\x00\\x00\\x02\\x00\\x00\\x00\\x02\\x00\\x00\\x00"                   \
	"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x7f\\x0a\\x01\\x6b" csum_state        \
	"\\x02\\x00\\x00\\x00\\x02\\x00\\x00\\x00" failed                                \
	"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\""
#define N(n) "\\x0" #n "\\x00\\x00\\x00"
#define NOW  "\\x7a\\x0a\\x01\\x6b"

static const char derived_disk[] =
	"# mdtrace: disk 7:0 \"/dev/loop0\" 1048576 derived \"not in the log\"\n";

static const struct {
	const char *top;    // of the plan
	const char *kernel; // that replays
	const char *call, *ran;
	const char *verdict;
} cases[] = {
	/* results */
	{ "", "6.1.0", "ioctl(3, STOP_ARRAY) = 0", "ioctl(3, STOP_ARRAY) = 0",
	  "confirmed" },
	{ "", "6.1.0", "ioctl(3, 0x80480911, 0x7ffc) = -1 ENODEV (No such device)",
	  "ioctl(3, 0x80480911, \"\\x00\") = -1 ENODEV (No such device)", "confirmed" },
	{ "", "6.1.0", "ioctl(3, STOP_ARRAY) = 0",
	  "ioctl(3, STOP_ARRAY) = -1 EBUSY (Device or resource busy)",
	  "differs; result: 0 / -1 EBUSY: differs" },
	{ "", "6.1.0", "ioctl(3, STOP_ARRAY) = -1 EBUSY (Device or resource busy)",
	  "ioctl(3, STOP_ARRAY) = -1 EINVAL (Invalid argument)",
	  "differs; result: -1 EBUSY / -1 EINVAL: differs" },
	{ "", "6.1.0", "ioctl(3, STOP_ARRAY) = -1 EBUSY (Device or resource busy)",
	  "ioctl(3, STOP_ARRAY) = 0", "differs; result: -1 EBUSY / 0: differs" },
	{ "", "6.1.0", "dup(3) = 10", "dup(3) = 11",
	  "confirmed; result: 10 / 11: set aside" },
	{ "", "6.1.0", "dup(3) = 10", "dup(3) = -1 EMFILE (Too many open files)",
	  "differs; result: 10 / -1 EMFILE: differs" },
	{ "", "6.1.0", "lseek(4, 10, SEEK_SET) = 10", "lseek(4, 10, SEEK_SET) = 11",
	  "differs; result: 10 / 11: differs" },
	{ "", "6.1.0",
	  "ioctl(3, STOP_ARRAY) = -1 EBUSY (Device or resource busy) (INJECTED)",
	  "ioctl(3, STOP_ARRAY) = 0", "confirmed; result:  / 0: not in the log" },
	{ "", "6.1.0", "ioctl(3, STOP_ARRAY) = ?", "ioctl(3, STOP_ARRAY) = 0",
	  "confirmed; result:  / 0: not in the log" },
	{ "", "6.1.0", "lseek(4, 18446744073709551617, SEEK_SET) = 18446744073709551617",
	  "lseek(4, 18446744073709551617, SEEK_SET) = 18446744073709551617",
	  "confirmed" },

	/* drift: the same difference in and out of the range of kernels */
	{ "", "7.2.0",
	  "ioctl(3, SET_BITMAP_FILE, 0xffffffff) = -1 ENOENT (No such file or directory)",
	  "ioctl(3, SET_BITMAP_FILE, 0xffffffff) = -1 EINVAL (Invalid argument)",
	  "drift; result: -1 ENOENT / -1 EINVAL: drift" },
	{ "", "6.12.0",
	  "ioctl(3, SET_BITMAP_FILE, 0xffffffff) = -1 ENOENT (No such file or directory)",
	  "ioctl(3, SET_BITMAP_FILE, 0xffffffff) = -1 EINVAL (Invalid argument)",
	  "differs; result: -1 ENOENT / -1 EINVAL: differs" },

	/* arguments that come back */
	{ "", "6.1.0",
	  "ioctl(3, GET_ARRAY_INFO, " ARRAY_INFO(NOW, N(1), N(0), N(1)) ") = 0",
	  "ioctl(3, GET_ARRAY_INFO, " ARRAY_INFO(NOW, N(1), N(0), N(1)) ") = 0",
	  "confirmed" },
	{ "", "6.1.0",
	  "ioctl(3, GET_ARRAY_INFO, " ARRAY_INFO(NOW, N(1), N(0), N(1)) ") = 0",
	  "ioctl(3, GET_ARRAY_INFO, " ARRAY_INFO(N(2), N(1), N(0), N(1)) ") = 0",
	  "confirmed; ctime: 1795230330 / 2: set aside" },
	{ "", "6.1.0",
	  "ioctl(3, GET_ARRAY_INFO, " ARRAY_INFO(NOW, N(1), N(0), N(1)) ") = 0",
	  "ioctl(3, GET_ARRAY_INFO, " ARRAY_INFO(NOW, N(5), N(0), N(1)) ") = 0",
	  "differs; level: raid1 / raid5: differs" },
	{ "", "6.1.0",
	  "ioctl(3, GET_ARRAY_INFO, " ARRAY_INFO(NOW, N(1), N(0), N(1)) ") = 0",
	  "ioctl(3, GET_ARRAY_INFO, " ARRAY_INFO(NOW, N(1), N(1), N(1)) ") = 0",
	  "differs; failed_disks: 0 / 1: differs" },
	/* MD_SB_CLEAN is the timer's, no other bit is */
	{ "", "6.1.0",
	  "ioctl(3, GET_ARRAY_INFO, " ARRAY_INFO(NOW, N(1), N(0), N(1)) ") = 0",
	  "ioctl(3, GET_ARRAY_INFO, " ARRAY_INFO(NOW, N(1), N(0), N(0)) ") = 0",
	  "confirmed; state: MD_SB_CLEAN / 0: set aside" },
	{ "", "6.1.0",
	  "ioctl(3, GET_ARRAY_INFO, " ARRAY_INFO(NOW, N(1), N(0), N(1)) ") = 0",
	  "ioctl(3, GET_ARRAY_INFO, " ARRAY_INFO(NOW, N(1), N(0), N(3)) ") = 0",
	  "differs; state: MD_SB_CLEAN / MD_SB_CLEAN|MD_SB_ERRORS: differs" },
	/* only as far as the log has it */
	{ "", "6.1.0",
	  "ioctl(3, GET_DISK_INFO, \"\\x01\\x00\\x00\\x00\\x07\\x00\"...) = 0",
	  "ioctl(3, GET_DISK_INFO, \"" N(1) N(7) N(1) N(1) N(6) "\") = 0",
	  "confirmed; major:  / : not in the log; minor:  / : not in the log; "
	  "raid_disk:  / : not in the log; state:  / : not in the log" },
	{ "", "6.1.0",
	  "ioctl(3, GET_DISK_INFO, \"\\x01\\x00\\x00\\x00\\x07\\x00\"...) = 0",
	  "ioctl(3, GET_DISK_INFO, \"" N(2) N(7) N(1) N(1) N(6) "\") = 0",
	  "differs; number: 1 / 2: differs; major:  / : not in the log; "
	  "minor:  / : not in the log; raid_disk:  / : not in the log; "
	  "state:  / : not in the log" },
	{ "", "6.1.0", "ioctl(3, GET_DISK_INFO, \"" N(1) N(7) N(1) N(1) N(6) "\") = 0",
	  "ioctl(3, GET_DISK_INFO, \"" N(1) N(7) "\") = 0",
	  "differs; minor:  / not there: differs; raid_disk:  / not there: differs; "
	  "state:  / not there: differs" },
	/* of a derived argument nothing is compared, and what came back is shown */
	{ "", "6.1.0",
	  "# mdtrace: derived \"number\" \"the first\"\n"
	  "ioctl(3, GET_DISK_INFO, \"" N(1) N(0) N(0) N(0) N(0) "\") = 0",
	  "ioctl(3, GET_DISK_INFO, \"" N(1) N(7) N(1) N(1) N(6) "\") = 0",
	  "confirmed; number:  / 1: not in the log; major:  / 7: not in the log; "
	  "minor:  / 1: not in the log; raid_disk:  / 1: not in the log; "
	  "state:  / MD_DISK_ACTIVE|MD_DISK_SYNC: not in the log" },
	{ "", "6.1.0",
	  "# mdtrace: derived \"number\" \"the first\"\n"
	  "ioctl(3, GET_DISK_INFO, \"" N(1) N(0) N(0) N(0) N(0) "\") = 0",
	  "ioctl(3, GET_DISK_INFO, \"" N(1) "\") = -1 ENODEV (No such device)",
	  "differs; result: 0 / -1 ENODEV: differs" },
	/* in => out: what goes in is the call's */
	{ "", "6.1.0",
	  "ioctl(3, GET_DISK_INFO, \"" N(1) "\" => \"" N(1) N(7) N(1) N(1) N(6) "\") = 0",
	  "ioctl(3, GET_DISK_INFO, \"" N(1) "\" => \"" N(1) N(7) N(1) N(0) N(6) "\") = 0",
	  "differs; raid_disk: 1 / 0: differs" },
	{ "", "6.1.0", "ioctl(4, BLKGETSIZE64, [1048576]) = 0",
	  "ioctl(4, BLKGETSIZE64, [1048577]) = 0",
	  "differs; arg: 1048576 / 1048577: differs" },
	{ derived_disk, "6.1.0", "ioctl(4, BLKGETSIZE64, [1048576]) = 0",
	  "ioctl(4, BLKGETSIZE64, [1048577]) = 0",
	  "confirmed; arg: 1048576 / 1048577: set aside" },
	{ "", "6.1.0", "ioctl(4, BLKSSZGET, [512]) = 0",
	  "ioctl(4, BLKSSZGET, \"\\x00\\x02\\x00\\x00\") = 0", "confirmed" },

	/* attributes */
	{ "", "6.1.0", "read(8, \"raid1\\n\", 4096) = 6",
	  "read(8, \"raid1\\n\", 4096) = 6", "confirmed" },
	{ "", "6.1.0", "read(8, \"raid1\\n\", 4096) = 6",
	  "read(8, \"raid5\\n\", 4096) = 6", "differs; data: raid1 / raid5: differs" },
	{ "", "6.1.0", "read(8, \"raid1\\n\", 4096) = 6", "read(8, \"\\n\", 4096) = 1",
	  "differs; result: 6 / 1: differs; data: raid1 / : differs" },
	{ "", "6.1.0", "read(5, \"clean\\n\", 4096) = 6",
	  "read(5, \"active\\n\", 4096) = 7",
	  "confirmed; result: 6 / 7: set aside; data: clean / active: set aside" },
	{ "", "6.1.0", "read(5, \"clean\\n\", 4096) = 6",
	  "read(5, \"readonly\\n\", 4096) = 9",
	  "differs; result: 6 / 9: differs; data: clean / readonly: differs" },
	{ "", "6.1.0", "read(6, \"1024 / 81792\\n\", 4096) = 13",
	  "read(6, \"none\\n\", 4096) = 5",
	  "confirmed; result: 13 / 5: set aside; data: 1024 / 81792 / none: set aside" },
	{ "", "6.12.0", "read(9, \"none\\n\", 4096) = 5",
	  "read(9, \"idle\\n\", 4096) = 5", "drift; data: none / idle: drift" },
	{ "", "6.1.0", "read(9, \"none\\n\", 4096) = 5", "read(9, \"idle\\n\", 4096) = 5",
	  "differs; data: none / idle: differs" },
	{ "", "6.1.0", "read(8, \"ra\"..., 4096) = 6", "read(8, \"raid1\\n\", 4096) = 6",
	  "confirmed" },
	{ "", "6.1.0", "read(8, 0x7ffc, 4096) = 6", "read(8, \"raid1\\n\", 4096) = 6",
	  "confirmed; data:  / : not in the log" },

	/* /proc/mdstat */
	{ "", "6.1.0",
	  "read(7, \"Personalities : [raid1] \\nmd0 : active raid1 loop1[1] loop0[0]\\n      40896 blocks super 1.2 [2/2] [UU]\\n      \\nunused devices: <none>\\n\", 4096) = 120",
	  "read(7, \"Personalities : [raid1] [raid6] \\nmd0 : active raid1 loop0[0] loop1[1]\\n      40896 blocks super 1.2 [2/2] [UU]\\n      \\nunused devices: <none>\\n\", 4096) = 128",
	  "confirmed; result: 120 / 128: set aside; personalities: Personalities : [raid1] / "
	  "Personalities : [raid1] [raid6]: set aside" },
	{ "", "6.1.0",
	  "read(7, \"md0 : active raid1 loop1[1] loop0[0]\\n      40896 blocks super 1.2 [2/2] [UU]\\n      \\n\", 4096) = 20",
	  "read(7, \"md0 : active raid1 loop1[1](F) loop0[0]\\n      40896 blocks super 1.2 [2/1] [U_]\\n      \\n\", 4096) = 20",
	  "differs; md0 members: loop1[1] loop0[0] / loop1[1](F) loop0[0]: differs; "
	  "md0 disks: [2/2] [UU] / [2/1] [U_]: differs" },
	{ "", "6.1.0",
	  "read(7, \"md0 : active raid1 loop1[1]\\n      40896 blocks super 1.2 [2/2] [UU]\\n      \\n\", 4096) = 20",
	  "read(7, \"md0 : active raid1 loop1[1] loop0[0]\\n      40896 blocks super 1.2 [2/2] [UU]\\n      \\n\", 4096) = 20",
	  "differs; md0 members: loop1[1] / loop1[1] loop0[0]: differs" },
	{ "", "6.1.0",
	  "read(7, \"md9 : active raid1 loop1[1]\\n      40896 blocks super 1.2 [2/2] [UU]\\n      \\n\", 4096) = 20",
	  "read(7, \"unused devices: <none>\\n\", 4096) = 20",
	  "confirmed; md9: there / not there: set aside" },

	/* disks */
	{ "", "6.1.0", "read(4, \"\\0\\0\\0\\0\", 4) = 4",
	  "read(4, \"\\0\\0\\0\\0\", 4) = 4", "confirmed" },
	{ "", "6.1.0", "read(4, \"\\0\\0\\0\\0\", 4) = 4",
	  "read(4, \"\\0\\0\\1\\0\", 4) = 4",
	  "differs; data from byte 2 on: \"\\x00\\x00\" / \"\\x01\\x00\": differs" },
	{ "", "6.1.0", "read(4, \"\\0\\0\"..., 4) = 4",
	  "read(4, \"\\0\\0\\1\\0\", 4) = 4",
	  "confirmed; the rest of the data:  / : not in the log" },
};

ParameterizedTestParameters(verdicts, call)
{
	return index_params(cases);
}

ParameterizedTest(size_t *i, verdicts, call)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct replayed it;

	init(&it, cases[*i].top, cases[*i].call, cases[*i].kernel, cases[*i].ran);
	cr_assert_eq(it.verdicts.fault.len, 0, "%zu: %.*s", *i,
		     SLICE_FMT(it.verdicts.fault));
	cr_assert_eq(it.verdicts.count, OPENS + 1);
	describe(&it.verdicts.all[OPENS], &text);
	cr_expect_str_eq(text.str, cases[*i].verdict, "%zu: %s", *i, text.str);
	replayed_deinit(&it);
}
