// SPDX-License-Identifier: MIT
// Whole runs: guests that lie, VMs that vanish, prologues, what the kernel complains of.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "params.h"
#include "replayed.h"

#define PLAN "# mdtrace: plan 1\n"
#define RAN  "# mdtrace: executed 1\n# mdtrace: guest kernel \"6.1.0\"\n"
#define LOG  "# mdtrace: log \"x.strace\"\n"
#define OPEN "openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = 3\n"
#define STOP "# mdtrace: line 7\nioctl(3, STOP_ARRAY) = 0\n"

static const char plan[] = PLAN LOG OPEN STOP;

static const struct {
	const char *plan, *ran;
	struct mdt_run run;
	int status;
	const char *fault; // what the fault has in it; NULL: there is none
	size_t not_run;
} runs[] = {
	{ plan, RAN LOG OPEN STOP, { 0 }, 0, NULL, 0 },
	{ plan,
	  RAN LOG OPEN "ioctl(3, STOP_ARRAY) = -1 EBUSY (Device or resource busy)\n",
	  { 0 },
	  1,
	  NULL,
	  0 },
	/* guests that lie */
	{ plan,
	  RAN LOG OPEN "ioctl(3, RUN_ARRAY, NULL) = 0\n",
	  { 0 },
	  2,
	  "another call than line 5 of the plan",
	  1 },
	{ plan, RAN LOG OPEN "ioctl(4, STOP_ARRAY) = 0\n", { 0 }, 2, "another call", 1 },
	{ plan,
	  RAN LOG OPEN "7 ioctl(3, STOP_ARRAY) = 0\n",
	  { 0 },
	  2,
	  "another call",
	  1 },
	{ plan,
	  RAN LOG "openat(AT_FDCWD, \"/dev/md1\", O_RDWR) = 3\n" STOP,
	  { 0 },
	  2,
	  "another call",
	  2 },
	{ plan, RAN LOG OPEN "garbage)(\n", { 0 }, 2, "", 1 },
	{ plan, RAN LOG OPEN, { 0 }, 2, "ends after 1 of 2 calls", 1 },
	{ plan, RAN, { 0 }, 2, "ends after 0 of 2 calls", 2 },
	{ plan, RAN LOG OPEN STOP STOP, { 0 }, 2, "has 3 calls where the plan has 2", 0 },
	{ plan, RAN LOG OPEN STOP LOG OPEN, { 0 }, 2, "more sections", 0 },
	{ plan,
	  RAN "# mdtrace: log \"elsewhere/x.strace\"\n" OPEN STOP,
	  { 0 },
	  0,
	  NULL,
	  0 },
	{ plan,
	  RAN "# mdtrace: prologue \"x.strace\"\n" OPEN STOP,
	  { 0 },
	  2,
	  "another section",
	  2 },
	{ plan, RAN LOG OPEN "# mdtrace: settle\n", { 0 }, 2, "something else", 1 },
	{ plan, PLAN LOG OPEN STOP, { 0 }, 2, "not an executed log", 2 },
	{ plan,
	  RAN "# mdtrace: guest failed \"disk: no memory\"\n" LOG OPEN STOP,
	  { 0 },
	  2,
	  "disk: no memory",
	  2 },
	{ plan,
	  RAN "# mdtrace: guest map nonsense\n" LOG OPEN STOP,
	  { 0 },
	  2,
	  "makes no sense: guest map",
	  2 },
	/* what the guest could not do */
	{ plan,
	  RAN LOG OPEN STOP "# mdtrace: not-run \"no such call\"\n",
	  { 0 },
	  2,
	  NULL,
	  1 },
	/* VMs that vanish */
	{ plan, RAN LOG OPEN, { MDT_RUN_PANICKED, { 0 }, { 0 } }, 2, NULL, 1 },
	{ plan, RAN, { MDT_RUN_LOST, { 0 }, { 0 } }, 2, NULL, 2 },
	{ plan, RAN LOG OPEN STOP, { MDT_RUN_TIMED_OUT, { 0 }, { 0 } }, 2, NULL, 0 },
	{ plan, RAN LOG OPEN, { MDT_RUN_FAILED, { 0 }, { 0 } }, 2, NULL, 1 },
	/* the planner's own calls are not counted, but they have to work */
	// No md call: nothing was held against the kernel.
	{ PLAN "# mdtrace: prologue \"p\"\n" OPEN LOG OPEN,
	  RAN "# mdtrace: prologue \"p\"\n" OPEN LOG OPEN,
	  { 0 },
	  2,
	  NULL,
	  0 },
	{ PLAN "# mdtrace: prologue \"p\"\n" OPEN LOG OPEN,
	  RAN
	  "# mdtrace: prologue \"p\"\n"
	  "openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = -1 ENOENT (No such file or directory)\n" LOG
		  OPEN,
	  { 0 },
	  2,
	  NULL,
	  0 },
	{ PLAN LOG "# mdtrace: made \"was open\"\n" OPEN STOP,
	  RAN LOG
	  "openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = -1 EBUSY (Device or resource busy)\n" STOP,
	  { 0 },
	  2,
	  NULL,
	  0 },
};

