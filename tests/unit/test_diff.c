// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "diff/diff.h"

static void compare(struct mdt_diff *diff, struct mdt_diff_rules *rules,
		    enum mdt_diff_level level, const char *old_log, const char *new_log)
{
	struct mdt_diff_options options = { .level = level };
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();

	mdt_diff_init(diff, rules, table, &options);
	cr_assert_null(mdt_diff_log_parse("old", mdt_slice_cstr(old_log), rules, table,
					  &diff->texts, NULL, &diff->logs[MDT_OLD]));
	cr_assert_null(mdt_diff_log_parse("new", mdt_slice_cstr(new_log), rules, table,
					  &diff->texts, NULL, &diff->logs[MDT_NEW]));
	cr_assert_null(mdt_diff_run(diff));
}

static void end(struct mdt_diff *diff, struct mdt_diff_rules *rules)
{
	mdt_diff_deinit(diff);
	mdt_diff_rules_deinit(rules);
}

static bool has_remark(const struct mdt_diff *diff, const char *text)
{
	for (size_t i = 0; i < diff->remark_len; i++)
		if (mdt_slice_eq_cstr(diff->remarks[i].text, text))
			return true;
	return false;
}

/* ---- processes ---- */

#define PARENT(child_a, child_b)                                                         \
	"1 execve(\"/bin/sh\", [\"sh\"], 0x7ffe /* 5 vars */) = 0\n"                     \
	"1 fork() = " child_a "\n"                                                       \
	"1 fork() = " child_b "\n"
#define MDADM(pid, what)                                                                 \
	pid " execve(\"/sbin/mdadm\", [\"mdadm\", \"--" what                             \
	    "\", \"/dev/md0\"], 0x7ffe /* 5 vars */) = 0\n" pid                          \
	    " open(\"/dev/md0\", O_RDWR) = 3\n"

Test(diff, interleaving_is_no_difference)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	compare(&diff, &rules, MDT_LEVEL_SYSCALL,
		PARENT("2", "3") MDADM("2", "stop") "2 ioctl(3, STOP_ARRAY) = 0\n" //
		MDADM("3", "detail") "3 ioctl(3, GET_ARRAY_INFO, 0x7ffe0000) = 0\n",
		PARENT("8", "9") MDADM("9", "detail") MDADM("8", "stop") //
		"9 ioctl(3, GET_ARRAY_INFO <unfinished ...>\n"
		"8 ioctl(3, STOP_ARRAY) = 0\n"
		"9 <... ioctl resumed>, 0x7ffe1234) = 0\n");
	cr_expect_eq(diff.differences, 0);
	cr_expect_eq(diff.move_len, 0);
	end(&diff, &rules);
}

// Who is made first does not matter: the command line tells which process is which.
Test(diff, processes_are_aligned_by_what_they_run)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	compare(&diff, &rules, MDT_LEVEL_SYSCALL,
		PARENT("2", "3") MDADM("2", "stop") MDADM("3", "detail"),
		PARENT("2", "3") MDADM("2", "detail") MDADM("3", "stop"));
	cr_expect_eq(diff.differences, 0);
	end(&diff, &rules);
}

Test(diff, order_between_processes_is_told_apart)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	compare(&diff, &rules, MDT_LEVEL_MD,
		PARENT("2", "3") MDADM("2", "stop") MDADM("3", "run") //
		"2 ioctl(3, STOP_ARRAY) = 0\n"
		"3 ioctl(3, RUN_ARRAY, NULL) = 0\n",
		PARENT("2", "3") MDADM("2", "stop") MDADM("3", "run") //
		"3 ioctl(3, RUN_ARRAY, NULL) = 0\n"
		"2 ioctl(3, STOP_ARRAY) = 0\n");
	cr_expect_eq(diff.differences, 0);
	cr_expect_eq(diff.move_len, 1);
	end(&diff, &rules);
}

Test(diff, a_pid_that_comes_again_is_another_process)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	compare(&diff, &rules, MDT_LEVEL_SYSCALL,
		PARENT("2", "3") MDADM("2", "stop") "2 +++ exited with 0 +++\n" //
		MDADM("3", "detail") "3 +++ exited with 0 +++\n",
		"1 execve(\"/bin/sh\", [\"sh\"], 0x7ffe /* 5 vars */) = 0\n"
		"1 fork() = 2\n" MDADM(
			"2", "stop") "2 +++ exited with 0 +++\n"
				     "1 fork() = 2\n" MDADM(
					     "2", "detail") "2 +++ exited with 0 +++\n");
	cr_expect_eq(diff.logs[MDT_NEW].tasks.len, 3);
	cr_expect_eq(diff.differences, 0);
	end(&diff, &rules);
}

