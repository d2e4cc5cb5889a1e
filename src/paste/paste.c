// SPDX-License-Identifier: MIT
#include "paste/paste.h"

#include <limits.h>
#include <stdlib.h>

#include "paste/stage.h"

enum {
	STAGES_MAX = 10,
	PHASES = 4,
	SAMPLE_LINES = 1500,
	LINE_MAX_LOOK = 16 << 10,

	POINTS_WHOLE = 16,
	POINTS_HALF = 14,
	POINTS_OPEN = 8,
	POINTS_SAID = 6,
	POINTS_REACHED = 4,
	POINTS_PROSE = -1,
};

struct queue {
	struct paste_text *items; // owned; reused
	size_t cap, first, len;
};

struct mdt_paste {
	const struct mdt_paste_judge *judge;
	struct paste_stage *stages[STAGES_MAX];
	size_t stage_count;
	struct queue queue;
	struct paste_text line; // as it was fed
	struct mdt_buf words;
	uint32_t number; // of the line that was fed last
	bool failed;
};

/* ---- how much sense a text makes ---- */

static long points_inside(const struct mdt_paste_judge *judge, struct mdt_slice line)
{
	struct mdt_paste_verdict verdict;
	size_t at = paste_find_call(judge, line, &verdict);

	if (at != SIZE_MAX)
		return verdict.kind >= MDT_PASTE_HALF ? POINTS_WHOLE / 2
						      : POINTS_OPEN / 2;
	at = paste_next_head(line, 0);
	if (at == SIZE_MAX)
		return POINTS_PROSE;
	line = mdt_slice_skip(line, at);
	judge->line(judge->data, line, &verdict);
	return (long)(verdict.reached * POINTS_REACHED / (line.len + 1));
}

// Strings and paths of a log hardly ever hold what HTML writes for a sign.
static bool has_entity(struct mdt_slice line)
{
	static const struct mdt_slice names[] = {
		SLICE_INIT("&lt;"),   SLICE_INIT("&gt;"),  SLICE_INIT("&quot;"),
		SLICE_INIT("&nbsp;"), SLICE_INIT("&amp;"), SLICE_INIT("&#"),
	};

	if (!memchr(line.str, '&', line.len))
		return false;
	array_for_each (it, names)
		if (mdt_slice_find(line, *it))
			return true;
	return false;
}

static long line_points(const struct mdt_paste_judge *judge, struct mdt_slice line)
{
	struct mdt_paste_verdict verdict;

	judge->line(judge->data, line, &verdict);
	switch (verdict.kind) {
	case MDT_PASTE_WHOLE:
		// A name that is no call's is another tracer's: SYS_ioctl(
		return verdict.inner ? POINTS_OPEN : POINTS_WHOLE - verdict.noted;
	case MDT_PASTE_HALF:
		return POINTS_HALF;
	case MDT_PASTE_OPEN:
		return POINTS_OPEN;
	case MDT_PASTE_SAID:
		return POINTS_SAID;
	case MDT_PASTE_BLANK:
		return 0;
	case MDT_PASTE_OTHER:
		break;
	}
	return points_inside(judge, line);
}

static long points_of(const struct mdt_paste_judge *judge, struct mdt_slice line)
{
	if (line.len > LINE_MAX_LOOK)
		return 0;
	return line_points(judge, line) - has_entity(line);
}

static long points(const struct mdt_paste_judge *judge, const struct paste_lines *lines)
{
	long sum = 0;

	for (size_t i = 0; i < lines->len; i++)
		sum += points_of(judge, paste_lines_get(lines, i));
	return sum;
}

/* ---- the chain ---- */

static struct paste_stage *stage_create(const struct paste_row *row,
					const struct mdt_paste_judge *judge)
{
	struct paste_stage *stage = calloc(1, sizeof(*stage));

	if (stage) {
		stage->row = row;
		stage->judge = judge;
	}
	return stage;
}

