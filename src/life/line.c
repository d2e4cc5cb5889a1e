// SPDX-License-Identifier: MIT
#include "life/line.h"

#include <stdlib.h>

void mdt_life_line_deinit(struct mdt_life_line *line)
{
	mdt_buf_deinit(&line->array);
	mdt_buf_deinit(&line->text);
	mdt_buf_deinit(&line->result);
	mdt_buf_deinit(&line->predicted);
	mdt_buf_deinit(&line->before);
	mdt_buf_deinit(&line->after);
	mdt_buf_deinit(&line->raw);
	mdt_buf_deinit(&line->remark);
}

static int by_line(const void *key, const void *item)
{
	const unsigned long *line = key;
	const struct mdt_life_line *it = item;

	return (*line > it->line) - (*line < it->line);
}

static struct mdt_life_line *find(const struct mdt_life_lines *lines, unsigned long line)
{
	return line ? bsearch(&line, lines->items, lines->count, sizeof(*lines->items),
			      by_line)
		    : NULL;
}

static void keep_call(struct mdt_life_line *line, const struct mdt_life_call *call)
{
	if (!line || line->has_call)
		return;
	line->has_call = true;
	line->op = call->op;
	line->verdict = call->verdict;
	line->rule = call->rule;
	line->presumed = call->is_presumed;
	line->before_presumed = call->before_presumed;
	line->after_presumed = call->after_presumed;
	mdt_buf_add(&line->array, call->array->name);
	mdt_buf_add(&line->text, call->text);
	mdt_buf_add(&line->result, call->result);
	mdt_buf_add(&line->predicted, call->predicted);
	mdt_buf_add(&line->before, call->before);
	mdt_buf_add(&line->after, call->after);
}

void mdt_life_lines_call(void *data, const struct mdt_life_call *call)
{
	const struct mdt_life_lines *lines = data;

	if (call->op == MDT_OPS) // something was read
		return;
	keep_call(find(lines, call->line), call);
	keep_call(find(lines, call->began), call);
}

// The end of a call that was unfinished tells more than its beginning.
static void keep_remark(struct mdt_life_line *line, const struct mdt_event *event,
			const struct mdt_annotation *remark)
{
	if (!line)
		return;
	mdt_buf_clear(&line->raw);
	mdt_buf_clear(&line->remark);
	mdt_buf_add(&line->raw, event->raw);
	mdt_buf_add(&line->remark, remark->text);
	line->source = remark->source;
	line->has_remark = true;
}

static void drop_close(struct mdt_life_line *line, const struct mdt_annotation *remark)
{
	if (!line || !line->has_call || line->op != MDT_OP_CLOSE ||
	    mdt_slice_eq(remark->name, SLICE("close")))
		return;
	mdt_life_line_deinit(line);
	line->has_call = false;
}

static bool has_room(const struct mdt_life_line *line)
{
	return !line ||
	       !(line->array.failed || line->text.failed || line->result.failed ||
		 line->predicted.failed || line->before.failed || line->after.failed ||
		 line->raw.failed || line->remark.failed);
}

struct mdt_error *mdt_life_lines_event(const struct mdt_life_lines *lines,
				       struct mdt_life *life,
				       const struct mdt_event *event)
{
	struct mdt_life_line *line = find(lines, event->line),
			     *began = find(lines, event->began);
	struct mdt_error *err = mdt_life_event(life, event);
	const struct mdt_annotation *remark = life->annotation;

	if (err)
		return err;
	if (remark && remark->text.len) {
		// A descriptor that goes at the line is not what the line is about.
		drop_close(line, remark);
		keep_remark(line, event, remark);
		keep_remark(began, event, remark);
	}
	return has_room(line) && has_room(began) ? NULL : &mdt_enomem;
}

bool mdt_life_lines_are_told(const struct mdt_life_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		if (!lines->items[i].has_call)
			return false;
	return true;
}
