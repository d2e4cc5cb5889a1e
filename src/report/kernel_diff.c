// SPDX-License-Identifier: MIT
#include "report/kernel_diff.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/visible.h"
#include "diff/align.h"
#include "kernel/graph_diff.h"
#include "report/replay_parts.h"

enum { PATH_DEPTH = 24, NAME_COLUMNS = 28 };

struct log {
	const struct mdt_kernel_diff_log *given;
	struct mdt_graph graph;
	const struct mdt_verdict **calls; // those of the logs
	uint32_t *keys;
	size_t count;
};

struct page {
	struct log old, new;
	uint32_t *pairs; // for each old call: the new one, or MDT_NO_MATCH
	struct mdt_map texts;
	struct mdt_arena arena;
	bool is_json;
	struct mdt_json json;
	struct mdt_buf *out;
	size_t differences, compared, changed;
};

/* ---- which calls belong together ---- */

// The number of a text.
static struct mdt_error *intern(struct page *page, const struct mdt_verdict *verdict,
				uint32_t *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice kept;
	uint32_t *number;

	mdt_buf_printf(&text, "%.*s %.*s", SLICE_FMT(verdict->call),
		       SLICE_FMT(verdict->subject));
	if (text.failed)
		return &mdt_enomem;
	number = mdt_map_find_text(&page->texts, mdt_buf_slice(&text));
	if (!number) {
		number = mdt_arena_new(&page->arena, uint32_t);
		if (!number || !mdt_arena_copy(&page->arena, mdt_buf_slice(&text), &kept))
			return &mdt_enomem;
		*number = (uint32_t)page->texts.len;
		if (!mdt_map_set_text(&page->texts, kept, number))
			return &mdt_enomem;
	}
	*ret = *number;
	return NULL;
}

static struct mdt_error *read_calls(struct page *page, struct log *log)
{
	const struct mdt_verdicts *verdicts = log->given->verdicts;
	struct mdt_error *err = NULL;

	log->calls = calloc(verdicts->count + 1, sizeof(*log->calls));
	log->keys = calloc(verdicts->count + 1, sizeof(*log->keys));
	if (!log->calls || !log->keys)
		return &mdt_enomem;
	for (size_t i = 0; !err && i < verdicts->count; i++) {
		const struct mdt_verdict *it = &verdicts->all[i];

		if (!it->is_counted || it->is_wait)
			continue;
		log->calls[log->count] = it;
		err = intern(page, it, &log->keys[log->count++]);
	}
	return err;
}

static struct mdt_error *read_log(struct page *page, struct log *log)
{
	struct mdt_error *err = mdt_replay_graph_make(log->given->verdicts, &log->graph);

	if (!err && !log->graph.nodes)
		err = mdt_error_create(
			MDT_ERR_INVALID,
			"%s: has no functions; mdtrace replay --graph --format=strace makes a log that has",
			log->given->name);
	return err ? err : read_calls(page, log);
}

static struct mdt_error *pair(struct page *page)
{
	struct mdt_align align = { 0 };

	page->pairs = calloc(page->old.count + 1, sizeof(*page->pairs));
	return page->pairs ? mdt_align_keys(&align, page->old.keys, page->old.count,
					    page->new.keys, page->new.count, page->pairs)
			   : &mdt_enomem;
}

/* ---- one change ---- */

// The callers of a function, by their names in the source.
static void add_path(const struct mdt_graph_node *node, struct mdt_buf *ret)
{
	const struct mdt_graph_node *path[PATH_DEPTH];
	size_t count = 0;

	for (node = node->parent; node && count < PATH_DEPTH; node = node->parent)
		path[count++] = node;
	mdt_buf_adds(ret, node ? "... > " : "");
	while (count--) {
		mdt_visible_words(ret, mdt_graph_source_name(path[count]->name));
		mdt_buf_adds(ret, count ? " > " : "");
	}
}

static void add_place(const char *word, const struct mdt_graph_node *node,
		      struct mdt_buf *ret)
{
	mdt_buf_adds(ret, word);
	if (node->parent)
		add_path(node, ret);
	else
		mdt_buf_adds(ret, "no other function");
}

static void text_change(const struct page *page, const struct mdt_graph_change *it)
{
	const struct mdt_graph_node *node = it->new ? it->new : it->old;
	struct mdt_buf *out = page->out;
	size_t start;

	mdt_buf_printf(out, "  %-8s ", mdt_graph_change_name(it->kind));
	start = out->len;
	mdt_visible_words(out, mdt_graph_source_name(node->name));
	if (it->kind == MDT_GRAPH_RENAMED) {
		mdt_buf_adds(out, ", was ");
		mdt_visible_words(out, mdt_graph_source_name(it->old->name));
	} else {
		if (out->len - start < NAME_COLUMNS)
			mdt_buf_fill(out, ' ', NAME_COLUMNS - (out->len - start));
		add_place("  in ", node, out);
	}
	if (it->kind == MDT_GRAPH_MOVED)
		add_place(", was in ", it->old, out);
	if (it->can_be_seen)
		mdt_buf_printf(out, " (the %s kernel has it)", it->new ? "old" : "new");
	mdt_buf_addc(out, '\n');
}

