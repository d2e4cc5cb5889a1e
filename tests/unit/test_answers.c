// SPDX-License-Identifier: MIT
/*
 * Of one line all commands say the same: the operation, the array, the result, what an
 * errno means. annotate, states, explain, replay --dry-run and diff are held against each
 * other, for every line of every log.
 */
#include "derive/derive.h"
#include "diff/diff.h"
#include "life/line.h"
#include "logs.h"
#include "strace/reader.h"

/* ---- what is said of each line ---- */

// annotate's answer.
struct remark {
	struct mdt_slice name, array, means, error, text;
	struct mdt_slice plain; // means, of who does not know the array's state
	bool failed, is_md;
};

// states' answer.
struct state {
	unsigned long line;
	struct mdt_slice array, text, result;
	struct state *next; // of the same line
};

struct answers {
	const char *path;
	struct mdt_slice log;
	struct mdt_plan plan;
	struct mdt_arena arena;
	struct remark *remarks; // by line; one without a text is none
	struct state **states;	// by line
	struct mdt_life_line *explained;
	size_t lines, explained_count, compared;
};

static struct mdt_slice keep(struct answers *all, struct mdt_slice text)
{
	struct mdt_slice ret;

	cr_assert(mdt_arena_copy(&all->arena, text, &ret));
	return ret;
}

static struct mdt_slice name_of(struct answers *all, const struct mdt_device *device)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };

	mdt_device_name(&name, device);
	return keep(all, mdt_buf_slice(&name));
}

// `md0` of `md0's array_state`
static struct mdt_slice owner_of(struct mdt_slice argument)
{
	size_t len = 0;

	if (!mdt_slice_starts(argument, SLICE("md")))
		return (struct mdt_slice){ 0 };
	while (len < argument.len && argument.str[len] != '\'' &&
	       argument.str[len] != ' ')
		len++;
	return mdt_slice_starts(mdt_slice_skip(argument, len), SLICE("'s "))
		       ? mdt_slice_head(argument, len)
		       : (struct mdt_slice){ 0 };
}

static struct remark remark_of(struct answers *all, const struct mdt_event *event,
			       const struct mdt_annotation *it)
{
	struct remark ret = {
		.name = keep(all, it->name),
		.means = keep(all, it->means_errno ? it->means : (struct mdt_slice){ 0 }),
		.error = keep(all, event->result.error),
		.text = keep(all, it->text),
		.failed = mdt_event_failed(event),
		.is_md = it->topics & MDT_TOPIC_MD,
	};

	if (mdt_device_is_md(it->device))
		ret.array = name_of(all, it->device);
	else if (!it->device)
		ret.array = keep(all, owner_of(it->argument));
	return ret;
}

static void take_call(void *data, const struct mdt_life_call *call)
{
	struct answers *all = data;
	struct mdt_life_lines lines = { all->explained, all->explained_count };
	struct state *state;

	mdt_life_lines_call(&lines, call);
	if (call->op == MDT_OPS || call->line > all->lines || !call->line)
		return;
	state = mdt_arena_new(&all->arena, struct state);
	cr_assert_not_null(state);
	*state = (struct state){ call->line, keep(all, call->array->name),
				 keep(all, call->text), keep(all, call->result),
				 all->states[call->line] };
	all->states[call->line] = state;
}

static void count_lines(struct answers *all)
{
	struct mdt_reader *reader;
	struct mdt_event event;
	bool got;

	cr_assert_null(mdt_reader_create_text(all->path, all->log, &reader));
	while (!mdt_reader_next(reader, &event, &got) && got)
		all->lines = event.line;
	mdt_reader_destroy(reader);
}

static void begin(struct answers *all)
{
	struct mdt_error *err;

	count_lines(all);
	all->remarks = calloc(all->lines + 1, sizeof(*all->remarks));
	all->states = calloc(all->lines + 1, sizeof(*all->states));
	all->explained = calloc(all->lines + 1, sizeof(*all->explained));
	all->explained_count = all->lines;
	for (size_t i = 0; i < all->lines; i++)
		all->explained[i].line = i + 1;
	err = mdt_plan_make_memory(all->path, all->log, NULL, &all->plan);
	if (err) // the log is not one that a plan can be made of
		mdt_plan_deinit(&all->plan);
	mdt_error_destroy(err);
}

