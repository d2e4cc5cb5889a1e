// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <glob.h>
#include <stdlib.h>

#include "diff/baseline.h"
#include "diff/diff.h"

// The normalised text of the last call of a log; owned by texts.
static struct mdt_slice last_text(struct mdt_diff_rules *rules, const char *log,
				  struct mdt_diff_texts *texts)
{
	struct mdt_slice ret = { 0 };
	struct mdt_diff_log read;

	cr_assert_null(mdt_diff_log_parse("log", mdt_slice_cstr(log), rules,
					  mdt_ioctl_builtin(), texts, NULL, &read));
	if (read.len)
		ret = texts->items[read.calls[read.len - 1].text].text;
	mdt_diff_log_deinit(&read);
	return ret;
}

/* ---- what becomes of a call, and by which rule ---- */

static const struct {
	const char *log, *text; // text "": the call is dropped
	enum mdt_diff_rule rule;
} cases[] = {
	{ "7 getpid() = 7", "getpid() = 1<self>", MDT_RULE_PIDS },
	{ "7 clone(flags=SIGCHLD) = 8\n7 kill(8, SIGTERM) = 0",
	  "kill(1<child>, SIGTERM) = 0", MDT_RULE_PIDS },
	{ "7 fork() = 8\n8 getppid() = 7", "getppid() = 1<parent>", MDT_RULE_PIDS },
	{ "open(\"/proc/1234/comm\", O_RDONLY) = -1 ENOENT (No such file)",
	  "open(\"/proc/0/comm\", O_RDONLY) = -1 ENOENT", MDT_RULE_PIDS },
	{ "rt_sigaction(SIGINT, {sa_handler=0x55d0f3c0}, NULL, 8) = 0",
	  "rt_sigaction(SIGINT, {sa_handler=ADDR}, NULL, 8) = 0", MDT_RULE_ADDRESSES },
	{ "getdents64(FD, 0x5630478fd1f0 /* 8 entries */, 32768) = 232",
	  "getdents(FD, ADDR, 32768) = 232", MDT_RULE_ADDRESSES },
	{ "ioctl(4, RUN_ARRAY, 0x7ffc19511270) = 0", "ioctl(FD, RUN_ARRAY, ADDR) = 0",
	  MDT_RULE_ADDRESSES },
	{ "open(\"/dev/md0\", O_RDWR) = 9\nclose(9) = 0", "close(3</dev/md0>) = 0",
	  MDT_RULE_DESCRIPTORS },
	{ "close(9</dev/md0<block 9:0>>) = 0", "close(3</dev/md0>) = 0",
	  MDT_RULE_DESCRIPTORS },
	{ "clock_gettime(CLOCK_REALTIME, {tv_sec=1700000000, tv_nsec=1}) = 0",
	  "clock_gettime(CLOCK_REALTIME, TIME) = 0", MDT_RULE_TIMES },
	{ "stat(\"/x\", {st_mode=S_IFREG|0644, st_mtime=1700000000}) = 0",
	  "stat(\"/x\", {st_mode=S_IFREG|0644, st_mtime=TIME}) = 0", MDT_RULE_TIMES },
	{ "mknod(\"/dev/.tmp.md.1419:9:100\", S_IFBLK|0600, makedev(9, 100)) = 0",
	  "mknod(\"/dev/.tmp.md.0:9:100\", S_IFBLK|0600, makedev(9, 100)) = 0",
	  MDT_RULE_TEMP_NAMES },
	{ "rename(\"/run/mdadm/map.new\", \"/run/mdadm/map\") = 0",
	  "rename(\"/run/mdadm/map\", \"/run/mdadm/map\") = 0", MDT_RULE_TEMP_NAMES },
	{ "unlink(\"/var/tmp/x.aB3xY9\") = 0", "unlink(\"/var/tmp/x.XXXXXX\") = 0",
	  MDT_RULE_TEMP_NAMES },
	{ "write(1, \"/tmp/tmp.BeSKaxvkP2\\n\", 20) = 20",
	  "write(1, \"/tmp/tmp.XXXXXX\\n\", 20) = 20", MDT_RULE_TEMP_NAMES },
	{ "open(\"/tmp/q9vl_l1_\", O_RDWR|O_CREAT|O_EXCL, 0600) = -1 EEXIST (File exists)",
	  "open(\"/tmp/XXXXXX\", O_RDWR|O_CREAT|O_EXCL, 0600) = -1 EEXIST",
	  MDT_RULE_TEMP_NAMES },
	{ "readlink(\"/proc/self\", \"26025\", 12) = 5",
	  "readlink(\"/proc/self\", \"0\", 12) = 5", MDT_RULE_PIDS },
	{ "clone3({flags=CLONE_VM, stack_size=0x7fff80} => {parent_tid=[901]}, 88) = -1 EAGAIN (x)",
	  "clone3({flags=CLONE_VM, stack_size=ADDR} => {parent_tid=PID}, 88) = -1 EAGAIN",
	  MDT_RULE_PIDS },
	{ "getrandom(\"\\x8f\\x68\", 2, 0) = 2", "getrandom(RANDOM, 2, 0) = 2",
	  MDT_RULE_RANDOM },
	{ "open(\"/dev/urandom\", O_RDONLY) = 3\nread(3, \"M\\17\", 2) = 2",
	  "read(3</dev/urandom>, RANDOM, 2) = 2", MDT_RULE_RANDOM },
	{ "write(5, \"md0 1.2 3af4190e:482339bb:2d39af32:36cc3cf7 /dev/md0\\n\", 53) = 53",
	  "write(FD, \"md0 1.2 ffffffff:ffffffff:ffffffff:ffffffff /dev/md0\\n\", 53) = 53",
	  MDT_RULE_UUIDS },
	{ "write(5, \"md0 1.2 3af4190e:482339bb:2d3\"..., 53) = 53",
	  "write(FD, \"md0 1.2 ffffffff:ffffffff:fff\"..., 53) = 53", MDT_RULE_UUIDS },
	{ "open(\"/dev/disk/by-uuid/123e4567-e89b-12d3-a456-426614174000\", O_RDONLY) = -1 ENOENT (x)",
	  "open(\"/dev/disk/by-uuid/ffffffff-ffff-ffff-ffff-ffffffffffff\", O_RDONLY) = -1 ENOENT",
	  MDT_RULE_UUIDS },
	{ "ioctl(4, GET_ARRAY_INFO, {major_version=1, ctime=1700000000, utime=1700000001}) = 0",
	  "ioctl(FD, GET_ARRAY_INFO, {major_version=1, ctime=TIME, utime=TIME}) = 0",
	  MDT_RULE_COUNTERS },
	{ "fstat(9</x>, {st_dev=makedev(0, 0x15), st_ino=77, st_mode=S_IFREG|0644}) = 0",
	  "fstat(3</x>, {st_dev=INODE, st_ino=INODE, st_mode=S_IFREG|0644}) = 0",
	  MDT_RULE_INODES },
	{ "read(9</proc/mdstat>, \"md0 : active\\n [>...]  resync = 3.2% (12/39) finish=0.1min\\n\", 99) = 99",
	  "read(3</proc/mdstat>, \"md0 : active\\n [>]  resync = 0% (0/0) finish=0min\\n\", 99) = 99",
	  MDT_RULE_PROGRESS },
	{ "read(9</x>, \"clean\\n\", 4096) = 6", "read(3</x>, \"clean\\n\", SIZE) = 6",
	  MDT_RULE_READ_SIZE },
	{ "execve(\"/sbin/mdadm\", [\"mdadm\"], 0x7ffd0b975940 /* 5 vars */) = 0",
	  "execve(\"mdadm\", [\"mdadm\"], ENV) = 0", MDT_RULE_ENVIRONMENT },
	{ "openat(AT_FDCWD, \"/lib/x86_64-linux-gnu/libc.so.6\", O_RDONLY|O_CLOEXEC) = 3",
	  "", MDT_RULE_LOADER },
	{ "set_tid_address(0x7f3d60c38510) = 343", "", MDT_RULE_LOADER },
	{ "mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f3d60e7e000",
	  "", MDT_RULE_MEMORY },
	{ "futex(0x7f3d60e7e000, FUTEX_WAIT_PRIVATE, 2, NULL) = 0", "", MDT_RULE_LOCKS },
	{ "wait4(-1, NULL, WNOHANG, NULL) = 0", "", MDT_RULE_WAITS },
	{ "--- SIGCHLD {si_signo=SIGCHLD, si_pid=9} ---", "", MDT_RULE_SIGNALS },
	{ "read(9</x>, 0x7ffc0000, 9) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)",
	  "", MDT_RULE_RESTARTS },
	{ "openat(AT_FDCWD, \"/x\", O_RDONLY) = -1 ENOENT (No such file)",
	  "open(\"/x\", O_RDONLY) = -1 ENOENT", MDT_RULE_CALL_NAMES },
	{ "newfstatat(9</x>, \"\", {st_mode=S_IFREG|0644}, AT_EMPTY_PATH) = 0",
	  "fstat(3</x>, {st_mode=S_IFREG|0644}) = 0", MDT_RULE_CALL_NAMES },
};

