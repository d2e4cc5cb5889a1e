// SPDX-License-Identifier: MIT
#include "report/explain_ran.h"

#include "base/visible.h"
#include "report/replay_parts.h"

static const char indent[] = "             ";

struct page {
	const struct mdt_verdicts *verdicts;
	const struct mdt_verdict *verdict;
	struct mdt_graph graph;
	struct mdt_replay_model model;
	struct mdt_buf *out;
};

static void page_deinit(struct page *page)
{
	mdt_graph_deinit(&page->graph);
	mdt_replay_model_deinit(&page->model);
}

static void begin(struct page *page, const char *name)
{
	mdt_buf_printf(page->out, "  %-10s ", name);
}

static void end(struct page *page)
{
	mdt_buf_addc(page->out, '\n');
}

// A heading of what is below it.
static void head(struct page *page, const char *name)
{
	mdt_buf_printf(page->out, "  %s\n", name);
}

// The call up to its result, which has its own line.
static struct mdt_slice without_result(struct mdt_slice text)
{
	const char *equals = NULL, *next = text.str;
	struct mdt_slice ret = text;

	while ((next = mdt_slice_find(ret, SLICE(" = ")))) {
		equals = next;
		ret = mdt_slice_skip(ret, (size_t)(next + 1 - ret.str));
	}
	ret = equals ? mdt_slice_head(text, (size_t)(equals - text.str)) : text;
	while (ret.len && ret.str[ret.len - 1] == ' ')
		ret.len--;
	return ret;
}

static void add_call(struct page *page)
{
	begin(page, "call");
	mdt_visible_words(page->out, without_result(page->verdict->step->text));
	end(page);
}

// `number, major: the log's name of the disk`, a line for each reason.
static void add_argument(struct page *page)
{
	const struct mdt_plan_step *step = page->verdict->step;
	const char *name = "argument";

	for (size_t i = 0; i < step->derived_count; i++) {
		const struct mdt_plan_derived *it = &step->derived[i];

		begin(page, name);
		mdt_buf_adds(page->out, "derived, ");
		mdt_visible_words(page->out, it->field);
		mdt_buf_adds(page->out, ": ");
		mdt_visible_words(page->out, it->reason);
		end(page);
		name = "";
	}
}

// `EBUSY` is `-1 EBUSY`.
static bool is_same_result(struct mdt_slice actual, struct mdt_slice result)
{
	const char *blank = actual.len ? memchr(actual.str, ' ', actual.len) : NULL;
	size_t at = blank ? (size_t)(blank + 1 - actual.str) : 0;

	return mdt_slice_eq(actual, result) ||
	       (at && mdt_slice_eq(mdt_slice_skip(actual, at), result));
}

static void add_result(struct page *page, struct mdt_slice result)
{
	struct mdt_slice actual = page->verdict->actual;

	begin(page, "result");
	if (page->verdict->kind == MDT_VERDICT_NOT_RUN || !actual.len) {
		mdt_buf_adds(page->out, "none: it did not run to its end");
	} else {
		mdt_visible_words(page->out, actual);
		if (result.len && is_same_result(actual, result)) {
			mdt_buf_adds(page->out, ", as in the log");
		} else if (result.len) {
			mdt_buf_adds(page->out, "; the log has ");
			mdt_visible_words(page->out, result);
		}
	}
	end(page);
}

static bool add_check(struct page *page, size_t step)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	const struct mdt_replay_prediction *prediction =
		mdt_replay_model_of(&page->model, page->verdicts, page->verdict);
	bool has_errno = prediction && prediction->rule && prediction->rule->result > 0;
	bool ret = mdt_replay_check(&page->graph, step, prediction,
				    has_errno ? prediction->rule->result : 0, &text);

	if (text.len) {
		begin(page, "check");
		mdt_visible_words(page->out, mdt_buf_slice(&text));
		end(page);
	}
	page->out->failed |= text.failed;
	return ret;
}

static struct mdt_error *add_functions(struct page *page, size_t index)
{
	const struct mdt_graph_step *step = &page->graph.steps[index];
	const struct mdt_graph_branch *branch = step->first;
	struct mdt_graph_view view = { .indent = indent };

	while (branch && !branch->first)
		branch = branch->next;
	if (branch) {
		head(page, "functions");
		return mdt_graph_text(&page->graph, index, &view, page->out);
	}
	begin(page, "functions");
	mdt_buf_adds(page->out, page->graph.nodes || step->end
					? "none of those that were traced"
					: "not known: the run was not traced");
	end(page);
	return NULL;
}

static void add_seen(struct page *page)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_replay_text_options options = { 0 };

	mdt_replay_below(page->verdict, SLICE(""), &options, &text);
	if (text.len)
		head(page, "seen");
	else
		mdt_buf_adds(page->out,
			     "  seen       no message, uevent, thread or change\n");
	mdt_buf_add(page->out, mdt_buf_slice(&text));
	page->out->failed |= text.failed;
}

static void add_state(struct page *page)
{
	const struct mdt_verdict *verdict = page->verdict;

	if (!verdict->has_before && !verdict->has_after)
		return;
	begin(page, "state");
	mdt_visible_words(page->out, verdict->node);
	mdt_buf_adds(page->out, " is ");
	mdt_visible_words(page->out, verdict->has_after ? verdict->after : SLICE("gone"));
	if (verdict->has_before && !mdt_slice_eq(verdict->before, verdict->after)) {
		mdt_buf_adds(page->out, ", was ");
		mdt_visible_words(page->out, verdict->before);
	}
	end(page);
}

// Of the threads that came, those that did not go.
static bool is_left(const struct mdt_observed *observed, size_t at)
{
	bool ret = observed->threads[at].came;

	for (size_t i = at + 1; i < observed->thread_count; i++)
		ret &= !mdt_slice_eq(observed->threads[i].name,
				     observed->threads[at].name);
	return ret;
}

static void add_threads(struct page *page)
{
	const struct mdt_observed *observed = &page->verdict->observed;
	const char *before = "";

	for (size_t i = 0; i < observed->thread_count; i++) {
		if (!is_left(observed, i))
			continue;
		if (!*before)
			begin(page, "goes on");
		mdt_buf_adds(page->out, before);
		mdt_visible_words(page->out, observed->threads[i].name);
		before = ", ";
	}
	if (*before)
		end(page);
}

struct mdt_error *mdt_explain_ran(const struct mdt_verdicts *verdicts,
				  const struct mdt_verdict *verdict,
				  struct mdt_slice result, bool *is_finding,
				  struct mdt_buf *ret)
{
	_cleanup_(page_deinit) struct page page = { .verdicts = verdicts,
						    .verdict = verdict,
						    .out = ret };
	size_t step = (size_t)(verdict - verdicts->all);
	struct mdt_error *err = mdt_replay_graph_make(verdicts, &page.graph);

	if (!err)
		err = mdt_replay_model_make(verdicts, &page.model);
	if (err)
		return err;
	mdt_buf_adds(ret, "What ran on ");
	mdt_visible_words(ret, verdicts->kernel.len ? verdicts->kernel
						    : SLICE("a kernel that is not told"));
	end(&page);
	add_call(&page);
	add_argument(&page);
	add_result(&page, result);
	*is_finding = add_check(&page, step);
	err = add_functions(&page, step);
	add_seen(&page);
	add_state(&page);
	add_threads(&page);
	return err ? err : mdt_buf_error(ret);
}
