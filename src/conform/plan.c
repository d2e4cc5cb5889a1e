// SPDX-License-Identifier: MIT
#include "conform/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/major.h>
#include <linux/raid/md_u.h>
#include <sys/ioctl.h>

#include "ioctl/value.h"

#define NODE	   "/dev/.conform"
#define FILE_PATH  "/tmp/.conform"
#define PARAMETERS "/sys/module/md_mod/parameters/"
#define SPEED_PATH "/proc/sys/dev/raid/speed_limit_"

struct emit {
	struct mdt_plan *plan;
	struct mdt_plan_section *section;
	const struct mdt_conform_sequence *sequence;
	struct mdt_buf text; /* of the line that is being written */
	bool failed;
};

/* ---- steps ---- */

static struct mdt_plan_step *push(struct emit *emit, enum mdt_plan_step_kind kind)
{
	struct mdt_plan_step *step =
		mdt_plan_add(emit->plan, emit->section->steps, emit->section->step_count);

	if (!step) {
		emit->failed = true;
		return NULL;
	}
	step->kind = kind;
	return step;
}

// The line that is in text.
static struct mdt_plan_step *push_call(struct emit *emit, unsigned long line)
{
	struct mdt_plan_step *step = push(emit, MDT_STEP_CALL);

	if (!step)
		return NULL;
	if (emit->text.failed ||
	    !mdt_arena_copy(&emit->plan->arena, mdt_buf_slice(&emit->text), &step->text))
		emit->failed = true;
	step->line = line;
	mdt_buf_clear(&emit->text);
	return step;
}

static void push_made(struct emit *emit, struct mdt_slice why)
{
	struct mdt_plan_step *step = push_call(emit, 0);

	if (step)
		step->made = why;
}

static void add_result(struct emit *emit, int result, long value)
{
	if (result > 0)
		mdt_buf_printf(&emit->text, ") = -1 %s (%s)",
			       mdt_model_result_name(result), strerror(result));
	else
		mdt_buf_printf(&emit->text, ") = %ld", value);
}

/* ---- what a sequence finds ---- */

// As strace does: octal, as short as what is behind it lets it be.
static void quote(const uint8_t *bytes, size_t len, struct mdt_buf *ret)
{
	mdt_buf_addc(ret, '"');
	for (size_t i = 0; i < len; i++) {
		bool digit = i + 1 < len && bytes[i + 1] >= '0' && bytes[i + 1] <= '9';

		if (bytes[i] >= 0x20 && bytes[i] < 0x7f && bytes[i] != '"' &&
		    bytes[i] != '\\')
			mdt_buf_addc(ret, (char)bytes[i]);
		else
			mdt_buf_printf(ret, digit ? "\\%03o" : "\\%o", bytes[i]);
	}
	mdt_buf_addc(ret, '"');
}

static void open_disk(struct emit *emit, size_t disk, const char *flags, int fd,
		      struct mdt_slice why)
{
	mdt_buf_printf(&emit->text, "openat(AT_FDCWD, \"%s\", %s) = %d",
		       mdt_conform_disks[disk].path, flags, fd);
	push_made(emit, why);
}

static void close_fd(struct emit *emit, int fd, struct mdt_slice why)
{
	mdt_buf_printf(&emit->text, "close(%d) = 0", fd);
	push_made(emit, why);
}

static bool is_added(const struct mdt_conform_sequence *sequence, size_t disk)
{
	for (size_t i = 0; i < sequence->count; i++) {
		struct mdt_model_call call;

		mdt_conform_model_call(&sequence->calls[i], &call);
		if ((call.op == MDT_OP_ADD_NEW_DISK || call.op == MDT_OP_HOT_ADD_DISK) &&
		    call.major == mdt_conform_disks[disk].major &&
		    call.minor == mdt_conform_disks[disk].minor)
			return true;
	}
	return false;
}

