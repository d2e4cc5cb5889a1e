// SPDX-License-Identifier: MIT
// Scenarios: what is read, and what is wrong is told with its place.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/buf.h"
#include "params.h"
#include "record/scenario.h"

#define STEP "step s true\n"

/* ---- what is read, in one text ---- */

static void show_step(const struct mdt_scenario_step *step, struct mdt_buf *ret)
{
	static const char *const kinds[] = { "step", "run", "settle" };

	mdt_buf_printf(ret, "%lu %s %.*s t%u", step->line, kinds[step->kind],
		       SLICE_FMT(step->name), step->timeout);
	if (step->kind != MDT_SCENARIO_SETTLE)
		mdt_buf_printf(ret, " e%d", step->exit);
	for (size_t i = 0; i < step->word_count; i++)
		mdt_buf_printf(ret, " [%s]", step->words[i]);
	mdt_buf_adds(ret, "\n");
}

static void show(const struct mdt_scenario *scenario, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "name %.*s\n", SLICE_FMT(scenario->name));
	for (size_t i = 0; i < scenario->disk_count; i++)
		mdt_buf_printf(ret, "disk %u %llu\n", scenario->disks[i].minor,
			       (unsigned long long)scenario->disks[i].size);
	for (size_t i = 0; i < scenario->module_count; i++)
		mdt_buf_printf(ret, "module %s\n", scenario->modules[i].str);
	for (size_t i = 0; i < scenario->program_count; i++)
		mdt_buf_printf(ret, "program %s\n", scenario->programs[i]);
	for (size_t i = 0; i < scenario->env_count; i++)
		mdt_buf_printf(ret, "env %s\n", scenario->env[i]);
	for (size_t i = 0; i < scenario->step_count; i++)
		show_step(&scenario->steps[i], ret);
	mdt_buf_addc(ret, '\0');
}

static void check(const char *path, const char *text, const char *expected)
{
	_cleanup_(mdt_scenario_deinit) struct mdt_scenario scenario;
	_cleanup_(mdt_buf_deinit) struct mdt_buf shown = { 0 };
	struct mdt_error *err = mdt_scenario_read(path, mdt_slice_cstr(text), &scenario);

	cr_assert_null(err, "%s", err ? err->message : "");
	show(&scenario, &shown);
	cr_assert_str_eq(shown.str, expected);
}

Test(scenario, whole)
{
	check("a/b/raid1.scenario",
	      "# what it is for\n"
	      "\n"
	      "disk /dev/loop0 40M\n"
	      "disk\t/dev/loop11 65536   # the smallest\n"
	      "module raid1\n"
	      "module raid456\n"
	      "program mdmon\n"
	      "program /opt/x\n"
	      "env A=b\n"
	      "env \"C=d e\"\n"
	      "step create mdadm --create /dev/md0 -n 2 \"a \\\"b\\\" \\x41\" exit=1\r\n"
	      "timeout 5\n"
	      "settle # now\n"
	      "  step stop-it exit=2 timeout=7 mdadm\n"
	      "run exit=any echo \"#\" a#b # c\n"
	      "settle",
	      "name raid1\n"
	      "disk 0 41943040\n"
	      "disk 11 65536\n"
	      "module raid1\n"
	      "module raid456\n"
	      "program mdmon\n"
	      "program /opt/x\n"
	      "env A=b\n"
	      "env C=d e\n"
	      "11 step create t60 e0 [mdadm] [--create] [/dev/md0] [-n] [2] [a \"b\" A] "
	      "[exit=1]\n"
	      "13 settle  t5\n"
	      "14 step stop-it t7 e2 [mdadm]\n"
	      "15 run  t5 e-1 [echo] [#] [a#b]\n"
	      "16 settle  t5\n");
}

Test(scenario, little)
{
	check("s", STEP, "name s\nmodule raid1\n1 step s t60 e0 [true]\n");
}

Test(scenario, many_steps)
{
	_cleanup_(mdt_scenario_deinit) struct mdt_scenario scenario;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	for (unsigned int i = 0; i < 500; i++)
		mdt_buf_printf(&text, "step s%u true a b c d e f g\n", i);
	cr_assert_null(mdt_scenario_read("s", mdt_buf_slice(&text), &scenario));
	cr_assert_eq(scenario.step_count, 500);
	for (size_t i = 0; i < 500; i++) {
		cr_assert_eq(scenario.steps[i].line, i + 1);
		cr_assert_str_eq(scenario.steps[i].words[7], "g");
		cr_assert_null(scenario.steps[i].words[8]);
	}
}

/* ---- what is wrong ---- */

#define SIZE "expected a size such as 40M, in sectors of 512 bytes, from 64K to 16T"
#define NODE "expected the disk's node, /dev/loop0 to /dev/loop255"
#define NAME "expected the step's name: up to 64 letters, digits, '-', '_' and '.'"
#define WORD "expected a word, or all of it in quotes (\"--name=a b\")"

