// SPDX-License-Identifier: MIT
// A plan's text: what is read is written again, and what is wrong is told with its place.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "params.h"
#include "plan/plan.h"

static const char whole[] =
	"# mdtrace: plan 1\n"
	"# mdtrace: recorded \"6.1.0-56-cloud-amd64\"\n"
	"# mdtrace: module raid1\n"
	"# mdtrace: disk 7:0 \"/dev/loop0\" 41943040\n"
	"# mdtrace: disk 8:1 \"/dev/sda1\" 67108864 derived \"64 MiB\" partition-of 8:0\n"
	"# mdtrace: note \"a \\\"quoted\\\" word,\\ta tab and \\x1b\"\n"
	"\n"
	"# mdtrace: prologue \"the array runs\"\n"
	"ioctl(3, RUN_ARRAY, NULL) = 0\n"
	"\n"
	"# mdtrace: log \"a.strace\"\n"
	"# mdtrace: line 15\n"
	"# mdtrace: derived \"raid_disks\" \"--raid-devices\"\n"
	"# mdtrace: from-array \"ctime\" \"of the running array\"\n"
	"# mdtrace: await\n"
	"12  ioctl(3, SET_ARRAY_INFO, \"\\x00\") = 0\n"
	"# mdtrace: settle\n"
	"# mdtrace: line 17\n"
	"# mdtrace: made \"open before the log begins\"\n"
	"openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	"# mdtrace: skipped 17 \"no md\"\n"
	"# mdtrace: skipped 1 \"other\"\n";

static const char executed[] =
	"# mdtrace: executed 1\n"
	"# mdtrace: guest kernel \"6.1.0\"\n"
	"# mdtrace: guest map 8:1 \"/dev/sda1\" 7:8 \"/dev/loop8\"\n"
	"# mdtrace: disk 7:0 \"/dev/loop0\" 41943040\n"
	"\n"
	"# mdtrace: log \"a\"\n"
	"# mdtrace: thread + \"md\"\n"
	"# mdtrace: line 1\n"
	"ioctl(3, RUN_ARRAY) = 0\n"
	"# mdtrace: waited 2000000 \"in vain\"\n"
	"# mdtrace: uevent \"change@/x\" \"ACTION=change\"\n"
	"# mdtrace: state md0 array_state=\"a b\"\n"
	"# mdtrace: settle\n"
	"# mdtrace: settled 1200\n";

static struct mdt_slice rewritten(struct mdt_slice text, struct mdt_buf *ret)
{
	struct mdt_plan plan;

	mdt_plan_init(&plan);
	cr_assert_null(mdt_plan_read("p", text, &plan));
	mdt_plan_write(&plan, ret);
	mdt_plan_deinit(&plan);
	return mdt_buf_slice(ret);
}

static void check_same(const char *text)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_slice got = rewritten(mdt_slice_cstr(text), &buf);

	cr_expect(mdt_slice_eq_cstr(got, text), "%.*s", SLICE_FMT(got));
}

Test(plan_text, written_is_what_was_read)
{
	check_same(whole);
	check_same(executed);
}

Test(plan_text, remarks_and_blanks_are_left_out)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_slice got = rewritten(SLICE("\n  \n# mdtrace: plan 1\r\n"
					       "# my words\n\n"
					       "# mdtrace: log   \"a\"  \n"
					       "#mdtrace: mine too\n"
					       "close(3) = 0\r\n"),
					 &buf);

	cr_expect(mdt_slice_eq_cstr(got, "# mdtrace: plan 1\n\n# mdtrace: log \"a\"\n"
					 "close(3) = 0\n"),
		  "%.*s", SLICE_FMT(got));
}

Test(plan_text, what_a_plan_says)
{
	const struct mdt_plan_step *step;
	struct mdt_plan plan = { 0 };

	cr_assert_null(mdt_plan_read("p", mdt_slice_cstr(whole), &plan));
	cr_expect_not(plan.is_executed);
	cr_expect_eq(plan.disk_count, 2);
	cr_expect_eq(plan.disks[1].size, 64 << 20);
	cr_expect(plan.disks[1].is_partition);
	cr_expect_eq(plan.disks[1].parent_major, 8);
	cr_expect(
		mdt_slice_eq(plan.notes[0], SLICE("a \"quoted\" word,\ta tab and \x1b")));
	cr_assert_eq(plan.section_count, 2);
	cr_expect(plan.sections[0].is_prologue);
	cr_assert_eq(plan.sections[1].step_count, 3);
	step = &plan.sections[1].steps[0];
	cr_expect_eq(step->line, 15);
	cr_expect(step->await);
	cr_expect_eq(step->plan_line, 16);
	cr_assert_eq(step->derived_count, 2);
	cr_expect_not(step->derived[0].from_array);
	cr_expect(step->derived[1].from_array);
	cr_expect_eq(plan.sections[1].steps[1].kind, MDT_STEP_SETTLE);
	cr_expect(mdt_slice_eq(plan.sections[1].skipped[0].reason, SLICE("no md")));
	mdt_plan_deinit(&plan);
}

Test(plan_text, what_was_seen_stays_with_its_step)
{
	struct mdt_plan plan = { 0 };

	cr_assert_null(mdt_plan_read("p", mdt_slice_cstr(executed), &plan));
	cr_expect(plan.is_executed);
	cr_expect_eq(plan.seen_count, 2);
	cr_assert_eq(plan.sections[0].seen_count, 1);
	cr_expect(mdt_slice_eq(plan.sections[0].seen[0].rest, SLICE("+ \"md\"")));
	cr_assert_eq(plan.sections[0].steps[0].seen_count, 3);
	cr_expect(mdt_slice_eq(plan.sections[0].steps[0].seen[2].rest,
			       SLICE("md0 array_state=\"a b\"")));
	cr_expect_eq(plan.sections[0].steps[1].seen_count, 1);
	mdt_plan_deinit(&plan);
}