static void ask(struct answers *all)
{
	struct mdt_life_lines lines = { all->explained, all->explained_count };
	struct mdt_annotator annotator;
	const struct mdt_annotation *plain;
	struct mdt_reader *reader;
	struct mdt_life life;
	struct mdt_event event;
	bool got;

	mdt_annotator_init(&annotator, mdt_ioctl_builtin());
	cr_assert_null(mdt_life_init(&life, mdt_ioctl_builtin(), NULL, take_call, all));
	if (all->plan.section_count)
		cr_assert_null(mdt_life_presume(&life, &all->plan));
	life.topics |= MDT_TOPIC_IOCTL;
	mdt_life_begin_log(&life, all->path, false);
	cr_assert_null(mdt_reader_create_text(all->path, all->log, &reader));
	while (!mdt_reader_next(reader, &event, &got) && got) {
		cr_assert_null(mdt_life_lines_event(&lines, &life, &event));
		cr_assert_null(mdt_annotate(&annotator, &event, life.topics, &plain));
		if (!life.annotation || !life.annotation->text.len)
			continue;
		all->remarks[event.line] = remark_of(all, &event, life.annotation);
		if (plain && plain->means_errno)
			all->remarks[event.line].plain = keep(all, plain->means);
	}
	cr_assert_null(mdt_life_end(&life));
	mdt_life_deinit(&life);
	mdt_annotator_deinit(&annotator);
	mdt_reader_destroy(reader);
}

static void end(struct answers *all)
{
	for (size_t i = 0; i < all->lines; i++)
		mdt_life_line_deinit(&all->explained[i]);
	free(all->explained);
	free(all->remarks);
	free(all->states);
	mdt_plan_deinit(&all->plan);
	mdt_arena_deinit(&all->arena);
}

/* ---- states and explain ---- */

static void expect(const struct answers *all, unsigned long line, bool ok,
		   const char *who, struct mdt_slice says)
{
	cr_expect(ok, "%s:%lu: %s: %.*s; annotate: %.*s", all->path, line, who,
		  SLICE_FMT(says), SLICE_FMT(all->remarks[line].text));
}

static bool starts_with_name(struct mdt_slice text, const struct remark *remark)
{
	return mdt_slice_starts(text, remark->name);
}

static void hold_state(struct answers *all, const struct state *state)
{
	const struct remark *remark = &all->remarks[state->line];

	// What ends by itself is told at the line that ends it.
	if (mdt_slice_starts(state->text, SLICE("close")))
		return;
	all->compared++;
	expect(all, state->line, remark->text.len, "states has a call, annotate none",
	       (struct mdt_slice){ 0 });
	expect(all, state->line, starts_with_name(state->text, remark), "states has",
	       state->text);
	if (remark->array.len)
		expect(all, state->line, mdt_slice_eq(remark->array, state->array),
		       "states has", state->array);
	if (remark->error.len)
		expect(all, state->line, mdt_slice_eq(remark->error, state->result),
		       "states has", state->result);
	else
		expect(all, state->line,
		       remark->failed == mdt_slice_starts(state->result, SLICE("-1")),
		       "states has", state->result);
}

static void hold_explained(struct answers *all, unsigned long line)
{
	const struct mdt_life_line *it = &all->explained[line - 1];
	const struct remark *remark = &all->remarks[line];

	all->compared++;
	expect(all, line, it->has_call || it->has_remark, "explain has nothing",
	       (struct mdt_slice){ 0 });
	if (!it->has_call)
		return;
	expect(all, line, starts_with_name(mdt_buf_slice(&it->text), remark),
	       "explain has", mdt_buf_slice(&it->text));
	if (remark->array.len)
		expect(all, line, mdt_slice_eq(remark->array, mdt_buf_slice(&it->array)),
		       "explain is about", mdt_buf_slice(&it->array));
}

/* ---- the plan, which is a log too ---- */

// A text of steps, a line each, and which lines of the log they are.
struct steps {
	struct mdt_buf text;
	unsigned long *lines;
	size_t count;
};

static void steps_of(const struct mdt_plan *plan, struct steps *ret)
{
	for (size_t i = 0; i < plan->section_count; i++) {
		const struct mdt_plan_section *section = &plan->sections[i];

		ret->lines =
			reallocarray(ret->lines, ret->count + section->step_count + 1,
				     sizeof(*ret->lines));
		for (size_t j = 0; j < section->step_count; j++) {
			if (section->steps[j].kind != MDT_STEP_CALL)
				continue;
			ret->lines[ret->count++] =
				section->is_prologue ? 0 : section->steps[j].line;
			mdt_buf_add(&ret->text, section->steps[j].text);
			mdt_buf_addc(&ret->text, '\n');
		}
	}
}

// `name` of what a plan's line says: a torn call is planned where it ended.
static void hold_step(struct answers *all, unsigned long line, const struct remark *step)
{
	const struct mdt_life_line *explained = &all->explained[line - 1];
	const struct remark *remark = &all->remarks[line];

	if (!remark->text.len || !explained->has_remark ||
	    !mdt_slice_eq(remark->text, mdt_buf_slice(&explained->remark)))
		return; // torn
	all->compared++;
	expect(all, line, mdt_slice_eq(step->name, remark->name), "the plan has",
	       step->text);
	expect(all, line,
	       !remark->array.len || !step->array.len ||
		       mdt_slice_eq(step->array, remark->array),
	       "the plan has", step->text);
	expect(all, line, mdt_slice_eq(step->error, remark->error), "the plan has",
	       step->text);
	expect(all, line, mdt_slice_eq(step->means, remark->plain) || !remark->plain.len,
	       "the plan has", step->text);
}

