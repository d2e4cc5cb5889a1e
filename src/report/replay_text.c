// SPDX-License-Identifier: MIT
#include "report/replay_text.h"

#include "base/visible.h"
#include "report/replay_parts.h"

enum {
	CALL_MAX = 38, // columns; what is longer moves its row
	RESULT_MAX = 14,
	STATE_MAX = 26,
};

struct report {
	const struct mdt_verdicts *verdicts;
	const struct mdt_replay_text_options *options;
	struct mdt_buf *buf;
	struct mdt_replay_model model;
	struct mdt_graph graph; // a step for each verdict; none: not asked for
	struct mdt_error *err;	// of printing it
	size_t call_width, result_width, model_width, state_width;
};

enum mdt_paint mdt_verdict_paint(enum mdt_verdict_kind kind)
{
	switch (kind) {
	case MDT_VERDICT_CONFIRMED:
		return MDT_PAINT_GOOD;
	case MDT_VERDICT_DIFFERS:
	case MDT_VERDICT_NOT_RUN:
		return MDT_PAINT_BAD;
	case MDT_VERDICT_DRIFT:
		return MDT_PAINT_ODD;
	}
	unreachable();
}

/* ---- the head ---- */

static void add_size(struct mdt_buf *buf, uint64_t size)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	size_t unit = 0;

	while (unit + 1 < array_size(units) && size >= 1024 && size % 1024 == 0) {
		size /= 1024;
		unit++;
	}
	mdt_buf_printf(buf, "%llu %s", (unsigned long long)size, units[unit]);
}

static bool same_disk(const struct mdt_plan_disk *a, const struct mdt_plan_disk *b)
{
	return a->size == b->size && (a->why.len != 0) == (b->why.len != 0);
}

// Disks of one size are one word: `2 disks of 64 MiB (derived)`.
static void add_disks(const struct mdt_plan *plan, struct mdt_buf *buf)
{
	for (size_t i = 0; i < plan->disk_count; i++) {
		const struct mdt_plan_disk *disk = &plan->disks[i];
		size_t count = 0, before = 0;

		for (size_t j = 0; j < plan->disk_count; j++) {
			count += same_disk(disk, &plan->disks[j]);
			before += j < i && same_disk(disk, &plan->disks[j]);
		}
		if (before)
			continue;
		mdt_buf_printf(buf, "%s%zu disk%s of ", i ? ", " : "; ", count,
			       count == 1 ? "" : "s");
		add_size(buf, disk->size);
		if (disk->why.len)
			mdt_buf_adds(buf, " (derived)");
	}
}

// Those that the sequence is about; what the line to the host is made of is not.
static void add_modules(struct mdt_slice modules, struct mdt_buf *buf)
{
	while (modules.len) {
		const char *comma = memchr(modules.str, ',', modules.len);
		size_t len = comma ? (size_t)(comma - modules.str) : modules.len;
		struct mdt_slice name = mdt_slice_head(modules, len);

		modules = mdt_slice_skip(modules, len + (comma != NULL));
		if (mdt_slice_starts(name, SLICE("virtio")))
			continue;
		mdt_buf_adds(buf, ", ");
		mdt_visible_words(buf, name);
	}
}

static void add_personalities(const struct mdt_plan *plan, struct mdt_buf *buf)
{
	for (size_t i = 0; i < plan->module_count; i++) {
		mdt_buf_adds(buf, ", ");
		mdt_visible_words(buf, plan->modules[i]);
	}
}

static void write_note(struct mdt_buf *buf, struct mdt_slice text)
{
	mdt_buf_adds(buf, "note: ");
	mdt_visible_words(buf, text);
	mdt_buf_addc(buf, '\n');
}

static void write_maps(struct report *report)
{
	const struct mdt_verdicts *verdicts = report->verdicts;

	for (size_t i = 0; i < verdicts->map_count; i++) {
		const struct mdt_guest_map *map = &verdicts->maps[i];

		mdt_buf_adds(report->buf, "disk ");
		mdt_visible_words(report->buf, map->from);
		mdt_buf_printf(report->buf, " (%u:%u) is ", map->from_major,
			       map->from_minor);
		mdt_visible_words(report->buf, map->to);
		mdt_buf_printf(report->buf, " (%u:%u) in the VM\n", map->to_major,
			       map->to_minor);
	}
}

