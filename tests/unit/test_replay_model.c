// SPDX-License-Identifier: MIT
// What the model says beside what a kernel did: results, words below a row, JSON.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>

#include "params.h"
#include "replayed.h"
#include "report/replay_json.h"
#include "verdict/model.h"
#include "report/replay_text.h"

#define PLAN "# mdtrace: plan 1\n"
#define RAN  "# mdtrace: executed 1\n# mdtrace: guest kernel \"6.1.0\"\n"
#define LOG  "# mdtrace: log \"x.strace\"\n"
#define OPEN "openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = 3\n"
#define DISKS                                                                            \
	"# mdtrace: module raid1\n"                                                      \
	"# mdtrace: disk 7:0 \"/dev/loop0\" 67108864\n"                                  \
	"# mdtrace: disk 7:1 \"/dev/loop1\" 67108864\n"

// Arguments as an executed log has them. The array is RAID1 of two disks, 0.90.
#define I(digit) "\\x0" #digit "\\x00\\x00\\x00"
#define SET_OF(fd)                                                                       \
	"ioctl(" fd ", 0x40480923, \"" I(0) I(0) I(0) I(0) I(1) I(0) I(2) I(2) I(0) I(0) \
		I(0) I(1) I(0) I(0) I(0) I(0) I(0) I(0) "\") = 0\n"
#define SET SET_OF("3")
#define ADD_TO(fd, number, result)                                                       \
	"ioctl(" fd ", 0x40140921, \"" I(number) I(7) I(number) I(number)                \
		I(6) "\") = " result "\n"
#define ADD(number, result) ADD_TO("3", number, result)

struct modelled {
	struct replayed it;
	struct mdt_replay_model model;
};

static void init(struct modelled *ret, const char *plan, const char *ran,
		 const struct mdt_run *run)
{
	replayed_init(&ret->it, mdt_slice_cstr(plan), mdt_slice_cstr(ran), run);
	cr_assert_null(mdt_replay_model_make(&ret->it.verdicts, &ret->model));
}

static void deinit(struct modelled *it)
{
	mdt_replay_model_deinit(&it->model);
	replayed_deinit(&it->it);
}

static const struct mdt_replay_prediction *at(struct modelled *it, size_t i)
{
	cr_assert_lt(i, it->it.verdicts.count);
	return mdt_replay_model_of(&it->model, &it->it.verdicts, &it->it.verdicts.all[i]);
}

static void expect_text(struct modelled *it, size_t i, const char *text,
			enum mdt_life_verdict verdict)
{
	const struct mdt_replay_prediction *prediction = at(it, i);

	cr_assert(prediction);
	cr_expect(mdt_slice_eq_cstr(prediction->text, text), "%zu: `%.*s`", i,
		  SLICE_FMT(prediction->text));
	cr_expect_eq(prediction->verdict, verdict, "%zu: %s", i,
		     mdt_life_verdict_name(prediction->verdict));
}

static void expect_words(struct modelled *it, size_t i, const char *words)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	mdt_replay_model_words(&it->model, &it->it.verdicts.all[i], at(it, i), &text);
	cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&text), words), "%zu: `%.*s`", i,
		  SLICE_FMT(mdt_buf_slice(&text)));
}

// RUN_ARRAY twice; the log has another errno, and another kernel than the model's.
Test(replay_model, drift)
{
	struct modelled it;

	init(&it,
	     PLAN DISKS LOG OPEN SET ADD(0, "0")
		     ADD(1, "0") "ioctl(3, RUN_ARRAY) = 0\n"
				 "ioctl(3, RUN_ARRAY) = -1 EINVAL (Invalid argument)\n",
	     RAN DISKS LOG OPEN SET ADD(0, "0") ADD(
		     1,
		     "0") "ioctl(3, RUN_ARRAY) = 0\n"
			  "# mdtrace: state md0 array_state=\"clean\" level=\"raid1\"\n"
			  "ioctl(3, RUN_ARRAY) = -1 EBUSY (Device or resource busy)\n",
	     NULL);
	cr_expect_eq(it.model.kernel, MDT_KERNEL_6_1);
	expect_text(&it, 0, "3", MDT_LIFE_AGREES);
	for (size_t i = 1; i < 5; i++)
		expect_text(&it, i, "0", MDT_LIFE_AGREES);
	expect_text(&it, 5, "-1 EBUSY", MDT_LIFE_AGREES);
	expect_words(&it, 4, "");
	expect_words(
		&it, 5,
		"the kernel does what the model of 6.1 says: it runs already (md.c:md_run); the log is of another kernel, or begins otherwise");
	cr_assert(at(&it, 5)->rule);
	cr_expect_str_eq(at(&it, 5)->rule->name, "run-running");
	deinit(&it);
}