static void hold_plan(struct answers *all)
{
	struct steps steps = { 0 };
	struct mdt_annotator annotator;
	struct mdt_reader *reader;
	struct mdt_event event;
	bool got;

	steps_of(&all->plan, &steps);
	mdt_annotator_init(&annotator, mdt_ioctl_builtin());
	cr_assert_null(
		mdt_reader_create_memory("plan", mdt_buf_slice(&steps.text), &reader));
	while (!mdt_reader_next(reader, &event, &got) && got) {
		unsigned long line = steps.lines[event.line - 1];
		const struct mdt_annotation *it;
		struct remark step;

		cr_assert_null(mdt_annotate(
			&annotator, &event,
			MDT_TOPIC_MD | MDT_TOPIC_BLOCK | MDT_TOPIC_IOCTL, &it));
		if (!line || line > all->lines || !it || !it->text.len)
			continue;
		step = remark_of(all, &event, it);
		hold_step(all, line, &step);
	}
	mdt_reader_destroy(reader);
	mdt_annotator_deinit(&annotator);
	mdt_buf_deinit(&steps.text);
	free(steps.lines);
}

/* ---- diff ---- */

// Which array it is the log tells elsewhere: a descriptor that it has not opened, a link.
static bool is_hidden(const struct mdt_diff_meaning *it)
{
	return !it->subject.len || mdt_slice_starts(it->subject, SLICE("/dev/"));
}

static void hold_meaning(struct answers *all, unsigned long line,
			 const struct mdt_diff_meaning *it)
{
	const struct remark *remark = &all->remarks[line];

	if (!remark->text.len)
		return;
	all->compared++;
	// A number that has no name is spelt in one way.
	if (it->verb == MDT_VERB_IOCTL && remark->is_md &&
	    !mdt_slice_starts(remark->name, SLICE("_IOC(")))
		expect(all, line,
		       mdt_slice_eq(it->name, remark->name) && it->level <= MDT_LEVEL_MD,
		       "diff", it->op);
	if (it->array.len && remark->array.len)
		expect(all, line, mdt_slice_eq(it->array, remark->array), "diff's array",
		       it->array);
	expect(all, line, it->array.len || !remark->array.len || is_hidden(it),
	       "diff's array", it->op);
}

static void hold_diff(struct answers *all)
{
	static const struct mdt_diff_options options = { .level = MDT_LEVEL_SYSCALL };
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;
	const struct mdt_diff_log *log = &diff.logs[MDT_OLD];

	mdt_diff_init(&diff, &rules, mdt_ioctl_builtin(), &options);
	cr_assert_null(mdt_diff_log_parse(all->path, all->log, &rules,
					  mdt_ioctl_builtin(), &diff.texts, NULL,
					  &diff.logs[MDT_OLD]));
	cr_assert_null(mdt_diff_know_texts(&diff));
	for (size_t i = 0; i < log->len; i++)
		if (log->calls[i].line && log->calls[i].line <= all->lines)
			hold_meaning(all, log->calls[i].line,
				     &diff.texts.items[log->calls[i].text].meaning);
	mdt_diff_deinit(&diff);
	mdt_diff_rules_deinit(&rules);
}

/* ---- one number of several names ---- */

// What annotate, diff, and whoever asks trace/about.h (derive, verdict, export) make of
// the last call's request.
static const struct {
	const char *log, *name;
} several[] = {
	{ "openat(AT_FDCWD, \"/dev/rtc0\", O_RDWR) = 3\n"
	  "ioctl(3, 0x7004, 0) = 0\n",
	  "RTC_UIE_OFF" },
	{ "openat(AT_FDCWD, \"/dev/phantom0\", O_RDWR) = 3\n"
	  "ioctl(3, PHN_NOT_OH or RTC_UIE_OFF, 0) = 0\n",
	  "PHN_NOT_OH" },
	{ "ioctl(3</dev/rtc0<char 253:0>>, 0x7004, 0) = 0\n", "RTC_UIE_OFF" },
	// What was asked before: FASTRPC_IOCTL_INVOKE, RTC_AIE_ON.
	{ "openat(AT_FDCWD, \"/dev/x\", O_RDWR) = 3\n"
	  "ioctl(3, 0xc0105203, 0x7ffe1000) = 0\n"
	  "ioctl(3, 0x5204, 0) = 0\n",
	  "FASTRPC_IOCTL_INIT_ATTACH" },
	{ "openat(AT_FDCWD, \"/dev/x\", O_RDWR) = 3\n"
	  "ioctl(3, RTC_AIE_ON, 0) = 0\n"
	  "ioctl(3, PHN_NOT_OH or RTC_UIE_OFF, 0) = 0\n",
	  "RTC_UIE_OFF" },
	// Of another descriptor too, of which annotate has the first remark at hand.
	{ "ioctl(4, RTC_AIE_ON, 0) = 0\n"
	  "openat(AT_FDCWD, \"/dev/x\", O_RDWR) = 4\n"
	  "openat(AT_FDCWD, \"/dev/y\", O_RDWR) = 5\n"
	  "ioctl(4, RTC_AIE_ON, 0) = 0\n"
	  "ioctl(5, RTC_AIE_ON, 0) = 0\n"
	  "ioctl(5, 0x7004, 0) = 0\n",
	  "RTC_UIE_OFF" },
};