static void stage_destroy(struct paste_stage *stage)
{
	if (!stage)
		return;
	paste_text_deinit(&stage->out);
	paste_text_deinit(&stage->held);
	free(stage);
}

// What a stage makes of a sample.
struct dry_run {
	struct paste_lines *lines;
};

static void add_line(void *data, const struct paste_text *line)
{
	struct dry_run *run = data;

	paste_lines_add(run->lines, paste_text_slice(line));
}

static void run_stage(struct paste_stage *stage, const struct paste_lines *lines,
		      struct paste_lines *ret)
{
	struct dry_run run = { ret };
	struct paste_text line = { 0 };

	stage->sink = add_line;
	stage->sink_data = &run;
	for (size_t i = 0; i < lines->len; i++) {
		struct mdt_slice s = paste_lines_get(lines, i);

		paste_text_set(&line, s, (struct mdt_paste_at){ 1, 1 });
		paste_text_clear(&stage->out);
		stage->row->line(stage, &line);
	}
	if (stage->row->end)
		stage->row->end(stage);
	if (line.buf.failed || stage->out.buf.failed || stage->held.buf.failed)
		ret->bytes.failed = true;
	paste_text_deinit(&line);
}

// Forget what a dry run has left, keep what was learnt.
static void stage_rewind(struct paste_stage *stage)
{
	stage->holds = stage->has_odd = stage->blank_between = false;
	stage->piece_count = 0;
	stage->last_len = stage->joins = 0;
	stage->verdict = (struct mdt_paste_verdict){ 0 };
	paste_text_clear(&stage->out);
	paste_text_clear(&stage->held);
}

/* ---- finding out ---- */

struct detection {
	struct mdt_paste *paste;
	struct paste_lines lines; // as the stages so far leave them
	long points;
};

struct
try {
	struct paste_stage *stage;
	struct paste_lines lines;
	long points;
};

static void try_deinit(struct try *it)
{
	stage_destroy(it->stage);
	paste_lines_deinit(&it->lines);
	*it = (struct try){ 0 };
}

static bool is_used(const struct mdt_paste *paste, const struct paste_row *row)
{
	size_t times = 0;

	for (size_t i = 0; i < paste->stage_count; i++)
		times += paste->stages[i]->row == row;
	return times >= 2 || (times && row->phase != 2);
}

static void try_row(struct detection *it, const struct paste_row *row, struct try *ret)
{
	*ret = (struct try){ .stage = stage_create(row, it->paste->judge) };
	if (!ret->stage) {
		it->paste->failed = true;
		return;
	}
	ret->points = LONG_MIN;
	if (!row->learn(ret->stage, &it->lines))
		return;
	stage_rewind(ret->stage);
	run_stage(ret->stage, &it->lines, &ret->lines);
	it->paste->failed |= ret->lines.bytes.failed;
	ret->points = points(it->paste->judge, &ret->lines);
}

static void try_rows(struct detection *it, const struct paste_row *rows,
		     unsigned int phase, struct try *best)
{
	for (const struct paste_row *row = rows; row->name; row++) {
		struct try next;

		if (row->phase != phase || is_used(it->paste, row))
			continue;
		try_row(it, row, &next);
		if (next.points > it->points && next.points > best->points) {
			try_deinit(best);
			*best = next;
		} else {
			try_deinit(&next);
		}
	}
}

static void take_try(struct detection *it, struct try *best)
{
	stage_rewind(best->stage);
	it->paste->stages[it->paste->stage_count++] = best->stage;
	paste_lines_deinit(&it->lines);
	it->lines = best->lines;
	it->points = best->points;
}

// The form that explains most, if one explains anything.
static bool add_best(struct detection *it, unsigned int from, unsigned int to)
{
	struct try best = { .points = it->points };

	for (unsigned int phase = from; phase <= to; phase++) {
		try_rows(it, paste_witness_rows, phase, &best);
		try_rows(it, paste_letter_rows, phase, &best);
		try_rows(it, paste_lead_rows, phase, &best);
		try_rows(it, paste_wrap_rows, phase, &best);
	}
	if (!best.stage)
		return false;
	take_try(it, &best);
	return true;
}

