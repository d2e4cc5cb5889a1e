// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/major.h>
#include <linux/raid/md_u.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include "conform/check.h"
#include "conform/make.h"
#include "conform/mutate.h"
#include "conform/plan.h"
#include "conform/shrink.h"

static struct mdt_conform_fold fold;
static struct mdt_model_options options;

static void set_up(void)
{
	mdt_model_options_init(&options, MDT_KERNEL_6_1);
	options.levels = MDT_LEVEL_BIT(1);
	cr_assert_null(mdt_conform_fold_init(&fold));
}

static void tear_down(void)
{
	mdt_conform_fold_deinit(&fold);
}

TestSuite(conform, .init = set_up, .fini = tear_down);

Test(conform, random)
{
	struct mdt_random random = { 1234567 };

	// The first numbers of the published generator for this seed.
	cr_assert_eq(mdt_random_next(&random), 6457827717110365317u);
	cr_assert_eq(mdt_random_next(&random), 3203168211198807973u);
	for (unsigned int i = 0; i < 1000; i++)
		cr_assert_lt(mdt_random_below(&random, 7), 7);
}

static void ioctl_call(struct mdt_conform_sequence *sequence, uint32_t request)
{
	struct mdt_conform_call *call = mdt_conform_add(sequence);

	cr_assert_not_null(call);
	call->kind = MDT_CONFORM_IOCTL;
	call->request = request;
}

static void open_call(struct mdt_conform_sequence *sequence)
{
	struct mdt_conform_call *call = mdt_conform_add(sequence);

	cr_assert_not_null(call);
	call->kind = MDT_CONFORM_OPEN;
}

// Predict all calls. @return The last one's result.
static int fold_all(const struct mdt_conform_sequence *sequence)
{
	uint64_t fired[MDT_RULES_MAX / 64] = { 0 };
	int ret = MDT_RESULT_UNKNOWN;

	mdt_conform_fold_begin(&fold, &options, sequence);
	for (size_t i = 0; i < sequence->count; i++) {
		struct mdt_conform_prediction prediction;

		mdt_conform_predict(&fold, &sequence->calls[i], &prediction);
		ret = mdt_conform_sure(&prediction);
		cr_assert(mdt_conform_take(&fold, &sequence->calls[i], ret, fired));
	}
	return ret;
}

Test(conform, closed_descriptor)
{
	_cleanup_(
		mdt_conform_sequence_deinit) struct mdt_conform_sequence sequence = { 0 };

	ioctl_call(&sequence, RUN_ARRAY);
	cr_assert_eq(fold_all(&sequence), EBADF);
}

Test(conform, model_is_asked)
{
	_cleanup_(
		mdt_conform_sequence_deinit) struct mdt_conform_sequence sequence = { 0 };

	open_call(&sequence);
	ioctl_call(&sequence, RUN_ARRAY);
	cr_assert_eq(fold_all(&sequence), EINVAL);
	options.flip = mdt_model_rule_find(SLICE("run-no-members"));
	cr_assert_eq(fold_all(&sequence), 0);
}

Test(conform, no_attribute_without_array)
{
	_cleanup_(
		mdt_conform_sequence_deinit) struct mdt_conform_sequence sequence = { 0 };
	struct mdt_conform_call *call = mdt_conform_add(&sequence);

	cr_assert_not_null(call);
	*call = (struct mdt_conform_call){ .kind = MDT_CONFORM_ATTRIBUTE,
					   .op = MDT_OP_ARRAY_STATE,
					   .word = "clear" };
	cr_assert_eq(fold_all(&sequence), ENOENT);
}

// What the guest would give when it does as predicted: the plan itself.
static void check_against_itself(const struct mdt_conform_sequence *sequence,
				 const struct mdt_model_options *checked,
				 struct mdt_conform_tally *tally)
{
	struct mdt_plan plan = { 0 };
	struct mdt_conform_fault fault;