// After a surprise the fold goes on from what the kernel did.
Test(replay_model, surprise)
{
	struct modelled it;

	init(&it,
	     PLAN DISKS LOG OPEN "ioctl(3, GET_ARRAY_INFO, 0x7ffc) = 0\n"
				 "ioctl(3, STOP_ARRAY) = 0\n",
	     RAN DISKS LOG OPEN "ioctl(3, GET_ARRAY_INFO, 0x7ffc) = 0\n"
				"ioctl(3, STOP_ARRAY) = 0\n",
	     NULL);
	expect_text(&it, 1, "-1 ENODEV", MDT_LIFE_CONTRADICTS);
	expect_words(
		&it, 1,
		"the kernel does not do what the model of 6.1 says, -1 ENODEV: nothing set up on this minor yet (raid_disks is 0) (md.c:md_ioctl)");
	cr_expect_neq(at(&it, 2)->verdict, MDT_LIFE_CONTRADICTS);
	// The verdicts are about the log, whatever the model says.
	cr_expect_eq(mdt_verdicts_status(&it.it.verdicts), 0);
	deinit(&it);
}

// What the guest reads of the array behind a call is held against the model, too.
Test(replay_model, state)
{
	struct modelled it;

	init(&it, PLAN DISKS LOG OPEN SET,
	     RAN DISKS LOG OPEN SET "# mdtrace: state md0 array_state=\"active\"\n",
	     NULL);
	expect_text(&it, 1, "0", MDT_LIFE_AGREES);
	cr_expect(mdt_slice_eq(at(&it, 1)->seen, SLICE("array_state active")));
	expect_words(
		&it, 1,
		"array_state active is not what the model of 6.1 has: inactive, raid1, 0 members for 2 slots");
	deinit(&it);
}

// A prologue and an earlier log are part of the array's life; a wait ends a recovery.
Test(replay_model, sections)
{
#define LIFE                                                                             \
	DISKS "# mdtrace: prologue \"the array\"\n" OPEN SET ADD(0, "0") ADD(            \
		1,                                                                       \
		"0") "ioctl(3, RUN_ARRAY) = 0\nclose(3) = 0\n# mdtrace: settle\n" LOG    \
		OPEN "ioctl(3, SET_DISK_FAULTY, 0x701) = 0\n# mdtrace: settle\n"         \
		     "# mdtrace: log \"y.strace\"\n" OPEN                                \
		     "ioctl(3, HOT_REMOVE_DISK, 0x701) = 0\n"                            \
		     "ioctl(3, HOT_REMOVE_DISK, 0x701) = -1 ENXIO (No such device or address)\n"
	struct modelled it;

	init(&it, PLAN LIFE, RAN LIFE, NULL);
	expect_text(&it, 2, "0", MDT_LIFE_AGREES);
	expect_text(&it, 5, "0", MDT_LIFE_AGREES); // close
	cr_expect_not(at(&it, 6)->is_about);	   // settle
	expect_text(&it, 8, "0", MDT_LIFE_AGREES); // SET_DISK_FAULTY
	expect_text(&it, 11, "0", MDT_LIFE_AGREES);
	expect_text(&it, 12, "-1 ENXIO", MDT_LIFE_AGREES);
	deinit(&it);
}

// After a surprise less is known: the log's result is then as good as the kernel's.
Test(replay_model, two_results)
{
#define ODD                                                                              \
	DISKS LOG OPEN "ioctl(3, GET_ARRAY_INFO, 0x7ffc) = -1 EINVAL (Invalid argument)\n"
	struct modelled it;

	init(&it, PLAN ODD "ioctl(3, GET_ARRAY_INFO, 0x7ffc) = 0\n",
	     RAN ODD "ioctl(3, GET_ARRAY_INFO, 0x7ffc) = -1 ENODEV (No such device)\n",
	     NULL);
	expect_text(&it, 1, "-1 ENODEV", MDT_LIFE_CONTRADICTS);
	expect_text(&it, 2, "0 or -1 ENODEV", MDT_LIFE_POSSIBLE);
	expect_words(&it, 2,
		     "the model of 6.1 has both, the kernel's: nothing set up on this "
		     "minor yet (raid_disks is 0) (md.c:md_ioctl)");
	deinit(&it);
}

