// SPDX-License-Identifier: MIT
#include "view/view.h"

#include <stdlib.h>
#include <unistd.h>

#include "view/parts.h"

/* ---- life ---- */

struct mdt_error *mdt_view_create(const struct mdt_view_input *input,
				  struct mdt_view **ret)
{
	static const char zeros[VIEW_RECORD_UNIT];
	struct mdt_view *view = calloc(1, sizeof(*view));
	struct mdt_error *err = NULL;

	if (!view)
		return &mdt_enomem;
	view->input = *input;
	view->records.fd = -1;
	pthread_mutex_init(&view->lock, NULL);
	view->chunks = calloc(VIEW_CHUNKS, sizeof(*view->chunks));
	view->logs = calloc(input->count, sizeof(*view->logs));
	if (!view->chunks || !view->logs)
		err = &mdt_enomem;
	if (!err)
		err = view_spool_open(&view->records);
	// No record begins at 0.
	if (!err)
		view_spool_add(&view->records, mdt_slice_from(zeros, sizeof(zeros)));
	if (!err && pthread_create(&view->thread, NULL, view_index, view) != 0)
		err = mdt_error_create(MDT_ERR_OS, "no thread to read the log with");
	view->is_running = !err;
	if (err)
		mdt_view_destroy(view);
	else
		*ret = view;
	return err;
}

static void logs_deinit(struct mdt_view *view)
{
	for (size_t i = 0; i < view->log_count; i++) {
		struct view_log *log = &view->logs[i];

		view_spool_close(&log->spool);
		if (log->is_plain && log->fd >= 0)
			close(log->fd);
	}
	free(view->logs);
	for (size_t i = 0; i < view->array_count; i++) {
		free(view->arrays[i].name);
		free(view->arrays[i].items);
	}
	free(view->arrays);
}

void mdt_view_destroy(struct mdt_view *view)
{
	if (!view)
		return;
	view_filter_stop(view);
	atomic_store(&view->stop, true);
	// A pipe may stay silent for ever: its thread is not waited for.
	if (view->is_running && !atomic_load(&view->done))
		pthread_cancel(view->thread);
	if (view->is_running)
		pthread_join(view->thread, NULL);
	logs_deinit(view);
	for (size_t i = 0; view->chunks && i < VIEW_CHUNKS && view->chunks[i]; i++)
		free(view->chunks[i]);
	free(view->chunks);
	view_spool_close(&view->records);
	free(view->text_window.bytes);
	free(view->record_window.bytes);
	mdt_buf_deinit(&view->trouble);
	mdt_buf_deinit(&view->said);
	mdt_buf_deinit(&view->text);
	mdt_view_row_deinit(&view->row);
	pthread_mutex_destroy(&view->lock);
	free(view);
}

void mdt_view_progress(struct mdt_view *view, struct mdt_view_progress *ret)
{
	*ret = (struct mdt_view_progress){
		.done = atomic_load(&view->done),
		.filtered = view->filter.select != NULL,
	};
	ret->rows = atomic_load_explicit(&view->count, memory_order_acquire);
	ret->visible = ret->rows;
	ret->at = atomic_load(&view->at);
	ret->size = atomic_load(&view->size);
	ret->filter_done = atomic_load(&view->filter.seen) == ret->rows;
	pthread_mutex_lock(&view->lock);
	if (ret->filtered)
		ret->visible = view->filter.len;
	mdt_buf_clear(&view->said);
	mdt_buf_add(&view->said, mdt_buf_slice(&view->trouble));
	ret->troubles = view->troubles;
	pthread_mutex_unlock(&view->lock);
	ret->trouble = mdt_buf_slice(&view->said);
}

/* ---- rows ---- */

struct mdt_error *mdt_view_row(struct mdt_view *view, size_t index,
			       struct mdt_view_row *ret)
{
	return view_read_row(view, &view->text_window, &view->record_window, index, ret);
}

/* ---- places ---- */

size_t mdt_view_visible(struct mdt_view *view, size_t place)
{
	if (!view->filter.select)
		return place;
	pthread_mutex_lock(&view->lock);
	if (view->filter.len)
		place = view->filter
				.rows[place < view->filter.len ? place
							       : view->filter.len - 1];
	pthread_mutex_unlock(&view->lock);
	return place;
}

size_t mdt_view_place(struct mdt_view *view, size_t index)
{
	size_t first = 0, last;

	if (!view->filter.select)
		return index;
	pthread_mutex_lock(&view->lock);
	for (last = view->filter.len; first < last;) {
		size_t middle = first + (last - first) / 2;

		if (view->filter.rows[middle] < index)
			first = middle + 1;
		else
			last = middle;
	}
	pthread_mutex_unlock(&view->lock);
	return first;
}