	cr_assert_null(mdt_conform_plan_begin(options.levels, &plan));
	cr_assert_null(mdt_conform_plan_add(&plan, &options, sequence, &fold));
	for (size_t i = 0; i < plan.sections[0].step_count; i++) {
		struct mdt_plan_step *step = &plan.sections[0].steps[i];
		struct mdt_plan_seen *seen;

		if (step->kind == MDT_STEP_TEARDOWN || !step->line)
			continue;
		seen = mdt_plan_add(&plan, step->seen, step->seen_count);
		cr_assert_not_null(seen);
		*seen = (struct mdt_plan_seen){ SLICE("state"),
						SLICE("md100 array_state=\"clear\"") };
	}
	cr_assert_null(mdt_conform_check(checked, sequence, &plan.sections[0], &fold,
					 tally, &fault));
	mdt_plan_deinit(&plan);
}

Test(conform, check_finds_a_flipped_rule)
{
	_cleanup_(
		mdt_conform_sequence_deinit) struct mdt_conform_sequence sequence = { 0 };
	struct mdt_conform_tally right = { 0 }, wrong = { 0 };
	struct mdt_model_options flipped = options;
	unsigned int rule = mdt_model_rule_find(SLICE("run-no-members"));

	open_call(&sequence);
	ioctl_call(&sequence, RUN_ARRAY);
	check_against_itself(&sequence, &options, &right);
	cr_assert_eq(right.steps, 2);
	cr_assert_eq(right.results + right.states + right.unknown, 0);
	cr_assert(right.fired[rule / 64] >> rule % 64 & 1);
	flipped.flip = rule;
	check_against_itself(&sequence, &flipped, &wrong);
	cr_assert_eq(wrong.results, 1);
	cr_assert_eq(wrong.counts[rule], 1);
}

Test(conform, state_that_differs)
{
	_cleanup_(
		mdt_conform_sequence_deinit) struct mdt_conform_sequence sequence = { 0 };
	uint64_t fired[MDT_RULES_MAX / 64] = { 0 };
	struct mdt_conform_prediction prediction;

	open_call(&sequence);
	mdt_conform_fold_begin(&fold, &options, &sequence);
	mdt_conform_predict(&fold, &sequence.calls[0], &prediction);
	cr_assert(mdt_conform_take(&fold, &sequence.calls[0], 0, fired));
	cr_assert(mdt_conform_see(&fold, SLICE("clear"), true));
	cr_assert_not(mdt_conform_see(&fold, SLICE("clean"), true));
	cr_assert_eq(fold.count, 0);
}

// A candidate shows it as long as it has a STOP_ARRAY behind an open.
static struct mdt_error *shows(void *data, const struct mdt_conform_sequence *candidate,
			       struct mdt_conform_fault *ret)
{
	bool open = false;

	++*(unsigned int *)data;
	*ret = (struct mdt_conform_fault){ 0 };
	for (size_t i = 0; i < candidate->count && !ret->is_there; i++) {
		const struct mdt_conform_call *call = &candidate->calls[i];

		open |= call->kind == MDT_CONFORM_OPEN;
		if (!open || call->kind != MDT_CONFORM_IOCTL ||
		    call->request != STOP_ARRAY)
			continue;
		*ret = (struct mdt_conform_fault){ .is_there = true,
						   .call = i,
						   .rule = 1 };
	}
	return NULL;
}

Test(conform, shrink)
{
	_cleanup_(
		mdt_conform_sequence_deinit) struct mdt_conform_sequence sequence = { 0 };
	unsigned int runs = 0;
	struct mdt_conform_try attempt = { shows, &runs };
	struct mdt_conform_fault fault = { .is_there = true, .call = 20, .rule = 1 };

	for (unsigned int i = 0; i < 30; i++) {
		if (i == 7)
			open_call(&sequence);
		else
			ioctl_call(&sequence, i == 20 ? STOP_ARRAY : RUN_ARRAY);
	}
	cr_assert_null(mdt_conform_shrink(&attempt, &fault, &sequence));
	cr_assert_eq(sequence.count, 2);
	cr_assert_eq(sequence.calls[0].kind, MDT_CONFORM_OPEN);
	cr_assert_eq(sequence.calls[1].request, STOP_ARRAY);
	cr_assert_eq(fault.call, 1);
	cr_assert_gt(runs, 2);
}

