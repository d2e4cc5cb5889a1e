// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "view/parts.h"

enum {
	PUBLISH_FIRST = 128, // rows, until the first screen is full
	PUBLISH_ROWS = 4096,
	PUBLISH_PENDING = 1 << 20,
	KEPT = 4096, // records that may come again
};

// A record that was written before.
struct kept {
	uint32_t record;
	struct mdt_buf bytes;
};

// The thread that reads, and what it knows of the line that it is at.
struct index {
	struct mdt_view *view;
	struct mdt_life life;
	struct mdt_reader *reader; // of the log that is read
	struct view_log *log;
	size_t next;	  // the row to be made
	size_t published; // rows
	uint64_t at;	  // where the line begins
	unsigned int flags;
	bool has_call;
	struct view_record record;
	struct mdt_buf parts[VIEW_PARTS];
	struct mdt_buf bytes; // of the record
	struct kept *kept;    // KEPT of them
	struct mdt_error *err;
};

/* ---- records ---- */

static uint64_t hash_bytes(struct mdt_slice bytes)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < bytes.len; i++)
		hash = (hash ^ (unsigned char)bytes.str[i]) * 0x100000001b3;
	return hash ^ hash >> 29;
}

static uint32_t write_record(struct index *it)
{
	struct view_spool *spool = &it->view->records;
	uint64_t at = spool->size;
	uint64_t units = at / VIEW_RECORD_UNIT;
	static const char zeros[VIEW_RECORD_UNIT];

	if (units > UINT32_MAX)
		return 0;
	view_spool_add(spool, mdt_buf_slice(&it->bytes));
	view_spool_add(spool, mdt_slice_from(zeros, -it->bytes.len % VIEW_RECORD_UNIT));
	return (uint32_t)units;
}

// The record that has been filled in; one that was written before is not written again.
static uint32_t keep_record(struct index *it)
{
	struct kept *kept;

	mdt_buf_clear(&it->bytes);
	for (size_t i = 0; i < VIEW_PARTS; i++)
		it->record.lens[i] = (uint32_t)it->parts[i].len;
	mdt_buf_add(&it->bytes,
		    mdt_slice_from((const char *)&it->record, sizeof(it->record)));
	for (size_t i = 0; i < VIEW_PARTS; i++)
		mdt_buf_add(&it->bytes, mdt_buf_slice(&it->parts[i]));
	kept = &it->kept[hash_bytes(mdt_buf_slice(&it->bytes)) % KEPT];
	if (kept->record &&
	    mdt_slice_eq(mdt_buf_slice(&kept->bytes), mdt_buf_slice(&it->bytes)))
		return kept->record;
	kept->record = write_record(it);
	mdt_buf_clear(&kept->bytes);
	mdt_buf_add(&kept->bytes, mdt_buf_slice(&it->bytes));
	if (it->bytes.failed || kept->bytes.failed)
		it->err = &mdt_enomem;
	return kept->record;
}

static void set_part(struct index *it, enum view_part part, struct mdt_slice text)
{
	mdt_buf_clear(&it->parts[part]);
	mdt_buf_add(&it->parts[part], text);
	if (it->parts[part].failed)
		it->err = &mdt_enomem;
}

static void clear_record(struct index *it)
{
	it->record = (struct view_record){ .op = MDT_OPS };
	for (size_t i = 0; i < VIEW_PARTS; i++)
		mdt_buf_clear(&it->parts[i]);
	it->flags = 0;
	it->has_call = false;
}

/* ---- states ---- */

static struct view_array *array_at(struct mdt_view *view, const struct mdt_life_array *of)
{
	struct view_array *array;

	while (view->array_count <= of->index) {
		if (!mdt_grow((void **)&view->arrays, &view->array_cap, view->array_count,
			      sizeof(*view->arrays)))
			return NULL;
		view->arrays[view->array_count++] = (struct view_array){ 0 };
	}
	array = &view->arrays[of->index];
	if (array->name)
		return array;
	array->name = malloc(of->name.len + 1);
	if (!array->name)
		return NULL;
	memcpy(array->name, of->name.str, of->name.len);
	array->name_len = of->name.len;
	return array;
}