static const struct {
	const char *text, *error;
} wrong[] = {
	{ "disc /dev/loop0 1M\n",
	  "s:1:1: expected disk, module, program, env, timeout, step, run or settle" },
	{ "\n disk\n", "s:2:6: expected the disk's node, /dev/loopN" },
	{ "disk /dev/sda 1M", "s:1:6: " NODE },
	{ "disk /dev/loop 1M", "s:1:6: " NODE },
	{ "disk /dev/loop256 1M", "s:1:6: " NODE },
	{ "disk /dev/loop01 1M", "s:1:6: " NODE },
	{ "disk /dev/loop1p1 1M", "s:1:6: " NODE },
	{ "disk /dev/loop0", "s:1:16: expected the disk's size, such as 40M" },
	{ "disk /dev/loop0 1k", "s:1:17: " SIZE },
	{ "disk /dev/loop0 1MB", "s:1:17: " SIZE },
	{ "disk /dev/loop0 0", "s:1:17: " SIZE },
	{ "disk /dev/loop0 63K", "s:1:17: " SIZE },
	{ "disk /dev/loop0 65537", "s:1:17: " SIZE },
	{ "disk /dev/loop0 17T", "s:1:17: " SIZE },
	{ "disk /dev/loop0 99999999999999999999999", "s:1:17: " SIZE },
	{ "disk /dev/loop0 18014398509481984K", "s:1:17: " SIZE },
	{ "disk /dev/loop0 -1M", "s:1:17: " SIZE },
	{ "disk /dev/loop0 1M 2M", "s:1:20: expected the end of the line" },
	{ "disk /dev/loop0 1M\ndisk /dev/loop0 1M",
	  "s:2:6: expected a disk that is not there yet" },
	{ STEP "disk /dev/loop0 1M",
	  "s:2:1: expected step, run, settle or timeout: what is of the whole scenario belongs at the top" },
	{ "module ../x", "s:1:8: expected a module's name" },
	{ "program", "s:1:8: expected a program" },
	{ "program \"\"", "s:1:9: expected a program" },
	{ "program a b", "s:1:11: expected the end of the line" },
	{ STEP "program a",
	  "s:2:1: expected step, run, settle or timeout: what is of the whole scenario belongs at the top" },
	{ "env A", "s:1:5: expected NAME=VALUE" },
	{ "env =A", "s:1:5: expected NAME=VALUE" },
	{ "env", "s:1:4: expected NAME=VALUE" },
	{ "timeout 0", "s:1:9: expected seconds, 1 to 3600" },
	{ "timeout 3601", "s:1:9: expected seconds, 1 to 3600" },
	{ "timeout 1 2", "s:1:11: expected the end of the line" },
	{ "step", "s:1:5: " NAME },
	{ "step a/b true", "s:1:6: " NAME },
	{ "step .. true", "s:1:6: " NAME },
	{ "step -o true", "s:1:6: " NAME },
	{ "step a1234567890123456789012345678901234567890123456789012345678901234 x",
	  "s:1:6: " NAME },
	{ STEP STEP, "s:2:6: expected a name that no other step has" },
	{ "step s", "s:1:7: expected a command" },
	{ "step s # true", "s:1:8: expected a command" },
	{ "step s exit=1", "s:1:14: expected a command" },
	{ "step s \"\" x", "s:1:8: expected a command" },
	{ "step s exit=256 x", "s:1:8: expected an exit status, 0 to 255, or any" },
	{ "step s exit= x", "s:1:8: expected an exit status, 0 to 255, or any" },
	{ "step s timeout=x x", "s:1:8: expected seconds, 1 to 3600" },
	{ "step s a \"b", "s:1:10: " WORD },
	{ "step s --x=\"a b\"", "s:1:8: " WORD },
	{ "step s a \"\\q\"", "s:1:10: " WORD },
	{ "step s a \"\\0\"", "s:1:10: " WORD },
	{ "settle now", "s:1:8: expected the end of the line" },
	{ "", "s: has no step to record" },
	{ "# only words\n", "s: has no step to record" },
	{ "run true\nsettle\n", "s: has no step to record" },
};

ParameterizedTestParameters(scenario, error)
{
	return index_params(wrong);
}

ParameterizedTest(size_t *i, scenario, error)
{
	_cleanup_(mdt_scenario_deinit) struct mdt_scenario scenario;
	struct mdt_error *err =
		mdt_scenario_read("s", mdt_slice_cstr(wrong[*i].text), &scenario);

	cr_assert(err, "%s", wrong[*i].text);
	cr_assert_str_eq(err->message, wrong[*i].error);
	mdt_error_destroy(err);
}

Test(scenario, name_that_is_no_folders_name)
{
	static const char *const paths[] = { "-x", "a/.scenario", "a b", "a/", "." };

	array_for_each (path, paths) {
		_cleanup_(mdt_scenario_deinit) struct mdt_scenario scenario;
		struct mdt_error *err = mdt_scenario_read(*path, SLICE(STEP), &scenario);

		cr_assert(err, "%s", *path);
		mdt_error_destroy(err);
	}
}