// strace -f prints pids only while there are several processes.
Test(diff, lines_without_a_pid_are_the_first_process)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	compare(&diff, &rules, MDT_LEVEL_SYSCALL,
		"execve(\"/bin/sh\", [\"sh\"], 0x7ffe /* 5 vars */) = 0\n"
		"fork() = 2\n"
		"[pid 1] getuid() = 0\n"
		"[pid 2] getgid() = 0\n"
		"[pid 2] +++ exited with 0 +++\n"
		"exit_group(3) = ?\n"
		"+++ exited with 3 +++\n",
		"7 execve(\"/bin/sh\", [\"sh\"], 0x7ffe /* 5 vars */) = 0\n"
		"7 fork() = 8\n"
		"7 getuid() = 0\n"
		"8 getgid() = 0\n"
		"8 +++ exited with 0 +++\n"
		"7 exit_group(3) = ?\n"
		"7 +++ exited with 3 +++\n");
	cr_expect_eq(diff.logs[MDT_OLD].tasks.len, 2);
	cr_expect_eq(diff.differences, 0);
	end(&diff, &rules);
}

/* ---- repeats ---- */

static void repeat(struct mdt_buf *log, unsigned int count, unsigned int odd)
{
	for (unsigned int i = 0; i < count; i++)
		mdt_buf_printf(log,
			       "1 ioctl(3</dev/loop0>, BLKPG, {op=BLKPG_DEL_PARTITION, "
			       "data={pno=%u}}) = -1 ENXIO (x)\n",
			       i == odd ? 1000 : i);
	mdt_buf_addc(log, '\0');
}

static void compare_repeats(unsigned int old_count, unsigned int new_count,
			    unsigned int odd, struct mdt_diff *diff,
			    struct mdt_diff_rules *rules)
{
	struct mdt_buf a = { 0 }, b = { 0 };

	repeat(&a, old_count, ~0u);
	repeat(&b, new_count, odd);
	compare(diff, rules, MDT_LEVEL_IOCTL, a.str, b.str);
	mdt_buf_deinit(&a);
	mdt_buf_deinit(&b);
}

Test(diff, a_changed_count_is_one_difference)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	compare_repeats(128, 16, ~0u, &diff, &rules);
	cr_expect_eq(diff.differences, 1);
	cr_expect(has_remark(&diff, "BLKPG_DEL_PARTITION on loop0: 128 calls → 16"));
	end(&diff, &rules);
}

Test(diff, an_argument_inside_of_repeats_is_a_difference)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	compare_repeats(128, 128, 77, &diff, &rules);
	cr_expect_eq(diff.differences, 1);
	cr_expect(has_remark(&diff, "BLKPG_DEL_PARTITION on loop0: data.pno 77 → 1000"));
	end(&diff, &rules);
}

Test(diff, repeats_can_be_unfolded)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	cr_assert_null(mdt_diff_rules_off(&rules, SLICE("repeats")));
	compare_repeats(128, 16, ~0u, &diff, &rules);
	cr_expect_eq(diff.differences, 112);
	end(&diff, &rules);
}

/* ---- what is not there ---- */

Test(diff, an_argument_that_one_log_has_not_is_no_difference)
{
	static const char old_log[] =
		"1 ioctl(3</dev/md0>, ADD_NEW_DISK, 0x7ffc19511270) = 0\n"
		"1 ioctl(3</dev/md0>, ADD_NEW_DISK, 0x7ffc19511270) = 0\n"
		"1 write(3</dev/md0>, \"abc\"..., 99) = 99\n";
	static const char new_log[] =
		"1 ioctl(3</dev/md0>, ADD_NEW_DISK, {number=0, major=7}) = 0\n"
		"1 ioctl(3</dev/md0>, ADD_NEW_DISK, {number=1, major=7}) = 0\n"
		"1 write(3</dev/md0>, \"abcdef\"..., 99) = 99\n";
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	compare(&diff, &rules, MDT_LEVEL_SYSCALL, old_log, new_log);
	cr_expect_eq(diff.differences, 0);
	end(&diff, &rules);
	cr_assert_null(mdt_diff_rules_off(&rules, SLICE("absent")));
	compare(&diff, &rules, MDT_LEVEL_SYSCALL, old_log, new_log);
	cr_expect_eq(diff.differences, 3);
	end(&diff, &rules);
}