// A record with nothing but the state, so that all rows that leave it like this share it.
static uint32_t state_record(struct index *it, struct mdt_slice after)
{
	struct view_record record = it->record;
	struct mdt_buf parts[VIEW_PARTS];
	uint32_t ret;

	memcpy(parts, it->parts, sizeof(parts));
	memset(it->parts, 0, sizeof(it->parts));
	it->record = (struct view_record){ .op = MDT_OPS };
	set_part(it, VIEW_AFTER, after);
	ret = keep_record(it);
	mdt_buf_deinit(&it->parts[VIEW_AFTER]);
	memcpy(it->parts, parts, sizeof(parts));
	it->record = record;
	return ret;
}

static void note_state(struct index *it, const struct mdt_life_call *call)
{
	struct mdt_view *view = it->view;
	uint32_t record = state_record(it, call->after);
	struct view_array *array;
	bool ok = true;

	pthread_mutex_lock(&view->lock);
	array = array_at(view, call->array);
	if (!array || (!array->len || array->items[array->len - 1].record != record))
		ok = array && mdt_grow((void **)&array->items, &array->cap, array->len,
				       sizeof(*array->items));
	if (ok && array && (!array->len || array->items[array->len - 1].record != record))
		array->items[array->len++] = (struct view_state){ it->next, record };
	pthread_mutex_unlock(&view->lock);
	if (!ok)
		it->err = &mdt_enomem;
}

static void on_call(void *data, const struct mdt_life_call *call)
{
	struct index *it = data;
	const char *source;

	note_state(it, call);
	if (!mdt_slice_eq(call->before, call->after))
		it->flags |= MDT_VIEW_STATE;
	if (call->verdict == MDT_LIFE_CONTRADICTS)
		it->flags |= MDT_VIEW_CONTRADICTS;
	it->has_call = true;
	it->record.op = call->op;
	it->record.rule = call->rule;
	it->record.verdict = call->verdict;
	it->record.kernel = it->life.options.kernel;
	set_part(it, VIEW_ARRAY, call->array->name);
	set_part(it, VIEW_BEFORE, call->before);
	set_part(it, VIEW_AFTER, call->after);
	set_part(it, VIEW_PREDICTED, call->predicted);
	mdt_buf_clear(&it->parts[VIEW_CAUSE]);
	mdt_life_cause(&it->life, call, &it->parts[VIEW_CAUSE], &source);
}

/* ---- lines ---- */

static void note_remark(struct index *it, const struct mdt_event *event)
{
	const struct mdt_annotation *of = it->life.annotation;
	struct mdt_buf *number = &it->parts[VIEW_NUMBER];

	if (event->fault.expected) {
		it->flags |= MDT_VIEW_UNKNOWN;
		mdt_buf_printf(&it->parts[VIEW_REMARK],
			       "not understood at column %u: expected %s",
			       event->fault.column, event->fault.expected);
	}
	if (event->kind == MDT_EVENT_RESUMED) {
		set_part(it, VIEW_CALL, event->name);
		set_part(it, VIEW_ERROR, event->result.error);
	}
	if (!of || !of->topics)
		return;
	it->flags |= MDT_VIEW_REMARK;
	set_part(it, VIEW_NAME, of->name);
	set_part(it, VIEW_REMARK, of->text);
	if (of->source)
		set_part(it, VIEW_SOURCE, mdt_slice_cstr(of->source));
	if (!of->device)
		return;
	mdt_device_name(&it->parts[VIEW_DEVICE], of->device);
	if (of->device->source != MDT_DEV_UNKNOWN)
		mdt_buf_printf(number, "%u:%u", of->device->major, of->device->minor);
	set_part(it, VIEW_PATH, of->device->path);
}

