// SPDX-License-Identifier: MIT
#include "diff/steps.h"

#include <stdlib.h>

void mdt_diff_steps_deinit(struct mdt_diff_steps *steps)
{
	free(steps->items);
	free(steps->starts);
	*steps = (struct mdt_diff_steps){ 0 };
}

bool mdt_diff_is_wanted(const struct mdt_diff_texts *texts, uint32_t text,
			enum mdt_diff_level level)
{
	const struct mdt_diff_text *it = &texts->items[text];

	it = &texts->items[it->becomes];
	return !it->is_hidden && it->text.len && it->meaning.level <= level;
}

// Count each task's calls, then put each call in its task's place: the order within a
// task stays.
static bool place(const struct mdt_diff_log *log, const struct mdt_diff_texts *texts,
		  enum mdt_diff_level level, struct mdt_diff_steps *ret)
{
	size_t tasks = log->tasks.len;
	uint32_t *at = calloc(tasks + 2, sizeof(*at));

	if (!at)
		return false;
	for (size_t i = 0; i < log->len; i++)
		if (mdt_diff_is_wanted(texts, log->calls[i].text, level))
			at[log->calls[i].task + 2]++;
	for (size_t i = 0; i < tasks; i++)
		at[i + 2] += at[i + 1];
	ret->len = at[tasks + 1];
	ret->items = calloc(ret->len + 1, sizeof(*ret->items));
	for (size_t i = 0; ret->items && i < log->len; i++) {
		const struct mdt_diff_call *call = &log->calls[i];
		uint32_t text = texts->items[call->text].becomes;

		if (!mdt_diff_is_wanted(texts, call->text, level))
			continue;
		ret->items[at[call->task + 1]++] = (struct mdt_diff_step){
			.text = text,
			.op = texts->items[text].op,
			.key = text,
			.first = (uint32_t)i,
			.line = call->line,
			.count = 1,
		};
	}
	ret->starts = at;
	return ret->items != NULL;
}

// What a call that changes an array was asked for, when the log has only an address.
static bool is_unknown(const struct mdt_diff_text *text)
{
	return text->meaning.changes && mdt_slice_find(text->text, SLICE(", ADDR)"));
}

static size_t same_text(const struct mdt_diff_texts *texts,
			const struct mdt_diff_step *steps, size_t len)
{
	size_t n = 1;

	if (is_unknown(&texts->items[steps[0].text]))
		return 1;
	while (n < len && steps[n].text == steps[0].text)
		n++;
	return n;
}

// ioctls that differ in their arguments only: BLKPG with one partition after the other.
static size_t same_op(const struct mdt_diff_texts *texts,
		      const struct mdt_diff_step *steps, size_t len)
{
	size_t n = 1;

	if (texts->items[steps[0].text].meaning.verb != MDT_VERB_IOCTL ||
	    texts->items[steps[0].text].meaning.changes)
		return 1;
	while (n < len && steps[n].op == steps[0].op)
		n++;
	return n < MDT_RUN_MIN ? 1 : n;
}

static void fold_run(struct mdt_diff_step *to, const struct mdt_diff_step *from, size_t n)
{
	*to = from[0];
	to->count = (uint32_t)n;
	// Texts and ops are numbers of one table: a run's key must not be a text's.
	to->key = from[0].op | 1U << 31;
	for (size_t i = 0; i < n; i++)
		to->content = (to->content ^ from[i].text) * 0x9e3779b97f4a7c15 + 1;
}

static size_t fold(const struct mdt_diff_texts *texts, struct mdt_diff_rules *rules,
		   struct mdt_diff_step *to, const struct mdt_diff_step *steps,
		   size_t len)
{
	size_t out = 0, n;

	for (size_t i = 0; i < len; i += n) {
		n = rules->off[MDT_RULE_REPEATS] ? 1 : same_op(texts, steps + i, len - i);
		if (n > 1 && same_text(texts, steps + i, n) < n) {
			fold_run(&to[out++], steps + i, n);
		} else {
			n = rules->off[MDT_RULE_REPEATS]
				    ? 1
				    : same_text(texts, steps + i, len - i);
			to[out] = steps[i];
			to[out++].count = (uint32_t)n;
		}
		rules->fired[MDT_RULE_REPEATS] += n - 1;
	}
	return out;
}

struct mdt_error *mdt_diff_steps_make(const struct mdt_diff_log *log,
				      const struct mdt_diff_texts *texts,
				      struct mdt_diff_rules *rules,
				      enum mdt_diff_level level,
				      struct mdt_diff_steps *ret)
{
	size_t out = 0, begin, end = 0;

	*ret = (struct mdt_diff_steps){ 0 };
	if (log->len >= UINT32_MAX)
		return mdt_error_create(MDT_ERR_INVALID, "%s: too many calls to compare",
					log->path);
	if (!place(log, texts, level, ret))
		return &mdt_enomem;
	for (size_t task = 0; task < log->tasks.len; task++) {
		begin = end;
		end = ret->starts[task + 1];
		ret->starts[task] = (uint32_t)out;
		out += fold(texts, rules, ret->items + out, ret->items + begin,
			    end - begin);
	}
	ret->starts[log->tasks.len] = (uint32_t)out;
	ret->len = out;
	return NULL;
}

bool mdt_diff_steps_next(const struct mdt_diff_log *log,
			 const struct mdt_diff_texts *texts, enum mdt_diff_level level,
			 uint32_t *index, uint32_t *text)
{
	uint32_t task = log->calls[*index].task;

	for (uint32_t i = *index + 1; i < log->len; i++) {
		if (log->calls[i].task != task ||
		    !mdt_diff_is_wanted(texts, log->calls[i].text, level))
			continue;
		*index = i;
		*text = texts->items[log->calls[i].text].becomes;
		return true;
	}
	return false;
}
