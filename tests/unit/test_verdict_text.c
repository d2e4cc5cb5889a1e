// SPDX-License-Identifier: MIT
// The reports: rows, what stands below them, how a run ended, and one line for it all.
#include <criterion/criterion.h>
#include <stdio.h>

#include "replayed.h"
#include "report/replay_json.h"
#include "report/replay_text.h"

#define PLAN "# mdtrace: plan 1\n# mdtrace: recorded \"6.1.0\"\n"
#define RAN  "# mdtrace: executed 1\n# mdtrace: guest kernel \"7.2.1\"\n"
#define LOG  "# mdtrace: log \"x.strace\"\n"
#define OPEN "openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = 3\n"

static const struct mdt_replay_machine machine = { SLICE_INIT("md_mod,raid1"), "tcg" };

static struct mdt_buf text_of(struct mdt_slice plan, struct mdt_slice ran,
			      const struct mdt_run *run, bool verbose, bool color)
{
	struct mdt_replay_text_options options = { verbose, color };
	struct mdt_buf ret = { 0 };
	struct replayed it;

	replayed_init(&it, plan, ran, run);
	cr_assert_null(mdt_replay_text(&it.verdicts, &machine, &options, &ret));
	mdt_buf_addc(&ret, '\0');
	replayed_deinit(&it);
	return ret;
}

static struct mdt_buf read_sample(const char *name)
{
	struct mdt_buf path = { 0 }, ret = { 0 };
	char part[4096];
	size_t len;
	FILE *file;

	mdt_buf_printf(&path, "%s/tests/unit/data/replay/%s", MDT_SOURCE_DIR, name);
	mdt_buf_addc(&path, '\0');
	file = fopen(path.str, "r");
	cr_assert(file, "%s", path.str);
	while ((len = fread(part, 1, sizeof(part), file)))
		mdt_buf_add(&ret, mdt_slice_from(part, len));
	fclose(file);
	mdt_buf_deinit(&path);
	return ret;
}

static void expect(struct mdt_buf *text, const char *part)
{
	cr_expect(strstr(text->str, part), "no `%s` in\n%s", part, text->str);
}

static void expect_not(struct mdt_buf *text, const char *part)
{
	cr_expect_null(strstr(text->str, part), "`%s` in\n%s", part, text->str);
}

Test(replay_text, rows)
{
	static const char plan[] = PLAN
		"# mdtrace: disk 7:0 \"/dev/loop0\" 67108864 derived \"not told\"\n"
		"# mdtrace: note \"a note\"\n" LOG OPEN
		"# mdtrace: line 8\nioctl(3, GET_ARRAY_INFO, 0x7ffc) = -1 ENODEV (No such device)\n"
		"# mdtrace: line 9\n# mdtrace: derived \"arg\" \"because\"\n"
		"ioctl(3, STOP_ARRAY) = 0\n"
		"# mdtrace: skipped 41 \"not for md\"\n";
	static const char ran[] =
		RAN LOG OPEN "# mdtrace: state md0 array_state=\"clean\" degraded=\"0\"\n"
			     "ioctl(3, GET_ARRAY_INFO, 0x7ffc) = 0\n"
			     "ioctl(3, STOP_ARRAY) = 0\n"
			     "# mdtrace: state md0 array_state=\"clear\" degraded\n"
			     "# mdtrace: kernel 6 \"md: \\x1b[2Jmd0 stopped.\"\n"
			     "# mdtrace: thread - \"md0_raid1\"\n";
	struct mdt_buf text =
		text_of(mdt_slice_cstr(plan), mdt_slice_cstr(ran), NULL, false, false);

	cr_expect_str_eq(
		text.str,
		"kernel 7.2.1, md_mod, raid1; QEMU tcg; 1 disk of 64 MiB (derived); recorded on 6.1.0\n"
		"note: a note\n"
		"   #   line  call                log        kernel     model  array_state\n"
		"   1         openat md0          3          3          3      clean           confirmed\n"
		"             array_state clean is not what the model of 7.2 has: clear\n"
		"             degraded 0\n"
		"   2      8  GET_ARRAY_INFO md0  -1 ENODEV  0          0      clean           differs\n"
		"             differs x.strace:8: result: log -1 ENODEV, kernel 0\n"
		"             the kernel does what the model of 7.2 says: raid_disks is not 0 (md.c:get_array_info); the log is of another kernel, or begins otherwise\n"
		"   3      9  STOP_ARRAY md0      0          0          0      clean -> clear  confirmed  derived: argument\n"
		"             kernel: md: \\x1b[2Jmd0 stopped.\n"
		"             no thread md0_raid1\n"
		"2 md calls: 1 confirmed, 1 differs; 1 supporting call: 1 confirmed; 1 derived argument; 41 other calls not replayed (why: --verbose)\n",
		"%s", text.str);
	mdt_buf_deinit(&text);
}

