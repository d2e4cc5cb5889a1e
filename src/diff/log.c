// SPDX-License-Identifier: MIT
#include "diff/log.h"

#include <stdlib.h>

#include "diff/normal.h"

void mdt_diff_log_deinit(struct mdt_diff_log *log)
{
	free(log->calls);
	mdt_diff_tasks_deinit(&log->tasks);
	mdt_arena_deinit(&log->arena);
	mdt_diff_origins_deinit(&log->origins);
	*log = (struct mdt_diff_log){ 0 };
}

static struct mdt_error *add_call(struct mdt_diff_log *log, struct mdt_diff_texts *texts,
				  unsigned long line, uint32_t task,
				  struct mdt_slice text)
{
	struct mdt_diff_call call = { .task = task, .line = (uint32_t)line };
	struct mdt_error *err = mdt_diff_texts_add(texts, text, &call.text);

	if (err)
		return err;
	if (!mdt_grow((void **)&log->calls, &log->cap, log->len, sizeof(call)))
		return &mdt_enomem;
	log->calls[log->len++] = call;
	return NULL;
}

// What a baseline says behind a call that repeats itself: "# x 1921".
static uint64_t repeats_of(const struct mdt_diff_log *log, const struct mdt_event *event)
{
	struct mdt_slice note = mdt_slice_trim(event->note);
	uint64_t count;

	if (!log->is_baseline || !mdt_slice_starts(note, SLICE("# x ")) ||
	    !mdt_slice_to_dec(mdt_slice_skip(note, 4), &count) || !count ||
	    count > MDT_BASELINE_REPEATS_MAX)
		return 1;
	return count;
}

static struct mdt_error *add_calls(struct mdt_diff_log *log, struct mdt_diff_texts *texts,
				   const struct mdt_event *event, uint32_t task,
				   struct mdt_slice text)
{
	struct mdt_error *err = NULL;
	uint64_t count = repeats_of(log, event);

	if (count > 1 && log->repeats + count > MDT_BASELINE_REPEATS_MAX)
		return mdt_error_at(MDT_ERR_INVALID, log->path, event->line, 0,
				    "the baseline repeats more than %d calls",
				    MDT_BASELINE_REPEATS_MAX);
	log->repeats += count > 1 ? count : 0;
	for (; !err && count; count--)
		err = add_call(log, texts, event->line, task, text);
	return err;
}

// What a process was in the middle of when it ended, or when the log did.
static struct mdt_error *add_pending(struct mdt_normal *normal, uint32_t task,
				     struct mdt_diff_texts *texts,
				     struct mdt_diff_log *log)
{
	struct mdt_slice text;
	unsigned long line;
	struct mdt_error *err = mdt_normal_pending(normal, task, &line, &text);

	return err || !text.len ? err : add_call(log, texts, line, task, text);
}

static struct mdt_error *add_pending_of(struct mdt_normal *normal,
					const struct mdt_event *event,
					struct mdt_diff_texts *texts,
					struct mdt_diff_log *log)
{
	uint32_t task;
	bool ends;
	struct mdt_error *err = mdt_normal_ending(normal, event, &ends, &task);

	return err || !ends ? err : add_pending(normal, task, texts, log);
}

// A stack comes after its call: calls from @p first on are of the line before it.
static struct mdt_error *set_origin(struct mdt_diff_log *log,
				    struct mdt_diff_origin *origin, size_t first)
{
	uint32_t number;
	struct mdt_error *err = mdt_diff_origin_end(origin, &log->origins, &number);

	for (size_t i = first; !err && number && i < log->len; i++)
		log->calls[i].origin = number;
	return err;
}