/*
 * What makes sense, of a wrong kind, and is unmistakable: numbers of lines look like
 * pids, and around the system calls of ltrace -S stand those of the library.
 */
static void undo_certain(struct detection *it)
{
	const struct paste_row *rows[] = { paste_lead_rows, paste_certain_rows };
	struct try next;

	array_for_each (row, rows) {
		try_row(it, *row, &next);
		if (next.points > 0 && !it->paste->failed)
			take_try(it, &next);
		else
			try_deinit(&next);
	}
}

static void find_forms(struct detection *it)
{
	static const struct {
		unsigned int from, to;
	} steps[] = { { 0, 0 }, { 1, 2 }, { 3, 3 } };

	it->points = points(it->paste->judge, &it->lines);
	undo_certain(it);
	array_for_each (step, steps)
		while (!it->paste->failed && it->paste->stage_count < STAGES_MAX &&
		       add_best(it, step->from, step->to))
			;
}

static void split_sample(struct mdt_slice sample, struct paste_lines *ret)
{
	while (sample.len && ret->len < SAMPLE_LINES) {
		const char *end = memchr(sample.str, '\n', sample.len);
		size_t len = end ? (size_t)(end - sample.str) : sample.len;
		struct mdt_slice line = mdt_slice_head(sample, len);

		if (end && mdt_slice_ends(line, SLICE("\r")))
			line.len--;
		paste_lines_add(ret, line);
		sample = mdt_slice_skip(sample, len + 1);
	}
}

// A text in which every line makes sense is not looked at any closer.
static bool is_clean(const struct mdt_paste_judge *judge, const struct paste_lines *lines)
{
	// Numbers of lines look like pids.
	for (size_t i = 0; i < lines->len; i++) {
		struct mdt_paste_verdict verdict;

		judge->line(judge->data, paste_lines_get(lines, i), &verdict);
		if (verdict.kind == MDT_PASTE_OTHER || verdict.kind == MDT_PASTE_OPEN ||
		    verdict.inner)
			return false;
	}
	return !paste_is_numbered(lines);
}

/* ---- the top ---- */

static void enqueue(void *data, const struct paste_text *line)
{
	struct mdt_paste *paste = data;
	struct queue *queue = &paste->queue;
	size_t cap = queue->cap;

	if (!mdt_grow((void **)&queue->items, &queue->cap, queue->len,
		      sizeof(*queue->items))) {
		paste->failed = true;
		return;
	}
	if (cap != queue->cap)
		memset(queue->items + cap, 0, (queue->cap - cap) * sizeof(*queue->items));
	paste_text_clear(&queue->items[queue->len]);
	paste_text_add(&queue->items[queue->len], line, 0, line->buf.len);
	paste->failed |= queue->items[queue->len].buf.failed;
	queue->len++;
}

static void connect(struct mdt_paste *paste)
{
	for (size_t i = 0; i < paste->stage_count; i++) {
		struct paste_stage *stage = paste->stages[i];

		stage->next = i + 1 < paste->stage_count ? paste->stages[i + 1] : NULL;
		stage->sink = enqueue;
		stage->sink_data = paste;
		if (i)
			mdt_buf_adds(&paste->words, ", ");
		if (stage->row->words)
			stage->row->words(stage, &paste->words);
		else
			mdt_buf_adds(&paste->words, stage->row->name);
	}
}

static struct mdt_error *detect(struct mdt_paste *paste, struct paste_lines *lines)
{
	struct detection it = { .paste = paste, .lines = *lines };

	find_forms(&it);
	// Readers do without colors themselves.
	if (paste->stage_count == 1 && paste->stages[0]->only_colors)
		stage_destroy(paste->stages[--paste->stage_count]);
	paste_lines_deinit(&it.lines);
	*lines = (struct paste_lines){ 0 };
	connect(paste);
	return paste->failed || paste->words.failed ? &mdt_enomem : NULL;
}