static struct criterion_test_params indices(size_t count)
{
	size_t *ret = cr_malloc(count * sizeof(*ret));

	for (size_t i = 0; i < count; i++)
		ret[i] = i;
	return cr_make_param_array(size_t, ret, count, NULL);
}

ParameterizedTestParameters(diff_normal, rule)
{
	return indices(array_size(cases));
}

ParameterizedTest(size_t *i, diff_normal, rule)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff_texts texts = { 0 };
	struct mdt_slice text = last_text(&rules, cases[*i].log, &texts);

	cr_expect(mdt_slice_eq_cstr(text, cases[*i].text),
		  "%s\n  gives    %.*s\n  expected %s", cases[*i].log, SLICE_FMT(text),
		  cases[*i].text);
	cr_expect_gt(rules.fired[cases[*i].rule], 0, "%s", cases[*i].log);
	mdt_diff_texts_deinit(&texts);
	// Without the rule it is another text.
	mdt_diff_rules_deinit(&rules);
	cr_assert_null(mdt_diff_rules_off(
		&rules, mdt_slice_cstr(mdt_diff_rule_rows[cases[*i].rule].name)));
	text = last_text(&rules, cases[*i].log, &texts);
	cr_expect_not(mdt_slice_eq_cstr(text, cases[*i].text), "%s: %.*s",
		      mdt_diff_rule_rows[cases[*i].rule].name, SLICE_FMT(text));
	cr_expect_eq(rules.fired[cases[*i].rule], 0);
	mdt_diff_texts_deinit(&texts);
	mdt_diff_rules_deinit(&rules);
}