// What a guest writes when it makes the calls of traces/notes/create.strace.
Test(replay_text, a_sample)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf plan = read_sample("create.plan");
	_cleanup_(mdt_buf_deinit) struct mdt_buf ran = read_sample("create.executed");
	struct mdt_buf text =
		text_of(mdt_buf_slice(&plan), mdt_buf_slice(&ran), NULL, false, false);

	expect(&text,
	       "SET_ARRAY_INFO md100 version 1.2  0          0          0          clear              confirmed  derived: major_version, minor_version, raid_disks\n");
	expect(&text,
	       "ADD_NEW_DISK md100 loop0          0          0          0          clear -> inactive  confirmed");
	expect(&text,
	       "uevent change@/devices/virtual/block/md100; thread md100_raid1; thread md100_resync;\n"
	       "               degraded 0; sync_action resync;");
	expect(&text,
	       "9 md calls: 9 confirmed; 3 supporting calls: 3 confirmed; 3 derived arguments; 2 other calls");
	mdt_buf_deinit(&text);
}

Test(replay_text, folding)
{
	static const char ask[] =
		"ioctl(3, GET_ARRAY_INFO, 0x7ffc) = -1 ENODEV (No such device)\n";
	static const char other[] =
		"ioctl(3, GET_ARRAY_INFO, 0x7ffc) = -1 EINVAL (Invalid argument)\n";
	_cleanup_(mdt_buf_deinit) struct mdt_buf plan = { 0 }, ran = { 0 };
	struct mdt_buf text;

	mdt_buf_adds(&plan, PLAN LOG OPEN);
	mdt_buf_adds(&ran, RAN LOG OPEN);
	for (int i = 0; i < 9; i++) {
		mdt_buf_adds(&plan, ask);
		mdt_buf_adds(&ran, i < 6 ? ask : other);
	}
	text = text_of(mdt_buf_slice(&plan), mdt_buf_slice(&ran), NULL, false, false);
	expect(&text, "confirmed  6 times\n");
	// What is known is less after the first.
	expect(&text, "differs  2 times\n");
	expect(&text,
	       "9 md calls: 6 confirmed, 3 differs; 1 supporting call: 1 confirmed\n");
	mdt_buf_deinit(&text);
	text = text_of(mdt_buf_slice(&plan), mdt_buf_slice(&ran), NULL, true, false);
	expect_not(&text, "times");
	mdt_buf_deinit(&text);
}

Test(replay_text, drift_and_differences_say_where)
{
	struct mdt_buf text = text_of(
		SLICE(PLAN LOG OPEN
		      "# mdtrace: line 4\nioctl(3, SET_BITMAP_FILE, -1) = -1 ENOENT (No such file or directory)\n"
		      "# mdtrace: line 5\nioctl(3, RUN_ARRAY) = 0\n"),
		SLICE(RAN LOG OPEN
		      "ioctl(3, SET_BITMAP_FILE, -1) = -1 EINVAL (Invalid argument)\n"
		      "ioctl(3, RUN_ARRAY) = -1 EIO (Input/output error)\n"),
		NULL, false, true);

	expect(&text,
	       "result: log -1 ENOENT, kernel -1 EINVAL, since 6.18: bitmap operations");
	expect(&text, "(drivers/md/md.c set_bitmap_file())");
	expect(&text, "x.strace:5: result: log 0, kernel -1 EIO");
	expect(&text, "\033[33mdrift\033[0m");
	expect(&text, "\033[1;31mdiffers\033[0m");
	mdt_buf_deinit(&text);
}

