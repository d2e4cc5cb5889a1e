// SPDX-License-Identifier: MIT
// A log's calls that are run, in the order in which they ended.
#include "derive/select.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- first: which nodes are block devices ---- */

static struct drv_node *node_get(struct drv_select *s, struct mdt_slice path)
{
	struct drv_node *node;

	if (!mdt_slice_starts(path, SLICE("/dev/")))
		return NULL;
	node = mdt_map_find_text(&s->nodes, path);
	if (node)
		return node;
	node = drv_alloc(s->p, sizeof(*node));
	if (!node)
		return NULL;
	node->path = drv_copy(s->p, path);
	if (node->path.len && !mdt_map_set_text(&s->nodes, node->path, node))
		s->p->failed_memory = true;
	return node;
}

// A request that only block devices have, or mdadm's word for it.
static void note_block(struct drv_select *s, struct mdt_slice path)
{
	struct drv_node *node = node_get(s, path);

	if (node)
		node->is_block = true;
}

static void scan_open(struct drv_select *s, const struct mdt_event *event)
{
	mdt_about_find(&s->trace, mdt_ioctl_builtin(), event, &s->about);
	if (s->about.path.len)
		node_get(s, s->about.path);
}

// After the log: the numbers of what was opened.
static void number_nodes(struct drv_select *s)
{
	mdt_map_for_each(it, &s->nodes)
	{
		struct drv_node *node = it->value;
		const struct mdt_device *device = mdt_trace_node(&s->trace, node->path);

		if (!device || device->source < MDT_DEV_BY_MKNOD)
			continue;
		node->has_number = true;
		node->major = device->major;
		node->minor = device->minor;
	}
}

static void scan_ioctl(struct drv_select *s, const struct mdt_event *event)
{
	mdt_about_find(&s->trace, mdt_ioctl_builtin(), event, &s->about);
	// BLK* are type 0x12: linux/fs.h.
	if (s->about.file && s->about.path.len && mdt_event_succeeded(event) &&
	    s->about.has_request && (s->about.request >> 8 & 0xff) == 0x12)
		note_block(s, s->about.path);
}

static void scan_exec(struct drv_select *s, const struct mdt_event *event)
{
	struct mdt_ref list = mdt_event_arg(event, 1);
	struct mdt_slice program = mdt_ref_inside(mdt_event_arg(event, 0));

	if (!mdt_slice_ends(program, SLICE("mdadm")))
		return;
	for (struct mdt_ref it = mdt_ref_first(list); mdt_ref_ok(it);
	     it = mdt_ref_next(list, it)) {
		mdt_buf_clear(&s->bytes);
		if (mdt_ref_bytes(it, &s->bytes))
			note_block(s, mdt_buf_slice(&s->bytes));
	}
}

// Where each process is seen last.
static void scan_last(struct drv_select *s, const struct mdt_event *event)
{
	// NOLINTNEXTLINE(performance-no-int-to-ptr)
	if (event->prefix.pid && !mdt_map_set(&s->lasts, event->prefix.pid,
					      (void *)(uintptr_t)(event->line + 1)))
		s->p->failed_memory = true;
}

static void scan_event(struct drv_select *s, const struct mdt_event *event)
{
	scan_last(s, event);
	if (event->kind != MDT_EVENT_CALL && event->kind != MDT_EVENT_RESUMED)
		return;
	if (mdt_slice_starts(event->name, SLICE("close")))
		s->log->has_close = true;
	else if (mdt_slice_eq(event->name, SLICE("lseek")) ||
		 mdt_slice_eq(event->name, SLICE("_llseek")))
		s->log->has_seek = true;
	else if (mdt_slice_eq(event->name, SLICE("ioctl")))
		scan_ioctl(s, event);
	else if (mdt_slice_starts(event->name, SLICE("open")))
		scan_open(s, event);
	else if (mdt_slice_eq(event->name, SLICE("execve")) && mdt_event_succeeded(event))
		scan_exec(s, event);
}

/* ---- then: the calls ---- */

static bool is_fork(const struct mdt_event *event)
{
	return mdt_slice_starts(event->name, SLICE("clone")) ||
	       mdt_slice_eq(event->name, SLICE("fork")) ||
	       mdt_slice_eq(event->name, SLICE("vfork"));
}

/*
 * A child may do things before its parent's clone() has come back: then the call stands
 * in front of them.
 */
// @param from No call before this one has ended after the clone() began.
static void move_fork(struct drv_select *s, size_t from)
{
	struct drv_log *log = s->log;
	struct drv_call fork = log->calls[log->count - 1];
	size_t to = log->count - 1;

	if (fork.what != DRV_FORK)
		return;
	for (size_t i = from; i < log->count - 1; i++)
		if (log->calls[i].pid == fork.child && log->calls[i].line > fork.line) {
			to = i;
			break;
		}
	memmove(&log->calls[to + 1], &log->calls[to],
		(log->count - 1 - to) * sizeof(fork));
	log->calls[to] = fork;
}

