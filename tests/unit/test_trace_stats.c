// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <stdlib.h>

#include "strace/reader.h"
#include "trace/stats.h"

static void count(struct mdt_stats *stats, struct mdt_slice log)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_event event;
	bool got;

	cr_assert_null(mdt_reader_create_memory("log", log, &reader));
	mdt_stats_begin(stats, "log");
	for (;;) {
		cr_assert_null(mdt_reader_next(reader, &event, &got));
		if (!got)
			break;
		cr_assert_null(mdt_stats_add(stats, &event));
	}
}

static const struct mdt_slice sample =
	SLICE_INIT("1  ioctl(3, 0x932, {a=1}) = 0  -----STOP_ARRAY\n"
		   "1  close(3) = -1 EBADF (Bad file descriptor)\r\n"
		   "1  ioctl(3, 0x932) = -1 EBUSY (Device or resource busy)\n"
		   "1  read(3,  <unfinished ...>\n"
		   "2  read(3,  <unfinished ...>\n"
		   "1  <... read resumed>\"x\", 1) = 1\n"
		   "2  <... read resumed>0x7f, 1) = -1 EIO (Input/output error)\n"
		   "3  pause( <unfinished ...>\n"
		   "3  --- SIGCHLD {si_signo=SIGCHLD} ---\n"
		   "3  +++ killed by SIGKILL +++\n"
		   "2  close(4) = 0\n"
		   "\n"
		   "what is this");

Test(trace_stats, lines_of_each_kind)
{
	static const uint64_t kinds[MDT_EVENT_KINDS] = {
		[MDT_EVENT_CALL] = 4,	 [MDT_EVENT_UNFINISHED] = 3,
		[MDT_EVENT_RESUMED] = 2, [MDT_EVENT_SIGNAL] = 1,
		[MDT_EVENT_EXIT] = 1,	 [MDT_EVENT_BLANK] = 1,
		[MDT_EVENT_UNKNOWN] = 1,
	};
	struct mdt_stats stats = { 0 };

	count(&stats, sample);
	for (size_t i = 0; i < MDT_EVENT_KINDS; i++)
		cr_expect_eq(stats.kinds[i], kinds[i], "%s: %llu",
			     mdt_event_kind_name((enum mdt_event_kind)i),
			     (unsigned long long)stats.kinds[i]);
	cr_expect_eq(stats.lines, 13);
	cr_expect_eq(stats.bytes, sample.len);
	cr_expect_eq(stats.notes, 1);
	mdt_stats_deinit(&stats);
}

Test(trace_stats, calls_by_how_often_then_by_name)
{
	static const struct {
		const char *name;
		uint64_t calls, errors, unfinished;
	} rows[] = {
		{ "close", 2, 1, 0 },
		{ "ioctl", 2, 1, 0 },
		{ "read", 2, 1, 2 },
		{ "pause", 0, 0, 1 },
	};
	const struct mdt_call_stats **calls;
	struct mdt_stats stats = { 0 };

	count(&stats, sample);
	cr_assert_null(mdt_stats_sorted(&stats.names, MDT_STATS_BY_CALLS, &calls));
	cr_assert_eq(stats.names.live, array_size(rows));
	for (size_t i = 0; i < array_size(rows); i++) {
		cr_expect(mdt_slice_eq_cstr(calls[i]->name, rows[i].name), "%zu: %.*s", i,
			  SLICE_FMT(calls[i]->name));
		cr_expect_eq(calls[i]->calls, rows[i].calls, "%s", rows[i].name);
		cr_expect_eq(calls[i]->errors, rows[i].errors, "%s", rows[i].name);
		cr_expect_eq(calls[i]->unfinished, rows[i].unfinished, "%s",
			     rows[i].name);
	}
	free(calls);
	mdt_stats_deinit(&stats);
}

static uint64_t count_values(const char *log)
{
	struct mdt_stats stats = { 0 };
	uint64_t values;

	count(&stats, mdt_slice_cstr(log));
	values = stats.values;
	mdt_stats_deinit(&stats);
	return values;
}