// What was made of the log's beginning has to be known, also where its calls are not
// shown.
static void write_prologues(struct report *report)
{
	const struct mdt_plan *plan = report->verdicts->plan;

	for (size_t i = 0; i < plan->section_count; i++) {
		const struct mdt_plan_section *section = &plan->sections[i];

		if (!section->is_prologue)
			continue;
		mdt_buf_adds(report->buf, "prologue: ");
		mdt_visible_words(report->buf, section->name);
		mdt_buf_printf(report->buf, " (%zu steps)\n", section->step_count);
	}
}

static void write_head(struct report *report, const struct mdt_replay_machine *machine)
{
	const struct mdt_verdicts *verdicts = report->verdicts;
	struct mdt_buf *buf = report->buf;

	mdt_buf_adds(buf, "kernel ");
	mdt_visible_words(buf,
			  verdicts->kernel.len ? verdicts->kernel : SLICE("not known"));
	if (machine)
		add_modules(machine->modules, buf);
	add_personalities(verdicts->plan, buf);
	if (machine && machine->accel)
		mdt_buf_printf(buf, "; QEMU %s", machine->accel);
	add_disks(verdicts->plan, buf);
	if (verdicts->plan->recorded.len) {
		mdt_buf_adds(buf, "; recorded on ");
		mdt_visible_words(buf, verdicts->plan->recorded);
	}
	mdt_buf_addc(buf, '\n');
	for (size_t i = 0; i < verdicts->plan->note_count; i++)
		write_note(buf, verdicts->plan->notes[i]);
	if (verdicts->slow.len)
		write_note(buf, verdicts->slow);
	write_maps(report);
	if (!report->options->verbose)
		write_prologues(report);
}

/* ---- cells ---- */

static void call_cell(const struct mdt_verdict *verdict, struct mdt_buf *ret)
{
	mdt_buf_clear(ret);
	mdt_visible_words(ret, verdict->call);
	if (verdict->subject.len) {
		mdt_buf_addc(ret, ' ');
		mdt_visible_words(ret, verdict->subject);
	}
	if (verdict->argument.len) {
		mdt_buf_addc(ret, ' ');
		mdt_visible_words(ret, verdict->argument);
	}
}

static void state_cell(const struct mdt_verdict *verdict, struct mdt_buf *ret)
{
	mdt_buf_clear(ret);
	if (verdict->has_before)
		mdt_visible_words(ret, verdict->before);
	if (verdict->has_before == verdict->has_after &&
	    mdt_slice_eq(verdict->before, verdict->after))
		return;
	if (verdict->has_before)
		mdt_buf_adds(ret, " -> ");
	mdt_visible_words(ret, verdict->has_after ? verdict->after : SLICE("gone"));
}

// The text of an attribute that was read says more than its length.
static const struct mdt_check *data_of(const struct mdt_verdict *verdict)
{
	for (size_t i = 1; verdict->is_md && i < verdict->check_count; i++) {
		const struct mdt_check *it = &verdict->checks[i];

		if (mdt_slice_eq(it->field, SLICE("data")) && it->expected.len &&
		    it->expected.len <= RESULT_MAX && it->actual.len &&
		    it->actual.len <= RESULT_MAX)
			return it;
	}
	return NULL;
}

static struct mdt_slice log_cell(const struct mdt_verdict *verdict)
{
	const struct mdt_check *data = data_of(verdict);

	return data ? data->expected : verdict->expected;
}

static struct mdt_slice kernel_cell(const struct mdt_verdict *verdict)
{
	const struct mdt_check *data = data_of(verdict);

	return data ? data->actual : verdict->actual;
}

static const struct mdt_replay_prediction *model_of(const struct report *report,
						    const struct mdt_verdict *verdict)
{
	return mdt_replay_model_of(&report->model, report->verdicts, verdict);
}

static struct mdt_slice model_cell(const struct report *report,
				   const struct mdt_verdict *verdict)
{
	const struct mdt_replay_prediction *it = model_of(report, verdict);

	return it ? it->text : SLICE("");
}