static void json_side(struct page *page, const char *key,
		      const struct mdt_graph_node *node)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };

	if (!node)
		return;
	add_path(node, &path);
	mdt_json_object(&page->json, key);
	mdt_json_text(&page->json, "function", mdt_graph_source_name(node->name));
	mdt_json_text(&page->json, "symbol", node->name);
	mdt_json_text(&page->json, "within", mdt_buf_slice(&path));
	mdt_json_end(&page->json);
	page->out->failed |= path.failed;
}

static void json_change(struct page *page, const struct mdt_graph_change *it)
{
	mdt_json_object(&page->json, NULL);
	mdt_json_cstr(&page->json, "kind", mdt_graph_change_name(it->kind));
	json_side(page, "old", it->old);
	json_side(page, "new", it->new);
	if (it->kind == MDT_GRAPH_GONE || it->kind == MDT_GRAPH_NEW)
		mdt_json_bool(&page->json, "other_has_it", it->can_be_seen);
	mdt_json_end(&page->json);
}

static void put_changes(struct page *page, const struct mdt_graph_diff *diff)
{
	if (page->is_json)
		mdt_json_array(&page->json, "changes");
	for (size_t i = 0; i < diff->count; i++) {
		if (page->is_json)
			json_change(page, &diff->changes[i]);
		else
			text_change(page, &diff->changes[i]);
	}
	if (page->is_json)
		mdt_json_end(&page->json);
}

/* ---- calls ---- */

static struct mdt_graph_part part_of(const struct log *log,
				     const struct mdt_verdict *verdict)
{
	size_t step = (size_t)(verdict - log->given->verdicts->all);

	return (struct mdt_graph_part){ &log->graph, step, 1, true };
}

static void text_call(const struct page *page, const struct mdt_verdict *verdict)
{
	mdt_visible_words(page->out, verdict->call);
	if (verdict->subject.len)
		mdt_buf_addc(page->out, ' ');
	mdt_visible_words(page->out, verdict->subject);
	mdt_buf_adds(page->out, ", ");
	mdt_visible_words(page->out, verdict->section->name);
	mdt_buf_printf(page->out, ":%lu", verdict->step->line);
}

static void json_place(struct page *page, const char *key,
		       const struct mdt_verdict *verdict)
{
	if (!verdict)
		return;
	mdt_json_object(&page->json, key);
	mdt_json_text(&page->json, "log", verdict->section->name);
	mdt_json_u64(&page->json, "line", verdict->step->line);
	mdt_json_text(&page->json, "result", verdict->actual);
	mdt_json_end(&page->json);
}

static void begin_call(struct page *page, const struct mdt_verdict *old,
		       const struct mdt_verdict *new)
{
	const struct mdt_verdict *any = old ? old : new;

	if (page->is_json) {
		mdt_json_object(&page->json, NULL);
		mdt_json_text(&page->json, "call", any->call);
		mdt_json_text(&page->json, "subject", any->subject);
		json_place(page, "old", old);
		json_place(page, "new", new);
		return;
	}
	mdt_buf_addc(page->out, '\n');
	text_call(page, any);
	if (!old || !new)
		mdt_buf_printf(page->out, ": only in the %s log", old ? "old" : "new");
	mdt_buf_addc(page->out, '\n');
}

static void end_call(struct page *page)
{
	if (page->is_json)
		mdt_json_end(&page->json);
}

// A call that only one of them has: its functions say nothing of the kernel.
static void put_single(struct page *page, const struct mdt_verdict *old,
		       const struct mdt_verdict *new)
{
	page->differences++;
	begin_call(page, old, new);
	end_call(page);
}

static struct mdt_error *put_pair(struct page *page, const struct mdt_verdict *old,
				  const struct mdt_verdict *new)
{
	_cleanup_(mdt_graph_diff_deinit) struct mdt_graph_diff diff = { 0 };
	struct mdt_graph_part a = part_of(&page->old, old), b = part_of(&page->new, new);
	struct mdt_error *err = mdt_graph_diff_make(&a, &b, &diff);

	if (err)
		return err;
	page->compared += diff.functions[0] || diff.functions[1];
	if (!diff.count)
		return NULL;
	page->changed++;
	page->differences += diff.count;
	begin_call(page, old, new);
	put_changes(page, &diff);
	end_call(page);
	return mdt_buf_error(page->out);
}