// Each value in an argument, and what hangs on it, is one more.
Test(trace_stats, values)
{
	uint64_t none = count_values("f() = 0\n");

	cr_expect_eq(count_values("f(3) = 0\n"), none + 1);
	cr_expect_eq(count_values("f(1, {a=2, b=[3, 4]}) = 0\n"), none + 6);
	cr_expect_eq(count_values("f(3</dev/md0>, A|B) = 0\n"), none + 5);
	cr_expect_eq(count_values("f(3) = 0\nf(3) = 0\n"), 2 * none + 2);
	cr_expect_eq(count_values("--- SIGCHLD {si_signo=SIGCHLD} ---\n"), 0);
}

// More names than are remembered by their hash, so that many share one.
Test(trace_stats, names_are_never_taken_for_others)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };
	const struct mdt_call_stats **calls;
	struct mdt_stats stats = { 0 };

	for (unsigned int round = 0; round < 3; round++)
		for (unsigned int i = 0; i < 1000; i++)
			mdt_buf_printf(&log, "%s%04u(3) = 0\n", i % 2 ? "s" : "x", i);
	count(&stats, mdt_buf_slice(&log));
	cr_expect_eq(stats.names.live, 1000);
	cr_assert_null(mdt_stats_sorted(&stats.names, MDT_STATS_BY_CALLS, &calls));
	for (size_t i = 0; i < stats.names.live; i++) {
		cr_expect_eq(calls[i]->calls, 3);
		if (i)
			cr_expect_lt(mdt_slice_cmp(calls[i - 1]->name, calls[i]->name),
				     0);
	}
	free(calls);
	mdt_stats_deinit(&stats);
}

Test(trace_stats, of_nothing)
{
	const struct mdt_call_stats **calls = (void *)&calls;
	struct mdt_stats stats = { 0 };

	cr_assert_null(mdt_stats_sorted(&stats.names, MDT_STATS_BY_CALLS, &calls));
	cr_expect_null(calls);
	mdt_stats_deinit(&stats);
}

// Counts outlive the log, and those of several logs add up.
Test(trace_stats, of_two_logs)
{
	const struct mdt_call_stats **calls;
	struct mdt_stats stats = { 0 };

	for (int i = 0; i < 2; i++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };

		mdt_buf_adds(&log, "close(3) = 0\n");
		count(&stats, mdt_buf_slice(&log));
	}
	cr_assert_null(mdt_stats_sorted(&stats.names, MDT_STATS_BY_CALLS, &calls));
	cr_assert_eq(stats.names.live, 1);
	cr_expect(mdt_slice_eq(calls[0]->name, SLICE("close")));
	cr_expect_eq(calls[0]->calls, 2);
	free(calls);
	mdt_stats_deinit(&stats);
}

/* ---- time ---- */

#define MS UINT64_C(1000000)
#define S  (1000 * MS)

static void expect_times(const struct mdt_times *times, uint64_t n, uint64_t total,
			 uint64_t longest)
{
	cr_expect_eq(times->count, n, "%llu", (unsigned long long)times->count);
	cr_expect_eq(times->total, total, "%llu", (unsigned long long)times->total);
	cr_expect_eq(times->longest, longest, "%llu", (unsigned long long)times->longest);
}