ParameterizedTestParameters(verdict_runs, status)
{
	return index_params(runs);
}

ParameterizedTest(size_t *i, verdict_runs, status)
{
	struct replayed it;
	struct mdt_slice fault;

	replayed_init(&it, mdt_slice_cstr(runs[*i].plan), mdt_slice_cstr(runs[*i].ran),
		      &runs[*i].run);
	fault = it.verdicts.fault;
	cr_expect_eq(mdt_verdicts_status(&it.verdicts), runs[*i].status, "%zu: %d", *i,
		     mdt_verdicts_status(&it.verdicts));
	cr_expect_eq(it.verdicts.md.kinds[MDT_VERDICT_NOT_RUN] +
			     it.verdicts.other.kinds[MDT_VERDICT_NOT_RUN],
		     runs[*i].not_run, "%zu", *i);
	if (runs[*i].fault && *runs[*i].fault)
		cr_expect(mdt_slice_find(fault, mdt_slice_cstr(runs[*i].fault)),
			  "%zu: %.*s", *i, SLICE_FMT(fault));
	if (!runs[*i].fault)
		cr_expect_eq(fault.len, 0, "%zu: %.*s", *i, SLICE_FMT(fault));
	replayed_deinit(&it);
}

Test(verdict_runs, the_running_call)
{
	static const struct mdt_run lost = { .end = MDT_RUN_PANICKED };
	struct replayed it;

	replayed_init(&it, SLICE(PLAN LOG OPEN STOP STOP), SLICE(RAN LOG OPEN), &lost);
	cr_assert_eq(it.verdicts.running, &it.verdicts.all[1]);
	cr_assert(it.verdicts.all[1].is_running);
	cr_assert_not(it.verdicts.all[2].is_running);
	replayed_deinit(&it);
	// A line without a result is the one that runs.
	replayed_init(&it, SLICE(PLAN LOG OPEN STOP STOP),
		      SLICE(RAN LOG OPEN "ioctl(3, STOP_ARRAY <unfinished ...>\n"),
		      &lost);
	cr_assert_eq(it.verdicts.running, &it.verdicts.all[1]);
	replayed_deinit(&it);
	// The call that ended is not.
	replayed_init(&it, SLICE(PLAN LOG OPEN STOP), SLICE(RAN LOG OPEN STOP), &lost);
	cr_assert_null(it.verdicts.running);
	replayed_deinit(&it);
}

/* ---- which calls count ---- */