Test(plan_text, which_text_is_a_plan)
{
	cr_expect(mdt_plan_is(SLICE("# mdtrace: plan 1\n")));
	cr_expect(mdt_plan_is(SLICE("\n \r\n# mdtrace: executed 7")));
	cr_expect_not(mdt_plan_is(SLICE("")));
	cr_expect_not(mdt_plan_is(SLICE("close(3) = 0\n# mdtrace: plan 1\n")));
	cr_expect_not(mdt_plan_is(SLICE("# mdtrace: planned\n")));
	cr_expect_not(mdt_plan_is(SLICE("# mdtrace: ")));
}

#define TOP "# mdtrace: plan 1\n"
#define LOG TOP "# mdtrace: log \"a\"\n"

static const struct {
	const char *text, *error;
} bad[] = {
	{ "", "p: an empty plan" },
	{ "close(3) = 0\n", "p:1:1: expected '# mdtrace: plan 1'" },
	{ "# mdtrace: plan\n", "p:1:16: expected the version of the plan's language" },
	{ "# mdtrace: plan 2\n",
	  "p:1: a plan in version 2; this mdtrace reads version 1" },
	{ TOP "close(3) = 0\n",
	  "p:2:1: expected a section ('log' or 'prologue') before the first call" },
	{ TOP "# mdtrace: \n", "p:2:12: expected a directive" },
	{ TOP "# mdtrace: plam\n",
	  "p:2:12: expected a directive that this mdtrace knows" },
	{ TOP "# mdtrace: disk 7 \"/dev/loop0\" 1\n",
	  "p:2:17: expected a device, MAJOR:MINOR" },
	{ TOP "# mdtrace: disk 7:4294967296 \"/dev/loop0\" 1\n",
	  "p:2:17: expected a device, MAJOR:MINOR" },
	{ TOP "# mdtrace: disk 7:0 /dev/loop0 1\n",
	  "p:2:21: expected the disk's node in quotes" },
	{ TOP "# mdtrace: disk 7:0 \"/dev/loop0 1\n",
	  "p:2:21: expected the disk's node in quotes" },
	{ TOP "# mdtrace: disk 7:0 \"/dev/\\q\" 1\n",
	  "p:2:21: expected the disk's node in quotes" },
	{ TOP "# mdtrace: disk 7:0 \"/dev/a\" 010x\n",
	  "p:2:30: expected the disk's size in bytes" },
	{ TOP "# mdtrace: disk 7:0 \"/dev/a\" 1 size\n",
	  "p:2:32: expected 'derived', 'sector', 'partition-of' or the end of the line" },
	{ TOP "# mdtrace: settle\n",
	  "p:2:12: expected this directive in a section ('log' or 'prologue')" },
	{ LOG "# mdtrace: module raid1\n",
	  "p:3:12: expected this directive above the first section" },
	{ LOG "# mdtrace: await now\n", "p:3:18: expected the end of the line" },
	{ LOG "# mdtrace: line 1\n# mdtrace: settle\n",
	  "p:4:1: expected the call that the lines above speak of" },
	{ LOG "# mdtrace: line 1\n",
	  "p:3:1: expected the call that the lines above speak of" },
	{ LOG "# mdtrace: skipped \"x\"\n",
	  "p:3:20: expected how many calls are skipped" },
	{ LOG "# mdtrace: uevent \"x\"\n",
	  "p:3:12: expected no such directive in a plan: only an executed log has it" },
};

ParameterizedTestParameters(plan_text, faults)
{
	return index_params(bad);
}

ParameterizedTest(size_t *i, plan_text, faults)
{
	struct mdt_plan plan = { 0 };
	struct mdt_error *err = mdt_plan_read("p", mdt_slice_cstr(bad[*i].text), &plan);

	cr_assert_not_null(err, "%s", bad[*i].text);
	cr_expect_str_eq(err->message, bad[*i].error);
	mdt_error_destroy(err);
	mdt_plan_deinit(&plan);
}

Test(plan_text, words)
{
	static const char *const words[] = { "md0", "a=\"x y\"", "\"\\\" z\"", "\"open" };
	struct mdt_slice rest = SLICE("  md0\ta=\"x y\" \"\\\" z\" \"open"), word;

	array_for_each (it, words) {
		cr_assert(mdt_plan_word(&rest, &word));
		cr_expect(mdt_slice_eq_cstr(word, *it), "%.*s", SLICE_FMT(word));
	}
	cr_expect_not(mdt_plan_word(&rest, &word));
}

Test(plan_text, every_byte_survives_quotes)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf quoted = { 0 }, text = { 0 };
	char bytes[256];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	mdt_plan_quote(mdt_slice_from(bytes, sizeof(bytes)), &quoted);
	cr_assert(mdt_plan_text(mdt_buf_slice(&quoted), &text));
	cr_expect(
		mdt_slice_eq(mdt_buf_slice(&text), mdt_slice_from(bytes, sizeof(bytes))));
	mdt_buf_clear(&text);
	cr_assert(mdt_plan_text(SLICE("\"\\0\\33[\\177\\x4g\\a\\r\""), &text));
	cr_expect(mdt_slice_eq(mdt_buf_slice(&text), SLICE("\0\33[\177\x04g\a\r")));
}
