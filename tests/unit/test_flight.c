// SPDX-License-Identifier: MIT
// Logs that end before their calls do, and calls that failed without an errno.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "params.h"

#include "annotate/flight.h"
#include "strace/reader.h"

static const unsigned int all_topics = MDT_TOPIC_IOCTL | MDT_TOPIC_MD | MDT_TOPIC_BLOCK;

static void follow(const char *log, struct mdt_flights *flights)
{
	struct mdt_annotator annotator;
	const struct mdt_annotation *annotation;
	struct mdt_reader *reader;
	struct mdt_event event;
	bool got;

	mdt_annotator_init(&annotator, mdt_ioctl_builtin());
	cr_assert_null(mdt_reader_create_memory("test", mdt_slice_cstr(log), &reader));
	while (!mdt_reader_next(reader, &event, &got) && got) {
		cr_assert_null(mdt_annotate(&annotator, &event, all_topics, &annotation));
		cr_assert_null(mdt_flights_follow(flights, "test", &event, annotation));
	}
	mdt_reader_destroy(reader);
	mdt_annotator_deinit(&annotator);
}

#define OPEN "open(\"/dev/md0\", O_RDWR) = 3\n"

struct flight_case {
	const char *log, *says; // all flights, a line each
};

static const struct flight_case flight_cases[] = {
	{ OPEN "ioctl(3, 0x40140921, 0x95fd128 <unfinished ...>\n"
	       "+++ killed by SIGSEGV +++\n",
	  "in flight since line 2: ADD_NEW_DISK on md0 (9:0), argument not in the log: mdu_disk_info_t, 20 bytes: never returned, killed by SIGSEGV\n" },
	{ "8 open(\"/dev/md0\", O_RDWR <unfinished ...>\n8 +++ killed by SIGSEGV +++\n",
	  "in flight since line 1, process 8: open on md0 (9:0): never returned, killed by SIGSEGV\n" },
	// cut, with and without the end of the line
	{ OPEN "ioctl(3, RUN_ARRAY, 0x7ffe\n",
	  "in flight since line 2: RUN_ARRAY on md0 (9:0): no result when the log ends\n" },
	{ OPEN "ioctl(3, RUN_ARRAY, 0x7ffe",
	  "in flight since line 2: RUN_ARRAY on md0 (9:0): no result when the log ends\n" },
	{ OPEN "ioctl(3, RUN_ARRAY, 0)   = ",
	  "in flight since line 2: RUN_ARRAY on md0 (9:0): no result when the log ends\n" },
	{ OPEN "ioctl(3, STOP_ARRAY, 0)\n",
	  "in flight since line 2: STOP_ARRAY on md0 (9:0): no result when the log ends\n" },
	{ OPEN "ioctl(3, STOP_ARRAY, 0) = ?\n",
	  "in flight since line 2: STOP_ARRAY on md0 (9:0): no result when the log ends\n" },
	// it ended after all, or the process went on
	{ OPEN "ioctl(3, STOP_ARRAY, 0 <unfinished ...>\n<... ioctl resumed>) = 0\n",
	  "" },
	{ OPEN "ioctl(3, STOP_ARRAY, 0)\nclose(3) = 0\n", "" },
	{ OPEN "exit_group(0) = ?\n+++ exited with 0 +++\n", "" },
	{ OPEN "read(3, 0x1, 5) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)\n",
	  "" },
	// one line for each process
	{ "5 wait4(-1 <unfinished ...>\n6 open(\"/dev/md1\", O_RDONLY <unfinished ...>\n",
	  "in flight since line 1, process 5: wait4(-1: no result when the log ends\n"
	  "in flight since line 2, process 6: open on md1 (9:1): no result when the log ends\n" },
	{ "ioctl(3, DM_DEV_SUSPEND, {version=4.0.0, dev=makedev(0xfd, 0x7), flags=DM_EXISTS_FLAG|DM_SKIP_BDGET_FLAG}\n",
	  "in flight since line 1: DM_DEV_SUSPEND of dm-7 (253:7), resume: DM_SUSPEND_FLAG is not set: no result when the log ends\n" },
	{ "ioctl(3, DM_DEV_SUSPEND, {version=4.0.0, dev=makedev(0xfd, 0x7), flags=DM_SUSPEND_FLAG}\n",
	  "in flight since line 1: DM_DEV_SUSPEND of dm-7 (253:7), suspend: no result when the log ends\n" },
};

ParameterizedTestParameters(flight, what_is_in_flight)
{
	return index_params(flight_cases);
}

ParameterizedTest(size_t *index, flight, what_is_in_flight)
{
	const struct flight_case *it = &flight_cases[*index];
	struct mdt_flights flights = { 0 };
	const struct mdt_flight *flight;
	struct mdt_buf text = { 0 };

	follow(it->log, &flights);
	for (size_t i = 0; (flight = mdt_flights_at(&flights, i)); i++) {
		mdt_flight_text(flight, &text);
		mdt_buf_addc(&text, '\n');
	}
	mdt_buf_addc(&text, '\0');
	cr_assert_str_eq(text.str, it->says, "%s", it->log);
	mdt_buf_deinit(&text);
	mdt_flights_deinit(&flights);
}

/* ---- `= -1` ---- */

static void check_failed(const char *line, bool succeeded, bool failed, bool unsaid)
{
	struct mdt_reader *reader;
	struct mdt_event event;
	bool got;

	cr_assert_null(mdt_reader_create_memory("test", mdt_slice_cstr(line), &reader));
	cr_assert_null(mdt_reader_next(reader, &event, &got));
	cr_assert_eq(mdt_event_succeeded(&event), succeeded, "%s", line);
	cr_assert_eq(mdt_event_failed(&event), failed, "%s", line);
	cr_assert_eq(mdt_event_failed_unsaid(&event), unsaid, "%s", line);
	mdt_reader_destroy(reader);
}

Test(flight, minus_one_is_a_failure)
{
	check_failed("ioctl(3, STOP_ARRAY, 0) = 0", true, false, false);
	check_failed("ioctl(3, STOP_ARRAY, 0) = -1", false, true, true);
	check_failed("ioctl(3, STOP_ARRAY, 0) = -16", false, true, true);
	check_failed("ioctl(3, STOP_ARRAY, 0) = -1 EBUSY (Device or resource busy)",
		     false, true, false);
	check_failed("ioctl(3, STOP_ARRAY, 0) = ?", false, false, false);
	check_failed("ioctl(3, STOP_ARRAY, 0", false, false, false);
}