Test(verdict_runs, md_calls_and_the_others)
{
	static const char calls[] = LOG OPEN STOP
		"openat(AT_FDCWD, \"/sys/block/md0/uevent\", O_WRONLY) = 4\n"
		"write(4, \"change\", 6) = 6\n"
		"close(4) = 0\n"
		"openat(AT_FDCWD, \"/sys/module/md_mod/parameters/new_array\", O_WRONLY) = 4\n"
		"write(4, \"md7\", 3) = 3\n"
		"ioctl(3, BLKRRPART) = 0\n"
		"openat(AT_FDCWD, \"/dev/loop0\", O_RDWR) = 5\n"
		"write(5, \"x\", 1) = 1\n"
		"ioctl(5, BLKFLSBUF) = 0\n"
		"openat(AT_FDCWD, \"/proc/mdstat\", O_RDONLY) = 6\n"
		"read(6, \"\", 4096) = 0\n"
		"# mdtrace: skipped 4 \"nothing for md\"\n";
	_cleanup_(mdt_buf_deinit) struct mdt_buf a = { 0 }, b = { 0 };
	struct replayed it;

	mdt_buf_adds(&a, PLAN);
	mdt_buf_adds(&a, calls);
	mdt_buf_adds(&b, RAN);
	mdt_buf_adds(&b, calls);
	replayed_init(&it, mdt_buf_slice(&a), mdt_buf_slice(&b), NULL);
	cr_assert_eq(it.verdicts.fault.len, 0);
	cr_expect_eq(it.verdicts.md.calls, 5, "%zu", it.verdicts.md.calls);
	cr_expect_eq(it.verdicts.other.calls, 8, "%zu", it.verdicts.other.calls);
	cr_expect_eq(it.verdicts.other.skipped, 4);
	cr_expect_eq(it.verdicts.all[3].number, 4);
	cr_expect(mdt_slice_eq(it.verdicts.all[3].argument, SLICE("\"change\"")));
	cr_expect(mdt_slice_eq(it.verdicts.all[3].subject, SLICE("md0/uevent")));
	cr_expect(mdt_slice_eq(it.verdicts.all[1].call, SLICE("STOP_ARRAY")));
	cr_expect(mdt_slice_eq(it.verdicts.all[1].subject, SLICE("md0")));
	replayed_deinit(&it);
}

// What mdstat says of an array is drift when that array was to lose its last member.
Test(verdict_runs, mdstat_of_a_broken_array)
{
	static const char fail[] = OPEN
		"ioctl(3, SET_DISK_FAULTY, 0x700) = -1 EBUSY (Device or resource busy)\n";
	static const char *const before[] = { OPEN, fail };
	static const enum mdt_verdict_kind kinds[] = { MDT_VERDICT_DIFFERS,
						       MDT_VERDICT_DRIFT };

	for (size_t i = 0; i < array_size(before); i++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf a = { 0 }, b = { 0 };
		struct replayed it;

		mdt_buf_printf(&a, PLAN "# mdtrace: recorded \"6.1.0\"\n" LOG "%s",
			       before[i]);
		mdt_buf_printf(
			&b,
			"# mdtrace: executed 1\n# mdtrace: guest kernel \"7.3.4\"\n" LOG
			"%s",
			before[i]);
		mdt_buf_adds(&a,
			     "openat(AT_FDCWD, \"/proc/mdstat\", O_RDONLY) = 4\n"
			     "read(4, \"md0 : active raid1 loop0[0]\\n\", 4096) = 28\n");
		mdt_buf_adds(&b,
			     "openat(AT_FDCWD, \"/proc/mdstat\", O_RDONLY) = 4\n"
			     "read(4, \"md0 : broken raid1 loop0[0]\\n\", 4096) = 28\n");
		replayed_init(&it, mdt_buf_slice(&a), mdt_buf_slice(&b), NULL);
		cr_assert_eq(it.verdicts.fault.len, 0);
		cr_expect_eq(it.verdicts.all[it.verdicts.count - 1].kind, kinds[i],
			     "%zu: %d", i, it.verdicts.all[it.verdicts.count - 1].kind);
		replayed_deinit(&it);
	}
}

/* ---- what was seen ---- */

