// SPDX-License-Identifier: MIT
/* Collecting: what is asked, said and fails, event by event. */
#include "why/why.h"

#include <stdio.h>
#include <stdlib.h>

#include "why/parts.h"

const char *mdt_why_part_name(enum mdt_why_part part)
{
	static const char *const names[] = {
		[MDT_WHY_ASKED] = "asked",	[MDT_WHY_SAID] = "said",
		[MDT_WHY_FAILED] = "failed",	[MDT_WHY_CAUSE] = "cause",
		[MDT_WHY_FACT] = "fact",	[MDT_WHY_FLIGHT] = "in flight",
		[MDT_WHY_KERNEL] = "kernel",	[MDT_WHY_DO] = "do",
		[MDT_WHY_ALSO] = "also failed", [MDT_WHY_HARMLESS] = "harmless",
		[MDT_WHY_DONE] = "done",	[MDT_WHY_FILES] = "attributes",
		[MDT_WHY_ARRAY] = "array",	[MDT_WHY_NOTE] = "note",
	};

	return names[part];
}

/* ---- what the model says of a call ---- */

// Nothing but a question.
static bool only_asks(enum mdt_md_op op)
{
	return op == MDT_OP_RAID_VERSION || op == MDT_OP_GET_ARRAY_INFO ||
	       op == MDT_OP_GET_DISK_INFO || op == MDT_OP_GET_BITMAP_FILE ||
	       op == MDT_OP_OPEN || op == MDT_OP_CLOSE || op == MDT_OPS;
}

static void add_done(struct mdt_why *why, const struct mdt_life_call *call)
{
	struct mdt_buf *text = &why->text;

	mdt_buf_clear(text);
	mdt_buf_printf(text, "%.*s: %.*s = %.*s", SLICE_FMT(call->array->name),
		       SLICE_FMT(call->text), SLICE_FMT(call->result));
	mdt_why_add(why, MDT_WHY_DONE, call->file, call->line, mdt_buf_slice(text));
	why->done = why->count;
}

// Its remark is made after the model has followed it.
static void explain_done(struct mdt_why *why, const struct mdt_annotation *annotation)
{
	struct mdt_why_item *item = why->done ? &why->items[why->done - 1] : NULL;
	bool stops = annotation && mdt_slice_eq(annotation->name, SLICE("STOP_ARRAY"));

	why->done = 0;
	if (!item || !annotation || annotation->means_errno || !annotation->means.len)
		return;
	mdt_buf_clear(&why->text);
	mdt_buf_add(&why->text, annotation->means);
	if (stops && mdt_event_succeeded(why->event))
		mdt_buf_adds(&why->text,
			     "; from Linux 6.17 on, its disk is deleted here, too");
	item->why = mdt_why_keep(why, mdt_buf_slice(&why->text));
}

// Who opens an array that was stopped and closed makes a new one.
static void note_made_anew(struct mdt_why *why, const struct mdt_why_array *array,
			   const struct mdt_life_call *call)
{
	struct mdt_why_item *item;
	struct mdt_buf *text = &why->text;

	mdt_buf_clear(text);
	if (why->event && why->event->prefix.pid)
		mdt_buf_printf(text, "process %u", why->event->prefix.pid);
	else
		mdt_buf_adds(text, "somebody");
	if (why->event && why->waiting_pid && why->waiting_pid == why->event->prefix.pid)
		mdt_buf_adds(text, " (it waits for events, as mdadm --monitor does)");
	mdt_buf_printf(text,
		       " opens %.*s after it was stopped (line %lu) and closed by all",
		       SLICE_FMT(array->name), array->stopped);
	item = mdt_why_add(why, MDT_WHY_FACT, call->file, call->line,
			   mdt_buf_slice(text));
	item->why = SLICE(
		"that makes a new, empty array of this number: so an array comes back that was stopped");
	item->source = SLICE("drivers/md/md.c md_probe(), where opening makes a device");
}

static void follow_openers(struct mdt_why *why, struct mdt_why_array *array,
			   const struct mdt_life_call *call)
{
	if (call->op == MDT_OP_CLOSE && array->openers)
		array->openers--;
	if (call->op == MDT_OP_STOP_ARRAY && !call->failed &&
	    call->verdict != MDT_LIFE_NO_RESULT)
		array->stopped = call->line;
	if (call->op != MDT_OP_OPEN || call->failed ||
	    call->verdict == MDT_LIFE_NO_RESULT)
		return;
	if (array->stopped && !array->openers) {
		note_made_anew(why, array, call);
		array->stopped = 0;
	}
	array->openers++;
}