// A disk that another array has is busy.
Test(replay_model, two_arrays)
{
#define TWO                                                                                               \
	DISKS LOG OPEN SET ADD(                                                                           \
		0, "0") "openat(AT_FDCWD, \"/dev/md1\", O_RDWR) = 4\n" SET_OF("4")                        \
		ADD_TO("4", 0, "-1 EBUSY (Device or resource busy)") "ioctl(3, STOP_ARRAY) = 0\n" ADD_TO( \
			"4", 0, "0")
	struct modelled it;

	init(&it, PLAN TWO, RAN TWO, NULL);
	expect_text(&it, 5, "-1 EBUSY", MDT_LIFE_AGREES);
	expect_text(&it, 7, "0", MDT_LIFE_AGREES);
	deinit(&it);
}

static struct mdt_buf read_sample(const char *name)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
	struct mdt_buf ret = { 0 };
	char part[4096];
	size_t len;
	FILE *file;

	mdt_buf_printf(&path, "%s/tests/unit/data/replay/%s%c", MDT_SOURCE_DIR, name, 0);
	file = fopen(path.str, "r");
	cr_assert(file, "%s", path.str);
	while ((len = fread(part, 1, sizeof(part), file)))
		mdt_buf_add(&ret, mdt_slice_from(part, len));
	fclose(file);
	mdt_buf_addc(&ret, '\0');
	return ret;
}

static void rename_disks(struct mdt_buf *text, const char *to)
{
	for (char *at = text->str; (at = strstr(at, "/dev/loop")); at++)
		memcpy(at, to, strlen(to));
}

static const char *const nodes[] = { "/dev/loop", "/dev/disk" };

// What a guest wrote: the model has just what the kernel did, in every call. The name of
// a disk's node need not tell its number, the plan does; without the superblocks that are
// written there the disks could not be added.
ParameterizedTestParameters(replay_model, sample)
{
	return index_params(nodes);
}

ParameterizedTest(size_t *i, replay_model, sample)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf plan = read_sample("create.plan");
	_cleanup_(mdt_buf_deinit) struct mdt_buf ran = read_sample("create.executed");
	struct modelled it;
	size_t about = 0;

	rename_disks(&plan, nodes[*i]);
	rename_disks(&ran, nodes[*i]);
	init(&it, plan.str, ran.str, NULL);
	for (size_t call = 0; call < it.it.verdicts.count; call++) {
		const struct mdt_replay_prediction *prediction = at(&it, call);

		expect_words(&it, call, "");
		if (!prediction->is_about)
			continue;
		about++;
		cr_expect_eq(prediction->verdict, MDT_LIFE_AGREES, "%zu", call);
		cr_expect(mdt_slice_eq(prediction->text, it.it.verdicts.all[call].actual),
			  "%zu: `%.*s`", call, SLICE_FMT(prediction->text));
	}
	cr_expect_eq(about, 11, "%zu", about);
	deinit(&it);
}

// The log could not open it; the VM could, and has closed it again: nobody else has the
// array open when it is stopped.
Test(replay_model, what_the_log_could_not_open_is_not_open)
{
#define FAILED_OPEN                                                                      \
	"openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = -1 ENXIO (No such device or address)\n"
#define OPENED "openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = 4\n"
#define REST                                                                             \
	OPENED SET_OF("4") ADD_TO("4", 0, "0") ADD_TO(                                   \
		"4", 1, "0") "ioctl(4, RUN_ARRAY) = 0\nioctl(4, STOP_ARRAY) = 0\n"
	struct modelled it;

	init(&it, PLAN DISKS LOG FAILED_OPEN REST, RAN DISKS LOG OPEN REST, NULL);
	expect_text(&it, 6, "0", MDT_LIFE_AGREES);
	deinit(&it);
}