static bool has_model_words(const struct report *report,
			    const struct mdt_verdict *verdict)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf words = { 0 };

	mdt_replay_model_words(&report->model, verdict, model_of(report, verdict),
			       &words);
	return words.len != 0;
}

static void pad(struct mdt_buf *buf, size_t have, size_t width)
{
	mdt_buf_fill(buf, ' ', have < width ? width - have : 0);
	mdt_buf_adds(buf, "  ");
}

static void cell(struct report *report, struct mdt_slice text, size_t width)
{
	size_t start = report->buf->len;

	mdt_visible_words(report->buf, text);
	pad(report->buf, report->buf->len - start, width);
}

/* ---- which rows ---- */

// Whether the call, or another task meanwhile, ran one of the functions that were traced.
static bool ran_functions(const struct report *report, const struct mdt_verdict *verdict)
{
	size_t index = (size_t)(verdict - report->verdicts->all);
	const struct mdt_graph_branch *branch;

	if (index >= report->graph.count)
		return false;
	branch = report->graph.steps[index].first;
	while (branch && !branch->first)
		branch = branch->next;
	return branch != NULL;
}

static bool is_shown(const struct report *report, const struct mdt_verdict *verdict)
{
	if (report->options->verbose)
		return true;
	if (verdict == report->verdicts->prologue_failed || verdict->is_running)
		return true;
	if (ran_functions(report, verdict))
		return true;
	if (verdict->observed.alarm_count || has_model_words(report, verdict))
		return true;
	if (verdict->is_wait && mdt_replay_saw(verdict))
		return true; // a resync has ended
	if (!verdict->is_counted)
		return verdict->observed.in_vain.len != 0;
	if (verdict->cause && verdict->kind == MDT_VERDICT_DRIFT)
		return false; // the first says how many there are
	return verdict->is_md || verdict->kind != MDT_VERDICT_CONFIRMED ||
	       mdt_replay_saw(verdict);
}

// Whether all that is said below a row is what differs.
static bool is_plain(const struct mdt_verdict *verdict)
{
	return !mdt_replay_saw(verdict) && !verdict->is_running;
}

static bool same_derived(const struct mdt_plan_step *a, const struct mdt_plan_step *b)
{
	if (a->derived_count != b->derived_count)
		return false;
	for (size_t i = 0; i < a->derived_count; i++)
		if (!mdt_slice_eq(a->derived[i].field, b->derived[i].field))
			return false;
	return true;
}

static bool same_check(const struct mdt_check *a, const struct mdt_check *b)
{
	bool matters = a->kind == MDT_CHECK_DIFFERS || a->kind == MDT_CHECK_DRIFT;

	return a->kind == b->kind &&
	       (!matters || (mdt_slice_eq(a->field, b->field) &&
			     mdt_slice_eq(a->expected, b->expected) &&
			     mdt_slice_eq(a->actual, b->actual)));
}

static bool same_checks(const struct mdt_verdict *a, const struct mdt_verdict *b)
{
	if (a->kind == MDT_VERDICT_CONFIRMED)
		return true;
	if (a->check_count != b->check_count)
		return false;
	for (size_t i = 0; i < a->check_count; i++)
		if (!same_check(&a->checks[i], &b->checks[i]))
			return false;
	return true;
}

static bool same_model(const struct report *report, const struct mdt_verdict *a,
		       const struct mdt_verdict *b)
{
	return mdt_slice_eq(model_cell(report, a), model_cell(report, b)) &&
	       has_model_words(report, a) == has_model_words(report, b);
}

// The same but for its place and what came back.
static bool same_row(const struct mdt_verdict *a, const struct mdt_verdict *b)
{
	return a->section == b->section && a->kind == b->kind && is_plain(a) &&
	       is_plain(b) && a->is_counted == b->is_counted &&
	       mdt_slice_eq(a->call, b->call) && mdt_slice_eq(a->subject, b->subject) &&
	       mdt_slice_eq(a->argument, b->argument) &&
	       mdt_slice_eq(log_cell(a), log_cell(b)) &&
	       mdt_slice_eq(kernel_cell(a), kernel_cell(b)) &&
	       mdt_slice_eq(a->before, b->before) && mdt_slice_eq(a->why, b->why) &&
	       a->cause == b->cause && !a->followers && !b->followers &&
	       same_checks(a, b) && same_derived(a->step, b->step);
}

