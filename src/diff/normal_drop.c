// SPDX-License-Identifier: MIT
// Calls that are not compared at all.
#include "diff/normal.h"

// libudev.so.1, ld.so.cache, ld.so.preload; what gconv and locales are loaded from.
static bool is_library(struct mdt_slice path)
{
	struct mdt_slice name = mdt_slice_base_name(path);
	const char *so = mdt_slice_find(name, SLICE(".so"));

	if (so && (so + 3 == name.str + name.len || so[3] == '.'))
		return true;
	return mdt_slice_find(path, SLICE("/glibc-hwcaps")) ||
	       mdt_slice_find(path, SLICE("/gconv")) ||
	       mdt_slice_ends(path, SLICE("/locale-archive"));
}

// 3</lib/x86_64-linux-gnu/libc.so.6>: the path of a descriptor that is gone already.
static bool about_closing(const struct mdt_buf *closing, struct mdt_slice *ret)
{
	struct mdt_slice text = mdt_buf_slice(closing);

	if (text.len < 4 || text.str[1] != '<')
		return false;
	*ret = mdt_slice_from(text.str + 2, text.len - 3);
	return true;
}

// The file that the call is about: of its path, or behind its descriptor.
static bool about(struct mdt_normal *normal, bool *by_path, struct mdt_slice *ret)
{
	const char *args = normal->row->args;
	bool has_dirfd = args[0] == 'd';
	const struct mdt_diff_task *task = &normal->tasks.items[normal->task];
	const struct mdt_file *file;

	if (normal->event->kind == MDT_EVENT_RESUMED && task->closing.len &&
	    normal->row->kind == MDT_CALL_CLOSE)
		return about_closing(&task->closing, ret);
	// newfstatat(3, "", ...) is fstat(3, ...).
	*by_path = args[has_dirfd] == 'p' &&
		   !mdt_slice_eq(mdt_ref_text(mdt_event_arg(normal->event, has_dirfd)),
				 SLICE("\"\""));
	if (*by_path)
		return mdt_trace_path(&normal->trace, normal->event,
				      has_dirfd ? mdt_event_arg(normal->event, 0)
						: mdt_ref_none(),
				      mdt_event_arg(normal->event, has_dirfd), ret);
	if (args[0] != 'f' && args[0] != 'd')
		return false;
	file = mdt_trace_file(&normal->trace, normal->event,
			      mdt_event_arg(normal->event, 0));
	if (file)
		*ret = file->path;
	return file && file->path.len;
}

// The loader asks for the folder in which it has not found a library.
static bool is_search(struct mdt_normal *normal)
{
	struct mdt_slice name = normal->event->name;

	return normal->tasks.items[normal->task].searching &&
	       (normal->row->kind == MDT_CALL_STAT ||
		mdt_slice_starts(name, SLICE("stat")));
}

static bool drops_loader(struct mdt_normal *normal)
{
	struct mdt_diff_task *task = &normal->tasks.items[normal->task];
	struct mdt_slice path;
	bool by_path = false;

	if (normal->row->kind == MDT_CALL_EXEC)
		return false;
	if (!about(normal, &by_path, &path)) {
		task->searching = false;
		return false;
	}
	if (is_library(path)) {
		task->searching = by_path && mdt_event_failed(normal->event);
		return mdt_rule_fires(normal->rules, MDT_RULE_LOADER);
	}
	if (is_search(normal))
		return mdt_rule_fires(normal->rules, MDT_RULE_LOADER);
	task->searching = false;
	return false;
}

// prlimit64(0, RLIMIT_STACK, NULL, {...}): what the C library does when it starts.
static bool is_stack_limit(const struct mdt_event *event)
{
	return mdt_slice_eq(event->name, SLICE("prlimit64")) &&
	       mdt_slice_eq(mdt_ref_text(mdt_event_arg(event, 1)),
			    SLICE("RLIMIT_STACK")) &&
	       mdt_slice_eq(mdt_ref_text(mdt_event_arg(event, 2)), SLICE("NULL"));
}

// The kernel makes the call again, and strace prints it again; but what goes on as
// restart_syscall() is the call that was interrupted (signal(7)).
static bool drops_restart(struct mdt_normal *normal)
{
	struct mdt_slice error = normal->event->result.error;

	if (normal->row && normal->row->kind == MDT_CALL_RESTART)
		return mdt_rule_fires(normal->rules, MDT_RULE_RESTARTS);
	return mdt_slice_starts(error, SLICE("ERESTART")) &&
	       !mdt_slice_eq(error, SLICE("ERESTART_RESTARTBLOCK")) &&
	       mdt_rule_fires(normal->rules, MDT_RULE_RESTARTS);
}

bool mdt_normal_drops(struct mdt_normal *normal)
{
	const struct mdt_call_row *row = normal->row;

	if (drops_restart(normal))
		return true;
	if (!row)
		return false;
	switch (row->kind) {
	case MDT_CALL_MEMORY:
		return mdt_rule_fires(normal->rules, MDT_RULE_MEMORY);
	case MDT_CALL_START:
		return mdt_rule_fires(normal->rules, MDT_RULE_LOADER);
	case MDT_CALL_WAIT:
		return mdt_rule_fires(normal->rules, MDT_RULE_WAITS);
	case MDT_CALL_LOCK:
		return mdt_rule_fires(normal->rules, MDT_RULE_LOCKS);
	default:
		return (is_stack_limit(normal->event) &&
			mdt_rule_fires(normal->rules, MDT_RULE_LOADER)) ||
		       drops_loader(normal);
	}
}