// A kernel that is not known has no model; one between two that were run has rules of its
// own.
Test(replay_model, kernels)
{
#define ASK OPEN "ioctl(3, GET_ARRAY_INFO, 0x7ffc) = -1 ENODEV (No such device)\n"
	static const struct {
		const char *head;
		bool has;
		enum mdt_kernel kernel;
	} cases[] = {
		{ "# mdtrace: executed 1\n", false, 0 },
		{ "# mdtrace: executed 1\n# mdtrace: guest kernel \"odd\"\n", false, 0 },
		{ "# mdtrace: executed 1\n# mdtrace: guest kernel \"6.8.0-1\"\n", true,
		  MDT_KERNEL_6_8 },
		{ "# mdtrace: executed 1\n# mdtrace: guest kernel \"5.15\"\n", true,
		  MDT_KERNEL_5_15 },
	};

	for (size_t i = 0; i < array_size(cases); i++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf ran = { 0 };
		struct modelled it;

		mdt_buf_printf(&ran, "%s" DISKS LOG ASK "%c", cases[i].head, 0);
		init(&it, PLAN DISKS LOG ASK, ran.str, NULL);
		cr_assert_eq(it.model.all != NULL, cases[i].has, "%zu", i);
		if (cases[i].has) {
			cr_expect_eq(it.model.kernel, cases[i].kernel, "%zu", i);
			expect_text(&it, 1, "-1 ENODEV", MDT_LIFE_AGREES);
		} else {
			cr_expect_null(at(&it, 1));
		}
		deinit(&it);
	}
}

// What did not run has no prediction, and the rest of the sequence is not made up.
Test(replay_model, not_run)
{
	static const struct mdt_run run = { .end = MDT_RUN_PANICKED };
	struct modelled it;

	init(&it, PLAN DISKS LOG OPEN SET ADD(0, "0") "ioctl(3, STOP_ARRAY) = 0\n",
	     RAN DISKS LOG OPEN SET, &run);
	expect_text(&it, 1, "0", MDT_LIFE_AGREES);
	cr_expect_not(at(&it, 2)->is_about);
	cr_expect_not(at(&it, 3)->is_about);
	deinit(&it);
}

static struct mdt_buf report(const char *plan, const char *ran, bool json)
{
	static const struct mdt_replay_text_options options = { 0 };
	struct mdt_buf ret = { 0 };
	struct replayed it;

	replayed_init(&it, mdt_slice_cstr(plan), mdt_slice_cstr(ran), NULL);
	if (json)
		mdt_replay_json(&it.verdicts, NULL, &ret);
	else
		cr_assert_null(mdt_replay_text(&it.verdicts, NULL, &options, &ret));
	mdt_buf_addc(&ret, '\0');
	replayed_deinit(&it);
	return ret;
}

#define ASKED(errno) OPEN "ioctl(3, GET_ARRAY_INFO, 0x7ffc) = " errno "\n"

// Rows are one only when the model says the same of them.
Test(replay_model, text)
{
#define AGAIN(errno) "ioctl(3, GET_ARRAY_INFO, 0x7ffc) = " errno "\n"
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = report(
		PLAN DISKS LOG ASKED("-1 ENODEV (x)") AGAIN("-1 ENODEV (x)") AGAIN("0"),
		RAN DISKS LOG ASKED("-1 ENODEV (x)") AGAIN("-1 ENODEV (x)") AGAIN("0"),
		false);

	cr_expect(
		strstr(text.str,
		       "   #   line  call                log        kernel     model\n"
		       "   2         GET_ARRAY_INFO md0  -1 ENODEV  -1 ENODEV  -1 ENODEV  confirmed  2 times\n"
		       "   4         GET_ARRAY_INFO md0  0          0          -1 ENODEV  confirmed\n"
		       "             the kernel does not do what the model of 6.1 says, -1 ENODEV: "),
		"%s", text.str);
}

// No column when there is nothing in it.
Test(replay_model, no_column)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text =
		report(PLAN DISKS LOG ASKED("0"),
		       "# mdtrace: executed 1\n" DISKS LOG ASKED("0"), false);

	cr_expect_null(strstr(text.str, "model"), "%s", text.str);
}

Test(replay_model, json)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = report(
		PLAN DISKS LOG ASKED("0"), RAN DISKS LOG ASKED("-1 ENODEV (x)"), true);

	cr_expect(strstr(text.str, "\"kernel\":\"6.1.0\",\"model\":\"6.1\""), "%s",
		  text.str);
	cr_expect(
		strstr(text.str,
		       "\"model\":{\"text\":\"-1 ENODEV\",\"results\":[\"ENODEV\"],\"is\":\"agrees\",\"rule\":{\"name\":\""),
		"%s", text.str);
}