// How many rows from @p at on are one; those that are not shown are passed over.
static size_t fold(const struct report *report, size_t at, size_t *count)
{
	const struct mdt_verdicts *verdicts = report->verdicts;
	size_t next = at + 1;

	*count = 1;
	for (; next < verdicts->count && !report->options->verbose; next++) {
		if (!is_shown(report, &verdicts->all[next]))
			continue;
		if (!same_row(&verdicts->all[at], &verdicts->all[next]) ||
		    !same_model(report, &verdicts->all[at], &verdicts->all[next]))
			break;
		++*count;
	}
	return next;
}

/* ---- rows ---- */

static size_t at_most(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void widen(size_t *width, size_t want, size_t most)
{
	want = at_most(want, most);
	if (*width < want)
		*width = want;
}

static void measure(struct report *report)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	report->call_width = report->result_width = 4;
	for (size_t i = 0; i < report->verdicts->count; i++) {
		const struct mdt_verdict *verdict = &report->verdicts->all[i];

		if (!is_shown(report, verdict))
			continue;
		call_cell(verdict, &text);
		widen(&report->call_width, text.len, CALL_MAX);
		state_cell(verdict, &text);
		widen(&report->state_width, text.len, STATE_MAX);
		widen(&report->result_width, log_cell(verdict).len, RESULT_MAX);
		widen(&report->result_width, kernel_cell(verdict).len, RESULT_MAX);
		widen(&report->model_width, model_cell(report, verdict).len, RESULT_MAX);
	}
	if (report->result_width < 6)
		report->result_width = 6;
	if (report->model_width && report->model_width < 5)
		report->model_width = 5;
	if (report->state_width && report->state_width < 11)
		report->state_width = 11;
}

static void write_columns(struct report *report)
{
	mdt_buf_adds(report->buf, "   #   line  ");
	cell(report, SLICE("call"), report->call_width);
	cell(report, SLICE("log"), report->result_width);
	cell(report, SLICE("kernel"), report->result_width);
	if (report->model_width)
		cell(report, SLICE("model"), report->model_width);
	if (report->state_width)
		cell(report, SLICE("array_state"), report->state_width);
	while (report->buf->len && report->buf->str[report->buf->len - 1] == ' ')
		report->buf->len--;
	mdt_buf_addc(report->buf, '\n');
}

static void write_derived(struct report *report, const struct mdt_plan_step *step)
{
	enum { MOST = 3 };

	for (size_t i = 0; i < step->derived_count && i < MOST; i++) {
		struct mdt_slice field = step->derived[i].field;

		mdt_buf_adds(report->buf, i ? ", " : "  derived: ");
		mdt_visible_words(report->buf, mdt_slice_eq(field, SLICE("arg"))
						       ? SLICE("argument")
						       : field);
	}
	if (step->derived_count > MOST)
		mdt_buf_printf(report->buf, " and %zu more", step->derived_count - MOST);
}

static const char *verdict_word(const struct mdt_verdict *verdict)
{
	if (verdict->is_wait)
		return verdict->observed.in_vain.len ? "not settled" : "settled";
	if (verdict->is_counted)
		return mdt_verdict_name(verdict->kind);
	return verdict->kind == MDT_VERDICT_DIFFERS ? "failed" : "made";
}

static void write_numbers(struct report *report, const struct mdt_verdict *verdict)
{
	if (verdict->number)
		mdt_buf_printf(report->buf, "%4zu ", verdict->number);
	else
		mdt_buf_adds(report->buf, "   - ");
	if (verdict->step->line)
		mdt_buf_printf(report->buf, "%6lu  ", verdict->step->line);
	else
		mdt_buf_adds(report->buf, "        ");
}

