// SPDX-License-Identifier: MIT
#include "diff/normal.h"

#include "ioctl/value.h"
#include "strace/parse.h"
#include "trace/process.h"

/* ---- arguments ---- */

static struct mdt_ref arg_of(const struct mdt_normal *normal, unsigned int index)
{
	return mdt_event_arg(normal->event, index);
}

static void put_path(struct mdt_normal *normal, struct mdt_ref dirfd, struct mdt_ref ref)
{
	struct mdt_slice path;

	mdt_buf_clear(&normal->path);
	if (!mdt_trace_path(&normal->trace, normal->event, dirfd, ref, &path)) {
		mdt_normal_value(normal, ref);
		return;
	}
	mdt_normal_mask_path(normal->rules, path, &normal->path);
	mdt_bytes_text(mdt_buf_slice(&normal->path), false, &normal->text);
}

static void put_fds(struct mdt_normal *normal, struct mdt_ref ref)
{
	struct mdt_ref fd = mdt_ref_first(ref);

	if (!mdt_ref_ok(ref) || mdt_ref_node(ref)->kind != MDT_NODE_ARRAY ||
	    normal->rules->off[MDT_RULE_DESCRIPTORS]) {
		mdt_normal_value(normal, ref);
		return;
	}
	mdt_buf_addc(&normal->text, '[');
	for (; mdt_ref_ok(fd); fd = mdt_ref_next(ref, fd)) {
		normal->rules->fired[MDT_RULE_DESCRIPTORS]++;
		mdt_buf_adds(&normal->text, normal->text.str[normal->text.len - 1] == '['
						    ? "FD"
						    : ", FD");
	}
	mdt_buf_addc(&normal->text, ']');
}

// A struct that the kernel has filled in, or the address of one that it has not.
static void put_masked(struct mdt_normal *normal, struct mdt_ref ref,
		       enum mdt_diff_rule rule, const char *word)
{
	enum mdt_node_kind kind = (enum mdt_node_kind)mdt_ref_node(ref)->kind;

	if ((kind == MDT_NODE_STRUCT || kind == MDT_NODE_STRING ||
	     kind == MDT_NODE_ARRAY) &&
	    mdt_rule_fires(normal->rules, rule))
		mdt_buf_adds(&normal->text, word);
	else
		mdt_normal_value(normal, ref);
}

static void put_environment(struct mdt_normal *normal, struct mdt_ref ref)
{
	if (mdt_rule_fires(normal->rules, MDT_RULE_ENVIRONMENT))
		mdt_buf_adds(&normal->text, "ENV");
	else
		mdt_normal_value(normal, ref);
}

// /proc/self is a link to the own pid; its path has just been written.
static void put_link(struct mdt_normal *normal, struct mdt_ref ref)
{
	bool is_self = mdt_slice_eq(mdt_buf_slice(&normal->path), SLICE("/proc/self"));

	if (is_self && mdt_event_succeeded(normal->event) &&
	    mdt_rule_fires(normal->rules, MDT_RULE_PIDS))
		mdt_buf_adds(&normal->text, "\"0\"");
	else
		mdt_normal_value(normal, ref);
}

static void put_address(struct mdt_normal *normal, struct mdt_ref ref)
{
	uint64_t value;

	if (mdt_ref_u64(ref, &value) && value &&
	    mdt_rule_fires(normal->rules, MDT_RULE_ADDRESSES))
		mdt_buf_adds(&normal->text, "ADDR");
	else
		mdt_normal_value(normal, ref);
}