// Past the page cache: nobody else's last close need write it back.
static void write_content(struct emit *emit, size_t disk)
{
	static const struct mdt_slice why = SLICE_INIT("the disk's superblock");
	const struct mdt_conform_content *content = &emit->sequence->contents[disk];
	int fd = MDT_CONFORM_DISK_FD + (int)disk;

	if (!content->bytes || !is_added(emit->sequence, disk))
		return;
	open_disk(emit, disk, "O_RDWR|O_DIRECT", fd, why);
	for (unsigned int i = 0; i < content->piece_count; i++) {
		size_t from = content->pieces[i].from, len = content->pieces[i].len;

		mdt_buf_printf(&emit->text, "pwrite64(%d, ", fd);
		quote(content->bytes + from, len, &emit->text);
		mdt_buf_printf(&emit->text, ", %zu, %" PRIu64 ") = %zu", len,
			       content->offset + from, len);
		push_made(emit, why);
	}
	close_fd(emit, fd, why);
}

static void protect(struct emit *emit, size_t disk, int value)
{
	static const struct mdt_slice why = SLICE_INIT("a write-protected disk");
	int fd = MDT_CONFORM_DISK_FD + (int)disk;

	open_disk(emit, disk, "O_RDONLY", fd, why);
	mdt_buf_printf(&emit->text, "ioctl(%d, BLKROSET, [%d]) = 0", fd, value);
	push_made(emit, why);
	close_fd(emit, fd, why);
}

static void write_file(struct emit *emit, const char *path, const char *word,
		       struct mdt_slice why)
{
	mdt_buf_printf(&emit->text, "openat(AT_FDCWD, \"%s\", O_WRONLY) = %d", path,
		       MDT_CONFORM_ATTRIBUTE_FD);
	push_made(emit, why);
	mdt_buf_printf(&emit->text, "write(%d, \"%s\", %zu) = %zu",
		       MDT_CONFORM_ATTRIBUTE_FD, word, strlen(word), strlen(word));
	push_made(emit, why);
	close_fd(emit, MDT_CONFORM_ATTRIBUTE_FD, why);
}

static bool uses_file(const struct mdt_conform_sequence *sequence)
{
	for (size_t i = 0; i < sequence->count; i++)
		if (sequence->calls[i].kind == MDT_CONFORM_IOCTL &&
		    sequence->calls[i].request == SET_BITMAP_FILE &&
		    sequence->calls[i].value == MDT_CONFORM_FILE_FD)
			return true;
	return false;
}

static void make_world(struct emit *emit)
{
	const struct mdt_conform_sequence *sequence = emit->sequence;

	mdt_buf_printf(&emit->text,
		       "mknod(\"" NODE "\", S_IFBLK|0600, makedev(9, %d)) = 0",
		       MDT_CONFORM_MINOR);
	push_made(emit, SLICE("the array's node"));
	for (size_t i = 0; i < MDT_CONFORM_DISKS; i++)
		write_content(emit, i);
	for (size_t i = 0; i < MDT_CONFORM_DISKS; i++) {
		if (sequence->read_only[i])
			protect(emit, i, 1);
		if (sequence->claimed[i])
			open_disk(emit, i, "O_RDONLY|O_EXCL",
				  MDT_CONFORM_DISK_FD + (int)i,
				  SLICE("a disk that somebody has claimed"));
	}
	if (sequence->start_ro)
		write_file(emit, PARAMETERS "start_ro", "1",
			   SLICE("arrays start read-only"));
	if (sequence->slow) {
		write_file(emit, SPEED_PATH "min", "1", SLICE("resyncs do not end"));
		write_file(emit, SPEED_PATH "max", "1", SLICE("resyncs do not end"));
	}
	if (!uses_file(sequence))
		return;
	mdt_buf_printf(&emit->text,
		       "openat(AT_FDCWD, \"" FILE_PATH "\", O_RDWR|O_CREAT, 0600) = %d",
		       MDT_CONFORM_FILE_FD);
	push_made(emit, SLICE("a file for a bitmap"));
}