static bool has_record(const struct index *it)
{
	bool has = it->has_call || it->record.line;

	for (size_t i = 0; !has && i < VIEW_PARTS; i++)
		has = it->parts[i].len != 0;
	return has;
}

static struct view_row *new_row(struct mdt_view *view, size_t index)
{
	struct view_row **chunk = &view->chunks[index / VIEW_CHUNK];

	if (index / VIEW_CHUNK >= VIEW_CHUNKS)
		return NULL;
	if (!*chunk)
		*chunk = calloc(VIEW_CHUNK, sizeof(**chunk));
	return *chunk ? &(*chunk)[index % VIEW_CHUNK] : NULL;
}

static void add_row(struct index *it, const struct mdt_event *event)
{
	struct view_row *row = new_row(it->view, it->next);

	if (!row) {
		it->err = &mdt_enomem;
		return;
	}
	if (event->line != it->next - it->log->first + 1)
		it->record.line = event->line;
	*row = (struct view_row){
		.at = it->at,
		.flags = it->flags,
		.len = event->raw.len > UINT32_MAX ? UINT32_MAX
						   : (uint32_t)event->raw.len,
		.record = has_record(it) ? keep_record(it) : 0,
	};
	if (!it->log->is_plain) {
		view_spool_add(&it->log->spool, event->raw);
		it->at += event->raw.len;
	} else {
		it->at += event->raw.len + event->eol.len;
	}
	it->next++;
}

static struct mdt_error *publish(struct index *it)
{
	struct mdt_view *view = it->view;
	struct mdt_error *err = view_spool_flush(&view->records);

	if (!err && !it->log->is_plain)
		err = view_spool_flush(&it->log->spool);
	if (err)
		return err;
	it->published = it->next;
	atomic_store(&view->at, it->at);
	atomic_store_explicit(&view->count, it->next, memory_order_release);
	return NULL;
}

static bool is_due(const struct index *it)
{
	size_t rows = it->next - it->published;

	return rows >= PUBLISH_ROWS ||
	       (rows >= PUBLISH_FIRST && it->next < 4 * PUBLISH_FIRST) ||
	       it->log->spool.pending.len >= PUBLISH_PENDING ||
	       it->view->records.pending.len >= PUBLISH_PENDING;
}

/* ---- logs ---- */

// Whether the log is a file whose bytes are what the reader gives: then they need no
// copy.
static bool is_plain(const char *file, const struct mdt_reader *reader,
		     const struct mdt_event *first, int fd)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf head = { 0 };
	struct view_window window = { 0 };
	struct mdt_error *err;
	struct stat st;
	size_t len = first->raw.len + first->eol.len;
	bool same;

	if (fd < 0 || strcmp(file, "-") == 0 || mdt_reader_undone(reader).len ||
	    fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	err = view_window_read(&window, fd, 0, len, &head);
	free(window.bytes);
	same = !err && head.len == len &&
	       mdt_slice_starts(mdt_buf_slice(&head), first->raw) &&
	       mdt_slice_ends(mdt_buf_slice(&head), first->eol);
	mdt_error_destroy(err);
	return same;
}

static struct mdt_error *begin_text(struct index *it, const struct mdt_event *first)
{
	struct view_log *log = it->log;
	int fd = open(log->file, O_RDONLY | O_CLOEXEC);
	struct mdt_error *err = NULL;
	struct stat st;

	log->is_plain = is_plain(log->file, it->reader, first, fd);
	if (log->is_plain) {
		log->fd = fd;
		if (fstat(fd, &st) == 0)
			log->size = (uint64_t)st.st_size;
		atomic_store(&it->view->size, log->size);
		return NULL;
	}
	if (fd >= 0)
		close(fd);
	err = view_spool_open(&log->spool);
	log->fd = log->spool.fd;
	return err;
}

static struct view_log *begin_log(struct mdt_view *view, const char *file, size_t first)
{
	struct view_log *log;