Test(conform, sequences_run_arrays)
{
	struct mdt_conform_tally tally = { 0 };
	unsigned int run = mdt_model_rule_find(SLICE("run"));

	for (unsigned int i = 1; i <= 20; i++) {
		_cleanup_(mdt_conform_sequence_deinit) struct mdt_conform_sequence it = {
			0
		};
		struct mdt_conform_prediction prediction;

		cr_assert_null(mdt_conform_make(&options, MDT_LEVEL_BIT(1), 1, i, 30,
						&fold, &it));
		cr_assert_eq(it.count, 30);
		mdt_conform_fold_begin(&fold, &options, &it);
		for (size_t j = 0; j < it.count && fold.count; j++) {
			mdt_conform_predict(&fold, &it.calls[j], &prediction);
			mdt_conform_take(&fold, &it.calls[j], prediction.results[0],
					 tally.fired);
		}
	}
	cr_assert(tally.fired[run / 64] >> run % 64 & 1);
}

/* ---- sequences out of a log ---- */

static const char log_text[] =
	"mknod(\"/dev/.tmp.md.5:9:0\", S_IFBLK|0600, makedev(0x9, 0)) = 0\n"
	"openat(AT_FDCWD, \"/dev/.tmp.md.5:9:0\", O_RDWR|O_EXCL|O_DIRECT) = 4\n"
	"ioctl(4, SET_ARRAY_INFO, \"\\x01\\x00\\x00\\x00\\x01\\x00\\x00\\x00\") = 0\n"
	"ioctl(4, ADD_NEW_DISK, \"\\x00\\x00\\x00\\x00\\x08\\x00\\x00\\x00\\x11\\x00\\x00"
	"\\x00\\x00\\x00\\x00\\x00\\x06\\x00\\x00\\x00\") = 0\n"
	"ioctl(4, 0x400c0930, 0) = 0\n"
	"openat(AT_FDCWD, \"/sys/block/md0/md//sync_action\", O_RDWR) = 5\n"
	"write(5, \"idle\", 4) = 4\n"
	"close(5) = 0\n"
	"openat(AT_FDCWD, \"/sys/block/md1/md/array_state\", O_RDWR) = 5\n"
	"ioctl(4, SET_DISK_FAULTY, 0x811) = 0\n"
	"ioctl(4, SET_DISK_FAULTY, 0x999) = -1 ENODEV (No such device)\n"
	"ioctl(4, BLKGETSIZE64, [1]) = 0\n"
	"close(4) = 0\n";

static void read_log(const char *text, struct mdt_conform_source *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf plan_text = { 0 };
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };

	mdt_buf_adds(&plan_text, "# mdtrace: plan 1\n"
				 "# mdtrace: disk 8:17 \"/dev/sdb1\" 41943040\n"
				 "\n# mdtrace: log \"a.strace\"\n");
	mdt_buf_adds(&plan_text, text);
	cr_assert_null(mdt_plan_read("plan", mdt_buf_slice(&plan_text), &plan));
	cr_assert_null(mdt_conform_source_read("a.strace", &plan, ret));
}