static void end_world(struct emit *emit)
{
	for (size_t i = 0; i < MDT_CONFORM_DISKS; i++)
		if (emit->sequence->read_only[i])
			protect(emit, i, 0);
	push(emit, MDT_STEP_TEARDOWN);
}

/* ---- calls ---- */

static void attribute_path(const struct mdt_conform_call *call, struct mdt_buf *ret)
{
	if (call->kind == MDT_CONFORM_PARAMETER) {
		mdt_buf_adds(ret, PARAMETERS "new_array");
		return;
	}
	mdt_buf_printf(ret, "/sys/block/md%d/md/", MDT_CONFORM_MINOR);
	switch (call->op) {
	case MDT_OP_ARRAY_STATE:
		mdt_buf_adds(ret, "array_state");
		return;
	case MDT_OP_SYNC_ACTION:
		mdt_buf_adds(ret, "sync_action");
		return;
	case MDT_OP_MEMBER_STATE:
		mdt_buf_printf(ret, "dev-%s/state", mdt_conform_disks[call->disk].name);
		return;
	default:
		mdt_buf_adds(ret, "fail_last_dev");
		return;
	}
}

static void emit_file(struct emit *emit, const struct mdt_conform_call *call,
		      unsigned long line, bool opens, int result)
{
	static const struct mdt_slice why = SLICE_INIT("the attribute's file");
	struct mdt_plan_step *step;

	mdt_buf_adds(&emit->text, "openat(AT_FDCWD, \"");
	attribute_path(call, &emit->text);
	mdt_buf_adds(&emit->text, "\", O_WRONLY");
	add_result(emit, opens ? 0 : result, MDT_CONFORM_ATTRIBUTE_FD);
	step = push_call(emit, opens ? 0 : line);
	if (!step)
		return;
	// Files come and go some time behind the call that makes or removes them.
	step->await = true;
	if (!opens)
		return;
	step->made = why;
	mdt_buf_printf(&emit->text, "write(%d, \"%s\", %zu", MDT_CONFORM_ATTRIBUTE_FD,
		       call->word, strlen(call->word));
	add_result(emit, result, (long)strlen(call->word));
	push_call(emit, line);
	close_fd(emit, MDT_CONFORM_ATTRIBUTE_FD, why);
}

static void emit_open(struct emit *emit, const struct mdt_conform_call *call,
		      unsigned long line, int result)
{
	struct mdt_plan_step *step;

	mdt_buf_printf(&emit->text, "openat(AT_FDCWD, \"" NODE "\", O_RDONLY%s",
		       call->exclusive ? "|O_EXCL" : "");
	add_result(emit, result, MDT_CONFORM_FIRST_FD + call->slot);
	step = push_call(emit, line);
	// The end of an array of this number may not be over.
	if (step)
		step->await = true;
}

static void emit_argument(struct emit *emit, const struct mdt_conform_call *call)
{
	switch (call->arg) {
	case MDT_CONFORM_ARG_BYTES:
		mdt_buf_adds(&emit->text, ", ");
		mdt_bytes_text(mdt_slice_from((const char *)call->bytes, call->size),
			       true, &emit->text);
		return;
	case MDT_CONFORM_ARG_POINTER:
		mdt_buf_adds(&emit->text, ", 0x1000");
		return;
	case MDT_CONFORM_ARG_VALUE:
		if (call->request == SET_BITMAP_FILE)
			mdt_buf_printf(&emit->text, ", %d", (int)call->value);
		else
			mdt_buf_printf(&emit->text, ", 0x%" PRIx64, call->value);
		return;
	}
}

// Bits of mddev->recovery go some time behind a sync, and a member's folder behind it.
static bool is_awaited(const struct mdt_conform_call *call, int result)
{
	if (call->request == SET_BITMAP_FILE)
		return result != EBUSY;
	return (call->request == ADD_NEW_DISK || call->request == HOT_ADD_DISK) &&
	       (result == 0 || result == EINVAL);
}

