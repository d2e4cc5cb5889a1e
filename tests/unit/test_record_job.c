// SPDX-License-Identifier: MIT
// What a guest is asked to run, and what it says of it.
#include <stdlib.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "params.h"
#include "record/job.h"
#include "record/layout.h"
#include "record/result.h"

/* ---- what it is asked ---- */

Test(record_job, scenario)
{
	static const char text[] = "disk /dev/loop3 1M\n"
				   "module raid1\n"
				   "env \"A=b \\\"c\\\"\"\n"
				   "step one mdadm --stop \"/dev/md 0\"\n"
				   "timeout 7\n"
				   "settle\n"
				   "run dd bs=1\n";
	static const char *const options[] = { "-f", "-v", NULL };
	static const char *const paths[] = { "/usr/sbin/mdadm", NULL, "/usr/bin/dd" };
	_cleanup_(mdt_scenario_deinit) struct mdt_scenario scenario;
	_cleanup_(mdt_buf_deinit) struct mdt_buf job = { 0 };

	cr_assert_null(mdt_scenario_read("s", mdt_slice_cstr(text), &scenario));
	mdt_record_job_write(&(struct mdt_record_job){ .scenario = &scenario,
						       .strace = "/usr/bin/strace",
						       .options = options,
						       .paths = paths },
			     &job);
	mdt_buf_addc(&job, '\0');
	cr_assert_str_eq(
		job.str,
		"# mdtrace: exec 1\n"
		"# mdtrace: module raid1\n"
		"# mdtrace: disk 7:3 \"/dev/loop3\" 1048576\n"
		"# mdtrace: env \"PATH=/usr/sbin:/usr/bin:/sbin:/bin\"\n"
		"# mdtrace: env \"HOME=/\"\n"
		"# mdtrace: env \"TERM=linux\"\n"
		"# mdtrace: env \"A=b \\\"c\\\"\"\n"
		"# mdtrace: run \"one\" 60 \"/run/guest/log\" \"/usr/bin/strace\" \"-f\" "
		"\"-v\" \"-o\" \"/run/guest/log\" \"--\" \"mdadm\" \"--stop\" "
		"\"/dev/md 0\"\n"
		"# mdtrace: settle 7\n"
		"# mdtrace: run \"run 7\" 7 \"\" \"/usr/bin/dd\" \"bs=1\"\n");
}

/* ---- where it goes ---- */

static const struct {
	const char *says, *release, *folder;
} layouts[] = {
	{ "mdadm - v4.2 - 2021-12-30 - Debian 4.2-5", "6.1.0-56-cloud-amd64",
	  "o/mdadm-4.2-5_linux-6.1.0-56-cloud-amd64/s" },
	{ "mdadm - v4.1 - 2018-10-01", "6.12.1+deb13",
	  "o/mdadm-4.1_linux-6.12.1+deb13/s" },
	{ "mdadm - v4.4-31-g1234567 - 2025-05-01", "6.16.0-rc1",
	  "o/mdadm-4.4-31-g1234567_linux-6.16.0-rc1/s" },
	{ "mdadm - v", "6", "o/mdadm-unknown_linux-6/s" },
	{ "", "6", "o/mdadm-unknown_linux-6/s" },
	{ "mdadm - v../../x", "../6\n", "o/mdadm-.._.._x_linux-.._6_/s" },
};

ParameterizedTestParameters(record_layout, folder)
{
	return index_params(layouts);
}

ParameterizedTest(size_t *i, record_layout, folder)
{
	const struct mdt_record_layout layout = {
		.output = "o",
		.by_version = true,
		.mdadm_says = mdt_slice_cstr(layouts[*i].says),
		.release = mdt_slice_cstr(layouts[*i].release),
		.scenario = SLICE("s"),
	};
	_cleanup_(mdt_buf_deinit) struct mdt_buf folder = { 0 };

	mdt_record_folder(&layout, &folder);
	mdt_buf_addc(&folder, '\0');
	cr_assert_str_eq(folder.str, layouts[*i].folder);
}

Test(record_layout, here)
{
	const struct mdt_record_layout layout = { .scenario = SLICE("s") };
	_cleanup_(mdt_buf_deinit) struct mdt_buf folder = { 0 };

	mdt_record_folder(&layout, &folder);
	cr_assert(mdt_slice_eq_cstr(mdt_buf_slice(&folder), "./s"));
}

/* ---- what it says ---- */

static void show_data(const char *name, const struct mdt_record_data *data,
		      struct mdt_buf *ret)
{
	mdt_buf_printf(ret, " %s[%.*s]%s", name, SLICE_FMT(data->bytes),
		       data->is_cut ? "cut" : "");
}

static void show(const struct mdt_record_result *result, struct mdt_buf *ret)
{
	static const char *const ends[] = { "not over", "exited", "killed", "timed out" };

	for (size_t i = 0; i < result->count; i++) {
		const struct mdt_record_run *run = &result->runs[i];

		mdt_buf_printf(ret, "%.*s: %s %u", SLICE_FMT(run->name), ends[run->end],
			       run->number);
		show_data("output", &run->output, ret);
		if (run->has_file)
			show_data("file", &run->file, ret);
		mdt_buf_addc(ret, '\n');
	}
	mdt_buf_printf(ret, "%s%sseen\n%.*s", result->is_cut ? "cut, " : "",
		       result->is_settled ? "" : "not settled, ",
		       SLICE_FMT(mdt_buf_slice(&result->seen)));
	mdt_buf_addc(ret, '\0');
}