Test(conform, calls_of_a_log)
{
	static const struct {
		enum mdt_conform_kind kind;
		uint32_t request;
	} expected[] = {
		{ MDT_CONFORM_OPEN, 0 },
		{ MDT_CONFORM_IOCTL, SET_ARRAY_INFO },
		{ MDT_CONFORM_IOCTL, ADD_NEW_DISK },
		{ MDT_CONFORM_IOCTL, RUN_ARRAY },
		{ MDT_CONFORM_ATTRIBUTE, 0 },
		{ MDT_CONFORM_IOCTL, SET_DISK_FAULTY },
		{ MDT_CONFORM_CLOSE, 0 },
	};
	_cleanup_(mdt_conform_source_deinit) struct mdt_conform_source source = { 0 };
	struct mdt_model_call call;

	read_log(log_text, &source);
	cr_assert_eq(source.count, array_size(expected));
	array_for_each (it, expected) {
		const struct mdt_conform_call *is = &source.items[it - expected].call;

		cr_assert_eq(is->kind, it->kind, "%td", it - expected);
		cr_assert_eq(is->request, it->request, "%td", it - expected);
	}
	// md1 is another array, and 9:153 none of the disks.
	cr_assert_eq(source.left_out, 2);
	cr_assert_eq(source.major, 1);
	cr_assert_eq(source.minor, 1);
	cr_assert_not(source.full);
	cr_assert(source.items[0].call.exclusive);
	cr_assert_str_eq(source.items[4].call.word, "idle");
	// sdb1 is the first disk of the world.
	mdt_conform_model_call(&source.items[2].call, &call);
	cr_assert_eq(call.major, mdt_conform_disks[0].major);
	cr_assert_eq(call.minor, mdt_conform_disks[0].minor);
	mdt_conform_model_call(&source.items[5].call, &call);
	cr_assert_eq(call.minor, mdt_conform_disks[0].minor);
}

Test(conform, log_without_md)
{
	_cleanup_(mdt_conform_source_deinit) struct mdt_conform_source source = { 0 };
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };
	struct mdt_error *err = mdt_conform_source_read("b.strace", &plan, &source);

	cr_assert_not_null(err);
	cr_assert_str_eq(err->message, "b.strace: it has no calls on md to mutate");
	mdt_error_destroy(err);
}

// All that a sequence is, as a plan.
static void plan_text(const struct mdt_conform_sequence *sequence, struct mdt_buf *ret)
{
	_cleanup_(mdt_plan_deinit) struct mdt_plan plan = { 0 };

	cr_assert_null(mdt_conform_plan_begin(options.levels, &plan));
	cr_assert_null(mdt_conform_plan_add(&plan, &options, sequence, &fold));
	mdt_plan_write(&plan, ret);
}

static void mutate(const struct mdt_conform_source *source, unsigned int number,
		   struct mdt_buf *ret)
{
	_cleanup_(mdt_conform_sequence_deinit) struct mdt_conform_sequence it = { 0 };

	cr_assert_null(mdt_conform_mutate(&options, source, 1, number, &fold, &it));
	if (number == 1)
		cr_assert_eq(it.count, source->count);
	plan_text(&it, ret);
}

Test(conform, mutations)
{
	_cleanup_(mdt_conform_source_deinit) struct mdt_conform_source source = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf first = { 0 };
	unsigned int others = 0;

	read_log(log_text, &source);
	mutate(&source, 1, &first);
	for (unsigned int i = 2; i < 30; i++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf one = { 0 }, again = { 0 };

		mutate(&source, i, &one);
		mutate(&source, i, &again);
		cr_assert(mdt_slice_eq(mdt_buf_slice(&one), mdt_buf_slice(&again)),
			  "%u is not the same each time", i);
		others += !mdt_slice_eq(mdt_buf_slice(&one), mdt_buf_slice(&first));
	}
	cr_assert_gt(others, 25);
}

static void ioctl_bytes(struct mdt_conform_sequence *sequence, uint32_t request,
			const void *bytes, size_t size)
{
	struct mdt_conform_call *call;

	ioctl_call(sequence, request);
	call = &sequence->calls[sequence->count - 1];
	call->arg = MDT_CONFORM_ARG_BYTES;
	call->size = (uint8_t)size;
	memcpy(call->bytes, bytes, size);
}

static void add_call(struct mdt_conform_sequence *sequence, int minor, int slot)
{
	const mdu_disk_info_t disk = { .number = minor,
				       .major = 7,
				       .minor = minor,
				       .raid_disk = slot,
				       .state = slot < 2 ? 1 << 2 : 0 };

	ioctl_bytes(sequence, ADD_NEW_DISK, &disk, sizeof(disk));
}

