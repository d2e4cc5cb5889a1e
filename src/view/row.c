// SPDX-License-Identifier: MIT
// A row of a log, read where its index says.
#include "view/view.h"
#include "view/parts.h"

void view_trouble(struct mdt_view *view, struct mdt_error *err)
{
	pthread_mutex_lock(&view->lock);
	mdt_buf_clear(&view->trouble);
	mdt_buf_adds(&view->trouble, err->message);
	view->troubles++;
	pthread_mutex_unlock(&view->lock);
	mdt_error_destroy(err);
}

void mdt_view_row_deinit(struct mdt_view_row *row)
{
	mdt_buf_deinit(&row->text);
	mdt_buf_deinit(&row->record);
}

size_t view_log_of(struct mdt_view *view, size_t index)
{
	size_t log;

	pthread_mutex_lock(&view->lock);
	for (log = view->log_count; log > 1 && view->logs[log - 1].first > index;)
		log--;
	pthread_mutex_unlock(&view->lock);
	return log - 1;
}

struct mdt_error *view_read_record(struct mdt_view *view, struct view_window *records,
				   uint32_t record, struct mdt_view_row *ret)
{
	struct mdt_slice *const parts[VIEW_PARTS] = {
		[VIEW_NAME] = &ret->name,     [VIEW_DEVICE] = &ret->device,
		[VIEW_NUMBER] = &ret->number, [VIEW_PATH] = &ret->path,
		[VIEW_REMARK] = &ret->remark, [VIEW_SOURCE] = &ret->source,
		[VIEW_ARRAY] = &ret->array,   [VIEW_BEFORE] = &ret->before,
		[VIEW_AFTER] = &ret->after,   [VIEW_PREDICTED] = &ret->predicted,
		[VIEW_CAUSE] = &ret->cause,   [VIEW_CALL] = &ret->call,
		[VIEW_ERROR] = &ret->error,
	};
	uint64_t at = (uint64_t)record * VIEW_RECORD_UNIT;
	struct view_record head = { .op = MDT_OPS };
	struct mdt_error *err = NULL;
	size_t len = 0, from = 0;

	mdt_buf_clear(&ret->record);
	if (record)
		err = view_window_read(records, view->records.fd, at, sizeof(head),
				       &ret->record);
	if (!err && ret->record.len == sizeof(head))
		memcpy(&head, ret->record.str, sizeof(head));
	for (size_t i = 0; i < VIEW_PARTS; i++)
		len += head.lens[i];
	mdt_buf_clear(&ret->record);
	if (!err && len)
		err = view_window_read(records, view->records.fd, at + sizeof(head), len,
				       &ret->record);
	for (size_t i = 0; i < VIEW_PARTS; i++) {
		*parts[i] = mdt_slice_head(
			mdt_slice_skip(mdt_buf_slice(&ret->record), from), head.lens[i]);
		from += head.lens[i];
	}
	ret->op = (enum mdt_md_op)head.op;
	ret->rule = head.rule;
	ret->verdict = (enum mdt_life_verdict)head.verdict;
	ret->kernel = (enum mdt_kernel)head.kernel;
	ret->line = (unsigned long)head.line;
	return err;
}

struct mdt_error *view_read_row(struct mdt_view *view, struct view_window *texts,
				struct view_window *records, size_t index,
				struct mdt_view_row *ret)
{
	const struct view_row *row = view_row_at(view, index);
	struct view_log log;
	size_t len = row->len < VIEW_TEXT_MAX ? row->len : VIEW_TEXT_MAX;
	struct mdt_error *err;

	ret->log = view_log_of(view, index);
	pthread_mutex_lock(&view->lock);
	log = view->logs[ret->log];
	pthread_mutex_unlock(&view->lock);
	ret->file = log.file;
	ret->flags = row->flags;
	ret->cut = row->len - len;
	mdt_buf_clear(&ret->text);
	err = view_window_read(texts, log.fd, row->at, len, &ret->text);
	if (!err)
		err = view_read_record(view, records, row->record, ret);
	if (!ret->line)
		ret->line = index - log.first + 1;
	return err;
}