static struct mdt_error *put_calls(struct page *page)
{
	struct mdt_error *err = NULL;
	size_t next = 0; // of the new calls

	for (size_t i = 0; !err && i < page->old.count; i++) {
		if (page->pairs[i] == MDT_NO_MATCH) {
			put_single(page, page->old.calls[i], NULL);
			continue;
		}
		while (next < page->pairs[i])
			put_single(page, NULL, page->new.calls[next++]);
		err = put_pair(page, page->old.calls[i], page->new.calls[next++]);
	}
	while (!err && next < page->new.count)
		put_single(page, NULL, page->new.calls[next++]);
	return err;
}

/* ---- the tasks beside them ---- */

static struct mdt_error *put_tasks(struct page *page)
{
	_cleanup_(mdt_graph_diff_deinit) struct mdt_graph_diff diff = { 0 };
	struct mdt_graph_part a = { &page->old.graph, 0, page->old.graph.count, false },
			      b = { &page->new.graph, 0, page->new.graph.count, false };
	struct mdt_error *err = mdt_graph_diff_make(&a, &b, &diff);

	if (err)
		return err;
	page->differences += diff.count;
	if (page->is_json)
		mdt_json_object(&page->json, "tasks");
	else if (diff.count)
		mdt_buf_adds(page->out, "\nother tasks, of all calls together\n");
	put_changes(page, &diff);
	if (page->is_json)
		mdt_json_end(&page->json);
	return NULL;
}

/* ---- the page ---- */

static void put_log(struct page *page, const char *key, const struct log *log)
{
	struct mdt_slice kernel = log->given->verdicts->kernel;

	if (page->is_json) {
		mdt_json_object(&page->json, key);
		mdt_json_cstr(&page->json, "name", log->given->name);
		mdt_json_text(&page->json, "kernel", kernel);
		mdt_json_u64(&page->json, "calls", log->count);
		mdt_json_u64(&page->json, "lost_events", log->graph.lost);
		mdt_json_end(&page->json);
		return;
	}
	mdt_buf_printf(page->out, "%s: ", key);
	mdt_visible_words(page->out, kernel.len ? kernel : SLICE("kernel not known"));
	mdt_buf_printf(page->out, ", %s", log->given->name);
	if (log->graph.lost)
		mdt_buf_printf(page->out, " (%llu events were lost)",
			       (unsigned long long)log->graph.lost);
	mdt_buf_addc(page->out, '\n');
}

static struct mdt_error *put_page(struct page *page)
{
	struct mdt_error *err;

	mdt_json_init(&page->json, page->out);
	if (page->is_json) {
		mdt_json_object(&page->json, NULL);
		mdt_json_schema(&page->json, "mdtrace-kernel-diff", 1);
	}
	put_log(page, "old", &page->old);
	put_log(page, "new", &page->new);
	if (page->is_json)
		mdt_json_array(&page->json, "calls");
	err = put_calls(page);
	if (page->is_json)
		mdt_json_end(&page->json);
	if (!err)
		err = put_tasks(page);
	if (page->is_json) {
		mdt_json_end(&page->json);
		mdt_buf_addc(page->out, '\n');
	} else {
		mdt_buf_printf(
			page->out,
			"\n%zu of %zu calls that ran functions ran others; %zu differences\n",
			page->changed, page->compared, page->differences);
	}
	return err ? err : mdt_buf_error(page->out);
}

static void log_deinit(struct log *log)
{
	mdt_graph_deinit(&log->graph);
	free(log->calls);
	free(log->keys);
}

static void page_deinit(struct page *page)
{
	log_deinit(&page->old);
	log_deinit(&page->new);
	free(page->pairs);
	mdt_map_deinit(&page->texts);
	mdt_arena_deinit(&page->arena);
}

struct mdt_error *mdt_kernel_diff(const struct mdt_kernel_diff_log *old,
				  const struct mdt_kernel_diff_log *new,
				  enum mdt_kernel_diff_form form, size_t *differences,
				  struct mdt_buf *ret)
{
	_cleanup_(page_deinit) struct page page = {
		.old = { .given = old },
		.new = { .given = new },
		.is_json = form == MDT_KERNEL_DIFF_JSON,
		.out = ret,
	};
	struct mdt_error *err = read_log(&page, &page.old);

	if (!err)
		err = read_log(&page, &page.new);
	if (!err)
		err = pair(&page);
	if (!err)
		err = put_page(&page);
	*differences = page.differences;
	return err;
}