static void on_call(void *data, const struct mdt_life_call *call)
{
	struct mdt_why *why = data;
	struct mdt_why_array *array = mdt_why_array(why, call->array->name);

	if (!array)
		return;
	why->has_md = true;
	if (!array->is_followed)
		array->before = mdt_why_keep(why, call->before);
	if (!array->is_followed || !mdt_slice_eq(array->after, call->after))
		array->after = mdt_why_keep(why, call->after);
	array->is_followed = true;
	follow_openers(why, array, call);
	if (!only_asks(call->op)) {
		array->is_changed = true;
		add_done(why, call);
	}
	if (call->op == MDT_OP_CLOSE || call->op == MDT_OPS)
		return;
	why->array = array;
	why->has_rules = call->failed && !call->unsaid;
	why->rule_count = call->rule_count;
	memcpy(why->rules, call->rules, sizeof(why->rules));
	mdt_buf_clear(&why->key);
	mdt_buf_add(&why->key, call->before);
}

/* ---- start and end ---- */

struct mdt_error *mdt_why_create(const struct mdt_ioctl_table *table,
				 struct mdt_slice kernel, struct mdt_why **ret)
{
	struct mdt_why *why = calloc(1, sizeof(*why));
	struct mdt_error *err;

	*ret = why;
	if (!why)
		return &mdt_enomem;
	err = mdt_life_init(&why->life, table, NULL, on_call, why);
	if (kernel.len)
		mdt_life_set_kernel(&why->life, kernel);
	why->life.topics = MDT_TOPIC_MD | MDT_TOPIC_BLOCK | MDT_TOPIC_IOCTL;
	return err;
}

void mdt_why_destroy(struct mdt_why *why)
{
	if (!why)
		return;
	for (size_t i = 0; i < why->array_count; i++) {
		mdt_buf_deinit(&why->array_list[i]->reads);
		mdt_buf_deinit(&why->array_list[i]->writes);
	}
	mdt_life_deinit(&why->life);
	mdt_map_deinit(&why->arrays);
	mdt_map_deinit(&why->failure_of);
	mdt_arena_deinit(&why->arena);
	mdt_buf_deinit(&why->path_text);
	mdt_buf_deinit(&why->text);
	mdt_buf_deinit(&why->key);
	mdt_buf_deinit(&why->trace);
	mdt_buf_deinit(&why->supers);
	free(why->array_list);
	free(why->items);
	free(why->failures);
	free(why->said);
	free(why);
}

void mdt_why_begin_log(struct mdt_why *why, const char *file, bool same_run)
{
	why->event = NULL;
	if (!same_run) {
		mdt_why_flights(why);
		why->disk = NULL;
		why->stderr_fds = 0;
	}
	why->file = file;
	mdt_life_begin_log(&why->life, file, same_run);
}

/* ---- asked ---- */

static void on_exec(struct mdt_why *why, const struct mdt_event *event)
{
	struct mdt_ref argv = mdt_event_arg(event, 1);
	struct mdt_buf *text = &why->text;

	if (!mdt_ref_ok(argv) || mdt_ref_node(argv)->kind != MDT_NODE_ARRAY)
		return;
	mdt_buf_clear(text);
	for (struct mdt_ref it = mdt_ref_first(argv); mdt_ref_ok(it);
	     it = mdt_ref_next(argv, it)) {
		mdt_buf_adds(text, text->len ? " " : "");
		if (!mdt_ref_bytes(it, text))
			mdt_buf_add(text, mdt_ref_text(it));
		if (mdt_ref_cut(it))
			mdt_buf_adds(text, "...");
	}
	mdt_why_add(why, MDT_WHY_ASKED, why->file, event->line, mdt_buf_slice(text));
}

/* ---- said ---- */

static bool is_stderr(const struct mdt_why *why, const struct mdt_event *event,
		      uint64_t fd)
{
	return fd == 2 || (fd < 64 && why->stderr_pid == event->prefix.pid &&
			   why->stderr_fds >> fd & 1);
}

