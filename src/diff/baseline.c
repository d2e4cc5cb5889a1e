// SPDX-License-Identifier: MIT
#include "diff/baseline.h"

#include <inttypes.h>
#include <stdlib.h>

#include "diff/steps.h"

struct writer {
	const struct mdt_diff_log *log;
	const struct mdt_diff_texts *texts;
	enum mdt_diff_level level;
	struct mdt_buf *out;
	struct mdt_diff_children children;
	uint32_t *order, *numbers; // tasks, parents first; and the number of each
	uint32_t *starts, *calls;  // the log's calls by task
	size_t len;
};

static void writer_deinit(struct writer *writer)
{
	mdt_diff_children_deinit(&writer->children);
	free(writer->order);
	free(writer->numbers);
	free(writer->starts);
	free(writer->calls);
}

static void add_family(struct writer *writer, uint32_t parent)
{
	struct mdt_diff_family family = mdt_diff_children_of(&writer->children, parent);

	for (size_t i = 0; i < family.len; i++) {
		writer->order[writer->len++] = family.items[i];
		writer->numbers[family.items[i]] = (uint32_t)writer->len;
	}
}

static void order_tasks(struct writer *writer)
{
	add_family(writer, MDT_NO_TASK);
	for (size_t i = 0; i < writer->len; i++)
		add_family(writer, writer->order[i]);
}

// starts[task + 1] counts, then is where the task's calls go, then where they end.
static void sort_calls(struct writer *writer)
{
	const struct mdt_diff_log *log = writer->log;
	uint32_t *at = writer->starts;

	for (size_t i = 0; i < log->len; i++)
		at[log->calls[i].task + 2]++;
	for (size_t i = 0; i < log->tasks.len; i++)
		at[i + 2] += at[i + 1];
	for (size_t i = 0; i < log->len; i++)
		writer->calls[at[log->calls[i].task + 1]++] = log->calls[i].text;
}

static bool writer_init(struct writer *writer)
{
	size_t tasks = writer->log->tasks.len;

	writer->order = calloc(tasks + 1, sizeof(uint32_t));
	writer->numbers = calloc(tasks + 1, sizeof(uint32_t));
	writer->starts = calloc(tasks + 2, sizeof(uint32_t));
	writer->calls = calloc(writer->log->len + 1, sizeof(uint32_t));
	if (!writer->order || !writer->numbers || !writer->starts || !writer->calls ||
	    !mdt_diff_children_init(&writer->children, &writer->log->tasks))
		return false;
	order_tasks(writer);
	sort_calls(writer);
	return true;
}

/* ---- lines ---- */

// Calls that make a process end in this; which one it is, the baseline says in its place.
#define CHILD SLICE("= 1<child>")

static bool makes_child(struct mdt_slice text)
{
	return mdt_slice_ends(text, CHILD) && (mdt_slice_starts(text, SLICE("clone")) ||
					       mdt_slice_starts(text, SLICE("fork(")) ||
					       mdt_slice_starts(text, SLICE("vfork(")));
}

static void put_line(struct writer *writer, uint32_t task, uint32_t text, size_t count,
		     size_t *children)
{
	struct mdt_diff_family family = mdt_diff_children_of(&writer->children, task);
	struct mdt_slice line = writer->texts->items[text].text;

	mdt_buf_printf(writer->out, "%-5" PRIu32 " ", writer->numbers[task]);
	if (makes_child(line) && *children < family.len) {
		line.len -= CHILD.len;
		mdt_buf_add(writer->out, line);
		mdt_buf_printf(writer->out, "= %" PRIu32,
			       writer->numbers[family.items[(*children)++]]);
	} else {
		mdt_buf_add(writer->out, line);
	}
	if (count > 1)
		mdt_buf_printf(writer->out, "  # x %zu", count);
	mdt_buf_addc(writer->out, '\n');
}

static bool is_wanted(const struct writer *writer, uint32_t text)
{
	const struct mdt_diff_text *it =
		&writer->texts->items[writer->texts->items[text].becomes];

	return makes_child(it->text) ||
	       mdt_diff_is_wanted(writer->texts, text, writer->level);
}

static void put_task(struct writer *writer, uint32_t task)
{
	uint32_t end = writer->starts[task + 1], last = 0;
	size_t children = 0, count = 0;

	for (uint32_t i = writer->starts[task]; i < end; i++) {
		uint32_t text = writer->texts->items[writer->calls[i]].becomes;

		if (!is_wanted(writer, writer->calls[i]))
			continue;
		if (count && text == last &&
		    !makes_child(writer->texts->items[text].text)) {
			count++;
			continue;
		}
		if (count)
			put_line(writer, task, last, count, &children);
		last = text;
		count = 1;
	}
	if (count)
		put_line(writer, task, last, count, &children);
}

struct mdt_error *mdt_diff_baseline(const struct mdt_diff_log *log,
				    const struct mdt_diff_texts *texts,
				    enum mdt_diff_level level, struct mdt_buf *ret)
{
	struct writer writer = { .log = log, .texts = texts, .level = level, .out = ret };
	struct mdt_error *err = NULL;

	if (!writer_init(&writer))
		err = &mdt_enomem;
	mdt_buf_add(ret, MDT_BASELINE_HEAD);
	mdt_buf_adds(ret,
		     "\n# A log as mdtrace diff compares it: what is by chance is left "
		     "out, and one process\n# stands behind the other. Compare a log "
		     "with it: mdtrace diff THIS LOG\n");
	for (size_t i = 0; !err && i < writer.len; i++)
		put_task(&writer, writer.order[i]);
	writer_deinit(&writer);
	return err ? err : mdt_buf_error(ret);
}