// The duration of a call that was resumed is that of the resumed line.
Test(trace_stats, durations)
{
	static const struct mdt_slice log =
		SLICE_INIT("1  read(3,  <unfinished ...>\n"
			   "2  close(4) = -1 EBADF (Bad file descriptor) <0.000004>\n"
			   "1  <... read resumed>\"x\", 1) = 1 <2.5>\n"
			   "1  read(3, \"\", 1) = 0 <0.000000500>\n"
			   "1  read(3, \"\", 1) = 0\n"
			   "1  exit_group(0) = ?\n");
	const struct mdt_call_stats **calls;
	struct mdt_stats stats = { 0 };

	count(&stats, log);
	expect_times(&stats.durations, 3, 2500 * MS + 4500, 2500 * MS);
	cr_assert_null(mdt_stats_sorted(&stats.names, MDT_STATS_BY_TIME, &calls));
	cr_expect(mdt_slice_eq(calls[0]->name, SLICE("read")));
	cr_expect_eq(calls[0]->calls, 3);
	expect_times(&calls[0]->times, 2, 2500 * MS + 500, 2500 * MS);
	cr_expect_eq(mdt_times_average(&calls[0]->times), 1250 * MS + 250);
	cr_expect_eq(mdt_times_average(&calls[2]->times), 0);
	free(calls);
	cr_assert_eq(stats.slowest.count, 3);
	cr_expect_eq(stats.slowest.calls[0].line, 3);
	cr_expect(mdt_slice_eq(mdt_buf_slice(&stats.slowest.calls[0].text),
			       SLICE("read(3, \"x\", 1) = 1")),
		  "%.*s", SLICE_FMT(mdt_buf_slice(&stats.slowest.calls[0].text)));
	cr_expect_eq(stats.slowest.calls[1].line, 2);
	cr_expect_eq(stats.pauses.count, 0);
	mdt_stats_deinit(&stats);
}

// Only so many are kept, and of those that took as long, the first.
Test(trace_stats, slowest)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };
	struct mdt_stats stats = { 0 };

	for (unsigned int i = 1; i <= 100; i++)
		mdt_buf_printf(&log, "close(%u) = 0 <0.0000%02u>\n", i, i / 2);
	count(&stats, mdt_buf_slice(&log));
	cr_assert_eq(stats.slowest.count, MDT_STATS_TOP);
	for (unsigned int i = 0; i < MDT_STATS_TOP; i++)
		cr_expect_eq(stats.slowest.calls[i].line,
			     i == 0 ? 100 : 98 - (i - 1) / 2 * 2 + (i - 1) % 2, "%u: %lu",
			     i, stats.slowest.calls[i].line);
	mdt_stats_deinit(&stats);
}

// From the end of a process's call to its next one, whoever else is in between.
Test(trace_stats, pauses)
{
	static const struct {
		const char *log;
		uint64_t count, total, longest, from_start;
	} rows[] = {
		{ "1 10:00:00.000000 f() = 0 <0.250000>\n"
		  "2 10:00:00.100000 f() = 0 <0.000000>\n"
		  "1 10:00:01.000000 f() = 0 <0.000000>\n",
		  1, 750 * MS, 750 * MS, 0 },
		{ "1 10:00:00.000000 f( <unfinished ...>\n"
		  "1 10:00:02.000000 <... f resumed>) = 0\n"
		  "1 10:00:02.500000 f() = 0\n"
		  "1 10:00:04.500000 f() = 0\n",
		  2, 2500 * MS, 2 * S, 1 },
		{ "10:00:00 f() = 0\n10:00:03 f() = 0\n", 1, 3 * S, 3 * S, 1 },
		{ "1700000000.5 f() = 0\n1700000001.75 f() = 0\n", 1, 1250 * MS,
		  1250 * MS, 1 },
		{ "     0.000000 f() = 0 <0.1>\n"
		  "     0.500000 f() = 0 <0.1>\n"
		  "     0.050000 f() = 0 <0.1>\n",
		  2, 400 * MS, 400 * MS, 0 },
		// Midnight; and two lines out of order, which is no midnight.
		{ "23:59:59.5 f() = 0\n00:00:00.5 f() = 0\n00:00:02.0 f() = 0\n", 2,
		  2500 * MS, 1500 * MS, 2 },
		{ "10:00:00.5 f() = 0\n10:00:00.4 f() = 0\n", 1, 0, 0, 1 },
		// Another process of the same pid.
		{ "1 10:00:00.0 f() = 0\n1 10:00:00.1 +++ exited with 0 +++\n"
		  "1 10:00:09.0 f() = 0\n",
		  0, 0, 0, 0 },
		{ "f() = 0\nf() = 0\n", 0, 0, 0, 0 },
	};

	array_for_each (it, rows) {
		struct mdt_stats stats = { 0 };

		count(&stats, mdt_slice_cstr(it->log));
		expect_times(&stats.pauses, it->count, it->total, it->longest);
		cr_expect_eq(stats.pauses_from_start, it->from_start, "%s", it->log);
		mdt_stats_deinit(&stats);
	}
}