// dup(2) = 5
static void on_dup(struct mdt_why *why, const struct mdt_event *event)
{
	uint64_t from, to;

	if (!mdt_ref_u64(mdt_event_arg(event, 0), &from) ||
	    !mdt_ref_u64(event->result.value, &to) || to >= 64 ||
	    !is_stderr(why, event, from))
		return;
	if (why->stderr_pid != event->prefix.pid)
		why->stderr_fds = 0;
	why->stderr_pid = event->prefix.pid;
	why->stderr_fds |= (uint64_t)1 << to;
}

static void end_said(struct mdt_why *why, const struct mdt_event *event,
		     struct mdt_slice text, bool is_cut)
{
	struct mdt_why_message_line *last =
		why->said_count ? &why->said[why->said_count - 1] : NULL;

	if (why->said_open && last) {
		mdt_buf_clear(&why->text);
		mdt_buf_add(&why->text, last->text);
		mdt_buf_add(&why->text, mdt_slice_chomp(text));
		last->text = mdt_why_keep(why, mdt_buf_slice(&why->text));
	} else if (mdt_slice_chomp(text).len && why->said_count < MDT_WHY_LINES_MAX) {
		if (!mdt_grow((void **)&why->said, &why->said_cap, why->said_count,
			      sizeof(*why->said))) {
			why->failed_memory = true;
			return;
		}
		why->said[why->said_count++] = (struct mdt_why_message_line){
			.file = mdt_slice_cstr(why->file),
			.text = mdt_why_keep(why, mdt_slice_chomp(text)),
			.line = event->line,
		};
	}
	why->said_open = !is_cut && !mdt_slice_ends(text, SLICE("\n"));
}

static void on_write(struct mdt_why *why, const struct mdt_event *event)
{
	struct mdt_ref data = mdt_event_arg(event, 1);
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	bool is_cut = mdt_ref_cut(data);
	uint64_t fd;

	if (!mdt_ref_u64(mdt_event_arg(event, 0), &fd) || !is_stderr(why, event, fd) ||
	    !mdt_ref_bytes(data, &bytes))
		return;
	if (is_cut)
		mdt_buf_adds(&bytes, "...");
	end_said(why, event, mdt_buf_slice(&bytes), is_cut);
}

/* ---- failures ---- */

static bool has_dirfd(struct mdt_slice name)
{
	return mdt_slice_ends(name, SLICE("at")) || mdt_slice_ends(name, SLICE("at2")) ||
	       mdt_slice_eq(name, SLICE("statx"));
}

static bool ends_in_stat(struct mdt_slice name)
{
	return mdt_slice_eq(name, SLICE("stat")) || mdt_slice_eq(name, SLICE("lstat")) ||
	       mdt_slice_eq(name, SLICE("fstat")) || mdt_slice_eq(name, SLICE("creat"));
}

static void read_path(struct mdt_why *why, const struct mdt_event *event)
{
	bool at = has_dirfd(event->name) && !ends_in_stat(event->name);
	struct mdt_ref path = mdt_event_arg(event, at ? 1 : 0);
	struct mdt_ref dirfd = at ? mdt_event_arg(event, 0) : mdt_ref_none();
	struct mdt_slice text;

	why->path = (struct mdt_slice){ 0 };
	if (!mdt_ref_ok(path) || mdt_ref_node(path)->kind != MDT_NODE_STRING ||
	    !mdt_trace_path(&why->life.annotator.trace, event, dirfd, path, &text))
		return;
	mdt_buf_clear(&why->path_text);
	mdt_buf_add(&why->path_text, text);
	why->path = mdt_buf_slice(&why->path_text);
}

// The array that a path in sysfs is of.
static struct mdt_why_array *array_of_path(struct mdt_why *why)
{
	static const struct mdt_slice by_number = SLICE_INIT("/sys/dev/block/9:");
	struct mdt_md_path path;
	char name[32];
	uint64_t minor;

	if (mdt_slice_starts(why->path, by_number)) {
		struct mdt_slice digits = mdt_slice_skip(why->path, by_number.len);
		size_t len = 0;

		while (len < digits.len && digits.str[len] >= '0' &&
		       digits.str[len] <= '9')
			len++;
		if (!mdt_slice_to_dec(mdt_slice_head(digits, len), &minor))
			return NULL;
		snprintf(name, sizeof(name), "md%u", (unsigned int)minor);
		return mdt_map_find_text(&why->arrays, mdt_slice_cstr(name));
	}
	if (!mdt_slice_starts(why->path, SLICE("/sys/")) ||
	    !mdt_md_path_parse(why->path, &path) || !path.array.len)
		return NULL;
	return mdt_map_find_text(&why->arrays, path.array);
}

