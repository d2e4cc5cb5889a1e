// SPDX-License-Identifier: MIT
#include "guest/words.h"

#include "plan/plan.h"

static const struct mdt_slice mark = SLICE_INIT("# mdtrace: ");

void guest_words_begin(struct mdt_buf *ret, const char *word)
{
	mdt_buf_add(ret, mark);
	mdt_buf_adds(ret, word);
}

void guest_words_number(struct mdt_buf *ret, uint64_t number)
{
	mdt_buf_addc(ret, ' ');
	mdt_buf_dec(ret, number);
}

void guest_words_quoted(struct mdt_buf *ret, struct mdt_slice text)
{
	mdt_buf_addc(ret, ' ');
	mdt_plan_quote(text, ret);
}

void guest_words_bare(struct mdt_buf *ret, struct mdt_slice text)
{
	mdt_buf_addc(ret, ' ');
	mdt_buf_add(ret, text);
}

void guest_words_end(struct mdt_buf *ret)
{
	mdt_buf_addc(ret, '\n');
}

bool guest_words_are_seen(struct mdt_slice line)
{
	static const char *const words[] = { "guest",  "not-run", "waited",
					     "kernel", "uevent",  "thread",
					     "state",  "settled", "graph" };
	struct mdt_slice word;

	if (!mdt_slice_starts(line, mark))
		return false;
	line = mdt_slice_skip(line, mark.len);
	if (!mdt_plan_word(&line, &word))
		return false;
	array_for_each (it, words)
		if (mdt_slice_eq_cstr(word, *it))
			return true;
	return false;
}