// Pids, times and addresses differ from run to run also where nothing is understood.
static void note_fault(struct mdt_diff_log *log, const struct mdt_event *event)
{
	uint64_t hash = log->fault_hash;
	bool in_number = false;

	for (size_t i = 0; i < event->raw.len; i++) {
		char c = event->raw.str[i];
		bool is_number = mdt_hex_digit(c) >= 0 || (in_number && c == 'x');

		if (!is_number)
			hash = (hash ^ (unsigned char)c) * UINT64_C(0x100000001b3);
		in_number = is_number;
	}
	log->fault_hash = (hash ^ '\n') * UINT64_C(0x100000001b3);
	if (!log->faults++)
		log->fault_line = event->line;
}

static struct mdt_error *read_events(struct mdt_reader *reader, struct mdt_normal *normal,
				     struct mdt_diff_texts *texts,
				     const struct mdt_diff_watch *watch,
				     struct mdt_diff_origin *origin,
				     struct mdt_diff_log *log)
{
	struct mdt_error *err = NULL;
	struct mdt_event event;
	struct mdt_slice text;
	size_t first = 0; // call of the last line that is no stack's
	uint32_t task;
	bool got;

	while (!err) {
		err = mdt_reader_next(reader, &event, &got);
		if (err || !got)
			break;
		log->lines++;
		if (event.fault.expected)
			note_fault(log, &event);
		if (log->lines == 1)
			log->is_baseline = mdt_slice_eq(event.raw, MDT_BASELINE_HEAD);
		if (watch && watch->event)
			watch->event(watch->data, log->path, &event);
		err = mdt_diff_origin_frame(origin, &event);
		if (err || event.kind == MDT_EVENT_STACK)
			continue;
		err = set_origin(log, origin, first);
		if (!err)
			err = add_pending_of(normal, &event, texts, log);
		first = log->len;
		if (!err)
			err = mdt_normal_event(normal, &event, &task, &text);
		if (!err && text.len)
			err = add_calls(log, texts, &event, task, text);
	}
	if (!err)
		err = set_origin(log, origin, first);
	for (uint32_t i = 0; !err && i < normal->tasks.len; i++)
		err = add_pending(normal, i, texts, log);
	return err;
}

static struct mdt_error *
read_log(struct mdt_reader *reader, const char *path, struct mdt_diff_rules *rules,
	 const struct mdt_ioctl_table *table, struct mdt_diff_texts *texts,
	 const struct mdt_diff_watch *watch, struct mdt_diff_log *ret)
{
	struct mdt_programs none = { 0 };
	struct mdt_diff_origin origin = {
		.programs = watch && watch->programs ? watch->programs : &none,
	};
	struct mdt_normal normal;
	struct mdt_error *err;

	*ret = (struct mdt_diff_log){ .path = path };
	mdt_normal_init(&normal, rules, table);
	err = read_events(reader, &normal, texts, watch, &origin, ret);
	mdt_diff_origin_deinit(&origin);
	mdt_programs_deinit(&none);
	// The tasks and their names go with the log.
	ret->tasks = normal.tasks;
	ret->arena = normal.arena;
	normal.tasks = (struct mdt_diff_tasks){ 0 };
	normal.arena = (struct mdt_arena){ 0 };
	mdt_normal_deinit(&normal);
	return err;
}

struct mdt_error *mdt_diff_log_read(const char *path, struct mdt_diff_rules *rules,
				    const struct mdt_ioctl_table *table,
				    struct mdt_diff_texts *texts,
				    const struct mdt_diff_watch *watch,
				    struct mdt_diff_log *ret)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err;

	*ret = (struct mdt_diff_log){ .path = path };
	err = mdt_reader_create(path, &reader);
	return err ? err : read_log(reader, path, rules, table, texts, watch, ret);
}

struct mdt_error *
mdt_diff_log_parse(const char *path, struct mdt_slice text, struct mdt_diff_rules *rules,
		   const struct mdt_ioctl_table *table, struct mdt_diff_texts *texts,
		   const struct mdt_diff_watch *watch, struct mdt_diff_log *ret)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err;

	*ret = (struct mdt_diff_log){ .path = path };
	err = mdt_reader_create_memory(path, text, &reader);
	return err ? err : read_log(reader, path, rules, table, texts, watch, ret);
}