static const char whole[] = "# mdtrace: executed 1\n"
			    "# mdtrace: runs \"a b\"\n"
			    "# mdtrace: ran \"a b\" exited 3\n"
			    "# mdtrace: data \"output\" 12\n"
			    "# mdtrace: x\n"
			    "# mdtrace: data \"file\" 2 cut\n"
			    "\n\n\n"
			    "# mdtrace: kernel 6 \"md\"\n"
			    "# mdtrace: runs \"c\"\n"
			    "# mdtrace: ran \"c\" killed 9\n"
			    "# mdtrace: data \"output\" 0\n"
			    "\n"
			    "# mdtrace: settle\n"
			    "# mdtrace: settled 12\n"
			    "# mdtrace: runs \"d\"\n"
			    "# mdtrace: ran \"d\" timed-out 0\n"
			    "# mdtrace: settled 12 \"busy\"\n";

Test(record_result, whole)
{
	_cleanup_(mdt_record_result_deinit) struct mdt_record_result result;
	_cleanup_(mdt_buf_deinit) struct mdt_buf shown = { 0 };

	cr_assert_null(mdt_record_result_read(mdt_slice_cstr(whole), &result));
	show(&result, &shown);
	cr_assert_str_eq(shown.str, "a b: exited 3 output[# mdtrace: x] file[\n\n]cut\n"
				    "c: killed 9 output[]\n"
				    "d: timed out 0 output[]\n"
				    "not settled, seen\n"
				    "# mdtrace: executed 1\n"
				    "# mdtrace: runs \"a b\"\n"
				    "# mdtrace: ran \"a b\" exited 3\n"
				    "# mdtrace: kernel 6 \"md\"\n"
				    "# mdtrace: runs \"c\"\n"
				    "# mdtrace: ran \"c\" killed 9\n"
				    "# mdtrace: settle\n"
				    "# mdtrace: settled 12\n"
				    "# mdtrace: runs \"d\"\n"
				    "# mdtrace: ran \"d\" timed-out 0\n"
				    "# mdtrace: settled 12 \"busy\"\n");
	cr_assert_eq(mdt_record_result_find(&result, SLICE("c"))->number, 9);
	cr_assert_null(mdt_record_result_find(&result, SLICE("e")));
}

// A guest that died: whatever came is taken, and no byte behind it.
Test(record_result, every_beginning)
{
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		_cleanup_(mdt_record_result_deinit) struct mdt_record_result result;
		char *text = malloc(len + 1);

		memcpy(text, whole, len);
		cr_assert_null(mdt_record_result_read(mdt_slice_from(text, len), &result),
			       "%zu", len);
		free(text);
	}
}

#define RUNS "# mdtrace: runs \"a\"\n"

static const struct {
	const char *text, *error;
} wrong[] = {
	{ "x\n", "the guest's line 1: expected a directive: x" },
	{ "# mdtrace: \n", "the guest's line 1: expected a directive: # mdtrace: " },
	{ "# mdtrace: ran \"a\" exited 0\n",
	  "the guest's line 1: expected the program that runs: # mdtrace: ran \"a\" exited 0" },
	{ RUNS "# mdtrace: ran \"b\" exited 0\n",
	  "the guest's line 2: expected the program that runs: # mdtrace: ran \"b\" exited 0" },
	{ RUNS RUNS,
	  "the guest's line 2: expected a program that did not run yet: # mdtrace: runs \"a\"" },
	{ RUNS "# mdtrace: ran \"a\" gone 0\n",
	  "the guest's line 2: expected how it ended: # mdtrace: ran \"a\" gone 0" },
	{ RUNS "# mdtrace: ran \"a\" exited 256\n",
	  "the guest's line 2: expected how it ended: # mdtrace: ran \"a\" exited 256" },
	{ "# mdtrace: data \"file\" 1\nx\n",
	  "the guest's line 1: expected a size: # mdtrace: data \"file\" 1" },
	{ RUNS "# mdtrace: data \"file\" -1\n",
	  "the guest's line 2: expected a size: # mdtrace: data \"file\" -1" },
	{ RUNS "# mdtrace: data \"file\" 1\nxx\n",
	  "the guest's line 2: expected an end of line after so many bytes: # mdtrace: data \"file\" 1" },
	{ RUNS "# mdtrace: data \"soup\" 1\nx\n",
	  "the guest's line 2: expected output or file: # mdtrace: data \"soup\" 1" },
	{ "# mdtrace: runs \"a\n",
	  "the guest's line 1: expected a name: # mdtrace: runs \"a" },
};

ParameterizedTestParameters(record_result, nonsense)
{
	return index_params(wrong);
}

ParameterizedTest(size_t *i, record_result, nonsense)
{
	_cleanup_(mdt_record_result_deinit) struct mdt_record_result result;
	struct mdt_error *err =
		mdt_record_result_read(mdt_slice_cstr(wrong[*i].text), &result);

	cr_assert(err, "%s", wrong[*i].text);
	cr_assert_str_eq(err->message, wrong[*i].error);
	mdt_error_destroy(err);
}

// More than there is, up to the largest number: cut, and nothing behind it is read.
Test(record_result, size_that_lies)
{
	_cleanup_(mdt_record_result_deinit) struct mdt_record_result result;
	static const char text[] =
		RUNS "# mdtrace: data \"file\" 18446744073709551615\nabc";

	cr_assert_null(mdt_record_result_read(mdt_slice_cstr(text), &result));
	cr_assert(result.is_cut && result.runs[0].file.is_cut);
	cr_assert(mdt_slice_eq_cstr(result.runs[0].file.bytes, "abc"));
}