static void write_graph(struct report *report, const struct mdt_verdict *verdict)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	size_t step = (size_t)(verdict - report->verdicts->all);
	const struct mdt_replay_prediction *prediction = model_of(report, verdict);
	bool is_finding;

	if (!report->graph.count || report->err)
		return;
	is_finding = mdt_replay_check(&report->graph, step, prediction,
				      prediction && prediction->rule &&
						      prediction->rule->result > 0
					      ? prediction->rule->result
					      : 0,
				      &text);
	if (text.len) {
		mdt_buf_adds(report->buf, report->options->graph->indent);
		mdt_buf_adds(report->buf, "check: ");
		mdt_paint(report->buf, report->options->color,
			  mdt_verdict_paint(is_finding ? MDT_VERDICT_DIFFERS
						       : MDT_VERDICT_CONFIRMED),
			  mdt_buf_slice(&text));
		mdt_buf_addc(report->buf, '\n');
	}
	report->buf->failed |= text.failed;
	report->err =
		mdt_graph_text(&report->graph, step, report->options->graph, report->buf);
}

static void write_row(struct report *report, const struct mdt_verdict *verdict,
		      size_t count)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	write_numbers(report, verdict);
	call_cell(verdict, &text);
	mdt_buf_add(report->buf, mdt_buf_slice(&text));
	pad(report->buf, text.len, report->call_width);
	cell(report, log_cell(verdict), report->result_width);
	cell(report, kernel_cell(verdict), report->result_width);
	if (report->model_width)
		cell(report, model_cell(report, verdict), report->model_width);
	if (report->state_width) {
		state_cell(verdict, &text);
		mdt_buf_add(report->buf, mdt_buf_slice(&text));
		pad(report->buf, text.len, report->state_width);
	}
	mdt_paint(report->buf, report->options->color, mdt_verdict_paint(verdict->kind),
		  mdt_slice_cstr(verdict_word(verdict)));
	if (count > 1)
		mdt_buf_printf(report->buf, "  %zu times", count);
	write_derived(report, verdict->step);
	mdt_buf_addc(report->buf, '\n');
	mdt_buf_clear(&text);
	mdt_replay_model_words(&report->model, verdict, model_of(report, verdict), &text);
	if (count == 1 || verdict->kind != MDT_VERDICT_CONFIRMED || text.len)
		mdt_replay_below(verdict, mdt_buf_slice(&text), report->options,
				 report->buf);
	write_graph(report, verdict);
	if (text.failed)
		report->buf->failed = true;
}

/* ---- sections ---- */

static void write_title(struct report *report, const struct mdt_plan_section *section)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf title = { 0 };

	mdt_buf_adds(&title, section->is_prologue ? "prologue: " : "");
	mdt_buf_add(&title, section->name);
	mdt_paint(report->buf, report->options->color, MDT_PAINT_TITLE,
		  mdt_buf_slice(&title));
	mdt_buf_addc(report->buf, '\n');
	if (title.failed)
		report->buf->failed = true;
}

static void write_skipped(struct report *report, const struct mdt_plan_section *section)
{
	for (size_t i = 0; report->options->verbose && i < section->skipped_count; i++) {
		mdt_buf_printf(report->buf, "     %zu call%s not replayed: ",
			       section->skipped[i].count,
			       section->skipped[i].count == 1 ? "" : "s");
		mdt_visible_words(report->buf, section->skipped[i].reason);
		mdt_buf_addc(report->buf, '\n');
	}
}

static void write_rows(struct report *report)
{
	const struct mdt_verdicts *verdicts = report->verdicts;
	bool titles = verdicts->plan->section_count > 1;
	const struct mdt_plan_section *section = NULL;
	size_t count;

	write_columns(report);
	for (size_t i = 0; i < verdicts->count;) {
		const struct mdt_verdict *verdict = &verdicts->all[i];

		if (!is_shown(report, verdict)) {
			i++;
			continue;
		}
		if (section != verdict->section) {
			if (section)
				write_skipped(report, section);
			section = verdict->section;
			if (titles)
				write_title(report, section);
		}
		i = fold(report, i, &count);
		write_row(report, verdict, count);
	}
	if (section)
		write_skipped(report, section);
}

/* ---- how it ended ---- */

