// SPDX-License-Identifier: MIT
#include "verdict/model.h"

#include <inttypes.h>

#include "strace/parse.h"

struct fold {
	const struct mdt_verdicts *verdicts;
	struct mdt_replay_model *model;
	struct mdt_life life;
	struct mdt_nodes nodes;
	struct mdt_buf text;
	// The call that is folded.
	const struct mdt_verdict *verdict;
	struct mdt_replay_prediction *now; // NULL: between two sections
	bool failed_memory;
};

static struct mdt_slice keep(struct fold *fold, struct mdt_slice text)
{
	struct mdt_slice ret = { 0 };

	if (!mdt_arena_copy(&fold->model->arena, text, &ret))
		fold->failed_memory = true;
	return ret;
}

/* ---- results as a report has them ---- */

static bool is_error(struct mdt_slice result)
{
	return mdt_slice_starts(result, SLICE("-1 "));
}

// What success looks like: of an open() a descriptor, of a write() a count. Which one is
// nothing that the model is about.
static struct mdt_slice success(const struct mdt_verdict *verdict)
{
	if (verdict->actual.len && !is_error(verdict->actual))
		return verdict->actual;
	if (verdict->expected.len && !is_error(verdict->expected))
		return verdict->expected;
	return SLICE("0");
}

static void add_result(struct mdt_buf *text, const struct mdt_verdict *verdict,
		       int result)
{
	if (text->len)
		mdt_buf_adds(text, " or ");
	if (result == MDT_RESULT_UNKNOWN)
		mdt_buf_addc(text, '?');
	else if (result == 0)
		mdt_buf_add(text, success(verdict));
	else
		mdt_buf_printf(text, "-1 %s", mdt_model_result_name(result));
}

// Success stands first, what is not covered last.
static unsigned int rank(int result)
{
	return result == 0 ? 0 : result == MDT_RESULT_UNKNOWN ? 2 : 1;
}

static struct mdt_slice result_text(struct fold *fold, const struct mdt_life_call *call)
{
	mdt_buf_clear(&fold->text);
	for (unsigned int turn = 0; turn < 3; turn++)
		for (unsigned int i = 0; i < call->result_count; i++)
			if (rank(call->results[i]) == turn)
				add_result(&fold->text, fold->verdict, call->results[i]);
	return keep(fold, mdt_buf_slice(&fold->text));
}

/* ---- the fold ---- */

static void on_call(struct fold *fold, const struct mdt_life_call *call)
{
	struct mdt_replay_prediction *now = fold->now;

	// One call can close others' descriptors, too; its own comes first.
	if (now->is_about || !call->result_count)
		return;
	now->is_about = true;
	now->verdict = call->verdict;
	now->rule = call->rule ? mdt_model_rule(call->rule) : NULL;
	now->result_count = call->result_count;
	memcpy(now->results, call->results, sizeof(now->results));
	now->text = result_text(fold, call);
}

// What was read contradicts what the model has.
static void on_seen(struct fold *fold, const struct mdt_life_call *call)
{
	struct mdt_slice what = call->text;

	if (fold->now->seen.len)
		return;
	if (mdt_slice_starts(what, SLICE("read ")))
		what = mdt_slice_skip(what, SLICE("read ").len);
	mdt_buf_clear(&fold->text);
	mdt_buf_add(&fold->text, what);
	mdt_buf_addc(&fold->text, ' ');
	mdt_buf_add(&fold->text, call->result);
	fold->now->seen = keep(fold, mdt_buf_slice(&fold->text));
	fold->now->had = keep(fold, call->before);
}

static void on_told(void *data, const struct mdt_life_call *call)
{
	struct fold *fold = data;

	if (!fold->now)
		return;
	if (call->op == MDT_OPS)
		on_seen(fold, call);
	else
		on_call(fold, call);
}

static struct mdt_error *follow_event(struct fold *fold, struct mdt_slice line,
				      struct mdt_event *ret)
{
	struct mdt_error *err = mdt_parse_line(line, &fold->nodes, ret);

	if (err)
		return err;
	ret->line = fold->verdict->step->line;
	return mdt_life_event(&fold->life, ret);
}

static struct mdt_error *follow_line(struct fold *fold, struct mdt_slice line)
{
	struct mdt_event event = { 0 };

	return follow_event(fold, line, &event);
}

