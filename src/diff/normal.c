// SPDX-License-Identifier: MIT
#include "diff/normal.h"

#include "strace/parse.h"
#include "trace/process.h"

/* ---- results ---- */

static bool makes_descriptor(const struct mdt_normal *normal)
{
	struct mdt_slice command;

	if (!normal->row)
		return false;
	if (normal->row->kind != MDT_CALL_FCNTL)
		return normal->row->result == 'f';
	command = mdt_ref_text(mdt_event_arg(normal->event, 1));
	return mdt_slice_starts(command, SLICE("F_DUPFD"));
}

// A result must be a number: that is strace's language.
static void put_number(struct mdt_normal *normal, struct mdt_ref value)
{
	char letter = normal->row ? normal->row->result : '.';
	uint64_t number;

	if (makes_descriptor(normal)) {
		size_t before = normal->text.len;

		mdt_normal_fd(normal, value);
		if (mdt_slice_eq(mdt_slice_skip(mdt_buf_slice(&normal->text), before),
				 SLICE("FD"))) {
			normal->text.len = before;
			mdt_buf_addc(&normal->text, '3');
		}
	} else if (letter == 'n') {
		mdt_normal_pid(normal, value);
	} else if ((letter == 'a' && mdt_rule_fires(normal->rules, MDT_RULE_ADDRESSES)) ||
		   (letter == 't' && mdt_rule_fires(normal->rules, MDT_RULE_TIMES))) {
		mdt_buf_addc(&normal->text, '0');
	} else if (mdt_ref_u64(value, &number) &&
		   mdt_ref_node(value)->flags & MDT_NODE_HEX && number >= 0x10000 &&
		   mdt_rule_fires(normal->rules, MDT_RULE_ADDRESSES)) {
		mdt_buf_addc(&normal->text, '0');
	} else {
		mdt_buf_add(&normal->text, mdt_ref_text(value));
	}
}

static void put_result(struct mdt_normal *normal)
{
	const struct mdt_result *result = &normal->event->result;
	struct mdt_buf *text = &normal->text;

	if (mdt_slice_eq(result->error, SLICE("ERESTART_RESTARTBLOCK")) &&
	    mdt_rule_fires(normal->rules, MDT_RULE_RESTARTS)) {
		mdt_buf_addc(text, '0');
	} else if (!result->present || !mdt_ref_ok(result->value) ||
		   mdt_ref_node(result->value)->kind != MDT_NODE_INT) {
		mdt_buf_addc(text, '?');
	} else if (mdt_event_failed(normal->event)) {
		mdt_buf_add(text, mdt_ref_text(result->value));
	} else {
		put_number(normal, result->value);
	}
	if (result->error.len && !mdt_slice_starts(result->error, SLICE("ERESTART"))) {
		mdt_buf_addc(text, ' ');
		mdt_buf_add(text, result->error);
	}
	if (mdt_ref_ok(result->aux) && !(normal->row && strchr(normal->row->args, 't'))) {
		mdt_buf_addc(text, ' ');
		mdt_normal_value(normal, result->aux);
	}
	if (mdt_event_is_injected(normal->event))
		mdt_buf_adds(text, " (INJECTED)");
}

/* ---- processes ---- */

// From here on it is that program.
static struct mdt_error *note_exec(struct mdt_normal *normal, struct mdt_slice text)
{
	struct mdt_diff_task *task = &normal->tasks.items[normal->task];
	const char *quote = memchr(text.str, '"', text.len), *end;
	struct mdt_slice program = { 0 };

	if (!mdt_event_succeeded(normal->event))
		return NULL;
	if (quote) {
		program = mdt_slice_skip(text, (size_t)(quote + 1 - text.str));
		end = memchr(program.str, '"', program.len);
		program.len = end ? (size_t)(end - program.str) : program.len;
		program = mdt_slice_base_name(program);
	}
	if (!mdt_arena_copy(&normal->arena, program, &task->program) ||
	    !mdt_arena_copy(&normal->arena, text, &task->command))
		return &mdt_enomem;
	return NULL;
}

static struct mdt_error *note_fork(struct mdt_normal *normal)
{
	uint64_t pid;

	if (!mdt_event_succeeded(normal->event) ||
	    !mdt_ref_u64(normal->event->result.value, &pid) || !pid || pid > INT32_MAX)
		return NULL;
	return mdt_diff_tasks_fork(&normal->tasks, normal->task, (uint32_t)pid);
}

static struct mdt_error *follow(struct mdt_normal *normal)
{
	struct mdt_error *err = NULL;

	if (normal->row && normal->row->kind == MDT_CALL_FORK)
		err = note_fork(normal);
	return err ? err : mdt_trace_follow(&normal->trace, normal->event);
}

/* ---- events ---- */

static struct mdt_error *normal_call(struct mdt_normal *normal)
{
	bool drops = mdt_normal_drops(normal);
	struct mdt_error *err;

	if (drops)
		return follow(normal);
	err = mdt_normal_put_call(normal);
	// A descriptor or child that the call has made is known only then.
	if (!err)
		err = follow(normal);
	if (!err)
		put_result(normal);
	if (!err)
		err = mdt_buf_error(&normal->text);
	if (!err && normal->row && normal->row->kind == MDT_CALL_EXEC)
		err = note_exec(normal, mdt_buf_slice(&normal->text));
	return err;
}

// A call has begun; what it takes away is still there.
static struct mdt_error *normal_begin(struct mdt_normal *normal)
{
	struct mdt_diff_task *task = &normal->tasks.items[normal->task];
	struct mdt_buf *closing = &task->closing;

