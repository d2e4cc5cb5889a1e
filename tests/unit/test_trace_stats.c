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
	cr_assert_null(mdt_stats_sorted(&stats, &calls));
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
	cr_assert_null(mdt_stats_sorted(&stats, &calls));
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

	cr_assert_null(mdt_stats_sorted(&stats, &calls));
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
	cr_assert_null(mdt_stats_sorted(&stats, &calls));
	cr_assert_eq(stats.names.live, 1);
	cr_expect(mdt_slice_eq(calls[0]->name, SLICE("close")));
	cr_expect_eq(calls[0]->calls, 2);
	free(calls);
	mdt_stats_deinit(&stats);
}