static void write_lines(struct report *report, struct mdt_slice text)
{
	while (text.len) {
		const char *end = memchr(text.str, '\n', text.len);
		size_t len = end ? (size_t)(end - text.str) : text.len;

		mdt_buf_adds(report->buf, "  | ");
		mdt_visible_words(report->buf, mdt_slice_head(text, len));
		mdt_buf_addc(report->buf, '\n');
		text = mdt_slice_skip(text, len + (end != NULL));
	}
}

static void say_bad(struct report *report, const char *head, struct mdt_slice text)
{
	mdt_paint(report->buf, report->options->color, MDT_PAINT_BAD,
		  mdt_slice_cstr(head));
	mdt_visible_words(report->buf, text);
	mdt_buf_addc(report->buf, '\n');
}

static const char *end_words(enum mdt_run_end end)
{
	switch (end) {
	case MDT_RUN_FINISHED:
		return "";
	case MDT_RUN_PANICKED:
		return "the kernel panicked";
	case MDT_RUN_LOST:
		return "the VM was lost";
	case MDT_RUN_TIMED_OUT:
		return "the VM timed out";
	case MDT_RUN_FAILED:
		return "the guest gave up";
	}
	unreachable();
}

// Arrays that nothing could stop, `stuck md100: why` a line: as one, from `head` on.
static void add_stuck(const struct mdt_verdicts *verdicts, const char *head,
		      struct mdt_buf *ret)
{
	struct mdt_slice rest = verdicts->run.why;

	if (verdicts->run.end != MDT_RUN_FINISHED)
		return;
	while (rest.len) {
		const char *newline = memchr(rest.str, '\n', rest.len);
		size_t len = newline ? (size_t)(newline - rest.str) : rest.len;

		mdt_buf_adds(ret, head);
		mdt_visible_words(ret, mdt_slice_head(rest, len));
		head = ", ";
		rest = mdt_slice_skip(rest, len + 1);
	}
}

static void write_end(struct report *report)
{
	const struct mdt_verdicts *verdicts = report->verdicts;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	if (verdicts->fault.len)
		say_bad(report, "could not be replayed: ", verdicts->fault);
	if (verdicts->prologue_failed) {
		call_cell(verdicts->prologue_failed, &text);
		mdt_buf_adds(&text, " gave ");
		mdt_visible_words(&text, verdicts->prologue_failed->actual);
		say_bad(report, "prologue failed: ", mdt_buf_slice(&text));
	}
	mdt_buf_clear(&text);
	add_stuck(verdicts, "", &text);
	if (text.len)
		say_bad(report,
			"left behind, and the VM with it: ", mdt_buf_slice(&text));
	if (verdicts->run.end == MDT_RUN_FINISHED)
		return;
	mdt_buf_clear(&text);
	if (verdicts->running) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf call = { 0 };

		call_cell(verdicts->running, &call);
		mdt_buf_printf(&text, " at %.*s", SLICE_FMT(mdt_buf_slice(&call)));
		if (verdicts->running->step->line)
			mdt_buf_printf(&text, ", %.*s:%lu",
				       SLICE_FMT(verdicts->running->section->name),
				       verdicts->running->step->line);
	}
	if (verdicts->run.why.len)
		mdt_buf_printf(&text, ": %.*s", SLICE_FMT(verdicts->run.why));
	say_bad(report, end_words(verdicts->run.end), mdt_buf_slice(&text));
	write_lines(report, verdicts->run.console);
}

/* ---- the summary ---- */

static void add_counts(const struct mdt_verdict_counts *counts, const char *what,
		       bool color, struct mdt_buf *buf)
{
	const char *before = ": ";

	mdt_buf_printf(buf, "%zu %s%s", counts->calls, what,
		       counts->calls == 1 ? "" : "s");
	for (size_t i = 0; i < array_size(counts->kinds); i++) {
		enum mdt_verdict_kind kind = (enum mdt_verdict_kind)i;

		if (!counts->kinds[i])
			continue;
		mdt_buf_printf(buf, "%s%zu ", before, counts->kinds[i]);
		mdt_paint(buf, color, mdt_verdict_paint(kind),
			  mdt_slice_cstr(mdt_verdict_name(kind)));
		before = ", ";
	}
}