static bool is_gone(struct mdt_why *why, const struct mdt_event *event,
		    struct mdt_why_failure *failure)
{
	const struct mdt_why_array *array;

	if (!mdt_slice_eq(event->result.error, SLICE("ENOENT")))
		return false;
	array = array_of_path(why);
	if (!array || !array->stopped || array->openers <= 0)
		return false;
	mdt_buf_clear(&why->text);
	mdt_buf_printf(
		&why->text,
		"STOP_ARRAY = 0 in line %lu has removed it, although %.*s is still open: from Linux 6.17 on, STOP_ARRAY deletes the array's disk (commit 9e59d6097); before, it stayed until the last close, and 6.18 has the module parameter legacy_async_del_gendisk",
		array->stopped, SLICE_FMT(array->name));
	failure->means = mdt_why_keep(why, mdt_buf_slice(&why->text));
	failure->source = SLICE("drivers/md/md.c md_ioctl(), mddev_put()");
	failure->op = SLICE("gone after STOP_ARRAY");
	failure->weight = MDT_WEIGHT_GONE;
	failure->array = array->name;
	return true;
}

static bool asks_only(struct mdt_slice name)
{
	return mdt_slice_starts(name, SLICE("GET_")) ||
	       mdt_slice_eq(name, SLICE("RAID_VERSION")) ||
	       mdt_slice_starts(name, SLICE("BLKGET")) ||
	       mdt_slice_starts(name, SLICE("BLKSSZ"));
}

static enum mdt_why_weight weight_of(const struct mdt_annotation *annotation,
				     struct mdt_slice path)
{
	if (!annotation)
		return mdt_slice_starts(path, SLICE("/sys/block/md")) ||
				       mdt_slice_starts(path,
							SLICE("/sys/dev/block/9:")) ||
				       mdt_slice_starts(path, SLICE("/dev/md"))
			       ? MDT_WEIGHT_PATH
			       : MDT_WEIGHT_NONE;
	if (annotation->ioctl) {
		if (asks_only(annotation->name))
			return MDT_WEIGHT_ASKED;
		if (annotation->topics & MDT_TOPIC_MD)
			return MDT_WEIGHT_CHANGES;
		return strcmp(annotation->ioctl->pack, "tty") == 0 ? MDT_WEIGHT_NONE
								   : MDT_WEIGHT_DEVICE;
	}
	if (mdt_slice_eq(annotation->name, SLICE("write")))
		return MDT_WEIGHT_CHANGES;
	if (mdt_slice_eq(annotation->name, SLICE("read")))
		return MDT_WEIGHT_ASKED;
	if (annotation->topics & MDT_TOPIC_BLOCK)
		return MDT_WEIGHT_DEVICE;
	// stat(), readlink() and the like
	if (!mdt_slice_eq(annotation->name, SLICE("open")))
		return MDT_WEIGHT_PATH;
	return mdt_slice_starts(path, SLICE("/sys/")) ? MDT_WEIGHT_ASKED
						      : MDT_WEIGHT_OPEN;
}

// As remarks and remedies name it.
static struct mdt_slice op_of(struct mdt_why *why, const struct mdt_event *event,
			      const struct mdt_annotation *annotation)
{
	struct mdt_md_path path;

	if (!annotation)
		return event->name;
	if (mdt_slice_eq(annotation->name, SLICE("open")) &&
	    annotation->topics & MDT_TOPIC_BLOCK)
		return SLICE("open member");
	if (!annotation->file || annotation->ioctl ||
	    !mdt_md_path_parse(annotation->file->path, &path) || !path.attr.len)
		return annotation->name;
	mdt_buf_clear(&why->text);
	mdt_buf_add(&why->text, annotation->name);
	mdt_buf_addc(&why->text, ' ');
	mdt_buf_add(&why->text, path.attr);
	return mdt_buf_slice(&why->text);
}

// The remark without what it means, or the call.
static void add_call_text(const struct mdt_event *event,
			  const struct mdt_annotation *annotation, struct mdt_buf *text)
{
	struct mdt_slice remark = annotation ? annotation->text : (struct mdt_slice){ 0 };
	size_t tail = 0;

	if (!remark.len) {
		mdt_buf_add(
			text,
			mdt_slice_head(mdt_slice_trim(mdt_ref_text(event->call)), 100));
		return;
	}
	if (annotation->means.len && mdt_slice_ends(remark, annotation->means))
		tail = annotation->means.len + strlen(": ");
	if (annotation->means_errno)
		tail += event->result.error.len + strlen(", ");
	mdt_buf_add(text, mdt_slice_head(remark, remark.len - tail));
}