static void put_arg(struct mdt_normal *normal, char letter, struct mdt_ref ref,
		    struct mdt_ref before)
{
	switch (letter) {
	case 'f':
		mdt_normal_fd(normal, ref);
		break;
	case 'D':
		mdt_buf_adds(&normal->text, "AT_FDCWD");
		break;
	case 'F':
		put_fds(normal, ref);
		break;
	case 'p':
		put_path(normal, before, ref);
		break;
	case 'n':
		mdt_normal_pid(normal, ref);
		break;
	case 'a':
		put_address(normal, ref);
		break;
	case 't':
		put_masked(normal, ref, MDT_RULE_TIMES, "TIME");
		break;
	case 'r':
		put_masked(normal, ref, MDT_RULE_RANDOM, "RANDOM");
		break;
	case 'e':
		put_environment(normal, ref);
		break;
	case 'l':
		put_link(normal, ref);
		break;
	default:
		mdt_normal_value(normal, ref);
	}
}

// Whether an argument is left out, since another call for the same thing has none.
static bool is_left_out(struct mdt_normal *normal, char letter, struct mdt_ref ref)
{
	uint64_t flags;

	if (normal->rules->off[MDT_RULE_CALL_NAMES] || !normal->row || !normal->row->as)
		return false;
	return letter == 'x' || (letter == 's' && mdt_ref_u64(ref, &flags) && !flags);
}

// Whether a path counts from its folder's descriptor: the path is made absolute, and then
// the folder does not matter.
static bool is_from_folder(struct mdt_normal *normal, unsigned int index)
{
	struct mdt_slice path;

	return !mdt_trace_path(&normal->trace, normal->event, arg_of(normal, index),
			       arg_of(normal, index + 1), &path) ||
	       !path.len || path.str[0] != '/' ||
	       !mdt_ref_inside(arg_of(normal, index + 1)).len;
}

// `d` and `x` are no letters of plain calls: what follows 'd' is 'p'.
static void put_args_from(struct mdt_normal *normal, unsigned int index, bool comma)
{
	const char *letters = normal->row ? normal->row->args : "";
	struct mdt_ref ref = arg_of(normal, index), before = mdt_ref_none();
	size_t count = strlen(letters);
	bool by_name = normal->rules->off[MDT_RULE_CALL_NAMES];

	for (; mdt_ref_ok(ref); ref = mdt_ref_next(normal->event->call, ref), index++) {
		char letter = index < count ? letters[index] : '.';

		if (letter == 'd') {
			before = ref;
			if (!by_name && normal->row->as)
				continue;
			letter = is_from_folder(normal, index) ? 'f' : 'D';
		}
		if (is_left_out(normal, letter, ref))
			continue;
		if (comma)
			mdt_buf_adds(&normal->text, ", ");
		comma = true;
		put_arg(normal, letter, ref, before);
		if (letter == 'p')
			before = mdt_ref_none();
	}
}

/* ---- whole calls ---- */

static struct mdt_slice path_of_exec(struct mdt_normal *normal)
{
	struct mdt_slice path = { 0 };
	const char *slash;
	bool has_dirfd = normal->row->args[0] == 'd';

	if (!mdt_trace_path(&normal->trace, normal->event,
			    has_dirfd ? arg_of(normal, 0) : mdt_ref_none(),
			    arg_of(normal, has_dirfd), &path))
		return (struct mdt_slice){ 0 };
	slash = memrchr(path.str, '/', path.len);
	return slash ? mdt_slice_skip(path, (size_t)(slash + 1 - path.str)) : path;
}

// execve("mdadm", ["mdadm", ...], ENV): where it was found is in the calls that failed.
static void put_exec(struct mdt_normal *normal)
{
	struct mdt_slice name = path_of_exec(normal);
	bool has_dirfd = normal->row->args[0] == 'd';

	if (!name.len || !mdt_event_succeeded(normal->event) ||
	    !mdt_rule_fires(normal->rules, MDT_RULE_ENVIRONMENT)) {
		put_args_from(normal, 0, false);
		return;
	}
	mdt_buf_clear(&normal->path);
	mdt_normal_mask_path(normal->rules, name, &normal->path);
	mdt_bytes_text(mdt_buf_slice(&normal->path), false, &normal->text);
	put_args_from(normal, has_dirfd + 1U, true);
}