// What the log could not open, the guest does not keep open.
static struct mdt_error *follow_call(struct fold *fold, struct mdt_slice line)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf close = { 0 };
	struct mdt_event event = { 0 };
	struct mdt_error *err = follow_event(fold, line, &event);

	if (err || !mdt_slice_starts(event.name, SLICE("open")) ||
	    !mdt_event_succeeded(&event) || !is_error(fold->verdict->expected))
		return err;
	if (event.prefix.pid)
		mdt_buf_printf(&close, "%u ", event.prefix.pid);
	mdt_buf_printf(&close, "close(%.*s) = 0",
		       SLICE_FMT(mdt_ref_text(event.result.value)));
	return close.failed ? &mdt_enomem : follow_line(fold, mdt_buf_slice(&close));
}

// `state md100 array_state="clean"` and what else the guest has seen.
static struct mdt_error *follow_seen(struct fold *fold, const struct mdt_plan_seen *seen)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf line = { 0 };

	mdt_buf_adds(&line, "# mdtrace: ");
	mdt_buf_add(&line, seen->word);
	mdt_buf_addc(&line, ' ');
	mdt_buf_add(&line, seen->rest);
	return line.failed ? &mdt_enomem : follow_line(fold, mdt_buf_slice(&line));
}

// The guest makes the disks' nodes before it begins; names alone do not tell numbers.
static struct mdt_error *follow_disk(struct fold *fold, const struct mdt_plan_disk *disk)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf line = { 0 };

	mdt_buf_adds(&line, "mknod(");
	mdt_plan_quote(disk->path, &line);
	mdt_buf_printf(&line, ", S_IFBLK|0600, makedev(%" PRIu32 ", %" PRIu32 ")) = 0",
		       disk->major, disk->minor);
	return line.failed ? &mdt_enomem : follow_line(fold, mdt_buf_slice(&line));
}

// Processes, descriptors and nodes are each section's own.
static struct mdt_error *begin_section(struct fold *fold, bool is_first)
{
	const struct mdt_plan *executed = fold->verdicts->executed;
	struct mdt_error *err = NULL;

	if (!is_first)
		mdt_life_begin_log(&fold->life, "", false);
	for (size_t i = 0; !err && i < executed->disk_count; i++)
		err = follow_disk(fold, &executed->disks[i]);
	return err;
}

static struct mdt_error *follow(struct fold *fold)
{
	const struct mdt_verdict *verdict = fold->verdict;
	const struct mdt_plan_step *ran = verdict->ran;
	struct mdt_error *err = NULL;

	if (!ran || verdict->observed.not_run)
		return NULL;
	if (verdict->is_wait)
		mdt_life_settle(&fold->life);
	else
		err = follow_call(fold, ran->text);
	for (size_t i = 0; !err && i < ran->seen_count; i++)
		if (mdt_slice_eq(ran->seen[i].word, SLICE("state")))
			err = follow_seen(fold, &ran->seen[i]);
	return err;
}

static struct mdt_error *fold_all(struct fold *fold)
{
	const struct mdt_plan_section *section = NULL;
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < fold->verdicts->count; i++) {
		fold->verdict = &fold->verdicts->all[i];
		fold->now = NULL;
		if (section != fold->verdict->section)
			err = begin_section(fold, !section);
		section = fold->verdict->section;
		fold->now = &fold->model->all[i];
		if (!err)
			err = follow(fold);
	}
	fold->now = NULL;
	return err ? err : fold->failed_memory || fold->text.failed ? &mdt_enomem : NULL;
}

static void fold_deinit(struct fold *fold)
{
	fold->now = NULL;
	mdt_life_deinit(&fold->life);
	mdt_nodes_deinit(&fold->nodes);
	mdt_buf_deinit(&fold->text);
}

static struct mdt_error *make(const struct mdt_verdicts *verdicts,
			      struct mdt_replay_model *ret)
{
	_cleanup_(fold_deinit) struct fold fold = { .verdicts = verdicts, .model = ret };
	size_t size = verdicts->count * sizeof(*ret->all);
	struct mdt_error *err = mdt_life_init(&fold.life, mdt_ioctl_builtin(),
					      &ret->kernel, on_told, &fold);

	if (err)
		return err;
	ret->all = mdt_arena_alloc(&ret->arena, size,
				   _Alignof(struct mdt_replay_prediction));
	if (!ret->all)
		return &mdt_enomem;
	memset(ret->all, 0, size);
	mdt_life_begin_blank(&fold.life, verdicts->executed);
	return fold_all(&fold);
}