static void note_rules(const struct mdt_why *why, struct mdt_why_failure *failure)
{
	if (!why->has_rules)
		return;
	failure->rule_count = why->rule_count;
	for (unsigned int i = 0; i < why->rule_count; i++) {
		failure->rule_numbers[i] = why->rules[i];
		failure->rules[i] = mdt_model_rule(why->rules[i])->name;
	}
}

static void fill(struct mdt_why *why, const struct mdt_event *event,
		 const struct mdt_annotation *annotation, struct mdt_why_failure *failure)
{
	struct mdt_slice error = event->result.error;

	failure->file = mdt_slice_cstr(why->file);
	failure->line = event->line;
	failure->path = mdt_why_keep(why, why->path);
	failure->error = error.len ? mdt_why_keep(why, error) : SLICE("-1");
	if (why->array && why->key.len) {
		failure->array = why->array->name;
		failure->before = mdt_why_keep(why, mdt_buf_slice(&why->key));
	}
	note_rules(why, failure);
	if (is_gone(why, event, failure))
		return;
	failure->op = mdt_why_keep(why, op_of(why, event, annotation));
	failure->weight = weight_of(annotation, why->path);
	failure->harmless = mdt_why_harmless_find(failure->op, why->path, error);
	if (!failure->harmless)
		failure->harmless = mdt_why_harmless_find(event->name, why->path, error);
	if (annotation) {
		failure->means = mdt_why_keep(why, annotation->means);
		failure->source =
			mdt_slice_cstr(annotation->source ? annotation->source : "");
	}
	if (mdt_slice_eq(failure->op, SLICE("ADD_NEW_DISK")) && annotation &&
	    !annotation->has_in) {
		mdt_buf_clear(&why->text);
		mdt_why_add_disk(why, &why->text);
		failure->disk = mdt_why_keep(why, mdt_buf_slice(&why->text));
	}
}

static struct mdt_why_failure *find_failure(struct mdt_why *why, struct mdt_slice key)
{
	size_t number = (size_t)(uintptr_t)mdt_map_find_text(&why->failure_of, key);

	return number ? &why->failures[number - 1] : NULL;
}

static void on_failure(struct mdt_why *why, const struct mdt_event *event,
		       const struct mdt_annotation *annotation)
{
	struct mdt_why_failure failure = { .times = 1 }, *known;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice key;

	add_call_text(event, annotation, &text);
	failure.text = mdt_buf_slice(&text);
	mdt_buf_printf(&text, " = %.*s", SLICE_FMT(event->result.error));
	known = find_failure(why, mdt_buf_slice(&text));
	if (known) {
		known->times++;
		known->last = event->line;
		return;
	}
	if (why->failure_count == MDT_WHY_FAILURES_MAX)
		return;
	failure.text =
		mdt_why_keep(why, mdt_slice_head(mdt_buf_slice(&text), failure.text.len));
	key = mdt_why_keep(why, mdt_buf_slice(&text));
	fill(why, event, annotation, &failure);
	failure.last = event->line;
	if (!mdt_grow((void **)&why->failures, &why->failure_cap, why->failure_count,
		      sizeof(*why->failures)) ||
	    !mdt_map_set_text(&why->failure_of, key,
			      (void *)(uintptr_t)(why->failure_count + 1))) {
		why->failed_memory = true;
		return;
	}
	why->failures[why->failure_count++] = failure;
}

// The same went well after it had failed.
static void on_success(struct mdt_why *why, const struct mdt_event *event,
		       const struct mdt_annotation *annotation)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	bool opens = mdt_slice_starts(event->name, SLICE("open"));
	struct mdt_slice said;

	if (!why->failure_count || (!annotation && !opens))
		return;
	if (annotation)
		add_call_text(event, annotation, &text);
	said = mdt_buf_slice(&text);
	for (size_t i = 0; i < why->failure_count; i++) {
		struct mdt_why_failure *failure = &why->failures[i];
		bool same_path = why->path.len && opens &&
				 mdt_slice_starts(failure->text, SLICE("open ")) &&
				 mdt_slice_eq(failure->path, why->path);

		if (failure->succeeded || !failure->weight ||
		    !(same_path || (annotation && mdt_slice_eq(failure->text, said))))
			continue;
		failure->succeeded = event->line;
		failure->read_only =
			!mdt_slice_eq(failure->text, said) ||
			mdt_slice_find(mdt_ref_text(event->call), SLICE("O_RDONLY"));
	}
}