static void emit_ioctl(struct emit *emit, const struct mdt_conform_call *call,
		       unsigned long line, bool asks, bool sure, int result)
{
	struct mdt_plan_derived *derived;
	struct mdt_plan_step *step;

	mdt_buf_printf(&emit->text, "ioctl(%d, 0x%x", MDT_CONFORM_FIRST_FD + call->slot,
		       call->request);
	emit_argument(emit, call);
	add_result(emit, result, 0);
	step = push_call(emit, line);
	// Only where one result is expected: to make a call again that went well is
	// another call.
	if (step && sure && !call->hasty && is_awaited(call, result))
		step->await = true;
	if (!step || !asks)
		return;
	derived = mdt_plan_add(emit->plan, step->derived, step->derived_count);
	if (!derived) {
		emit->failed = true;
		return;
	}
	*derived = (struct mdt_plan_derived){
		.field = SLICE("ctime"),
		.reason = SLICE("only the array knows when it was made"),
		.from_array = true,
	};
}

// GET_ARRAY_INFO, which is asked for ctime, answers.
static bool can_ask(const struct mdt_conform_fold *fold,
		    const struct mdt_conform_call *call)
{
	for (unsigned int i = 0; i < fold->count; i++)
		if (!fold->states[i].raid_disks)
			return false;
	return fold->count && fold->open[call->slot] && call->same_ctime;
}

static void emit_call(struct emit *emit, const struct mdt_conform_call *call,
		      unsigned long line, const struct mdt_conform_prediction *prediction,
		      bool asks)
{
	int result = mdt_conform_expected(prediction);

	switch (call->kind) {
	case MDT_CONFORM_OPEN:
		emit_open(emit, call, line, result);
		return;
	case MDT_CONFORM_CLOSE:
		mdt_buf_printf(&emit->text, "close(%d",
			       MDT_CONFORM_FIRST_FD + call->slot);
		add_result(emit, result, 0);
		push_call(emit, line);
		return;
	case MDT_CONFORM_IOCTL:
		emit_ioctl(emit, call, line, asks,
			   mdt_conform_sure(prediction) != MDT_RESULT_UNKNOWN, result);
		return;
	case MDT_CONFORM_ATTRIBUTE:
		emit_file(emit, call, line, prediction->opens, result);
		return;
	case MDT_CONFORM_PARAMETER:
		emit_file(emit, call, line, true, result);
		return;
	}
}

// Once nothing is known the rest is left out: what it would set off is not known either.
static void emit_calls(struct emit *emit, struct mdt_conform_fold *fold)
{
	uint64_t fired[MDT_RULES_MAX / 64];
	const struct mdt_conform_sequence *sequence = emit->sequence;

	for (size_t i = 0; i < sequence->count && fold->count && !emit->failed; i++) {
		const struct mdt_conform_call *call = &sequence->calls[i];
		bool asks = can_ask(fold, call);
		struct mdt_conform_prediction prediction;

		mdt_conform_predict(fold, call, &prediction);
		if (!prediction.is_made || prediction.fatal)
			continue;
		emit_call(emit, call, i + 1, &prediction, asks);
		mdt_conform_take(fold, call, mdt_conform_expected(&prediction), fired);
		if (call->hasty || !mdt_conform_is_unsettled(fold))
			continue;
		push(emit, MDT_STEP_SETTLE);
		mdt_conform_settle(fold, fired);
	}
}

static bool has_module(const struct mdt_plan *plan, struct mdt_slice name)
{
	for (size_t i = 0; i < plan->module_count; i++)
		if (mdt_slice_eq(plan->modules[i], name))
			return true;
	return false;
}

static struct mdt_error *add_modules(uint32_t levels, struct mdt_plan *plan)
{
	for (int32_t level = -1; level <= 10; level++) {
		const char *name = mdt_model_module(level);
		struct mdt_slice *module;

		if (!name || !(levels & MDT_LEVEL_BIT(level)) ||
		    has_module(plan, mdt_slice_cstr(name)))
			continue;
		module = mdt_plan_add(plan, plan->modules, plan->module_count);
		if (!module)
			return &mdt_enomem;
		*module = mdt_slice_cstr(name);
	}
	return NULL;
}