static void add_totals(const struct mdt_verdicts *verdicts, bool color,
		       struct mdt_buf *buf)
{
	size_t derived = verdicts->md.derived + verdicts->other.derived;

	add_counts(&verdicts->md, "md call", color, buf);
	if (verdicts->other.calls) {
		mdt_buf_adds(buf, "; ");
		add_counts(&verdicts->other, "supporting call", color, buf);
	}
	if (!verdicts->md.calls)
		mdt_buf_adds(buf, ": nothing of md was compared");
	if (derived)
		mdt_buf_printf(buf, "; %zu derived argument%s", derived,
			       derived == 1 ? "" : "s");
	if (verdicts->alarms)
		mdt_buf_printf(buf, "; %zu alarm%s of the kernel", verdicts->alarms,
			       verdicts->alarms == 1 ? "" : "s");
}

const char *mdt_replay_outcome(const struct mdt_verdicts *verdicts)
{
	if (verdicts->run.end != MDT_RUN_FINISHED)
		return mdt_run_end_name(verdicts->run.end);
	if (mdt_verdicts_status(verdicts) == 2)
		return verdicts->md.calls ? mdt_verdict_name(MDT_VERDICT_NOT_RUN)
					  : "nothing compared";
	if (mdt_verdicts_status(verdicts) == 1)
		return mdt_verdict_name(MDT_VERDICT_DIFFERS);
	if (verdicts->md.kinds[MDT_VERDICT_DRIFT] ||
	    verdicts->other.kinds[MDT_VERDICT_DRIFT])
		return mdt_verdict_name(MDT_VERDICT_DRIFT);
	return mdt_verdict_name(MDT_VERDICT_CONFIRMED);
}

void mdt_replay_summary(const struct mdt_verdicts *verdicts, struct mdt_slice name,
			bool color, struct mdt_buf *ret)
{
	const char *outcome = mdt_replay_outcome(verdicts);
	int status = mdt_verdicts_status(verdicts);
	size_t len = strlen(outcome);

	mdt_paint(ret, color, status ? MDT_PAINT_BAD : MDT_PAINT_GOOD,
		  mdt_slice_cstr(outcome));
	pad(ret, len, strlen("confirmed"));
	mdt_visible_words(ret, name);
	mdt_buf_adds(ret, "  ");
	add_totals(verdicts, color, ret);
	if (verdicts->fault.len) {
		mdt_buf_adds(ret, "; ");
		mdt_visible_words(ret, verdicts->fault);
	}
	add_stuck(verdicts, "; left behind: ", ret);
	mdt_buf_addc(ret, '\n');
}

static void write_totals(struct report *report)
{
	const struct mdt_verdicts *verdicts = report->verdicts;

	add_totals(verdicts, report->options->color, report->buf);
	if (verdicts->other.skipped)
		mdt_buf_printf(report->buf, "; %zu other calls not replayed%s",
			       verdicts->other.skipped,
			       report->options->verbose ? "" : " (why: --verbose)");
	mdt_buf_addc(report->buf, '\n');
}

static void report_deinit(struct report *report)
{
	mdt_replay_model_deinit(&report->model);
	mdt_graph_deinit(&report->graph);
	mdt_error_destroy(report->err);
}

struct mdt_error *mdt_replay_text(const struct mdt_verdicts *verdicts,
				  const struct mdt_replay_machine *machine,
				  const struct mdt_replay_text_options *options,
				  struct mdt_buf *ret)
{
	_cleanup_(report_deinit) struct report report = { .verdicts = verdicts,
							  .options = options,
							  .buf = ret };
	struct mdt_error *err = mdt_replay_model_make(verdicts, &report.model);

	if (!err && options->graph)
		err = mdt_replay_graph_make(verdicts, &report.graph);
	if (err)
		return err;
	measure(&report);
	write_head(&report, machine);
	if (verdicts->count)
		write_rows(&report);
	write_end(&report);
	write_totals(&report);
	return report.err ? no_cleanup_ptr(report.err) : mdt_buf_error(ret);
}