// Of what the spare has become when the next call comes: no slot, one, one in sync.
static unsigned int ways_of_spare(bool hasty, bool slow)
{
	static const mdu_array_info_t info = {
		.level = 1, .size = 256, .raid_disks = 2, .not_persistent = 1, .state = 1
	};
	_cleanup_(
		mdt_conform_sequence_deinit) struct mdt_conform_sequence sequence = { 0 };
	uint64_t fired[MDT_RULES_MAX / 64] = { 0 };
	unsigned int ret = 0;

	sequence.slow = slow;
	open_call(&sequence);
	ioctl_bytes(&sequence, SET_ARRAY_INFO, &info, sizeof(info));
	for (int i = 0; i < 2; i++)
		add_call(&sequence, i, i);
	add_call(&sequence, 2, 7); // no such slot
	ioctl_call(&sequence, RUN_ARRAY);
	cr_assert_eq(fold_all(&sequence), 0);
	mdt_conform_settle(&fold, fired);
	cr_assert_eq(fold.count, 1);
	ioctl_call(&sequence, SET_DISK_FAULTY);
	sequence.calls[6].value = makedev(7, 0);
	sequence.calls[6].hasty = hasty;
	{
		struct mdt_conform_prediction prediction;

		mdt_conform_predict(&fold, &sequence.calls[6], &prediction);
		cr_assert_eq(mdt_conform_sure(&prediction), 0);
		cr_assert(mdt_conform_take(&fold, &sequence.calls[6], 0, fired));
	}
	for (unsigned int i = 0; i < fold.count; i++) {
		const struct mdt_model_disk *disk =
			mdt_model_disk_find(&fold.states[i], 7, 2);

		ret |= 1u << (disk->slot < 0 ? 0 : disk->in_sync != MDT_YES ? 1 : 2);
	}
	return ret;
}

Test(conform, the_thread_may_have_worked_or_not)
{
	cr_assert_eq(ways_of_spare(false, false), 1); // to be waited for
	cr_assert_eq(ways_of_spare(true, false), 7);
	cr_assert_eq(ways_of_spare(true, true), 3);
}

// What the kernel would not survive is not in the plan.
Test(conform, fatal_calls_are_left_out)
{
	static const struct mdt_slice mark = SLICE_INIT("\"writemostly\"");
	_cleanup_(
		mdt_conform_sequence_deinit) struct mdt_conform_sequence sequence = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	mdu_disk_info_t disk = { .major = 7, .state = 1 << 2 };
	mdu_array_info_t info = { .level = 1, .size = 256, .raid_disks = 1 };
	struct mdt_conform_call *call;

	open_call(&sequence);
	ioctl_bytes(&sequence, SET_ARRAY_INFO, &info, sizeof(info));
	ioctl_bytes(&sequence, ADD_NEW_DISK, &disk, sizeof(disk));
	call = mdt_conform_add(&sequence);
	cr_assert_not_null(call);
	*call = (struct mdt_conform_call){ .kind = MDT_CONFORM_ATTRIBUTE,
					   .op = MDT_OP_MEMBER_STATE,
					   .word = "writemostly" };
	plan_text(&sequence, &text);
	cr_assert_null(mdt_slice_find(mdt_buf_slice(&text), mark));
	// Of a running array it is fine.
	sequence.calls[3] = (struct mdt_conform_call){ .kind = MDT_CONFORM_IOCTL,
						       .request = RUN_ARRAY };
	call = mdt_conform_add(&sequence);
	cr_assert_not_null(call);
	*call = (struct mdt_conform_call){ .kind = MDT_CONFORM_ATTRIBUTE,
					   .op = MDT_OP_MEMBER_STATE,
					   .word = "writemostly" };
	mdt_buf_clear(&text);
	plan_text(&sequence, &text);
	cr_assert_not_null(mdt_slice_find(mdt_buf_slice(&text), mark));
}
