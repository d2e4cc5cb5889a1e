// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <time.h>

#include "strace/parse.h"
#include "view/parts.h"

enum { WAIT_NANOSECONDS = 20 * 1000 * 1000 };

// The thread that looks at each row.
struct looker {
	struct mdt_view *view;
	struct view_window texts, records;
	struct mdt_view_row row;
	struct mdt_nodes nodes;
	struct mdt_buf text;
};

// The facts of a row: those that need no state are read from the line again.
static struct mdt_error *facts_of(struct looker *it, struct mdt_select_line *ret)
{
	const struct mdt_view_row *row = &it->row;
	struct mdt_event event = { 0 };
	struct mdt_error *err =
		mdt_parse_line(mdt_buf_slice(&row->text), &it->nodes, &event);

	mdt_buf_clear(&it->text);
	mdt_buf_add(&it->text, mdt_buf_slice(&row->text));
	if (row->remark.len) {
		mdt_buf_adds(&it->text, "  # ");
		mdt_buf_add(&it->text, row->remark);
	}
	*ret = (struct mdt_select_line){
		.line = row->line,
		.pid = event.prefix.pid,
		.call = row->call.len ? row->call : event.name,
		.error = row->error.len ? row->error : event.result.error,
		.failed = row->flags & MDT_VIEW_FAILED,
		.has_remark = row->flags & MDT_VIEW_REMARK,
		.name = row->name,
		.device = row->device,
		.number = row->number,
		.path = row->path,
		.text = mdt_buf_slice(&it->text),
	};
	return err ? err : mdt_buf_error(&it->text);
}

static struct mdt_error *look_at(struct looker *it, size_t index)
{
	struct view_filter *filter = &it->view->filter;
	struct mdt_error *err =
		view_read_row(it->view, &it->texts, &it->records, index, &it->row);
	struct mdt_select_line facts;
	bool takes = false;

	if (!err)
		err = facts_of(it, &facts);
	if (!err)
		err = mdt_select_matches(filter->select, &facts, &takes);
	if (err || !takes)
		return err;
	pthread_mutex_lock(&it->view->lock);
	if (mdt_grow((void **)&filter->rows, &filter->cap, filter->len,
		     sizeof(*filter->rows)))
		filter->rows[filter->len++] = index;
	else
		err = &mdt_enomem;
	pthread_mutex_unlock(&it->view->lock);
	return err;
}

static void wait_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = WAIT_NANOSECONDS }, NULL);
}

static void *look(void *data)
{
	struct looker it = { .view = data };
	struct view_filter *filter = &it.view->filter;
	struct mdt_error *err = NULL;
	size_t at = 0;

	while (!err && !atomic_load(&filter->stop)) {
		bool done = atomic_load(&it.view->done);
		size_t count =
			atomic_load_explicit(&it.view->count, memory_order_acquire);

		if (at == count && done)
			break;
		if (at == count) {
			wait_a_little();
			continue;
		}
		err = look_at(&it, at++);
		atomic_store(&filter->seen, at);
	}
	if (err)
		view_trouble(it.view, err);
	mdt_view_row_deinit(&it.row);
	mdt_nodes_deinit(&it.nodes);
	mdt_buf_deinit(&it.text);
	free(it.texts.bytes);
	free(it.records.bytes);
	return NULL;
}

void view_filter_stop(struct mdt_view *view)
{
	struct view_filter *filter = &view->filter;

	atomic_store(&filter->stop, true);
	if (filter->is_running)
		pthread_join(filter->thread, NULL);
	mdt_select_destroy(filter->select);
	free(filter->rows);
	*filter = (struct view_filter){ 0 };
}

struct mdt_error *mdt_view_filter(struct mdt_view *view, struct mdt_select *select)
{
	view_filter_stop(view);
	if (!select)
		return NULL;
	view->filter.select = select;
	if (pthread_create(&view->filter.thread, NULL, look, view) != 0) {
		view_filter_stop(view);
		return mdt_error_create(MDT_ERR_OS, "no thread to filter with");
	}
	view->filter.is_running = true;
	return NULL;
}