size_t mdt_view_line(struct mdt_view *view, size_t log, unsigned long line)
{
	size_t count = atomic_load_explicit(&view->count, memory_order_acquire);
	size_t first, end;

	pthread_mutex_lock(&view->lock);
	first = view->logs[log].first;
	end = log + 1 < view->log_count ? view->logs[log + 1].first : count;
	pthread_mutex_unlock(&view->lock);
	// Rows are lines, but where a mailer's wrapping was undone.
	while (end - first > 1) {
		size_t middle = first + (end - first) / 2;
		struct mdt_error *err = mdt_view_row(view, middle, &view->row);

		if (err || view->row.line > line)
			end = middle;
		else
			first = middle;
		mdt_error_destroy(err);
	}
	return first;
}

static bool step(size_t count, bool back, size_t *place)
{
	if (back ? *place == 0 : *place + 1 >= count)
		return false;
	*place += back ? -(size_t)1 : 1;
	return true;
}

bool mdt_view_next(struct mdt_view *view, unsigned int flags, bool back, size_t *place)
{
	struct mdt_view_progress progress;
	size_t at = *place;

	mdt_view_progress(view, &progress);
	while (step(progress.visible, back, &at))
		if ((view_row_at(view, mdt_view_visible(view, at))->flags & flags) ==
		    flags) {
			*place = at;
			return true;
		}
	return false;
}

static struct mdt_error *has_match(struct mdt_view *view, struct mdt_pattern *pattern,
				   size_t index, bool *ret)
{
	struct mdt_error *err = mdt_view_row(view, index, &view->row);

	if (err)
		return err;
	mdt_buf_clear(&view->text);
	mdt_buf_add(&view->text, mdt_buf_slice(&view->row.text));
	if (view->row.remark.len) {
		mdt_buf_adds(&view->text, "  # ");
		mdt_buf_add(&view->text, view->row.remark);
	}
	err = mdt_buf_error(&view->text);
	return err ? err : mdt_pattern_matches(pattern, mdt_buf_slice(&view->text), ret);
}

struct mdt_error *mdt_view_find(struct mdt_view *view, struct mdt_pattern *pattern,
				bool back, size_t budget, size_t *place,
				enum mdt_view_found *ret)
{
	struct mdt_view_progress progress;
	struct mdt_error *err = NULL;
	bool matches = false;
	size_t at = *place;

	mdt_view_progress(view, &progress);
	*ret = MDT_VIEW_GO_ON;
	for (size_t i = 0; !err && !matches && i < budget; i++) {
		if (!step(progress.visible, back, &at)) {
			*ret = MDT_VIEW_NOT_FOUND;
			return NULL;
		}
		err = has_match(view, pattern, mdt_view_visible(view, at), &matches);
	}
	*place = at;
	if (matches)
		*ret = MDT_VIEW_FOUND;
	return err;
}

/* ---- states ---- */

// The last state that was told at or before a row; false: there is none.
static bool state_before(const struct view_array *array, size_t index,
			 struct view_state *ret)
{
	size_t first = 0, last = array->len;

	while (first < last) {
		size_t middle = first + (last - first) / 2;

		if (array->items[middle].row <= index)
			first = middle + 1;
		else
			last = middle;
	}
	if (first)
		*ret = array->items[first - 1];
	return first != 0;
}

void mdt_view_states(struct mdt_view *view, size_t index,
		     void (*state)(void *data, struct mdt_slice array,
				   struct mdt_slice text, bool changed),
		     void *data)
{
	for (size_t i = 0;; i++) {
		struct view_state at = { 0 };
		struct mdt_error *err;
		struct mdt_slice name;
		bool met = false, more;

		pthread_mutex_lock(&view->lock);
		more = i < view->array_count;
		if (more)
			met = state_before(&view->arrays[i], index, &at);
		if (met) {
			name = mdt_slice_from(view->arrays[i].name,
					      view->arrays[i].name_len);
			mdt_buf_clear(&view->text);
			mdt_buf_add(&view->text, name);
		}
		pthread_mutex_unlock(&view->lock);
		if (!more)
			return;
		if (!met)
			continue;
		err = view_read_record(view, &view->record_window, at.record, &view->row);
		if (!err)
			state(data, mdt_buf_slice(&view->text), view->row.after,
			      at.row == index);
		mdt_error_destroy(err);
	}
}