	pthread_mutex_lock(&view->lock);
	log = &view->logs[view->log_count++];
	*log = (struct view_log){
		.file = file, .fd = -1, .first = first, .spool = { .fd = -1 }
	};
	pthread_mutex_unlock(&view->lock);
	return log;
}

static struct mdt_error *index_event(struct index *it, const struct mdt_event *event)
{
	struct mdt_error *err;

	clear_record(it);
	if (mdt_event_failed(event))
		it->flags |= MDT_VIEW_FAILED;
	err = mdt_life_event(&it->life, event);
	if (err)
		return err;
	note_remark(it, event);
	add_row(it, event);
	return it->err;
}

// A pipe may stay silent for ever, and only there may the thread be ended.
static struct mdt_error *next_event(struct index *it, struct mdt_event *event, bool *got)
{
	struct mdt_error *err = NULL;
	bool waits = mdt_reader_may_wait(it->reader);

	if (waits && it->next != it->published)
		err = publish(it);
	if (err)
		return err;
	if (waits)
		pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	err = mdt_reader_next(it->reader, event, got);
	if (waits)
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	return err;
}

static struct mdt_error *index_events(struct index *it)
{
	struct mdt_error *err = NULL;
	struct mdt_event event;
	bool got;

	while (!err && !atomic_load_explicit(&it->view->stop, memory_order_relaxed)) {
		err = next_event(it, &event, &got);
		if (err || !got)
			break;
		if (it->log->fd < 0)
			err = begin_text(it, &event);
		if (!err)
			err = index_event(it, &event);
		if (!err && is_due(it))
			err = publish(it);
	}
	return err;
}

static struct mdt_error *index_log(struct index *it, const char *file, const char *last)
{
	struct mdt_error *err, *other;

	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	err = mdt_reader_create(file, &it->reader);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	if (err)
		return err;
	it->log = begin_log(it->view, file, it->next);
	it->at = 0;
	atomic_store(&it->view->size, 0);
	mdt_life_begin_log(&it->life, file,
			   it->view->input.same_run(file, last, it->reader));
	err = index_events(it);
	other = publish(it);
	if (err)
		mdt_error_destroy(other);
	mdt_reader_destroy(it->reader);
	it->reader = NULL;
	return err ? err : other;
}

static void index_logs(struct index *it)
{
	struct mdt_view *view = it->view;
	const char *last = NULL;

	for (size_t i = 0; i < view->input.count && !atomic_load(&view->stop); i++) {
		struct mdt_error *err = index_log(it, view->input.files[i], last);
		bool ends = err == &mdt_enomem;

		last = view->input.files[i];
		if (err)
			view_trouble(view, err);
		if (ends)
			return;
	}
}

// Also when the thread is ended while it waits.
static void index_deinit(void *data)
{
	struct index *it = data;

	mdt_reader_destroy(it->reader);
	mdt_life_deinit(&it->life);
	for (size_t i = 0; i < VIEW_PARTS; i++)
		mdt_buf_deinit(&it->parts[i]);
	for (size_t i = 0; it->kept && i < KEPT; i++)
		mdt_buf_deinit(&it->kept[i].bytes);
	free(it->kept);
	mdt_buf_deinit(&it->bytes);
	atomic_store(&it->view->done, true);
}

static void index_all(struct index *it)
{
	struct mdt_error *err =
		mdt_life_init(&it->life, it->view->input.table, NULL, on_call, it);

	it->life.topics = MDT_TOPIC_IOCTL | MDT_TOPIC_MD | MDT_TOPIC_BLOCK;
	if (it->view->input.kernel.len)
		mdt_life_set_kernel(&it->life, it->view->input.kernel);
	if (!err && !it->kept)
		err = &mdt_enomem;
	if (err)
		view_trouble(it->view, err);
	else
		index_logs(it);
}

void *view_index(void *data)
{
	struct index it = { .view = data, .kept = calloc(KEPT, sizeof(struct kept)) };

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	pthread_cleanup_push(index_deinit, &it);
	index_all(&it);
	pthread_cleanup_pop(true);
	return NULL;
}