/* ---- what must stay ---- */

static const char *const kept[] = {
	"write(1, \"/tmp/mdadm.conf\\n\", 20) = 20",
	"prctl(PR_CAPBSET_READ, 0x30000 /* CAP_??? */) = -1 EINVAL",
	"ioctl(3</dev/md0>, SET_DISK_FAULTY, makedev(0x7, 0x1)) = 0",
	"open(\"/dev/md0\", O_RDWR|O_EXCL|0x40000000) = -1 EBUSY",
	"+++ killed by SIGKILL +++",
	"--- SIGINT ---",
	// Fields that rules take for descriptors and pids, and are none.
	"poll([{fd=-1, events=POLLIN}], 1, 0) = 0",
	"fcntl(0, F_GETLK, {l_type=F_UNLCK, l_len=4096, l_pid=0}) = 0",
	"sendto(FD, [{nlmsg_len=20, nlmsg_pid=0}], 20, 0, NULL, 0) = 20",
	"poll([{fd={fd={fd=NULL}}}], 1, 0) = 0",
};

ParameterizedTestParameters(diff_normal, stays)
{
	return indices(array_size(kept));
}

ParameterizedTest(size_t *i, diff_normal, stays)
{
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff_texts texts = { 0 };
	struct mdt_slice text = last_text(&rules, kept[*i], &texts);

	cr_expect(mdt_slice_eq_cstr(text, kept[*i]), "%s\n  gives %.*s", kept[*i],
		  SLICE_FMT(text));
	mdt_diff_texts_deinit(&texts);
	mdt_diff_rules_deinit(&rules);
}

/* ---- a baseline is the same log ---- */

static void compare(const char *path, struct mdt_slice baseline, size_t *differences,
		    struct mdt_buf *again)
{
	static const struct mdt_diff_options options = { .level = MDT_LEVEL_SYSCALL };
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;

	mdt_diff_init(&diff, &rules, table, &options);
	cr_assert_null(mdt_diff_log_read(path, &rules, table, &diff.texts, NULL,
					 &diff.logs[MDT_OLD]));
	cr_assert_null(mdt_diff_log_parse("baseline", baseline, &rules, table,
					  &diff.texts, NULL, &diff.logs[MDT_NEW]));
	cr_assert_null(mdt_diff_run(&diff));
	*differences = diff.differences;
	cr_assert_null(mdt_diff_baseline(&diff.logs[MDT_NEW], &diff.texts,
					 MDT_LEVEL_SYSCALL, again));
	mdt_diff_deinit(&diff);
	mdt_diff_rules_deinit(&rules);
}

static void check_baseline(const char *path)
{
	struct mdt_buf first = { 0 }, second = { 0 };
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff_options options = { .level = MDT_LEVEL_SYSCALL };
	struct mdt_diff diff;
	size_t differences;

	mdt_diff_init(&diff, &rules, mdt_ioctl_builtin(), &options);
	cr_assert_null(mdt_diff_log_read(path, &rules, mdt_ioctl_builtin(), &diff.texts,
					 NULL, &diff.logs[MDT_OLD]));
	cr_assert_null(mdt_diff_know_texts(&diff));
	cr_assert_null(mdt_diff_baseline(&diff.logs[MDT_OLD], &diff.texts,
					 MDT_LEVEL_SYSCALL, &first));
	mdt_diff_deinit(&diff);
	mdt_diff_rules_deinit(&rules);
	compare(path, mdt_buf_slice(&first), &differences, &second);
	cr_expect_eq(differences, 0, "%s: %zu differences", path, differences);
	cr_expect(mdt_slice_eq(mdt_buf_slice(&first), mdt_buf_slice(&second)),
		  "%s: the baseline's baseline is another", path);
	mdt_buf_deinit(&first);
	mdt_buf_deinit(&second);
}

Test(diff_normal, baselines_are_the_same_logs)
{
	glob_t logs;

	cr_assert_eq(glob(MDT_SOURCE_DIR "/traces/*/*.strace", 0, NULL, &logs), 0);
	for (size_t i = 0; i < logs.gl_pathc; i++)
		check_baseline(logs.gl_pathv[i]);
	cr_expect_gt(logs.gl_pathc, 20);
	globfree(&logs);
}