struct mdt_error *mdt_replay_model_make(const struct mdt_verdicts *verdicts,
					struct mdt_replay_model *ret)
{
	*ret = (struct mdt_replay_model){ 0 };
	if (!verdicts->count || !mdt_kernel_find(verdicts->kernel, &ret->kernel))
		return NULL;
	return make(verdicts, ret);
}

void mdt_replay_model_deinit(struct mdt_replay_model *model)
{
	mdt_arena_deinit(&model->arena);
	*model = (struct mdt_replay_model){ 0 };
}

const struct mdt_replay_prediction *
mdt_replay_model_of(const struct mdt_replay_model *model,
		    const struct mdt_verdicts *verdicts,
		    const struct mdt_verdict *verdict)
{
	return model->all ? &model->all[verdict - verdicts->all] : NULL;
}

/* ---- in words ---- */

// `it runs already (md.c:do_md_run)`
static void add_rule(struct mdt_buf *ret, const struct mdt_model_rule *rule)
{
	if (!rule)
		return;
	if (mdt_slice_eq_cstr(SLICE("otherwise"), rule->says))
		mdt_buf_adds(ret, ": nothing speaks against it");
	else
		mdt_buf_printf(ret, ": %s", rule->says);
	mdt_buf_printf(ret, " (%s)", rule->source);
}

// What the log has where the model has several results.
static bool has_log(const struct mdt_replay_prediction *it,
		    const struct mdt_verdict *verdict)
{
	for (unsigned int i = 0; i < it->result_count; i++) {
		const char *name = mdt_model_result_name(it->results[i]);

		if (it->results[i] == 0
			    ? !is_error(verdict->expected)
			    : is_error(verdict->expected) && name &&
				      mdt_slice_eq_cstr(
					      mdt_slice_skip(verdict->expected, 3), name))
			return true;
	}
	return false;
}

static void say_log_differs(const struct mdt_replay_model *model,
			    const struct mdt_verdict *verdict,
			    const struct mdt_replay_prediction *it, struct mdt_buf *ret)
{
	const char *kernel = mdt_kernel_name(model->kernel);

	if (has_log(it, verdict)) {
		mdt_buf_printf(ret, "the model of %s has both, the kernel's", kernel);
		add_rule(ret, it->rule);
		return;
	}
	if (it->verdict == MDT_LIFE_POSSIBLE)
		mdt_buf_printf(ret, "the kernel does one of what the model of %s has",
			       kernel);
	else
		mdt_buf_printf(ret, "the kernel does what the model of %s says", kernel);
	add_rule(ret, it->rule);
	mdt_buf_adds(ret, "; the log is of another kernel, or begins otherwise");
}

static void say_contradicts(const struct mdt_replay_model *model,
			    const struct mdt_replay_prediction *it, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "the kernel does not do what the model of %s says, %.*s",
		       mdt_kernel_name(model->kernel), SLICE_FMT(it->text));
	add_rule(ret, it->rule);
}

static void say_seen(const struct mdt_replay_model *model,
		     const struct mdt_replay_prediction *it, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "%s%.*s is not what the model of %s has: %.*s",
		       ret->len ? "; " : "", SLICE_FMT(it->seen),
		       mdt_kernel_name(model->kernel), SLICE_FMT(it->had));
}

static bool result_differs(const struct mdt_verdict *verdict)
{
	return verdict->check_count && (verdict->checks[0].kind == MDT_CHECK_DIFFERS ||
					verdict->checks[0].kind == MDT_CHECK_DRIFT);
}

static bool agrees(enum mdt_life_verdict verdict)
{
	return verdict == MDT_LIFE_AGREES || verdict == MDT_LIFE_POSSIBLE;
}

void mdt_replay_model_words(const struct mdt_replay_model *model,
			    const struct mdt_verdict *verdict,
			    const struct mdt_replay_prediction *prediction,
			    struct mdt_buf *ret)
{
	if (!prediction)
		return;
	if (prediction->is_about && prediction->verdict == MDT_LIFE_CONTRADICTS)
		say_contradicts(model, prediction, ret);
	else if (prediction->is_about && agrees(prediction->verdict) &&
		 result_differs(verdict))
		say_log_differs(model, verdict, prediction, ret);
	if (prediction->seen.len)
		say_seen(model, prediction, ret);
}