ParameterizedTestParameters(answers, choose_the_same_name)
{
	static size_t indices[array_size(several)];

	for (size_t i = 0; i < array_size(several); i++)
		indices[i] = i;
	return cr_make_param_array(size_t, indices, array_size(several));
}

static void choose_by_diff(const char *log, const char *name)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf expected = { 0 };
	static const struct mdt_diff_options options = { .level = MDT_LEVEL_SYSCALL };
	struct mdt_diff_rules rules = { 0 };
	struct mdt_diff diff;
	struct mdt_diff_log *read = &diff.logs[MDT_OLD];
	struct mdt_slice text;

	mdt_buf_printf(&expected, ", %s, ", name);
	mdt_diff_init(&diff, &rules, mdt_ioctl_builtin(), &options);
	cr_assert_null(mdt_diff_log_parse("log", mdt_slice_cstr(log), &rules,
					  mdt_ioctl_builtin(), &diff.texts, NULL, read));
	text = diff.texts.items[read->calls[read->len - 1].text].text;
	cr_expect(mdt_slice_find(text, mdt_buf_slice(&expected)), "diff: %.*s, not %s",
		  SLICE_FMT(text), name);
	mdt_diff_deinit(&diff);
	mdt_diff_rules_deinit(&rules);
}

ParameterizedTest(size_t *i, answers, choose_the_same_name)
{
	_cleanup_(mdt_trace_deinit) struct mdt_trace trace = { 0 };
	struct mdt_slice name = mdt_slice_cstr(several[*i].name);
	const struct mdt_annotation *it = NULL;
	struct mdt_about about = { 0 };
	struct mdt_annotator annotator;
	struct mdt_reader *reader;
	struct mdt_event event;
	bool got;

	mdt_annotator_init(&annotator, mdt_ioctl_builtin());
	cr_assert_null(mdt_reader_create_memory("log", mdt_slice_cstr(several[*i].log),
						&reader));
	while (!mdt_reader_next(reader, &event, &got) && got) {
		mdt_about_find(&trace, mdt_ioctl_builtin(), &event, &about);
		cr_assert_null(mdt_trace_follow(&trace, &event));
		cr_assert_null(mdt_annotate(&annotator, &event, MDT_TOPIC_IOCTL, &it));
	}
	cr_assert_not_null(it, "%s", several[*i].log);
	cr_expect(mdt_slice_eq(it->name, name), "annotate: %.*s, not %s",
		  SLICE_FMT(it->name), several[*i].name);
	cr_assert_not_null(about.ioctl);
	cr_expect_str_eq(about.ioctl->name, several[*i].name);
	cr_expect_eq(about.ioctl_tied, 1, "%zu", about.ioctl_tied);
	choose_by_diff(several[*i].log, several[*i].name);
	mdt_reader_destroy(reader);
	mdt_annotator_deinit(&annotator);
}

/* ---- all of it ---- */

ParameterizedTestParameters(answers, same)
{
	static const char *const patterns[] = { "traces/*/*.strace",
						"tests/golden/*.strace",
						"tests/plans/*.strace", NULL };

	return log_params(patterns);
}

ParameterizedTest(const struct log_path *log, answers, same)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct answers all = { .path = log->path };

	log_read(log->path, &text);
	all.log = mdt_buf_slice(&text);
	begin(&all);
	ask(&all);
	for (size_t line = 1; line <= all.lines; line++) {
		for (const struct state *it = all.states[line]; it; it = it->next)
			hold_state(&all, it);
		if (all.remarks[line].text.len)
			hold_explained(&all, line);
	}
	hold_plan(&all);
	hold_diff(&all);
	cr_expect(all.compared || !mdt_slice_find(all.log, SLICE("ioctl(")),
		  "%s: nothing was compared", log->path);
	end(&all);
}