// A call that hangs is the last thing that a log has of a process.
Test(diff, a_call_that_does_not_end)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	compare(&diff, &rules, MDT_LEVEL_STATES,
		"1 open(\"/dev/md0\", O_RDWR) = 3\n"
		"1 ioctl(3, STOP_ARRAY) = 0\n"
		"2 exit_group(0) = ?\n"
		"2 +++ exited with 0 +++\n",
		"1 open(\"/dev/md0\", O_RDWR) = 3\n"
		"1 ioctl(3, STOP_ARRAY <unfinished ...>\n"
		"2 exit_group(0 <unfinished ...>\n"
		"2 +++ exited with 0 +++\n");
	cr_expect_eq(diff.differences, 1);
	cr_expect(has_remark(&diff, "STOP_ARRAY on md0: result 0 → ?"));
	end(&diff, &rules);
	compare(&diff, &rules, MDT_LEVEL_SYSCALL, "1 exit_group(0) = ?\n",
		"1 exit_group(0 <unfinished ...>\n");
	cr_expect_eq(diff.differences, 0);
	end(&diff, &rules);
}

/* ---- rules of users ---- */

Test(diff, rules_of_users)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;
	uint64_t fired;

	cr_assert_null(mdt_diff_rules_add(&rules, "s|\\bmd(\\d)\\b|md0|"));
	cr_assert_null(mdt_diff_rules_add(&rules, "s/^getuid.*//"));
	compare(&diff, &rules, MDT_LEVEL_SYSCALL,
		"1 open(\"/dev/md0\", O_RDWR) = 3\n1 getuid() = 0\n",
		"1 open(\"/dev/md5\", O_RDWR) = 3\n");
	cr_expect_eq(diff.differences, 0);
	mdt_diff_rules_user(&rules, 0, &fired);
	cr_expect_eq(fired, 2);
	end(&diff, &rules);
}

Test(diff, empty_logs)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	compare(&diff, &rules, MDT_LEVEL_SYSCALL, "", "");
	cr_expect_eq(diff.differences, 0);
	end(&diff, &rules);
	compare(&diff, &rules, MDT_LEVEL_SYSCALL, "", "1 getuid() = 0\n");
	cr_expect_eq(diff.differences, 1);
	end(&diff, &rules);
}

/* ---- the functions that made a call ---- */

#define OPENED		      "open(\"/dev/md0\", O_RDWR) = 3\n"
#define FRAME(file, function) " > " file "(" function "+0x1f) [0x14946]\n"
#define LIBC		      FRAME("/lib/libc.so.6", "ioctl")

Test(diff, calls_move_between_functions)
{
	struct mdt_diff_rules rules = { 0 };
	const struct mdt_diff_relocation *it;
	struct mdt_diff diff;

	compare(&diff, &rules, MDT_LEVEL_MD,
		OPENED
		"ioctl(3, RUN_ARRAY, NULL) = 0\n" LIBC FRAME("/sbin/mdadm", "Create")
			FRAME("/sbin/mdadm", "main") "getpid() = 7\n" FRAME(
				"/sbin/mdadm", "other") "ioctl(3, STOP_ARRAY) = 0\n" LIBC
				FRAME("/sbin/mdadm", "stop.isra.0") LIBC,
		OPENED
		"ioctl(3, RUN_ARRAY, NULL) = 0\n" LIBC FRAME("/sbin/mdadm", "start")
			FRAME("/sbin/mdadm", "Create.part.0") FRAME("/sbin/mdadm", "main")
				FRAME("/sbin/mdadm",
				      "_start") "ioctl(3, STOP_ARRAY) = 0\n" LIBC
					FRAME("/sbin/mdadm", "stop"));
	cr_expect_eq(diff.differences, 0);
	cr_assert_eq(diff.relocation_len, 1);
	it = &diff.relocations[0];
	cr_expect_eq(it->count, 1);
	cr_expect(mdt_slice_eq_cstr(
		mdt_diff_step_origin(&diff, MDT_OLD,
				     mdt_diff_step(&diff, MDT_OLD, it->old_step)),
		"Create < main"));
	cr_expect(mdt_slice_eq_cstr(
		mdt_diff_step_origin(&diff, MDT_NEW,
				     mdt_diff_step(&diff, MDT_NEW, it->new_step)),
		"start < Create < main"));
	end(&diff, &rules);
}

// One that has no stack, or none that says a function, says nothing.
Test(diff, calls_without_a_stack_do_not_move)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	compare(&diff, &rules, MDT_LEVEL_MD,
		OPENED "ioctl(3, RUN_ARRAY, NULL) = 0\n" LIBC FRAME(
			"/sbin/mdadm",
			"Create") "ioctl(3, STOP_ARRAY) = 0\n" LIBC FRAME("/sbin/mdadm",
									  "Stop"),
		OPENED "ioctl(3, RUN_ARRAY, NULL) = 0\n"
		       "ioctl(3, STOP_ARRAY) = 0\n" LIBC " > /sbin/mdadm() [0x14946]\n");
	cr_expect_eq(diff.relocation_len, 0);
	end(&diff, &rules);
}