// Who is in the middle of a clone().
struct forking {
	uint32_t pid; // 0: nobody
	bool shares;  // with CLONE_FILES
	size_t since; // how many calls there were when it began
};

// What a child inherits is known as soon as it says something.
static void greet(struct drv_select *s, const struct mdt_event *event,
		  struct forking *forking)
{
	uint32_t pid = event->prefix.pid;

	if (event->kind == MDT_EVENT_UNFINISHED && is_fork(event))
		*forking =
			(struct forking){ pid, drv_shares_files(event), s->log->count };
	else if (forking->pid && pid && pid != forking->pid && !drv_pid_is_known(s, pid))
		drv_fd_fork(s, forking->pid, pid, forking->shares);
}

// A process's end of which the log has only strace's word.
static void end_process(struct drv_select *s, uint32_t pid)
{
	struct drv_call *call;

	// Without any close() in the log, all are closed behind their last use.
	if (s->log->has_close && drv_fd_any(s, pid, false)) {
		call = drv_made(s, pid,
				"the process ends here; the log has no call for it",
				DRV_EXIT, NULL, SLICE("exit_group(0) = ?"));
		if (call)
			call->line = 0;
	}
	drv_fd_exit(s, pid);
}

/*
 * A command that no process of the log has started is another strace's: those before it
 * that are not seen again have ended, whether the log has their end or was cut before.
 */
static void begin_command(struct drv_select *s, const struct mdt_event *event)
{
	uint32_t pid = event->prefix.pid;

	if (!pid || event->kind != MDT_EVENT_CALL || drv_pid_is_known(s, pid) ||
	    !mdt_slice_eq(event->name, SLICE("execve")) || !mdt_event_succeeded(event))
		return;
	mdt_map_for_each(it, &s->pids)
	{
		uint32_t other = (uint32_t)it->key;

		if ((uintptr_t)mdt_map_find(&s->lasts, other) > event->line)
			continue;
		end_process(s, other);
		if (!mdt_map_set(&s->pids, other, NULL))
			s->p->failed_memory = true;
	}
}

// `raid1`, `dm-raid`: what a module's name can be; a plan has it without quotes.
static bool is_module(struct mdt_slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!(name.str[i] >= '0' && name.str[i] <= '9') &&
		    !(name.str[i] >= 'a' && name.str[i] <= 'z') &&
		    !(name.str[i] >= 'A' && name.str[i] <= 'Z') && name.str[i] != '_' &&
		    name.str[i] != '-')
			return false;
	return name.len != 0;
}

// The personalities that there were: others are none that an array could have.
static void read_modules(struct drv_select *s, struct mdt_slice rest)
{
	struct mdt_slice word;

	s->p->knows_modules = true;
	while (mdt_plan_word(&rest, &word)) {
		mdt_buf_clear(&s->text);
		if (mdt_plan_text(word, &s->text) && is_module(mdt_buf_slice(&s->text)))
			drv_add_module(s->p, drv_copy(s->p, mdt_buf_slice(&s->text)));
	}
}

// What `mdtrace record` says at a log's top.
static void read_head(struct drv_select *s, struct mdt_slice line)
{
	static const struct mdt_slice mark = SLICE_INIT("# mdtrace: recorded "),
				      modules = SLICE_INIT("# mdtrace: modules ");
	struct mdt_slice rest, word;

	if (mdt_slice_starts(line, modules)) {
		read_modules(s, mdt_slice_skip(line, modules.len));
		return;
	}

	if (s->p->plan->recorded.len || !mdt_slice_starts(line, mark))
		return;
	rest = mdt_slice_skip(line, mark.len);
	mdt_buf_clear(&s->text);
	if (mdt_plan_word(&rest, &word) && mdt_plan_text(word, &s->text))
		s->p->plan->recorded = drv_copy(s->p, mdt_buf_slice(&s->text));
}

static struct mdt_error *run_event(struct drv_select *s, const struct mdt_event *event,
				   struct forking *forking)
{
	struct mdt_error *err;
	size_t before = s->log->count, since = 0;
	int64_t child;