// newfstatat(3, "", {...}, AT_EMPTY_PATH) is fstat(3, {...}): glibc since 2.33 makes it.
static bool is_fstat(struct mdt_normal *normal)
{
	return mdt_slice_eq(mdt_ref_text(arg_of(normal, 1)), SLICE("\"\"")) &&
	       mdt_slice_find(mdt_ref_text(arg_of(normal, 3)), SLICE("AT_EMPTY_PATH")) &&
	       mdt_rule_fires(normal->rules, MDT_RULE_CALL_NAMES);
}

// Where the output of the program goes is not its own doing.
static void put_fstat(struct mdt_normal *normal, unsigned int struct_index)
{
	size_t before = normal->text.len;

	mdt_normal_fd(normal, arg_of(normal, 0));
	mdt_buf_adds(&normal->text, ", ");
	if (normal->text.len - before == 3 && mdt_event_succeeded(normal->event))
		put_masked(normal, arg_of(normal, struct_index), MDT_RULE_ENVIRONMENT,
			   "STAT");
	else
		mdt_normal_value(normal, arg_of(normal, struct_index));
}

// The descriptor is gone since the call began.
static void put_close(struct mdt_normal *normal)
{
	struct mdt_buf *closing = &normal->tasks.items[normal->task].closing;

	if (normal->event->kind == MDT_EVENT_RESUMED && closing->len)
		mdt_buf_add(&normal->text, mdt_buf_slice(closing));
	else
		mdt_normal_fd(normal, arg_of(normal, 0));
	mdt_buf_clear(closing);
}

static struct mdt_error *put_args(struct mdt_normal *normal)
{
	enum mdt_call_kind kind = normal->row ? normal->row->kind : MDT_CALL_PLAIN;

	switch (kind) {
	case MDT_CALL_IOCTL:
		mdt_normal_fd(normal, arg_of(normal, 0));
		return mdt_normal_ioctl(normal);
	case MDT_CALL_READ:
	case MDT_CALL_WRITE:
		mdt_normal_fd(normal, arg_of(normal, 0));
		return mdt_normal_transfer(normal);
	case MDT_CALL_EXEC:
		put_exec(normal);
		return NULL;
	case MDT_CALL_CLOSE:
		put_close(normal);
		return NULL;
	case MDT_CALL_FSTAT:
		put_fstat(normal, 1);
		return NULL;
	default:
		put_args_from(normal, 0, false);
		return NULL;
	}
}

static struct mdt_error *put_call(struct mdt_normal *normal)
{
	const struct mdt_call_row *row = normal->row;
	struct mdt_error *err = NULL;

	if (row && row->kind == MDT_CALL_STAT && is_fstat(normal)) {
		mdt_buf_adds(&normal->text, "fstat(");
		put_fstat(normal, 2);
	} else {
		if (row && row->as && mdt_rule_fires(normal->rules, MDT_RULE_CALL_NAMES))
			mdt_buf_adds(&normal->text, row->as);
		else
			mdt_buf_add(&normal->text, normal->event->name);
		mdt_buf_addc(&normal->text, '(');
		err = put_args(normal);
	}
	mdt_buf_adds(&normal->text, ") = ");
	return err;
}

/* ---- results ---- */

static bool makes_descriptor(const struct mdt_normal *normal)
{
	struct mdt_slice command;

	if (!normal->row)
		return false;
	if (normal->row->kind != MDT_CALL_FCNTL)
		return normal->row->result == 'f';
	command = mdt_ref_text(arg_of(normal, 1));
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
	} else if (result->error.len) {
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
		end = memrchr(program.str, '/', program.len);
		if (end)
			program =
				mdt_slice_skip(program, (size_t)(end + 1 - program.str));
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
	err = put_call(normal);
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
		mdt_normal_fd(normal, arg_of(normal, 0));
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
			err = put_call(normal);
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