// UTF-16 that does not say so at its start: one byte of each two is NUL, most of the
// time.
static bool is_unmarked_utf16(struct mdt_slice sample)
{
	size_t nuls[2] = { 0 };
	size_t more, less;

	for (size_t i = 0; i < sample.len; i++)
		nuls[i % 2] += !sample.str[i];
	more = nuls[0] > nuls[1] ? nuls[0] : nuls[1];
	less = nuls[0] + nuls[1] - more;
	return more > sample.len / 4 && less <= more / 16;
}

// A program or an archive: no mailer has a NUL.
static bool is_binary(struct mdt_slice sample)
{
	return sample.len && memchr(sample.str, '\0', sample.len) &&
	       !mdt_slice_starts(sample, SLICE("\xff\xfe")) &&
	       !mdt_slice_starts(sample, SLICE("\xfe\xff")) && !is_unmarked_utf16(sample);
}

struct mdt_error *mdt_paste_detect(const struct mdt_paste_judge *judge,
				   struct mdt_slice sample, struct mdt_paste **ret)
{
	_cleanup_(mdt_paste_destroyp) struct mdt_paste *paste = NULL;
	_cleanup_(paste_lines_deinit) struct paste_lines lines = { 0 };
	struct mdt_error *err;

	*ret = NULL;
	if (is_binary(sample))
		return NULL;
	split_sample(sample, &lines);
	if (lines.bytes.failed)
		return &mdt_enomem;
	if (is_clean(judge, &lines))
		return NULL;
	paste = calloc(1, sizeof(*paste));
	if (!paste)
		return &mdt_enomem;
	paste->judge = judge;
	err = detect(paste, &lines);
	if (!err && paste->stage_count)
		*ret = no_cleanup_ptr(paste);
	return err;
}

void mdt_paste_destroy(struct mdt_paste *paste)
{
	if (!paste)
		return;
	for (size_t i = 0; i < paste->stage_count; i++)
		stage_destroy(paste->stages[i]);
	for (size_t i = 0; i < paste->queue.cap; i++)
		paste_text_deinit(&paste->queue.items[i]);
	free(paste->queue.items);
	paste_text_deinit(&paste->line);
	mdt_buf_deinit(&paste->words);
	free(paste);
}

struct mdt_slice mdt_paste_words(const struct mdt_paste *paste)
{
	return mdt_buf_slice(&paste->words);
}

static struct mdt_error *check(const struct mdt_paste *paste)
{
	bool failed = paste->failed || paste->line.buf.failed;

	for (size_t i = 0; i < paste->stage_count; i++)
		failed |= paste->stages[i]->out.buf.failed ||
			  paste->stages[i]->held.buf.failed;
	return failed ? &mdt_enomem : NULL;
}

static void rewind_queue(struct queue *queue)
{
	if (queue->first == queue->len)
		queue->first = queue->len = 0;
}

struct mdt_error *mdt_paste_feed(struct mdt_paste *paste, struct mdt_slice line)
{
	struct mdt_paste_at at = { ++paste->number, 1 };
	struct paste_stage *first = paste->stages[0];

	rewind_queue(&paste->queue);
	paste_text_set(&paste->line, line, at);
	paste_text_clear(&first->out);
	paste_text_add(&first->out, &paste->line, 0, 0);
	first->row->line(first, &paste->line);
	return check(paste);
}

struct mdt_error *mdt_paste_end(struct mdt_paste *paste)
{
	rewind_queue(&paste->queue);
	for (size_t i = 0; i < paste->stage_count; i++)
		if (paste->stages[i]->row->end)
			paste->stages[i]->row->end(paste->stages[i]);
	return check(paste);
}

bool mdt_paste_take(struct mdt_paste *paste, struct mdt_slice *line,
		    const struct mdt_paste_at **at)
{
	const struct paste_text *text;

	if (paste->queue.first == paste->queue.len)
		return false;
	text = &paste->queue.items[paste->queue.first++];
	*line = paste_text_slice(text);
	*at = text->at;
	return true;
}