Test(verdict_runs, state_before_and_after)
{
	struct replayed it;

	replayed_init(
		&it, SLICE(PLAN LOG OPEN STOP),
		SLICE(RAN LOG OPEN
		      "# mdtrace: state md0 array_state=\"cl\\\"ean\" degraded=\"0\" level=\"a b\"\n" STOP
		      "# mdtrace: state md0 array_state=\"clear\" degraded level=\"a b\"\n"
		      "# mdtrace: thread - \"md0_raid1\"\n"
		      "# mdtrace: waited 1200 \"in vain\"\n"
		      "# mdtrace: uevent \"change@/x\" \"ACTION=change\" \"A=b c\"\n"),
		NULL);
	const struct mdt_verdict *stop = &it.verdicts.all[1];

	cr_assert(stop->has_before && stop->has_after);
	cr_expect(mdt_slice_eq(stop->before, SLICE("cl\"ean")));
	cr_expect(mdt_slice_eq(stop->after, SLICE("clear")));
	cr_assert_eq(stop->observed.change_count, 2); // level is as it was
	cr_expect(mdt_slice_eq(stop->observed.changes[1].key, SLICE("degraded")));
	cr_expect(stop->observed.changes[1].had && !stop->observed.changes[1].has);
	cr_assert_eq(stop->observed.thread_count, 1);
	cr_expect_not(stop->observed.threads[0].came);
	cr_expect(stop->observed.has_waited && stop->observed.waited == 1200);
	cr_expect(mdt_slice_eq(stop->observed.in_vain, SLICE("in vain")));
	cr_assert_eq(stop->observed.uevents[0].var_count, 2);
	cr_expect_eq(stop->observed.unknown.len, 0);
	replayed_deinit(&it);
}

Test(verdict_runs, an_array_goes)
{
	struct replayed it;

	replayed_init(&it, SLICE(PLAN LOG OPEN STOP),
		      SLICE(RAN LOG OPEN
			    "# mdtrace: state md0 array_state=\"clean\"\n" STOP
			    "# mdtrace: state md0 gone\n"),
		      NULL);
	cr_assert_eq(it.verdicts.all[1].observed.change_count, 1);
	cr_expect_eq(it.verdicts.all[1].observed.changes[0].key.len, 0);
	cr_expect(it.verdicts.all[1].has_before && !it.verdicts.all[1].has_after);
	replayed_deinit(&it);
}

/* ---- complaints ---- */

static const struct {
	const char *seen; // behind the stop
	enum mdt_verdict_kind kind;
	size_t alarms;
	enum mdt_alarm_kind alarm;
	size_t lines; // of the first
} complaints[] = {
	{ "# mdtrace: kernel 6 \"md: md0 stopped.\"\n", MDT_VERDICT_CONFIRMED, 0, 0, 0 },
	{ "# mdtrace: kernel 6 \"md: a\"\n"
	  "# mdtrace: kernel 1 \"BUG: kernel NULL pointer dereference, address: 0000000000000008\"\n"
	  "# mdtrace: kernel 1 \"#PF: supervisor read access in kernel mode\"\n"
	  "# mdtrace: kernel 4 \"Oops: 0000 [#1] PREEMPT SMP NOPTI\"\n"
	  "# mdtrace: kernel 4 \"CPU: 0 PID: 1 Comm: mdadm Not tainted 6.1.0\"\n"
	  "# mdtrace: kernel 4 \"RIP: 0010:md_ioctl+0x10/0x20 [md_mod]\"\n"
	  "# mdtrace: kernel 4 \"Call Trace:\"\n"
	  "# mdtrace: kernel 4 \" <TASK>\"\n"
	  "# mdtrace: kernel 4 \"---[ end trace 0000000000000000 ]---\"\n"
	  "# mdtrace: kernel 6 \"md: b\"\n",
	  MDT_VERDICT_DIFFERS, 1, MDT_ALARM_OOPS, 8 },
	{ "# mdtrace: kernel 4 \"------------[ cut here ]------------\"\n"
	  "# mdtrace: kernel 4 \"WARNING: CPU: 0 PID: 1 at drivers/md/md.c:1 md_run+0x1/0x2\"\n"
	  "# mdtrace: kernel 4 \"Modules linked in: raid1 md_mod\"\n"
	  "# mdtrace: kernel 4 \"---[ end trace 0000000000000000 ]---\"\n"
	  "# mdtrace: kernel 4 \"------------[ cut here ]------------\"\n"
	  "# mdtrace: kernel 4 \"kernel BUG at drivers/md/raid1.c:5!\"\n",
	  MDT_VERDICT_DIFFERS, 2, MDT_ALARM_WARNING, 4 },
	{ "# mdtrace: kernel 3 \"INFO: task md0_raid1:77 blocked for more than 120 seconds.\"\n",
	  MDT_VERDICT_DIFFERS, 1, MDT_ALARM_HUNG, 1 },
	{ "# mdtrace: kernel 4 \"general protection fault, probably for non-canonical address 0x1: 0000 [#1] SMP\"\n",
	  MDT_VERDICT_DIFFERS, 1, MDT_ALARM_OOPS, 1 },
	{ "# mdtrace: kernel 4 \"WARNING: possible circular locking dependency detected\"\n",
	  MDT_VERDICT_DIFFERS, 1, MDT_ALARM_LOCKDEP, 1 },
	{ "# mdtrace: kernel 6 \"md: debugging WARNINGS is BUGgy\"\n",
	  MDT_VERDICT_CONFIRMED, 0, 0, 0 },
};