/* ---- events ---- */

// st_mode and st_rdev of whatever argument has them.
static void on_stat(struct mdt_why *why, const struct mdt_event *event)
{
	uint32_t major, minor;

	for (size_t i = 0; i < 4; i++) {
		struct mdt_ref arg = mdt_event_arg(event, i);
		struct mdt_ref mode = mdt_ref_ok(arg)
					      ? mdt_ref_member(arg, SLICE("st_mode"))
					      : mdt_ref_none();

		if (!mdt_ref_ok(mode) || !mdt_mode_is(mode, SLICE("S_IFCHR"), 0020000) ||
		    !mdt_devnum_read(mdt_ref_member(arg, SLICE("st_rdev")), &major,
				     &minor) ||
		    major != MDT_MD_MAJOR)
			continue;
		mdt_buf_clear(&why->text);
		mdt_buf_printf(&why->text,
			       "character device 9:%u is a SCSI tape (st%u), not md%u",
			       minor, minor & 31, minor);
		mdt_why_add(why, MDT_WHY_NOTE, why->file, event->line,
			    mdt_buf_slice(&why->text))
			->source = SLICE(
			"Documentation/admin-guide/devices.txt: 9 char is SCSI tape, 9 block is md");
		return;
	}
}

// A descriptor that is open already is given out again: lines are missing.
static void check_reopened(struct mdt_why *why, const struct mdt_event *event)
{
	const struct mdt_file *file;

	if (!mdt_slice_starts(event->name, SLICE("open")) || !mdt_event_succeeded(event))
		return;
	file = mdt_trace_file(&why->life.annotator.trace, event, event->result.value);
	if (!file || !file->line || !file->path.len ||
	    file == &why->life.annotator.trace.shown)
		return;
	if (why->reopened++)
		return;
	mdt_buf_clear(&why->text);
	mdt_buf_printf(
		&why->text,
		"descriptor %.*s is open since line %lu (%.*s) and is given out again: the log lacks lines, a close at least",
		SLICE_FMT(mdt_ref_text(event->result.value)), file->line,
		SLICE_FMT(file->path));
	mdt_why_add(why, MDT_WHY_NOTE, why->file, event->line, mdt_buf_slice(&why->text));
}

static void note_disk(struct mdt_why *why, const struct mdt_annotation *annotation)
{
	const struct mdt_device *device =
		mdt_trace_node(&why->life.annotator.trace, why->path);

	(void)annotation;
	if (device && !mdt_device_is_md(device) && !device->is_other &&
	    mdt_slice_starts(why->path, SLICE("/dev/")))
		why->disk = device;
}

static void note_super(struct mdt_why *why, const struct mdt_event *event,
		       const struct mdt_annotation *annotation)
{
	if (annotation->super.kind == MDT_SUPER_NONE || why->super_count >= 8 ||
	    !annotation->text.len)
		return;
	why->super_count++;
	mdt_why_add(why, MDT_WHY_FACT, why->file, event->line, annotation->text);
}

/*
 * What was asked of an array that the log does not name: ftrace has a pointer where
 * strace has the path. The model follows no array then.
 */
static void note_unnamed(struct mdt_why *why, const struct mdt_event *event,
			 const struct mdt_annotation *annotation)
{
	struct mdt_slice result = event->result.error;
	struct mdt_buf *text = &why->text;
	struct mdt_why_item *item;
	enum mdt_md_op op;

	if (!annotation || annotation->device || !annotation->ioctl ||
	    !(annotation->topics & MDT_TOPIC_MD) ||
	    !mdt_md_op_find(annotation->name, &op) || only_asks(op))
		return;
	if (!result.len && mdt_ref_ok(event->result.value))
		result = mdt_ref_text(event->result.value);
	mdt_buf_clear(text);
	mdt_buf_printf(text, "an array that the log does not name: %.*s = %.*s",
		       SLICE_FMT(annotation->name), SLICE_FMT(result));
	item = mdt_why_add(why, MDT_WHY_DONE, why->file, event->line,
			   mdt_buf_slice(text));
	if (!annotation->means_errno)
		item->why = mdt_why_keep(why, annotation->means);
}