// What no clock shows is no overflow.
Test(trace_stats, times_beyond_all_measure)
{
	struct mdt_stats stats = { 0 };

	count(&stats, SLICE("99999999999999999999999 f() = 0 <99999999999999999999>\n"
			    "99999999999:00:00 f() = 0 <9999999999999999.0>\n"));
	cr_expect_eq(stats.durations.count, 0);
	cr_expect_eq(stats.pauses.count, 0);
	mdt_stats_deinit(&stats);
}

/* ---- ioctls ---- */

// However the log spells a request, it is one; on another device it is another.
Test(trace_stats, ioctls_by_name_and_device)
{
	static const struct mdt_slice log = SLICE_INIT(
		"1  openat(AT_FDCWD, \"/dev/md1\", O_RDONLY) = 3\n"
		"1  ioctl(3, 0x932) = -1 EBUSY (Device or resource busy) <0.1>\n"
		"1  ioctl(3, STOP_ARRAY) = 0 <0.2>\n"
		"1  ioctl(3, STOP_ARRAY) = 0 <0.2>\n"
		"1  close(3) = 0\n"
		"1  openat(AT_FDCWD, \"/dev/md2\", O_RDONLY) = 3\n"
		"1  ioctl(3, STOP_ARRAY <unfinished ...>\n"
		"1  <... ioctl resumed>) = 0 <0.7>\n"
		"1  ioctl(9, 0x12345678, 0) = 0\n");
	static const struct {
		const char *name, *device;
		uint64_t calls, errors, unfinished, ms;
	} rows[] = {
		{ "STOP_ARRAY", "md2", 1, 0, 1, 700 },
		{ "STOP_ARRAY", "md1", 3, 1, 0, 500 },
		{ "_IOC(_IOC_NONE, 0x56, 0x78, 0x1234)", "", 1, 0, 0, 0 },
	};
	const struct mdt_call_stats **calls;
	struct mdt_stats stats = { 0 };

	count(&stats, log);
	cr_assert_null(mdt_stats_sorted(&stats.ioctls, MDT_STATS_BY_TIME, &calls));
	cr_assert_eq(stats.ioctls.live, array_size(rows));
	for (size_t i = 0; i < array_size(rows); i++) {
		cr_expect(mdt_slice_eq_cstr(calls[i]->name, rows[i].name), "%zu: %.*s", i,
			  SLICE_FMT(calls[i]->name));
		cr_expect(mdt_slice_eq_cstr(calls[i]->device, rows[i].device),
			  "%zu: %.*s", i, SLICE_FMT(calls[i]->device));
		cr_expect_eq(calls[i]->calls, rows[i].calls);
		cr_expect_eq(calls[i]->errors, rows[i].errors);
		cr_expect_eq(calls[i]->unfinished, rows[i].unfinished);
		cr_expect_eq(calls[i]->times.total, rows[i].ms * MS);
	}
	free(calls);
	mdt_stats_deinit(&stats);
}

Test(trace_stats, orders)
{
	static const char *const firsts[] = {
		[MDT_STATS_BY_TIME] = "slow",
		[MDT_STATS_BY_CALLS] = "often",
		[MDT_STATS_BY_ERRORS] = "wrong",
		[MDT_STATS_BY_NAME] = "first",
	};
	struct mdt_stats stats = { 0 };

	count(&stats, SLICE("often() = 0 <0.1>\noften() = 0 <0.1>\noften() = 0 <0.1>\n"
			    "wrong() = -1 EIO (Input/output error) <0.1>\n"
			    "first() = 0 <0.1>\nslow() = 0 <0.9>\n"));
	for (size_t i = 0; i < array_size(firsts); i++) {
		const struct mdt_call_stats **calls;

		cr_assert_null(
			mdt_stats_sorted(&stats.names, (enum mdt_stats_order)i, &calls));
		cr_expect(mdt_slice_eq_cstr(calls[0]->name, firsts[i]), "%.*s",
			  SLICE_FMT(calls[0]->name));
		free(calls);
	}
	mdt_stats_deinit(&stats);
}