ParameterizedTestParameters(verdict_runs, complaint)
{
	return index_params(complaints);
}

ParameterizedTest(size_t *i, verdict_runs, complaint)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf ran = { 0 };
	const struct mdt_verdict *stop;
	struct replayed it;

	mdt_buf_adds(&ran, RAN LOG OPEN STOP);
	mdt_buf_adds(&ran, complaints[*i].seen);
	mdt_buf_adds(&ran, OPEN); // and not at this one
	replayed_init(&it, SLICE(PLAN LOG OPEN STOP OPEN), mdt_buf_slice(&ran), NULL);
	stop = &it.verdicts.all[1];
	cr_expect_eq(stop->kind, complaints[*i].kind, "%zu", *i);
	cr_expect_eq(it.verdicts.all[2].kind, MDT_VERDICT_CONFIRMED);
	cr_expect_eq(it.verdicts.alarms, complaints[*i].alarms, "%zu", *i);
	if (complaints[*i].alarms) {
		cr_expect_eq(stop->observed.alarms[0].kind, complaints[*i].alarm);
		cr_expect_eq(stop->observed.alarms[0].count, complaints[*i].lines,
			     "%zu: %zu", *i, stop->observed.alarms[0].count);
	}
	replayed_deinit(&it);
}

/* ---- what follows from what ---- */

#define NOT_OPEN "# mdtrace: not-run \"descriptor 3 is not open here\"\n"

Test(verdict_runs, what_a_lost_descriptor_takes_along)
{
	static const char lost[] = PLAN LOG OPEN "dup(3) = 4\n"
						 "ioctl(4, RAID_VERSION, NULL) = 0\n" STOP
						 "close(3) = 0\n" OPEN STOP;
	static const char ran[] = RAN LOG
		"openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = -1 ENOENT (No such file or "
		"directory)\n"
		"dup(3) = 4\n" NOT_OPEN
		"ioctl(4, RAID_VERSION, NULL) = 0\n" NOT_OPEN STOP NOT_OPEN
		"close(3) = 0\n" NOT_OPEN OPEN STOP;
	const struct mdt_verdict *all;
	struct replayed it;

	replayed_init(&it, mdt_slice_cstr(lost), mdt_slice_cstr(ran), NULL);
	cr_assert_eq(it.verdicts.count, 7);
	all = it.verdicts.all;
	cr_expect_eq(all[0].kind, MDT_VERDICT_DIFFERS);
	cr_expect_eq(all[0].followers, 4);
	for (size_t i = 1; i < 5; i++) {
		cr_expect_eq(all[i].cause, &all[0], "%zu", i);
		cr_expect_eq(all[i].kind, MDT_VERDICT_NOT_RUN, "%zu", i);
	}
	for (size_t i = 5; i < 7; i++) {
		cr_expect_null(all[i].cause, "%zu", i);
		cr_expect_eq(all[i].kind, MDT_VERDICT_CONFIRMED, "%zu", i);
	}
	replayed_deinit(&it);
}