	mdt_buf_clear(&task->begun);
	mdt_buf_add(&task->begun, normal->event->raw);
	task->begun_line = normal->event->line;
	if (mdt_slice_eq(normal->event->name, SLICE("close"))) {
		mdt_normal_fd(normal, mdt_event_arg(normal->event, 0));
		mdt_buf_clear(closing);
		mdt_buf_add(closing, mdt_buf_slice(&normal->text));
		mdt_buf_clear(&normal->text);
	}
	return mdt_trace_follow(&normal->trace, normal->event);
}

static struct mdt_error *normal_exit(struct mdt_normal *normal)
{
	struct mdt_slice line = normal->event->raw;

	line = mdt_slice_skip(line, normal->event->prefix.text.len);
	mdt_buf_add(&normal->text, mdt_slice_trim(line));
	mdt_diff_tasks_end(&normal->tasks, normal->task);
	return mdt_trace_follow(&normal->trace, normal->event);
}

static void normal_signal(struct mdt_normal *normal)
{
	struct mdt_slice name = mdt_ref_text(mdt_ref_first(normal->event->subject));

	if (mdt_slice_eq(name, SLICE("SIGCHLD")) &&
	    mdt_rule_fires(normal->rules, MDT_RULE_SIGNALS))
		return;
	mdt_buf_adds(&normal->text, "--- ");
	mdt_buf_add(&normal->text, name);
	mdt_buf_adds(&normal->text, " ---");
}

// strace -f prints no pid as long as there is one process only; whose such lines are, the
// trace knows.
static struct mdt_error *find_task(struct mdt_normal *normal,
				   const struct mdt_event *event)
{
	const struct mdt_process *process =
		mdt_process_get(&normal->trace, event->prefix.pid);
	struct mdt_error *err = NULL;

	if (!process)
		return &mdt_enomem;
	// Its last line stands behind the call that has ended it.
	if (!event->prefix.pid && !process->pid &&
	    mdt_diff_tasks_only(&normal->tasks, &normal->task))
		return NULL;
	if (process->pid && process == normal->trace.solo)
		err = mdt_diff_tasks_name(&normal->tasks, process->pid);
	return err ? err
		   : mdt_diff_tasks_get(&normal->tasks, process->pid, &normal->task);
}

static bool is_of_task(enum mdt_event_kind kind)
{
	return kind == MDT_EVENT_CALL || kind == MDT_EVENT_RESUMED ||
	       kind == MDT_EVENT_UNFINISHED || kind == MDT_EVENT_SIGNAL ||
	       kind == MDT_EVENT_EXIT || kind == MDT_EVENT_SUPERSEDED;
}

struct mdt_error *mdt_normal_event(struct mdt_normal *normal,
				   const struct mdt_event *event, uint32_t *task,
				   struct mdt_slice *ret)
{
	struct mdt_error *err;

	mdt_buf_clear(&normal->text);
	*ret = (struct mdt_slice){ 0 };
	if (!is_of_task(event->kind))
		return mdt_trace_follow(&normal->trace, event);
	normal->event = event;
	err = find_task(normal, event);
	if (err)
		return err;
	*task = normal->task;
	switch (event->kind) {
	case MDT_EVENT_CALL:
	case MDT_EVENT_RESUMED:
		mdt_buf_clear(&normal->tasks.items[normal->task].begun);
		normal->row = mdt_call_row_find(event->name);
		err = normal_call(normal);
		break;
	case MDT_EVENT_UNFINISHED:
		err = normal_begin(normal);
		break;
	case MDT_EVENT_EXIT:
		err = normal_exit(normal);
		break;
	case MDT_EVENT_SIGNAL:
		normal_signal(normal);
		err = mdt_trace_follow(&normal->trace, event);
		break;
	default:
		err = mdt_trace_follow(&normal->trace, event);
	}
	if (!err)
		*ret = mdt_buf_slice(&normal->text);
	return err;
}

struct mdt_error *mdt_normal_pending(struct mdt_normal *normal, uint32_t task,
				     unsigned long *line, struct mdt_slice *ret)
{
	struct mdt_buf *begun = &normal->tasks.items[task].begun;
	struct mdt_nodes nodes = { 0 };
	struct mdt_event event;
	struct mdt_error *err = NULL;

	*ret = (struct mdt_slice){ 0 };
	if (!begun->len)
		return mdt_buf_error(begun);
	mdt_buf_clear(&normal->text);
	err = mdt_parse_line(mdt_buf_slice(begun), &nodes, &event);
	if (!err && event.kind == MDT_EVENT_UNFINISHED) {
		normal->event = &event;
		normal->task = task;
		normal->row = mdt_call_row_find(event.name);
		if (!mdt_normal_drops(normal))
			err = mdt_normal_put_call(normal);
		if (!err && normal->text.len)
			mdt_buf_addc(&normal->text, '?');
	}
	if (!err)
		err = mdt_buf_error(&normal->text);
	*line = normal->tasks.items[task].begun_line;
	*ret = mdt_buf_slice(&normal->text);
	mdt_buf_clear(begun);
	mdt_nodes_deinit(&nodes);
	return err;
}

struct mdt_error *mdt_normal_ending(struct mdt_normal *normal,
				    const struct mdt_event *event, bool *ends,
				    uint32_t *task)
{
	struct mdt_error *err;

	*ends = event->kind == MDT_EVENT_EXIT;
	if (!*ends)
		return NULL;
	err = find_task(normal, event);
	*task = normal->task;
	return err;
}