static void on_ended_call(struct mdt_why *why, const struct mdt_event *event,
			  const struct mdt_annotation *annotation)
{
	if (annotation && annotation->topics & MDT_TOPIC_MD)
		why->has_md = true;
	if (mdt_event_is_injected(event))
		return;
	note_unnamed(why, event, annotation);
	if (mdt_event_failed(event)) {
		on_failure(why, event, annotation);
		return;
	}
	on_success(why, event, annotation);
	if (mdt_slice_eq(event->name, SLICE("execve")))
		on_exec(why, event);
	else if (mdt_slice_find(event->name, SLICE("poll")) ||
		 mdt_slice_find(event->name, SLICE("select")))
		why->waiting_pid = event->prefix.pid;
	else if (mdt_slice_starts(event->name, SLICE("write")))
		on_write(why, event);
	else if (mdt_slice_starts(event->name, SLICE("dup")))
		on_dup(why, event);
	else if (mdt_slice_find(event->name, SLICE("stat")))
		on_stat(why, event);
	else if (mdt_slice_starts(event->name, SLICE("open")))
		note_disk(why, annotation);
	if (annotation)
		note_super(why, event, annotation);
}

static bool is_call(const struct mdt_event *event)
{
	return (event->kind == MDT_EVENT_CALL || event->kind == MDT_EVENT_RESUMED) &&
	       mdt_ref_ok(event->call);
}

struct mdt_error *mdt_why_event(struct mdt_why *why, const struct mdt_event *event)
{
	const struct mdt_annotation *annotation;
	struct mdt_error *err;

	why->event = event;
	why->array = NULL;
	why->has_rules = false;
	mdt_buf_clear(&why->key);
	why->path = (struct mdt_slice){ 0 };
	if (is_call(event)) {
		read_path(why, event);
		check_reopened(why, event);
	}
	err = mdt_life_event(&why->life, event);
	if (err)
		return err;
	annotation = why->life.annotation;
	explain_done(why, annotation);
	if (is_call(event))
		on_ended_call(why, event, annotation);
	if (annotation && is_call(event))
		mdt_why_attribute(why, event, annotation);
	if (event->kind == MDT_EVENT_UNKNOWN || event->kind == MDT_EVENT_OUTPUT ||
	    event->kind == MDT_EVENT_KERNEL || event->kind == MDT_EVENT_COMMENT)
		mdt_why_other_line(why, event->line, event->raw);
	why->event = NULL;
	return why->failed_memory || why->text.failed ? &mdt_enomem : NULL;
}

/* ---- all has been read ---- */

static int by_part(const void *a, const void *b)
{
	const struct mdt_why_item *x = a, *y = b;

	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	// In the order in which they were added: text and line tell nothing of it.
	return x->times < y->times ? -1 : x->times > y->times;
}

// qsort() is not stable: the number stands in for times meanwhile.
static void sort_items(struct mdt_why *why)
{
	unsigned long *times = calloc(why->count + 1, sizeof(*times));

	if (!times) {
		why->failed_memory = true;
		return;
	}
	for (size_t i = 0; i < why->count; i++) {
		times[i] = why->items[i].times;
		why->items[i].times = i;
	}
	if (why->count)
		qsort(why->items, why->count, sizeof(*why->items), by_part);
	for (size_t i = 0; i < why->count; i++)
		why->items[i].times = times[why->items[i].times];
	free(times);
}

struct mdt_error *mdt_why_end(struct mdt_why *why)
{
	struct mdt_error *err;

	why->event = NULL;
	mdt_why_flights(why);
	err = mdt_life_end(&why->life);
	if (err)
		return err;
	mdt_why_judge(why);
	sort_items(why);
	return why->failed_memory || why->text.failed ? &mdt_enomem : NULL;
}

const struct mdt_why_item *mdt_why_items(const struct mdt_why *why, size_t *count)
{
	*count = why->count;
	return why->items;
}

bool mdt_why_failed(const struct mdt_why *why)
{
	return why->failed;
}

bool mdt_why_has_md(const struct mdt_why *why)
{
	return why->has_md;
}

void mdt_why_kernel_text(const struct mdt_why *why, struct mdt_buf *ret)
{
	mdt_life_kernel_text(&why->life, ret);
}