Test(replay_text, an_end)
{
	static const struct mdt_run run = {
		MDT_RUN_PANICKED, SLICE_INIT("exit 1"),
		SLICE_INIT("Kernel panic - not syncing\nRIP: x\n")
	};
	struct mdt_buf text = text_of(
		SLICE(PLAN LOG OPEN "# mdtrace: line 5\nioctl(3, RUN_ARRAY) = 0\n"),
		SLICE(RAN LOG OPEN), &run, false, false);

	expect(&text, "the kernel panicked at RUN_ARRAY md0, x.strace:5: exit 1\n"
		      "  | Kernel panic - not syncing\n  | RIP: x\n");
	expect(&text, "1 md call: 1 not run");
	mdt_buf_deinit(&text);
}

Test(replay_text, a_prologue_that_failed)
{
	struct mdt_buf text = text_of(
		SLICE(PLAN "# mdtrace: prologue \"an array\"\n" OPEN LOG OPEN),
		SLICE(RAN
		      "# mdtrace: prologue \"an array\"\n"
		      "openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = -1 ENXIO (No such device or address)\n" LOG
			      OPEN),
		NULL, false, false);

	expect(&text, "prologue: an array\n");
	expect(&text, "prologue failed: openat md0 gave -1 ENXIO\n");
	mdt_buf_deinit(&text);
}

Test(replay_text, bytes_of_a_log_move_no_cursor)
{
	struct mdt_buf text = text_of(
		SLICE(PLAN LOG OPEN),
		SLICE(RAN LOG OPEN "# mdtrace: kernel 4 \"md: \\x1b[2J\\x00x\\nline\"\n"),
		NULL, true, true);

	expect(&text, "kernel: \033[36mmd: \\x1b[2J\\x00x\033[0m\n");
	expect(&text, "kernel: \033[36mline\033[0m\n");
	mdt_buf_deinit(&text);
}

Test(replay_text, a_line)
{
	struct mdt_buf text = { 0 };
	struct replayed it;

	replayed_init(&it, SLICE(PLAN LOG OPEN), SLICE(RAN LOG OPEN), NULL);
	mdt_replay_summary(&it.verdicts, SLICE("x.strace"), false, &text);
	mdt_buf_addc(&text, '\0');
	cr_expect_str_eq(
		text.str,
		"nothing compared  x.strace  0 md calls; 1 supporting call: 1 confirmed"
		": nothing of md was compared\n",
		"%s", text.str);
	mdt_buf_deinit(&text);
	replayed_deinit(&it);
}

Test(replay_text, json)
{
	struct mdt_buf text = { 0 };
	struct replayed it;

	replayed_init(&it, SLICE(PLAN LOG "# mdtrace: line 3\n" OPEN),
		      SLICE(RAN LOG OPEN "# mdtrace: kernel 6 \"\\xff\"\n"), NULL);
	mdt_replay_json(&it.verdicts, &machine, &text);
	mdt_buf_addc(&text, '\0');
	expect(&text,
	       "{\"schema\":\"mdtrace-replay\",\"version\":1,\"kernel\":\"7.2.1\",\"recorded\":\"6.1.0\","
	       "\"modules\":[\"md_mod\",\"raid1\"],\"accel\":\"tcg\"");
	expect(&text,
	       "\"outcome\":\"nothing compared\",\"status\":2,\"end\":\"finished\"");
	expect(&text, "\"file\":\"x.strace\",\"line\":3,\"plan_line\":5,\"number\":1,"
		      "\"call\":\"openat\",\"subject\":\"md0\"");
	expect(&text,
	       "\"checks\":[{\"field\":\"result\",\"is\":\"equal\",\"expected\":\"3\",\"actual\":\"3\"}]");
	expect(&text, "\"kernel\":[{\"level\":6,\"text\":{\"hex\":\"ff\"}}]");
	mdt_buf_deinit(&text);
	replayed_deinit(&it);
}