struct mdt_error *mdt_conform_plan_begin(uint32_t levels, struct mdt_plan *plan)
{
	struct mdt_error *err = add_modules(levels, plan);

	if (err)
		return err;
	array_for_each (it, mdt_conform_disks) {
		struct mdt_plan_disk *disk;

		if (!it->is_there)
			continue;
		disk = mdt_plan_add(plan, plan->disks, plan->disk_count);
		if (!disk)
			return &mdt_enomem;
		*disk = (struct mdt_plan_disk){ .major = it->major,
						.minor = it->minor,
						.path = mdt_slice_cstr(it->path),
						.size = 512 * (uint64_t)it->sectors };
	}
	return NULL;
}

static struct mdt_error *name_section(struct emit *emit)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };

	mdt_buf_printf(&name, "seed %" PRIu64 ", sequence %u", emit->sequence->seed,
		       emit->sequence->number);
	if (name.failed || !mdt_arena_copy(&emit->plan->arena, mdt_buf_slice(&name),
					   &emit->section->name))
		return &mdt_enomem;
	return NULL;
}

struct mdt_error *mdt_conform_plan_add(struct mdt_plan *plan,
				       const struct mdt_model_options *options,
				       const struct mdt_conform_sequence *sequence,
				       struct mdt_conform_fold *fold)
{
	struct emit emit = { .plan = plan, .sequence = sequence };
	struct mdt_error *err;

	emit.section = mdt_plan_add(plan, plan->sections, plan->section_count);
	if (!emit.section)
		return &mdt_enomem;
	err = name_section(&emit);
	if (err)
		return err;
	mdt_conform_fold_begin(fold, options, sequence);
	make_world(&emit);
	emit_calls(&emit, fold);
	end_world(&emit);
	mdt_buf_deinit(&emit.text);
	return emit.failed ? &mdt_enomem : NULL;
}

/* ---- words ---- */

static const char *request_name(const struct mdt_conform_call *call)
{
	enum mdt_md_op op = mdt_conform_op(call->request);

	return op == MDT_OP_OTHER_IOCTL ? NULL : mdt_md_op_name(op);
}

static void ioctl_text(const struct mdt_conform_call *call, struct mdt_buf *ret)
{
	const char *name = request_name(call);
	struct mdt_model_call model;

	if (name)
		mdt_buf_adds(ret, name);
	else
		mdt_buf_printf(ret, "ioctl 0x%x", call->request);
	mdt_conform_model_call(call, &model);
	if (model.has_device)
		mdt_buf_printf(ret, " %u:%u", model.major, model.minor);
	if (call->arg == MDT_CONFORM_ARG_POINTER)
		mdt_buf_adds(ret, " with a bad pointer");
}

void mdt_conform_call_text(const struct mdt_conform_call *call, struct mdt_buf *ret)
{
	switch (call->kind) {
	case MDT_CONFORM_OPEN:
		mdt_buf_adds(ret, call->exclusive ? "open O_EXCL" : "open");
		return;
	case MDT_CONFORM_CLOSE:
		mdt_buf_adds(ret, "close");
		return;
	case MDT_CONFORM_IOCTL:
		ioctl_text(call, ret);
		return;
	case MDT_CONFORM_ATTRIBUTE:
	case MDT_CONFORM_PARAMETER:
		mdt_buf_adds(ret, "write ");
		mdt_buf_adds(ret, call->kind == MDT_CONFORM_PARAMETER ? "new_array"
				  : call->op == MDT_OP_SETTLE	      ? "fail_last_dev"
				  : call->op == MDT_OP_MEMBER_STATE
					  ? "state"
					  : mdt_md_op_name(call->op) + strlen("write "));
		mdt_buf_printf(ret, " %s", call->word);
		if (call->kind == MDT_CONFORM_ATTRIBUTE &&
		    call->op == MDT_OP_MEMBER_STATE)
			mdt_buf_printf(ret, " of %s", mdt_conform_disks[call->disk].name);
		return;
	}
}