	begin_command(s, event);
	greet(s, event, forking);
	if (event->fault.expected)
		drv_skip(s->log, MDT_SKIPPED_FAULT, 1);
	switch (event->kind) {
	case MDT_EVENT_EXIT:
		end_process(s, event->prefix.pid);
		return NULL;
	case MDT_EVENT_COMMENT:
		read_head(s, event->raw);
		return NULL;
	case MDT_EVENT_CALL:
	case MDT_EVENT_RESUMED:
		break;
	default:
		return NULL;
	}
	s->child_runs = false;
	if (is_fork(event)) {
		since = forking->pid == event->prefix.pid ? forking->since : 0;
		*forking = (struct forking){ 0 };
		// Its descriptors are its own already.
		s->child_runs = event->kind == MDT_EVENT_RESUMED &&
				mdt_ref_i64(event->result.value, &child) &&
				drv_pid_is_known(s, (uint32_t)child);
	}
	err = drv_select_event(s, event);
	if (!err && s->log->count > before && s->child_runs)
		move_fork(s, since);
	return err;
}

static struct mdt_error *walk(struct drv_select *s, struct mdt_slice text, bool scan)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err;
	struct mdt_event event;
	struct forking forking = { 0 };
	bool got;

	err = mdt_reader_create_text(s->log->path, text, &reader);
	mdt_trace_deinit(&s->trace);
	mdt_trace_init(&s->trace);
	while (!err) {
		err = mdt_reader_next(reader, &event, &got);
		if (err || !got)
			break;
		if (scan)
			scan_event(s, &event);
		else
			err = run_event(s, &event, &forking);
		if (!err)
			err = mdt_trace_follow(&s->trace, &event);
	}
	if (!err && !scan)
		drv_skip(s->log, DRV_WHY_HALF, mdt_reader_unfinished(reader));
	return err;
}

/* ---- last: what the calls need around them ---- */

// Processes that do nothing of ours are left out.
static void drop_forks(struct drv_select *s)
{
	struct drv_log *log = s->log;
	struct mdt_map busy = { 0 }; // pids of calls further on
	bool ok = true;

	for (size_t i = log->count; i-- > 0;) {
		struct drv_call *call = &log->calls[i];

		if (call->what == DRV_FORK && !mdt_map_find(&busy, call->child)) {
			call->is_dropped = true;
			drv_skip(log, DRV_WHY_PROCESS, 1);
		}
		if (!call->is_dropped)
			ok = mdt_map_set(&busy, call->pid, log) && ok;
	}
	s->p->failed_memory |= !ok;
	mdt_map_deinit(&busy);
}

static uint64_t fd_key(const struct drv_call *call)
{
	return (uint64_t)call->pid << 32 | (uint32_t)call->fd;
}

// Close what the open at @p open is behind its last use.
static void close_behind(struct drv_log *log, const struct drv_call *open,
			 const size_t *lasts)
{
	size_t index = (size_t)(open - log->calls);

	log->calls[lasts[index]].close_after = index + 1;
}

/*
 * A log without any close(): a descriptor is closed behind its last use, as mdadm does
 * it; an open one would keep members busy that are opened with O_EXCL.
 */
static void close_behind_use(struct drv_select *s)
{
	struct drv_log *log = s->log;
	struct mdt_map opens = { 0 }; // whose and which descriptor to its open
	size_t *lasts = calloc(log->count + 1, sizeof(*lasts)); // by the open's index
	bool ok = lasts != NULL;

	for (size_t i = 0; ok && i < log->count; i++) {
		struct drv_call *call = &log->calls[i];
		const struct drv_call *open = mdt_map_find(&opens, fd_key(call));
		bool opened = call->what == DRV_OPEN && call->ok;

		if (open && (call->what == DRV_OPEN || call->what == DRV_CLOSE)) {
			call->is_dropped |= call->what == DRV_CLOSE;
			close_behind(log, open, lasts);
			ok = mdt_map_set(&opens, fd_key(call), NULL);
		} else if (open) {
			lasts[open - log->calls] = i;
		}
		lasts[i] = opened ? i : lasts[i];
		if (opened)
			ok = mdt_map_set(&opens, fd_key(call), call) && ok;
	}
	mdt_map_for_each(it, &opens) close_behind(log, it->value, lasts);
	s->p->failed_memory |= !ok;
	mdt_map_deinit(&opens);
	free(lasts);
}

struct mdt_error *drv_select(struct drv_planner *p, struct mdt_slice text,
			     struct drv_log *log)
{
	struct drv_select s = { .p = p, .log = log };
	struct mdt_error *err = walk(&s, text, true);

	if (!err) {
		number_nodes(&s);
		err = walk(&s, text, false);
	}
	drop_forks(&s);
	if (!log->has_close)
		close_behind_use(&s);
	if (!err && p->failed_memory)
		err = &mdt_enomem;
	mdt_trace_deinit(&s.trace);
	drv_fds_deinit(&s);
	mdt_map_deinit(&s.nodes);
	mdt_map_deinit(&s.lasts);
	mdt_buf_deinit(&s.text);
	mdt_buf_deinit(&s.bytes);
	return err;
}
